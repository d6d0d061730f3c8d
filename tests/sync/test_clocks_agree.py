"""A week of the sandbox, with the night the clocks were set back, pauses and reopened tickets: every clock that we show
shows is, to the second, the one the sandbox reckons by its plain second method."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.policies import TeamClocks
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.domain.clocks import Stage
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.team import TeamPolicies
from helpdesk_tui.sandbox.model import SlaClock, Ticket
from helpdesk_tui.sandbox.sla import SlaBook
from helpdesk_tui.sync.clocks import Clocks
from helpdesk_tui.sync.source import SourceSync
from helpdesk_tui.sync.threaded import Threaded

from .conftest import PLATFORM, Floor, ordinal

pytestmark = pytest.mark.integration

THURSDAY = 1_792_656_000
"""22 October 2026, 10:00 in Paris; on the night to Sunday the clocks go back."""
HOUR, DAY = 3600, 86_400
TICKETS = "SELECT * FROM ticket WHERE source = ? AND scope = 'in' AND (is_open = 1 OR created_at > ?)"
Rows = dict[str, list[dict[str, Any]]]


def pull(floor: Floor) -> None:
    """One turn of sync with the team's own clocks, as `sync --once` does it."""

    async def work(sources: dict[str, SourceSync]) -> None:
        cache: Threaded[CacheWriter] = next(iter(sources.values())).context.cache
        done = await asyncio.gather(*(source.everything() for source in sources.values()))
        assert all(done), [source.trouble or source.fault for source in sources.values()]
        personal = Threaded(lambda: stores.open_personal(floor.paths), "personal")
        clocks = Clocks(cache, personal, sources, floor.paths, floor.settings, now=floor.now)
        try:
            await clocks.once()
        finally:
            await clocks.close()
            personal.close(PersonalWriter.close)
        assert clocks.notes == []

    floor.run(work)


