"""Keeps keys that nobody pressed from acting: the rest of a split escape sequence, and a paste that arrives as typing.

A slow link can deliver the bytes of one arrow key in two parts. Textual waits for the rest and then hands the parts on
as keys: `[` and `A`, or for a mouse report digits that would open views. What follows an introducer and fits a sequence
is swallowed here. Both classes are plain state machines: they are told the time, in seconds.
"""

from __future__ import annotations

from enum import Enum, auto
from itertools import takewhile
from typing import Generic, TypeVar

AFTER_ESCAPE = 0.3
"""So long after a lone Escape a `[` or `O` is taken for the rest of a sequence."""
WITHIN = 1.5
"""So long the parts of a sequence may be apart once its introducer was seen; nothing is bound to one."""
PASTE_SILENCE = 0.3
LONGEST = 40
"""Characters a control sequence has at most."""

_FINALS = frozenset("ABCDEFHIMOPQRSTZabcd")
"""What may end a sequence that has no parameters."""
_PARAMETERS = frozenset("0123456789;:<=>?$ ")


class _State(Enum):
    IDLE = auto()
    ESCAPE = auto()
    CSI = auto()
    SS3 = auto()
    X10 = auto()
    PASTE = auto()


class EscapeGuard:
    """Told every key in order, says which to swallow."""

    def __init__(self) -> None:
        self._state = _State.IDLE
        self._seen = ""
        self._until = 0.0

    def swallows(self, key: str, character: str | None, at: float, *, typing: bool = False) -> bool:
        """Whether this key is part of a split sequence. `typing`: text is entered, where `[` and `O` are letters."""
        if at > self._until:
            self._state = _State.IDLE
        if key == "escape":
            if self._state is _State.PASTE:
                return self._go(_State.PASTE, at, PASTE_SILENCE)
            self._go(_State.ESCAPE, at, AFTER_ESCAPE)
            return False
        char = character or ""
        alt = key.startswith("alt+")
        if self._state is _State.IDLE or self._state is _State.ESCAPE:
            return self._begins(char, at, alone=self._state is _State.IDLE and not alt, typing=typing)
        return self._continues(char, at, typing=typing)

    def _begins(self, char: str, at: float, *, alone: bool, typing: bool) -> bool:
        """An introducer; a lone one counts only where it is not a letter of a text."""
        self._state = _State.IDLE
        if char not in ("[", "O") or (alone and typing):
            return False
        self._seen = ""
        return self._go(_State.CSI if char == "[" else _State.SS3, at, WITHIN)

    def _continues(self, char: str, at: float, *, typing: bool) -> bool:
        if self._state is _State.PASTE:
            return self._go(_State.PASTE, at, PASTE_SILENCE)
        if self._state is _State.SS3:
            self._state = _State.IDLE
            if char.isascii() and char.isalpha():
                return True
            if char and char in _PARAMETERS:
                return self._go(_State.CSI, at, WITHIN)
            return self._begins(char, at, alone=True, typing=typing)
        if self._state is _State.X10:
            self._seen += char
            return self._go(_State.X10 if len(self._seen) < 3 else _State.IDLE, at, WITHIN)
        if char and char in _PARAMETERS and len(self._seen) < LONGEST:
            self._seen += char
            return self._go(_State.CSI, at, WITHIN)
        seen, self._state = self._seen, _State.IDLE
        if char == "M" and not seen:
            return self._go(_State.X10, at, WITHIN, clear=True)
        if seen == "200" and char == "~":
            return self._go(_State.PASTE, at, PASTE_SILENCE)
        if char and (char in _FINALS or (seen and char.isascii() and (char.isalpha() or char in "~^@"))):
            return True
        return self._begins(char, at, alone=True, typing=typing)

    def _go(self, state: _State, at: float, span: float, *, clear: bool = False) -> bool:
        self._state, self._until = state, at + span
        if clear:
            self._seen = ""
        return True


T = TypeVar("T")

BURST_GAP = 0.004
"""Keys closer than this arrived in one piece; nobody types so."""
BURST_SILENCE = 0.02
MOST_TYPED = 20
"""More printable keys than this in one burst are a paste. A stalled link delivers honest typing in bursts too."""


class Burst(Generic[T]):
    """Holds the keys of a burst until it is known whether they were typed."""

    def __init__(self) -> None:
        self._held: list[tuple[T, bool]] = []
        self._last = -1.0

    @property
    def waiting(self) -> bool:
        """Whether keys are held: none that comes after may overtake them."""
        return bool(self._held)

    def holds(self, key: T, at: float, *, printable: bool) -> bool:
        """Whether this key waits; if not, it may act now."""
        joined = bool(self._held) or at - self._last < BURST_GAP
        self._last = at
        if joined:
            self._held.append((key, printable))
        return joined

    def left(self, at: float) -> float:
        """Seconds until the burst has ended, if nothing else comes; 0.0 where it has."""
        return max(0.0, self._last + BURST_SILENCE - at)

    def take(self, *, typing: bool = False) -> tuple[list[T], int]:
        """The keys that may act now, and how many were dropped as a paste. Into a line that is being typed (`typing`)
        a paste goes as far as its first line: what follows would act."""
        held, self._held = self._held, []
        kept = held
        if sum(printable for _, printable in held) > MOST_TYPED:
            kept = list(takewhile(lambda each: each[1], held)) if typing else []
        return [key for key, _ in kept], len(held) - len(kept)
