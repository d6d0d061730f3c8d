"""Cycles against targets: due, left, breached, paused; priorities and calendars that change (D11, D12, D14)."""

from __future__ import annotations

import tomllib
from datetime import datetime

import pytest

from helpdesk_tui.domain.clocks import Metric, Stage
from helpdesk_tui.domain.sla.engine import Answer, Engine, Measured, as_clock
from helpdesk_tui.domain.sla.findings import Level
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.measure import Reading, anchor
from helpdesk_tui.domain.sla.policies import PolicySet, Profile
from helpdesk_tui.domain.sla.policy_file import read_policies
from helpdesk_tui.domain.sla.ticks import Going, Ticker

H = 3600

OFFICE = """
[calendars.office]
zone = "Europe/Paris"
mon-fri = ["09:00-17:00"]
"""


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"2026-11-{text}+01:00").timestamp())


MONDAY = at("23T09:00")
STATUS = "status"


def policies(text: str, *, version: int = 1) -> PolicySet:
    made, found = read_policies(tomllib.loads(OFFICE + text), version=version)
    assert not [each for each in found if each.level is Level.ERROR], found
    return made


def one(target: str, *events: tuple[object, ...], now: int, priority: int = 3, more: str = "") -> Measured:
    text = f'[[policies]]\nname = "all"\ncalendar = "office"\n{more}\n[policies.targets]\nresolution = {target}'
    answer = ask(policies(text), *events, now=now, priority=priority)
    return answer.clocks[-1]


def ask(
    made: PolicySet, *events: tuple[object, ...], now: int, priority: int = 3, profile: Profile | None = None
) -> Answer:
    told = [Happening(MONDAY, "created"), *(Happening(*event) for event in events)]  # type: ignore[arg-type]
    return Engine(made, MONDAY).clocks(Facts(MONDAY, "", priority), profile or {}, told, now)


def read(measured: Measured) -> Reading:
    assert measured.reading is not None, measured.trouble
    return measured.reading


def test_a_clock_that_runs() -> None:
    reading = read(one('"4h"', now=at("23T10:00")))
    assert reading[:6] == (Stage.RUNNING, 4 * H, H, 3 * H, at("23T13:00"), False)


def test_it_is_breached_once_more_than_the_target_is_used() -> None:
    assert not read(one('"4h"', now=at("23T13:00"))).breached
    assert read(one('"4h"', now=at("23T13:00") + 1)).breached
    late = read(one('"8h"', now=at("23T20:00")))
    assert (late.due_at, late.left, late.breached) == (at("23T17:00"), 0, False)


def test_pauses_push_the_due_instant_by_their_business_time_alone() -> None:
    pause = [(at("23T16:00"), STATUS, "open", "pending"), (at("24T10:00"), STATUS, "pending", "open")]
    reading = read(one('"8h"', *pause, now=at("24T10:30")))
    assert (reading.used, reading.due_at) == (7 * H + 1800, at("24T11:00"))
    night = [(at("23T18:00"), STATUS, "open", "pending"), (at("24T07:00"), STATUS, "pending", "open")]
    assert read(one('"9h"', *night, now=at("24T09:00"))).due_at == read(one('"9h"', now=at("24T09:00"))).due_at


def test_d11_no_due_instant_while_paused() -> None:
    pause = (at("23T11:00"), STATUS, "open", "pending")
    reading = read(one('"4h"', pause, now=at("25T11:00")))
    assert (reading.stage, reading.due_at, reading.left) == (Stage.PAUSED, 0, 2 * H)
    late = read(one('"1h"', pause, now=at("25T11:00")))
    assert (late.stage, late.due_at, late.breached) == (Stage.PAUSED, at("23T10:00"), True)


def test_used_up_to_the_second_when_it_was_paused_is_not_breached() -> None:
    pause = [(at("23T13:00"), STATUS, "open", "pending"), (at("24T20:00"), STATUS, "pending", "open")]
    paused = read(one('"4h"', pause[0], now=at("24T12:00")))
    assert (paused.left, paused.breached, paused.due_at) == (0, False, 0)
    reading = read(one('"4h"', *pause, now=at("24T21:00")))
    assert (reading.breached, reading.due_at) == (False, at("23T13:00"))
    assert read(one('"4h"', *pause, now=at("25T09:00") + 1)).breached


