"""Periods of the schedule that are reckoned already: the one that is shown, and those beside it for the next key."""

from __future__ import annotations

from datetime import timedelta

from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.view import Period
from helpdesk_tui.domain.roster.grid import Axis


class Periods:
    """Keeps periods of one floor and one minute. What they show is reckoned by `prepare`, on whatever thread."""

    def __init__(self) -> None:
        self._kept: dict[Axis, Period] = {}
        self._of: tuple[Floor, int] | None = None
        self._ready: set[Axis] = set()

    def get(self, floor: Floor, axis: Axis, now: int) -> Period:
        """The period along an axis; another floor, or the next minute, begins anew."""
        if self._of is None or self._of[0] is not floor or self._of[1] != now // 60:
            self._of = floor, now // 60
            self._kept.clear()
            self._ready.clear()
        if axis not in self._kept:
            self._kept[axis] = Period(floor, axis, now)
        return self._kept[axis]

    def ready(self, period: Period) -> bool:
        """Whether it can be drawn at once."""
        return self._kept.get(period.axis) is period and period.axis in self._ready

    def prepare(self, period: Period) -> None:
        """Reckons what a period shows."""
        _ = period.coverage, period.standing, period.duties
        if self._kept.get(period.axis) is period:
            self._ready.add(period.axis)


def turned(axis: Axis, step: int) -> Axis:
    """The period so many of its lengths later."""
    return Axis(axis.zone, axis.first + timedelta(days=step * axis.days), axis.days, axis.step)
