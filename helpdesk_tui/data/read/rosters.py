"""team.db as the desk reads it: the team's own on-call schedules with their exceptions, and what is asked of whom."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from helpdesk_tui.data.read import team_people
from helpdesk_tui.data.read.reader import Reader
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.needs import NeedRule
from helpdesk_tui.domain.roster.overrides import History, Override, OverrideKind, Placed, Temporary
from helpdesk_tui.domain.roster.rotations import Advance, Member, Rotation, TurnState, Unit
from helpdesk_tui.domain.roster.schedule import Mode, Schedule
from helpdesk_tui.domain.roster.shifts import Dated, Pattern
from helpdesk_tui.domain.roster.swaps import Slot, Swap, SwapState
from helpdesk_tui.domain.roster.visits import Visit
from helpdesk_tui.domain.technicians import Technician

T = TypeVar("T")
_SCHEDULES = """
SELECT id, key, name, zone, mode, skill, grp, origin FROM oncall_schedule WHERE retired_at = 0 ORDER BY name, key
"""
_LAYERS = """
SELECT id, schedule, key, rank, zone, unit, length, anchor, advance, windows, hours_zone, start_at, end_at
FROM oncall_layer ORDER BY schedule, rank, id
"""
_MEMBERS = "SELECT layer, technician, turn, valid_from, valid_to FROM oncall_member ORDER BY layer, turn, id"
_STATES = "SELECT layer, at, turn FROM oncall_state ORDER BY layer, at"
_OVERRIDES = """
SELECT schedule, key, kind, start, "end", created_at, put_on, taken_off, layer FROM oncall_override
WHERE withdrawn_at = 0 ORDER BY created_at, key
"""
_TEMPORARIES = """
SELECT id, schedule, key, start, "end", created_at FROM oncall_temporary WHERE withdrawn_at = 0 ORDER BY created_at, key
"""
_PLACED = 'SELECT temporary, technician, start, "end" FROM oncall_placed ORDER BY temporary, start, technician'
_HISTORY = 'SELECT schedule, start, "end", technician FROM oncall_history ORDER BY schedule, start, technician'
_SWAPS = """
SELECT key, gives_schedule, giver, gives_start, gives_end, taker, takes_schedule, takes_start, takes_end, state,
       asked_at, decided_by, change
FROM oncall_swap ORDER BY asked_at, key
"""


@dataclass(frozen=True, slots=True)
class OwnSchedule:
    """A schedule of the team's own with what people call it, the skill it is for and the group it belongs to."""

    schedule: Schedule
    name: str
    skill: str = ""
    group: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class StoredSwap:
    """A swap with the outbox batch that writes it to a platform, "" where none does."""

    swap: Swap
    change: str = ""


class TeamReader:
    """Questions to the team's store; a missing one is an empty one. Any thread. Raises StoreError."""

    def __init__(self, path: Path) -> None:
        self._reader = Reader(path, StoreKind.TEAM)

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.close()

    def moved(self) -> bool:
        """Whether the store was written or replaced since this was last asked; true the first time."""
        return self._reader.moved()

    def technicians(self) -> list[Technician]:
        """Everybody, also those who work here no more, by name."""
        return self._reader.ask(team_people.technicians, [])

    def shift_sources(self, first: date, last: date) -> list[Pattern | Dated]:
        """Every pattern that is not over, and the dated shifts from `first` to `last`, both included."""
        return self._reader.ask(lambda found: team_people.shift_sources(found, first, last), [])

    def absences(self, start: int, end: int) -> tuple[Absence, ...]:
        """The absences that touch [start, end)."""
        return self._reader.ask(lambda found: team_people.absences(found, start, end), ())

    def visits(self, start: int, end: int) -> tuple[Visit, ...]:
        """The visits and windows that touch [start, end)."""
        return self._reader.ask(lambda found: team_people.visits(found, start, end), ())

    def needs(self) -> tuple[NeedRule, ...]:
        """The standing needs."""
        return self._reader.ask(team_people.needs, ())

    def schedules(self) -> tuple[OwnSchedule, ...]:
        """The team's own schedules in use, with everything that bears on them."""
        return self._reader.ask(schedules, ())

    def swaps(self) -> tuple[StoredSwap, ...]:
        """Every swap, also those that are over, in the order in which they were asked for."""
        return self._reader.ask(swaps, ())

    def file_digest(self, name: str) -> str:
        """The digest with which a file of the team was last read; "" where it never was."""
        return self._reader.ask(lambda found: team_people.file_digest(found, name), "")

    def ask(self, question: Callable[[sqlite3.Connection], T], default: T) -> T:
        """Several questions answered from one state of the store."""
        return self._reader.ask(question, default)


