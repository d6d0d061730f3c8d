"""The one writer of the cache, for the sync process. Every method is one transaction or a few small ones, and raises
StoreError.

Instants are integer seconds since the epoch, UTC; `now` is our clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType

from helpdesk_tui.data import dialect
from helpdesk_tui.data.engine import Store
from helpdesk_tui.data.write import choices, mentions, quarantine, reference, retention, sources, told, wanted
from helpdesk_tui.data.write.alike import AlikeKeeper
from helpdesk_tui.data.write.mentions import Mentions
from helpdesk_tui.data.write.pages import RECKONING, PageWrite
from helpdesk_tui.data.write.parts import Part, Touched, split, storable
from helpdesk_tui.data.write.reference import Sweep
from helpdesk_tui.data.write.retention import Retained
from helpdesk_tui.data.write.sources import Cursor
from helpdesk_tui.data.write.sql import Revision, Sql, driver, json_list
from helpdesk_tui.domain.choices import Choices
from helpdesk_tui.domain.clocks import Clock
from helpdesk_tui.domain.events import Activity, Event
from helpdesk_tui.domain.people import Group, Membership, Organisation, Person
from helpdesk_tui.domain.roster.told import Told
from helpdesk_tui.domain.tickets import Departure, Ticket

LARGEST_LOG = 4 * 1024 * 1024
"""Bytes of write-ahead log from which on it is emptied rather than only brought in."""

_OF_A_SOURCE = (
    *retention.HANGING, "person", "grp", "membership", "organisation", "cursor", "quarantine", *told.TABLES,
)  # fmt: skip


class CacheWriter:
    """Writes the cache. Used by one thread at a time."""

    def __init__(self, store: Store) -> None:
        """`store` is the cache opened for writing; `close` closes it."""
        self.store = store
        self._alike = AlikeKeeper()
        self._mentions = Mentions()
        self._events_done: set[str] = set()

    @property
    def notes(self) -> tuple[str, ...]:
        """A line for the user for each thing that had to be mended when the cache was opened."""
        return self.store.notes

    @contextmanager
    def _write(self) -> Iterator[Sql]:
        with self.store.transaction() as connection:
            yield Sql(driver(connection))

    # The life of the process

    def begin(self, configured: Iterable[Mapping[str, object]], now: int) -> None:
        """Make a row for each configured source, in order; forget sources that are no longer configured, tickets and
        all, and those that are on another platform now. A `mark` (what decides which tickets a source holds) is kept
        where there was none; one that differs is for `renew`, once the platform has accepted what it stands for."""
        wanted = [dict(columns) for columns in configured]
        marks = {str(columns["name"]): str(columns.pop("mark", "")) for columns in wanted}
        with self._write() as sql:
            moved = sources.elsewhere(sql, wanted)
        for source in moved:
            self.forget_source(source)
        with self._write() as sql:
            rev = Revision(sql)
            sql.run("INSERT INTO meta(key, value) VALUES ('made_at', ?) ON CONFLICT (key) DO NOTHING", (str(now),))
            dropped = sources.begin(sql, rev, wanted)
            sources.set_marks(sql, {name: mark for name, mark in marks.items() if not sources.mark_of(sql, name)})
        for source in dropped:
            self.forget_source(source)

    def end(self, now: int) -> None:
        """Say that nobody syncs any more, and close. Troubles that somebody has to mend stay shown."""
        with self._write() as sql:
            rev = Revision(sql)
            for (name,) in sql.all("SELECT name FROM source WHERE health NOT IN ('stopped', 'signin', 'narrowed')"):
                sources.update(sql, rev, name, {"health": "stopped", "since": now, "next_try": 0}, sources.HEALTH)
        self.close()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def checkpoint(self) -> bool:
        """Bring the write-ahead log into the cache; empty it where it has grown. False where a reader kept part
        back."""
        with self._write() as sql:
            sql.run(dialect.SEARCH_MERGE)
        log = self.store.path.with_name(f"{self.store.path.name}-wal")
        large = log.exists() and log.stat().st_size > LARGEST_LOG
        return self.store.checkpoint(truncate=large)

    # Pages

    def commit_page(
        self,
        source: str,
        feed: str,
        cursor: str | None = None,
        started_at: int = 0,
        *,
        now: int,
        complete: bool = False,
        tickets: Sequence[Ticket] = (),
        departures: Sequence[Departure] = (),
        events: Sequence[Event] = (),
        activity: Sequence[Activity] = (),
        activity_whole: Collection[str] = (),
        clocks: Sequence[Clock] = (),
        clocks_whole: Collection[str] = (),
        people: Sequence[Person] = (),
        groups: Sequence[Group] = (),
        memberships: Sequence[Membership] = (),
        organisations: Sequence[Organisation] = (),
        bad: Sequence[tuple[str, str, str]] = (),
        observing: bool = True,
        texts_from: int = 0,
        progress: tuple[str, int, int] | None = None,
    ) -> Touched:
        """Store a page and, where `cursor` is given, how far its feed has been read, in one transaction.

        A page of more than 500 tickets is stored in several; the cursor goes with the last, so that a crash in
        between has the page read again. `started_at` is when the reading began that the page comes from; `complete`
        that the feed has come to its present end. `bad` are records that did not parse, as (key, reason, raw).
        `observing` derives events from differences to what was stored. Storing a page again changes nothing.
        Descriptions of tickets closed and unchanged since before `texts_from` are not kept: `retain` would drop them.
        `progress` is how far a first pull is with this page, as `set_progress` takes it.
        """
        page = Part(
            source, feed, started_at, now, tickets, departures, events, activity, frozenset(activity_whole), clocks,
            frozenset(clocks_whole), people, groups, memberships, organisations, bad,
        )  # fmt: skip

        def end(sql: Sql, rev: Revision) -> None:
            if cursor is not None:
                sources.set_cursor(sql, source, feed, now, cursor, started_at, complete=complete)
            if progress is not None:
                columns = dict(zip(("phase", "done", "total"), progress, strict=True))
                sources.update(sql, rev, source, columns, sources.PROGRESS)

        touched = Touched()
        parts = list(split(page))
        for part in parts:
            last = end if part is parts[-1] else None
            try:
                touched += self._commit(part, last, observing=observing, texts_from=texts_from)
            except OverflowError:
                touched += self._commit(storable(part), last, observing=observing, texts_from=texts_from)
        if touched.ids:
            self._events_done.discard(source)
        self.refresh_alike(now)
        return touched

    def _commit(
        self, part: Part, last: Callable[[Sql, Revision], None] | None, *, observing: bool, texts_from: int
    ) -> Touched:
        """One part in one transaction, and `last` with it. Raises OverflowError for a number no store can hold."""
        with self._write() as sql:
            writing = PageWrite(sql, part, self._mentions, observing=observing, texts_from=texts_from)
            touched = writing.store()
            if last is not None:
                last(sql, writing.rev)
        self._alike.note(writing.titles)
        writing.remember()
        return touched

    def refresh_alike(self, now: int, *, at_once: bool = False) -> int:
        """Bring the clusters of similar open tickets up to date, at most every few seconds; how many rows changed."""
        return self._alike.refresh(self._write, now, at_once=at_once)

    # Cursors

    def cursor(self, source: str, feed: str) -> Cursor | None:
        """How far a feed has been read; None where it was never begun."""
        with self._write() as sql:
            return sources.cursor(sql, source, feed)

    def begin_cursor(self, source: str, feed: str, cursor: str, now: int) -> None:
        """Write down where a feed begins, unless it has begun already."""
        with self._write() as sql:
            if sources.cursor(sql, source, feed) is None:
                sources.set_cursor(sql, source, feed, now, cursor, now, complete=False)

    def forget_cursor(self, source: str, feed: str) -> None:
        """Have a feed begin anew."""
        with self._write() as sql:
            sql.run("DELETE FROM cursor WHERE source = ? AND feed = ?", (source, feed))

    # Rosters

    def keep_told(self, source: str, feed: str, found: Told, now: int) -> None:
        """Keep what a source told of rosters at `now`, in place of what it told before."""
        with self._write() as sql:
            told.keep(sql, source, feed, found, now)

    def told_failed(self, source: str, feed: str, words: str, now: int) -> None:
        """Note that a source's rosters could not be read; what was read before stays with its age."""
        with self._write() as sql:
            told.failed(sql, source, feed, words, now)

    # Sources

    def set_health(self, source: str, columns: Mapping[str, object], now: int) -> None:
        """Set any of health, words, since, next_try, last_ok, data_at, failures; `since` follows `health` if not
        given."""
        with self._write() as sql:
            values = dict(columns)
            present = sql.value("SELECT health FROM source WHERE name = ?", (source,), default="")
            if "health" in values and "since" not in values and values["health"] != present:
                values["since"] = now
            sources.update(sql, Revision(sql), source, values, sources.HEALTH)

    def set_sign_in(self, source: str, columns: Mapping[str, object]) -> None:
        """Set any of account, role, feed, skew, sees, cannot."""
        self._set(source, columns, sources.SIGN_IN)

    def set_progress(self, source: str, phase: str, done: int, total: int) -> None:
        """Say how far the first pull is: reference, open, history or live, with `done` of `total` records (0:
        unknown)."""
        self._set(source, {"phase": phase, "done": done, "total": total}, sources.PROGRESS)

    def _set(self, source: str, columns: Mapping[str, object], allowed: frozenset[str]) -> None:
        with self._write() as sql:
            sources.update(sql, Revision(sql), source, columns, allowed)

    # Censuses and sweeps

    def open_keys(self, source: str) -> set[str]:
        """The keys of every ticket held as open."""
        with self._write() as sql:
            return {row[0] for row in sql.all(f"SELECT key FROM {dialect.OPEN_OF_SOURCE}", (source,))}

    def open_count(self, source: str) -> int:
        """How many tickets are held as open."""
        with self._write() as sql:
            return int(sql.value(f"SELECT count(*) FROM {dialect.OPEN_OF_SOURCE}", (source,)))

    def mark_missing(self, source: str, keys: Collection[str], now: int) -> None:
        """Note on open tickets that a census missed them, the first time it did, and take the note from all others.

        Nothing else: what became of them is found out by asking for each.
        """
        missing = json_list(keys)
        here = "is_open = 1 AND source = ?"
        with self._write() as sql:
            sql.run(
                f"UPDATE ticket SET missing_since = ? WHERE {here} AND missing_since = 0 AND {dialect.one_of('key')}",
                (now, source, missing),
            )
            sql.run(
                f"UPDATE {dialect.OPEN_TICKETS} SET missing_since = 0"
                f" WHERE {here} AND missing_since > 0 AND NOT {dialect.one_of('key')}",
                (source, missing),
            )

    def listed_again(self, source: str, feed: str, started_at: int) -> None:
        """Heal what a list, begun at `started_at` and read whole, did not have as bad any more."""
        with self._write() as sql:
            quarantine.listed_again(sql, source, feed, started_at)

    def sweep_reference(self, source: str, kinds: Collection[str], started_at: int, *, force: bool = False) -> Sweep:
        """Let go of people, groups, memberships and organisations that whole listings begun at `started_at` did not
        hold.

        Where that would be too many of a kind, nothing of it goes unless `force`; the answer says how many were held.
        """
        for table, seen in self._mentions.unwritten(source):
            with self._write() as sql:
                mentions.write(sql, table, seen)
        self._mentions.forget_source(source)
        with self._write() as sql:
            return reference.sweep(sql, source, kinds, started_at, Revision(sql), force=force)

    # What to read next

    def wanted_events(self, source: str, limit: int) -> list[tuple[str, int]]:
        """Tickets whose events should be read next, with their version: open ones by next breach, then closed ones."""
        with self._write() as sql:
            found = wanted.open_events(sql, source, limit)
            if len(found) < limit and source not in self._events_done:
                closed = wanted.closed_events(sql, source, limit - len(found))
                if not closed:
                    self._events_done.add(source)
                found += closed
            return found

    def events_read(self, source: str, versions: Mapping[str, int]) -> None:
        """Note that all events of these tickets were read, up to these versions."""
        with self._write() as sql:
            sql.many(
                "UPDATE ticket SET events_version = max(events_version, ?) WHERE source = ? AND key = ?",
                [(version, source, key) for key, version in versions.items()],
            )

    def wanted_activity(self, source: str, limit: int) -> list[str]:
        """Tickets at the top of the queue whose conversation is missing or outdated, next breach first."""
        with self._write() as sql:
            return wanted.activity(sql, source, limit)

    def wanted_choices(self, source: str, limit: int) -> list[str]:
        """Tickets at the top of the queue for which it is not known what may be chosen now, next breach first."""
        with self._write() as sql:
            return choices.wanted(sql, source, limit)

    def store_choices(self, found: Choices) -> None:
        """Keep what may be chosen for a ticket."""
        with self._write() as sql:
            choices.store(sql, found)

    def quarantined(self, source: str) -> int:
        """How many records of a source could not be read and did not come whole since."""
        with self._write() as sql:
            return int(sql.value("SELECT count(*) FROM quarantine WHERE source = ? AND healed_at = 0", (source,)))

    # Letting go

    def retain(
        self, history_days: int, body_days: int, now: int, own: Mapping[str, int] = MappingProxyType({})
    ) -> Retained:
        """Delete tickets closed for longer than `history_days`, or the days that `own` has for their source, and texts
        of those closed for longer than `body_days`."""
        gone = texts = 0
        while True:
            with self._write() as sql:
                rows = retention.expired(sql, history_days, now, own)
                if rows:
                    retention.remove(sql, Revision(sql), rows)
            gone += len(rows)
            if len(rows) < retention.AT_ONCE:
                break
        while True:
            with self._write() as sql:
                count = retention.drop_texts(sql, body_days, now)
            texts += count
            if count < retention.AT_ONCE:
                break
        with self._write() as sql:
            retention.drop_traces(sql, now)
        return Retained(gone, texts)

    def renew(self, source: str, mark: str) -> bool:
        """Forget what a source held where it was marked with something else, and mark it with this; whether it was.

        To be called once the platform has accepted the new meaning: a misspelt scope must not empty the queue. An
        interruption leaves the old mark, so that the next call goes on.
        """
        with self._write() as sql:
            if sources.mark_of(sql, source) in ("", mark):
                return False
        self._forget_rows(source)
        with self._write() as sql:
            sources.set_anew(sql, Revision(sql), source)
            sources.set_marks(sql, {source: mark})
        return True

    def forget_source(self, source: str) -> None:
        """Delete everything that came from a source, and the source."""
        self._forget_rows(source)
        with self._write() as sql:
            Revision(sql).take()
            sql.run("DELETE FROM source WHERE name = ?", (source,))
            sources.forget_mark(sql, source)

    def _forget_rows(self, source: str) -> None:
        while True:
            with self._write() as sql:
                rows = sql.all("SELECT id, source, key FROM ticket WHERE source = ? LIMIT 200", (source,))
                if not rows:
                    break
                retention.remove(sql, Revision(sql), rows)
        with self._write() as sql:
            Revision(sql).take()
            for table in _OF_A_SOURCE:
                sql.run(f"DELETE FROM {table} WHERE source = ?", (source,))
            sql.run("DELETE FROM meta WHERE key = ?", (f"{RECKONING}{source}",))
        self._alike = AlikeKeeper()
        self._mentions.forget_source(source)
