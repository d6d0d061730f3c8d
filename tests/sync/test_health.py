"""The circuit of a source as a table: what each error makes of it."""

from __future__ import annotations

from random import Random

import pytest

from helpdesk_tui.errors import AuthFailed, Garbled, PlatformError, Refused, SecretError, Throttled, Unreachable
from helpdesk_tui.sync.health import LONGEST_PAUSE, Health, State, after_error, after_success, narrowed


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


def test_success_ends_every_trouble_but_a_decision() -> None:
    down = after_error(Health(), Unreachable("down"), 1000, Random(1))
    assert after_success(down, 1100) == Health(State.OK, since=1100, last_ok=1100)
    assert after_success(after_success(down, 1100), 1200).since == 1100
    asking = narrowed(Health(State.OK, since=5), "40 of 50 gone", 1000)
    assert after_success(asking, 1100).state is State.NARROWED
