"""What taking duties on and giving them up means for one person: rest beside them, hours of the week, limits passed.

The one place where this is counted: suggestions, previews and plans show the same figures. Seconds throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk_tui.domain.roster.bounds import Interval, merged, without
from helpdesk_tui.domain.roster.fairness import CUSTOMARY, HOUR, Limits, Strain, Warned, strained, weeks, worsened
from helpdesk_tui.domain.wall_time import DAY, find_zone

Rest = int | None
"""Seconds free of duty; None where there is no duty that ends it."""
PASSED = " !!"
"""Stands at a figure that passes its limit."""


@dataclass(frozen=True, slots=True)
class Burden:
    """`sides` is the rest before and after what is taken on; `rest` and `week` are each before and after the change:
    the shortest rest there, and the fullest week that it touches. `on_end` is how long duty lasts without rest, where
    that is too long, else 0."""

    sides: tuple[Rest, Rest] = (None, None)
    rest: tuple[Rest, Rest] = (None, None)
    week: tuple[int, int] = (0, 0)
    warned: tuple[Warned, ...] = ()
    on_end: int = 0

    @property
    def over(self) -> tuple[str, ...]:
        """The limits that are passed by it, each in words."""
        said = strained(self.warned)
        return (f"{hours(self.on_end)} on end without rest", *said) if self.on_end else said

    @property
    def excess(self) -> float:
        """By how much they are passed, each against its limit; 0 for not at all."""
        beyond = sum(abs(one.seconds - one.limit) / max(1, one.limit) for one in self.warned)
        return beyond + (1.0 if self.on_end else 0.0)

    @property
    def tires(self) -> bool:
        """Whether the rest passes a limit."""
        return bool(self.on_end) or any(one.strain is Strain.REST for one in self.warned)

    @property
    def fills(self) -> bool:
        """Whether a week passes a limit."""
        return any(one.strain is Strain.WEEK for one in self.warned)

    @property
    def rest_words(self) -> str:
        """The rest that is left: `5 h !!`, `none`, `free`."""
        return rest_shown(self.rest[1]) + (PASSED if self.tires else "")

    @property
    def rests_words(self) -> str:
        """The rest before and after the change: `40 > 5 h !!`."""
        return _pair(*map(rest_shown, self.rest)) + (PASSED if self.tires else "")

    @property
    def week_words(self) -> str:
        """The hours of the week before and after: `40 > 52 h !!`."""
        return _pair(*map(hours, self.week)) + (PASSED if self.fills else "")


def hours(seconds: int) -> str:
    """A length in hours: `5 h`, `1.5 h`."""
    return f"{round(seconds / HOUR, 1):g} h"


def rest_shown(rest: Rest) -> str:
    """A rest: `5 h`, `none` where duties touch, `free` where no duty is near."""
    return "free" if rest is None else hours(rest) if rest else "none"


def _pair(before: str, after: str) -> str:
    return f"{before.removesuffix(' h') if after.endswith(' h') else before} > {after}"


def burden(
    duties: Sequence[Interval], gains: Sequence[Interval], loses: Sequence[Interval], zone: str,
    limits: Limits = CUSTOMARY,
) -> Burden:  # fmt: skip
    """What it means for somebody with `duties`, looked at for more than a week around, to take `gains` on and give
    `loses` up. Weeks are those of a zone."""
    before, given, taken = merged(duties), merged(gains), merged(loses)
    left = without(before, taken)
    after = merged([*left, *given])
    sides = _sides(left, given)
    added = tuple(worsened(before, after, zone, limits))
    on_end = _on_end(after, given, sides, limits)
    rests = _rest_before(before, given, taken), _rest_after(after, taken, sides, added, on_end)
    return Burden(sides, rests, _week(before, after, given or taken, zone), added, on_end)


def _sides(others: Sequence[Interval], span: Sequence[Interval]) -> tuple[Rest, Rest]:
    """From the last duty to the first of a span, and from its last to the next duty; 0 where they touch or overlap."""
    if not span:
        return None, None
    low, high, free = span[0][0], span[-1][1], without(others, span)
    before = max((end for _, end in free if end <= low), default=None)
    after = min((start for start, _ in free if start >= high), default=None)
    return None if before is None else low - before, None if after is None else after - high


def _around(duties: Sequence[Interval], span: Sequence[Interval]) -> Rest:
    """How long somebody is free where the span falls; 0 where they are on duty in it."""
    low, high = span[0][0], span[-1][1]
    if any(start < high and end > low for start, end in duties):
        return 0
    before, after = _sides(duties, span)
    return None if before is None or after is None else before + high - low + after


def _rest_before(before: Sequence[Interval], given: Sequence[Interval], taken: Sequence[Interval]) -> Rest:
    if taken:
        return _least(_sides(before, taken))
    return _around(before, given) if given else None


def _rest_after(
    after: Sequence[Interval], taken: Sequence[Interval], sides: tuple[Rest, Rest], added: Sequence[Warned], on_end: int
) -> Rest:
    """What breaks a limit before all else, so that the figure is the one that is warned of."""
    short = [one.seconds for one in added if one.strain is Strain.REST]
    if on_end or short:
        return 0 if on_end else min(short)
    if sides != (None, None) or not taken:
        return _least(sides)
    return _around(after, taken)


def _least(sides: tuple[Rest, Rest]) -> Rest:
    return min((one for one in sides if one is not None), default=None)


def _on_end(after: Sequence[Interval], given: Sequence[Interval], sides: tuple[Rest, Rest], limits: Limits) -> int:
    """How long duty lasts where what is taken on touches another and both on end leave no daily rest."""
    if 0 not in sides:
        return 0
    edge = given[0][0] if sides[0] == 0 else given[-1][1] - 1
    lasting = next(end - start for start, end in after if start <= edge < end)
    return lasting if lasting > DAY - limits.rest else 0


def _week(
    before: Sequence[Interval], after: Sequence[Interval], span: Sequence[Interval], zone: str
) -> tuple[int, int]:
    place = find_zone(zone)
    was, will = weeks(before, place), weeks(after, place)
    touched = sorted(weeks(span, place))
    found = max(touched, key=lambda monday: (will.get(monday, 0), was.get(monday, 0)), default=None)
    return (0, 0) if found is None else (was.get(found, 0), will.get(found, 0))
