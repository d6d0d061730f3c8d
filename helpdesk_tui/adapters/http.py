"""The one place that sends requests.

`Http` belongs to one source. It signs, paces, sends, reads and judges; what it gives back is JSON that arrived whole,
and what it raises is one of Unreachable, Throttled, AuthFailed, Refused (with the server's words) and Garbled,
whatever went wrong. Redirects and links are followed within the platform's own origin and nowhere else, so that a
sign-in never travels to a stranger. Cookies are not kept: they would tie requests to one session, which some
platforms serve one by one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import httpx
import stamina
import stamina.instrumentation

from helpdesk_tui.adapters.auth import Auth
from helpdesk_tui.adapters.connect import address, client, origin
from helpdesk_tui.adapters.pacing import Pacer, Retry, http_date, retry_after
from helpdesk_tui.adapters.reading import CutOff, parse, read_body, words
from helpdesk_tui.adapters.row_by_row import Each
from helpdesk_tui.adapters.verdicts import reason, verdict
from helpdesk_tui.clock import Now
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.errors import AuthFailed, Garbled, NotSent, PlatformError, Refused, Unreachable
from helpdesk_tui.secrets import strike_out

DEADLINE = 90.0
"""How long one try may take from its first byte to its last, seconds."""
MAX_BODY = 64 << 20
"""The largest answer that is read, bytes."""
_SECRET = 6
"""What is shorter than this cannot be told from ordinary words."""
_log = logging.getLogger(__name__)
# Failures are logged here, in one line each; the retrying library's own hook would print to the terminal.
stamina.instrumentation.set_on_retry_hooks(())

Scalar = str | int | float | bool | None
Params = Mapping[str, Scalar | Sequence[Scalar]]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was asked for: a status from `ok`, its headers (any case), and its JSON (None for an empty
    body)."""

    status: int
    headers: Mapping[str, str]
    data: Any


