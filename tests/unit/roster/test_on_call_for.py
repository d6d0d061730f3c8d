"""Who is on call for a ticket: whoever is on by the schedule of its group, and nobody else's."""

from __future__ import annotations

from datetime import datetime

import pytest

from helpdesk_tui.desk.roster.roster import OnCall, on_call
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.roster_file import FileSchedule
from helpdesk_tui.domain.roster.rotations import Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Schedule
from tests.unit.roster.desk_place import DAY, NOW, PARIS, Place, duty


def schedule(place: Place, key: str, name: str, person: str, group: str = "") -> None:
    rotation = Rotation(key, PARIS, Unit.MONTH, 1, datetime.fromisoformat("2026-09-01T08:00"), (Member(person, 0),))
    place.desk.intents.save_schedule(
        FileSchedule(Schedule(key, PARIS, (Layer(key, rotation),)), name, group=group), None
    )


@pytest.mark.parametrize(
    ("groups", "first"),
    [
        (("Network",), OnCall("Chen", "Network on call", True)),
        (("network",), OnCall("Chen", "Network on call", True)),
        (("Client Support EMEA",), OnCall("Ben", "Duty", True)),
        (("Net",), OnCall("Ada", "Apps, Managers", False)),
        (("Database", ""), OnCall("Ada", "Apps, Managers", False)),
        (("Managers",), OnCall("Ada", "Apps, Managers", True)),
    ],
)
def test_the_schedule_of_the_group_comes_first(place: Place, groups: tuple[str, ...], first: OnCall) -> None:
    schedule(place, "apps", "Apps", "Ada")
    schedule(place, "duty", "Duty", "Ben", "Client Support EMEA")
    schedule(place, "net", "Network on call", "Chen")
    schedule(place, "managers", "Managers", "Ada")
    found = on_call(place.paths, NOW, groups)
    assert found[0] == first
    assert {one.name for one in found} == {"Ada", "Ben", "Chen"}
    assert [one.serves for one in found[1:]] == [False, False]


def test_a_schedule_tied_to_another_group_is_not_found_by_its_name(place: Place) -> None:
    schedule(place, "net", "Network on call", "Chen", "g-7")
    assert not on_call(place.paths, NOW, ["Network"])[0].serves
    assert on_call(place.paths, NOW, ["Network", "g-7"])[0].serves


def test_somebody_who_is_away_does_not_serve(place: Place) -> None:
    schedule(place, "net", "Network", "Chen")
    place.desk.intents.add_absence(Absence("a", "Chen", NOW - DAY, NOW + DAY))
    assert [one.serves for one in on_call(place.paths, NOW, ["Network"])] == [False]


def test_what_a_platform_tells_counts_too(place: Place) -> None:
    place.told(duty("ben", NOW - DAY, NOW + DAY))
    assert on_call(place.paths, NOW, ["Ops"]) == [OnCall("Ben", "Ops", True)]
    assert on_call(place.paths, NOW + 2 * DAY, ["Ops"]) == []
