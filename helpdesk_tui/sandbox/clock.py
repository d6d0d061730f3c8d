"""The sandbox's own time.

It starts at a chosen instant and runs `speed` times as fast as the machine's monotonic clock, or stands still until
it is stepped. Nothing in the sandbox reads the machine's clock anywhere else, so two worlds that are stepped alike are
alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """A clock that can be paused, stepped and sped up. Instants are integer seconds UTC."""

    def __init__(
        self,
        start: int | None = None,
        *,
        speed: float = 1.0,
        paused: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`start` None means the machine's present instant; `speed` is sandbox seconds per machine second (>= 0)."""
        if speed < 0:
            raise ValueError("speed must not be negative: the sandbox's time never runs backwards")
        self.speed = speed
        self._monotonic = monotonic
        self._base = float(time.time() if start is None else start)
        self._mark = monotonic()
        self._paused = paused

    @property
    def paused(self) -> bool:
        """Whether time stands still until `step` or `resume`."""
        return self._paused

    def now(self) -> int:
        """The present instant in the sandbox, seconds UTC."""
        return int(self.exact())

    def exact(self) -> float:
        """The present instant with its fraction."""
        if self._paused:
            return self._base
        return self._base + (self._monotonic() - self._mark) * self.speed

    def step(self, seconds: float) -> int:
        """Move forward by `seconds` (>= 0), paused or not, and return the new instant."""
        if seconds < 0:
            raise ValueError("the sandbox's time never runs backwards")
        self._base = self.exact() + seconds
        self._mark = self._monotonic()
        return self.now()

    def pause(self) -> None:
        """Let time stand still."""
        self._base, self._paused = self.exact(), True

    def resume(self, speed: float | None = None) -> None:
        """Let time run on from where it stands, with another speed if one is given."""
        self._base, self._mark = self.exact(), self._monotonic()
        self._paused = False
        if speed is not None:
            self.speed = speed
