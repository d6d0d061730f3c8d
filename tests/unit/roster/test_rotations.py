"""Rotations: handoffs, turns, members who come and go, and the reference data of another scheduler."""

from __future__ import annotations

import itertools
import json
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.restrictions import daily
from helpdesk_tui.domain.roster.rotations import (
    Advance,
    Member,
    Rotation,
    TurnState,
    Unit,
    handoff,
    index,
    turn_end,
    turn_start,
)
from helpdesk_tui.domain.roster.turns import Roll, aliasing, next_handoffs
from helpdesk_tui.domain.wall_time import UnknownZone, ends_at, find_zone, starts_at, wall_at, wall_seconds
from tests.unit.roster.kit import DAY, HOUR, REFERENCE, instant, local, slow_resolve

UNITS = {"hourly": Unit.HOUR, "daily": Unit.DAY, "weekly": Unit.WEEK, "monthly": Unit.MONTH}
ZONES = ["Europe/Paris", "America/Chicago", "Australia/Lord_Howe", "Australia/Sydney", "Asia/Kathmandu", "UTC"]


def cases(name: str) -> list[Any]:
    path = REFERENCE / "engines" / name
    if not path.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"SKIPPED: no reference data at {path}"))]
    return [pytest.param(case, id=case["id"]) for case in json.loads(path.read_text())["cases"]]


def people(many: int) -> tuple[Member, ...]:
    return tuple(Member(f"p{number}", number) for number in range(many))


def rotation(zone: str, unit: Unit, length: int, anchor: str, members: int | tuple[Member, ...] = 0) -> Rotation:
    who = people(members) if isinstance(members, int) else members
    return Rotation("r", zone, unit, length, local(anchor), who)


@pytest.mark.parametrize("case", cases("goalert_rotation.json"))
def test_reference_rotations(case: dict[str, Any]) -> None:
    zone = case["tz"]
    many = case.get("participants", 0)
    states = (TurnState(instant(case["current_start"], zone), case["current_index"]),) if many else ()
    one = Rotation(
        case["id"], zone, UNITS[case["type"]], case["length"], local(case["start"]), people(many), states=states
    )
    match case["op"]:
        case "handoffs_in_window":
            first, last = (instant(text) for text in case["window"])
            wanted = {instant(text) for text in case["expected_handoffs"]}
            tried = {*range(first, last + 1, 30 if last - first <= DAY else 900), last}
            tried |= {near for edge in wanted for near in (edge - 1, edge, edge + 1) if first <= near <= last}
            found = {edge(one, at) for at in tried for edge in (turn_start, turn_end)}
            assert found == wanted
        case "shift_end":
            assert turn_end(one, instant(case["at"], zone)) == instant(case["expected"], zone)
        case "shift_start":
            assert turn_start(one, instant(case["at"], zone)) == instant(case["expected"], zone)
        case "shift_end_chain":
            chain = [instant(text, zone) for text in case["chain"]]
            assert [turn_end(one, at) for at in chain[:-1]] == chain[1:]
        case "rotation_user":
            assert Roll(one).who(instant(case["at"], zone)) == (f"p{case['expected_index']}",)
        case other:
            pytest.fail(f"the reference data asks for {other}, which nothing here answers")


@pytest.mark.parametrize("case", cases("goalert_clock_dst.json"))
def test_reference_wall_clock(case: dict[str, Any]) -> None:
    zone = find_zone(case["tz"])
    match case["op"]:
        case "clock_first_of_day" | "clock_last_of_day":
            wall = wall_seconds(local(f"{case['date']}T{case['clock']}"))
            at = (starts_at if case["op"] == "clock_first_of_day" else ends_at)(wall, zone)
            assert at == instant(case["expected"])
        case "add_clock":
            wall = wall_seconds(local(case["start"])) + case["clock_minutes"] * 60
            assert starts_at(wall, zone) == instant(case["expected"], case["tz"])
        case "clock_hours_between":
            assert (wall_seconds(local(case["end"])) - wall_seconds(local(case["start"]))) / HOUR == case["expected"]
        case "dst_change_on_day":
            first = starts_at(wall_seconds(local(case["date"])), zone)
            after = starts_at(wall_seconds(local(case["date"])) + DAY, zone)
            moved = (DAY - (after - first)) // 60
            assert moved == (case["expected"]["change_minutes"] if case["expected"] else 0)
        case other:
            pytest.fail(f"the reference data asks for {other}, which nothing here answers")


