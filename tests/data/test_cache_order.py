"""Pages may come in any order and any number of times: the cache ends the same."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_tui.data import stores, upkeep
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.events import Event, EventKind
from helpdesk_tui.domain.tickets import State, Ticket

KEYS = ("1", "2", "3", "4")

SAME = (
    *("key", "number", "title", "state", "status", "updated_at", "version", "priority", "grp", "owner", "is_open"),
    *("due_at", "due_metric", "paused", "bounces", "reopens", "last_public_at", "last_customer_at", "scope"),
)
"""What has to be the same. Times that say "at least" rest on the looks that were taken, so they may differ."""


def version(key: str, at: int) -> Ticket:
    """The ticket as it was at an instant: the same version always has the same contents."""
    states = list(State)
    return Ticket(
        source="desk",
        key=key,
        number=f"DESK-{key}",
        kind="incident",
        title=f"{['vpn', 'printer', 'mail'][at % 3]} trouble {at}",
        state=states[at % len(states)],
        status=f"status {at % len(states)}",
        created_at=10,
        updated_at=10 + at,
        version=at,
        priority=at % 5,
        group=f"g{at % 2}",
        owner=f"p{at % 3}",
        body=f"word{at}" if at % 2 else "",
    )


def event(key: str, number: int) -> Event:
    kind = list(EventKind)[number % len(EventKind)]
    return Event("desk", key, f"e{number}", kind, 20 + number, old=f"g{number % 2}", new=f"g{(number + 1) % 2}")


def clock(key: str, number: int, as_of: int) -> Clock:
    stage = list(Stage)[(as_of + number) % 3]
    return Clock("desk", key, f"c{number}", list(Metric)[number], "", stage, 1_000 + as_of * 7 % 50, as_of)


keys = st.sampled_from(KEYS)
pages = st.fixed_dictionaries(
    {
        "tickets": st.lists(st.builds(version, keys, st.integers(1, 12)), max_size=6),
        "events": st.lists(st.builds(event, keys, st.integers(0, 25)), max_size=4),
        "clocks": st.lists(st.builds(clock, keys, st.integers(0, 3), st.integers(1, 9)), max_size=4),
    }
)


def pulled(told: list[dict[str, Any]]) -> tuple[object, ...]:
    """The cache after these pages, and after a check of the file."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "cache.db"
        writer = CacheWriter(stores.open_write(path, StoreKind.CACHE))
        for number, page in enumerate(told):
            writer.commit_page("desk", "changes", str(number), 0, **page, now=1_000 + number, observing=False)
        writer.close()
        assert upkeep.check(path, StoreKind.CACHE) == []
        connection = sqlite3.connect(path)
        try:
            return (
                connection.execute(f"SELECT {', '.join(SAME)} FROM ticket ORDER BY key").fetchall(),
                connection.execute(
                    "SELECT t.key, b.text FROM body b JOIN ticket t ON t.id = b.ticket ORDER BY 1"
                ).fetchall(),
                connection.execute("SELECT ticket, ident, kind, at FROM event ORDER BY 1, 2").fetchall(),
                connection.execute("SELECT ticket, ident, stage, due_at, as_of FROM clock ORDER BY 1, 2").fetchall(),
                connection.execute(
                    "SELECT key FROM ticket"
                    " WHERE id IN (SELECT rowid FROM ticket_fts WHERE ticket_fts MATCH 'vpn') ORDER BY 1"
                ).fetchall(),
            )
        finally:
            connection.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(pages, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(told: list[dict[str, Any]], random: Any) -> None:
    again = told + [page for page in told if random.random() < 0.5]
    random.shuffle(again)
    assert pulled(told) == pulled(again)


def test_the_newest_of_each_is_what_is_kept() -> None:
    told = [{"tickets": [version(key, at) for key in KEYS]} for at in (3, 11, 7)]
    rows = pulled(told)[0]
    assert isinstance(rows, list)
    assert [(row[0], row[6]) for row in rows] == [(key, 11) for key in KEYS]
    assert pulled(told) == pulled([{"tickets": [version(key, 11) for key in KEYS]}])
