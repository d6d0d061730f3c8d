"""A desk that closes: its timers outlive its screens for a moment, and must not mind."""

from __future__ import annotations

import asyncio

import pytest
from textual import events

from helpdesk_tui.app import HelpDeskApp
from helpdesk_tui.desk.around import Around
from helpdesk_tui.screens import settling
from helpdesk_tui.widgets import guard

from .conftest import Open

pytestmark = pytest.mark.integration


async def test_what_looks_now_and_again_looks_for_a_queue_that_is_gone(
    open_desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = asyncio.Event()
    close_all = HelpDeskApp._close_all

    async def closing(app: HelpDeskApp) -> None:
        await close_all(app)
        looked.clear()
        async with asyncio.timeout(10):
            await looked.wait()

    def notice() -> str:
        looked.set()
        return "a restart is due"

    monkeypatch.setattr(settling, "NOTICE", 0.001)
    monkeypatch.setattr(HelpDeskApp, "_close_all", closing)
    async with open_desk() as desk:
        settling._watch_notice(desk.app, Around(notice))
        await looked.wait()
        await desk.settle()
        assert "a restart is due" in desk.text


async def test_a_burst_of_keys_that_ends_after_the_screens_did_goes_nowhere(
    open_desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_all = HelpDeskApp._close_all
    left: list[bool] = []

    async def closing(app: HelpDeskApp) -> None:
        app._burst.holds(events.Key("j", "j"), 0.0, printable=True)
        app._burst.holds(events.Key("j", "j"), 0.0, printable=True)
        await close_all(app)
        await app._release()
        left.append(app._burst.waiting)

    monkeypatch.setattr(HelpDeskApp, "_close_all", closing)
    monkeypatch.setattr(guard, "BURST_GAP", 1.0)
    async with open_desk():
        pass
    assert left == [True]
