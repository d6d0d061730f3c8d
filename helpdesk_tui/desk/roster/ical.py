"""Other people's calendars read with icalendar (extra `ical`): shifts, or absences, of one technician or of several.

An event with a rule becomes a pattern, others dated shifts; who it is about is told by its attendee, its organiser or
its title. Rules without end are fine, since they are read within a window only; rules by the minute are refused. Where
one time of a rule was moved, that day is left out of the pattern and is a shift of its own; what was cancelled is left
out. A zone goes by its IANA name, by what Windows calls it, or by the calendar's own definition (then for single events
only); one that nobody knows is an error that names it. All-day events are absences of whole local days.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk_tui.domain.roster.absences import Absence, kind_of
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.recurrence import Rule
from helpdesk_tui.domain.roster.shifts import Dated, Hours, Pattern
from helpdesk_tui.domain.technicians import Technician
from helpdesk_tui.domain.wall_time import UnknownZone, find_zone, starts_at, wall_seconds
from helpdesk_tui.errors import UsageError

MOST = 20_000
LONGEST = 2 * 86_400


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a calendar holds for the team; `passed` has a line for each event that could not be taken, and why."""

    shifts: tuple[Pattern | Dated, ...] = ()
    absences: tuple[Absence, ...] = ()
    passed: tuple[str, ...] = field(default=())


def read_calendar(
    raw: bytes, name: str, team: Iterable[Technician], zone: str, *, person: str = "", absences: bool = False
) -> Calendar:
    """The events of an iCalendar file. `person` is whom all are about; without, each says so itself. RosterError where
    it is no calendar, UsageError without the extra."""
    try:
        icalendar: Any = importlib.import_module("icalendar")
    except ImportError:
        raise UsageError("reading calendars needs icalendar: pip install 'helpdesk-tui[ical]'") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it takes a zone for is looked at below
            calendar = icalendar.Calendar.from_ical(raw)
    except (ValueError, IndexError, KeyError) as error:
        raise RosterError(f"{name} is no calendar: {error}") from None
    people = _names(team)
    moved = _moved(calendar.walk("VEVENT"))
    shifts: list[Pattern | Dated] = []
    away: list[Absence] = []
    passed: list[str] = []
    for number, event in enumerate(calendar.walk("VEVENT")):
        if number >= MOST:
            raise RosterError(f"{name}: more than {MOST} events")
        if str(event.get("STATUS") or "").upper() == "CANCELLED":
            continue
        try:
            who = person or _who(event, people)
            if absences or not isinstance(_value(event, "DTSTART"), datetime):
                away += _absence(event, who, name, zone)
            else:
                shifts += _shifts(event, who, zone, moved)
        except (RosterError, UnknownZone, ValueError, OverflowError) as error:
            passed.append(f"{_title(event)}: {error}")
    return Calendar(tuple(shifts), tuple(away), tuple(passed))


