"""What commands decide about rosters: overrides, absences, imports; and calendars written out."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

from helpdesk_tui import clock
from helpdesk_tui.commands.common import say, warn
from helpdesk_tui.commands.rosters import Options, in_pipe, line_of, opened, person_of, table
from helpdesk_tui.desk.roster import text as roster_text
from helpdesk_tui.desk.roster.cover import cover_plan
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.ical import read_calendar
from helpdesk_tui.domain.adopting import adopted
from helpdesk_tui.domain.changes import change_id
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.roster.absences import Absence, AbsenceKind
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.ics import calendar_text, events_of_schedule, events_of_shifts
from helpdesk_tui.domain.roster.moments import instant_of, local, shown, span_shown
from helpdesk_tui.domain.roster.people_file import read_people_csv
from helpdesk_tui.domain.roster.shift_csv import read_shifts, write_shifts
from helpdesk_tui.domain.roster.shifts import Dated, copied_week
from helpdesk_tui.domain.wall_time import DAY
from helpdesk_tui.errors import UsageError

LARGEST = 16 << 20


def run_override_add(home: str | None, schedule: str, person: str, *, start: str, end: str, options: Options) -> int:
    """Put somebody on call for a span: in the team's schedule at once, on a platform through the outbox."""
    with opened(home, options) as (desk, _):
        floor, now = desk.floor(), clock.now()
        line, who = line_of(floor, schedule), person_of(floor, person)
        begins = instant_of(start, floor.zone, now)
        plan = cover_plan(floor, line, begins, instant_of(end, floor.zone, begins), who, now)
        for text in roster_text.plan_lines(plan, floor.zone):
            say(text)
        if options.dry_run:
            return 0
        done = desk.carry_out(plan)
        for change in done.changes:
            say(f"{change.id}  waits in the outbox for {change.source}")
        for key in done.own:
            say(f"{key}  written")
    return 0


def run_override_remove(home: str | None, key: str, *, options: Options) -> int:
    """Take an override away, by what `override list` calls it; 1 where there is none."""
    with opened(home, options) as (desk, _):
        floor = desk.floor()
        told = next((one for one in floor.cached.told.overrides if one.key == key), None)
        own = any(one.key == key for line in floor.lines if line.own for one in line.own.overrides)
        if told is None and not own:
            warn(f"there is no override {key}")
            return 1
        if options.dry_run:
            say(f"{key} would be taken away{f' from {told.source}' if told else ''}")
            return 0
        if told is not None:
            for change in desk.remove_override(told.source, key):
                say(f"{change.id}  waits in the outbox for {change.source}")
        else:
            desk.take_back(key)
            say(f"{key} is taken back")
    return 0


def run_override_list(home: str | None, *, options: Options) -> int:
    """Print the overrides that are not over, wherever they are kept."""
    with opened(home, options) as (desk, _):
        floor, now = desk.floor(), clock.now()
        rows = _own_overrides(floor, now) + _told_overrides(floor, now)
        if options.as_json:
            names = ("key", "schedule", "span", "person", "instead_of", "kept_in")
            print(json.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=2))
        else:
            table(("key", "schedule", f"when ({floor.zone})", "on", "instead of", "kept in"), rows)
    return 0


def _span(start: int, end: int, zone: str) -> str:
    return f"{span_shown(start, end, zone)} {in_pipe(zone)}".rstrip()


def _own_overrides(floor: Floor, now: int) -> list[tuple[str, ...]]:
    return [
        (one.key, line.name, _span(one.start, one.end, floor.zone), one.add or "nobody", one.remove, "team")
        for line in floor.lines
        if line.own
        for one in line.own.overrides
        if one.end > now
    ]


def _told_overrides(floor: Floor, now: int) -> list[tuple[str, ...]]:
    names = {(person.source, person.key): person.name for person in floor.cached.people} | dict(floor.joined.names)
    found: list[tuple[str, ...]] = []
    for one in floor.cached.told.overrides:
        if one.end > now:
            who = names.get((one.source, one.person), one.person) or "nobody"
            line = next((x.name for x in floor.lines if (x.source, x.remote_key) == (one.source, one.schedule)), "")
            found.append((one.key, line, _span(one.start, one.end, floor.zone), who, "everybody", one.source))
    return found


