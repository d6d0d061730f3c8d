"""The list: moving, marks, what changes under it, and what waits until it is asked for."""

from __future__ import annotations

import asyncio
import sqlite3
from array import array
from typing import Any

import pytest
from textual.screen import Screen

from helpdesk_tui.app import HelpDeskApp
from helpdesk_tui.errors import NewerStore
from helpdesk_tui.screens.queue import follow as queue_follow
from helpdesk_tui.screens.queue.screen import QueueScreen
from helpdesk_tui.widgets import ticket_list

from .conftest import NOW


def _ids(screen: QueueScreen) -> list[int]:
    return list(screen.tickets.ids)


async def test_first_frame_has_the_parts_of_the_mock(open_desk: Any) -> None:
    async with open_desk() as desk:
        lines = desk.text.splitlines()
        assert len(lines) == 24
        assert all(len(line) == 80 for line in lines)
        assert lines[0].startswith(" 1 Triage ")
        assert lines[1].startswith(" SN ok | JSM ok | ZD ok")
        assert lines[2] == "=" * 80
        assert lines[3].split() == ["P", "DUE", "CK", "KEY", "SUMMARY", "GROUP", "OWNER", "IDLE"]
        assert lines[4].startswith(">")
        assert lines[15].startswith("-- ")
        assert set(lines[21]) == {"-"}
        assert "? keys" in lines[22]
        assert not set("▸✓↑≈—│─┄≥·●○") & set(desk.text)


async def test_three_panes_where_there_is_room(open_desk: Any) -> None:
    async with open_desk((200, 50)) as desk:
        assert "VIEWS" in desk.text
        assert "SAVED FILTERS" in desk.text
        assert "CLOCKS" in desk.text
        assert " QUEUE ▸ Triage" in desk.text
        await desk.press("tab")
        await desk.press("tab")
        await desk.press("j", "j", "enter")
        assert desk.queue.view.name == "stalled"


async def test_groups_are_those_with_open_tickets_and_no_others(open_desk: Any) -> None:
    async with open_desk((200, 50)) as desk:
        desk.write(
            "INSERT INTO grp (source, key, name, active, rev) SELECT source, 'none', 'Nobody At Home', 1, :rev"
            " FROM grp LIMIT 1"
        )
        await desk.queue.read_names()
        groups = [view.name for view in desk.queue._groups]
        assert groups
        assert "group:Nobody At Home" not in groups
        assert all(desk.queue.counts[name].n for name in groups)


async def test_a_terminal_that_grows_wide_gets_its_groups(open_desk: Any) -> None:
    async with open_desk() as desk:
        assert desk.queue._groups == ()
        await desk.pilot.resize_terminal(200, 50)
        await desk.settle()
        await desk.pulse()
        assert "GROUPS" in desk.text
        assert "unassigned" in desk.queue.counts


