"""The roster beside the queue: who is there, the loudest hole of 14 days, and the morning's line, once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.screens.roster.watch import RosterWatch

NOW, DAY = 1_795_307_200, 86_400
Open = Callable[..., AbstractAsyncContextManager[Any]]


def put_away(absence: Absence, roster: RosterDesk) -> None:
    roster.intents.add_absence(absence)


async def test_the_loudest_hole_stands_in_the_status_line_and_follows_every_change(open_roster: Open) -> None:
    async with open_roster(size=(200, 50)) as desk:
        watch = RosterWatch(desk.app, desk.app.desk)
        await watch.look()
        await desk.settle()
        assert "GAP NET-PRI " in desk.text
        assert "NOBODY FOR" not in desk.text
        for number, name in enumerate(("Lee", "Lindqvist", "Costa", "Novak")):
            await desk.app.desk.rosters.ask(partial(put_away, Absence(f"a{number}", name, NOW - 9, NOW + 9 * DAY)))
        await watch.look()
        await desk.settle()
        assert "NOBODY FOR 9 DAYS: win primary from " in desk.text


async def test_the_morning_is_said_once_on_whatever_is_on_top_and_waits_while_a_line_is_typed(
    open_roster: Open,
) -> None:
    async with open_roster(size=(200, 50)) as desk:
        watch = RosterWatch(desk.app, desk.app.desk)
        await desk.press("/")
        await watch.look()
        assert "14 days ahead" not in desk.prompt
        await desk.press("escape", "g", "o")
        await watch.look()
        assert "14 days ahead: GAP NET-PRI " in desk.prompt
        assert "(g o)" in desk.prompt
        desk.app.screen.say("")
        await watch.look()
        assert "14 days ahead" not in desk.prompt


async def test_the_morning_takes_nobodys_place(open_roster: Open) -> None:
    async with open_roster(size=(200, 50)) as desk:
        watch = RosterWatch(desk.app, desk.app.desk)
        desk.app.screen.say("resumed, 3 writes waiting")
        await watch.look()
        assert "resumed, 3 writes waiting" in desk.prompt
        desk.app.screen.say("")
        await watch.look()
        assert "14 days ahead: GAP NET-PRI " in desk.prompt


async def test_a_screen_follows_though_the_status_line_read_the_roster_first(open_roster: Open) -> None:
    async with open_roster() as desk:
        await desk.press("g", "o")
        before = desk.app.screen.floor
        roster = desk.app.desk.rosters
        await roster.ask(lambda found: found.intents.add_absence(Absence("a", "Lee", NOW - 9, NOW + 9 * DAY)))
        await roster.ask(lambda found: found.bar())
        assert not await roster.ask(lambda found: found.roster.moved())
        await desk.app.screen.follow()
        assert desk.app.screen.floor is not before
