"""Alarms: a clock that comes near its breach, or passes it, is said once for each ticket, clock and stage, whatever is
restarted meanwhile. The screens show them; a command or a webhook hears of them here.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from helpdesk_tui.clock import Now, instant
from helpdesk_tui.config import Config
from helpdesk_tui.data.read.alarms import About, Alarm, about, running
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.data.read.personal import PersonalReader
from helpdesk_tui.data.read.policies import TeamClocks
from helpdesk_tui.data.read.reader import Reader
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.data.write.alarms import raise_alarms
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.domain.filters import language as filters
from helpdesk_tui.domain.sla.alarms import Running, Stage, following, is_quiet, passed, stages
from helpdesk_tui.domain.sla.business_time import BusinessTime
from helpdesk_tui.domain.sla.findings import SlaError
from helpdesk_tui.domain.sla.team import TeamPolicies
from helpdesk_tui.domain.sla.versions import in_force
from helpdesk_tui.domain.views import all_views
from helpdesk_tui.errors import FilterError, StoreError
from helpdesk_tui.sync.context import log
from helpdesk_tui.sync.glance import Rest, sleep
from helpdesk_tui.sync.hooks import Hooks
from helpdesk_tui.sync.threaded import Threaded

LOOK_SECONDS = 1.0
AGAIN_SECONDS = 10
"""The stores are asked at least so often, whatever their files look like."""
KEEP_SECONDS = 600
"""How often it is written down up to when alarms were raised."""
LATE = 3_600
"""What was passed longer ago while nobody looked, seconds, is no news."""
_STATE = "alarms"


class Alarms:
    """Watches every running clock. A trouble with the cache or the team's store is tried again at the next change."""

    def __init__(
        self,
        personal: Threaded[PersonalWriter],
        stores: tuple[Path, Path, Path],
        settings: Config,
        *,
        now: Now,
        ready: Callable[[str], bool] = lambda _source: True,
        rest: Rest = sleep,
    ) -> None:
        """`stores` are cache.db, personal.db and team.db; `ready` says whether a source was read whole; `rest` waits
        between two looks."""
        self._rest = rest
        cache_db, self._personal_db, team_db = stores
        self._personal, self._settings, self._now, self._ready = personal, settings.alarms, now, ready
        self._hooks = Hooks(settings.alarms, settings.file.parent if settings.file else Path.cwd())
        self._views = {view.name: view.filter for view in all_views()}
        self._views |= {view.name: view.filter for view in settings.views.values()}
        self._me = {source.name: source.username for source in settings.sources.values() if source.username}
        self._cache, self._members = Reader(cache_db, StoreKind.CACHE), CacheReader(cache_db)
        self._team = TeamClocks(team_db)
        self._times: Mapping[str, BusinessTime] = {}
        self._clocks: dict[int, list[Running]] = {}
        self._since: dict[int, int] = {}
        """Per ticket: from when on a passed stage is news."""
        self._heap: list[tuple[int, int]] = []
        self._rev = 0
        self._until = 0
        self._kept = 0

    async def run(self) -> None:
        """Watch until cancelled."""
        if not self._settings.on:
            return
        await self.begin()
        looked = 0
        stirred = True
        try:
            while True:
                stirred = stirred or self._now() - looked >= AGAIN_SECONDS
                looked = self._now() if stirred else looked
                with suppress(StoreError):
                    await self.turn(follow=stirred)
                stirred = await self._rest(LOOK_SECONDS)
        finally:
            self.close()

    async def begin(self) -> None:
        """Go on from where an earlier process left off; the first time, from now."""
        kept = await asyncio.to_thread(self._kept_until)
        now = self._now()
        self._until = self._kept = max(min(kept, now), now - LATE) if kept else now
        if not kept:
            await self._personal.do(PersonalWriter.save_view_state, _STATE, {"until": now}, now)

    def _kept_until(self) -> int:
        reader = PersonalReader(self._personal_db)
        try:
            found = reader.view_state(_STATE).get("until")
        except StoreError:
            return 0
        finally:
            reader.close()
        return found if isinstance(found, int) else 0

    def close(self) -> None:
        """Let go of the stores."""
        self._cache.close()
        self._members.close()
        self._team.close()

    async def turn(self, *, follow: bool = True) -> list[Alarm]:
        """One look: what changed, unless nothing did, and what was passed since the last; the alarms that were
        raised."""
        if follow:
            await asyncio.to_thread(self._follow)
        now = self._now()
        due = self._passed(now)
        fresh = await self._raise(due, now) if due else []
        if fresh or now - self._kept >= KEEP_SECONDS:
            self._kept = now
            await self._personal.do(PersonalWriter.save_view_state, _STATE, {"until": now}, now)
        self._until = now
        ringing = [alarm for alarm in fresh if not alarm.quiet]
        if ringing:
            await self._tell(ringing)
        return fresh

    # Which

    def _follow(self) -> None:
        """Take in what the stores say by now."""
        if self._team.moved():
            self._times = self._calendars()
            self._rev = 0
        if not self._cache.moved() and self._rev:
            return
        first = self._rev == 0
        nothing: tuple[int, dict[int, list[Running]]] = (0, {})
        self._rev, found = self._cache.ask(lambda connection: running(connection, self._rev), nothing)
        if first:
            self._clocks, self._heap = {}, []
        now = self._now()
        for ident, clocks in found.items():
            if not clocks:
                self._clocks.pop(ident, None)
                self._since.pop(ident, None)
                continue
            known = ident in self._clocks or first
            late = now - LATE if self._ready(clocks[0].source) else now
            self._since.setdefault(ident, self._until if known else late)
            self._clocks[ident] = clocks
            self._push(ident, min(self._since[ident], self._until))

    def _push(self, ident: int, after: int) -> None:
        """Look at a ticket again when the next stage of one of its clocks is reached."""
        nexts = (following(self._stages(clock), after) for clock in self._clocks[ident])
        at = min((at for at in nexts if at), default=0)
        if at:
            heapq.heappush(self._heap, (at, ident))

    def _stages(self, clock: Running) -> list[Stage]:
        name = clock.calendar.rpartition(" v")[0] if clock.origin == "local" else ""
        return stages(clock, self._settings.at_risk, self._times.get(name or clock.calendar))

    def _calendars(self) -> dict[str, BusinessTime]:
        """The team's calendars in force, compiled, by name."""
        loaded = self._team.loaded()
        policies = TeamPolicies(loaded.forces, loaded.policies or {}, self._now())
        engine = policies.engine(in_force(loaded.forces))
        found: dict[str, BusinessTime] = {}
        if engine is not None:
            for name in engine.policies.calendars:
                with suppress(SlaError):
                    found[name] = engine.time(name)
        return found

    def _passed(self, now: int) -> list[tuple[Running, str]]:
        """The clocks that have reached a stage, each with it."""
        found: dict[tuple[int, str], tuple[Running, str]] = {}
        while self._heap and self._heap[0][0] <= now:
            _, ident = heapq.heappop(self._heap)
            since = max(self._since.get(ident, self._until), now - LATE)
            for clock in self._clocks.get(ident, ()):
                stage = passed(self._stages(clock), since, now)
                if stage is not None:
                    found[ident, clock.clock] = (clock, stage.name)
            self._since[ident] = now
            if ident in self._clocks:
                self._push(ident, now)
        return list(found.values())

    # What

    async def _raise(self, due: Sequence[tuple[Running, str]], now: int) -> list[Alarm]:
        ids = {clock.id for clock, _ in due}
        nothing: dict[int, About] = {}
        told = await asyncio.to_thread(self._cache.ask, lambda connection: about(connection, ids), nothing)
        muted = await asyncio.to_thread(self._muted, ids, now)
        quiet = is_quiet(self._settings.quiet, now)
        alarms = [
            _alarm(clock, stage, told[clock.id], now, quiet=quiet, muted=clock.id in muted)
            for clock, stage in due
            if clock.id in told
        ]
        fresh: list[Alarm] = await self._personal.do(raise_alarms, alarms, now)
        for alarm in fresh:
            log.info("alarm", ticket=alarm.number, clock=alarm.metric, stage=alarm.stage, quiet=bool(alarm.quiet))
        return fresh

    def _muted(self, ids: Iterable[int], now: int) -> frozenset[int]:
        """The tickets that are in a muted view."""
        found: frozenset[int] = frozenset()
        for name in self._settings.mute:
            with suppress(FilterError):
                if name in self._views:
                    filter_ = filters.parse(self._views[name])
                    found |= self._members.members(filter_, Moment(now, None, self._me), list(ids))
        return found

    async def _tell(self, alarms: Sequence[Alarm]) -> None:
        await self._hooks.tell({"alarms": [as_json(alarm) for alarm in alarms]})


def _alarm(clock: Running, stage: str, told: About, now: int, *, quiet: bool, muted: bool) -> Alarm:
    return Alarm(
        clock.source, clock.key, clock.clock, stage, told.number, told.title, clock.metric, told.priority, told.owner,
        clock.due_at, now, quiet=int(quiet or muted), shown_at=now if muted else 0,
    )  # fmt: skip


def as_json(alarm: Alarm) -> dict[str, object]:
    """An alarm for programs: instants as ISO 8601 in UTC."""
    return {
        "source": alarm.source,
        "ticket": alarm.number,
        "title": alarm.title,
        "clock": alarm.metric,
        "stage": alarm.stage,
        "priority": alarm.priority or None,
        "owner": alarm.owner or None,
        "due_at": f"{instant(alarm.due_at):%Y-%m-%dT%H:%M:%SZ}",
        "raised_at": f"{instant(alarm.raised_at):%Y-%m-%dT%H:%M:%SZ}",
    }
