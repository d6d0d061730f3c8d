"""The rules of the outbox by tables: states and words, who waits for whom, what was overwritten, what is taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk_tui.domain.change_rules import (
    PAUSES,
    TABLE,
    TOO_OLD,
    Outcome,
    compensation,
    heads,
    is_too_old,
    joined,
    joins,
    pause,
    waiting_behind,
    without_overwriting,
)
from helpdesk_tui.domain.changes import Change, ChangeState, Kind, Op, change_id
from helpdesk_tui.domain.merging import Standing, kept, moved, standing

S = ChangeState


def change(seq: int = 1, state: S = S.QUEUED, base: dict[str, str] | None = None, **desired: str) -> Change:
    names = {name.replace("_plus", "+").replace("_minus", "-"): value for name, value in desired.items()}
    return Change(
        f"id{seq}", seq, "sn", Kind.TICKET, "k", next(iter(names), ""), Op.SET, names, base or {}, state=state
    )


def test_every_state_is_reached_has_words_and_is_left_or_final() -> None:
    reached = {*TABLE.values(), S.QUEUED}
    left = {state for state, _ in TABLE}
    assert reached == set(S)
    assert {state for state in S if state not in left} == {S.CONFIRMED, S.DISCARDED}
    assert len({state.words for state in S}) == len(S)


def test_nothing_uncertain_is_ever_queued_but_by_being_absent() -> None:
    """The one rule everything hangs on: what may have been applied is not sent again unverified."""
    ways = {outcome for (state, outcome), to in TABLE.items() if state is S.UNCERTAIN and to is S.QUEUED}
    assert ways == {Outcome.ABSENT}
    sure = {outcome for (state, outcome), to in TABLE.items() if state is S.SENDING and to is S.QUEUED}
    assert sure == {Outcome.NOT_DONE, Outcome.NO_SIGN_IN}
    assert {state for (state, _), to in TABLE.items() if to is S.SENDING} == {S.QUEUED}


@pytest.mark.parametrize(
    ("states", "due"),
    [
        ([(S.QUEUED, "owner"), (S.QUEUED, "title")], [1]),
        ([(S.UNCERTAIN, "owner"), (S.QUEUED, "note")], []),
        ([(S.CONFLICT, "owner"), (S.QUEUED, "note"), (S.QUEUED, "owner")], [2]),
        ([(S.CONFLICT, "owner"), (S.QUEUED, "owner"), (S.QUEUED, "note")], [3]),
        ([(S.REJECTED, "state"), (S.QUEUED, "status"), (S.QUEUED, "close_code")], []),
        ([(S.REJECTED, "note"), (S.QUEUED, "note")], [2]),
        ([(S.ASK_USER, "priority"), (S.QUEUED, "urgency"), (S.QUEUED, "owner")], [3]),
        ([(S.APPLIED, "owner"), (S.QUEUED, "owner")], [2]),
    ],
)
def test_who_may_go(states: list[tuple[S, str]], due: list[int]) -> None:
    changes = [replace(change(seq, state), desired={name: "x"}) for seq, (state, name) in enumerate(states, 1)]
    assert [one.seq for one in heads(reversed(changes))] == due


def test_what_closes_a_ticket_for_good_waits_for_every_decision_before_it() -> None:
    quarrel = change(1, S.CONFLICT, {"owner": "a"}, owner="b")
    assert heads([quarrel, change(2, note="x")]) != []
    assert heads([quarrel, change(2, link="7", link_kind="duplicate")]) != []
    assert heads([quarrel, change(2, link="7", link_kind="merge")]) == []
    assert [one.seq for one in heads([change(2, link="7", link_kind="merge")])] == [2]


def test_what_waits_behind_a_change_is_counted() -> None:
    quarrel = change(1, S.CONFLICT, owner="bo")
    rest = [change(2, owner="cy"), change(3, note="x"), change(4, owner="dee")]
    assert waiting_behind(quarrel, [quarrel, *rest]) == 2


@pytest.mark.parametrize(
    ("now", "stands", "lost"),
    [
        ({"owner": "bo"}, Standing.AS_DESIRED, ()),
        ({"owner": "ann"}, Standing.AS_BASE, ("owner",)),
        ({"owner": "eve"}, Standing.MOVED, ("owner",)),
        ({}, Standing.UNKNOWN, ()),
    ],
)
def test_where_a_value_stands(now: dict[str, str], stands: Standing, lost: tuple[str, ...]) -> None:
    one = change(base={"owner": "ann"}, owner="bo")
    assert standing(one, now) is stands
    assert kept(one, now) == lost
    assert moved(one, now) == (("owner",) if stands is Standing.MOVED else ())


def test_notes_and_tags_overwrite_nobody() -> None:
    said = change(note="x")
    assert (standing(said, {"owner": "eve"}), moved(said, {"owner": "eve"})) == (Standing.APPENDS, ())
    tags = change(tags_plus="vpn", tags_minus="old")
    assert standing(tags, {"tags": "OLD\nx"}) is Standing.AS_BASE
    assert standing(tags, {"tags": "x\nVPN"}) is Standing.AS_DESIRED
    assert kept(tags, {"tags": "old"}) == ("tags+", "tags-")


@pytest.mark.parametrize("adds", [{"note": "x"}, {"reply": "x"}, {"link": "7"}], ids=lambda one: next(iter(one)))
def test_what_also_adds_is_never_done_by_its_values_alone(adds: dict[str, str]) -> None:
    plain = change(base={"owner": "ann"}, owner="bo", tags_plus="vpn")
    both = replace(plain, desired={**plain.desired, **adds})
    assert standing(both, {"owner": "bo", "tags": "vpn"}) is Standing.APPENDS
    assert standing(both, {"owner": "ann", "tags": "vpn"}) is Standing.AS_BASE
    assert standing(both, {"owner": "eve", "tags": "vpn"}) is Standing.MOVED
    assert standing(both, {"tags": "vpn"}) is Standing.UNKNOWN
    nothing = replace(plain, desired={"owner": "bo"} | dict.fromkeys(adds, ""))
    assert standing(nothing, {"owner": "bo"}) is Standing.AS_DESIRED


def test_only_untried_neighbours_of_the_same_fields_are_joined() -> None:
    first, later = change(1, base={"owner": "ann"}, owner="bo"), change(2, base={"owner": "bo"}, owner="cy")
    assert joins(first, later)
    assert dict(joined(first, later).base) == {"owner": "ann"}
    assert not joins(replace(first, attempts=1), later)
    assert not joins(first, change(2, title="t"))
    assert not joins(change(1, note="a"), change(2, note="b"))
    assert not joins(replace(first, batch="b"), later)
    assert not joins(first, replace(later, actor="somebody"))


def test_taking_back_puts_back_what_was_there_and_keeps_what_was_said() -> None:
    done = change(base={"owner": "ann", "tags": "vpn"}, owner="bo", note="x", tags_plus="vpn\nnew", tags_minus="vpn\nz")
    back = compensation(done, "back", 9)
    assert back is not None
    assert dict(back.desired) == {"owner": "ann", "tags-": "new", "tags+": "vpn"}
    assert dict(back.base) == {"owner": "bo"}
    assert compensation(change(note="x"), "back", 9) is None
    rest = without_overwriting(done, "rest", 9)
    assert rest is not None
    assert set(rest.desired) == {"note", "tags+", "tags-"}


def test_age_counts_from_when_it_was_meant_and_pauses_grow() -> None:
    one = replace(change(owner="bo"), meant_at=100)
    assert not is_too_old(one, 100 + TOO_OLD)
    assert is_too_old(one, 101 + TOO_OLD)
    assert [pause(n) for n in (0, 1, 2, 99)] == [PAUSES[0], PAUSES[0], PAUSES[1], PAUSES[-1]]


def test_ids_are_unique_ordered_and_of_version_7() -> None:
    early, late = change_id(1_000), change_id(2_000)
    assert early < late
    assert change_id(1_000) != early
    assert (early[14], early[19] in "89ab", len(early)) == ("7", True, 36)


@pytest.mark.parametrize(
    ("name", "there", "asked", "alike"),
    [
        ("status", "On-hold", "on-hold", True),
        ("priority_name", "Urgent", "urgent", True),
        ("title", "Printer", "printer", False),
        ("title", "Printer", " Printer ", True),
        ("close_notes", "one\r\ntwo", "one\ntwo", True),
        ("owner", "", "bo", False),
    ],
)
def test_a_platforms_own_way_of_writing_is_no_difference(name: str, there: str, asked: str, alike: bool) -> None:
    one = Change("1", 1, "sn", Kind.TICKET, "k", name, Op.SET, {name: asked}, {name: "before"})
    assert kept(one, {name: there}) == (() if alike else (name,))
    assert moved(one, {name: there}) == (() if alike else (name,))
    assert standing(one, {name: there}) is (Standing.AS_DESIRED if alike else Standing.MOVED)
