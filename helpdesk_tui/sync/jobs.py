"""The timed jobs of the sync process. The only place that knows the scheduler.

Jobs live in memory and are made anew at every start. They run on UTC, one at a time each; a job that was missed,
because the machine slept or the process was busy, runs once as soon as it can.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from helpdesk_tui.sync.rosters import SECONDS as ROSTER_SECONDS
from helpdesk_tui.sync.rosters import holds_rosters
from helpdesk_tui.sync.source import SourceSync

CENSUS_SECONDS = 300
REFERENCE_SECONDS = 3_600
DEEP_SECONDS = 3_600
DETAILS_SECONDS = 15
JITTER = 0.1
DEFAULT_POLLS = {"servicenow": 20, "jira": 30, "zendesk": 30}
"""Seconds between two looks for changes."""
DEFAULT_POLL = 30

Work = Callable[[], Awaitable[object]]


class Jobs:
    """Starts and stops the timed jobs. Needs a running event loop. `failed` is told of every job that raised."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._failed = failed
        self._running: set[asyncio.Task[object]] = set()

    @property
    def names(self) -> list[str]:
        """The names of all jobs."""
        return [job.id for job in self._scheduler.get_jobs()]

    def start(self) -> None:
        """Let the jobs run."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Run no more jobs; those under way are cancelled and waited for, so that nobody uses what is closed next."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def every(self, seconds: int, name: str, work: Work) -> None:
        """Run `work` every so many seconds, give or take a tenth, so that processes on one host spread out."""
        trigger = IntervalTrigger(seconds=seconds, jitter=max(1, round(seconds * JITTER)) if seconds >= 10 else None)
        self._scheduler.add_job(self._job(name, work), trigger, id=name, name=name)

    def nightly(self, at: str, name: str, work: Work) -> None:
        """Run `work` once a day at HH:MM, UTC."""
        hour, minute = at.split(":")
        trigger = CronTrigger(hour=int(hour), minute=int(minute), timezone=UTC)
        self._scheduler.add_job(self._job(name, work), trigger, id=name, name=name)

    def _job(self, name: str, work: Work) -> Work:
        """The work as a task of ours: the scheduler neither waits for its own nor tells what they raise.

        It has to be a coroutine function, or the scheduler would run it in a thread.
        """

        async def done() -> object:
            return await work()

        async def run() -> None:
            task = asyncio.create_task(done(), name=name)
            self._running.add(task)
            try:
                await asyncio.wait([task])
            finally:
                self._running.discard(task)
            if not task.cancelled() and (error := task.exception()) is not None:
                self._failed(error)

        return run


def plan(jobs: Jobs, sources: Iterable[SourceSync]) -> None:
    """Give every source its jobs. Before its first pull is done, a source's jobs have nothing to do."""
    for source in sources:
        settings = source.context.settings
        jobs.every(poll_seconds(source), f"poll {source.name}", when_begun(source, source.poll))
        jobs.every(DETAILS_SECONDS, f"details {source.name}", when_begun(source, source.details))
        jobs.every(CENSUS_SECONDS, f"census {source.name}", when_ready(source, source.census))
        jobs.every(REFERENCE_SECONDS, f"reference {source.name}", when_ready(source, source.reference))
        if holds_rosters(source.context):
            jobs.every(ROSTER_SECONDS, f"rosters {source.name}", when_ready(source, source.rosters))
        jobs.every(DEEP_SECONDS, f"deep {source.name}", when_ready(source, source.deep))
        jobs.nightly(settings.reconcile_at, f"reconcile {source.name}", when_ready(source, source.reconcile))


def poll_seconds(source: SourceSync) -> int:
    """Seconds between two polls: as configured, else as the platform bears."""
    configured = source.context.source
    return configured.poll or DEFAULT_POLLS.get(configured.platform, DEFAULT_POLL)


def when_ready(source: SourceSync, work: Work) -> Work:
    """`work`, once the source is completely known."""

    async def run() -> None:
        if source.ready.is_set():
            await work()

    return run


def when_begun(source: SourceSync, work: Work) -> Work:
    """`work`, once the open tickets are there: changes come in while the history is still being pulled."""

    async def run() -> None:
        if source.begun.is_set():
            await work()

    return run
