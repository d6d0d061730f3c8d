"""The command line. Each command's work is in `helpdesk_tui.commands`, imported when it is called."""

from __future__ import annotations

from typing import Annotated

import typer

from helpdesk_tui import __version__
from helpdesk_tui.commands import acts_line, roster_line

Json = Annotated[bool, typer.Option("--json", help="Print JSON, instants as ISO 8601 in UTC.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
Source = Annotated[str, typer.Option("--source", help="Only this source.")]


def _finish(code: object, **_options: object) -> None:
    """End with the code that the command gave."""
    raise typer.Exit(code if isinstance(code, int) else 0)


cli = typer.Typer(
    name="helpdesk-tui",
    result_callback=_finish,
    help="One terminal from which a help desk coordinator runs the floor.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
config_commands = typer.Typer(help="Check and show the settings.", no_args_is_help=True, rich_markup_mode=None)
db_commands = typer.Typer(help="Look after the stores.", no_args_is_help=True, rich_markup_mode=None)
cli.add_typer(config_commands, name="config")
cli.add_typer(db_commands, name="db")
roster_line.add_to(cli)
acts_line.add_to(cli)


def call(arguments: list[str]) -> int:
    """Run one command line; its exit code. Raises HelpdeskError, which the caller words for the user."""
    try:
        cli(args=arguments, prog_name="helpdesk-tui")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _read_only(context: typer.Context) -> bool:
    """Whether --read-only was given before the command."""
    return bool(context.meta.get("read_only"))


def _version(wanted: bool) -> None:
    if wanted:
        print(f"helpdesk-tui {__version__}")
        raise typer.Exit


@cli.callback(invoke_without_command=True)
def desk(
    context: typer.Context,
    home: Annotated[
        str, typer.Option(envvar="HELPDESK_TUI_HOME", help="Keep settings, stores and logs under this folder.")
    ] = "",
    read_only: Annotated[bool, typer.Option("--read-only", help="Nothing can be changed on any platform.")] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="Draw with ASCII characters only.")] = False,
    mouse: Annotated[bool, typer.Option("--mouse", help="Listen to the mouse, also over SSH.")] = False,
    theme: Annotated[str, typer.Option(help="The theme to begin with.")] = "",
    _shown: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> int:
    """Open the desk, or do what the command says."""
    context.obj = home or None
    context.meta["read_only"] = read_only
    if context.invoked_subcommand:
        return 0
    from helpdesk_tui.commands.desk import DeskOptions, open_desk
    from helpdesk_tui.config import THEMES
    from helpdesk_tui.errors import UsageError

    if theme not in THEMES:
        raise UsageError(f"there is no theme {theme}; there is {', '.join(THEMES[1:])}")
    options = DeskOptions(read_only=read_only, ascii=ascii_only, mouse=mouse, theme=theme)
    return open_desk(context.obj, options)


@cli.command(context_settings={"allow_interspersed_args": False})
def demo(
    command: Annotated[
        list[str] | None, typer.Argument(help="A command to run there, after --, in place of the desk.")
    ] = None,
    tickets: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many tickets the company has.")] = 2_000,
    seed: Annotated[int, typer.Option(help="Another number is another company.")] = 1,
    speed: Annotated[float, typer.Option(min=0, help="How many times as fast as real life.")] = 1.0,
    fault: Annotated[list[str] | None, typer.Option(help="A fault to begin with, such as zendesk:outage.")] = None,
) -> int:
    """Try everything on three imitated platforms; touches nothing of yours."""
    from helpdesk_tui.commands.demo import DemoOptions, run_demo

    return run_demo(DemoOptions(tickets, seed, speed, tuple(fault or ())), command or [])


@cli.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def sandbox(context: typer.Context) -> int:
    """Serve the three imitated platforms on loopback; --help says how."""
    from helpdesk_tui.commands.demo import run_sandbox

    return run_sandbox(context.args)


@cli.command()
def setup(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="The name of the source to add or mend.")] = "",
) -> int:
    """Connect your platforms: asks, tries the sign-in, writes the settings. No secret goes into them."""
    from helpdesk_tui.commands.setup import run_setup

    return run_setup(context.obj, source)


@cli.command()
def sync(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Bring the cache up to date and end.")] = False,
    source: Source = "",
    accept_removals: Annotated[
        bool, typer.Option("--accept-removals", help="Let go of tickets that a platform no longer lists, however many.")
    ] = False,
    started_by_screen: Annotated[bool, typer.Option("--started-by-screen", hidden=True)] = False,
) -> int:
    """Keep the cache in step with the platforms, until told to end."""
    from helpdesk_tui.commands.sync import SyncOptions, run_sync

    return run_sync(context.obj, SyncOptions(once, source, accept_removals, started_by_screen))


@cli.command()
def queue(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(help="A filter, as typed after / in the desk.")] = None,
    as_json: Json = False,
    sort: Annotated[
        str, typer.Option(help="due, priority, idle, age, updated, instate, group, owner, state, source, number …")
    ] = "due",
    limit: Annotated[int, typer.Option(min=0, help="At most so many rows; 0 for all.")] = 0,
    count: Annotated[bool, typer.Option("--count", help="Print only how many there are.")] = False,
) -> int:
    """List tickets from the cache: open ones, unless the filter asks for closed ones.

    A table on a terminal. In a pipe a line a ticket, without a heading, fields between tabs: priority, due, clock,
    platform, number, summary, group, owner, state, status, idle since, source, key.
    """
    from helpdesk_tui.commands.tickets import run_queue

    return run_queue(context.obj, " ".join(words or ()), sort=sort, limit=limit, as_json=as_json, count=count)


