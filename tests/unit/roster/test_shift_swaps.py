"""Shifts at the desk that change hands: in the arithmetic, at the desk with its stores, and on request."""

from __future__ import annotations

from datetime import date

import pytest

from helpdesk_tui.desk.roster.acts import agree, propose, write_plan
from helpdesk_tui.desk.roster.problems import problems
from helpdesk_tui.desk.roster.shifts import shift_swap_plan
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.errors import RosterError, ShiftMoved
from helpdesk_tui.domain.roster.presence import DESK
from helpdesk_tui.domain.roster.shift_swaps import hands
from helpdesk_tui.domain.roster.shifts import Dated, Hours, Pattern, Shift, Weekly, expanded
from helpdesk_tui.domain.roster.swaps import Slot, Swap, SwapState
from tests.unit.roster.desk_place import NOW, PARIS, Place
from tests.unit.roster.kit import DAY, HOUR, instant

WEEKDAYS = frozenset(range(5))
MONDAY = instant("2026-09-28T00:00", PARIS)


def pattern(person: str, start: int, days: frozenset[int] = WEEKDAYS) -> Pattern:
    return Pattern("usual", person, PARIS, Hours(start * HOUR, 8 * HOUR), Weekly(date(2026, 1, 5), days))


SOURCES = [pattern("Ada", 6), pattern("Ben", 14), pattern("Chen", 10, frozenset({5, 6}))]


def slot(person: str, day: int, start: int) -> Slot:
    at = MONDAY + day * DAY + start * HOUR
    return Slot(DESK, person, at, at + 8 * HOUR)


def taken(key: str, gives: Slot, takes: Slot | None, to: str = "", state: SwapState = SwapState.TAKEN) -> Swap:
    return Swap(key, gives, takes.person if takes else to, int(key[1:]), takes, state)


