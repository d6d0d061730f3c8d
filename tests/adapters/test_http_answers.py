"""Every answer a platform can give, and what `Http` makes of it."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.auth import Basic, Bearer, HeaderKey
from helpdesk_tui.adapters.http import Http
from helpdesk_tui.adapters.pacing import Retry
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.errors import AuthFailed, ConfigError, Garbled, PlatformError, Refused, Throttled, Unreachable
from helpdesk_tui.secrets import remember

NOW = 1_790_000_000
JSON = {"Content-Type": "application/json;charset=UTF-8"}
Handler = Callable[[httpx.Request], httpx.Response]


class Streamed(httpx.AsyncByteStream):
    """A body that comes in pieces, and is not taken apart by the library before we see it."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


@pytest.fixture
def make_http(make_source: Callable[..., SourceConfig], secret: Any) -> Callable[..., Http]:
    def make(handler: Handler, **settings: Any) -> Http:
        url = settings.pop("url", "https://desk.example")
        auth = settings.pop("auth", None) or Basic("ann", secret)
        settings.setdefault("retry", Retry(attempts=1))
        transport = httpx.MockTransport(handler)
        return Http(make_source(url=url), auth, now=lambda: NOW, transport=transport, **settings)

    return make


def test_json_is_given_with_status_and_headers(make_http: Callable[..., Http]) -> None:
    answer = asyncio.run(
        make_http(lambda _: httpx.Response(200, json={"a": [1]}, headers={"X-Total-Count": "7"})).fetch_json(
            "GET", "/x"
        )
    )
    assert (answer.status, answer.data, answer.headers["x-total-count"]) == (200, {"a": [1]}, "7")


@pytest.mark.parametrize(
    ("status", "headers", "body", "error", "said"),
    [
        (401, JSON, b'{"error":{"message":"User Not Authenticated","detail":null}}', AuthFailed, "User Not Auth"),
        (403, JSON, b'{"error":{"message":"Operation Failed","detail":"Data Policy"}}', Refused, "Data Policy"),
        (404, JSON, b'{"errorMessages":["Issue does not exist"],"errors":{}}', Refused, "Issue does not exist"),
        (400, JSON, b'{"errorMessages":[],"errors":{"comment":"not valid!"}}', Refused, "comment: not valid!"),
        (400, JSON, b'{"errorMessage":"No such desk","i18nErrorMessage":{"i18nKey":"sd"}}', Refused, "No such desk"),
        (400, JSON, b'{"error":{"title":"Invalid attribute","message":"id must be int"}}', Refused, "id must be int"),
        (422, JSON, b'{"error":"RecordInvalid","description":"Bad","details":{"status":[{"description":"closed"}]}}',
         Refused, "status: closed"),
        (400, JSON, b'{"errors":[{"code":"X","title":"page[after] is not valid"}]}', Refused, "page[after] is"),
        (405, {"Content-Type": "application/problem+json"}, b'{"title":"Method","detail":"No POST","status":405}',
         Refused, "No POST"),
        (401, {"Content-Type": "text/plain"}, b"Client must be authenticated", AuthFailed, "Client must be"),
        (500, {"Content-Type": "text/html"}, b"<html><title>Oops</title><script>x</script>", Unreachable, "Oops"),
        (502, {}, b"", Unreachable, "502"),
        (202, JSON, b"", Unreachable, "202"),
        (429, JSON, b'{"detail":"Rate limited"}', Throttled, "Rate limited"),
        (503, {**JSON, "Retry-After": "7"}, b"{}", Throttled, "503"),
        (418, JSON, b'"\\u001b[31mred\\u0007"', Refused, "[31mred"),
        (200, {"Content-Type": "text/html"}, b"<title>Log in</title>", Garbled, "Log in"),
        (200, {"Content-Type": "text/csv"}, b"a,b", Garbled, "text/csv"),
        (200, {}, b"<!doctype html>", Garbled, "web page"),
        (200, JSON, b'{"a":', Garbled, "not proper JSON"),
        (200, JSON, b"", Garbled, "empty"),
        (200, JSON, b'{"a":NaN}', Garbled, "not proper JSON"),
        (200, JSON, b'{"a":"\xe9"}', Garbled, "not proper JSON"),
        (200, JSON, b"[" * 100_000, Garbled, "not proper JSON"),
        (200, {**JSON, "Content-Length": "9"}, b'{"a":1}', Garbled, "7 of 9"),
        (200, {**JSON, "Content-Encoding": "gzip"}, gzip.compress(b'{"a":1}', mtime=0)[:-9], Garbled, "cut off"),
        (200, {**JSON, "Content-Encoding": "gzip"}, b"nonsense", Garbled, "unpacked"),
        (200, {**JSON, "Content-Encoding": "br"}, b"x", Garbled, "not asked for"),
        (200, {**JSON, "Content-Encoding": "gzip"}, gzip.compress(b" " * 200_000, mtime=0), Garbled, "larger"),
        (200, JSON, b" " * 200_000, Garbled, "larger"),
        (302, {"Location": "https://login.example/sso"}, b"", Garbled, "login.example"),
        (302, {"Location": "http://desk.example/x"}, b"", Garbled, "http://desk.example,"),
        (307, {"Location": "/login.do?x=1"}, b"", Garbled, "redirects to /login.do,"),
        (301, {"Location": "https://["}, b"", Garbled, "redirects to"),
    ],
)  # fmt: skip
def test_every_failure_becomes_its_error(
    make_http: Callable[..., Http],
    status: int,
    headers: dict[str, str],
    body: bytes,
    error: type[PlatformError],
    said: str,
) -> None:
    http = make_http(lambda _: httpx.Response(status, headers=headers, stream=Streamed(body)), max_body=100_000)
    with pytest.raises(PlatformError) as caught:
        asyncio.run(http.fetch_json("GET", "/x"))
    assert isinstance(caught.value, error)
    assert said in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "encoding", "value"),
    [
        (b'{"a":1,"a":2}', "", {"a": 2}),
        (gzip.compress(b'{"a":', mtime=0) + gzip.compress(b"1}", mtime=0), "gzip", {"a": 1}),
    ],
)
def test_odd_but_whole_bodies_are_read(
    make_http: Callable[..., Http], body: bytes, encoding: str, value: object
) -> None:
    headers = {**JSON, "Content-Encoding": encoding} if encoding else JSON
    http = make_http(lambda _: httpx.Response(200, headers=headers, stream=Streamed(body[:9], body[9:])))
    assert asyncio.run(http.fetch_json("GET", "/x")).data == value


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (httpx.ConnectError("[Errno -2] Name or service not known"), "Name or service not known"),
        (httpx.ConnectTimeout(""), "no connection in time"),
        (httpx.ReadTimeout(""), "no answer in time"),
        (httpx.RemoteProtocolError("peer closed"), "broke before"),
        (httpx.ReadError(""), "broke before"),
        (OSError(113, "No route to host"), "broke before"),
    ],
)
def test_no_answer_is_unreachable(make_http: Callable[..., Http], raised: Exception, said: str) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise raised

    with pytest.raises(Unreachable, match=said):
        asyncio.run(make_http(fail).fetch_json("GET", "/x"))


