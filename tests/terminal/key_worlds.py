"""The worlds in which every key is walked: each a home as sync and the user would have left it, without a network."""

from __future__ import annotations

import platform
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import seed_cache
from helpdesk_tui.data import stores
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.data.write.rosters import RosterWriter
from helpdesk_tui.domain.change_rules import Outcome
from helpdesk_tui.domain.changes import Change, Kind, Op, change_id
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.rotations import Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Schedule

from . import plan_world, roster_world, triage_world

HOUR, DAY = 3_600, 86_400
ELSEWHERE = "jump2"
LONG = "The cable was tried twice and the router restarted. " * 200

_FIRST = "(SELECT * FROM ticket WHERE is_open AND (state = 'new' OR owner = '') AND due_at ORDER BY due_at LIMIT 4)"
_NUMBERS = "WITH RECURSIVE n(n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM n WHERE n < 90)"


def desk(home: Path) -> None:
    """A queue of 300 open tickets; the first of it with 30 clocks, a long conversation, and three that are like it."""
    now = int(time.time())
    for folder in ("cache", "state"):
        (home / folder).mkdir(mode=0o700)
    path = home / "cache" / "cache.db"
    seed_cache.seed(path, 600, 300, 1, now)
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE ticket SET alike = 9999, alike_count = 3 WHERE id IN (SELECT id FROM {_FIRST})")
        connection.execute(
            f"{_NUMBERS} INSERT INTO activity (source, ticket, ident, kind, at, author_name, text) SELECT source, key, "
            f"'n' || n, 'work note', created_at + n, 'Ada', 'Looked at it, time ' || n FROM {_FIRST}, n"
        )
        connection.execute(
            f"{_NUMBERS} INSERT INTO clock (source, ticket, ident, metric, name, stage, due_at, as_of, started_at, "
            "target) SELECT source, key, 'n' || n, 'next_reply', 'reply ' || n, 'running', due_at + n, ?, created_at, "
            f"3600 FROM {_FIRST}, n WHERE n < 40",
            (now,),
        )
    connection.close()


def outbox(home: Path) -> None:
    """The same with an outbox in which something waits for every decision there is, in the order of `DECISIONS`."""
    desk(home)
    now = int(time.time()) - HOUR
    with sqlite3.connect(home / "cache" / "cache.db") as connection:
        rows = connection.execute("SELECT source, key, number, owner FROM ticket WHERE is_open LIMIT 40").fetchall()
    connection.close()
    store = stores.open_write(home / "state" / "personal.db", stores.StoreKind.PERSONAL)
    box = Outbox(store)
    for at, (source, key, number, owner) in enumerate(rows):
        desired, outcome = DECISIONS[at] if at < len(DECISIONS) else ({"owner": "tech1"}, None)
        base = {"owner": owner} if "owner" in desired else {}
        change = Change(
            change_id(now * 1000), 0, source, Kind.TICKET, key, next(iter(desired)), Op.SET, desired, base,
            number=number, host=platform.node(), created_at=now, meant_at=now, seen_at=now,
        )  # fmt: skip
        _enter(box, change, outcome, now, at)
    store.close()


def _enter(box: Outbox, change: Change, outcome: Outcome | None, now: int, at: int) -> None:
    """Puts a change where a sender would have left it."""
    away = at == len(DECISIONS) - 1
    (made,) = box.enqueue([replace(change, host=ELSEWHERE) if away else change], now, hold=0)
    if outcome is None:
        return
    theirs: Mapping[str, str] = {"owner": "tech7"} if outcome is Outcome.MOVED else {}
    sent = box.claim(made.id, made.host, now)
    assert sent is not None
    if outcome is Outcome.GAVE_UP:
        sent = box.settle(sent, Outcome.NOBODY_KNOWS, now)
        assert sent is not None
    assert box.settle(sent, outcome, now, theirs=theirs, words="said so") is not None


OWNER, NOTE = {"owner": "tech3"}, {"note": "Called them."}
DECISIONS: tuple[tuple[Mapping[str, str], Outcome], ...] = (
    ({"note": LONG}, Outcome.SAID_NO),
    (OWNER, Outcome.MOVED),
    (OWNER, Outcome.MOVED),
    (OWNER, Outcome.MOVED),
    (OWNER, Outcome.SAID_NO),
    (NOTE, Outcome.SAID_NO),
    (NOTE, Outcome.GAVE_UP),
    (OWNER, Outcome.MOVED),
)
"""What waits for the user, first to last: words to give up, three conflicts, one to send again, one to edit, one that
may be there, and one of another host."""


def roster(home: Path) -> None:
    """47 technicians, a platform's schedule with a gap, one of the team's own, one of two rotations, and a swap."""
    now = int(time.time())
    roster_world.build(home, now, crowd=40)
    anchor = datetime.fromtimestamp(now - 5 * DAY, UTC).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    layers = tuple(
        Layer(name, Rotation(name, "UTC", Unit.DAY, 1, anchor, tuple(Member(one, at) for at, one in enumerate(people))))
        for name, people in (("day", roster_world.NET), ("night", roster_world.WIN))
    )
    store = stores.open_write(home / "state" / "team.db", stores.StoreKind.TEAM)
    RosterWriter(store).save_schedule(Schedule("all", "UTC", layers), now - 4 * DAY, name="all day")
    store.close()


def plan(home: Path) -> None:
    """Somebody who is away holds fourteen tickets."""
    plan_world.build(home)


def triage(home: Path) -> None:
    """Forty new tickets."""
    triage_world.build(home, plan_world)


WORLDS: Mapping[str, Callable[[Path], None]] = {one.__name__: one for one in (desk, outbox, roster, plan, triage)}
