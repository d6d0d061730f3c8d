"""Timers that go off, however late: what waits for one is a key, a draft to write down, a list to show."""

from __future__ import annotations

from textual.message_pump import MessagePump
from textual.timer import Timer, TimerCallback


class SureTimers(MessagePump):
    """An app or a screen whose timers of one time are not left out.

    Textual leaves out a tick whose time is over before its timer looks at the clock. Of a timer that ticks once nothing
    remains then, where the program stood still for as long: its process was not given a turn, or a thread kept it.
    """

    def set_timer(
        self, delay: float, callback: TimerCallback | None = None, *, name: str | None = None, pause: bool = False
    ) -> Timer:
        """Calls back once, `delay` seconds from now or as soon as possible after that."""
        timer = super().set_timer(delay, callback, name=name, pause=pause)
        timer._skip = False
        return timer
