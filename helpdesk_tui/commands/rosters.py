"""`oncall`, `gaps` and `roster`, and what all commands about rosters begin with."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from helpdesk_tui import clock, safe_text
from helpdesk_tui.commands.common import Place, place, say, warn
from helpdesk_tui.desk.intents import Intents
from helpdesk_tui.desk.roster import text as roster_text
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.desk.roster.floor import Floor, rules_of
from helpdesk_tui.desk.roster.problems import BEGIN, problems
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.lines import Line
from helpdesk_tui.domain.roster.moments import instant_of, local, shown
from helpdesk_tui.domain.wall_time import DAY
from helpdesk_tui.errors import UsageError
from helpdesk_tui.paths import user_name

LEAST = 16
"""Cells that a column of names keeps."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a command was called."""

    as_json: bool = False
    dry_run: bool = False
    read_only: bool = False


@contextmanager
def opened(home: str | None, options: Options) -> Iterator[tuple[RosterDesk, Place]]:
    """The roster's desk, with technicians.toml and roster.toml read if they changed."""
    there = place(home)
    intents = Intents(there.paths, now=clock.now, by="command", read_only=options.read_only)
    desk = RosterDesk(
        there.paths, there.paths.config_file.parent, intents, by=user_name(), zone=there.config.screen.zone,
        read_only=options.read_only, rules=rules_of(there.config.roster),
    )  # fmt: skip
    try:
        _refresh(desk)
        yield desk, there
    finally:
        desk.close()
        intents.close()


def _refresh(desk: RosterDesk) -> None:
    """Read the team's files; a mistake in one is told and keeps nobody from what was read before."""
    try:
        notes = desk.refresh()
    except RosterError as error:
        warn(f"helpdesk-tui: {error}; what was read before counts")
        return
    for note in notes if sys.stderr.isatty() else ():
        warn(note)


def run_oncall(home: str | None, *, at: str, schedule: str, options: Options) -> int:
    """Print who is on call and how to reach them; 1 where a schedule that was asked for reaches nobody."""
    with opened(home, options) as (desk, _):
        return tell_oncall(desk, at=at, schedule=schedule, as_json=options.as_json)


def tell_oncall(desk: RosterDesk, *, at: str, schedule: str, as_json: bool) -> int:
    """As `run_oncall`, by a desk that is open."""
    floor, now = desk.floor(), clock.now()
    moment = instant_of(at, floor.zone, now) if at else now
    lines = [line_of(floor, schedule)] if schedule else list(floor.lines)
    if as_json:
        print(json.dumps(roster_text.oncall_json(floor, lines, moment, now), indent=2))
    else:
        if sys.stdout.isatty():
            say(f"on call {local(moment, floor.zone):%a %d %b %Y %H:%M} {floor.zone}")
        heads = ("schedule", "on call", "reach", f"until ({floor.zone})", "kept in", "age")
        table(heads, roster_text.oncall_rows(floor, lines, moment, now, in_pipe(floor.zone)), names=2)
    if not lines:
        warn("no on-call schedule is known: sync, or write roster.toml")
    spans = [roster_text.span_at(floor, line, moment) for line in lines]
    return 1 if schedule and not any(span and span.reached for span in spans) else 0


def run_gaps(home: str | None, *, days: int, exit_code: bool, options: Options) -> int:
    """Print everything that is wrong in the days ahead; with `exit_code`, 1 where anything is."""
    with opened(home, options) as (desk, _):
        floor, now = desk.floor(), clock.now()
        if floor.is_bare:
            for words in BEGIN:
                warn(words)
            if options.as_json:
                print("[]")
            return 1 if exit_code else 0
        found = problems(floor, now, now + days * DAY)
        if options.as_json:
            print(json.dumps([roster_text.gap_json(one) for one in found], indent=2))
        else:
            heads = ("kind", "where", f"when ({floor.zone})", "for", "what", "lost if nothing is done", "nearest cure")
            table(heads, roster_text.gap_rows(found, floor.zone, named=not sys.stdout.isatty()))
            if not found and sys.stdout.isatty():
                say(f"nothing is missing in the next {counted(days, 'day')}")
        for line in floor.lines:
            if line.told and line.told.unread:
                warn(f"{line.name}: {roster_text.age_of(line, now)}")
        return 1 if found and exit_code else 0


