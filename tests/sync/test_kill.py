"""kill -9 of the sync process at any moment of a first pull: the next one goes on, and ends with the same rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random

import pytest

from .running import Running, until

pytestmark = [pytest.mark.crash, pytest.mark.integration]

KILLS = 25


def started_at(running: Running) -> dict[tuple[str, str], int]:
    """When the reading of each feed began that is to be read once."""
    rows = running.ask("SELECT source, feed, started_at FROM cursor WHERE feed LIKE 'open%' OR feed LIKE 'history%'")
    return {(source, feed): began for source, feed, began in rows}


def reached(running: Running, rev: int) -> bool:
    """Whether the cache has come so far, or to its end."""
    return running.rev() >= rev or running.live()


def test_kill_dash_nine_at_25_moments_of_a_first_pull(make_running: Callable[..., Running]) -> None:
    running = make_running(tickets=900)
    whole = running.start("sync")
    until(running.live, "an undisturbed pull")
    assert running.kill(whole) == -9
    assert running.run("sync", "--once")[0] == 0
    undisturbed = running.everything()
    assert len(undisturbed["ticket"]) > 200
    random = Random(11)
    finished = kills = 0
    while kills < KILLS:
        running.paths.cache_db.unlink()
        known: dict[tuple[str, str], int] = {}
        tickets = 0
        while kills < KILLS:
            before, moment = running.rev(), random.randrange(1, 30)
            process = running.start("sync")
            until(partial(reached, running, before + moment), f"{moment} revisions")
            over = running.live()
            assert running.kill(process) == -9
            kills += 1
            running.sound()
            now = started_at(running)
            assert {feed: now[feed] for feed in known} == known, "a feed began anew"
            count = int(running.ask("SELECT count(*) FROM ticket")[0][0])
            assert count >= tickets
            known, tickets = now, count
            if over:
                finished += 1
                break
        code, output, errors = running.run("sync", "--once")
        assert (code, errors) == (0, ""), output
        after = running.everything()
        for name, rows in undisturbed.items():
            assert after[name] == rows, (name, sorted(set(after[name]) ^ set(rows))[:4])
    assert finished >= 1
    assert running.run("db", "check")[0] == 0
