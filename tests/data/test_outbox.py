"""The outbox on a real file: what is decided is kept, each move happens once, and every one is in the journal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.domain.change_rules import HOLD, KEPT, Outcome
from helpdesk_tui.domain.changes import Change, ChangeState, Kind, Op, change_id

NOW = 1_800_000_000
DUE = NOW + HOLD
S = ChangeState


def owner(key: str, to: str, before: str = "ann", *, host: str = "here", batch: str = "") -> Change:
    return Change(
        id=change_id(NOW * 1000),
        seq=0,
        source="sn",
        kind=Kind.TICKET,
        key=key,
        field="owner",
        op=Op.SET,
        desired={"owner": to},
        base={"owner": before},
        base_version=3,
        seen_at=NOW - 9,
        number=f"INC{key}",
        host=host,
        batch=batch,
    )


def note(key: str, text: str) -> Change:
    return Change(
        id=change_id(NOW * 1000),
        seq=0,
        source="sn",
        kind=Kind.TICKET,
        key=key,
        field="note",
        op=Op.NOTE,
        desired={"note": text},
        host="here",
    )


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    store = stores.open_write(tmp_path / "personal.db", StoreKind.PERSONAL)
    yield Outbox(store)
    store.close()


@pytest.fixture
def other(tmp_path: Path, outbox: Outbox) -> Iterator[Outbox]:
    """Another process at the same file."""
    store = stores.open_write(tmp_path / "personal.db", StoreKind.PERSONAL)
    yield Outbox(store)
    store.close()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[OutboxReader]:
    found = OutboxReader(tmp_path / "personal.db")
    yield found
    found.close()


def states(reader: OutboxReader) -> dict[str, ChangeState]:
    return {change.id: change.state for change in (*reader.unfinished(), *reader.finished())}


def test_what_is_decided_reads_back_as_it_was(outbox: Outbox, reader: OutboxReader) -> None:
    (kept,) = outbox.enqueue([owner("1", "bo")], NOW)
    assert reader.unfinished() == [kept]
    assert (kept.not_before, kept.meant_at, kept.state) == (DUE, NOW, S.QUEUED)
    assert reader.one(kept.id[:30]) == kept
    (line,) = reader.journal(kept.id)
    assert (line.was, line.state, dict(line.base), line.seen_at) == ("", "QUEUED", {"owner": "ann"}, NOW - 9)


def test_it_is_held_then_claimed_by_one_sender(outbox: Outbox, other: Outbox, reader: OutboxReader) -> None:
    (kept,) = outbox.enqueue([owner("1", "bo")], NOW)
    assert outbox.claim(kept.id, "here", DUE - 1) is None
    assert outbox.claim(kept.id, "elsewhere", DUE) is None
    claimed = outbox.claim(kept.id, "here", DUE)
    assert claimed is not None
    assert (claimed.state, claimed.attempts, claimed.first_sent_at) == (S.SENDING, 1, DUE)
    assert other.claim(kept.id, "here", DUE) is None
    assert states(reader) == {kept.id: S.SENDING}


def test_the_order_of_a_ticket_is_kept_and_others_go_on(outbox: Outbox) -> None:
    first, second, elsewhere = outbox.enqueue([note("1", "a"), note("1", "b"), note("2", "c")], NOW)
    assert outbox.claim(second.id, "here", DUE) is None
    assert outbox.claim(elsewhere.id, "here", DUE) is not None
    sent = outbox.claim(first.id, "here", DUE)
    assert sent is not None
    outbox.settle(sent, Outcome.SAID_YES, DUE)
    assert outbox.claim(second.id, "here", DUE) is not None


def test_a_quarrel_holds_up_its_own_field_only(outbox: Outbox) -> None:
    quarrel, said, again = outbox.enqueue([owner("1", "bo"), note("1", "x"), owner("1", "cy", "bo")], NOW)
    outbox.settle(quarrel, Outcome.MOVED, DUE, theirs={"owner": "dee"})
    assert outbox.claim(said.id, "here", DUE) is not None
    assert outbox.claim(again.id, "here", DUE) is None


def test_deciding_anew_while_held_sends_one_and_keeps_what_was_seen_first(outbox: Outbox, reader: OutboxReader) -> None:
    (first,) = outbox.enqueue([owner("1", "bo")], NOW)
    (second,) = outbox.enqueue([owner("1", "cy", before="bo")], NOW + 1)
    assert dict(second.base) == {"owner": "ann"}
    assert states(reader) == {first.id: S.SUPERSEDED, second.id: S.QUEUED}
    outbox.undo([second.id], NOW + 2)
    assert states(reader) == {first.id: S.QUEUED, second.id: S.DISCARDED}


def test_a_comment_in_between_keeps_both(outbox: Outbox, reader: OutboxReader) -> None:
    outbox.enqueue([owner("1", "bo"), note("1", "given to Bo"), owner("1", "cy", "bo")], NOW)
    assert [change.state for change in reader.unfinished()] == [S.QUEUED] * 3


def test_undo_is_free_while_held_and_a_change_of_its_own_afterwards(outbox: Outbox, reader: OutboxReader) -> None:
    held, sent, said = outbox.enqueue([owner("1", "bo"), owner("2", "bo"), note("3", "x")], NOW)
    for change in (sent, said):
        claimed = outbox.claim(change.id, "here", DUE)
        assert claimed is not None
        outbox.settle(claimed, Outcome.SAID_YES, DUE)
    undone = outbox.undo([held.id, sent.id, said.id], DUE + 1)
    assert [change.id for change in undone.freed] == [held.id]
    (back,) = undone.compensating
    assert (dict(back.desired), dict(back.base), back.undoes) == ({"owner": "ann"}, {"owner": "bo"}, sent.id)
    assert [change.id for change in undone.stay] == [said.id]
    assert outbox.undo([sent.id], DUE + 2).compensating == ()  # not twice


def test_a_refusal_takes_its_batch_back(outbox: Outbox, reader: OutboxReader) -> None:
    done, late, refused, waiting = outbox.enqueue(
        [owner(str(n), "bo", batch="b") for n in range(4)],
        NOW,
    )
    for change in (done, late, refused):
        assert outbox.claim(change.id, "here", DUE) is not None
    by_id = {change.id: change for change in reader.unfinished()}
    outbox.settle(by_id[done.id], Outcome.SAID_YES, DUE)
    uncertain = outbox.settle(by_id[late.id], Outcome.NOBODY_KNOWS, DUE)
    outbox.settle(by_id[refused.id], Outcome.SAID_NO, DUE, words="not a member")
    assert states(reader)[waiting.id] is S.DISCARDED
    assert [change.undoes for change in reader.unfinished() if change.undoes] == [done.id]
    assert uncertain is not None
    outbox.settle(uncertain, Outcome.FOUND, DUE + 9)
    assert [change.undoes for change in reader.unfinished() if change.undoes] == [done.id, late.id]
    assert sum(state.is_final for state in states(reader).values()) == 1


def test_what_was_undone_while_nobody_knew_is_not_sent_again(outbox: Outbox, reader: OutboxReader) -> None:
    (change,) = outbox.enqueue([owner("1", "bo")], NOW)
    assert outbox.claim(change.id, "here", DUE) is not None
    uncertain = outbox.settle(reader.unfinished()[0], Outcome.NOBODY_KNOWS, DUE)
    assert uncertain is not None
    (back,) = outbox.undo([change.id], DUE).compensating
    settled = outbox.settle(uncertain, Outcome.ABSENT, DUE + 9)
    assert settled is not None
    assert (settled.state, settled.words) == (S.DISCARDED, "undone")
    assert states(reader)[back.id] is S.DISCARDED
    assert reader.unfinished() == []


@pytest.mark.parametrize("outcome", [Outcome.ABSENT, Outcome.MOVED])
def test_what_was_under_way_when_its_batch_broke_is_given_up(
    outbox: Outbox, reader: OutboxReader, outcome: Outcome
) -> None:
    late, refused = outbox.enqueue([owner(str(n), "bo", batch="b") for n in range(2)], NOW)
    for change in (late, refused):
        assert outbox.claim(change.id, "here", DUE) is not None
    by_id = {change.id: change for change in reader.unfinished()}
    uncertain = outbox.settle(by_id[late.id], Outcome.NOBODY_KNOWS, DUE)
    outbox.settle(by_id[refused.id], Outcome.SAID_NO, DUE, words="not a member")
    assert uncertain is not None
    assert states(reader)[late.id] is S.UNCERTAIN
    given_up = outbox.settle(uncertain, outcome, DUE + 9)
    assert given_up is not None
    assert (given_up.state, given_up.words) == (S.DISCARDED, "given up, because what belongs to it was refused")


def test_decisions_lead_where_the_table_says(outbox: Outbox, reader: OutboxReader) -> None:
    mine, theirs, again, there, both = outbox.enqueue(
        [owner("1", "bo"), owner("2", "bo"), owner("3", "bo"), owner("4", "bo"), owner("5", "bo")], NOW
    )
    for change in (mine, theirs, both):
        outbox.settle(change, Outcome.MOVED, DUE, theirs={"owner": "dee"}, theirs_by="Dee")
    outbox.settle(again, Outcome.SAID_NO, DUE, words="closed")
    outbox.settle(there, Outcome.GREW_OLD, DUE)
    kept = outbox.decide(mine.id, Outcome.KEEP_MINE, DUE)
    assert kept is not None
    assert (kept.state, dict(kept.base)) == (S.QUEUED, {"owner": "dee"})
    outbox.decide(theirs.id, Outcome.KEEP_THEIRS, DUE)
    outbox.decide(again.id, Outcome.AGAIN, DUE)
    outbox.decide(there.id, Outcome.IT_IS_THERE, DUE)
    assert outbox.keep_both(both.id, "", DUE) is None
    said = outbox.keep_both(both.id, "I wanted Bo", DUE)
    assert said is not None
    assert dict(said.desired) == {"note": "I wanted Bo"}
    assert outbox.decide(theirs.id, Outcome.KEEP_MINE, DUE) is None  # over
    found = states(reader)
    assert [found[one.id] for one in (mine, theirs, again, there, both)] == [
        S.QUEUED,
        S.DISCARDED,
        S.QUEUED,
        S.CONFIRMED,
        S.SUPERSEDED,
    ]


def test_an_edit_is_a_new_change_with_a_new_mark(outbox: Outbox, reader: OutboxReader) -> None:
    (first,) = outbox.enqueue([note("1", "hte")], NOW)
    anew = outbox.edit(first.id, {"note": "the"}, NOW + 1)
    assert anew is not None
    assert anew.id != first.id
    assert states(reader) == {first.id: S.SUPERSEDED, anew.id: S.QUEUED}


def test_a_new_sender_asks_before_it_sends_again(outbox: Outbox, reader: OutboxReader) -> None:
    here, there = outbox.enqueue([note("1", "a"), owner("2", "bo", host="jump2")], NOW)
    for change in (here, there):
        assert outbox.claim(change.id, change.host, DUE) is not None
    assert [change.id for change in outbox.recover("here", DUE + 1)] == [here.id]
    assert states(reader) == {here.id: S.UNCERTAIN, there.id: S.SENDING}


def test_a_silent_hosts_changes_can_be_taken_over(outbox: Outbox, reader: OutboxReader) -> None:
    outbox.enqueue([owner("1", "bo", host="jump2")], NOW)
    outbox.present("jump2", NOW)
    assert outbox.take_over("jump2", "here", NOW + 599) == 0
    assert outbox.take_over("jump2", "here", NOW + 601) == 1
    assert [change.host for change in reader.unfinished()] == ["here"]


def test_whoever_comes_second_changes_nothing(outbox: Outbox, other: Outbox, reader: OutboxReader) -> None:
    (kept,) = outbox.enqueue([owner("1", "bo")], NOW)
    other.undo([kept.id], NOW + 1)
    assert outbox.claim(kept.id, "here", DUE) is None
    assert outbox.settle(kept, Outcome.MOVED, DUE) is None
    assert [line.outcome for line in reader.journal(kept.id)] == ["decided", str(Outcome.DISCARD)]


def test_what_is_over_goes_after_thirty_days_and_the_rest_stays(outbox: Outbox, reader: OutboxReader) -> None:
    done, kept = outbox.enqueue([owner("1", "bo"), owner("2", "bo")], NOW)
    outbox.undo([done.id], NOW)
    assert outbox.purge(NOW + KEPT) == 0
    assert outbox.purge(NOW + KEPT + 1) == 1
    assert list(states(reader)) == [kept.id]


def test_five_hundred_are_kept_at_once(outbox: Outbox, reader: OutboxReader) -> None:
    changes = [owner(str(n), "bo") for n in range(500)]
    began = time.perf_counter()
    outbox.enqueue(changes, NOW)
    spent = time.perf_counter() - began
    assert len(reader.unfinished()) == 500
    assert spent < 2.0, f"{spent * 1000:.0f} ms"  # the budget of 200 ms is measured by the benchmarks
