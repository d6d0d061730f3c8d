"""Jobs, pages read ahead, and what comes after the end of a life."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from helpdesk_tui.adapters.base import Page
from helpdesk_tui.errors import CorruptStore, DiskFull, NewerStore, PlatformError, StoreError, Unreachable
from helpdesk_tui.paths import Paths
from helpdesk_tui.sync.jobs import Jobs, plan, when_begun, when_ready
from helpdesk_tui.sync.pace import load_in_peace, set_pace
from helpdesk_tui.sync.process import Ending
from helpdesk_tui.sync.pull import ahead
from helpdesk_tui.sync.serve import MENDS, Lives
from helpdesk_tui.sync.threaded import Lane, Threaded

from .lists import World


def test_what_is_loaded_is_not_searched_for_garbage_and_what_comes_later_is() -> None:
    before, interval = gc.get_threshold(), sys.getswitchinterval()
    try:
        load_in_peace()
        assert not gc.isenabled()
        set_pace()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 1000
    finally:
        gc.enable()
        gc.unfreeze()
        gc.set_threshold(*before)
        sys.setswitchinterval(interval)


async def test_jobs_are_planned_run_and_waited_for(world: World) -> None:
    failed: list[BaseException] = []
    jobs = Jobs(failed.append)
    plan(jobs, [world.source])
    assert sorted(jobs.names) == [
        f"{kind} desk" for kind in ("census", "deep", "details", "poll", "reconcile", "reference")
    ]
    jobs.nightly("03:10", "night", world.source.poll)
    ran, ended = asyncio.Event(), asyncio.Event()

    async def broken() -> None:
        raise DiskFull("no room", path=Path("x"))

    async def long() -> None:
        ran.set()
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    await jobs._job("broken", broken)()
    assert [type(error) for error in failed] == [DiskFull]
    under_way = asyncio.ensure_future(jobs._job("long", long)())
    await ran.wait()
    jobs.start()
    await jobs.stop()
    await under_way
    assert ended.is_set()
    assert len(failed) == 1, "an end that was asked for is no failure"


async def test_jobs_wait_for_what_they_need(world: World) -> None:
    ran: list[str] = []

    async def work() -> None:
        ran.append("ran")

    await when_begun(world.source, work)()
    await when_ready(world.source, work)()
    assert ran == []
    world.source.begun.set()
    await when_begun(world.source, work)()
    await when_ready(world.source, work)()
    assert ran == ["ran"]


async def pages(numbers: list[int], closed: list[str], error: PlatformError | None = None) -> AsyncIterator[Page]:
    try:
        for number in numbers:
            yield Page(str(number), False)
        if error:
            raise error
    finally:
        closed.append("closed")


async def test_pages_ahead_keep_their_order_and_raise_after_those_before() -> None:
    closed: list[str] = []
    seen: list[str] = []

    async def read() -> None:
        async for page in ahead(pages(list(range(9)), closed, Unreachable("down")), 2):
            seen.append(page.cursor)

    with pytest.raises(Unreachable):
        await read()
    assert seen == [str(number) for number in range(9)]
    assert closed == ["closed"]


async def test_leaving_early_or_being_cancelled_closes_what_is_read_ahead() -> None:
    closed: list[str] = []
    early = ahead(pages(list(range(9)), closed), 2)
    assert (await anext(early)).cursor == "0"
    await early.aclose()
    assert closed == ["closed"]

    started = asyncio.Event()

    async def waits() -> AsyncIterator[Page]:
        yield Page("0", False)
        try:
            started.set()
            await asyncio.sleep(3600)
        finally:
            closed.append("cancelled")

    async def read() -> None:
        async for _ in ahead(waits(), 2):
            pass

    task = asyncio.create_task(read())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gc.collect()
    await asyncio.sleep(0)
    assert closed == ["closed", "cancelled"]


@pytest.fixture
def written() -> Iterator[Threaded[list[str]]]:
    """A writer that is a list."""
    store: Threaded[list[str]] = Threaded(list, "list")
    yield store
    store.close(lambda _: None)


def note(word: str) -> Callable[[list[str]], None]:
    return lambda writer: writer.append(word)


def fail(_writer: list[str]) -> None:
    raise DiskFull("no room", path=Path("x"))


async def hand_over(
    store: Threaded[list[str]], depth: int, *pieces: Callable[[list[str]], None], error: Exception | None = None
) -> None:
    """Through one lane, and fail with `error` behind them."""
    async with Lane(store, depth) as lane:
        for piece in pieces:
            await lane.put(piece)
        if error is not None:
            raise error


async def test_the_writer_goes_on_to_the_next_piece_while_the_loop_is_busy(written: Threaded[list[str]]) -> None:
    both, done = threading.Event(), threading.Event()
    in_time: list[bool] = []
    async with Lane(written, 2) as lane:
        await lane.put(lambda _: in_time.append(both.wait(5)))
        await lane.put(lambda _: done.set())
        both.set()
        assert done.wait(5), "nobody gave the loop a turn, and the second piece was done all the same"
    assert in_time == [True], "the second was handed over while the first was under way"


async def test_nothing_is_begun_behind_a_piece_that_failed(written: Threaded[list[str]]) -> None:
    with pytest.raises(DiskFull):
        await hand_over(written, 3, note("first"), fail, note("behind"), note("later"))
    assert await written.do(list.copy) == ["first"]


async def test_what_was_handed_over_is_done_before_an_error_of_the_reader_leaves(
    written: Threaded[list[str]],
) -> None:
    with pytest.raises(Unreachable):
        await hand_over(written, 3, note("first"), note("second"), error=Unreachable("down"))
    assert await written.do(list.copy) == ["first", "second"]


async def test_cancelling_leaves_no_gap(written: Threaded[list[str]]) -> None:
    """A cursor would go over the page in it."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(writer: list[str]) -> None:
        begun.set()
        go_on.wait(10)
        writer.append("first")

    task = asyncio.create_task(hand_over(written, 2, slow, note("second"), note("third"), note("fourth")))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await written.do(list.copy) == ["first"]


class Lock:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, trouble: str) -> None:
        self.said.append(trouble)


def test_lives_begin_anew_at_once_or_after_a_pause(tmp_path: Path) -> None:
    paths = Paths(tmp_path, tmp_path, tmp_path)
    paths.cache_db.touch()
    pauses: list[float] = []
    lock = Lock()
    lives = Lives(paths, lock, pauses.append)  # type: ignore[arg-type]
    assert [lives.after(ending) for ending in (Ending.CHANGED, Ending.REPLACED)] == [True, True]
    assert lives.notes
    assert not any(lives.after(ending) for ending in (Ending.TOLD, Ending.ALONE, Ending.NEWER, Ending.LOST))
    full = DiskFull("no room", path=paths.cache_db)
    for _ in range(6):
        lives.after_error(full, worked=True)
    assert pauses == [5, 10, 20, 40, 60, 60]
    assert "no room" in lock.said[0]
    lives.after(Ending.CHANGED)
    pauses.clear()
    for _ in range(MENDS):
        lives.after_error(CorruptStore("damaged", path=paths.cache_db), worked=False)
        assert lives.suspect
    assert pauses == []
    lives.after_error(CorruptStore("damaged", path=paths.cache_db), worked=False)
    assert len(pauses) == 1, "no loop without a pause"
    paths.cache_db.unlink()
    lives.after_error(StoreError("gone", path=paths.cache_db), worked=True)
    assert (lives.notes != [], len(pauses)) == (True, 1)
    with pytest.raises(NewerStore):
        lives.after_error(NewerStore("newer", path=paths.cache_db), worked=True)
