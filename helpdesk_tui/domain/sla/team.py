"""The team's policies, every version that some ticket is under, applied to tickets: the clocks they have by them, and
how the platforms' own differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.sla.drift import TOLERANCE, Drift, drift
from helpdesk_tui.domain.sla.engine import Answer, Engine, Measured, as_clock
from helpdesk_tui.domain.sla.findings import SlaError
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.policies import PolicySet, Profile
from helpdesk_tui.domain.sla.versions import Force, version_of
from helpdesk_tui.domain.tickets import State, TicketRef

_LIVE = (Stage.RUNNING, Stage.PAUSED)
_DONE = frozenset(state.value for state in State if not state.is_open)
NEAREST: Mapping[Metric, tuple[Metric, ...]] = {
    Metric.REQUESTER_WAIT: (Metric.RESOLUTION,),
    Metric.AGENT_WORK: (Metric.RESOLUTION,),
    Metric.RESOLUTION: (Metric.REQUESTER_WAIT,),
}
"""What a platform's metric is held against where the policies have none of that name."""


class TeamPolicies:
    """Not for several threads at once: calendars are compiled when they are first asked for."""

    __slots__ = ("_around", "_engines", "_sets", "forces")

    def __init__(self, forces: Sequence[Force], sets: Mapping[int, PolicySet], around: int) -> None:
        """`around` is seconds UTC, about where most tickets lie."""
        self.forces = tuple(forces)
        self._sets = dict(sets)
        self._around = around
        self._engines: dict[int, Engine] = {}

    def __bool__(self) -> bool:
        """Whether there is any policy at all."""
        return any(made.policies for made in self._sets.values())

    def with_force(self, force: Force) -> TeamPolicies:
        """The same, with something more put in force; its calendars are compiled anew."""
        return TeamPolicies((*self.forces, force), self._sets, self._around)

    def engine(self, version: int) -> Engine | None:
        """The engine of a version; None for one that is not known here."""
        found = self._engines.get(version)
        if found is None and version in self._sets:
            found = self._engines[version] = Engine(self._sets[version], self._around)
        return found

    def version(self, facts: Facts) -> int:
        """The version that a ticket is under; 0 for none."""
        ended = (facts.solved_at or facts.closed_at) if facts.state in _DONE else 0
        return version_of(self.forces, facts.created_at, ended)

    def answer(
        self, facts: Facts, profile: Profile, told: Iterable[Happening], now: int
    ) -> tuple[Engine | None, Answer | None]:
        """All that is known of a ticket's clocks at `now`, with the engine that reckoned them."""
        engine = self.engine(self.version(facts))
        return engine, engine.clocks(facts, profile, told, now) if engine else None

    def clocks(
        self, ticket: TicketRef, facts: Facts, profile: Profile, told: Iterable[Happening], now: int
    ) -> Iterator[Clock]:
        """The clocks of a ticket by the policies, in the shape of the platforms' (origin local)."""
        engine, answer = self.answer(facts, profile, told, now)
        if engine is None or answer is None:
            return
        for measured in answer.clocks:
            label = engine.policies.calendar(measured.goal.calendar).label
            version = engine.policies.version
            clock = as_clock(measured, ticket.source, ticket.key, now, calendar=label, version=version)
            if clock is not None:
                yield clock

    def drifts(
        self, remote: Sequence[Clock], facts: Facts, profile: Profile, told: Iterable[Happening], now: int
    ) -> Iterator[tuple[Clock, Drift]]:
        """How each live clock of the platform differs from ours, where the policies have one like it."""
        live = [clock for clock in remote if clock.stage in _LIVE]
        if not live:
            return
        engine, answer = self.answer(facts, profile, told, now)
        if engine is None or answer is None:
            return
        for clock in live:
            mine = matching(clock, answer.clocks)
            if mine is not None and mine.reading is not None:
                yield clock, held_against(engine, clock, mine, now)


def held_against(engine: Engine, clock: Clock, mine: Measured, now: int) -> Drift:
    """The platform's clock against ours of the same cycle, which has a reading."""
    assert mine.reading is not None
    others = {}
    for name in engine.policies.calendars:
        try:
            others[name] = engine.time(name)
        except SlaError:  # a calendar that cannot be compiled explains nothing
            continue
    time = engine.time(mine.goal.calendar)
    return drift(clock, mine.cycle, mine.reading, time, now, others=others, tie=mine.policy.tie)


def matching(clock: Clock, ours: Sequence[Measured]) -> Measured | None:
    """Our cycle of the same metric: the one that began when the platform's did, else the latest; None without any."""
    for metric in (clock.metric, *NEAREST.get(clock.metric, ())):
        same = [each for each in ours if each.metric is metric and each.reading is not None]
        if same:
            begun = [each for each in same if abs(each.cycle.started_at - clock.started_at) <= TOLERANCE]
            return (begun or same)[-1]
    return None
