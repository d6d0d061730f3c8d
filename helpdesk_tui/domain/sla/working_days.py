"""Targets in working days (decision D16): the same time on the clock, on the Nth date that has any open hours.

A target in days is turned into the open seconds it comes to for one start, so that pauses push it like any other; the
two units never mix.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from helpdesk_tui.domain.sla.business_time import IDLE_DAYS, BusinessTime, Tie
from helpdesk_tui.domain.sla.calendars import Calendar
from helpdesk_tui.domain.sla.findings import OutOfReach
from helpdesk_tui.domain.sla.zones import instant, wall

_MOST = 3_650


def add_days(time: BusinessTime, calendar: Calendar, start: int, days: int) -> int:
    """`days` working days after `start` (before it, if negative), then on to the nearest open instant that way.

    Zero days is `start` itself, moved to the next opening if need be. Raises OutOfReach.
    """
    local = wall(start, calendar.zoneinfo)
    day = _nth_day(calendar, local.date(), days)
    at = instant(datetime.combine(day, local.time()), calendar.zoneinfo, gap=calendar.gap)
    return time.prev_close(at) if days < 0 else time.next_open(at)


def days_in_seconds(time: BusinessTime, calendar: Calendar, start: int, days: int) -> int:
    """The open seconds that a target of `days` working days comes to for a clock that starts at `start`.

    A start on a date without open hours counts as one at the next opening: else a Saturday's would lose the Monday,
    and one before Monday's opening would have nothing at all. Where the day's clock time is a closed one, the target
    is used up at the closing before it or holds until the opening after it: the count is the same. Where dates differ
    so much that nothing is open in between, all of the last one counts. Raises OutOfReach.
    """
    first = wall(start, calendar.zoneinfo).date()
    begin = start if calendar.day(first) or days < 1 else time.next_open(start)
    end = add_days(time, calendar, begin, days)
    seconds = time.between(begin, end)
    if seconds > 0 or days < 1:
        return seconds
    after = datetime.combine(wall(end, calendar.zoneinfo).date() + timedelta(days=1), datetime.min.time())
    return time.between(begin, instant(after, calendar.zoneinfo, gap=calendar.gap))


def due_in_days(time: BusinessTime, calendar: Calendar, start: int, days: int, tie: Tie = Tie.CLOSE) -> int:
    """The instant at which a target in working days is used up; `tie` as in `BusinessTime.add`. Raises OutOfReach."""
    return time.add(start, days_in_seconds(time, calendar, start, days), tie)


def _nth_day(calendar: Calendar, day: date, days: int) -> date:
    """The `days`th date with open hours after `day` (before it, if negative). Raises OutOfReach."""
    step, left, idle = (1 if days > 0 else -1), abs(days), 0
    if left > _MOST:
        raise OutOfReach(f"{left} working days are more than {_MOST}", where=calendar.name)
    while left:
        try:
            day += timedelta(days=step)
        except OverflowError:
            raise OutOfReach("there are not so many working days", where=calendar.name) from None
        if calendar.day(day):
            left, idle = left - 1, 0
        else:
            idle += 1
            if idle > IDLE_DAYS:
                raise OutOfReach("there are not so many working days", where=calendar.name)
    return day
