"""Writes to the terminal only the cells that differ from what is there.

Textual's compositor says which regions may have changed and sends them whole: two lines for a cursor that moved by one,
a whole screen for a help page. An SSH link is the bus here, so the last frame is remembered and compared cell by cell.
A screen that draws the same again costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.color import Color
from textual.filter import LineFilter

from helpdesk_tui import safe_text

BRIDGE = 5
"""So many unchanged cells between two changed ones of one style are sent along: moving the cursor costs as much."""


BACK = 4
"""So many cells to the left of the cursor, one line down, are never farther than an address."""
DOWN = "\x1bD"
"""One line down in the same column, every terminal's shortest way; it would scroll below the last line only."""
AT_ONCE = 1_000
"""So many characters are one packet on any link."""
SYSTEMS = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR}
"""The colours of a terminal by Rich's name for them; none for any other."""
_INKS = frozenset((*range(30, 40), *range(90, 98)))
_GROUNDS = frozenset((*range(40, 50), *range(100, 108)))
UNKNOWN = "\0"
"""What stands in a cell of which nothing is known."""


class Patch(NamedTuple):
    """Cells to write: where, in which style (an SGR parameter list), and what."""

    y: int
    x: int
    sgr: str
    text: str
    cells: int


class _Row:
    """One line of the terminal as it stands: a character (or "" after a wide one) and a style for each cell."""

    __slots__ = ("chars", "sgrs")

    def __init__(self, width: int) -> None:
        self.chars: list[str] = [UNKNOWN] * width
        self.sgrs: list[str] = [""] * width


class Painter:
    """Remembers a screen of `width` by `height` cells; `forget` when something else wrote on it."""

    def __init__(self) -> None:
        self.width = 0
        self._rows: list[_Row] = []
        self._codes: dict[Style, str] = {}

    def forget(self) -> None:
        """Takes nothing on the terminal for granted any more."""
        self._rows = []

    def paint(self, update: CompositorUpdate, size: tuple[int, int], colors: ColorSystem | None) -> str | None:
        """What to write for this update, "" for nothing; None for a kind of update that is not known here."""
        if (self.width, len(self._rows)) != size:
            self.width = size[0]
            self._rows = [_Row(size[0]) for _ in range(size[1])]
        if isinstance(update, LayoutUpdate):
            patches = self._layout(update, colors)
        elif isinstance(update, ChopsUpdate):
            patches = self._chops(update, colors)
        else:
            return None
        return encode(patches, self.width)

    def _layout(self, update: LayoutUpdate, colors: ColorSystem | None) -> list[Patch]:
        patches: list[Patch] = []
        for y, strips in enumerate(update.strips, update.region.y):
            segments = [segment for strip in strips for segment in strip]
            patches += self._line(y, update.region.x, segments, colors)
        return patches

    def _chops(self, update: ChopsUpdate, colors: ColorSystem | None) -> list[Patch]:
        patches: list[Patch] = []
        for y, x1, x2 in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < x2 and end > x1:
                    patches += self._line(y, x, list(strip), colors)
        return patches

    def _line(self, y: int, x: int, segments: Sequence[Segment], colors: ColorSystem | None) -> list[Patch]:
        """Compares a piece of a line with what stands there, remembers it, and returns what differs."""
        if not 0 <= y < len(self._rows):
            return []
        chars: list[str] = []
        sgrs: list[str] = []
        codes = self._codes
        for text, style, control in segments:
            if control or not text:
                continue
            cells: Sequence[str] = text if text.isascii() else _cells(text)
            chars += cells
            code = codes.get(style) if style is not None else ""
            sgrs += [self._sgr(style, colors) if code is None else code] * len(cells)
        room = self.width - x
        if len(chars) > room:
            chars, sgrs = chars[:room], sgrs[:room]
        row, end = self._rows[y], x + len(chars)
        old_chars, old_sgrs = row.chars[x:end], row.sgrs[x:end]
        if chars == old_chars and sgrs == old_sgrs:
            return []
        row.chars[x:end], row.sgrs[x:end] = chars, sgrs
        if old_chars[0] == UNKNOWN:
            return list(_runs(y, x, chars, sgrs, 0, len(chars)))
        if sgrs == old_sgrs:
            changed = [at for at, pair in enumerate(zip(chars, old_chars, strict=True)) if pair[0] != pair[1]]
        else:
            changed = [
                at
                for at, (char, old, sgr, before) in enumerate(zip(chars, old_chars, sgrs, old_sgrs, strict=True))
                if char != old or sgr != before
            ]
        return list(_patches(y, x, chars, sgrs, changed))

    def _sgr(self, style: Style | None, colors: ColorSystem | None) -> str:
        if style is None or colors is None:
            return ""
        code = self._codes.get(style)
        if code is None:
            drawn = style.render("x", color_system=colors)
            code = drawn[2 : drawn.index("m")] if drawn.startswith("\x1b[") else ""
            self._codes[style] = code
        return code


