"""Confirmations: a line answered by y, a number that is typed, and the review of a public text.

None takes a key that was typed before it was drawn, nor in the first quarter of a second after: on a slow link such a
key was meant for something else. The harmless answer is the one under Enter and Escape.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual import events

from helpdesk_tui.screens import base
from helpdesk_tui.widgets import bars
from helpdesk_tui.widgets.text import EMPTY, Line, fitted, line, paragraph, run

if TYPE_CHECKING:
    from helpdesk_tui.screens.base import Act, Choice, DeskScreen


class _Guarded:
    """Draws itself, and only from then on counts the time until it listens."""

    asks = True

    def __init__(self, screen: DeskScreen) -> None:
        self._screen = screen
        self._listens = float("inf")
        screen.overlay = self
        screen.show_hints()
        screen.call_after_refresh(self._drawn)

    def _drawn(self) -> None:
        self._listens = time.monotonic() + base.DEAD_TIME

    def take(self, key: str, event: events.Key) -> None:
        """A key, where it was pressed with the question in view."""
        if event.time >= self._listens:
            self.answer(key, event.key)

    def answer(self, key: str, name: str) -> None:
        """What a key says."""

    def draw(self) -> None:
        """Shows the question."""

    def close(self, act: Act | None) -> None:
        """Ends it and does what was answered."""
        if self._screen.overlay is self:
            self._screen.overlay = None
            self._screen.prompt.say(EMPTY)
            self._screen.show_hints()
        result = act() if act is not None else None
        if result is not None:
            self._screen.work(result, "confirmed", exclusive=False)
        elif self._screen.overlay is None and self._screen.prompt.free:
            self._screen.say_held()


class Planning(_Guarded):
    """Takes every key, and does nothing, while it is found out what has to be asked: none of them is an answer yet."""

    asks = False

    def draw(self) -> None:
        """That something is under way."""
        self._screen.prompt.say(line(" ...", "dim"))

    def end(self) -> None:
        """What has to be asked is known."""
        self.close(None)


class Confirm(_Guarded):
    """A question in the lines of keys with its answers; the last choice is the harmless one, and Enter gives it."""

    def __init__(
        self, screen: DeskScreen, question: str, choices: list[Choice], *, style: str = "strong", text: str = ""
    ) -> None:
        """`text` is shown beneath: what will be sent, its beginning where it is long."""
        self._question, self._choices, self._style, self._text = question, choices, style, text
        super().__init__(screen)

    def answer(self, key: str, name: str) -> None:
        """One of the choices; Escape and Enter give the last."""
        chosen = next((choice for choice in self._choices if choice.key == key), None)
        if chosen is None and name in ("enter", "escape"):
            chosen = self._choices[-1]
        if chosen is not None:
            self.close(chosen.act)

    def draw(self) -> None:
        """The question, the text, the answers."""
        cells = self._screen.app.size.width
        body = " ".join(self._text.split())
        if body:
            self._screen.hint(
                fitted((run(f" {self._question}", self._style),), cells), fitted((run(f" {body}"),), cells)
            )
        else:
            self._screen.hint(*asked(self._question, cells, self._style))
        self._screen.prompt.say(fitted(bars.choices("", [(one.key, one.label) for one in self._choices], cells), cells))


class ByNumber(_Guarded):
    """Done only once the number of tickets was typed, and Enter."""

    def __init__(self, screen: DeskScreen, question: str, number: int, act: Act, left: Act) -> None:
        """`left` is called where it is left without doing anything."""
        self._question, self._number, self._act, self._left = question, str(number), act, left
        self._typed = ""
        super().__init__(screen)

    def answer(self, key: str, name: str) -> None:
        """Digits, and Enter at the end."""
        if name == "escape":
            self.close(self._left)
        elif name in ("backspace", "ctrl+h"):
            self._typed = self._typed[:-1]
            self.draw()
        elif key.isdigit() and len(key) == 1:
            self._typed = (self._typed + key)[: len(self._number) + 2]
            self.draw()
        elif name == "enter" and self._typed == self._number:
            self.close(self._act)
        elif name == "enter":
            self._typed = ""
            self.draw()

    def draw(self) -> None:
        """The question, and what was typed of the number."""
        cells = self._screen.app.size.width
        self._screen.hint(*asked(self._question, cells, "warn"))
        typed = (run(f" type {self._number} and Enter to do it: ", "key"), run(self._typed), run(" ", "caret"))
        self._screen.prompt.say((*typed, *line("   Esc leaves everything as it is", "dim")))


def asked(question: str, cells: int, style: str) -> list[Line]:
    """A question in one line or two: what is to be done, to how many of which, should not be cut off."""
    first, *rest = paragraph(question, cells, style, indent=" ") or [EMPTY]
    second = (run(" " + " ".join(row[0].text.strip() for row in rest), style),)
    return [fitted(first, cells), *([fitted(second, cells)] if rest else [])]
