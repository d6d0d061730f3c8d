"""The command line of rosters: what is typed. The work is in `rosters` and `roster_writes`, imported when called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from helpdesk_tui.commands.rosters import Options

Json = Annotated[bool, typer.Option("--json", help="Print JSON, instants as ISO 8601 in UTC.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
At = Annotated[str, typer.Option("--at", help="now, 14:30, 'Sat 08:00', 2026-11-28 08:00, an ISO instant, +3h.")]

roster_commands = typer.Typer(help="Who is at the desk; shifts in and out.", rich_markup_mode=None)
override_commands = typer.Typer(help="Exceptions from who is on call.", no_args_is_help=True, rich_markup_mode=None)
absence_commands = typer.Typer(help="Who is away. Why is never asked.", no_args_is_help=True, rich_markup_mode=None)
technician_commands = typer.Typer(help="Who the technicians are.", rich_markup_mode=None)


def add_to(cli: typer.Typer) -> None:
    """Hang all of it on the program's command line."""
    cli.command()(oncall)
    cli.command()(gaps)
    cli.add_typer(roster_commands, name="roster")
    cli.add_typer(override_commands, name="override")
    cli.add_typer(absence_commands, name="absence")
    cli.add_typer(technician_commands, name="technicians")


def _options(context: typer.Context, *, as_json: bool = False, dry_run: bool = False) -> Options:
    from helpdesk_tui.commands.rosters import Options

    return Options(as_json, dry_run, bool(context.find_root().meta.get("read_only")))


def oncall(
    context: typer.Context,
    at: At = "",
    schedule: Annotated[str, typer.Option("--schedule", help="Only this one; 1 where it reaches nobody.")] = "",
    as_json: Json = False,
) -> int:
    """Who is on call and how to reach them.

    In a pipe a line a schedule, fields between tabs: schedule, who, reach, until, where it is kept, age.
    """
    from helpdesk_tui.commands.rosters import run_oncall

    return run_oncall(context.obj, at=at, schedule=schedule, options=_options(context, as_json=as_json))


def gaps(
    context: typer.Context,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How far ahead.")] = 14,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 where anything is missing.")] = False,
    as_json: Json = False,
) -> int:
    """Where nobody is on call or at the desk, or too few, in the days ahead.

    In a pipe a line a problem, fields between tabs: kind, where, when, how long, what, what is lost, nearest cure.
    """
    from helpdesk_tui.commands.rosters import run_gaps

    return run_gaps(context.obj, days=days, exit_code=exit_code, options=_options(context, as_json=as_json))


@roster_commands.callback(invoke_without_command=True)
def roster(
    context: typer.Context,
    week: Annotated[bool, typer.Option("--week", help="Seven days instead of one.")] = False,
    day: Annotated[str, typer.Option("--day", help="From this day on, such as Mon or 2026-11-30.")] = "",
    as_json: Json = False,
) -> int:
    """Who is at the desk today, or in a week."""
    if context.invoked_subcommand:
        return 0
    from helpdesk_tui.commands.rosters import run_roster

    return run_roster(context.obj, week=week, day=day, options=_options(context, as_json=as_json))


@roster_commands.command("import")
def roster_import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A .csv or .ics file.")],
    person: Annotated[str, typer.Option("--person", help="Whom all events of the calendar are about.")] = "",
    absences: Annotated[bool, typer.Option("--absences", help="The calendar's events are absences.")] = False,
    dry_run: DryRun = False,
) -> int:
    """Take shifts or absences from a file, in place of those from a file of that name before.

    CSV has the columns person, date, from, to, break, zone, place, key. Calendars need the extra `ical`; all-day events
    are absences. 1 where events had to be passed over.
    """
    from helpdesk_tui.commands.roster_writes import run_import

    return run_import(context.obj, file, person=person, absences=absences, options=_options(context, dry_run=dry_run))


@roster_commands.command("copy")
def roster_copy(
    context: typer.Context,
    week: Annotated[str, typer.Argument(help="Any day of the week to copy, such as 2026-11-23.")],
    to: Annotated[str, typer.Argument(help="Any day of the week to copy it into.")],
    person: Annotated[str, typer.Option("--person", help="Only this technician's.")] = "",
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=52, help="So many weeks from there on.")] = 1,
    dry_run: DryRun = False,
) -> int:
    """Copy a week's dated shifts, in place of those of the same name there. Usual shifts come back by themselves."""
    from helpdesk_tui.commands.roster_writes import run_copy

    return run_copy(context.obj, week, to, person=person, weeks=weeks, options=_options(context, dry_run=dry_run))