def _names(team: Iterable[Technician]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in team:
        for text in filter(None, (one.name, one.email)):
            found[text.casefold()] = one.name
    return found


def _title(event: Any) -> str:
    return str(event.get("SUMMARY") or event.get("UID") or "an event")[:100]


def _who(event: Any, people: Mapping[str, str]) -> str:
    attendees = event.get("ATTENDEE") or []
    told = [*(attendees if isinstance(attendees, list) else [attendees]), event.get("ORGANIZER")]
    for text in (str(one).casefold().removeprefix("mailto:") for one in told if one):
        if text in people:
            return people[text]
    title = _title(event).casefold()
    if title in people:
        return people[title]
    named = {name for text, name in people.items() if "@" not in text and text in title}
    if len(named) == 1:
        return named.pop()
    raise RosterError("nobody of the team is named" if not named else "several of the team are named")


def _value(event: Any, name: str) -> date | datetime:
    found = event.get(name)
    if found is None or isinstance(found, list):
        raise RosterError(f"it has no single {name}")
    value = found.dt
    if isinstance(value, datetime | date):
        return value
    raise RosterError(f"its {name} is no date")


def _moved(events: Iterable[Any]) -> Mapping[str, list[date | datetime]]:
    """The times of rules that were moved or cancelled, by the event they belong to."""
    found: dict[str, list[date | datetime]] = {}
    for event in events:
        original = event.get("RECURRENCE-ID")
        if original is not None and not isinstance(original, list):
            found.setdefault(str(event.get("UID") or ""), []).append(original.dt)
    return found


def _zone_of(event: Any, value: datetime, zone: str) -> str:
    asked = event["DTSTART"].params.get("TZID")
    if value.tzinfo is UTC or (asked is None and value.tzinfo is not None and value.utcoffset() == timedelta(0)):
        return "UTC"
    if isinstance(value.tzinfo, ZoneInfo):
        return value.tzinfo.key
    if asked is not None and value.tzinfo is not None and event.get("RRULE") is None:
        return zone  # the calendar defines it: the instant is known, whatever the zone is called
    name = str(asked or zone)
    find_zone(name)
    return name


def _end(event: Any, start: date | datetime) -> date | datetime:
    if event.get("DTEND") is not None:
        return _value(event, "DTEND")
    if event.get("DURATION") is not None:
        length: timedelta = event["DURATION"].dt
        return start + length
    return start + timedelta(days=1) if not isinstance(start, datetime) else start


def _shifts(
    event: Any, who: str, default: str, moved: Mapping[str, list[date | datetime]]
) -> Iterable[Pattern | Dated]:
    """The shift or pattern of an event, and the further dates that it names."""
    start = _value(event, "DTSTART")
    end = _end(event, start)
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        raise RosterError("it mixes dates and times")
    zone = _zone_of(event, start, default)
    wall, after = (_wall(one, zone) for one in (start, end))
    length = int((after - wall).total_seconds())
    if not 0 < length <= LONGEST:
        raise RosterError("it lasts no time, or more than two days")
    hours = Hours(wall_seconds(wall) % 86_400, length)
    key, place = str(event.get("UID") or _title(event)), str(event.get("LOCATION") or "")
    original, rule = event.get("RECURRENCE-ID"), event.get("RRULE")
    if original is not None:
        key = f"{key}@{_day(original.dt, zone).isoformat()}"
    if rule is None:
        yield Dated(key, who, zone, wall.date(), hours, place)
    else:
        skipped = {*_days(event, "EXDATE", zone), *(_day(one, zone) for one in moved.get(key, ()))}
        rules = Rule(rule.to_ical().decode(), wall.date(), zone)
        yield Pattern(key, who, zone, hours, rules, place, frozenset(skipped))
    for day in _days(event, "RDATE", zone):
        yield Dated(f"{key}@{day.isoformat()}", who, zone, day, hours, place)


def _days(event: Any, name: str, zone: str) -> Iterable[date]:
    """The local days that a list of times names."""
    told = event.get(name) or []
    for one in told if isinstance(told, list) else [told]:
        for each in one.dts:
            yield _day(each.dt, zone)


def _day(value: Any, zone: str) -> date:
    if isinstance(value, datetime):
        return _wall(value, zone).date()
    if isinstance(value, date):
        return value
    raise RosterError("it comes back in periods of their own lengths")


def _wall(value: datetime, zone: str) -> datetime:
    """A time on the wall of a zone, naive."""
    if value.tzinfo is None:
        return value
    return value.astimezone(find_zone(zone)).replace(tzinfo=None)


def _absence(event: Any, who: str, source: str, zone: str) -> list[Absence]:
    start = _value(event, "DTSTART")
    end = _end(event, start)
    begins, ends = _instant(start, zone), _instant(end, zone)
    if ends <= begins:
        raise RosterError("it ends before it begins")
    if event.get("RRULE") is not None:
        raise RosterError("an absence that comes back is a shift that is not there: alter the shifts")
    key = f"{source}:{event.get('UID') or begins}:{who}"
    words = _title(event).casefold().replace(who.casefold(), "").strip(" :,-–")
    return [Absence(key, who, begins, ends, kind_of(words), source)]


def _instant(value: date | datetime, zone: str) -> int:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return int(value.timestamp())
    wall = value if isinstance(value, datetime) else datetime.combine(value, time())
    return starts_at(wall_seconds(wall), find_zone(zone))
