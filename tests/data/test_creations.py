"""A creation that says what the ticket's row says is left to it: nobody who reads can tell the difference."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from helpdesk_tui.data import stores, upkeep
from helpdesk_tui.data.read import clock_facts, detail, plans, staff
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write import history
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.domain.events import Event, EventKind
from helpdesk_tui.domain.tickets import State, Ticket, TicketRef

KEYS = ("1", "2", "3")
PLAIN = Ticket("desk", "1", "DESK-1", "incident", "VPN", State.OPEN, "Open", 100, 200, 1, requester="ann")
MADE = Event("desk", "1", "created", EventKind.CREATED, 100, "ann")
BOTH: dict[str, Any] = {"tickets": [PLAIN], "events": [MADE]}
NAMES = "key, state, version, is_open, state_since, state_since_observed, idle_since, idle_observed, bounces, reopens"


def version(key: str, number: int, made: int, requester: str) -> Ticket:
    return PLAIN._replace(
        key=key,
        state=list(State)[number % 6],
        created_at=made,
        updated_at=200 + number,
        version=number,
        requester=requester,
        owner=f"p{number % 3}",
    )


def created(key: str, ident: str, made: int, actor: str, automatic: bool) -> Event:
    return Event("desk", key, ident, EventKind.CREATED, made, actor, automatic=automatic)


def other(key: str, kind: EventKind, at: int) -> Event:
    return Event("desk", key, f"e{kind}{at}", kind, at, "bob", old="open", new="pending")


keys, moments, who = st.sampled_from(KEYS), st.sampled_from((100, 110)), st.sampled_from(("ann", "bob", ""))
idents = st.sampled_from(("created", "created", "17"))
pages = st.fixed_dictionaries(
    {
        "tickets": st.lists(st.builds(version, keys, st.integers(1, 9), moments, who), max_size=4),
        "events": st.lists(
            st.builds(created, keys, idents, moments, who, st.sampled_from((False, False, True)))
            | st.builds(other, keys, st.sampled_from([EventKind.STATUS, EventKind.OWNER]), st.integers(90, 250)),
            max_size=6,
        ),
    }
)


@contextmanager
def filled(told: list[dict[str, Any]]) -> Iterator[sqlite3.Connection]:
    """A look into a cache after these pages."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "cache.db"
        writer = CacheWriter(stores.open_write(path, StoreKind.CACHE))
        writer.begin([{"name": "desk", "platform": "jira"}], now=1)
        for number, page in enumerate(told):
            writer.commit_page("desk", "changes", str(number), 0, **page, now=1_000 + number)
        writer.close()
        assert upkeep.check(path, StoreKind.CACHE) == []
        with closing(stores.open_read(path, StoreKind.CACHE)) as connection:
            yield connection


def answers(told: list[dict[str, Any]]) -> tuple[object, ...]:
    """What everybody reads after these pages."""
    with filled(told) as cache:
        ids = [row[0] for row in cache.execute("SELECT id FROM ticket ORDER BY id")]
        known = clock_facts.known(cache, ids)
        details = [detail.detail(cache, number) for number in ids]
        return (
            sorted(cache.execute("SELECT * FROM happening").fetchall()),
            cache.execute(f"SELECT {NAMES} FROM ticket ORDER BY key").fetchall(),
            {number: (one.facts, sorted(one.events, key=repr), one.clocks) for number, one in known.items()},
            details,
            staff.crowd(cache, 0, 5_000),
            plans.worked(cache, [(TicketRef("desk", key), 0) for key in KEYS]),
        )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(pages, min_size=1, max_size=5))
@example([BOTH])
@example([BOTH | {"events": [MADE._replace(actor="bob"), MADE]}])
@example([BOTH | {"events": [MADE, MADE._replace(actor="bob")]}])
@example([BOTH, BOTH, {"tickets": [PLAIN._replace(version=2, requester="bob")], "events": []}])
def test_nobody_can_tell_whether_creations_have_rows_of_their_own(told: list[dict[str, Any]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "_creation", lambda *_: ())
        separate = answers(told)
    assert answers(told) == separate


def stored(*told: dict[str, Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """The events with rows of their own, the creations without, and all that is read, after these pages."""
    with filled(list(told)) as cache:
        return (
            cache.execute("SELECT ticket, at, actor FROM event ORDER BY 1").fetchall(),
            cache.execute("SELECT key FROM creation JOIN ticket ON id = ticket").fetchall(),
            cache.execute("SELECT ticket, at, actor FROM happening ORDER BY 1").fetchall(),
        )


def test_a_creation_that_says_the_same_is_left_to_the_row() -> None:
    assert stored(BOTH, BOTH) == ([], [("1",)], [("1", 100, "ann")])


@pytest.mark.parametrize(
    "different",
    [MADE._replace(actor="bob"), MADE._replace(at=90), MADE._replace(automatic=True), MADE._replace(new="open")],
    ids=["actor", "instant", "automatic", "value"],
)
def test_one_that_says_something_else_is_stored(different: Event) -> None:
    row = ("1", different.at, different.actor)
    assert stored({"tickets": [PLAIN], "events": [different]}) == ([row], [], [row])
    assert stored(BOTH, {"events": [different]}) == ([row], [], [row])
    assert stored(BOTH, {"tickets": [PLAIN._replace(version=2)], "events": [different]}) == ([row], [], [row])


def test_what_the_history_told_stays_when_the_row_tells_something_else() -> None:
    moved = PLAIN._replace(version=2, requester="bob")
    assert stored(BOTH, {"tickets": [moved]}) == ([("1", 100, "ann")], [], [("1", 100, "ann")])
    again = {"tickets": [moved], "events": [MADE._replace(actor="bob")]}
    assert stored(BOTH, again) == ([], [("1",)], [("1", 100, "bob")])


def test_one_that_came_before_its_ticket_keeps_its_row() -> None:
    assert stored({"events": [MADE]}, BOTH) == ([("1", 100, "ann")], [], [("1", 100, "ann")])


def test_it_goes_with_its_ticket(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    writer = CacheWriter(stores.open_write(path, StoreKind.CACHE))
    closed = PLAIN._replace(state=State.CLOSED, closed_at=150)
    writer.commit_page("desk", "history", tickets=[closed], events=[MADE], now=1_000)
    writer.retain(30, 10, 1_000 * 86_400)
    writer.close()
    with closing(sqlite3.connect(path)) as connection:
        for table in ("ticket", "creation"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
