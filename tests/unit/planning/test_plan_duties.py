"""What somebody who is away would have done on call and on visits: found, offered with rest, handed over."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.write.presences import PresenceWriter
from helpdesk_tui.data.write.rosters import RosterWriter
from helpdesk_tui.data.write.team import TeamWriter, Technician
from helpdesk_tui.desk.plans.plan import Draft
from helpdesk_tui.desk.roster.cover import cover_plan
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.desk.roster.remote import change_of
from helpdesk_tui.domain.changes import Kind
from helpdesk_tui.domain.planning.cover import Duty
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.rotations import Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Schedule
from helpdesk_tui.domain.roster.shifts import Dated, Hours
from helpdesk_tui.domain.roster.told import Told, ToldDuty, ToldOverride, ToldSchedule
from helpdesk_tui.domain.roster.visits import Visit
from helpdesk_tui.domain.technicians import Contact, Skill

World = Any
HOUR = 3_600


def team(world: World) -> None:
    """Dana is on call this week, 24 hours; Sato works until 17:00; a visit of Dana's is at 14:00, with Lee."""
    store = stores.open_write(world.paths.team_db, stores.StoreKind.TEAM)
    for name in ("Dana", "Sato", "Lee"):
        TeamWriter(store).save_technician(
            Technician(
                name, "UTC", 12, skills=(Skill("net"),), contacts=(Contact("phone", "1"),),
                logins={"sn": (name, ""), "zd": (name, "")},
            ),
            world.now,
        )  # fmt: skip
    monday = datetime(2025, 11, 17, 8)  # noqa: DTZ001 - the wall has no zone
    rotation = Rotation("first", "UTC", Unit.WEEK, 1, monday, (Member("Dana", 0), Member("Sato", 1)))
    RosterWriter(store).save_schedule(
        Schedule("net", "UTC", (Layer("first", rotation),)), world.now - 7 * 86_400, name="net"
    )
    today = date(2025, 11, 20)
    PresenceWriter(store).save_shifts([Dated("s", "Sato", "UTC", today, Hours(9 * HOUR, 8 * HOUR))], world.now)
    PresenceWriter(store).save_visit(
        Visit("v1", "visit", "laptop swap", world.now + 5 * HOUR, world.now + 6 * HOUR, "Lyon", people=("Dana", "Lee"))
    )
    store.close()


def sick(world: World) -> Draft:
    [(one, _)] = world.desk.planner.plans.called("Dana")
    found: Draft | None = world.desk.planner.plans.sick(one.person)
    assert found is not None
    return found


def test_duties_are_found_with_who_could_do_them(world: World) -> None:
    team(world)
    call, visit = sick(world).plan.covers
    assert (call.duty, call.text) == (Duty.ON_CALL, "Thu 09:00-Fri 09:00 net")
    assert [(one.person, one.can, one.note) for one in call.options] == [("Sato", True, "at work !!")]
    assert call.needs_you
    assert (visit.text, visit.to, visit.options[0].note) == (
        "Thu 14:00-15:00 laptop swap, Lyon",
        "Lee",
        "already there",
    )
    assert [one.person for one in visit.options] == ["Lee", "Sato"]
    assert not visit.needs_you


def test_duties_are_handed_over_in_the_teams_store(world: World) -> None:
    team(world)
    world.now += 9 * HOUR  # 18:00: Sato is off shift, with two hours of rest ahead of the night
    world.desk.planner._duties._roster._floor = None
    draft = sick(world)
    call = draft.plan.covers[0]
    assert [(one.person, one.can) for one in call.options] == [("Sato", True)]
    plan = draft.plan.covered(call.key, "Sato")
    world.desk.planner.desk.write(draft.changed(plan))
    found = world.team(
        "SELECT o.kind, a.name, r.name, o.start, o.end FROM oncall_override o"
        " JOIN technician a ON a.id = o.put_on JOIN technician r ON r.id = o.taken_off"
    )
    assert found == [("replace", "Sato", "Dana", call.start, call.end)]
    again = sick(world)
    assert [cover for cover in again.plan.covers if cover.duty is Duty.ON_CALL] == []


