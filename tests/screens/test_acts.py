"""Acts from the list and the page: pick, mark, confirm, write, take back; and what is never lost."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from textual import events

from helpdesk_tui.config.macros import MacroConfig
from helpdesk_tui.desk.intents import Intents
from helpdesk_tui.errors import DiskFull
from helpdesk_tui.screens import base
from helpdesk_tui.screens.acts import compose, editor
from helpdesk_tui.theme import ScreenSettings
from helpdesk_tui.widgets import terminal


def rows(desk: Any, sql: str) -> list[tuple[Any, ...]]:
    file: Path = desk.paths.personal_db
    if not file.exists():
        return []
    with sqlite3.connect(file) as connection:
        return connection.execute(sql).fetchall()


def changes(desk: Any) -> list[tuple[str, dict[str, str], str]]:
    found = rows(desk, "SELECT number, desired, state FROM change ORDER BY seq")
    return [(number, json.loads(desired), state) for number, desired, state in found]


def drafts(desk: Any) -> list[tuple[str, str]]:
    return rows(desk, "SELECT kind, text FROM draft ORDER BY id")


async def test_two_keys_assign_and_one_takes_back(open_desk: Any) -> None:
    async with open_desk() as desk:
        row = desk.queue.tickets.current_row
        await desk.press("a")
        assert "assign to" in desk.prompt
        assert " 1 " in "".join(desk.text.splitlines()[21:23])
        await desk.press("1")
        assert [(number, set(desired), state) for number, desired, state in changes(desk)] == [
            (row.number, {"owner"}, "QUEUED")
        ]
        assert "z takes it back" in desk.prompt
        shown = desk.queue.tickets.current_row
        assert shown.ref == row.ref
        assert shown.owner.endswith("^")
        assert desk.text.splitlines()[4][2] == "^"
        assert "^1" in desk.text.splitlines()[1]
        await desk.press("z")
        assert [state for *_, state in changes(desk)] == ["DISCARDED"]
        assert desk.queue.tickets.current_row.owner == row.owner


async def test_keys_typed_before_the_options_are_there_wait_for_them(open_desk: Any) -> None:
    async with open_desk() as desk:
        for key in ("a", "2", "j"):
            await desk.pilot.press(key)
        await desk.settle()
        assert len(changes(desk)) == 1
        assert desk.queue.overlay is None


async def test_the_mark_is_there_before_anything_is_read(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_desk() as desk:
        seen = []

        async def ask(question: Any) -> Any:
            seen.append(desk.queue.tickets.current_row.deciding)
            return question(desk.app.desk.acting)

        await desk.press("p")
        monkeypatch.setattr(desk.app.desk, "ask", ask)
        await desk.press("1")
        assert seen[0]


async def test_letters_search_everybody(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("a")
        options = list(desk.queue.overlay.matches)
        last = options[-2]
        await desk.type(last.value.name.split()[0].lower())
        assert last.value.name in [one.value.name for one in desk.queue.overlay.matches]
        await desk.press("1")
        assert desk.queue.overlay is not None
        await desk.press("escape")
        assert changes(desk) == []


async def test_escape_leaves_the_marks(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("space", "space", "space", "a")
        assert "3 marked" in desk.prompt
        await desk.press("escape")
        assert len(desk.queue.tickets.marks) == 3
        assert changes(desk) == []
        await desk.press("t")
        await desk.type("zz-new")
        await desk.press("enter")
        assert len(changes(desk)) == 3
        assert len(desk.queue.tickets.marks) == 3
        await desk.press("z")
        assert {state for *_, state in changes(desk)} == {"DISCARDED"}


async def test_more_than_ten_are_asked_about_and_enter_is_no_yes(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("6", *["space"] * 12, "p", "1")
        assert "y do it" in desk.prompt
        assert "tickets (" in desk.text.splitlines()[22]
        await desk.press("enter")
        assert changes(desk) == []
        await desk.press("p", "1", "y")
        assert len(changes(desk)) >= 11


async def test_more_than_fifty_take_their_number(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("6", "V", "y", "t")
        await desk.type("zz-new")
        await desk.press("enter")
        many = len(desk.queue.tickets.marks)
        assert f"type {many} and Enter" in desk.prompt
        await desk.press("y", "enter", "1", "enter")
        assert changes(desk) == []
        await desk.type(str(many))
        await desk.press("enter")
        assert len(changes(desk)) == many


async def test_a_note_is_internal_and_saved_by_enter(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("c")
        assert "INTERNAL NOTE, desk only" in desk.prompt
        await desk.type("call back at 5")
        await desk.press("enter")
        assert [desired for _, desired, _ in changes(desk)] == [{"note": "call back at 5"}]
        assert drafts(desk) == []


async def test_a_reply_is_public_reviewed_and_kept(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("r")
        assert "PUBLIC REPLY to" in desk.prompt
        assert "INTERNAL" not in desk.prompt
        await desk.type("Hello")
        await desk.press("enter")
        assert "customer reads it" in desk.text.splitlines()[21]
        assert "Hello" in desk.text.splitlines()[22]
        assert "y send" in desk.prompt
        await desk.press("enter")
        assert changes(desk) == []
        assert drafts(desk) == [("reply", "Hello")]
        await desk.press("r")
        assert "Hello" in desk.prompt
        await desk.press("!", "enter", "e")
        assert "PUBLIC REPLY" in desk.prompt
        await desk.press("enter", "y")
        assert [desired for _, desired, _ in changes(desk)] == [{"reply": "Hello!"}]
        assert drafts(desk) == []


async def test_one_text_is_never_sent_as_the_other(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("c")
        await desk.type("between us")
        await desk.press("escape", "r")
        assert "between us" not in desk.prompt
        await desk.press("escape", "c")
        assert "between us" in desk.prompt


async def test_public_text_on_two_tickets_takes_their_number(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("space", "space", "r")
        await desk.type("Hello")
        await desk.press("enter")
        assert "type 2 and Enter" in desk.prompt
        await desk.press("y", "enter", "2", "enter")
        assert [desired for _, desired, _ in changes(desk)] == [{"reply": "Hello"}] * 2


async def test_no_answer_counts_before_the_question_was_seen(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "DEAD_TIME", 3600.0)
    async with open_desk() as desk:
        await desk.press("r")
        await desk.type("Hello")
        await desk.press("enter", "y", "y")
        assert changes(desk) == []
        assert "y send" in desk.prompt
        overlay = desk.queue.overlay
        late = events.Key("y", "y")
        late.time = overlay._listens + 1
        overlay.take("y", late)
        await desk.settle()
        assert len(changes(desk)) == 1


async def test_text_being_typed_survives_the_terminal(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "SAVE_AFTER", 3600.0)
    monkeypatch.setattr(terminal, "force_exit", lambda: None)
    async with open_desk() as desk:
        await desk.press("c")
        await desk.type("half a sent")
        assert drafts(desk) == []
        desk.app._leave()
    assert drafts(desk) == [("note", "half a sent")]


async def test_a_full_disk_takes_the_mark_back_and_keeps_the_text(
    open_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: Intents, _changes: object) -> None:
        raise DiskFull("the disk is full", path=Path("personal.db"))

    async with open_desk() as desk:
        await desk.press("c")
        await desk.type("important")
        monkeypatch.setattr(Intents, "enqueue", full)
        await desk.press("enter")
        assert "not saved, text kept" in desk.prompt
        assert "the disk is full" in desk.text.splitlines()[22]
        assert "important" in desk.prompt
        assert not desk.queue.tickets.current_row.deciding
        monkeypatch.undo()
        await desk.press("enter")
        assert [desired for _, desired, _ in changes(desk)] == [{"note": "important"}]


async def test_the_editor_takes_long_texts_in_a_private_file(
    open_desk: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "ed.sh"
    script.write_text(
        '#!/bin/sh\nstat -c %a "$2" > "$1"\nprintf "two\\nlines\\n" | cat - "$2" > "$2.x"\nmv "$2.x" "$2"\n'
    )
    script.chmod(0o700)
    monkeypatch.setenv("EDITOR", f"'{script}' {tmp_path / 'mode'}")
    async with open_desk() as desk:
        await desk.press("c")
        await desk.type("first")
        await desk.press("ctrl+x")
        assert (tmp_path / "mode").read_text() == "600\n"
        assert "y save" in desk.prompt
        assert drafts(desk) == [("note", "two\nlines\nfirst")]
        await desk.press("y")
        assert [desired for _, desired, _ in changes(desk)] == [{"note": "two\nlines\nfirst"}]
        assert list(desk.app.desk.drafts_folder.iterdir()) == []


async def test_an_editor_that_fails_loses_nothing(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "false")
    async with open_desk() as desk:
        await desk.press("c")
        await desk.type("first")
        await desk.press("ctrl+x")
        assert "first" in desk.prompt
        assert drafts(desk) == [("note", "first")]
        (kept,) = desk.app.desk.drafts_folder.iterdir()
        kept.write_text(f"first\nand more\n{editor.SCISSORS}\nabout")
        await desk.press("escape", "c")
        assert "first and more" in desk.text.splitlines()[22]
        assert drafts(desk) == [("note", "first\nand more")]
        assert not kept.exists()


async def test_again_does_the_last_act_elsewhere(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("p", "1", "j", "full_stop")
        made = changes(desk)
        assert len({number for number, *_ in made}) == 2
        assert [desired for _, desired, _ in made] == [made[0][1]] * 2


async def test_read_only_offers_no_act_and_says_why(open_desk: Any) -> None:
    async with open_desk(settings=ScreenSettings(read_only=True)) as desk:
        assert "READ ONLY" in desk.text.splitlines()[1]
        assert "assign" not in desk.text.splitlines()[22]
        await desk.press("a")
        assert "READ ONLY: assign is not possible here" in desk.prompt
        await desk.press(":")
        await desk.type("note hello")
        await desk.press("enter")
        assert "READ ONLY" in desk.prompt
        await desk.press("question_mark")
        assert "somebody" not in desk.text


async def test_the_page_acts_on_its_ticket(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("space", "space", "enter")
        number = desk.app.screen.carried_row().number
        await desk.press("p", "1")
        assert [one for one, *_ in changes(desk)] == [number]
        assert "^" in desk.text.splitlines()[0]


async def test_commands_act_like_their_keys(open_desk: Any) -> None:
    async with open_desk() as desk:
        for text in ("priority 2", "tag zz-one -zz-two", "note by command"):
            await desk.press(":")
            await desk.type(text)
            await desk.press("enter")
            if text.startswith("note"):
                await desk.press("enter")
        assert [set(desired) for _, desired, _ in changes(desk)][-2:] == [{"tags+"}, {"note"}]


async def test_a_macro_fills_its_texts(open_desk: Any) -> None:
    async with open_desk() as desk:
        desk.app.desk.macros = (MacroConfig("ask", note="asked {requester} about {number}", tags=("asked",)),)
        number = desk.queue.tickets.current_row.number
        await desk.press("M", "1")
        made = changes(desk)
        assert {"tags+": "asked"} in [desired for _, desired, _ in made]
        note = next(desired["note"] for _, desired, _ in made if "note" in desired)
        assert number in note
        assert "{" not in note


async def test_an_escalation_needs_its_facts(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("exclamation_mark", "2")
        for text in ("nobody can print", "power cycle", "error 5", "Duval 4711"):
            assert "(" not in text
            await desk.type(text)
            await desk.press("enter")
        await desk.press("1")
        assert "y write" in desk.prompt
        await desk.press("y")
        made = changes(desk)
        note = next(desired["note"] for _, desired, _ in made if "note" in desired)
        assert "Tried: power cycle" in note
        assert any("priority" in desired for _, desired, _ in made)
        batches = {batch for (batch,) in rows(desk, "SELECT batch FROM change")}
        assert len(batches) == 1
        assert batches != {""}


async def test_facts_begun_come_back(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("exclamation_mark", "2")
        await desk.type("nobody can print")
        await desk.press("enter", "escape")
        assert "kept as a draft" in desk.prompt
        await desk.press("exclamation_mark", "2")
        assert "nobody can print" in desk.prompt
        assert changes(desk) == []


async def test_leaving_with_unsent_writes_asks(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("p", "1", "q")
        assert "1 write not confirmed yet" in desk.text.splitlines()[22]
        await desk.press("enter")
        assert desk.app.is_running


async def test_a_resumed_desk_says_what_waits(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("p", "1")
    async with open_desk() as desk:
        await desk.pulse()
        assert "resumed, 1 write waiting" in desk.prompt
        await desk.press("z")
        assert [state for *_, state in changes(desk)] == ["DISCARDED"]
