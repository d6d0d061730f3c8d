"""Month ends, clock changes, overrides, swaps and absences against a loop over minutes that is all its own."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.overrides import Override, OverrideKind
from helpdesk_tui.domain.roster.restrictions import daily
from helpdesk_tui.domain.roster.rotations import Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import People, Schedule, final, who
from helpdesk_tui.domain.roster.swaps import Slot, Swap, SwapState
from helpdesk_tui.domain.roster.turns import Roll
from tests.unit.roster.kit import DAY, HOUR, MINUTE, instant, local, slow_resolve

MEMBERS = ("A", "B", "C")
ZONES = (
    "Europe/Paris", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kolkata",
    "Pacific/Chatham", "America/Havana",
)  # fmt: skip


def months_on(anchor: datetime, months: int) -> datetime:
    """So many months after the anchor, on its day or the last one of a shorter month."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return anchor.replace(year=year, month=month + 1, day=min(anchor.day, monthrange(year, month + 1)[1]))


def handoffs(rotation: Rotation, first: int, last: int) -> list[int]:
    """The instants of the k-th handoffs for first <= k < last, by trying times until one shows the wall time."""
    many, found = rotation.length, []
    for k in range(first, last):
        if rotation.unit is Unit.MONTH:
            wall = months_on(rotation.anchor, k * many)
        else:
            unit = {Unit.HOUR: timedelta(hours=1), Unit.DAY: timedelta(days=1), Unit.WEEK: timedelta(days=7)}
            wall = rotation.anchor + k * many * unit[rotation.unit]
        found.append(slow_resolve(wall, rotation.zone))
    return found


def turns(zone: str, unit: Unit, length: int, anchor: str) -> Rotation:
    return Rotation("r", zone, unit, length, local(anchor), tuple(Member(name, n) for n, name in enumerate(MEMBERS)))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("length", "anchor"), [
    (1, "2023-12-31T02:30"), (1, "2024-01-30T00:00"), (1, "2024-01-29T02:00"), (2, "2023-08-31T08:00"),
    (3, "2023-11-30T23:59"), (12, "2024-02-29T09:00"), (1, "2026-01-31T03:00"),
])  # fmt: skip
def test_months_hand_over_on_the_anchors_day_or_the_last_there_is(zone: str, length: int, anchor: str) -> None:
    rotation = turns(zone, Unit.MONTH, length, anchor)
    found = handoffs(rotation, -4, 22)
    roll = Roll(rotation)
    for k, at in enumerate(found[1:], -3):
        for minute in (*range(at - 3 * MINUTE, at + 3 * MINUTE, MINUTE), at - 2 * HOUR, at + 2 * HOUR):
            wanted = MEMBERS[(k if minute >= at else k - 1) % 3]
            assert roll.who(minute) == (wanted,), (zone, k, minute - at)