def test_a_visit_changes_hands_and_others_stay_on_it(world: World) -> None:
    team(world)
    draft = sick(world)
    visit = draft.plan.covers[1]
    world.desk.planner.desk.write(draft.changed(draft.plan.covered(visit.key, "Sato")))
    people = world.team("SELECT t.name FROM visit_person p JOIN technician t ON t.id = p.technician ORDER BY 1")
    assert people == [("Lee",), ("Sato",)]


def test_who_is_in_nobodys_list_has_no_duties(world: World) -> None:
    assert sick(world).plan.covers == ()


def team_state(world: World) -> list[list[tuple[object, ...]]]:
    """What stands in the team's store of absences, duties, visits and plans."""
    return [
        world.team("SELECT technician, start, end FROM absence WHERE withdrawn_at = 0 ORDER BY 1, 2"),
        world.team("SELECT key FROM oncall_override WHERE withdrawn_at = 0"),
        world.team("SELECT t.name FROM visit_person p JOIN technician t ON t.id = p.technician ORDER BY 1"),
        world.team("SELECT person, closed_at FROM plan"),
        world.team("SELECT number, back_at FROM plan_ticket ORDER BY 1"),
    ]


def test_taking_a_plan_back_leaves_the_teams_store_as_it_was(world: World) -> None:
    team(world)
    world.ticket("1", title="VPN drops")
    before = team_state(world)
    draft = sick(world)
    call, visit = draft.plan.covers
    plan = draft.plan.covered(call.key, "Sato").covered(visit.key, "Sato")
    kept = world.desk.planner.desk.write(draft.changed(plan)).kept
    assert team_state(world) != before
    back = world.desk.planner.desk.take_back(kept)
    assert back.done == ("net is as it was", "laptop swap is as it was", "Dana is not away")
    assert back.stays == ()
    assert team_state(world) == before
    again = world.desk.planner.desk.write(draft.changed(plan)).kept
    assert again.absence, "a plan that was taken back marks them again"


def test_what_others_changed_since_stays_and_is_told(world: World) -> None:
    team(world)
    draft = sick(world)
    call, visit = draft.plan.covers
    plan = draft.plan.covered(call.key, "Sato").covered(visit.key, "Sato")
    kept = world.desk.planner.desk.write(draft.changed(plan)).kept
    store = stores.open_write(world.paths.team_db, stores.StoreKind.TEAM)
    RosterWriter(store).withdraw_override(kept.handed.overrides[0][0], world.now)
    PresenceWriter(store).save_visit(replace(kept.handed.visits[0][1], people=("Sato",)))
    store.close()
    back = world.desk.planner.desk.take_back(kept)
    assert back.done == ("Dana is not away",)
    assert back.stays == ("net was changed since", "laptop swap was changed since and stays")
    assert world.team("SELECT t.name FROM visit_person p JOIN technician t ON t.id = p.technician") == [("Sato",)]


def test_a_return_that_is_taken_back_can_be_made_again(world: World) -> None:
    team(world)
    world.ticket("1", title="VPN drops")
    world.desk.planner.desk.write(sick(world))
    world.now += HOUR
    world.execute("UPDATE ticket SET owner = 'Sato' WHERE key = 'k1'")
    away = team_state(world)
    draft = world.desk.planner.returns.back("Dana")
    kept = world.desk.planner.desk.write(draft).kept
    assert world.desk.planner.returns.called("dana") == []
    back = world.desk.planner.desk.take_back(kept)
    assert (back.done, back.stays) == (("Dana is away again",), ())
    assert team_state(world) == away
    assert world.desk.planner.returns.called("dana") == ["Dana"]


