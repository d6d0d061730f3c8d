"""On the board a swap or cover of a running shift is of what is left of it: marked, previewed, written from now on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

NOW = 1_795_343_640 + 17
"""Sunday 22 November 2026, 10:34:17 UTC, in the middle of the shifts that began at 08:00."""
Open = Callable[..., AbstractAsyncContextManager[Any]]


async def test_a_swap_of_the_running_shift_begins_now(open_roster: Open) -> None:
    async with open_roster(now=NOW) as desk:
        await desk.press("g", "o", "x")
        assert "marked: Lee, win primary Sun 22 10:34 - Mon 23 08:00" in desk.text
        await desk.press("l", "l", "x")
        assert "Costa instead of Lee on win primary, Sun 22 10:34 - Mon 23 08:00" in desk.text
        assert "Lee instead of Costa on win primary, Tue 24 08:00 - Wed 25 08:00" in desk.text
        assert "ask both" not in desk.text
        await desk.press("y")
        assert desk.team("SELECT gives_start, state FROM oncall_swap WHERE key <> 's1'") == [(NOW - 17, "taken")]


async def test_a_cover_of_the_running_shift_begins_now(open_roster: Open) -> None:
    async with open_roster(now=NOW) as desk:
        await desk.press("g", "o", "j", "a")
        assert "SUGGESTED COVER FOR NET-PRI Sun 22 10:34 - Mon 23 08:00" in desk.text
        await desk.press("1")
        assert "Sun 22 10:34 - Mon 23 08:00" in desk.text
        await desk.press("y")
        [sent] = await desk.app.desk.outbox()
        assert f"/{NOW - 17}-" in sent.key


async def test_what_is_over_is_covered_by_nobody(open_roster: Open) -> None:
    async with open_roster(now=NOW) as desk:
        await desk.press("g", "o", "<", "a")
        assert "that span is over: the past stays as it was" in desk.prompt
        assert "SUGGESTED" not in desk.text
