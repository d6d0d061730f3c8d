"""The living tickets a sandbox starts with, and how a number of tickets is shared out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from helpdesk_tui.sandbox.compose import Composer, Plan
from helpdesk_tui.sandbox.floor import Floor
from helpdesk_tui.sandbox.model import PLATFORMS, Platform, State, Ticket
from helpdesk_tui.sandbox.outage import outage
from helpdesk_tui.sandbox.sla import SlaBook
from helpdesk_tui.sandbox.timeline import DAY, HOUR, Timeline
from helpdesk_tui.sandbox.topics import BY_KEY

HISTORY_DAYS = 400
LIVING_MOST = 10_000
LIVING_LEAST = 360
_SHARES: dict[Platform, float] = {"servicenow": 0.45, "jira": 0.25, "zendesk": 0.30}
_FRESH = 3 * HOUR
_STORY_PLACES = 18
_YOUTH = 2.6

_STATES: tuple[State, ...] = ("new", "open", "pending", "hold", "solved", "closed")
_WEIGHTS = (5, 48, 19, 9, 12, 7)
_OLD_STATES: tuple[State, ...] = ("pending", "hold", "solved")
_OLD_WEIGHTS = (48, 40, 12)
_STORIES: dict[Platform, str] = {
    "servicenow": "vpn password hostile vpn vpn hostile password vpn password vpn vpn hostile password vpn",
    "jira": "vpn hostile password app vpn cloud hostile",
    "zendesk": "vpn password portal hostile vpn password vpn password hostile",
}
"""What the newest tickets are about, so that every desk opens on a common trouble, some routine and some malice."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How many tickets of one platform are of which sort.

    `settled` ordinals come first, of which `tail` live on; then `older` recent ones; then `fresh` of three hours.
    """

    settled: int
    tail: int
    older: int
    fresh: int


def living_of(tickets: int) -> int:
    """How many of so many tickets are held as objects."""
    return min(tickets, max(LIVING_LEAST, tickets // 10), LIVING_MOST)


def shares(tickets: int) -> dict[Platform, Shares]:
    """Share `tickets` (1 to 1,000,000) out over the platforms; the parts add up exactly. Raises ValueError outside."""
    if not 1 <= tickets <= 1_000_000:
        raise ValueError("the number of tickets must be between 1 and 1,000,000")
    counts = {platform: int(tickets * _SHARES[platform]) for platform in PLATFORMS}
    counts["servicenow"] += tickets - sum(counts.values())
    found: dict[Platform, Shares] = {}
    for platform, count in counts.items():
        own = min(count, -(-living_of(tickets) * count // tickets))
        tail = min(own // 5, (count - own) // 4)
        recent = own - tail
        fresh = min(recent, max(18, recent // 40))
        found[platform] = Shares(count - recent, tail, recent - fresh, fresh)
    return found


def lag_of(tickets: int) -> int:
    """After how many seconds a settled ticket closes: such that the recent ones come about as densely as the past."""
    even = living_of(tickets) * 0.8 / tickets * HISTORY_DAYS * DAY
    return int(min(max(even, 3 * DAY), 14 * DAY))


class Genesis:
    """Writes the living tickets of one platform."""

    def __init__(
        self, seed: int, composer: Composer, part: Shares, past: Timeline, now: int, lag: int, sla: SlaBook
    ) -> None:
        """`past` dates the ordinals of history, of which some are still alive."""
        self._composer, self._part, self._past, self._now = composer, part, past, now
        self._floor = Floor(composer, sla, now)
        self._chance = Random(seed * 31 + PLATFORMS.index(composer.platform))
        self._span = lag - _FRESH
        self._newest = Timeline(now - _FRESH, now - 60, part.fresh, seed + 2, even=True)

    def tickets(self) -> list[Ticket]:
        """All of them, in order of their ordinal."""
        return [*self._tail(), *self._recent(), *self._fresh()]

    def _tail(self) -> Iterator[Ticket]:
        """Old ones that never ended: the younger, the more of them."""
        settled, chosen = self._part.settled, set[int]()
        while len(chosen) < self._part.tail:
            chosen.add(settled - int(settled * 0.5 * self._chance.random() ** 2.5))
        for n in sorted(chosen):
            yield self._write(n, self._past.at(n), self._chance.choices(_OLD_STATES, _OLD_WEIGHTS)[0], old=True)

    def _recent(self) -> Iterator[Ticket]:
        for place in range(1, self._part.older + 1):
            state = self._chance.choices(_STATES, _WEIGHTS)[0]
            yield self._write(self._part.settled + place, self._recent_at(place), state)

    def _recent_at(self, place: int) -> int:
        """When the recent ticket at `place` was created: what is still open is mostly young."""
        rest = 1 - (place - 0.5) / self._part.older
        return self._now - _FRESH - int(self._span * rest**_YOUTH)

    def _write(self, n: int, created: int, state: State, *, old: bool = False) -> Ticket:
        age = self._now - created
        idle = min(int(age * 0.95), int(self._chance.expovariate(1 / (0.12 * min(age, 20 * DAY) + 600))))
        plan = Plan(n, created, max(created + 1, self._now - 1 - idle), state)
        ticket = self._floor.write(self._chance, plan, old=old)
        ticket.forbidden = self._chance.random() < 0.002
        return ticket

    def _fresh(self) -> Iterator[Ticket]:
        first, fresh = self._part.settled + self._part.older, self._part.fresh
        stories = iter(_STORIES[self._composer.platform].split())
        disaster = -(-fresh // 8) if self._composer.platform == "servicenow" else 0
        for place in range(1, fresh + 1):
            n, created = first + place, self._newest.at(place)
            if place == disaster:
                yield outage(self._composer, self._chance, n, created, self._now)
            else:
                yield self._tell(n, created, next(stories, "") if place > fresh - _STORY_PLACES else "")

    def _tell(self, n: int, created: int, story: str) -> Ticket:
        state: State = self._chance.choices(("new", "open"), (6, 4))[0]
        last = max(created + 1, self._now - 1 - int((self._now - created) * self._chance.random()))
        plan = Plan(n, created, last, state, topic=BY_KEY.get(story), hostile=story == "hostile")
        return self._floor.write(self._chance, plan, fresh=True)
