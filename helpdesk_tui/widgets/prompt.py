"""The last line of every screen: what happened, a question, or a line being typed.

While a line is typed it is an editor with the keys of a shell; it posts `Changed` at each change, then `Submitted` or
`Cancelled`. Completion is asked of a function that answers from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from helpdesk_tui import safe_text
from helpdesk_tui.domain.filters.language import Completion
from helpdesk_tui.widgets.text import EMPTY, Line, Palette, Run, fitted, run

Complete = Callable[[str, int], Sequence[Completion]]
HISTORY = 100


class Prompt(Widget):
    """One line. `say` shows a message; `edit` begins a line under a label such as `:`."""

    class Changed(Message):
        """The text changed while it is typed."""

        def __init__(self, kind: str, text: str) -> None:
            super().__init__()
            self.kind = kind
            self.text = text

    class Submitted(Changed):
        """Enter was pressed."""

    class Cancelled(Changed):
        """Escape was pressed; the text is in the history."""

    def __init__(self, palette: Palette, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.palette = palette
        self.kind = ""
        """What is being typed: the name given to `edit`; "" while nothing is."""
        self.text = ""
        self._label = ""
        self._label_style = "key"
        self._at = 0
        self._message: Line = EMPTY
        self._fault: tuple[int, int] | None = None
        self._note: Line = EMPTY
        self._complete: Complete | None = None
        self._secret = False
        self._ways: Sequence[Completion] = ()
        self._way = -1
        self._histories: dict[str, list[str]] = {}
        self._back = 0

    # Messages

    def say(self, message: Line) -> None:
        """Shows a message until the next one; while a line is typed it waits beneath."""
        if message != self._message:
            self._message = message
            if not self.kind:
                self.refresh()

    @property
    def free(self) -> bool:
        """Whether nothing is shown and nothing is typed here."""
        return not self.kind and not self._message

    def render_line(self, y: int) -> Strip:
        """One line for Textual's line API."""
        content = self._editor() if self.kind else self._message
        return self.palette.strip(content if y == 0 else EMPTY, self.size.width)

    def repaint(self, palette: Palette) -> None:
        """Draws everything anew with another palette."""
        self.palette = palette
        self.refresh()

    # Typing

    def edit(
        self,
        kind: str,
        label: str,
        text: str = "",
        complete: Complete | None = None,
        *,
        secret: bool = False,
        style: str = "key",
    ) -> None:
        """Begins a line of this kind, with `text` in it; `label` stands before it, in a style of its own. A `secret` is
        drawn as stars, and neither remembered nor told before Enter."""
        self.kind, self._label, self._complete, self._secret = kind, label, complete, secret
        self._label_style = style
        self.text, self._at = text, len(text)
        self._back, self._fault, self._note = 0, None, EMPTY
        self._ways, self._way = (), -1
        self.refresh()

    def done(self) -> None:
        """Ends the line; the message shows again."""
        if self.kind:
            if not self._secret:
                self.remember(self.kind, self.text)
            self.kind, self._secret = "", False
            self.refresh()

    def remember(self, kind: str, text: str) -> None:
        """Puts a line into the history of its kind."""
        history = self._histories.setdefault(kind, [])
        if text.strip():
            history[:] = [*[line for line in history if line != text][-HISTORY:], text]

    def fault(self, span: tuple[int, int] | None, note: Line = EMPTY) -> None:
        """Underlines a part of the text and says what is wrong with it; None takes it back."""
        if (span, note) != (self._fault, self._note):
            self._fault, self._note = span, note
            self.refresh()

    def ways(self) -> Sequence[Completion]:
        """How the text may go on where the cursor is; while Tab goes through ways, those."""
        if self._ways:
            return self._ways
        return self._complete(self.text, self._at) if self._complete else ()

    @property
    def way(self) -> int:
        """Which of the ways Tab has put in; -1 for none."""
        return self._way if self._ways else -1

    def insert(self, text: str) -> None:
        """Types or pastes text, made harmless and one line."""
        clean = " ".join(safe_text.inline(text.replace("\r\n", "\n").replace("\n", " ")).split("\t"))
        self._set(self.text[: self._at] + clean + self.text[self._at :], self._at + len(clean))

    def handle(self, event: events.Key) -> bool:
        """Takes a key while a line is typed; tells whether it was of use."""
        event.stop()
        event.prevent_default()
        key = event.key
        if key != "tab" and key != "shift+tab":
            self._ways, self._way = (), -1
        act = getattr(self, f"_key_{_NAMES.get(key, key).replace('+', '_')}", None)
        if act is not None:
            act()
        elif event.character and event.is_printable:
            self.insert(event.character)
        else:
            return False
        return True

    def _set(self, text: str, at: int) -> None:
        changed = text != self.text
        self.text, self._at = text, max(0, min(at, len(text)))
        self.refresh()
        if changed:
            self._fault, self._note = None, EMPTY
            if not self._secret:
                self.post_message(self.Changed(self.kind, text))

    def _key_enter(self) -> None:
        kind, text = self.kind, self.text
        self.done()
        self.post_message(self.Submitted(kind, text))

    def _key_escape(self) -> None:
        kind, text = self.kind, self.text
        self.done()
        self.post_message(self.Cancelled(kind, text))

    def _key_backspace(self) -> None:
        if self._at:
            self._set(self.text[: self._at - 1] + self.text[self._at :], self._at - 1)
        elif not self.text:
            self._key_escape()

    def _key_delete(self) -> None:
        self._set(self.text[: self._at] + self.text[self._at + 1 :], self._at)

    def _key_left(self) -> None:
        self._set(self.text, self._at - 1)

    def _key_right(self) -> None:
        self._set(self.text, self._at + 1)

    def _key_home(self) -> None:
        self._set(self.text, 0)

    def _key_end(self) -> None:
        self._set(self.text, len(self.text))

    def _key_ctrl_u(self) -> None:
        self._set(self.text[self._at :], 0)

    def _key_ctrl_k(self) -> None:
        self._set(self.text[: self._at], self._at)

    def _key_ctrl_w(self) -> None:
        head = self.text[: self._at].rstrip()
        head = head[: head.rfind(" ") + 1]
        self._set(head + self.text[self._at :], len(head))

    def _key_up(self) -> None:
        self._recall(1)

    def _key_down(self) -> None:
        self._recall(-1)

    def _recall(self, step: int) -> None:
        history = self._histories.get(self.kind, [])
        self._back = max(0, min(self._back + step, len(history)))
        text = history[-self._back] if self._back else ""
        self._set(text, len(text))

    def _key_tab(self, step: int = 1) -> None:
        """The first way on; again, the next."""
        if not self._ways:
            self._ways, self._way = list(self.ways()), -1
            self._typed = self.text
        if not self._ways:
            return
        self._way = (self._way + step) % len(self._ways) if self._way >= 0 or step > 0 else len(self._ways) - 1
        way = self._ways[self._way]
        if len(self._ways) == 1:
            self._ways, self._way = (), -1
        self._set(self._typed[: way.start] + way.insert + self._typed[way.end :], way.start + len(way.insert))

    def _key_shift_tab(self) -> None:
        self._key_tab(-1)

    # Drawing

    def _editor(self) -> Line:
        """The label, the text around the cursor, and what is wrong with it."""
        cells = self.size.width
        label = run(f" {self._label}", self._label_style)
        note = (run("  "), *self._note) if self._note else EMPTY
        room = max(12, cells - safe_text.width(label.text) - 2)
        first = 0
        while safe_text.width(self.text[first : self._at]) >= room:
            first += max(1, room // 3)
        pieces: list[Run] = [label]
        low, high = self._fault or (0, 0)
        shown = "*" * len(self.text) if self._secret else self.text
        for index, char in enumerate(shown[first:] + " ", first):
            faulty = low <= index < max(high, low + 1) and self._fault is not None
            style = "caret" if index == self._at else "error" if faulty else ""
            if pieces[-1].style == style and len(pieces) > 1:
                pieces[-1] = run(pieces[-1].text + char, style)
            else:
                pieces.append(run(char, style))
        return fitted((*pieces, *note), cells)


_NAMES = {
    "ctrl+e": "end",
    "ctrl+d": "delete",
    "ctrl+f": "right",
    "ctrl+h": "backspace",
    "ctrl+p": "up",
    "ctrl+n": "down",
    "ctrl+g": "escape",
    "return": "enter",
    "ctrl+m": "enter",
    "ctrl+j": "enter",
    "ctrl+i": "tab",
}
