"""Answers as they come off the wire, read with distrust: size, completeness, type, JSON, and the server's words of
refusal."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import orjson

from helpdesk_tui.adapters.row_by_row import Each, parse_rows
from helpdesk_tui.errors import Garbled

MAX_WORDS = 300
"""The longest text taken over from a server's error, in characters."""
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<(title|h1)\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_KEYS = (
    "message", "errorMessage", "detail", "description", "error_description",
    "title", "error", "errorMessages", "errors",
)  # fmt: skip
_CODES = frozenset({"error", "title"})


class CutOff(Garbled):
    """An answer that ended before it was complete; asking for less at once may help."""


async def read_body(response: httpx.Response, limit: int) -> bytes:
    """The whole body, decompressed, of at most `limit` bytes. Raises Garbled for one too large, cut off or damaged.

    The raw stream is read because the library's own decoding takes half a gzip stream for a whole one.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise Garbled(
            f"the answer is packed in a way that was not asked for ({encoding[:20]})", status=response.status_code
        )
    chunks: list[bytes] = []
    size = 0
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for chunk in response.stream:
        size += len(chunk)
        if size > limit:
            raise Garbled(f"the answer is larger than {limit >> 20} MB", status=response.status_code)
        chunks.append(chunk)
    promised = response.headers.get("Content-Length", "")
    if promised.isdecimal() and int(promised) != size:
        raise CutOff(f"the answer was cut off: {size} of {promised} bytes", status=response.status_code)
    raw = b"".join(chunks)
    return _unpacked(raw, limit, response.status_code) if encoding.endswith("gzip") and raw else raw


def _unpacked(raw: bytes, limit: int, status: int) -> bytes:
    """Every member of a gzip stream, each to its own end."""
    out = bytearray()
    while raw:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            out += unpacker.decompress(raw, limit + 1 - len(out))
        except zlib.error:
            raise Garbled("the answer is damaged: it cannot be unpacked", status=status) from None
        if len(out) > limit:
            raise Garbled(f"the answer is larger than {limit >> 20} MB", status=status)
        if not unpacker.eof:
            raise CutOff("the answer was cut off: its packed data ends early", status=status)
        raw = unpacker.unused_data
    return bytes(out)


def parse(body: bytes, content_type: str, status: int, each: Each | None = None) -> Any:
    """The JSON value in `body`, None for an empty body; its rows are given to `each` as they are read. Raises Garbled
    for anything that is not strict JSON."""
    if not body.strip():
        return None
    kind = media_type(content_type)
    if kind == "text/html" or (not kind and body.lstrip()[:1] == b"<"):
        title = page_title(body)
        raise Garbled(
            f"a web page came instead of data{f' (“{title}”)' if title else ''}: a sign-in page?", status=status
        )
    if kind and not is_json(kind):
        raise Garbled(f"the answer is {kind[:60]}, not JSON", status=status)
    try:
        return orjson.loads(body) if each is None else parse_rows(body, each)
    except (orjson.JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise CutOff("the answer is not proper JSON (cut off, or damaged on its way)", status=status) from None


def media_type(content_type: str) -> str:
    """The type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def is_json(kind: str) -> bool:
    """Whether a media type promises JSON."""
    return kind in ("application/json", "text/json") or kind.endswith("+json")


def page_title(body: bytes) -> str:
    """What a web page calls itself, cleaned; "" where it does not say."""
    found = _TITLE.search(body[:20_000].decode("utf-8", "replace"))
    return _line(_TAG.sub(" ", found.group(2)))[:80] if found else ""


def words(body: bytes, content_type: str) -> str:
    """What the server says of its refusal, as one printable line of at most MAX_WORDS characters; "" where it says
    nothing.

    Takes every shape the platforms use: nested error objects, lists of messages, maps of fields, problem documents,
    plain text, web pages.
    """
    try:
        return said(orjson.loads(body))
    except (orjson.JSONDecodeError, RecursionError):
        if media_type(content_type) == "text/html" or body.lstrip()[:1] == b"<":
            return page_title(body)
        return _short(body[:2000].decode("utf-8", "replace"))


def said(document: Any) -> str:
    """The messages of an error document that was parsed already, as `words` gives them."""
    return _short("; ".join(dict.fromkeys(_said(document))))


def _short(text: str) -> str:
    line = _line(text)
    return line if len(line) <= MAX_WORDS else line[: MAX_WORDS - 1] + "…"


def _said(value: Any, depth: int = 0) -> Iterator[str]:
    """The messages of an error document, outermost first."""
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif depth > 6:
        return
    elif isinstance(value, list):
        for item in value[:10]:
            yield from _said(item, depth + 1)
    elif isinstance(value, dict):
        yield from _from_object(value, depth)


def _from_object(value: dict[str, Any], depth: int) -> Iterator[str]:
    found = False
    for key in _KEYS:
        inner = value.get(key)
        if key == "errors" and isinstance(inner, dict):
            for name, message in list(inner.items())[:10]:
                for text in _said(message, depth + 1):
                    found = True
                    yield f"{name}: {text}"
        elif inner:
            if key in _CODES and isinstance(inner, str) and found:
                continue  # the code beside a sentence adds nothing to it
            for text in _said(inner, depth + 1):
                found = True
                yield text
    details = value.get("details")
    if isinstance(details, dict):
        for name, inner in list(details.items())[:10]:
            for text in _said(inner, depth + 1):
                yield text if name == "base" else f"{name}: {text}"
    elif isinstance(details, list | str):
        yield from _said(details, depth + 1)


def _line(text: str) -> str:
    """One line without control characters."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
