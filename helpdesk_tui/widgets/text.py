"""The only place where text becomes something a widget draws, and it passes `safe_text` on the way.

A `Line` is a tuple of `Run`s: text and the name of a style (`theme.STYLES`). `run` and `pad` make runs of any text,
safe or not; nothing else does (a test reads the source for it). `Palette` turns lines into strips of an exact width.
"""

from __future__ import annotations

import traceback
from functools import lru_cache
from typing import NamedTuple

from rich.segment import Segment, Segments
from rich.style import Style
from textual.strip import Strip

from helpdesk_tui import safe_text
from helpdesk_tui.theme import ASCII, STYLES, UNICODE, Glyphs


class Run(NamedTuple):
    """Harmless text in one style."""

    text: str
    style: str = ""


Line = tuple[Run, ...]
"""One line, as wide as its runs."""

EMPTY: Line = ()


def run(text: str, style: str = "") -> Run:
    """Any text, made harmless."""
    return Run(safe_text.inline(text), style)


def pad(text: str, cells: int, style: str = "", *, right: bool = False, cut: str = "~") -> Run:
    """Any text, made harmless and exactly `cells` wide."""
    return Run(safe_text.fit(safe_text.inline(text), cells, cut=cut, right=right), style)


@lru_cache(2048)
def shortened(name: str, cells: int) -> str:
    """A name of three words or more that does not fit, by its initials and its last word: `CS EMEA` for `Client Support
    EMEA`. It is the same on every screen, whatever the room, so that a group is known again.

    Of what has such names, many begin alike. Others stay as they are, to be cut at the end: names of two words, and
    what has small words in it, such as `Network on call`, whose initials nobody knows.
    """
    words = [word for word in name.split() if word.isalnum()]
    if len(name) <= cells or len(words) < 3 or any(word.islower() and word[0].isalpha() for word in words):
        return name
    *first, last = words
    return "".join(word[0] for word in first) + " " + last


def line(text: str, style: str = "") -> Line:
    """Any text as a line of one style."""
    return (run(text, style),)


def paragraph(text: str, cells: int, style: str = "", *, indent: str = "", most: int = 1_000) -> list[Line]:
    """Any text, its line ends kept, as lines of at most `cells` cells, each after `indent`."""
    room = max(8, cells - len(indent))
    rows = safe_text.wrap(safe_text.block(text), room, most=most)
    return [(Run(safe_text.inline(indent) + row, style),) for row in rows]


def width(content: Line) -> int:
    """Cells a line takes."""
    return sum(safe_text.width(piece.text) for piece in content)


def spread(left: Line, right: Line, cells: int, style: str = "") -> Line:
    """`left` and `right` at the two ends of `cells` cells; where both do not fit, the end of `left` gives way."""
    room = cells - width(right)
    return (
        (*fitted(left, max(0, room - 1), style), Run(" ", style), *right) if room > 0 else fitted(right, cells, style)
    )


def fitted(content: Line, cells: int, style: str = "") -> Line:
    """A line cut or padded (in `style`) to exactly `cells` cells."""
    out: list[Run] = []
    room = cells
    for piece in content:
        used = safe_text.width(piece.text)
        if used > room:
            out.append(Run(safe_text.fit(piece.text, room), piece.style))
            return tuple(out)
        out.append(piece)
        room -= used
    if room:
        out.append(Run(" " * room, style))
    return tuple(out)


def last_words(error: BaseException) -> Segments:
    """What a program that a mistake of ours has ended leaves on the terminal: where it happened."""
    text = safe_text.block("".join(traceback.format_exception(error)))
    return Segments([Segment(text + "\n")])


STRIPS = 1_000
"""So many strips are kept: lines are drawn again and again, and making one costs ten times as much as finding it."""


class Palette:
    """Styles of one theme, and whether only ASCII may be drawn."""

    def __init__(self, theme: str = "dark", *, ascii_only: bool = False) -> None:
        self.theme = theme
        self.ascii = ascii_only
        self.glyphs: Glyphs = ASCII if ascii_only else UNICODE
        self._specs = STYLES[theme]
        self._styles: dict[tuple[str, str], Style] = {}
        self._strips: dict[tuple[Line, int, str], Strip] = {}

    def style(self, name: str, base: str = "") -> Style:
        """The style called `name` drawn on the style called `base`, itself on the theme's ground. Unknown: KeyError."""
        found = self._styles.get((name, base))
        if found is None:
            found = Style.parse(self._specs[""] or "none")
            for part in (base, name):
                if part:
                    found += Style.parse(self._specs[part] or "none")
            if base == "cursor" and found.reverse and name:
                # Two reversals of one cell would leave colours that were chosen for the plain ground.
                found = found + Style(color="default", bgcolor="default")
            self._styles[name, base] = found
        return found

    def strip(self, content: Line, cells: int, base: str = "") -> Strip:
        """A strip of exactly `cells` cells on the style `base`; neighbours of one style share a segment."""
        key = (content, cells, base)
        found = self._strips.get(key)
        if found is None:
            if len(self._strips) >= STRIPS:
                self._strips.clear()
            found = self._strips[key] = self._made(content, cells, base)
        return found

    def _made(self, content: Line, cells: int, base: str) -> Strip:
        segments: list[Segment] = []
        held, held_style = "", self.style("", base)
        room = cells
        for text, name in content:
            if not text:
                continue
            if self.ascii and not text.isascii():
                text = safe_text.to_ascii(text)
            used = safe_text.width(text)
            if used > room:
                text = safe_text.fit(text, room) if room else ""
                used = room
            room -= used
            style = self.style(name, base)
            if style is held_style or style == held_style:
                held += text
            else:
                if held:
                    segments.append(Segment(held, held_style))
                held, held_style = text, style
        if room:
            ground = self.style("", base)
            if held and ground != held_style:
                segments.append(Segment(held, held_style))
                held = ""
            held, held_style = held + " " * room, ground
        if held:
            segments.append(Segment(held, held_style))
        return Strip(segments, cells)
