"""From HTTP to handlers and back: sign-in, roles, budgets, the optional ending .json, and error bodies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpdesk_tui.sandbox.model import Credential, World
from helpdesk_tui.sandbox.zendesk.account import ANONYMOUS, Account, Call, Caller, Handler, Json, Reply, Role
from helpdesk_tui.sandbox.zendesk.auth import sign_in
from helpdesk_tui.sandbox.zendesk.errors import Refusal, forbidden, invalid_attribute, no_such_endpoint, unauthenticated
from helpdesk_tui.sandbox.zendesk.limits import Limiter
from helpdesk_tui.sandbox.zendesk.routes import ENTRIES
from helpdesk_tui.sandbox.zendesk.settings import Settings

Scope = MutableMapping[str, Any]
Channel = Callable[..., Awaitable[Any]]


def build(world: World, credentials: tuple[Credential, ...], settings: Settings) -> Starlette:
    """The application; the account is found at `app.state.account`."""
    account = Account(world, settings, credentials, Limiter(settings), started=world.clock.now())
    paths = list(dict.fromkeys(path for _, path, _, _ in ENTRIES))
    routes = [Route(path, _endpoint(account, path), methods=_methods(path)) for path in sorted(paths, key=_specific)]
    routes.append(Route("/{rest:path}", _nothing(account), methods=["GET", "POST", "PUT", "DELETE", "PATCH"]))
    app = Starlette(routes=routes, middleware=[])
    app.state.account = account
    app.add_middleware(_PlainPath)
    return app


def _specific(path: str) -> tuple[int, str]:
    return path.count("{"), path


def _methods(path: str) -> list[str]:
    return [method for method, known, _, _ in ENTRIES if known == path]


class _PlainPath:
    """Takes the ending .json off every path: both forms are the same resource."""

    def __init__(self, app: Channel) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Channel, send: Channel) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and scope["path"].endswith(".json"):
            scope = dict(scope, path=scope["path"].removesuffix(".json"))
        await self._app(scope, receive, send)


def _endpoint(account: Account, path: str) -> Callable[[Request], Awaitable[Response]]:
    by_method = {method: (handler, role) for method, known, handler, role in ENTRIES if known == path}

    async def endpoint(request: Request) -> Response:
        handler, role = by_method["GET" if request.method == "HEAD" else request.method]
        return _answer(account, request, await request.body(), handler, role)

    return endpoint


def _nothing(account: Account) -> Callable[[Request], Awaitable[Response]]:
    def refuse(_: Call) -> Json:
        raise no_such_endpoint()

    async def endpoint(request: Request) -> Response:
        return _answer(account, request, await request.body(), refuse, "end-user")

    return endpoint


def _answer(account: Account, request: Request, raw: bytes, handler: Handler, role: Role) -> Response:
    headers: dict[str, str] = {"X-Zendesk-API-Version": "v2", "X-Request-Id": uuid4().hex}
    account.world.catch_up()
    try:
        caller = sign_in(account, request.headers.get("authorization", ""))
        headers |= account.limiter.spend(request.method, request.url.path, str(caller.uid))
        if not caller.reaches(role):
            raise unauthenticated() if caller == ANONYMOUS else forbidden()
        made = handler(_call(account, request, raw, caller))
        reply = made if isinstance(made, Reply) else Reply(made)
    except Refusal as refusal:
        reply = Reply(refusal.body, refusal.status, refusal.headers)
    return _response(reply, headers)


def _call(account: Account, request: Request, raw: bytes, caller: Caller) -> Call:
    numbers = {key: value for key, value in request.path_params.items() if isinstance(value, int)}
    words = {key: value for key, value in request.path_params.items() if isinstance(value, str)}
    base = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"
    headers = {key.lower(): value for key, value in request.headers.items()}
    body = _body(request, raw)
    method, path, query = request.method, request.url.path, request.query_params
    return Call(account, caller, method, path, base, query, numbers, words, headers, body, raw)


def _body(request: Request, raw: bytes) -> Json:
    if not raw:
        return {}
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(raw.decode("utf-8", "replace")))
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise invalid_attribute("body", "Unparsable JSON") from None
    return body if isinstance(body, dict) else {}


def _response(reply: Reply, headers: dict[str, str]) -> Response:
    headers = headers | reply.headers
    if reply.status == 204:
        return Response(status_code=204, headers=headers)
    if isinstance(reply.body, str):
        return Response(reply.body, reply.status, headers, media_type="text/plain; charset=utf-8")
    headers["Cache-Control"] = "max-age=0, private, must-revalidate"
    return Response(orjson.dumps(reply.body), reply.status, headers, media_type="application/json; charset=utf-8")
