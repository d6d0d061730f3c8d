"""Writes whole tickets with their histories, for the past and for the start of the present.

A ticket is a pure function of the source of chance it is given, so a settled one can be written anew each time it is
asked for and is always the same.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from helpdesk_tui.sandbox.company import AUTOMATION, Company
from helpdesk_tui.sandbox.hostile import HOSTILE_BODY, HOSTILE_SHARE, HOSTILE_TITLES
from helpdesk_tui.sandbox.model import Event, EventKind, Platform, State, Ticket
from helpdesk_tui.sandbox.topics import CUSTOMER_TOPICS, STAFF_TOPICS, Topic
from helpdesk_tui.sandbox.words import Words, pick


class EventIds:
    """Numbers events so that they grow with time and name their ticket: 26 bits of seconds, 20 of ordinal, 6 of place.

    Everything stays below 2**53, so that a client that reads numbers as doubles keeps them whole.
    """

    def __init__(self, epoch: int) -> None:
        """`epoch` is an instant before the first event, seconds UTC."""
        self._epoch = epoch

    def number(self, at: int, n: int, place: int) -> int:
        """The identifier of the event at `place` (0 first) in ticket n's history."""
        return ((at - self._epoch) << 26) | (n << 6) | (place & 63)

    def ticket(self, eid: int) -> int:
        """The ordinal of the ticket an event belongs to."""
        return (eid >> 6) & 0xFFFFF

    def at(self, eid: int) -> int:
        """The instant of an event, seconds UTC."""
        return (eid >> 26) + self._epoch


@dataclass(slots=True)
class Plan:
    """What is settled about a ticket before its history is written. Left at their defaults, things are drawn."""

    n: int
    created: int
    last: int
    state: State
    topic: Topic | None = None
    hostile: bool = False


@dataclass(slots=True)
class _Sheet:
    """A history being written: steps in order, without instants yet."""

    steps: list[tuple[int, EventKind, str, str, str]] = field(default_factory=list)

    def add(self, actor: int, kind: EventKind, old: str = "", new: str = "", text: str = "") -> None:
        self.steps.append((actor, kind, old, new, text))


