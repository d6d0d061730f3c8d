"""What a feed says again is not stored again, unless something of its source became different in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from helpdesk_tui.adapters.base import BadRecord, Feed, Page
from helpdesk_tui.data import upkeep
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.parts import Touched
from helpdesk_tui.domain.tickets import Departure, WayOut
from helpdesk_tui.sync.compare import compare_open
from helpdesk_tui.sync.pull import pull_changes

from .lists import NOW, World, tickets

pytestmark = pytest.mark.integration
SAME = Page("9", True, tickets(1).tickets)


class Stream:
    """A stream of changes that ends with the same page whenever it is read, and how often one was stored."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.page = SAME
        self.stored = 0
        commit_page = CacheWriter.commit_page

        async def pull(_feed: Feed, _cursor: str) -> AsyncIterator[Page]:
            yield self.page

        def counted(writer: CacheWriter, *given: Any, **named: Any) -> Touched:
            self.stored += named["feed"] == "changes"
            return commit_page(writer, *given, **named)

        monkeypatch.setattr(world.adapter, "pull", pull)
        monkeypatch.setattr(CacheWriter, "commit_page", counted)

    async def poll(self, times: int = 1) -> int:
        """How often a page was stored in so many polls."""
        before = self.stored
        for _ in range(times):
            assert await pull_changes(self.world.source.context) == []
        return self.stored - before

    async def open(self) -> set[str]:
        """The keys of the tickets that are open in the cache."""
        return await self.world.cache.do(CacheWriter.open_keys, "desk")


@pytest.fixture
def stream(world: World, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return Stream(world, monkeypatch)


async def test_a_page_that_changes_nothing_is_stored_no_more(stream: Stream) -> None:
    assert await stream.poll(5) == 2, "once for what it says, once to find that this is known"
    assert await stream.open() == {"1"}
    stream.page = replace(SAME, tickets=tickets(1, 2).tickets)
    assert await stream.poll(5) == 2
    assert await stream.open() == {"1", "2"}


async def test_after_a_ticket_left_what_is_said_again_is_held_against_that(stream: Stream) -> None:
    await stream.poll(3)
    stream.world.time += 5

    async def gone(_keys: object) -> Page:
        return Page("", True, departures=(Departure("desk", "1", WayOut.LEFT_SCOPE, NOW + 5),))

    stream.world.adapter.fetch = gone  # type: ignore[method-assign,assignment]
    await compare_open(stream.world.source.context, consent=True)
    assert await stream.open() == set()
    assert await stream.poll(3) == 1


async def test_a_source_that_means_others_now_is_stored_anew(stream: Stream) -> None:
    await stream.poll(3)
    context = stream.world.source.context
    await stream.world.cache.do(CacheWriter.renew, "desk", "before")
    context.signed_in = None
    await stream.poll(3)
    assert await stream.open() == {"1"}


async def test_an_emptied_cache_is_filled_again(stream: Stream) -> None:
    await stream.poll(3)
    upkeep.purge(stream.world.paths.cache_db)
    await stream.poll()
    assert await stream.open() == {"1"}


async def test_what_does_not_parse_is_written_down_whenever_it_comes(stream: Stream) -> None:
    stream.page = replace(SAME, bad=(BadRecord("changes", "7", "no status", "{}"),))
    assert await stream.poll(4) == 4
