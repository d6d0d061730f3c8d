"""Walkthrough: a platform is down, three tickets are handed out all the same, and one of them turns out a conflict.

Twelve keys, counted: `a 2 j a 1 j a 3` while it is down, `g y Enter t` once it is back.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.domain.change_rules import HOLD, Outcome
from helpdesk_tui.domain.changes import ChangeState

pytestmark = pytest.mark.terminal


def offline(home: Path) -> None:
    with sqlite3.connect(home / "cache" / "cache.db", timeout=20) as connection:
        connection.execute(
            "UPDATE source SET health = 'offline', words = 'timeout', since = ?, data_at = ? WHERE name = 'sn'",
            (int(time.time()) - 360, int(time.time()) - 380),
        )
        # Somebody from every platform's own people can have it: rank only where the ticket is.
        connection.execute("DELETE FROM ticket WHERE source <> 'sn'")


def unfinished(home: Path) -> list[Any]:
    reader = OutboxReader(home / "state" / "personal.db")
    try:
        return list(reader.unfinished())
    finally:
        reader.close()


def test_three_assigns_and_a_conflict_in_twelve_keys(open_terminal: Any, home: Path) -> None:
    offline(home)
    terminal = open_terminal()
    terminal.until(r"1 of \d+")
    assert "SN OFFLINE" in terminal.lines[1]
    pressed = 0
    for key in "a2ja1ja3":
        terminal.press(key)
        pressed += 1
    terminal.until(r"\^3")
    rows = terminal.lines[4:7]
    assert [row[2] for row in rows] == ["^"] * 3
    assert all("^" in row[60:75] for row in rows), rows
    made = unfinished(home)
    assert [change.field for change in made] == ["owner"] * 3
    assert all(change.desired["owner"] != change.base["owner"] for change in made)

    store = stores.open_write(home / "state" / "personal.db", stores.StoreKind.PERSONAL)
    outbox, now = Outbox(store), int(time.time()) + HOLD
    for change in (made[0], made[2]):
        sent = outbox.claim(change.id, change.host, now)
        assert sent is not None
        saved = outbox.settle(sent, Outcome.SAID_YES, now)
        assert saved is not None
        outbox.settle(saved, Outcome.SEEN, now)
    outbox.settle(made[1], Outcome.MOVED, now, theirs={"owner": made[0].desired["owner"]}, theirs_by="Lee")
    store.close()
    terminal.until(r"[|│] !1")
    for key in "gy\rt":
        terminal.press(key)
        pressed += 1
    terminal.until(r"(?s)\A (Outbox:|Platforms).*theirs is kept")
    assert unfinished(home) == []
    assert pressed == 12

    reader = OutboxReader(home / "state" / "personal.db")
    states = {change.id: change.state for change in reader.finished()}
    reader.close()
    assert [states[change.id] for change in made] == [
        ChangeState.CONFIRMED,
        ChangeState.DISCARDED,
        ChangeState.CONFIRMED,
    ]
    terminal.press("q")
    terminal.until(r"\d of \d+")
    terminal.press("q")
    assert terminal.ended() == 0


def test_hanging_up_keeps_text_marks_and_writes_and_the_next_start_says_so(open_terminal: Any, home: Path) -> None:
    terminal = open_terminal()
    terminal.until(r"1 of \d+")
    terminal.press(" p1")
    terminal.until(r"\^1")
    terminal.press("c")
    terminal.press("half a sen", gap=0.1)
    terminal.until("half a sen")
    os.kill(terminal.pid, signal.SIGHUP)
    terminal.ended()
    with sqlite3.connect(home / "state" / "personal.db") as connection:
        assert connection.execute("SELECT kind, text FROM draft").fetchall() == [("note", "half a sen")]
        assert connection.execute("SELECT count(*) FROM mark").fetchone() == (1,)
    again = open_terminal()
    again.until("resumed, 1 write waiting")
    again.press("c")
    again.until("half a sen")


def test_hanging_up_keeps_the_filter_and_the_cursor_until_the_next_start_is_left(open_terminal: Any) -> None:
    terminal = open_terminal()
    terminal.until(r"1 of \d+")
    terminal.press("6")
    terminal.until(r"All open .*\n|is:open|1 of 300")
    terminal.press("/")
    terminal.press("is:open !p:1\r", gap=0.05)
    terminal.until(r"/is:open !p:1")
    terminal.press("jjjjj")
    terminal.until(r"6 of \d+")
    place = re.search(r"6 of \d+", terminal.text)
    assert place is not None
    os.kill(terminal.pid, signal.SIGHUP)
    terminal.ended()
    again = open_terminal()
    again.until(re.escape(place[0]))
    again.until(r"/is:open !p:1")
    again.press("q")
    assert again.ended() == 0
    third = open_terminal()
    third.until(r"6 of \d+|1 of \d+")
    assert "/is:open" not in third.text, "left in order, the filter is gone with it"


def test_a_confirmation_takes_no_key_typed_ahead(open_terminal: Any, home: Path) -> None:
    terminal = open_terminal()
    terminal.until(r"1 of \d+")
    terminal.press("r")
    terminal.until("PUBLIC REPLY")
    terminal.press("Hello\ry")
    terminal.until("y send")
    terminal.quiet()
    assert unfinished(home) == []
    terminal.press("y")
    terminal.until("takes it back")
    assert [dict(change.desired) for change in unfinished(home)] == [{"reply": "Hello"}]


@pytest.mark.parametrize("rest", ["[A", "[6~", "OP", "[1;5C", "[<0;12;5M", "[200~a1[201~"])
def test_a_split_sequence_decides_nothing_in_a_picker_or_a_question(open_terminal: Any, home: Path, rest: str) -> None:
    """A slow link hands Escape on by itself, and what followed it as keys: digits would pick, letters would act."""
    terminal = open_terminal(env={"ESCDELAY": "100"})
    terminal.until(r"1 of \d+")
    terminal.press(" p")
    terminal.until("priority")
    terminal.press("\x1b", gap=0.25)
    terminal.press(rest)
    assert unfinished(home) == []
    assert "1 marked" in terminal.text
    terminal.press("rHello\r")
    terminal.until("y send")
    terminal.quiet()
    terminal.press("\x1b", gap=0.25)
    terminal.press(rest)
    assert unfinished(home) == []
