"""What is pending shows over rows as pending, and what waits for the user is told and not shown."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.facts import Facts
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.desk.acts.deciding import change_for
from helpdesk_tui.desk.outbox.pending import PendingOverlay, overlaid
from helpdesk_tui.domain.changes import Change, ChangeState, Op
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.tickets import State, TicketRef

NOW = 1_800_000_000
FACTS = Facts({"owner": "p1", "state": "open", "status": "In Progress", "tags": "a\nb"}, "INC1", 7, NOW - 30, "me")
ROW = Row(
    1, "sn", "k", "INC1", "SN", "Printer", 3, State.OPEN, "In Progress", "Network", "Ann", 0, "", False, 0, False, 0,
    False, 0, 0, 0, 0, 0, False, True, "in", 1,
)  # fmt: skip
NAMES = {("owner", "p2"): "Bo Reyes", ("group", "g2"): "Field"}


def name(kind: str, _source: str, key: str) -> str:
    return NAMES.get((kind, key), key)


def wants(pending: tuple[Change, ...] = (), **desired: str) -> Change:
    return change_for(TicketRef("sn", "k"), FACTS, desired, pending, NOW)


def test_a_decision_keeps_what_it_was_based_on() -> None:
    one = wants(state="solved", close_code="Solved", note="done")
    assert dict(one.base) == {"state": "open", "close_code": ""}
    assert (one.op, one.base_version, one.seen_at, one.actor, one.number) == (Op.NOTE, 7, NOW - 30, "me", "INC1")
    first = wants(owner="p2")
    assert dict(wants((first,), owner="p3").base) == {"owner": "p2"}
    quarrel = replace(first, state=ChangeState.CONFLICT)
    assert dict(wants((quarrel,), owner="p3").base) == {"owner": "p1"}
    assert dict(wants(**{"tags+": "x"}).base) == {"tags": "a\nb"}  # type: ignore[arg-type]


def test_a_pending_value_is_marked_wherever_it_shows() -> None:
    shown = overlaid(ROW, [wants(owner="p2"), wants(group="g2"), wants(state="pending"), wants(priority="1")], name)
    assert (shown.owner, shown.group, shown.status, shown.state) == ("Bo Reyes^", "Field^", "pending^", State.PENDING)
    assert (shown.priority, shown.pending) == (1, ("owner", "group", "state", "priority", "status"))
    assert overlaid(ROW, [wants(owner="")], name).owner == "nobody^"


def test_a_conflict_is_told_and_the_platforms_value_stays() -> None:
    quarrel = replace(wants(owner="p2"), state=ChangeState.CONFLICT, words="owner changed by Dee")
    shown = overlaid(ROW, [quarrel], name)
    assert (shown.owner, shown.pending) == ("Ann", ())
    assert shown.trouble == "needs your decision: owner changed by Dee"


def test_rows_are_told_of_as_changed_when_something_pending_comes_or_goes(tmp_path: Path) -> None:
    store = stores.open_write(tmp_path / "personal.db", StoreKind.PERSONAL)
    outbox = Outbox(store)
    overlay = PendingOverlay(tmp_path / "personal.db", name)
    assert overlay({1: ROW})[1] == ROW
    (kept,) = outbox.enqueue([wants(owner="p2")], NOW)
    assert overlay.changed() == {1}
    assert overlay({1: ROW})[1].owner == "Bo Reyes^"
    assert overlay.changed() == frozenset()
    outbox.undo([kept.id], NOW)
    assert overlay.moved()
    assert overlay.changed() == {1}
    assert overlay({1: ROW})[1] == ROW
    overlay.close()
    store.close()


def test_a_store_that_is_still_to_be_brought_up_has_nothing_pending(tmp_path: Path) -> None:
    stores.create(tmp_path / "personal.db", StoreKind.PERSONAL)
    with closing(sqlite3.connect(tmp_path / "personal.db")) as old:
        old.execute("PRAGMA user_version=1")
    overlay = PendingOverlay(tmp_path / "personal.db", name)
    assert overlay({1: ROW}) == {1: ROW}
    overlay.close()
