"""The ASGI middleware that makes things go wrong on the way between a platform and its client.

It is the outermost layer of each platform: it dates every answer by the sandbox's clock, lets control requests past
every fault, and reaches through to uvicorn's transport where a connection has to end without an answer.
"""

from __future__ import annotations

import asyncio
from email.utils import formatdate
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from helpdesk_tui.sandbox import fault_bodies
from helpdesk_tui.sandbox.clock import Clock
from helpdesk_tui.sandbox.fault_spec import Fault, Faults
from helpdesk_tui.sandbox.model import Platform

Header = tuple[bytes, bytes]

CONTROL = "/__sandbox__"
"""Below this path lies the control application, on every port."""

_PIECES = 20
_JSON, _HTML = b"application/json;charset=utf-8", b"text/html;charset=utf-8"


class FaultGate:
    """Stands before one platform's application."""

    def __init__(self, app: ASGIApp, platform: Platform, faults: Faults, clock: Clock, control: ASGIApp) -> None:
        """`control` answers what lies below `CONTROL`, whatever goes wrong."""
        self._app, self._platform, self._faults, self._clock, self._control = app, platform, faults, clock, control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, well or badly."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith(CONTROL):
            await self._control(scope, receive, send)
            return
        target = f"{path}?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else path
        striking = self._faults.striking(self._platform, scope["method"], target)
        skew = sum(fault.value for fault in striking if fault.kind == "skew")
        dated = _Dated(send, self._clock, skew)
        if not striking:
            await self._app(scope, receive, dated)
            return
        for fault in striking:
            if fault.kind == "latency":
                await asyncio.sleep(fault.value)
        worst = next((fault for fault in striking if fault.kind not in ("latency", "skew")), None)
        await self._answer(worst, scope, receive, dated)

    async def _answer(self, fault: Fault | None, scope: Scope, receive: Receive, send: _Dated) -> None:
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind == "outage":
            await _hang_up(send, receive)
        elif fault.kind == "hang":
            await _until_gone(receive)
        elif fault.kind in _INSTEAD:
            await self._instead(fault, send)
        else:
            await self._spoil(fault, scope, receive, send)

    async def _instead(self, fault: Fault, send: _Dated) -> None:
        """An answer the platform's application never sees the request of."""
        status, kind, body, more = _INSTEAD[fault.kind], _HTML, b"", list[Header]()
        if fault.kind == "error":
            status = int(fault.value)
            body = fault_bodies.error_page(status)
        elif fault.kind == "throttle":
            kind, body, more = (
                _JSON,
                b'{"error":"Too Many Requests","errorMessages":["Rate limit exceeded."]}',
                self._retry(fault),
            )
        elif fault.kind == "signin":
            kind, body = _JSON, b'{"error":{"message":"User Not Authenticated"},"errorMessages":["Unauthorized"]}'
        elif fault.kind == "redirect":
            more = [(b"location", b"/login.do?expired=1")]
        elif fault.kind == "html":
            body = fault_bodies.LOGIN_PAGE
        else:
            kind = _JSON
        await _reply(send, status, [(b"content-type", kind), *more], body)

    def _retry(self, fault: Fault) -> list[Header]:
        if fault.form == "none":
            return []
        if fault.form == "date":
            return [(b"retry-after", formatdate(self._clock.exact() + fault.value, usegmt=True).encode())]
        return [(b"retry-after", f"{fault.value:g}".encode())]

    async def _spoil(self, fault: Fault, scope: Scope, receive: Receive, send: _Dated) -> None:
        """The platform's own answer, damaged on its way."""
        kept = _Kept()
        await self._app(scope, receive, kept)
        if fault.kind == "lost":
            await _hang_up(send, receive)
        elif fault.kind == "reset":
            await _reply(send, kept.status, kept.headers(len(kept.body)), kept.body[: len(kept.body) // 2], more=True)
            await asyncio.sleep(0.01)
            await _hang_up(send, receive)
        elif fault.kind == "drip":
            await _drip(send, kept, fault.value)
        elif fault.kind == "gzip":
            body = fault_bodies.cut_gzip(kept.body)
            await _reply(send, kept.status, [*kept.headers(len(body)), (b"content-encoding", b"gzip")], body)
        else:
            body = fault_bodies.changed(fault, kept.body, self._faults.chance)
            await _reply(send, kept.status, kept.headers(len(body)), body)


_INSTEAD = {"error": 503, "throttle": 429, "signin": 401, "redirect": 302, "html": 200, "empty": 200}


class _Dated:
    """Sends on to the server, with the Date header of the sandbox's clock."""

    def __init__(self, send: Send, clock: Clock, skew: float) -> None:
        self.inner, self._clock, self._skew = send, clock, skew

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            date = formatdate(self._clock.exact() + self._skew, usegmt=True).encode()
            headers = [header for header in message.get("headers", ()) if header[0].lower() != b"date"]
            message = {**message, "headers": [*headers, (b"date", date)]}
        await self.inner(message)


class _Kept:
    """Keeps a whole answer instead of sending it."""

    def __init__(self) -> None:
        self.status, self.body = 500, b""
        self._headers: list[Header] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self._headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def headers(self, length: int) -> list[Header]:
        """Its headers for a body of another length."""
        kept = [
            header for header in self._headers if header[0].lower() not in (b"content-length", b"transfer-encoding")
        ]
        return [*kept, (b"content-length", str(length).encode())]


async def _reply(send: Send, status: int, headers: list[Header], body: bytes, *, more: bool = False) -> None:
    if not any(name == b"content-length" for name, _ in headers):
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def _drip(send: Send, kept: _Kept, seconds: float) -> None:
    await send({"type": "http.response.start", "status": kept.status, "headers": kept.headers(len(kept.body))})
    size = max(-(-len(kept.body) // _PIECES), 1)
    for start in range(0, len(kept.body), size):
        await asyncio.sleep(seconds / _PIECES)
        await send({"type": "http.response.body", "body": kept.body[start : start + size], "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _hang_up(send: _Dated, receive: Receive) -> None:
    """End the connection at once. Without a socket (an in-process transport) the client gets ConnectionResetError."""
    cycle: Any = getattr(send.inner, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if not isinstance(transport, asyncio.Transport):
        raise ConnectionResetError("the sandbox hung up")
    transport.abort()
    await _until_gone(receive)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
