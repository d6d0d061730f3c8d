"""The sandbox's world: one company, three desks, one clock."""

from __future__ import annotations

from random import Random

from helpdesk_tui.sandbox.clock import Clock
from helpdesk_tui.sandbox.company import Company, build_company
from helpdesk_tui.sandbox.compose import Composer, EventIds
from helpdesk_tui.sandbox.desk import LiveDesk
from helpdesk_tui.sandbox.genesis import HISTORY_DAYS, Genesis, lag_of, shares
from helpdesk_tui.sandbox.history import History
from helpdesk_tui.sandbox.life import Life
from helpdesk_tui.sandbox.model import PLATFORMS, Group, Platform, Ticket
from helpdesk_tui.sandbox.rosters import RosterBook, build_rosters
from helpdesk_tui.sandbox.sla import SlaBook
from helpdesk_tui.sandbox.stage import Stage
from helpdesk_tui.sandbox.timeline import DAY, Timeline
from helpdesk_tui.sandbox.twins import link


class LiveWorld:
    """Implements `model.World`. All in it follows from the seed, the start and the clock's steps."""

    def __init__(self, seed: int, tickets: int, clock: Clock) -> None:
        """`tickets` is the number at the start, 1 to 1,000,000; the clock's present instant is the start."""
        self.seed = seed
        self.clock = clock
        self.company: Company = build_company(seed)
        self.people, self.groups = self.company.people, self.company.groups
        self.organisations = self.company.organisations
        start = clock.now()
        self.rosters: RosterBook = build_rosters(self.company, start)
        composers: dict[Platform, Composer] = {}
        self._desks = self._build(tickets, start, composers)
        chance = Random(seed * 1009 + 3)
        self._life = Life(Stage(self.company, self._desks, composers, chance), start)

    def _build(self, tickets: int, start: int, composers: dict[Platform, Composer]) -> dict[Platform, LiveDesk]:
        parts = shares(tickets)
        lag, sla = lag_of(tickets), SlaBook(start)
        ids = EventIds(start - (HISTORY_DAYS + 30) * DAY)
        desks: dict[Platform, LiveDesk] = {}
        living: dict[Platform, list[Ticket]] = {}
        for platform, part in parts.items():
            salt = self.seed * 101 + PLATFORMS.index(platform)
            past = Timeline(start - HISTORY_DAYS * DAY, start - lag - 60, part.settled, salt)
            composer = composers[platform] = Composer(platform, self.company, ids)
            history = History(self.seed, composer, past, lag)
            desks[platform] = LiveDesk(platform, history, ids, self.clock, self.groups, sla)
            living[platform] = Genesis(self.seed, composer, part, past, start, lag, sla).tickets()
        link(living, self.seed)
        for platform, tickets_now in living.items():
            desks[platform].populate(tickets_now)
        return desks

    def desk(self, platform: Platform) -> LiveDesk:
        """One platform's tickets."""
        return self._desks[platform]

    def served(self, platform: Platform) -> tuple[Group, ...]:
        """The groups in scope whose tickets live on this platform."""
        return self.company.serving[platform]

    def catch_up(self) -> None:
        """Let life go on until the clock's present instant. Next to free when nothing is due."""
        self._life.catch_up(self.clock.now())


def build_world(
    seed: int = 1, tickets: int = 2000, speed: float = 1.0, now: int | None = None, *, paused: bool = False
) -> LiveWorld:
    """A world that starts at `now` (seconds UTC; None: the machine's present) and runs `speed` times as fast as it."""
    return LiveWorld(seed, tickets, Clock(now, speed=speed, paused=paused))
