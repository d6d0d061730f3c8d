"""Keys that were typed before the screen they are meant for was there, as on a link that stalls and then delivers."""

from __future__ import annotations

from textual import events
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from helpdesk_tui.widgets.timers import SureTimers

LEAVING = ("q", "escape", "ctrl+q", "ctrl+z", "ctrl+l")
"""Keys that need not wait for what is shown."""


class TypedAhead(Screen[None], SureTimers):
    """`reading` is true until there is something to act on: until then keys wait, in their order.

    What a screen acts on is read by a worker of the group `load`; with its end, however it ends, the waiting ends.
    """

    reading = False
    _typed_ahead: tuple[events.Key, ...] = ()

    def not_yet(self, event: events.Key) -> bool:
        """Whether a key is not this screen's now: it opened another one meanwhile, which gets it, or still reads."""
        top = self.app.screen
        if top is not self:
            again = events.Key(event.key, event.character)
            again.time = event.time  # it was pressed then, and is no answer to what is asked since
            top.post_message(again)
            return True
        if self.reading and event.key not in LEAVING:
            self._typed_ahead = (*self._typed_ahead, event)
            return True
        return False

    def keep_texts(self) -> None:
        """Writes down what is being typed: the terminal may be gone."""

    def cut_off(self) -> None:
        """The terminal is gone: writes down all that the next start should come back to."""
        self.keep_texts()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """The end of the first reading."""
        if event.worker.group == "load" and event.state in (WorkerState.SUCCESS, WorkerState.ERROR):
            self.has_read()

    def has_read(self) -> None:
        """There is something to act on: keys that waited act."""
        ahead, self._typed_ahead, self.reading = self._typed_ahead, (), False
        for event in ahead:
            self.on_key(event)

    def on_key(self, event: events.Key) -> None:
        """A key."""
