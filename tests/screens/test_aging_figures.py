"""Figures beside the board's and the panels': what is old, what needs somebody, what was missed when."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing

import pytest

from helpdesk_tui.domain.views import Query
from helpdesk_tui.paths import Paths
from helpdesk_tui.screens.sla.aging import AgingScreen

from .conftest import NOW, Desktop

Open = Callable[..., AbstractAsyncContextManager[Desktop]]
DAY = 86_400
ENDED = (60, DAY, 6 * DAY, 8 * DAY, 13 * DAY, 20 * DAY, 40 * DAY)


@pytest.fixture
def missed(paths: Paths) -> Paths:
    """Closed tickets of which a clock each ended late, so many seconds ago; two sources are behind."""
    with closing(sqlite3.connect(paths.cache_db)) as connection, connection:
        closed = connection.execute(
            "SELECT source, key FROM ticket WHERE is_open = 0 ORDER BY id LIMIT ?", (len(ENDED),)
        ).fetchall()
        for (source, key), ago in zip(closed, ENDED, strict=True):
            connection.execute(
                "INSERT INTO clock (source, ticket, ident, metric, name, stage, due_at, stopped_at)"
                " VALUES (?, ?, 'late', 'resolution', '', 'breached', ?, ?)",
                (source, key, NOW - ago - 60, NOW - ago),
            )
        connection.execute("UPDATE source SET data_at = ? WHERE name <> 'sn'", (NOW - 600,))
    return paths


def aging(desktop: Desktop) -> AgingScreen:
    screen = desktop.app.screen
    assert isinstance(screen, AgingScreen)
    return screen


@pytest.mark.parametrize(("size", "filters"), [((200, 50), ["today", "<7d", "<30d"]), ((80, 24), ["<7d", "7d..14d"])])
async def test_the_past_on_the_board_leads_to_what_was_missed(
    open_desk: Open, missed: Paths, size: tuple[int, int], filters: list[str]
) -> None:
    async with open_desk(size) as desktop:
        await desktop.press("g", "a", "tab", "G", *["l"] * 20)
        assert aging(desktop).place.column == 8 + len(filters) - 1
        for place, within in enumerate(filters):
            screen = aging(desktop)
            screen.place.part, screen.place.column = "board", 8 + place
            screen.place.board = len(screen.picture.rows)
            await desktop.press("enter")
            assert desktop.queue.view.filter == f"missed:{within}"
            days = {"today": (0, 0.5), "<7d": (0, 7), "<30d": (0, 30), "7d..14d": (7, 14)}[within]
            ended = sum(days[0] * DAY <= ago < days[1] * DAY for ago in ENDED)
            closed = desktop.app.desk.reads.ids(Query("", f"is:closed,solved missed:{within}")).ids
            assert len(closed) == ended
            assert set(closed) <= set(desktop.queue.tickets.ids)
            await desktop.press("g", "a")


@pytest.mark.parametrize("size", [(200, 50), (80, 24)])
async def test_what_needs_somebody_leads_to_its_tickets(open_desk: Open, missed: Paths, size: tuple[int, int]) -> None:
    async with open_desk(size) as desktop:
        await desktop.press("g", "a")
        total = aging(desktop).picture.total
        assert f"{total.bands[0]} breached, {total.bands[1]} within 30 min" in desktop.text
        assert f"{total.orphans} of the {total.bands[0] + total.bands[1]} have no owner." in desktop.text
        for place, count in enumerate((total.bands[0], total.bands[1], total.orphans)):
            screen = aging(desktop)
            while screen.place.part != "needs":
                await desktop.press("tab")
            assert "needs somebody now" in desktop.prompt
            await desktop.press(*["l"] * place, "enter")
            assert len(desktop.queue.tickets.ids) == count
            await desktop.press("g", "a")


@pytest.mark.parametrize("size", [(200, 50), (80, 24)])
async def test_what_is_old_is_told_beside_its_platform_and_leads_there(
    open_desk: Open, missed: Paths, size: tuple[int, int]
) -> None:
    async with open_desk(size) as desktop:
        await desktop.press("g", "a")
        picture = aging(desktop).picture
        old = [one for one in picture.sources if one.name != "sn"]
        line = desktop.text.splitlines()[1]
        assert line.count(" of 120") == len(old) == 2
        for place, one in enumerate(old):
            screen = aging(desktop)
            while screen.place.part != "ages":
                await desktop.press("tab")
            await desktop.press(*["l"] * place)
            count = picture.total.sources[one.name]
            assert f": {count} of 120" in line.partition(one.badge)[2]
            await desktop.press("enter")
            assert len(desktop.queue.tickets.ids) == count
            await desktop.press("g", "a")


async def test_where_nothing_is_old_or_late_there_is_no_such_part(open_desk: Open, paths: Paths) -> None:
    with closing(sqlite3.connect(paths.cache_db)) as connection, connection:
        connection.execute("UPDATE ticket SET due_at = 0")
        connection.execute("UPDATE clock SET stage = 'met'")
        connection.execute("UPDATE source SET data_at = ?", (NOW,))
    async with open_desk() as desktop:
        await desktop.press("g", "a")
        parts = set()
        for _ in range(6):
            await desktop.press("tab")
            parts.add(aging(desktop).place.part)
        assert parts == {"list", "board"} | ({"paused"} if aging(desktop).picture.total.bands[5] else set())


async def test_the_line_of_paused_clocks_leads_to_them_on_a_small_screen(open_desk: Open, paths: Paths) -> None:
    with closing(sqlite3.connect(paths.cache_db)) as connection, connection:
        connection.execute(
            "UPDATE ticket SET state_since = ? WHERE paused = 1 AND is_open = 1 AND id % 3 = 0", (NOW - 6 * DAY,)
        )
    async with open_desk() as desktop:
        await desktop.press("g", "a")
        depth = aging(desktop).depth
        assert depth is not None
        counts = sum(one.count for one in depth.paused), sum(one.long for one in depth.paused)
        assert counts[1] > 0
        assert f"PAUSED {counts[0]}: {counts[1]} > 5 days" in desktop.text
        for place, count in enumerate(counts):
            while aging(desktop).place.part != "paused":
                await desktop.press("tab")
            await desktop.press(*["l"] * place, "enter")
            assert len(desktop.queue.tickets.ids) == count
            await desktop.press("g", "a")
