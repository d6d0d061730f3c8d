"""What starts, stops and pauses each metric: the table that the fold is driven by (engines.md 2c)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.sla.history import CREATED, MESSAGE, REGROUPED, REPLY, Shape
from helpdesk_tui.domain.tickets import State

if TYPE_CHECKING:
    from helpdesk_tui.domain.sla.fold import Cycle

PAUSE, STOP, CANCEL = 1, 2, 4
"""What a status means to a metric, as bits; 0 is: it runs."""

_DONE = frozenset(state.value for state in State if not state.is_open)
_PENDING, _HOLD = State.PENDING.value, State.HOLD.value


class Reopen(StrEnum):
    """What a reopened ticket does to a clock that was stopped (decision D13)."""

    RESUME = "resume"
    """It goes on; the time it was closed does not count."""
    NEW = "new"
    """Another cycle begins."""
    STAY = "stay"
    """It stays finished."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One metric's row of the table.

    `starts`, `stops` and `restarts` are bits of `history`; a restart ends a cycle and begins the next. `pause`, `done`
    and `cancel` are states or platform words, lower case. `many` allows one cycle after the other; `after_stop` lets a
    cycle begin only once something has stopped one or would have; `by_group` measures each group's time of ownership.
    """

    metric: Metric
    starts: int = 0
    stops: int = 0
    restarts: int = 0
    pause: frozenset[str] = frozenset()
    done: frozenset[str] = _DONE
    cancel: frozenset[str] = frozenset()
    reopen: Reopen = Reopen.STAY
    many: bool = False
    after_stop: bool = False
    by_group: bool = False
    marks: Mapping[str, int] = field(default_factory=dict, compare=False)
    """What each state and each word that is named means, as bits; made from the sets."""

    folded: dict[Shape, tuple[Cycle, ...]] = field(default_factory=dict, compare=False, repr=False)
    """What `fold` remembers: the cycles of each shape it has seen."""

    def __post_init__(self) -> None:
        marks = {state.value: 0 for state in State}
        for words, bit in ((self.pause, PAUSE), (self.done, STOP), (self.cancel, CANCEL)):
            for word in words:
                marks[word] = marks.get(word, 0) | bit
        object.__setattr__(self, "marks", marks)

    def but(
        self,
        *,
        pause: Iterable[str] | None = None,
        done: Iterable[str] | None = None,
        cancel: Iterable[str] | None = None,
        reopen: Reopen | None = None,
    ) -> Rule:
        """The same row with other states or words, or another answer to reopening."""
        return replace(
            self,
            folded={},
            pause=self.pause if pause is None else _folded(pause),
            done=self.done if done is None else _folded(done),
            cancel=self.cancel if cancel is None else _folded(cancel),
            reopen=self.reopen if reopen is None else reopen,
        )


RULES: Mapping[Metric, Rule] = {
    rule.metric: rule
    for rule in (
        Rule(Metric.FIRST_RESPONSE, starts=CREATED, stops=REPLY),
        Rule(Metric.NEXT_REPLY, starts=MESSAGE, stops=REPLY, many=True, after_stop=True),
        Rule(Metric.PERIODIC_UPDATE, restarts=REPLY, many=True),
        Rule(Metric.REQUESTER_WAIT, starts=CREATED, pause=frozenset((_PENDING,)), reopen=Reopen.RESUME),
        Rule(Metric.AGENT_WORK, starts=CREATED, pause=frozenset((_PENDING, _HOLD)), reopen=Reopen.RESUME),
        Rule(Metric.RESOLUTION, starts=CREATED, pause=frozenset((_PENDING, _HOLD)), reopen=Reopen.RESUME),
        Rule(Metric.OWNERSHIP, starts=CREATED, restarts=REGROUPED, many=True, by_group=True, reopen=Reopen.NEW),
    )
}
"""The table. PROMISE and OTHER have no row: nothing in a ticket's events starts or stops them."""


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)
