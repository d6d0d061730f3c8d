"""What a desk's open tickets look like on an ordinary day: few are late, and those that are have a reason.

A ticket whose clocks say otherwise is written anew as one that waits for somebody, or is done with.
"""

from __future__ import annotations

from random import Random

from helpdesk_tui.sandbox.compose import Composer, Plan
from helpdesk_tui.sandbox.model import State, Ticket
from helpdesk_tui.sandbox.sla import SlaBook
from helpdesk_tui.sandbox.timeline import DAY, HOUR

_LATE = ((0.72, -900), (0.93, 6 * HOUR), (1.0, 3 * DAY))
"""Shares of the open tickets and by how many seconds their next breach may lie in the past."""
_INSTEAD: tuple[tuple[State, int], ...] = (("pending", 30), ("hold", 18), ("solved", 34), ("closed", 18))
_TRIES = 4
_URGENT = 2
_HOT = 0.22
"""The share of fresh tickets that are urgent beyond what is usual: it is one of those days."""


class Floor:
    """Decides whether a ticket may stand open as it is."""

    def __init__(self, composer: Composer, sla: SlaBook, now: int) -> None:
        """`now` is the instant the desk opens on, seconds UTC."""
        self._composer, self._sla, self._now = composer, sla, now

    def write(self, chance: Random, plan: Plan, *, fresh: bool = False, old: bool = False) -> Ticket:
        """The ticket of a plan, in another state where the planned one would make it late beyond belief.

        Nobody leaves a ticket of the highest priority lying: the one there is tells the story of the day. What came in
        the last hours (`fresh`) may be late as it happens to be: nobody has got to it yet. An `old` one is not closed:
        what closed long after the rest of its time belongs to no settled past.
        """
        end: State = "solved" if old else "closed"
        drawn = 0.9 if fresh else chance.random()
        bound = next(seconds for share, seconds in _LATE if drawn <= share)
        states, weights = zip(*_INSTEAD, strict=True)
        for _ in range(_TRIES):
            ticket = self._composer.compose(chance, plan)
            hot = fresh and ticket.priority == 3 and chance.random() < _HOT
            if hot or (ticket.priority == 1 and plan.state not in ("solved", "closed")):
                ticket.priority = _URGENT
            if self.late(ticket) <= bound:
                return ticket
            instead: State = chance.choices(states, weights)[0]
            plan.state = end if instead == "closed" else instead
        plan.state = end
        return self._composer.compose(chance, plan)

    def late(self, ticket: Ticket) -> int:
        """By how many seconds its next breach lies in the past; negative where it is still to come."""
        if ticket.state in ("solved", "closed"):
            return -DAY
        running = (clock.due for clock in self._sla.clocks(ticket, self._now) if clock.ended is None)
        return max((self._now - due for due in running if due is not None), default=-DAY)
