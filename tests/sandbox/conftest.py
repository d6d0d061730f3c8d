"""A small world that stands still, and the whole sandbox served from a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from helpdesk_tui.sandbox.company import OUTSIDE
from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.options import Options
from helpdesk_tui.sandbox.server import Background, Sandbox
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW = 1_930_377_600
"""Tuesday 4 March 2031, 09:00 in Paris: the desk is at its busiest."""


@pytest.fixture
def world() -> LiveWorld:
    """600 tickets, the clock stopped at NOW; `world.clock.step(S)` then `world.catch_up()` moves it."""
    return build_world(7, 600, now=NOW, paused=True)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """All three platforms over real sockets on free ports, 600 tickets, the clock stopped at NOW."""
    with Background(Options(seed=7, tickets=600, now=NOW, paused=True)) as served:
        yield served


@pytest.fixture
def whole() -> Callable[[LiveWorld, Ticket], None]:
    """Asserts that a ticket's fields are what its events add up to."""
    return _assert_whole


def _assert_whole(world: LiveWorld, ticket: Ticket) -> None:
    events = ticket.events
    assert events[0].kind == "created"
    assert events[0].at == ticket.created
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert len({event.eid for event in events}) == len(events)
    assert events[-1].at == ticket.updated <= world.clock.now()
    assert world.desk(ticket.platform).event_ticket(events[-1].eid) == ticket.n
    assert events[-1].eid < 2**53
    states = [event for event in events if event.kind in ("status", "reopened")]
    assert [event.new for event in states[:-1]] == [event.old for event in states[1:]]
    assert ticket.state == (states[-1].new if states else "new")
    assert ticket.reopened == sum(event.kind == "reopened" for event in events)
    assert bool(ticket.solved) == (ticket.state in ("solved", "closed"))
    assert bool(ticket.closed) == (ticket.state == "closed")
    for kind, now in (("owner", str(ticket.owner or "")), ("group", str(ticket.group))):
        told = [event for event in events if event.kind == kind]
        first = events[0].new if kind == "group" else ""
        assert now == (told[-1].new if told else first)
        assert [event.new for event in told[:-1]] == [event.old for event in told[1:]]
    assert (ticket.group < OUTSIDE) == ticket.in_scope
    moves = [event for event in events if event.kind == "moved"]
    assert ticket.moved_to == (moves[-1].new if moves else "")
    assert ticket.deleted == any(event.kind == "deleted" for event in events)
