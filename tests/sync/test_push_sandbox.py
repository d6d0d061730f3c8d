"""The outbox against a ServiceNow that lives and loses things: nothing twice, nothing lost, nobody overwritten."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.domain.change_rules import HOLD, SETTLE, TOO_OLD
from helpdesk_tui.domain.changes import ChangeState
from helpdesk_tui.sync import push

from .push_bench import Bench, bench

__all__ = ["bench"]

pytestmark = pytest.mark.integration
S = ChangeState


def test_what_is_decided_is_on_the_platform_and_confirmed_and_in_the_cache(bench: Bench) -> None:
    truth = bench.ticket()
    to = bench.colleague(truth)
    moved, said = bench.enqueue(bench.assign(truth), bench.change(truth, note="yours now"))
    bench.drain()
    assert (truth.owner, bench.said(truth, "yours now")) == (to, 1)
    assert [bench.state(one).state for one in (moved, said)] == [S.CONFIRMED, S.CONFIRMED]
    outcomes = [line.state for line in bench.reader.journal(moved.id)]
    assert outcomes == ["QUEUED", "SENDING", "APPLIED", "CONFIRMED"]


def test_nothing_leaves_while_it_is_held(bench: Bench) -> None:
    truth = bench.ticket()
    before = truth.owner
    (held,) = bench.enqueue(bench.assign(truth))
    bench.drain(wait=HOLD - 1)
    assert (truth.owner, bench.state(held).state) == (before, S.QUEUED)


@pytest.mark.parametrize("kind", ["lost", "reset"])
def test_a_lost_reply_is_looked_for_and_nothing_is_said_twice(bench: Bench, kind: str) -> None:
    truth = bench.ticket()
    (said,) = bench.enqueue(bench.change(truth, note="once"))
    bench.fault(kind=kind, method="PATCH", count=1)
    bench.drain()
    assert bench.state(said).state is S.UNCERTAIN
    bench.drain(2, wait=SETTLE)
    assert bench.said(truth, "once") == 1
    assert bench.state(said).state is S.CONFIRMED
    assert bench.state(said).attempts == 1


def test_a_lost_request_is_sent_again_once_it_is_surely_absent(bench: Bench) -> None:
    truth = bench.ticket()
    (said,) = bench.enqueue(bench.change(truth, note="once"))
    bench.fault(kind="outage", method="PATCH", count=1)
    bench.drain()
    assert bench.state(said).state is S.UNCERTAIN
    bench.drain(4, wait=60)
    assert (bench.said(truth, "once"), bench.state(said).state, bench.state(said).attempts) == (1, S.CONFIRMED, 2)


def test_a_throttled_write_waits_as_long_as_it_was_told(bench: Bench) -> None:
    truth = bench.ticket()
    (moved,) = bench.enqueue(bench.assign(truth))
    bench.fault(kind="throttle", value=40, method="PATCH", count=1)
    bench.drain()
    waiting = bench.state(moved)
    assert (waiting.state, waiting.not_before >= bench.floor.now() + 40) == (S.QUEUED, True)
    bench.drain(wait=30)
    assert bench.state(moved).state is S.QUEUED
    bench.drain(wait=15)
    assert bench.state(moved).state is S.CONFIRMED


def test_an_outage_loses_nothing_and_keeps_the_order(bench: Bench) -> None:
    truth = bench.ticket()
    changes = bench.enqueue(*(bench.change(truth, note=f"line {n}") for n in range(3)))
    bench.fault(kind="outage", count=400)
    bench.drain(2, wait=30)
    assert {bench.state(one).state for one in changes} == {S.QUEUED}
    bench.floor.control("DELETE", "faults")
    bench.drain(2, wait=600)
    assert {bench.state(one).state for one in changes} == {S.CONFIRMED}
    lines = [event.text for event in truth.events if event.text.startswith("line ")]
    assert lines == ["line 0", "line 1", "line 2"]


class Longest(Random):
    """No luck: every pause is as long as it may be."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


def test_a_write_goes_out_once_its_platform_answers_again(bench: Bench) -> None:
    truth = bench.ticket()
    (moved,) = bench.enqueue(bench.assign(truth))
    bench.fault(kind="outage")

    async def put_off_then_mended() -> None:
        async with bench.sender() as push:
            circuit = push._senders["sn"].context.circuit
            circuit.whole = replace(circuit.whole, next_try=0, failures=9)
            circuit.random = Longest()
            bench.floor.tick += HOLD
            await push.drain()
            assert circuit.whole.next_try > bench.floor.now() + 200
            bench.floor.control("DELETE", "faults")
            circuit.went_well("poll", bench.floor.now())
            bench.floor.tick += 10
            await push.drain()

    asyncio.run(put_off_then_mended())
    assert bench.state(moved).state is S.CONFIRMED


