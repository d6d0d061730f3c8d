"""The connection: which Jira it is, how one signs in there, and the requests everything else is made of.

auth = "token"         e-mail and API token, Basic, at the site's own address; on Data Center user name and password
auth = "scoped_token"  a scoped API token works only behind the gateway: https://api.atlassian.com/ex/jira/{cloudId}.
                       With a user name it is Basic, without one (service accounts) Bearer. `options.cloud_id` names the
                       site; without it the site is asked. `options.gateway` names another gateway.
auth = "pat"           Data Center's personal access token, Bearer
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import httpx

from helpdesk_tui.adapters.auth import Ask, Auth, Basic, Bearer
from helpdesk_tui.adapters.base import Secret
from helpdesk_tui.adapters.http import Http, Params
from helpdesk_tui.adapters.jira.wire import ServerInfo
from helpdesk_tui.adapters.pacing import retry_after
from helpdesk_tui.adapters.reading import said
from helpdesk_tui.clock import Now
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.errors import ConfigError, Garbled, Moved, Throttled

GATEWAY = "https://api.atlassian.com"
RATES = {"": 3000.0, "users": 300.0}
"""Requests a minute. A tenant shares 100 a second and endpoint among everybody; user searches share one limit more."""
PER_ISSUE = "jira-per-issue-on-write"
_HEADERS = {"X-ExperimentalApi": "opt-in"}
"""Older Data Center versions answer the service desk API only to those who opt in."""


class _Nobody(Auth):
    """No sign-in at all: for the one address that is open to everybody."""

    async def headers(self, ask: Ask) -> dict[str, str]:
        """Nothing."""
        del ask
        return {}

    def refused(self, sent: Mapping[str, str]) -> None:
        """Nothing to forget."""


class Site:
    """One Jira. `cloud` is decided by `open`, before anything else is asked."""

    def __init__(
        self, source: SourceConfig, secret: Secret, *, now: Now, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        if source.auth not in ("", "token", "scoped_token", "pat"):
            raise ConfigError(
                f"“{source.auth}” is no way to sign in to Jira: token, scoped_token or pat",
                key=f"sources.{source.name}.auth",
            )
        self.source = source
        self.cloud = source.auth != "pat"
        self._secret, self._now, self._transport = secret, now, transport
        self._http: Http | None = None
        self._skew = 0

    @property
    def api(self) -> str:
        """The path of the platform API: v3 on Cloud, v2 on Data Center."""
        return "rest/api/3" if self.cloud else "rest/api/2"

    def server_now(self) -> int:
        """The present instant by the platform's clock, seconds UTC."""
        return self._now() + self._skew

    @property
    def skew(self) -> int:
        """The platform's clock minus ours, seconds, as of the last `open`."""
        return self._skew

    async def open(self) -> ServerInfo:
        """Connect and find out which Jira this is."""
        if self._http is None:
            self._http = await self._connected()
        answer = await self._http.fetch_json("GET", "rest/api/2/serverInfo")
        try:
            info = ServerInfo.model_validate(answer.data)
        except ValueError:
            raise Garbled("the server does not say which Jira it is", status=answer.status) from None
        self.cloud = info.deployment.lower() == "cloud"
        self._skew = info.time - self._now() if info.time else self._http.skew
        return info

    async def _connected(self) -> Http:
        base = ""
        if self.source.auth == "scoped_token":
            gateway = str(self.source.options.get("gateway") or GATEWAY).rstrip("/")
            base = f"{gateway}/ex/jira/{await self._cloud_id()}"
        return self._http_for(self._auth(), base)

    def _http_for(self, auth: Auth, base: str = "") -> Http:
        return Http(
            self.source, auth, now=self._now, transport=self._transport, base=base, rates=RATES, headers=_HEADERS
        )

    def _auth(self) -> Auth:
        if self.source.auth == "pat" or not self.source.username:
            return Bearer(self._secret)
        return Basic(self.source.username, self._secret)

    async def operations(self) -> Http:
        """A connection to the operations API, which lives at the gateway whatever the site's own address is."""
        asked = str(self.source.options.get("operations") or "").rstrip("/")
        if not asked:
            own = self.source.url.rstrip("/")
            hosted = httpx.URL(own).host.endswith(".atlassian.net") or self.source.auth == "scoped_token"
            gateway = str(self.source.options.get("gateway") or GATEWAY).rstrip("/")
            asked = f"{gateway if hosted else own}/jsm/ops/api/{await self._cloud_id()}"
        return self._http_for(self._auth(), asked)

    async def _cloud_id(self) -> str:
        given = self.source.options.get("cloud_id")
        if isinstance(given, str) and given:
            return given
        http = self._http_for(_Nobody())
        try:
            data = (await http.fetch_json("GET", "_edge/tenant_info")).data
        finally:
            await http.close()
        found = data.get("cloudId") if isinstance(data, dict) else None
        if not isinstance(found, str) or not found.replace("-", "").isalnum():
            raise Garbled("the site does not tell its cloudId; give it as options.cloud_id")
        return found

    async def get(self, path: str, params: Params | None = None, *, kind: str = "") -> Any:
        """GET something of the platform API."""
        return await self._send("GET", f"{self.api}/{path}", params=params, kind=kind)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST a question to the platform API. It changes nothing, so it is tried again like a GET."""
        return await self._send("POST", f"{self.api}/{path}", json=dict(body))

    async def desk(self, path: str, params: Params | None = None) -> Any:
        """GET something of the service desk API."""
        return await self._send("GET", f"rest/servicedeskapi/{path}", params=params)

    async def change(
        self, method: str, path: str, body: Mapping[str, Any], *, ok: Sequence[int], params: Params | None = None
    ) -> Any:
        """Send a write to the platform API once. Raises Moved for 409: somebody else's came in between."""
        if self._http is None:
            await self.open()
        assert self._http is not None
        answer = await self._http.fetch_json(
            method, f"{self.api}/{path}", params=params, json=dict(body), ok=(*ok, 409, 429), retries=False
        )
        if answer.status == 409:
            raise Moved(f"somebody else changed it at the same time: {said(answer.data) or '409'}", status=409)
        if answer.status == 429:
            pause = retry_after(answer.headers.get("Retry-After"), self._http.server_now())
            # Every issue takes so many writes and no more; the others do not have to wait for it.
            whole = answer.headers.get("RateLimit-Reason") != PER_ISSUE
            raise Throttled(f"the platform asks to wait: {said(answer.data)}", retry_after=pause, whole=whole)
        return answer.data

    async def _send(
        self, method: str, path: str, *, params: Params | None = None, json: Any = None, kind: str = ""
    ) -> Any:
        if self._http is None:
            await self.open()
        assert self._http is not None
        return (await self._http.fetch_json(method, path, params=params, json=json, kind=kind, retries=True)).data

    def link(self, number: str) -> str:
        """The address of a ticket for people: always the site's, never the gateway's."""
        return f"{self.source.url.rstrip('/')}/browse/{number}"

    async def close(self) -> None:
        """Let go of connections."""
        if self._http is not None:
            await self._http.close()


