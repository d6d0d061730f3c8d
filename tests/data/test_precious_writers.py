"""The user's own store and the team's: requests go from hand to hand once, and what was kept is kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.watch import Watch
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.data.write.team import TeamWriter, Technician
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.domain.views import Column, Grouping, Sort, View

A, B = TicketRef("desk", "a"), TicketRef("snow", "b")


@pytest.fixture
def mine(tmp_path: Path) -> Iterator[PersonalWriter]:
    writer = PersonalWriter(stores.open_write(tmp_path / "personal.db", StoreKind.PERSONAL))
    yield writer
    writer.close()


@pytest.fixture
def other(tmp_path: Path, mine: PersonalWriter) -> Iterator[PersonalWriter]:
    """A second process's writer of the same file."""
    writer = PersonalWriter(stores.open_write(tmp_path / "personal.db", StoreKind.PERSONAL))
    yield writer
    writer.close()


def rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_a_request_is_taken_and_answered_once(tmp_path: Path, mine: PersonalWriter, other: PersonalWriter) -> None:
    number = mine.ask("activity", "desk", "a", by="pid 7", now=100)
    taken = other.take_requests(8, 110)
    assert [(one.id, one.kind, one.source, one.key, one.asked_by) for one in taken] == [
        (number, "activity", "desk", "a", "pid 7")
    ]
    assert mine.take_requests(8, 111) == []
    assert other.answer_request(number, done=True, answer="", now=120)
    assert not mine.answer_request(number, done=False, answer="too late", now=121)
    assert rows(tmp_path / "personal.db", "SELECT state, answer, asked_at, taken_at, done_at FROM request") == [
        ("done", "", 100, 110, 120)
    ]


def test_a_request_still_waiting_is_not_filed_twice(mine: PersonalWriter) -> None:
    first = mine.ask("sync", by="x", now=100)
    assert mine.ask("sync", by="y", now=101) == first
    assert mine.ask("sync", "desk", by="y", now=101) != first
    assert [one.id for one in mine.take_requests(1, 102)] == [first]
    assert mine.ask("sync", by="y", now=103) != first


def test_what_a_dead_sync_took_is_put_back(mine: PersonalWriter) -> None:
    number = mine.ask("sync", by="x", now=100)
    mine.take_requests(8, 101)
    assert mine.release_requests() == 1
    assert [one.id for one in mine.take_requests(8, 102)] == [number]


def test_answers_are_forgotten_after_a_day(tmp_path: Path, mine: PersonalWriter) -> None:
    old, new = mine.ask("sync", by="x", now=100), mine.ask("stop", by="x", now=100)
    mine.take_requests(8, 101)
    mine.answer_request(old, done=False, answer="no route", now=102)
    mine.answer_request(new, done=True, answer="", now=80_000)
    mine.take_requests(8, 102 + 86_400)
    assert rows(tmp_path / "personal.db", "SELECT id FROM request") == [(new,)]


def test_marks(tmp_path: Path, mine: PersonalWriter) -> None:
    path = tmp_path / "personal.db"
    mine.mark([A, B], now=5)
    mine.mark([A], now=9)
    mine.mark([], now=9)
    assert rows(path, "SELECT source, key, marked_at FROM mark ORDER BY key") == [("desk", "a", 5), ("snow", "b", 5)]
    mine.unmark([A])
    assert rows(path, "SELECT key FROM mark") == [("b",)]
    mine.unmark_all()
    assert rows(path, "SELECT key FROM mark") == []


