"""The ASGI application: doors, sign-in, limits, and every refusal in Jira's own shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from helpdesk_tui.sandbox.jira import problems
from helpdesk_tui.sandbox.jira.call import Site
from helpdesk_tui.sandbox.jira.identity import Directory
from helpdesk_tui.sandbox.jira.index import Index
from helpdesk_tui.sandbox.jira.limits import BURST, Limits
from helpdesk_tui.sandbox.jira.routes import Handler, table
from helpdesk_tui.sandbox.jira.signin import Door, call_of
from helpdesk_tui.sandbox.model import Credential, World

INDEX_LAG = 3
Endpoint = Callable[[Request], Awaitable[Response]]


def application(
    world: World, credentials: Iterable[Credential], *, index_lag: int = INDEX_LAG, burst: int = BURST
) -> Starlette:
    """Jira over a company: Cloud, its gateway and Data Center behind one address.

    `index_lag` is how late, in the sandbox's seconds, a search learns of a change; `burst` how many requests a second
    each endpoint takes before it answers 429.
    """
    index = Index(world.desk("jira"), world.clock, index_lag)
    site = Site(world, tuple(credentials), Directory(world), index)
    limits = Limits(world.clock.now, burst)
    routes: list[BaseRoute] = [
        Mount("/ex/jira/{cloud_id}", routes=_routes(site, limits, Door(gateway=True))),
        Mount("/dc", routes=_routes(site, limits, Door(context=True))),
        *_routes(site, limits, Door()),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _no_such_address})


def _routes(site: Site, limits: Limits, door: Door) -> list[Route]:
    by_path: dict[str, dict[str, tuple[Handler, bool]]] = {}
    for (method, path, handler), open_to_all in table():
        by_path.setdefault(path, {})[method] = (handler, open_to_all)
    return [
        Route(path, _endpoint(site, limits, door, path, methods), methods=list(methods))
        for path, methods in by_path.items()
    ]


def _endpoint(site: Site, limits: Limits, door: Door, path: str, methods: dict[str, tuple[Handler, bool]]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        writing = "" if method == "GET" else request.path_params.get("issue", "")
        left = limits.admit(f"{method} {path}", writing)
        if isinstance(left, Response):
            return left
        response = await _answer(site, door, request, *methods[method])
        limits.mark(response, left)
        return response

    return endpoint


async def _answer(site: Site, door: Door, request: Request, handler: Handler, open_to_all: bool) -> Response:
    site.world.catch_up()
    try:
        return await handler(call_of(site, request, door, open_to_all=open_to_all))
    except problems.Problem as refusal:
        return refusal.response()


async def _no_such_address(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    path = request.url.path
    if status == 405:
        detail = f"Request method '{request.method}' is not supported."
        return problems.rfc7807(405, "Method Not Allowed", detail, path).response()
    return problems.rfc7807(404, "Not Found", f"No static resource {path}.", path).response()
