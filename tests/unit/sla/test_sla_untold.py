"""What platforms leave out about their clocks: dated by events where those are all there, else left alone."""

from __future__ import annotations

import pytest

from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.untold import completed, lacks

MADE = 1_795_300_000
H = 3600
FACTS = Facts(MADE, "open", 3, requester="cust", updated_at=MADE + 9 * H)
CREATED = Happening(MADE, "created", actor="cust")
MESSAGE = Happening(MADE + H, "customer message", actor="cust")
REPLY = Happening(MADE + 2 * H, "public reply", actor="tech")
PENDING = Happening(MADE + 3 * H, "status", "open", "pending", "tech")
SOLVED = Happening(MADE + 5 * H, "status", "open", "solved", "tech")


def clock(metric: Metric, stage: Stage, due: int = 0, **more: object) -> Clock:
    made = Clock("zd", "1", metric.value, metric, "", stage, due, MADE + 9 * H)
    return made._replace(**more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("due", "stage"), [(2 * H, Stage.MET), (2 * H - 1, Stage.BREACHED), (0, Stage.MET)])
def test_an_answer_ends_the_first_response_in_time_or_late(due: int, stage: Stage) -> None:
    told = clock(Metric.FIRST_RESPONSE, Stage.MET, MADE + due if due else 0)
    found = completed(told, FACTS, [CREATED, MESSAGE, REPLY, SOLVED])
    assert (found.stage, found.stopped_at, found.started_at) == (stage, MADE + 2 * H, MADE)
    assert found.reckoned
    assert completed(found, FACTS, [CREATED, MESSAGE, REPLY, SOLVED]) == found


def test_other_events_date_it_otherwise() -> None:
    told = clock(Metric.REQUESTER_WAIT, Stage.MET, MADE + 6 * H)
    first = completed(told, FACTS._replace(state="solved"), [CREATED, REPLY, SOLVED])
    assert first.stopped_at == MADE + 5 * H
    again = [CREATED, REPLY, SOLVED, Happening(MADE + 6 * H, "reopened", "solved", "open", "cust")]
    again.append(Happening(MADE + 8 * H, "status", "open", "solved", "tech"))
    later = completed(first, FACTS._replace(state="solved"), again)
    assert (later.stopped_at, later.stage) == (MADE + 8 * H, Stage.BREACHED)


def test_one_that_stood_until_it_was_solved_is_no_later_than_when_it_stopped() -> None:
    told = clock(Metric.REQUESTER_WAIT, Stage.MET, MADE + 4 * H)
    solved, done = SOLVED._replace(old="pending"), FACTS._replace(state="solved")
    assert completed(told, done, [CREATED, PENDING, solved]).stage is Stage.MET
    assert completed(told._replace(due_at=MADE + 3 * H - 1), done, [CREATED, PENDING, solved]).stage is Stage.BREACHED


@pytest.mark.parametrize("events", [[], [REPLY], [MESSAGE, REPLY, SOLVED], [CREATED, MESSAGE], [CREATED, SOLVED]])
def test_what_not_all_is_known_of_is_not_dated(events: list[Happening]) -> None:
    told = clock(Metric.FIRST_RESPONSE, Stage.MET, MADE + H)
    assert completed(told, FACTS, events) == told


@pytest.mark.parametrize(
    "told",
    [
        clock(Metric.FIRST_RESPONSE, Stage.RUNNING, MADE + H),
        clock(Metric.FIRST_RESPONSE, Stage.CANCELLED),
        clock(Metric.FIRST_RESPONSE, Stage.MET, MADE + H, stopped_at=MADE + 60),
        clock(Metric.RESOLUTION, Stage.PAUSED, MADE + H, paused_at=MADE + 60),
        clock(Metric.OTHER, Stage.MET),
        clock(Metric.FIRST_RESPONSE, Stage.MET, origin="local"),
    ],
)
def test_what_a_platform_says_stays(told: Clock) -> None:
    assert not lacks(told)
    assert completed(told, FACTS, [CREATED, REPLY, PENDING]) is told


def test_what_stands_has_as_long_as_it_had() -> None:
    told = clock(Metric.RESOLUTION, Stage.PAUSED, left=600)
    rough = completed(told, FACTS._replace(state="pending"), [CREATED])
    assert (rough.paused_at, rough.due_at - rough.paused_at) == (MADE + 9 * H, 600)  # the last change, at the latest
    stored = rough._replace(left=None)
    exact = completed(stored, FACTS._replace(state="pending"), [CREATED, PENDING])
    assert (exact.paused_at, exact.due_at - exact.paused_at) == (MADE + 3 * H, 600)
    assert completed(exact, FACTS._replace(state="pending"), [CREATED, PENDING]) == exact


def test_a_state_that_our_rules_do_not_pause_on_is_dated_by_the_last_change_of_status() -> None:
    waiting = Happening(MADE + 4 * H, "status", "open", "in review", "tech")
    found = completed(clock(Metric.RESOLUTION, Stage.PAUSED, left=60), FACTS, [CREATED, waiting])
    assert (found.paused_at, found.due_at) == (MADE + 4 * H, MADE + 4 * H + 60)


def test_what_had_breached_before_it_stood_keeps_its_instant() -> None:
    told = clock(Metric.RESOLUTION, Stage.PAUSED, MADE + H, left=-7200)
    found = completed(told, FACTS, [CREATED, PENDING])
    assert (found.paused_at, found.due_at) == (MADE + 3 * H, MADE + H)
    untold = completed(told._replace(due_at=0), FACTS, [CREATED, PENDING])
    assert (untold.paused_at, untold.due_at) == (MADE + 3 * H, 0)