def rows(data: Any, name: str = "values") -> Sequence[Any]:
    """The list of records in an answer. Raises Garbled where there is none."""
    found = data.get(name) if isinstance(data, dict) else None
    if not isinstance(found, list):
        raise Garbled(f"the answer holds no list of {name}")
    return found


async def gathered(ask: Callable[[int], Awaitable[Any]], name: str = "values", *, most: int = 100_000) -> list[Any]:
    """All records of a list that is paged by offset; `ask` gets the page that begins there.

    It ends with the page that says so (`isLast`, `isLastPage`, or by its `total`), with an empty one, and with one that
    brings nothing new: a server that ignores the offset must not be asked for ever.
    """
    found: list[Any] = []
    seen: set[str] = set()
    start = 0
    while len(found) < most:
        data = await ask(start)
        page = rows(data, name)
        fresh = [row for row in page if _mark(row) not in seen]
        seen |= {_mark(row) for row in fresh}
        found += fresh
        start += len(page)
        if not fresh or _ended(data, start):
            break
    return found


def _mark(row: Any) -> str:
    for name in ("id", "accountId", "groupId", "key", "name"):
        if isinstance(row, dict) and row.get(name):
            return f"{name} {row[name]}"
    return repr(row)[:500]


def _ended(data: Mapping[str, Any], start: int) -> bool:
    for name in ("isLast", "isLastPage"):
        if name in data:
            return bool(data[name])
    total = data.get("total")
    return isinstance(total, int) and start >= total
