"""The rest of the cache's life: sources, cursors, censuses, reference lists, what to read next, and letting go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpdesk_tui.data import stores, upkeep
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write import retention
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.events import Activity, ActivityKind, Event, EventKind
from helpdesk_tui.domain.people import Group, Membership, Organisation, Person
from helpdesk_tui.domain.tickets import Departure, State, Ticket, WayOut
from helpdesk_tui.errors import StoreBusy

Look = Callable[..., list[tuple[Any, ...]]]
DAY = 86_400
NOW = 1_000 * DAY


def ticket(key: str, *, days_ago: int = 0, state: State = State.OPEN, **more: Any) -> Ticket:
    at = NOW - days_ago * DAY
    values: dict[str, Any] = {
        **{"source": "desk", "key": key, "number": f"DESK-{key}", "kind": "incident", "title": f"Title {key}"},
        **{
            "state": state,
            "status": str(state),
            "created_at": at,
            "updated_at": at,
            "version": at,
            "body": f"body{key}",
        },
    }
    return Ticket(**{**values, **more})


def note(key: str) -> Activity:
    return Activity("desk", key, "n1", ActivityKind.INTERNAL, 5, "kim", "Kim", f"note{key}")


def test_health_begins_when_it_changes(cache: CacheWriter, look: Look) -> None:
    cache.set_health("desk", {"health": "ok", "last_ok": 5}, now=100)
    cache.set_health("desk", {"health": "ok", "last_ok": 9}, now=200)
    assert look("SELECT health, since, last_ok FROM source") == [("ok", 100, 9)]
    cache.set_health("desk", {"health": "offline", "words": "no route", "failures": 1}, now=300)
    assert look("SELECT health, words, since, failures FROM source") == [("offline", "no route", 300, 1)]


def test_saying_the_same_again_takes_no_revision(cache: CacheWriter, look: Look) -> None:
    cache.set_sign_in("desk", {"account": "kim", "sees": ["a", "b"], "cannot": ()})
    cache.set_progress("desk", "open", 5, 10)
    before = look("SELECT value FROM meta WHERE key = 'rev'")
    cache.set_sign_in("desk", {"account": "kim", "sees": ["a", "b"], "cannot": ()})
    cache.set_progress("desk", "open", 5, 10)
    assert look("SELECT value FROM meta WHERE key = 'rev'") == before
    assert look("SELECT account, sees, cannot, phase, done, total FROM source") == [
        ("kim", '["a","b"]', "[]", "open", 5, 10)
    ]


def test_a_page_tells_how_far_a_first_pull_is_in_its_own_transaction(cache: CacheWriter, look: Look) -> None:
    before = look("SELECT value FROM meta WHERE key = 'rev'")[0][0]
    touched = cache.commit_page("desk", "open", "c1", 1, tickets=[ticket("1")], progress=("open", 5, 10), now=100)
    assert touched.rev == int(before) + 1
    assert look("SELECT phase, done, total, rev FROM source") == [("open", 5, 10, touched.rev)]


def test_columns_are_named_by_us_alone(cache: CacheWriter) -> None:
    with pytest.raises(ValueError, match="no such columns"):
        cache.set_health("desk", {"name = '' --": 1}, now=1)


def test_sources_keep_their_configured_order_and_leave_with_all_they_brought(cache: CacheWriter, look: Look) -> None:
    person = Person("desk", "p", "Kim")
    cache.commit_page("desk", "open", "c", 0, tickets=[ticket("1")], activity=[note("1")], people=[person], now=NOW)
    both = [{"name": "snow", "platform": "servicenow"}, {"name": "desk", "platform": "jira"}]
    cache.begin(both, NOW)
    assert look("SELECT name FROM source ORDER BY place") == [("snow",), ("desk",)]
    assert look("SELECT count(*) FROM ticket") == [(1,)]
    cache.begin(both[:1], NOW)
    for table in ("ticket", "body", "activity", "person", "cursor"):
        assert look(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert look("SELECT name FROM source") == [("snow",)]
    assert len(look("SELECT * FROM tombstone")) == 1


def test_ending_says_stopped_but_keeps_what_has_to_be_mended(tmp_path: Path, cache: CacheWriter, look: Look) -> None:
    cache.begin([{"name": "desk"}, {"name": "snow"}], 5)
    cache.set_health("snow", {"health": "signin", "words": "expired"}, now=100)
    cache.end(200)
    assert look("SELECT name, health, since FROM source ORDER BY name") == [
        ("desk", "stopped", 200),
        ("snow", "signin", 100),
    ]


def test_cursors_begin_once_and_can_be_forgotten(cache: CacheWriter) -> None:
    cache.begin_cursor("desk", "changes", "from here", 100)
    cache.begin_cursor("desk", "changes", "from there", 200)
    found = cache.cursor("desk", "changes")
    assert found is not None
    assert (found.cursor, found.started_at, found.complete) == ("from here", 100, False)
    cache.forget_cursor("desk", "changes")
    assert cache.cursor("desk", "changes") is None


def test_a_census_marks_and_does_nothing_else(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "open", tickets=[ticket(key) for key in "123"], now=NOW)
    rev = look("SELECT key, rev, is_open, scope FROM ticket ORDER BY key")
    assert cache.open_keys("desk") == {"1", "2", "3"}
    cache.mark_missing("desk", {"2", "3"}, NOW + 1)
    cache.mark_missing("desk", {"2"}, NOW + 2)
    assert look("SELECT key, missing_since FROM ticket ORDER BY key") == [("1", 0), ("2", NOW + 1), ("3", 0)]
    assert look("SELECT key, rev, is_open, scope FROM ticket ORDER BY key") == rev


def people(*numbers: int, **more: Any) -> list[Person]:
    return [Person("desk", f"p{number:03d}", f"Name {number}", **more) for number in numbers]


def test_reference_records_change_only_when_they_differ(cache: CacheWriter, look: Look) -> None:
    first = cache.commit_page("desk", "people", people=people(1, 2), groups=[Group("desk", "g", "Net")], now=100)
    again = cache.commit_page("desk", "people", people=people(1, 2), groups=[Group("desk", "g", "Net")], now=200)
    assert (first.reference, again.reference, again.rev) == (3, 0, 0)
    renamed = replace(people(1)[0], name="New", version=5)
    cache.commit_page("desk", "people", people=[renamed, *people(1)], now=300)
    assert look("SELECT name, seen_at FROM person ORDER BY key") == [("New", 300), ("Name 2", 200)]


def test_a_whole_listing_lets_go_of_what_it_does_not_hold(cache: CacheWriter, look: Look) -> None:
    members = [Membership("desk", "g", f"p{number:03d}") for number in range(100)]
    everything: dict[str, Any] = {
        "organisations": [Organisation("desk", "o", "Acme"), Organisation("desk", "n", "New")]
    }
    cache.commit_page("desk", "people", people=people(*range(100)), memberships=members, **everything, now=100)
    cache.commit_page("desk", "open", tickets=[ticket("1", owner="p001")], now=100)
    cache.commit_page("desk", "people", people=people(*range(3, 100)), memberships=members[3:], **everything, now=200)
    swept = cache.sweep_reference("desk", {"people", "memberships", "organisations"}, 150)
    assert (swept.removed, swept.held) == ({"memberships": 3, "people": 3}, {})
    assert look("SELECT key, active FROM person WHERE key < 'p004' ORDER BY key") == [("p001", 0), ("p003", 1)]
    assert look("SELECT count(*) FROM membership") == [(97,)]
    swept = cache.sweep_reference("desk", {"people"}, 150)
    assert (swept.removed, swept.held) == ({}, {})


@pytest.mark.parametrize("seen_again", [range(0), range(80)])
def test_a_narrowed_listing_is_not_believed(cache: CacheWriter, look: Look, seen_again: range) -> None:
    cache.commit_page("desk", "people", people=people(*range(100)), now=100)
    cache.commit_page("desk", "people", people=people(*seen_again), now=200)
    swept = cache.sweep_reference("desk", {"people"}, 150)
    assert (swept.removed, swept.held) == ({}, {"people": 100 - len(seen_again)})
    assert look("SELECT count(*) FROM person WHERE active = 1") == [(100,)]
    assert cache.sweep_reference("desk", {"people"}, 150, force=True).removed == {"people": 100 - len(seen_again)}


def test_events_are_wanted_where_the_clock_runs_out_first(cache: CacheWriter) -> None:
    rows = [ticket("late"), ticket("none", priority=1), ticket("soon"), ticket("closed", state=State.CLOSED)]
    due = {"late": NOW + 900, "soon": NOW + 60}
    clocks = [Clock("desk", key, "c", Metric.RESOLUTION, "", Stage.RUNNING, at, 1) for key, at in due.items()]
    cache.commit_page("desk", "open", tickets=rows, clocks=clocks, now=NOW)
    assert [key for key, _ in cache.wanted_events("desk", 9)] == ["soon", "late", "none", "closed"]
    assert cache.wanted_events("desk", 1) == [("soon", NOW)]
    cache.events_read("desk", {"soon": NOW, "closed": NOW, "late": NOW - 1})
    assert [key for key, _ in cache.wanted_events("desk", 9)] == ["late", "none"]
    assert cache.wanted_activity("desk", 2) == ["soon", "late"]


def test_closed_tickets_are_wanted_again_after_they_change(cache: CacheWriter) -> None:
    closed = ticket("1", state=State.CLOSED)
    cache.commit_page("desk", "open", tickets=[closed], now=NOW)
    cache.events_read("desk", {"1": NOW})
    assert cache.wanted_events("desk", 9) == []
    cache.commit_page("desk", "open", tickets=[closed._replace(version=NOW + 5, title="x")], now=NOW)
    assert cache.wanted_events("desk", 9) == [("1", NOW + 5)]


def test_old_tickets_go_and_old_texts_go_sooner(cache: CacheWriter, look: Look) -> None:
    kept = {"open": 400, "fresh": 10}
    rows = [
        ticket("open", days_ago=400),
        ticket("fresh", days_ago=10, state=State.CLOSED),
        ticket("stale", days_ago=40, state=State.CLOSED),
        *(ticket(f"old{n}", days_ago=100, state=State.SOLVED) for n in range(250)),
    ]
    events = [Event("desk", row.key, "e", EventKind.CREATED, 5) for row in rows]
    notes = [note(row.key) for row in rows]
    cache.commit_page("desk", "history", tickets=rows, events=events, activity=notes, now=NOW)
    gone = {row[0] for row in look("SELECT id FROM ticket WHERE key LIKE 'old%'")}
    result = cache.retain(90, 30, NOW)
    assert (result.tickets, result.texts) == (250, 1)
    assert {row[0] for row in look("SELECT key FROM ticket")} == {"open", "fresh", "stale"}
    assert {row[0] for row in look("SELECT ticket FROM tombstone")} == gone
    assert {row[0] for row in look("SELECT ticket FROM event")} == {"open", "fresh", "stale"}
    assert {row[0] for row in look("SELECT ticket FROM activity")} == set(kept)
    assert look("SELECT count(*) FROM ticket_fts WHERE ticket_fts MATCH 'bodystale OR bodyold1'") == [(0,)]
    assert look("SELECT count(*) FROM ticket_fts WHERE ticket_fts MATCH '\"DESK stale\"'") == [(1,)]
    assert cache.retain(90, 30, NOW).tickets == 0
    again = cache.commit_page("desk", "history", tickets=rows[2:3], now=NOW)
    assert (again.unchanged, look("SELECT count(*) FROM body")) == (1, [(2,)])


def test_departed_tickets_keep_a_bare_row_for_a_week(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "open", tickets=[ticket("1"), ticket("2")], now=NOW)
    out = [Departure("desk", "1", WayOut.DELETED, NOW), Departure("desk", "2", WayOut.LEFT_SCOPE, NOW)]
    cache.commit_page("desk", "by id", departures=out, now=NOW)
    cache.retain(90, 30, NOW + 6 * DAY)
    assert look("SELECT key FROM ticket ORDER BY key") == [("1",), ("2",)]
    cache.retain(90, 30, NOW + 8 * DAY)
    assert look("SELECT key FROM ticket") == [("2",)]


def test_a_source_with_days_of_its_own_keeps_its_tickets_so_long(cache: CacheWriter, look: Look) -> None:
    for source in ("desk", "long", "short"):
        rows = [ticket(f"{source}{days}", source=source, days_ago=days, state=State.CLOSED) for days in (20, 100, 400)]
        cache.commit_page(source, "history", tickets=rows, now=NOW)
    out = Departure("short", "short20", WayOut.DELETED, NOW - 3 * DAY)
    cache.commit_page("short", "by id", departures=[out], now=NOW)
    assert cache.retain(90, 30, NOW, {"long": 365, "short": 2}).tickets == 2 + 1 + 3
    assert {row[0] for row in look("SELECT key FROM ticket")} == {"desk20", "long20", "long100"}


def test_a_conversation_that_was_dropped_counts_as_unread(cache: CacheWriter, look: Look) -> None:
    rows = [ticket("old", days_ago=40, state=State.CLOSED), ticket("barred")]
    notes = [note(row.key) for row in rows]
    cache.commit_page(
        "desk", "activity", None, NOW, tickets=rows, activity=notes, activity_whole={"old", "barred"}, now=NOW
    )
    out = Departure("desk", "barred", WayOut.FORBIDDEN, NOW)
    cache.commit_page("desk", "by id", departures=[out], now=NOW)
    cache.retain(90, 30, NOW)
    assert look("SELECT count(*) FROM activity") == [(0,)]
    assert look("SELECT DISTINCT activity_at, activity_version FROM ticket") == [(0, 0)]


def test_ids_are_never_given_out_again(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "open", tickets=[ticket("1", days_ago=200, state=State.CLOSED)], now=NOW)
    first = look("SELECT id FROM ticket")
    cache.retain(90, 30, NOW)
    cache.commit_page("desk", "open", tickets=[ticket("2")], now=NOW)
    assert look("SELECT id FROM ticket") != first


def test_dropped_tombstones_are_admitted(cache: CacheWriter, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "TOMBSTONES_KEPT", 2)
    for number in range(5):
        cache.commit_page("desk", "open", tickets=[ticket(str(number), days_ago=200, state=State.CLOSED)], now=NOW)
        cache.retain(90, 30, NOW)
    kept = [row[0] for row in look("SELECT rev FROM tombstone ORDER BY rev")]
    assert len(kept) == 2
    told = int(look("SELECT value FROM meta WHERE key = 'tombstones_from'")[0][0])
    assert told == kept[0] - 2


def test_strays_go_once_the_source_is_live(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "events", events=[Event("desk", "never", "e", EventKind.CREATED, 5)], now=NOW)
    cache.retain(90, 30, NOW)
    assert look("SELECT count(*) FROM event") == [(1,)]
    cache.set_progress("desk", "live", 0, 0)
    cache.retain(90, 30, NOW + DAY)
    assert look("SELECT count(*) FROM event") == [(0,)]


def test_purging_leaves_nothing_to_read(tmp_path: Path, cache: CacheWriter, look: Look) -> None:
    path = tmp_path / "cache.db"
    rows = [ticket(str(n), title=f"Overripe mangosteen {n}", body="quincunx " * 50) for n in range(500)]
    cache.commit_page("desk", "open", "cursor", 0, tickets=rows, activity=[note("1")], now=NOW)
    rev = int(look("SELECT value FROM meta WHERE key = 'rev'")[0][0])
    (tmp_path / "cache.db.corrupt.20260101T000000Z").write_text("quincunx")

    def everything() -> bytes:
        return b"".join(file.read_bytes() for file in sorted(tmp_path.iterdir()) if file.name.startswith("cache.db"))

    assert b"quincunx" in everything()
    upkeep.purge(path)
    for word in (b"quincunx", b"mangosteen", b"note1", b"DESK-7"):
        assert word not in everything(), word
    assert look("SELECT count(*) FROM ticket") == look("SELECT count(*) FROM cursor") == [(0,)]
    assert int(look("SELECT value FROM meta WHERE key = 'rev'")[0][0]) == rev + 1
    assert look("SELECT value FROM meta WHERE key = 'tombstones_from'") == [(str(rev + 1),)]
    assert upkeep.check(path, StoreKind.CACHE) == []
    assert look("SELECT name, badge FROM source") == [("desk", "JSM")]
    cache.commit_page("desk", "open", tickets=rows[:3], now=NOW + 60)
    assert look("SELECT count(*), max(alike_count) FROM ticket") == [(3, 2)]


def test_a_purge_that_a_reader_holds_up_says_so(tmp_path: Path, cache: CacheWriter) -> None:
    cache.commit_page("desk", "open", tickets=[ticket("1")], now=NOW)
    reader = stores.open_read(tmp_path / "cache.db", StoreKind.CACHE)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM ticket").fetchall()
    with pytest.raises(StoreBusy, match="reader"):
        upkeep.purge(tmp_path / "cache.db", patience=0.05)
    reader.close()


def test_the_log_is_brought_in(tmp_path: Path, cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "open", tickets=[ticket(str(n)) for n in range(400)], now=NOW)
    assert cache.checkpoint() is True
    assert cache.store.checkpoint(truncate=True) is True
    assert (tmp_path / "cache.db-wal").stat().st_size == 0
    assert look("SELECT count(*) FROM ticket") == [(400,)]


def test_a_description_that_would_be_dropped_at_once_is_not_stored(cache: CacheWriter, look: Look) -> None:
    page = [
        ticket("old", days_ago=40, state=State.CLOSED),
        ticket("recent", days_ago=10, state=State.CLOSED),
        ticket("open", days_ago=40),
    ]
    from_ = NOW - 30 * DAY
    cache.commit_page("desk", "history", "c", 0, tickets=page, now=NOW, texts_from=from_)
    assert sorted(look("SELECT text FROM body")) == [("bodyopen",), ("bodyrecent",)]
    assert look("SELECT count(*) FROM ticket_fts WHERE ticket_fts MATCH 'bodyold'") == [(0,)]
    assert look("SELECT count(*) FROM ticket_fts WHERE ticket_fts MATCH 'title AND old'") == [(1,)]
    again = cache.commit_page("desk", "history", "c", 0, tickets=page, now=NOW, texts_from=from_)
    assert again.unchanged == 3
    closed = ticket("open", days_ago=40, state=State.CLOSED, version=NOW)
    cache.commit_page("desk", "changes", "c", 0, tickets=[closed], now=NOW, texts_from=from_)
    assert look("SELECT text FROM body") == [("bodyrecent",)]
    assert cache.retain(90, 30, NOW).texts == 0


ASKED_OFTEN: dict[str, Callable[[CacheWriter], object]] = {
    "open_keys": lambda cache: cache.open_keys("desk"),
    "open_count": lambda cache: cache.open_count("desk"),
    "mark_missing": lambda cache: cache.mark_missing("desk", ["7"], NOW),
    "wanted_activity": lambda cache: cache.wanted_activity("desk", 50),
    "wanted_choices": lambda cache: cache.wanted_choices("desk", 50),
}


@pytest.mark.parametrize("ask", ASKED_OFTEN.values(), ids=ASKED_OFTEN)
def test_what_is_asked_often_about_open_tickets_walks_past_no_closed_one(
    cache: CacheWriter, look: Look, ask: Callable[[CacheWriter], object]
) -> None:
    cache.commit_page("desk", "history", now=NOW, tickets=[ticket(str(n)) for n in range(3)])
    asked: list[str] = []
    with cache.store.bare() as connection:
        connection.set_trace_callback(asked.append)
        ask(cache)
        connection.set_trace_callback(None)
    plans = [look(f"EXPLAIN QUERY PLAN {one}") for one in asked if "FROM ticket" in one or one.startswith("UPDATE")]
    assert plans
    for steps in plans:
        found = [step[-1] for step in steps if " ticket USING" in step[-1] or step[-1].startswith("SCAN ticket")]
        assert all("ix_ticket_open" in step or "(source=? AND key=?)" in step for step in found), found
