"""What a filter means depends on who reads it and when."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import NamedTuple

from helpdesk_tui.domain.filters.ast import Day

_AWAY = {"today": 0, "yesterday": -1, "tomorrow": 1}


def _nobody(_word: str) -> Collection[tuple[str, str]]:
    return ()


def _wall(connection: sqlite3.Connection, now: int) -> Mapping[int, int]:
    return {ident: due - now for ident, due in connection.execute(_DUE)}


_DUE = "SELECT id, due_at FROM ticket WHERE is_open = 1 AND due_at > 0"


def _nothing() -> Collection[tuple[str, str, str, str]]:
    return ()


class Moment(NamedTuple):
    """The reader's present: `now` in seconds UTC, the zone their days are of, and their login on each source.

    `zone` is None for the host's own. A source that is missing from `me` is taken to be signed in with the reader's own
    account.
    """

    now: int
    zone: tzinfo | None = None
    me: Mapping[str, str] = MappingProxyType({})
    standing: Callable[[str], Collection[tuple[str, str]]] = _nobody
    """The logins, as (source, identifier), of those who are `absent` or `offshift` now; asked only where a filter has
    the word."""
    causes: Callable[[], Collection[tuple[str, str, str, str]]] = _nothing
    """Why clocks were missed, as somebody said: source, ticket, the clock's name, and the cause; asked likewise."""
    left: Callable[[sqlite3.Connection, int], Mapping[int, int]] = _wall
    """Seconds left to the next breach of each open ticket by the calendar that counts its clock, and by wall time where
    none is known; asked likewise."""

    def day(self, day: Day) -> tuple[int, int]:
        """Where the day begins and where it ends, in seconds UTC; the end is not in it."""
        away = _AWAY.get(day.text)
        if away is None:
            start = date.fromisoformat(day.text)
        else:
            start = datetime.fromtimestamp(self.now, self.zone).date() + timedelta(days=away)
        return self._midnight(start), self._midnight(start + timedelta(days=1))

    def _midnight(self, day: date) -> int:
        """Python reads a datetime without a zone as the host's local time, by the host's rules of that day."""
        return int(datetime.combine(day, time(), self.zone).timestamp())
