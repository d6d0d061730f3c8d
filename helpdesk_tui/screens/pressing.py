"""Which keys somebody pressed: the rest of a split escape sequence acts on nothing, nor does a paste sent as keys."""

from __future__ import annotations

import time

from textual import events
from textual.app import App

from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.widgets.guard import BURST_SILENCE, Burst, EscapeGuard
from helpdesk_tui.widgets.timers import SureTimers


class Pressing(App[None], SureTimers):
    """An app that gives its screens what was pressed, in that order."""

    def __init__(self) -> None:
        super().__init__()
        self._guard = EscapeGuard()
        self._burst: Burst[events.Key] = Burst()

    async def on_event(self, event: events.Event) -> None:
        """Lets through keys that somebody pressed."""
        if isinstance(event, events.Key) and not event.is_forwarded and self._stops(event):
            return
        await super().on_event(event)

    @property
    def _typing(self) -> bool:
        return isinstance(self.screen, DeskScreen) and self.screen.typing

    def _stops(self, event: events.Key) -> bool:
        """Whether a key is part of a split sequence, or waits because it came in a burst."""
        typing, waited = self._typing, self._burst.waiting
        if self._guard.swallows(event.key, event.character, event.time, typing=typing):
            return True
        if (typing and not waited) or not self._burst.holds(event, event.time, printable=event.is_printable):
            return False
        if not waited:
            self.set_timer(BURST_SILENCE, self._release)
        return True

    async def _release(self) -> None:
        """Once the burst is over: what was typed acts, a paste is dropped and said."""
        if not self.screen_stack:  # a closing desk has no screens any more
            return
        if left := self._burst.left(time.monotonic()):
            self.set_timer(left, self._release)
            return
        keys, dropped = self._burst.take(typing=self._typing)
        if dropped and isinstance(self.screen, DeskScreen):
            self.screen.say(f"{dropped} keys at once look like a paste and were dropped")
        for key in keys:
            await super().on_event(key)
