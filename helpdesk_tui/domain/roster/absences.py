"""Absences: that somebody is away, from when and until when. Why is never kept, so it cannot leak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from helpdesk_tui.domain.roster.bounds import LATEST, Interval, merged
from helpdesk_tui.domain.roster.errors import RosterError


class AbsenceKind(StrEnum):
    """As much as a roster has to know: planned leave, training, or away."""

    AWAY = "away"
    LEAVE = "leave"
    TRAINING = "training"


_WORDS = {
    AbsenceKind.LEAVE: ("leave", "vacation", "holiday", "pto", "time off", "annual leave"),
    AbsenceKind.TRAINING: ("training", "course", "conference"),
}


def kind_of(words: str) -> AbsenceKind:
    """The kind for a platform's own words. Whatever is not plainly leave or training, illness too, is just `away`."""
    said = " ".join(words.casefold().replace("_", " ").split())
    return next((kind for kind, known in _WORDS.items() if said in known), AbsenceKind.AWAY)


@dataclass(frozen=True, slots=True)
class Absence:
    """[start, end) in instants; `end` None is away until further notice. `source` says who holds the record."""

    key: str
    person: str
    start: int
    end: int | None = None
    kind: AbsenceKind = AbsenceKind.AWAY
    source: str = ""

    def __post_init__(self) -> None:
        if not self.person:
            raise RosterError("an absence names nobody")
        if self.end is not None and self.end <= self.start:
            raise RosterError(f"the absence of {self.person} ends before it begins")


def ended(absence: Absence, now: int) -> Absence | None:
    """The absence of somebody who is back: cut at `now`; None where it had not begun."""
    if absence.end is not None and absence.end <= now:
        return absence
    return replace(absence, end=now) if absence.start < now else None


def away(absences: Iterable[Absence]) -> dict[str, list[Interval]]:
    """When each person is away: sorted, disjoint; without end means until the end of the calendar."""
    spans: dict[str, list[Interval]] = {}
    for absence in absences:
        end = LATEST if absence.end is None else absence.end
        spans.setdefault(absence.person, []).append((absence.start, end))
    return {person: merged(intervals) for person, intervals in spans.items()}
