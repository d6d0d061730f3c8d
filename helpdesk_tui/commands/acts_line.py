"""The command line of the acts on tickets; their work is in `commands.acts`, imported when one is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from helpdesk_tui.commands.outbox import WriteOptions

Json = Annotated[bool, typer.Option("--json", help="Print JSON, instants as ISO 8601 in UTC.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]


def add_to(cli: typer.Typer) -> None:
    """Gives the program these commands."""
    for command in (assign, note, status, move, escalate):
        cli.command()(command)
    cli.command(context_settings={"ignore_unknown_options": True})(tag)


def _options(context: typer.Context, dry_run: bool, as_json: bool) -> WriteOptions:
    from helpdesk_tui.commands.outbox import WriteOptions

    return WriteOptions(bool(context.meta.get("read_only")), dry_run, as_json)


def assign(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="A name, login or address; nobody takes the owner away.")],
    tickets: Annotated[list[str], typer.Argument(help="Their numbers or keys.")],
    as_json: Json = False,
    dry_run: DryRun = False,
) -> int:
    """Give tickets to somebody, through the outbox."""
    from helpdesk_tui.commands.acts import run_assign

    return run_assign(context.obj, person, tickets, _options(context, dry_run, as_json))


def note(
    context: typer.Context,
    ticket: Annotated[str, typer.Argument(help="Its number or key.")],
    text: Annotated[str, typer.Argument(help="The words; - reads them from standard input.")] = "-",
    as_json: Json = False,
    dry_run: DryRun = False,
) -> int:
    """Write an internal note on a ticket, through the outbox."""
    from helpdesk_tui.commands.acts import run_note

    return run_note(context.obj, ticket, text, _options(context, dry_run, as_json))


def status(
    context: typer.Context,
    word: Annotated[str, typer.Argument(help="open, pending, hold, solved, closed, or a status of the platform.")],
    tickets: Annotated[list[str], typer.Argument(help="Their numbers or keys.")],
    given: Annotated[
        list[str] | None, typer.Option("--with", help="What the platform demands with it: FIELD=VALUE.")
    ] = None,
    as_json: Json = False,
    dry_run: DryRun = False,
) -> int:
    """Set the status of tickets, through the outbox; only as their platforms allow."""
    from helpdesk_tui.commands.acts import run_status

    options = _options(context, dry_run, as_json)
    return run_status(context.obj, word, tickets, given or (), options)


def move(
    context: typer.Context,
    group: Annotated[str, typer.Argument(help="The group's name.")],
    tickets: Annotated[list[str], typer.Argument(help="Their numbers or keys.")],
    as_json: Json = False,
    dry_run: DryRun = False,
) -> int:
    """Move tickets to a group, through the outbox; an owner who is not of it goes."""
    from helpdesk_tui.commands.acts import run_move

    return run_move(context.obj, group, tickets, _options(context, dry_run, as_json))


def tag(
    context: typer.Context,
    tags: Annotated[str, typer.Argument(help="Tags, a comma between them; -TAG takes one away.")],
    tickets: Annotated[list[str], typer.Argument(help="Their numbers or keys.")],
    as_json: Json = False,
    dry_run: DryRun = False,
) -> int:
    """Add tags to tickets or take them away, through the outbox."""
    from helpdesk_tui.commands.acts import run_tag

    return run_tag(context.obj, tags, tickets, _options(context, dry_run, as_json))


def escalate(
    context: typer.Context,
    to: Annotated[str, typer.Argument(help="A group, a person, or on-call.")],
    ticket: Annotated[str, typer.Argument(help="Its number or key.")],
    impact: Annotated[str, typer.Option(help="Who cannot do what.")],
    tried: Annotated[str, typer.Option(help="What was tried so far.")],
    evidence: Annotated[str, typer.Option(help="Messages, logs, times.")],
    who: Annotated[str, typer.Option(help="Who to reach, and how.")],
    priority: Annotated[int, typer.Option(min=0, max=5, help="Another priority; 0 leaves it.")] = 0,
    as_json: Json = False,
    dry_run: DryRun = False,
) -> int:
    """Hand a ticket to a group, a person or whoever is on call, with the facts as an internal note; all or nothing."""
    from helpdesk_tui.commands.acts import run_escalate

    facts = {"impact": impact, "tried": tried, "evidence": evidence, "who": who}
    facts |= {"priority": str(priority)} if priority else {}
    return run_escalate(context.obj, to, ticket, facts, _options(context, dry_run, as_json))
