"""The page of one ticket: what it says, that it follows the cache, and how one leaves it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from typing import Any

from helpdesk_tui.data import stores
from helpdesk_tui.data.write.presences import PresenceWriter
from helpdesk_tui.data.write.team import TeamWriter
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.technicians import Technician
from helpdesk_tui.screens.ticket import TicketScreen
from helpdesk_tui.widgets.ticket_text import clock_lines


async def test_the_page_follows_the_cache(open_desk: Any) -> None:
    async with open_desk((100, 40)) as desk:
        current = desk.queue.tickets.current
        await desk.press("enter")
        assert isinstance(desk.app.screen, TicketScreen)
        desk.write(f"UPDATE ticket SET title = 'Now quite another thing', rev = :rev WHERE id = {current}")
        await desk.pulse()
        assert "Now quite another thing" in desk.text
        await desk.press("g", "q")
        assert desk.app.screen is desk.queue


async def test_the_page_scrolls(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("enter")
        first = desk.text.splitlines()[1]
        await desk.press("j")
        assert desk.text.splitlines()[1] != first
        await desk.press("g", "g")
        assert desk.text.splitlines()[1] == first
        await desk.press("G", "k", "ctrl+d", "ctrl+u", "pagedown", "pageup", "home")
        assert desk.text.splitlines()[1] == first


async def test_a_conversation_that_is_not_there_is_asked_for(open_desk: Any) -> None:
    async with open_desk() as desk:
        ident = desk.queue.tickets.current
        desk.write(f"UPDATE ticket SET activity_at = 0, activity_version = 0, rev = :rev WHERE id = {ident}")
        await desk.press("enter")
        kept = sqlite3.connect(desk.paths.personal_db)
        asked = kept.execute("SELECT count(*) FROM request WHERE kind = 'activity'").fetchone()
        kept.close()
        assert asked[0] >= 1


async def test_another_ticket_and_commands_on_the_page(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("enter", "g", "i")
        await desk.type("INC0000003")
        await desk.press("enter")
        assert "INC0000003" in desk.text.splitlines()[0]
        await desk.press("colon")
        await desk.type("q")
        await desk.press("enter")
        assert desk.app.screen is desk.queue


async def test_a_ticket_that_is_gone_says_so(open_desk: Any) -> None:
    async with open_desk() as desk:
        desk.queue.open_ticket(999_999)
        await desk.settle()
        assert "gone from the cache" in desk.prompt
        await desk.press("y", "k", "o", "q")
        assert desk.app.screen is desk.queue


def test_nothing_heavy_is_loaded_before_the_first_frame() -> None:
    heavy = ("sqlmodel", "sqlalchemy", "alembic", "httpx", "apscheduler", "structlog", "pydantic", "typer")
    code = f"import sys, helpdesk_tui.app; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_the_page_says_where_the_owner_stands(open_desk: Any, paths: Any) -> None:
    with closing(sqlite3.connect(paths.cache_db)) as cache:
        owner = "SELECT p.email, p.name FROM ticket t JOIN person p ON p.source = t.source AND p.key = t.owner"
        mail, name = cache.execute(f"{owner} WHERE t.is_open = 1 AND p.email <> '' ORDER BY t.id LIMIT 1").fetchone()
    store = stores.open_write(paths.team_db, stores.StoreKind.TEAM)
    TeamWriter(store).save_technician(Technician("Kim the Owner", email=mail), 1)
    PresenceWriter(store).add_absence(Absence("a", "Kim the Owner", 1, None), 1, "")
    store.close()
    async with open_desk((120, 40)) as desk:
        await desk.press("/")
        await desk.type(f'owner:"{name}"')
        await desk.press("enter", "enter")
        await desk.settle()
        assert "is now  absent" in desk.text


def clock_words(stage: Stage, *, due_at: int, stopped_at: int) -> str:
    """What the page says of a clock, at 10:00 of a day."""
    now = int(datetime(2026, 11, 20, 10, 0).astimezone().timestamp())
    made = Clock("sn", "1", "1", Metric.FIRST_RESPONSE, "", stage, due_at and now + due_at, now, 0, stopped_at and now)
    return "".join(part.text for part in clock_lines([made], now, 80)[0][2:]).strip()


def test_a_missed_clock_tells_when_it_was_due_and_when_it_was_done() -> None:
    assert clock_words(Stage.BREACHED, due_at=-3600, stopped_at=1) == "missed: due 09:00, done 10:00"
    assert clock_words(Stage.BREACHED, due_at=0, stopped_at=1) == "missed: done 10:00"
    assert clock_words(Stage.BREACHED, due_at=0, stopped_at=0) == "missed"
