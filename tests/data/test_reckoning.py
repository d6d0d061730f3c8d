"""The team's own clocks in the cache: reckoned from stored events, beside the platforms', and never in their way."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from typing import Any

from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.clocks import Rules, note_tickets, reckon, set_reckoning
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.events import Event, EventKind
from helpdesk_tui.domain.sla.policy_file import read_policies
from helpdesk_tui.domain.sla.promises import Promise, Reminder, ReminderKind
from helpdesk_tui.domain.sla.team import TeamPolicies
from helpdesk_tui.domain.sla.versions import Force, Reach
from helpdesk_tui.domain.tickets import State, Ticket, TicketRef

Look = Callable[..., list[tuple[Any, ...]]]
HOUR = 3600
MADE = 1_795_251_600
"""Saturday 21 November 2026, 10:00 in Paris: the office is closed until Monday."""
NOW = MADE + HOUR
POLICIES = """
[calendars.office]
zone = "Europe/Paris"
mon-fri = ["08:00-18:00"]
[[policies]]
name = "printers"
when = { tag = ["printer"] }
calendar = "office"
targets = { resolution = "4h" }
[[policies]]
name = "others"
targets = { first_response = "30m", resolution = "8h" }
"""
MONDAY_NOON = 1_795_431_600


def rules(text: str = POLICIES, forces: Sequence[Force] = (Force(0, 1, Reach.ALL),), **more: Any) -> Rules:
    made, _ = read_policies(tomllib.loads(text))
    return Rules(TeamPolicies(forces, {1: made}, NOW), **more)


def ticket(key: str, *, tags: tuple[str, ...] = (), state: State = State.NEW, **more: Any) -> Ticket:
    facts: dict[str, Any] = {"created_at": MADE, "updated_at": MADE, "version": 1, "priority": 3} | more
    return Ticket("desk", key, key.upper(), "incident", "it is broken", state, state.value, tags=tags, **facts)


def event(key: str, ident: str, kind: EventKind, at: int, old: str = "", new: str = "", **more: Any) -> Event:
    return Event("desk", key, ident, kind, at, "tech", old, new, **more)


def remote(key: str, metric: Metric, due_at: int, stage: Stage = Stage.RUNNING, **more: Any) -> Clock:
    return Clock("desk", key, f"r-{metric.value}", metric, "theirs", stage, due_at, NOW, started_at=MADE, **more)


def drain(cache: CacheWriter, by: Rules, now: int = NOW) -> int:
    return sum(iter(lambda: reckon(cache, by, now, 2), 0))


def clocks(look: Look, key: str) -> dict[str, tuple[str, int]]:
    query = "SELECT ident, stage, due_at FROM clock WHERE ticket = ? ORDER BY ident"
    return {ident: (stage, due) for ident, stage, due in look(query, key)}


def due(look: Look, key: str) -> tuple[int, str]:
    return look("SELECT due_at, due_metric FROM ticket WHERE key = ?", key)[0]


def test_a_ticket_without_a_clock_of_its_platform_has_the_teams(cache: CacheWriter, look: Look) -> None:
    by = rules()
    cache.commit_page("desk", "f", tickets=[ticket("a", tags=("printer",)), ticket("b"), ticket("c")], now=NOW)
    assert set_reckoning(cache, "desk", "v1")
    assert drain(cache, by) == 3
    assert clocks(look, "a") == {"local:resolution:1": ("running", MONDAY_NOON)}
    assert clocks(look, "b") == {
        "local:first_response:1": ("running", MADE + HOUR // 2),
        "local:resolution:1": ("running", MADE + 8 * HOUR),
    }
    assert (due(look, "a"), due(look, "b")) == (
        (MONDAY_NOON, "resolution"),
        (MADE + HOUR // 2, "first_response"),
    )
    assert look("SELECT calendar, name, origin FROM clock WHERE ticket = 'a'") == [
        ("office v1", "printers v1", "local")
    ]


def test_the_platforms_clocks_stay_and_ours_go_where_it_gives_one(cache: CacheWriter, look: Look) -> None:
    by = rules()
    cache.commit_page("desk", "f", tickets=[ticket("b")], now=NOW)
    set_reckoning(cache, "desk", "v1")
    drain(cache, by)
    theirs = remote("b", Metric.RESOLUTION, MADE + 8 * HOUR)
    cache.commit_page("desk", "f", clocks=[theirs], clocks_whole=["b"], now=NOW)
    assert len(clocks(look, "b")) == 3  # a page of theirs takes nothing of ours
    drain(cache, by)
    assert clocks(look, "b") == {"r-resolution": ("running", MADE + 8 * HOUR)}
    cache.commit_page("desk", "f", clocks_whole=["b"], now=NOW)
    drain(cache, by)
    assert sorted(clocks(look, "b")) == ["local:first_response:1", "local:resolution:1"]


def test_events_move_our_clocks_and_equal_ones_write_nothing(cache: CacheWriter, look: Look) -> None:
    by = rules()
    cache.commit_page("desk", "f", tickets=[ticket("b")], now=NOW)
    set_reckoning(cache, "desk", "v1")
    drain(cache, by)
    told = [
        event("b", "1", EventKind.PUBLIC_REPLY, MADE + 600),
        event("b", "2", EventKind.STATUS, MADE + HOUR, "open", "pending"),
    ]
    cache.commit_page("desk", "f", events=told, now=NOW)
    drain(cache, by)
    assert clocks(look, "b") == {
        "local:first_response:1": ("met", MADE + HOUR // 2),
        "local:resolution:1": ("paused", 0),
    }
    assert look("SELECT paused, due_at FROM ticket") == [(1, 0)]
    rev = look("SELECT value FROM meta WHERE key = 'rev'")
    note_tickets(cache, [TicketRef("desk", "b")])
    assert drain(cache, by, NOW + 500) == 1
    assert look("SELECT value FROM meta WHERE key = 'rev'") == rev


def test_what_is_not_reckoned_yet_outlives_a_crash(cache: CacheWriter, look: Look) -> None:
    set_reckoning(cache, "desk", "v1")
    cache.commit_page("desk", "f", tickets=[ticket("a"), ticket("b")], now=NOW)
    assert look("SELECT count(*) FROM reckon") == [(2,)]  # and here the process is killed
    assert drain(cache, rules()) == 2
    assert look("SELECT count(*) FROM reckon") == [(0,)]


def test_without_rules_nothing_is_noted(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "f", tickets=[ticket("a")], now=NOW)
    assert look("SELECT count(*) FROM reckon") == [(0,)]


def test_other_rules_reckon_every_ticket_anew_once(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "f", tickets=[ticket("b")], now=NOW)
    assert [set_reckoning(cache, "desk", mark) for mark in ("v1", "v1", "v2")] == [True, False, True]
    drain(cache, rules())
    set_reckoning(cache, "desk", "v3")
    drain(cache, rules(POLICIES.replace('"8h"', '"2h"')))
    assert clocks(look, "b")["local:resolution:1"] == ("running", MADE + 2 * HOUR)
    set_reckoning(cache, "desk", "")
    drain(cache, rules("", ()))
    assert clocks(look, "b") == {}
    assert due(look, "b") == (0, "")


def test_a_promise_is_kept_by_a_confirmed_public_answer_only(cache: CacheWriter, look: Look) -> None:
    ref = TicketRef("desk", "b")
    promise = Promise(1, "desk", "b", "B", MADE + 60, MADE + HOUR, counts_from=MADE + 60)
    by = rules("", (), promises={ref: [promise]})
    cache.commit_page("desk", "f", tickets=[ticket("b")], now=NOW)
    set_reckoning(cache, "desk", "promises")
    drain(cache, by)
    assert clocks(look, "b") == {"promise:1": ("running", MADE + HOUR)}
    assert due(look, "b") == (MADE + HOUR, "promise")
    wrong = [
        event("b", "1", EventKind.NOTE, MADE + 100),
        event("b", "2", EventKind.PUBLIC_REPLY, MADE + 60),
        event("b", "3", EventKind.PUBLIC_REPLY, MADE + 200, automatic=True),
    ]
    cache.commit_page("desk", "f", events=wrong, now=NOW)
    drain(cache, by)
    assert clocks(look, "b")["promise:1"][0] == "running"
    cache.commit_page("desk", "f", events=[event("b", "4", EventKind.PUBLIC_REPLY, MADE + HOUR + 1)], now=NOW)
    drain(cache, by)
    assert clocks(look, "b")["promise:1"] == ("breached", MADE + HOUR)
    assert due(look, "b") == (0, "")


def test_a_reminder_unless_updated_goes_when_somebody_does_something(cache: CacheWriter, look: Look) -> None:
    ref = TicketRef("desk", "b")
    kinds = (ReminderKind.AT, ReminderKind.UNLESS, ReminderKind.HANDOVER)
    made = [
        Reminder(n, "desk", "b", "B", kind, MADE, 0 if kind is ReminderKind.HANDOVER else MADE + HOUR)
        for n, kind in enumerate(kinds)
    ]
    by = rules("", (), reminders={ref: made})
    cache.commit_page("desk", "f", tickets=[ticket("b")], now=NOW)
    set_reckoning(cache, "desk", "reminders")
    cache.commit_page("desk", "f", events=[event("b", "1", EventKind.NOTE, MADE + 100)], now=NOW)
    drain(cache, by)
    assert clocks(look, "b") == {
        "reminder:0": ("running", MADE + HOUR),
        "reminder:1": ("met", MADE + HOUR),
        "reminder:2": ("running", 0),
    }


def test_how_far_the_platform_is_from_us_is_kept_while_it_is_over_a_minute(cache: CacheWriter, look: Look) -> None:
    by = rules()
    cache.commit_page("desk", "f", tickets=[ticket("b"), ticket("c")], now=NOW)
    set_reckoning(cache, "desk", "v1")
    near = remote("c", Metric.RESOLUTION, MADE + 8 * HOUR + 59)
    far = remote("b", Metric.RESOLUTION, MADE + 10 * HOUR, target=10 * HOUR)
    cache.commit_page("desk", "f", clocks=[near, far], now=NOW)
    drain(cache, by)
    found = look("SELECT ticket, ident, seconds, reason, due_at FROM drift")
    assert found == [("b", "r-resolution", 2 * HOUR, "policy", MADE + 8 * HOUR)]
    cache.commit_page("desk", "f", clocks=[remote("b", Metric.RESOLUTION, MADE + 8 * HOUR, target=8 * HOUR)], now=NOW)
    drain(cache, by)
    assert look("SELECT count(*) FROM drift") == [(0,)]


def test_a_clock_keeps_the_version_of_its_time(cache: CacheWriter, look: Look) -> None:
    first, second = (read_policies(tomllib.loads(POLICIES.replace('"8h"', hours)))[0] for hours in ('"8h"', '"2h"'))
    forces: tuple[Force, ...] = (Force(0, 1, Reach.ALL), Force(MADE + 60, 2, Reach.NEW))
    cache.commit_page("desk", "f", tickets=[ticket("a"), ticket("b", created_at=MADE + 60)], now=NOW)
    set_reckoning(cache, "desk", "1-2")
    drain(cache, Rules(TeamPolicies(forces, {1: first, 2: second}, NOW)))
    assert clocks(look, "a")["local:resolution:1"] == ("running", MADE + 8 * HOUR)
    assert clocks(look, "b")["local:resolution:1"] == ("running", MADE + 60 + 2 * HOUR)
    forces += (Force(NOW, 2, Reach.RUNNING),)
    set_reckoning(cache, "desk", "1-2-2")
    drain(cache, Rules(TeamPolicies(forces, {1: first, 2: second}, NOW)))
    assert clocks(look, "a")["local:resolution:1"] == ("running", MADE + 2 * HOUR)


def test_a_ticket_that_is_gone_leaves_no_note(cache: CacheWriter, look: Look) -> None:
    set_reckoning(cache, "desk", "v1")
    cache.commit_page("desk", "f", tickets=[ticket("b")], now=NOW)
    cache.forget_source("desk")
    assert drain(cache, rules()) == 0
    assert look("SELECT count(*) FROM reckon") == [(0,)]
    assert look("SELECT count(*) FROM meta WHERE key LIKE 'reckoning:%'") == [(0,)]
