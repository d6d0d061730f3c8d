"""All clocks of a ticket under a set of policies: the one way from events to due instants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from helpdesk_tui.domain.clocks import Clock, Metric
from helpdesk_tui.domain.sla.business_time import BusinessTime
from helpdesk_tui.domain.sla.findings import OutOfReach
from helpdesk_tui.domain.sla.fold import Cycle, Phase, fold
from helpdesk_tui.domain.sla.history import MESSAGE, Facts, Happening, History, history, priority_at
from helpdesk_tui.domain.sla.measure import Piece, Reading, measure, pieces
from helpdesk_tui.domain.sla.policies import Goal, Policy, PolicySet, Profile, Switch
from helpdesk_tui.domain.sla.rules import Rule
from helpdesk_tui.domain.sla.working_days import days_in_seconds


class Measured(NamedTuple):
    """One cycle of one metric with everything it rests on. `goal` is the target that holds for it: a finished cycle
    keeps the one it had. `trouble` is "" or why it could not be measured; the reading is None then.
    """

    metric: Metric
    cycle: Cycle
    policy: Policy
    goal: Goal
    priority: int
    reading: Reading | None
    trouble: str = ""

    @property
    def ident(self) -> str:
        """Unique among the ticket's local clocks, and the same each time it is reckoned."""
        return f"{self.metric.value}:{self.cycle.number}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A ticket's clocks; `policy` is None where none matches (it has no SLA then, and that is said)."""

    policy: Policy | None
    past: History
    clocks: tuple[Measured, ...] = ()


class Engine:
    """A set of policies with its calendars compiled around an instant. Not for several threads at once."""

    __slots__ = ("_around", "_times", "_waiting", "policies")

    def __init__(self, policies: PolicySet, around: int) -> None:
        """`around` is seconds UTC, about where most tickets lie. Raises CalendarError."""
        self.policies = policies
        self._around = around
        self._times: dict[str, BusinessTime] = {}
        self._waiting: dict[str, Rule] = {}

    def time(self, calendar: str) -> BusinessTime:
        """A calendar's compiled time, the same object each time. Raises CalendarError, KeyError."""
        found = self._times.get(calendar)
        if found is None:
            found = self._times[calendar] = BusinessTime(self.policies.calendar(calendar), self._around)
        return found

    def clocks(self, facts: Facts, profile: Profile, events: Iterable[Happening], now: int) -> Answer:
        """All clocks of a ticket at `now`: finished, paused and running, by metric and in order of their start."""
        past = history(facts, events)
        policy = self.policies.first(profile)
        if policy is None:
            return Answer(None, past)
        found = [each for metric in policy.goals for each in self._metric(metric, policy, past, now)]
        return Answer(policy, past, tuple(found))

    def under(self, policy: Policy, facts: Facts, events: Iterable[Happening], now: int) -> tuple[Measured, ...]:
        """All clocks of a ticket at `now` under a policy of this set, whether it matches or not."""
        past = history(facts, events)
        return tuple(each for metric in policy.goals for each in self._metric(metric, policy, past, now))

    def _metric(
        self, metric: Metric, policy: Policy, past: History, now: int
    ) -> Iterator[Measured]:  # fmt: skip
        rule = self._rule(policy, metric, past)
        for cycle in fold(rule, past):
            until = cycle.ended_at or now
            priority = priority_at(past, until) if past.priorities else past.priority
            goal = policy.goal(metric, priority)
            if goal is None:
                continue
            try:
                reading = self._read(cycle, goal, policy, metric, past, now)
            except OutOfReach as error:
                yield Measured(metric, cycle, policy, goal, priority, None, str(error))
            else:
                yield Measured(metric, cycle, policy, goal, priority, reading)

    def _rule(self, policy: Policy, metric: Metric, past: History) -> Rule:
        """The row of the table; a ticket the desk made itself is to be answered once its customer has written."""
        rule = policy.rule(metric)
        if not (policy.customer_only and past.by_desk) or metric is not Metric.FIRST_RESPONSE:
            return rule
        if policy.name not in self._waiting:
            self._waiting[policy.name] = replace(rule, starts=MESSAGE, folded={})
        return self._waiting[policy.name]

    def stretches(self, measured: Measured, past: History) -> list[Piece]:
        """The stretches of a clock's running, each with the time that counted: what `explain` adds up."""
        first, switches = self._counted(measured.metric, measured.policy, past, measured.goal)
        return list(pieces(measured.cycle, first, switches))

    def _read(self, cycle: Cycle, goal: Goal, policy: Policy, metric: Metric, past: History, now: int) -> Reading:
        first, switches = self._counted(metric, policy, past, goal)
        return measure(cycle, self.seconds(goal, cycle.started_at), first, now, tie=policy.tie, switches=switches)

    def seconds(self, goal: Goal, started_at: int) -> int:
        """A goal in seconds of its calendar for a clock that starts then; days are turned into what they come to."""
        if not goal.days:
            return goal.seconds
        calendar = self.policies.calendar(goal.calendar)
        return days_in_seconds(self.time(goal.calendar), calendar, started_at, goal.days)

    def _counted(
        self, metric: Metric, policy: Policy, past: History, last: Goal
    ) -> tuple[BusinessTime, Sequence[tuple[int, BusinessTime]]]:
        """The calendar that counts at first, and each that takes over with a change of priority."""
        if policy.switch is Switch.WHOLE or not past.priorities:
            return self.time(last.calendar), ()
        first = policy.goal(metric, past.priorities[0][1] or past.priority) or last
        named, found = first.calendar, []
        for at, _, new in past.priorities:
            goal = policy.goal(metric, new) or last
            if goal.calendar != named:
                named = goal.calendar
                found.append((at, self.time(named)))
        return self.time(first.calendar), found


def as_clock(
    measured: Measured, source: str, ticket: str, now: int, *, calendar: str, version: int = 1
) -> Clock | None:
    """A measured cycle in the shape of the platforms' clocks, origin `local`; None where it could not be measured.

    `calendar` is the calendar's label. `now` is when it was reckoned.
    """
    reading, cycle = measured.reading, measured.cycle
    if reading is None:
        return None
    running = cycle.phase is Phase.RUNNING
    return Clock(
        source, ticket, f"local:{measured.ident}", measured.metric, f"{measured.policy.name} v{version}",
        reading.stage, reading.due_at, now, started_at=cycle.started_at, stopped_at=cycle.ended_at,
        paused_at=0 if running or cycle.ended_at else cycle.since, target=reading.target, calendar=calendar,
        origin="local",
    )  # fmt: skip
