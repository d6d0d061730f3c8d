"""Lets the desk live: something happens every few seconds, and what happens follows the hour and the backlog.

Life never reaches back behind an instant at which somebody looked: what was due while nobody asked is dated between the
last look and the present one, and after a long absence it is thinned out instead of made up for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from math import ceil

from helpdesk_tui.sandbox import deeds, moves
from helpdesk_tui.sandbox.stage import Stage
from helpdesk_tui.sandbox.timeline import arrival_weight

MEAN_GAP = 5.0
"""Seconds between two happenings, on average."""
MOST_AT_ONCE = 400
"""The most happenings one catching up writes."""
_COUNT_EVERY = 60

Deed = Callable[[Stage, int], bool]

_REPERTOIRE: tuple[tuple[Deed, float], ...] = (
    (deeds.pick_up, 16), (deeds.note, 15), (deeds.reply, 9), (deeds.ask, 8), (deeds.hold, 3), (deeds.resume, 5),
    (deeds.answer, 16), (deeds.close, 14), (deeds.reopen, 2),
    (moves.reassign, 4), (moves.bounce, 3), (moves.migrate, 0.5), (moves.escalate, 3),
    (moves.label, 2.5), (moves.leave, 0.7), (moves.come_back, 0.5), (moves.delete, 0.3), (moves.forbid, 0.15),
    (moves.merge, 1),
)  # fmt: skip
_ARRIVALS, _SOLUTIONS = 14.0, 12.0


class Life:
    """Drives the stage up to an instant."""

    def __init__(self, stage: Stage, start: int) -> None:
        """The first happening is due a few seconds after `start`; the backlog of that instant is the usual one."""
        self._stage = stage
        self._next = start + 2.0
        self._usual = self._backlog = max(self._count(), 20)
        self._counted = start
        self._fixed = list(accumulate(weight for _, weight in _REPERTOIRE))

    def _count(self) -> int:
        """Tickets that still want work."""
        return sum(ticket.state != "solved" for desk in self._stage.desks.values() for ticket in desk.unsettled())

    def catch_up(self, now: int) -> None:
        """Let everything happen that is due by `now`, at most `MOST_AT_ONCE` things."""
        if self._next > now:
            return
        moves.keep_promises(self._stage, now)
        if now - self._counted >= _COUNT_EVERY:
            self._backlog, self._counted = max(self._count(), 1), now
        stretch = max((now - self._next) / (MOST_AT_ONCE * MEAN_GAP), 1.0)
        for _ in range(MOST_AT_ONCE):
            if self._next > now:
                return
            self._happen(ceil(self._next))
            self._next += stretch * min(max(self._stage.chance.expovariate(1 / MEAN_GAP), 1.0), 3 * MEAN_GAP)
        self._next = max(self._next, now + 1.0)

    def _happen(self, at: int) -> None:
        """One thing; where four deeds found nothing to do, whatever can always be done."""
        for deed in (*(self._deed(at) for _ in range(4)), deeds.answer, deeds.pick_up, deeds.arrive):
            if deed(self._stage, at):
                return

    def _deed(self, at: int) -> Deed:
        """Arrivals follow the hour of the day, solutions the backlog, everything else is steady."""
        pressure = self._backlog / self._usual
        arrivals = _ARRIVALS * (0.15 + arrival_weight(at) / 90) / pressure
        solutions = _SOLUTIONS * pressure**2
        draw = self._stage.chance.random() * (self._fixed[-1] + arrivals + solutions)
        if draw < self._fixed[-1]:
            return _REPERTOIRE[bisect_right(self._fixed, draw)][0]
        return deeds.arrive if draw < self._fixed[-1] + arrivals else deeds.solve
