"""Ranges of durations and days as conditions on a column of instants (seconds UTC)."""

from __future__ import annotations

from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.domain.filters.ast import Day, Duration, Range

Clause = tuple[str, tuple[int, ...]]


def ahead(column: str, value: Range, moment: Moment) -> Clause:
    """The instant lies that far ahead of now, or on those days; what is past lies less than nothing ahead."""
    if _of_days(value):
        return _days(column, value, moment)
    low, high = _seconds(value)
    bounds = []
    if low is not None:
        bounds.append((">" if value.above else ">=", moment.now + low))
    if high is not None:
        bounds.append(("<" if value.below else "<=", moment.now + high))
    return _clause(column, bounds)


def behind(column: str, value: Range, moment: Moment) -> Clause:
    """The instant lies that far back from now, or on those days."""
    return _days(column, value, moment) if _of_days(value) else elapsed(column, value, moment)


def elapsed(column: str, value: Range, moment: Moment) -> Clause:
    """So much time has passed since the instant."""
    low, high = _seconds(value)
    bounds = []
    if low is not None:
        bounds.append(("<" if value.above else "<=", moment.now - low))
    if high is not None:
        bounds.append((">" if value.below else ">=", moment.now - high))
    return _clause(column, bounds)


def lasting(value: Range) -> tuple[float, float]:
    """The seconds that are meant, from the first on and up to before the second."""
    low, high = _seconds(value)
    first = float("-inf") if low is None else low + value.above
    return first, float("inf") if high is None else high + (not value.below)


def _days(column: str, value: Range, moment: Moment) -> Clause:
    """A day is from its midnight to the next, in the reader's zone."""
    bounds = []
    if isinstance(value.low, Day):
        start, end = moment.day(value.low)
        bounds.append((">=", end if value.above else start))
    if isinstance(value.high, Day):
        start, end = moment.day(value.high)
        bounds.append(("<", start if value.below else end))
    return _clause(column, bounds)


def _of_days(value: Range) -> bool:
    return isinstance(value.low, Day) or isinstance(value.high, Day)


def _seconds(value: Range) -> tuple[int | None, int | None]:
    low = value.low.seconds if isinstance(value.low, Duration) else None
    return low, value.high.seconds if isinstance(value.high, Duration) else None


def _clause(column: str, bounds: list[tuple[str, int]]) -> Clause:
    return " AND ".join(f"{column} {operator} ?" for operator, _ in bounds), tuple(instant for _, instant in bounds)
