"""cache.db as the desk reads it for rosters: the people who work tickets, and what platforms tell of who is on."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from helpdesk_tui.data.read.reader import Reader
from helpdesk_tui.data.read.team_people import restriction
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.domain.people import Person
from helpdesk_tui.domain.roster.absences import AbsenceKind
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

T = TypeVar("T")
_PRINT = """
SELECT (SELECT coalesce(max(rev), 0) FROM person), (SELECT coalesce(max(rev), 0) FROM membership),
       (SELECT coalesce(sum(tried_at), 0) FROM told_feed), (SELECT count(*) FROM told_feed)
"""
_PEOPLE = """
SELECT source, key, name, email, login, phone, zone, title, active, works_tickets, skills FROM person
WHERE works_tickets = 1 ORDER BY source, name, key
"""
_GROUPS = """
SELECT m.source, m.person, g.name FROM membership m JOIN grp g ON g.source = m.source AND g.key = m.grp
ORDER BY m.source, m.person, g.name
"""
_FEEDS = "SELECT source, feed, tried_at, read_at, words FROM told_feed ORDER BY source, feed"
_SCHEDULES = """
SELECT source, key, name, zone, grp, rotations, writable, asked_from, asked_to, read_at, unread FROM told_schedule
ORDER BY source, name, key
"""
_DUTIES = """
SELECT source, schedule, person, start, "end", rotation, name, override FROM told_duty
WHERE start < ? AND "end" > ? ORDER BY source, schedule, start, rotation
"""
_OVERRIDES = 'SELECT source, schedule, key, person, start, "end", rotations FROM told_override ORDER BY start, key'
_STATUSES = "SELECT source, person, word, here, since FROM told_status ORDER BY source, person"
_HOURS = "SELECT source, key, name, zone, windows, holidays FROM told_hours ORDER BY source, name, key"
_ABSENCES = 'SELECT source, key, person, start, "end", kind FROM told_absence ORDER BY start, source, key'
_OPEN = """
SELECT source, owner, count(*) FROM ticket WHERE is_open = 1 AND owner != '' GROUP BY source, owner
"""
_ARRIVALS = """
SELECT t.created_at, coalesce(g.name, '') FROM ticket t LEFT JOIN grp g ON g.source = t.source AND g.key = t.grp
WHERE t.created_at >= ? ORDER BY t.created_at
"""
_DUE = """
SELECT t.source || ' ' || t.number, t.due_at, coalesce(g.name, '') FROM ticket t
LEFT JOIN grp g ON g.source = t.source AND g.key = t.grp
WHERE t.is_open = 1 AND t.due_at > 0 AND t.paused = 0 ORDER BY t.due_at
"""


@dataclass(frozen=True, slots=True)
class ToldFeed:
    """How a source's rosters were last read; instants are seconds UTC, `words` why the last try failed."""

    source: str
    feed: str
    tried_at: int
    read_at: int
    words: str


@dataclass(frozen=True, slots=True)
class Cached:
    """What the cache holds for rosters: people, their groups by (source, key), open tickets by owner, and the told."""

    people: tuple[Person, ...] = ()
    groups: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    open: Mapping[tuple[str, str], int] = field(default_factory=dict)
    told: Told = field(default_factory=Told)
    feeds: tuple[ToldFeed, ...] = ()
    due: tuple[tuple[str, int, str], ...] = ()
    """Open tickets with a running clock: number, the next breach, the name of the group."""
    arrivals: tuple[tuple[int, str], ...] = ()
    """When tickets came in and the name of their group, where that was asked for."""


