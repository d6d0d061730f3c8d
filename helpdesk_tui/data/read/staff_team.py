"""What the team's store says that bears on who can take a ticket: technicians, their shifts and absences, and the
owners that colleagues are about to set. Technicians go by their names, as in `domain.roster`.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import NamedTuple

from helpdesk_tui.data.read import rosters, team_people
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.shifts import Dated, Pattern
from helpdesk_tui.domain.roster.swaps import Swap
from helpdesk_tui.domain.technicians import Technician

_INTENTS = "SELECT change, source, key, value FROM intent WHERE kind = 'ticket' AND field = 'owner'"


class Intended(NamedTuple):
    """An owner that somebody of the team is about to set, "" for nobody."""

    change: str
    source: str
    key: str
    owner: str


class Team(NamedTuple):
    """The technicians, when they are there and when not, and what is on its way."""

    technicians: tuple[Technician, ...] = ()
    shifts: tuple[Pattern | Dated, ...] = ()
    absences: tuple[Absence, ...] = ()
    intended: tuple[Intended, ...] = ()
    swaps: tuple[Swap, ...] = ()


def team(connection: sqlite3.Connection, now: int, until: int) -> Team:
    """The team from `now` on: patterns that are not over, and what touches [now, until), instants in seconds UTC."""
    first, last = date.fromordinal(now // 86_400 + _EPOCH - 2), date.fromordinal(until // 86_400 + _EPOCH + 2)
    return Team(
        tuple(team_people.technicians(connection)),
        tuple(team_people.shift_sources(connection, first, last)),
        team_people.absences(connection, now, until),
        tuple(Intended(*row) for row in connection.execute(_INTENTS)),
        tuple(stored.swap for stored in rosters.swaps(connection)),
    )


_EPOCH = date(1970, 1, 1).toordinal()
