"""Bounds that keep a typing mistake from becoming an endless computation, and small arithmetic on intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from helpdesk_tui.domain.roster.errors import RosterError

EARLIEST = -2_208_988_800
"""1900-01-01 UTC."""
LATEST = 10_413_792_000
"""2300-01-01 UTC."""
LONGEST_WINDOW = 3_700 * 86_400
"""Ten years and a bit: no screen and no report asks for more at once."""

Interval = tuple[int, int]
"""[start, end) in instants."""


def check_window(start: int, end: int) -> None:
    """RosterError for a window that is empty, reversed, longer than ten years or beyond 1900 to 2300."""
    if end <= start:
        raise RosterError("the window ends before it begins")
    if end - start > LONGEST_WINDOW:
        raise RosterError("the window is longer than ten years")
    if start < EARLIEST or end > LATEST:
        raise RosterError("the window lies outside the years 1900 to 2300")


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The union of intervals: disjoint, sorted, touching ones joined, empty ones dropped."""
    result: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            if end > result[-1][1]:
                result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result


def common(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """Where two unions (sorted, disjoint) overlap."""
    result: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            result.append((start, end))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return result


def without(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """What of a union (sorted, disjoint) another one does not cover."""
    result: list[Interval] = []
    j = 0
    for start, end in left:
        while j < len(right) and right[j][1] <= start:
            j += 1
        k = j
        while k < len(right) and right[k][0] < end:
            if right[k][0] > start:
                result.append((start, right[k][0]))
            start = max(start, right[k][1])
            k += 1
        if start < end:
            result.append((start, end))
    return result


def seconds(intervals: Iterable[Interval]) -> int:
    """The sum of lengths."""
    return sum(end - start for start, end in intervals)
