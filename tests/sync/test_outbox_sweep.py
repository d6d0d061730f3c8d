"""The sender dies at every place where it can, for one change of each kind on each platform: nothing is lost or
doubled, and the next process brings it to the right end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from helpdesk_tui.domain.changes import Change, ChangeState
from helpdesk_tui.sandbox.model import Platform, Ticket

from .outbox_place import EVERY, Place

pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Wish:
    """A change of one kind: how it is made, and whether it is on the platform, once."""

    make: Callable[[Place, Ticket], Change]
    holds: Callable[[Place, Ticket], bool]
    on: tuple[str, ...] = ("servicenow", "jira", "zendesk")


def own_events(place: Place, truth: Ticket, kind: str) -> int:
    return sum(event.kind == kind and event.actor == place.me for event in truth.events[4:])


WISHES: dict[str, Wish] = {
    "owner": Wish(
        lambda place, truth: place.assign(truth, place.members[1]),
        lambda place, truth: truth.owner == place.members[1] and own_events(place, truth, "owner") == 1,
    ),
    "nobody": Wish(lambda place, truth: place.assign(truth, 0), lambda _, truth: truth.owner == 0),
    "priority": Wish(
        lambda place, truth: place.change(truth, {"priority": "3"}, priority="1"),
        lambda place, truth: truth.priority == 1 and own_events(place, truth, "priority") == 1,
    ),
    "title": Wish(
        lambda place, truth: place.change(truth, {"title": "Printer"}, title="Other"),
        lambda _, truth: truth.title == "Other",
    ),
    "state": Wish(
        lambda place, truth: place.change(truth, {"state": "open"}, state="pending", reply="Which room?"),
        lambda place, truth: truth.state == "pending" and place.said(truth, "Which room?") == 1,
    ),
    "note": Wish(
        lambda place, truth: place.change(truth, note="only us"),
        lambda _, truth: [e.text for e in truth.events if e.kind == "note"] == ["only us"],
    ),
    "reply": Wish(
        lambda place, truth: place.change(truth, reply="to you"),
        lambda _, truth: [e.text for e in truth.events if e.kind == "reply"] == ["to you"],
    ),
    "owner and note": Wish(
        lambda place, truth: place.change(
            truth, {"owner": place.person(truth.owner)}, owner=place.person(place.members[1]), note="yours"
        ),
        lambda place, truth: truth.owner == place.members[1] and place.said(truth, "yours") == 1,
    ),
    "tags": Wish(
        lambda place, truth: place.change(truth, **{"tags+": "new", "tags-": "old"}),
        lambda _, truth: truth.tags == ("kept", "new"),
        on=("jira", "zendesk"),
    ),
    "link": Wish(
        lambda place, truth: place.change(truth, link=place.key(place.ticket()), link_kind="duplicate"),
        lambda _, truth: sum(event.kind == "note" and "not merged" in event.text for event in truth.events) == 1,
        on=("zendesk",),
    ),
    "status by name": Wish(
        lambda place, truth: place.change(
            truth, {"status": "Work scheduled" if truth.n % 11 == 0 else "Open"}, status="Parts on order"
        ),
        lambda _, truth: truth.state == "hold",
        on=("zendesk",),
    ),
}
CASES = [
    pytest.param(*platform.values, name, id=f"{platform.values[0]}-{name}", marks=platform.marks)
    for platform in EVERY
    for name, wish in WISHES.items()
    if platform.values[0] in wish.on
]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Platform], Place]]:
    """One place for each platform; tickets are new for each case."""
    made: dict[str, Place] = {}

    def find(platform: Platform) -> Place:
        if platform not in made:
            made[platform] = Place(platform, tmp_path_factory.mktemp(platform))
        return made[platform]

    yield find
    for place in made.values():
        place.close()


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
