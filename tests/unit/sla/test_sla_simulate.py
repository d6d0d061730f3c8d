"""What a month would have looked like under other policies."""

from __future__ import annotations

import tomllib
from datetime import datetime

from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.sla.engine import Engine
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.policy_file import read_policies
from helpdesk_tui.domain.sla.simulate import Case, Outcome, Score, simulate
from helpdesk_tui.domain.tickets import TicketRef

H = 3600


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"2026-11-{text}+01:00").timestamp())


SINCE, UNTIL = at("01T00:00"), at("30T00:00")


def engine(policy: str) -> Engine:
    text = f'[calendars.office]\nzone = "Europe/Paris"\nmon-fri = ["09:00-17:00"]\n[[policies]]\nname = "all"\n{policy}'
    made, _ = read_policies(tomllib.loads(text))
    return Engine(made, SINCE)


def case(
    number: str, made: str, *events: tuple[str, str, str, str], facts: Facts | None = None, group: str = ""
) -> Case:
    told = [Happening(at(made), "created"), *(Happening(at(when), kind, old, new) for when, kind, old, new in events)]
    facts = facts or Facts(at(made), priority=3)
    return Case(TicketRef("snow", number), number, facts, {"group": frozenset((group,))}, tuple(told))


def run(cases: list[Case], before: str, after: str) -> Outcome:
    return simulate(cases, engine(before), engine(after), since=SINCE, until=UNTIL)


OFFICE_8H = 'calendar = "office"\ntargets = { resolution = "8h" }'
CLOCK_8H = 'targets = { resolution = "8h" }'
OVER_NIGHT = case("1", "23T16:00", ("24T09:30", "status", "new", "solved"))
SAME_DAY = case("2", "23T09:00", ("23T12:00", "status", "new", "solved"))
STILL_OPEN = case("3", "27T16:00")


def test_another_calendar_flips_what_went_over_night() -> None:
    found = run([OVER_NIGHT, SAME_DAY], OFFICE_8H, CLOCK_8H)
    assert (found.before, found.after) == ({Metric.RESOLUTION: Score(2, 0, 0)}, {Metric.RESOLUTION: Score(1, 1, 0)})
    assert [(flip.number, flip.was.word, flip.would.word) for flip in found.flips] == [("1", "met", "missed")]
    assert (found.flips[0].was.due_at, found.flips[0].would.due_at) == (at("24T16:00"), at("24T00:00"))
    assert found.after[Metric.RESOLUTION].share == 0.5
    assert (found.tickets, found.without, found.troubles) == (2, (0, 0), ())


def test_the_same_policies_flip_nothing() -> None:
    assert run([OVER_NIGHT, SAME_DAY, STILL_OPEN], OFFICE_8H, OFFICE_8H).flips == ()


def test_what_is_overdue_by_then_is_missed() -> None:
    found = run([STILL_OPEN], OFFICE_8H, CLOCK_8H)
    assert (found.before[Metric.RESOLUTION], found.after[Metric.RESOLUTION]) == (Score(0, 0, 1), Score(0, 1, 0))
    assert [(flip.was.word, flip.would.word) for flip in found.flips] == [("running", "overdue")]
    assert Score().share is None


def test_what_happened_later_is_not_known_yet() -> None:
    later = case(
        "4", "27T16:00", ("30T09:00", "priority", "3", "1"), ("30T10:00", "status", "new", "solved"),
        facts=Facts(at("27T16:00"), "solved", 1, solved_at=at("30T10:00"), updated_at=at("30T10:00")),
    )  # fmt: skip
    goals = 'calendar = "office"\ntargets = { resolution = { 1 = "1m", 3 = "8h" } }'
    found = run([later, case("5", "30T08:00")], goals, goals)
    assert found.before[Metric.RESOLUTION] == Score(0, 0, 1)
    assert found.tickets == 1


def test_what_was_decided_before_is_left_out() -> None:
    old = Case(
        TicketRef("snow", "6"), "6", Facts(SINCE - 9 * H), {},
        (Happening(SINCE - 9 * H, "created"), Happening(SINCE - 1, "status", "new", "solved")),
    )  # fmt: skip
    assert run([old], OFFICE_8H, CLOCK_8H).before == {}


