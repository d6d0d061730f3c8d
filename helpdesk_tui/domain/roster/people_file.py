"""technicians.toml and technicians as CSV: who they are, what they can do, and when they are usually there.

[[technician]]
name = "Dana Kim"
email = "dana@example.com"                  # joins her to the people of the platforms
logins = { jira = "712020:8f1c" }           # or an explicit mapping, where the address does not
zone = "Europe/Paris"
capacity = 12
skills = { net = 3, vpn = 2 }               # or ["net", "vpn"]
groups = ["Network"]
phone = "+33 1 55 01 00 02"
shifts = [{ days = "Mon-Fri", from = "08:00", to = "17:00", break = "12:00-13:00" }]
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.reading import Table, clock_seconds, local_date, weekdays
from helpdesk_tui.domain.roster.recurrence import Rule
from helpdesk_tui.domain.roster.restrictions import clock_length
from helpdesk_tui.domain.roster.shifts import Hours, Pattern, Weekly
from helpdesk_tui.domain.technicians import HIGHEST, Contact, Skill, Technician

ORIGIN = "file"
_FIRST = date(2020, 1, 6)
"""Patterns without a first day have always been there: a Monday long ago."""


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """What a file says: technicians, and their shift patterns."""

    technicians: tuple[Technician, ...]
    patterns: tuple[Pattern, ...]


def read_people(document: Mapping[str, object], where: str, zone: str) -> PeopleFile:
    """The technicians of a TOML document. `zone` is for people without one. RosterError names the place."""
    table = Table(document, where)
    found: dict[str, Technician] = {}
    patterns: list[Pattern] = []
    for one in table.tables("technician"):
        technician = _technician(one)
        if technician.name in found:
            raise one.fail("name", "two technicians have it; tell them apart")
        found[technician.name] = technician
        for number, shift in enumerate(one.tables("shifts"), 1):
            patterns.append(_pattern(shift, technician.name, f"usual {number}", technician.zone or zone))
        one.done()
    table.done()
    return PeopleFile(tuple(found.values()), tuple(patterns))


def _technician(table: Table) -> Technician:
    name = table.need("name")
    capacity = table.get("capacity", int, 0)
    if not 0 <= capacity <= 1_000:
        raise table.fail("capacity", "is a number of open tickets, 0 to 1000")
    if "zone" in table:
        table.zone("UTC")
    contacts = []
    for one in table.tables("contacts"):
        contacts.append(Contact(one.need("kind"), one.need("value")))
        one.done()
    logins = table.get("logins", dict, {})
    return Technician(
        name, table.text("zone"), capacity, table.text("phone"), table.text("email"),
        table.get("lead", bool, False), table.get("active", bool, True),
        {str(source): (str(login), "") for source, login in logins.items()}, _skills(table),
        tuple(map(str, table.get("groups", list, []))), tuple(contacts), ORIGIN,
    )  # fmt: skip


def _skills(table: Table) -> tuple[Skill, ...]:
    raw = table.raw("skills")
    if raw is None:
        return ()
    levels = raw if isinstance(raw, Mapping) else dict.fromkeys(raw, 1) if isinstance(raw, list) else None
    if levels is None:
        raise table.fail("skills", "must be a list or a table such as { net = 3, vpn = 2 }")
    for skill, level in levels.items():
        if not isinstance(level, int) or isinstance(level, bool) or not 1 <= level <= HIGHEST:
            raise table.fail("skills", f"the level of {skill} is a number from 1 to {HIGHEST}")
    return tuple(Skill(str(skill).strip(), level) for skill, level in levels.items())


def _pattern(table: Table, person: str, key: str, default: str) -> Pattern:
    zone = table.zone(default)
    start = table.checked("from", clock_seconds, "09:00") % 86_400
    end = table.checked("to", clock_seconds, "17:00")
    length = clock_length(start, end % 86_400)
    hours = Hours(start, length, _breaks(table, start))
    first = local_date(table.raw("first") or _FIRST)
    last = table.raw("until")
    rule, days = table.text("rule"), table.text("days")
    if rule and days:
        raise table.fail("rule", "and days say the same thing twice; keep one of them")
    skipped = frozenset(local_date(day) for day in table.get("except", list, []))
    try:
        on = Rule(rule, first, zone) if rule else Weekly(
            first, frozenset(weekdays(days or "Mon-Fri")), table.get("every", int, 1),
            local_date(last) if last is not None else None,
        )  # fmt: skip
    except RosterError as error:
        raise table.fail("rule" if rule else "days", error) from None
    found = Pattern(table.text("key") or key, person, zone, hours, on, table.text("place"), skipped)
    table.done()
    return found


def _breaks(table: Table, start: int) -> tuple[tuple[int, int], ...]:
    raw = table.raw("break") or []
    found = []
    for text in raw if isinstance(raw, list) else [raw]:
        opens, mark, closes = str(text).partition("-")
        if not mark:
            raise table.fail("break", f"{text!r} is no span such as 12:00-13:00")
        try:
            begins, ends = clock_seconds(opens), clock_seconds(closes)
        except RosterError as error:
            raise table.fail("break", error) from None
        found.append(((begins - start) % 86_400, (ends - begins) % 86_400))
    return tuple(sorted(found))


def read_people_csv(text: str, where: str, known: Iterable[Technician] = ()) -> list[Technician]:
    """Technicians of a CSV file with a heading: name, email, zone, capacity, skills ("net:3 vpn"), groups (";" between
    them), phone, lead, active, and `login.SOURCE`. What a row leaves empty stays as it is with those `known`."""
    rows = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    columns = {name.strip() for name in rows.fieldnames or () if name}
    odd = sorted(column for column in columns if column not in _COLUMNS and not column.startswith("login."))
    if "name" not in columns or odd:
        missing = "it needs a column name" if "name" not in columns else f"there is no column {odd[0]}"
        raise RosterError(f"{where}: {missing}; columns are {', '.join(_COLUMNS)} and login.SOURCE")
    before = {one.name: one for one in known}
    found: dict[str, Technician] = {}
    for number, row in enumerate(rows, 2):
        given = {key.strip(): value.strip() for key, value in row.items() if key and isinstance(value, str) and value}
        name = given.get("name", "")
        if not name:
            raise RosterError(f"{where}: line {number}: the name is missing")
        if name in found:
            raise RosterError(f"{where}: line {number}: {name} comes twice")
        found[name] = _from_row(before.get(name, Technician(name)), given, f"{where}: line {number}")
    return list(found.values())


_COLUMNS = ("name", "email", "zone", "capacity", "skills", "groups", "phone", "lead", "active")


def _from_row(one: Technician, given: Mapping[str, str], where: str) -> Technician:
    table = Table({"zone": given.get("zone", "UTC")}, where)
    table.zone("UTC")
    logins = {**one.logins, **{key[6:]: (value, "") for key, value in given.items() if key.startswith("login.")}}
    capacity = given.get("capacity", str(one.capacity))
    if not capacity.isdecimal():
        raise table.fail("capacity", f"{capacity!r} is no number")
    return replace(
        one, email=given.get("email", one.email), zone=given.get("zone", one.zone), capacity=int(capacity),
        phone=given.get("phone", one.phone), logins=logins, lead=_yes(given, "lead", one.lead, where),
        active=_yes(given, "active", one.active, where),
        skills=tuple(_skill(word, where) for word in given["skills"].replace(";", " ").split())
        if "skills" in given else one.skills,
        groups=tuple(filter(None, map(str.strip, given["groups"].split(";")))) if "groups" in given else one.groups,
    )  # fmt: skip


def _skill(word: str, where: str) -> Skill:
    name, _, level = word.partition(":")
    if not name or (level and not (level.isdecimal() and 1 <= int(level) <= HIGHEST)):
        raise RosterError(f"{where}: skills: {word!r} is no skill such as net:3, levels 1 to {HIGHEST}")
    return Skill(name, int(level or 1))


def _yes(given: Mapping[str, str], key: str, default: bool, where: str) -> bool:
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if key not in given:
        return default
    found = words.get(given[key].casefold())
    if found is None:
        raise RosterError(f"{where}: {key}: {given[key]!r} is neither yes nor no")
    return found
