"""The living tickets a sandbox starts with, and how a number of tickets is shared out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from helpdesk_tui.sandbox.compose import Composer, Plan
from helpdesk_tui.sandbox.model import PLATFORMS, Platform, State, Ticket
from helpdesk_tui.sandbox.timeline import DAY, HOUR, Timeline
from helpdesk_tui.sandbox.topics_client import BY_KEY

HISTORY_DAYS = 400
LIVING_MOST = 10_000
LIVING_LEAST = 240
_SHARES: dict[Platform, float] = {"servicenow": 0.45, "jira": 0.25, "zendesk": 0.30}
_FRESH = 3 * HOUR


@dataclass(frozen=True, slots=True)
class Shares:
    """How many tickets of one platform are of which sort: `settled` first, of which `tail` live on; then the recent ones,
    of which the last `fresh` came within three hours."""

    settled: int
    tail: int
    older: int
    fresh: int


def shares(tickets: int) -> dict[Platform, Shares]:
    """Share `tickets` (1 to 1,000,000) out over the platforms; the parts add up exactly. Raises ValueError outside."""
    if not 1 <= tickets <= 1_000_000:
        raise ValueError("the number of tickets must be between 1 and 1,000,000")
    counts = {platform: int(tickets * _SHARES[platform]) for platform in PLATFORMS}
    counts["servicenow"] += tickets - sum(counts.values())
    living = min(tickets, max(LIVING_LEAST, tickets // 10), LIVING_MOST)
    found: dict[Platform, Shares] = {}
    for platform, count in counts.items():
        own = min(count, -(-living * count // tickets))
        tail = own // 5 if count > own else 0
        recent = own - tail
        fresh = min(recent, max(18, recent // 40))
        found[platform] = Shares(count - recent, tail, recent - fresh, fresh)
    return found


def lag_of(tickets: int) -> int:
    """After how many seconds a settled ticket closes: such that the recent ones arrive about as densely as the past."""
    living = min(tickets, max(LIVING_LEAST, tickets // 10), LIVING_MOST)
    even = living * 0.8 / max(tickets, 1) * HISTORY_DAYS * DAY
    return int(min(max(even, 3 * DAY), 14 * DAY))


class Genesis:
    """Writes the living tickets of one platform."""

    def __init__(self, seed: int, composer: Composer, part: Shares, past: Timeline, now: int, lag: int) -> None:
        """`past` dates the ordinals of history, of which some are still alive."""
        self._composer, self._part, self._past, self._now = composer, part, past, now
        self._chance = Random(seed * 31 + PLATFORMS.index(composer.platform))
        self._older = Timeline(now - lag, now - _FRESH, part.older, seed + 1)
        self._newest = Timeline(now - _FRESH, now - 60, part.fresh, seed + 2, even=True)

    def tickets(self) -> list[Ticket]:
        """All of them, in order of their ordinal."""
        return [*self._tail(), *self._recent(), *self._fresh()]

    def _tail(self) -> Iterator[Ticket]:
        """Old ones that never ended: more of them the younger they are."""
        settled = self._part.settled
        chosen: set[int] = set()
        while len(chosen) < self._part.tail:
            chosen.add(settled - int(settled * 0.5 * self._chance.random() ** 2.5))
        for n in sorted(chosen):
            yield self._write(n, self._past.at(n), self._chance.choices(_OLD_STATES, _OLD_WEIGHTS)[0])

    def _recent(self) -> Iterator[Ticket]:
        for place in range(1, self._part.older + 1):
            state = self._chance.choices(_STATES, _WEIGHTS)[0]
            yield self._write(self._part.settled + place, self._older.at(place), state)

    def _write(self, n: int, created: int, state: State, plan: Plan | None = None) -> Ticket:
        chance = self._chance
        age = self._now - created
        idle = min(int(age * 0.95), int(chance.expovariate(1 / (0.12 * min(age, 20 * DAY) + 600))))
        if plan is None:
            plan = Plan(n, created, max(created + 1, self._now - 1 - idle), state)
        ticket = self._composer.compose(chance, plan)
        if ticket.state not in ("solved", "closed") and chance.random() < 0.03 and ticket.owner:
            ticket.owner = 0 if chance.random() < 0.5 else ticket.owner
        return ticket

    def _fresh(self) -> Iterator[Ticket]:
        first = self._part.settled + self._part.older
        stories = _STORIES[self._composer.platform]
        for place in range(1, self._part.fresh + 1):
            created = self._newest.at(place)
            story = stories[place - 1] if place <= len(stories) else ""
            state: State = self._chance.choices(("new", "open"), (6, 4))[0]
            last = max(created + 1, self._now - 1 - int((self._now - created) * self._chance.random()))
            plan = Plan(first + place, created, last, state, hostile=story == "hostile")
            if story in BY_KEY:
                plan.topic = BY_KEY[story]
            yield self._composer.compose(self._chance, plan)


_STATES: tuple[State, ...] = ("new", "open", "pending", "hold", "solved", "closed")
_WEIGHTS = (16, 42, 17, 8, 11, 6)
_OLD_STATES: tuple[State, ...] = ("open", "pending", "hold", "solved")
_OLD_WEIGHTS = (40, 30, 26, 4)

_STORIES: dict[Platform, tuple[str, ...]] = {
    "servicenow": ("outage", "vpn", "password", "hostile", "vpn", "vpn", "password", "vpn", "hostile", "password", "vpn", "vpn",
                   "password", "hostile", "vpn", "network"),
    "jira": ("vpn", "hostile", "password", "app", "vpn", "cloud", "hostile"),
    "zendesk": ("vpn", "password", "portal", "hostile", "vpn", "password", "vpn", "password", "hostile"),
}  # fmt: skip