def test_a_pause_outside_the_hours_never_moves_the_due_instant() -> None:
    for hours in (8, 9, 16):
        events = [(at("23T17:00"), STATUS, "open", "hold"), (at("24T09:00"), STATUS, "hold", "open")]
        assert read(one(f'"{hours}h"', *events, now=at("24T10:00"))).due_at == read(
            one(f'"{hours}h"', now=at("24T10:00"))
        ).due_at  # fmt: skip


def test_ended_in_time_and_too_late() -> None:
    ended = (at("23T14:00"), STATUS, "open", "solved")
    met, missed = read(one('"8h"', ended, now=at("30T09:00"))), read(one('"4h"', ended, now=at("30T09:00")))
    assert (met.stage, met.used, met.due_at) == (Stage.MET, 5 * H, at("23T17:00"))
    assert (missed.stage, missed.left, missed.due_at) == (Stage.BREACHED, -H, at("23T13:00"))
    exact = read(one('"5h"', ended, now=at("30T09:00")))
    assert exact.stage is Stage.MET


def test_a_clock_ahead_of_ours_counts_nothing_yet() -> None:
    reading = read(one('"4h"', now=MONDAY - 30))
    assert (reading.used, reading.left, reading.due_at) == (0, 4 * H, at("23T13:00"))
    pause = [(at("23T10:00"), STATUS, "open", "hold"), (at("23T11:00"), STATUS, "hold", "open")]
    assert read(one('"4h"', *pause, now=at("23T10:59"))).used == H


def test_d14_another_priority_has_another_target_and_keeps_start_and_pauses() -> None:
    events = [
        (at("23T10:00"), STATUS, "open", "pending"),
        (at("23T12:00"), STATUS, "pending", "open"),
        (at("23T13:00"), "priority", "3", "1"),
    ]
    goals = '{ 1 = "4h", 3 = "8h" }'
    before = read(one(goals, *events[:2], now=at("23T13:00"), priority=3))
    after = read(one(goals, *events, now=at("23T13:00"), priority=1))
    assert (before.target, before.due_at) == (8 * H, at("24T11:00"))
    assert (after.target, after.used, after.due_at) == (4 * H, 2 * H, at("23T15:00"))


def test_a_finished_cycle_keeps_the_target_it_had() -> None:
    events = [(at("23T14:00"), STATUS, "open", "solved"), (at("24T10:00"), "priority", "3", "1")]
    measured = one('{ 1 = "1h", 3 = "8h" }', *events, now=at("24T11:00"), priority=1)
    assert (measured.priority, read(measured).target, read(measured).stage) == (3, 8 * H, Stage.MET)


@pytest.mark.parametrize(("switch", "due", "used"), [("whole", "24T02:00", 8 * H), ("spans", "24T03:00", 7 * H)])
def test_d14_a_calendar_that_changes_with_the_priority(switch: str, due: str, used: int) -> None:
    goals = '{ 1 = { target = "16h", calendar = "24x7" }, 3 = "24h" }'
    events = [
        (at("23T10:00"), STATUS, "open", "hold"), (at("23T11:00"), STATUS, "hold", "open"),
        (at("23T18:00"), "priority", "3", "1"),
    ]  # fmt: skip
    more = f'switch = "{switch}"'
    reading = read(one(goals, *events, now=at("23T18:00"), priority=1, more=more))
    assert (reading.used, reading.due_at) == (used, at(due))


def test_d12_a_clock_names_the_version_it_was_reckoned_by() -> None:
    text = '[[policies]]\nname = "all"\ncalendar = "office"\ntargets = { resolution = "4h" }'
    answer = ask(policies(text, version=3), now=at("23T10:00"))
    clock = as_clock(answer.clocks[0], "snow", "1", at("23T10:00"), calendar="office v3", version=3)
    assert clock is not None
    assert (clock.name, clock.calendar, clock.origin, clock.ident) == (
        "all v3",
        "office v3",
        "local",
        "local:resolution:1",
    )
    assert (clock.due_at, clock.target, clock.as_of) == (at("23T13:00"), 4 * H, at("23T10:00"))


