"""The control application: tests and people steer the sandbox through it, below `/__sandbox__` on every port.

It bypasses every fault and needs no sign-in: the sandbox listens on loopback only and holds nothing but invention.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from helpdesk_tui.sandbox import truth
from helpdesk_tui.sandbox.company import COORDINATOR
from helpdesk_tui.sandbox.fault_spec import KINDS, BadFault, Faults
from helpdesk_tui.sandbox.faults import CONTROL
from helpdesk_tui.sandbox.model import PLATFORMS, Platform, Ticket
from helpdesk_tui.sandbox.steer import BadOrder, steer
from helpdesk_tui.sandbox.world import LiveWorld

_BATCH = 200
_OPTIONS = ("platform", "events", "clocks")
Handler = Callable[[Request], Awaitable[Response]]


class Control:
    """The endpoints, over one world and its faults."""

    def __init__(self, world: LiveWorld, faults: Faults) -> None:
        """Nothing is copied: what it shows is the present state."""
        self._world, self._faults = world, faults

    def application(self) -> Starlette:
        """The ASGI application."""
        table: list[tuple[str, str, Handler]] = [
            ("GET", "/state", self.state), ("GET", "/faults", self.list_faults), ("POST", "/faults", self.add_faults),
            ("DELETE", "/faults", self.clear_faults), ("GET", "/truth", self.truth), ("GET", "/count", self.count),
            ("POST", "/step", self.step), ("POST", "/clock", self.clock), ("POST", "/change", self.change),
        ]  # fmt: skip
        return Starlette(routes=[Route(CONTROL + path, _guarded(does), methods=[verb]) for verb, path, does in table])

    async def state(self, _: Request) -> Response:
        """GET /state: seed, clock and how many tickets there are."""
        world, clock = self._world, self._world.clock
        world.catch_up()
        desks = {
            name: {"tickets": len(world.desk(name)), "unsettled": len(world.desk(name).ledger.unsettled)}
            for name in PLATFORMS
        }
        told = {"seed": world.seed, "now": clock.now(), "speed": clock.speed, "paused": clock.paused, "desks": desks}
        return JSONResponse(told)

    async def list_faults(self, _: Request) -> Response:
        """GET /faults: those begun, and the kinds there are."""
        return JSONResponse({"faults": [fault.plain() for fault in self._faults.all()], "kinds": KINDS})

    async def add_faults(self, request: Request) -> Response:
        """POST /faults: one fault or a list of them, each an object or a text as on the command line."""
        asked = await _json(request)
        begun = [self._faults.read(each) for each in (asked if isinstance(asked, list) else [asked])]
        return JSONResponse({"faults": [self._faults.add(fault).plain() for fault in begun]}, 201)

    async def clear_faults(self, request: Request) -> Response:
        """DELETE /faults: all, or the one named by ?id=."""
        fid = request.query_params.get("id")
        self._faults.clear(int(fid) if fid and fid.isdigit() else None)
        return Response(status_code=204)

    async def truth(self, request: Request) -> Response:
        """GET /truth: every ticket that fits, one JSON object a line; events=1 and clocks=1 add those."""
        self._world.catch_up()
        options, tickets = self._selected(request.query_params)
        return StreamingResponse(self._lines(options, tickets), media_type="application/x-ndjson")

    async def _lines(self, options: Mapping[str, str], tickets: Iterator[Ticket]) -> AsyncIterator[bytes]:
        lines: list[str] = []
        for ticket in tickets:
            clocks = self._world.desk(ticket.platform).clocks(ticket) if options.get("clocks") == "1" else None
            row = truth.row(self._world, ticket, events=options.get("events") == "1", clocks=clocks)
            lines.append(json.dumps(row, separators=(",", ":")))
            if len(lines) >= _BATCH:
                yield ("\n".join(lines) + "\n").encode()
                lines = []
        if lines:
            yield ("\n".join(lines) + "\n").encode()

    async def count(self, request: Request) -> Response:
        """GET /count: how many tickets fit, in all and by platform."""
        self._world.catch_up()
        counts = dict.fromkeys(PLATFORMS, 0)
        for ticket in self._selected(request.query_params)[1]:
            counts[ticket.platform] += 1
        return JSONResponse({"count": sum(counts.values()), "platforms": counts})

    def _selected(self, query: Mapping[str, str]) -> tuple[dict[str, str], Iterator[Ticket]]:
        options = {name: query[name] for name in _OPTIONS if name in query}
        filters = {name: query[name] for name in query if name not in _OPTIONS}
        wanted = _platforms(options.get("platform", ""))
        found = [truth.select(self._world.desk(platform), filters) for platform in wanted]
        return options, (ticket for tickets in found for ticket in tickets)

    async def step(self, request: Request) -> Response:
        """POST /step {"seconds": S, "steps": N}: move the clock N times by S / N seconds, and life with it."""
        asked = await _object(request)
        seconds, steps = float(asked.get("seconds", 0)), min(max(int(asked.get("steps", 1)), 1), 10_000)
        for _ in range(steps):
            self._world.clock.step(seconds / steps)
            self._world.catch_up()
        return JSONResponse({"now": self._world.clock.now()})

    async def clock(self, request: Request) -> Response:
        """POST /clock {"paused": bool, "speed": X}: stop the clock, or let it run on."""
        asked = await _object(request)
        clock = self._world.clock
        if asked.get("paused", clock.paused):
            clock.pause()
        else:
            clock.resume(float(asked["speed"]) if "speed" in asked else None)
        return JSONResponse({"now": clock.now(), "paused": clock.paused, "speed": clock.speed})

    async def change(self, request: Request) -> Response:
        """POST /change {"platform": …, "n": …, …}: see `steer`; answers with the ticket as it then is."""
        self._world.catch_up()
        ticket = steer(self._world, COORDINATOR, await _object(request))
        return JSONResponse(truth.row(self._world, ticket, events=True))


def _platforms(name: str) -> tuple[Platform, ...]:
    wanted = tuple(platform for platform in PLATFORMS if name in ("", "all", platform))
    if not wanted:
        raise BadOrder(f"no platform is called {name!r}; there are {', '.join(PLATFORMS)}")
    return wanted


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError as error:
        raise BadOrder(f"the body is no JSON: {error}") from None


async def _object(request: Request) -> dict[str, Any]:
    asked = await _json(request)
    if not isinstance(asked, dict):
        raise BadOrder("the body must be a JSON object")
    return asked


def _guarded(handler: Handler) -> Handler:
    """Turn what cannot be done into 400 or 404 with one sentence."""

    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except (BadFault, BadOrder, truth.BadFilter, ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        except KeyError as error:
            return JSONResponse({"error": f"there is no {error}"}, 404)

    return guarded
