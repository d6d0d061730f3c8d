"""How often and how soon again: request rates, pauses between tries, and what the platform itself asks for.

Durations are seconds. Nothing here knows a platform.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from aiolimiter import AsyncLimiter

from helpdesk_tui.errors import Garbled, Throttled, Unreachable

LONGEST_ASKED = 3600.0
"""Seconds: the longest pause that is taken from a platform. Quotas are by the hour at most; whoever says more is asked
again then, or one wrong header would silence a source for years."""
_DATE_LENGTH = 64


def retry_after(value: str | None, now: int) -> float | None:
    """A Retry-After header, as seconds from now, at most LONGEST_ASKED; None where it is absent or senseless.

    Both forms: a number of seconds and an HTTP date (one without a zone is UTC, as the standard has it).
    """
    text = (value or "").strip()
    if not text or len(text) > _DATE_LENGTH or not text.isascii():
        return None
    try:
        seconds = float(text)
    except ValueError:
        moment = http_date(text)
        return None if moment is None else min(float(max(0, moment - now)), LONGEST_ASKED)
    return min(seconds, LONGEST_ASKED) if 0 <= seconds < float("inf") else None


def http_date(value: str | None) -> int | None:
    """An HTTP date as seconds since the epoch, UTC; None where it is absent or senseless."""
    if not value or len(value) > _DATE_LENGTH:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


@dataclass(frozen=True, slots=True)
class Retry:
    """How reads are tried again.

    Pauses grow from `base` and are drawn between 0 and their bound (full jitter), at most `cap`. A platform that asks
    for a pause gets it, if it is not over `longest`; otherwise the error goes out at once and carries the pause.
    `total` bounds the tries together. `wait` maps a wanted pause to the one made: tests note it there and make it 0.
    """

    attempts: int = 4
    base: float = 0.5
    cap: float = 20.0
    longest: float = 30.0
    total: float = 180.0
    draw: Callable[[float, float], float] = random.uniform
    wait: Callable[[float], float] = float

    def hook(self) -> Callable[[Exception], bool | float]:
        """For one operation: says of each error whether to try again, and after how many seconds."""
        tried = 0

        def decide(error: Exception) -> bool | float:
            nonlocal tried
            tried += 1
            asked = error.retry_after if isinstance(error, Throttled) else None
            if asked is not None:
                # Everybody who was told the same number would come back in the same instant.
                return False if asked > self.longest else self.wait(asked + self.draw(0.0, min(1.0, asked)))
            if isinstance(error, Garbled) and tried > 1:
                return False  # half a body heals at the second try, a sign-in page does not
            if not isinstance(error, Unreachable | Throttled | Garbled):
                return False
            return self.wait(self.draw(0.0, min(self.cap, self.base * 2 ** (tried - 1))))

        return decide


class Pacer:
    """Keeps request rates, one leaky bucket for each class of endpoint. For one event loop."""

    def __init__(
        self, rates: Mapping[str, float], *, limit: float = 0, bursts: Mapping[str, float] | None = None
    ) -> None:
        """`rates` are requests a minute by class, "" for all others; `limit` (0 for none) is the user's own and caps
        all. Of a class in `bursts` only so many may go at once, of any other a whole minute's."""
        self._rates = dict(rates)
        self._limit = limit
        self._bursts = dict(bursts or {})
        self._buckets: dict[str, AsyncLimiter] = {}

    async def turn(self, kind: str) -> None:
        """Wait until a request of this class may go."""
        if self._limit:
            # All classes draw on what the user allowed, whatever the platform would.
            await self._bucket("*", self._limit).acquire()
        rate = self._rates.get(kind, self._rates.get("", 0))
        if rate:
            await self._bucket(kind if kind in self._rates else "", rate).acquire()

    def _bucket(self, kind: str, rate: float) -> AsyncLimiter:
        bucket = self._buckets.get(kind)
        if bucket is None:
            most = max(1.0, min(rate, self._bursts.get(kind, rate)))
            bucket = self._buckets[kind] = AsyncLimiter(most, 60 * most / rate)
        return bucket
