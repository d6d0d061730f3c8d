"""What a platform may do to a write that only some of them do: keep a value without a word, close a ticket, refuse a
version, take a request twice. On each of the three it ends in a state that the user sees in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from helpdesk_tui.domain.changes import ChangeState
from helpdesk_tui.sandbox.model import PLATFORMS, Platform
from helpdesk_tui.sandbox.zendesk import Settings

from .outbox_place import Place, is_write, told

pytestmark = pytest.mark.integration
S = ChangeState
TEXT = "Called twice, no answer."


def keeping(place: Place) -> None:
    """The platform says yes, and keeps the priority as it was."""
    if place.platform == "zendesk":
        place.app.state.account.settings = replace(Settings(), undone=frozenset({"priority"}))
        return

    def answer(request: httpx.Request) -> httpx.Response | None:
        if not is_write(request):
            return None
        text = request.content.replace(b'"impact"', b'"u_nothing"').replace(b'"urgency"', b'"u_nothing"')
        if place.platform == "jira":
            return httpx.Response(204) if b"priority" in request.content else None
        if text == request.content:
            return None
        request.stream = httpx.ByteStream(text)
        request._content = text
        request.headers["Content-Length"] = str(len(text))
        return None

    place.wire.answer = answer


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_value_kept_without_a_word_is_told(places: Any, platform: Platform) -> None:
    place: Place = places(platform)
    truth = place.ticket()
    keeping(place)
    try:
        (change,) = place.enqueue(place.change(truth, {"priority": "3"}, priority="1"))
        place.rest()
        assert truth.priority == 3
        assert told(place, change) == (S.REJECTED, "the platform kept priority “3”")
    finally:
        if platform == "zendesk":
            place.app.state.account.settings = Settings()


@pytest.mark.parametrize(
    ("platform", "ends"),
    [
        ("servicenow", S.CONFIRMED),
        ("jira", S.CONFIRMED),
        ("zendesk", S.REJECTED),
    ],
    ids=["servicenow takes notes", "jira takes comments", "zendesk takes nothing"],
)
def test_a_note_on_a_ticket_that_was_closed_meanwhile(places: Any, platform: Platform, ends: ChangeState) -> None:
    place: Place = places(platform)
    truth = place.ticket()
    (change,) = place.enqueue(place.change(truth, note=TEXT))
    place.clock.step(1)
    place.desk.change(truth.n, 1, state="closed")
    place.rest()
    state, words = told(place, change)
    assert state is ends
    assert (place.said(truth, TEXT), bool(words)) == ((1, False) if ends is S.CONFIRMED else (0, True))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_owner_of_a_ticket_that_was_closed_meanwhile_is_no_silent_yes(places: Any, platform: Platform) -> None:
    place: Place = places(platform)
    truth = place.ticket()
    (change,) = place.enqueue(place.assign(truth, place.members[1]))
    place.clock.step(1)
    place.desk.change(truth.n, 1, state="closed")
    place.rest()
    state, words = told(place, change)
    assert (state is S.CONFIRMED) is (truth.owner == place.members[1])
    assert state is S.CONFIRMED or (state is S.REJECTED and words)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_409_is_looked_into_and_doubles_nothing(places: Any, platform: Platform) -> None:
    """Jira says it of a transition that met another, Zendesk of a version that is not the latest."""
    place: Place = places(platform)
    truth = place.ticket()
    seen: list[httpx.Request] = []
    body: dict[str, Any] = {"error": "UpdateConflict", "description": "Safe Update prevented", "errorMessages": ["met"]}

    def once(request: httpx.Request) -> httpx.Response | None:
        if not is_write(request) or seen:
            return None
        seen.append(request)
        return httpx.Response(409, json=body)

    place.wire.answer = once
    (change,) = place.enqueue(place.change(truth, {"state": "open"}, state="pending", reply=TEXT))
    place.rest()
    if place.state(change).state is not S.CONFIRMED:
        state, words = told(place, change)
        assert (state, bool(words)) == (S.REJECTED, True)
        assert (place.said(truth, TEXT), truth.state) == (0, "open")
    else:
        assert (place.said(truth, TEXT), truth.state) == (1, "pending")
    assert seen


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_value_that_is_delivered_twice_is_there_once(places: Any, platform: Platform) -> None:
    """Text is not among it: a way that hands a request on twice doubles text, wherever the platform has no guard."""
    place: Place = places(platform)
    truth = place.ticket()
    place.wire.plans.append("twice")
    (change,) = place.enqueue(place.assign(truth, place.members[1]))
    place.rest()
    assert place.state(change).state is S.CONFIRMED
    assert truth.owner == place.members[1]
    assert sum(event.kind == "owner" and event.actor == place.me for event in truth.events[3:]) == 1