@pytest.mark.parametrize(
    ("anchor", "months", "days"),
    [
        ("2025-01-31T08:00", 1, ["01-31", "02-28", "03-31", "04-30", "05-31"]),
        ("2024-01-30T08:00", 1, ["01-30", "02-29", "03-30", "04-30"]),
        ("2024-01-29T08:00", 1, ["01-29", "02-29", "03-29"]),
        ("2025-08-31T08:00", 3, ["08-31", "11-30", "02-28", "05-31"]),
        ("2024-02-29T08:00", 12, ["02-29", "02-28", "02-28", "02-28", "02-29"]),
    ],
)
def test_d6_month_ends_are_clamped_from_the_anchor(anchor: str, months: int, days: list[str]) -> None:
    one = rotation("Europe/Paris", Unit.MONTH, months, anchor)
    shown = [datetime.fromtimestamp(handoff(one, k), find_zone("Europe/Paris")) for k in range(len(days))]
    assert [f"{moment:%m-%d}" for moment in shown] == days
    assert {f"{moment:%H:%M}" for moment in shown} == {"08:00"}
    assert handoff(one, -1) < handoff(one, 0)


def test_d5_a_week_lasts_as_long_as_its_wall_says() -> None:
    lengths = {}
    for zone, spring, autumn in [
        ("Europe/Paris", "2026-03-28T12:00", "2026-10-24T12:00"),
        ("Australia/Sydney", "2026-10-03T12:00", "2026-04-04T12:00"),
        ("Australia/Lord_Howe", "2026-10-03T12:00", "2026-04-04T12:00"),
    ]:
        one = rotation(zone, Unit.WEEK, 1, "2025-01-06T08:00")
        lengths[zone] = [
            (turn_end(one, at) - turn_start(one, at)) / HOUR for at in (instant(spring, zone), instant(autumn, zone))
        ]
    assert lengths == {
        "Europe/Paris": [167, 169],
        "Australia/Sydney": [167, 169],
        "Australia/Lord_Howe": [167.5, 168.5],
    }


@given(
    zone=st.sampled_from(ZONES),
    unit=st.sampled_from(list(Unit)),
    length=st.integers(1, 30),
    anchor=st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2027-01-01")),
    at=st.integers(instant("2019-01-01"), instant("2029-01-01")),
)
@settings(max_examples=300, deadline=None)
def test_every_instant_lies_in_exactly_one_turn(zone: str, unit: Unit, length: int, anchor: datetime, at: int) -> None:
    one = Rotation("r", zone, unit, length, anchor.replace(microsecond=0))
    k = index(one, at)
    assert handoff(one, k) <= at < handoff(one, k + 1)
    assert handoff(one, k - 1) <= handoff(one, k)
    assert turn_start(one, turn_end(one, at)) == turn_end(one, at)


