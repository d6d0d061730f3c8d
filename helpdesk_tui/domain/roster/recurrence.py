"""Recurrence rules (RFC 5545) for shifts: naive local dates, daily, weekly or monthly, and never without bounds.

dateutil expands the dates only; the time of day and the zone are applied afterwards, so a rule never names a time that
does not exist. A rule is always read within a window, so one without end costs no more than the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Final

from dateutil.rrule import rrule, rruleset, rrulestr

from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.wall_time import find_zone

LONGEST_TEXT: Final = 500
MOST_COUNT: Final = 10_000
_FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY")
_PARTS: Final = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"},
)


def parts_of(text: str) -> dict[str, str]:
    """The parts of a rule, names in capitals. RosterError for what is no rule or goes beyond our bounds."""
    text = text.strip().removeprefix("RRULE:")
    if len(text) > LONGEST_TEXT:
        raise RosterError(f"the rule is longer than {LONGEST_TEXT} characters")
    parts: dict[str, str] = {}
    for piece in filter(None, text.split(";")):
        name, mark, value = piece.partition("=")
        name = name.strip().upper()
        if not mark or not value or name in parts:
            raise RosterError(f"{piece!r} in the rule is not of the form NAME=VALUE, or comes twice")
        parts[name] = value.strip().upper()
    if parts.get("FREQ") not in _FREQUENCIES:
        raise RosterError("a shift comes back daily, weekly or monthly: FREQ must be one of " + ", ".join(_FREQUENCIES))
    if unknown := sorted(set(parts) - _PARTS):
        raise RosterError(f"{unknown[0]} has no place in the rule of a shift; its time of day is given by its hours")
    for name, most in (("INTERVAL", 1_000), ("COUNT", MOST_COUNT)):
        if name in parts and not (parts[name].isascii() and parts[name].isdigit() and 1 <= int(parts[name]) <= most):
            raise RosterError(f"{name} in the rule is a number from 1 to {most}")
    return parts


_DAYS_OF: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _numbers(parts: dict[str, str], name: str, most: int) -> list[int]:
    """The numbers of a part: 1 to `most`, or counted from the end."""
    try:
        found = [int(piece) for piece in parts[name].split(",")] if name in parts else []
    except ValueError as error:
        raise RosterError(f"{name}={parts[name]} in the rule cannot be read") from error
    if any(not 1 <= abs(number) <= most for number in found):
        raise RosterError(f"{name}={parts[name]} in the rule goes beyond {most}")
    return found


def _check_possible(parts: dict[str, str], first: date) -> None:
    """RosterError for a rule that never comes true: dateutil would look for its first date until the year 9999."""
    freq, every = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    months, days = _numbers(parts, "BYMONTH", 12), _numbers(parts, "BYMONTHDAY", 31)
    places = _numbers(parts, "BYSETPOS", 366)
    weekdays = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    if any(day[-2:] not in _WEEKDAYS for day in weekdays) or min(months, default=1) < 1:
        raise RosterError("the rule cannot be read: its weekdays or months are none")
    counted = [day[:-2] for day in weekdays if len(day) > 2]
    if counted and (freq != "MONTHLY" or days or any(one.lstrip("+-") not in "12345" for one in counted)):
        raise RosterError("a weekday with a number, such as 2TU, is one of the first or last five of a month")
    if freq == "WEEKLY" and days:
        raise RosterError("a weekly rule names no days of the month")
    reached = set(months or range(1, 13))
    if freq == "MONTHLY":
        reached &= {(first.month - 1 + turn * every) % 12 + 1 for turn in range(12)}
    longest = max((_DAYS_OF[month - 1] for month in reached), default=0)
    never = not reached or (bool(days) and min(abs(day) for day in days) > longest)
    if freq == "DAILY" and every % 7 == 0 and weekdays:
        never = never or _WEEKDAYS[first.weekday()] not in weekdays
    per_day = len(weekdays) * (5 if freq == "MONTHLY" else 1)
    most = 1 if freq == "DAILY" else len(days) or per_day or 1
    if never or (places and min(abs(place) for place in places) > most):
        raise RosterError("this rule never comes true")


def _until(text: str, zone: str) -> date:
    """The last date of a rule: a date, a local time, or an instant in UTC."""
    try:
        if len(text) == 8:
            return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a date has no zone
        if text.endswith("Z"):
            at = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return at.astimezone(find_zone(zone)).date()
        return datetime.strptime(text, "%Y%m%dT%H%M%S").date()  # noqa: DTZ007 - local time
    except ValueError as error:
        raise RosterError(f"UNTIL={text} in the rule is neither a date nor a time") from error


@lru_cache(maxsize=4_096)
def _read(text: str, first: date, until: datetime) -> rrule:
    """The rule without COUNT and UNTIL of its own, from `first` until `until`."""
    parts = {name: value for name, value in parts_of(text).items() if name not in ("COUNT", "UNTIL")}
    plain = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        found = rrulestr(plain, dtstart=datetime.combine(first, time()))
        if isinstance(found, rruleset):
            raise RosterError("a shift has one rule")
        return found.replace(until=until)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise RosterError(f"the rule {plain} cannot be read: {error}") from error


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that begins on the date `first`, in the wall time of `zone`. RosterError where it cannot be read."""

    text: str
    first: date
    zone: str = "UTC"

    def __post_init__(self) -> None:
        parts = parts_of(self.text)
        _check_possible(parts, self.first)
        if "UNTIL" in parts:
            if "COUNT" in parts:
                raise RosterError("a rule has either COUNT or UNTIL, not both")
            _until(parts["UNTIL"], self.zone)
        _read(self.text, self.first, datetime.combine(self.first, time()))

    def dates(self, start: date, end: date) -> Iterator[date]:
        """The dates in [start, end), in order. The cost is that of the window, or of COUNT dates."""
        parts = parts_of(self.text)
        last = end - timedelta(days=1)
        if "UNTIL" in parts:
            last = min(last, _until(parts["UNTIL"], self.zone))
        if last < start or last < self.first:
            return
        count = int(parts["COUNT"]) if "COUNT" in parts else None
        first = self.first if count else self._near(parts, start)
        found = _read(self.text, first, datetime.combine(last, time()))
        for moment in islice(found, count):
            if moment.date() >= max(start, self.first):
                yield moment.date()

    def _near(self, parts: dict[str, str], start: date) -> date:
        """A date shortly before `start` from which the rule gives the same dates as from its beginning."""
        every = int(parts.get("INTERVAL", "1"))
        gone = (start - self.first).days
        if gone <= 0:
            return self.first
        if parts["FREQ"] == "MONTHLY":
            months = (start.year - self.first.year) * 12 + start.month - self.first.month - 1
            if self.first.day > 28 or months < every:
                return self.first
            year, month = divmod(self.first.year * 12 + self.first.month - 1 + months // every * every, 12)
            return self.first.replace(year=year, month=month + 1)
        step = every if parts["FREQ"] == "DAILY" else 7 * every
        return self.first + timedelta(days=max(0, (gone - 1) // step - 1) * step)