async def test_what_sync_left_for_the_user_is_shown_once(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.queue.desk.save_view_state("notice", {"lines": ["personal.db was restored from a backup"]})
        desk.queue.minute_passed()
        await desk.settle()
        assert "personal.db was restored from a backup" in desk.prompt
        assert (await desk.queue.desk.view_state("notice"))["lines"] == []


async def test_the_preview_has_the_whole_title(open_desk: Any) -> None:
    async with open_desk() as desk:
        title = "Wrong quantity delivered to the Billund office"
        desk.write(f"UPDATE ticket SET title = '{title}', rev = :rev WHERE id = {desk.queue.tickets.current}")
        await desk.pulse()
        assert title in desk.text.splitlines()[15]


async def test_what_the_first_look_could_not_read_is_read_later(open_desk: Any, paths: Any) -> None:
    async with open_desk() as desk:
        await desk.press("space")
        marked = set(desk.queue.tickets.marks)
    good = paths.personal_db.with_name("good.db")
    connection = sqlite3.connect(paths.personal_db)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    paths.personal_db.rename(good)
    paths.personal_db.write_bytes(b"of another program" * 100)
    async with open_desk((200, 50)) as desk:
        assert desk.prompt.strip()
        assert desk.queue.tickets.ids == array("q")
        good.replace(paths.personal_db)
        await desk.pulse()
        assert desk.queue.tickets.marks == marked
        assert f"Triage {len(desk.queue.tickets.ids)} " in desk.text
        assert desk.prompt.strip() == ""


async def test_before_the_first_pull_sync_is_said_to_start(open_desk: Any, paths: Any) -> None:
    paths.cache_db.unlink()
    async with open_desk() as desk:
        assert "sync is starting" in desk.text.splitlines()[1]
        assert "helpdesk-tui doctor" in " ".join(desk.text.split())
        assert "setup" not in desk.text


async def test_moving(open_desk: Any) -> None:
    async with open_desk() as desk:
        tickets = desk.queue.tickets
        ids = _ids(desk.queue)
        await desk.press("j", "j", "k")
        assert tickets.current == ids[1]
        await desk.press("G")
        assert tickets.current == ids[-1]
        await desk.press("g", "g")
        assert tickets.current == ids[0]
        await desk.press("pagedown")
        assert tickets.current == ids[11]
        await desk.press("ctrl+u")
        assert tickets.current == ids[6]


async def test_the_edge_scrolls_by_half_a_page(open_desk: Any) -> None:
    async with open_desk() as desk:
        tickets = desk.queue.tickets
        for _ in range(tickets.size.height - 1):
            await desk.pilot.press("j")
        await desk.settle()
        assert tickets.scroll_y == 0
        await desk.press("j")
        assert tickets.scroll_y == tickets.size.height - tickets.size.height // 2 + 1 - 1
        assert f"{desk.queue.tickets.cursor + 1} of" in desk.text


async def test_marks_stay_until_they_are_taken_back(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("space", "space", "j", "space")
        assert len(desk.queue.tickets.marks) == 3
        assert desk.queue.tickets.cursor == 4
        assert "3 marked" in desk.text
        await desk.press("escape", "escape")
        assert len(desk.queue.tickets.marks) == 3
        kept = sqlite3.connect(desk.paths.personal_db)
        assert kept.execute("SELECT count(*) FROM mark").fetchone() == (3,)
        kept.close()
        await desk.press("U")
        assert not desk.queue.tickets.marks
    async with open_desk() as desk:
        assert not desk.queue.tickets.marks


async def test_marks_are_there_at_the_next_start(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("space")
        first = set(desk.queue.tickets.marks)
    async with open_desk() as desk:
        assert desk.queue.tickets.marks == first
        shown = desk.text.splitlines()[4:15]
        assert any(line[1] == "*" for line in shown), shown


async def test_a_range_and_everything(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("v", "j", "j", "j", "v")
        assert len(desk.queue.tickets.marks) == 4
        await desk.press("U", "6", "V")
        assert "Mark all 120" in desk.text
        await desk.press("n")
        assert not desk.queue.tickets.marks
        await desk.press("V", "y")
        assert len(desk.queue.tickets.marks) == 120


async def test_escape_forgets_a_range_and_no_mark(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("space", "v", "j", "escape")
        assert len(desk.queue.tickets.marks) == 1
        await desk.press("v")
        assert "range from here" in desk.prompt


async def test_a_changed_row_is_painted_where_it_is(open_desk: Any) -> None:
    async with open_desk() as desk:
        ident = _ids(desk.queue)[2]
        desk.queue.touch()
        desk.write(f"UPDATE ticket SET title = 'Coffee machine on fire', rev = :rev WHERE id = {ident}")
        await desk.pulse()
        assert "Coffee machine on fire" in desk.text.splitlines()[6]
        assert desk.queue.tickets.cursor == 0


async def test_arrivals_wait_until_they_are_asked_for(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("j")
        before, current = _ids(desk.queue), desk.queue.tickets.current
        closed = "SELECT id FROM ticket WHERE is_open = 0 LIMIT 3"
        desk.write(
            "UPDATE ticket SET is_open = 1, state = 'new', owner = '', due_at = 1, due_metric = 'resolution',"
            f" rev = :rev WHERE id IN ({closed})"
        )
        await desk.pulse()
        assert _ids(desk.queue) == before
        assert "+3 new, R" in desk.text.splitlines()[1]
        await desk.press("R")
        assert len(_ids(desk.queue)) == len(before) + 3
        assert desk.queue.tickets.current == current
        assert "new, R" not in desk.text


async def test_what_left_the_view_stays_faint_in_its_place(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("j")
        ident = _ids(desk.queue)[3]
        desk.write(f"UPDATE ticket SET is_open = 0, state = 'closed', rev = :rev WHERE id = {ident}")
        await desk.pulse()
        assert ident in _ids(desk.queue)
        assert ident in desk.queue.tickets.gone
        await desk.press("R")
        assert ident not in _ids(desk.queue)


async def test_an_untouched_list_follows_by_itself(open_desk: Any) -> None:
    async with open_desk() as desk:
        before = len(_ids(desk.queue))
        desk.write(
            "UPDATE ticket SET is_open = 1, state = 'new', owner = '', rev = :rev"
            " WHERE id = (SELECT id FROM ticket WHERE is_open = 0 LIMIT 1)"
        )
        await desk.pulse()
        assert len(_ids(desk.queue)) == before + 1


@pytest.mark.parametrize("keys", [["enter"], ["a"], ["c"], ["w", "p"], ["x"], ["P"], ["n"], ["colon"], ["y", "k"]])
async def test_what_comes_first_meanwhile_does_not_take_the_cursor(open_desk: Any, keys: list[str]) -> None:
    async with open_desk() as desk:
        await desk.press(*keys)
        current = desk.queue.tickets.current
        desk.write(
            "UPDATE ticket SET is_open = 1, state = 'new', owner = '', due_at = 1, due_metric = 'resolution',"
            " rev = :rev WHERE id = (SELECT id FROM ticket WHERE is_open = 0 LIMIT 1)"
        )
        await desk.pulse()
        assert desk.queue.tickets.current == current


async def test_health_and_quarantine_are_told(open_desk: Any) -> None:
    async with open_desk() as desk:
        desk.write(
            "UPDATE source SET health = 'offline', since = data_at - 240, rev = :rev WHERE name = 'zd'",
            "INSERT INTO quarantine (source, feed, key, reason, raw, at) VALUES ('sn', 'open', 'x', 'r', '{}', 1)",
        )
        await desk.queue.count()
        status = desk.text.splitlines()[1]
        assert "ZD OFFLINE 4m, data " in status
        assert "1 unread" in status


async def test_rows_far_away_are_read_when_they_are_needed(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("9", "G")
        assert desk.queue.tickets.current_row is not None
        assert "..." not in desk.text.splitlines()[14]


async def test_what_was_painted_is_not_kept_for_every_line_ever_seen(
    open_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_list, "KEPT", 20)
    async with open_desk() as desk:
        tickets = desk.queue.tickets
        assert len(tickets.ids) > 30
        await desk.press(*["j"] * 30)
        tickets.supply({})
        assert len(tickets._painted) == tickets.size.height
        shown = desk.text
        tickets.refresh()
        await desk.settle()
        assert desk.text == shown


async def test_a_newer_cache_offers_a_restart(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_desk() as desk:

        async def newer() -> bool:
            raise NewerStore("made by a newer version", path=desk.paths.cache_db)

        monkeypatch.setattr(queue_follow, "PULSE", 0)
        monkeypatch.setattr(desk.queue.desk, "moved", newer)
        await desk.queue.live()
        await desk.settle()
        assert "a newer version is running" in desk.text.splitlines()[1]
        assert "Restart now?" in desk.text
        await desk.press("y")
        assert desk.app.restart


async def test_the_mouse_moves_the_cursor(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.pilot.click("#tickets", offset=(10, 4))
        await desk.settle()
        assert desk.queue.tickets.cursor == 4


@pytest.mark.parametrize("size", [(10, 3), (1, 1), (40, 10), (79, 24), (100, 30), (179, 40), (180, 40), (300, 90)])
async def test_any_size_will_do(open_desk: Any, size: tuple[int, int]) -> None:
    async with open_desk() as desk:
        await desk.press("space")
        await desk.pilot.resize_terminal(*size)
        await desk.press("j", "question_mark", "q", "enter", "q", "comma", "slash", "a", "enter")
        await desk.pilot.resize_terminal(80, 24)
        await desk.press("slash", "ctrl+u", "enter")
        assert desk.text.splitlines()[0].startswith(" 1 Triage ")
        assert len(desk.queue.tickets.marks) == 1
        assert sum(line.startswith(">") for line in desk.text.splitlines()) == 1


async def test_what_a_minute_changes_is_drawn_at_once(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []
    first = asyncio.Event()
    display = HelpDeskApp._display

    def noted(app: HelpDeskApp, screen: Screen[object], renderable: Any) -> None:
        if renderable is not None:
            drawn.append(renderable)
            first.set()
        display(app, screen, renderable)

    async with open_desk() as desk:
        await desk.pulse()
        before = desk.text.splitlines()
        monkeypatch.setattr(HelpDeskApp, "_display", noted)
        monkeypatch.setattr(desk.queue, "count", desk.queue.show_detail)
        desk.queue.now = lambda: NOW + 60
        await desk.queue.pulse()
        async with asyncio.timeout(10):
            await first.wait()
        await desk.settle()
        changed = sum(old != new for old, new in zip(before, desk.text.splitlines(), strict=True))
        assert (len(drawn), changed > 3) == (1, True)
