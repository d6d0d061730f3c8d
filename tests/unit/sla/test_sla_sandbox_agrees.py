"""The engine against the sandbox's plain second method, which shares nothing with it: any ticket, to the second."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import get_args

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.clocks import Metric, Stage
from helpdesk_tui.domain.sla.engine import Engine
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.policy_file import read_policies
from helpdesk_tui.sandbox.model import Event, EventKind, State, Ticket
from helpdesk_tui.sandbox.sla import SlaBook

H = 3600
AROUND = int(datetime(2026, 10, 24, tzinfo=UTC).timestamp())
"""The eve of the day on which Paris sets its clocks back."""

POLICIES = """
[calendars.office]
zone = "Europe/Paris"
mon-fri = ["08:00-18:00"]

[[policies]]
name = "sandbox"
calendar = "office"
[policies.targets.first_response]
1 = { target = "15m", calendar = "24x7" }
2 = { target = "30m", calendar = "24x7" }
3 = "4h"
4 = "8h"
[policies.targets.next_reply]
1 = { target = "30m", calendar = "24x7" }
2 = { target = "1h", calendar = "24x7" }
3 = "4h"
4 = "8h"
[policies.targets.resolution]
1 = { target = "4h", calendar = "24x7" }
2 = { target = "8h", calendar = "24x7" }
3 = "30h"
4 = "50h"
"""

ENGINE = Engine(read_policies(tomllib.loads(POLICIES))[0], AROUND)
BOOK = SlaBook(AROUND)
KINDS = {"reply": "public reply", "message": "customer message"}
DONE = ("solved", "closed")
Move = tuple[int, EventKind, State]
DEEDS: list[EventKind] = ["reply", "message", "status"]

steps = st.lists(
    st.tuples(st.integers(1, 40 * H), st.sampled_from(DEEDS), st.sampled_from(get_args(State))), max_size=8
)


def story(start: int, moves: list[Move]) -> tuple[list[Event], State, int]:
    """The events of a ticket; one that is no longer done was reopened. Two events never share an instant."""
    at, told = start, [Event(1, start, 1, "created")]
    state: State = "new"
    for place, (wait, kind, new) in enumerate(moves, 2):
        at += wait
        if kind != "status":
            told.append(Event(place, at, 1 if kind == "message" else 2, kind))
        elif new != state:
            again = state in DONE and new not in DONE
            told.append(Event(place, at, 2, "reopened" if again else "status", state, new))
            state = new
    return told, state, at


@given(st.integers(-3 * 86400, 3 * 86400), steps, st.integers(1, 4), st.integers(0, 60 * H))
@example(-3 * H, [(2 * H, "status", "pending"), (40 * H, "status", "open")], 3, 60 * H)
@example(0, [(1, "status", "closed"), (1, "message", "new"), (1, "status", "solved")], 1, 1)
@example(-7 * H, [(40 * H, "note", "new")] * 3 + [(H, "status", "hold"), (10 * H, "status", "open")], 3, H)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_clock_agrees_to_the_second(start: int, moves: list[Move], priority: int, later: int) -> None:
    told, state, last = story(AROUND + start, moves)
    now = last + later
    ticket = Ticket(
        1,
        "servicenow",
        "incident",
        "",
        "",
        1,
        1,
        2,
        priority,
        state,
        told[0].at,
        last,
        events=tuple(told),
    )
    past = [Happening(each.at, KINDS.get(each.kind, each.kind), each.old, each.new, str(each.actor)) for each in told]
    answer = ENGINE.clocks(Facts(told[0].at, state, priority, requester="1", updated_at=last), {}, past, now)
    ours = {each.metric: each for each in answer.clocks}  # the latest cycle of each
    theirs = {Metric(each.metric): each for each in BOOK.clocks(ticket, now)}
    assert ours.keys() == theirs.keys()
    for metric, clock in theirs.items():
        reading, cycle = ours[metric].reading, ours[metric].cycle
        assert reading is not None
        assert (cycle.started_at, reading.target, reading.used) == (clock.started, clock.target, clock.elapsed), metric
        assert (cycle.ended_at or None, reading.breached) == (clock.ended, clock.breached), metric
        assert (reading.stage is Stage.PAUSED) == (clock.paused_since is not None), metric
        assert (reading.due_at or None) == clock.due, metric
        assert ours[metric].goal.calendar == clock.calendar