def week(*swaps: Swap) -> set[tuple[str, int, int]]:
    """Who starts on which day at which hour."""
    shifts = hands(SOURCES, swaps).given(expanded(SOURCES, MONDAY, MONDAY + 7 * DAY))
    assert shifts == sorted(shifts, key=lambda one: (one.start, one.person))
    return {(one.person, (one.start - MONDAY) // DAY, (one.start - MONDAY) % DAY // HOUR) for one in shifts}


def test_two_shifts_change_hands_and_no_hour_is_lost() -> None:
    before, after = week(), week(taken("s1", slot("Ada", 0, 6), slot("Chen", 5, 10)))
    assert before - after == {("Ada", 0, 6), ("Chen", 5, 10)}
    assert after - before == {("Chen", 0, 6), ("Ada", 5, 10)}


def test_of_one_day_two_people_may_swap_though_their_shifts_overlap() -> None:
    after = week(taken("s1", Slot(DESK, "Ada", *_span(0, 6)), Slot(DESK, "Ben", *_span(0, 14))))
    assert {("Ben", 0, 6), ("Ada", 0, 14)} <= after
    assert not {("Ada", 0, 6), ("Ben", 0, 14)} & after


def _span(day: int, start: int) -> tuple[int, int]:
    at = MONDAY + day * DAY + start * HOUR
    return at, at + 8 * HOUR


def test_what_came_by_a_swap_can_be_swapped_on_and_a_shift_be_given_away() -> None:
    first = taken("s1", slot("Ada", 0, 6), slot("Chen", 5, 10))
    second = taken("s2", slot("Chen", 0, 6), slot("Ben", 1, 14))
    gift = taken("s3", slot("Ada", 2, 6), None, "Ben")
    after = week(gift, second, first)
    assert {("Ben", 0, 6), ("Chen", 1, 14), ("Ada", 5, 10), ("Ben", 2, 6)} <= after
    assert len(after) == len(week())


@pytest.mark.parametrize("state", [SwapState.PROPOSED, SwapState.ACCEPTED, SwapState.APPROVED, SwapState.DECLINED])
def test_only_what_is_taken_counts(state: SwapState) -> None:
    assert week(taken("s1", slot("Ada", 0, 6), slot("Chen", 5, 10), state=state)) == week()


def test_a_shift_that_is_no_longer_that_one_undoes_both_halves() -> None:
    gone = taken("s1", slot("Ada", 0, 7), slot("Chen", 5, 10))
    late = taken("s2", slot("Chen", 5, 10), slot("Ben", 1, 14))
    assert hands(SOURCES, [gone]).lost == (gone,)
    assert week(gone) == week()
    assert week(gone, late) == week(late) != week()
    moved: list[Pattern | Dated] = [
        *SOURCES,
        Dated("usual", "Ada", PARIS, date(2026, 9, 28), Hours(7 * HOUR, 8 * HOUR)),
    ]
    good = taken("s3", slot("Ada", 0, 6), slot("Chen", 5, 10))
    assert hands(SOURCES, [good]).lost == ()
    assert hands(moved, [good]).lost == (good,)


@pytest.fixture
def staffed(place: Place) -> Place:
    place.desk.intents.save_shifts(SOURCES)
    return place


def held(place: Place, one: Slot) -> Shift | None:
    return place.desk.floor().shift(one)


MON, SAT = slot("Ada", 0, 6), slot("Chen", 5, 10)


def test_a_swap_by_hand_is_written_for_both_and_taken_back_for_both(staffed: Place) -> None:
    plan = shift_swap_plan(staffed.desk.floor(), MON, SAT, NOW)
    assert plan.against == ()
    assert {one.person: one.burden.week for one in plan.effects} == {
        "Ada": (40 * HOUR, 40 * HOUR),
        "Chen": (16 * HOUR, 16 * HOUR),
    }
    sent, back = write_plan(staffed.desk, plan)
    assert sent == ()
    assert held(staffed, Slot(DESK, "Chen", MON.start, MON.end))
    assert held(staffed, Slot(DESK, "Ada", SAT.start, SAT.end))
    assert held(staffed, MON) is held(staffed, SAT) is None
    with pytest.raises(RosterError, match="no longer has this shift"):
        staffed.desk.carry_out(shift_swap_plan(staffed.desk.floor(), MON, SAT, NOW))
    assert back is not None
    back(staffed.desk)
    assert held(staffed, MON)
    assert held(staffed, SAT)


def test_a_swap_that_is_asked_for_waits_and_is_taken_whole(staffed: Place) -> None:
    key = propose(staffed.desk, shift_swap_plan(staffed.desk.floor(), MON, SAT, NOW), NOW)
    assert [one.key for one in staffed.desk.waiting()] == [key]
    assert held(staffed, MON)
    agree(staffed.desk, key, NOW)
    assert staffed.another("boss").decide_swap(key, yes=True).state is SwapState.TAKEN
    assert held(staffed, MON) is None
    assert staffed.desk.waiting() == []


def test_a_shift_that_moved_meanwhile_is_not_swapped_and_a_taken_one_is_told(staffed: Place) -> None:
    first = propose(staffed.desk, shift_swap_plan(staffed.desk.floor(), MON, SAT, NOW), NOW)
    other = slot("Ada", 1, 6)
    write_plan(staffed.desk, shift_swap_plan(staffed.desk.floor(), other, slot("Chen", 6, 10), NOW))
    staffed.desk.intents.save_shifts([pattern("Ada", 7)])
    with pytest.raises(ShiftMoved):
        staffed.desk.decide_swap(first, yes=True)
    told = [one for one in problems(staffed.desk.floor(), NOW, NOW + 14 * DAY) if one.kind == "conflict"]
    assert [(one.label, one.what) for one in told] == [("desk", "the swap of Ada and Chen no longer fits")]


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (MON, slot("Ada", 1, 6), "has both shifts"),
        (MON, Slot(DESK, "Ben", MON.start, MON.end), "at the same time"),
        (slot("Ada", -7, 6), SAT, "has begun"),
    ],
)
def test_what_is_no_swap(staffed: Place, first: Slot, second: Slot, why: str) -> None:
    with pytest.raises(RosterError, match=why):
        shift_swap_plan(staffed.desk.floor(), first, second, NOW)


def test_why_a_swap_cannot_be(staffed: Place) -> None:
    staffed.desk.intents.add_absence(Absence("a", "Chen", MON.start, MON.end))
    staffed.desk.intents.save_shifts([Dated("extra", "Ada", PARIS, date(2026, 10, 3), Hours(17 * HOUR, 2 * HOUR))])
    plan = shift_swap_plan(staffed.desk.floor(), MON, SAT, NOW)
    assert set(plan.against) == {"Chen is away then", "Ada is at the desk then already"}
    with pytest.raises(RosterError, match="away"):
        staffed.desk.carry_out(plan)
