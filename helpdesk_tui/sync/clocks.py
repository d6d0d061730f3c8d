"""The team's own clocks, kept: policies go from files into the team's store, from there over every ticket, and promises
are settled once the platform shows the answer.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from helpdesk_tui.clock import Now
from helpdesk_tui.config import Config
from helpdesk_tui.data import policy_files, stores
from helpdesk_tui.data.read.personal import PersonalReader
from helpdesk_tui.data.read.policies import Loaded, TeamClocks
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.watch import Watch
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.clocks import Rules, Settled, note_tickets, reckon, set_reckoning, settled
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.data.write.policies import TeamClocksWriter
from helpdesk_tui.domain.clocks import Stage
from helpdesk_tui.domain.sla.findings import Level, SlaError
from helpdesk_tui.domain.sla.promises import Promise, PromiseState, Reminder, ReminderState
from helpdesk_tui.domain.sla.team import TeamPolicies
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.errors import ConfigError, StoreError
from helpdesk_tui.paths import Paths, user_name
from helpdesk_tui.sync.context import log
from helpdesk_tui.sync.glance import Rest, sleep
from helpdesk_tui.sync.source import SourceSync
from helpdesk_tui.sync.threaded import Threaded

LOOK_SECONDS = 0.4
"""Pause between two looks whether a store was written."""
AGAIN_SECONDS = 60.0
"""Pause after the team's store could not be used: the platforms' clocks are shown without it."""
_STATE = "policies"
T = TypeVar("T", Promise, Reminder)
Tell = Callable[[Sequence[str]], Awaitable[None]]


class Clocks:
    """One for the whole sync process. A trouble with the cache is raised, one with the team's store is told and tried
    again; `notes` are lines for the user."""

    def __init__(
        self,
        cache: Threaded[CacheWriter],
        personal: Threaded[PersonalWriter],
        sources: Mapping[str, SourceSync],
        paths: Paths,
        settings: Config,
        *,
        now: Now,
        tell: Tell | None = None,
        rest: Rest = sleep,
    ) -> None:
        """`tell` leaves lines for the user where the desk finds them; `rest` waits between two looks."""
        self._rest = rest
        self._tell = tell
        self._cache, self._personal, self._sources = cache, personal, sources
        self._paths, self._settings, self._now = paths, settings, now
        self._reader = TeamClocks(paths.team_db)
        self._team: Threaded[TeamClocksWriter] | None = None
        self._rules = Rules(TeamPolicies((), {}, now()))
        self._mark = ""
        self._marked: dict[str, str] = {}
        self._noted = False
        self._dropped: set[int] = set()
        self.notes: list[str] = []

    async def run(self) -> None:
        """Keep the clocks until cancelled."""
        team, cache = Watch(self._paths.team_db), Watch(self._paths.cache_db)
        try:
            await self._begin()
            while True:
                pause = 0.0
                try:
                    moved = team.moved()
                    if moved:
                        await self.reload()
                    await self.turn(moved=cache.moved() or moved)
                except _TeamTrouble as error:
                    log.warning("the team's clocks are not kept", words=str(error))
                    await self._let_go()
                    team.close()
                    team, pause = Watch(self._paths.team_db), AGAIN_SECONDS
                await (asyncio.sleep(pause) if pause else self._rest(LOOK_SECONDS))
        finally:
            team.close()
            cache.close()
            await self.close()

    async def _begin(self) -> None:
        try:
            await self.load()
        except _TeamTrouble as error:
            self.notes.append(f"the team's own clocks cannot be kept: {error}")
        if self.notes and self._tell is not None:
            await self._tell(self.notes)

    async def once(self) -> None:
        """Bring every clock up to date, for one turn of sync."""
        try:
            await self.load()
            await self.reload()
            await self.turn(moved=True)
        except _TeamTrouble as error:
            self.notes.append(f"the team's own clocks could not be kept: {error}")

    async def load(self) -> None:
        """Take over what somebody wrote into the files since this user's sync last looked. What cannot be used is told,
        and what was in force before stays so. A store that an earlier version made is brought up first: screens and
        commands that only read it could not."""
        with _team_trouble():
            self.notes += await asyncio.to_thread(stores.bring_up, self._paths.team_db, StoreKind.TEAM)
        try:
            written = await asyncio.to_thread(policy_files.read, self._paths.config_dir, self._settings.sla)
        except ConfigError as error:
            self.notes.append(f"policies are not taken over: {error}")
            return
        known = str((await asyncio.to_thread(_kept, self._paths, _STATE)).get("digest", ""))
        if written.digest == known or (written.empty and not known):
            return
        _, found = await asyncio.to_thread(policy_files.check, written, self._now())
        wrong = [finding for finding in found if finding.level is Level.ERROR]
        if wrong:
            more = f" ({len(wrong) - 1} more; helpdesk-tui config check lists them)" if len(wrong) > 1 else ""
            self.notes.append(f"policies are not taken over: {wrong[0].where}: {wrong[0].words}{more}")
            return
        filled, _ = policy_files.fill(written, self._now())
        team = await self._writer()
        with _team_trouble():
            version = await team.do(TeamClocksWriter.keep_version, written.document, filled, user_name(), self._now())
        await self._personal.do(PersonalWriter.save_view_state, _STATE, {"digest": written.digest}, self._now())
        if version > 1:
            self.notes.append(
                f"policies v{version} are in force for new tickets; helpdesk-tui sla repoint moves running clocks"
            )

    async def reload(self) -> None:
        """Read the team's store anew: versions, promises and reminders."""
        with _team_trouble():
            loaded = await asyncio.to_thread(self._reader.loaded)
            promises = await asyncio.to_thread(self._reader.promises, self._now())
            reminders = await asyncio.to_thread(self._reader.reminders, self._now())
        for finding in loaded.found:
            if finding.level is Level.ERROR:
                log.warning("a policy cannot be used here", where=finding.where, words=finding.words)
        mark = mark_of(loaded)
        policies = self._rules.policies
        if mark != self._mark or not policies:
            policies = TeamPolicies(loaded.forces, loaded.policies or {}, self._now())
        await self._drop_unsaid(promises)
        before = {*self._rules.promises, *self._rules.reminders}
        self._mark, self._rules = mark, Rules(policies, by_ticket(promises), by_ticket(reminders))
        concerned = before | {*self._rules.promises, *self._rules.reminders}
        if concerned:
            self._noted = True
            await self._cache.do(note_tickets, concerned)

    async def _drop_unsaid(self, promises: Iterable[Promise]) -> None:
        """Write down which promises are over because their text was taken back before anybody read it; once each."""
        gone = {one.id: one.settled_at for one in promises if one.state is PromiseState.DROPPED}
        new = gone.keys() - self._dropped
        if new:
            self._dropped |= new
            team = await self._writer()
            with _team_trouble():
                for ident in sorted(new):
                    await team.do(TeamClocksWriter.settle_promise, ident, PromiseState.DROPPED, gone[ident])

    async def turn(self, *, moved: bool) -> None:
        """Reckon what is noted, and settle what that shows. Raises StoreError for the cache."""
        fresh = False
        for name, source in self._sources.items():
            if source.ready.is_set() and self._marked.get(name) != self._mark:
                self._marked[name] = self._mark
                fresh = await self._cache.do(set_reckoning, name, self._mark) or fresh
        waiting = self._waiting()
        if not (moved or fresh) or not (fresh or waiting or self._noted or self._rules.policies):
            return
        if waiting:
            await self._cache.do(note_tickets, {TicketRef(one.source, one.key) for one in waiting})
        self._noted = False
        await self._drain()
        if waiting:
            await self._settle(waiting)

    def _waiting(self) -> list[Promise | Reminder]:
        """What was promised and is to be remembered, and is not settled yet."""
        promises = (one for some in self._rules.promises.values() for one in some if one.state is PromiseState.OPEN)
        reminders = (one for some in self._rules.reminders.values() for one in some if one.state is ReminderState.OPEN)
        return [*promises, *reminders]

    async def _drain(self) -> None:
        try:
            while await self._cache.do(reckon, self._rules, self._now()):
                pass
        except SlaError as error:
            log.warning("clocks could not be reckoned", words=str(error))

    async def _settle(self, open_ones: list[Promise | Reminder]) -> None:
        """Write down what the events show of promises and reminders."""
        names = {_ident(one): one for one in open_ones}
        found: list[Settled] = await self._cache.do(
            settled, [(one.source, one.key, ident) for ident, one in names.items()]
        )
        if not found:
            return
        team = await self._writer()
        with _team_trouble():
            for each in found:
                one = names[each.ident]
                if isinstance(one, Promise):
                    state = PromiseState.KEPT if each.stage is Stage.MET else PromiseState.MISSED
                    await team.do(TeamClocksWriter.settle_promise, one.id, state, each.at)
                else:
                    await team.do(TeamClocksWriter.settle_reminder, one.id, ReminderState.DONE, each.at)

    async def _writer(self) -> Threaded[TeamClocksWriter]:
        if self._team is None:
            with _team_trouble():
                self._team = await asyncio.to_thread(Threaded, partial(_open, self._paths), "team-clocks")
        return self._team

    async def _let_go(self) -> None:
        if self._team is not None:
            team, self._team = self._team, None
            await asyncio.to_thread(team.close, TeamClocksWriter.close)

    async def close(self) -> None:
        """Let go of the stores."""
        await self._let_go()
        self._reader.close()


