"""team.db as clocks need it: versions of calendars and policies, what is in force, promises, reminders, causes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from helpdesk_tui.data.read.reader import Reader
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.domain.change_states import ChangeState
from helpdesk_tui.domain.sla.findings import Finding
from helpdesk_tui.domain.sla.policies import PolicySet
from helpdesk_tui.domain.sla.policy_file import read_policies
from helpdesk_tui.domain.sla.promises import Promise, PromiseState, Reminder, ReminderKind, ReminderState
from helpdesk_tui.domain.sla.versions import Force, Reach

_PROMISES = "SELECT id, source, key, number, made_at, due_at, made_by, state, settled_at, change FROM promise p WHERE "
_TOLD = "SELECT desk, entry, at, state FROM journal WHERE source = ? AND key = ? AND change = ? ORDER BY entry DESC"
_AFTER = "SELECT change FROM journal WHERE desk = ? AND entry = ? AND source = ? AND key = ? AND was = ''"
_EDITED = 50
"""So often a text may be edited before it is sent, and its promise still follows it."""
OWN_TEXT = 30
"""Seconds from when a text was seen on its platform until a public answer is surely another one: clocks differ."""
_REMINDERS = (
    "SELECT id, source, key, number, kind, made_at, due_at, made_by, note, state, settled_at FROM reminder WHERE "
)
_LIVE = "state = 'open' OR settled_at >= ?"
KEPT_SHOWN = 7 * 86_400
"""Seconds for which a settled promise or reminder still counts as a clock of its ticket."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the policies as stored: who made it when, and the version of each calendar it uses."""

    version: int
    made_at: int
    made_by: str
    calendars: Mapping[str, int]
    digest: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """Policies by version, the versions' order in force, and what could not be used on this machine."""

    forces: tuple[Force, ...] = ()
    policies: Mapping[int, PolicySet] | None = None
    found: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """Why a clock was missed, as somebody said."""

    source: str
    key: str
    clock: str
    number: str
    metric: str
    missed_at: int
    cause: str
    said_by: str
    said_at: int


class TeamClocks:
    """Questions about clocks to the team's store; a missing one is an empty one. Any thread. Raises StoreError."""

    def __init__(self, path: Path) -> None:
        self._reader = Reader(path, StoreKind.TEAM)

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.close()

    def moved(self) -> bool:
        """Whether the store was written or replaced since this was last asked; true the first time."""
        return self._reader.moved()

    def loaded(self) -> Loaded:
        """Every version that some ticket may be under, with its calendars."""
        return self._reader.ask(_loaded, Loaded())

    def versions(self) -> tuple[Version, ...]:
        """Every version of the policies, oldest first."""
        return self._reader.ask(_versions, ())

    def promises(self, now: int) -> tuple[Promise, ...]:
        """Promises that are open or were settled lately."""
        return self._reader.ask(lambda connection: _promises(connection, _LIVE, now - KEPT_SHOWN), ())

    def reminders(self, now: int) -> tuple[Reminder, ...]:
        """Reminders that are open or were settled lately."""
        return self._reader.ask(lambda connection: _reminders(connection, _LIVE, now - KEPT_SHOWN), ())

    def causes(self, since: int) -> tuple[Said, ...]:
        """What was said about clocks missed since an instant."""
        return self._reader.ask(
            lambda connection: tuple(Said(*row) for row in connection.execute(_CAUSES, (since,))), ()
        )


_CAUSES = (
    "SELECT source, key, clock, number, metric, missed_at, cause, said_by, said_at FROM breach_cause"
    " WHERE missed_at >= ? ORDER BY missed_at"
)


def _versions(connection: sqlite3.Connection) -> tuple[Version, ...]:
    query = "SELECT version, made_at, made_by, calendars, digest FROM policy_version ORDER BY version"
    return tuple(
        Version(number, at, by, json.loads(calendars), mark)
        for number, at, by, calendars, mark in connection.execute(query)
    )


def _loaded(connection: sqlite3.Connection) -> Loaded:
    rows = connection.execute("SELECT at, version, reach FROM policy_force ORDER BY id").fetchall()
    known = {reach.value: reach for reach in Reach}
    forces = tuple(Force(at, version, known[reach]) for at, version, reach in rows if reach in known)
    found: list[Finding] = []
    sets = {version: _policies(connection, version, found) for version in {force.version for force in forces}}
    return Loaded(forces, {version: made for version, made in sets.items() if made is not None}, tuple(found))


def _policies(connection: sqlite3.Connection, version: int, found: list[Finding]) -> PolicySet | None:
    query = "SELECT body, calendars FROM policy_version WHERE version = ?"
    row = connection.execute(query, (version,)).fetchone()
    if row is None:
        return None
    used: dict[str, int] = json.loads(row[1])
    tables, rules = {}, {}
    for name, number in used.items():
        stored = connection.execute(
            "SELECT body, rules FROM calendar_version WHERE name = ? AND version = ?", (name, number)
        ).fetchone()
        if stored is not None:
            tables[name], rules[name] = json.loads(stored[0]), stored[1]
    made, remarks = read_policies({"calendars": tables, "policies": json.loads(row[0])}, version=version)
    found += remarks
    calendars = {
        name: replace(calendar, version=used.get(name, 1), rules=rules.get(name, ""))
        for name, calendar in made.calendars.items()
    }
    return replace(made, calendars=calendars)


def _promises(connection: sqlite3.Connection, where: str, *values: object) -> tuple[Promise, ...]:
    states = {state.value: state for state in PromiseState}
    made = []
    for row in connection.execute(f"{_PROMISES}{where} ORDER BY id", values).fetchall():
        ident, source, key, number, at, due, by, state, settled, change = row
        stands, counts = states.get(state, PromiseState.OPEN), 0 if change else at
        became, when = _became(connection, source, key, change) if change else ("", 0)
        if became == ChangeState.CONFIRMED:
            counts = when + OWN_TEXT
        elif became == ChangeState.DISCARDED and stands is PromiseState.OPEN:
            stands, settled = PromiseState.DROPPED, when
        made.append(Promise(ident, source, key, number, at, due, by, stands, settled, counts))
    return tuple(made)


def _became(connection: sqlite3.Connection, source: str, key: str, change: str) -> tuple[str, int]:
    """The state of the change that carries a promise's text, or of the one that was written in its place, and since
    when; nothing where nobody has told the team of it yet."""
    found = ("", 0)
    for _ in range(_EDITED):
        last = connection.execute(_TOLD, (source, key, change)).fetchone()
        if last is None:
            return found
        desk, entry, at, state = last
        found = (state, at)
        if state != ChangeState.SUPERSEDED:
            return found
        # What stands in its place is the next line of the same journal: both were written in one step.
        after = connection.execute(_AFTER, (desk, entry + 1, source, key)).fetchone()
        if after is None:
            return found
        change = after[0]
    return found


def _reminders(connection: sqlite3.Connection, where: str, *values: object) -> tuple[Reminder, ...]:
    kinds = {kind.value: kind for kind in ReminderKind}
    states = {state.value: state for state in ReminderState}
    made = []
    for row in connection.execute(f"{_REMINDERS}{where} ORDER BY id", values):
        ident, source, key, number, kind, made_at, due, by, note, state, settled = row
        how, stands = kinds.get(kind, ReminderKind.AT), states.get(state, ReminderState.OPEN)
        made.append(Reminder(ident, source, key, number, how, made_at, due, by, note, stands, settled))
    return tuple(made)
