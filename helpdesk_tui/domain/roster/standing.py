"""Where a technician stands at one instant: on shift until, on call for, absent until, next there at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.bounds import Interval, merged
from helpdesk_tui.domain.roster.duties import Span
from helpdesk_tui.domain.roster.shifts import Shift


@dataclass(frozen=True, slots=True)
class Presence:
    """A technician at an instant; instants are seconds UTC, None where there is none.

    `known` is false for somebody without any shift on record: nobody can say whether they are there. `on_break` is
    within a shift. `on_call` names schedules. `said` is what a platform shows ("Away"), `said_at` since when.
    """

    person: str
    on_shift: bool = False
    until: int | None = None
    next_start: int | None = None
    on_break: bool = False
    on_call: tuple[str, ...] = ()
    on_call_until: int | None = None
    absent: bool = False
    absent_until: int | None = None
    known: bool = True
    said: str = ""
    said_at: int = 0
    active: bool = True
    on: tuple[Interval, ...] = ()
    """The times at work from now on, without breaks: sorted, disjoint. Absences are not taken out."""

    @property
    def here(self) -> bool:
        """At work and not away: somebody to give tickets to."""
        return self.active and self.on_shift and not self.absent

    @property
    def word(self) -> str:
        """One word for lists: absent, gone, on, break, call, off, or ? where no shift is known."""
        if not self.active:
            return "gone"
        if self.absent:
            return "absent"
        if self.on_shift:
            return "break" if self.on_break else "on"
        if self.on_call:
            return "call"
        return "off" if self.known else "?"


def standing(
    people: Mapping[str, bool],
    shifts: Iterable[Shift],
    with_shifts: Iterable[str],
    absences: Iterable[Absence],
    duties: Mapping[str, Sequence[Span]],
    now: int,
    said: Mapping[str, tuple[str, int]] = MappingProxyType({}),
) -> dict[str, Presence]:
    """Everybody's presence at `now`. `people` maps each to whether they still work here; `with_shifts` has those of
    whom any shift is on record; `shifts` reach from before `now` to as far ahead as `next_start` should see; `duties`
    are the schedules' spans around `now`; `said` is what platforms show of people, and since when."""
    known = set(with_shifts)
    found = {
        person: Presence(person, known=person in known, active=active, said=word, said_at=since)
        for person, active in people.items()
        for word, since in [said.get(person, ("", 0))]
    }
    coming: dict[str, list[Interval]] = {}
    for shift in shifts:
        one = found.get(shift.person)
        if one is None or shift.end <= now:
            continue
        coming.setdefault(shift.person, []).extend((a, b) for a, b in shift.worked if b > now)
        if shift.start <= now:
            pause = any(start <= now < end for start, end in shift.breaks)
            until = max(one.until or 0, shift.end)
            on_break = pause and (one.on_break or not one.on_shift)
            found[shift.person] = replace(one, on_shift=True, until=until, on_break=on_break)
        elif one.next_start is None or shift.start < one.next_start:
            found[shift.person] = replace(one, next_start=shift.start)
    for person, spans in coming.items():
        found[person] = replace(found[person], on=tuple(merged(spans)))
    for person, end in _away(absences, now).items():
        if person in found:
            found[person] = replace(found[person], absent=True, absent_until=end)
    for schedule, held in duties.items():
        for span_person, end in _on(held, now):
            one = found.get(span_person)
            if one is not None:
                until = end if one.on_call_until is None else min(one.on_call_until, end)
                found[span_person] = replace(one, on_call=(*one.on_call, schedule), on_call_until=until)
    return found


def _away(absences: Iterable[Absence], now: int) -> dict[str, int | None]:
    """Until when those absent now are; back to back absences count as one."""
    mine: dict[str, list[Absence]] = {}
    for absence in absences:
        mine.setdefault(absence.person, []).append(absence)
    result: dict[str, int | None] = {}
    for person, found in mine.items():
        until: int | None = now
        for absence in sorted(found, key=lambda one: one.start):
            if until is not None and absence.start <= until and (absence.end is None or absence.end > until):
                until = absence.end
        if until != now:
            result[person] = until
    return result


def _on(spans: Sequence[Span], now: int) -> Iterable[tuple[str, int]]:
    """Who is on now by a schedule's spans and until when, over touching spans."""
    number = bisect_right(spans, now, key=lambda span: span.start) - 1
    if number < 0 or spans[number].end <= now:
        return
    for person in spans[number].people:
        end, after = spans[number].end, number + 1
        while after < len(spans) and spans[after].start == end and person in spans[after].people:
            end, after = spans[after].end, after + 1
        yield person, end
