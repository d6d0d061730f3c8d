"""What platforms tell of rosters: each reading replaces the one before; what could not be read stays with its age."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.told import ToldReader
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.domain.people import Group, Membership, Person
from helpdesk_tui.domain.roster.absences import AbsenceKind
from helpdesk_tui.domain.roster.restrictions import daily
from helpdesk_tui.domain.roster.told import (
    Told,
    ToldAbsence,
    ToldDuty,
    ToldHours,
    ToldOverride,
    ToldRotation,
    ToldSchedule,
    ToldStatus,
)

NOW, DAY = 1_790_035_200, 86_400
HOURS = daily("Europe/Paris", 8 * 3_600, 18 * 3_600)
NET = ToldSchedule(
    "ops", "s1", "Network", "Europe/Paris", "g", (ToldRotation("r1", "days", ("p",), "daily", HOURS),), True
)
WIN = ToldSchedule("ops", "s2", "Windows", "UTC")
DUTY = ToldDuty("ops", "s1", "p", NOW, NOW + DAY, "r1", "Pat", override=True)
FULL = Told(
    (NET, WIN), (DUTY, replace(DUTY, schedule="s2")), (ToldOverride("ops", "s1", "o1", "", NOW, NOW + 5, ("r1",)),),
    (ToldStatus("ops", "p", "Away", False, NOW), ToldStatus("ops", "q", "Odd", None)),
    (ToldHours("ops", "h", "Office", HOURS, (("2026-12-25", "2026-12-26", "Xmas"),)),),
    (ToldAbsence("ops", "a", "p", NOW, NOW + DAY, AbsenceKind.LEAVE),),
    frozenset({"schedules", "statuses", "hours", "absences"}), NOW - DAY, NOW + 9 * DAY,
)  # fmt: skip


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CacheWriter]:
    made = CacheWriter(stores.open_write(tmp_path / "cache.db", StoreKind.CACHE))
    yield made
    made.close()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ToldReader]:
    made = ToldReader(tmp_path / "cache.db")
    yield made
    made.close()


def test_a_reading_comes_back_and_the_next_replaces_it(cache: CacheWriter, reader: ToldReader) -> None:
    cache.keep_told("ops", "rosters", FULL, NOW)
    known = {"asked_from": NOW - DAY, "asked_to": NOW + 9 * DAY, "read_at": NOW}
    found = reader.cached(NOW, NOW + DAY).told
    assert found.schedules == tuple(replace(one, **known) for one in FULL.schedules)  # type: ignore[arg-type]
    assert (found.duties, found.overrides, found.statuses) == (FULL.duties, FULL.overrides, FULL.statuses)
    assert (found.hours, found.absences) == (FULL.hours, FULL.absences)
    assert reader.cached(NOW + DAY, NOW + 2 * DAY).told.duties == ()
    fewer = replace(FULL, schedules=(WIN,), duties=(), overrides=(), statuses=(), hours=(), absences=())
    cache.keep_told("ops", "rosters", fewer, NOW + 5)
    found = reader.cached(NOW, NOW + DAY).told
    assert [one.key for one in found.schedules] == ["s2"]
    assert (found.duties, found.overrides, found.statuses, found.hours, found.absences) == ((), (), (), (), ())


def test_what_could_not_be_read_stays_with_its_age(cache: CacheWriter, reader: ToldReader) -> None:
    before = reader.fingerprint()
    cache.keep_told("ops", "rosters", FULL, NOW)
    unread = replace(FULL, schedules=(replace(NET, unread="may not be read"), WIN), duties=())
    cache.keep_told("ops", "rosters", unread, NOW + 60)
    found = reader.cached(NOW, NOW + DAY)
    assert [(one.key, one.read_at, one.unread) for one in found.told.schedules] == [
        ("s1", NOW, "may not be read"), ("s2", NOW + 60, ""),
    ]  # fmt: skip
    assert found.told.duties == (DUTY,)
    assert found.feeds[0].words == "1 of 2 schedules could not be read: may not be read"
    cache.told_failed("ops", "rosters", "gone", NOW + 90)
    [feed] = reader.cached(NOW, NOW + DAY).feeds
    assert (feed.tried_at, feed.read_at, feed.words) == (NOW + 90, NOW + 60, "gone")
    assert reader.cached(NOW, NOW + DAY).told.duties == (DUTY,)
    assert reader.fingerprint() != before
    cache.forget_source("ops")
    assert not reader.cached(NOW, NOW + DAY).feeds


def test_people_who_work_tickets_come_with_their_groups(cache: CacheWriter, reader: ToldReader) -> None:
    pat = Person("ops", "p", "Pat", "p@x", "pat", "1", "UTC", works_tickets=True, skills=("vpn",))
    cache.commit_page(
        "ops", "people", now=NOW, people=[pat, Person("ops", "r", "Customer")], groups=[Group("ops", "g", "Net")],
        memberships=[Membership("ops", "g", "p")],
    )  # fmt: skip
    found = reader.cached(NOW, NOW + DAY)
    assert found.people == (pat,)
    assert found.groups == {("ops", "p"): ("Net",)}