@cli.command()
def show(
    context: typer.Context,
    ticket: Annotated[str, typer.Argument(help="Its number or key.")],
    as_json: Json = False,
) -> int:
    """Show one ticket from the cache."""
    from helpdesk_tui.commands.tickets import run_show

    return run_show(context.obj, ticket, as_json=as_json)


@cli.command()
def sla(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(help="A filter; or explain TICKET, simulate --policy FILE, repoint.")
    ] = None,
    as_json: Json = False,
    by: Annotated[str, typer.Option(help="group, owner, priority, source, org or category.")] = "group",
    limit: Annotated[int, typer.Option(min=0, help="At most so many clocks next to their breach.")] = 50,
    policy: Annotated[str, typer.Option(help="simulate: a file with [[policies]] and perhaps [calendars.NAME].")] = "",
    days: Annotated[int, typer.Option(min=1, max=400, help="simulate: how far back.")] = 30,
    against: Annotated[
        str, typer.Option(help="simulate: compare with policies (the team's) or platforms (what their clocks did).")
    ] = "",
    dry_run: DryRun = False,
) -> int:
    """Every clock: by group and risk, what breaches next and why it is stuck.

    `sla explain TICKET` tells each clock of a ticket line by line; `sla simulate --policy FILE` what the last days
    would have looked like; `sla repoint` puts running clocks under the policies that new tickets have. In a pipe a
    line a clock: due, clock, platform, number, priority, owner, group, state, why.
    """
    from helpdesk_tui.commands.sla import SlaOptions, run_sla

    return run_sla(context.obj, words or (), SlaOptions(as_json, by, limit, policy, days, dry_run, against))


@cli.command()
def outbox(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="undo, mine, theirs, both, there, retry, discard or journal and a change's id; edit ID TEXT;"
            " takeover HOST."
        ),
    ] = None,
    as_json: Json = False,
    everything: Annotated[bool, typer.Option("--all", help="What is over, too.")] = False,
    dry_run: DryRun = False,
) -> int:
    """List what waits to be changed on the platforms, and decide what waits for you."""
    from helpdesk_tui.commands.outbox import WriteOptions, run_outbox

    options = WriteOptions(_read_only(context), dry_run, as_json)
    return run_outbox(context.obj, words or (), everything=everything, options=options)


@cli.command()
def doctor(
    context: typer.Context,
    quarantine: Annotated[bool, typer.Option("--quarantine", help="List the records that could not be read.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no platform.")] = False,
    as_json: Json = False,
) -> int:
    """Look at terminal, stores, disk, clocks and platforms, and say how to mend what is wrong."""
    from helpdesk_tui.commands.doctor import run_doctor

    return run_doctor(context.obj, quarantine=quarantine, offline=offline, as_json=as_json)


@cli.command()
def keys(
    context: typer.Context,
    preset: Annotated[str, typer.Option(help="vim, arrows, mutt or jira; yours where not given.")] = "",
    as_json: Json = False,
) -> int:
    """List the keys of the desk."""
    from helpdesk_tui.commands.keys import run_keys

    return run_keys(context.obj, preset, as_json=as_json)


@cli.command()
def completion(
    shell: Annotated[str, typer.Argument(help="bash, zsh or fish.")] = "bash",
) -> int:
    """Print a script that completes commands in your shell."""
    from helpdesk_tui.commands.completion import print_completion

    return print_completion(shell)


@config_commands.command("check")
def config_check(context: typer.Context) -> int:
    """Read the settings and the secrets' places; say what is wrong."""
    from helpdesk_tui.commands.settings import run_check

    return run_check(context.obj)


@config_commands.command("show")
def config_show(context: typer.Context, as_json: Json = False) -> int:
    """Print the settings in force; of secrets only where they come from."""
    from helpdesk_tui.commands.settings import run_show

    return run_show(context.obj, as_json=as_json)


@config_commands.command("schema")
def config_schema() -> int:
    """Print the JSON Schema of the settings file."""
    from helpdesk_tui.commands.settings import print_schema

    return print_schema()


@db_commands.command("check")
def db_check(context: typer.Context) -> int:
    """Read every store whole and say whether it is sound."""
    from helpdesk_tui.commands.stores import run_check

    return run_check(context.obj)


@db_commands.command("backup")
def db_backup(context: typer.Context) -> int:
    """Copy the precious stores into the backup folder now."""
    from helpdesk_tui.commands.stores import run_backup

    return run_backup(context.obj)


@db_commands.command("restore")
def db_restore(
    context: typer.Context,
    store: Annotated[str, typer.Argument(help="personal or team.")],
    backup: Annotated[str, typer.Option("--from", help="The backup's file; the newest good one where not given.")] = "",
) -> int:
    """Put a backup in the place of a precious store; the present file is kept beside it."""
    from helpdesk_tui.commands.stores import run_restore

    return run_restore(context.obj, store, backup)


@db_commands.command("purge")
def db_purge(context: typer.Context) -> int:
    """Empty the cache, so that no ticket's words stay on this machine."""
    from helpdesk_tui.commands.stores import run_purge

    return run_purge(context.obj)
