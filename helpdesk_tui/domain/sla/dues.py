"""Due instants of very many tickets at once: the same fold and the same counts as everywhere, without the values in
between that one clock is explained by.
"""

from __future__ import annotations

from collections.abc import Iterable

from helpdesk_tui.domain.sla.business_time import BusinessTime, Tie
from helpdesk_tui.domain.sla.fold import Phase, fold, shape_cycles
from helpdesk_tui.domain.sla.history import Facts, Happening, history
from helpdesk_tui.domain.sla.measure import due_at, pieces
from helpdesk_tui.domain.sla.rules import Rule


def due_instants(
    rule: Rule, tickets: Iterable[tuple[Facts, Iterable[Happening]]], target: int, time: BusinessTime,
    tie: Tie = Tie.CLOSE,
) -> list[int]:  # fmt: skip
    """When the latest cycle of a metric is due on each ticket, in their order; 0 where there is none (D11).

    One target, in seconds of the calendar's time, for all of them. Raises OutOfReach.
    """
    count, at_count = time.count, time.at_count
    found: list[int] = []
    for facts, events in tickets:
        past = history(facts, events)
        cycles = shape_cycles(rule, past.shape)
        due = 0
        if cycles:
            cycle = cycles[-1]
            if cycle.phase is Phase.RUNNING:
                instants, left = past.instants, target
                for start, end in cycle.runs:
                    left -= count(instants[end - 1]) - count(instants[start - 1])
                if left > 0:
                    found.append(at_count(count(instants[cycle.since - 1]) + left, tie))
                    continue
            whole = fold(rule, past)[-1]
            due = due_at(whole, target, [*pieces(whole, time)], time, tie)
        found.append(due)
    return found
