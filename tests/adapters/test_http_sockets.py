"""Broken connections as they really look: a server on loopback that does one wrong thing at a time."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

import pytest
from anyio._backends._asyncio import SocketStream

from helpdesk_tui.adapters.auth import Bearer
from helpdesk_tui.adapters.http import Http
from helpdesk_tui.adapters.pacing import Retry
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.errors import Garbled, PlatformError, Unreachable

ELSEWHERE = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:1/\r\nContent-Length: 0\r\n\r\n"
Wrong = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BODY = b'{"result": [' + b"1," * 5000 + b"1]}"


def sending(data: bytes) -> Wrong:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        await writer.drain()

    return answer


async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(HEAD + b"Content-Length: 10000\r\n\r\n" + BODY[:100])
    await writer.drain()
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(HEAD + b"Content-Length: 10000\r\n\r\n")
    for n in range(10_000):
        writer.write(BODY[n : n + 1])
        await writer.drain()
        await asyncio.sleep(0.005)


@asynccontextmanager
async def serving(answer: Wrong, make_source: Callable[..., SourceConfig], secret: Any) -> AsyncIterator[Http]:
    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    http = Http(
        make_source(url=f"http://127.0.0.1:{port}"),
        Bearer(secret),
        now=lambda: 0,
        retry=Retry(attempts=1),
        max_body=1 << 20,
    )
    try:
        yield http
    finally:
        await http.close()
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (sending(b""), Unreachable, "broke before"),
        (resetting, Unreachable, "broke before"),
        (sending(HEAD + b"Content-Length: 20000\r\n\r\n" + BODY), Unreachable, "broke before"),
        (sending(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n[1,2,\r\n"), Unreachable, "broke before"),
        (sending(HEAD + b"Connection: close\r\n\r\n" + BODY[:-9]), Garbled, "not proper JSON"),
        (
            sending(HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(BODY)[:-12]),
            Garbled,
            "cut off",
        ),
        (sending(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nABCD"), Garbled, "unpacked"),
        (sending(b"SSH-2.0-OpenSSH_9.6\r\n"), Unreachable, "broke before"),
        (sending(HEAD + b"X-Bomb: " + b"a" * 300_000 + b"\r\n\r\n{}"), Unreachable, "broke before"),
        (sending(HEAD + b"Content-Length: 3000000\r\n\r\n" + b" " * 3_000_000), Garbled, "larger"),
        (sending(ELSEWHERE), Garbled, r"redirects to http://127\.0\.0\.2,"),
        (dripping, Unreachable, "no complete answer"),
    ],
    ids=[
        "eof", "reset", "short", "chunked cut", "no length cut", "gzip cut", "gzip broken", "not http", "header bomb",
        "too large", "redirect", "drip",
    ],
)  # fmt: skip
async def test_every_break_becomes_its_error(
    answer: Wrong, error: type[PlatformError], said: str, make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    async with serving(answer, make_source, secret) as http:
        with pytest.raises(error, match=said):
            await http.fetch_json("GET", "/x", deadline=0.3)


async def test_a_whole_answer_is_read_and_the_connection_used_again(
    make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    connections = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        packed = gzip.compress(BODY)
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)
            await writer.drain()

    async with serving(answer, make_source, secret) as http:
        for _ in range(2):
            assert (await http.fetch_json("GET", "/x")).data == {"result": [1] * 5001}
    assert connections == 1


async def test_a_closed_port_and_a_missing_name_say_so(make_source: Callable[..., SourceConfig], secret: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        http = Http(make_source(url=f"http://127.0.0.1:{port}"), Bearer(secret), now=lambda: 0, retry=Retry(attempts=1))
        with pytest.raises(Unreachable, match=r"127\.0\.0\.1: no connection"):
            await http.fetch_json("GET", "/x")
        await http.close()


async def test_plain_text_where_tls_belongs(make_source: Callable[..., SourceConfig], secret: Any) -> None:
    async def blurting(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with serving(blurting, make_source, secret) as plain:
        url = str(plain.base).replace("http://", "https://")
        http = Http(make_source(url=url), Bearer(secret), now=lambda: 0, retry=Retry(attempts=1))
        with pytest.raises(Unreachable, match=r"no secure connection"):
            await http.fetch_json("GET", "/x", deadline=2)
        await http.close()


async def test_a_request_searches_the_disk_for_no_module(
    make_source: Callable[..., SourceConfig], secret: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module that is imported in vain is searched for again on each request, for a fifth of what it costs."""
    searched: list[str] = []
    find_spec = PathFinder.find_spec

    def noted(name: str, *given: Any) -> ModuleSpec | None:
        searched.append(name)
        return find_spec(name, *given)

    async with serving(sending(HEAD + b"Content-Length: 1\r\nConnection: close\r\n\r\n1"), make_source, secret) as http:
        await http.fetch_json("GET", "/x")
        monkeypatch.setattr(PathFinder, "find_spec", noted)
        await http.fetch_json("GET", "/x")
    assert searched == []


async def test_a_large_answer_is_taken_in_large_portions(
    make_source: Callable[..., SourceConfig], secret: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each portion goes up through five layers; in portions of the usual 64 KB this one would be sixteen."""
    asked: list[int] = []
    receive = SocketStream.receive

    async def noted(stream: SocketStream, max_bytes: int = 65_536) -> bytes:
        asked.append(max_bytes)
        return await receive(stream, max_bytes)

    monkeypatch.setattr(SocketStream, "receive", noted)
    whole = b"[%s]" % (b" " * 999_998)
    async with serving(sending(HEAD + b"Content-Length: 1000000\r\n\r\n" + whole), make_source, secret) as http:
        await http.fetch_json("GET", "/x")
    assert min(asked) >= len(whole)
