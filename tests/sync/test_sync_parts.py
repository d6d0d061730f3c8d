"""The parts of sync each on their own, on a platform made of lists: feeds, answers, comparisons, details."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace

import pytest
import time_machine

from helpdesk_tui.adapters.base import Feed, Page, Phase
from helpdesk_tui.config import Config, SourceConfig
from helpdesk_tui.data import stores
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.write import cache as cache_module
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.domain.tickets import Departure, WayOut
from helpdesk_tui.domain.tickets import State as TicketState
from helpdesk_tui.errors import Refused, Unreachable
from helpdesk_tui.sync.answers import Answers
from helpdesk_tui.sync.compare import drops_too_much, look_up
from helpdesk_tui.sync.details import LEFT_ALONE
from helpdesk_tui.sync.health import State
from helpdesk_tui.sync.process import take_care
from helpdesk_tui.sync.pull import commit, pull_changes
from helpdesk_tui.sync.threaded import Threaded

from .lists import NOW, World, tickets


async def test_a_first_pull_leaves_no_long_log(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "LARGEST_LOG", 100_000)
    world.adapter.pages = {"open": [tickets(*range(number, number + 300)) for number in (1, 301)]}
    log = world.paths.cache_db.with_name("cache.db-wal")
    assert await world.source.once("first pull", world.source._first_pull)
    assert log.stat().st_size == 0


async def test_a_feed_that_fails_starves_no_other(world: World) -> None:
    world.adapter.pages = {"open": [tickets(1, 2)], "people": [Refused("no people", status=403)]}
    world.adapter.pages["events"] = [Unreachable("broken", status=500)]
    assert await world.source.once("first pull", world.source._first_pull)
    assert world.source.begun.is_set()
    asked = [name for name, _ in world.adapter.asked]
    assert {"open", "people", "changes", "events", "history"} <= set(asked)
    health = world.source.context.health
    assert health.state is State.REFUSED
    assert health.words == "people: no people"
    world.time += 1
    assert not await world.source.poll()
    assert world.row()[2] == NOW + 1, "changes were read all the same"
    assert [name for name, _ in world.adapter.asked].count("events") == 1, "it is left alone for a while"
    world.adapter.pages = {}
    world.time += 1000
    assert await world.source.poll()
    assert await world.source.reference()
    assert world.row() == ("ok", "", NOW + 1001, NOW + 1001)


async def test_changes_are_polled_while_the_past_is_still_read(world: World) -> None:
    gate = asyncio.Event()
    world.adapter.pages = {"open": [tickets(1)], "events": [gate, tickets(1)], "history": [gate, tickets(9)]}
    first = asyncio.create_task(world.source.first_pull())
    await world.source.begun.wait()
    await world.adapter.waiting.wait()
    for late in (30, 60):
        world.time = NOW + late
        assert await world.source.poll()
        assert world.row()[2] == NOW + late
    assert [name for name, _ in world.adapter.asked].count("events") == 1, "one reads a feed at a time"
    assert not world.source.ready.is_set()
    await world.source.details()
    assert ("events by key", "1") in world.adapter.asked
    gate.set()
    await first
    assert world.source.ready.is_set()


async def test_the_cache_is_as_fresh_as_the_stream_that_somebody_else_is_still_reading(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With two streams of changes, two readers may meet at the second one after both were free."""
    tables = tuple(Feed(name, Phase.CHANGES, 30) for name in ("incidents", "problems"))
    monkeypatch.setattr(world.adapter, "feeds", lambda: tables)
    one, other = asyncio.Event(), asyncio.Event()
    world.adapter.pages = {"incidents": [one, tickets(1)], "problems": [other, Unreachable("broken", status=500)]}
    context = world.source.context
    first = asyncio.create_task(pull_changes(context))
    await world.adapter.waiting.wait()
    world.adapter.waiting.clear()
    second = asyncio.create_task(pull_changes(context))
    await world.adapter.waiting.wait()
    one.set()
    assert await first == []
    assert context.data_at == 0, "what the other reads may still fail"
    other.set()
    assert len(await second) == 1
    assert context.data_at == 0


async def test_a_first_pull_goes_on_from_the_cursor_where_it_was_left(world: World) -> None:
    pages: list[Page | Exception | asyncio.Event] = [tickets(1, 2), tickets(3), Unreachable("gone"), tickets(4)]
    world.adapter.pages = {"open": pages}
    assert not await world.source.once("first pull", world.source._first_pull)
    assert not world.source.begun.is_set()
    pages[2] = tickets(5)
    again = world.worker()
    assert await again.once("first pull", again._first_pull)
    assert [cursor for name, cursor in world.adapter.asked if name == "open"] == ["", "2"]
    assert await world.cache.do(CacheWriter.open_keys, "desk") == {"1", "2", "3", "4", "5"}


