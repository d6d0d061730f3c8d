"""Outside text made harmless, str to str: what comes out can be written to a terminal, a log or a table as it stands.

Characters are mapped one by one; sequences are not parsed, since whatever strips sequences can be fed one that is put
together by the stripping. Controls become their visible pictures, what reorders or hides text becomes visible or is
dropped, line ends become a space with a mark (`line`) or a newline (`block`).

Widths are those of a plain terminal: no joined emoji (their joiners are dropped, since half the terminals do not join
them and every column to the right would move), flags as letters, at most two marks on a letter. Both functions are
idempotent. Nothing raises; every str is accepted, lone surrogates included.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, combining, east_asian_width

LINE_LIMIT = 500
BLOCK_LIMIT = 100_000
MORE = "… (more)"
"""What ends a block that was cut."""

_REPLACEMENT = "�"
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_NEWLINES = frozenset("\x85\u2028\u2029")
_JOINERS = frozenset("\u200c\u200d")
_DROPPED = frozenset("\u200b\u2060\ufeff\xad\u200e\u200f\u061c\u180e\u034f\u2061\u2062\u2063\u2064")
_NUMBER_SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd")
# Trigrams, hexagrams and counting rods: one cell until Unicode 16 made them two; terminals and libraries disagree.
_UNSTEADY = ((0x2630, 0x2637), (0x268A, 0x268F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D356), (0x1D360, 0x1D376))
_REGIONAL_A = 0x1F1E6


def _mapped(char: str) -> str:
    """What one character becomes; newlines are already plain here."""
    code = ord(char)
    if code < 0x20:
        return char if char == "\n" else "    " if char == "\t" else chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if char in _BLANKS or category(char) == "Zs":
        return " "
    if char in _NEWLINES:
        return "\n"
    if char in _JOINERS:
        return char
    if char in _BIDI or char in _NUMBER_SIGNS:
        return _REPLACEMENT
    if char in _DROPPED or 0xFE00 <= code <= 0xFE0F or 0x1F3FB <= code <= 0x1F3FF or 0xE0000 <= code <= 0xE0FFF:
        return ""
    if 0x180B <= code <= 0x180F:
        return ""
    if any(first <= code <= last for first, last in _UNSTEADY):
        return _REPLACEMENT
    if _REGIONAL_A <= code < _REGIONAL_A + 26:
        return chr(ord("A") + code - _REGIONAL_A)
    return char if char.isprintable() else _REPLACEMENT


class _Map(dict[int, str]):
    """Fills itself with each character the first time it is met."""

    def __missing__(self, code: int) -> str:
        result = self[code] = _mapped(chr(code))
        return result


_MAP = _Map()
_JOINER_RUN = re.compile("[\u200c\u200d]+")
_LINE_END = re.compile("\r\n|\r")
_MANY_MARKS = 2


def _is_mark(char: str) -> bool:
    return combining(char) != 0 or category(char) in ("Mn", "Me")


def _may_join(char: str) -> bool:
    """Whether a joiner means something beside this character: letters and marks of a script, never a picture."""
    return ord(char) > 0x2FF and category(char)[0] in "LM" and east_asian_width(char) not in "WF"


def _tidy(text: str) -> str:
    """Drops joiners that join no letters, and marks beyond the second on one letter or standing on nothing."""
    out: list[str] = []
    marks = _MANY_MARKS
    for index, char in enumerate(text):
        if char in _JOINERS:
            after = text[index + 1] if index + 1 < len(text) else ""
            if not (out and after and _may_join(out[-1]) and _may_join(after)) or _is_mark(after):
                continue
        elif _is_mark(char):
            if marks >= _MANY_MARKS:
                continue
            marks += 1
        else:
            marks = _MANY_MARKS if char == "\n" or char == " " else 0
        out.append(char)
    return "".join(out)


def _clean(text: str) -> str:
    """Maps, then tidies; newlines stay."""
    mapped = _LINE_END.sub("\n", text).translate(_MAP)
    if not mapped or max(mapped) < "\u0300":
        return mapped
    return _tidy(_JOINER_RUN.sub(lambda run: run[0][0], mapped))


def line(text: str, limit: int = LINE_LIMIT) -> str:
    """One line of at most `limit` characters, its ends stripped: line ends become ` ⏎ `, what is cut ends in `…`."""
    if text.isascii() and text.isprintable() and len(text) <= limit:
        return text.strip()
    # What is dropped can be long, so more is read than can be shown, though no more than a block holds.
    flat = _clean(text[:BLOCK_LIMIT].strip()).strip().replace("\n", " ⏎ ")
    return flat if len(flat) <= limit else _cut(flat, limit, "…")


def inline(text: str) -> str:
    """A piece of a line: as `line`, with its blanks and its length kept, so that padded cells stay as they are."""
    if text.isascii() and text.isprintable():
        return text
    return _inline(text)


@lru_cache(4096)
def _inline(text: str) -> str:
    """Rows are drawn again and again from the same few texts."""
    return _clean(text[:BLOCK_LIMIT]).replace("\n", " ⏎ ")


def block(text: str, limit: int = BLOCK_LIMIT) -> str:
    """Several lines of at most `limit` characters in all, ended by `MORE` where cut. Line ends become newlines."""
    clean = _clean(text[: limit * 2]).rstrip()
    if len(text) <= limit * 2 and len(clean) <= limit:
        return clean
    return _cut(clean, limit, MORE)


def _cut(clean: str, limit: int, tail: str) -> str:
    """The beginning of `clean` and `tail`, together at most `limit` long; no joiner is left at the seam."""
    return clean[: max(0, limit - len(tail))].rstrip(" \n\u200c\u200d") + tail


def char_width(char: str) -> int:
    """Cells one character of safe text takes: 0, 1 or 2."""
    if char < "\u0300":
        return 1
    if char in _JOINERS or _is_mark(char) or category(char) == "Mc":
        return 0
    if "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff":
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def width(text: str) -> int:
    """Cells a line of safe text takes."""
    if text.isascii() or max(text) < "\u0300":
        return len(text)
    return sum(map(char_width, text))


def crop(text: str, cells: int) -> str:
    """The longest beginning of a line of safe text that fits into `cells` cells."""
    if text.isascii():
        return text[: max(0, cells)]
    used = 0
    for index, char in enumerate(text):
        used += char_width(char)
        if used > cells:
            return text[:index]
    return text


def fit(text: str, cells: int, *, cut: str = "~", right: bool = False) -> str:
    """A line of safe text padded or cut to exactly `cells` cells; `cut` (one cell) ends what was cut."""
    if cells <= 0:
        return ""
    used = width(text)
    if used > cells:
        text = crop(text, cells - 1) + cut
        used = width(text)
    pad = " " * (cells - used)
    return pad + text if right else text + pad


def wrap(text: str, cells: int, *, most: int = 1_000) -> list[str]:
    """A block of safe text as at most `most` lines of at most `cells` cells, broken at spaces where there are any."""
    out: list[str] = []
    for paragraph in text.split("\n"):
        rest = paragraph.rstrip()
        while width(rest) > cells:
            head = crop(rest, cells) or rest[:1]
            at = head.rfind(" ") if rest[len(head) : len(head) + 1] != " " else len(head)
            if at > cells // 3:
                head = head[:at]
            out.append(head.rstrip())
            rest = rest[len(head) :].lstrip()
            if len(out) >= most:
                return out
        out.append(rest)
        if len(out) >= most:
            return out
    return out


_ASCII = str.maketrans(
    {
        "⏎": "/",
        "…": "~",
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "‘": "'",
        "’": "'",
        "‚": ",",
        "“": '"',
        "”": '"',
        "„": '"',
        "·": ".",
        "•": "*",
        "→": ">",
        "←": "<",
        "≥": ">",
        "≤": "<",
        "×": "x",
        "€": "E",
    }
)


def to_ascii(text: str) -> str:
    """Safe text for a terminal without Unicode: as wide as before, letters without their marks, `?` for the rest."""
    if text.isascii():
        return text
    from unicodedata import normalize

    out: list[str] = []
    for char in text.translate(_ASCII):
        if char.isascii():
            out.append(char)
            continue
        cells = char_width(char)
        base = normalize("NFKD", char)[:1]
        out.append((base if base.isascii() and base.isprintable() and base else "?").ljust(cells, "?")[:cells])
    return "".join(out)
