"""The clocks of the team's own in the cache: reckoned from the events that are stored, beside the platforms'.

A ticket to which something happened is noted in `reckon` in the transaction that stored it, so that a crash in between
loses nothing; `reckon` works such notes off, a portion a transaction.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from helpdesk_tui.data import dialect
from helpdesk_tui.data.write import history, tickets
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.pages import RECKONING
from helpdesk_tui.data.write.sql import Revision, Row, Sql, driver, json_list
from helpdesk_tui.data.write.tickets import Stored
from helpdesk_tui.domain.clocks import Clock, Stage
from helpdesk_tui.domain.derive import derive
from helpdesk_tui.domain.sla.drift import TOLERANCE, Drift, Reason
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.policies import Profile
from helpdesk_tui.domain.sla.promises import Promise, Reminder, promise_clock, reminder_clock
from helpdesk_tui.domain.sla.team import TeamPolicies
from helpdesk_tui.domain.tickets import TicketRef

AT_ONCE = 500
"""Tickets of one transaction: readers and the other writer wait no longer than this takes."""
_ON = "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_ASKED = (
    "SELECT t.id, t.source, t.key, t.kind, t.category, t.channel, t.tags_json, t.vip, t.requester, t.organisation,"
    " coalesce(g.name, ''), coalesce(o.name, ''), coalesce(p.name, '')"
    " FROM reckon r JOIN ticket t ON t.id = r.ticket"
    " LEFT JOIN grp g ON g.source = t.source AND g.key = t.grp"
    " LEFT JOIN organisation o ON o.source = t.source AND o.key = t.organisation"
    " LEFT JOIN person p ON p.source = t.source AND p.key = t.requester"
    " LIMIT ?"
)
_DRIFT = ("source", "ticket", "ident", "seconds", "reason", "words", "due_at")
_KEEP_DRIFT = dialect.upsert("drift", _DRIFT, ("source", "ticket", "ident"))


@dataclass(frozen=True, slots=True)
class Rules:
    """What clocks are reckoned by: the team's policies, and what was promised and is to be remembered, by ticket."""

    policies: TeamPolicies
    promises: Mapping[TicketRef, Sequence[Promise]] = field(default_factory=dict)
    reminders: Mapping[TicketRef, Sequence[Reminder]] = field(default_factory=dict)


def set_reckoning(writer: CacheWriter, source: str, mark: str) -> bool:
    """Say by which rules the clocks of a source's tickets are reckoned ("" by none). Where they are others than before,
    every ticket of it is noted. Returns whether they are others.

    Only for a source that was read whole: before, its platform's own clocks may still be to come.
    """
    key = f"{RECKONING}{source}"
    with writer.store.transaction() as connection:
        sql = Sql(driver(connection))
        if str(sql.value("SELECT value FROM meta WHERE key = ?", (key,), default="")) == mark:
            return False
        sql.run(_ON, (key, mark))
        sql.run("INSERT OR IGNORE INTO reckon(ticket) SELECT id FROM ticket WHERE source = ?", (source,))
        return True


def note_tickets(writer: CacheWriter, refs: Iterable[TicketRef]) -> None:
    """Have the clocks of these tickets reckoned: something was promised, or put off."""
    with writer.store.transaction() as connection:
        sql = Sql(driver(connection))
        sql.many(
            "INSERT OR IGNORE INTO reckon(ticket) SELECT id FROM ticket WHERE source = ? AND key = ?",
            [tuple(ref) for ref in refs],
        )


def reckon(writer: CacheWriter, rules: Rules, now: int, limit: int = AT_ONCE) -> int:
    """Reckon the clocks of some tickets that were noted; how many."""
    with writer.store.transaction() as connection:
        sql = Sql(driver(connection))
        asked = sql.all(_ASKED, (limit,))
        if not asked:
            sql.run("DELETE FROM reckon WHERE ticket NOT IN (SELECT id FROM ticket)")
            return 0
        revision = Revision(sql)
        by_source: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in asked:
            by_source[row[1]][row[2]] = row
        for source, some in by_source.items():
            _Portion(sql, source, some, rules, revision, now).reckon()
        sql.run(f"DELETE FROM reckon WHERE {dialect.one_of('ticket')}", (json_list([row[0] for row in asked]),))
        return len(asked)


class Settled(NamedTuple):
    """A promise or reminder whose clock is over: its name among its ticket's clocks, and when it was answered."""

    ident: str
    stage: Stage
    at: int


def settled(writer: CacheWriter, names: Iterable[tuple[str, str, str]]) -> list[Settled]:
    """Which of these clocks (source, ticket, ident) are over."""
    query = "SELECT stage, stopped_at FROM clock WHERE source = ? AND ticket = ? AND ident = ? AND stopped_at > 0"
    with writer.store.transaction() as connection:
        sql = Sql(driver(connection))
        return [Settled(name[2], Stage(stage), at) for name in names for stage, at in sql.all(query, name)]