def run_absence_add(home: str | None, person: str, *, start: str, until: str, kind: str, options: Options) -> int:
    """Somebody is away from now or from a time, until another or until further notice. Why is not asked."""
    if kind not in set(AbsenceKind):
        raise UsageError(f"there is no kind {kind}; there is {', '.join(AbsenceKind)}")
    with opened(home, options) as (desk, _):
        floor, now = desk.floor(), clock.now()
        begins = instant_of(start, floor.zone, now) if start else now
        ends = instant_of(until, floor.zone, begins) if until else None
        absence = Absence(change_id(now * 1000), person_of(floor, person), begins, ends, AbsenceKind(kind))
        words = f"until {shown(ends, floor.zone)}" if ends else "until further notice"
        say(f"{absence.person} {kind} from {shown(begins, floor.zone)} {words} ({floor.zone})")
        if not options.dry_run:
            desk.intents.add_absence(absence)
            say(f"{absence.key}  written")
            for line in _empty_now(desk, absence.person):
                say(line)
    return 0


def _empty_now(desk: RosterDesk, person: str) -> list[str]:
    """What an absence leaves without anybody."""
    from helpdesk_tui.desk.roster.problems import problems

    floor, now = desk.floor(), clock.now()
    return [
        f"reaches nobody: {one.label} {span_shown(one.start, one.end, floor.zone)} {floor.zone}"
        for one in problems(floor, now, now + 14 * DAY)
        if one.kind == "empty" and one.finding and person in one.finding.people
    ]


def run_absence_end(home: str | None, person: str, *, options: Options) -> int:
    """Somebody is back; 1 where they were not away."""
    with opened(home, options) as (desk, _):
        floor, now = desk.floor(), clock.now()
        name = person_of(floor, person)
        mine = [
            one for one in floor.people.absences
            if one.person == name and not one.source and (one.end is None or one.end > now)
        ]  # fmt: skip
        theirs = [one for one in floor.people.absences if one.person == name and one.source and one.start <= now]
        for one in theirs:
            if one.end is None or one.end > now:
                warn(f"{one.source} says {name} is away: that has to be ended there")
        for one in mine if not options.dry_run else ():
            desk.intents.end_absence(one)
        say(f"{name} is back" if mine else f"{name} is not away by the team's own record")
        return 0 if mine else 1


def run_technicians(home: str | None, *, unjoined: bool, options: Options) -> int:
    """Print the technicians, or the people of the platforms who are none."""
    with opened(home, options) as (desk, _):
        floor, now = desk.floor(), clock.now()
        if unjoined:
            rows = [roster_text.unjoined_row(one) for one in floor.joined.unjoined]
            rows += [(where, "", given, "", f"{who}'s login there meets nobody")
                     for who, where, given in floor.joined.dangling]  # fmt: skip
            table(("source", "name", "login", "e-mail", "why"), rows)
            return 0
        stand = floor.presence(now)
        people = list(floor.technicians.values())
        if options.as_json:
            told = [roster_text.technician_json(floor, one, stand.get(one.name)) for one in people]
            print(json.dumps(told, indent=2))
        else:
            heads = ("name", f"now ({floor.zone})", "open/cap", "zone", "skills", "groups", "reach", "logins", "from")
            table(
                heads,
                [
                    roster_text.technician_row(floor, one, stand.get(one.name), now, in_pipe(floor.zone))
                    for one in people
                ],
            )
        if floor.joined.unjoined and sys.stderr.isatty():
            warn(f"{len(floor.joined.unjoined)} people of the platforms are no technicians: --unjoined lists them")
    return 0


def run_technicians_import(home: str | None, file: Path, *, options: Options) -> int:
    """Take technicians from a CSV file; what it does not say stays as it is."""
    with opened(home, options) as (desk, _):
        known = list(desk.floor().technicians.values())
        found = read_people_csv(_text(file), file.name, known)
        if not options.dry_run:
            desk.intents.save_technicians(found)
        say(f"{counted(len(found), 'technician')} {'would be ' if options.dry_run else ''}imported from {file.name}")
    return 0


def run_technicians_adopt(home: str | None, *, source: str, options: Options) -> int:
    """Take technicians over from the platforms' people; 1 where there is nobody to take over."""
    with opened(home, options) as (desk, there):
        if source and source not in there.config.sources:
            raise UsageError(f"there is no source {source}; there is {', '.join(there.config.sources)}")
        floor = desk.floor()
        known = list(floor.technicians.values())
        found = adopted(known, floor.cached.people, only=source)
        rows = [
            (one.name, one.email, "skills" if one.name in floor.technicians else "new",
             " ".join(skill.name for skill in one.skills if skill.origin))
            for one in found
        ]  # fmt: skip
        table(("name", "e-mail", "what", "skills"), rows)
        if found and not options.dry_run:
            desk.intents.save_technicians(found)
        if sys.stderr.isatty():
            warn(f"{counted(len(found), 'technician')} {'would be ' if options.dry_run else ''}taken over")
        return 0 if found else 1