async def test_a_slow_drip_ends_at_the_deadline(make_http: Callable[..., Http]) -> None:
    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b" "
                await asyncio.sleep(0.001)

    http = make_http(lambda _: httpx.Response(200, headers=JSON, stream=Drip()))
    with pytest.raises(Unreachable, match="no complete answer"):
        await http.fetch_json("GET", "/x", deadline=0.02)


@pytest.mark.parametrize("status", [200, 404])
async def test_404_is_an_answer_where_it_was_allowed(make_http: Callable[..., Http], status: int) -> None:
    http = make_http(lambda _: httpx.Response(status, json={"a": 1}))
    assert (await http.fetch_json("GET", "/x", allow_404=True)).status == status


async def test_a_write_is_neither_redirected_nor_sent_twice(make_http: Callable[..., Http]) -> None:
    seen: list[str] = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(307, headers={"Location": "/new"}) if len(seen) == 1 else httpx.Response(500)

    http = make_http(serve, retry=Retry(wait=lambda _: 0.0))
    with pytest.raises(Garbled):
        await http.fetch_json("PATCH", "/x", json={})
    with pytest.raises(Unreachable):
        await http.fetch_json("POST", "/x", json={})
    assert seen == ["PATCH", "POST"]


async def test_a_write_may_be_answered_with_nothing(make_http: Callable[..., Http]) -> None:
    http = make_http(lambda _: httpx.Response(204))
    answer = await http.fetch_json("PUT", "/x", json={}, ok=(200, 204))
    assert (answer.status, answer.data) == (204, None)