class _TeamTrouble(Exception):
    """The team's store could not be used; everything else goes on."""


@contextmanager
def _team_trouble() -> Iterator[None]:
    """Turns a StoreError inside the block into one about the team's store."""
    try:
        yield
    except StoreError as error:
        raise _TeamTrouble(str(error)) from error


def mark_of(loaded: Loaded) -> str:
    """Tells one state of the team's policies from the next; "" where there are none."""
    if not any(made.policies for made in (loaded.policies or {}).values()):
        return ""
    return hashlib.sha256(repr(loaded.forces).encode()).hexdigest()[:16]


def by_ticket(some: Iterable[T]) -> dict[TicketRef, list[T]]:
    """Promises or reminders by their ticket."""
    found: dict[TicketRef, list[T]] = defaultdict(list)
    for one in some:
        found[TicketRef(one.source, one.key)].append(one)
    return dict(found)


def _ident(one: Promise | Reminder) -> str:
    return f"promise:{one.id}" if isinstance(one, Promise) else f"reminder:{one.id}"


def _open(paths: Paths) -> TeamClocksWriter:
    return TeamClocksWriter(stores.open_write(paths.team_db, StoreKind.TEAM))


def _kept(paths: Paths, name: str) -> Mapping[str, object]:
    reader = PersonalReader(paths.personal_db)
    try:
        return reader.view_state(name)
    finally:
        reader.close()
