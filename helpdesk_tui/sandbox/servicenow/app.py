"""The server: signs in, takes turns, sends each request where it belongs, dresses the answer as the platform does."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpdesk_tui.sandbox.model import Credential, World
from helpdesk_tui.sandbox.servicenow import on_call
from helpdesk_tui.sandbox.servicenow.accounts import Accounts, Dropped, Session
from helpdesk_tui.sandbox.servicenow.aggregate import StatsApi
from helpdesk_tui.sandbox.servicenow.batch import BatchApi, TinyUrls
from helpdesk_tui.sandbox.servicenow.fields import Viewer
from helpdesk_tui.sandbox.servicenow.instance import build_instance
from helpdesk_tui.sandbox.servicenow.rates import RateRule
from helpdesk_tui.sandbox.servicenow.table_api import TableApi
from helpdesk_tui.sandbox.servicenow.tables import Instance, Settings
from helpdesk_tui.sandbox.servicenow.wire import Answer, Call, Refusal, result

_TABLE = re.compile(r"/api/now(?:/(v1|v2))?/table/(\w+)(?:/([^/]+))?/?$")
_STATS = re.compile(r"/api/now(?:/v1|/v2)?/stats/(\w+)/?$")
_BATCH = re.compile(r"/api/now(?:/v1|/v2)?/batch/?$")
_LONGEST = 14_000
"""Bytes of query string that the proxy before the instance lets through."""
_TOO_LONG = (
    b"<html><head><title>414 Request-URI Too Large</title></head><body><h1>414 Request-URI Too Large</h1></body></html>"
)
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_JSON = re.compile(r"\*/\*|application/(json|\*)|text/json")


class Server:
    """One instance behind HTTP. `instance.settings` may be changed while it runs."""

    def __init__(
        self, world: World, credentials: Iterable[Credential], settings: Settings | None, monotonic: Callable[[], float]
    ) -> None:
        """`monotonic` gives the machine's seconds, for tokens and batches."""
        self.instance: Instance = build_instance(world, settings or Settings())
        self.accounts = Accounts(credentials, self.instance.settings, monotonic)
        self._tables = TableApi(self.instance)
        self._stats = StatsApi(self.instance, self._tables)
        self._batch = BatchApi(self.dispatch, self.instance.settings, monotonic)
        self._tiny = TinyUrls()
        self._on_call = on_call.OnCallApi(self.instance)
        self._rates = RateRule(self.instance.settings)

    async def dispatch(self, call: Call) -> Answer:
        """Answers one request of a viewer who is signed in. Raises Refusal."""
        if table := _TABLE.match(call.path):
            rate = self._rates.spend(call.viewer)
            answer = await self._tables.answer(
                self._tiny.expanded(call), table.group(1) or "", table.group(2), table.group(3) or ""
            )
            answer.headers.update(rate)
            return answer
        if stats := _STATS.match(call.path):
            return await self._stats.answer(self._tiny.expanded(call), stats.group(1))
        if _BATCH.match(call.path):
            return await self._batch.answer(call)
        if call.path.startswith(on_call.PREFIX):
            return self._on_call.answer(call)
        if call.path == "/api/now/tinyurl":
            return self._tiny.answer(call)
        if call.path == "/api/now/ui/user/current_user":
            return self._current_user(call)
        raise Refusal(400, "Requested URI does not represent any resource")

    def _current_user(self, call: Call) -> Answer:
        name = self.instance.user_name(call.viewer.uid)
        return result({
            "user_sys_id": self.instance.user(call.viewer.uid),
            "user_name": call.viewer.login,
            "user_display_name": name,
            "user_initials": "".join(part[:1] for part in name.split())[:2].upper(),
            "user_avatar": "",
        })  # fmt: skip

    async def token(self, request: Request) -> Response:
        """`/oauth_token.do`."""
        return _response(self.accounts.grant(await request.body(), request.headers))

    async def api(self, request: Request) -> Response:
        """Everything under `/api/now`."""
        session, new = self.accounts.session(request.cookies.get("JSESSIONID", ""))
        try:
            answer, signed_in = await self._in_turn(request, session), "true"
        except Dropped:
            answer, signed_in = Answer(202), "true"
        except Refusal as refusal:
            answer, signed_in = refusal.answer(), str(refusal.status != 401).lower()
        response = _response(answer)
        response.headers["X-Is-Logged-In"] = signed_in
        response.headers["X-Transaction-ID"] = secrets.token_hex(6)
        if new:
            route = f"glide.{session.name[:12].lower()}"
            response.set_cookie("JSESSIONID", session.name, path="/", httponly=True)
            response.set_cookie("glide_user_route", route, max_age=2_147_483_647, path="/", httponly=True)
        response.set_cookie("glide_session_store", session.name, max_age=1800 if signed_in == "true" else 60, path="/")
        return response

    async def _in_turn(self, request: Request, session: Session) -> Answer:
        if len(request.scope.get("query_string", b"")) > _LONGEST:
            return Answer(414, _TOO_LONG, {"Content-Type": "text/html;charset=UTF-8"})
        account = self.accounts.identify(request.headers, session)
        body = await request.body()
        async with session.turn():
            if self.instance.settings.think:
                await asyncio.sleep(self.instance.settings.think)
            self.instance.begin()
            accept = request.headers.get("accept", "*/*")
            if not _JSON.search(accept):
                raise Refusal(406, "Media-Type Not Acceptable", f"{accept} is not supported")
            return await self.dispatch(self._call(request, account, body))

    def _call(self, request: Request, account: Credential, body: bytes) -> Call:
        headers = {name.lower(): value for name, value in request.headers.items()}
        viewer = Viewer(
            account.uid, account.login, account.role, self.instance.zone(account.uid), self.instance.world.clock.now()
        )
        method = (
            headers.get("x-http-method-override", request.method).upper()
            if request.method == "POST"
            else request.method
        )
        query = request.scope.get("query_string", b"").decode("latin-1")
        origin = f"{request.url.scheme}://{headers.get('host', 'localhost')}"
        path = request.url.path
        return Call(method, path, tuple(parse_qsl(query, keep_blank_values=True)), headers, body, viewer, origin)


def _response(answer: Answer) -> Response:
    return Response(answer.body or None, answer.status, answer.headers)


def application(
    world: World,
    credentials: Iterable[Credential],
    *,
    settings: Settings | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> Starlette:
    """An ASGI application that answers as a ServiceNow instance over this world.

    Its `state.server` is the `Server`, whose settings and accounts tests and fault switches may turn while it runs.
    """
    server = Server(world, credentials, settings, monotonic)
    app = Starlette(
        routes=[
            Route("/oauth_token.do", server.token, methods=["POST"]),
            Route("/api/now/{rest:path}", server.api, methods=_METHODS),
        ]
    )
    app.state.server = server
    return app
