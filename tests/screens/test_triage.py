"""Triage: the cursor goes on, decided tickets stay dimmed, what is taken back is to be decided again, keys wait."""

from __future__ import annotations

import sqlite3
from typing import Any

from textual import events

from helpdesk_tui.paths import Paths
from helpdesk_tui.screens.queue.screen import QueueScreen
from helpdesk_tui.theme import ScreenSettings


def left(desk: Any) -> int:
    return int(desk.text.split("TRIAGE ")[1].split()[0])


def place(queue: QueueScreen) -> int:
    return queue.tickets.cursor


async def test_the_key_of_the_view_begins_a_pass_and_a_decision_goes_on(open_desk: Any) -> None:
    async with open_desk() as desk:
        assert "TRIAGE" not in desk.text
        await desk.press("1")
        total = left(desk)
        assert total == len(desk.queue.tickets.ids) > 3
        assert "one pass" in desk.text.splitlines()[0]
        await desk.press("a", "1")
        assert (left(desk), place(desk.queue)) == (total - 1, 1)
        await desk.press("p", "1")
        assert (left(desk), place(desk.queue)) == (total - 1, 1), "a priority alone decides nobody's fate"
        await desk.press("a", "1")
        assert (left(desk), place(desk.queue)) == (total - 2, 2)
        assert desk.queue.tickets.ids[0] in desk.queue.tickets.gone, "dimmed, and still at its place"


async def test_nothing_moves_under_the_cursor_while_a_pass_is_under_way(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("1", "a", "1")
        first = list(desk.queue.tickets.ids)
        desk.write("UPDATE ticket SET due_at = 1, rev = :rev WHERE id = (SELECT max(id) FROM ticket WHERE is_open = 1)")
        await desk.pulse()
        assert list(desk.queue.tickets.ids) == first
        assert place(desk.queue) == 1
        assert first[0] in desk.queue.tickets.gone


async def test_what_is_taken_back_is_to_be_decided_again(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("1")
        total = left(desk)
        await desk.press("a", "1", "a", "1", "z")
        assert (left(desk), place(desk.queue)) == (total - 1, 1)
        assert desk.queue.tickets.ids[1] not in desk.queue.tickets.gone


async def test_marks_of_decided_tickets_go_and_others_stay(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("1")
        rows = [desk.queue.tickets.rows[ident] for ident in desk.queue.tickets.ids[:40]]
        desk.queue.set_marks([row.ref for row in rows if row.source == rows[0].source][:2], True)
        await desk.settle()
        total = left(desk)
        await desk.press("p", "1")
        assert len(desk.queue.tickets.marks) == 2
        await desk.press("a", "1")
        assert desk.queue.tickets.marks == set()
        assert left(desk) == total - 2
        assert desk.queue.tickets.ids[place(desk.queue)] not in desk.queue.tickets.gone


async def test_a_decision_on_the_tickets_page_counts(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("1")
        total = left(desk)
        await desk.press("enter", "a", "1", "q")
        assert (left(desk), place(desk.queue)) == (total - 1, 1)
        await desk.press("enter", "q")
        assert (left(desk), place(desk.queue)) == (total - 1, 1), "looking decides nothing"


async def test_keys_typed_ahead_wait_for_the_decision_before(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("1")
        total = left(desk)
        for key in ("a", "1", "a", "1", "j", "a", "1"):
            desk.app.post_message(_key(key))
        await desk.settle()
        await desk.settle()
        decided = [index for index, ident in enumerate(desk.queue.tickets.ids) if ident in desk.queue.tickets.gone]
        assert decided == [0, 1, 3]
        assert (left(desk), place(desk.queue)) == (total - 3, 4)


async def test_two_passes_sort_first_and_dispatch_what_is_left(open_desk: Any, paths: Paths) -> None:
    with sqlite3.connect(paths.cache_db) as connection:
        few = "SELECT id FROM ticket WHERE is_open = 1 AND owner = '' AND source = 'zd' ORDER BY id LIMIT 4"
        connection.execute(f"UPDATE ticket SET is_open = 0, state = 'closed' WHERE id NOT IN ({few})")
    connection.close()
    async with open_desk() as desk:
        await desk.press("1", "1")
        assert "pass 1 of 2 (priority, duplicates)" in desk.text.splitlines()[0]
        total = left(desk)
        assert total == 4
        await desk.press("a", "1")
        for _ in range(total - 1):
            await desk.press("p", "5")
        assert "pass 2 of 2 (dispatch)" in desk.text.splitlines()[0]
        assert (left(desk), place(desk.queue)) == (total - 1, 1)
        for _ in range(total - 1):
            await desk.press("i")
        assert left(desk) == 0


async def test_another_view_ends_the_pass_and_a_command_begins_it(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("1", "6")
        assert "TRIAGE" not in desk.text
        await desk.press(":")
        await desk.type("triage two")
        await desk.press("enter")
        assert "pass 1 of 2" in desk.text
        await desk.press(":")
        await desk.type("triage end")
        await desk.press("enter")
        assert "TRIAGE" not in desk.text
        assert "decided in" in desk.prompt


async def test_read_only_has_no_pass(open_desk: Any) -> None:
    async with open_desk(settings=ScreenSettings(read_only=True)) as desk:
        await desk.press("1")
        assert "TRIAGE" not in desk.text


def _key(key: str) -> events.Key:
    return events.Key(key, key)
