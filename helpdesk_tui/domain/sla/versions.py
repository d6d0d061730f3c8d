"""Which version of the policies counts for a ticket (decision D12): versions never change, and a clock keeps its own
until somebody says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple


class Reach(StrEnum):
    """Whom a version concerns that is put in force."""

    ALL = "all"
    """Every ticket there ever was: the first version."""
    NEW = "new"
    """Tickets made from then on."""
    RUNNING = "running"
    """Those, and every ticket that was open: its clocks are re-pointed."""


class Force(NamedTuple):
    """From `at` (seconds UTC) on, a version is in force."""

    at: int
    version: int
    reach: Reach


def version_of(forces: Sequence[Force], created_at: int, ended_at: int) -> int:
    """The version for a ticket made then and over then (0: it is open), from all that was put in force, in order.

    0 where there is none.
    """
    found = 0
    for at, version, reach in forces:
        open_then = reach is Reach.RUNNING and (not ended_at or ended_at > at)
        if reach is Reach.ALL or created_at >= at or open_then:
            found = version
    return found


def in_force(forces: Sequence[Force]) -> int:
    """The version that counts for a ticket made now; 0 where there is none."""
    return forces[-1].version if forces else 0
