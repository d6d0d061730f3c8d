"""What a platform leaves out about its clocks, from their tickets' events: when one ended, since when one stands.

Only the instants are reckoned. The platform's due instant stays what it is, and a clock that ended after it was missed,
whatever word the platform has for a clock that is over. Instants are seconds UTC.
"""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.events import EventKind
from helpdesk_tui.domain.sla.fold import Cycle, Phase, fold
from helpdesk_tui.domain.sla.history import Facts, Happening, history
from helpdesk_tui.domain.sla.rules import RULES

_OVER = (Stage.MET, Stage.BREACHED)
_CREATED, _REPLY = EventKind.CREATED.value, EventKind.PUBLIC_REPLY.value
_BY_REPLY = (Metric.FIRST_RESPONSE, Metric.NEXT_REPLY, Metric.PERIODIC_UPDATE)


def lacks(clock: Clock) -> bool:
    """Whether something can be reckoned for this clock, or was: other events may say it otherwise."""
    if clock.origin != "remote" or clock.metric not in RULES:
        return False
    missing = not clock.stopped_at if clock.stage in _OVER else clock.stage is Stage.PAUSED and not clock.paused_at
    return missing or (clock.reckoned and clock.stage in (*_OVER, Stage.PAUSED))


def completed(clock: Clock, facts: Facts, events: Sequence[Happening]) -> Clock:
    """The clock with what its platform did not say and the events do; as it was where they do not.

    That a clock is over is only dated where all that happened since the ticket's making is known. A clock that stands
    is due so long after it stopped as it had left then: the one figure that holds while it stands.
    """
    if not lacks(clock):
        return clock
    cycles = fold(RULES[clock.metric], history(facts, events))
    return _paused(clock, cycles, events, facts) if clock.stage is Stage.PAUSED else _ended(clock, cycles, events)


def _ended(clock: Clock, cycles: Sequence[Cycle], events: Sequence[Happening]) -> Clock:
    kinds = {each.kind for each in events}
    over = [cycle for cycle in cycles if cycle.phase is Phase.STOPPED and not cycle.observed]
    if _CREATED not in kinds or not over or (clock.metric in _BY_REPLY and _REPLY not in kinds):
        return clock
    cycle = over[0] if clock.metric is Metric.FIRST_RESPONSE else over[-1]
    # One that stood until it was over is as late as it was when it stopped.
    late = 0 < clock.due_at < (cycle.runs[-1].end if cycle.runs else cycle.ended_at)
    stage = Stage.BREACHED if late else Stage.MET if clock.reckoned else clock.stage
    begun = cycle.started_at if clock.reckoned else clock.started_at or cycle.started_at
    return clock._replace(stage=stage, stopped_at=cycle.ended_at, started_at=begun, reckoned=True)


def _paused(clock: Clock, cycles: Sequence[Cycle], events: Sequence[Happening], facts: Facts) -> Clock:
    """Where no event tells it, it stands since the ticket's last change at the latest."""
    since = next((cycle.since for cycle in reversed(cycles) if cycle.phase is Phase.PAUSED), 0)
    since = since or max((each.at for each in events if each.kind == EventKind.STATUS), default=0) or facts.updated_at
    left = None if clock.due_at else clock.left
    if clock.due_at > clock.paused_at > 0 and clock.reckoned:
        left = clock.due_at - clock.paused_at
    # One that had nothing left has breached at an instant that only its platform can tell.
    due = clock.due_at if left is None or left < 0 else since + left
    # What its platform says it is due at stays so, whatever is found out later.
    return clock._replace(paused_at=since, due_at=due, reckoned=clock.reckoned or not clock.due_at)