CHANGES = {
    "Europe/Paris": ("2026-03-29T01:00+00:00", "2026-10-25T01:00+00:00"),
    "America/New_York": ("2026-03-08T07:00+00:00", "2026-11-01T06:00+00:00"),
    "Australia/Sydney": ("2026-04-04T16:00+00:00", "2026-10-03T16:00+00:00"),
    "Australia/Lord_Howe": ("2026-04-04T15:00+00:00", "2026-10-03T15:30+00:00"),
    "America/Havana": ("2026-03-08T05:00+00:00", "2026-11-01T05:00+00:00"),
}
"""Instants at which clocks are moved: in Havana at midnight, on Lord Howe by half an hour."""


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize(("unit", "length", "clock"), [
    (Unit.HOUR, 1, "00:30"), (Unit.HOUR, 5, "01:15"), (Unit.HOUR, 12, "02:30"), (Unit.DAY, 1, "00:00"),
    (Unit.DAY, 1, "02:30"), (Unit.DAY, 2, "01:45"), (Unit.WEEK, 1, "02:00"),
])  # fmt: skip
def test_every_minute_of_the_days_on_which_clocks_are_moved(zone: str, unit: Unit, length: int, clock: str) -> None:
    for moved in CHANGES[zone]:
        around = instant(moved)
        day = datetime.fromisoformat(moved).replace(tzinfo=None) - timedelta(days=8)
        rotation = turns(zone, unit, length, f"{day:%Y-%m-%d}T{clock}")
        steps = {Unit.HOUR: 11 * 24 // length, Unit.DAY: 12 // length, Unit.WEEK: 3}[unit]
        found = handoffs(rotation, 0, steps)
        schedule = Schedule("s", zone, (Layer("l", rotation),))
        spans = final(schedule, around - DAY, around + DAY)
        for minute in range(around - DAY, around + DAY, 5 * MINUTE):
            wanted = MEMBERS[(sum(at <= minute for at in found) - 1) % 3]
            [there] = [span.people for span in spans if span.start <= minute < span.end]
            assert there == (wanted,), (moved, (minute - around) / MINUTE)
            assert [duty.person for duty in who(schedule, minute)] == [wanted]


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize(("first", "last"), [(22, 6), (0, 24), (1.5, 2.5), (2.5, 9), (23.5, 0.5)])
def test_every_minute_of_a_daily_window_on_those_days(zone: str, first: float, last: float) -> None:
    rotation = turns(zone, Unit.WEEK, 1, "2026-01-05T00:00")
    layer = Layer("l", rotation, 0, daily(zone, int(first * HOUR), int(last * HOUR)))
    for moved in CHANGES[zone]:
        around = instant(moved)
        day = datetime.fromisoformat(moved).replace(tzinfo=None, hour=0, minute=0)
        length = timedelta(hours=(last - first) % 24 or 24)
        opened = []
        for days in range(-3, 4):
            opens = day + timedelta(days=days, hours=first)
            opened.append((slow_resolve(opens, zone), slow_resolve(opens + length, zone, last=True)))
        spans = final(Schedule("s", zone, (layer,)), around - DAY, around + DAY)
        for minute in range(around - DAY, around + DAY, 5 * MINUTE):
            wanted = any(opens <= minute < closes for opens, closes in opened)
            [there] = [bool(span.duties) for span in spans if span.start <= minute < span.end]
            assert there == wanted, (moved, (minute - around) / MINUTE)


START = instant("2026-03-27T08:00", "Europe/Paris")
SPAN = 9 * DAY
STEP = 30 * MINUTE


@st.composite
def slots(draw: st.DrawFn) -> tuple[int, int]:
    begins = START + draw(st.integers(0, 16)) * 12 * HOUR
    return begins, begins + draw(st.sampled_from([6 * HOUR, 12 * HOUR, DAY, 2 * DAY]))


@st.composite
def exchanges(draw: st.DrawFn) -> Swap:
    giver, taker = draw(st.permutations(MEMBERS))[:2]
    first, second = draw(slots()), draw(slots())
    takes = Slot("s", taker, *second) if second[0] >= first[1] or second[1] <= first[0] else None
    state = draw(st.sampled_from([SwapState.TAKEN] * 3 + [SwapState.APPROVED, SwapState.DECLINED]))
    number = draw(st.integers(0, 99))
    return Swap(f"x{number}", Slot("s", giver, *first), taker, number, takes, state)


def plain_swapped(there: dict[int, str], swaps: list[Swap]) -> dict[int, str]:
    """Who is on in each half hour once the swaps were carried out, both halves or none; a gift as far as it goes."""
    for swap in sorted(swaps, key=lambda one: (one.asked_at, one.key)):
        if swap.state is not SwapState.TAKEN:
            continue
        whole = all(there.get(at) == slot.person for slot, _ in swap.halves for at in range(slot.start, slot.end, STEP))
        if swap.takes is not None and not whole:
            continue
        moved = {
            at: to
            for slot, to in swap.halves
            for at in range(slot.start, slot.end, STEP)
            if there.get(at) == slot.person
        }
        there = there | moved
    return there


@given(
    swaps=st.lists(exchanges(), max_size=4, unique_by=lambda one: one.key),
    covers=st.lists(st.tuples(slots(), st.permutations(MEMBERS)), max_size=2),
    away=st.lists(st.tuples(slots(), st.sampled_from(MEMBERS)), max_size=2),
)
@settings(max_examples=120, deadline=None)
def test_overrides_then_swaps_then_absences(
    swaps: list[Swap], covers: list[tuple[tuple[int, int], list[str]]], away: list[tuple[tuple[int, int], str]]
) -> None:
    rotation = turns("Europe/Paris", Unit.DAY, 1, "2026-03-20T08:00")
    overrides = tuple(
        Override(f"o{n}", OverrideKind.REPLACE, *span, n, names[0], names[1]) for n, (span, names) in enumerate(covers)
    )
    absences = tuple(Absence(f"a{n}", name, *span) for n, (span, name) in enumerate(away))
    schedule = Schedule("s", "Europe/Paris", (Layer("l", rotation),), overrides=overrides, swaps=tuple(swaps))
    found = handoffs(rotation, 0, 30)
    there: dict[int, str] = {}
    for at in range(START - 2 * DAY, START + SPAN + 3 * DAY, STEP):
        slot = [MEMBERS[(sum(one <= at for one in found) - 1) % 3]]
        for one in overrides:
            if one.start <= at < one.end and one.remove in slot:
                slot.append(one.add)
        there[at] = slot[-1]
    there = plain_swapped(there, swaps)
    spans = final(schedule, START, START + SPAN, People(absences))
    for at in range(START, START + SPAN, STEP):
        [duties] = [span.duties for span in spans if span.start <= at < span.end]
        assert [duty.person for duty in duties] == [there[at]], at - START
        gone = any(one.person == there[at] and one.start <= at < (one.end or at + 1) for one in absences)
        assert [bool(duty.empty) for duty in duties] == [gone]
