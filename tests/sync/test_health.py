"""The circuit of a source as a table: what each error makes of it."""

from __future__ import annotations

from random import Random

import pytest

from helpdesk_tui.errors import (
    AuthFailed,
    ConfigError,
    Garbled,
    PlatformError,
    Refused,
    SecretError,
    Throttled,
    Unreachable,
)
from helpdesk_tui.sync.health import LONGEST_PAUSE, Circuit, Health, State, Trouble, after_error


@pytest.mark.parametrize(
    ("error", "state", "pause"),
    [
        (Throttled("slow down", retry_after=42), State.PACED, (42, 42)),
        (Throttled("slow down"), State.PACED, (60, 60)),
        (AuthFailed("no"), State.SIGN_IN, (900, 900)),
        (SecretError("none"), State.SIGN_IN, (900, 900)),
        (Unreachable("down"), State.OFFLINE, (5, 10)),
        (Refused("no such table"), State.REFUSED, (5, 10)),
        (Garbled("HTML"), State.GARBLED, (5, 10)),
    ],
)
def test_first_error(error: PlatformError | SecretError, state: State, pause: tuple[int, int]) -> None:
    health = after_error(Health(State.OK, since=500, last_ok=900), error, 1000, Random(1))
    assert (health.state, health.words, health.since, health.last_ok) == (state, str(error), 1000, 900)
    assert pause[0] <= health.next_try - 1000 <= pause[1]
    assert not health.may_ask(1000)
    assert health.may_ask(health.next_try)


def test_pauses_grow_and_have_an_end() -> None:
    health, random, longest = Health(), Random(3), 0
    for _ in range(40):
        before = health
        health = after_error(health, Unreachable("down"), 1000, random)
        longest = max(longest, health.next_try - 1000)
        assert health.since == (before.since or 1000)
    assert 100 < longest <= LONGEST_PAUSE
    assert health.failures == 40


def circuit() -> Circuit:
    found = Circuit(Random(1))
    found.went_well("changes", 1000)
    return found


@pytest.mark.parametrize(
    ("error", "whole"),
    [
        (Unreachable("no answer"), True),
        (Unreachable("server error", status=503), False),
        (Throttled("slow down"), True),
        (AuthFailed("no"), True),
        (SecretError("none"), True),
        (Refused("no such table"), False),
        (Garbled("HTML"), False),
        (ConfigError("no such group"), False),
    ],
)
def test_only_what_concerns_the_source_holds_up_all_its_feeds(error: Trouble, whole: bool) -> None:
    found = circuit()
    found.failed("events", error, 2000)
    assert found.bars("events", 2001) is error
    assert (found.bars("changes", 2001) is error) is whole
    assert found.trouble is error
    assert found.shown().words == (str(error) if whole else f"events: {error}")
    assert found.bars("events", 2000 + 1000) is None
    found.went_well("events", 3000)
    assert not found.errors
    assert (found.shown().state, found.shown().last_ok) == (State.OK, 3000)


@pytest.mark.parametrize("answer", [None, Refused("no such table")])
def test_a_request_to_wait_outlasts_what_was_under_way(answer: Refused | None) -> None:
    """The answer to something asked earlier must not have the platform asked again before its time."""
    found, asked = circuit(), Throttled("slow down", retry_after=120)
    found.failed("open", asked, 2000)
    if answer is None:
        found.went_well("people", 2010)
        assert found.shown().last_ok == 2010
    else:
        found.failed("people", answer, 2010)
    assert found.bars("changes", 2119) is asked
    assert found.trouble is asked
    assert (found.shown().state, found.shown().next_try) == (State.PACED, 2120)
    found.went_well("changes", 2120)
    assert found.bars("changes", 2121) is None
    assert found.whole.state is State.OK


def test_success_ends_every_trouble() -> None:
    found = circuit()
    for error in (Unreachable("down"), AuthFailed("no")):
        found.failed("changes", error, 2000)
        found.went_well("changes", 2100)
        assert found.shown() == Health(State.OK, since=2100, last_ok=2100)
        found.went_well("changes", 2200)
        assert found.shown() == Health(State.OK, since=2100, last_ok=2200)


def test_a_feed_that_goes_on_failing_waits_longer_while_the_others_go_on() -> None:
    found, now, pauses = circuit(), 2000, []
    for _ in range(12):
        found.failed("events", Refused("no"), now)
        pauses.append(found.works["events"].next_try - now)
        found.went_well("changes", now)
        assert found.shown().state is State.REFUSED
        now += 400
    assert found.works["events"].failures == 12
    assert 100 < max(pauses) <= LONGEST_PAUSE


def test_a_sign_in_that_fails_is_the_whole_sources_trouble() -> None:
    found = circuit()
    found.failed("", Garbled("HTML"), 2000)
    assert isinstance(found.bars("changes", 2001), Garbled)
    assert found.shown().state is State.GARBLED


def test_what_waits_for_a_decision_is_shown_again_after_an_outage() -> None:
    found = circuit()
    found.narrow("40 of 50 gone", 2000)
    found.narrow("41 of 50 gone", 2300)
    assert (found.shown().state, found.shown().since, found.shown().words) == (State.NARROWED, 2000, "41 of 50 gone")
    found.failed("changes", Unreachable("down"), 2400)
    assert found.shown().state is State.OFFLINE
    found.went_well("changes", 2900)
    assert found.shown().state is State.NARROWED
    found.narrowed = None
    assert found.shown().state is State.OK


def test_asking_again_at_once_forgets_the_pauses_and_not_the_state() -> None:
    found = circuit()
    found.failed("", Unreachable("down"), 2000)
    found.failed("events", Refused("no"), 2000)
    found.failed("", Unreachable("down"), 2000)
    found.forget_pauses()
    assert (found.bars("changes", 2001), found.bars("events", 2001)) == (None, None)
    assert found.shown().state is State.OFFLINE
