"""Instants at which tickets arrive, by hour of day and weekday, as a pure function of their index.

A timeline spreads `count` indices over a span so that a Tuesday morning gets many and a Sunday night few. Both
directions are index arithmetic over a table of hours: no list of instants is ever kept, whatever the count.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

HOUR = 3600
DAY = 24 * HOUR
_WEEK = 7 * 24
"""Hours after which arrivals repeat."""

# Arrivals by hour UTC: Europe's morning and afternoon, America's afternoon, Asia's night shift.
_BY_HOUR = (10, 8, 8, 9, 11, 16, 34, 70, 100, 96, 84, 66, 62, 78, 82, 74, 62, 48, 36, 30, 26, 20, 15, 12)
_BY_WEEKDAY = (1.25, 1.1, 1.0, 1.0, 0.9, 0.22, 0.18)
_MIX = 0x9E3779B97F4A7C15
_MASK = 0xFFFFFFFFFFFFFFFF


def mixed(*parts: int) -> int:
    """A 64-bit number that looks random and depends on every part: the sandbox's only source of static chance."""
    value = 0x243F6A8885A308D3
    for part in parts:
        value = ((value ^ part) * _MIX) & _MASK
        value ^= value >> 29
    value = (value * 0xBF58476D1CE4E5B9) & _MASK
    return value ^ (value >> 32)


def arrival_weight(instant: int) -> float:
    """How busy an instant (seconds UTC) is, relative to others; about 100 at the height of an ordinary day."""
    days, seconds = divmod(instant, DAY)
    return _BY_HOUR[seconds // HOUR] * _BY_WEEKDAY[(days + 3) % 7]


class Timeline:
    """`count` strictly increasing instants in [start, end), addressed by index from 1.

    The span must be at least about eight times as many seconds as there are indices at its busiest; a million tickets
    in 400 days are far from that.
    """

    def __init__(self, start: int, end: int, count: int, salt: int, *, even: bool = False) -> None:
        """`salt` seeds the jitter; `even` spreads without regard to the hour of day."""
        self.start, self.end, self.count = start, max(end, start + 1), count
        self._salt = salt
        hours = -(-(self.end - start) // HOUR)
        week = [1.0 if even else arrival_weight(start + hour * HOUR) for hour in range(_WEEK)]
        weights = (week * -(-hours // _WEEK))[:hours]
        weights[-1] *= (self.end - start - (hours - 1) * HOUR) / HOUR
        self._weights = weights
        self._sums = [0.0, *accumulate(weights)]
        self._unit = self._sums[-1] / count if count else 0.0
        self._last = (self.end - start) - (hours - 1) * HOUR

    def at(self, index: int) -> int:
        """The instant of `index` (1 to count), seconds UTC."""
        jitter = (mixed(self._salt, index) & 0xFFFF) / 0x10000 - 0.5
        place = (index - 0.5 + 0.8 * jitter) * self._unit
        hour = min(bisect_right(self._sums, place) - 1, len(self._weights) - 1)
        length = self._last if hour == len(self._weights) - 1 else HOUR
        inside = (place - self._sums[hour]) / self._weights[hour] * length
        return self.start + hour * HOUR + int(inside)

    def before(self, instant: int) -> int:
        """How many indices lie strictly before `instant`."""
        if not self.count or instant <= self.start:
            return 0
        if instant >= self.end:
            return self.count
        hour, inside = divmod(instant - self.start, HOUR)
        length = self._last if hour == len(self._weights) - 1 else HOUR
        place = self._sums[hour] + self._weights[hour] * inside / length
        guess = min(max(int(place / self._unit), 0), self.count)
        while guess < self.count and self.at(guess + 1) < instant:
            guess += 1
        while guess and self.at(guess) >= instant:
            guess -= 1
        return guess
