"""The figures of the SLA screen counted ahead, while nobody asks for them, so that `g a` draws something at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helpdesk_tui.errors import HelpdeskError

if TYPE_CHECKING:
    from textual.app import App

    from helpdesk_tui.desk.desk import Desk

FIRST = 1.0
"""Seconds after the desk has settled: what comes with it takes longer to load than to count, the first time."""
EVERY = 300.0
"""Seconds between two counts; the screen says of when its figures are, and counts anew when it opens."""


class AgingAhead:
    """Counts now and then, beside everything else."""

    def __init__(self, app: App[Any], desk: Desk) -> None:
        self._app, self._desk = app, desk

    def start(self) -> None:
        """Begins to count."""
        self._app.set_timer(FIRST, self._begin)
        self._app.set_interval(EVERY, self._begin)

    def _begin(self) -> None:
        self._app.run_worker(self.count(), group="aging-ahead", exclusive=True, exit_on_error=False)

    async def count(self) -> None:
        """The usual figures, kept by the desk. What cannot be read is told where it is shown."""
        from helpdesk_tui.screens.sla.draw import WIDE  # loaded by now, and not while the desk settles

        hours = self._app.size.width >= WIDE
        try:
            await self._desk.ask_clocks(lambda clocks: clocks.picture(hours=hours))
        except (HelpdeskError, RuntimeError):  # the desk may be closing
            return
