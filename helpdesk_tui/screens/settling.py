"""What could wait until there was something to look at: libraries that write, what acts need, the watches, garbage."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from helpdesk_tui.screens.queue.under import queue_under
from helpdesk_tui.theme import ScreenSettings, collect_garbage

if TYPE_CHECKING:
    from textual.app import App

    from helpdesk_tui.clock import Now
    from helpdesk_tui.desk.around import Around
    from helpdesk_tui.desk.desk import Desk

NOTICE = 2.0
"""Seconds between two looks whether there is something to say about the program itself."""
LATER = (
    "helpdesk_tui.data.read.detail",
    "helpdesk_tui.desk.acts.acting",
    "helpdesk_tui.desk.clocks.told",
    "helpdesk_tui.desk.acts.composed",
    "helpdesk_tui.desk.acts.deciding",
    "helpdesk_tui.domain.change_rules",
    "helpdesk_tui.domain.planning.triage",
    "helpdesk_tui.domain.when",
    "helpdesk_tui.screens.sla.aging",
    "helpdesk_tui.screens.acts.editor",
)
"""What the first frame does without, and the first act should not have to wait for."""


def settle(app: App[Any], desk: Desk, settings: ScreenSettings, now: Now, around: Around) -> None:
    """Begins with all of it; loading is done on the thread that writes."""
    collect_garbage()
    desk.preload().add_done_callback(lambda _: _load_later())
    from helpdesk_tui.screens.roster.watch import RosterWatch
    from helpdesk_tui.screens.sla.ahead import AgingAhead
    from helpdesk_tui.screens.sla.alarms import AlarmWatch

    RosterWatch(app, desk).start()
    AgingAhead(app, desk).start()
    AlarmWatch(app, desk, now=now, bell=settings.bell, notify=settings.notify).start()
    _watch_notice(app, around)


def _watch_notice(app: App[Any], around: Around) -> None:
    """What the rest of the program has to say about itself, at the beginning of the status line."""
    shown = ""

    def look() -> None:
        nonlocal shown
        text, queue = around.notice(), queue_under(app)
        if text != shown and queue is not None:
            shown = text
            queue.set_notice(text)

    app.set_interval(NOTICE, look)


def _load_later() -> None:
    for name in LATER:
        import_module(name)
    # What is loaded now is no garbage either, and is more than all the rest.
    collect_garbage()
