"""The outbox from the shell: decide, list, take back; nothing decided by a dry run or where all is read only."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from .conftest import Command


@pytest.fixture
def ticket(pulled: Path) -> dict[str, Any]:
    """An owned ticket of the ServiceNow source, and somebody else who could own it."""
    with closing(sqlite3.connect(pulled / "cache" / "cache.db")) as cache:
        number, owner = cache.execute(
            "SELECT t.number, p.name FROM ticket t JOIN person p ON p.source = t.source AND p.key = t.owner"
            " WHERE t.source = 'sn' AND t.is_open = 1 LIMIT 1"
        ).fetchone()
        names = [
            name
            for (name,) in cache.execute(
                "SELECT name FROM person WHERE source = 'sn' AND works_tickets = 1 AND active = 1 AND name <> ?",
                (owner,),
            )
        ]
        to = next(name for name in names if names.count(name) == 1)
    return {"number": number, "owner": owner, "to": to}


def outbox(command: Command, home: Path) -> list[dict[str, Any]]:
    said = command(home, "outbox", "--json")
    assert said.code == 0
    found: list[dict[str, Any]] = json.loads(said.out)
    return found


def test_assigning_waits_in_the_outbox_and_the_queue_shows_it_as_pending(
    pulled: Path, command: Command, ticket: dict[str, Any]
) -> None:
    said = command(pulled, "assign", ticket["to"], ticket["number"])
    assert (said.code, f"> {ticket['to']}: queued as" in said.out) == (0, True)
    (change,) = outbox(command, pulled)
    assert (change["state"], change["number"], change["op"]) == ("QUEUED", ticket["number"], "set_fields")
    assert change["base"]["owner"]
    assert change["base"] != change["desired"]
    (row,) = json.loads(command(pulled, "queue", ticket["number"], "--json").out)
    assert (row["owner"], row["pending"]) == (ticket["to"], ["owner"])
    assert f"\t{ticket['to']}^\t" in command(pulled, "queue", ticket["number"]).out
    listed = command(pulled, "outbox").out
    assert (ticket["number"] in listed, f"owner {ticket['owner']} > {ticket['to']}\t" in listed) == (True, True)
    undone = command(pulled, "outbox", "undo", change["id"])
    assert (undone.code, undone.out.startswith("1 taken back")) == (0, True)
    assert outbox(command, pulled) == []
    (row,) = json.loads(command(pulled, "queue", ticket["number"], "--json").out)
    assert (row["owner"], row["pending"]) == (ticket["owner"], [])
    assert [
        line["outcome"]
        for line in map(json.loads, command(pulled, "outbox", "journal", change["id"], "--json").out.splitlines())
    ] == [
        "decided",
        "the user gave it up",
    ]


def test_a_dry_run_decides_nothing(pulled: Path, command: Command, ticket: dict[str, Any]) -> None:
    said = command(pulled, "note", ticket["number"], "called back", "--dry-run", "--json")
    (told,) = json.loads(said.out)
    assert (told["dry_run"], told["desired"]) == (True, {"note": "called back"})
    assert outbox(command, pulled) == []


@pytest.mark.parametrize("where", ["option", "settings"])
def test_read_only_refuses_and_still_lists(pulled: Path, command: Command, ticket: dict[str, Any], where: str) -> None:
    before: tuple[str, ...] = ("--read-only",) if where == "option" else ()
    if where == "settings":
        file = pulled / "config.toml"
        file.write_text(f"[screen]\nread_only = true\n{file.read_text()}")
    for words in (("note", ticket["number"], "x"), ("assign", "nobody", ticket["number"], "--dry-run")):
        said = command(pulled, *before, *words)
        assert (said.code, "read only" in said.err) == (2, True)
    assert command(pulled, *before, "outbox", "--json").out == "[]\n"


def test_mistakes_are_told_in_one_line(pulled: Path, command: Command, ticket: dict[str, Any]) -> None:
    for words, told in (
        (("assign", "Nobody Known", ticket["number"]), "nobody who works on tickets"),
        (("note", "INC-NONE", "x"), "there is no ticket INC-NONE"),
        (("note", ticket["number"], "  "), "a note needs words"),
        (("outbox", "mine", "0000"), "there is no change 0000"),
        (("outbox", "dance", "0000"), "outbox understands"),
    ):
        said = command(pulled, *words)
        assert (said.code, told in said.err) == (2, True), said


def desired(command: Command, home: Path) -> list[dict[str, str]]:
    return [change["desired"] for change in outbox(command, home)]


def test_acts_go_the_way_of_the_screens(pulled: Path, command: Command, ticket: dict[str, Any]) -> None:
    number = ticket["number"]
    (row,) = json.loads(command(pulled, "queue", number, "--json").out)
    state = "open" if row["state"] == "pending" else "pending"
    for words, wanted in (
        (("status", state, number), {"state", "status"}),
        (("tag", "zz-one,zz-two", number), {"tags+"}),
        (("tag", "-zz-none", number), set()),
    ):
        said = command(pulled, *words)
        made = desired(command, pulled)
        if wanted:
            assert said.code == 0, said
            assert set(made[-1]) & wanted
        else:
            assert (said.code, "already as you want it" in said.err) == (1, True)
    before = len(desired(command, pulled))
    said = command(pulled, "status", state, number, "--dry-run", "--json")
    assert json.loads(said.out)[-1]["cannot"] == "already as you want it"
    assert len(desired(command, pulled)) == before


def test_moving_and_escalating_name_what_is_there(pulled: Path, command: Command, ticket: dict[str, Any]) -> None:
    number = ticket["number"]
    (row,) = json.loads(command(pulled, "queue", number, "--json").out)
    names = {one["group"] for one in json.loads(command(pulled, "queue", f"source:{row['source']}", "--json").out)}
    group = min(names - {row["group"], "", None})
    said = command(pulled, "move", group, number)
    assert said.code == 0, said
    assert "group" in desired(command, pulled)[-1]
    assert command(pulled, "move", "No Such Group", number).code == 2
    facts = ("--impact", "all", "--tried", "reboot", "--evidence", "log", "--who", "me 4711")
    said = command(pulled, "escalate", row["group"], number, *facts, "--json")
    assert said.code == 0, said
    made = json.loads(said.out)
    assert "Tried: reboot" in made[-1]["desired"]["note"]
    assert len({one["batch"] for one in made}) == 1
    missing = command(pulled, "escalate", group, number, "--impact", "all")
    assert missing.code == 2
    nobody = command(pulled, "escalate", "on-call", number, *facts)
    assert (nobody.code, "no roster tells" in nobody.err) == (2, True)


def test_words_that_wait_are_edited(pulled: Path, command: Command, ticket: dict[str, Any]) -> None:
    command(pulled, "note", ticket["number"], "called back")
    (change,) = outbox(command, pulled)
    assert command(pulled, "outbox", "edit", change["id"]).code == 2
    dry = command(pulled, "outbox", "edit", change["id"], "called", "twice", "--dry-run")
    assert (dry.code, "would say 'called twice'" in dry.out) == (0, True)
    assert outbox(command, pulled)[0]["desired"] == {"note": "called back"}
    assert command(pulled, "outbox", "edit", change["id"], "called", "twice").code == 0
    (edited,) = outbox(command, pulled)
    assert edited["desired"] == {"note": "called twice"}
    command(pulled, "outbox", "discard", edited["id"])
    command(pulled, "assign", ticket["to"], ticket["number"])
    (owner,) = outbox(command, pulled)
    refused = command(pulled, "outbox", "edit", owner["id"], "words")
    assert (refused.code, "says nothing" in refused.err) == (2, True)
    command(pulled, "outbox", "undo", owner["id"])


def test_a_dry_run_takes_nothing_over(pulled: Path, command: Command, ticket: dict[str, Any]) -> None:
    command(pulled, "note", ticket["number"], "called back")
    (change,) = outbox(command, pulled)
    with closing(sqlite3.connect(pulled / "state" / "personal.db")) as personal, personal:
        personal.execute("UPDATE change SET host = 'jump2'")
    dry = command(pulled, "outbox", "takeover", "jump2", "--dry-run")
    assert (dry.code, dry.out.startswith("1 of jump2 would be taken over")) == (0, True)
    with closing(sqlite3.connect(pulled / "state" / "personal.db")) as personal:
        assert personal.execute("SELECT host FROM change").fetchall() == [("jump2",)]
    command(pulled, "outbox", "undo", change["id"])


def test_a_dry_run_says_no_where_the_decision_would_come_to_nothing(
    pulled: Path, command: Command, ticket: dict[str, Any]
) -> None:
    assert command(pulled, "note", ticket["number"], "called back").code == 0
    (change,) = outbox(command, pulled)
    for verb, code in (("mine", 1), ("there", 1), ("both", 1), ("undo", 0), ("discard", 0)):
        said = command(pulled, "outbox", verb, change["id"], "--dry-run")
        assert (verb, said.code) == (verb, code)
    assert len(outbox(command, pulled)) == 1
    assert command(pulled, "outbox", "mine", change["id"]).code == 1


@pytest.mark.parametrize("words", [("queue",), ("sla",), ("show", "1"), ("note", "1", "x")])
def test_an_emptied_cache_is_not_taken_for_a_desk_without_tickets(
    pulled: Path, command: Command, words: tuple[str, ...]
) -> None:
    for file in (pulled / "cache").glob("cache.db*"):
        file.unlink()
    (pulled / "cache" / "cache.db").touch()
    said = command(pulled, *words)
    assert (said.code, "nothing has been pulled yet" in said.err) == (2, True)


def test_taking_back_says_what_came_of_it_and_why_the_rest_stays(
    pulled: Path, command: Command, ticket: dict[str, Any]
) -> None:
    made = [
        json.loads(command(pulled, *words, "--json").out)[0]["id"]
        for words in (("note", ticket["number"], "one"), ("assign", ticket["to"], ticket["number"]))
    ]
    both = command(pulled, "outbox", "undo", *made)
    assert (both.code, both.out, both.err) == (0, "2 taken back\n", "")
    again = command(pulled, "outbox", "undo", made[0])
    assert (again.code, again.out) == (1, "")
    assert f"{made[0]} is discarded: there is nothing to take back" in again.err
    for state, attempts, why in (("CONFIRMED", 1, "cannot be unsaid"), ("ASK_USER", 1, f"outbox there {made[0]}")):
        with closing(sqlite3.connect(pulled / "state" / "personal.db")) as personal, personal:
            personal.execute("UPDATE change SET state = ?, attempts = ? WHERE id = ?", (state, attempts, made[0]))
        said = command(pulled, "outbox", "undo", made[0])
        assert (said.code, said.out) == (1, "")
        assert f"{made[0]} stays: " in said.err
        assert why in said.err