def test_a_policy_that_matches_no_more_is_counted() -> None:
    found = run([case("7", "23T09:00", group="apps")], OFFICE_8H, "when = { group = 'net' }\n" + OFFICE_8H)
    assert found.without == (0, 1)
    assert [(flip.was.word, flip.would.word) for flip in found.flips] == [("overdue", "none")]


def test_what_cannot_be_reckoned_is_told() -> None:
    fair = 'calendar = "fair"\ntargets = { resolution = "9h" }\n[calendars.fair.dates]\n2026-11-23 = ["09:00-17:00"]'
    found = run([SAME_DAY], OFFICE_8H, fair)
    assert found.troubles == ("2: fair: the calendar does not hold so much time",)
    assert [(flip.was.word, flip.would.word) for flip in found.flips] == [("met", "none")]


def test_a_priority_chosen_by_a_condition_is_that_of_the_time() -> None:
    urgent = "when = { priority = 1 }\n" + OFFICE_8H
    later = case("8", "23T09:00", ("30T09:00", "priority", "3", "1"), facts=Facts(at("23T09:00"), priority=1))
    assert run([later], urgent, urgent).without == (1, 1)


def platform(clock_: str, stage: Stage, started: str, due: str, stopped: str = "") -> Clock:
    ended = at(stopped) if stopped else 0
    return Clock(
        "snow", "1", clock_, Metric.RESOLUTION, clock_, stage, at(due), UNTIL, at(started), ended, target=8 * H
    )  # fmt: skip


def against(before: Case, *clocks: Clock) -> Outcome:
    return simulate([before._replace(clocks=clocks)], None, engine(OFFICE_8H), since=SINCE, until=UNTIL)


def test_without_policies_of_the_team_the_platforms_clocks_are_compared_with() -> None:
    found = against(OVER_NIGHT, platform("r", Stage.BREACHED, "23T16:00", "24T00:00", "24T09:30"))
    assert (found.before, found.after) == ({Metric.RESOLUTION: Score(0, 1, 0)}, {Metric.RESOLUTION: Score(1, 0, 0)})
    (flip,) = found.flips
    assert (flip.was.word, flip.would.word, flip.cycle, flip.was.policy) == ("missed", "met", 1, "r")
    assert flip.was.due_at == at("24T00:00")
    agreed = against(OVER_NIGHT, platform("r", Stage.MET, "23T16:00", "24T16:00", "24T09:30"))
    assert agreed.flips == ()
    assert (agreed.without, agreed.undated) == ((0, 0), 0)


def test_platforms_clocks_that_run_late_are_overdue_and_others_are_told_apart() -> None:
    late = against(STILL_OPEN, platform("r", Stage.RUNNING, "27T16:00", "28T00:00"))
    assert late.before[Metric.RESOLUTION] == Score(0, 1, 0)
    assert [(flip.was.word, flip.would.word) for flip in late.flips] == [("overdue", "running")]
    none = against(STILL_OPEN)
    assert none.without == (1, 0)
    assert [(flip.was.word, flip.would.word) for flip in none.flips] == [("none", "running")]
    ended = platform("r", Stage.MET, "27T16:00", "28T00:00")._replace(stopped_at=0)
    undated = against(STILL_OPEN, ended, platform("o", Stage.MET, "27T16:00", "28T00:00", "27T17:00"))
    assert undated.undated == 1
    assert undated.before[Metric.RESOLUTION] == Score(1, 0, 0)
    before = against(SAME_DAY, platform("r", Stage.MET, "23T09:00", "24T00:00")._replace(stopped_at=SINCE - 1))
    assert before.before == {}


def test_a_platforms_clock_that_ended_later_ran_on_then() -> None:
    later = platform("r", Stage.MET, "27T16:00", "28T00:00")._replace(stopped_at=UNTIL + H, due_at=UNTIL + H)
    assert against(STILL_OPEN, later).before[Metric.RESOLUTION] == Score(0, 0, 1)
    cancelled = against(STILL_OPEN, platform("r", Stage.CANCELLED, "27T16:00", "28T00:00", "27T17:00"))
    assert cancelled.before == {}
