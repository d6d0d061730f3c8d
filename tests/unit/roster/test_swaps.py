"""Swaps: who may do what and when, two at once, both halves or none, and what became of shifts that moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.roster.duties import Origin, Span
from helpdesk_tui.domain.roster.errors import RosterError, ShiftMoved, StaleSwap
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.overrides import History, Override, OverrideKind, Placed
from helpdesk_tui.domain.roster.rotations import Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Schedule, both_or_none, broken_swaps, final, who
from helpdesk_tui.domain.roster.swapping import held
from helpdesk_tui.domain.roster.swaps import (
    Slot,
    Swap,
    SwapState,
    accept,
    approve,
    decline,
    reversed_swap,
    settled,
    take,
)
from tests.unit.roster.kit import DAY, HOUR, instant, local

MONDAY = instant("2026-01-05T08:00")


def rota(*names: str) -> Schedule:
    members = tuple(Member(name, place) for place, name in enumerate(names))
    return Schedule("s", "UTC", (Layer("l", Rotation("r", "UTC", Unit.DAY, 1, local("2026-01-05T08:00"), members)),))


def slot(person: str, day: int, *, hours: int = 24, offset: int = 0) -> Slot:
    return Slot("s", person, MONDAY + day * DAY + offset * HOUR, MONDAY + day * DAY + (offset + hours) * HOUR)


SWAP = Swap("w", slot("A", 0), "B", MONDAY - 5 * DAY, slot("B", 1))
NOW = MONDAY - DAY


def days(schedule: Schedule, count: int = 4) -> str:
    return "".join(who(schedule, MONDAY + n * DAY + HOUR)[0].person for n in range(count))


def with_swaps(schedule: Schedule, *swaps: Swap) -> Schedule:
    return replace(schedule, swaps=swaps)


def yes(_: Slot) -> bool:
    return True


def test_the_way_from_proposed_to_taken() -> None:
    swap = SWAP
    states = [swap.state]
    moves: list[Callable[[Swap], Swap]] = [
        lambda one: accept(one, "B", NOW),
        lambda one: approve(one, "Lead", NOW),
        lambda one: take(one, "Lead", NOW, yes),
    ]
    for move in moves:
        swap = move(swap)
        states.append(swap.state)
        expected = "BACA" if swap.state is SwapState.TAKEN else "ABCA"
        assert days(with_swaps(rota("A", "B", "C"), swap)) == expected
    assert states == [SwapState.PROPOSED, SwapState.ACCEPTED, SwapState.APPROVED, SwapState.TAKEN]


def test_two_leads_who_approve_at_once_are_told_apart() -> None:
    accepted = accept(SWAP, "B", NOW)
    first = approve(accepted, "Haddad", NOW)
    with pytest.raises(StaleSwap, match="approved already by Haddad") as caught:
        approve(first, "Weiss", NOW)
    assert caught.value.state == "approved"


def test_only_those_concerned_may_move_a_swap() -> None:
    with pytest.raises(RosterError, match="only B"):
        accept(SWAP, "C", NOW)
    for person in ("A", "B"):
        with pytest.raises(RosterError, match="part of this swap"):
            approve(accept(SWAP, "B", NOW), person, NOW)
    with pytest.raises(StaleSwap, match="proposed"):
        approve(SWAP, "Lead", NOW)
    with pytest.raises(StaleSwap, match="accepted"):
        take(accept(SWAP, "B", NOW), "Lead", NOW, yes)


def test_an_untaken_swap_expires_when_the_first_shift_begins() -> None:
    assert settled(SWAP, MONDAY - 1).state is SwapState.PROPOSED
    assert settled(SWAP, MONDAY).state is SwapState.EXPIRED
    with pytest.raises(StaleSwap, match="expired"):
        accept(SWAP, "B", MONDAY)
    taken = replace(SWAP, state=SwapState.TAKEN)
    assert settled(taken, MONDAY + DAY) is taken


def test_a_declined_swap_is_over() -> None:
    declined = decline(SWAP, "B", NOW)
    assert declined.state is SwapState.DECLINED
    for again in (decline, accept):
        with pytest.raises(StaleSwap, match="declined already by B"):
            again(declined, "B", NOW)
    assert days(with_swaps(rota("A", "B", "C"), declined)) == "ABCA"


def test_a_swap_of_a_shift_that_moved_is_refused_whole() -> None:
    schedule = rota("A", "C", "B")
    spans = final(schedule, MONDAY, MONDAY + 3 * DAY)
    approved = approve(accept(SWAP, "B", NOW), "Lead", NOW)
    with pytest.raises(ShiftMoved, match="B no longer holds"):
        take(approved, "Lead", NOW, lambda one: held(spans, one))
    forced = with_swaps(schedule, replace(approved, state=SwapState.TAKEN))
    assert days(forced) == "ACBA"
    assert [one.key for one in broken_swaps(forced, MONDAY, MONDAY + HOUR)] == ["w"]
    assert broken_swaps(with_swaps(rota("A", "B")), MONDAY, MONDAY + HOUR) == []


def test_an_override_laid_over_one_half_undoes_both_in_the_answer() -> None:
    taken = replace(SWAP, state=SwapState.TAKEN)
    over = Override("o", OverrideKind.REPLACE, MONDAY + DAY, MONDAY + DAY + HOUR, 1, "X", "B")
    schedule = replace(with_swaps(rota("A", "B", "C"), taken), overrides=(over,))
    assert {duty.origin for span in final(schedule, MONDAY, MONDAY + DAY) for duty in span.duties} == {Origin.ROTATION}


def test_a_swap_half_of_which_is_history_stays_in_force() -> None:
    taken = replace(SWAP, state=SwapState.TAKEN)
    past = History(MONDAY - DAY, MONDAY + 6 * HOUR, (Placed("B", MONDAY, MONDAY + 6 * HOUR),))
    schedule = replace(with_swaps(rota("A", "B", "C"), taken), history=(past,))
    assert days(schedule) == "BACA"
    assert broken_swaps(schedule, MONDAY, MONDAY + DAY) == []


def test_a_refused_half_takes_the_swap_back() -> None:
    taken = replace(SWAP, state=SwapState.TAKEN)
    assert reversed_swap(taken).state is SwapState.APPROVED
    with pytest.raises(StaleSwap):
        reversed_swap(SWAP)


def test_a_gift_and_a_part_of_a_shift() -> None:
    gift = Swap("g", slot("A", 0, hours=4, offset=6), "C", 0, state=SwapState.TAKEN)
    spans = final(with_swaps(rota("A", "B", "C"), gift), MONDAY, MONDAY + DAY)
    assert [(span.start - MONDAY, span.people) for span in spans] == [
        (0, ("A",)),
        (6 * HOUR, ("C",)),
        (10 * HOUR, ("A",)),
    ]
    assert (spans[1].duties[0].instead_of, spans[1].duties[0].via) == ("A", "g")


def test_a_gift_over_several_shifts_counts_where_its_giver_is_on() -> None:
    week = Swap("g", slot("A", 0, hours=5 * 24, offset=6), "X", 0, state=SwapState.TAKEN)
    schedule = with_swaps(rota("A", "B", "C"), week)
    spans = final(schedule, MONDAY, MONDAY + 4 * DAY)
    assert [((span.start - MONDAY) // HOUR, span.people[0]) for span in spans] == [
        (0, "A"),
        (6, "X"),
        (24, "B"),
        (48, "C"),
        (72, "X"),
    ]
    moved = with_swaps(rota("B", "C"), week)
    assert [one.key for one in broken_swaps(moved, MONDAY, MONDAY + DAY)] == ["g"]


def test_a_shift_that_came_by_one_swap_can_be_given_on_by_another() -> None:
    first = Swap("1", slot("A", 0), "B", 1, slot("B", 1), SwapState.TAKEN)
    second = Swap("2", slot("B", 0), "C", 2, slot("C", 5), SwapState.TAKEN)
    schedule = with_swaps(rota("A", "B", "C"), second, first)
    assert days(schedule, 6) == "CACABB"
    assert final(schedule, MONDAY + 5 * DAY, MONDAY + 6 * DAY)[0].people == ("B",)
    assert broken_swaps(schedule, MONDAY + 5 * DAY, MONDAY + 6 * DAY) == []


def test_a_swap_between_two_schedules_is_both_or_none() -> None:
    swap = Swap("w", slot("A", 0), "X", 0, Slot("t", "X", MONDAY + DAY, MONDAY + 2 * DAY), SwapState.TAKEN)
    net = with_swaps(rota("A", "B"), swap)
    win, moved = (replace(with_swaps(rota(*names), swap), key="t") for names in (("Y", "X"), ("X", "Y")))
    kept, dropped = both_or_none({"s": net, "t": win})
    assert (days(kept["s"], 2), days(kept["t"], 2), dropped) == ("XB", "YA", [])
    kept, dropped = both_or_none({"s": net, "t": moved})
    assert (days(kept["s"], 2), days(kept["t"], 2), dropped) == ("AB", "XY", [swap])
    assert both_or_none({"s": net})[1] == [swap]


def test_swaps_that_cannot_be() -> None:
    with pytest.raises(RosterError, match="themselves"):
        Swap("w", slot("A", 0), "A", 0)
    with pytest.raises(RosterError, match="not B"):
        Swap("w", slot("A", 0), "B", 0, slot("C", 1))
    with pytest.raises(RosterError, match="overlap"):
        Swap("w", slot("A", 0), "B", 0, slot("B", 0, offset=12))
    with pytest.raises(RosterError, match="ends before"):
        Slot("s", "A", 5, 5)


def hours(spans: list[Span]) -> int:
    return sum((span.end - span.start) * len(span.duties) for span in spans)


def per_person(spans: list[Span]) -> Counter[str]:
    found: Counter[str] = Counter()
    for span in spans:
        found.update(dict.fromkeys(span.people, span.end - span.start))
    return found


@given(
    pairs=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=6),
    low=st.integers(0, 11 * 24),
    length=st.integers(1, 72),
)
@settings(max_examples=100, deadline=None)
def test_swaps_keep_the_hours_and_any_window_tells_the_same(
    pairs: list[tuple[int, int]], low: int, length: int
) -> None:
    schedule = rota("A", "B", "C")
    swaps = []
    for number, (one, two) in enumerate(pairs):
        giver, taker = "ABC"[one % 3], "ABC"[two % 3]
        if giver != taker:
            swaps.append(Swap(f"{number}", slot(giver, one), taker, number, slot(taker, two), SwapState.TAKEN))
    swapped = with_swaps(schedule, *swaps)
    whole = final(swapped, MONDAY, MONDAY + 12 * DAY)
    assert hours(whole) == hours(final(schedule, MONDAY, MONDAY + 12 * DAY))
    assert per_person(whole) == per_person(final(schedule, MONDAY, MONDAY + 12 * DAY))
    at = MONDAY + low * HOUR
    for span in final(swapped, at, at + length * HOUR):
        assert who(swapped, span.start) == span.duties
        inside = [one for one in whole if one.start <= span.start < one.end]
        assert not inside or inside[0].duties == span.duties
