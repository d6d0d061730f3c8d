"""Ranking on real stores: who is who over platforms, what counts as load, who knows whom."""

from __future__ import annotations

from typing import Any

from helpdesk_tui.domain.tickets import TicketRef

World = Any
A = TicketRef("sn", "kA")


def ranked(world: World) -> dict[str, Any]:
    return {one.name: one for one in world.desk.staff.candidates([A])}


def test_one_person_is_one_over_platforms_and_their_loads_add_up(world: World) -> None:
    world.ticket("A", owner="")
    world.ticket("B", owner="Sato")
    world.ticket("C", owner="Sato", source="zd")
    found = ranked(world)
    assert len(found) == 4
    assert found["Sato"].standing.open == 2
    assert dict(found["Sato"].owners) == {"sn": "Sato", "zd": "Sato"}
    assert found["Haddad"].why_not == "no login on SN"


def test_who_shares_an_address_with_somebody_of_the_same_platform_is_nobody_else(world: World) -> None:
    world.ticket("A", owner="")
    insert = "INSERT INTO person (source, key, name, email, works_tickets) VALUES ('sn', ?, ?, 'team@x.example', 1)"
    world.execute(insert, "t1", "Team One")
    world.execute(insert, "t2", "Team Two")
    assert {"Team One", "Team Two"} <= set(ranked(world))


def test_history_says_who_had_it_who_was_given_work_today_and_who_knows_the_requester(world: World) -> None:
    world.ticket("A", owner="", requester="r1")
    world.ticket("B", owner="Lee", requester="r1")
    event = (
        "INSERT INTO event (source, ticket, ident, kind, at, actor, new, automatic) VALUES ('sn', ?, ?, ?, ?, ?, ?, 0)"
    )
    world.execute(event, "kA", "1", "owner", world.now - 90_000, "boss", "Dana")
    world.execute(event, "kA", "2", "note", world.now - 80_000, "Sato", "")
    world.execute(event, "kB", "3", "owner", world.now - 60, "boss", "Lee")
    found = ranked(world)
    assert found["Dana"].values[3] == found["Sato"].values[3] == 1
    assert found["Lee"].values[3] == 0.6
    assert found["Haddad"].values[3] == 0
    assert (found["Lee"].standing.given, found["Dana"].standing.given) == (1, 0)


def test_without_history_and_clocks_nothing_is_made_up(world: World) -> None:
    world.ticket("A", owner="", due=0)
    one = ranked(world)["Lee"]
    assert one.values[3] is None
    assert one.standing.given is None
    assert one.standing.soon is None
    assert one.standing.on is None


def test_a_colleagues_write_on_its_way_counts_where_the_team_shares_a_store(world: World) -> None:
    world.ticket("A", owner="")
    world.ticket("B", owner="Dana")
    world.desk.planner.desk._team._team()
    world.team(
        "INSERT INTO intent (change, desk, source, kind, key, field, value) VALUES"
        " ('c', 'ana', 'sn', 'ticket', 'kB', 'owner', 'Lee')"
    )
    found = ranked(world)
    assert (found["Dana"].standing.open, found["Lee"].standing.open) == (0, 1)


def test_a_ticket_that_is_not_in_the_cache_has_no_candidates(world: World) -> None:
    assert world.desk.staff.candidates([TicketRef("sn", "nothing")]) == []
