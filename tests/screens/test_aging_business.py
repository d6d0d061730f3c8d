"""The business toggle of the SLA screen: bands, hours, order and the ways to tickets by each clock's own calendar, held
against a plain loop over days."""

from __future__ import annotations

import itertools
import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, closing
from datetime import UTC, datetime, time, timedelta

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.policies import TeamClocksWriter
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.sla.aging import BANDS, GROUPINGS, band_filter, both
from helpdesk_tui.domain.views import Grouping, Query
from helpdesk_tui.paths import Paths
from helpdesk_tui.screens.sla.aging import AgingScreen

from .conftest import NOW, Desktop

Open = Callable[..., AbstractAsyncContextManager[Desktop]]
HOUR = 3600
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# NOW is a Sunday: one calendar is closed, one has an hour that ends soon, one never counts differently from the wall.
POLICIES = """
[calendars.office]
zone = "UTC"
mon-fri = ["08:00-18:00"]
[calendars.sundays]
zone = "UTC"
mon-sun = ["{soon}-{later}", "23:00-24:00"]
[[policies]]
name = "urgent"
when = {{ priority = [1] }}
[policies.targets]
resolution = "8h"
first_response = "1h"
next_reply = "2h"
requester_wait = "8h"
[[policies]]
name = "half"
when = {{ priority = [2] }}
calendar = "sundays"
targets = {{ resolution = "8h", first_response = "1h", next_reply = "2h", requester_wait = "8h" }}
[[policies]]
name = "rest"
when = {{ priority = [3] }}
calendar = "office"
targets = {{ resolution = "8h", first_response = "1h", next_reply = "2h", requester_wait = "8h" }}
"""


def hour(ahead: int) -> str:
    return f"{datetime.fromtimestamp(NOW + ahead * HOUR, UTC):%H}:00"


@pytest.fixture
def policies(paths: Paths) -> Paths:
    """Calendars for priorities 1 to 3; what has another priority is on none that is known."""
    paths.state_dir.mkdir(exist_ok=True)
    document = tomllib.loads(POLICIES.format(soon=hour(0), later=hour(2)))
    writer = TeamClocksWriter(stores.open_write(paths.team_db, StoreKind.TEAM))
    writer.keep_version(document, document, "ana", NOW)
    writer.close()
    with closing(sqlite3.connect(paths.cache_db)) as connection, connection:
        connection.execute("UPDATE clock SET calendar = '' WHERE rowid % 3 = 0")
        connection.execute("UPDATE clock SET calendar = 'Office' WHERE rowid % 11 = 0")
    return paths


@pytest.fixture
def desk(policies: Paths) -> Iterator[Desk]:
    made = Desk.open(policies, now=lambda: NOW)
    yield made
    made.close()


def plain(days: str, spans: list[tuple[int, int]], start: int, end: int) -> int:
    """Open seconds from start to end, day after day; in UTC."""
    total, day = 0, datetime.fromtimestamp(min(start, end), UTC).date()
    while (midnight := int(datetime.combine(day, time(), UTC).timestamp())) < max(start, end):
        for opens, closes in spans if DAYS[day.weekday()] in days else []:
            total += max(0, min(midnight + closes, max(start, end)) - max(midnight + opens, min(start, end)))
        day += timedelta(days=1)
    return total if end >= start else -total


def left(priority: int, calendar: str, due: int) -> int:
    """What is left by a method of its own."""
    begins = NOW % 86_400 // HOUR * HOUR
    office = plain("mon tue wed thu fri", [(8 * HOUR, 18 * HOUR)], NOW, due)
    if calendar in ("24x7", "calendar hours"):
        return due - NOW
    if calendar == "Office":
        return office
    if priority == 2:
        return plain(" ".join(DAYS), [(begins, begins + 2 * HOUR), (23 * HOUR, 24 * HOUR)], NOW, due)
    return {3: office}.get(priority, due - NOW)


def listed(desk: Desk, filter_: str) -> set[int]:
    return set(desk.reads.ids(Query(filter_)).ids)


