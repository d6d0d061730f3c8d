"""Acts from the shell that a platform would refuse are refused at once where the cache knows, with what to do."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from helpdesk_tui.data.choice_rows import dumped
from helpdesk_tui.domain.choices import Choice, Choices, Demand, Transition
from helpdesk_tui.domain.tickets import State

from .conftest import Command

CODE = Demand("close_code", "Close code", choices=(Choice("fixed", "Fixed"), Choice("dup", "Duplicate")))
NOTES = Demand("close_notes", "Close notes")
PAGE_ONLY = Demand("file", "Attachment", fillable=False)


def ask(folder: Path, statement: str, *values: object) -> list[tuple[str, ...]]:
    """One statement on the cache."""
    with closing(sqlite3.connect(folder / "cache" / "cache.db")) as cache, cache:
        return cache.execute(statement, values).fetchall()


def open_ticket(folder: Path, source: str) -> tuple[str, str]:
    """Key and number of an open ticket of a source, whose statuses are made its own."""
    ask(folder, "UPDATE ticket SET status = source || ' ' || status WHERE status NOT LIKE source || ' %'")
    (found,) = ask(folder, "SELECT key, number FROM ticket WHERE source = ? AND is_open = 1 LIMIT 1", source)
    return found[0], found[1]


def allow(folder: Path, source: str, key: str, *ways: Transition) -> None:
    """What the platform said that a ticket may be put into."""
    body = dumped(Choices(source, key, 1, "zd open", ways))
    ask(folder, "INSERT INTO choice (source, ticket, body, as_of) VALUES (?, ?, ?, 1)", source, key, body)


def queued(command: Command, folder: Path) -> int:
    """How much is in the outbox."""
    return len(json.loads(command(folder, "outbox", "--json").out))


def test_a_status_that_only_another_platform_has_is_refused_at_once(pulled: Path, command: Command) -> None:
    _, number = open_ticket(pulled, "zd")
    ((theirs,),) = ask(pulled, "SELECT status FROM ticket WHERE source = 'jsm' AND is_open = 1 LIMIT 1")
    said = command(pulled, "status", theirs.upper(), f"ZD-{number}")
    assert said.code == 1
    assert f"ZD has no status {theirs.upper()}; it has zd " in said.err
    assert queued(command, pulled) == 0


def test_a_status_that_nobody_knows_is_left_to_the_platform_until_it_was_asked(pulled: Path, command: Command) -> None:
    key, number = open_ticket(pulled, "zd")
    assert command(pulled, "status", "Odd", f"ZD-{number}", "--dry-run").code == 0
    ((other,),) = ask(pulled, "SELECT key FROM ticket WHERE source = 'zd' AND is_open = 1 AND key <> ? LIMIT 1", key)
    allow(pulled, "zd", other, Transition("Waiting for parts", State.HOLD))
    said = command(pulled, "status", "Odd", f"ZD-{number}", "--dry-run")
    assert (said.code, "ZD has no status Odd; it has Waiting for parts, zd " in said.err) == (1, True)
    assert command(pulled, "status", "waiting for PARTS", f"ZD-{number}", "--dry-run").code == 0


def test_a_ticket_that_was_asked_names_where_it_may_go(pulled: Path, command: Command) -> None:
    key, number = open_ticket(pulled, "zd")
    allow(pulled, "zd", key, Transition("Pending", State.PENDING), Transition("Solved", State.SOLVED))
    said = command(pulled, "status", "In Progress", f"ZD-{number}")
    assert said.code == 1
    assert "ZD offers no way to In Progress from " in said.err
    assert "; it offers Pending, Solved" in said.err


@pytest.mark.parametrize(
    ("demands", "told"),
    [
        ((CODE, NOTES), "; add --with close_code=VALUE (one of fixed, dup) --with close_notes=TEXT\n"),
        ((CODE, PAGE_ONLY), "only the platform's own page can give\n"),
    ],
)
def test_what_a_status_demands_is_named_as_it_is_given(
    pulled: Path, command: Command, demands: tuple[Demand, ...], told: str
) -> None:
    key, number = open_ticket(pulled, "sn")
    allow(pulled, "sn", key, Transition("Resolved", State.SOLVED, demands=demands))
    said = command(pulled, "status", "solved", number)
    assert (said.code, "demands Close code" in said.err, said.err.endswith(told)) == (1, True, True), said.err
    given = ("--with", "close_code=fixed", "--with", "close_notes=rebooted")
    assert command(pulled, "status", "solved", number, *given, "--dry-run").code == (0 if NOTES in demands else 1)


def test_the_person_comes_before_the_tickets(pulled: Path, command: Command) -> None:
    _, one = open_ticket(pulled, "sn")
    said = command(pulled, "assign", one, "Ada Byron")
    assert (said.code, f"the person comes first: assign 'Ada Byron' {one}" in said.err) == (2, True), said