class _Portion:
    """Some tickets of one source inside a transaction."""

    def __init__(
        self, sql: Sql, source: str, some: Mapping[str, Row], rules: Rules, revision: Revision, now: int
    ) -> None:
        self.sql, self.source, self.some, self.rules, self.now = sql, source, some, rules, now
        self.revision = revision
        self.stored = tickets.load(sql, source, some)
        self.events = history.Events(sql, source, some, tickets.creations(self.stored))
        self.clocks = history.Clocks(sql, source, some)
        self.drifts: list[Row] = []

    def reckon(self) -> None:
        """Write what is different: clocks, drift, and the columns of tickets that follow from their clocks."""
        wanted = [clock for key in self.stored for clock in self._of(key)]
        present = {(clock.ticket, clock.ident) for clock in wanted}
        fresh, _ = self.clocks.changes(wanted)
        gone = [row for row in self.clocks.own(self.some) if (row[1], row[2]) not in present]
        changed = self.clocks.store(fresh, [], gone, self.revision.take()) if fresh or gone else set()
        self._keep_drifts()
        rows = [self._derived(self.stored[key]) for key in changed if key in self.stored]
        self.sql.many(tickets.REDERIVE, rows)

    def _derived(self, stored: Stored) -> Row:
        running = self.clocks.running(stored.key)
        derived = derive(stored.facts, stored.seen, self.events.moments(stored.key), running)
        facts, rev = stored.facts, self.revision.take()
        return (facts.scope, stored.scope_at, facts.state, facts.closed_at, *derived, rev, stored.id)

    def _of(self, key: str) -> Iterable[Clock]:
        """The clocks of the team's own that a ticket has: promises and reminders, and where its platform has none for
        it, those of the policies."""
        ref, stored = TicketRef(self.source, key), self.stored[key]
        told = self.events.happenings(key)
        for promise in self.rules.promises.get(ref, ()):
            yield promise_clock(promise, told, self.now)
        for reminder in self.rules.reminders.get(ref, ()):
            yield reminder_clock(reminder, told, self.now)
        if not self.rules.policies or stored.scope not in ("in", "left"):
            return
        remote = self.clocks.remote(key)
        facts, profile = _facts(stored, self.some[key]), profile_of(stored, self.some[key])
        if any(clock.stage is not Stage.CANCELLED for clock in remote):
            if stored.is_open:  # what left the queue or is over is not followed any more: its clocks are as they were
                self._compare(remote, facts, profile, told)
        else:
            yield from self.rules.policies.clocks(ref, facts, profile, told, self.now)

    def _compare(self, remote: Sequence[Clock], facts: Facts, profile: Profile, told: Sequence[Happening]) -> None:
        for clock, drift in self.rules.policies.drifts(remote, facts, profile, told, self.now):
            if worth_telling(drift):
                due = clock.due_at - drift.seconds if clock.due_at else 0
                where = (clock.source, clock.ticket, clock.ident)
                self.drifts.append((*where, drift.seconds, drift.reason.value, drift.words, due))

    def _keep_drifts(self) -> None:
        where = f"source = ? AND {dialect.one_of('ticket')}"
        names = (self.source, json_list(self.some))
        stored = set(self.sql.all(f"SELECT {', '.join(_DRIFT)} FROM drift WHERE {where}", names))
        if stored != set(self.drifts):
            self.sql.run(f"DELETE FROM drift WHERE {where}", names)
            self.sql.many(_KEEP_DRIFT, self.drifts)


def worth_telling(drift: Drift) -> bool:
    """Whether a difference is one that somebody should know of."""
    return drift.reason is not Reason.NONE and (abs(drift.seconds) > TOLERANCE or not drift.seconds)


def _facts(stored: Stored, row: Row) -> Facts:
    done = stored.solved_at, stored.closed_at
    return Facts(stored.created_at, stored.state, stored.priority, stored.grp, row[8], *done, stored.updated_at)


def profile_of(stored: Stored, row: Row) -> Profile:
    """A stored ticket as conditions of policies see it; names beside identifiers."""
    _, source, _, kind, category, channel, tags, vip, requester, organisation, group, org_name, person = row
    return {
        "source": _words(source),
        "kind": _words(kind),
        "priority": _words(str(stored.priority)),
        "group": _words(stored.grp, group),
        "org": _words(organisation, org_name),
        "category": _words(category),
        "channel": _words(channel),
        "tag": _words(*json.loads(tags or "[]")),
        "requester": _words(requester, person),
        "vip": _words("yes" if vip else "no"),
    }


def _words(*texts: str) -> frozenset[str]:
    return frozenset(str(text).casefold() for text in texts if text)
