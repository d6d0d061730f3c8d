"""The roster in the status line of the queue: who is there, and the loudest hole of the days ahead; each morning it is
said once on whatever screen is on top."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from textual.app import App

from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.errors import HelpdeskError
from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.screens.queue.under import queue_under

if TYPE_CHECKING:
    from helpdesk_tui.desk.roster.desk import RosterDesk

FIRST = 3.0
"""Seconds after the desk has settled until the roster is first read: keys of the first moments come before it."""
EVERY = 60.0


class RosterWatch:
    """Asks once a minute, beside everything else. What cannot be read is not shown here: `g o` says why."""

    def __init__(self, app: App[None], desk: Desk) -> None:
        self._app = app
        self._desk = desk
        self._shown = ("", "")
        self._told: date | None = None
        """The last day whose morning was said."""

    def start(self) -> None:
        """Begins to look."""
        self._app.set_timer(FIRST, self._look)
        self._app.set_interval(EVERY, self._look)

    def _look(self) -> None:
        self._app.run_worker(self.look(), group="roster-watch", exclusive=True, exit_on_error=False)

    async def look(self) -> None:
        """Shows what has changed since the last look."""
        try:
            there, hole, day, words = await self._desk.rosters.ask(_asked)
        except (HelpdeskError, RuntimeError):  # the desk may be closing
            return
        found = there, self._desk.rosters.trouble or hole
        queue = queue_under(self._app)
        if queue is None:
            return
        if found != self._shown:
            self._shown = found
            queue.set_team(*found)
        screen = self._app.screen
        if day != self._told and isinstance(screen, DeskScreen) and screen.prompt.free:  # else at the next look
            self._told = day
            if words:
                screen.say(words, "bad")


def _asked(roster: RosterDesk) -> tuple[str, str, date, str]:
    return *roster.bar(), *roster.morning()
