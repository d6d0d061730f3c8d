"""What a feed says again is not stored again, unless something of its source became different in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from helpdesk_tui.adapters.base import BadRecord, Feed, Page, Phase
from helpdesk_tui.data import upkeep
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.parts import Touched
from helpdesk_tui.domain.people import Person
from helpdesk_tui.domain.tickets import Departure, WayOut
from helpdesk_tui.sync.compare import compare_open
from helpdesk_tui.sync.pull import commit, pull, pull_changes

from .lists import NOW, World, tickets

pytestmark = pytest.mark.integration
SAME = Page("9", True, tickets(1).tickets)


class Stream:
    """A stream of changes that ends with the same page whenever it is read, and how often one was stored."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.pages = [SAME]
        self.stored = 0
        commit_page = CacheWriter.commit_page

        async def pull(_feed: Feed, _cursor: str) -> AsyncIterator[Page]:
            for page in self.pages:
                yield page

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

    async def quarantined(self) -> int:
        """How many records are told not to have parsed."""
        return await self.world.cache.do(CacheWriter.quarantined, "desk")

    async def open(self) -> set[str]:
        """The keys of the tickets that are open in the cache."""
        return await self.world.cache.do(CacheWriter.open_keys, "desk")


@pytest.fixture
def stream(world: World, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return Stream(world, monkeypatch)


async def test_a_page_that_changes_nothing_is_stored_no_more(stream: Stream) -> None:
    assert await stream.poll(5) == 2, "once for what it says, once to find that this is known"
    assert await stream.open() == {"1"}
    stream.pages = [replace(SAME, tickets=tickets(1, 2).tickets)]
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
    stream.pages = [Page("8", False, tickets(2).tickets), SAME]
    await stream.poll(3)
    upkeep.purge(stream.world.paths.cache_db)
    await stream.poll()
    assert await stream.open() == {"1", "2"}


async def test_what_does_not_parse_is_written_down_whenever_it_comes(stream: Stream) -> None:
    stream.pages = [replace(SAME, bad=(BadRecord("changes", "7", "no status", "{}"),))]
    assert await stream.poll(4) == 4


async def test_a_poll_of_several_pages_ends_where_the_last_one_does(stream: Stream) -> None:
    first = Page("8", False, tickets(2).tickets)
    stream.pages = [first, SAME]
    await stream.poll(2)
    assert await stream.poll(5) == 0
    stream.pages = [replace(first, tickets=tickets(2, 3).tickets), SAME]
    assert await stream.poll() == 2
    cursor = await stream.world.cache.do(CacheWriter.cursor, "desk", "changes")
    assert cursor is not None
    assert (cursor.cursor, cursor.complete) == ("9", True)


async def test_a_record_that_did_not_parse_by_itself_heals_with_the_page_that_has_it(stream: Stream) -> None:
    await stream.poll(3)
    context = stream.world.source.context
    await commit(context, Page("", True, bad=(BadRecord("by id", "1", "no status", "{}"),)), "by id", NOW)
    assert await stream.quarantined() == 1
    await stream.poll(2)
    assert await stream.quarantined() == 0


async def test_who_was_swept_away_comes_back_with_the_page_that_names_them(stream: Stream) -> None:
    stream.pages = [replace(SAME, people=(Person("desk", "p1", "Ann"),))]
    await stream.poll(3)
    feed = Feed("people", Phase.REFERENCE, 600)
    stream.pages, named = [Page("1", True, whole=frozenset({"people"}))], stream.pages
    stream.world.time += 60
    await pull(stream.world.source.context, feed)
    stream.pages = named
    assert await stream.poll() == 1
