"""The orders a desk promises, over settled and living tickets alike."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.sandbox.desk import LiveDesk
from helpdesk_tui.sandbox.model import PLATFORMS, Platform, Ticket
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW = 1_930_377_600

plans = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 5),
        "tickets": st.integers(1, 1500),
        "platform": st.sampled_from(PLATFORMS),
        "steps": st.lists(st.integers(1, 4000), max_size=5),
        "touched": st.lists(st.integers(1, 700), max_size=12),
        "deleted": st.lists(st.integers(1, 700), max_size=3),
    }
)


def desk_of(plan: dict[str, object]) -> LiveDesk:
    """A desk that has lived for a while, with settled tickets written to."""
    world = build_world(int(str(plan["seed"])), int(str(plan["tickets"])), now=NOW, paused=True)
    platform: Platform = plan["platform"]  # type: ignore[assignment]
    desk = world.desk(platform)
    for seconds in list(plan["steps"]):  # type: ignore[call-overload]
        world.clock.step(seconds)
        world.catch_up()
    for n in list(plan["touched"]):  # type: ignore[call-overload]
        if desk.get(n):
            desk.change(n, 1, note="touched")
    for n in list(plan["deleted"]):  # type: ignore[call-overload]
        if desk.get(n):
            desk.delete(n, 1)
    return desk


def key(ticket: Ticket) -> tuple[int, int]:
    return (ticket.updated, ticket.n)


@given(plans)
@settings(max_examples=25, deadline=None)
def test_every_order_is_the_sorted_whole(plan: dict[str, object]) -> None:
    desk = desk_of(plan)
    whole = [ticket for n in range(1, len(desk) + 1) if (ticket := desk.get(n))]
    assert len(whole) == len(desk)
    keys = sorted(map(key, whole))
    assert len(set(keys)) == len(whole)
    assert [key(t) for t in desk.by_update()] == keys
    assert [key(t) for t in desk.by_update(descending=True)] == keys[::-1]
    assert [t.n for t in desk.by_number()] == list(range(1, len(desk) + 1))
    assert [t.n for t in desk.by_number(descending=True)] == list(range(len(desk), 0, -1))
    assert {t.n for t in desk.unsettled()} == {t.n for t in whole if t.state != "closed" and not t.deleted}


@given(plans, st.data())
@settings(max_examples=25, deadline=None)
def test_starting_in_the_middle_gives_the_rest(plan: dict[str, object], data: st.DataObject) -> None:
    desk = desk_of(plan)
    keys = [key(t) for t in desk.by_update()]
    edge = st.sampled_from(keys or [(1, 1)])
    since = data.draw(edge | st.tuples(st.integers(NOW - 500 * 86400, NOW + 20000), st.integers(0, 700)))
    assert [key(t) for t in desk.by_update(since)] == [k for k in keys if k > since]
    assert [key(t) for t in desk.by_update(since, descending=True)] == [k for k in keys if k < since][::-1]
    assert desk.updated_before(since[0]) == sum(updated < since[0] for updated, _ in keys)
    after = data.draw(st.integers(0, len(desk) + 1))
    assert [t.n for t in desk.by_number(after)] == list(range(after + 1, len(desk) + 1))
    if after:
        down = list(range(min(after - 1, len(desk)), 0, -1))
        assert [t.n for t in desk.by_number(after, descending=True)] == down


def test_a_walk_goes_on_while_the_desk_changes(world: LiveWorld) -> None:
    desk = world.desk("servicenow")
    world.clock.step(60)
    before = {t.n for t in desk.by_update()}
    walk = desk.by_update()
    seen = [next(walk).n for _ in range(200)]
    moved = seen[-1]
    desk.change(moved, 1, note="moved to the end")
    desk.create(1, title="new", body="", requester=1001, group=1, priority=3, kind="incident")
    rest = [t.n for t in walk]
    assert rest[-2:] == [moved, len(desk)]
    assert set(seen) | set(rest) == before | {len(desk)}
    assert len(rest) == len(set(rest))


def test_a_walk_down_meets_nothing_twice_while_the_desk_changes(world: LiveWorld) -> None:
    desk = world.desk("jira")
    walk = desk.by_update(descending=True)
    seen = [next(walk).n for _ in range(30)]
    for n in seen[:5]:
        desk.change(n, 1, note="later")
    rest = [t.n for t in walk]
    assert not set(seen) & set(rest)
    assert len(seen) + len(rest) == len(desk)


def test_a_settled_ticket_is_the_same_every_time_until_it_is_written_to(world: LiveWorld) -> None:
    desk = world.desk("zendesk")
    oldest = next(desk.by_update())
    again = desk.get(oldest.n)
    assert again == oldest
    assert again is not oldest
    assert oldest.state == "closed"
    desk.change(oldest.n, 1, state="open", message="still broken")
    living = desk.get(oldest.n)
    assert living is desk.get(oldest.n)
    assert living is not None
    assert (living.state, living.reopened, living.revision) == ("open", oldest.reopened + 1, oldest.revision + 1)
    assert living in desk.unsettled()
    assert [t.n for t in islice(desk.by_update(descending=True), 1)] == [oldest.n]


@pytest.mark.parametrize("n", [0, -1, 10_000])
def test_a_ticket_that_never_was(world: LiveWorld, n: int) -> None:
    desk = world.desk("jira")
    assert desk.get(n) is None
    with pytest.raises(KeyError):
        desk.change(n, 1, note="nobody")


def test_counts_are_exact_beside_tickets_of_the_past_that_live_on() -> None:
    desk = build_world(3, 4000, now=NOW, paused=True).desk("servicenow")
    keys = [key(ticket) for ticket in desk.by_update()]
    alive = [n for n in desk.ledger.tickets if n <= desk.history.count]
    assert len(alive) > 20
    for n in alive:
        instant = desk.history.updated(n)
        for edge in (instant, instant + 1):
            assert desk.updated_before(edge) == sum(updated < edge for updated, _ in keys)