class Composer:
    """Writes tickets of one platform."""

    def __init__(self, platform: Platform, company: Company, ids: EventIds) -> None:
        """`ids` numbers the events."""
        self.platform, self.company, self.ids = platform, company, ids
        self.words = Words(company)
        self._served = {group.gid for group in company.serving[platform]}
        self.topics = CUSTOMER_TOPICS if platform == "zendesk" else STAFF_TOPICS
        self._topic_sums = list(accumulate(topic.weight for topic in self.topics))
        self._by_category = {topic.category: topic for topic in self.topics}
        self._groups: dict[str, tuple[int, ...]] = {}
        self._priority_sums: dict[str, tuple[int, ...]] = {}

    def topic(self, chance: Random) -> Topic:
        """A kind of trouble, the frequent ones more often."""
        return self.topics[bisect_right(self._topic_sums, chance.random() * self._topic_sums[-1])]

    def groups_of(self, topic: Topic) -> tuple[int, ...]:
        """The groups of this platform that own such trouble, the usual one first; any served group where none does."""
        found = self._groups.get(topic.key)
        if found is None:
            by_name = {group.name: group.gid for group in self.company.serving[self.platform]}
            found = tuple(by_name[name] for name in topic.groups if name in by_name) or tuple(sorted(self._served))
            self._groups[topic.key] = found
        return found

    def topic_in(self, category: str) -> Topic:
        """A kind of trouble of this category; any where none is."""
        return self._by_category.get(category, self.topics[0])

    def priority(self, chance: Random, topic: Topic) -> int:
        """A priority of 1 to 4 as this kind of trouble has them."""
        sums = self._priority_sums.get(topic.key)
        if sums is None:
            sums = self._priority_sums[topic.key] = tuple(accumulate(topic.weights))
        return bisect_right(sums, chance.random() * sums[-1]) + 1

    def compose(self, chance: Random, plan: Plan) -> Ticket:
        """The ticket of a plan. For a closed one the solution lies somewhere between creation and `last`."""
        topic = plan.topic or self.topic(chance)
        blanks = self.words.blanks(chance)
        groups = self.groups_of(topic)
        group = groups[0] if chance.random() < 0.7 else pick(chance, groups)
        draw = chance.random()
        requester = pick(chance, self.company.vips if draw < 0.03 else self.company.requesters)
        title = self.words.fill(pick(chance, topic.titles), blanks)
        body = self.words.fill(pick(chance, topic.bodies), blanks)
        if plan.hostile or chance.random() < HOSTILE_SHARE:
            title, body = pick(chance, HOSTILE_TITLES), HOSTILE_BODY
        ticket = Ticket(
            plan.n, self.platform, topic.kind, title, body, requester, group, 0, self.priority(chance, topic), "new",
            plan.created, plan.created, category=topic.category, tags=topic.tags,
        )  # fmt: skip
        if draw < 0.03:
            ticket.tags = (*ticket.tags, "vip")
        self._live(chance, ticket, plan, topic, blanks)
        return ticket

    def _live(self, chance: Random, ticket: Ticket, plan: Plan, topic: Topic, blanks: dict[str, str]) -> None:
        sheet = _Sheet()
        first = ticket.group
        if plan.state != "new":
            self._work(chance, ticket, plan, topic, blanks, sheet)
        elif chance.random() < 0.15:
            sheet.add(ticket.requester, "message", text=self.words.fill(pick(chance, topic.messages), blanks))
        self._date(chance, ticket, plan, sheet, first)

    def _work(
        self, chance: Random, ticket: Ticket, plan: Plan, topic: Topic, blanks: dict[str, str], sheet: _Sheet
    ) -> None:
        fill, draw = self.words.fill, chance.random
        if draw() < 0.1:
            self._bounce(chance, ticket, sheet, fill(pick(chance, topic.notes), blanks))
        members = self.company.members[ticket.group]
        owner = pick(chance, members)
        if plan.state != "open" or draw() < 0.8:
            sheet.add(owner, "owner", "", str(owner))
            ticket.owner = owner
        sheet.add(owner, "status", "new", "open")
        for _ in range(int(draw() * 3)):
            what = draw()
            if what < 0.4:
                sheet.add(owner, "note", text=fill(pick(chance, topic.notes), blanks))
            elif what < 0.75:
                sheet.add(owner, "reply", text=fill(pick(chance, topic.replies), blanks))
            else:
                sheet.add(ticket.requester, "message", text=fill(pick(chance, topic.messages), blanks))
        if draw() < 0.05:
            sheet.add(owner, "status", "open", "solved")
            sheet.add(ticket.requester, "message", text=fill(pick(chance, topic.messages), blanks))
            sheet.add(ticket.requester, "reopened", "solved", "open")
            ticket.reopened = 1
        if plan.state in ("pending", "solved", "closed"):
            sheet.add(owner, "reply", text=fill(pick(chance, topic.replies), blanks))
        if plan.state == "hold":
            sheet.add(owner, "note", text=fill(pick(chance, topic.notes), blanks))
        if plan.state in ("pending", "hold", "solved", "closed"):
            sheet.add(owner, "status", "open", "solved" if plan.state == "closed" else plan.state)
        ticket.state = plan.state

    def _bounce(self, chance: Random, ticket: Ticket, sheet: _Sheet, note: str) -> None:
        """Hand over once before anybody takes it, within the same Jira project, so that keys stay."""
        groups = self.company.groups
        near = [
            group.gid
            for group in self.company.serving[self.platform]
            if group.gid != ticket.group and group.project == groups[ticket.group].project
        ]
        if not near:
            return
        target = pick(chance, near)
        actor = groups[ticket.group].lead
        sheet.add(actor, "note", text=note)
        sheet.add(actor, "group", str(ticket.group), str(target))
        ticket.group, ticket.bounced = target, 1

    def _date(self, chance: Random, ticket: Ticket, plan: Plan, sheet: _Sheet, first: int) -> None:
        """Give every step its instant: rising, the last one at `plan.last`, the early ones soon after creation."""
        created, ids, n = ticket.created, self.ids, ticket.n
        end = plan.last
        if plan.state == "closed":
            patience = (0.04, 0.12, 0.45, 0.8)[ticket.priority - 1]
            end = created + max(1, int((plan.last - created) * (0.02 + 0.95 * patience * chance.random())))
        span = end - created
        steps = sheet.steps
        times = sorted(created + int(span * chance.random() ** 2) for _ in steps)
        events = [Event(ids.number(created, n, 0), created, ticket.requester, "created", "", str(first))]
        if steps:
            times[-1] = end
            for place, ((actor, kind, old, new, text), at) in enumerate(zip(steps, times, strict=True), 1):
                events.append(Event(ids.number(at, n, place), at, actor, kind, old, new, text))
                if kind == "status" and new == "solved":
                    ticket.solved = at
                elif kind in ("status", "reopened"):
                    ticket.solved = 0
        if plan.state == "closed":
            place = len(events)
            events.append(Event(ids.number(plan.last, n, place), plan.last, AUTOMATION, "status", "solved", "closed"))
            ticket.closed = plan.last
        ticket.events = tuple(events)
        ticket.updated = events[-1].at
        ticket.revision = len(events) - 1