@roster_commands.command("export")
def roster_export(
    context: typer.Context,
    schedule: Annotated[str, typer.Option("--schedule", help="The calendar of this on-call schedule.")] = "",
    person: Annotated[str, typer.Option("--person", help="The calendar of this technician.")] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How far ahead.")] = 28,
    csv: Annotated[bool, typer.Option("--csv", help="Shifts as CSV instead of a calendar.")] = False,
    out: Annotated[str, typer.Option("--out", help="Write to this file.")] = "",
) -> int:
    """Write anybody's or any schedule's calendar as .ics, or shifts as CSV."""
    from helpdesk_tui.commands.roster_writes import run_export

    return run_export(
        context.obj, schedule=schedule, person=person, days=days, csv=csv, out=out, options=_options(context)
    )


@override_commands.command("add")
def override_add(
    context: typer.Context,
    schedule: Annotated[str, typer.Argument(help="The schedule's name or key.")],
    person: Annotated[str, typer.Argument(help="Who is to be on call.")],
    start: Annotated[str, typer.Option("--from", help="From when, such as 'Sat 08:00'.")] = "now",
    end: Annotated[str, typer.Option("--to", help="Until when, such as 'Mon 08:00'.")] = "",
    dry_run: DryRun = False,
) -> int:
    """Put somebody on call for a span; what a platform keeps goes through the outbox."""
    from helpdesk_tui.commands.roster_writes import run_override_add
    from helpdesk_tui.errors import UsageError

    if not end:
        raise UsageError("say until when with --to, such as --to 'Mon 08:00'")
    return run_override_add(
        context.obj, schedule, person, start=start, end=end, options=_options(context, dry_run=dry_run)
    )


@override_commands.command("remove")
def override_remove(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="What `override list` calls it.")],
    dry_run: DryRun = False,
) -> int:
    """Take an override away; 1 where there is none."""
    from helpdesk_tui.commands.roster_writes import run_override_remove

    return run_override_remove(context.obj, key, options=_options(context, dry_run=dry_run))


@override_commands.command("list")
def override_list(context: typer.Context, as_json: Json = False) -> int:
    """The overrides that are not over, wherever they are kept."""
    from helpdesk_tui.commands.roster_writes import run_override_list

    return run_override_list(context.obj, options=_options(context, as_json=as_json))


@absence_commands.command("add")
def absence_add(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="A name, login or address.")],
    start: Annotated[str, typer.Option("--from", help="From when; now where not given.")] = "",
    until: Annotated[str, typer.Option("--until", help="Until when; until further notice where not given.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="away, leave or training.")] = "away",
    dry_run: DryRun = False,
) -> int:
    """Somebody is away. Why is not asked and not kept."""
    from helpdesk_tui.commands.roster_writes import run_absence_add

    options = _options(context, dry_run=dry_run)
    return run_absence_add(context.obj, person, start=start, until=until, kind=kind, options=options)


@absence_commands.command("end")
def absence_end(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="A name, login or address.")],
    dry_run: DryRun = False,
) -> int:
    """Somebody is back; 1 where they were not away."""
    from helpdesk_tui.commands.roster_writes import run_absence_end

    return run_absence_end(context.obj, person, options=_options(context, dry_run=dry_run))


@technician_commands.callback(invoke_without_command=True)
def technicians(
    context: typer.Context,
    unjoined: Annotated[bool, typer.Option("--unjoined", help="The people of the platforms who are none.")] = False,
    as_json: Json = False,
) -> int:
    """Who the technicians are, where they stand now, what they can do and hold."""
    if context.invoked_subcommand:
        return 0
    from helpdesk_tui.commands.roster_writes import run_technicians

    return run_technicians(context.obj, unjoined=unjoined, options=_options(context, as_json=as_json))


@technician_commands.command("import")
def technicians_import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV file with a heading.")],
    dry_run: DryRun = False,
) -> int:
    """Take technicians from CSV: name, email, zone, capacity, skills, groups, phone, lead, active, login.SOURCE.

    Skills are written net:3 vpn:2, groups with ; between. What a row leaves empty stays as it is.
    """
    from helpdesk_tui.commands.roster_writes import run_technicians_import

    return run_technicians_import(context.obj, file, options=_options(context, dry_run=dry_run))


@technician_commands.command("adopt")
def technicians_adopt(
    context: typer.Context,
    source: Annotated[str, typer.Option("--source", help="Only this source.")] = "",
    dry_run: DryRun = False,
) -> int:
    """Take technicians and skills over from what the platforms say, marked as theirs; joined by e-mail alone.

    What the team says stays. A line a technician: name, e-mail, new or skills, the skills told. 1 where there is none.
    """
    from helpdesk_tui.commands.roster_writes import run_technicians_adopt

    return run_technicians_adopt(context.obj, source=source, options=_options(context, dry_run=dry_run))