def run_roster(home: str | None, *, week: bool, day: str, options: Options) -> int:
    """Print who is at the desk today or on another day, or in the week from it."""
    with opened(home, options) as (desk, _):
        floor, now = desk.floor(), clock.now()
        at = instant_of(day, floor.zone, now) if day else now
        start = int(local(at, floor.zone).replace(hour=0, minute=0, second=0).timestamp())
        end = start + (7 if week else 1) * DAY
        shifts = [one for one in floor.shifts(start, end) if one.start < end and one.end > start]
        if options.as_json:
            print(json.dumps([
                {"person": one.person, "from": roster_text.iso(one.start), "to": roster_text.iso(one.end),
                 "breaks": [[roster_text.iso(a), roster_text.iso(b)] for a, b in one.breaks], "place": one.place}
                for one in shifts
            ], indent=2))  # fmt: skip
            return 0
        stand, zone = floor.presence(now), f" {in_pipe(floor.zone)}".rstrip()
        rows = [
            (one.person, shown(one.start, floor.zone) + zone, f"{local(one.end, floor.zone):%H:%M}{zone}", one.place,
             roster_text.presence_words(stand[one.person], floor, now, zone.strip()) if one.person in stand else "")
            for one in shifts
        ]  # fmt: skip
        table(("person", f"from ({floor.zone})", f"to ({floor.zone})", "place", f"now ({floor.zone})"), rows, names=1)
        return 0


def in_pipe(zone: str) -> str:
    """What stands after a time in a pipe, where no heading names its zone."""
    return "" if sys.stdout.isatty() else zone


def line_of(floor: Floor, name: str) -> Line:
    """A schedule by key or name. UsageError names what there is."""
    found = floor.line(name)
    if found is None:
        there = ", ".join(line.name for line in floor.lines) or "none yet"
        raise UsageError(f"there is no schedule {name}; there is {there}")
    return found


def person_of(floor: Floor, said: str) -> str:
    """A technician by name, login, address, or the beginning of a name that only one has. UsageError else."""
    wanted = said.casefold()
    exact = [
        one.name
        for one in floor.technicians.values()
        if wanted in (one.name.casefold(), one.email.casefold())
        or any(wanted == person.login.casefold() for person in floor.joined.people.get(one.name, ()))
    ]
    near = [name for name in floor.technicians if any(w.startswith(wanted) for w in name.casefold().split())]
    near += [name for name in floor.technicians if name.casefold().startswith(wanted) and name not in near]
    found = exact or near
    if len(found) != 1:
        words = f"; it may be {', '.join(sorted(found)[:5])}" if found else ""
        raise UsageError(f"there is no single technician {said!r}{words}")
    return found[0]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, names: int = 0) -> None:
    """Rows as a table on a terminal, and with tabs between in a pipe. All of it made safe.

    The first `names` columns give way on a narrow terminal, so that what stands behind them is seen.
    """
    safe = [[safe_text.line(cell, limit=500) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in safe:
            print("\t".join(row))
        return
    if not safe:
        return
    widths = [max(safe_text.width(row[n]) for row in [list(heads), *safe]) for n in range(len(heads))]
    room = shutil.get_terminal_size().columns
    for _ in range(max(0, sum(widths) + 2 * (len(widths) - 1) - room)):
        widest = max(range(names), key=widths.__getitem__, default=None)
        if widest is None or widths[widest] <= LEAST:
            break
        widths[widest] -= 1
    for row in [list(heads), *safe]:
        line = "  ".join(safe_text.fit(cell, width) for cell, width in zip(row, widths, strict=True))
        print(safe_text.crop(line.rstrip(), room))
