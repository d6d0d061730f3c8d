"""Swaps at the desk: both halves or none, decided once, written where the shifts are kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk_tui.desk.roster.cover import Step, swap_plan
from helpdesk_tui.domain.roster.errors import RosterError, ShiftMoved, StaleSwap
from helpdesk_tui.domain.roster.overrides import Override, OverrideKind
from helpdesk_tui.domain.roster.rotations import Unit
from helpdesk_tui.domain.roster.swaps import Slot, Swap, SwapState
from tests.unit.roster.desk_place import DAY, NOW, Place, duty


def swap(place: Place, state: SwapState = SwapState.ACCEPTED) -> Swap:
    line = place.schedule("Ada", "Ben")
    spans = place.desk.floor().spans(line, NOW + DAY, NOW + 6 * DAY)
    first, second = spans[1], spans[2]
    gives = Slot("net", first.people[0], first.start, first.end)
    takes = Slot("net", second.people[0], second.start, second.end)
    asked = Swap("s1", gives, second.people[0], NOW - DAY, takes, state)
    place.desk.intents.propose_swap(asked)
    return asked


def test_a_swap_of_a_shift_that_moved_is_refused_whole(place: Place) -> None:
    asked = swap(place)
    mine = asked.gives
    override = Override("o", OverrideKind.REPLACE, mine.start, mine.end, NOW, "Chen", mine.person)
    place.desk.intents.add_override("net", override)
    with pytest.raises(ShiftMoved, match="no longer holds the whole shift"):
        place.desk.decide_swap("s1", yes=True)
    assert [one.state for one in place.desk.waiting()] == [SwapState.ACCEPTED]
    assert place.desk.decide_swap("s1", yes=False).state is SwapState.DECLINED


def test_a_swap_that_nobody_decided_is_over_when_its_shift_begins(place: Place) -> None:
    asked = swap(place)
    place.now = asked.begins
    assert place.desk.waiting() == []
    with pytest.raises(StaleSwap, match="expired"):
        place.desk.decide_swap("s1", yes=True)


def test_a_swap_by_hand_holds_in_both_halves(place: Place) -> None:
    line = place.schedule("Ada", "Ben")
    floor = place.desk.floor()
    first, second = floor.spans(line, NOW + DAY, NOW + 6 * DAY)[1:3]
    steps = (
        Step(line, first.start, first.end, second.people[0], first.people[0]),
        Step(line, second.start, second.end, first.people[0], second.people[0]),
    )
    place.desk.carry_out(swap_plan(floor, *steps, place.now))
    after = place.desk.floor()
    for step in steps:
        assert after.spans(place.line("net"), step.start, step.end)[0].people == (step.person,)
    with pytest.raises(RosterError, match="two people hold"):
        swap_plan(floor, steps[0], replace(steps[1], instead=steps[0].instead, person=steps[0].instead), place.now)


def test_a_swap_of_a_platforms_shifts_is_written_there_and_waits_again_where_it_is_refused(place: Place) -> None:
    line = place.told(duty("ada", NOW - DAY, NOW + 2 * DAY), duty("ben", NOW + 2 * DAY, NOW + 90 * DAY))
    gives = Slot(line.key, "Ada", NOW + DAY, NOW + 2 * DAY)
    takes = Slot(line.key, "Ben", NOW + 2 * DAY, NOW + 3 * DAY)
    place.desk.intents.propose_swap(Swap("s1", gives, "Ben", NOW, takes, SwapState.ACCEPTED))
    assert place.desk.decide_swap("s1", yes=True).state is SwapState.TAKEN
    first, second = place.outbox_changes()
    assert (first.desired, second.desired) == ({"person": "ben"}, {"person": "ada"})
    assert first.batch == second.batch == place.desk.floor().swaps[0].change
    spans = place.desk.floor().spans(place.line("Ops"), NOW + DAY, NOW + 3 * DAY)
    assert [span.people for span in spans] == [("Ben",), ("Ada",)]
    assert place.desk.settle_swaps() == []
    place.reject(second)
    [back] = place.desk.settle_swaps()
    assert back.state is SwapState.APPROVED
    assert [one.key for one in place.desk.waiting()] == ["s1"]


def test_a_swap_between_a_platform_and_the_team_is_refused(place: Place) -> None:
    place.schedule("Ada", unit=Unit.MONTH)
    line = place.told(duty("ben", NOW - DAY, NOW + 90 * DAY))
    gives, takes = Slot("net", "Ada", NOW + DAY, NOW + 2 * DAY), Slot(line.key, "Ben", NOW + 3 * DAY, NOW + 4 * DAY)
    place.desk.intents.propose_swap(Swap("s1", gives, "Ben", NOW, takes, SwapState.ACCEPTED))
    with pytest.raises(RosterError, match="cannot hold together"):
        place.desk.decide_swap("s1", yes=True)
    assert [one.state for one in place.desk.waiting()] == [SwapState.ACCEPTED]


def test_of_two_leads_who_approve_at_once_the_second_is_told_who_was_first(place: Place) -> None:
    asked = swap(place)
    other = place.another("other")
    other.floor()
    assert [one.key for one in place.desk.waiting()] == ["s1"]
    place.desk.decide_swap("s1", yes=True)
    with pytest.raises((StaleSwap, RosterError), match="taken already by lead"):
        other.decide_swap("s1", yes=True)
    held = place.desk.floor().spans(place.line("net"), asked.gives.start, asked.gives.end)
    assert held[0].people == (asked.taker,)
    assert place.desk.waiting() == []
    other.close()
