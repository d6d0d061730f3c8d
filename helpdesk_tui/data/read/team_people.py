"""team.db as the desk reads it: who the technicians are, what they can do, when they are there and when not.

Technicians are named by their names in everything that comes out of here, as in `domain.roster`.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from helpdesk_tui.domain.roster.absences import Absence, AbsenceKind
from helpdesk_tui.domain.roster.needs import NeedRule
from helpdesk_tui.domain.roster.recurrence import Rule
from helpdesk_tui.domain.roster.restrictions import Restriction, Window
from helpdesk_tui.domain.roster.shifts import Dated, Hours, Pattern, Weekly
from helpdesk_tui.domain.roster.visits import Visit
from helpdesk_tui.domain.technicians import Contact, Skill, Technician

T = TypeVar("T")
_TECHNICIANS = """
SELECT t.id, t.name, t.zone, t.capacity, t.phone, t.email, t.lead, t.active, coalesce(o.origin, '')
FROM technician t LEFT JOIN technician_origin o ON o.technician = t.id ORDER BY t.name COLLATE NOCASE
"""
_LOGINS = "SELECT technician, source, key, login FROM technician_login ORDER BY source, key"
_SKILLS = "SELECT technician, skill, level, origin FROM technician_skill ORDER BY skill, origin"
_GROUPS = "SELECT technician, name FROM technician_group ORDER BY name"
_CONTACTS = "SELECT technician, kind, value FROM technician_contact ORDER BY technician, rank"
_NAMES = "SELECT id, name FROM technician"
_PATTERNS = """
SELECT technician, key, zone, start, length, breaks, days, every, first, last, rule, place, exceptions
FROM shift_pattern WHERE last = '' OR last >= ? ORDER BY technician, key
"""
_DATED = """
SELECT technician, key, zone, day, start, length, breaks, place FROM shift_dated
WHERE day BETWEEN ? AND ? ORDER BY day, technician, key
"""
_ABSENCES = """
SELECT key, technician, start, "end", kind, source FROM absence
WHERE withdrawn_at = 0 AND start < ? AND ("end" = 0 OR "end" > ?) ORDER BY start, key
"""
_VISITS = """
SELECT id, key, kind, title, start, "end", place, ticket_source, ticket_key, number FROM visit
WHERE withdrawn_at = 0 AND start < ? AND "end" > ? ORDER BY start, key
"""
_VISITORS = "SELECT visit, technician FROM visit_person ORDER BY visit, technician"
_NEEDS = "SELECT pool, skill, label, required, windows, hours_zone FROM need_rule ORDER BY id"
_FILES = "SELECT digest FROM team_file WHERE name = ?"


def technicians(connection: sqlite3.Connection) -> list[Technician]:
    """Everybody, also those who work here no more, by name."""
    logins: dict[int, dict[str, tuple[str, str]]] = defaultdict(dict)
    for number, source, key, login in connection.execute(_LOGINS):
        logins[number][source] = (key, login)
    skills = _lists((number, Skill(*rest)) for number, *rest in connection.execute(_SKILLS))
    groups = _lists(connection.execute(_GROUPS))
    contacts = _lists((number, Contact(*rest)) for number, *rest in connection.execute(_CONTACTS))
    return [
        Technician(
            name, zone, capacity, phone, email, bool(lead), bool(active), logins.get(number, {}),
            tuple(skills.get(number, ())), tuple(groups.get(number, ())), tuple(contacts.get(number, ())), origin,
            number,
        )
        for number, name, zone, capacity, phone, email, lead, active, origin in connection.execute(_TECHNICIANS)
    ]  # fmt: skip


def _lists(pairs: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for number, value in pairs:
        found[number].append(value)
    return found


def names(connection: sqlite3.Connection) -> Mapping[int, str]:
    """The technicians' names by number; somebody who is not there any more has a name that says so."""
    return _Names(connection.execute(_NAMES))


class _Names(dict[int, str]):
    def __missing__(self, number: int) -> str:
        return f"(removed {number})"


def shift_sources(connection: sqlite3.Connection, first: date, last: date) -> list[Pattern | Dated]:
    """Every pattern that is not over, and the dated shifts from `first` to `last`, both included."""
    known = names(connection)
    found: list[Pattern | Dated] = []
    for number, key, zone, start, length, breaks, days, every, begins, ends, rule, place, except_ in connection.execute(
        _PATTERNS, (first.isoformat(),)
    ):
        on = _on(days, every, begins, ends, rule, zone)
        hours = Hours(start, length, _pairs(breaks))
        skipped = frozenset(date.fromisoformat(day) for day in json.loads(except_))
        found.append(Pattern(key, known[number], zone, hours, on, place, skipped))
    for number, key, zone, day, start, length, breaks, place in connection.execute(
        _DATED, (first.isoformat(), last.isoformat())
    ):
        hours = Hours(start, length, _pairs(breaks))
        found.append(Dated(key, known[number], zone, date.fromisoformat(day), hours, place))
    return found


def _on(days: str, every: int, first: str, last: str, rule: str, zone: str) -> Weekly | Rule:
    begins = date.fromisoformat(first)
    if rule:
        return Rule(rule, begins, zone)
    return Weekly(begins, frozenset(map(int, days)), every, date.fromisoformat(last) if last else None)


def _pairs(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((offset, length) for offset, length in json.loads(text))


def absences(connection: sqlite3.Connection, start: int, end: int) -> tuple[Absence, ...]:
    """The absences that touch [start, end), as entered by the team or imported."""
    known = names(connection)
    return tuple(
        Absence(key, known[number], begins, ends or None, AbsenceKind(kind), source)
        for key, number, begins, ends, kind, source in connection.execute(_ABSENCES, (end, start))
    )


def visits(connection: sqlite3.Connection, start: int, end: int) -> tuple[Visit, ...]:
    """What touches [start, end), by its beginning."""
    known = names(connection)
    people: dict[int, list[str]] = defaultdict(list)
    for number, technician in connection.execute(_VISITORS):
        people[number].append(known[technician])
    return tuple(
        Visit(key, kind, title, begins, ends, place, source, ticket, shown, tuple(people.get(number, ())))
        for number, key, kind, title, begins, ends, place, source, ticket, shown in connection.execute(
            _VISITS, (end, start)
        )
    )


def needs(connection: sqlite3.Connection) -> tuple[NeedRule, ...]:
    """The standing needs."""
    return tuple(
        NeedRule(required, restriction(windows, zone), pool, skill, label)
        for pool, skill, label, required, windows, zone in connection.execute(_NEEDS)
    )


def restriction(windows: str, zone: str) -> Restriction | None:
    """The hours of a layer or need as stored; None for always."""
    if not windows:
        return None
    return Restriction(zone, tuple(Window(*one) for one in json.loads(windows)))


def file_digest(connection: sqlite3.Connection, name: str) -> str:
    """The digest with which a file of the team was last read; "" where it never was."""
    found = connection.execute(_FILES, (name,)).fetchone()
    return str(found[0]) if found else ""
