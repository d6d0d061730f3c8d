"""The one picker: options under the digits while nothing is typed, everybody else by typing a part of their name.

It takes three lines at the bottom of any screen. Keys pressed while its options are still being read wait for them, so
that `a 1` typed fast does what it says. Enter takes the first; Escape closes it and touches nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from textual import events

from helpdesk_tui.domain.filters.names import fold
from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.widgets.text import EMPTY, Line, Run, fitted, run, width

T = TypeVar("T")
DIGITS = "123456789"
REST = 10
"""Cells for how many more there are."""
FEW = 3
"""Where not even so many are seen with all their words, the words are cut."""
LEAST = 6
"""Cells below which cut words tell nothing."""
_NAMED = {"ctrl+n": "down", "ctrl+p": "up", "ctrl+h": "backspace", "ctrl+m": "enter", "return": "enter"}


@dataclass(frozen=True)
class Option(Generic[T]):
    """Something to pick: its name, a few words about it, and why it should not be picked ("" for no reason)."""

    value: T
    label: str
    detail: str | Callable[[], str] = ""
    """Asked for only once it is shown, where it is a function."""
    why_not: str = ""
    words: str = ""
    """What else it is found by: a login, an address."""

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The words it is found by, as they compare."""
        return tuple(fold(f"{self.label} {self.words}").replace("-", " ").replace(".", " ").split())


def found(options: Sequence[Option[T]], typed: str) -> list[Option[T]]:
    """The options of which a word begins with each word typed, in their order; then those that hold its letters."""
    asked = fold(typed).split()
    if not asked:
        return list(options)
    good = [one for one in options if all(any(part.startswith(word) for part in one.parts) for word in asked)]
    if good:
        return good
    return [one for one in options if all(any(_holds(part, word) for part in one.parts) for word in asked)]


def _holds(part: str, word: str) -> bool:
    """Whether the letters of a word stand in a part in this order."""
    rest = iter(part)
    return all(letter in rest for letter in word)


