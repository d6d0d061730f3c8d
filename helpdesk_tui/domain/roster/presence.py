"""Who is there: shifts without their breaks and duties on call, as one kind of fact for all that counts people."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from helpdesk_tui.domain.roster.absences import away
from helpdesk_tui.domain.roster.bounds import Interval, common, merged, without
from helpdesk_tui.domain.roster.duties import Empty, Span
from helpdesk_tui.domain.roster.schedule import People
from helpdesk_tui.domain.roster.shifts import Shift

DESK = ""
"""The pool of those who work at the desk; other pools are on-call schedules, by key."""

Skills = Mapping[str, frozenset[str]]
"""What each person can do."""


@dataclass(frozen=True, slots=True)
class Presence:
    """A person is down for a pool in [start, end), instants; `empty` says why that helps nobody."""

    person: str
    start: int
    end: int
    pool: str = DESK
    empty: Empty = Empty.NO


def at_desk(shifts: Iterable[Shift], people: People) -> Iterator[Presence]:
    """The presence that shifts make: without breaks, cut where somebody is away. No contact is needed there."""
    absent = away(people.absences)
    for shift in shifts:
        worked = shift.worked if shift.breaks else [(shift.start, shift.end)]
        if shift.person in people.gone:
            yield from (Presence(shift.person, a, b, DESK, Empty.GONE) for a, b in worked)
            continue
        missing = absent.get(shift.person)
        if not missing:
            for a, b in worked:
                yield Presence(shift.person, a, b)
            continue
        yield from (Presence(shift.person, a, b) for a, b in without(worked, missing))
        yield from (Presence(shift.person, a, b, DESK, Empty.ABSENT) for a, b in common(worked, missing))


def on_call(pool: str, spans: Iterable[Span]) -> Iterator[Presence]:
    """The presence that a final schedule makes, whose duties are marked already."""
    for span in spans:
        for duty in span.duties:
            yield Presence(duty.person, span.start, span.end, pool, duty.empty)


class Busy:
    """Each person's time on any pool: when they are on, and how far the nearest duty is."""

    def __init__(self, presences: Iterable[Presence]) -> None:
        spans: dict[str, list[Interval]] = {}
        for one in presences:
            if not one.empty:
                spans.setdefault(one.person, []).append((one.start, one.end))
        self._spans = {person: merged(found) for person, found in spans.items()}
        self._starts = {person: [start for start, _ in found] for person, found in self._spans.items()}
        self._ends = {person: [end for _, end in found] for person, found in self._spans.items()}

    def spans(self, person: str) -> Sequence[Interval]:
        """When the person is on: sorted, disjoint."""
        return self._spans.get(person, [])

    def on(self, person: str, start: int, end: int) -> bool:
        """Whether the person is on at some time of [start, end)."""
        ends = self._ends.get(person, [])
        number = bisect_right(ends, start)
        return number < len(ends) and self._starts[person][number] < end

    def before(self, person: str, start: int) -> int | None:
        """Seconds from the person's last duty to `start`; None without one."""
        ends = self._ends.get(person, [])
        number = bisect_right(ends, start)
        return start - ends[number - 1] if number else None

    def after(self, person: str, end: int) -> int | None:
        """Seconds from `end` to the person's next duty; None without one."""
        starts = self._starts.get(person, [])
        number = bisect_left(starts, end)
        return starts[number] - end if number < len(starts) else None