def test_nobody_is_overwritten_and_notes_still_go(bench: Bench) -> None:
    truth = bench.ticket()
    mine, said = bench.enqueue(bench.assign(truth), bench.change(truth, note="for Bo"))
    third = bench.colleague(truth, 2)
    bench.desk.change(truth.n, truth.requester, owner=third)
    bench.drain()
    assert truth.owner == third
    settled = bench.state(mine)
    assert (settled.state, settled.theirs["owner"]) == (S.CONFLICT, bench.user(third))
    assert bench.said(truth, "for Bo") == 1
    assert bench.state(said).state is S.CONFIRMED


def test_the_same_value_on_both_sides_is_no_conflict(bench: Bench) -> None:
    truth = bench.ticket()
    (mine,) = bench.enqueue(bench.assign(truth))
    bench.desk.change(truth.n, truth.requester, owner=bench.colleague(truth))
    bench.drain()
    assert bench.state(mine).state is S.CONFIRMED
    assert bench.state(mine).attempts == 0


def test_a_refusal_is_shown_in_the_platforms_words_and_breaks_its_batch(bench: Bench) -> None:
    truth, other = bench.ticket(), bench.ticket(1)
    before = other.owner
    given = bench.assign(other, batch="b")
    done = bench.change(truth, {"state": "open"}, batch="b", state="solved")
    first, second = bench.enqueue(given, done)
    bench.drain(3)
    assert (bench.state(second).state, "Resolution" in bench.state(second).words) == (S.REJECTED, True)
    assert other.owner == before
    assert bench.state(first).state in (S.CONFIRMED, S.DISCARDED)


def test_a_value_the_platform_keeps_silently_is_no_success(bench: Bench) -> None:
    truth = bench.ticket()
    (mine,) = bench.enqueue(bench.change(truth, {"closed_by": ""}, closed_by="somebody"))
    bench.drain()
    settled = bench.state(mine)
    assert (settled.state, settled.words.startswith("the platform kept closed_by")) == (S.REJECTED, True)


def test_a_deleted_ticket_and_a_day_old_wish_are_told(bench: Bench) -> None:
    truth, other = bench.ticket(), bench.ticket(1)
    gone, old = bench.enqueue(bench.assign(truth), bench.assign(other))
    bench.desk.delete(truth.n, truth.requester)
    bench.drain()
    assert bench.state(gone).state is S.REJECTED
    assert "deleted" in bench.state(gone).words
    (old,) = bench.enqueue(bench.change(other, note="late"))
    bench.drain(wait=TOO_OLD + 1)
    assert bench.state(old).state is S.ASK_USER
    assert bench.said(other, "late") == 0


def test_a_refused_sign_in_stops_the_queue_and_counts_no_attempt(bench: Bench) -> None:
    truth = bench.ticket()
    (mine,) = bench.enqueue(bench.assign(truth))
    bench.fault(kind="signin", method="PATCH", count=2)
    bench.drain()
    assert (bench.state(mine).state, "sign-in" in bench.state(mine).words) == (S.QUEUED, True)
    bench.drain(wait=3600)
    assert bench.state(mine).state is S.CONFIRMED


def test_undo_after_sending_gives_it_back_unless_somebody_came_between(bench: Bench) -> None:
    truth, other = bench.ticket(), bench.ticket(1)
    before = truth.owner
    first, second = bench.enqueue(bench.assign(truth), bench.assign(other))
    bench.drain()
    third = bench.colleague(other, 2)
    bench.desk.change(other.n, other.requester, owner=third)
    writer = stores.open_personal(bench.floor.paths)
    undone = Outbox(writer.store).undo([first.id, second.id], bench.floor.now())
    writer.close()
    bench.drain()
    assert (truth.owner, other.owner) == (before, third)
    assert sorted(bench.state(one).state for one in undone.compensating) == [S.CONFIRMED, S.CONFLICT]


async def test_a_running_sender_notices_what_is_decided_and_says_that_it_is_there(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "LOOK_SECONDS", 0.02)
    truth = bench.ticket()
    async with bench.sender() as sender:
        running = asyncio.create_task(sender.run())
        (said,) = await asyncio.to_thread(bench.enqueue, bench.change(truth, note="soon"))
        bench.floor.tick += HOLD
        assert await sender.sendable()
        async with asyncio.timeout(20):
            while bench.state(said).state is not S.CONFIRMED:
                assert not running.done()
                await asyncio.sleep(0.02)
        assert not await sender.sendable()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert bench.said(truth, "soon") == 1
    assert list(bench.reader.senders()) == ["here"]
