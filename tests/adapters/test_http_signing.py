"""Signing in, renewing tokens, trying again, and pacing."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui.adapters.auth import Auth, Basic, Bearer, ClientCredentials, HeaderKey
from helpdesk_tui.adapters.http import Http
from helpdesk_tui.adapters.pacing import Pacer, Retry, http_date, retry_after
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.errors import AuthFailed, Garbled, PlatformError, Refused, Throttled, Unreachable

NOW = 1_790_000_000


class Served:
    """A platform made by hand: gives the answers in turn (the last for ever) and keeps what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@pytest.fixture
def make_http(make_source: Callable[..., SourceConfig]) -> Callable[..., Http]:
    def make(served: Callable[[httpx.Request], httpx.Response], auth: Auth, **settings: Any) -> Http:
        transport = httpx.MockTransport(served)
        source = make_source(requests_per_minute=settings.pop("limit", 0))
        return Http(source, auth, now=settings.pop("now", lambda: NOW), transport=transport, **settings)

    return make


@pytest.mark.parametrize(
    ("make", "header", "value"),
    [
        (lambda s: Basic("ann", s), "Authorization", "Basic " + base64.b64encode("ann:pässwörd".encode()).decode()),
        (lambda s: Bearer(s), "Authorization", "Bearer tok"),
        (lambda s: HeaderKey("x-sn-apikey", s), "x-sn-apikey", "tok"),
    ],
)
async def test_static_secrets_travel_in_headers_only(
    make_http: Callable[..., Http],
    make_secret: Callable[..., Any],
    make: Callable[[Any], Auth],
    header: str,
    value: str,
) -> None:
    served = Served(httpx.Response(200, json=1))
    secret = make_secret("pässwörd" if value.startswith("Basic") else "tok")
    await make_http(served, make(secret)).fetch_json("GET", "/x", params={"a": "b"})
    assert served.asked[0].headers[header] == value
    assert str(served.asked[0].url) == "https://desk.example/x?a=b"


async def test_a_401_is_tried_once_more_with_a_fresh_secret(
    make_http: Callable[..., Http], make_secret: Callable[..., Any]
) -> None:
    secret = make_secret("old", "new")
    served = Served(httpx.Response(401), httpx.Response(200, json=1))
    assert (await make_http(served, Bearer(secret)).fetch_json("GET", "/x")).data == 1
    assert [request.headers["Authorization"] for request in served.asked] == ["Bearer old", "Bearer new"]
    assert secret.expired == 1


async def test_a_secret_at_hand_is_sent_without_being_looked_for(make_http: Callable[..., Http], secret: Any) -> None:
    served, held = Served(httpx.Response(200, json=1)), iter(["", "at hand"])
    secret.held = lambda: next(held)
    http = make_http(served, Bearer(secret))
    for _ in range(2):
        await http.fetch_json("GET", "/x")
    assert [request.headers["Authorization"] for request in served.asked] == ["Bearer s3cret-Value", "Bearer at hand"]
    assert secret.revealed == 1


async def test_a_second_401_is_final(make_http: Callable[..., Http], make_secret: Callable[..., Any]) -> None:
    served = Served(httpx.Response(401, json={"error": {"message": "User Not Authenticated"}}))
    with pytest.raises(AuthFailed, match="User Not Authenticated"):
        await make_http(served, Bearer(make_secret("t"))).fetch_json("GET", "/x")
    assert len(served.asked) == 2


class TokenDesk:
    """A platform with an OAuth token endpoint. Each token is good for `lasts` seconds of `clock`."""

    def __init__(self, *, lasts: int = 1799, refresh: bool = False) -> None:
        self.lasts, self.refresh = lasts, refresh
        self.clock = NOW
        self.granted: list[dict[str, str]] = []
        self.good: set[str] = set()
        self.refuse_refresh = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth_token.do":
            return self.grant({name: values[0] for name, values in parse_qs(request.content.decode()).items()})
        token = request.headers["Authorization"].removeprefix("Bearer ")
        return httpx.Response(200, json=token) if token in self.good else httpx.Response(401)

    def grant(self, form: dict[str, str]) -> httpx.Response:
        self.granted.append(form)
        if form["client_secret"] != "s3cret" or (self.refuse_refresh and form["grant_type"] == "refresh_token"):
            return httpx.Response(401, json={"error": "access_denied", "detail": f"no {form['client_secret']}"})
        token = f"token{len(self.granted)}"
        self.good.add(token)
        more = {"refresh_token": f"again{len(self.granted)}"} if self.refresh else {}
        return httpx.Response(200, json={"access_token": token, "expires_in": self.lasts, **more})


