"""Rosters through the whole program: pulled, asked, a gap closed from the shell, the override on the platform; and a
swap of which one half is refused."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from helpdesk_tui import clock
from helpdesk_tui.desk.intents import Intents
from helpdesk_tui.desk.roster.cover import Step, cover_plan, swap_plan
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.sandbox.rosters import RosterBook
from helpdesk_tui.sandbox.team_files import write_team

from .running import Running

pytestmark = pytest.mark.integration
DAY = 86_400


@pytest.fixture
def running(make_running: Callable[..., Running]) -> Running:
    made = make_running()
    write_team(made.home, made.floor.sandbox.world)
    return made


@pytest.fixture
def pulled(running: Running) -> Running:
    assert running.run("sync", "--once")[0] == 0
    return running


def book(running: Running) -> RosterBook:
    found: RosterBook = running.floor.sandbox.world.rosters
    return found


def told(running: Running, *words: str) -> Any:
    code, out, err = running.run(*words, "--json")
    assert code in (0, 1), err
    return json.loads(out)


def test_the_weekend_gap_is_found_closed_and_the_override_is_on_the_platform(pulled: Running) -> None:
    assert pulled.run("gaps", "--exit-code")[0] == 1
    [gap] = [one for one in told(pulled, "gaps") if one["kind"] == "gap" and one["label"] == "Network on call"]
    assert gap["seconds"] == 2 * DAY
    assert gap["lost"] == "Network on call: reaches nobody"
    world = pulled.floor.sandbox.world
    network = book(pulled).schedules[0]
    start = int(datetime.fromisoformat(gap["from"]).timestamp())
    assert book(pulled).on(network, start) == []
    person = world.people[network.rotas[0].people[2]]
    words = ("override", "add", "Network on call", person.email, "--from", gap["from"], "--to", gap["to"])
    code, out, err = pulled.run(*words, "--dry-run")
    assert (code, "the rotation itself is not changed" in out) == (0, True), err
    assert pulled.run("outbox")[1] == ""
    assert pulled.run(*words)[0] == 0
    assert pulled.run("--read-only", *words)[0] == 2
    assert "gap" not in [one["kind"] for one in told(pulled, "gaps") if one["label"] == "Network on call"]
    assert book(pulled).overrides == []
    assert pulled.run("sync", "--once")[0] == 0
    [override] = book(pulled).overrides
    assert (override.person, override.start, override.end - override.start) == (person.uid, start, 2 * DAY)
    assert [uid for _, uid in book(pulled).on(network, start)] == [person.uid, person.uid]
    [change] = told(pulled, "outbox", "--all")
    assert change["state"] == "CONFIRMED"
    at = datetime.fromtimestamp(start + 60, UTC).isoformat()
    code, out, _ = pulled.run("oncall", "--at", at, "--schedule", "Network on call")
    assert (code, out.split("\t")[1].startswith(person.name)) == (0, True)
    [listed] = told(pulled, "override", "list")
    assert pulled.run("override", "remove", listed["key"])[0] == 0
    assert pulled.run("sync", "--once")[0] == 0
    assert book(pulled).overrides == []
    assert pulled.run("gaps", "--exit-code")[0] == 1


def test_oncall_says_what_each_platform_says(pulled: Running) -> None:
    world = pulled.floor.sandbox.world
    at = world.clock.now() + 3 * DAY
    moment = datetime.fromtimestamp(at, UTC).isoformat()
    found = {one["name"]: {who["name"] for who in one["people"]} for one in told(pulled, "oncall", "--at", moment)}
    for schedule in book(pulled).schedules:
        rosters = {schedule.name: book(pulled).on(schedule, at)}
        if schedule.keeper == "servicenow":
            rosters = {
                f"{schedule.name} {rota.name}": [pair for pair in book(pulled).on(schedule, at) if pair[0] == rota]
                for rota in schedule.rotas
            }
        for name, pairs in rosters.items():
            logins = {world.people[uid].login for _, uid in pairs}
            names = {world.people[uid].name for _, uid in pairs}
            assert {who.partition(" (")[0] for who in found[name]} == names, (name, logins)


def desk_of(running: Running) -> tuple[RosterDesk, Intents]:
    intents = Intents(running.paths, now=clock.now)
    desk = RosterDesk(running.paths, running.home, intents, by="lead", zone="Europe/Paris")
    desk.refresh()
    return desk, intents


def shifts_of(running: Running, desk: RosterDesk, name: str) -> list[Step]:
    """The next two whole turns of a schedule, each to be given to the other's holder."""
    floor, now = desk.floor(), clock.now()
    line = floor.line(name)
    assert line is not None
    spans = [span for span in floor.spans(line, now, now + 30 * DAY) if span.start > now and len(span.people) == 1]
    first, second = next((a, b) for a, b in pairwise(spans) if a.people != b.people)
    return [
        Step(line, first.start, first.end, second.people[0], first.people[0]),
        Step(line, second.start, second.end, first.people[0], second.people[0]),
    ]


