"""A source that holds rosters and no tickets, such as a paging service: nobody asks it for tickets, and all is well."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from helpdesk_tui.adapters.base import Adapter, Capability, Feed, Page, Phase, SignIn
from helpdesk_tui.config import SourceConfig, SyncConfig
from helpdesk_tui.data import stores
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.read.told import ToldReader
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.domain.people import Person
from helpdesk_tui.domain.roster.told import Told, ToldDuty, ToldSchedule
from helpdesk_tui.paths import Paths
from helpdesk_tui.sync.context import SourceContext
from helpdesk_tui.sync.source import SourceSync
from helpdesk_tui.sync.threaded import Threaded

from .lists import NOW, Secret

HOUR = 3_600
PEOPLE = Feed("people", Phase.REFERENCE, poll=HOUR)


class Pager(Adapter):
    """Knows who is on call, and with `lists` the people who are."""

    platform = "pager"
    capabilities = frozenset({Capability.PEOPLE, Capability.ROSTERS, Capability.ON_CALL})
    lists: tuple[Feed, ...] = ()

    async def check(self) -> SignIn:
        return SignIn("me", "Me", "", "UTC", NOW, 0, "rosters")

    def feeds(self) -> tuple[Feed, ...]:
        return self.lists

    async def pull(self, feed: Feed, cursor: str) -> AsyncIterator[Page]:
        yield Page("end", True, people=(Person("pager", "p1", "Ana"),), whole=frozenset({"people"}))

    async def rosters(self, start: int, end: int) -> Told:
        schedule = ToldSchedule("pager", "s1", "Network", "UTC", asked_from=start, asked_to=end, read_at=NOW)
        duty = ToldDuty("pager", "s1", "p1", NOW - HOUR, NOW + HOUR)
        return Told((schedule,), (duty,), whole=frozenset({"schedules"}), asked_from=start, asked_to=end)


@pytest.fixture(params=[(PEOPLE,), ()], ids=["people", "rosters alone"])
async def pager(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[tuple[SourceSync, Paths]]:
    """The source on a cache of its own."""
    paths = Paths(tmp_path, tmp_path / "state", tmp_path / "cache", tmp_path)
    cache = Threaded(lambda: stores.open_cache(paths), "test-cache")
    config = SourceConfig(name="pager", platform="pager")
    await cache.do(CacheWriter.begin, [{"name": "pager", "platform": "pager"}], NOW)
    adapter = Pager(config, Secret(), now=lambda: NOW)
    adapter.lists = request.param
    yield SourceSync(SourceContext(config, SyncConfig(), adapter, cache, lambda: NOW, Random(1))), paths
    cache.close(CacheWriter.close)


async def test_a_whole_turn_and_every_timed_job_go_well(pager: tuple[SourceSync, Paths]) -> None:
    source, paths = pager
    reader, told = CacheReader(paths.cache_db), ToldReader(paths.cache_db)
    assert await source.everything()
    (health,) = reader.health()
    assert (health.health, health.phase, health.words) == ("ok", "live", "")
    for job in (source.poll, source.details, source.census, source.reference, source.deep, source.reconcile):
        assert await job(), job.__name__
    assert await source.catch_up()
    (duty,) = told.cached(NOW - 1, NOW).told.duties
    assert (duty.person, duty.end) == ("p1", NOW + HOUR)
    reader.close()
    told.close()


async def test_nobody_can_ask_it_for_tickets(pager: tuple[SourceSync, Paths]) -> None:
    adapter = pager[0].context.adapter
    with pytest.raises(NotImplementedError):
        adapter.census()
    with pytest.raises(NotImplementedError):
        await adapter.fetch(["1"])
    with pytest.raises(NotImplementedError):
        adapter.start(PEOPLE, NOW)
