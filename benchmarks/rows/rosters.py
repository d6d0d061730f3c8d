"""Rosters: the final schedule of 50 rotations, and the gap check of 200 technicians, beside `recurring-ical-events`."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import roster
from benchmarks.report import Result
from benchmarks.stage import Stage


def rosters(stage: Stage) -> Iterator[Result]:
    """Both rows; the floor is null where the library is not installed."""
    library, rounds = roster.library(), stage.few(1, 5)
    yield from roster.rotations(library, rounds)
    yield from roster.gap_check(library, rounds)