def expected(paths: Paths) -> dict[int, int]:
    query = (
        "SELECT t.id, t.priority, t.due_at, (SELECT c.calendar FROM clock c WHERE c.source = t.source AND c.ticket ="
        " t.key AND c.stage = 'running' AND c.due_at = t.due_at AND c.metric = t.due_metric) FROM ticket t"
        " WHERE t.is_open = 1 AND t.due_at > 0"
    )
    with closing(sqlite3.connect(paths.cache_db)) as connection:
        return {
            ident: left(priority, calendar or "", due) for ident, priority, due, calendar in connection.execute(query)
        }


def test_what_is_left_is_what_a_plain_loop_finds(desk: Desk, policies: Paths) -> None:
    wanted = expected(policies)
    assert len(wanted) > 60
    assert len(set(wanted.values())) > 20
    edges = (0, 1800, 3600, 7200, 14_400)
    for low, high in itertools.pairwise(edges):
        found = listed(desk, f"is:open left:>={low}s left:<{high}s")
        assert found == {ident for ident, seconds in wanted.items() if low <= seconds < high}


@pytest.mark.parametrize("grouping", GROUPINGS)
@pytest.mark.parametrize("typed", ["", "p:1,2,3"])
def test_every_figure_is_what_its_filter_lists(desk: Desk, policies: Paths, grouping: Grouping, typed: str) -> None:
    wall, picture = desk.clocks.picture(typed, grouping), desk.clocks.picture(typed, grouping, business=True)
    assert picture.total.bands != wall.total.bands
    assert (picture.total.total, picture.total.bands[0]) == (wall.total.total, wall.total.bands[0])
    for row in (*picture.rows[:4], picture.total):
        for band, count in zip(BANDS, row.bands, strict=True):
            filter_ = both("is:open", typed, row.filter, band_filter(band, business=True))
            assert count == len(listed(desk, filter_)), (row.label, band)
        assert row.orphans == len(
            listed(desk, both("is:open owner:none", typed, row.filter, "is:breached"))
            | listed(desk, both("is:open owner:none due:>0s left:<30m", typed, row.filter))
        )
    for place, told in enumerate(picture.hours):
        within = f"due:>0s left:>={place * HOUR}s left:<{(place + 1) * HOUR}s"
        assert told.count == len(listed(desk, both("is:open", typed, within)))
        assert told.orphans == len(listed(desk, both("is:open owner:none", typed, within)))


def test_the_list_is_in_the_order_of_what_is_left_and_says_which_calendars_are_known(
    desk: Desk, policies: Paths
) -> None:
    picture = desk.clocks.picture(business=True)
    told = picture.left
    assert told is not None
    assert 0 < told.known < told.of == len(listed(desk, "is:open due:>0s"))
    rest = [told.seconds.get((one.due.row.id, one.due.ident), one.due.due_at - NOW) for one in picture.soon]
    assert rest == sorted(rest)
    assert rest[-1] < 4 * HOUR
    within = listed(desk, "is:open due:>0s left:<4h")
    assert {one.due.row.id for one in picture.soon if one.due.due_at > NOW} >= within
    worker = next(one for one in desk.clocks.depth(people=True, business=True).workers if one.near)
    assert worker.near == len(listed(desk, both("is:open due:>0m left:<2h", worker.filter)))


async def test_b_moves_the_figures_and_says_for_how_many_clocks(open_desk: Open, policies: Paths) -> None:
    async with open_desk((200, 50)) as desktop:
        await desktop.press("g", "a")
        screen = desktop.app.screen
        assert isinstance(screen, AgingScreen)
        before = screen.picture.total.bands
        await desktop.press("b")
        told = screen.picture.left
        assert told is not None
        assert f"by the calendar of {told.known} of {told.of} clocks to come" in desktop.prompt
        assert f"{told.of - told.known} clocks without a known calendar by wall time" in desktop.prompt
        assert f"clock: BUSINESS, {told.of - told.known} of {told.of} by wall (b wall)" in desktop.text
        assert "NEXT 8 BUSINESS HOURS" in desktop.text
        assert screen.picture.total.bands != before
        await desktop.press("tab", "G", "l", "enter")
        assert len(desktop.queue.tickets.ids) == screen.picture.total.bands[1]
        await desktop.press("g", "a", "b", "b")
        assert "clock: WALL" in desktop.text
