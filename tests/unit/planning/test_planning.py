"""Plans: who takes over what, what stays, what asks for a decision, and that changes leave the rest alone."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.planning.balance import balance
from helpdesk_tui.domain.planning.cover import Cover, Duty, Stand
from helpdesk_tui.domain.planning.plan import Plan, Setting
from helpdesk_tui.domain.planning.propose import propose
from helpdesk_tui.domain.planning.values import Item, Mark
from helpdesk_tui.domain.ranking.values import Case, Standing
from helpdesk_tui.domain.tickets import TicketRef

NOW = 1_763_629_200  # Thursday 2025-11-20 09:00 UTC
HOUR = 3_600
SETTING = Setting(NOW, badges={"sn": "SN"}, zone=UTC)
ALL_DAY = ((NOW - HOUR, NOW + 9 * HOUR),)


def person(name: str, skills: str | None = "", open_: int = 0, capacity: int = 0, **values: Any) -> Standing:
    levels = None if skills is None else dict.fromkeys(skills.split(), 3)
    known: dict[str, Any] = {"on": ALL_DAY, "skills": levels, "capacity": capacity, "open": open_}
    return Standing(name, name, {"sn": name}, **known | values)


def item(number: str, due: int = HOUR, needs: str = "", holder: str = "Dana", **values: Any) -> Item:
    due_at = NOW + due if due else 0
    case = Case(TicketRef("sn", number), due_at, frozenset(needs.split()), owner=holder)
    return Item(case, number, f"title {number}", holder=holder, clocked=bool(due), **values)


def lines(plan: Plan) -> list[tuple[str, str, str]]:
    return [(row.item.number, row.name or ("?" if row.marks else "keep"), row.why) for row in plan.rows()]


def sick(items: list[Item], people: list[Standing], **options: Any) -> Plan:
    return propose(items, [*people, person("Dana", "net vpn", 14, 12)], "Dana", SETTING, **options)


def test_the_plan_of_a_sick_call() -> None:
    people = [
        person("Lee", "win", 11, 12),
        person("Sato", "net vpn fw", 4, 12, on=((NOW - HOUR, NOW + 13 * HOUR),)),
        person("Brandt", "net win2", 6, 12),
    ]
    items = [
        item("9", 0, "net", waits="customer"),
        item("3", 2 * HOUR, "fw"),
        item("1", -300, "win"),
        item("2", HOUR, "vpn"),
        item("4", 4 * HOUR, "sap"),
        item("5", 0, "net"),
    ]
    plan = sick(items, people)
    assert lines(plan) == [
        ("1", "Lee", "win, 11->12 FULL"),
        ("2", "Sato", "vpn, until 22:00"),
        ("3", "Sato", "fw, until 22:00"),
        ("4", "?", "nobody has sap"),
        ("5", "keep", "no clock runs: watched"),
        ("9", "keep", "watch for a reply"),
    ]
    rows = plan.rows()
    assert [row.load for row in rows] == ["11/12", "4/12", "5/12", "", "", ""]
    assert [row.needs_you for row in rows] == [True, False, False, True, False, False]
    totals = plan.totals()
    assert (totals.moves, totals.stays, totals.needs_you, dict(totals.writes)) == (3, 3, 2, {"sn": 3})


def test_work_is_spread_as_loads_grow() -> None:
    plan = sick([item(str(number), HOUR + number) for number in range(6)], [person("A"), person("B"), person("C")])
    assert Counter(row.name for row in plan.rows()) == {"A": 2, "B": 2, "C": 2}


def test_nobody_is_proposed_beyond_their_capacity() -> None:
    plan = sick([item(str(number), HOUR + number) for number in range(4)], [person("A", "", 1, 3)])
    assert [(row.name, row.after, row.marks) for row in plan.rows()] == [
        ("A", 2, ()),
        ("A", 3, (Mark.FULL,)),
        ("", 0, (Mark.NOBODY,)),
        ("", 0, (Mark.NOBODY,)),
    ]
    assert plan.rows()[3].why == "all who could: full"


def test_who_would_be_filled_is_asked_last() -> None:
    plan = sick([item("1", needs="vpn")], [person("Best", "vpn", 0, 1), person("Other", "vpn", 9, 20)])
    assert plan.rows()[0].name == "Other"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"away": (NOW - 1, NOW + HOUR)}, "nobody is there"),
        ({"on": ((NOW + 5 * HOUR, NOW + 9 * HOUR),)}, "nobody is there"),
        ({"active": False}, "nobody is there"),
        ({"skills": "win"}, "nobody has vpn"),
    ],
)
def test_who_is_not_there_or_not_able_gets_nothing(values: dict[str, Any], why: str) -> None:
    plan = sick([item("1", needs="vpn")], [person("A", **values)])
    assert lines(plan) == [("1", "?", why)]


def test_unknown_shifts_and_skills_are_no_reason_against_anybody() -> None:
    assert lines(sick([item("1", needs="vpn")], [person("A", None, on=None)])) == [("1", "A", "by load")]


def test_what_is_due_long_after_they_are_back_can_wait() -> None:
    back = NOW + 24 * HOUR
    plan = sick([item("1", 27 * HOUR), item("2", 29 * HOUR)], [person("A")], back_at=back)
    assert lines(plan) == [("1", "A", "until 18:00"), ("2", "keep", "back Fri 09:00, before it is due")]


def test_where_no_ticket_has_a_clock_what_is_being_worked_moves() -> None:
    plan = sick([item("1", 0), item("2", 0, waits="customer")], [person("A")])
    assert [row.name for row in plan.rows()] == ["A", ""]


def test_a_change_in_place_leaves_the_other_lines_and_counts_their_loads_anew() -> None:
    people = [person("A", "vpn", 0, 3), person("B", "", 0, 3)]
    plan = sick([item("1", 60), item("2", 120), item("3", 180)], people)
    before = [row.name for row in plan.rows()]
    assert before == ["A", "B", "A"]
    options = plan.options(TicketRef("sn", "2"))
    assert [(one.name, one.load) for one in options] == [("B", "0/3"), ("A", "2/3")]
    changed = plan.given(TicketRef("sn", "2"), options[1])
    rows = changed.rows()
    assert [row.name for row in rows] == ["A", "A", "A"]
    assert [row.after for row in rows] == [1, 2, 3]
    assert rows[2].marks == (Mark.FULL,)
    assert rows[2].needs_you, "what the change made full asks, though the user decided another line"
    assert not changed.agreed(TicketRef("sn", "3")).rows()[2].needs_you
    kept = changed.kept(TicketRef("sn", "1"))
    assert [row.name for row in kept.rows()] == ["", "A", "A"]
    assert [row.after for row in kept.rows()] == [0, 1, 2]
    assert not any(row.needs_you for row in kept.rows())


def test_the_user_may_give_to_whom_nothing_would_be_proposed_and_it_stays_marked() -> None:
    people = [person("Full", "vpn", 12, 12), person("Off", "vpn", on=()), person("Plain", "win")]
    plan = sick([item("1", needs="vpn")], people)
    by_name = {one.name: one for one in plan.options(TicketRef("sn", "1"))}
    assert "Dana" not in by_name
    texts = {name: plan.given(TicketRef("sn", "1"), one).rows()[0] for name, one in by_name.items()}
    assert texts["Full"].marks == (Mark.OVER,)
    assert texts["Full"].why == "vpn, 12->13 OVER"
    assert texts["Off"].marks == (Mark.UNFIT,)
    assert texts["Off"].why == "vpn, off shift"
    assert texts["Plain"].marks == (Mark.UNSKILLED,)
    assert not any(row.needs_you for row in texts.values())


def test_duties_count_until_somebody_is_found() -> None:
    duty = Cover("d", Duty.ON_CALL, "tonight net", NOW, NOW + HOUR, "net", (Stand("A", "A", "14 h"),))
    plan = sick([], [person("A")], covers=[duty])
    assert plan.totals().needs_you == 1
    done = plan.covered("d", "A")
    assert done.totals().needs_you == 0
    assert done.covers[0].name == "A"
    assert plan.covered("d", "").totals().needs_you == 0, "nobody, knowingly"


def test_a_group_is_balanced_by_the_fewest_moves() -> None:
    people = [person("A", "", 9, 12), person("B", "", 3, 12), person("C", "", 2, 12, on=())]
    items = [item(str(number), HOUR + number, holder="A", begun=number > 1) for number in range(9)]
    plan = balance(items, people, SETTING)
    rows = plan.rows()
    assert [(row.item.number, row.name) for row in rows] == [("0", "B"), ("1", "B"), ("2", "B")]
    assert rows[-1].after == 6, "nobody ends above those who gave; C is not there"


def test_an_even_group_needs_no_plan() -> None:
    people = [person("A", "", 2), person("B", "", 2)]
    items = [item(name + str(number), holder=name) for name in "AB" for number in range(2)]
    assert balance(items, people, SETTING).items == ()


def test_balance_leaves_what_waits_and_what_others_lack_the_skill_for() -> None:
    people = [person("A", "vpn", 6), person("B", "win", 0)]
    items = [item("1", holder="A", waits="customer"), item("2", holder="A", needs="vpn"), item("3", holder="A")]
    assert [row.item.number for row in balance(items, people, SETTING).rows()] == ["3"]


def test_balance_fills_nobody() -> None:
    items = [item(f"A{number}", HOUR + number, holder="A") for number in range(9)]
    assert balance(items, [person("A", "", 20), person("B", "", 1, 2)], SETTING).rows() == ()
    assert len(balance(items, [person("A", "", 20), person("B", "", 1, 3)], SETTING).rows()) == 1


def test_whoever_takes_gives_nothing_away() -> None:
    people = [person("A", "vpn", 9), person("C", "vpn", 3), person("D", "win", 0)]
    items = [item(f"A{number}", HOUR + number, "vpn", "A") for number in range(9)]
    items += [item(f"C{number}", HOUR + number, "", "C") for number in range(3)]
    assert {(row.item.holder, row.name) for row in balance(items, people, SETTING).rows()} == {("A", "C")}


def test_what_leaves_somebody_makes_room_with_them() -> None:
    plan = balance([item(str(number), HOUR + number, holder="A") for number in range(5)],
                   [person("A", "", 5), person("B", "", 1)], SETTING)  # fmt: skip
    second = plan.rows()[1].item.case.ref
    back = next(one for one in plan.options(second) if one.name == "A")
    assert back.load == "4 open"
    assert back.why_not == "has it already"
    others = replace(plan, items=(plan.items[0], replace(plan.items[1], holder="B")))
    assert others.given(second, back).rows()[1].before == 4
    assert [(row.name, row.before, row.after) for row in plan.given(second, back).rows()] == [("B", 1, 2), ("", 0, 0)]


# Properties

NAMES = ["Ada", "Bo", "Cy", "Di", "Ed"]
people_lists = st.lists(
    st.builds(
        person,
        st.sampled_from(NAMES),
        st.sampled_from(["", "vpn", "win", "vpn win"]),
        st.integers(0, 6),
        st.integers(0, 5),
        on=st.sampled_from([None, (), ALL_DAY]),
        given=st.none() | st.integers(0, 3),
        active=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda one: one.person,
)
item_lists = st.lists(
    st.builds(
        item,
        st.integers(0, 99).map(str),
        st.sampled_from([0, -60, 60, 7 * HOUR]),
        st.sampled_from(["", "vpn", "win vpn"]),
        st.sampled_from(["Dana", *NAMES]),
        waits=st.sampled_from(["", "", "customer"]),
        begun=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.number,
)


def is_honest(plan: Plan, skilled: dict[str, Standing]) -> None:
    for row in plan.rows():
        if row.moves and row.capacity and row.after > row.capacity:
            assert Mark.OVER in row.marks
        if row.moves and row.capacity and row.after == row.capacity:
            assert Mark.FULL in row.marks
        one = skilled.get(row.choice.to)
        if one is not None and one.skills is not None and row.item.case.needs and not row.choice.settled:
            assert row.item.case.needs & one.skills.keys(), "nobody lacks the skill silently"


@settings(max_examples=60)
@given(item_lists, people_lists, st.randoms(use_true_random=False))
def test_every_ticket_is_accounted_for_and_the_same_input_gives_the_same_plan(
    items: list[Item], people: list[Standing], chance: random.Random
) -> None:
    plan = sick(items, people)
    assert sorted(row.item.number for row in plan.rows()) == sorted(one.number for one in items)
    assert not any(row.choice.to == "Dana" for row in plan.rows())
    for row in plan.rows():
        assert row.why or not row.marks
        assert row.moves or row.why
    is_honest(plan, {one.person: one for one in people})
    shuffled, others = items[:], people[:]
    chance.shuffle(shuffled)
    chance.shuffle(others)
    again = propose(shuffled, [person("Dana", "net vpn", 14, 12), *others], "Dana", SETTING)
    assert lines(again) == lines(plan)


@settings(max_examples=60)
@given(item_lists, people_lists, st.data())
def test_changes_touch_one_line_only(items: list[Item], people: list[Standing], data: st.DataObject) -> None:
    plan = sick(items, people)
    if not items:
        return
    chosen = data.draw(st.sampled_from(items)).case.ref
    options = plan.options(chosen)
    changed = plan.kept(chosen)
    if options:
        changed = data.draw(st.sampled_from([changed, plan.given(chosen, data.draw(st.sampled_from(options)))]))
    for old, new in zip(plan.rows(), changed.rows(), strict=True):
        assert new.item is old.item
        if new.item.case.ref != chosen:
            assert (new.choice, new.name) == (old.choice, old.name)
    is_honest(changed, {one.person: one for one in people})


@settings(max_examples=60)
@given(item_lists, people_lists)
def test_balancing_never_makes_anybody_fuller_than_the_fullest_was(items: list[Item], people: list[Standing]) -> None:
    held = Counter(one.holder for one in items)
    people = [person(one.name, " ".join(one.skills or ()), held[one.name], one.capacity, on=one.on) for one in people]
    plan = balance(items, people, SETTING)
    is_honest(plan, {one.person: one for one in people})
    after = Counter(held)
    for row in plan.rows():
        assert not row.marks
        assert not row.item.waits
        after[row.item.holder] -= 1
        after[row.choice.to] += 1
    shares = [(held[one.name] / (one.capacity or 12), after[one.name] / (one.capacity or 12)) for one in people]
    assert max((new for _, new in shares), default=0) <= max((old for old, _ in shares), default=0)
