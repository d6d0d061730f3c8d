"""What starts, stops and pauses each metric: tables, and what no order of events may change (D13, D17)."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.events import Event, EventKind
from helpdesk_tui.domain.sla.fold import Cycle, Phase, Run, fold
from helpdesk_tui.domain.sla.history import Facts, Happening, happenings, history, priority_at
from helpdesk_tui.domain.sla.rules import RULES, Reopen, Rule

REPLY, MESSAGE, STATUS, GROUP = "public reply", "customer message", "status", "group"
FACTS = Facts(100, requester="ann", group="net")


def told(*events: tuple[object, ...]) -> list[Happening]:
    return [Happening(100, "created", actor="ann"), *(Happening(*event) for event in events)]  # type: ignore[arg-type]


def cycles(metric: Metric | Rule, *events: tuple[object, ...], facts: Facts = FACTS) -> tuple[Cycle, ...]:
    rule = RULES[metric] if isinstance(metric, Metric) else metric
    return fold(rule, history(facts, told(*events)))


def short(found: tuple[Cycle, ...]) -> list[tuple[str, int, list[Run], int, int]]:
    return [(each.phase.value, each.started_at, list(each.runs), each.since, each.ended_at) for each in found]


R, P, S, C = "running", "paused", "stopped", "cancelled"

TABLE: list[tuple[str, Metric, list[tuple[object, ...]], list[object]]] = [
    ("nothing yet", Metric.FIRST_RESPONSE, [], [(R, 100, [], 100, 0)]),
    ("answered", Metric.FIRST_RESPONSE, [(150, REPLY)], [(S, 100, [(100, 150)], 0, 150)]),
    ("answered twice", Metric.FIRST_RESPONSE, [(150, REPLY), (170, REPLY)], [(S, 100, [(100, 150)], 0, 150)]),
    ("an automation is no answer", Metric.FIRST_RESPONSE, [(150, REPLY, "", "", "", True)], [(R, 100, [], 100, 0)]),
    ("the requester is no answer", Metric.FIRST_RESPONSE, [(150, REPLY, "", "", "ann")], [(R, 100, [], 100, 0)]),
    ("solved without a word", Metric.FIRST_RESPONSE, [(150, STATUS, "new", "solved")],
     [(S, 100, [(100, 150)], 0, 150)]),
    ("pending does not pause it", Metric.FIRST_RESPONSE, [(150, STATUS, "new", "pending")], [(R, 100, [], 100, 0)]),
    ("a note is nothing", Metric.FIRST_RESPONSE, [(150, "note")], [(R, 100, [], 100, 0)]),
    ("reopened stays answered", Metric.FIRST_RESPONSE,
     [(150, STATUS, "new", "solved"), (200, "reopened", "solved", "open")], [(S, 100, [(100, 150)], 0, 150)]),
    ("answered as it is made", Metric.FIRST_RESPONSE, [(100, REPLY)], [(S, 100, [], 0, 100)]),
    ("answered before it is made", Metric.FIRST_RESPONSE, [(90, REPLY)], [(S, 100, [], 0, 100)]),
    ("no message after an answer", Metric.NEXT_REPLY, [(150, MESSAGE)], []),
    ("the oldest unanswered", Metric.NEXT_REPLY, [(150, REPLY), (160, MESSAGE), (170, MESSAGE), (180, REPLY)],
     [(S, 160, [(160, 180)], 0, 180)]),
    ("one after the other", Metric.NEXT_REPLY,
     [(150, REPLY), (160, MESSAGE), (180, REPLY), (190, MESSAGE)],
     [(S, 160, [(160, 180)], 0, 180), (R, 190, [], 190, 0)]),
    ("solving answers", Metric.NEXT_REPLY, [(150, REPLY), (160, MESSAGE), (180, STATUS, "open", "solved")],
     [(S, 160, [(160, 180)], 0, 180)]),
    ("a message to a solved one", Metric.NEXT_REPLY,
     [(150, STATUS, "new", "solved"), (160, MESSAGE), (160, STATUS, "solved", "open")], [(R, 160, [], 160, 0)]),
    ("the requester's own public word", Metric.NEXT_REPLY, [(150, REPLY, "", "", "bob"), (160, REPLY, "", "", "ann")],
     [(R, 160, [], 160, 0)]),
    ("updates", Metric.PERIODIC_UPDATE, [(150, REPLY), (180, REPLY)],
     [(S, 150, [(150, 180)], 0, 180), (R, 180, [], 180, 0)]),
    ("updates end", Metric.PERIODIC_UPDATE, [(150, REPLY), (180, REPLY), (180, STATUS, "open", "solved")],
     [(S, 150, [(150, 180)], 0, 180)]),
    ("an update of a solved one", Metric.PERIODIC_UPDATE, [(150, STATUS, "new", "solved"), (180, REPLY)], []),
    ("wait stands while pending", Metric.REQUESTER_WAIT,
     [(150, STATUS, "new", "pending"), (180, STATUS, "pending", "hold")], [(R, 100, [(100, 150)], 180, 0)]),
    ("work stands on hold too", Metric.AGENT_WORK,
     [(150, STATUS, "new", "pending"), (180, STATUS, "pending", "hold")], [(P, 100, [(100, 150)], 150, 0)]),
    ("a pause that never ends", Metric.RESOLUTION, [(150, STATUS, "new", "hold")], [(P, 100, [(100, 150)], 150, 0)]),
    ("a pause ended by solving", Metric.RESOLUTION,
     [(150, STATUS, "new", "hold"), (180, STATUS, "hold", "solved")], [(S, 100, [(100, 150)], 0, 180)]),
    ("solved then closed", Metric.RESOLUTION,
     [(150, STATUS, "new", "solved"), (180, STATUS, "solved", "closed")], [(S, 100, [(100, 150)], 0, 150)]),
    ("a resume without a pause", Metric.RESOLUTION, [(150, STATUS, "pending", "open")], [(R, 100, [], 150, 0)]),
    ("words say nothing", Metric.RESOLUTION,
     [(150, STATUS, "new", "pending"), (160, STATUS, "Waiting", "Still waiting")], [(P, 100, [(100, 150)], 150, 0)]),
    ("an empty status is nothing", Metric.RESOLUTION, [(150, STATUS, "new", "")], [(R, 100, [], 100, 0)]),
    ("one group", Metric.OWNERSHIP, [], [(R, 100, [], 100, 0)]),
    ("each group", Metric.OWNERSHIP, [(150, GROUP, "net", "apps")],
     [(S, 100, [(100, 150)], 0, 150), (R, 150, [], 150, 0)]),
    ("to nobody", Metric.OWNERSHIP, [(150, GROUP, "net", "")], [(S, 100, [(100, 150)], 0, 150)]),
    ("from nobody", Metric.OWNERSHIP, [(150, GROUP, "", "net")], [(R, 150, [], 150, 0)]),
    ("ownership anew", Metric.OWNERSHIP,
     [(150, STATUS, "new", "solved"), (200, STATUS, "solved", "open")],
     [(S, 100, [(100, 150)], 0, 150), (R, 200, [], 200, 0)]),
]  # fmt: skip


@pytest.mark.parametrize(("metric", "events", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_a_metric_makes_of_events(
    metric: Metric, events: list[tuple[object, ...]], expected: list[object]
) -> None:
    assert short(cycles(metric, *events)) == expected


REOPENED = [(150, STATUS, "new", "solved"), (200, STATUS, "solved", "open"), (230, STATUS, "open", "solved")]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Reopen.RESUME, [(S, 100, [(100, 150), (200, 230)], 0, 230)]),
        (Reopen.NEW, [(S, 100, [(100, 150)], 0, 150), (S, 200, [(200, 230)], 0, 230)]),
        (Reopen.STAY, [(S, 100, [(100, 150)], 0, 150)]),
    ],
)
def test_d13_a_reopened_ticket(mode: Reopen, expected: list[object]) -> None:
    found = cycles(RULES[Metric.RESOLUTION].but(reopen=mode), *REOPENED)
    assert short(found) == expected
    if mode is Reopen.RESUME:
        assert [tuple(pause) for pause in found[0].pauses] == [(150, 200, "closed")]


def test_d13_reopened_into_a_pause() -> None:
    events = [(150, STATUS, "new", "solved"), (200, STATUS, "solved", "pending"), (230, STATUS, "pending", "open")]
    assert short(cycles(Metric.RESOLUTION, *events[:2])) == [(P, 100, [(100, 150)], 200, 0)]
    assert short(cycles(Metric.RESOLUTION, *events)) == [(R, 100, [(100, 150)], 230, 0)]


def test_d13_the_usual_answers() -> None:
    assert RULES[Metric.RESOLUTION].reopen is Reopen.RESUME
    assert RULES[Metric.FIRST_RESPONSE].reopen is Reopen.STAY
    assert RULES[Metric.OWNERSHIP].reopen is Reopen.NEW


def test_d17_pauses_are_kept_to_the_second() -> None:
    events = [(131, STATUS, "new", "pending"), (132, STATUS, "pending", "open"), (133, STATUS, "open", "hold"),
              (134, STATUS, "hold", "open")]  # fmt: skip
    (found,) = cycles(Metric.RESOLUTION, *events)
    assert [tuple(pause) for pause in found.pauses] == [(131, 132, "pending"), (133, 134, "hold")]
    assert sum(run.end - run.start for run in found.runs) == 32


@pytest.mark.parametrize(
    ("events", "phase"),
    [
        ([(150, STATUS, "", "cancelled"), (150, STATUS, "", "solved")], C),
        ([(150, STATUS, "", "solved"), (150, STATUS, "", "pending")], S),
        ([(150, STATUS, "", "pending"), (150, STATUS, "", "open")], P),
        ([(150, STATUS, "", "pending"), (150, STATUS, "", "solved"), (150, STATUS, "", "cancelled")], C),
    ],
)
def test_cancel_before_stop_before_pause_before_start(events: list[tuple[object, ...]], phase: str) -> None:
    rule = RULES[Metric.RESOLUTION].but(cancel=["Cancelled"])
    for order in permutations(events):
        assert [each.phase.value for each in cycles(rule, *order)] == [phase]


@pytest.mark.parametrize(
    ("events", "phase"),
    [
        ([(150, STATUS, "pending", "open"), (150, STATUS, "new", "pending")], R),
        ([(150, STATUS, "open", "pending"), (150, STATUS, "new", "open")], P),
        ([(150, STATUS, "new", "pending"), (150, STATUS, "pending", "open"), (150, STATUS, "open", "pending")], P),
        ([(150, STATUS, "new", "solved"), (150, "closed", "new", "solved")], S),
        ([(150, STATUS, "new", "solved"), (150, STATUS, "solved", "closed"), (150, "closed", "", "")], S),
    ],
)
def test_changes_of_one_instant_go_in_the_order_they_tell_themselves(
    events: list[tuple[object, ...]], phase: str
) -> None:
    for order in permutations(events):
        assert [each.phase.value for each in cycles(Metric.RESOLUTION, *order)] == [phase]


def test_called_off_and_taken_up_again() -> None:
    rule = RULES[Metric.RESOLUTION].but(cancel=["Cancelled"])
    events = [(150, STATUS, "new", "Cancelled"), (200, STATUS, "Cancelled", "open")]
    assert short(cycles(rule, *events)) == [(C, 100, [(100, 150)], 0, 150), (R, 200, [], 200, 0)]


def test_a_platforms_own_word_pauses_until_the_next_word() -> None:
    rule = RULES[Metric.RESOLUTION].but(pause=["Awaiting vendor"])
    events = [(150, STATUS, "In progress", "Awaiting Vendor"), (180, STATUS, "Awaiting Vendor", "In progress")]
    (found,) = cycles(rule, *events)
    assert (found.runs, [tuple(pause) for pause in found.pauses]) == (((100, 150),), [(150, 180, "awaiting vendor")])
    (pending,) = cycles(rule, (150, STATUS, "new", "pending"))
    assert pending.phase is Phase.RUNNING


def test_the_owning_group_is_told() -> None:
    found = cycles(Metric.OWNERSHIP, (150, GROUP, "net", "apps"), (170, GROUP, "apps", "net"))
    assert [(each.number, each.group) for each in found] == [(1, "net"), (2, "apps"), (3, "net")]


def test_a_stop_without_a_start_is_nothing() -> None:
    nobody = Facts(0)
    assert fold(RULES[Metric.RESOLUTION], history(nobody, [])) == ()
    assert fold(RULES[Metric.NEXT_REPLY], history(FACTS, [Happening(150, REPLY), Happening(160, REPLY)])) == ()


@pytest.mark.parametrize(
    ("facts", "events", "expected", "observed"),
    [
        (Facts(100, "solved", solved_at=150, updated_at=400), [], [(S, 100, [(100, 150)], 0, 150)], False),
        (Facts(100, "closed", closed_at=170, updated_at=400), [], [(S, 100, [(100, 170)], 0, 170)], False),
        (Facts(100, "pending", updated_at=400), [], [(P, 100, [(100, 400)], 400, 0)], True),
        (Facts(100, "pending", updated_at=100), [], [(P, 100, [], 100, 0)], False),
        (Facts(100, "open", updated_at=400), [], [(R, 100, [], 100, 0)], False),
        (Facts(100, "solved", solved_at=300, updated_at=400), [(200, STATUS, "new", "pending")],
         [(S, 100, [(100, 200)], 0, 300)], False),
        (Facts(100, "open", updated_at=400), [(200, STATUS, "new", "pending")], [(R, 100, [(100, 200)], 400, 0)], True),
        (Facts(100, "open", updated_at=150), [(200, STATUS, "new", "pending")],
         [(P, 100, [(100, 200)], 200, 0)], False),
    ],
)  # fmt: skip
def test_a_history_that_says_too_little_is_mended_from_the_row(
    facts: Facts, events: list[tuple[object, ...]], expected: list[object], observed: bool
) -> None:
    found = cycles(Metric.RESOLUTION, *events, facts=facts)
    assert short(found) == expected
    assert found[0].observed is observed


def test_a_ticket_without_a_date_begins_with_its_first_event() -> None:
    (found,) = fold(RULES[Metric.FIRST_RESPONSE], history(Facts(0), [Happening(120, MESSAGE), Happening(150, REPLY)]))
    assert (found.started_at, found.ended_at, found.observed) == (120, 150, True)


def test_the_priority_at_an_instant() -> None:
    past = history(FACTS._replace(priority=1), told((150, "priority", "3", "2"), (200, "priority", "2", "1")))
    assert [priority_at(past, at) for at in (100, 149, 150, 199, 200, 999)] == [3, 3, 2, 2, 1, 1]
    odd = history(FACTS._replace(priority=4), told((150, "priority", "High", "Low")))
    assert priority_at(odd, 120) == 4


def test_events_become_happenings() -> None:
    event = Event("snow", "1", "x", EventKind.STATUS, 5, "bob", "new", "open", automatic=True, observed=True)
    assert happenings([event]) == [Happening(5, "status", "new", "open", "bob", True, True)]


states = st.sampled_from(["new", "open", "pending", "hold", "solved", "closed", "Waiting for parts", ""])
kinds = st.sampled_from([STATUS, "closed", "reopened", REPLY, MESSAGE, GROUP, "owner", "priority", "note", "odd"])
events = st.lists(
    st.builds(
        Happening, st.integers(80, 130), kinds, states, states,
        st.sampled_from(["", "ann", "bob"]), st.booleans(), st.booleans(),
    ),
    max_size=9,
)  # fmt: skip


@given(events, st.sampled_from(list(RULES.values())), st.randoms(use_true_random=False), st.sampled_from(list(Reopen)))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_events_in_any_order_make_whole_cycles(
    found: list[Happening], rule: Rule, random: object, mode: Reopen
) -> None:
    rule = rule.but(reopen=mode, cancel=["Waiting for parts"])
    mixed = list(found)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    made = fold(rule, history(FACTS, found))
    assert made == fold(rule, history(FACTS, mixed)) == fold(rule.but(), history(FACTS, found))
    before = 100
    for place, cycle in enumerate(made):
        assert cycle.number == place + 1
        assert cycle.started_at >= before
        assert (cycle.phase in (Phase.RUNNING, Phase.PAUSED)) == (cycle.ended_at == 0) == (cycle.since > 0)
        assert cycle.ended_at == 0 or place + 1 <= len(made)
        edges = sorted([*cycle.runs, *((start, end) for start, end, _ in cycle.pauses)])
        end = cycle.ended_at or cycle.since
        joined = [cycle.started_at, *(edge for span in edges for edge in span), end]
        assert joined == sorted(joined)
        assert sum(stop - start for start, stop in edges) == end - cycle.started_at  # nothing lost, nothing twice
        before = cycle.ended_at
