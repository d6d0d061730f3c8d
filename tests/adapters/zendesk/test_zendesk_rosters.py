"""Opening hours, holidays and who says to be there, as Zendesk holds them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from helpdesk_tui.adapters.base import Capability
from helpdesk_tui.adapters.zendesk import rosters
from helpdesk_tui.adapters.zendesk.rails_zones import ZONES, iana
from helpdesk_tui.domain.roster.restrictions import Window
from helpdesk_tui.domain.roster.shifts import Hours, Pattern, Weekly, expanded
from helpdesk_tui.domain.roster.standing import standing
from helpdesk_tui.domain.roster.told import ToldStatus
from helpdesk_tui.sandbox.zendesk import ids

from .conftest import NOW, Floor

DAY = 86_400


async def test_opening_hours_with_their_holidays(floor: Floor) -> None:
    adapter = floor.adapter()
    await adapter.check()
    told = await adapter.rosters(NOW, NOW + DAY)
    [hours] = told.hours
    assert hours.open is not None
    assert (hours.name, hours.open.zone) == ("Office", "Europe/Paris")
    assert hours.open.windows == tuple(Window(day, 8 * 3_600, 10 * 3_600) for day in range(5))
    assert ("2026-12-25", "2026-12-26", "Winter") in hours.holidays
    assert told.schedules == ()
    await adapter.close()


async def test_agents_are_online_while_their_shift_lasts(floor: Floor) -> None:
    adapter = floor.adapter()
    await adapter.check()
    assert Capability.AVAILABILITY in adapter.capabilities
    world = floor.world
    compared = 0
    for hour in range(0, 72, 7):
        world.clock.step(7 * 3_600)
        now = world.clock.now()
        told = {one.person: one for one in (await adapter.rosters(now, now + 1)).statuses}
        for person in world.people.values():
            status = told.get(str(ids.user(person.uid)))
            if status is None or person.shift is None:
                continue
            length = (person.shift.end - person.shift.start) * 60
            weekly = Weekly(date(2020, 1, 6), frozenset(person.shift.weekdays))
            pattern = Pattern("s", person.name, person.zone, Hours(person.shift.start * 60, length), weekly)
            there = standing({person.name: True}, expanded([pattern], now - DAY, now + DAY), [person.name], [], {}, now)
            assert status.here is there[person.name].on_shift, (person, hour)
            compared += 1
    assert compared > 50
    await adapter.close()


async def test_an_account_without_them_has_none_to_show(floor: Floor) -> None:
    adapter = floor.adapter()
    await adapter.check()

    def refuse(request: httpx.Request) -> httpx.Response | None:
        gone = "agent_availabilities" in request.url.path or "business_hours" in request.url.path
        return httpx.Response(404, json={"error": "RecordNotFound"}) if gone else None

    floor.transport.before = refuse
    told = await adapter.rosters(NOW, NOW + DAY)
    assert (told.hours, told.statuses) == ((), ())
    await adapter.close()


def test_the_documented_agent_is_understood(reference: Path) -> None:
    text = (reference / "zendesk" / "agent_availability_official_example.json").read_text()
    row = json.loads(text)["data"]
    shown = rosters._status("zd", row)
    assert shown == ToldStatus("zd", "10011", "online", True, 1_655_807_005)
    row["attributes"]["agent_status"] |= {"name": "away", "updated_at": "2022-06-21T12:23:25+02:00"}
    away = rosters._status("zd", row)
    assert away is not None
    assert (away.here, away.since) == (False, 1_655_807_005)
    assert rosters._status("zd", {"id": "1"}) is None


def test_every_zone_of_rails_is_one_of_ours() -> None:
    assert iana("Pacific Time (US & Canada)") == "America/Los_Angeles"
    assert iana("Europe/Paris") == "Europe/Paris"
    assert iana("Atlantis") == ""
    for name in ZONES.values():
        assert ZoneInfo(name).key == name
