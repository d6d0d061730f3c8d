"""Shifts as CSV: one row a dated shift, with a heading.

person,date,from,to,break,zone,place,key
Dana Kim,2026-11-28,08:00,17:00,12:00-13:00,Europe/Paris,Lyon,
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.ics import printable
from helpdesk_tui.domain.roster.reading import Table, clock_seconds
from helpdesk_tui.domain.roster.restrictions import clock_length
from helpdesk_tui.domain.roster.shifts import Dated, Hours, Shift
from helpdesk_tui.domain.wall_time import find_zone, wall_at, wall_datetime

COLUMNS = ("person", "date", "from", "to", "break", "zone", "place", "key")
MOST = 50_000


def read_shifts(text: str, where: str, known: Iterable[str], zone: str) -> list[Dated]:
    """The shifts of a CSV file as `_read` takes them. RosterError also for what is no CSV."""
    try:
        return _read(text, where, known, zone)
    except csv.Error as error:
        raise RosterError(f"{where} is no CSV: {error}") from None


def _read(text: str, where: str, known: Iterable[str], zone: str) -> list[Dated]:
    """The shifts of a CSV file; `known` are the technicians' names, `zone` is for rows without one. RosterError names
    the line."""
    rows = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    columns = {name.strip() for name in rows.fieldnames or () if name}
    missing = [name for name in ("person", "date", "from", "to") if name not in columns]
    if missing or columns - set(COLUMNS):
        odd = f"it needs a column {missing[0]}" if missing else f"there is no column {min(columns - set(COLUMNS))}"
        raise RosterError(f"{where}: {odd}; columns are {', '.join(COLUMNS)}")
    names = {name.casefold(): name for name in known}
    found: list[Dated] = []
    parts: Counter[tuple[str, date]] = Counter()
    for number, row in enumerate(rows, 2):
        if number > MOST:
            raise RosterError(f"{where}: more than {MOST} lines")
        given = {key.strip(): (value or "").strip() for key, value in row.items() if isinstance(key, str)}
        shift = _shift(given, f"{where}: line {number}", names, zone)
        if not shift.key:  # somebody may come twice on a day
            parts[shift.person, shift.day] += 1
            part = parts[shift.person, shift.day]
            shift = replace(shift, key="imported" if part == 1 else f"imported {part}")
        found.append(shift)
    return found


def _shift(given: dict[str, str], where: str, names: dict[str, str], zone: str) -> Dated:
    person = names.get(given["person"].casefold())
    if person is None:
        raise RosterError(f"{where}: there is no technician {given['person']!r}")
    table = Table({"zone": given.get("zone") or zone}, where)
    try:
        start = clock_seconds(given["from"]) % 86_400
        length = clock_length(start, clock_seconds(given["to"]) % 86_400)
        breaks = []
        if given.get("break"):
            opens, _, closes = given["break"].partition("-")
            begins, ends = clock_seconds(opens), clock_seconds(closes)
            breaks.append(((begins - start) % 86_400, (ends - begins) % 86_400))
        day = date.fromisoformat(given["date"])
        if not 1900 < day.year < 2300:
            raise RosterError(f"{day} is a day of no roster")
        hours = Hours(start, length, tuple(breaks))
    except (RosterError, ValueError) as error:
        raise RosterError(f"{where}: {error}") from None
    return Dated(given.get("key", ""), person, table.zone(zone), day, hours, given.get("place", ""))


def write_shifts(shifts: Iterable[Shift], zone: str) -> str:
    """Shifts as CSV in the local time of a zone; each line can be read again by `read_shifts`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    place = find_zone(zone)

    def wall(at: int) -> str:
        return f"{wall_datetime(wall_at(at, place)):%H:%M}"

    for one in shifts:
        day = wall_datetime(wall_at(one.start, place)).date()
        pause = f"{wall(one.breaks[0][0])}-{wall(one.breaks[0][1])}" if one.breaks else ""
        cells = (one.person, day.isoformat(), wall(one.start), wall(one.end), pause, zone, one.place, one.key)
        shown = [printable(cell) for cell in cells]
        writer.writerow([f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) else cell for cell in shown])
    return out.getvalue()