@given(zone=st.sampled_from(ZONES), day=st.integers(0, 720), hour=st.integers(0, 23), quarter=st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_handoffs_agree_with_a_plain_search(zone: str, day: int, hour: int, quarter: int) -> None:
    anchor = local("2025-01-06") + timedelta(hours=hour, minutes=15 * quarter)
    one = Rotation("r", zone, Unit.DAY, 1, anchor)
    assert handoff(one, day) == slow_resolve(anchor + timedelta(days=day), zone)


@pytest.mark.parametrize(
    ("zone", "around"),
    [
        ("America/Chicago", "2026-11-01T07:00"),
        ("America/Chicago", "2026-03-08T08:00"),
        ("Europe/Paris", "2026-10-25T01:00"),
        ("Australia/Lord_Howe", "2026-04-04T15:00"),
        ("Australia/Sydney", "2026-10-03T16:00"),
        ("Pacific/Apia", "2011-12-30T10:00"),
    ],
)
@pytest.mark.parametrize(("unit", "length"), [(Unit.HOUR, 1), (Unit.HOUR, 5), (Unit.DAY, 1), (Unit.MONTH, 1)])
def test_one_turn_at_a_time_where_the_clock_jumps(zone: str, around: str, unit: Unit, length: int) -> None:
    one = rotation(zone, unit, length, "2011-01-04T01:30", 3)
    for at in range(instant(around) - 5 * HOUR, instant(around) + 5 * HOUR, 900):
        assert turn_start(one, at) <= at < turn_end(one, at)


def test_the_next_handoffs_of_a_form() -> None:
    roll = Roll(rotation("Europe/Paris", Unit.WEEK, 1, "2026-03-02T08:00", 2))
    after = instant("2026-03-23T08:00", "Europe/Paris")
    assert next_handoffs(roll, after, 2) == [
        (instant("2026-03-30T08:00", "Europe/Paris"), ("p0",)),
        (instant("2026-04-06T08:00", "Europe/Paris"), ("p1",)),
    ]
    hourly = Roll(rotation("America/Chicago", Unit.HOUR, 1, "2020-03-06T02:00", 3))
    shown = next_handoffs(hourly, instant("2020-03-08T01:00-06:00"), 2)
    assert [at for at, _ in shown] == [instant("2020-03-08T03:00-05:00"), instant("2020-03-08T04:00-05:00")]
    assert shown[0][1] == hourly.who(shown[0][0])


def by_day(roll: Roll, first: str, days: int) -> str:
    return "".join("".join(roll.who(instant(first) + n * DAY)) or "-" for n in range(days))


def test_joining_and_leaving_never_rewrites_the_past() -> None:
    abc = (Member("A", 0), Member("B", 1), Member("C", 2))
    before = Roll(rotation("UTC", Unit.DAY, 1, "2026-01-01T08:00", abc))
    assert by_day(before, "2026-01-01T12:00", 8) == "ABCABCAB"
    joins = Roll(rotation("UTC", Unit.DAY, 1, "2026-01-01T08:00", (*abc, Member("D", 3, instant("2026-01-05T08:00")))))
    assert by_day(joins, "2026-01-01T12:00", 9) == "ABCABCDAB"
    left = (Member("A", 0), Member("B", 1, None, instant("2026-01-05T08:00")), Member("C", 2))
    assert by_day(Roll(rotation("UTC", Unit.DAY, 1, "2026-01-01T08:00", left)), "2026-01-01T12:00", 8) == "ABCACACA"
    midway = (Member("A", 0), Member("B", 1, None, instant("2026-01-05T10:00")), Member("C", 2))
    roll = Roll(rotation("UTC", Unit.DAY, 1, "2026-01-01T08:00", midway))
    assert roll.who(instant("2026-01-05T09:59")) == ("B",)
    assert roll.who(instant("2026-01-05T10:00")) == ("C",)
    assert by_day(roll, "2026-01-01T12:00", 8) == "ABCACACA"


@given(
    at=st.integers(0, 40 * 24),
    late=st.integers(0, 40 * 24),
    turn=st.integers(0, 5),
    many=st.integers(1, 5),
    leaves=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_what_lies_before_a_change_stays(at: int, late: int, turn: int, many: int, leaves: bool) -> None:
    first = instant("2026-01-01T08:00")
    edge = first + late * HOUR
    members = people(many)
    if leaves:
        changed = tuple(Member(m.person, m.turn, None, edge if m.turn == turn else None) for m in members)
    else:
        changed = (*members, Member("new", turn, edge))
    before, after = (Roll(rotation("UTC", Unit.DAY, 1, "2026-01-01T08:00", who)) for who in (members, changed))
    moment = first + at * HOUR
    if moment < edge:
        assert before.who(moment) == after.who(moment)
    elif not leaves:
        assert after.who(moment)
    else:
        assert f"p{turn}" not in after.who(moment)


def test_a_recorded_state_moves_the_turn_from_then_on_only() -> None:
    states = (TurnState(instant("2026-01-01T08:00"), 0), TurnState(instant("2026-01-04T08:00"), 2))
    one = Rotation("r", "UTC", Unit.DAY, 1, local("2025-06-01T08:00"), people(3), states=states)
    assert by_day(Roll(one), "2026-01-01T12:00", 6) == "p0p1p2p2p0p1"


def test_groups_are_on_together() -> None:
    members = (Member("A", 0), Member("B", 0), Member("C", 1), Member("A", 0))
    roll = Roll(rotation("UTC", Unit.WEEK, 1, "2026-01-05T08:00", members))
    assert roll.who(instant("2026-01-05T08:00")) == ("A", "B")
    assert roll.who(instant("2026-01-12T08:00")) == ("C",)


def test_a_rotation_without_members_has_nobody_on_and_picks_up_again() -> None:
    assert Roll(rotation("UTC", Unit.DAY, 1, "2026-01-01T08:00")).who(0) == ()
    members = (Member("A", 0, None, instant("2026-01-03T08:00")), Member("B", 1, instant("2026-01-05T08:00")))
    roll = Roll(rotation("UTC", Unit.DAY, 1, "2026-01-01T08:00", members))
    assert by_day(roll, "2026-01-01T12:00", 6) == "AA--BB"


@pytest.mark.parametrize(("many", "reached"), [(14, 10), (7, 5), (21, 15), (5, 5), (10, 10), (15, 15)])
def test_d7_the_aliasing_of_daily_turns_with_weekday_windows_is_told(many: int, reached: int) -> None:
    hours = daily("Europe/Paris", 9 * HOUR, 17 * HOUR, (0, 1, 2, 3, 4))
    roll = Roll(rotation("Europe/Paris", Unit.DAY, 1, "2026-01-05T00:00", many), hours)
    met = {roll.who(instant("2026-01-05T10:00", "Europe/Paris") + n * DAY) for n in range(7 * many) if n % 7 < 5}
    assert len(met) == reached
    warning = aliasing(roll, instant("2026-06-01"))
    assert (warning.reached if warning else many) == reached
    if warning:
        assert {*warning.never} == {(f"p{n}",) for n in range(many)} - met


def test_d7_an_active_rotation_passes_the_turn_only_when_somebody_was_needed() -> None:
    hours = daily("Europe/Paris", 9 * HOUR, 17 * HOUR, (0, 1, 2, 3, 4))
    one = Rotation("r", "Europe/Paris", Unit.DAY, 1, local("2026-01-05T00:00"), people(7), Advance.ACTIVE)
    roll = Roll(one, hours)
    noon = instant("2026-01-05T12:00", "Europe/Paris")
    weekdays = [roll.who(noon + n * DAY)[0] for n in range(21) if n % 7 < 5]
    assert weekdays == [f"p{n % 7}" for n in range(15)]
    assert [roll.who(noon - n * DAY)[0] for n in (3, 4, 7)] == ["p6", "p5", "p2"]
    assert aliasing(roll, noon) is None


def test_an_active_rotation_lives_in_the_zone_of_its_hours() -> None:
    one = Rotation("r", "Europe/Paris", Unit.DAY, 1, local("2026-01-05T00:00"), people(2), Advance.ACTIVE)
    with pytest.raises(RosterError, match="one zone"):
        Roll(one, daily("UTC", 0, 8 * HOUR))


@pytest.mark.parametrize(
    ("unit", "length", "anchor", "what"),
    [
        (Unit.DAY, 0, "2026-01-01T08:00", "1 to"),
        (Unit.DAY, -3, "2026-01-01T08:00", "1 to"),
        (Unit.HOUR, 10**9, "2026-01-01T08:00", "1 to"),
        (Unit.DAY, 1, "2026-01-01T08:00+01:00", "no offset"),
        (Unit.DAY, 1, "0001-01-01T08:00", "1900"),
    ],
)
def test_rotations_that_cannot_be(unit: Unit, length: int, anchor: str, what: str) -> None:
    with pytest.raises(RosterError, match=what):
        Rotation("r", "Europe/Paris", unit, length, local(anchor))


def test_bad_zones_and_members() -> None:
    with pytest.raises(UnknownZone):
        Rotation("r", "Europe/Atlantis", Unit.DAY, 1, local("2026-01-01T08:00"))
    with pytest.raises(RosterError, match="no name"):
        Member("", 0)
    with pytest.raises(RosterError, match="before joining"):
        Member("A", 0, 100, 100)


@given(
    zone=st.sampled_from(ZONES),
    unit=st.sampled_from([Unit.HOUR, Unit.DAY, Unit.WEEK]),
    length=st.integers(1, 5),
    many=st.integers(0, 4),
    start=st.integers(instant("2026-01-01"), instant("2026-12-01")),
)
@settings(max_examples=100, deadline=None)
def test_turns_fill_the_window_and_agree_with_who(zone: str, unit: Unit, length: int, many: int, start: int) -> None:
    roll = Roll(rotation(zone, unit, length, "2026-03-01T02:15", many))
    turns = list(roll.turns(start, start + 6 * DAY))
    assert turns[0][0] == start
    assert turns[-1][1] == start + 6 * DAY
    assert all(one[1] == two[0] for one, two in itertools.pairwise(turns))
    for begins, ends, who in turns:
        assert roll.who(begins) == roll.who(ends - 1) == who


def test_the_machine_zone_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    roll = Roll(rotation("Europe/Paris", Unit.DAY, 1, "2026-03-01T02:15", 3), daily("Europe/Paris", 0, 8 * HOUR))
    start, seen = instant("2026-03-27"), []
    try:
        for zone in ("UTC", "America/Chicago", "Asia/Kathmandu"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            seen.append(list(roll.turns(start, start + 4 * DAY)))
            assert wall_at(start, find_zone("Asia/Kathmandu")) == start + 20_700
    finally:
        monkeypatch.undo()
        time.tzset()
    assert seen[0] == seen[1] == seen[2]