def test_a_view_is_kept_whole_and_takes_its_slot(tmp_path: Path, mine: PersonalWriter) -> None:
    path = tmp_path / "personal.db"
    view = View("f1", "mine", "My view", "owner:me", Sort.IDLE, True, Grouping.GROUP, (Column.KEY, Column.SUMMARY))
    mine.save_view(view, now=5)
    assert rows(path, "SELECT slot, title, filter, columns, sort, reverse, grouping FROM saved_view") == [
        ("f1", "My view", "owner:me", json.dumps(["key", "summary"]), "idle", 1, "group")
    ]
    mine.save_view(View("f1", "other", "Other", "is:open"), now=6)
    mine.save_view(View("", "mine", "My view", "is:vip"), now=7)
    assert rows(path, "SELECT name, slot, filter FROM saved_view ORDER BY name") == [
        ("mine", "", "is:vip"),
        ("other", "f1", "is:open"),
    ]
    mine.drop_view("mine")
    assert rows(path, "SELECT name FROM saved_view") == [("other",)]


def test_how_a_screen_was_left(tmp_path: Path, mine: PersonalWriter) -> None:
    mine.save_view_state("queue", {"cursor": 5}, now=1)
    mine.save_view_state("queue", {"cursor": 6, "open": [1, 2]}, now=2)
    found = rows(tmp_path / "personal.db", "SELECT name, value, updated_at FROM view_state")
    assert [(name, json.loads(value), at) for name, value, at in found] == [("queue", {"cursor": 6, "open": [1, 2]}, 2)]


def test_lines_for_the_user_are_told_once_and_none_is_lost(mine: PersonalWriter, other: PersonalWriter) -> None:
    assert mine.take_notices(10) == []
    mine.leave_notices(["team.db was restored"], 10)
    mine.leave_notices(["team.db was restored", "cache.db was moved"], 11)
    assert other.take_notices(12) == ["team.db was restored", "cache.db was moved"]
    mine.leave_notices(["no room on the disk"], 13)
    assert mine.take_notices(14) == ["no room on the disk"]
    assert other.take_notices(15) == []


def test_drafts(tmp_path: Path, mine: PersonalWriter) -> None:
    number = mine.save_draft(A, "note", "Hel", now=1)
    assert mine.save_draft(A, "note", "Hello", now=2, draft=number) == number
    second = mine.save_draft(B, "reply", "Dear", now=3)
    mine.drop_draft(second)
    assert rows(tmp_path / "personal.db", "SELECT id, text, updated_at FROM draft") == [(number, "Hello", 2)]
    assert mine.save_draft(A, "note", "again", now=4, draft=second + 50) > 0


def test_technicians_and_their_logins(tmp_path: Path) -> None:
    path = tmp_path / "team.db"
    team = TeamWriter(stores.open_write(path, StoreKind.TEAM))
    kim = team.save_technician(
        Technician("Kim", "Europe/Paris", 12, logins={"desk": ("k1", "kim"), "snow": ("k2", "kim")}), 1
    )
    assert team.save_technician(Technician("Kim", "Asia/Tokyo", lead=True, logins={"desk": ("k1", "kim")}), 2) == kim
    team.save_technician(Technician("Pat", logins={"desk": ("k1", "pat")}), 3)
    assert rows(path, "SELECT name, zone, capacity, lead, updated_at FROM technician ORDER BY name") == [
        ("Kim", "Asia/Tokyo", 0, 1, 2),
        ("Pat", "", 0, 0, 3),
    ]
    assert rows(path, "SELECT source, key, login FROM technician_login") == [("desk", "k1", "pat")]
    assert team.drop_technician("Pat")
    assert not team.drop_technician("Pat")
    assert rows(path, "SELECT count(*) FROM technician_login") == [(0,)]
    team.close()


def test_a_watch_tells_commits_of_others_and_replaced_files(tmp_path: Path) -> None:
    path = tmp_path / "personal.db"
    watch = Watch(path)
    watch.moved()
    assert not watch.moved()
    writer = PersonalWriter(stores.open_write(path, StoreKind.PERSONAL))
    assert watch.moved()
    assert not watch.moved()
    writer.mark([A], now=1)
    assert watch.moved()
    assert not watch.moved()
    path.rename(tmp_path / "gone.db")
    stores.create(path, StoreKind.PERSONAL)
    assert watch.moved()
    assert not watch.moved()
    watch.close()
    writer.close()
