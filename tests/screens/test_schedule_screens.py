"""The schedule, the technicians and the rotation form under Textual's pilot, on real stores."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import pytest

from helpdesk_tui import keymap
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.periods import Periods
from helpdesk_tui.desk.roster.view import Period
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.screens.roster import schedule
from helpdesk_tui.screens.roster.oncall import OnCallScreen
from helpdesk_tui.screens.roster.rotation import RotationScreen
from helpdesk_tui.screens.roster.schedule import ScheduleScreen
from helpdesk_tui.screens.roster.technicians import TechniciansScreen

from .conftest import gated

NOW, DAY = 1_795_307_200, 86_400
A_WHILE = 0.3
"""Seconds in which whatever does not wait is done."""
Open = Callable[..., AbstractAsyncContextManager[Any]]


def put_away(absence: Absence, roster: RosterDesk) -> None:
    roster.intents.add_absence(absence)


async def test_the_schedule_zooms_turns_and_comes_back(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "s")
        screen = desk.app.screen
        assert isinstance(screen, ScheduleScreen)
        assert "day Sun 22 Nov 2026  UTC  a cell 30 min" in desk.text
        await desk.press("l", "l", "l")
        cell = screen.place.cell
        await desk.press(">")
        assert "day Mon 23 Nov 2026" in desk.text
        assert screen.place.cell == cell == 3
        row = next(row for row in desk.text.splitlines() if "Lee" in row)
        assert "=======" in row
        await desk.press("-")
        assert "a cell 2 h" in desk.text
        await desk.press("-", "-", "-", "-")
        assert "as far as it goes" in desk.prompt
        await desk.press("+", "+", "+", "+", "+", "0")
        assert "day Sun 22 Nov 2026" in desk.text
        await desk.press("h", "h")
        assert "day Sat 21 Nov 2026" in desk.text


async def test_the_next_period_is_ready_before_it_is_asked_for(
    open_roster: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "MOMENT", 0.0)
    async with open_roster() as desk:
        await desk.press("g", "s")
        screen, reckoned = desk.app.screen, []
        before = Periods.prepare

        def noted(periods: Periods, period: Period) -> None:
            reckoned.append(period.axis)
            before(periods, period)

        monkeypatch.setattr(Periods, "prepare", noted)
        await desk.press(">")
        assert "day Mon 23 Nov 2026" in desk.text
        assert [f"{axis.first:%a}" for axis in reckoned] == ["Tue"]
        await desk.press("<", "<")
        assert "day Sat 21 Nov 2026" in desk.text
        await desk.change(partial(put_away, Absence("a", "Lee", NOW - 9, NOW + 9 * DAY)))
        reckoned.clear()
        await desk.press(">")
        assert screen.period.floor is screen.floor
        assert any(one.person == "Lee" for one in screen.period.floor.people.absences)


async def test_the_zone_is_always_named_and_a_clock_change_too(open_roster: Open) -> None:
    async with open_roster((200, 50), zone="Europe/Paris") as desk:
        await desk.press("g", "s")
        assert "Europe/Paris" in desk.text
        await desk.press(*["<"] * 4)
        assert "clocks go back Sun 25" in desk.text
        axis = desk.app.screen.period.axis
        assert axis.end - axis.start == 7 * DAY + 3600
        await desk.press("f")
        assert " UTC " in desk.text.splitlines()[0]


async def test_somebody_is_put_at_the_desk_and_taken_off_again(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "s", "j", "a")
        assert "SUGGESTED COVER FOR desk Sun 22" in desk.text
        await desk.press("1")
        assert "a dated shift in the team's own store" in desk.text
        await desk.press("y")
        assert len(desk.team("SELECT * FROM shift_dated")) == 1
        await desk.press("z")
        assert desk.team("SELECT * FROM shift_dated") == []


async def test_of_two_hundred_people_only_those_on_the_screen_are_drawn(open_roster: Open) -> None:
    async with open_roster((200, 50), crowd=193) as desk:
        await desk.press("g", "s")
        screen = desk.app.screen
        assert len([one for _, one in screen.rows if one is not None]) == 200
        assert len(screen.period._rows) <= 40
        await desk.press("G", "k")
        assert len(screen.period._rows) <= 80
        assert "Person 192" in desk.text


async def test_a_cursor_moved_while_the_roster_is_read_again_stays_there(
    open_roster: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_roster() as desk:
        await desk.press("g", "t")
        screen, gate = desk.app.screen, gated(monkeypatch, Floor, "presence")
        reading = asyncio.create_task(screen.load())
        await asyncio.wait([reading], timeout=A_WHILE)
        await desk.pilot.press("j")
        here = screen.person_here()
        gate.set()
        await reading
        assert screen.person_here() == here


async def test_a_cell_chosen_while_the_period_is_reckoned_again_stays_chosen(
    open_roster: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_roster() as desk:
        await desk.press("g", "s")
        screen, gate = desk.app.screen, gated(monkeypatch, Periods, "prepare")
        reading = asyncio.create_task(screen.load())
        await asyncio.wait([reading], timeout=A_WHILE)
        cell = screen.place.cell
        await desk.pilot.press("l")
        gate.set()
        await reading
        assert screen.place.cell == cell + 1
        gate.clear()
        await desk.pilot.press(">")
        await desk.pilot.press("j")
        gate.set()
        await desk.settle()
        assert "day Mon 23 Nov 2026" in desk.text
        assert screen.place.cell == cell + 1


async def test_people_are_sorted_and_grouped(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "s", "=", "z")
        assert " UTC" in [row.rstrip() for row in desk.text.splitlines()]
        await desk.press("=", "n", "S", "s")
        names = [name for name, _ in desk.app.screen.rows]
        assert sorted(names) == sorted(["Okafor", "Sato", "Brandt", "Lee", "Lindqvist", "Costa", "Novak"])


async def test_a_rotation_is_edited_with_its_handoffs_in_sight(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "e")
        assert "NEXT TEN HANDOFFS, UTC" in desk.text
        assert "Sun 22 Nov 08:00  Lee" in desk.text
        await desk.press("j", "enter")
        await desk.press(*["backspace"] * 8)
        await desk.press("enter")
        assert "Costa, Nov" in desk.prompt or "Costa" in desk.text
        await desk.press("j", "enter", "ctrl+u")
        await desk.type("1 week")
        await desk.press("enter")
        assert "changed, y keeps it" in desk.text
        await desk.press("enter", "ctrl+u")
        await desk.type("0 days")
        await desk.press("enter")
        assert "1 to 1200" in desk.prompt
        await desk.press("y", "y")
        assert "ON CALL" in desk.text
        assert ("week", 1) in desk.team("SELECT unit, length FROM oncall_layer")


async def test_a_platforms_rotation_is_not_edited_here(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "j", "e")
        assert "kept by jsm" in desk.prompt


async def test_technicians_are_edited_in_place(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "t")
        assert "7 people, 1 lacks something, 1 joined to nobody" in desk.text
        await desk.press("n")
        assert "skill" in desk.text
        await desk.press("enter")
        await desk.type("win 9")
        await desk.press("enter")
        assert "a level is 1 to 5" in desk.prompt
        await desk.press("enter")
        await desk.type("win 2")
        await desk.press("enter")
        assert "0 lack something" in desk.text
        await desk.press("G", "enter")
        assert "Robot is" in desk.text
        await desk.press("escape", "q")
        assert "SUMMARY" in desk.text


async def test_an_empty_home_says_what_to_do(open_desk: Open) -> None:
    async with open_desk() as desk:
        await desk.press("g", "o")
        assert "No on-call schedule is known" in desk.text
        await desk.press("g", "s", "j", "l", "a", "x", "n")
        assert "SCHEDULE day Sun 22 Nov 2026" in desk.text
        await desk.press("g", "t", "enter", "n")
        assert "0 people" in desk.text


@pytest.mark.parametrize("screen", [ScheduleScreen, OnCallScreen, TechniciansScreen, RotationScreen])
def test_every_key_of_a_screen_is_answered(screen: type[DeskScreen]) -> None:
    commands = keymap.build().here(screen.where)
    assert len(commands) > 15
    named = [f"do_{command.id.replace('.', '_')}" for command in commands]
    assert [name for name in named if not hasattr(screen, name)] == []
