"""A sick call on real stores: planned, written, given back; and what must not happen on the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from helpdesk_tui.desk.plans.plan import Draft
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.errors import UsageError

World = Any
"""The one of conftest, which tests cannot import."""


def sick(world: World, name: str = "Dana") -> Draft:
    [(one, _logins)] = world.desk.planner.plans.called(name)
    draft: Draft | None = world.desk.planner.plans.sick(one.person)
    assert draft is not None
    return draft


def lines(draft: Draft) -> list[tuple[str, str, str]]:
    return [(row.item.number, row.name or "keep", row.why) for row in draft.plan.rows()]


def test_the_plan_counts_what_is_held_and_says_what_is_not_known(world: World) -> None:
    world.ticket("1", title="VPN drops")
    world.ticket("2", due=0, state="pending", paused=1)
    world.ticket("3", owner="Sato")
    world.ticket("4", source="zd", title="VPN slow", due=7_200)
    draft = sick(world)
    assert lines(draft) == [("1", "Sato", "net vpn"), ("4", "Sato", "net vpn"), ("2", "keep", "watch for a reply")]
    assert [row.load for row in draft.plan.rows()] == ["1", "2", ""]
    assert (draft.counts, draft.seconds) == ("SN 1, ZD 1", 6)
    assert draft.unknown == ("no shifts known", "no capacities known")
    assert draft.logins == "dana on SN, ZD"


def test_writing_sends_owners_keeps_who_had_what_and_marks_the_absence(world: World) -> None:
    world.ticket("1", title="VPN drops")
    world.ticket("2", due=0, state="pending", paused=1)
    written = world.desk.planner.desk.write(sick(world))
    assert [(one.key, dict(one.desired), dict(one.base)) for one in written.changes] == [
        ("k1", {"owner": "Sato"}, {"owner": "Dana"})
    ]
    assert written.notes == ()
    tickets = world.team("SELECT number, owner, taker, taker_name, change FROM plan_ticket ORDER BY number")
    assert tickets == [("1", "Dana", "Sato", "Sato", written.changes[0].id), ("2", "Dana", "", "", "")]
    assert world.team("SELECT kind, start, end FROM absence") == [("away", world.now, 0)]
    [again] = [one for one in world.desk.staff.candidates([TicketRef("sn", "k1")]) if one.name == "Dana"]
    assert again.why_not == "absent"
    [sato] = [one for one in world.desk.staff.candidates([TicketRef("sn", "k1")]) if one.name == "Sato"]
    assert sato.standing.open == 1, "what is on its way counts already"


def test_a_write_that_waits_for_the_user_is_no_load_of_anybody(world: World) -> None:
    world.ticket("1", title="VPN drops")
    world.desk.planner.desk.write(sick(world))
    with sqlite3.connect(world.paths.personal_db) as connection:
        connection.execute("UPDATE change SET state = 'CONFLICT'")
    connection.close()
    [sato] = [one for one in world.desk.staff.candidates([TicketRef("sn", "k1")]) if one.name == "Sato"]
    assert sato.standing.open == 0


def test_a_plan_is_written_in_parts_and_the_absence_is_kept_once(world: World) -> None:
    world.ticket("1", title="VPN drops")
    world.ticket("2", title="SAP", category="vpn")
    draft = sick(world)
    kept = draft.changed(draft.plan.kept(TicketRef("sn", "k2")))
    first = world.desk.planner.desk.write(kept)
    rest = kept.changed(kept.plan.without(frozenset({TicketRef("sn", "k1")})))
    options = rest.plan.options(TicketRef("sn", "k2"))
    second = world.desk.planner.desk.write(rest.changed(rest.plan.given(TicketRef("sn", "k2"), options[0])))
    assert ([one.key for one in first.changes], [one.key for one in second.changes]) == (["k1"], ["k2"])
    assert len(world.team("SELECT 1 FROM absence")) == 1
    assert len(world.team("SELECT 1 FROM technician")) == 1


def test_who_is_back_at_a_known_time_keeps_what_can_wait(world: World) -> None:
    world.ticket("1", title="VPN drops", due=3_600)
    world.ticket("2", title="VPN drops", due=30 * 3_600)
    [(one, _)] = world.desk.planner.plans.called("Dana")
    draft = world.desk.planner.plans.sick(one.person, world.now + 24 * 3_600)
    assert lines(draft)[1] == ("2", "keep", "back Fri 09:00, before it is due")
    world.desk.planner.desk.write(draft)
    assert world.team("SELECT start, end FROM absence") == [(world.now, world.now + 24 * 3_600)]


def test_lines_that_ask_are_not_written(world: World) -> None:
    world.ticket("1", title="VPN drops")
    draft = sick(world)
    asking = replace(draft.plan.choices[0], lacking=True)
    assert world.desk.planner.desk.write(draft.changed(replace(draft.plan, choices=(asking,)))).changes == ()


def test_customers_are_told_in_the_same_request(world: World) -> None:
    world.ticket("1", title="VPN drops")
    draft = sick(world).told([TicketRef("sn", "k1")], "Sato takes over.")
    [change] = world.desk.planner.desk.write(draft).changes
    assert dict(change.desired) == {"owner": "Sato", "reply": "Sato takes over."}


def test_namesakes_are_told_apart_by_their_logins_and_keep_their_entries(make_world: Callable[[], World]) -> None:
    world = make_world()
    world.person("Dana Kim", login="dana.k")
    world.person("Dana Kim", login="d.kim2")
    world.person("Sato")
    world.ticket("1", owner="d.kim2")
    found = world.desk.planner.plans.called("dana")
    assert [(one.name, logins) for one, logins in found] == [
        ("Dana Kim", "d.kim2 on SN, ZD"),
        ("Dana Kim", "dana.k on SN, ZD"),
    ]
    for one, _ in found:
        draft = world.desk.planner.plans.sick(one.person)
        assert draft is not None
        world.desk.planner.desk.write(draft)
    names = world.team("SELECT name FROM technician ORDER BY name")
    assert names == [("Dana Kim",), ("Dana Kim (dana.k on SN, ZD)",)]
    assert world.desk.planner.plans.called("dana.k")[0][1] == "dana.k on SN, ZD"


def test_who_is_back_is_offered_what_nobody_touched(world: World) -> None:
    for number in "1234":
        world.ticket(number, title="VPN drops", due=3_600 + int(number))
    world.ticket("5", due=0, state="pending", paused=1)
    world.desk.planner.desk.write(sick(world))
    world.now += 7_200
    world.execute("UPDATE ticket SET owner = 'Sato' WHERE key IN ('k1', 'k2', 'k4')")
    world.execute("UPDATE ticket SET owner = 'Lee' WHERE key = 'k3'")
    world.execute("UPDATE ticket SET state = 'closed', is_open = 0 WHERE key = 'k4'")
    event = "INSERT INTO event (source, ticket, ident, kind, at, actor, automatic) VALUES ('sn', ?, ?, ?, ?, 'Sato', ?)"
    world.execute(event, "k1", "e1", "owner", world.now - 3_000, 0)
    world.execute(event, "k1", "e2", "note", world.now - 3_000, 1)
    world.execute(event, "k2", "e3", "public reply", world.now - 3_600, 0)
    assert world.desk.planner.returns.called("da") == ["Dana"]
    draft = world.desk.planner.returns.back("Dana")
    assert draft is not None
    assert lines(draft) == [
        ("1", "Dana", "nobody has touched it"),
        ("2", "keep", "Sato: public reply 10:00"),
        ("3", "keep", "has another owner by now"),
    ]
    [change] = [one for one in world.desk.planner.desk.write(draft).changes if one.key == "k1"]
    assert dict(change.desired) == {"owner": "Dana"}
    assert world.team("SELECT start, end FROM absence") == [(world.now - 7_200, world.now)]
    assert world.desk.planner.returns.called("dana") == []
    assert world.team("SELECT number FROM plan_ticket WHERE back_at > 0") == [("1",)]


def test_what_stayed_is_watched_for_an_answer(world: World) -> None:
    world.ticket("5", due=0, state="pending", paused=1)
    world.desk.planner.desk.write(sick(world))
    assert world.desk.planner.returns.answered() == []
    world.execute("UPDATE ticket SET last_customer_at = ?", world.now + 60)
    [row] = world.desk.planner.returns.answered()
    assert (row.number, row.person) == ("5", "Dana")


def test_a_group_is_found_by_a_part_of_its_name_and_balanced(world: World) -> None:
    for number in range(6):
        world.ticket(str(number), owner="Lee", due=3_600 + number)
    [group] = world.desk.planner.plans.groups_called("netw")
    assert (group.name, len(group.keys)) == ("Network", 2)
    world.execute("INSERT INTO membership (source, grp, person) VALUES ('sn', 'net', 'Sato')")
    world.execute("INSERT INTO membership (source, grp, person) VALUES ('sn', 'net', 'Lee')")
    draft = world.desk.planner.plans.balance(group)
    assert [name for _, name, _ in lines(draft)] == ["Sato", "Sato", "Sato"]
    assert [change.desired["owner"] for change in world.desk.planner.desk.write(draft).changes] == ["Sato"] * 3
    assert not world.paths.team_db.exists(), "nobody is away, and nothing to be given back"


def test_read_only_writes_nothing(world: World) -> None:
    world.ticket("1")
    draft = sick(world)
    world.desk.intents._read_only = True
    with pytest.raises(UsageError, match="read only"):
        world.desk.planner.desk.write(draft)
    assert not world.paths.team_db.exists()
