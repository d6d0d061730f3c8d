"""What the team's store knows of its technicians that bears on who can take a ticket: logins, capacity, skills,
absences, and the owners that colleagues are about to set. Instants are integer seconds UTC.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

_TECHNICIANS = "SELECT id, name, capacity, active, email FROM technician ORDER BY id"
_LOGINS = "SELECT technician, source, key, login FROM technician_login ORDER BY technician, source, key"
_SKILLS = (
    "SELECT technician, skill, level, origin FROM technician_skill"
    " ORDER BY technician, skill, origin <> '' AND origin <> 'file', origin"
)
_AWAY = (
    "SELECT technician, min(start), max(CASE WHEN end = 0 THEN ? ELSE end END) FROM absence"
    " WHERE withdrawn_at = 0 AND start <= ? AND (end = 0 OR end > ?) GROUP BY technician"
)
_INTENTS = "SELECT change, source, key, value FROM intent WHERE kind = 'ticket' AND field = 'owner'"


class TeamMember(NamedTuple):
    """A technician as the team wrote them down. `logins` are (source, identifier, login); `skills` None where nobody
    wrote any; `away` an absence that holds now, its end `forever` where nobody knows it."""

    number: int
    name: str
    capacity: int
    active: bool
    email: str
    logins: tuple[tuple[str, str, str], ...] = ()
    skills: Mapping[str, int] | None = None
    away: tuple[int, int] | None = None


class Intended(NamedTuple):
    """An owner that somebody of the team is about to set, "" for nobody."""

    change: str
    source: str
    key: str
    owner: str


class Team(NamedTuple):
    """The technicians, and what is on its way."""

    members: tuple[TeamMember, ...] = ()
    intended: tuple[Intended, ...] = ()


def team(connection: sqlite3.Connection, now: int, forever: int) -> Team:
    """The team at an instant. What the team says of a skill's level counts before what a platform says."""
    logins: dict[int, list[tuple[str, str, str]]] = {}
    for number, source, key, login in connection.execute(_LOGINS):
        logins.setdefault(number, []).append((source, key, login))
    skills: dict[int, dict[str, int]] = {}
    for number, skill, level, _origin in connection.execute(_SKILLS):
        skills.setdefault(number, {}).setdefault(skill, level)
    away = {number: (start, end) for number, start, end in connection.execute(_AWAY, (forever, now, now))}
    rows = connection.execute(_TECHNICIANS).fetchall()
    members = tuple(
        TeamMember(
            number, name, capacity, bool(active), email, tuple(logins.get(number, ())), skills.get(number),
            away.get(number),
        )
        for number, name, capacity, active, email in rows
    )  # fmt: skip
    return Team(members, tuple(Intended(*row) for row in connection.execute(_INTENTS)))
