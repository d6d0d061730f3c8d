"""Hostile text in every field a screen shows: nothing of it is a control, nothing of it is markup, on any screen."""

from __future__ import annotations

from typing import Any

import pytest

HOSTILE = {
    "clear": "a\x1b[2Jb",
    "clipboard": "Printer \x1b]52;c;cm0gLXJmIH4K\x1b\\ is broken",
    "title": "\x1b]2;PWNED\x07",
    "link": "\x1b]8;;http://evil.example\x1b\\here",
    "c1": "x\x9b2J\x9dy",
    "control": "\x00\x07\x08\x0b\x0c\x0e\x7f\r\n\t",
    "markup": "Disk full [/var/log] [red]x[/] [@click=app.quit]y[/] [not closed",
    "bidi": "a\u202egnp.exe\u2066b",
    "invisible": "a\u200b\u3164\U000e0041\ufeffb",
    "marks": "z" + "\u0301" * 3_000,
    "joined": "\U0001f469\u200d" * 200,
    "lines": "one\u2028two\x85three\nfour",
    "wide": "漢字" * 100,
}
FIELDS = ("number", "title", "status", "category", "channel", "url", "priority_name", "kind")


def bad(text: str) -> list[str]:
    return [f"{ord(char):x}" for char in text if not (char.isprintable() or char == "\n")]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("\x00", "'||char(0)||'") + "'"


def poison(desk: Any, texts: list[str]) -> None:
    """Puts a text into every field of a ticket each, and all of them into what tickets share."""
    updates = []
    for ident, text in zip(desk.queue.tickets.ids, texts, strict=False):
        sets = ", ".join(f"{field} = {quoted(text)}" for field in FIELDS)
        updates.append(f"UPDATE ticket SET {sets}, rev = :rev WHERE id = {ident}")
        updates.append(
            f"UPDATE activity SET text = {quoted(text)} WHERE ticket = (SELECT key FROM ticket WHERE id = {ident})"
        )
    every = quoted(" ".join(texts))
    desk.write(
        *updates,
        f"UPDATE person SET name = {every}, email = {every}, phone = {every}, rev = :rev",
        f"UPDATE grp SET name = {every}, rev = :rev",
        f"UPDATE organisation SET name = {every}, rev = :rev",
        f"UPDATE activity SET author_name = {every}",
        f"UPDATE clock SET name = {every}, metric = 'other'",
        f"UPDATE body SET text = {every}",
        f"UPDATE source SET label = {every}, words = {every}, account = {every}, rev = :rev",
    )


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_no_screen_lets_it_through(open_desk: Any, size: tuple[int, int]) -> None:
    async with open_desk(size) as desk:
        poison(desk, list(HOSTILE.values()))
        await desk.pulse()
        await desk.press("R")
        seen = [desk.text]
        for _ in HOSTILE:
            await desk.press("j")
            seen.append(desk.text)
        for keys in (("slash", "a"), ("escape",), ("y", "k"), ("y", "t"), ("o",), ("enter",), ("q", "question_mark")):
            await desk.press(*keys)
            seen.append(desk.text)
            assert bad(desk.app.clipboard) == []
        await desk.press("q", "equals_sign", "g")
        seen.append(desk.text)
        await desk.press("ctrl+p")
        seen.append(desk.text)
        for text in seen:
            assert bad(text) == []
        assert any("␛]52" in text for text in seen)


async def test_markup_is_shown_as_it_is(open_desk: Any) -> None:
    async with open_desk((120, 40)) as desk:
        poison(desk, ["Disk full [/var/log] [red]x[/]"])
        await desk.press("R")
        assert "Disk full [/var/log] [red]x[/]" in desk.text


async def test_the_last_line_of_defence_replaces_what_is_left() -> None:
    from rich.segment import Segment
    from textual.color import Color

    from helpdesk_tui.widgets.painter import Harmless

    segments = [Segment("a\x1b[2Jb"), Segment("ok"), Segment("\x1b[2J", control=[(1,)])]  # type: ignore[list-item]
    made = Harmless().apply(segments, Color(0, 0, 0))
    assert [segment.text for segment in made] == ["a�[2Jb", "ok", "\x1b[2J"]
