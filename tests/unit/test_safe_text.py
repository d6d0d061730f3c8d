"""What comes out of safe_text can reach a terminal: by table, and for every text hypothesis can think of."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui import safe_text

HOSTILE = {
    "clear screen": ("a\x1b[2Jb", "a␛[2Jb"),
    "clipboard": ("\x1b]52;c;cm0K\x07", "␛]52;c;cm0K␇"),
    "c1 csi": ("a\x9b2J", "a�2J"),
    "nul and del": ("a\x00b\x7f", "a␀b␡"),
    "line ends": ("a\r\nb\rc\nd\x85e\u2028f\u2029g", "a ⏎ b ⏎ c ⏎ d ⏎ e ⏎ f ⏎ g"),
    "tab": ("a\tb", "a    b"),
    "bidi override": ("a\u202egnp.exe", "a�gnp.exe"),
    "isolates": ("\u2066x\u2069", "�x�"),
    "zero width": ("a\u200bb\u2060c\ufeffd\xade\u200ef", "abcdef"),
    "tag characters": ("a\U000e0041\U000e007fb", "ab"),
    "variation selectors": ("\u2764\ufe0f!", "\u2764!"),
    "hangul filler": ("a\u3164b", "a b"),
    "exotic spaces": ("a\u2003b\xa0c\u3000d", "a b c d"),
    "lone surrogate": ("a\ud800b", "a�b"),
    "marks": ("a" + "\u0301" * 3000 + "b", "a\u0301\u0301b"),
    "marks on nothing": ("\u0301\u0301x", "x"),
    "joined family": ("\U0001f469\u200d\U0001f467", "\U0001f469\U0001f467"),
    "persian joiner": ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
    "flag": ("\U0001f1e9\U0001f1ea", "DE"),
    "markup stays text": ("Disk full [/var/log] [red]x[/]", "Disk full [/var/log] [red]x[/]"),
    "edges": ("  a  ", "a"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_line(name: str) -> None:
    raw, expected = HOSTILE[name]
    assert safe_text.line(raw) == expected


def test_block_keeps_line_ends() -> None:
    assert safe_text.block("a\r\nb\rc\x85d\n\n") == "a\nb\nc\nd"


def test_limits_are_kept_and_said() -> None:
    assert safe_text.line("x" * 600) == "x" * 499 + "…"
    assert safe_text.line("x" * 10_000, 10) == "x" * 9 + "…"
    cut = safe_text.block("y" * 100_500)
    assert cut.endswith(safe_text.MORE)
    assert len(cut) == safe_text.BLOCK_LIMIT


def _bad(char: str) -> bool:
    if char == "\n":
        return False
    if char in "\u200c\u200d":
        return False
    return not char.isprintable() or unicodedata.category(char) in ("Cc", "Cs", "Cf", "Co", "Cn", "Zl", "Zp")


any_text = st.text(st.characters(min_codepoint=0, max_codepoint=sys.maxunicode), max_size=80)
nasty = st.text(
    st.sampled_from("a \n\r\t\x1b\x9b\u0301\u0302\u200d\u200c\u0645\u0915\u094d\U0001f469\u202e\u3164"), max_size=40
)


@given(st.one_of(any_text, nasty))
def test_line_is_one_safe_line_and_idempotent(text: str) -> None:
    once = safe_text.line(text)
    assert "\n" not in once
    assert not [char for char in once if _bad(char)]
    assert safe_text.line(once) == once


@given(st.one_of(any_text, nasty))
def test_a_piece_of_a_line_keeps_its_blanks(text: str) -> None:
    once = safe_text.inline(f"  {text}")
    assert once.startswith("  ")
    assert not [char for char in once if _bad(char) or char == "\n"]
    assert safe_text.inline(once) == once


@given(st.one_of(any_text, nasty), st.integers(min_value=9, max_value=60))
def test_block_is_safe_and_idempotent(text: str, limit: int) -> None:
    once = safe_text.block(text, limit)
    assert len(once) <= limit
    assert not [char for char in once if _bad(char)]
    assert safe_text.block(once, limit) == once


@given(st.one_of(any_text, nasty), st.integers(min_value=0, max_value=30))
def test_fit_is_exact(text: str, cells: int) -> None:
    clean = safe_text.line(text)
    assert safe_text.width(safe_text.fit(clean, cells)) == cells
    assert safe_text.width(safe_text.fit(clean, cells, right=True)) == cells


@given(st.one_of(any_text, nasty), st.integers(min_value=4, max_value=30))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, cells: int) -> None:
    clean = safe_text.block(text)
    lines = safe_text.wrap(clean, cells)
    assert all(safe_text.width(row) <= cells for row in lines)
    assert "".join("".join(lines).split()) == "".join(clean.split())


@given(any_text)
def test_ascii_is_as_wide(text: str) -> None:
    clean = safe_text.line(text)
    plain = safe_text.to_ascii(clean)
    assert plain.isascii()
    assert len(plain) == safe_text.width(clean)


def test_widths_agree_with_the_library_that_draws() -> None:
    from rich.cells import cell_len

    wrong = []
    for code in range(0x20, 0x20000):
        char = safe_text.line("\u0915" + chr(code))[1:]
        if len(char) == 1 and safe_text.char_width(char) != cell_len(char):
            wrong.append(f"{code:x} {unicodedata.name(char, '?')}")
    assert len(wrong) == 0, (len(wrong), wrong[:60])
