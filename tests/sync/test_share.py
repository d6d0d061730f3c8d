"""Colleagues see what is being written, never anybody's words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from helpdesk_tui.data import stores
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.domain.change_rules import Outcome
from helpdesk_tui.domain.changes import Change, ChangeState, Kind, Op, change_id
from helpdesk_tui.sync.share import Share

NOW = 1_800_000_000


def change(name: str, value: str) -> Change:
    return Change(change_id(NOW * 1000), 0, "sn", Kind.TICKET, "k", name, Op.SET, {name: value}, host="here")


def rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


async def test_intents_last_as_long_as_changes_do_and_hold_no_words(tmp_path: Path) -> None:
    personal, team = tmp_path / "personal.db", tmp_path / "team.db"
    store = stores.open_write(personal, StoreKind.PERSONAL)
    outbox = Outbox(store)
    owner, said = outbox.enqueue([change("owner", "bo"), change("note", "secret words")], NOW)
    share = Share(personal, team, desk="ada")
    await share.turn()
    intents = "SELECT change, desk, field, value, state FROM intent ORDER BY field DESC"
    assert rows(team, intents) == [
        (owner.id, "ada", "owner", "bo", "QUEUED"),
        (said.id, "ada", "note", "", "QUEUED"),
    ]
    outbox.undo([owner.id], NOW + 1)
    claimed = outbox.claim(said.id, "here", NOW + 9)
    assert claimed is not None
    outbox.settle(claimed, Outcome.SAID_YES, NOW + 9)
    share.close()
    again = Share(personal, team, desk="ada")  # a new process goes on where the last one ended
    await again.turn()
    await again.turn()
    again.close()
    store.close()
    assert rows(team, intents) == [(said.id, "ada", "note", "", str(ChangeState.APPLIED))]
    assert rows(team, "SELECT entry, state, fields FROM journal ORDER BY entry") == [
        (1, "QUEUED", "owner"),
        (2, "QUEUED", "note"),
        (3, "DISCARDED", "owner"),
        (4, "SENDING", "note"),
        (5, "APPLIED", "note"),
    ]
    with closing(sqlite3.connect(team)) as connection:
        assert "secret" not in "\n".join(connection.iterdump())
