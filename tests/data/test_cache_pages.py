"""Pages into the cache: what is new is written, what is not is left alone, and nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.events import Activity, ActivityKind, Event, EventKind
from helpdesk_tui.domain.people import Person
from helpdesk_tui.domain.tickets import Departure, State, Ticket, WayOut

Look = Callable[..., list[tuple[Any, ...]]]

PLAIN = Ticket(
    source="desk",
    key="1",
    number="DESK-1",
    kind="incident",
    title="VPN drops every hour",
    state=State.OPEN,
    status="In progress",
    created_at=100,
    updated_at=200,
    version=200,
    priority=2,
    group="net",
    owner="kim",
    requester="pat",
    tags=("VIP", "Paris"),
    body="It drops at noon, señor.",
)


def later(ticket: Ticket, at: int, **changes: Any) -> Ticket:
    return ticket._replace(updated_at=at, version=at, **changes)


def event(ident: str, kind: EventKind, at: int, **more: Any) -> Event:
    return Event("desk", "1", ident, kind, at, **more)


def clock(ident: str, stage: Stage, due_at: int, as_of: int = 10, metric: Metric = Metric.RESOLUTION) -> Clock:
    return Clock("desk", "1", ident, metric, "Resolve", stage, due_at, as_of)


def found(look: Look, words: str) -> list[int]:
    return [row[0] for row in look("SELECT rowid FROM ticket_fts WHERE ticket_fts MATCH ? ORDER BY rowid", words)]


def derived(look: Look, *columns: str) -> tuple[Any, ...]:
    return look(f"SELECT {', '.join(columns)} FROM ticket WHERE key = '1'")[0]


def test_a_ticket_is_stored_with_everything_it_has(cache: CacheWriter, look: Look) -> None:
    touched = cache.commit_page("desk", "open", "c1", 900, tickets=[PLAIN], now=1_000)
    assert (touched.new, touched.changed, touched.unchanged, len(touched.ids)) == (1, 0, 0, 1)
    row = look("SELECT number, title, state, priority, grp, owner, tags, tags_json, is_open, rev, seen_at FROM ticket")[
        0
    ]
    assert row == (
        *("DESK-1", "VPN drops every hour", "open", 2, "net", "kim", " vip paris ", '["VIP","Paris"]', 1),
        *(touched.rev, 1_000),
    )
    assert look("SELECT text FROM body") == [("It drops at noon, señor.",)]
    assert found(look, "senor") == found(look, "drops hour") == list(touched.ids)
    assert look("SELECT cursor, started_at, updated_at, complete FROM cursor") == [("c1", 900, 1_000, 0)]


def test_an_unchanged_page_writes_no_row_and_takes_no_revision(cache: CacheWriter, look: Look) -> None:
    page: dict[str, Any] = {
        "tickets": [PLAIN],
        "events": [event("e1", EventKind.CREATED, 100)],
        "clocks": [clock("c", Stage.RUNNING, 500)],
        "activity": [Activity("desk", "1", "a1", ActivityKind.PUBLIC, 150, "kim", "Kim", "Hello")],
    }
    cache.commit_page("desk", "open", "c1", 900, **page, now=1_000)
    before = look("SELECT value FROM meta WHERE key = 'rev'"), look("SELECT * FROM ticket")
    again = cache.commit_page("desk", "open", "c2", 900, **page, now=1_001)
    assert (again.rev, again.unchanged, again.ids) == (0, 1, frozenset())
    assert (look("SELECT value FROM meta WHERE key = 'rev'"), look("SELECT * FROM ticket")) == before
    assert look("SELECT cursor FROM cursor") == [("c2",)]


def test_each_writing_transaction_takes_the_next_revision(cache: CacheWriter) -> None:
    revisions = [
        cache.commit_page("desk", "open", tickets=[later(PLAIN, 200 + n, title=f"t{n}")], now=1_000).rev
        for n in range(4)
    ]
    assert revisions == list(range(revisions[0], revisions[0] + 4))


def test_an_older_reading_never_overwrites_a_newer_one(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "open", tickets=[later(PLAIN, 300, title="new words")], now=1_000)
    cache.commit_page("desk", "open", tickets=[PLAIN], now=1_001)
    cache.commit_page("desk", "open", tickets=[later(PLAIN, 400, title="newest"), PLAIN], now=1_002)
    assert look("SELECT title, version FROM ticket") == [("newest", 400)]


def test_the_search_index_follows_every_change(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "open", tickets=[PLAIN], now=1_000)
    cache.commit_page("desk", "open", tickets=[later(PLAIN, 300, title="Printer on fire", body="")], now=1_001)
    assert found(look, "vpn") == found(look, "noon") == []
    assert len(found(look, "printer")) == 1
    assert look("SELECT count(*) FROM body") == [(0,)]
    cache.commit_page("desk", "open", tickets=[later(PLAIN, 400, title="Printer on fire", body="smoke")], now=1_002)
    assert len(found(look, "smoke")) == 1


@pytest.mark.parametrize(
    ("way", "scope", "body_stays"),
    [(WayOut.LEFT_SCOPE, "left", True), (WayOut.DELETED, "deleted", False), (WayOut.FORBIDDEN, "forbidden", False)],
)
def test_a_departure_closes_the_ticket_for_its_own_reason(
    cache: CacheWriter, look: Look, way: WayOut, scope: str, body_stays: bool
) -> None:
    note = Activity("desk", "1", "a1", ActivityKind.INTERNAL, 150, "kim", "Kim", "secret")
    cache.commit_page("desk", "open", tickets=[PLAIN], activity=[note], now=1_000)
    touched = cache.commit_page("desk", "by id", departures=[Departure("desk", "1", way, 1_100)], now=1_100)
    assert (touched.departed, len(touched.ids)) == (1, 1)
    assert look("SELECT scope, scope_at, is_open, state, rev FROM ticket") == [(scope, 1_100, 0, "open", touched.rev)]
    assert look("SELECT count(*) FROM body") == [(int(body_stays),)]
    assert look("SELECT count(*) FROM activity") == [(int(body_stays),)]
    assert bool(found(look, "noon")) is body_stays
    again = cache.commit_page("desk", "by id", departures=[Departure("desk", "1", way, 1_200)], now=1_200)
    assert (again.rev, look("SELECT scope_at FROM ticket")) == (0, [(1_100,)])


def test_a_closed_ticket_that_is_not_shown_again_is_closed(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "open", tickets=[PLAIN], now=1_000)
    cache.commit_page("desk", "by id", departures=[Departure("desk", "1", WayOut.CLOSED, 1_100)], now=1_100)
    assert look("SELECT scope, state, is_open, closed_at FROM ticket") == [("in", "closed", 0, 1_100)]


def test_a_ticket_and_its_departure_in_one_page(cache: CacheWriter, look: Look) -> None:
    gone = Departure("desk", "1", WayOut.LEFT_SCOPE, 1_000)
    cache.commit_page("desk", "by id", tickets=[PLAIN], departures=[gone], now=1_000)
    assert look("SELECT title, scope, is_open FROM ticket") == [("VPN drops every hour", "left", 0)]


def test_a_departure_of_a_ticket_we_never_had_is_nothing(cache: CacheWriter, look: Look) -> None:
    touched = cache.commit_page("desk", "by id", departures=[Departure("desk", "9", WayOut.DELETED, 1)], now=1_000)
    assert (touched.ids, look("SELECT count(*) FROM ticket")) == (frozenset(), [(0,)])


@pytest.mark.parametrize(
    ("reading_began", "version", "scope"),
    [(1_200, 200, "in"), (1_050, 200, "forbidden"), (1_050, 300, "in")],
    ids=["read after it", "read before it and unchanged", "changed since"],
)
def test_when_a_departed_ticket_comes_back(
    cache: CacheWriter, look: Look, reading_began: int, version: int, scope: str
) -> None:
    cache.commit_page("desk", "open", tickets=[PLAIN], now=1_000)
    cache.commit_page("desk", "by id", departures=[Departure("desk", "1", WayOut.FORBIDDEN, 1_100)], now=1_100)
    back = PLAIN._replace(version=version)
    cache.commit_page("desk", "open", "c", reading_began, tickets=[back], now=1_300)
    assert look("SELECT scope, is_open FROM ticket") == [(scope, int(scope == "in"))]
    assert bool(found(look, "noon")) is (scope == "in")


def test_what_changed_between_two_looks_becomes_events(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "open", tickets=[PLAIN], now=1_000)
    moved = later(PLAIN, 300, state=State.SOLVED, status="Done", group="apps", owner="", priority=1)
    cache.commit_page("desk", "open", tickets=[moved], now=1_001)
    cache.commit_page("desk", "open", tickets=[moved], now=1_002)
    assert look("SELECT kind, at, old, new, observed FROM event ORDER BY kind") == [
        ("closed", 300, "open", "solved", 1),
        ("group", 300, "net", "apps", 1),
        ("owner", 300, "kim", "", 1),
        ("priority", 300, "2", "1", 1),
        ("status", 300, "open", "solved", 1),
    ]
    assert derived(look, "bounces", "state_since", "state_since_observed") == (1, 300, 1)


def test_the_platforms_own_history_replaces_what_was_observed(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "open", tickets=[PLAIN], now=1_000)
    cache.commit_page("desk", "open", tickets=[later(PLAIN, 300, group="apps")], now=1_001)
    assert look("SELECT at, observed FROM event") == [(300, 1)]
    told = event("h1", EventKind.GROUP, 280, old="net", new="apps", actor="kim")
    cache.commit_page("desk", "events", events=[told], now=1_002)
    assert look("SELECT at, observed FROM event") == [(280, 0)]
    assert derived(look, "bounces", "idle_since", "idle_observed") == (1, 280, 0)


def test_nothing_is_observed_that_the_history_already_told(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "open", tickets=[PLAIN], now=1_000)
    told = event("h1", EventKind.GROUP, 280, old="net", new="apps", actor="kim")
    cache.commit_page("desk", "events", events=[told], now=1_001)
    cache.commit_page("desk", "open", tickets=[later(PLAIN, 300, group="apps")], now=1_002)
    assert look("SELECT ident FROM event") == [("h1",)]


def test_clocks_decide_what_is_due_next(cache: CacheWriter, look: Look) -> None:
    first = cache.commit_page("desk", "open", tickets=[PLAIN], now=1_000)
    page = [clock("r", Stage.RUNNING, 900), clock("f", Stage.RUNNING, 700, metric=Metric.FIRST_RESPONSE)]
    touched = cache.commit_page("desk", "sla", clocks=page, clocks_whole={"1"}, now=1_001)
    assert touched.ids == first.ids
    assert derived(look, "due_at", "due_metric", "paused", "rev") == (700, "first_response", 0, touched.rev)
    cache.commit_page("desk", "sla", clocks=[clock("r", Stage.PAUSED, 0, as_of=20)], clocks_whole={"1"}, now=1_002)
    assert derived(look, "due_at", "due_metric", "paused") == (0, "", 1)
    assert look("SELECT ident, stage FROM clock") == [("r", "paused")]


def test_an_older_reading_of_a_clock_is_left_out(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "sla", clocks=[clock("r", Stage.RUNNING, 900, as_of=10)], now=1_000)
    cache.commit_page("desk", "sla", clocks=[clock("r", Stage.RUNNING, 900, as_of=20)], now=1_000)
    cache.commit_page("desk", "sla", clocks=[clock("r", Stage.PAUSED, 0, as_of=15)], now=1_001)
    assert look("SELECT stage, as_of FROM clock") == [("running", 20)]


def test_clocks_and_events_may_come_before_their_ticket(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "sla", clocks=[clock("r", Stage.RUNNING, 900)], now=1_000)
    cache.commit_page("desk", "events", events=[event("m", EventKind.CUSTOMER_MESSAGE, 150)], now=1_000)
    cache.commit_page("desk", "open", tickets=[PLAIN], now=1_000)
    assert derived(look, "due_at", "last_customer_at", "idle_since", "idle_observed") == (900, 150, 150, 0)


def test_activity_replaces_what_is_gone_and_marks_the_ticket_as_read(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "open", tickets=[PLAIN], now=1_000)
    notes = [Activity("desk", "1", ident, ActivityKind.PUBLIC, 150, "kim", "Kim", "Hello") for ident in ("a", "b")]
    assert cache.wanted_activity("desk", 5) == ["1"]
    cache.commit_page("desk", "activity", None, 1_050, activity=notes, activity_whole={"1"}, now=1_051)
    assert derived(look, "activity_at", "activity_version") == (1_051, 200)
    assert cache.wanted_activity("desk", 5) == []
    touched = cache.commit_page("desk", "activity", None, 1_060, activity=notes[:1], activity_whole={"1"}, now=1_061)
    assert look("SELECT ident FROM activity") == [("a",)]
    assert derived(look, "rev") == (touched.rev,)


def test_a_conversation_read_while_the_ticket_changed_counts_as_unread(cache: CacheWriter) -> None:
    cache.commit_page("desk", "open", tickets=[PLAIN], now=1_000)
    cache.commit_page("desk", "open", tickets=[later(PLAIN, 300)], now=1_060)
    cache.commit_page("desk", "activity", None, 1_050, activity_whole={"1"}, now=1_061)
    assert cache.wanted_activity("desk", 5) == ["1"]


def test_a_large_page_is_cut_and_the_cursor_comes_last(
    cache: CacheWriter, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [PLAIN._replace(key=str(n), number=f"DESK-{n}") for n in range(1_200)]
    touched = cache.commit_page("desk", "open", "end", 900, tickets=many, complete=True, now=1_000)
    assert (touched.new, len(touched.ids)) == (1_200, 1_200)
    assert [row[0] for row in look("SELECT count(*) FROM ticket GROUP BY rev ORDER BY rev")] == [500, 500, 200]
    assert look("SELECT cursor, complete FROM cursor") == [("end", 1)]


def test_a_page_that_fails_in_its_middle_is_read_again(cache: CacheWriter, look: Look) -> None:
    many = [PLAIN._replace(key=str(n), number=f"DESK-{n}") for n in range(700)]
    broken = [*many, PLAIN._replace(key="bad", created_at=cast(int, object()))]
    with pytest.raises(TypeError):
        cache.commit_page("desk", "open", "end", 900, tickets=broken, now=1_000)
    assert look("SELECT count(*) FROM ticket") == [(500,)]
    assert look("SELECT count(*) FROM cursor") == [(0,)]
    cache.commit_page("desk", "open", "end", 900, tickets=many, now=1_001)
    assert look("SELECT count(*), count(DISTINCT id) FROM ticket") == [(700, 700)]
    assert look("SELECT count(*) FROM ticket_fts_docsize") == [(700,)]


def test_hostile_text_is_kept_as_it_came(cache: CacheWriter, look: Look) -> None:
    title = "[/var/log] \x1b]52;c;cm0=\x07 \u202e\x00 '); DROP TABLE ticket; --"
    cache.commit_page("desk", "open", tickets=[PLAIN._replace(title=title)], now=1_000)
    assert look("SELECT title FROM ticket") == [(title,)]


def test_a_bad_record_is_kept_counted_and_healed(cache: CacheWriter, look: Look) -> None:
    cache.commit_page("desk", "open", bad=[("1", "no title", "x" * 20_000), ("2", "no state", "{}")], now=1_000)
    assert cache.quarantined("desk") == 2
    assert look("SELECT length(raw) FROM quarantine WHERE key = '1'") == [(10_000,)]
    cache.commit_page("desk", "open", tickets=[PLAIN], now=1_001)
    assert cache.quarantined("desk") == 1
    assert look("SELECT healed_at FROM quarantine WHERE key = '1'") == [(1_001,)]
    cache.commit_page("desk", "open", bad=[("1", "no title again", "{}")], now=1_002)
    assert cache.quarantined("desk") == 2


def test_a_bad_record_is_healed_by_whatever_feed_brings_it_whole_or_says_that_it_left(cache: CacheWriter) -> None:
    clock = Clock("desk", "1", "sla-9", Metric.RESOLUTION, "Resolution", Stage.RUNNING, due_at=2_000, as_of=1_000)
    bad = [(key, "no title", "{}") for key in ("1", "2", "ann", "sla-9", "3")]
    cache.commit_page("desk", "open", bad=bad, now=1_000)
    cache.commit_page("other", "open", tickets=[PLAIN._replace(source="other")], now=1_001)
    assert cache.quarantined("desk") == 5, "another source has heard of another ticket of that name"
    cache.commit_page("desk", "by id", tickets=[PLAIN], now=1_001)
    assert cache.quarantined("desk") == 4
    cache.commit_page("desk", "changes", departures=[Departure("desk", "2", WayOut.LEFT_SCOPE, 1_002)], now=1_002)
    assert cache.quarantined("desk") == 3
    cache.commit_page("desk", "people", people=[Person("desk", "ann", "Ann")], clocks=[clock], now=1_003)
    assert cache.quarantined("desk") == 1


def test_a_list_that_was_read_whole_heals_what_it_had_as_bad_before(cache: CacheWriter) -> None:
    cache.commit_page("desk", "people", bad=[("ann", "no name", "{}")], now=1_000)
    cache.commit_page("desk", "open", bad=[("1", "no title", "{}")], now=1_000)
    cache.listed_again("desk", "people", 1_000)
    assert cache.quarantined("desk") == 2, "that list is the one that had it"
    cache.listed_again("desk", "people", 1_600)
    assert cache.quarantined("desk") == 1


def test_a_bad_record_that_never_comes_again_is_forgotten(cache: CacheWriter) -> None:
    now = 90 * 86_400
    cache.commit_page("desk", "events", bad=[("1", "no time", "{}")], now=now - 31 * 86_400)
    cache.commit_page("desk", "events", bad=[("2", "no time", "{}")], now=now)
    cache.retain(90, 30, now)
    assert cache.quarantined("desk") == 1


def test_similar_open_tickets_are_clustered(cache: CacheWriter, look: Look) -> None:
    titles = ["VPN drops every hour", "Printer on fire", "Dropped VPN, every hour", "vpn drops each hour in Paris"]
    tickets = [PLAIN._replace(key=str(n), title=title) for n, title in enumerate(titles)]
    cache.commit_page("desk", "open", tickets=tickets, now=1_000)
    cache.refresh_alike(1_100, at_once=True)
    first = look("SELECT id FROM ticket WHERE key = '0'")[0][0]
    assert look("SELECT key, alike, alike_count FROM ticket WHERE alike <> 0 ORDER BY key") == [
        ("0", first, 1),
        ("2", first, 1),
    ]
    cache.commit_page("desk", "open", tickets=[later(tickets[2], 300, state=State.CLOSED)], now=1_200)
    cache.refresh_alike(1_300, at_once=True)
    assert look("SELECT count(*) FROM ticket WHERE alike <> 0 OR alike_count <> 0") == [(0,)]


@pytest.mark.parametrize("huge", [1 << 64, -(10**30)])
def test_a_number_that_no_store_can_hold_spoils_one_record_and_not_the_page(
    cache: CacheWriter, look: Look, huge: int
) -> None:
    tickets = [PLAIN, PLAIN._replace(key="2", number="DESK-2", version=huge)]
    clocks = [clock("a", Stage.RUNNING, 5_000), clock("b", Stage.RUNNING, huge)]
    events = [event("e1", EventKind.STATUS, 150), event("e2", EventKind.STATUS, huge)]
    cache.commit_page("desk", "open", "c1", 900, tickets=tickets, clocks=clocks, events=events, now=1_000)
    assert look("SELECT key FROM ticket") == [("1",)]
    assert look("SELECT ident FROM clock") == [("a",)]
    assert ("e1",) in look("SELECT ident FROM event")
    assert look("SELECT key, healed_at FROM quarantine ORDER BY key") == [("2", 0), ("b", 0), ("e2", 0)]
    stored = cache.cursor("desk", "open")
    assert stored is not None
    assert stored.cursor == "c1"
