"""The schedule, the on-call board, the technicians and the rotation form under Textual's pilot, on real stores."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import pytest

from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.screens.roster import base as roster_base
from helpdesk_tui.screens.roster.oncall import OnCallScreen

from .conftest import gated

NOW = 1_795_307_200
"""Sunday 22 November 2026, 00:26 UTC."""
DAY = 86_400
Open = Callable[..., AbstractAsyncContextManager[Any]]


def put_away(absence: Absence, roster: RosterDesk) -> None:
    roster.intents.add_absence(absence)


async def test_the_board_says_who_is_on_and_how_to_reach_them(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o")
        assert "ON CALL Sun 22 Nov 2026 00:26  UTC  1 gap, 1 swap" in desk.text
        assert "win primary     Novak" in desk.text
        assert "NET-PRI         Brandt" in desk.text
        await desk.press("j", "y", "p")
        assert desk.app.clipboard == "+33 1 06 00"
        assert "Brandt, phone" in desk.prompt


async def test_keys_typed_before_the_first_reading_wait_for_it(
    open_roster: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = gated(monkeypatch, roster_base, "read")
    async with open_roster() as desk:
        for key in ("g", "o", "n", "n"):
            await desk.pilot.press(key)
        assert "reading the roster" in desk.text
        gate.set()
        await desk.settle()
        assert desk.app.screen.item.kind == "swap"


async def test_a_week_without_anyone_is_the_loudest_line(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o")
        assert "!!!" not in desk.text
        for number, name in enumerate(("Lee", "Lindqvist", "Costa", "Novak")):
            await desk.change(partial(put_away, Absence(f"a{number}", name, NOW - 9, NOW + 9 * DAY)))
        loud = desk.text.splitlines()[1]
        assert "!!! win primary: NOBODY FOR 9 DAYS" in loud
        await desk.press("g", "s")
        assert "NOBODY FOR 9 DAYS" in desk.text.splitlines()[1]


async def test_cover_is_previewed_and_written_to_the_outbox_and_taken_back(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "n", "a")
        assert "SUGGESTED COVER FOR NET-PRI Wed 25 08:00 - Thu 26 08:00" in desk.text
        await desk.press("1")
        assert "PREVIEW" in desk.text
        assert "an override in jsm, NET-PRI; the rotation itself is not changed" in desk.text.replace("\n", "")
        assert re.search(r"week [\d.]+ > [\d.]+ h( !!)?, rest [^,]+ > [^,]+, weekends \d+ > \d+", desk.text)
        assert await desk.app.desk.outbox() == []
        await desk.press("n")
        assert "nothing was written" in desk.prompt
        await desk.press("a", "1", "y")
        [sent] = await desk.app.desk.outbox()
        assert (sent.source, str(sent.kind), sent.number) == ("jsm", "override", "NET-PRI")
        assert "1 gap" not in desk.text.splitlines()[0]
        screen = desk.app.screen
        assert isinstance(screen, OnCallScreen)
        assert screen.board is not None
        piece = screen.board.piece(screen.row, 3)
        assert piece is not None
        assert (piece.mark, piece.lost) == ("^", False)
        await desk.press("z")
        assert "1 gap" in desk.text.splitlines()[0]


async def test_who_cannot_is_listed_last_and_not_put_on(open_roster: Open) -> None:
    async with open_roster((200, 50)) as desk:
        await desk.press("g", "o", "j")
        await desk.press("a")
        assert "on already" in desk.text
        row = next(row for row in desk.text.splitlines() if "on already" in row)
        assert row.strip().startswith("-")
        place = next(number for number, one in enumerate(desk.app.screen.overlay.matches, 1) if not one.value.can)
        await desk.press(str(place))
        assert "on already" in desk.prompt
        assert await desk.app.desk.outbox() == []


async def test_a_hand_made_swap_is_both_or_none(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "x", "l", "l", "x")
        assert "Swap Lee and Costa, both shifts or none?" in desk.text
        await desk.press("y")
        assert desk.team("SELECT state FROM oncall_swap ORDER BY id") == [("accepted",), ("taken",)]
        board = desk.app.screen.board
        assert [board.piece(0, day).people for day in (0, 1, 2)] == [("Costa",), ("Lindqvist",), ("Lee",)]
        assert board.piece(0, 0).mark == "x"
        await desk.press("z")
        assert desk.app.screen.board.piece(0, 0).people == ("Lee",)


async def test_a_swap_with_oneself_or_in_the_past_is_said(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "x", "x")
        assert "no longer marked" in desk.prompt
        await desk.press("x", "l", "l", "l", "l", "x")
        assert "Lee holds both shifts" in desk.prompt
        await desk.press("<", "x", ">", "l", "x")
        assert "over: the past stays as it was" in desk.prompt


async def test_a_request_is_reviewed_declined_and_gone(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "n", "n", "enter")
        assert "Lee <-> Lindqvist" in desk.text
        assert "both agreed, waits for you" in desk.text
        await desk.press("d")
        assert desk.team("SELECT state FROM oncall_swap") == [("declined",)]
        assert "swap" not in desk.text.splitlines()[0]


async def test_of_two_leads_the_second_is_told(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "n", "n", "enter")
        await desk.app.desk.rosters.ask(lambda roster: roster.decide_swap("s1", yes=True))
        await desk.press("y")
        assert "taken already" in desk.prompt
        assert desk.team("SELECT state FROM oncall_swap") == [("taken",)]


async def test_a_stale_swap_cannot_be_approved(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o")
        away = Absence("a", "Lee", NOW + 3 * DAY, NOW + 9 * DAY)
        await desk.change(lambda roster: roster.intents.add_absence(away))
        await desk.press("n", "n", "n", "n")
        while desk.app.screen.item.kind != "swap":
            await desk.press("N")
        await desk.press("enter")
        assert "Lee is away then" in desk.text
        assert "approve" not in desk.text


async def test_absence_asks_when_and_never_why(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "l", "s")
        assert "away from now" in desk.text
        await desk.press("l")
        await desk.type("Mon to Tue")
        await desk.press("enter")
        assert desk.team("SELECT start, end, kind FROM absence") == [(1_795_392_000, 1_795_564_800, "leave")]
        assert "1 empty" in desk.text.splitlines()[0]
        await desk.press("z")
        assert "empty" not in desk.text.splitlines()[0]
        await desk.press("s", "b")
        assert "not away now" in desk.prompt


async def test_read_only_writes_nothing(open_roster: Open) -> None:
    async with open_roster(read_only=True) as desk:
        await desk.press("g", "o", "n")
        for key in ("a", "x", "s", "e", "z"):
            await desk.press(key)
            assert "READ ONLY" in desk.prompt
        await desk.press("n", "enter")
        assert "READ ONLY" in desk.prompt
        assert "swap  s away" not in desk.text
        await desk.press("g", "t", "e")
        assert "READ ONLY" in desk.prompt


async def test_a_swap_is_asked_for_agreed_and_approved(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "x", "l", "l", "x", "r")
        assert "waits for Costa and a lead" in desk.prompt
        assert desk.team("SELECT state FROM oncall_swap ORDER BY id") == [("accepted",), ("proposed",)]
        await desk.press("n", "n")
        assert desk.app.screen.item.what == "Lee <-> Costa"
        await desk.press("enter", "a")
        assert "Costa agreed; it waits for a lead" in desk.prompt
        await desk.press("enter", "y")
        assert desk.team("SELECT state FROM oncall_swap ORDER BY id") == [("accepted",), ("taken",)]


async def test_a_platforms_shifts_are_swapped_in_one_batch(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "j", "x", "l", "x", "y")
        sent = await desk.app.desk.outbox()
        assert len(sent) == 2
        assert len({one.batch for one in sent}) == 1
        assert sent[0].batch
        assert [dict(one.desired)["person"] for one in sent] == ["sato", "okafor"]


async def test_where_nothing_can_be_written_it_says_who_could(open_roster: Open) -> None:
    async with open_roster() as desk:
        with sqlite3.connect(desk.paths.cache_db) as connection:
            connection.execute("UPDATE told_schedule SET writable = 0")
        connection.close()
        await desk.press("g", "o", "n", "a")
        assert "kept by jsm and is changed there" in desk.prompt
        assert "SUGGESTED COVER FOR NET-PRI" in desk.text
        await desk.press("1")
        assert await desk.app.desk.outbox() == []


async def test_old_words_of_a_platform_have_their_age(open_roster: Open) -> None:
    async with open_roster((200, 50), now=NOW + 3 * 3_600) as desk:
        await desk.press("g", "o")
        row = next(row for row in desk.text.splitlines() if "NET-PRI" in row)
        assert "as of 3 h ago" in row


async def test_a_swap_takes_the_whole_shift_where_somebody_is_away_for_a_part_of_it(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o")
        await desk.change(partial(put_away, Absence("a", "Lee", NOW + 12 * 3_600, NOW + 14 * 3_600)))
        await desk.press("x")
        marked = desk.app.screen.marked
        assert (marked.end - marked.start, marked.people) == (DAY, ("Lee",))
        await desk.press("l", "x")
        assert "Swap Lee and Lindqvist" in desk.text


async def test_who_is_away_leaves_something_behind_that_can_be_planned(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "s", "a", "enter")
        assert "Lee away: 1 shift on call to be taken over" in desk.text
        assert "plan who takes over" in desk.text
        await desk.press("l", "z")
        assert "Lee is not away" in desk.prompt
        assert desk.team("SELECT count(*) FROM absence WHERE withdrawn_at = 0") == [(0,)]