def run_import(home: str | None, file: Path, *, person: str, absences: bool, options: Options) -> int:
    """Take shifts from a CSV file or a calendar (.ics), in place of those from a file of that name before."""
    with opened(home, options) as (desk, _):
        floor = desk.floor()
        if file.suffix.casefold() == ".csv":
            shifts = read_shifts(_text(file), file.name, floor.technicians, floor.zone)
            if not options.dry_run:
                desk.intents.save_shifts(shifts, origin=file.name, replacing=True)
            say(f"{counted(len(shifts), 'shift')} {'would be ' if options.dry_run else ''}imported from {file.name}")
            return 0
        who = person_of(floor, person) if person else ""
        people = list(floor.technicians.values())
        found = read_calendar(_bytes(file), file.name, people, floor.zone, person=who, absences=absences)
        if not options.dry_run:
            desk.intents.save_shifts(found.shifts, origin=file.name, replacing=True)
            desk.intents.replace_absences(found.absences, file.name)
        would = "would be " if options.dry_run else ""
        taken = f"{counted(len(found.shifts), 'shift')} and {counted(len(found.absences), 'absence')}"
        say(f"{taken} {would}imported from {file.name}")
        for line in found.passed:
            warn(f"passed over: {line}")
        return 1 if found.passed else 0


def run_copy(home: str | None, week: str, to: str, *, person: str, weeks: int, options: Options) -> int:
    """Copy a week's dated shifts into another week, and those after it; 1 where there is none to copy."""
    with opened(home, options) as (desk, _):
        floor, now = desk.floor(), clock.now()
        source, target = (local(instant_of(text, floor.zone, now), floor.zone).date() for text in (week, to))
        who = person_of(floor, person) if person else ""
        dated = [one for one in floor.shift_sources if isinstance(one, Dated) and who in ("", one.person)]
        found = [
            shift
            for number in range(weeks)
            for shift in copied_week(dated, source, target + timedelta(days=7 * number))
        ]
        rows = [(one.person, one.day.isoformat(), _clock(one.hours.start), one.zone, one.place) for one in found]
        table(("person", "date", "from", "zone", "place"), rows)
        if found and not options.dry_run:
            desk.intents.save_shifts(found, origin="copy")
        if sys.stderr.isatty():
            warn(f"{counted(len(found), 'shift')} {'would be ' if options.dry_run else ''}copied")
        return 0 if found else 1


def run_export(
    home: str | None, *, schedule: str, person: str, days: int, csv: bool, out: str, options: Options
) -> int:
    """Write a calendar of a schedule or a person, or everybody's shifts, as .ics or CSV; to a file or to the pipe."""
    with opened(home, options) as (desk, _):
        floor, now = desk.floor(), clock.now()
        end = now + days * DAY
        name = person_of(floor, person) if person else ""
        if csv and schedule:
            raise UsageError("a schedule is written as a calendar; CSV is for shifts")
        shifts = [one for one in floor.shifts(now, end) if not name or one.person == name]
        if csv:
            text = write_shifts(shifts, floor.zone)
        elif schedule:
            line = line_of(floor, schedule)
            opens, closes = line.known(now, end)
            spans = floor.spans(line, opens, closes) if opens < closes else []
            text = calendar_text(line.name, events_of_schedule(line.name, spans), now)
        else:
            events = events_of_shifts(shifts)
            for line in floor.lines if name else ():
                mine = [span for span in floor.spans(line, now, end) if name in span.reached]
                events += [e for e in events_of_schedule(line.name, mine) if e.summary.endswith(f": {name}")]
            text = calendar_text(name or "shifts", events, now)
    if out:
        Path(out).write_text(text, encoding="utf-8", newline="")
        say(f"written to {out}")
    else:
        sys.stdout.write(text)
    return 0


def _clock(seconds: int) -> str:
    return f"{seconds // 3_600:02d}:{seconds // 60 % 60:02d}"


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST:
            raise RosterError(f"{file.name} is larger than {LARGEST >> 20} MB")
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from None


def _text(file: Path) -> str:
    try:
        return _bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RosterError(f"{file.name} is not UTF-8 text") from None