async def test_nothing_is_written_for_nothing(world: World) -> None:
    world.adapter.pages = {"open": [tickets(1)], "changes": [tickets(1)]}
    await world.source.everything()
    context = world.source.context
    while context.news:
        await world.source.details()
    asked = len(world.adapter.asked)
    await world.source.details()
    assert len(world.adapter.asked) == asked
    world.time += 1
    world.adapter.pages["changes"] = [Page("", False)]
    written: list[str] = []
    do = world.cache.do

    async def noted(work: Callable[..., object], *args: object, **kwargs: object) -> object:
        written.append(work.__name__)
        return await do(work, *args, **kwargs)

    world.cache.do = noted  # type: ignore[method-assign, assignment]
    assert await world.source.poll()
    assert [name for name in written if name != "cursor"] == ["set_health"], "how fresh the cache is, and nothing else"


async def test_a_decision_that_is_wanted_survives_a_restart(world: World) -> None:
    world.adapter.pages = {"open": [tickets(*range(40))]}
    world.adapter.open = set(map(str, range(20)))
    await world.source.everything()
    assert world.row()[0] == "narrowed"
    words = world.row()[1]
    assert "20 of 40" in words
    await world.cache.do(CacheWriter.end, NOW)
    world.cache.close(lambda _writer: None)
    world.cache = Threaded(lambda: stores.open_cache(world.paths), "test-cache")
    again = world.worker()
    reader = CacheReader(world.paths.cache_db)
    await again.context.remember(reader.health()[0])
    reader.close()
    assert await again.poll()
    assert world.row()[:2] == ("narrowed", words)
    world.adapter.open = set(map(str, range(40)))
    assert await again.census()
    assert world.row()[0] == "ok"


@pytest.mark.parametrize(
    ("missing", "known", "too_much"),
    [
        (0, 0, False),
        (1, 1, False),
        (2, 2, True),
        (2, 4, False),
        (3, 4, True),
        (10, 10, True),
        (11, 11, True),
        (10, 19, True),
        (10, 20, False),
        (11, 200, True),
        (11, 220, False),
        (50, 1000, False),
        (51, 1000, True),
        (500, 10_000, False),
        (501, 10_000, True),
        (10_000, 10_000, True),
    ],
)
def test_what_a_census_may_take_away_unasked(missing: int, known: int, too_much: bool) -> None:
    assert drops_too_much(missing, known) is too_much


async def test_a_conversation_that_is_refused_holds_up_nothing(world: World) -> None:
    world.adapter.pages = {"open": [tickets(*range(8))]}
    world.adapter.open = set(map(str, range(8)))
    world.adapter.refuses = {"0", "1", "2"}
    await world.source.everything()
    for _ in range(4):
        await world.source.details()
    read = [key for name, key in world.adapter.asked if name == "activity"]
    assert sorted(read) == [str(key) for key in range(8)], "each once"
    assert world.source.context.health.state is State.OK
    assert not world.source.context.news
    world.adapter.asked.clear()
    world.time += LEFT_ALONE
    await world.source.details()
    assert sorted(key for name, key in world.adapter.asked if name == "activity") == ["0", "1", "2"]
    with pytest.raises(Refused, match="not for you"):
        await world.source.activity("1")
    assert world.source.context.health.state is State.OK


