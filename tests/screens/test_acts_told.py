"""What is said of acts is there to be read, whatever the width: the end of a line, what was refused, what is kept."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.intents import IntentReader
from helpdesk_tui.desk import colleagues, lookout
from helpdesk_tui.desk.intents import Intents
from helpdesk_tui.desk.lookout import Attention, Lookout
from helpdesk_tui.domain.change_rules import Outcome
from helpdesk_tui.errors import DiskFull
from helpdesk_tui.paths import Paths
from helpdesk_tui.screens import base
from helpdesk_tui.screens.acts import compose, unkept
from helpdesk_tui.screens.acts.confirm import Confirm
from helpdesk_tui.screens.base import Choice


async def until(desk: Any, shown: Callable[[], bool]) -> None:
    """Looks again and again, for as long as a slow machine may need."""
    for _ in range(500):
        if shown():
            return
        await asyncio.sleep(0.005)
        await desk.pilot.pause()
    raise AssertionError(desk.text)


LONG = "Bartholomew Featherstonehaugh-Cholmondeley of the Northern Lakes"


@pytest.fixture
def long_name(paths: Paths) -> Paths:
    """A cache in which everybody has a long name."""
    with sqlite3.connect(paths.cache_db) as connection:
        connection.execute("UPDATE person SET name = ? || ' ' || key WHERE works_tickets = 1", (LONG,))
    connection.close()
    return paths


async def test_a_question_is_read_whole_at_80_cells(open_desk: Any, long_name: Paths) -> None:
    async with open_desk() as desk:
        await desk.press("6", *["space"] * 30, "a", "1")
        question = " ".join(line.strip() for line in desk.text.splitlines()[21:23])
        assert "Featherstonehaugh" in question
        assert " tickets (" in question
        assert "y do it" in desk.prompt


async def test_what_came_of_an_act_and_of_taking_it_back_is_never_cut_off(open_desk: Any, long_name: Paths) -> None:
    async with open_desk() as desk:
        await desk.press("a", "1")
        assert desk.prompt.rstrip().endswith("held 5 s, z takes it back")
        assert "assign to Bartholomew" in desk.text.splitlines()[-2], "too long for one line: it begins above"
        await desk.press("z")
        assert desk.prompt.rstrip().endswith("1 taken back unsent")


async def test_what_was_said_is_no_longer_asked_about(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("p", "1", "j", "c")
        await desk.type("said")
        await desk.press("enter")
        (_, note) = await desk.app.desk.outbox()
        outbox = desk.app.desk.intents._outbox()
        sent = outbox.claim(note.id, note.host, note.not_before)
        outbox.settle(sent, Outcome.SAID_YES, note.not_before)
        await desk.press("z")
        assert "what was said cannot be unsaid" in desk.prompt
        assert desk.queue.overlay is None
        await desk.press("z")
        assert "1 taken back unsent" in desk.prompt, "the act before is next"


async def test_after_a_note_the_keys_of_the_list_are_shown_again(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("c")
        assert "Esc keep as draft" in desk.text.splitlines()[22]
        await desk.type("said")
        await desk.press("enter")
        assert "Enter open" in desk.text.splitlines()[22]


def _full(*_given: object) -> int:
    raise DiskFull("the disk is full", path=Path("personal.db"))


async def test_a_full_disk_while_typing_is_said_at_once_and_tried_again(
    open_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = Intents.save_draft

    monkeypatch.setattr(compose, "SAVE_AFTER", 0.001)
    monkeypatch.setattr(compose, "AGAIN_AFTER", 0.05)
    monkeypatch.setattr(Intents, "save_draft", _full)
    async with open_desk() as desk:
        await desk.press("c")
        await desk.type("important")
        await until(desk, lambda: "not written down" in desk.prompt)
        assert "important" in desk.prompt
        assert "the disk is full; it stays here, and is tried again" in desk.text.splitlines()[22]
        monkeypatch.setattr(Intents, "save_draft", keep)
        await until(desk, lambda: "not written down" not in desk.prompt)
        assert "Esc keep as draft" in desk.text.splitlines()[22]
        with sqlite3.connect(desk.paths.personal_db) as connection:
            kept = connection.execute("SELECT kind, text FROM draft").fetchall()
        connection.close()
        assert kept == [("note", "important")]


async def test_a_text_that_is_left_while_the_disk_is_full_comes_back_and_is_not_called_a_draft(
    open_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = Intents.save_draft

    monkeypatch.setattr(compose, "AGAIN_AFTER", 0.05)
    monkeypatch.setattr(Intents, "save_draft", _full)
    async with open_desk() as desk:
        await desk.press("c")
        await desk.type("important")
        await desk.press("escape")
        await until(desk, lambda: "the disk is full; the draft is only here" in desk.prompt)
        await desk.press("q")
        assert "1 draft could not be written down and would be LOST. Leave?" in desk.text
        await desk.press("n", "c")
        assert "important" in desk.prompt
        await desk.press("enter")
        (note,) = await desk.app.desk.outbox()
        assert note.desired["note"] == "important"
        await desk.press("j", "c")
        await desk.type("second")
        await desk.press("escape")
        await until(desk, lambda: "only here" in desk.prompt)
        monkeypatch.setattr(Intents, "save_draft", keep)
        await until(desk, lambda: unkept.count(desk.app.desk) == 0)
    async with open_desk() as desk:
        await desk.press("j", "c")
        assert "second" in desk.prompt


async def test_the_next_start_tells_of_drafts_too(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("c")
        await desk.type("half a sentence")
        await desk.press("escape")
    async with open_desk() as desk:
        await desk.pulse()
        assert "resumed, 1 draft kept" in desk.prompt


async def test_what_is_being_typed_is_not_told_as_kept(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_desk() as desk:
        await desk.press("r")
        await desk.type("half a sentence")
        desk.queue.keep_texts()
        await desk.settle()
        said: list[str] = []
        monkeypatch.setattr(desk.queue, "say", said.append)
        desk.queue._told_waiting = False
        await desk.queue.count_outbox()
        assert said == []


@pytest.mark.parametrize(("answer", "said"), [("e", ""), ("q", "kept as a draft")])
async def test_nothing_that_is_said_covers_the_answers_to_a_question(
    open_desk: Any, monkeypatch: pytest.MonkeyPatch, answer: str, said: str
) -> None:
    monkeypatch.setattr(base, "STALE", 0.0)
    async with open_desk() as desk:
        await desk.press("r")
        await desk.type("Hello")
        await desk.press("enter")
        assert "y send" in desk.prompt
        desk.queue.say("INC0000042 was refused", "bad", tail=": no right to it")
        assert "y send" in desk.prompt
        await desk.press(answer)
        assert said in desk.prompt
        if answer == "e":
            await desk.press("escape")
        await desk.press("j")
        assert "INC0000042 was refused: no right to it" in desk.prompt
        await desk.press("k")
        assert "refused" not in desk.prompt


async def test_what_was_said_is_shown_as_soon_as_a_question_is_left_without_a_word(open_desk: Any) -> None:
    async with open_desk() as desk:
        asked = Confirm(
            desk.queue, "Do it?", [Choice("y", "do it", lambda: None), Choice("n", "leave it", lambda: None)]
        )
        desk.queue.say("elsewhere something happened")
        assert "leave it" in desk.prompt
        asked.answer("n", "n")
        assert "elsewhere something happened" in desk.prompt


async def test_who_else_is_at_a_ticket_is_told_on_its_row_its_page_and_where_it_is_acted_on(
    open_desk: Any, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(colleagues, "LOOK", 0.0)
    paths.team_db.parent.mkdir(exist_ok=True)
    paths.team_db.parent.chmod(0o2770)
    stores.open_write(paths.team_db, stores.StoreKind.TEAM).close()
    async with open_desk() as desk:
        row = desk.queue.tickets.current_row
        ana = Lookout(paths.team_db, "ana", now=desk.app.now, settle=0.0)
        await desk.pulse()
        await desk.press("enter")
        ana.at(Attention(row.ref, "reply"))
        reader = IntentReader(paths.team_db, "nobody")
        await until(desk, lambda: len(reader.looking(desk.app.now())) > 0)
        await desk.pulse()
        assert "@ ana is writing a reply" in desk.text, "the page that is open learns of it"
        await desk.press("c")
        assert "@ ana is writing a reply" in desk.text.splitlines()[22]
        await desk.press("escape", "q")
        assert "@ ana is writing a reply" in desk.text, "the preview"
        await desk.press("a")
        assert "@ ana is writing a reply" in desk.prompt
        await desk.press("1")
        assert "@ ana is writing" in desk.text.splitlines()[-2]
        ana.close()
        await desk.pulse()
        assert "@ ana" not in "\n".join(desk.text.splitlines()[:-2])
        await desk.press("g", "y")
        assert "the team shares its store" in desk.text
        reader.close()


async def test_colleagues_are_told_what_is_open_here_and_what_is_written(
    open_desk: Any, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout, "SETTLE", 0.0)
    paths.team_db.parent.mkdir(exist_ok=True)
    paths.team_db.parent.chmod(0o2770)
    stores.open_write(paths.team_db, stores.StoreKind.TEAM).close()
    reader = IntentReader(paths.team_db, "ana")

    def doing() -> list[tuple[str, str]]:
        return [(one.key, one.doing) for one in reader.looking(0)]

    async with open_desk() as desk:
        key = desk.queue.tickets.current_row.key
        await desk.pulse()
        assert doing() == [], "nobody is told where the cursor stands"
        await desk.press("enter")
        await desk.pulse()
        await until(desk, lambda: doing() == [(key, "open")])
        await desk.press("r")
        await desk.pulse()
        await until(desk, lambda: doing() == [(key, "reply")])
        await desk.press("escape", "q")
        await desk.pulse()
        await until(desk, lambda: doing() == [])
        await desk.press("c")
        await desk.pulse()
        await until(desk, lambda: doing() == [(key, "note")])
    assert doing() == [], "leaving the desk takes it back"
    reader.close()
