"""Words of roster files as values: days, times of day, hours, dates; with errors that name the place.

`Table` is a TOML table that is asked for what it should hold: an unknown key or a wrong kind is a RosterError such as
"technicians.toml: technician 3 (Dana Kim): zone: there is no time zone 'Pari'".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any, TypeVar

from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.restrictions import Restriction, Window, clock_length
from helpdesk_tui.domain.roster.wording import WEEKDAYS
from helpdesk_tui.domain.wall_time import UnknownZone, find_zone

T = TypeVar("T")
_CLOCK = re.compile(r"([01]?\d|2[0-4])(?::([0-5]\d))?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LONGEST = 160
"""Characters of a file's own words that an error repeats."""
_NAMED = {"daily": range(7), "weekdays": range(5), "weekend": range(5, 7), "weekends": range(5, 7)}
_DAYS = {day.casefold(): number for number, day in enumerate(WEEKDAYS)}


def clock_seconds(text: str) -> int:
    """A time of day, "8", "08:30" or "24:00", in seconds. RosterError for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    at = int(found[1]) * 3_600 + int(found[2] or 0) * 60 if found else -1
    if not 0 <= at <= 86_400:
        raise RosterError(f"{text!r} is no time of day such as 08:30")
    return at


def weekdays(text: str) -> tuple[int, ...]:
    """Days of the week, 0 = Monday: "Mon-Fri", "Sat, Sun", "weekdays", "daily"; a range may run over Sunday."""
    found: list[int] = []
    for piece in text.replace("–", "-").split(","):
        word = piece.strip().casefold()
        if word in _NAMED:
            found += _NAMED[word]
            continue
        first, _, last = word.partition("-")
        ends = [_DAYS.get(one.strip()[:3]) for one in (first, last or first)]
        if ends[0] is None or ends[1] is None:
            raise RosterError(f"{piece.strip()!r} is no day of the week such as Mon or Mon-Fri")
        found += [(ends[0] + step) % 7 for step in range((ends[1] - ends[0]) % 7 + 1)]
    return tuple(dict.fromkeys(found))


def local_date(value: object) -> date:
    """A date, as TOML has them or as text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise RosterError(f"{value!r} is no date such as 2026-11-22") from None


def local_time(value: object) -> datetime:
    """A naive local time, as TOML has them or as text; a date alone is its midnight."""
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    else:
        try:
            found = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise RosterError(f"{value!r} is no local time such as 2026-11-22 08:00") from None
    if found.tzinfo is not None:
        raise RosterError(f"{value} has an offset of its own; give the local time and the zone")
    return found


class Table:
    """One table of a file. `where` names it in errors; every key has to be asked for before `done`."""

    def __init__(self, values: object, where: str) -> None:
        if not isinstance(values, Mapping):
            raise RosterError(f"{where}: must be a table")
        self.where = where
        self._values: Mapping[str, Any] = values
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def fail(self, key: str, words: object) -> RosterError:
        """The error to raise about one key."""
        told = str(words)
        return RosterError(f"{self.where}: {key}: {told if len(told) <= LONGEST else told[:LONGEST] + '…'}")

    def get(self, key: str, kind: type[T], default: T) -> T:
        """The value of a key. RosterError where it is of another kind."""
        self._asked.add(key)
        found = self._values.get(key, default)
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            known = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}
            raise self.fail(key, f"must be {known.get(kind, kind.__name__)}, not {found!r}")
        return found

    def text(self, key: str, default: str = "") -> str:
        """Text without spaces around it. RosterError for control characters."""
        found = self.get(key, str, default).strip()
        if _CONTROLS.search(found):
            raise self.fail(key, "must not hold control characters")
        return found

    def need(self, key: str) -> str:
        """Text that has to be there."""
        found = self.text(key)
        if not found:
            raise self.fail(key, "is missing")
        return found

    def raw(self, key: str) -> object:
        """Whatever the key holds; None where it is not there."""
        self._asked.add(key)
        return self._values.get(key)

    def zone(self, default: str) -> str:
        """The key `zone`, checked."""
        found = self.text("zone") or default
        try:
            find_zone(found)
        except UnknownZone as error:
            raise self.fail("zone", error) from None
        return found

    def tables(self, key: str) -> Iterator[Table]:
        """A list of tables, each named by its place and its name."""
        for number, one in enumerate(self.get(key, list, []), 1):
            label = ""
            if isinstance(one, Mapping):
                label = str(one.get("name") or one.get("key") or one.get("title") or "")
            yield Table(one, f"{self.where}: {key} {number}{f' ({label[:LONGEST]})' if label else ''}")

    def hours(self, key: str, zone: str) -> Restriction | None:
        """A list of {days, from, to}; None where the key is not there, which is always."""
        if key not in self:
            return None
        found: list[Window] = []
        for one in self.tables(key):
            found += one.windows()
        if not found:
            raise self.fail(key, "would leave nobody on, ever; leave it out for always")
        return Restriction(zone, tuple(found))

    def windows(self) -> list[Window]:
        """The windows of one {days, from, to}; an end not after the start is on the next day."""
        days = self.checked("days", weekdays, "daily")
        start = self.checked("from", clock_seconds, "00:00") % 86_400
        end = self.checked("to", clock_seconds, "24:00")
        self.done()
        return [Window(day, start, clock_length(start, end % 86_400)) for day in days]

    def checked(self, key: str, read: Any, default: str) -> Any:
        """Text read by a function whose errors are about this key."""
        try:
            return read(self.text(key, default))
        except RosterError as error:
            raise self.fail(key, error) from None

    def done(self) -> None:
        """RosterError for a key that nobody asked for: it would have no effect."""
        for key in self._values:
            if key not in self._asked:
                near = get_close_matches(key, sorted(self._asked), 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise self.fail(key, f"is not known here{hint}")
