"""What is decided at the desk, into the outbox and out to a platform."""

from __future__ import annotations

import asyncio
import json
import platform
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from aiolimiter import AsyncLimiter

from benchmarks.report import Result, median
from benchmarks.rows.idle import pulled, sandbox
from benchmarks.rows.pulling import sync_of
from benchmarks.stage import Stage, running
from helpdesk_tui import paths
from helpdesk_tui.adapters.zendesk.adapter import BURST
from helpdesk_tui.data.change_rows import COLUMNS, ENTRY
from helpdesk_tui.desk.intents import Intents
from helpdesk_tui.domain.changes import Change, Kind, Op, change_id

ENQUEUED, MOST_MS = 500, 200.0
DRAINED, LEAST = 1_000, 0.9
PACE = 1_200
"""Updates a minute that the source is set to: enough for a sample, and far above what any real account allows."""
SOURCE = "zd"
HOST = platform.node() or "localhost"


def enqueue(stage: Stage) -> Iterator[Result]:
    """500 changes of as many tickets decided at once, beside the same rows written by bare sqlite3."""
    home = stage.root / "enqueue"
    home.mkdir(mode=0o700)
    where = paths.find(str(home))
    intents = Intents(where, now=lambda: int(time.time()), by="bench")
    took = []
    try:
        intents.preload()
        for turn in range(stage.few(3, 15)):
            changes = [_owner(f"{turn}-{place}") for place in range(ENQUEUED)]
            began = time.perf_counter()
            intents.enqueue(changes)
            took.append((time.perf_counter() - began) * 1000)
    finally:
        intents.close()
    bare = [_bare(where.personal_db, turn) for turn in range(len(took))]
    ours, floor = median(took), median(bare)
    more = {
        "ms": took,
        "floor_ms": bare,
        "most": max(took),
        "floor is": "the same rows by executemany in one transaction",
    }
    bound = f"<= {MOST_MS:.0f}"
    yield Result(
        "enqueue", f"{ENQUEUED} changes", "ms, median", ours, floor, bound, ours <= MOST_MS, ours / floor, more
    )


def _owner(key: str) -> Change:
    return Change(
        id=change_id(time.time_ns() // 1_000_000),
        seq=0,
        source=SOURCE,
        kind=Kind.TICKET,
        key=key,
        field="owner",
        op=Op.SET,
        desired={"owner": "6130800000154"},
        base={"owner": "6130800000282"},
        number=key,
        host=HOST,
    )


def _bare(path: Path, turn: int) -> float:
    """The rows of one turn copied under new names, as bare as it goes; milliseconds."""
    with closing(sqlite3.connect(path, isolation_level=None)) as store:
        store.execute("PRAGMA synchronous=FULL")
        rows = {}
        for table, columns in (("change", COLUMNS), ("journal", ENTRY[1:])):
            names = [name for name in columns if name != "seq"]
            mark = "id" if table == "change" else "change"
            found = store.execute(f"SELECT {', '.join(names)} FROM {table} LIMIT {ENQUEUED}").fetchall()
            place = names.index(mark)
            renamed = [(*row[:place], f"{turn}/{row[place]}", *row[place + 1 :]) for row in found]
            rows[f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"] = renamed
        began = time.perf_counter()
        store.execute("BEGIN IMMEDIATE")
        for statement, values in rows.items():
            store.executemany(statement, values)
        store.execute("COMMIT")
        return (time.perf_counter() - began) * 1000


class Account(NamedTuple):
    """How a bare client signs in, and the tickets there are."""

    url: str
    sign_in: tuple[str, str]
    numbers: list[int]


def drain(stage: Stage) -> Iterator[Result]:
    """1,000 notes queued for a Zendesk whose pace is set, sent by the resident sync; then the same number of updates by
    a bare loop that keeps the same pace."""
    home, many = stage.root / "drain", 60 if stage.quick else DRAINED
    with sandbox(home, 6_000) as world:
        with (home / "config.toml").open("a", encoding="utf-8") as settings:
            settings.write(f"options = {{ updates_per_minute = {PACE} }}\n")
        account = _account(world)
        with running(sync_of(home)):
            pulled(home)
            _queue(home, account.numbers, many)
            ours = _sent(home, many, patience=60 + 6 * many * 60 / PACE)
        floor = asyncio.run(_loop(account, many))
    ratio = ours / PACE
    more = {"floor_ratio": floor / PACE, "tickets": len(account.numbers), "pace": PACE}
    bound = f">= {LEAST} x the pace that is set"
    yield Result(
        "drain", f"{many} changes, {PACE} a minute", "a minute", ours, floor, bound, ratio >= LEAST, ratio, more
    )


def _account(world: dict[str, Any]) -> Account:
    with urllib.request.urlopen(f"{world['control']}/__sandbox__/truth?platform=zendesk&visible=1&open=1") as answer:
        numbers = [json.loads(line)["n"] for line in answer]
    own = world["zendesk"]
    return Account(own["url"], (f"{own['email']}/token", own["token"]), numbers)


def _queue(home: Path, numbers: list[int], many: int) -> None:
    """As many notes, over all open tickets in turn."""
    intents = Intents(paths.find(str(home)), now=lambda: int(time.time()), by="bench")
    changes = [_note(_owner(str(numbers[place % len(numbers)])), f"Note {place}") for place in range(many)]
    try:
        intents.enqueue(changes)
    finally:
        intents.close()


def _note(made: Change, text: str) -> Change:
    return replace(made, field="note", op=Op.NOTE, desired={"note": text}, base={})


_STATES = "SELECT count(*), sum(state IN ('APPLIED', 'CONFIRMED')) FROM change"
_LINES = "SELECT count(*) FROM journal WHERE state = 'APPLIED'"


def _sent(home: Path, many: int, patience: float) -> float:
    """Changes a minute, from the first that was taken to the last that the platform took."""
    path, end = paths.find(str(home)).personal_db, time.monotonic() + patience
    began, first = 0.0, 0
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        while True:
            done: int = store.execute(_LINES).fetchone()[0]
            if done and not began:
                began, first = time.perf_counter(), done
            if done >= many:
                return (done - first) * 60 / (time.perf_counter() - began)
            if time.monotonic() > end:
                raise TimeoutError(f"{done} of {many} were sent: {store.execute(_STATES).fetchone()}")
            time.sleep(0.05)


async def _loop(account: Account, many: int) -> float:
    """Updates a minute of a loop that does nothing but keep the pace, as many at once as the outbox."""
    pace, left = AsyncLimiter(BURST, BURST * 60 / PACE), iter(range(many))
    async with httpx.AsyncClient(base_url=account.url, auth=account.sign_in) as client:

        async def work() -> None:
            for place in left:
                await pace.acquire()
                body = {"ticket": {"comment": {"body": f"Bare {place}", "public": False}}}
                number = account.numbers[place % len(account.numbers)]
                (await client.put(f"/api/v2/tickets/{number}", json=body)).raise_for_status()

        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(4)))
        return (many - BURST) * 60 / (time.perf_counter() - began)
