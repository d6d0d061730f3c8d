"""What a wish comes to on tickets: what is changed, what cannot be and why, and what has to be confirmed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from helpdesk_tui.data.read.facts import Facts
from helpdesk_tui.desk.acts.act import Act, Ask, Subject, Wish, plan
from helpdesk_tui.desk.acts.wishes import Assign, Link, Merge, Move, Priority, Say, Several, Status, Tags
from helpdesk_tui.domain.changes import ChangeState
from helpdesk_tui.domain.choices import Choice, Choices, Demand, Transition
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.tickets import State

NOW = 1_795_307_200
SATO = Assign("Sato", {"sn": "s1", "zd": "9"})


def row(number: str = "INC1", **values: Any) -> Row:
    plain: dict[str, Any] = {
        "id": 1,
        "source": "sn",
        "key": number.lower(),
        "number": number,
        "badge": "SN",
        "title": "Printer",
        "priority": 3,
        "state": State.OPEN,
        "status": "In Progress",
        "group": "Field",
        "owner": "Lee",
        "due_at": 0,
        "clock": "",
        "paused": False,
        "idle_since": 0,
        "idle_observed": False,
        "state_since": 0,
        "state_observed": False,
        "created_at": 0,
        "updated_at": 0,
        "bounces": 0,
        "reopens": 0,
        "alike_count": 0,
        "vip": False,
        "is_open": True,
        "scope": "in",
        "rev": 1,
    }
    return Row(**plain | values)


def subject(number: str = "INC1", values: dict[str, str] | None = None, **more: Any) -> Subject:
    fields = ("pending", "choices", "seen", "requester")
    rest = {name: value for name, value in more.items() if name not in fields}
    held = {"owner": "lee", "group": "g1", "state": "open", "status": "In Progress", "priority": "3", "tags": "vpn"}
    facts = Facts(held | (values or {}), number, 7, NOW - 60, "desk")
    return Subject(row(number, **rest), facts, **{name: more[name] for name in fields if name in more})


def choices(**values: Any) -> Choices:
    return Choices("sn", "inc1", NOW, "In Progress", **values)


def wanted(wish: Wish, one: Subject) -> dict[str, str] | str:
    act = plan(wish, [one], NOW)
    if act.cannot:
        return act.cannot[0].why
    merged: dict[str, str] = {}
    for change in act.changes:
        merged |= change.desired
    return merged


SOLVED = Transition("Resolved", State.SOLVED, demands=(Demand("close_code", "Close code"),))
ITIL = (
    Demand("impact", choices=(Choice("1", "High"), Choice("2", "Medium"), Choice("3", "Low"))),
    Demand("urgency", choices=(Choice("1", "High"), Choice("2", "Medium"), Choice("3", "Low"))),
)

CASES: list[tuple[str, Wish, Subject, dict[str, str] | str]] = [
    ("assign", SATO, subject(), {"owner": "s1"}),
    ("no login there", SATO, subject(source="jsm", badge="JSM"), "no login of Sato on JSM"),
    ("theirs already", SATO, subject(values={"owner": "s1"}), "already as you want it"),
    ("to nobody", Assign("", nobody=True), subject(), {"owner": ""}),
    ("closed", SATO, subject(state=State.CLOSED), "closed for good"),
    ("gone", SATO, subject(scope="left scope"), "left scope: it is not in the queue any more"),
    ("not allowed", SATO, subject(choices=choices(cannot={"owner": "you may not assign"})), "you may not assign"),
    ("moved since it was seen", SATO, subject(seen=row(owner="Reyes")), "changed just now: owner is Lee"),
    ("as it was seen", SATO, subject(seen=row()), {"owner": "s1"}),
    ("another group", Move("Network", {"sn": "g2"}), subject(), {"group": "g2"}),
    (
        "the owner is not of it",
        Move("Network", {"sn": "g2"}, {"sn": frozenset({"s1"})}),
        subject(),
        {"group": "g2", "owner": ""},
    ),
    (
        "the owner is of it, too",
        Move("Network", {"sn": "g2"}, {"sn": frozenset({"lee"})}),
        subject(),
        {"group": "g2"},
    ),
    ("no such group there", Move("Network", {"zd": "2"}), subject(), "no group Network on SN"),
    ("what it means", Status(State.PENDING), subject(), {"state": "pending"}),
    (
        "the platform's way",
        Status(State.SOLVED, given={"close_code": "done", "other": "x"}),
        subject(choices=choices(transitions=(SOLVED,))),
        {"status": "Resolved", "close_code": "done"},
    ),
    (
        "a demand is open",
        Status(State.SOLVED),
        subject(choices=choices(transitions=(SOLVED,))),
        "demands Close code",
    ),
    (
        "no way there",
        Status(State.HOLD),
        subject(choices=choices(transitions=(SOLVED,))),
        "SN offers no way to hold from In Progress; it offers Resolved",
    ),
    ("priority", Priority(2), subject(), {"priority": "2"}),
    (
        "computed, impact kept",
        Priority(3),
        subject(values={"impact": "3"}, choices=choices(computed=ITIL)),
        {"impact": "3", "urgency": "1"},
    ),
    (
        "computed, impact cannot stay",
        Priority(1),
        subject(values={"impact": "3"}, choices=choices(computed=ITIL)),
        {"impact": "1", "urgency": "1"},
    ),
    (
        "by the platform's own names",
        Priority(2),
        subject(
            choices=choices(priorities=(Choice("10", "Blocker"), Choice("20", "Major")), priority_field="priority_name")
        ),
        {"priority_name": "20"},
    ),
    (
        "no such priority",
        Priority(5),
        subject(choices=choices(priorities=(Choice("1", "P1"), Choice("2", "P2")))),
        "has no priority 5",
    ),
    ("tags that are not there yet", Tags(("vpn", "lab"), ("old",)), subject(), {"tags+": "lab"}),
    ("a tag to take", Tags(drop=("VPN",)), subject(), {"tags-": "VPN"}),
    ("note", Say(" call back "), subject(), {"note": "call back"}),
    ("reply", Say("Hello", public=True), subject(), {"reply": "Hello"}),
    ("link", Link(row("INC9")), subject(), {"link": "inc9", "link_kind": "duplicate"}),
    ("to itself", Link(row("INC1")), subject(), "is the one they are linked to"),
    (
        "across platforms",
        Link(row("77", source="zd", badge="ZD")),
        subject(),
        {"note": "Duplicate of ZD-77 (ZD)"},
    ),
    (
        "the platform's kind of link",
        Link(row("INC9")),
        subject(choices=choices(link_kinds=(Choice("10002", "Duplicate"),))),
        {"link": "inc9", "link_kind": "10002"},
    ),
]


@pytest.mark.parametrize(("name", "wish", "one", "comes"), CASES, ids=[case[0] for case in CASES])
def test_what_a_wish_comes_to(name: str, wish: Wish, one: Subject, comes: dict[str, str] | str) -> None:
    assert wanted(wish, one) == comes


def test_a_change_rests_on_what_the_platform_said_under_what_is_on_its_way() -> None:
    first = plan(SATO, [subject()], NOW).changes[0]
    assert (first.base, first.base_version, first.seen_at) == ({"owner": "lee"}, 7, NOW - 60)
    second = plan(Assign("Reyes", {"sn": "r"}), [subject(pending=(first,))], NOW).changes[0]
    assert second.base == {"owner": "s1"}
    stuck = replace(first, state=ChangeState.CONFLICT)
    third = plan(Assign("Reyes", {"sn": "r"}), [subject(pending=(stuck,))], NOW).changes[0]
    assert third.base == {"owner": "lee"}


def test_what_we_have_on_its_way_is_no_move_of_somebody_else() -> None:
    shown = row(owner="Sato^", pending=("owner",))
    one = subject(owner="Sato^", pending=(), seen=row(owner="Lee"))
    one = replace(one, row=shown)
    assert wanted(Assign("Reyes", {"sn": "r"}), one) == {"owner": "r"}


def test_words_go_apart_from_fields_and_hold_together_with_them() -> None:
    both = Several("escalate", (Move("Tier 2", {"sn": "g2"}), Priority(1), Say("facts")))
    changes = plan(both, [subject()], NOW).changes
    assert [set(change.desired) for change in changes] == [{"group", "priority"}, {"note"}]
    assert len({change.batch for change in changes}) == 1
    assert changes[0].batch
    reply = plan(Several("macro", (Status(State.PENDING), Say("Hello", public=True))), [subject()], NOW).changes
    assert [set(change.desired) for change in reply] == [{"state", "reply"}]
    assert reply[0].batch == ""


def test_a_wish_that_cannot_be_whole_is_not_done_by_halves() -> None:
    both = Several("escalate", (Move("Tier 2", {"zd": "2"}), Say("facts")))
    assert wanted(both, subject()) == "no group Tier 2 on SN"


def many(count: int, wish: Wish) -> Act:
    return plan(wish, [subject(f"INC{number}") for number in range(count)], NOW)


@pytest.mark.parametrize(
    ("count", "wish", "ask"),
    [
        (1, SATO, Ask.NOTHING),
        (10, SATO, Ask.NOTHING),
        (11, SATO, Ask.LINE),
        (50, SATO, Ask.LINE),
        (51, SATO, Ask.NUMBER),
        (1, Say("internal"), Ask.NOTHING),
        (1, Say("Hello", public=True), Ask.REVIEW),
        (2, Say("Hello", public=True), Ask.NUMBER),
        (2, Several("macro", (Tags(("x",)), Say("Hello", public=True))), Ask.NUMBER),
    ],
)
def test_what_has_to_be_confirmed(count: int, wish: Wish, ask: Ask) -> None:
    assert many(count, wish).ask is ask


def test_only_tickets_that_change_are_counted_for_it() -> None:
    tickets = [subject(f"INC{n}", values={"owner": "s1"} if n < 5 else None) for n in range(15)]
    act = plan(SATO, tickets, NOW)
    assert (len(act.rows), len(act.cannot), act.ask) == (10, 5, Ask.NOTHING)


def test_it_says_what_will_happen_where_and_what_not() -> None:
    tickets = [subject(), subject("91177", source="zd", badge="ZD"), subject("D-1", source="jsm", badge="JSM")]
    act = plan(SATO, tickets, NOW, {("zd", "91177"): "ana sets owner"})
    assert act.words == (
        "assign to Sato: 2 tickets (1 SN, 1 ZD); left alone: 1 no login of Sato on JSM; ZD-91177: ana sets owner"
    )
    assert plan(SATO, tickets[2:], NOW).words == "D-1: no login of Sato on JSM"
    assert plan(Say("x", public=True), tickets[:1], NOW).words == "public reply: INC1, PUBLIC text on 1"


@pytest.mark.parametrize(
    ("members", "wish", "words"),
    [
        (None, SATO, "assign to Sato: INC1"),
        (frozenset({"s1"}), SATO, "assign to Sato: INC1"),
        (frozenset({"lee"}), SATO, "assign to Sato: INC1; NOT IN Field"),
        (frozenset({"lee"}), Assign("Sato", {"sn": "s1"}, but="not in Field"), "assign to Sato (not in Field): INC1"),
        (frozenset({"lee"}), Assign("", nobody=True), "take the owner away: INC1"),
    ],
)
def test_an_owner_from_outside_the_group_is_told(members: frozenset[str] | None, wish: Wish, words: str) -> None:
    assert plan(wish, [replace(subject(), members=members)], NOW).words == words
    mixed = plan(wish, [replace(subject(), members=members), replace(subject("INC2"), members=None)], NOW)
    assert ("; NOT IN the group of 1 of them" in mixed.words) is words.endswith("NOT IN Field")


MERGES = choices(link_kinds=(Choice("merge", "merged into it"),))


@pytest.mark.parametrize(
    ("into", "known", "comes"),
    [
        (row("INC2"), MERGES, {"link": "inc2", "link_kind": "merge"}),
        (row("INC2"), choices(link_kinds=(Choice("x", "relates"),)), "SN has no merge; link it (d) and close it (s)"),
        (row("INC2"), None, "SN has not told yet whether it merges; it is asked, try again in a moment"),
        (row("INC2", state=State.CLOSED), MERGES, "INC2 is closed: nothing can be merged into it"),
        (row("INC1"), MERGES, "is the one they are merged into"),
        (row("7", source="zd", badge="ZD"), MERGES, "SN cannot merge into ZD; link it (d) and close it (s)"),
    ],
)
def test_a_merge_is_only_where_the_platform_has_it(into: Row, known: Choices | None, comes: Any) -> None:
    assert wanted(Merge(into), subject(choices=known)) == comes


def test_a_merge_is_always_confirmed_and_of_several_by_their_number() -> None:
    one, two = subject(choices=MERGES), subject("INC3", choices=MERGES)
    assert plan(Merge(row("INC2")), [one], NOW).ask is Ask.LINE
    assert plan(Merge(row("INC2")), [one, two], NOW).ask is Ask.NUMBER
    assert plan(Link(row("INC2")), [one], NOW).ask is Ask.NOTHING


def test_nothing_more_is_decided_for_a_ticket_that_is_being_merged() -> None:
    (merge,) = plan(Merge(row("INC2")), [subject(choices=MERGES)], NOW).changes
    assert "on its way into another" in str(wanted(SATO, subject(pending=(merge,))))
    refused = replace(merge, state=ChangeState.REJECTED)
    assert wanted(SATO, subject(pending=(refused,))) == {"owner": "s1"}
