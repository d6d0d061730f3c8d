"""Timers of a program that stood still meanwhile, as on a host with more to do than processors."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from textual import _time

from .conftest import Open

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("where", ["the app", "a screen"])
async def test_what_a_timer_is_set_for_is_done_where_its_time_is_over_before_it_begins(
    open_desk: Open, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    async with open_desk() as desk:
        later, get_time = itertools.count(), _time.get_time

        def stood_still() -> float:
            """A second has gone by at each look of the timer that is looked at here."""
            task = asyncio.current_task()
            return get_time() + (next(later) if task is not None and task.get_name() == "late" else 0)

        monkeypatch.setattr(_time, "get_time", stood_still)
        done = asyncio.Event()
        (desk.app if where == "the app" else desk.queue).set_timer(0.01, done.set, name="late")
        async with asyncio.timeout(10):
            await done.wait()
