"""Whatever goes wrong on the way: what is pulled in the end is the same, or the error says what it was."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from helpdesk_tui.adapters.base import Page, Phase
from helpdesk_tui.errors import AuthFailed, Garbled, PlatformError, Refused, Throttled, Unreachable
from helpdesk_tui.sandbox.zendesk import Settings

Answerer = Callable[[httpx.Request], httpx.Response | None]


def _broken(_: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("connection reset by peer")


def _answer(status: int, **given: Any) -> Answerer:
    return lambda _: httpx.Response(status, **given)


FAULTS: dict[str, tuple[Answerer, type[PlatformError]]] = {
    "reset": (_broken, Unreachable),
    "throttled": (_answer(429, headers={"Retry-After": "7"}, json={"error": "TooManyRequests"}), Throttled),
    "throttled at the edge, plain": (_answer(429, text="You have exceeded the rate limit"), Throttled),
    "503": (_answer(503, text="<h1>busy</h1>", headers={"Content-Type": "text/html"}), Unreachable),
    "520": (_answer(520, text=""), Unreachable),
    "login page": (_answer(200, html="<title>Sign in</title>"), Garbled),
    "half": (_answer(200, content=b'{"tickets":[{"id":1,', headers={"Content-Type": "application/json"}), Garbled),
    "no object": (_answer(200, json=[]), Garbled),
}


def _every(other: int, fault: Answerer) -> Answerer:
    turn = itertools.count(1)
    return lambda request: fault(request) if next(turn) % other == 0 else None


@pytest.mark.parametrize("role", ["admin", "agent"])
@pytest.mark.parametrize("name", [name for name in FAULTS if name != "no object"])
async def test_a_fault_at_every_third_request_changes_nothing(floor: Any, drain: Any, role: str, name: str) -> None:
    adapter = floor.adapter(role)
    floor.transport.before = _every(3, FAULTS[name][0])
    await adapter.check()
    floor.clock.step(10)
    pages = await drain(adapter, Phase.OPEN)
    assert {ticket.key for page in pages for ticket in page.tickets} == floor.open_now().keys()
    for page in pages:
        for ticket in page.tickets:
            floor.check(ticket)


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_that_stays_is_named(floor: Any, signed_in: Any, drain: Any, name: str) -> None:
    adapter = await signed_in()
    fault, kind = FAULTS[name]
    floor.transport.before = fault
    for phase in (Phase.OPEN, Phase.CHANGES, Phase.EVENTS, Phase.REFERENCE):
        with pytest.raises(kind):
            await drain(adapter, phase, at=floor.clock.now() - 600)
    floor.transport.before = lambda _: None
    assert await drain(adapter, Phase.OPEN)


async def test_the_platforms_pause_comes_with_the_error(floor: Any, signed_in: Any, drain: Any) -> None:
    adapter = await signed_in()
    floor.transport.before = _answer(429, headers={"Retry-After": "93"}, text="slow down")
    with pytest.raises(Throttled) as caught:
        await drain(adapter, Phase.OPEN)
    assert caught.value.retry_after == 93


async def test_a_token_that_ends_meanwhile(floor: Any, signed_in: Any, drain: Any) -> None:
    adapter = await signed_in()
    floor.transport.before = _answer(401, json={"error": "Couldn't authenticate you"})
    with pytest.raises(AuthFailed, match="Couldn't authenticate you"):
        await drain(adapter, Phase.CHANGES, at=floor.clock.now() - 600)


def _spoiling(path: str, spoil: Callable[[list[Any]], None], key: str, once: bool) -> Any:
    """Damages rows of the answers to one path: of the first answer, or of all."""

    def make(floor: Any) -> None:
        inner, state = floor.transport.inner, {"left": 1 if once else 10**9}

        class Spoiled(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                response: httpx.Response = await inner.handle_async_request(request)
                if not request.url.path.endswith(path) or not state["left"]:
                    return response
                state["left"] -= 1
                body = orjson.loads(await response.aread())
                spoil(body[key])
                return httpx.Response(200, content=orjson.dumps(body), headers={"Content-Type": "application/json"})

        floor.transport.inner = Spoiled()

    return make


def _ruin(rows: list[Any]) -> None:
    rows[0] = {**rows[0], "status": 7}
    rows[1] = "not an object"


async def test_damage_on_the_way_is_mended_by_a_second_look(floor: Any, signed_in: Any, drain: Any) -> None:
    adapter = await signed_in()
    floor.clock.step(10)
    _spoiling("tickets/show_many", _ruin, "tickets", once=True)(floor)
    pages = await drain(adapter, Phase.OPEN)
    assert {ticket.key for page in pages for ticket in page.tickets} == floor.open_now().keys()
    assert not [bad for page in pages for bad in page.bad]


@pytest.mark.parametrize("role", ["admin", "agent"])
async def test_damage_to_a_listing_is_mended_too(floor: Any, signed_in: Any, drain: Any, role: str) -> None:
    adapter = await signed_in(role)
    floor.clock.step(10)
    keys = sorted(floor.open_now())[:3]
    for key in keys:
        floor.desk.change(int(key), 1, note="now")
    _spoiling("/tickets", _ruin, "tickets", once=True)(floor)
    pages = await drain(adapter, Phase.CHANGES, at=floor.clock.now() - 60)
    assert {ticket.key for page in pages for ticket in page.tickets} >= set(keys)
    assert not [bad for page in pages for bad in page.bad]


async def test_a_record_that_is_odd_goes_to_quarantine_and_the_page_goes_on(
    floor: Any, signed_in: Any, drain: Any
) -> None:
    adapter = await signed_in()
    floor.clock.step(120)
    _spoiling("tickets/show_many", _ruin, "tickets", once=False)(floor)
    pages: list[Page] = await drain(adapter, Phase.OPEN)
    found = {ticket.key for page in pages for ticket in page.tickets}
    bad = [bad for page in pages for bad in page.bad]
    assert len(bad) == 2 * len(pages)
    assert len(found) == len(floor.open_now()) - len(bad)
    assert {record.feed for record in bad} == {"open"}
    assert any("status" in record.reason and record.key for record in bad)
    assert any(record.raw == '"not an object"' for record in bad)


async def test_a_damaged_list_sweeps_nothing(floor: Any, signed_in: Any, drain: Any) -> None:
    adapter = await signed_in()
    _spoiling("/groups", lambda rows: rows.__setitem__(0, {"id": "?"}), "groups", once=False)(floor)
    pages = await drain(adapter, Phase.REFERENCE)
    assert pages[-1].whole == frozenset()


async def test_an_unknown_status_is_open_and_keeps_its_name(floor: Any, signed_in: Any, drain: Any) -> None:
    adapter = await signed_in()
    floor.clock.step(10)

    def invent(rows: list[Any]) -> None:
        rows[0] |= {"status": "snoozed", "custom_status_id": None, "priority": "sky-high", "type": "wish"}

    _spoiling("tickets/show_many", invent, "tickets", once=True)(floor)
    pages = await drain(adapter, Phase.OPEN)
    odd = next(ticket for page in pages for ticket in page.tickets if ticket.status == "snoozed")
    assert (odd.state, odd.priority, odd.priority_name, odd.kind) == ("open", 0, "sky-high", "wish")


async def test_an_account_without_sla_sideload_is_read_without_clocks(floor: Any, signed_in: Any, drain: Any) -> None:
    adapter = await signed_in()
    floor.clock.step(10)
    refused = httpx.Response(400, json={"error": "InvalidSideload", "description": "slas is not supported"})
    floor.transport.before = lambda r: refused if "slas" in r.url.params.get("include", "") else None
    pages = await drain(adapter, Phase.OPEN)
    assert {ticket.key for page in pages for ticket in page.tickets} == floor.open_now().keys()
    assert not [clock for page in pages for clock in page.clocks]


async def test_an_export_without_clocks_is_completed_by_a_look_at_its_tickets(make_floor: Any, drain: Any) -> None:
    floor = make_floor(settings=Settings(slas_on_export=False))
    adapter = floor.adapter()
    await adapter.check()
    floor.clock.step(600)
    pages = await drain(adapter, Phase.CHANGES, at=floor.clock.now() - 86_400)
    still_open = {t.key for page in pages for t in page.tickets if t.state.is_open}
    assert still_open
    assert still_open <= frozenset[str]().union(*(page.clocks_whole for page in pages))


async def test_real_limits_are_told_as_throttled(make_floor: Any) -> None:
    floor = make_floor(settings=Settings(enforce_limits=True, ticker=lambda: 0.0))
    adapter = floor.adapter()
    for _ in range(10):
        await adapter.check()
    with pytest.raises(Throttled, match="incremental export"):
        await adapter.check()


async def test_a_refusal_carries_the_platforms_words(floor: Any, signed_in: Any, drain: Any) -> None:
    adapter = await signed_in()
    floor.transport.before = _answer(422, json={"error": "invalid", "description": "Invalid search: no"})
    with pytest.raises(Refused, match="Invalid search: no"):
        await drain(adapter, Phase.OPEN)
