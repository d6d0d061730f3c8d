"""The morning's look at 14 days: from six o'clock on, the loudest hole first, told apart from too few."""

from __future__ import annotations

from datetime import date

from helpdesk_tui.domain.roster.absences import Absence
from tests.unit.roster.desk_place import DAY, NOW, H, Place, duty


def test_a_morning_begins_at_six_local_and_names_the_loudest_hole(place: Place) -> None:
    nights = [duty("ada", NOW + day * DAY, NOW + day * DAY + 22 * H) for day in range(90)]
    place.told(*nights[:3], *nights[5:])
    assert place.desk.morning() == (
        date(2026, 9, 21),
        "14 days ahead: GAP Ops Fri 00:00 Europe/Paris, 50 h, and 11 more (g o)",
    )
    place.now = NOW + 4 * H
    assert place.desk.morning()[0] == date(2026, 9, 22)
    assert place.desk.bar() == ("0 on", "GAP Ops Fri 00:00 Europe/Paris, 50 h")


def test_a_week_without_anyone_is_said_in_days(place: Place) -> None:
    place.schedule("Ada", "Ben")
    assert place.desk.morning()[1] == ""
    for person in ("Ada", "Ben"):
        place.desk.intents.add_absence(Absence(f"a-{person}", person, NOW + DAY, NOW + 8 * DAY))
    assert place.desk.bar()[1].startswith("NOBODY FOR 7 DAYS: Network from Wed 02:00")
    place.desk.intents.add_absence(Absence("c", "Chen", NOW, NOW + DAY))
    assert place.desk.morning()[1] == "14 days ahead: NOBODY FOR 7 DAYS: Network from Wed 02:00 Europe/Paris (g o)"
