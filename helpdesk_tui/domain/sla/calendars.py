"""Business calendars: local hours and a zone, never instants (decision D2); a changed calendar is a new version (D12).

Of a date: its exception, else the hours of its weekday; nothing on a holiday (a holiday also closes a date that has an
exception); without the breaks. An interval that runs past midnight belongs to two dates, each part with its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.sla import hours as h
from helpdesk_tui.domain.sla.findings import CalendarError, Finding, Level
from helpdesk_tui.domain.sla.hours import Hours
from helpdesk_tui.domain.sla.zones import Gap, load_zone, rules_mark

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_NO_HOURS: tuple[tuple[Hours, ...], ...] = ((),) * 7


@dataclass(frozen=True, slots=True)
class Calendar:
    """One version of a calendar. `week` has Monday first; intervals of a date are sorted and disjoint.

    `always` is time without any closing: everything else but name and zone is empty then. `exceptions` replace the
    weekly hours of a date, () closes it; `breaks` are closed parts of a date. `rules` is the zone's mark (see
    `zones.rules_mark`) at the time this version was made, "" where it was not kept. `gap` is D3's switch.
    """

    name: str
    zone: str = "UTC"
    week: tuple[tuple[Hours, ...], ...] = _NO_HOURS
    exceptions: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()
    breaks: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    always: bool = False
    version: int = 1
    rules: str = ""
    gap: Gap = Gap.AFTER

    @property
    def zoneinfo(self) -> ZoneInfo:
        """The zone. Raises CalendarError where this machine does not know it."""
        return load_zone(self.zone, where=self.name)

    @property
    def label(self) -> str:
        """Name and version as people read it."""
        return self.name if self.always else f"{self.name} v{self.version}"

    def day(self, day: date) -> tuple[Hours, ...]:
        """The open intervals of a local date, sorted and disjoint."""
        if self.always:
            return (Hours(0, h.DAY),)
        if day in self.holidays:
            return ()
        found = self.exceptions.get(day)
        if found is None:
            found = self.week[day.weekday()]
        closed = self.breaks.get(day)
        return h.subtract(found, closed) if closed else found

    def weekly_seconds(self) -> int:
        """Open seconds of a week without exceptions, holidays and changes of the clocks."""
        if self.always:
            return 7 * h.DAY
        return sum(each.closes - each.opens for day in self.week for each in day)

    def same_hours(self, other: Calendar) -> bool:
        """Whether two versions mean the same time, whatever they are called."""
        return replace(self, name="", version=0, rules="") == replace(other, name="", version=0, rules="")


ALWAYS = Calendar("24x7", always=True)
"""Time that never stops; every set of calendars has it."""


def week_of(
    written: Mapping[str, Collection[tuple[int, int]]], *, where: str = "", found: list[Finding] | None = None
) -> tuple[tuple[Hours, ...], ...]:
    """The weekly table from intervals as written, by weekday ("mon" to "sun"). Raises CalendarError."""
    days: list[list[Hours]] = [[] for _ in WEEKDAYS]
    for name, intervals in written.items():
        if name not in WEEKDAYS:
            raise CalendarError(f'"{name}" is no weekday; they are {", ".join(WEEKDAYS)}', where=where)
        place = WEEKDAYS.index(name)
        for start, end in intervals:
            today, tomorrow = h.normalise(start, end, where=f"{where}.{name}", found=found)
            days[place].extend(today)
            days[(place + 1) % 7].extend(tomorrow)
    return tuple(h.merge(day, where=f"{where}.{name}", found=found) for name, day in zip(WEEKDAYS, days, strict=True))


def dates_of(
    written: Mapping[date, Collection[tuple[int, int]]],
    *,
    week: tuple[tuple[Hours, ...], ...] = _NO_HOURS,
    where: str = "",
    found: list[Finding] | None = None,
) -> dict[date, tuple[Hours, ...]]:
    """Hours by date from intervals as written.

    What runs past midnight also opens the next date, beside that one's own or weekly hours, unless it is written as
    closed. Raises CalendarError.
    """
    days: dict[date, list[Hours]] = {day: [] for day in written}
    for day, intervals in written.items():
        for start, end in intervals:
            today, tomorrow = h.normalise(start, end, where=f"{where}.{day}", found=found)
            days[day].extend(today)
            following = date.fromordinal(day.toordinal() + 1)
            if tomorrow and (following not in written or written[following]):
                days.setdefault(following, list(week[following.weekday()])).extend(tomorrow)
    return {day: h.merge(each, where=f"{where}.{day}", found=found) for day, each in sorted(days.items())}


def check(calendar: Calendar, *, where: str = "") -> tuple[Finding, ...]:
    """Remarks on a calendar. Raises CalendarError where it has no hours or an unknown zone (never used, then)."""
    where = where or calendar.name
    load_zone(calendar.zone, where=where)
    if calendar.always:
        return ()
    if not calendar.weekly_seconds():
        opened = sum(bool(calendar.day(day)) for day in calendar.exceptions)
        if not opened:
            raise CalendarError("the calendar has no hours: no clock on it would ever run", where=where)
        words = f"there are no weekly hours, only {counted(opened, 'date')}: clocks stand still after the last of them"
        return (Finding(Level.WARNING, where, words),)
    both = sorted(day for day, open_ in calendar.exceptions.items() if open_ and day in calendar.holidays)
    clash = tuple(
        Finding(Level.WARNING, f"{where}.{day}", "this date has hours of its own and is a holiday: it is closed")
        for day in both
    )
    return clash + _rules_changed(calendar, where)


def _rules_changed(calendar: Calendar, where: str) -> tuple[Finding, ...]:
    """A remark where the zone's rules are no longer those the version was made with."""
    if not calendar.rules:
        return ()
    first, last = (int(year) for year in calendar.rules.partition(":")[0].split("-"))
    if rules_mark(calendar.zone, first, last) == calendar.rules:
        return ()
    words = (
        f"the rules of {calendar.zone} were changed since version {calendar.version} was made; "
        "clocks are reckoned by the present rules: save a new version to accept them"
    )
    return (Finding(Level.WARNING, where, words),)
