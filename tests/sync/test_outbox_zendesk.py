"""What only Zendesk guards against or asks for: late and doubled requests, and the budget of a single ticket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from helpdesk_tui.domain.changes import ChangeState
from helpdesk_tui.sandbox.zendesk import Settings, ids
from helpdesk_tui.sandbox.zendesk.limits import Limiter

from .outbox_place import Place, is_write

pytestmark = pytest.mark.integration
S = ChangeState


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place("zendesk", tmp_path)
    yield made
    made.close()


def test_a_request_that_arrives_after_it_was_sent_again_does_nothing_more(place: Place) -> None:
    truth = place.ticket()
    place.clock.step(1)
    (change,) = place.enqueue(place.change(truth, {"priority": "3"}, note="once", priority="2"))
    late: list[httpx.Request] = []

    def keep(request: httpx.Request) -> httpx.Response | None:
        if not is_write(request) or late:
            return None
        late.append(request)
        raise httpx.ReadError("broken")

    place.wire.answer = keep
    place.drain()
    assert place.state(change).state is S.UNCERTAIN
    place.end()
    place.rest()
    assert (place.state(change).state, place.state(change).attempts) == (S.CONFIRMED, 2)
    answer = place.run(place.wire.handle_async_request(late[0]))
    assert answer.status_code == 409
    assert (place.said(truth, "once"), truth.priority) == (1, 2)


def test_one_tickets_budget_holds_up_that_ticket_alone(place: Place) -> None:
    account = place.app.state.account
    account.settings = replace(Settings(), enforce_limits=True, per_minute=100_000, ticker=lambda: float(place.now()))
    account.limiter = Limiter(account.settings)
    busy, other = place.ticket(), place.ticket()
    texts = [f"line {number}" for number in range(32)]
    changes = place.enqueue(*(place.change(busy, note=text) for text in texts))
    for _ in range(40):
        place.drain(1)
    waiting = [place.state(one) for one in changes if place.state(one).state is S.QUEUED]
    assert len(waiting) == 2
    assert "too many updates of this ticket" in waiting[0].words
    (free,) = place.enqueue(place.change(other, note="in between"))
    place.drain()
    assert place.state(free).state is S.CONFIRMED, "the source is not held up"
    place.rest()
    assert [event.text for event in busy.events if event.kind == "note"] == texts


def test_the_whole_accounts_budget_holds_up_the_source(place: Place) -> None:
    account = place.app.state.account
    account.settings = replace(Settings(), enforce_limits=True, per_minute=100_000, ticker=lambda: float(place.now()))
    account.limiter = Limiter(account.settings)
    tickets = [place.ticket() for _ in range(101)]
    changes = place.enqueue(*(place.change(truth, note="all of you") for truth in tickets))
    place.drain()
    left = [place.state(one) for one in changes if place.state(one).state is S.QUEUED]
    assert len(left) == 1
    assert left[0].not_before >= place.now() + 59
    place.rest()
    assert {place.said(truth, "all of you") for truth in tickets} == {1}


def test_what_a_trigger_moved_beside_is_told(place: Place) -> None:
    truth = place.ticket()
    elsewhere = next(g for g in place.world.served("zendesk") if g.gid not in place.world.people[truth.owner].groups)
    wish = place.change(truth, {"group": str(ids.group(truth.group))}, group=str(ids.group(elsewhere.gid)))
    (change,) = place.enqueue(wish)
    place.rest()
    assert (place.state(change).state, place.state(change).words) == (
        S.CONFIRMED,
        "the platform also took the owner away",
    )
