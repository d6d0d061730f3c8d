"""When the shift hands over: the settings before the roster, and never an instant that is over."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from helpdesk_tui.domain.sla.handovers import next_handover

PARIS = ZoneInfo("Europe/Paris")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("times", "now", "then"),
    [
        (("07:00", "15:00", "23:00"), "2026-11-23T09:14+01:00", "2026-11-23T15:00+01:00"),
        (("17:00",), "2026-11-23T17:00+01:00", "2026-11-24T17:00+01:00"),
        (("7:00",), "2026-11-23T23:30+01:00", "2026-11-24T07:00+01:00"),
        (("17:00",), "2026-10-24T18:00+02:00", "2026-10-25T17:00+01:00"),
        (("02:30",), "2026-03-28T12:00+01:00", "2026-03-29T03:30+02:00"),
    ],
)
def test_the_settings_say_when(times: tuple[str, ...], now: str, then: str) -> None:
    assert next_handover(times, [at(now) + 5], at(now), PARIS) == at(then)


@pytest.mark.parametrize(
    ("ends", "then"), [((), 0), ((90, 100), 0), ((200, 300, 300, 100), 300), ((300, 200, 300, 200), 200)]
)
def test_the_roster_shows_when_most_go(ends: tuple[int, ...], then: int) -> None:
    assert next_handover((), ends, 100) == then


def test_the_hosts_zone_is_meant_without_another() -> None:
    now = int(datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp())
    found = datetime.fromtimestamp(next_handover(("17:00",), (), now), UTC).astimezone()
    assert (found.hour, found.minute) == (17, 0)
