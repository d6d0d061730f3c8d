"""What a change of an override is aimed at: a span of a platform's schedule, whoever is put on in it.

A platform names overrides itself and lets nobody choose the name, so a change names the span: `schedule/start-end` and
the rotations it is limited to. Its one value is `person`: the platform's identifier of who is on in place of everybody
else there, NOBODY, or "" for no override at all, so that adding, altering and taking away are one and the same thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpdesk_tui.domain.roster.errors import RosterError

NOBODY = "-"
"""An override that takes everybody off."""
_KEY = re.compile(r"(.+)/(-?\d+)-(-?\d+)/(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OverrideSlot:
    """[start, end) in instants of a schedule, by the platform's identifiers; all its rotations where none are named."""

    schedule: str
    start: int
    end: int
    rotations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise RosterError("an override ends after it begins")

    @property
    def key(self) -> str:
        """As the target of a change."""
        return f"{self.schedule}/{self.start}-{self.end}/{','.join(sorted(self.rotations))}"


def slot_of(key: str) -> OverrideSlot:
    """The span that a change is aimed at. RosterError for what is none."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise RosterError(f"{key!r} names no span of a schedule")
    rotations = tuple(filter(None, found[4].split(",")))
    return OverrideSlot(found[1], int(found[2]), int(found[3]), rotations)
