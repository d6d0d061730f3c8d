"""Whether the queue fits the roster: for each deadline, the work due by then against the people there until then.

The demand bound of earliest-deadline-first: if the work due by an instant exceeds the staffed time until it, no order
of work can save every ticket, and the first such instant with the missing hours is what people should hear.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from helpdesk_tui.domain.roster.bounds import Interval, merged
from helpdesk_tui.domain.roster.presence import DESK, Presence, Skills
from helpdesk_tui.domain.wall_time import find_zone


@dataclass(frozen=True, slots=True)
class Work:
    """A ticket's remaining work in person-seconds, to be done by `due`, an instant. `skill` "" is anybody's."""

    key: str
    due: int
    seconds: int
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Shortage:
    """By the instant `by`, those who have the skill are `short_seconds` short; `keys` are the tickets due by then.

    `skill` "" is everybody together: each skill may fit on its own while the same people are counted on twice.
    """

    skill: str
    by: int
    short_seconds: int
    keys: tuple[str, ...]

    def line(self, zone: str, label: str = "", *, named: bool = False) -> str:
        """One line: "by 15:00 Network is 3.5 hours short", in a zone's local time; `named` has the zone in it."""
        at = datetime.fromtimestamp(self.by, UTC).astimezone(find_zone(zone))
        hours = max(1, round(self.short_seconds / 360)) / 10
        return (
            f"by {at:%H:%M}{f' {zone}' if named else ''} {label or self.skill or 'the desk'} is {hours:g} hours short"
        )


class Staffed:
    """Person-seconds before an instant, by bisection over the hours of everybody who counts."""

    def __init__(self, presences: Iterable[Presence]) -> None:
        spans: dict[str, list[Interval]] = {}
        for one in presences:
            if not one.empty:
                spans.setdefault(one.person, []).append((one.start, one.end))
        change: dict[int, int] = {}
        for found in spans.values():
            for start, end in merged(found):
                change[start] = change.get(start, 0) + 1
                change[end] = change.get(end, 0) - 1
        self._at = sorted(change)
        self._before: list[int] = []
        self._heads: list[int] = []
        total = heads = last = 0
        for at in self._at:
            total += heads * (at - last)
            heads, last = heads + change[at], at
            self._before.append(total)
            self._heads.append(heads)

    def before(self, at: int) -> int:
        """Person-seconds worked before an instant."""
        number = bisect_right(self._at, at) - 1
        return self._before[number] + self._heads[number] * (at - self._at[number]) if number >= 0 else 0

    def between(self, start: int, end: int) -> int:
        """Person-seconds worked in [start, end)."""
        return self.before(end) - self.before(start) if end > start else 0


def shortages(works: Sequence[Work], presences: Iterable[Presence], skills: Skills, now: int) -> list[Shortage]:
    """The first deadline that cannot be met for each skill and for everybody together, by instant. O(n log n).

    Work whose time is over is still ahead of what is due later, but is not itself news. Only the desk counts.
    """
    there = [one for one in presences if one.pool == DESK and one.end > now]
    result = []
    for skill in sorted({work.skill for work in works} | {""}):
        mine = works if not skill else [work for work in works if work.skill == skill]
        staff = Staffed(one for one in there if not skill or skill in skills.get(one.person, frozenset()))
        found = _first(sorted(mine, key=lambda work: (work.due, work.key)), staff, skill, now)
        if found is not None:
            result.append(found)
    return sorted(result, key=lambda one: (one.by, one.skill))


def _first(works: Sequence[Work], staff: Staffed, skill: str, now: int) -> Shortage | None:
    demand = 0
    for number, work in enumerate(works):
        demand += max(0, work.seconds)
        last = number + 1 == len(works) or works[number + 1].due != work.due
        if not last or work.due <= now:
            continue
        short = demand - staff.between(now, work.due)
        if short > 0:
            return Shortage(skill, work.due, short, tuple(one.key for one in works[: number + 1]))
    return None


def expected(
    counts: Mapping[str, Sequence[int]], handle_seconds: Mapping[str, int], target_seconds: int, starts: Sequence[int]
) -> list[Work]:
    """Work that will most likely come: `counts[skill][i]` arrivals in the stretch that begins at `starts[i]`."""
    return [
        Work(f"expected {skill}", at + target_seconds, count * handle_seconds.get(skill, 0), skill)
        for skill, numbers in counts.items()
        for at, count in zip(starts, numbers, strict=True)
        if count > 0
    ]
