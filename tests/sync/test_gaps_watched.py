"""Gaps are told by the sync process: each once, after changes, every morning, and never in quiet hours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from helpdesk_tui.config import Config
from helpdesk_tui.config.sla import AlarmConfig
from helpdesk_tui.data import stores
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.data.write.presences import PresenceWriter
from helpdesk_tui.data.write.rosters import RosterWriter
from helpdesk_tui.data.write.team import TeamWriter
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.overrides import Override, OverrideKind
from helpdesk_tui.domain.roster.rotations import Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Schedule
from helpdesk_tui.domain.technicians import Technician
from helpdesk_tui.sync.gaps import Gaps
from helpdesk_tui.sync.threaded import Threaded

H, DAY = 3_600, 86_400
NOW = 1_795_300_200 + 10 * H
"""Sunday 22 November 2026, 08:30 UTC."""


class Place:
    """Three stores, a team of two on call by the day, and a clock that a test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.paths = (folder / "cache.db", folder / "personal.db", folder / "team.db")
        CacheWriter(stores.open_write(self.paths[0], StoreKind.CACHE)).close()
        self.store = stores.open_write(self.paths[2], StoreKind.TEAM)
        TeamWriter(self.store).save_all([Technician(name, "UTC", 9, "+1") for name in ("Ada", "Ben")], NOW)
        members = (Member("Ben", 0), Member("Ada", 1))
        rotation = Rotation("net", "UTC", Unit.DAY, 1, datetime.fromisoformat("2026-11-01T08:00"), members)
        schedule = Schedule("net", "UTC", (Layer("net", rotation),))
        RosterWriter(self.store).save_schedule(schedule, NOW, name="Network")
        self.heard: list[dict[str, Any]] = []
        self.settings = AlarmConfig()

    def away(self, key: str, who: str, start: int, end: int) -> None:
        PresenceWriter(self.store).add_absence(Absence(key, who, start, end), self.now, "x")

    def cover(self, who: str, start: int, end: int) -> None:
        override = Override(f"o{start}", OverrideKind.REPLACE, start, end, self.now, "Ben", who)
        RosterWriter(self.store).add_override("net", override, "x")

    def lives(self, *later: int) -> list[list[str]]:
        """One life of the process, looking at these seconds after the start: what each look told."""
        found: list[list[str]] = []
        settings = replace(Config(), late={"alarms": self.settings}, screen=replace(Config().screen, zone="UTC"))

        async def live() -> None:
            personal = Threaded(
                lambda: PersonalWriter(stores.open_write(self.paths[1], StoreKind.PERSONAL)), "personal"
            )
            watch = Gaps(personal, self.paths, settings, now=lambda: self.now)
            try:
                for seconds in later:
                    self.now = NOW + seconds
                    found.append(await watch.turn())
            finally:
                watch.close()
                personal.close(PersonalWriter.close)

        asyncio.run(live())
        return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def hooked(place: Place) -> Iterator[Place]:
    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            place.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    place.settings = AlarmConfig(webhook=f"http://127.0.0.1:{server.server_port}/")
    yield place
    server.shutdown()
    thread.join()
    server.server_close()


TUESDAY = NOW + 2 * DAY - 30 * 60
"""Tuesday 08:00: the turn of Ada from then on; Wednesday's is Ben's, Thursday's Ada's."""


def test_where_everybody_is_there_nothing_is_told(place: Place) -> None:
    assert place.lives(0, 60, DAY) == [[], [], []]


def test_a_gap_is_told_once_by_the_hook_and_each_morning(hooked: Place) -> None:
    hooked.away("a", "Ben", TUESDAY - DAY, TUESDAY)
    words = "EMPTY Network Mon 08:00 UTC, 24 h"
    assert hooked.lives(0, 60, 3_600) == [[words], [], []]
    assert hooked.lives(7_200) == [[]]  # another life knows what was told
    [told] = hooked.heard
    assert told["because"] == "morning"
    assert told["gaps"] == [{
        "kind": "empty", "schedule": "Network", "skill": None, "from": "2026-11-23T08:00:00Z",
        "to": "2026-11-24T08:00:00Z", "people": ["Ben"], "lost": "Network: reaches nobody, Ben absent", "words": words,
    }]  # fmt: skip
    tomorrow = hooked.lives(DAY - 4 * H, DAY - 2 * H)  # 04:30 is no morning, 06:30 is
    assert tomorrow == [[], ["EMPTY Network 08:00 UTC, 24 h"]]


def test_a_change_is_looked_at_and_only_what_is_new_is_told(hooked: Place) -> None:
    hooked.away("a", "Ben", TUESDAY - DAY, TUESDAY)
    hooked.lives(0)
    start = TUESDAY + 2 * DAY
    hooked.away("b", "Ada", start, start + DAY)
    assert hooked.lives(60) == [["EMPTY Network Thu 08:00 UTC, 24 h"]]
    hooked.cover("Ada", start, start + DAY)
    assert hooked.lives(120) == [[]]
    RosterWriter(hooked.store).withdraw_override(f"o{start}", hooked.now)
    assert hooked.lives(180) == [["EMPTY Network Thu 08:00 UTC, 24 h"]]
    assert [one["because"] for one in hooked.heard] == ["morning", "change", "change"]


def test_that_more_of_it_comes_into_sight_is_no_news_and_that_it_grows_is(place: Place) -> None:
    place.away("a", "Ada", NOW, NOW + 100 * DAY)
    place.away("b", "Ben", NOW + 10 * DAY, NOW + 100 * DAY)
    first = place.lives(0)[0]
    assert len(first) > 1
    for hours in (3, 7, 12):
        place.away(f"c{hours}", "Ben", NOW + 200 * DAY, NOW + 201 * DAY)  # a change elsewhere
        assert place.lives(hours * H) == [[]]
    place.away("d", "Ben", NOW + 8 * DAY, NOW + 100 * DAY)
    assert len(place.lives(13 * H)[0]) >= 1


def test_nothing_is_looked_at_twice_while_nothing_changes(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    real = Gaps._holes

    def noted(self: Gaps, now: int) -> Any:
        looked.append(now - NOW)
        return real(self, now)

    monkeypatch.setattr(Gaps, "_holes", noted)
    place.lives(0, 5, 600, 6_000)
    assert looked == [0]
    place.away("a", "Ben", NOW, NOW + DAY)
    place.lives(7_000, 7_005)
    assert looked == [0, 7_000]


def test_quiet_hours_hold_it_back_until_they_end(place: Place) -> None:
    begins, ends = (datetime.fromtimestamp(NOW + s, UTC).astimezone() for s in (-1_800, 1_800))  # the host's local time
    place.settings = AlarmConfig(quiet=f"{begins:%H:%M}-{ends:%H:%M}")
    place.away("a", "Ben", TUESDAY - DAY, TUESDAY)
    assert place.lives(0, 1_740, 1_860) == [[], [], ["EMPTY Network Mon 08:00 UTC, 24 h"]]