def schedules(connection: sqlite3.Connection) -> tuple[OwnSchedule, ...]:
    """The team's own schedules in use."""
    known = team_people.names(connection)
    layers = _layers(connection, known)
    overrides: dict[int, list[Override]] = defaultdict(list)
    for number, key, kind, start, end, at, on, off, layer in connection.execute(_OVERRIDES):
        add, remove = known[on] if on else "", known[off] if off else ""
        overrides[number].append(Override(key, OverrideKind(kind), start, end, at, add, remove, layer))
    temporaries, history = _temporaries(connection, known), _history(connection, known)
    taken = [one.swap for one in swaps(connection) if one.swap.state is SwapState.TAKEN]
    found = []
    for number, key, name, zone, mode, skill, group, origin in connection.execute(_SCHEDULES):
        mine = tuple(swap for swap in taken if any(slot.schedule == key for slot, _ in swap.halves))
        schedule = Schedule(
            key, zone, tuple(layers.get(number, ())), Mode(mode), tuple(overrides.get(number, ())),
            tuple(temporaries.get(number, ())), mine, tuple(history.get(number, ())),
        )  # fmt: skip
        found.append(OwnSchedule(schedule, name or key, skill, group, origin))
    return tuple(found)


def _layers(connection: sqlite3.Connection, known: Mapping[int, str]) -> dict[int, list[Layer]]:
    members: dict[int, list[Member]] = defaultdict(list)
    for layer, technician, turn, since, until in connection.execute(_MEMBERS):
        members[layer].append(Member(known[technician], turn, since or None, until or None))
    states: dict[int, list[TurnState]] = defaultdict(list)
    for layer, at, turn in connection.execute(_STATES):
        states[layer].append(TurnState(at, turn))
    found: dict[int, list[Layer]] = defaultdict(list)
    versions: dict[tuple[int, str], int] = defaultdict(int)
    for number, owner, key, rank, zone, unit, length, anchor, advance, windows, place, start, end in connection.execute(
        _LAYERS
    ):
        rotation = Rotation(
            key, zone, Unit(unit), length, datetime.fromisoformat(anchor), tuple(members.get(number, ())),
            Advance(advance), tuple(states.get(number, ())),
        )  # fmt: skip
        versions[owner, key] += 1
        version = versions[owner, key]
        name = key if version == 1 else f"{key}/{version}"
        hours = team_people.restriction(windows, place)
        found[owner].append(Layer(name, rotation, rank, hours, start or None, end or None))
    return found


def _temporaries(connection: sqlite3.Connection, known: Mapping[int, str]) -> dict[int, list[Temporary]]:
    placed: dict[int, list[Placed]] = defaultdict(list)
    for number, technician, start, end in connection.execute(_PLACED):
        placed[number].append(Placed(known[technician], start, end))
    found: dict[int, list[Temporary]] = defaultdict(list)
    for number, schedule, key, start, end, at in connection.execute(_TEMPORARIES):
        found[schedule].append(Temporary(key, start, end, at, tuple(placed.get(number, ()))))
    return found


def _history(connection: sqlite3.Connection, known: Mapping[int, str]) -> dict[int, list[History]]:
    spans: dict[tuple[int, int, int], list[Placed]] = {}
    for schedule, start, end, technician in connection.execute(_HISTORY):
        there = spans.setdefault((schedule, start, end), [])
        if technician:
            there.append(Placed(known[technician], start, end))
    found: dict[int, list[History]] = defaultdict(list)
    for (schedule, start, end), people in spans.items():
        found[schedule].append(History(start, end, tuple(people)))
    return found


def swaps(connection: sqlite3.Connection) -> tuple[StoredSwap, ...]:
    """Every swap, in the order in which they were asked for."""
    known = team_people.names(connection)
    found = []
    for key, gives, giver, begins, ends, taker, takes, start, end, state, at, by, change in connection.execute(_SWAPS):
        other = Slot(takes, known[taker], start, end) if start else None
        mine = Slot(gives, known[giver], begins, ends)
        found.append(StoredSwap(Swap(key, mine, known[taker], at, other, SwapState(state), by), change))
    return tuple(found)
