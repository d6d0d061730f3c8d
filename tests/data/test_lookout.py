"""Two desks on one team.db, as it lies on disk: which ticket a colleague has open, and how long that holds."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.intents import IntentReader, Looking
from helpdesk_tui.desk import colleagues, lookout
from helpdesk_tui.desk.colleagues import ColleagueOverlay
from helpdesk_tui.desk.lookout import EXPIRES, RENEW, Attention, Lookout
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.tickets import State, TicketRef

NOW = 1_795_307_200
INC1, INC2 = TicketRef("sn", "a"), TicketRef("sn", "b")
ROW = Row(
    1, "sn", "a", "INC1", "SN", "Printer", 3, State.OPEN, "Open", "", "", 0, "", False, 0, False, 0, False, 0, 0, 0, 0,
    0, False, True, "in", 1,
)  # fmt: skip


class Clock:
    """A time of day that stands until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def now() -> Clock:
    return Clock()


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(colleagues, "LOOK", 0.0)
    folder = tmp_path / "team"
    folder.mkdir()
    folder.chmod(0o2770)
    path = folder / "team.db"
    stores.open_write(path, stores.StoreKind.TEAM).close()
    return path


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No thread of its own: `turn` is called by the test."""
    monkeypatch.setattr(threading.Thread, "start", lambda _: None)
    monkeypatch.setattr(threading.Thread, "join", lambda *_: None)
    return iter(())


def seen(team: Path, now: Callable[[], int], desk: str = "bo") -> list[Looking]:
    reader = IntentReader(team, desk)
    try:
        return reader.looking(now())
    finally:
        reader.close()


def writes(team: Path) -> int:
    """A number that grows with every transaction."""
    with closing(sqlite3.connect(team)) as connection:
        return int(connection.execute("SELECT coalesce(sum(until), 0) FROM looking").fetchone()[0])


def test_a_desk_tells_what_it_has_open_and_takes_it_back_on_leaving(team: Path, now: Clock) -> None:
    ana = Lookout(team, "ana", now=now, settle=0.0)
    watch = ColleagueOverlay(team, "bo", now)
    assert watch({1: ROW})[1].others == ""
    ana.at(Attention(INC1))
    wait_until(lambda: watch({1: ROW})[1].others == "ana has it open")
    assert watch.changed() == {INC1}
    ana.at(Attention(INC1, "reply"))
    wait_until(lambda: watch({1: ROW})[1].others == "ana is writing a reply")
    assert seen(team, now, "ana") == [], "nobody is told of themselves"
    ana.close()
    assert watch({1: ROW})[1].others == ""
    assert watch.changed() == {INC1}
    watch.close()


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        threading.Event().wait(0.005)
    raise AssertionError


@pytest.mark.usefixtures("by_hand")
def test_a_desk_that_died_is_forgotten_without_anybody_writing(team: Path, now: Clock) -> None:
    ana = Lookout(team, "ana", now=now)
    ana.at(Attention(INC1))
    ana.turn()
    watch = ColleagueOverlay(team, "bo", now)
    assert watch({1: ROW})[1].others == "ana has it open"
    watch.changed()
    watch.stirred()
    now.at += EXPIRES - 1
    assert watch({1: ROW})[1].others == "ana has it open"
    assert not watch.stirred()
    now.at += 1
    assert watch.stirred(), "reason to look, although nobody wrote"
    assert watch({1: ROW})[1].others == ""
    assert watch.changed() == {INC1}
    bo = Lookout(team, "bo", now=now)
    bo.at(Attention(INC2))
    bo.turn()
    with closing(sqlite3.connect(team)) as connection:
        assert connection.execute("SELECT desk FROM looking").fetchall() == [("bo",)], "and goes with the next write"
    watch.close()


@pytest.mark.usefixtures("by_hand")
def test_nothing_is_written_oftener_than_it_has_to_be(team: Path, now: Clock) -> None:
    ana = Lookout(team, "ana", now=now)
    ana.turn()
    assert writes(team) == 0, "nothing is open"
    ana.at(Attention(INC1))
    ana.turn()
    first = writes(team)
    now.at += RENEW - 1
    ana.at(Attention(INC1))
    ana.turn()
    assert writes(team) == first
    now.at += 1
    ana.turn()
    assert writes(team) == first + RENEW, "renewed before it is believed no more"
    assert [(one.key, one.since) for one in seen(team, now)] == [("a", NOW)]
    ana.at(Attention(INC2))
    ana.turn()
    assert [(one.key, one.since) for one in seen(team, now)] == [("b", NOW + RENEW)], "one row a screen"
    ana.at(None)
    ana.turn()
    assert writes(team) == 0


@pytest.mark.usefixtures("by_hand")
@pytest.mark.parametrize(("off", "mode"), [(False, 0o700), (True, 0o2770)], ids=["nobody shares", "read only"])
def test_nobody_is_told_where_nobody_shares_or_nothing_may_be_written(
    team: Path, now: Clock, *, off: bool, mode: int
) -> None:
    team.parent.chmod(mode)
    ana = Lookout(team, "ana", now=now, off=off)
    ana.at(Attention(INC1))
    ana.turn()
    assert writes(team) == 0


@pytest.mark.usefixtures("by_hand")
def test_a_store_that_cannot_be_written_disturbs_nobody_and_is_tried_again(team: Path, now: Clock) -> None:
    ana = Lookout(team, "ana", now=now)
    whole = team.read_bytes()
    team.write_bytes(b"something else entirely" * 100)
    ana.at(Attention(INC1))
    ana.turn()
    team.write_bytes(whole)
    now.at += RENEW
    ana.turn()
    assert [one.desk for one in seen(team, now)] == ["ana"]


def test_leaving_waits_for_nobody_who_holds_the_store(team: Path, now: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookout, "PATIENCE", 0.05)
    ana = Lookout(team, "ana", now=now, settle=0.0)
    with closing(sqlite3.connect(team, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ana.at(Attention(INC1))
        ana.close()
        other.execute("ROLLBACK")
    thread = ana._thread
    assert thread is not None
    thread.join(30)
    assert seen(team, now) == []