class Picker(Generic[T]):
    """Open on a screen until something is picked or Escape. `done` is called with what was picked."""

    asks = False

    def __init__(
        self,
        screen: DeskScreen,
        title: str,
        done: Callable[[Option[T]], Awaitable[None] | None],
        *,
        about: str = "",
        others: str = "",
        free: Callable[[str], Awaitable[None] | None] | None = None,
        left: Callable[[], None] | None = None,
        empty: str = "there is nothing to pick",
    ) -> None:
        """`title` stands before what is typed, `about` before that, `others` (what colleagues do to it) after it;
        `free` takes typed text that names no option;
        `left` is called by Escape."""
        self._screen = screen
        self._title = title
        self._about = about
        self._others = others
        self._done = done
        self._free = free
        self._left = left
        self._empty = empty
        self._options: Sequence[Option[T]] | None = None
        self._waiting: list[tuple[str, str, events.Key]] = []
        self._typed = ""
        self._at = 0
        self._matches: list[Option[T]] = []
        screen.overlay = self
        screen.show_hints()

    def offer(self, options: Sequence[Option[T]]) -> None:
        """The options have been read; keys that waited for them act now."""
        if self._screen.overlay is not self:
            return
        self._options = self._matches = list(options)
        if not options and self._free is None:
            self.close()
            self._screen.say(self._empty, "warn")
            return
        waiting, self._waiting = self._waiting, []
        for key, name, event in waiting:
            if self._screen.overlay is self:
                self._press(key, name)
            else:
                self._screen.on_key(event)  # typed ahead of the pick, and meant for what comes after it
        if self._screen.overlay is self:
            self.draw()

    @property
    def matches(self) -> Sequence[Option[T]]:
        """What can be picked by what is typed."""
        return self._matches

    def take(self, key: str, event: events.Key) -> None:
        """A key: a digit picks while nothing is typed, letters search."""
        name = _NAMED.get(event.key, event.key)
        if name.startswith("alt+"):
            return  # Escape and a letter in one piece, or the rest of a split sequence: neither is a choice
        if name == "escape":
            self.close()
            if self._left is not None:
                self._left()
        elif self._options is None:
            self._waiting.append((key, name, event))
        else:
            self._press(key, name)
            if self._screen.overlay is self:
                self.draw()

    def _press(self, key: str, name: str) -> None:
        if name == "enter":
            self._enter()
        elif name in ("down", "up", "tab", "shift+tab"):
            step = 1 if name in ("down", "tab") else -1
            self._at = max(0, min(self._at + step, len(self._matches) - 1))
        elif name == "backspace":
            self._search(self._typed[:-1])
        elif name == "ctrl+u":
            self._search("")
        elif not self._typed and key in DIGITS:
            place = DIGITS.index(key)
            if place < len(self._matches):
                self._pick(self._matches[place])
        elif len(key) == 1 and key.isprintable():
            self._search(self._typed + key)
        elif name == "space" and self._typed:
            self._search(self._typed + " ")

    def _search(self, typed: str) -> None:
        narrower = bool(self._typed) and typed.startswith(self._typed) and bool(self._matches)
        pool = self._matches if narrower else self._options or ()
        self._typed, self._at = typed, 0
        self._matches = found(pool, typed) or (found(self._options or (), typed) if narrower else [])

    def _enter(self) -> None:
        typed = self._typed.strip()
        if self._matches and (not typed or self._free is None or self._exact(typed) or self._at):
            self._pick(self._matches[self._at])
        elif self._free is not None and typed:
            self.close()
            self._begin(self._free(typed))

    def _exact(self, typed: str) -> bool:
        """With free text, an option is meant where what was typed begins its name."""
        return fold(self._matches[0].label).startswith(fold(typed))

    def _pick(self, option: Option[T]) -> None:
        self.close()
        self._begin(self._done(option))

    def _begin(self, result: Awaitable[None] | None) -> None:
        if result is not None:
            self._screen.work(result, "picked", exclusive=False)

    def close(self) -> None:
        """Closes it, if it is open; nothing is picked."""
        if self._screen.overlay is not self:
            return
        self._screen.overlay = None
        self._screen.prompt.say(EMPTY)
        self._screen.show_hints()

    # Drawing

    def draw(self) -> None:
        """Two lines of options, and what is typed."""
        cells = self._screen.app.size.width
        self._screen.hint(*(content for content in self._lines(cells) if content))
        help_words = "type to search, Enter = 1, Esc" if not self._typed else "Enter takes the first, Esc closes"
        if self._options is None:
            help_words = "reading..."
        elif self._typed and not self._matches and self._free is None:
            help_words = "nobody and nothing is called so"
        head: list[Run] = [run(f" {self._about}  " if self._about else " ", "dim"), run(f"{self._title} ", "key")]
        head.append(run(f"{self._screen.glyphs.cursor} ", "key"))
        head += [run(self._typed), run(" ", "caret")]
        if self._others:
            head.append(run(f"  @ {self._others} ", "warn"))
        head.append(run(f"  {help_words}", "dim"))
        self._screen.prompt.say(fitted(tuple(head), cells))

    def _lines(self, cells: int) -> tuple[Line, Line]:
        parts = self._parts()
        rows = _filled(parts, cells)
        if sum(map(len, rows)) < min(len(parts), FEW):
            rows = _filled([_cut(part, (cells - REST) // 2) for part in parts], cells)
        shown = sum(map(len, rows))
        rest = len(self._matches) - shown
        more = (run(f"  +{rest} more", "dim"),) if rest > 0 else EMPTY
        first, second = (tuple(piece for part in row for piece in part) for row in rows)
        return fitted(first, cells), fitted((*second, *more), cells) if second or more else EMPTY

    def _parts(self) -> list[Line]:
        """The first options, each with its digit while one would pick it."""
        out: list[Line] = []
        for place, option in enumerate(self._matches[: len(DIGITS)]):
            chosen = place == self._at and (place > 0 or bool(self._typed))
            key = DIGITS[place] if not self._typed else self._screen.glyphs.cursor if chosen else " "
            style = "tab-on" if chosen else "gone" if option.why_not else ""
            detail = option.detail if isinstance(option.detail, str) else option.detail()
            words = option.why_not or detail
            tail = (run(f" {words}", "warn" if option.why_not else "dim"),) if words else EMPTY
            out.append((run(f" {key} ", "key"), run(option.label, style), *tail, run(" ")))
        return out


def _cut(part: Line, cells: int) -> Line:
    """An option with its few words cut short, its key and its name whole."""
    key, label, *words = part
    room = cells - width((key, label)) - 1
    if width(part) <= cells or room < LEAST or len(words) < 2:
        return part if width(part) <= cells else (key, label, run(" "))
    return (key, label, *fitted(tuple(words[:-1]), room), run(" "))


def _filled(parts: Sequence[Line], cells: int) -> tuple[list[Line], list[Line]]:
    """Parts over two lines, as many as fit; the second leaves room for how many more there are."""
    rows: tuple[list[Line], list[Line]] = ([], [])
    at, used = 0, 0
    for part in parts:
        wide = width(part)
        if used + wide > cells - (REST if at else 0) and used:
            at, used = at + 1, 0
        if at > 1:
            break
        rows[at].append(part)
        used += wide
    return rows


async def read_into(picker: Picker[T], read: Awaitable[Sequence[Option[T]]]) -> None:
    """Reads the options of a picker and offers them; a failure closes it and is raised."""
    try:
        picker.offer(await read)
    except BaseException:
        picker.close()
        raise
