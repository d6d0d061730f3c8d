"""One page of a feed into the cache: what it brings is compared with what is stored, and only differences are written.

A page may come twice, late, or in another order than it was made: a ticket's version decides which of two readings is
newer, and equal readings write nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from helpdesk_tui.data import dialect
from helpdesk_tui.data.write import history, quarantine, reference, search, tickets
from helpdesk_tui.data.write.alike import Titles
from helpdesk_tui.data.write.mentions import Mentions
from helpdesk_tui.data.write.parts import Part, Touched
from helpdesk_tui.data.write.retention import forget_activity
from helpdesk_tui.data.write.sql import Revision, Row, Sql, json_list
from helpdesk_tui.data.write.tickets import Numbers, Stored
from helpdesk_tui.domain.clocks import Clock
from helpdesk_tui.domain.derive import OPEN_STATES, Facts, derive, observe
from helpdesk_tui.domain.events import Event
from helpdesk_tui.domain.people import Group, Organisation, Person
from helpdesk_tui.domain.sla.history import facts_of
from helpdesk_tui.domain.sla.untold import completed, lacks
from helpdesk_tui.domain.tickets import State, Ticket, WayOut

RECKONING = "reckoning:"
"""Before a source's name: the key in `meta` under which it says by which rules of the team its clocks are reckoned."""

_IN = "in", 0
"""The scope of a ticket that has not left it, and since when."""
_SCOPES = {WayOut.LEFT_SCOPE: "left", WayOut.DELETED: "deleted", WayOut.FORBIDDEN: "forbidden"}


class Incoming(NamedTuple):
    """A ticket of the page that is to be written: its row as far as the platform gives it, what is stored of it, if
    anything, and its way out, if it has one."""

    ticket: Ticket
    row: Row
    digest: str
    stored: Stored | None
    scope: str
    scope_at: int


class Met(NamedTuple):
    """What a page meets in the cache beside its tickets, read in one go: the last id that a ticket was given, how often
    the cache was emptied, whether the team reckons clocks of the source, and whether it has bad records that wait to be
    healed, and any events and clocks at all."""

    last_ticket: int
    purged: int
    reckons: str
    bad: int
    events: int
    clocks: int


_MET = (
    "SELECT (SELECT value FROM meta WHERE key = 'last_ticket'), (SELECT value FROM meta WHERE key = 'purged'),"
    f" (SELECT value FROM meta WHERE key = ?), {quarantine.ANY},"
    " EXISTS (SELECT 1 FROM event WHERE source = ?), EXISTS (SELECT 1 FROM clock WHERE source = ?)"
)


def met(sql: Sql, source: str) -> Met:
    """What a page of a source meets now."""
    ((last, purged, reckons, *some),) = sql.all(_MET, (f"{RECKONING}{source}", source, source, source))
    return Met(int(last or 0), int(purged or 0), reckons or "", *some)


