"""Time left to breaches by the calendar that counts each clock, and which clocks no calendar is known for.

A clock counts on the calendar it names, where the team has one of that name; else on the one of the policy that the
team has for such a clock on that ticket. A clock without either keeps its wall time, and is told apart. A promise is
made in wall time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from threading import Lock
from typing import NamedTuple

from helpdesk_tui.clock import Now
from helpdesk_tui.data.read.aging_left import Next, next_clocks
from helpdesk_tui.data.read.clock_facts import Profiled, profiles
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.data.read.policies import TeamClocks
from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.filters.ast import Filter
from helpdesk_tui.domain.sla.aging import Due
from helpdesk_tui.domain.sla.business_time import BusinessTime
from helpdesk_tui.domain.sla.calendars import ALWAYS
from helpdesk_tui.domain.sla.engine import Engine
from helpdesk_tui.domain.sla.findings import SlaError
from helpdesk_tui.domain.sla.team import NEAREST, TeamPolicies
from helpdesk_tui.domain.views import Grouping

_WALL = frozenset((ALWAYS.name, "calendar hours"))
"""What clocks call time that never stands."""


class Left(NamedTuple):
    """Seconds left of open tickets' next breaches by ticket, below zero once past; and whose calendar is known."""

    clocks: tuple[Next, ...]
    seconds: Mapping[int, int]
    known: frozenset[int]


class Business:
    """Any thread, one at a time. Raises StoreError."""

    def __init__(self, team: TeamClocks, now: Now) -> None:
        """`team` stays its owner's."""
        self._team, self._now = team, now
        self._lock = Lock()
        self._policies: TeamPolicies | None = None
        self._mark: object = None

    def left(self, connection: sqlite3.Connection, typed: Filter, moment: Moment, grouping: Grouping) -> Left:
        """What is left to the next breach of each open ticket that passes a filter."""
        clocks = next_clocks(connection, typed, moment, grouping)
        with self._lock:
            counting = self._counting(connection, [(each.id, each.calendar, each.origin) for each in clocks])
            seconds: dict[int, int] = {}
            known: set[int] = set()
            for each in clocks:
                time = counting.time(each.id, each.calendar, each.origin, each.metric)
                seconds[each.id] = _between(time, moment.now, each.due_at)
                known.update([each.id] if time is not None else ())
        return Left(tuple(clocks), seconds, frozenset(known))

    def of_clocks(self, connection: sqlite3.Connection, dues: Iterable[Due], now: int) -> dict[tuple[int, str], int]:
        """What is left of each clock, by ticket and name; one whose calendar is not known, or that is a promise's, is
        missing."""
        some = [due for due in dues if due.origin != "desk"]
        with self._lock:
            counting = self._counting(connection, [(due.row.id, due.calendar, due.origin) for due in some])
            found = {}
            for due in some:
                time = counting.time(due.row.id, due.calendar, due.origin, due.metric)
                if time is not None:
                    found[due.row.id, due.ident] = _between(time, now, due.due_at)
        return found

    def _counting(self, connection: sqlite3.Connection, clocks: Collection[tuple[int, str, str]]) -> _Counting:
        loaded = self._team.loaded()
        if self._policies is None or self._mark != loaded.forces:
            self._mark = loaded.forces
            self._policies = TeamPolicies(loaded.forces, loaded.policies or {}, self._now())
        counting = _Counting(self._policies)
        unnamed = [ident for ident, calendar, origin in clocks if not counting.is_named(calendar, origin)]
        counting.some = profiles(connection, unnamed) if self._policies else {}
        return counting


class _Counting:
    """Finds the calendar of each clock."""

    def __init__(self, policies: TeamPolicies) -> None:
        self._policies = policies
        self._named: dict[str, BusinessTime] = {}
        self.some: Mapping[int, Profiled] = {}
        engine = policies.engine(policies.forces[-1].version) if policies.forces else None
        for name, calendar in (engine.policies.calendars if engine else {}).items():
            time = _time(engine, name)
            if time is not None:
                self._named |= {name.casefold(): time, calendar.label.casefold(): time}

    def is_named(self, calendar: str, origin: str) -> bool:
        """Whether the clock itself says on which calendar it counts."""
        return origin == "desk" or calendar in _WALL or calendar.casefold() in self._named

    def time(self, ticket: int, calendar: str, origin: str, metric: Metric) -> BusinessTime | None:
        """The time that counts a clock; None where it is not known."""
        if origin == "desk" or calendar in _WALL:
            return _ALWAYS
        named = self._named.get(calendar.casefold())
        return named or self._by_policy(ticket, metric)

    def _by_policy(self, ticket: int, metric: Metric) -> BusinessTime | None:
        known = self.some.get(ticket)
        engine = self._policies.engine(self._policies.version(known.facts)) if known else None
        policy = engine.policies.first(known.profile) if engine and known else None
        if policy is None or known is None:
            return None
        for same in (metric, *NEAREST.get(metric, ())):
            goal = policy.goal(same, known.facts.priority)
            if goal is not None:
                return _time(engine, goal.calendar)
        return None


def _time(engine: Engine | None, name: str) -> BusinessTime | None:
    try:
        return engine.time(name) if engine else None
    except (SlaError, KeyError):  # a calendar that cannot be compiled here counts nothing
        return None


def _between(time: BusinessTime | None, now: int, due_at: int) -> int:
    if time is None:
        return due_at - now
    try:
        return time.between(now, due_at, signed=True)
    except SlaError:
        return due_at - now


_ALWAYS = BusinessTime(ALWAYS, 0)
