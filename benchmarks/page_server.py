"""A ServiceNow instance of one table whose pages were made before anybody asked: serving costs next to nothing.

    python -m benchmarks.page_server [--tickets 100000] [--open 10000]

Prints `{"url": …}` when it is ready. `/pages` lists the addresses of all pages of tickets, for a reader that knows no
ServiceNow. Tables but `incident` and `sys_user` are empty. Standard library and orjson only.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import formatdate
from urllib.parse import parse_qs, quote, urlsplit

import orjson

from benchmarks.seed_cache import APPS, FIRST, GROUPS, LAST, SUBJECTS, WORDS

PAGE, CENSUS_PAGE = 500, 2000
DAYS = 80
"""The tickets were created within so many days."""
_TABLE = "/api/now/table/"
_BEFORE, _AFTER = re.compile(r"sys_id<([0-9a-f]{32})"), re.compile(r"sys_id>([0-9a-f]{32})")
_STATES = (("1", "New"), ("2", "In Progress"), ("2", "In Progress"), ("3", "On Hold"))
_BLANK = (
    *("parent", "parent_incident", "problem_id", "request", "request_item", "sys_tags", "hold_reason", "company"),
    *("opened_by.name", "opened_by.user_name", "opened_by.email", "opened_by.vip", "opened_by"),
)
Row = dict[str, dict[str, str]]


def make_id(*parts: object) -> str:
    """A sys_id that is always the same for the same words."""
    return hashlib.md5(" ".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


class Pages:
    """Every page, as the bytes that are sent."""

    def __init__(self, tickets: int, open_count: int, now: int) -> None:
        """The newest `open_count` of the tickets are open as of `now`, seconds UTC."""
        self.empty = _answer(b'{"result":[]}', 0)
        self.me = _answer(orjson.dumps({"result": [_user()]}), 1)
        self.count = _answer(b'{"result":{"stats":{"count":"0"}}}', 0)
        self.one = self.empty
        self.open: dict[str, bytes] = {}
        self.closed: dict[str, bytes] = {}
        self.census: dict[str, bytes] = {}
        self.addresses: list[str] = []
        rng = random.Random(1)
        rows = (_ticket(rng, number, tickets, open_count, now) for number in range(tickets))
        open_ids = self._cut(rows, self.open, open_count, "true")
        self._cut(rows, self.closed, tickets - open_count, "false")
        self._list_open(sorted(open_ids))

    def _cut(self, rows: Iterator[Row], into: dict[str, bytes], count: int, active: str) -> list[str]:
        """Makes pages of the next `count` rows; each is found by the sys_id that the one before ended with."""
        ids, before = [], ""
        for start in range(0, max(count, 1), PAGE):
            page = [next(rows) for _ in range(min(PAGE, count - start))]
            into[before] = _answer(orjson.dumps({"result": page}), count - start)
            where = f"active={active}" + (f"^sys_id<{before}" if before else "")
            self.addresses.append(f"{_TABLE}incident?sysparm_limit={PAGE}&sysparm_query={quote(where)}")
            ids += [row["sys_id"]["value"] for row in page]
            before = ids[-1] if ids else ""
            if page and self.one is self.empty:
                self.one = _answer(orjson.dumps({"result": page[:1]}), count)
        into.setdefault(before, self.empty)
        return ids

    def _list_open(self, ids: Sequence[str]) -> None:
        before = ""
        for start in range(0, len(ids), CENSUS_PAGE):
            some = ids[start : start + CENSUS_PAGE]
            rows = [{"sys_id": _cell(i), "state": _cell("2"), "active": _cell("true")} for i in some]
            self.census[before] = _answer(orjson.dumps({"result": rows}), len(ids) - start)
            before = some[-1]
        self.census.setdefault(before, self.empty)

    def find(self, target: str) -> bytes:
        """The answer to a request's address."""
        address = urlsplit(target)
        if address.path == "/pages":
            return _answer(orjson.dumps(self.addresses), len(self.addresses))
        if address.path.startswith("/api/now/stats/"):
            return self.count
        table = address.path.removeprefix(_TABLE)
        if table == "sys_user":
            return self.me
        if table != "incident":
            return self.empty
        asked = parse_qs(address.query)
        return self._tickets(asked.get("sysparm_query", [""])[0], asked.get("sysparm_limit", [""])[0])

    def _tickets(self, query: str, limit: str) -> bytes:
        if limit == "1":
            return self.one
        if "ORDERBYsys_updated_on" in query:
            return self.empty
        behind = self.census if "ORDERBYsys_id" in query else self.open if "active=true" in query else self.closed
        found = (_AFTER if behind is self.census else _BEFORE).search(query)
        return behind.get(found.group(1) if found else "", self.empty)


