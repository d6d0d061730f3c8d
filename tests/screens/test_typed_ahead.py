"""Keys that arrive in one piece, as from a link that stalled: each acts on the screen it was meant for."""

from __future__ import annotations

from typing import Any

from textual import events

from helpdesk_tui.screens.outbox.conflict import ConflictScreen
from helpdesk_tui.screens.outbox.screen import OutboxScreen
from helpdesk_tui.screens.ticket import TicketScreen


async def burst(desk: Any, keys: str) -> None:
    """Keys that are all there before the first of them acts."""
    for key in keys:
        name, character = ("enter", None) if key == "\r" else (key, key)
        desk.app.screen._forward_event(events.Key(name, character))
    await desk.settle()
    await desk.settle()


async def test_a_key_after_one_that_opens_a_screen_acts_there_and_not_beneath(open_desk: Any) -> None:
    async with open_desk() as desk:
        await burst(desk, "gya1")
        assert type(desk.app.screen) is OutboxScreen
        assert desk.queue.overlay is None
        assert desk.app.desk.reads.outbox() == []


async def test_keys_wait_until_the_screen_has_something_to_act_on(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("i")
        await burst(desk, "gy\r")
        assert type(desk.app.screen) is ConflictScreen


async def test_an_act_typed_ahead_on_a_page_is_done_to_its_ticket(open_desk: Any) -> None:
    async with open_desk() as desk:
        await burst(desk, "\rs")
        assert type(desk.app.screen) is TicketScreen
        assert desk.app.screen.overlay is not None
        assert desk.queue.overlay is None