def _oauth(desk: TokenDesk, secret: Any) -> ClientCredentials:
    return ClientCredentials("/oauth_token.do", "client", secret, now=lambda: desk.clock)


async def test_one_token_serves_many_requests_at_once(
    make_http: Callable[..., Http], make_secret: Callable[..., Any]
) -> None:
    desk = TokenDesk()
    http = make_http(desk, _oauth(desk, make_secret("s3cret")))
    answers = await asyncio.gather(*(http.fetch_json("GET", f"/{n}") for n in range(10)))
    assert {answer.data for answer in answers} == {"token1"}
    assert desk.granted == [{"grant_type": "client_credentials", "client_id": "client", "client_secret": "s3cret"}]


@pytest.mark.parametrize(("later", "grants"), [(1738, 1), (1739, 2), (1900, 2)])
async def test_a_token_is_renewed_a_minute_before_its_end(
    make_http: Callable[..., Http], make_secret: Callable[..., Any], later: int, grants: int
) -> None:
    desk = TokenDesk(lasts=1799)
    http = make_http(desk, _oauth(desk, make_secret("s3cret")))
    await http.fetch_json("GET", "/x")
    desk.clock += later
    await http.fetch_json("GET", "/x")
    assert len(desk.granted) == grants


@pytest.mark.parametrize(
    ("refused", "grants"),
    [
        (False, ["client_credentials", "refresh_token"]),
        (True, ["client_credentials", "refresh_token", "client_credentials"]),
    ],
)
async def test_a_refresh_token_is_used_while_it_works(
    make_http: Callable[..., Http], make_secret: Callable[..., Any], refused: bool, grants: list[str]
) -> None:
    desk = TokenDesk(refresh=True)
    desk.refuse_refresh = refused
    http = make_http(desk, _oauth(desk, make_secret("s3cret")))
    await http.fetch_json("GET", "/x")
    desk.clock += 3600
    await http.fetch_json("GET", "/x")
    assert [form["grant_type"] for form in desk.granted] == grants
    assert desk.granted[1]["refresh_token"] == "again1"


async def test_a_withdrawn_token_is_renewed_once_for_all_who_held_it(
    make_http: Callable[..., Http], make_secret: Callable[..., Any]
) -> None:
    desk = TokenDesk()
    http = make_http(desk, _oauth(desk, make_secret("s3cret")))
    await http.fetch_json("GET", "/x")
    desk.good.clear()
    answers = await asyncio.gather(*(http.fetch_json("GET", f"/{n}") for n in range(3)))
    assert {answer.data for answer in answers} == {"token2"}
    assert len(desk.granted) == 2


async def test_refused_credentials_are_a_failed_sign_in_that_keeps_the_secret(
    make_http: Callable[..., Http], make_secret: Callable[..., Any]
) -> None:
    desk = TokenDesk()
    secret = make_secret("wr0ng-secret")
    with pytest.raises(AuthFailed, match="no •••") as caught:
        await make_http(desk, _oauth(desk, secret)).fetch_json("GET", "/x")
    assert "wr0ng" not in str(caught.value)
    assert secret.expired == 1


def _wanted(*answers: httpx.Response | Exception, method: str = "GET", attempts: int = 4, **more: Any) -> Any:
    """Send one request; give the pauses it wanted, how often it asked, and what came of it."""
    waits: list[float] = []

    def noted(seconds: float) -> float:
        waits.append(seconds)
        return 0.0

    retry = Retry(attempts=attempts, draw=lambda _low, high: high, wait=noted)
    served = Served(*answers)

    class Fixed:
        def held(self) -> str:
            return self.reveal()

        def reveal(self) -> str:
            return "t"

        def expire(self) -> None:
            pass

    source = SourceConfig(name="desk", platform="x", url="https://desk.example")
    http = Http(source, Bearer(Fixed()), now=lambda: NOW, transport=httpx.MockTransport(served), retry=retry)
    result: Any
    try:
        result = asyncio.run(http.fetch_json(method, "/x", **more)).data
    except PlatformError as error:
        result = type(error)
    return waits[: len(served.asked) - 1], len(served.asked), result


