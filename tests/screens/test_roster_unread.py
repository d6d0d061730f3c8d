"""A roster that cannot be read: the first reading ends in words with what to do, a later one keeps what was read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.errors import StoreError
from helpdesk_tui.screens.roster import base as roster_base

Open = Callable[..., AbstractAsyncContextManager[Any]]
BROKEN = "team.db: the disk says no"


class Fault:
    """Reads as always, or raises."""

    def __init__(self) -> None:
        self.on = True
        self.real = roster_base.read

    def __call__(self, desk: RosterDesk, now: int) -> Any:
        if self.on:
            raise StoreError("the disk says no", path=Path("team.db"))
        return self.real(desk, now)


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> Fault:
    made = Fault()
    monkeypatch.setattr(roster_base, "read", made)
    return made


@pytest.mark.parametrize("key", ["s", "o", "t"])
async def test_the_first_reading_ends_in_words(open_roster: Open, fault: Fault, key: str) -> None:
    async with open_roster() as desk:
        await desk.press("g", key)
        assert "reading the roster" not in desk.text
        assert f"The roster could not be read: {BROKEN}" in " ".join(desk.text.split())
        assert "helpdesk-tui doctor" in desk.text
        await desk.press("n", "a", "x", "e", "f", "l", "j")
        assert BROKEN in " ".join(desk.text.split())
        fault.on = False
        await desk.app.screen.follow()
        await desk.settle()
        assert BROKEN not in desk.text
        assert "Brandt" in desk.text


@pytest.mark.parametrize("key", ["s", "o", "t"])
async def test_what_was_read_before_stays_with_its_age(open_roster: Open, fault: Fault, key: str) -> None:
    async with open_roster() as desk:
        fault.on = False
        await desk.press("g", key)
        assert "Brandt" in desk.text
        fault.on = True
        await desk.app.screen.load()
        await desk.settle()
        assert "Brandt" in desk.text
        assert f"as of just now, not read since: {BROKEN}" in desk.text