def test_d16_a_target_in_working_days_is_pushed_by_pauses() -> None:
    pause = [(at("23T10:00"), STATUS, "open", "pending"), (at("23T12:00"), STATUS, "pending", "open")]
    assert read(one('"1 working day"', now=at("23T10:00"))).due_at == at("23T17:00")
    reading = read(one('"2wd"', *pause, now=at("23T13:00")))
    assert (reading.target, reading.due_at) == (16 * H, at("25T11:00"))


def test_d10_is_the_policys_choice() -> None:
    assert read(one('"8h"', now=at("23T10:00"), more='due = "next open"')).due_at == at("24T09:00")


def test_a_target_out_of_reach_is_a_trouble_and_no_exception() -> None:
    text = (
        '[calendars.fair]\nzone = "Europe/Paris"\n[calendars.fair.dates]\n2026-11-23 = ["09:00-17:00"]\n'
        '[[policies]]\nname = "all"\ncalendar = "fair"\ntargets = { resolution = "9h", first_response = "1h" }'
    )
    clocks = {each.metric: each for each in ask(policies(text), now=at("23T10:00")).clocks}
    assert clocks[Metric.RESOLUTION].reading is None
    assert "fair: the calendar does not hold so much time" in clocks[Metric.RESOLUTION].trouble
    assert read(clocks[Metric.FIRST_RESPONSE]).due_at == at("23T10:00")
    assert as_clock(clocks[Metric.RESOLUTION], "snow", "1", 0, calendar="fair") is None


def test_no_policy_is_said() -> None:
    text = '[[policies]]\nname = "net"\nwhen = { group = "net" }\ntargets = { resolution = "4h" }'
    answer = ask(policies(text), now=at("23T10:00"), profile={"group": frozenset(("apps",))})
    assert (answer.policy, answer.clocks) == (None, ())


def test_a_ticket_the_desk_made_is_answered_once_its_customer_has_written() -> None:
    text = '[[policies]]\nname = "all"\ncustomer_only = true\ntargets = { first_response = "1h" }'
    engine, facts = Engine(policies(text), MONDAY), Facts(MONDAY, requester="ann")
    made, asked = Happening(MONDAY, "created", actor="bob"), Happening(MONDAY + 60, "customer message", actor="ann")
    assert engine.clocks(facts, {}, [made], MONDAY).clocks == ()
    assert engine.clocks(facts, {}, [made, asked], MONDAY + 90).clocks[0].cycle.started_at == MONDAY + 60
    answered = asked._replace(at=MONDAY + 90, kind="public reply", actor="bob")
    again = asked._replace(at=MONDAY + 120)
    assert len(engine.clocks(facts, {}, [made, asked, answered, again], MONDAY + 150).clocks) == 1
    assert engine.clocks(facts, {}, [made._replace(actor="ann")], MONDAY).clocks[0].cycle.started_at == MONDAY


def test_the_tick_agrees_with_the_whole_reckoning() -> None:
    time = Engine(policies(""), MONDAY).time("office")
    pause = [(at("23T10:00"), STATUS, "open", "hold"), (at("23T11:30"), STATUS, "hold", "open")]
    readings = [read(one(f'"{hours}h"', *pause, now=at("23T12:00"))) for hours in (30, 2, 1, 9)]
    ticker = Ticker(time, [Going(key, anchor(each, time) + each.target) for key, each in enumerate(readings)])
    assert list(ticker.keys) == [2, 1, 3, 0]
    for now in ("23T12:00", "23T12:30:01", "23T20:00", "24T11:00"):
        wanted = [read(one(f'"{hours}h"', *pause, now=at(now))).left for hours in (1, 2, 9, 30)]
        assert list(ticker.left(at(now))) == wanted
        assert ticker.breached(at(now)) == sum(left < 0 for left in wanted)
    assert ticker.bands(at("23T12:00"), [-1, H, 4 * H]) == [1, 1, 0, 2]
    assert len(ticker) == 4
