"""The form of fields: every field changed in place, nothing lost by leaving, everything written together."""

from __future__ import annotations

import sqlite3
from typing import Any

from helpdesk_tui.config.macros import MacroConfig
from helpdesk_tui.data import stores
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.domain.choices import Choice, Choices, Demand, Transition
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.screens.acts.form import FormScreen
from helpdesk_tui.screens.queue.screen import QueueScreen
from helpdesk_tui.widgets.ticket_text import shown_number

CATEGORY = Demand("category", "Category", False, (Choice("net", "Network"), Choice("hw", "Hardware")))
SOLVED = Transition("Done", State.SOLVED, demands=(Demand("close_code", "Close code"), CATEGORY))


def on_top(desk: Any) -> type[Any]:
    return type(desk.app.screen)


def line_of(desk: Any, label: str) -> str:
    return next(str(line) for line in desk.text.splitlines() if line[4:].startswith(label))


async def test_every_field_is_changed_in_place_and_all_are_written_together(open_desk: Any) -> None:
    async with open_desk() as desk:
        number = desk.queue.tickets.current_row.number
        await desk.press("e")
        assert on_top(desk) is FormScreen
        assert number in desk.text.splitlines()[0]
        labels = [line[4:].split()[0] for line in desk.text.splitlines()[1:7]]
        assert labels == ["title", "status", "priority", "group", "owner", "tags"]
        await desk.press("enter", "!", "enter", "j", "j", "e", "4")
        assert "2 changed, y writes" in desk.text.splitlines()[0]
        assert "P4" in line_of(desk, "priority")
        await desk.press("G", "e", *"vpn", "enter")
        assert "+vpn" in line_of(desk, "tags")
        await desk.press("u")
        assert "+vpn" not in line_of(desk, "tags")
        await desk.press("y")
        assert on_top(desk) is QueueScreen
        assert "z takes it back" in desk.prompt
        (change,) = await desk.app.desk.outbox()
        assert set(change.desired) == {"title", "priority"}
        assert change.desired["title"].endswith("!")
        await desk.press("e")
        assert "as it is now" in desk.text.splitlines()[0], "what is written is begun no more"


async def test_leaving_loses_nothing_and_writes_nothing(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("e", "j", "j", "enter", "1", "q")
        assert on_top(desk) is QueueScreen
        assert await desk.app.desk.outbox() == []
        await desk.press("j", "e")
        assert "as it is now" in desk.text.splitlines()[0], "another ticket's form"
        await desk.press("escape", "k", "e")
        assert "1 changed, y writes" in desk.text.splitlines()[0]
        assert "stands again" in desk.prompt
        await desk.press("j", "j", "u", "y")
        assert "nothing was changed" in desk.prompt


async def test_marks_are_edited_at_once_with_one_confirmation(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("6", *["space"] * 12, "e")
        assert "EDIT 12 marked" in desk.text.splitlines()[0]
        assert "different" in line_of(desk, "priority")
        assert not any(line[4:].startswith("title") for line in desk.text.splitlines())
        await desk.press("j", "enter", "5", "G", "enter", *"moved", "enter", "y")
        assert on_top(desk) is QueueScreen
        assert "y do it" in desk.prompt
        assert await desk.app.desk.outbox() == []
        await desk.press("n", "e")
        assert "2 changed, y writes" in desk.text.splitlines()[0], "no is not never"
        await desk.press("y", "y")
        changes = await desk.app.desk.outbox()
        assert len({change.ref for change in changes}) == 12
        assert all(change.desired["tags+"] == "moved" for change in changes)


async def test_the_platforms_own_fields_are_there_once_it_told_them(open_desk: Any) -> None:
    async with open_desk((200, 50)) as desk:
        row = desk.queue.tickets.current_row
        await desk.press("e")
        assert "once the platform has told" in desk.text
        with sqlite3.connect(desk.paths.personal_db) as connection:
            asked = connection.execute("SELECT kind, key FROM request WHERE kind = 'choices'").fetchall()
        connection.close()
        assert asked == [("choices", row.key)]
        told = Choices(
            row.source, row.key, 1, row.status, (SOLVED,), values={"category": "net", "site": "Lyon"},
            cannot={"owner": "this account may not assign"},
        )  # fmt: skip
        writer = CacheWriter(stores.open_write(desk.paths.cache_db, stores.StoreKind.CACHE))
        writer.store_choices(told)
        writer.close()
        await desk.app.screen.load()
        await desk.settle()
        assert line_of(desk, "category").split()[1] == "Network"
        assert line_of(desk, "site").split()[1] == "Lyon"
        assert "this account may not assign" in line_of(desk, "owner")
        await desk.press("j", "enter", "1", *"fixed", "enter")
        assert "Done, fixed" in line_of(desk, "status")
        await desk.press("j", "j", "j", "enter")
        assert "owner: this account may not assign" in desk.prompt
        await desk.press("G", "k", "enter", "2")
        assert "Hardware" in line_of(desk, "category")
        await desk.press("y")
        (change,) = await desk.app.desk.outbox()
        assert dict(change.desired) == {"status": "Done", "close_code": "fixed", "category": "hw"}


async def test_a_computed_priority_is_offered_in_words_of_what_it_is_computed_from(open_desk: Any) -> None:
    steps = (Choice("1", "High"), Choice("2", "Medium"), Choice("3", "Low"))
    async with open_desk() as desk:
        row = desk.queue.tickets.current_row
        told = Choices(
            row.source, row.key, 1, row.status, priorities=(Choice("1", "1 - Critical"), Choice("2", "2 - High")),
            computed=(Demand("impact", "Impact", choices=steps), Demand("urgency", "Urgency", choices=steps)),
        )  # fmt: skip
        writer = CacheWriter(stores.open_write(desk.paths.cache_db, stores.StoreKind.CACHE))
        writer.store_choices(told)
        writer.close()
        await desk.press("p")
        shown = " ".join(desk.text.splitlines()[-3:])
        assert "1 P1 impact high, urgency high" in shown
        assert "Critical" not in shown


async def test_a_macro_asks_for_what_its_status_demands(open_desk: Any) -> None:
    async with open_desk() as desk:
        row = desk.queue.tickets.current_row
        writer = CacheWriter(stores.open_write(desk.paths.cache_db, stores.StoreKind.CACHE))
        writer.store_choices(Choices(row.source, row.key, 1, row.status, (SOLVED,)))
        writer.close()
        desk.app.desk.macros = (MacroConfig("done", status="solved", note="Closed {number}"),)
        await desk.press("M", "1")
        assert "Close code" in desk.prompt
        await desk.press("escape")
        assert "nothing was done" in desk.prompt
        await desk.press("M", "1", *"fixed", "enter")
        changes = await desk.app.desk.outbox()
        desired = {name: value for change in changes for name, value in change.desired.items()}
        assert desired == {"status": "Done", "close_code": "fixed", "note": f"Closed {shown_number(row)}"}
