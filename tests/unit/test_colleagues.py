"""What colleagues who share the team's store have on its way, on the rows of this desk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.intents import IntentReader
from helpdesk_tui.desk import colleagues
from helpdesk_tui.desk.colleagues import ColleagueOverlay
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.tickets import State, TicketRef

ROW = Row(
    1, "sn", "a", "INC1", "SN", "Printer", 3, State.OPEN, "Open", "", "", 0, "", False, 0, False, 0, False, 0, 0, 0, 0,
    0, False, True, "in", 1,
)  # fmt: skip


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(colleagues, "LOOK", 0.0)
    path = tmp_path / "team.db"
    stores.open_write(path, stores.StoreKind.TEAM).close()
    return path


def intend(team: Path, desk: str, change: str, field: str, key: str = "a") -> None:
    with sqlite3.connect(team) as connection:
        connection.execute(
            "INSERT INTO intent (change, desk, source, kind, key, number, field, value, actor, state, at)"
            " VALUES (?, ?, 'sn', 'ticket', ?, 'INC1', ?, '', '', 'QUEUED', 1)",
            (change, desk, key, field),
        )


def test_a_row_tells_who_is_at_it_and_never_of_ourselves(team: Path) -> None:
    overlay = ColleagueOverlay(team, "me")
    assert overlay({1: ROW})[1].others == ""
    intend(team, "me", "c0", "owner")
    assert overlay({1: ROW})[1].others == ""
    intend(team, "ana", "c1", "owner")
    intend(team, "ana", "c2", "note")
    assert overlay({1: ROW})[1].others == "ana sets owner, writes a note"
    assert overlay.changed() == {TicketRef("sn", "a")}
    assert overlay.changed() == frozenset()
    with sqlite3.connect(team) as connection:
        connection.execute("DELETE FROM intent")
    assert overlay({1: ROW})[1].others == ""
    assert overlay.changed() == {TicketRef("sn", "a")}
    overlay.close()


def test_a_store_that_is_not_there_has_nobody(tmp_path: Path) -> None:
    overlay = ColleagueOverlay(tmp_path / "none.db", "me")
    assert overlay({1: ROW})[1] is ROW
    overlay.close()


def test_it_is_told_whether_anybody_shares_the_store(team: Path) -> None:
    reader = IntentReader(team, "me")
    assert not reader.shared()
    intend(team, "me", "c0", "owner")
    assert not reader.shared()
    intend(team, "ana", "c1", "owner")
    assert reader.shared()
    reader.close()