FINE = httpx.Response(200, json="fine")
BUSY = httpx.Response(429)


@pytest.mark.parametrize(
    ("answers", "waits", "asked", "result"),
    [
        ([httpx.Response(500), httpx.ReadError(""), FINE], [0.5, 1.0], 3, "fine"),
        ([httpx.Response(429, headers={"Retry-After": "7"}), FINE], [8.0], 2, "fine"),
        ([httpx.Response(429, headers={"Retry-After": "0"}), FINE], [0.0], 2, "fine"),
        ([httpx.Response(503, headers={"Retry-After": formatdate(NOW + 9, usegmt=True)}), FINE], [10.0], 2, "fine"),
        ([httpx.Response(429, headers={"Retry-After": "31"}), FINE], [], 1, Throttled),
        ([httpx.Response(429, headers={"Retry-After": "soon"}), FINE], [0.5], 2, "fine"),
        ([BUSY], [0.5, 1.0, 2.0], 4, Throttled),
        ([httpx.Response(200, html="<title>Sign in</title>")], [0.5], 2, Garbled),
        ([httpx.Response(404)], [], 1, Refused),
    ],
)
def test_reads_are_tried_again_with_growing_pauses(
    answers: list[httpx.Response], waits: list[float], asked: int, result: object
) -> None:
    assert _wanted(*answers) == (waits, asked, result)


def test_pauses_are_capped_and_writes_are_not_repeated() -> None:
    assert max(_wanted(httpx.Response(500), attempts=12)[0]) == 20.0
    assert _wanted(httpx.Response(500), method="POST") == ([], 1, Unreachable)
    assert _wanted(httpx.Response(500), FINE, method="POST", retries=True) == ([0.5], 2, "fine")
    assert _wanted(httpx.Response(500), FINE, retries=False) == ([], 1, Unreachable)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 1.5 ", 1.5),
        (formatdate(NOW + 60, usegmt=True), 60.0),
        (formatdate(NOW - 60, usegmt=True), 0.0),
        ("Mon, 21 Sep 2026 14:14:20 +0200", 0.0),
        ("999999999999999999999", 3600.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600.0),
        ("-5", None),
        ("inf", None),
        ("nan", None),
        ("١٢٠", None),
        ("", None),
        (None, None),
        ("x" * 200, None),
        ("Mon, 99 Sep 2026 99:99:99 GMT", None),
    ],
)
def test_retry_after_in_both_forms(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_a_date_without_zone_is_utc() -> None:
    assert http_date("Mon, 21 Sep 2026 14:13:20") == NOW


@given(st.text(max_size=80))
def test_no_header_makes_the_reader_fall_over(text: str) -> None:
    value = retry_after(text, NOW)
    assert value is None or 0 <= value < float("inf")
    assert http_date(text) is None or isinstance(http_date(text), int)


async def test_rates_hold_back_only_their_own_class() -> None:
    pacer = Pacer({"": 2, "search": 1})
    for kind in ("", "", "search"):
        await asyncio.wait_for(pacer.turn(kind), 1)
    for kind in ("", "other", "search"):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(pacer.turn(kind), 0.01)


async def test_the_users_own_limit_holds_for_everything_together() -> None:
    pacer = Pacer({"": 100, "search": 100}, limit=2)
    await pacer.turn("")
    await pacer.turn("search")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pacer.turn("other"), 0.01)


async def test_no_more_than_the_allowed_number_are_under_way(
    make_http: Callable[..., Http], make_secret: Callable[..., Any]
) -> None:
    under_way = most = 0
    two = asyncio.Event()

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            if under_way == 2:
                two.set()
            await two.wait()
            await asyncio.sleep(0)
            under_way -= 1
            return httpx.Response(200, json=1)

    source = SourceConfig(name="desk", platform="x", url="https://desk.example")
    http = Http(source, Bearer(make_secret("t")), now=lambda: NOW, transport=Slow(), parallel=2)
    async with asyncio.timeout(10):
        await asyncio.gather(*(http.fetch_json("GET", "/x") for _ in range(20)))
    assert most == 2
