"""Calendars as people write them in TOML, from parsed tables to values and remarks; nothing is read from disk here.

[calendars.office]
zone = "Europe/Paris"
mon-fri = ["08:00-12:00", "13:00-18:00"]
sat = ["09:00-12:00"]
holidays = ["2026-12-25"]
country = "FR"                      # fills in public holidays, where the extra is installed

[calendars.office.dates]            # replace the weekly hours of a date; [] closes it
2026-12-24 = ["08:00-12:00"]

[calendars.office.breaks]           # closed parts of a date
2026-11-25 = ["14:00-15:30"]

[calendars.always]
always = true
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from helpdesk_tui.domain.sla import hours
from helpdesk_tui.domain.sla.calendars import ALWAYS, WEEKDAYS, Calendar, check, dates_of, week_of
from helpdesk_tui.domain.sla.findings import CalendarError, Finding, Level, near

_KEYS = ("zone", "holidays", "dates", "breaks", "always", "country", "region")
Pairs = list[tuple[int, int]]


class Country(NamedTuple):
    """Whose public holidays a calendar asks for: codes as ISO 3166 has them; `region` is "" for the whole country."""

    country: str
    region: str


def read_calendar(
    name: str, table: Mapping[str, object], *, version: int = 1, public_holidays: Collection[date] = ()
) -> tuple[Calendar, tuple[Finding, ...]]:  # fmt: skip
    """A calendar from its table, with remarks. `public_holidays` are those of `country_of(table)`.

    Raises CalendarError for what cannot be used.
    """
    where, found = f"calendars.{name}", list[Finding]()
    if name == ALWAYS.name:
        raise CalendarError(f"{name} is built in; give your calendar another name", where=where)
    unknown = [key for key in table if key not in _KEYS and not _days(key)]
    if unknown:
        known = ", ".join((*_KEYS, *WEEKDAYS, "mon-fri"))
        hint = near(unknown[0], (*_KEYS, *WEEKDAYS, "mon-fri", "sat-sun"))
        raise CalendarError(f'"{unknown[0]}" is not a setting of a calendar; there are {known}{hint}', where=where)
    zone = _text(table.get("zone", "UTC"), f"{where}.zone")
    if table.get("always") is True:
        if rest := sorted(set(table) - {"always", "zone"}):
            raise CalendarError(f"it is always open, so {rest[0]} means nothing", where=where)
        return Calendar(name, zone, always=True, version=version), check(Calendar(name, zone, always=True), where=where)
    week = week_of(_week(table, where), where=where, found=found)
    calendar = Calendar(
        name,
        zone,
        week,
        exceptions=dates_of(_dated(table, "dates", where), week=week, where=f"{where}.dates", found=found),
        holidays=frozenset(_holidays(table, where)) | frozenset(public_holidays),
        breaks=dates_of(_dated(table, "breaks", where), where=f"{where}.breaks", found=found),
        version=version,
    )
    return calendar, (*found, *check(calendar, where=where))


def country_of(table: Mapping[str, object], *, where: str = "") -> Country | None:
    """Whose public holidays a calendar's table asks for. Raises CalendarError."""
    if "country" not in table:
        return None
    return Country(
        _text(table["country"], f"{where}.country").upper(), _text(table.get("region", ""), f"{where}.region").upper()
    )


def _days(key: str) -> tuple[str, ...]:
    """The weekdays that `mon`, `mon-fri` or `fri-mon` names; none for anything else."""
    first, dash, last = key.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        return ()
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return tuple(WEEKDAYS[(start + step) % 7] for step in range((end - start) % 7 + 1))


def _week(table: Mapping[str, object], where: str) -> dict[str, Pairs]:
    """Intervals by weekday; a day named twice has both."""
    week: dict[str, Pairs] = {}
    for key, value in table.items():
        for day in _days(key):
            week.setdefault(day, []).extend(_intervals(value, f"{where}.{key}"))
    return week


def _dated(table: Mapping[str, object], key: str, where: str) -> dict[date, Pairs]:
    written = table.get(key, {})
    if not isinstance(written, Mapping):
        raise CalendarError('it must be a table of dates, like 2026-12-24 = ["08:00-12:00"]', where=f"{where}.{key}")
    return {
        _date(day, f"{where}.{key}"): _intervals(value, f"{where}.{key}.{day}") for day, value in written.items()
    }  # fmt: skip


def _holidays(table: Mapping[str, object], where: str) -> Iterable[date]:
    return [_date(each, f"{where}.holidays") for each in _list(table.get("holidays", []), f"{where}.holidays")]


def _intervals(value: object, where: str) -> Pairs:
    return [hours.parse_interval(_text(each, where), where=where) for each in _list(value, where)]


def _date(value: object, where: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise CalendarError(f'"{value}" is no date; write it like 2026-12-24', where=where) from None


def _list(value: object, where: str) -> list[object]:
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        return [value]
    raise CalendarError('it must be a list, like ["08:00-12:00", "13:00-18:00"]', where=where)


def _text(value: object, where: str) -> str:
    if isinstance(value, str):
        return value
    raise CalendarError(f"{value!r} must be text in quotation marks", where=where)


def worst(findings: Iterable[Finding]) -> Level | None:
    """The gravest level among remarks; None without any."""
    order = list(Level)
    return min((finding.level for finding in findings), key=order.index, default=None)
