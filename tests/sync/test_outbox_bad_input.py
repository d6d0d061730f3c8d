"""Everything a platform may answer to a write, on each of the three: it ends in a state that the user sees in words,
with the text kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.pacing import Retry
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.domain.change_rules import TOO_OLD, Outcome
from helpdesk_tui.domain.changes import ChangeState
from helpdesk_tui.errors import DiskFull
from helpdesk_tui.sandbox.model import PLATFORMS, Platform, Ticket
from helpdesk_tui.sandbox.zendesk import Settings

from .outbox_place import Place, is_write, settled, told

pytestmark = pytest.mark.integration
S = ChangeState
TEXT = "Called twice, no answer."


def answering(status: int, **given: Any) -> Callable[[httpx.Request], httpx.Response | None]:
    """Answers to every write alone."""
    return lambda request: httpx.Response(status, **given) if is_write(request) else None


def saying(words: str) -> dict[str, Any]:
    """Words in the shapes of all three platforms."""
    details = {"base": [{"description": words}]}
    return {"json": {"error": {"message": words}, "details": details, "errorMessages": [words]}}


SAYS_NO: dict[str, tuple[int, dict[str, Any], str]] = {
    "422 with reasons": (422, saying("Cause: is required"), "Cause: is required"),
    "400": (400, saying("no such field"), "no such field"),
    "403 on one field": (403, saying("priority may not be edited"), "priority may not be edited"),
    "404": (404, saying("does not exist"), "does not exist"),
    "410 without a word": (410, {"text": ""}, "410"),
    "a page that says no": (403, {"html": "<title>Blocked by policy</title>"}, "Blocked by policy"),
}


@pytest.mark.parametrize("name", SAYS_NO)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_no_is_told_in_the_platforms_words(places: Any, platform: Platform, name: str) -> None:
    place = places(platform)
    status, given, words = SAYS_NO[name]
    truth = place.ticket()
    (change,) = place.enqueue(place.change(truth, note=TEXT))
    place.wire.answer = answering(status, **given)
    place.drain()
    state, said = told(place, change)
    assert (state, words in said) == (S.REJECTED, True), said
    place.wire.answer = lambda _request: None
    place.outbox.decide(change.id, Outcome.AGAIN, place.now())
    place.rest()
    assert (place.state(change).state, place.said(truth, TEXT)) == (S.CONFIRMED, 1)


NOBODY_KNOWS: dict[str, tuple[int, dict[str, Any]]] = {
    "200 with an error in it": (200, {"json": {"error": {"message": "oops"}, "errorMessages": ["oops"]}}),
    "200 that is a list": (200, {"json": []}),
    "half an answer": (200, {"content": b'{"ticket":{', "headers": {"Content-Type": "application/json"}}),
    "a sign-in page": (200, {"html": "<title>Sign in</title>"}),
    "a redirect": (302, {"headers": {"Location": "/login"}}),
    "500": (500, {"text": "oops"}),
}


@pytest.mark.parametrize(("platform", "name"), [(platform, name) for platform in PLATFORMS for name in NOBODY_KNOWS])
def test_an_answer_that_says_nothing_is_looked_into(places: Any, platform: Platform, name: str) -> None:
    place = places(platform)
    status, given = NOBODY_KNOWS[name]
    truth = place.ticket()
    (change,) = place.enqueue(place.change(truth, note=TEXT))
    place.wire.answer = answering(status, **given)
    place.drain()
    assert told(place, change)[0] is S.UNCERTAIN
    place.wire.answer = lambda _request: None
    place.rest()
    assert (place.state(change).state, place.said(truth, TEXT)) == (S.CONFIRMED, 1)


@pytest.mark.parametrize("plan", ["lost reply", "error after", "sign-in page", "empty"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_answer_that_is_lost_after_a_restart_too_doubles_nothing(places: Any, platform: Platform, plan: str) -> None:
    place = places(platform)
    truth = place.ticket()
    (change,) = place.enqueue(place.change(truth, reply=TEXT))
    place.wire.plans.append(plan)
    place.drain()
    place.end()
    place.rest()
    assert (place.state(change).state, place.said(truth, TEXT)) == (S.CONFIRMED, 1)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_sign_in_that_ends_meanwhile_stops_the_queue_and_loses_nothing(places: Any, platform: Platform) -> None:
    place = places(platform)
    tickets = [place.ticket() for _ in range(6)]
    changes = place.enqueue(*(place.change(truth, note=TEXT) for truth in tickets))
    seen: list[int] = []

    def ending(request: httpx.Request) -> httpx.Response | None:
        seen.append(is_write(request))
        return httpx.Response(401, json={"error": "Couldn't authenticate you"}) if sum(seen) > 2 else None

    place.wire.answer = ending
    place.drain()
    now = [settled(place, change) if place.state(change).words else place.state(change) for change in changes]
    waiting = [one for one in now if one.state is S.QUEUED]
    assert len(waiting) >= 3
    assert {one.attempts for one in waiting} == {0}, "what surely was not done is no attempt"
    assert any("sign-in was refused" in one.words for one in waiting)
    place.wire.answer = lambda _request: None
    place.rest()
    assert [place.said(truth, TEXT) for truth in tickets] == [1] * 6


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_deleted_a_hidden_and_a_day_old_one_are_told(places: Any, platform: Platform) -> None:
    place = places(platform)
    deleted, hidden, old = place.ticket(), place.ticket(), place.ticket()
    gone, secret = place.enqueue(place.change(deleted, note=TEXT), place.change(hidden, note=TEXT))
    place.desk.delete(deleted.n, 1)
    place.desk.forbid(hidden.n)
    place.drain()
    assert [told(place, one)[0] for one in (gone, secret)] == [S.REJECTED] * 2
    assert "deleted" in place.state(gone).words or "no longer be seen" in place.state(gone).words
    (late,) = place.enqueue(place.change(old, note=TEXT))
    place.drain(TOO_OLD + 1)
    assert told(place, late) == (S.ASK_USER, "waited for more than a day: is it still meant?")
    assert place.said(old, TEXT) == 0
    place.outbox.decide(late.id, Outcome.AGAIN, place.now())
    place.rest()
    assert place.said(old, TEXT) == 1


@pytest.mark.parametrize("platform", ["jira", "zendesk"])  # ServiceNow takes anybody, but for a rule of the instance
def test_somebody_who_cannot_have_it_is_refused_or_kept_out(places: Any, platform: Platform) -> None:
    place = places(platform)
    truth = place.ticket()
    before = truth.owner
    (change,) = place.enqueue(place.assign(truth, 1001))
    place.drain()
    assert told(place, change)[0] is S.REJECTED
    assert truth.owner == before


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_conflict_on_one_field_holds_up_that_field_alone(places: Any, platform: Platform) -> None:
    place = places(platform)
    truth = place.ticket()
    changes = place.enqueue(
        place.assign(truth, place.members[1]),
        place.change(truth, note="first"),
        place.change(truth, {"owner": place.person(place.members[1])}, owner=place.person(place.members[2])),
        place.change(truth, {"priority": "3"}, priority="2"),
        place.change(truth, note="second"),
    )
    place.edit(truth, owner=place.members[3])
    place.rest()
    states = [place.state(one).state for one in changes]
    assert states == [S.CONFLICT, S.CONFIRMED, S.QUEUED, S.CONFIRMED, S.CONFIRMED]
    assert (truth.owner, truth.priority) == (place.members[3], 2)
    assert [event.text for event in truth.events if event.kind == "note"] == ["first", "second"]
    mine = place.state(changes[0])
    assert (mine.theirs["owner"], "changed" in mine.words) == (place.person(place.members[3]), True)
    assert mine.theirs_by, "every platform tells who it was"
    place.outbox.decide(mine.id, Outcome.KEEP_MINE, place.now())
    place.rest()
    assert truth.owner == place.members[2]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_one_change_sounds_a_source_that_is_down_and_the_others_follow(places: Any, platform: Platform) -> None:
    place = places(platform)
    tickets = [place.ticket() for _ in range(4)]
    place.enqueue(place.change(tickets[0], note=TEXT))
    place.rest()
    changes = place.enqueue(*(place.change(truth, note="and now") for truth in tickets))

    def down(_request: httpx.Request) -> httpx.Response | None:
        raise httpx.ConnectTimeout("the tunnel is down")

    place.wire.answer = down
    place.drain()
    before = len(place.wire.requests)
    place.drain(600)
    assert len({str(request.url) for request in place.wire.requests[before:]}) == 1
    place.wire.answer = lambda _request: None
    still: list[bool] = []
    place.wire.between = lambda: still.append(place.circuit.is_down)
    place.drain(600)
    assert still == [False], "the first that is looked at tells that the source answers"
    assert not [one for one in changes if place.state(one).state is S.QUEUED], "what was found out holds for all"


@pytest.mark.parametrize("status", [403, 500])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_sign_in_that_fails_is_no_answer(places: Any, platform: Platform, status: int) -> None:
    place = places(platform)
    changes = place.enqueue(*(place.change(place.ticket(), note=TEXT) for _ in range(5)))
    place.wire.answer = lambda _request: httpx.Response(status, json={"error": "not now"})
    before = len(place.wire.requests)
    for _ in range(20):
        place.drain(60)
    assert len(place.wire.requests) - before <= 20 * Retry().attempts
    assert place.circuit.is_down
    assert {place.state(one).state for one in changes} == {S.QUEUED}
    place.wire.answer = lambda _request: None
    place.rest()
    assert {place.state(one).state for one in changes} == {S.CONFIRMED}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_twenty_minutes_without_the_platform_lose_and_double_nothing(places: Any, platform: Platform) -> None:
    place = places(platform)
    tickets = [place.ticket() for _ in range(3)]
    place.drain()

    def down(_request: httpx.Request) -> httpx.Response | None:
        raise httpx.ConnectTimeout("the tunnel is down")

    place.wire.answer = down
    before = len(place.wire.requests)
    changes = []
    for truth in tickets:
        changes += place.enqueue(place.assign(truth, place.members[1]), place.change(truth, note="over to you"))
        place.drain(120)
    place.edit(tickets[1], owner=place.members[2])
    for _ in range(14):
        place.drain(60)
    assert {place.state(one).state for one in changes} == {S.QUEUED}
    assert any("no connection" in place.state(one).words for one in changes)
    assert len(place.wire.requests) - before < 18 * Retry().attempts, "nobody hammers on a closed door"
    place.wire.answer = lambda _request: None
    place.rest()
    states = [place.state(one).state for one in changes]
    assert states == [S.CONFIRMED, S.CONFIRMED, S.CONFLICT, S.CONFIRMED, S.CONFIRMED, S.CONFIRMED]
    assert [truth.owner for truth in tickets] == [place.members[1], place.members[2], place.members[1]]
    assert [place.said(truth, "over to you") for truth in tickets] == [1, 1, 1]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_batch_is_taken_back_as_a_whole(places: Any, platform: Platform) -> None:
    place = places(platform)
    tickets = [place.ticket() for _ in range(4)]
    first, other, refused, unsent = tickets
    one, two, three, four = place.enqueue(
        place.assign(first, place.members[1], batch="b"),
        place.change(other, {"priority": "3"}, batch="b", priority="1"),
        place.assign(refused, place.members[1], batch="b"),
        place.assign(unsent, place.members[1], batch="b"),
    )
    place.desk.delete(refused.n, 1)
    place.rest()
    assert place.state(three).state is S.REJECTED
    assert (first.owner, other.priority, unsent.owner) == (place.members[0], 3, place.members[0])
    for change in (one, two, four):
        assert place.state(change).state in (S.CONFIRMED, S.DISCARDED)
    assert not [one for one in place.reader.unfinished() if one.state is not S.REJECTED]


def test_a_silently_kept_value_is_told(places: Any) -> None:
    place: Place = places("zendesk")
    account = place.app.state.account
    account.settings = replace(Settings(), undone=frozenset({"priority"}))
    one, other = place.ticket(), place.ticket()
    mine, both = place.enqueue(
        place.change(one, {"priority": "3"}, priority="1"),
        place.change(other, {"priority": "3"}, priority="2", note=TEXT),
    )
    place.rest()
    account.settings = Settings()
    assert told(place, mine) == (S.REJECTED, "the platform kept priority “3”")
    assert told(place, both) == (S.CONFIRMED, "the platform kept priority “3”")
    assert place.said(other, TEXT) == 1


def test_a_closed_ticket_says_so(places: Any) -> None:
    place: Place = places("zendesk")
    truth: Ticket = place.ticket()
    (change,) = place.enqueue(place.change(truth, note=TEXT))
    place.desk.change(truth.n, 1, state="closed")
    place.drain()
    assert told(place, change) == (S.REJECTED, "status: Status: closed prevents ticket update")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_full_disk_keeps_what_was_decided_and_says_so(
    places: Any, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = places(platform)
    truth = place.ticket()
    (change,) = place.enqueue(place.change(truth, note=TEXT))
    settle = Outbox.settle

    def full(outbox: Outbox, *given: Any, **values: Any) -> Any:
        raise DiskFull("no room left", path=place.paths.personal_db)

    monkeypatch.setattr(Outbox, "settle", full)
    with pytest.raises(DiskFull):
        place.drain()
    monkeypatch.setattr(Outbox, "settle", settle)
    assert place.said(truth, TEXT) == 1
    assert place.state(change).state is S.SENDING
    place.end()
    place.rest()
    assert (place.state(change).state, place.said(truth, TEXT)) == (S.CONFIRMED, 1)


def test_what_another_host_queued_is_taken_over_once_it_is_gone(places: Any) -> None:
    place: Place = places("zendesk")
    truth = place.ticket()
    (change,) = place.enqueue(replace(place.change(truth, note=TEXT), host="jump2"))
    place.outbox.present("jump2", place.now())
    place.rest()
    assert (place.state(change).state, place.said(truth, TEXT)) == (S.QUEUED, 0)
    place.outbox.present("jump2", place.now())
    assert place.outbox.take_over("jump2", "here", place.now()) == 0
    place.clock.step(601)
    assert place.outbox.take_over("jump2", "here", place.now()) == 1
    place.rest()
    assert (place.state(change).state, place.said(truth, TEXT)) == (S.CONFIRMED, 1)