class Http:
    """Sends the requests of one source. `skew` is the platform's clock minus ours, median of the last five answers."""

    def __init__(
        self,
        source: SourceConfig,
        auth: Auth,
        *,
        now: Now,
        transport: httpx.AsyncBaseTransport | None = None,
        base: str = "",
        rates: Mapping[str, float] | None = None,
        bursts: Mapping[str, float] | None = None,
        retry: Retry | None = None,
        parallel: int = 3,
        headers: Mapping[str, str] | None = None,
        max_body: int = MAX_BODY,
    ) -> None:
        """`base` overrides the source's address; `rates` are the platform's limits in requests a minute by class of
        endpoint, and `bursts` how many of a class may go at once; `parallel` requests at most are under way at once.
        Raises ConfigError for an address that is none."""
        self.base = address(base or source.url, source.name)
        self._auth = auth
        self._now = now
        self._retry = retry or Retry()
        self._max_body = max_body
        self._pacer = Pacer(rates or {}, limit=source.requests_per_minute, bursts=bursts)
        self._slots = asyncio.Semaphore(parallel)
        self._skews: deque[int] = deque(maxlen=5)
        self._client = client(self.base, source, transport, headers or {})

    @property
    def skew(self) -> int:
        """The platform's clock minus ours, in seconds; 0 before the first answer."""
        return round(median(self._skews)) if self._skews else 0

    def server_now(self) -> int:
        """The present instant by the platform's clock, seconds UTC."""
        return self._now() + self.skew

    def earliest_now(self) -> int:
        """The platform's clock or ours, whichever is behind: where a stream may begin without missing anything even
        though a `Date` header told a wrong time."""
        return self._now() + min(0, self.skew)

    async def pause(self, seconds: float) -> None:
        """Wait for something to pass on the platform, as pauses between tries are waited."""
        await asyncio.sleep(self._retry.wait(seconds))

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    def local(self, link: str, *, rebuild: bool = False) -> str:
        """A link the platform gave, as one that may be fetched. Raises Garbled for one to another origin.

        With `rebuild`, a link to another origin is read as one to ours with that path: platforms behind a reverse proxy
        name themselves wrongly.
        """
        try:
            url = self.base.join(link)
        except (httpx.InvalidURL, ValueError):
            raise Garbled("the platform gave a link that is none") from None
        if origin(url) == origin(self.base):
            return str(url)
        if rebuild:
            return str(self.base.copy_with(raw_path=url.raw_path))
        raise Garbled(f"the platform gave a link to another host ({url.host[:80]}), which is not followed")

    def _address(self, path: str, params: Params | None = None) -> httpx.URL:
        """A path under the base address, or an absolute link of its origin, with parameters; made once, for each
        making of one reads it letter by letter."""
        whole = self.local(path) if "://" in path else f"{self.base}{path.lstrip('/')}"
        try:
            return httpx.URL(whole, params=params) if params else httpx.URL(whole)
        except httpx.InvalidURL as error:
            raise Unreachable(reason(error, self.base.host)) from error

    async def fetch_json(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        deadline: float = DEADLINE,
        ok: Sequence[int] = (200,),
        retries: bool | None = None,
        allow_404: bool = False,
        kind: str = "",
        max_body: int = 0,
        each: Each | None = None,
    ) -> Answer:
        """Send a request and give its answer. `path` is under the base address, or an absolute link of the same origin.

        `retries` says whether failures are tried again: by default for GET and HEAD only, since anything else may have
        been applied. `deadline` is seconds for one try. `kind` is the class of endpoint for pacing. A status in `ok`
        (and 404 with `allow_404`) is an answer, any other an error. With `each`, the rows in the answer's `result` are
        given to it as they are read, and are what it gives.
        """
        again = method in ("GET", "HEAD") if retries is None else retries
        wanted = (*ok, 404) if allow_404 else tuple(ok)
        url = self._address(path, params)
        reads = again and method != "HEAD"
        request = _Request(
            method,
            url,
            json=json,
            headers=dict(headers or {}),
            ok=wanted,
            deadline=deadline,
            limit=max_body or self._max_body,
            reads=reads,
            each=each,
        )
        if not again:
            return await self._signed(request, kind)
        attempts = stamina.retry_context(
            on=self._retry.hook(), attempts=self._retry.attempts, timeout=self._retry.total
        )
        async for attempt in attempts:
            with attempt:
                try:
                    return await self._signed(request, kind)
                except PlatformError as error:
                    _log.info("%s %s, try %d: %s", method, url.path, attempt.num, error)
                    raise
        raise AssertionError("unreachable")

    async def _signed(self, request: _Request, kind: str) -> Answer:
        """Sign and send; after a 401, once more with a secret that was got anew."""
        for first in (True, False):
            # Outside the slots: what waits for its turn must not keep out those of another class.
            await self._pacer.turn(kind)
            async with self._slots:
                signature = await self._auth.headers(self._ask)
                try:
                    return await self._sent(request, signature)
                except AuthFailed as error:
                    if error.status != 401:
                        raise
                    self._auth.refused(signature)
                    if not first:
                        raise
        raise AssertionError("unreachable")

    async def _ask(self, path: str, fields: Mapping[str, str], as_json: bool) -> Any:
        """Send `fields` to a token endpoint, unsigned and unpaced."""
        body, form = (dict(fields), None) if as_json else (None, dict(fields))
        request = _Request("POST", self._address(path), json=body, form=form, ok=(200, 201), limit=1 << 20)
        secrets = {"client": fields.get("client_secret", ""), "refresh": fields.get("refresh_token", "")}
        return (await self._sent(request, {}, hidden=secrets)).data

    async def _sent(
        self, request: _Request, signature: Mapping[str, str], *, hidden: Mapping[str, str] | None = None
    ) -> Answer:
        try:
            async with asyncio.timeout(request.deadline):
                return await self._once(request, signature, hidden or signature)
        except PlatformError as error:
            # A platform may quote what we sent, a password unpacked from its header too; the words go to a store.
            error.args = (strike_out(str(error)),)
            raise
        except TimeoutError:
            raise Unreachable(f"no complete answer within {request.deadline:.0f} s") from None
        except httpx.LocalProtocolError:
            # Its text quotes the header it dislikes, which may be the one with the secret.
            raise Refused("the request could not be written: is the secret or a setting damaged?") from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent(reason(error, self.base.host)) from error
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
            raise Unreachable(reason(error, self.base.host)) from error

    async def _once(self, request: _Request, signature: Mapping[str, str], hidden: Mapping[str, str]) -> Answer:
        """Send, and judge what comes."""
        async with self._client.stream(
            request.method,
            request.url,
            json=request.json,
            data=request.form,
            headers={**request.headers, **signature},
        ) as response:
            self._observe(response)
            return await self._judged(request, response, hidden)

    def _redirected(self, response: httpx.Response) -> Garbled:
        """A redirect is never what was asked for: it leads to a sign-in page, or to an address to be configured."""
        try:
            target = response.url.join(response.headers["Location"])
            where = target.path if origin(target) == origin(self.base) else f"{target.scheme}://{target.host}"
        except (httpx.InvalidURL, ValueError):
            where = "an address that is none"
        return Garbled(
            f"the platform redirects to {where[:100]}, which is not followed: a sign-in page?",
            status=response.status_code,
        )

    def _observe(self, response: httpx.Response) -> None:
        """Learn the platform's clock."""
        stamp = http_date(response.headers.get("Date"))
        if stamp is not None:
            self._skews.append(stamp - self._now())
        _log.debug("%s %s: %s", response.request.method, response.url.path, response.status_code)

    async def _judged(self, request: _Request, response: httpx.Response, hidden: Mapping[str, str]) -> Answer:
        """The answer, if it is one of those that were asked for; else the error it stands for."""
        status, kind = response.status_code, response.headers.get("Content-Type", "")
        if status in request.ok:
            body = b"" if request.method == "HEAD" else await read_body(response, request.limit)
            if request.reads and status == 200 and not body.strip():
                raise CutOff("the answer is empty", status=status)
            return Answer(status, response.headers, _parsed(body, kind, status, request.each))
        if response.is_redirect and response.headers.get("Location"):
            raise self._redirected(response)
        try:
            said = words(await read_body(response, 1 << 20), kind)
        except Garbled:
            said = ""
        for value in hidden.values():
            for part in (value, value.rpartition(" ")[2]):
                said = said.replace(part, "•••") if len(part) >= _SECRET else said
        pause = retry_after(response.headers.get("Retry-After"), self.server_now())
        raise verdict(status, said, pause)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """One request, without its signature."""

    method: str = field(kw_only=False)
    url: httpx.URL = field(kw_only=False)
    json: Any = None
    form: dict[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    ok: tuple[int, ...]
    deadline: float = DEADLINE
    limit: int
    reads: bool = False
    """Whether it asks for something, so that an empty answer is a broken one."""
    each: Each | None = None


def _parsed(body: bytes, kind: str, status: int, each: Each | None) -> Any:
    """The JSON of a wanted answer; a refusal that was allowed for (404) need not be JSON."""
    try:
        return parse(body, kind, status, each)
    except Garbled:
        if status >= 400:
            return None
        raise