def test_a_swap_is_written_in_both_halves(pulled: Running) -> None:
    desk, intents = desk_of(pulled)
    first, second = shifts_of(pulled, desk, "Identity on call")
    plan = swap_plan(desk.floor(), first, second, clock.now())
    assert plan.against == ()
    done = desk.carry_out(plan)
    assert len({change.batch for change in done.changes}) == 1
    desk.close()
    intents.close()
    assert pulled.run("sync", "--once")[0] == 0
    assert len(book(pulled).overrides) == 2
    identity = book(pulled).schedules[1]
    world = pulled.floor.sandbox.world
    for step in (first, second):
        [(_, uid)] = book(pulled).on(identity, step.start + 60)
        assert world.people[uid].name == step.person.partition(" (")[0]


def test_a_swap_of_which_one_half_is_refused_is_taken_back_whole(pulled: Running) -> None:
    desk, intents = desk_of(pulled)
    first, second = shifts_of(pulled, desk, "Identity on call")
    desk.carry_out(swap_plan(desk.floor(), first, second, clock.now()))
    desk.close()
    intents.close()
    world = pulled.floor.sandbox.world
    left = next(
        p for p in world.people.values() if p.name == second.person.partition(" (")[0] and p.role != "requester"
    )
    world.people[left.uid] = replace(left, active=False)
    until = time.monotonic() + 40
    while time.monotonic() < until:
        pulled.run("sync", "--once")
        states = {change["state"] for change in told(pulled, "outbox", "--all")}
        if not states & {"QUEUED", "SENDING", "UNCERTAIN", "APPLIED"}:
            break
    assert book(pulled).overrides == []
    rejected = [one for one in told(pulled, "outbox", "--all") if one["state"] == "REJECTED"]
    assert len(rejected) == 1
    assert "not active" in rejected[0]["words"]


def test_nobody_is_put_on_who_cannot_be(pulled: Running) -> None:
    desk, intents = desk_of(pulled)
    floor, now = desk.floor(), clock.now()
    line = floor.line("Network on call")
    assert line is not None
    zendesk_only = next(
        name
        for name, people in floor.joined.people.items()
        if {person.source for person in people} == {"zd"} and floor.technicians[name].active
    )
    plan = cover_plan(floor, line, now + DAY, now + 2 * DAY, zendesk_only, now)
    assert any("does not know" in reason for reason in plan.against)
    read_only = floor.line("Database Primary")
    assert read_only is not None
    with pytest.raises(Exception, match="no override can be written from here"):
        cover_plan(floor, read_only, now + DAY, now + 2 * DAY, zendesk_only, now)
    with pytest.raises(Exception, match="the past stays as it was"):
        cover_plan(floor, line, now - 2 * DAY, now - DAY, zendesk_only, now)
    desk.close()
    intents.close()