def _cells(text: str) -> list[str]:
    """A character for each cell: marks stay with their letter, a wide character is followed by ""."""
    if safe_text.width(text) == len(text) and (text.isascii() or all(map(safe_text.char_width, text))):
        return list(text)
    out: list[str] = []
    for char in text:
        wide = safe_text.char_width(char)
        if wide == 0 and out:
            at = -1 if out[-1] else -2
            out[at] += char
        elif wide:
            out.append(char)
            if wide == 2:
                out.append("")
    return out


def _patches(y: int, x: int, chars: list[str], sgrs: list[str], changed: list[int]) -> Iterable[Patch]:
    """Changed cells joined to patches of one style; a short stretch of unchanged cells in between is sent along."""
    # Half a wide character cannot be written: its first cell goes with its second.
    wide = "" in chars
    if wide:
        changed = sorted({at - 1 if not chars[at] and at else at for at in changed})
    spans: list[list[int]] = []
    end = -BRIDGE - 1
    for at in changed:
        gap = at - end
        last = at + 1 if wide and at + 1 < len(chars) and not chars[at + 1] else at
        if gap <= 1 or (gap <= BRIDGE and sgrs[end:at].count(sgrs[at]) == gap):
            end = spans[-1][1] = max(last, end)
        else:
            spans.append([at, last])
            end = last
    for first, last in spans:
        yield from _runs(y, x, chars, sgrs, first, last + 1)


def _runs(y: int, x: int, chars: list[str], sgrs: list[str], first: int, end: int) -> Iterable[Patch]:
    """The cells from `first` to before `end`, a patch for each style."""
    at = first
    while at < end:
        sgr, start = sgrs[at], at
        while at < end and sgrs[at] == sgr:
            at += 1
        yield Patch(y, x + start, sgr, "".join(chars[start:at]), at - start)


def encode(patches: Sequence[Patch], width: int) -> str:
    """The bytes for patches: in the order of the screen, or style by style where that is shorter.

    `width` is the terminal's: written in its last cell, the cursor stays there, for the driver lets no line wrap.
    """
    if not patches:
        return ""
    plain = _encode(patches, width)
    if len(patches) <= 1 or len(patches) > 400:
        return plain
    order = {sgr: place for place, sgr in enumerate(dict.fromkeys(patch.sgr for patch in patches))}
    grouped = _encode(sorted(patches, key=lambda patch: order[patch.sgr]), width)
    return min(plain, grouped, key=len)


def _encode(patches: Sequence[Patch], width: int) -> str:
    out: list[str] = []
    y = x = -1
    sgr = ""
    for patch in patches:
        if patch.y != y or patch.x != x:
            ahead = patch.x - x
            if patch.y == y and 0 < ahead < 1000:
                out.append("\x1b[C" if ahead == 1 else f"\x1b[{ahead}C")
            elif patch.y == y + 1 and -BACK <= ahead <= 0:
                out.append("\b" * -ahead + DOWN)
            else:
                out.append(f"\x1b[{patch.y + 1};{patch.x + 1}H")
        if patch.sgr != sgr:
            out.append(_turn(sgr, patch.sgr))
            sgr = patch.sgr
        out.append(patch.text)
        y, x = patch.y, min(patch.x + patch.cells, width - 1)
    if sgr:
        out.append("\x1b[m")
    return "".join(out)


@lru_cache(4096)
def _turn(old: str, new: str) -> str:
    """What turns one style into another: only what differs where nothing has to be taken back."""
    if not new:
        return "\x1b[m"
    had, wanted = _parts(old), _parts(new)
    if not had.marks <= wanted.marks:
        return f"\x1b[0;{new}m"
    codes = sorted(wanted.marks - had.marks)
    codes += [wanted.ink or "39"] if wanted.ink != had.ink else []
    codes += [wanted.ground or "49"] if wanted.ground != had.ground else []
    return f"\x1b[{';'.join(codes)}m" if codes else ""


class _Parts(NamedTuple):
    """A style taken apart: the parameters of its colours, and all others."""

    ink: str
    ground: str
    marks: frozenset[str]


def _parts(sgr: str) -> _Parts:
    codes, ink, ground, marks = iter(sgr.split(";") if sgr else ()), "", "", set[str]()
    for code in codes:
        if code in ("38", "48"):
            kind = next(codes)
            code = ";".join([code, kind, *(next(codes) for _ in range(3 if kind == "2" else 1))])
        number = int(code.partition(";")[0])
        if number in _INKS:
            ink = code
        elif number in _GROUNDS:
            ground = code
        else:
            marks.add(code)
    return _Parts(ink, ground, frozenset(marks))


class Harmless(LineFilter):
    """The last line: whatever still is not printable is drawn as a replacement character."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Segments with nothing in them that a terminal would act on."""
        if all(control or text.isprintable() for text, _, control in segments):
            return segments
        return [Segment(text if control else _visible(text), style, control) for text, style, control in segments]


def _visible(text: str) -> str:
    return "".join(char if char.isprintable() or char in "\u200c\u200d" else "�" for char in text)


class Written(CompositorUpdate):
    """What is to be sent, as bytes that are known already."""

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def at_once(self) -> bool:
        """Whether it arrives in one piece and needs no marks around it that tell a terminal to draw it as one."""
        return len(self.text) <= AT_ONCE

    def render_segments(self, console: object) -> str:  # noqa: ARG002
        """The bytes."""
        return self.text