def _answer(body: bytes, total: int) -> bytes:
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\nX-Total-Count: {total}\r\n"
        f"X-Is-Logged-In: true\r\nDate: {formatdate(usegmt=True)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _cell(value: str, label: str = "") -> dict[str, str]:
    return {"display_value": label or value, "value": value}


def _user() -> Row:
    plain = {"user_name": "bench@example.com", "name": "Bench", "time_zone": "UTC", "active": "true"}
    return {"sys_id": _cell(make_id("me")), **{name: _cell(value) for name, value in plain.items()}}


def _ticket(rng: random.Random, number: int, count: int, open_count: int, now: int) -> Row:
    """Ticket `number`, 0 being the newest."""
    is_open = number < open_count
    created = now - 600 - int(number * DAYS * 86_400 / count)
    updated = _stamp(created + int((now - created) * rng.random() * 0.5))
    state = rng.choice(_STATES) if is_open else ("7", "Closed")
    group, who, caller = rng.randrange(10), rng.randrange(80), rng.randrange(3000)
    name = f"{FIRST[caller % len(FIRST)]} {LAST[caller % len(LAST)]}"
    priority = rng.choices((1, 2, 3, 4), (1, 8, 50, 41))[0]
    title = rng.choice(SUBJECTS).format(n=rng.randrange(2, 30), app=rng.choice(APPS))
    ended = "" if is_open else updated
    plain = {
        "sys_id": make_id("ticket", number), "sys_updated_on": updated, "sys_mod_count": str(rng.randrange(40)),
        "sys_class_name": "incident", "number": f"INC{9_000_000 - number:07}", "short_description": title,
        "description": " ".join(rng.choices(WORDS, k=30)), "active": "true" if is_open else "false",
        "contact_type": "email", "opened_at": _stamp(created), "sys_created_on": _stamp(created),
        "resolved_at": ended, "closed_at": ended, "reassignment_count": str(rng.randrange(4)),
        "reopen_count": str(int(rng.random() < 0.03)), "caller_id.name": name,
        "caller_id.user_name": f"caller{caller}", "caller_id.email": f"caller{caller}@example.com",
        "caller_id.vip": "true" if caller % 50 == 0 else "false",
    }  # fmt: skip
    labelled = {
        "state": state, "priority": (str(priority), f"{priority} - Priority"),
        "assignment_group": (make_id("group", group), GROUPS[group]),
        "assigned_to": (make_id("tech", who), f"Technician {who}") if who < 60 else ("", ""),
        "category": ("hardware", "Hardware"), "caller_id": (make_id("caller", caller), name),
    }  # fmt: skip
    row: Row = {key: _cell(value) for key, value in plain.items()}
    row |= {key: _cell(*both) for key, both in labelled.items()}
    row |= {key: _cell("") for key in _BLANK}
    return row


def _stamp(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d %H:%M:%S")


class Server(asyncio.Protocol):
    """Answers GET requests on one connection, in their order."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._read = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            target = self._read.split(b" ", 2)[1].decode()
            self._read = self._read[end + 4 :]
            assert self._transport is not None
            self._transport.write(self._pages.find(target))


async def serve(tickets: int, open_count: int) -> None:
    """Make the pages, say where they are, and serve them until the process is ended."""
    pages = Pages(tickets, open_count, int(time.time()))
    server = await asyncio.get_running_loop().create_server(lambda: Server(pages), "127.0.0.1", 0)
    told: Mapping[str, str] = {"url": "http://{}:{}".format(*server.sockets[0].getsockname())}
    print(orjson.dumps(told).decode(), flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=10_000)
    given = parser.parse_args()
    asyncio.run(serve(given.tickets, given.open))


if __name__ == "__main__":
    main()
