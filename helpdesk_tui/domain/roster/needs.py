"""How many people are needed, per half hour and skill: written down, or counted from what came in before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from helpdesk_tui.domain.roster.bounds import Interval, check_window
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.restrictions import WEEK, Restriction, windows
from helpdesk_tui.domain.wall_time import DAY, find_zone, starts_at, wall_at

HALF_HOUR = 1_800
_MONDAY = 4 * DAY


@dataclass(frozen=True, slots=True)
class Need:
    """In [start, end) `required` people are needed on a pool; `skill` "" is anybody. A time without a need is no gap.

    A pool is the desk ("") or a schedule's key. `label` is what people call it.
    """

    start: int
    end: int
    required: int
    pool: str = ""
    skill: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class NeedRule:
    """A standing need, in the hours of a restriction; None is around the clock."""

    required: int
    hours: Restriction | None = None
    pool: str = ""
    skill: str = ""
    label: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.required <= 1_000:
            raise RosterError("a need is for 1 to 1000 people; hours without one are simply left out")


def needed(rules: Iterable[NeedRule], start: int, end: int) -> list[Need]:
    """The needs of a window by rule."""
    check_window(start, end)
    known: dict[Restriction | None, list[Interval]] = {None: [(start, end)]}
    result = []
    for rule in rules:
        opened = known.get(rule.hours)
        if opened is None and rule.hours is not None:
            opened = known[rule.hours] = windows(rule.hours, start, end)
        for opens, closes in opened or ():
            result.append(Need(opens, closes, rule.required, rule.pool, rule.skill, rule.label))
    return result


@dataclass(frozen=True, slots=True)
class Load:
    """What came in: the instants of arrivals of one skill, and the working seconds that one of them takes."""

    skill: str
    arrivals: Sequence[int]
    handle_seconds: int
    pool: str = ""
    label: str = ""


def needed_by_arrivals(
    loads: Iterable[Load],
    zone: str,
    now: int,
    start: int,
    end: int,
    *,
    weeks: int = 8,
    busy: float = 0.85,
    least: float = 0.25,
) -> list[Need]:
    """The needs of a window from the arrivals of the `weeks` before `now`, by half hour of the local week.

    Mean work of the half hour, over `busy` (the share of the time that people can work on tickets), rounded up. A half
    hour that saw less than `least` arrivals a week is taken to be empty on purpose.
    """
    check_window(start, end)
    place = find_zone(zone)
    result = []
    for load in loads:
        seen = Counter(_half_hour(wall_at(at, place)) for at in load.arrivals if now - weeks * WEEK <= at < now)
        wall = wall_at(start, place) // HALF_HOUR * HALF_HOUR - HALF_HOUR
        while (opens := starts_at(wall, place)) < end:
            closes = starts_at(wall + HALF_HOUR, place)
            mean = seen[_half_hour(wall)] / weeks
            if mean >= least and closes > max(opens, start):
                required = ceil(mean * load.handle_seconds / (HALF_HOUR * busy))
                result.append(
                    Need(max(opens, start), min(closes, end), required, load.pool, load.skill, load.label),
                )
            wall += HALF_HOUR
    return joined_needs(result)


def _half_hour(wall: int) -> int:
    return (wall - _MONDAY) % WEEK // HALF_HOUR


def joined_needs(needs: Iterable[Need]) -> list[Need]:
    """Touching needs of one pool, skill and number become one."""
    result: list[Need] = []
    for need in sorted(needs, key=lambda one: (one.pool, one.skill, one.label, one.start)):
        last = result[-1] if result else None
        if last and last.end == need.start and _same(last, need):
            result[-1] = Need(last.start, need.end, need.required, need.pool, need.skill, need.label)
        else:
            result.append(need)
    return result


def _same(one: Need, other: Need) -> bool:
    return (one.pool, one.skill, one.label, one.required) == (other.pool, other.skill, other.label, other.required)
