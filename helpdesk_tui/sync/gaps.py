"""Gaps: after every change of a roster, a shift or an absence, and every morning, one look 14 days ahead for where
nobody is. Each gap is told once, to the command and the webhook of the alarms, whether a screen is open or not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from helpdesk_tui import clock
from helpdesk_tui.clock import Now
from helpdesk_tui.config import Config
from helpdesk_tui.data.read.floor import AHEAD, Floor, hole_words, rules_of
from helpdesk_tui.data.read.floor_build import load
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.read.personal import PersonalReader
from helpdesk_tui.data.read.rosters import TeamReader
from helpdesk_tui.data.read.told import ToldReader
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.domain.changes import Kind as ChangeKind
from helpdesk_tui.domain.roster.bounds import LATEST
from helpdesk_tui.domain.roster.coverage import Finding, Kind, loudest_first
from helpdesk_tui.domain.roster.moments import local
from helpdesk_tui.domain.sla.alarms import is_quiet
from helpdesk_tui.domain.wall_time import DAY
from helpdesk_tui.errors import StoreError
from helpdesk_tui.sync.context import log
from helpdesk_tui.sync.glance import Rest, sleep
from helpdesk_tui.sync.hooks import Hooks
from helpdesk_tui.sync.threaded import Threaded

LOOK_SECONDS = 5.0
AGAIN_SECONDS = 60
"""The stores are asked at least so often, whatever their files look like: the morning comes without a write."""
CALM = 30
"""Seconds between two checks, however much changes."""
MORNING = 6 * 3_600
"""Local seconds of a day at which its morning begins."""
SLACK = 3_600
"""A gap that grew by no more than so many seconds is the one that was told."""
BACK, FORTH = 3 * DAY, AHEAD + 3 * DAY
_STATE = "gaps"

Told = tuple[str, str, int, int]
"""Pool, skill, [start, end) of a gap."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was told, and the last morning that was."""

    told: tuple[Told, ...] = ()
    morning: str = ""


class Gaps:
    """Watches the rosters. A trouble with a store is tried again at the next change."""

    def __init__(
        self,
        personal: Threaded[PersonalWriter],
        stores: tuple[Path, Path, Path],
        settings: Config,
        *,
        now: Now,
        rest: Rest = sleep,
    ) -> None:
        """`stores` are cache.db, personal.db and team.db; `rest` waits between two looks."""
        cache_db, self._personal_db, team_db = stores
        self._personal, self._now, self._rest = personal, now, rest
        self._alarms, self._rules = settings.alarms, rules_of(settings.roster)
        self._zone = settings.screen.zone or clock.local_zone()
        self._hooks = Hooks(settings.alarms, settings.file.parent if settings.file else Path.cwd())
        self._team, self._cache, self._outbox = TeamReader(team_db), ToldReader(cache_db), OutboxReader(stores[1])
        self._print: object = None
        self._stirred = True
        self._checked = 0

    async def run(self) -> None:
        """Watch until cancelled."""
        looked, stirred = 0, True
        try:
            while self._alarms.on:
                if stirred or self._stirred or self._now() - looked >= AGAIN_SECONDS:
                    looked = self._now()
                    with suppress(StoreError):
                        await self.turn()
                stirred = await self._rest(LOOK_SECONDS)
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the stores."""
        self._team.close()
        self._cache.close()
        self._outbox.close()

    async def turn(self) -> list[str]:
        """One look: the lines that were told, none where nothing changed, the day began long ago or it is quiet."""
        now = self._now()
        self._stirred = await asyncio.to_thread(self._changed) or self._stirred
        if is_quiet(self._alarms.quiet, now):
            return []
        before = await asyncio.to_thread(self._remembered)
        today = f"{local(now - MORNING, self._zone).date()}"
        if today == before.morning and not (self._stirred and abs(now - self._checked) >= CALM):
            return []
        self._stirred, self._checked = False, now
        floor, holes = await asyncio.to_thread(self._holes, now)
        fresh = holes if today != before.morning else [one for one in holes if _is_news(one, before.told)]
        kept = {"told": [list(_told(one, now + AHEAD)) for one in holes], "morning": today}
        await self._personal.do(PersonalWriter.save_view_state, _STATE, kept, now)
        lines = [hole_words(floor, one, now) for one in fresh]
        if lines:
            because = "morning" if today != before.morning else "change"
            log.info("gaps", because=because, words=lines)
            rows = [as_json(floor, one, words) for one, words in zip(fresh, lines, strict=True)]
            await self._hooks.tell({"gaps": rows, "because": because})
        return lines

    def _changed(self) -> bool:
        """Whether anything moved that a gap may come of."""
        team, found = self._team.moved(), (self._cache.fingerprint(), self._outbox.standing(ChangeKind.OVERRIDE))
        changed, self._print = found != self._print, found
        return team or changed

    def _holes(self, now: int) -> tuple[Floor, list[Finding]]:
        """Where nobody is reached in the days ahead, the loudest first."""
        floor = load(self._team, self._cache, self._outbox, now, self._zone, self._rules, back=BACK, forth=FORTH)
        found = loudest_first(floor.findings(now, now + AHEAD))
        return floor, [one for one in found if one.kind in (Kind.GAP, Kind.EMPTY)]

    def _remembered(self) -> Remembered:
        reader = PersonalReader(self._personal_db)
        try:
            return _read(reader.view_state(_STATE))
        finally:
            reader.close()


def _read(kept: Mapping[str, object]) -> Remembered:
    """What was kept, as far as it can be read."""
    rows, morning = kept.get("told"), kept.get("morning")
    told = []
    for row in rows if isinstance(rows, list) else []:
        match row:
            case [str(pool), str(skill), int(start), int(end)]:
                told.append((pool, skill, start, end))
    return Remembered(tuple(told), morning if isinstance(morning, str) else "")


def _told(one: Finding, horizon: int) -> Told:
    """A gap as it is remembered; nobody can see yet where one at the horizon ends."""
    return one.pool, one.skill, one.start, one.end if one.end < horizon else LATEST


def _is_news(one: Finding, told: Iterable[Told]) -> bool:
    """Whether a gap is another one than those that were told, or longer. That more of it comes into sight as the days
    go by is no news."""
    return not any(
        (pool, skill) == (one.pool, one.skill) and start - SLACK <= one.start and one.end <= end + SLACK
        for pool, skill, start, end in told
    )


def as_json(floor: Floor, one: Finding, words: str) -> dict[str, object]:
    """A gap for programs: instants as ISO 8601 in UTC."""
    first, last = (f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}" for at in (one.start, one.end))
    return {
        "kind": str(one.kind), "schedule": floor.label(one.pool), "skill": one.skill or None, "from": first, "to": last,
        "people": list(one.people), "lost": one.lost, "words": words,
    }  # fmt: skip
