"""The desk lives: steadily, reproducibly, never behind anybody's back, and within bounds."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.sandbox.life import MOST_AT_ONCE
from helpdesk_tui.sandbox.model import PLATFORMS, Ticket
from helpdesk_tui.sandbox.stage import on_shift
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW = 1_930_377_600


def everything(world: LiveWorld) -> list[Ticket]:
    return [ticket for platform in PLATFORMS for ticket in world.desk(platform).by_number()]


def lived(seed: int, seconds: int, steps: int, *, tickets: int = 400) -> LiveWorld:
    world = build_world(seed, tickets, now=NOW, paused=True)
    for _ in range(steps):
        world.clock.step(seconds)
        world.catch_up()
    return world


def test_the_same_steps_lead_to_the_same_place_and_others_do_not() -> None:
    one, same, other = lived(3, 7, 300), lived(3, 7, 300), lived(4, 7, 300)
    assert everything(one) == everything(same)
    assert everything(one) != everything(other)


def test_a_watcher_sees_something_change_every_few_seconds() -> None:
    world = build_world(1, 2000, now=NOW, paused=True)
    changes: list[int] = []
    for second in range(600):
        world.clock.step(1)
        world.catch_up()
        newest = [next(world.desk(p).by_update(descending=True)).updated for p in PLATFORMS]
        if max(newest) == world.clock.now():
            changes.append(second)
    gaps = [after - before for before, after in pairwise(changes)]
    assert 3 <= sum(gaps) / len(gaps) <= 10
    assert max(gaps) <= 16


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=12))
@settings(max_examples=15, deadline=None)
def test_life_never_reaches_behind_a_look(steps: list[int]) -> None:
    world = build_world(6, 300, now=NOW, paused=True)
    for seconds in steps:
        looked = world.clock.now()
        marks = {p: {(t.updated, t.n, t.revision) for t in world.desk(p).unsettled()} for p in PLATFORMS}
        world.clock.step(seconds)
        world.catch_up()
        for platform in PLATFORMS:
            after = [(t.updated, t.n, t.revision) for t in world.desk(platform).unsettled()]
            assert all(row[0] > looked for row in after if row not in marks[platform])
            assert all(row[0] <= world.clock.now() for row in after)


def test_a_year_away_is_thinned_out_not_made_up_for() -> None:
    world = build_world(1, 2000, now=NOW, paused=True)
    before = {(t.platform, t.n): t.revision for t in everything(world)}
    world.clock.step(365 * 86400)
    started = time.process_time()
    world.catch_up()
    assert time.process_time() - started < 0.5
    changed = [t for t in everything(world) if before.get((t.platform, t.n)) != t.revision]
    assert 50 < len(changed) <= MOST_AT_ONCE + 50
    assert max(t.updated for t in changed) - min(t.updated for t in changed) > 300 * 86400


def test_in_two_days_everything_that_can_happen_happens_and_the_backlog_stays(
    whole: Callable[[LiveWorld, Ticket], None],
) -> None:
    world = build_world(2, 1000, now=NOW, paused=True)
    started = sum(len(world.desk(p).unsettled()) for p in PLATFORMS)
    hands = {(t.platform, t.n): t.forbidden for t in everything(world)}
    for _ in range(2 * 24 * 12):
        world.clock.step(300)
        world.catch_up()
    tickets = everything(world)
    for ticket in tickets:
        whole(world, ticket)
    kinds = Counter(e.kind for t in tickets for e in t.events if e.at > NOW)
    assert set(kinds) == {
        "created", "status", "group", "owner", "priority", "tags", "note", "reply", "message", "reopened", "moved",
        "deleted", "merged",
    }  # fmt: skip
    assert any(t.forbidden and not hands.get((t.platform, t.n)) for t in tickets)
    assert any(not t.in_scope and t.state != "closed" for t in tickets)
    assert any(t.moved_to and t.in_scope for t in tickets)
    assert any(t.bounced for t in tickets if t.created > NOW)
    assert any(t.twin for t in tickets if t.created > NOW)
    assert any(t.state == "closed" for t in tickets if t.created > NOW)
    ended = sum(len(world.desk(p).unsettled()) for p in PLATFORMS)
    assert started / 3 < ended < started * 4


def test_promised_updates_come_in_time_until_it_is_over() -> None:
    world = lived(5, 30, 2 * 60 * 5, tickets=200)
    disaster = next(t for t in world.desk("servicenow").by_number() if "major-incident" in t.tags)
    told = [e.at for e in disaster.events if e.kind == "reply"]
    assert len(told) >= 5
    assert all(after - before <= 30 * 60 for before, after in pairwise(told[1:]))
    assert disaster.state in ("solved", "closed")


def test_work_is_mostly_done_by_people_on_shift() -> None:
    world = lived(8, 60, 600)
    work = [e for t in everything(world) for e in t.events if e.at > NOW and e.kind in ("note", "reply")]
    working = [on_shift(world.people[e.actor], e.at) for e in work]
    assert len(working) > 100
    assert sum(working) / len(working) > 0.6


def test_a_day_in_a_large_world_is_cheap_to_catch_up_with() -> None:
    world = build_world(1, 200_000, now=NOW, paused=True)
    started = time.process_time()
    for _ in range(500):
        world.clock.step(1)
        world.catch_up()
    assert time.process_time() - started < 0.5