class ToldReader:
    """Questions to the cache about rosters; a missing one is an empty one. Any thread. Raises StoreError."""

    def __init__(self, path: Path) -> None:
        self._reader = Reader(path, StoreKind.CACHE)

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.close()

    def fingerprint(self) -> tuple[Any, ...]:
        """Something that changes whenever people or rosters in the cache did; cheap."""
        return self._reader.ask(lambda found: tuple(found.execute(_PRINT).fetchone()), ())

    def cached(self, start: int, end: int, *, arrivals_since: int = 0) -> Cached:
        """Everything, with the duties that touch [start, end) and, where that is given, arrivals since an instant."""
        return self._reader.ask(lambda found: _cached(found, start, end, arrivals_since), Cached())

    def open_tickets(self) -> Mapping[tuple[str, str], int]:
        """How many open tickets each owner has, by (source, key)."""
        return self._reader.ask(_open, {})

    def ask(self, question: Callable[[sqlite3.Connection], T], default: T) -> T:
        """Another question, answered from one state of the cache."""
        return self._reader.ask(question, default)


def _cached(connection: sqlite3.Connection, start: int, end: int, since: int) -> Cached:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for source, person, name in connection.execute(_GROUPS):
        groups[source, person].append(name)
    return Cached(
        people(connection), {key: tuple(names) for key, names in groups.items()}, _open(connection),
        told(connection, start, end), tuple(ToldFeed(*row) for row in connection.execute(_FEEDS)),
        tuple(connection.execute(_DUE)), tuple(connection.execute(_ARRIVALS, (since,))) if since else (),
    )  # fmt: skip


def people(connection: sqlite3.Connection) -> tuple[Person, ...]:
    """Everybody who can own tickets, by source and name."""
    return tuple(
        Person(source, key, name, email, login, phone, zone, "", title, bool(active), works_tickets=bool(works),
               skills=tuple(json.loads(skills)))
        for source, key, name, email, login, phone, zone, title, active, works, skills in connection.execute(_PEOPLE)
    )  # fmt: skip


def told(connection: sqlite3.Connection, start: int, end: int) -> Told:
    """What platforms tell, with the duties that touch [start, end)."""
    return Told(
        schedules=tuple(map(_schedule, connection.execute(_SCHEDULES))),
        duties=tuple(
            ToldDuty(source, schedule, person, begins, ends, rotation, name, bool(override))
            for source, schedule, person, begins, ends, rotation, name, override in connection.execute(
                _DUTIES, (end, start)
            )
        ),
        overrides=tuple(
            ToldOverride(source, schedule, key, person, begins, ends, tuple(json.loads(rotations)))
            for source, schedule, key, person, begins, ends, rotations in connection.execute(_OVERRIDES)
        ),
        statuses=tuple(
            ToldStatus(source, person, word, None if here < 0 else bool(here), since)
            for source, person, word, here, since in connection.execute(_STATUSES)
        ),
        hours=tuple(
            ToldHours(source, key, name, restriction(windows, zone), tuple(map(_holiday, json.loads(holidays))))
            for source, key, name, zone, windows, holidays in connection.execute(_HOURS)
        ),
        absences=tuple(
            ToldAbsence(source, key, person, begins, ends, AbsenceKind(kind))
            for source, key, person, begins, ends, kind in connection.execute(_ABSENCES)
        ),
    )  # fmt: skip


def _schedule(row: tuple[Any, ...]) -> ToldSchedule:
    source, key, name, zone, group, rotations, writable, asked_from, asked_to, read_at, unread = row
    found = tuple(
        ToldRotation(
            one["key"], one["name"], tuple(one["people"]), one["hands_over"],
            restriction(one["windows"], one["zone"]),
        )
        for one in json.loads(rotations)
    )  # fmt: skip
    return ToldSchedule(
        source, key, name, zone, group, found, bool(writable), asked_from, asked_to, read_at, unread
    )  # fmt: skip


def _holiday(row: list[str]) -> tuple[str, str, str]:
    first, last, name = row
    return first, last, name


def _open(connection: sqlite3.Connection) -> dict[tuple[str, str], int]:
    return {(source, owner): count for source, owner, count in connection.execute(_OPEN)}
