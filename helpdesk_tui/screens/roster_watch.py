"""The roster in the status line of the queue: who is there, and the loudest hole of the days ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App

from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.errors import HelpdeskError
from helpdesk_tui.screens.queue import QueueScreen

if TYPE_CHECKING:
    from helpdesk_tui.desk.roster_desk import RosterDesk

FIRST = 3.0
"""Seconds after the desk has settled until the roster is first read: keys of the first moments come before it."""
EVERY = 60.0


class RosterWatch:
    """Asks once a minute, beside everything else. What cannot be read is not shown here: `g o` says why."""

    def __init__(self, app: App[None], desk: Desk) -> None:
        self._app = app
        self._desk = desk
        self._shown = ("", "")

    def start(self) -> None:
        """Begins to look."""
        self._app.set_timer(FIRST, self._look)
        self._app.set_interval(EVERY, self._look)

    def _look(self) -> None:
        self._app.run_worker(self._ask(), group="roster-watch", exclusive=True, exit_on_error=False)

    async def _ask(self) -> None:
        try:
            there, hole = await self._desk.rosters.ask(_bar)
        except (HelpdeskError, RuntimeError):  # the desk may be closing
            return
        found = there, self._desk.rosters.trouble or hole
        queue = self._app.screen_stack[0] if self._app.screen_stack else None
        if found != self._shown and isinstance(queue, QueueScreen):
            self._shown = found
            queue.set_team(*found)


def _bar(roster: RosterDesk) -> tuple[str, str]:
    return roster.bar()
