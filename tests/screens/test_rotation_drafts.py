"""The rotation form: a new schedule, and what was changed and not kept; and shifts at the desk that change hands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from helpdesk_tui.screens.roster.oncall import OnCallScreen
from helpdesk_tui.screens.roster.rotation import RotationScreen
from helpdesk_tui.screens.roster.schedule import ScheduleScreen

NOW, DAY, H = 1_795_307_200, 86_400, 3_600
Open = Callable[..., AbstractAsyncContextManager[Any]]
NAMES = "SELECT name FROM oncall_schedule WHERE retired_at = 0 ORDER BY name"


async def fill(desk: Any, text: str) -> None:
    await desk.press("enter", "ctrl+u")
    await desk.type(text)
    await desk.press("enter")


async def test_a_new_schedule_is_made_and_taken_back(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "E")
        assert "NEW SCHEDULE" in desk.text
        await desk.press("y")
        assert "nothing was changed" in desk.prompt
        await fill(desk, "Field")
        await desk.press("y")
        assert "who takes turns" in desk.prompt
        await desk.press("j")
        await fill(desk, "lee, costa")
        assert "Mon 23 Nov 08:00  Lee" in desk.text
        await desk.press("y", "y")
        assert isinstance(desk.app.screen, OnCallScreen)
        assert "Field" in desk.text
        assert desk.team(NAMES) == [("Field",), ("win primary",)]
        await desk.press("z")
        assert "Field is no schedule any more" in desk.prompt
        assert desk.team(NAMES) == [("win primary",)]


async def test_what_was_changed_stays_wherever_one_goes(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "e")
        await fill(desk, "Windows")
        await desk.press("g", "s", "g", "q", "g", "o")
        assert "changed and not kept yet: Windows" in desk.text
        await desk.press("e")
        assert "ROTATION Windows" in desk.text
        assert "stands again" in desk.prompt
        await desk.press("q", "n")
        assert isinstance(desk.app.screen, RotationScreen)
        await desk.press("q", "k", "e")
        assert "ROTATION Windows" in desk.text
        await desk.press("q", "y")
        assert "not kept yet" not in desk.text
        await desk.press("e")
        assert "ROTATION win primary" in desk.text
        assert desk.team(NAMES) == [("win primary",)]


async def test_leaving_the_desk_names_a_draft(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o", "e")
        await fill(desk, "Windows")
        await desk.press("g", "q", "k", "q")
        assert "1 draft" in desk.text
        assert "LOST" in desk.text
        await desk.press("n")


async def test_shifts_at_the_desk_are_swapped(open_roster: Open) -> None:
    async with open_roster((200, 50)) as desk:
        await desk.press("g", "s")
        screen = desk.app.screen
        assert isinstance(screen, ScheduleScreen)
        at = {name: number for number, (name, _) in enumerate(screen.rows)}
        assert screen.period is not None
        monday = screen.period.axis.cell(NOW + 34 * H)
        screen.place.row, screen.place.cell = at["Lee"], monday
        await desk.press("x")
        assert "marked Lee, the desk Mon 23 10:00-19:00" in desk.prompt
        screen.place.row = at["Costa"]
        await desk.press("x")
        assert "PREVIEW  Costa instead of Lee on the desk, Mon 23 Nov 10:00 - 19:00 UTC" in desk.text
        assert "PREVIEW  Lee instead of Costa on the desk, Mon 23 Nov 08:00 - 17:00 UTC" in desk.text
        await desk.press("y")
        taken = "SELECT gives_schedule, takes_schedule, state FROM oncall_swap WHERE key <> 's1'"
        assert desk.team(taken) == [("", "", "taken")]
        assert begins(screen, "Lee", monday) == 8
        assert begins(screen, "Costa", monday) == 10
        await desk.press("z")
        assert begins(screen, "Lee", monday) == 10
        screen.place.row, screen.place.cell = at["Lee"], monday
        await desk.press("x")
        screen.place.row, screen.place.cell = at["Costa"], monday + 12
        await desk.press("x")
        assert "Lee is at the desk then already" in desk.prompt


def begins(screen: ScheduleScreen, name: str, cell: int) -> int:
    """The hour of Monday at which somebody's shift in a cell begins."""
    assert screen.period is not None
    found = screen.period.shift_at(name, cell)
    assert found is not None
    return (found[0] - NOW // DAY * DAY - DAY) // H
