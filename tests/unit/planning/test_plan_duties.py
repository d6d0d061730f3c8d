"""What somebody who is away would have done on call and on visits: found, offered with rest, handed over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from helpdesk_tui.data import stores
from helpdesk_tui.data.write.presences import PresenceWriter
from helpdesk_tui.data.write.rosters import RosterWriter
from helpdesk_tui.data.write.team import TeamWriter, Technician
from helpdesk_tui.desk.plans import Draft
from helpdesk_tui.domain.planning.cover import Duty
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.rotations import Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Schedule
from helpdesk_tui.domain.roster.shifts import Dated, Hours
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