def test_links_are_taken_only_from_our_own_origin(make_http: Callable[..., Http]) -> None:
    http = make_http(lambda _: httpx.Response(200), url="https://desk.example/jira")
    assert http.local("https://desk.example/jira/a?b=1") == "https://desk.example/jira/a?b=1"
    for link in ("https://evil.example/a", "http://desk.example/a", "https://desk.example:8443/a", "//evil.example/a"):
        with pytest.raises(Garbled, match="not followed"):
            http.local(link)
    assert http.local("https://inner.local/a?b=1%2C2", rebuild=True) == "https://desk.example/a?b=1%2C2"
    with pytest.raises(Garbled):
        asyncio.run(http.fetch_json("GET", "https://evil.example/a"))


async def test_base_path_cookies_and_agent(make_http: Callable[..., Http]) -> None:
    seen: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=1, headers={"Set-Cookie": "JSESSIONID=abc; Path=/"})

    http = make_http(serve, url="https://desk.example/jira/")
    for _ in range(2):
        await http.fetch_json("GET", "/rest/x", params={"a": "b c^d", "n": [1, 2]})
    assert str(seen[1].url) == "https://desk.example/jira/rest/x?a=b+c%5Ed&n=1&n=2"
    assert "Cookie" not in seen[1].headers
    assert seen[1].headers["User-Agent"].startswith("helpdesk-tui/")
    assert seen[1].headers["Accept-Encoding"] == "gzip"


async def test_what_cannot_be_an_address_is_told_as_unreachable(make_http: Callable[..., Http]) -> None:
    http = make_http(lambda _request: httpx.Response(200, json=1))
    with pytest.raises(Unreachable):
        await http.fetch_json("GET", "/" + "x" * 70_000)


async def test_skew_is_the_median_of_five_dates(make_http: Callable[..., Http]) -> None:
    stamps = iter([0, 4, 6, 5, 3600, 5, 7])

    def serve(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=1, headers={"Date": _date(NOW + next(stamps))})

    http = make_http(serve)
    assert http.skew == 0
    for _ in range(7):
        await http.fetch_json("GET", "/x")
    assert (http.skew, http.server_now()) == (6, NOW + 6)


@pytest.mark.parametrize(
    "url", ["desk.example", "ftp://desk.example", "https://", "https://u:p@desk.example", "https://[", ""]
)
def test_an_address_that_is_none_is_a_setting_error(make_http: Callable[..., Http], url: str) -> None:
    with pytest.raises(ConfigError, match=r"sources\.desk\.url"):
        make_http(lambda _: httpx.Response(200), url=url)


@pytest.mark.parametrize("broken", ["s3cret\nX: y", "s3crét", "s3cret ☃", ""])
@pytest.mark.parametrize("way", [Bearer, lambda s: HeaderKey("x-sn-apikey", s)])
async def test_a_damaged_secret_is_refused_without_being_shown(
    make_http: Callable[..., Http], make_secret: Callable[..., Any], broken: str, way: Callable[[Any], Any]
) -> None:
    http = make_http(lambda _: httpx.Response(200, json=1), auth=way(make_secret(broken)))
    with pytest.raises(AuthFailed) as caught:
        await http.fetch_json("GET", "/x")
    assert "s3cr" not in str(caught.value)


async def test_a_server_that_echoes_the_secret_is_not_quoted(
    make_http: Callable[..., Http], make_secret: Callable[..., Any]
) -> None:
    http = make_http(
        lambda request: httpx.Response(403, json={"message": f"bad {request.headers['Authorization']}"}),
        auth=Bearer(make_secret("tok-123")),
    )
    with pytest.raises(Refused) as caught:
        await http.fetch_json("GET", "/x")
    assert "tok-123" not in str(caught.value)
    assert "•••" in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(403, json={"message": "S3CRET-WORD is not the password of ann"}),
        httpx.Response(200, html="<title>S3CRET-WORD: sign in</title>"),
        httpx.Response(500, text="S3CRET-WORD"),
    ],
)
async def test_a_server_that_unpacks_a_password_is_not_quoted_either(
    make_http: Callable[..., Http], make_secret: Callable[..., Any], answer: httpx.Response
) -> None:
    remember("S3CRET-WORD")
    http = make_http(lambda _: answer, auth=Basic("ann", make_secret("S3CRET-WORD")))
    with pytest.raises(PlatformError) as caught:
        await http.fetch_json("GET", "/x", retries=False)
    assert "S3CRET" not in str(caught.value)
    assert "[secret]" in str(caught.value)


def _date(instant: int) -> str:
    from email.utils import formatdate

    return formatdate(instant, usegmt=True)