def rows(floor: Floor, query: str, *values: object) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(f"file:{floor.paths.cache_db}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, values)]


def by_ticket(found: list[dict[str, Any]]) -> Rows:
    made: Rows = defaultdict(list)
    for row in found:
        made[row["ticket"]].append(row)
    return made


@pytest.fixture
def lived(make_floor: Callable[..., Floor]) -> Floor:
    """A floor after a week on which the cache was read three times."""
    floor = make_floor(tickets=500, now=THURSDAY)
    pull(floor)
    for _ in range(2):
        for _ in range(14):
            floor.control("POST", "step", {"seconds": 6 * HOUR})
        pull(floor)
    return floor


def truth(floor: Floor, source: str) -> dict[str, Ticket]:
    desk = floor.sandbox.world.desk(PLATFORM[source])
    numbers = [int(row["n"]) for row in floor.control("GET", f"truth?platform={PLATFORM[source]}")]
    return {str(number): ticket for number in numbers if (ticket := desk.get(number)) is not None}


def test_every_clock_is_the_sandboxs_to_the_second(lived: Floor) -> None:
    seen: Counter[str] = Counter()
    now = lived.now()
    reader = TeamClocks(lived.paths.team_db)
    loaded = reader.loaded()
    reader.close()
    engine = TeamPolicies(loaded.forces, loaded.policies or {}, now)
    for source in PLATFORM:
        theirs = truth(lived, source)
        events = by_ticket(rows(lived, "SELECT * FROM happening WHERE source = ?", source))
        shown = by_ticket(rows(lived, "SELECT * FROM clock WHERE source = ?", source))
        for row in rows(lived, TICKETS, source, THURSDAY - 2 * DAY):
            ticket = theirs[ordinal(row["number"])]
            wanted: dict[str, SlaClock] = {
                clock.metric: clock for clock in lived.sandbox.world.desk(PLATFORM[source]).clocks(ticket)
            }
            told = [happening(each) for each in events[row["key"]]]
            profile = {"priority": frozenset((str(row["priority"]),))}
            _, answer = engine.answer(facts(row), profile, told, now)
            assert answer is not None
            assert {each.metric.value for each in answer.clocks} == wanted.keys()
            for measured in answer.clocks:
                reading, ended = measured.reading, measured.cycle.ended_at
                assert reading is not None
                clock = plain(ticket, ended, now)[measured.metric.value] if ended else wanted[measured.metric.value]
                where = source, row["number"], measured.metric
                assert (reading.due_at or None) == clock.due, (where, ticket.events, told)
                assert (measured.cycle.started_at, reading.used, reading.target) == (
                    clock.started, clock.elapsed, clock.target,
                ), where  # fmt: skip
                assert (ended or None) == clock.ended, where
                seen[f"ours {source}"] += 1
                seen["paused"] += reading.stage is Stage.PAUSED
                seen["resumed"] += len(measured.cycle.pauses) > 0
                seen["an earlier cycle"] += ended < (wanted[measured.metric.value].ended or now) if ended else False
                seen["ranked anew after"] += bool(ended) and any(e.kind == "priority" and e.at > ended for e in told)
                seen["over the change"] += measured.cycle.started_at < THURSDAY + 3 * DAY < (reading.due_at or now)
            seen["reopened"] += row["reopens"] > 0
            check_shown(source, row, shown[row["key"]], wanted, seen)
    assert min(seen[name] for name in ("ours sn", "ours jira", "ours zd")) > 400, seen
    assert min(seen[f"shown {name}"] for name in PLATFORM) > 20, seen
    assert min(seen[name] for name in ("paused", "resumed", "over the change", "reopened", "local")) > 0, seen
    assert min(seen[name] for name in ("an earlier cycle", "ranked anew after")) > 0, seen
    assert min(seen[f"ended {name}"] for name in PLATFORM) > 20, seen
    assert min(seen[f"late {name}"] for name in PLATFORM) > 0, seen
    assert min(seen[f"stands {name}"] for name in PLATFORM) > 0, seen
    assert rows(lived, "SELECT * FROM drift WHERE reason <> 'not told'") == []


def plain(ticket: Ticket, until: int, now: int) -> dict[str, SlaClock]:
    """The plain method's clocks as they were when one ended: what is over keeps the target it had then."""
    told = tuple(event for event in ticket.events if event.at <= until)
    ranks = [int(event.new) for event in told if event.kind == "priority"]
    later = [int(event.old) for event in ticket.events if event.kind == "priority" and event.at > until]
    ranked = ranks[-1] if ranks else later[0] if later else ticket.priority
    book = SlaBook(now)
    return {clock.metric: clock for clock in book.clocks(replace(ticket, events=told, priority=ranked), now)}


def check_shown(
    source: str, row: dict[str, Any], shown: list[dict[str, Any]], wanted: dict[str, SlaClock], seen: Counter[str]
) -> None:
    """What stands in the cache as the ticket's clocks, a platform's or ours."""
    same = {"requester_wait": "resolution"}
    for clock in shown:
        metric = same.get(clock["metric"], clock["metric"])
        true = wanted.get(metric)
        if true is None or clock["stage"] == "cancelled":
            continue
        if clock["stage"] not in ("running", "paused"):
            if clock["stopped_at"] != true.ended:
                seen[f"undated {source}"] += 1
                assert clock["stopped_at"] == 0 or clock["started_at"] != true.started, (source, row["number"], clock)
                continue
            seen[f"ended {source}"] += 1
            seen[f"late {source}"] += true.breached
            assert (clock["stage"] == "breached") == true.breached, (source, row["number"], clock, true)
            continue
        if clock["stage"] == "paused" and clock["origin"] == "remote":
            seen[f"stands {source}"] += 1
            check_standing(source, clock, true)
        seen["local" if clock["origin"] == "local" else f"shown {source}"] += 1
        if true.paused_since is None:
            assert clock["due_at"] == (true.due or 0), (source, row["number"], clock)
        assert (clock["stage"] == "paused") == (true.paused_since is not None), (source, row["number"], clock)


def check_standing(source: str, clock: dict[str, Any], true: SlaClock) -> None:
    """Since when a platform's clock stands, and what it had left then; Zendesk rounds that to its unit."""
    assert clock["paused_at"] == true.paused_since, (source, clock, true)
    left = clock["due_at"] - clock["paused_at"]
    if source == "zd" and true.due is not None:
        assert clock["due_at"] == true.due, (clock, true)  # it breached before it stood, and Zendesk says when
    elif source == "jira" and true.elapsed > true.target:
        assert clock["due_at"] == 0
    elif source != "sn":  # ServiceNow tells a planned end, by the wall
        rough = 0 if source == "jira" else 30 if abs(left) < 7200 else 1800 if abs(left) < 172_800 else 43_200
        assert abs(left - (true.target - true.elapsed)) <= rough, (source, clock, true)


def happening(row: dict[str, Any]) -> Happening:
    flags = bool(row["automatic"]), bool(row["observed"])
    return Happening(row["at"], row["kind"], row["old"], row["new"], row["actor"], *flags)


def facts(row: dict[str, Any]) -> Facts:
    names = ("created_at", "state", "priority", "grp", "requester", "solved_at", "closed_at", "updated_at")
    return Facts(*(row[name] for name in names))
