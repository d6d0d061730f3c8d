"""The tick: what every running clock has left now, for one count per calendar and a subtraction per clock.

Due and warning instants are constants until a ticket's next event, so a tick needs no calendar walk at all; it asks
which instants were passed since the last one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from helpdesk_tui.domain.sla.business_time import BusinessTime


class Going(NamedTuple):
    """A clock that runs: its place in the caller's own list, and when its target would have begun (see
    `measure.anchor`) with the target added, in counts of its calendar: `ends` = anchor + target.
    """

    key: int
    ends: int


class Ticker:
    """The running clocks of one calendar. Rebuilt when their tickets' events change them; holds no instants."""

    __slots__ = ("_ends", "keys", "time")

    def __init__(self, time: BusinessTime, clocks: Iterable[Going]) -> None:
        """In the order of what is left, least first: it stays that order for as long as all of them run."""
        ordered = sorted(clocks, key=lambda each: (each.ends, each.key))
        self.time = time
        self.keys = array("q", [each.key for each in ordered])
        self._ends = array("q", [each.ends for each in ordered])

    def __len__(self) -> int:
        return len(self._ends)

    def left(self, now: int) -> array[int]:
        """Seconds of calendar time left at `now`, in the order of `keys`; below zero where breached."""
        count = self.time.count(now)
        return array("q", [ends - count for ends in self._ends])

    def breached(self, now: int) -> int:
        """How many are breached at `now`: the first so many of `keys`."""
        return self.within(now, -1)

    def within(self, now: int, seconds: int) -> int:
        """How many have at most so many seconds of calendar time left: the first so many of `keys`."""
        return bisect_right(self._ends, self.time.count(now) + seconds)

    def bands(self, now: int, limits: Sequence[int]) -> list[int]:
        """How many there are in each band of time left: up to the first limit, from there up to the second …, and
        beyond the last. Limits are seconds of calendar time, ascending.
        """
        edges = [0, *(self.within(now, limit) for limit in limits), len(self)]
        return [end - start for start, end in pairwise(edges)]