async def test_what_changes_while_it_is_asked_for_is_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was stored while an answer was on its way is newer than the answer."""
    world.adapter.pages = {"open": [tickets(1)]}
    await world.source.everything()
    (ticket,) = tickets(1).tickets
    context = world.source.context

    async def slow(key: str) -> Page:
        world.time += 5
        await commit(context, Page("", True, (ticket._replace(version=2, title="Changed"),)), "changes", world.time)
        return Page("", True, activity_whole=frozenset({key}))

    monkeypatch.setattr(world.adapter, "activity", slow)
    await world.source.activity("1")
    assert await world.cache.do(CacheWriter.wanted_activity, "desk", 5) == ["1"]

    async def late(keys: Collection[str]) -> Page:
        gone = Departure("desk", "1", WayOut.LEFT_SCOPE, world.time + 2)
        await commit(context, Page("", True, departures=(gone,)), "changes", world.time)
        world.time += 5
        return Page("", True, (ticket._replace(version=2, title="Changed"),))

    monkeypatch.setattr(world.adapter, "fetch", late)
    await look_up(context, ["1"])
    assert await world.cache.do(CacheWriter.open_keys, "desk") == set()


@pytest.mark.parametrize("skew", [-3600, 0, 3600])
async def test_a_ticket_that_comes_back_is_seen_whatever_the_platforms_clock_says(world: World, skew: int) -> None:
    """When a ticket left is told by the platform's clock, when a reading began by ours."""
    world.adapter.pages = {"open": [tickets(1)]}
    await world.source.everything()
    context = world.source.context
    assert context.signed_in is not None
    context.signed_in = replace(context.signed_in, skew=skew)
    world.time += 10
    gone = Departure("desk", "1", WayOut.FORBIDDEN, world.time + skew)
    await commit(context, Page("", True, departures=(gone,)), "by id", world.time)
    assert await world.cache.do(CacheWriter.open_keys, "desk") == set()
    await commit(context, tickets(1), "by id", world.time - 5)
    assert await world.cache.do(CacheWriter.open_keys, "desk") == set(), "read before it left"
    await commit(context, tickets(1), "by id", world.time + 5)
    assert await world.cache.do(CacheWriter.open_keys, "desk") == {"1"}


async def test_a_conversation_that_is_hidden_takes_no_ticket_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A narrowed token hides every conversation: only a census may find out what that means for the queue."""
    world.adapter.pages = {"open": [tickets(*range(8))]}
    world.adapter.open = set(map(str, range(8)))
    await world.source.everything()

    async def hidden(key: str) -> Page:
        world.adapter.asked.append(("activity", key))
        return Page("", True, departures=(Departure("desk", key, WayOut.FORBIDDEN, NOW),))

    monkeypatch.setattr(world.adapter, "activity", hidden)
    for _ in range(4):
        await world.source.details()
    assert await world.cache.do(CacheWriter.open_keys, "desk") == world.adapter.open
    read = [key for name, key in world.adapter.asked if name == "activity"]
    assert sorted(read) == sorted(world.adapter.open), "each once"
    with pytest.raises(Refused, match="does not show"):
        await world.source.activity("1")


async def test_what_is_let_go_follows_the_days_of_its_source(world: World) -> None:
    (ticket,) = tickets(1).tickets
    old = NOW - 100 * 86_400
    closed = ticket._replace(state=TicketState.CLOSED, created_at=old, updated_at=old, closed_at=old)
    await commit(world.source.context, Page("", True, (closed,)), "history", NOW)
    reader = CacheReader(world.paths.cache_db)
    desk = SourceConfig(name="desk", platform="lists", history_days=365)
    with time_machine.travel(NOW, tick=False):
        await take_care(world.cache, Config(sources={"desk": desk}))
        assert [row.key for row in reader.find("D-1")] == ["1"]
        await take_care(world.cache, Config(sources={"desk": replace(desk, history_days=0)}))
        assert reader.find("D-1") == []
    reader.close()


async def test_requests_are_done_and_answered_in_words(world: World) -> None:
    world.adapter.pages = {"open": [tickets(1)]}
    world.adapter.refuses = {"1"}
    await world.source.everything()
    personal = Threaded(lambda: stores.open_personal(world.paths), "test-personal")
    answers = Answers({"desk": world.source}, personal)
    asks = {"sync": ("", ""), "activity": ("desk", "1"), "signin": ("desk", ""), "accept": ("desk", "")}
    numbers = {
        kind: await personal.do(PersonalWriter.ask, kind, source, key, by="test", now=NOW)
        for kind, (source, key) in asks.items()
    }
    numbers["other"] = await personal.do(PersonalWriter.ask, "sync", "elsewhere", by="test", now=NOW)
    await answers.look(NOW)
    from helpdesk_tui.data.read.personal import PersonalReader

    reader = PersonalReader(world.paths.personal_db)
    found = {kind: reader.answer(number) for kind, number in numbers.items()}
    said = {kind: (answer.state, answer.words) for kind, answer in found.items() if answer}
    assert said == {
        "sync": ("done", ""),
        "activity": ("failed", "not for you"),
        "signin": ("done", ""),
        "accept": ("done", ""),
        "other": ("failed", "there is no source elsewhere"),
    }
    world.adapter.pages["changes"] = [Unreachable("no answer")]
    number = await personal.do(PersonalWriter.ask, "sync", by="test", now=NOW)
    await answers.look(NOW)
    failed = reader.answer(number)
    assert failed is not None
    assert (failed.state, failed.words) == ("failed", "desk: no answer")
    reader.close()
    personal.close(PersonalWriter.close)