class PageWrite:
    """Stores one part inside a transaction."""

    def __init__(self, sql: Sql, part: Part, mentions: Mentions, *, observing: bool, texts_from: int = 0) -> None:
        """Descriptions of tickets that are closed and unchanged since before `texts_from` are not stored."""
        self.sql = sql
        self.part = part
        self.mentions = mentions
        self._named: tuple[Sequence[Person], Sequence[Group], Sequence[Organisation]] = ((), (), ())
        self.texts_from = texts_from
        self.titles = Titles()
        """What was changed about open titles: to be noted once the transaction is committed."""
        self.observing = observing
        self.rev = Revision(sql)
        self.met = met(sql, part.source)
        self.out = {departure.key: departure for departure in part.departures}
        self.unchanged = 0

    def store(self) -> Touched:
        """Do it; returns what changed."""
        part, sql = self.part, self.sql
        newest = _newest(part.tickets)
        told = {*self.out, *(event.ticket for event in part.events), *(clock.ticket for clock in part.clocks)}
        told.update(part.clocks_whole)
        keys = told.union(newest)
        stored = tickets.load(sql, part.source, keys) if keys else {}
        incoming = self._incoming(newest, stored)
        told.update(incoming)
        events = history.Events(sql, part.source, told if self.met.events else (), tickets.creations(stored))
        written = {key: one.ticket for key, one in incoming.items()}
        changed_events = events.add(part.events, self._observed(incoming), written)
        clocks = history.Clocks(sql, part.source, told if self.met.clocks else ())
        changed_clocks = self._clocks(clocks, self._completed(incoming, stored, events, clocks, changed_events))
        ids = self._write_tickets(incoming, events, clocks)
        leaving = {key for key in self.out if key in stored and key not in incoming}
        others = [stored[key] for key in (changed_events | changed_clocks | leaving) - set(incoming) if key in stored]
        moved, departed = self._rederive(others, events, clocks)
        self._to_reckon([*ids, *(one.id for one in others)])
        about = history.store_activity(sql, part.source, part.activity, part.activity_whole)
        read = self._stamp_activity(about)
        references = self._references()
        quarantine.keep(sql, part, some=bool(self.met.bad))
        self._drop_text(stored)
        return Touched(
            ids=frozenset(ids | moved | read),
            rev=self.rev.taken,
            new=sum(one.stored is None for one in incoming.values()),
            changed=sum(one.stored is not None for one in incoming.values()),
            unchanged=self.unchanged,
            departed=departed + sum(one.scope != "in" for one in incoming.values()),
            events=len(changed_events),
            clocks=len(changed_clocks),
            activity=len(about),
            reference=references,
        )

    def _incoming(self, newest: dict[str, Ticket], stored: dict[str, Stored]) -> dict[str, Incoming]:
        """The tickets that have to be written: new ones, newer ones, and those that came back."""
        found: dict[str, Incoming] = {}
        for key, ticket in newest.items():
            before = stored.get(key)
            if before is not None and ticket.version < before.version:
                self.unchanged += 1
                continue
            scope, scope_at = self._scope(ticket, before) if before is not None or self.out else _IN
            row = tickets.given(ticket)
            mark = tickets.digest(row, ticket.body)
            if before is not None and before.digest == mark and before.scope == scope:
                self.unchanged += 1
                continue
            found[key] = Incoming(ticket, row, mark, before, scope, scope_at)
        return found

    def _scope(self, ticket: Ticket, before: Stored | None) -> tuple[str, int]:
        """Whether a ticket that was just read is in the queue's scope, and since when it is not.

        A departure in the same page has the last word. One known from after this reading began stands, unless the
        ticket changed since: the reading may be older.
        """
        departure = self.out.get(ticket.key)
        if departure is not None and departure.way in _SCOPES:
            scope = _SCOPES[departure.way]
            known = before is not None and before.scope == scope
            return scope, before.scope_at if known and before is not None else departure.seen_at
        if before is not None and before.scope != "in":
            stands = before.scope_at > self.part.started_at and ticket.version == before.version
            if stands:
                return before.scope, before.scope_at
        return _IN

    def _observed(self, incoming: dict[str, Incoming]) -> list[Event]:
        if not self.observing:
            return []
        return [
            event
            for one in incoming.values()
            if one.stored is not None and one.ticket.version > one.stored.version
            for event in observe(one.stored.seen, one.ticket)
        ]

    def _completed(
        self,
        incoming: Mapping[str, Incoming],
        stored: Mapping[str, Stored],
        events: history.Events,
        clocks: history.Clocks,
        changed: Iterable[str],
    ) -> list[Clock]:
        """The clocks of the page, and those that are stored and of which its events tell more, with what their platform
        leaves out."""
        told = {(clock.ticket, clock.ident) for clock in self.part.clocks}
        known = (each for key in {*changed, *incoming} - set(self.part.clocks_whole) for each in clocks.remote(key))
        others = (each for each in known if (each.ticket, each.ident) not in told)
        found = list(self.part.clocks)
        lacking = [clock for clock in (*found, *others) if lacks(clock)]
        if not lacking:
            return found
        better = {}
        for clock in lacking:
            key = clock.ticket
            one = incoming.get(key)
            if one is None and key not in stored:
                continue
            about = facts_of(one.ticket) if one is not None else tickets.of_clocks(stored[key])
            better[key, clock.ident] = completed(clock, about, events.happenings(key))
        found = [better.pop((clock.ticket, clock.ident), clock) for clock in found]
        return [*found, *better.values()]

    def _clocks(self, clocks: history.Clocks, told: Sequence[Clock]) -> set[str]:
        fresh, confirmed = clocks.changes(told)
        gone = clocks.gone(self.part.clocks_whole, self.part.clocks)
        if not (fresh or confirmed or gone):
            return set()
        return clocks.store(fresh, confirmed, gone, self.rev.take() if fresh or gone else 0)

    def _write_tickets(self, incoming: dict[str, Incoming], events: history.Events, clocks: history.Clocks) -> set[int]:
        if not incoming:
            return set()
        numbers = Numbers(self.sql, self.met.last_ticket)
        rev, now = self.rev.take(), self.part.now
        known = [one.stored.id for one in incoming.values() if one.stored is not None]
        bodies = search.bodies(self.sql, known) if known else {}
        rows: list[Row] = []
        fresh: list[tuple[int, str, str, str]] = []
        creations: list[int] = []
        before: dict[int, search.Words] = {}
        after: dict[int, search.Words] = {}
        for key, (ticket, row, mark, stored, scope, scope_at) in incoming.items():
            number, seen = (numbers.next(), None) if stored is None else (stored.id, stored.seen)
            facts = tickets.facts(ticket, scope)
            derived = derive(facts, seen, events.moments(key), clocks.running(key))
            body = ticket.body if derived.is_open or ticket.updated_at >= self.texts_from else ""
            if stored is None:
                fresh.append((number, ticket.number, ticket.title, body))
            else:
                before[number] = search.Words(stored.number, stored.title, bodies.get(number, ""))
                after[number] = search.Words(ticket.number, ticket.title, body)
            if key in events.by_row and not (stored and stored.creation_told):
                creations.append(number)
            rows.append((number, *row, scope, scope_at, 0, *derived, mark, now, rev))
            self._title(number, ticket.title, stored, derived.is_open)
        self.sql.put(tickets.UPSERT, rows)
        if creations:
            self.sql.run(history.CREATIONS, (json_list(creations),))
        search.write_new(self.sql, fresh)
        search.write(self.sql, before, after)
        numbers.keep()
        return {row[0] for row in rows}

    def _title(self, number: int, title: str, stored: Stored | None, is_open: int) -> None:
        if not is_open:
            if stored is not None and stored.is_open:
                self.titles.drop(number)
        elif stored is None or not stored.is_open or stored.title != title:
            self.titles.add(number, title)

    def _rederive(
        self, others: Iterable[Stored], events: history.Events, clocks: history.Clocks
    ) -> tuple[set[int], int]:
        """Bring the derived columns of stored tickets up to date; the ids of those written, and how many left."""
        rows: list[Row] = []
        departed = 0
        for stored in others:
            facts, scope_at = self._departed(stored)
            derived = derive(facts, stored.seen, events.moments(stored.key), clocks.running(stored.key))
            if derived == stored.derived and facts == stored.facts:
                continue
            departed += facts != stored.facts
            rows.append((facts.scope, scope_at, facts.state, facts.closed_at, *derived, self.rev.take(), stored.id))
            self._title(stored.id, stored.title, stored, derived.is_open)
        self.sql.many(tickets.REDERIVE, rows)
        return {row[-1] for row in rows}, departed

    def _departed(self, stored: Stored) -> tuple[Facts, int]:
        """The facts of a stored ticket after its departure, if the page tells one."""
        departure = self.out.get(stored.key)
        facts = stored.facts
        if departure is None:
            return facts, stored.scope_at
        if departure.way is WayOut.CLOSED:
            if facts.state not in OPEN_STATES:
                return facts, stored.scope_at
            closed_at = facts.closed_at or departure.seen_at
            return facts._replace(state=str(State.CLOSED), closed_at=closed_at), stored.scope_at
        scope = _SCOPES[departure.way]
        return facts._replace(scope=scope), stored.scope_at if stored.scope == scope else departure.seen_at

    def _stamp_activity(self, about: set[str]) -> set[int]:
        """Mark tickets whose conversation was read, and give those where it changed the present revision.

        A ticket that was written after the reading began may have changed since: its conversation counts as unread.
        """
        part = self.part
        whole = json_list(part.activity_whole)
        if part.activity_whole:
            self.sql.run(
                "UPDATE ticket SET activity_at = ?, activity_version ="
                " CASE WHEN seen_at > ? THEN activity_version ELSE version END"
                f" WHERE source = ? AND {dialect.one_of('key')}",
                (part.now, part.started_at, part.source, whole),
            )
        touched = json_list(about | set(part.activity_whole))
        if not about and not part.activity_whole:
            return set()
        where = f"source = ? AND {dialect.one_of('key')}"
        self.sql.run(f"UPDATE ticket SET rev = ? WHERE {where}", (self.rev.take(), part.source, touched))
        return {row[0] for row in self.sql.all(f"SELECT id FROM ticket WHERE {where}", (part.source, touched))}

    def _to_reckon(self, ids: list[int]) -> None:
        """Note tickets whose clocks by the team's own rules may be others now, where there are such rules."""
        if ids and self.met.reckons:
            self.sql.many("INSERT OR IGNORE INTO reckon(ticket) VALUES (?)", [(number,) for number in ids])

    def _references(self) -> int:
        part, mentions = self.part, self.mentions
        people, groups, organisations = part.people, part.groups, part.organisations
        if part.tickets:
            mentions.look(self.met.purged)
            people = mentions.news(part.source, "person", people, part.now)
            groups = mentions.news(part.source, "grp", groups, part.now)
            organisations = mentions.news(part.source, "organisation", organisations, part.now)
        elif people or groups or organisations:
            # A list of people: whom it held is written down at once, for it may be gone on with after a restart.
            mentions.forget_source(part.source)
        self._named = (people, groups, organisations)
        rows = reference.rows_of(people, groups, part.memberships, organisations)
        return sum(
            reference.store(self.sql, part.source, reference.KINDS[name], some, self.rev, part.now)
            for name, some in rows.items()
        )

    def remember(self) -> None:
        """To be called once the transaction is committed: what tickets named need not be looked up again."""
        if self.part.tickets:
            people, groups, organisations = self._named
            self.mentions.keep(self.part.source, "person", people)
            self.mentions.keep(self.part.source, "grp", groups)
            self.mentions.keep(self.part.source, "organisation", organisations)

    def _drop_text(self, stored: dict[str, Stored]) -> None:
        """What we may no longer see, or what is deleted, keeps no text here."""
        barred = [d.key for d in self.part.departures if d.way in (WayOut.DELETED, WayOut.FORBIDDEN)]
        if not barred:
            return
        source = self.part.source
        ids = [stored[key].id for key in barred if key in stored]
        search.forget_bodies(self.sql, ids)
        forget_activity(self.sql, [(source, key) for key in barred])


def _newest(found: Iterable[Ticket]) -> dict[str, Ticket]:
    """One reading of each ticket: the newest; of equally new ones the last."""
    newest: dict[str, Ticket] = {}
    for ticket in found:
        if ticket.key not in newest or ticket.version >= newest[ticket.key].version:
            newest[ticket.key] = ticket
    return newest
