"""Rosters as they are kept: what is written comes back as the same values, and the past stays what it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.rosters import TeamReader
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.presences import PresenceWriter
from helpdesk_tui.data.write.rosters import RosterWriter
from helpdesk_tui.data.write.team import TeamWriter
from helpdesk_tui.data.write.team_names import UnknownTechnician
from helpdesk_tui.domain.roster.absences import Absence, AbsenceKind
from helpdesk_tui.domain.roster.duties import Duty, Span
from helpdesk_tui.domain.roster.errors import RosterError, StaleSwap
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.needs import NeedRule
from helpdesk_tui.domain.roster.overrides import History, Override, OverrideKind, Placed, Temporary
from helpdesk_tui.domain.roster.recurrence import Rule
from helpdesk_tui.domain.roster.restrictions import daily
from helpdesk_tui.domain.roster.rotations import Member, Rotation, TurnState, Unit
from helpdesk_tui.domain.roster.schedule import Mode, Schedule, who
from helpdesk_tui.domain.roster.shifts import Dated, Hours, Pattern, Weekly
from helpdesk_tui.domain.roster.swaps import Slot, Swap, SwapState
from helpdesk_tui.domain.roster.visits import Visit
from helpdesk_tui.domain.technicians import Contact, Skill, Technician

PARIS, DAY = "Europe/Paris", 86_400
NOW = 1_790_035_200


class Team:
    """The writers and the reader of one store."""

    def __init__(self, path: Path) -> None:
        store = stores.open_write(path, StoreKind.TEAM)
        self.people, self.rosters, self.presences = TeamWriter(store), RosterWriter(store), PresenceWriter(store)
        self.read = TeamReader(path)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path / "team.db")
    for name in ("Ada", "Ben", "Chen"):
        made.people.save_technician(Technician(name), NOW)
    yield made
    made.read.close()
    made.people.close()


def rotation(*people: str, states: tuple[TurnState, ...] = ()) -> Rotation:
    members = tuple(Member(person, turn) for turn, person in enumerate(people))
    return Rotation("net", PARIS, Unit.DAY, 1, datetime.fromisoformat("2026-09-01T08:00"), members, states=states)


def schedule(*people: str, **more: object) -> Schedule:
    return Schedule("net", PARIS, (Layer("net", rotation(*people)),), **more)  # type: ignore[arg-type]


def test_a_technician_comes_back_with_everything(team: Team) -> None:
    dana = Technician(
        "Dana", PARIS, 12, "+33 1", "dana@example.com", lead=True, logins={"snow": ("k", "dana")},
        skills=(Skill("net", 3), Skill("net", 1, "snow"), Skill("vpn", 2, "snow")), groups=("Field", "Network"),
        contacts=(Contact("pager", "9"), Contact("mobile", "8")), origin="file",
    )  # fmt: skip
    number = team.people.save_technician(dana, NOW)
    assert [one for one in team.read.technicians() if one.name == "Dana"] == [replace(dana, id=number)]
    assert dana.levels == {"net": 3, "vpn": 2}
    assert [one.kind for one in dana.reach] == ["pager", "mobile", "phone"]


def test_who_is_left_out_of_a_file_works_here_no_more(team: Team) -> None:
    kept, left = Technician("Eve", origin="file"), Technician("Finn", origin="file")
    team.people.save_all([kept, left], NOW, origin="file")
    assert team.people.save_all([kept], NOW + 1, origin="file") == ["Finn"]
    assert team.people.save_all([kept], NOW + 2, origin="file") == []
    assert {one.name: one.active for one in team.read.technicians()} == {
        "Ada": True, "Ben": True, "Chen": True, "Eve": True, "Finn": False,
    }  # fmt: skip


def test_a_technician_that_rosters_name_is_never_forgotten_whole(team: Team) -> None:
    team.rosters.save_schedule(schedule("Ada", "Ben"), NOW)
    assert team.people.drop_technician("Ben")
    assert team.people.drop_technician("Chen")
    team.people.save_technician(Technician("Dora"), NOW)
    assert {one.name: one.active for one in team.read.technicians()} == {"Ada": True, "Ben": False, "Dora": True}
    assert [member.person for member in team.read.schedules()[0].schedule.layers[0].rotation.members] == ["Ada", "Ben"]


def test_shifts_come_back(team: Team) -> None:
    hours = Hours(8 * 3_600, 9 * 3_600, ((4 * 3_600, 3_600),))
    weekly = Weekly(date(2026, 9, 1), frozenset({0, 4}), 2, date(2027, 1, 1))
    found: list[Pattern | Dated] = [
        Pattern("rule", "Ada", "Asia/Kolkata", hours, Rule("FREQ=WEEKLY;BYDAY=TU", date(2026, 9, 1), "Asia/Kolkata")),
        Pattern("usual", "Ada", PARIS, hours, weekly, "Lyon", frozenset({date(2026, 9, 4)})),
        Dated("extra", "Ben", PARIS, date(2026, 9, 5), hours, "home"),
    ]
    assert team.presences.save_shifts(found, NOW, origin="roster.csv") == 3
    assert team.presences.save_shifts(found, NOW, origin="roster.csv") == 3
    assert team.read.shift_sources(date(2026, 9, 1), date(2026, 9, 30)) == found
    assert team.read.shift_sources(date(2027, 2, 1), date(2027, 2, 3)) == found[:1]
    assert team.presences.drop_shift("Ben", "extra", "2026-09-05")
    assert not team.presences.drop_shift("Ben", "extra", "2026-09-05")
    assert team.presences.replace_shifts(found[1:2], NOW, origin="roster.csv") == 1
    assert team.read.shift_sources(date(2026, 9, 1), date(2026, 9, 30)) == found[1:2]
    with pytest.raises(UnknownTechnician, match="Zoe"):
        team.presences.save_shifts([replace(found[1], person="Zoe")], NOW)


def test_a_schedule_comes_back_with_its_exceptions(team: Team) -> None:
    hours = daily(PARIS, 8 * 3_600, 18 * 3_600, (0, 1))
    layers = (
        Layer("net", rotation("Ada", "Ben", states=(TurnState(NOW, 1),))),
        Layer("top", replace(rotation("Chen"), key="top"), 5, hours, NOW, NOW + 90 * DAY),
    )
    team.rosters.save_schedule(Schedule("net", PARIS, layers, Mode.UNION), NOW, name="Network", skill="vpn")
    replaced = Override("o1", OverrideKind.REPLACE, NOW, NOW + DAY, NOW, "Chen", "Ada", "net")
    added = Override("o2", OverrideKind.ADD, NOW, NOW + DAY, NOW + 1, "Ben")
    temporary = Temporary("t1", NOW + DAY, NOW + 2 * DAY, NOW, (Placed("Ben", NOW + DAY, NOW + 2 * DAY),))
    for override in (replaced, added):
        team.rosters.add_override("net", override, "kim")
    team.rosters.add_temporary("net", temporary, "kim")
    past = [Span(NOW - 2 * DAY, NOW - DAY, (Duty("Ada"),)), Span(NOW - DAY, NOW, ())]
    assert team.rosters.record("net", past) == 2
    assert team.rosters.record("net", [Span(NOW - DAY, NOW + DAY, (Duty("Ben"),))]) == 1
    [found] = team.read.schedules()
    assert (found.name, found.skill) == ("Network", "vpn")
    history = (
        History(NOW - 2 * DAY, NOW - DAY, (Placed("Ada", NOW - 2 * DAY, NOW - DAY),)),
        History(NOW - DAY, NOW),
        History(NOW, NOW + DAY, (Placed("Ben", NOW, NOW + DAY),)),
    )
    wanted = Schedule("net", PARIS, layers, Mode.UNION, (replaced, added), (temporary,), (), history)
    assert found.schedule == wanted
    assert team.rosters.withdraw_override("o1", NOW)
    assert not team.rosters.withdraw_override("o1", NOW)
    assert team.rosters.withdraw_temporary("t1", NOW)
    [found] = team.read.schedules()
    assert (found.schedule.overrides, found.schedule.temporaries) == ((added,), ())
    with pytest.raises(RosterError, match="no schedule 'web'"):
        team.rosters.add_override("web", added, "kim")


def test_a_changed_rotation_leaves_the_past_as_it_was(team: Team) -> None:
    team.rosters.save_schedule(schedule("Ada", "Ben"), NOW - 30 * DAY)
    [before] = team.read.schedules()
    past = [who(before.schedule, NOW - day * DAY) for day in range(1, 20)]
    team.rosters.save_schedule(schedule("Ada", "Ben", "Chen"), NOW)
    [joined] = team.read.schedules()
    assert [who(joined.schedule, NOW - day * DAY) for day in range(1, 20)] == past
    assert {who(joined.schedule, NOW + day * DAY)[0].person for day in range(4)} == {"Ada", "Ben", "Chen"}
    weekly = replace(rotation("Ada", "Ben"), unit=Unit.WEEK)
    team.rosters.save_schedule(Schedule("net", PARIS, (Layer("net", weekly),)), NOW + DAY)
    [after] = team.read.schedules()
    assert [(one.key, one.start, one.end) for one in after.schedule.layers] == [
        ("net", None, NOW + DAY), ("net/2", NOW + DAY, None),
    ]  # fmt: skip
    assert [who(after.schedule, NOW - day * DAY) for day in range(1, 20)] == past
    team.rosters.save_schedule(Schedule("net", PARIS, ()), NOW + 2 * DAY)
    [empty] = team.read.schedules()
    assert not who(empty.schedule, NOW + 3 * DAY)
    assert [who(empty.schedule, NOW - day * DAY) for day in range(1, 20)] == past
    assert team.rosters.retire_schedule("net", NOW)
    assert not team.read.schedules()


def test_of_two_leads_only_the_first_moves_a_swap(team: Team) -> None:
    gives, takes = Slot("net", "Ada", NOW, NOW + DAY), Slot("net", "Ben", NOW + DAY, NOW + 2 * DAY)
    asked = Swap("s1", gives, "Ben", NOW - DAY, takes)
    team.rosters.save_schedule(schedule("Ada", "Ben"), NOW)
    team.rosters.propose_swap(asked)
    accepted = replace(asked, state=SwapState.ACCEPTED, decided_by="Ben")
    team.rosters.move_swap(accepted, SwapState.PROPOSED, NOW)
    approved = replace(accepted, state=SwapState.APPROVED, decided_by="kim")
    team.rosters.move_swap(approved, SwapState.ACCEPTED, NOW)
    with pytest.raises(StaleSwap, match="approved already by kim"):
        team.rosters.move_swap(replace(approved, decided_by="lou"), SwapState.ACCEPTED, NOW)
    assert [one.swap for one in team.read.swaps()] == [approved]
    assert team.read.schedules()[0].schedule.swaps == ()
    taken = replace(approved, state=SwapState.TAKEN)
    team.rosters.move_swap(taken, SwapState.APPROVED, NOW, change="b1")
    assert [one.change for one in team.read.swaps()] == ["b1"]
    assert team.read.schedules()[0].schedule.swaps == (taken,)
    with pytest.raises(RosterError, match="no such swap"):
        team.rosters.move_swap(replace(taken, key="s2"), SwapState.APPROVED, NOW)


def test_absences_visits_and_needs_come_back(team: Team) -> None:
    gone = Absence("a1", "Ada", NOW, None, AbsenceKind.AWAY)
    leave = Absence("a2", "Ben", NOW, NOW + DAY, AbsenceKind.LEAVE, "leave.ics")
    team.presences.add_absence(gone, NOW, "kim")
    team.presences.replace_absences([leave], "leave.ics", NOW)
    assert team.read.absences(NOW + 5, NOW + 6) == (gone, leave)
    assert team.read.absences(NOW + DAY, NOW + 2 * DAY) == (gone,)
    team.presences.replace_absences([], "leave.ics", NOW)
    assert team.presences.withdraw_absence("a1", NOW)
    assert team.read.absences(NOW, NOW + 6) == ()
    visit = Visit("v1", "visit", "laptops", NOW, NOW + 3_600, "Lyon", "snow", "k", "INC1", ("Ada", "Ben"))
    team.presences.save_visit(visit, origin="file")
    team.presences.save_visit(visit, origin="file")
    assert team.read.visits(NOW, NOW + 1) == (visit,)
    team.presences.drop_visits("file")
    assert team.read.visits(NOW, NOW + 1) == ()
    rules = (NeedRule(2, daily(PARIS, 0, 8 * 3_600), "net", "vpn", "nights"), NeedRule(1))
    team.presences.replace_needs(rules, origin="file")
    assert team.read.needs() == rules
