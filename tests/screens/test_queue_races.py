"""What the sync process writes just while the list is being read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from helpdesk_tui.desk import listings
from helpdesk_tui.screens.queue import follow

OPENED = "UPDATE ticket SET is_open = 1, rev = :rev WHERE id = {}"
CLOSED = "UPDATE ticket SET is_open = 0, rev = :rev WHERE id = {}"
A_WHILE = 0.3
"""Seconds in which whatever does not wait is done."""


async def test_what_arrives_while_the_list_is_read_waits_in_the_pill(
    open_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_desk() as desk:
        queue = desk.queue
        await desk.press("j")
        ident = queue.tickets.ids[9]
        desk.write(CLOSED.format(ident))
        await desk.pulse()
        await queue.reload(keep=True)
        assert ident not in queue.tickets.ids
        read, go_on, rows = asyncio.Event(), asyncio.Event(), queue.desk.rows

        async def slow(ids: Sequence[int]) -> Any:
            found = await rows(ids)
            read.set()
            await go_on.wait()
            return found

        monkeypatch.setattr(queue.desk, "rows", slow)
        reading = asyncio.create_task(queue.reload(keep=True))
        await read.wait()
        monkeypatch.setattr(queue.desk, "rows", rows)
        desk.write(OPENED.format(ident))
        following = asyncio.create_task(queue.pulse())
        await asyncio.wait([following], timeout=A_WHILE)
        go_on.set()
        await asyncio.gather(reading, following)
        assert queue.status.arrived == 1


async def test_what_left_one_view_is_not_gone_from_the_next(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_desk() as desk:
        queue = desk.queue
        everything = next(view for view in queue.views if view.name == "all")
        narrow = next(view for view in queue.views if view.name == "triage")
        await queue.open_view(narrow)
        await desk.press("j")
        ident = queue.tickets.ids[3]
        asked, go_on, members = asyncio.Event(), asyncio.Event(), queue.desk.members

        async def slow(*given: Any) -> Any:
            found = await members(*given)
            asked.set()
            await go_on.wait()
            return found

        monkeypatch.setattr(queue.desk, "members", slow)
        desk.write(f"UPDATE ticket SET owner = 'somebody', state = 'open', rev = :rev WHERE id = {ident}")
        following = asyncio.create_task(queue.pulse())
        await asked.wait()
        switching = asyncio.create_task(queue.open_view(everything))
        await asyncio.wait([switching], timeout=A_WHILE)
        go_on.set()
        await asyncio.gather(following, switching)
        assert ident in queue.tickets.ids
        assert ident not in queue.tickets.gone


async def test_a_filter_typed_twice_in_a_hurry_is_applied(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_desk() as desk:
        queue = desk.queue
        before, ids, asked = len(queue.tickets.ids), queue.desk.ids, asyncio.Event()

        async def never(_query: Any) -> Any:
            asked.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(queue.desk, "ids", never)
        first = asyncio.create_task(queue.filter_by("source:sn"))
        await asked.wait()
        monkeypatch.setattr(queue.desk, "ids", ids)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await queue.filter_by("source:sn")
        assert 0 < len(queue.tickets.ids) < before


@pytest.mark.parametrize("pressed", [False, True])
async def test_a_view_that_is_opened_as_it_was_is_brought_up_unless_a_key_came(
    open_desk: Any, monkeypatch: pytest.MonkeyPatch, pressed: bool
) -> None:
    async with open_desk() as desk:
        queue = desk.queue
        await desk.press("6", "1")
        asked, go_on, warm = asyncio.Event(), asyncio.Event(), queue.desk.warm

        async def slow(query: Any) -> Any:
            asked.set()
            await go_on.wait()
            return await warm(query)

        before = len(queue.tickets.ids)
        monkeypatch.setattr(listings, "PATCHED", 0)
        desk.write("UPDATE ticket SET is_open = 1, state = 'open', scope = 'in', rev = :rev")
        await queue.follow()
        monkeypatch.setattr(queue.desk, "warm", slow)
        await queue.open_view(next(view for view in queue.views if view.name == "all"))
        await asked.wait()
        shown = len(queue.tickets.ids)
        if pressed:
            queue.perform(queue.keymap.commands["move.down"], "j")
        go_on.set()
        await desk.settle()
        assert before < shown < 300
        assert len(queue.tickets.ids) == (shown if pressed else 300)
        assert queue.status.arrived == (300 - shown if pressed else 0)


@pytest.mark.parametrize(
    ("keys", "until"),
    [
        ([], 0.0),
        ([0.0], follow.PRESSED),
        ([0.0, 0.05], 0.05 + follow.PRESSED),
        ([n / 20 for n in range(30)], follow.PATIENCE),
    ],
    ids=["none", "one", "two", "held down"],
)
async def test_what_nobody_asked_for_is_drawn_between_keys_or_after_half_a_second(
    monkeypatch: pytest.MonkeyPatch, keys: list[float], until: float
) -> None:
    began = now = 100.0
    queue = SimpleNamespace(_pressed=0.0, _held_back=0.0)

    async def rest(seconds: float) -> None:
        nonlocal now
        now += seconds
        queue._pressed = max((began + key for key in keys if began + key <= now), default=0.0)

    await rest(0.0)
    monkeypatch.setattr(follow, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(follow, "asyncio", SimpleNamespace(sleep=rest))
    await follow.QueueFollow._between_keys(queue)  # type: ignore[arg-type]
    assert now - began == queue._held_back == pytest.approx(until)
