"""The outbox on its way out: whatever is due is sent, target by target in order, and several targets at once.

Only what this host's user decided here is sent from here. Each source has its own pace, which its adapter keeps.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from helpdesk_tui.clock import Now
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.watch import Watch
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.domain.change_rules import Outcome, heads
from helpdesk_tui.domain.changes import Change, ChangeState
from helpdesk_tui.errors import StoreError
from helpdesk_tui.paths import host_name
from helpdesk_tui.sync.context import log
from helpdesk_tui.sync.failpoints import failpoint
from helpdesk_tui.sync.glance import Rest, sleep
from helpdesk_tui.sync.sending import Sender
from helpdesk_tui.sync.source import SourceSync
from helpdesk_tui.sync.threaded import Threaded

LOOK_SECONDS = 0.4
"""Pause between two looks whether anything is due."""
AGAIN_SECONDS = 15
"""A look is taken at least so often: a source may have been mended meanwhile."""
PRESENT_SECONDS = 60
PURGE_SECONDS = 3600
AT_ONCE = 4
"""Targets of one source that are written to at the same time."""
AVOID_SECONDS = 60
CONFIRMED_AT_ONCE = 50
CONFIRM_SECONDS = 5
"""Pause between two readings of what was applied, where the platform is slow to show it."""


_GOES = frozenset({ChangeState.QUEUED, ChangeState.SENDING, ChangeState.UNCERTAIN})


class Push:
    """Sends one user's outbox from one host."""

    def __init__(
        self,
        sources: Mapping[str, SourceSync],
        personal: Threaded[PersonalWriter],
        path: Path,
        *,
        now: Now,
        host: str = "",
        rest: Rest = sleep,
    ) -> None:
        """`path` is personal.db, which `personal` writes; `rest` waits between two looks while nothing is due."""
        self._rest = rest
        self.host = host or host_name()
        self._now = now
        self._path = path
        self._reader = OutboxReader(path)
        self._personal = personal
        self._senders = {name: Sender(source.context, personal, self.host) for name, source in sources.items()}
        self._slots = {name: asyncio.Semaphore(AT_ONCE) for name in sources}
        self._busy: dict[tuple[str, str, str], asyncio.Task[None]] = {}
        self._confirming: dict[str, asyncio.Task[None]] = {}
        self._confirm_at: dict[str, int] = {}
        self._avoided: dict[tuple[str, str, str], int] = {}
        self._failure: BaseException | None = None

    async def run(self) -> None:
        """Send until cancelled. Raises the StoreError that makes it impossible."""
        watch = Watch(self._path)
        told = purged = due = looked = 0
        try:
            await self.recover()
            while True:
                now = self._now()
                if now - told >= PRESENT_SECONDS:
                    await self._outbox_present(now)
                    told = now
                if now - purged >= PURGE_SECONDS:
                    await self._personal.do(lambda writer: Outbox(writer.store).purge(self._now()))
                    purged = now
                if watch.moved() or (due and now >= due) or now - looked >= AGAIN_SECONDS:
                    due, looked = await self.turn(), now
                await (sleep(LOOK_SECONDS) if due else self._rest(LOOK_SECONDS))
        finally:
            watch.close()
            await self.close()

    async def recover(self) -> None:
        """Begin: what an earlier process was sending may or may not have arrived."""
        await self._personal.do(lambda writer: Outbox(writer.store).recover(self.host, self._now()))

    async def sendable(self) -> bool:
        """Whether anything is left that goes out from here without anybody deciding."""
        changes = await asyncio.to_thread(self._reader.unfinished)
        return any(one.host == self.host and one.source in self._senders and one.state in _GOES for one in changes)

    async def drain(self, patience: int = 0) -> None:
        """Send all that is due now and what that makes due, and wait for it; for one turn of `sync --once`.

        What comes due within `patience` seconds is waited for.
        """
        until = self._now() + patience
        while True:
            before = await self._standing()
            due = await self.turn(patient=False)
            while running := [*self._busy.values(), *self._confirming.values()]:
                await asyncio.gather(*running, return_exceptions=True)
            if self._failure is not None:
                raise self._failure
            if await self._standing() != before:
                continue
            if not self._now() < due <= until:
                return
            await asyncio.sleep(due - self._now())

    async def turn(self, *, patient: bool = True) -> int:
        """Begin everything that is due and not under way; the next instant at which something is, 0 for none.

        Where not `patient`, what was applied is looked up again without a pause.
        """
        if self._failure is not None:
            raise self._failure
        now, changes = self._now(), await asyncio.to_thread(self._reader.unfinished)
        ours = [change for change in changes if change.source in self._senders and change.host == self.host]
        later: list[int] = []
        names = {change.id for change in ours}
        for change in [*self._uncertain(ours), *(one for one in heads(changes) if one.id in names)]:
            if change.target in self._busy:
                continue
            if self._is_sounded(change.source):
                later.append(now + 1)
                continue
            bar = self._barred(change.source, now)
            when = max(change.not_before, bar, self._avoided.get(change.target, 0))
            if when > now:
                later.append(when)
            else:
                self._busy[change.target] = self._begin(self._work(change), self._busy, change.target)
        later += self._confirm(ours, now, patient=patient)
        return min(later, default=0)

    def _uncertain(self, changes: list[Change]) -> list[Change]:
        """What has to be looked for first: uncertain ones, and those whose sender is gone."""
        now = self._now()
        return [
            change
            for change in changes
            if change.state is ChangeState.UNCERTAIN
            or (change.state is ChangeState.SENDING and change.target not in self._busy and change.lease_until < now)
        ]

    def _barred(self, source: str, now: int) -> int:
        """Until when the source is left alone after a trouble; 0 where it may be asked."""
        circuit = self._senders[source].context.circuit
        return circuit.whole.next_try if circuit.bars("", now) is not None else 0

    def _is_sounded(self, source: str) -> bool:
        """Whether a source that is down is being asked already: one change finds out for all of them."""
        if not self._senders[source].context.circuit.is_down:
            return False
        return source in self._confirming or any(target[0] == source for target in self._busy)

    async def _work(self, change: Change) -> None:
        sender = self._senders[change.source]
        try:
            async with self._slots[change.source]:
                if change.state is ChangeState.QUEUED:
                    await sender.send(change)
                elif change.state is ChangeState.SENDING:
                    await sender.outbox(Outbox.settle, change, Outcome.DIED, self._now(), lease_until=0)
                else:
                    await sender.verify(change)
        except StoreError:
            raise
        except Exception:
            # A mistake of ours: one change must not stop the others, nor be tried without a pause.
            log.exception("a change could not be worked on", source=change.source, change=change.id)
            self._avoided[change.target] = self._now() + AVOID_SECONDS
        failpoint("worked")

    def _confirm(self, changes: list[Change], now: int, *, patient: bool) -> list[int]:
        """Look up what was applied, a portion of each source at a time."""
        later = []
        for name, sender in self._senders.items():
            mine = (one for one in changes if one.source == name and one.state is ChangeState.APPLIED)
            applied = list(islice(mine, CONFIRMED_AT_ONCE))
            if not applied or name in self._confirming:
                continue
            if self._is_sounded(name):
                later.append(now + 1)
                continue
            when = max(self._confirm_at.get(name, 0) if patient else 0, self._barred(name, now))
            if when > now:
                later.append(when)
                continue
            self._confirm_at[name] = now + CONFIRM_SECONDS
            later.append(now + CONFIRM_SECONDS)
            self._confirming[name] = self._begin(sender.confirm(applied), self._confirming, name)
        return later

    def _begin(
        self, work: Coroutine[Any, Any, None], under: dict[Any, asyncio.Task[None]], name: object
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(work)

        def over(ended: asyncio.Task[None]) -> None:
            under.pop(name, None)
            if not ended.cancelled() and (error := ended.exception()) is not None:
                self._failure = self._failure or error

        task.add_done_callback(over)
        return task

    async def _outbox_present(self, now: int) -> None:
        await self._personal.do(lambda writer: Outbox(writer.store).present(self.host, now))

    async def _standing(self) -> list[tuple[str, str, int]]:
        changes = await asyncio.to_thread(self._reader.unfinished)
        return [(change.id, str(change.state), change.not_before) for change in changes]

    async def close(self) -> None:
        """Stop what is under way: what was being sent will be looked for at the next start."""
        running = [*self._busy.values(), *self._confirming.values()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._reader.close()
