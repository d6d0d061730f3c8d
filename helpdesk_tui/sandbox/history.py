"""The settled past of one platform: tickets closed long ago, written anew whenever they are asked for."""

from __future__ import annotations

from random import Random

from helpdesk_tui.sandbox.company import AUTOMATION, OUTSIDE
from helpdesk_tui.sandbox.compose import Composer, Plan
from helpdesk_tui.sandbox.model import PLATFORMS, Event, EventKind, Ticket
from helpdesk_tui.sandbox.timeline import Timeline, mixed
from helpdesk_tui.sandbox.words import pick


class History:
    """The settled tickets of one platform: closed long ago, written anew whenever asked for."""

    def __init__(self, seed: int, composer: Composer, created: Timeline, lag: int) -> None:
        """`created` gives the instants of creation by ordinal; each ticket closed `lag` seconds after."""
        self._salt = seed * len(PLATFORMS) + PLATFORMS.index(composer.platform)
        self._composer, self._created, self.lag = composer, created, lag
        self._chance = Random()

    @property
    def count(self) -> int:
        """The highest ordinal that history reaches."""
        return self._created.count

    def created(self, n: int) -> int:
        """When ticket n was created, seconds UTC."""
        return self._created.at(n)

    def updated(self, n: int) -> int:
        """When ticket n last changed; rises strictly with n."""
        return self._created.at(n) + self.lag

    def before(self, instant: int) -> int:
        """How many ordinals have `updated < instant`; they are 1 to that number."""
        return self._created.before(instant - self.lag)

    def ticket(self, n: int) -> Ticket:
        """Settled ticket n, a fresh object that is the caller's own."""
        self._chance.seed(mixed(self._salt, n))
        created = self._created.at(n)
        ticket = self._composer.compose(self._chance, Plan(n, created, created + self.lag, "closed"))
        draw = self._chance.random()
        if draw < 0.004:
            self._append(ticket, "deleted")
            ticket.deleted = True
        elif draw < 0.006:
            ticket.forbidden = True
        elif draw < 0.012:
            self._leave(ticket)
        return ticket

    def _append(self, ticket: Ticket, kind: EventKind, old: str = "", new: str = "") -> None:
        eid = self._composer.ids.number(ticket.updated, ticket.n, len(ticket.events))
        ticket.events = (*ticket.events, Event(eid, ticket.updated, AUTOMATION, kind, old, new))
        ticket.revision += 1

    def _leave(self, ticket: Ticket) -> None:
        """Its owners found at the very end that it belonged to others."""
        groups = self._composer.company.groups
        target = pick(self._chance, [gid for gid in groups if gid >= OUTSIDE])
        self._append(ticket, "group", str(ticket.group), str(target))
        if ticket.platform == "jira":
            ticket.moved_to = groups[target].project
            self._append(ticket, "moved", groups[ticket.group].project, ticket.moved_to)
        ticket.group, ticket.in_scope = target, False
