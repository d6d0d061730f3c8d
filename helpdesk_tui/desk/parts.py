"""The parts of the desk that the first frame does without: made, and imported, when they are first asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextvars import copy_context
from datetime import tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpdesk_tui import clock
    from helpdesk_tui.desk.acts.acting import Acting
    from helpdesk_tui.desk.clocks.clocks import Clocks
    from helpdesk_tui.desk.desk import Desk
    from helpdesk_tui.desk.plans.planner import Planner
    from helpdesk_tui.desk.reads import Reads
    from helpdesk_tui.desk.staff import Staff, StaffRules
    from helpdesk_tui.desk.stores import StorePaths

Told = Callable[[BaseException | None], None]


def tell(ended: Future[object], then: Told) -> None:
    """Calls `then` on the running loop with what went wrong, or None, once something has ended; on none where nothing
    runs any more: nobody can be told."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return

    here = copy_context()  # a call from another thread would have that thread's, without the app in it

    def done(future: Future[object]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(then, future.exception(), context=here)

    ended.add_done_callback(done)


def clocks_of(paths: StorePaths, desk: Desk, now: clock.Now, zone: tzinfo | None) -> Clocks:
    """Everything about clocks."""
    from helpdesk_tui.desk.clocks.clocks import Clocks

    return Clocks(paths, desk.reads, lambda: desk.staff, now=now, zone=zone)


def staff_of(paths: StorePaths, now: clock.Now, zone: tzinfo | None, rules: Callable[[], StaffRules] | None) -> Staff:
    """Who can take what."""
    from helpdesk_tui.desk.staff import Staff

    return Staff(paths, now=now, zone=zone, rules=rules() if rules is not None else None)


def acting_of(paths: StorePaths, reads: Reads, now: clock.Now, me: Mapping[str, str] | None) -> Acting:
    """What acts are built from."""
    from helpdesk_tui.desk.acts.acting import Acting

    return Acting(paths, reads.rows, reads.choices, now=now, me=me)


def planner_of(paths: StorePaths, desk: Desk, now: clock.Now, zone: tzinfo | None) -> Planner:
    """Plans."""
    from helpdesk_tui.desk.plans.planner import Planner

    rules = desk.rosters.rules() if desk.rosters.rules is not None else None
    return Planner(paths, desk.staff, desk.reads, desk.intents, now=now, zone=zone, rules=rules)
