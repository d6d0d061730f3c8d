"""The sender dies at every place where it can, for one change of each kind on each platform: nothing is lost or
doubled, and the next process brings it to the right end."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from helpdesk_tui.domain.changes import ChangeState
from helpdesk_tui.sandbox.model import PLATFORMS, Platform
from helpdesk_tui.sync.sending import NEEDS

from .outbox_wishes import WISHES

pytestmark = pytest.mark.integration


CASES = [
    pytest.param(platform, name, id=f"{platform}-{name}")
    for platform in PLATFORMS
    for name, wish in WISHES.items()
    if platform in wish.on
]
REFUSED = [
    pytest.param(platform, name, id=f"{platform}-{name}")
    for platform in PLATFORMS
    for name, wish in WISHES.items()
    if platform in wish.refused
]


@pytest.mark.parametrize("faulty", [False, True], ids=["", "then a fault"])
@pytest.mark.parametrize(("platform", "name"), CASES)
def test_dying_anywhere_ends_right_and_once(places: Any, platform: Platform, name: str, faulty: bool) -> None:
    place, wish = places(platform), WISHES[name]
    passed: list[str] = []
    for at in count(1):
        truth = place.ticket(tags=("old", "kept"))
        place.clock.step(1)
        (change,) = place.enqueue(wish.make(place, truth))
        died = at <= len(place.drain(die_at=at))
        fault = ("lost reply", "lost request")[at % 2]
        place.wire.plans.extend([fault] if faulty else [])
        for _ in range(4):
            place.drain(400)
        place.wire.plans.clear()
        place.rest()
        settled = place.state(change)
        assert settled.state is ChangeState.CONFIRMED, (at, fault, settled)
        assert wish.holds(place, truth), (at, fault, truth)
        assert not place.reader.unfinished()
        if not died:
            break
        passed.append(fault)
    assert len(passed) >= 5, "there are at least as many places to die at"


@pytest.mark.parametrize(("platform", "name"), REFUSED)
def test_what_a_platform_has_no_word_for_is_refused_before_anything_leaves(
    places: Any, platform: Platform, name: str
) -> None:
    place, wish = places(platform), WISHES[name]
    truth = place.ticket(tags=("old", "kept"))
    before, wish_sent = (truth.revision, len(truth.events)), len(place.wire.sent)
    (change,) = place.enqueue(wish.make(place, truth))
    place.rest()
    settled = place.state(change)
    assert settled.state is ChangeState.REJECTED
    assert wish.refused[platform] in settled.words
    assert dict(settled.desired) == dict(change.desired)
    assert (truth.revision, len(truth.events)) == before
    assert len(place.wire.sent) == wish_sent
    place.outbox.undo([change.id], place.now())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_name_a_change_may_have_is_swept(places: Any, platform: Platform) -> None:
    place = places(platform)
    truth = place.ticket(tags=("old", "kept"))
    known = {name for wish in WISHES.values() for name in wish.make(place, truth).desired}
    assert known >= {*NEEDS, "title", "person"}