def platform_schedule(world: World, *overrides: ToldOverride) -> None:
    """A schedule that ServiceNow keeps: Dana is on for the next day, in one rotation."""
    start, end = world.now - HOUR, world.now + 24 * HOUR
    told = Told(
        schedules=(
            ToldSchedule("sn", "cov", "Cover", "UTC", writable=True, asked_from=start, asked_to=end, read_at=world.now),
        ),
        duties=(ToldDuty("sn", "cov", "Dana", start, end, rotation="r1"),),
        overrides=overrides,
        whole=frozenset({"schedules"}),
        asked_from=start,
        asked_to=end,
    )
    with closing(stores.open_cache(world.paths)) as cache:
        cache.keep_told("sn", "rosters", told, world.now)


@pytest.mark.parametrize("stands", ["", "Dana", "-"], ids=["nothing", "an override", "nobody on"])
def test_a_platforms_duty_goes_the_way_that_rosters_write_it(world: World, stands: str) -> None:
    team(world)
    there = ToldOverride("sn", "cov", "o", "" if stands == "-" else stands, world.now, world.now + 24 * HOUR, ("r1",))
    platform_schedule(world, *([there] if stands else []))
    draft = sick(world)
    cover = next(one for one in draft.plan.covers if one.pool not in ("net", "") and "Cover" in one.text)
    assert [one.person for one in cover.options if one.can], "those whom the platform knows"
    roster = RosterDesk(world.paths, world.paths.config_dir, world.desk.intents, by="x", now=lambda: world.now)
    floor = roster.floor()
    line = floor.line(cover.pool)
    assert line is not None
    step = cover_plan(floor, line, cover.start, cover.end, "Sato", world.now).steps[0]
    same = change_of(floor, step, world.now)
    written = world.desk.planner.desk.write(draft.changed(draft.plan.covered(cover.key, "Sato")))
    [change] = [one for one in written.changes if one.kind is Kind.OVERRIDE]
    assert written.notes == ()
    roster.close()
    assert (change.key, dict(change.desired), dict(change.base)) == (same.key, dict(same.desired), dict(same.base))
    assert (dict(change.desired), dict(change.base)) == ({"person": "Sato"}, {"person": stands})
    assert change.actor == "me", "in the name of whoever is signed in there"


def test_who_has_no_login_there_is_not_put_on_there(world: World) -> None:
    team(world)
    platform_schedule(world)
    world.team("DELETE FROM technician_login WHERE key = 'Sato' AND source = 'sn'")
    draft = sick(world)
    cover = next(one for one in draft.plan.covers if "Cover" in one.text)
    sato = next(one for one in cover.options if one.person == "Sato")
    assert (sato.can, sato.note) == (False, "no login !!")
    written = world.desk.planner.desk.write(draft.changed(draft.plan.covered(cover.key, "Sato")))
    assert [one for one in written.changes if one.kind is Kind.OVERRIDE] == []
    assert "no login is joined" in written.notes[0]


def test_where_nobody_else_takes_turns_colleagues_are_asked(world: World) -> None:
    team(world)
    store = stores.open_write(world.paths.team_db, stores.StoreKind.TEAM)
    for name in ("Dana", "Lee"):
        TeamWriter(store).save_technician(
            Technician(name, "UTC", 12, contacts=(Contact("phone", "1"),), groups=("Net",)), world.now
        )
    monday = datetime(2025, 11, 17, 8)  # noqa: DTZ001 - the wall has no zone
    alone = Rotation("alone", "UTC", Unit.WEEK, 1, monday, (Member("Dana", 0),))
    RosterWriter(store).save_schedule(
        Schedule("solo", "UTC", (Layer("alone", alone),)), world.now - 7 * 86_400, name="solo"
    )
    store.close()
    call = next(one for one in sick(world).plan.covers if one.text.endswith("solo"))
    assert [(one.person, one.can) for one in call.options] == [("Lee", True)]
