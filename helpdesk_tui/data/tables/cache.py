"""cache.db: what the platforms said. Disposable: whatever is lost here is pulled again. Written by the sync process
only.

`rev` is the revision of the cache that last touched a row: each write transaction takes the next one, so a reader that
remembers the last revision it saw can ask for what changed since. A row that is removed leaves a tombstone.
"""

from __future__ import annotations

from sqlalchemy import Index, MetaData, UniqueConstraint, text
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from helpdesk_tui.data.tables.base import NAMES, key_number, key_words, number_, row_id, words_


class CacheTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """What all tables of the cache descend from; holds their metadata."""


class MetaRow(CacheTable, table=True):
    """Facts about the cache itself: `rev`, `made_at`, `last_ticket` (highest ticket id given out), `tombstones_from`
    (revision from which on no tombstone has been dropped), `purged` (revision at which everything was thrown away)."""

    __tablename__ = "meta"
    key: str = key_words()
    value: str = words_()


class SourceRow(CacheTable, table=True):
    """One configured source: its health, its progress, and what its sign-in check found. `place` orders them as
    configured."""

    __tablename__ = "source"
    name: str = key_words()
    place: int = number_()
    platform: str = words_()
    label: str = words_()
    badge: str = words_()
    health: str = words_("starting")
    words: str = words_()
    since: int = number_()
    next_try: int = number_()
    last_ok: int = number_()
    data_at: int = number_()
    failures: int = number_()
    poll: int = number_()
    account: str = words_()
    role: str = words_()
    feed: str = words_()
    skew: int = number_()
    sees: str = words_("[]")
    cannot: str = words_("[]")
    phase: str = words_()
    done: int = number_()
    total: int = number_()
    rev: int = number_()


class CursorRow(CacheTable, table=True):
    """How far a feed has been read. `started_at` is when the present reading of it began; `complete` that it came to
    its end."""

    __tablename__ = "cursor"
    source: str = key_words()
    feed: str = key_words()
    cursor: str = words_()
    started_at: int = number_()
    updated_at: int = number_()
    complete: int = number_()


class PersonRow(CacheTable, table=True):
    """A technician or requester. `seen_at` is when a listing last held them (our clock)."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("source", "key"),)
    id: int | None = row_id()
    source: str = words_()
    key: str = words_()
    name: str = words_()
    email: str = words_()
    login: str = words_()
    phone: str = words_()
    zone: str = words_()
    organisation: str = words_()
    title: str = words_()
    active: int = number_(1)
    vip: int = number_()
    works_tickets: int = number_()
    skills: str = words_("[]")
    version: int = number_()
    seen_at: int = number_()
    rev: int = number_()


class GroupRow(CacheTable, table=True):
    """An assignment group. The table is `grp` because GROUP is a word of SQL."""

    __tablename__ = "grp"
    __table_args__ = (UniqueConstraint("source", "key"),)
    id: int | None = row_id()
    source: str = words_()
    key: str = words_()
    name: str = words_()
    active: int = number_(1)
    seen_at: int = number_()
    rev: int = number_()


class MembershipRow(CacheTable, table=True):
    """A person belongs to a group; both are keys of the source."""

    __tablename__ = "membership"
    source: str = key_words()
    grp: str = key_words()
    person: str = key_words()
    seen_at: int = number_()
    rev: int = number_()


class OrganisationRow(CacheTable, table=True):
    """A client or department."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("source", "key"),)
    id: int | None = row_id()
    source: str = words_()
    key: str = words_()
    name: str = words_()
    seen_at: int = number_()
    rev: int = number_()


_OPEN = text("is_open = 1")
_OVER = text("stopped_at > 0")
_LATE = text("stage = 'paused' AND paused_at > 0 AND due_at >= paused_at AND due_at <= paused_at + 900")
"""Paused in the last 15 minutes before its breach."""
_AGING = (
    *("source", "grp", "owner", "priority", "organisation", "category", "due_at", "paused", "state", "status"),
    *("state_since", "idle_since", "last_customer_at", "last_public_at", "created_at", "reopens", "bounces"),
)
"""What the figures of open tickets are counted from, so that counting all of them reads no row."""


def _open_index(column: str, *answers: str) -> Index:
    """An index over open tickets only: a query has to say `is_open = 1` in so many words to be served by it. What it
    `answers` is read from it without looking at the row."""
    return Index(f"ix_ticket_open_{column}", column, *answers, sqlite_where=_OPEN)


class TicketRow(CacheTable, table=True):
    """A ticket as its platform last showed it, with the columns derived from its clocks and events.

    `scope` is in, left, deleted or forbidden, `scope_at` since when; `missing_since` the first census that missed it.
    `is_open`: in scope and not solved or closed. `due_at`, `due_metric`: the next breach of a running clock.
    `paused`: it has live clocks and all of them are paused. `state_since` and `idle_since` say "at least" where their
    `_observed` is 1. `bounces`, `reopens`: from events or the platform's count, whichever is larger. `alike`: id of
    its cluster of similar open tickets, 0 for none, `alike_count` how many others are in it. `tags` has the tags in
    lower case with a space around each. `digest` is a hash of the ticket as given: an equal one is not written again.
    `events_version`, `activity_version`: the version up to which these were read by key. `seen_at`: when the row was
    last written, our clock.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        _open_index("due_at", "owner", "priority"),
        _open_index("priority"),
        _open_index("grp"),
        _open_index("owner"),
        _open_index("alike", "title"),
        Index("ix_ticket_open_aging", *_AGING, sqlite_where=_OPEN),
        Index("ix_ticket_rev", "rev"),
        Index("ix_ticket_source_updated_at", "source", "updated_at"),
    )
    id: int | None = row_id()
    source: str = words_()
    key: str = words_()
    number: str = words_()
    kind: str = words_()
    title: str = words_()
    state: str = words_()
    status: str = words_()
    created_at: int = number_()
    updated_at: int = number_()
    version: int = number_()
    priority: int = number_()
    priority_name: str = words_()
    grp: str = words_()
    owner: str = words_()
    requester: str = words_()
    organisation: str = words_()
    category: str = words_()
    tags: str = words_()
    tags_json: str = words_("[]")
    vip: int = number_()
    url: str = words_()
    solved_at: int = number_()
    closed_at: int = number_()
    reopened: int = number_(-1)
    bounced: int = number_(-1)
    channel: str = words_()
    linked: str = words_("[]")
    scope: str = words_("in")
    scope_at: int = number_()
    missing_since: int = number_()
    is_open: int = number_()
    due_at: int = number_()
    due_metric: str = words_()
    paused: int = number_()
    state_since: int = number_()
    state_since_observed: int = number_()
    idle_since: int = number_()
    idle_observed: int = number_()
    last_public_at: int = number_()
    last_customer_at: int = number_()
    bounces: int = number_()
    reopens: int = number_()
    alike: int = number_()
    alike_count: int = number_()
    digest: str = words_()
    events_version: int = number_()
    activity_at: int = number_()
    activity_version: int = number_()
    seen_at: int = number_()
    rev: int = number_()


class BodyRow(CacheTable, table=True):
    """The description of a ticket, apart from the ticket so that lists read narrow rows."""

    __tablename__ = "body"
    ticket: int = key_number()
    text: str = words_()


class EventRow(CacheTable, table=True):
    """What happened to a ticket and when; `ticket` is the key of the source. To be read as `happening`, a view of these
    and of the creations that are left to the tickets' rows."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("source", "ticket", "ident"),)
    id: int | None = row_id()
    source: str = words_()
    ticket: str = words_()
    ident: str = words_()
    kind: str = words_()
    at: int = number_()
    actor: str = words_()
    old: str = words_()
    new: str = words_()
    automatic: int = number_()
    observed: int = number_()


class CreationRow(CacheTable, table=True):
    """A ticket, by its id, of which the platform's history tells a creation that says nothing its row does not: that
    event has no row of its own. A first pull writes a third less for it."""

    __tablename__ = "creation"
    ticket: int = key_number()


class ActivityRow(CacheTable, table=True):
    """One entry of a ticket's conversation or history."""

    __tablename__ = "activity"
    __table_args__ = (UniqueConstraint("source", "ticket", "ident"),)
    id: int | None = row_id()
    source: str = words_()
    ticket: str = words_()
    ident: str = words_()
    kind: str = words_()
    at: int = number_()
    author: str = words_()
    author_name: str = words_()
    text: str = words_()


class ClockRow(CacheTable, table=True):
    """One SLA clock. `within_hours` is 1, 0, or -1 where the platform does not say; `reckoned` is 1 where
    the instant of its end or its pause is reckoned from events, because the platform does not say it."""

    __tablename__ = "clock"
    __table_args__ = (
        UniqueConstraint("source", "ticket", "ident"),
        Index("ix_clock_stopped_at", "stopped_at", sqlite_where=_OVER),
        Index("ix_clock_paused_late", "source", "ticket", sqlite_where=_LATE),
    )
    id: int | None = row_id()
    source: str = words_()
    ticket: str = words_()
    ident: str = words_()
    metric: str = words_()
    name: str = words_()
    stage: str = words_()
    due_at: int = number_()
    as_of: int = number_()
    started_at: int = number_()
    stopped_at: int = number_()
    paused_at: int = number_()
    target: int = number_()
    calendar: str = words_()
    within_hours: int = number_(-1)
    origin: str = words_("remote")
    rev: int = number_()
    reckoned: int = number_()


class ReckonRow(CacheTable, table=True):
    """A ticket whose clocks by the team's own rules have to be reckoned (again); by its id."""

    __tablename__ = "reckon"
    ticket: int = key_number()


class DriftRow(CacheTable, table=True):
    """How far a platform's clock is from the same clock by the team's own policies.

    `seconds` is the platform's due instant minus ours, which is `due_at`; `reason` the class, `words` for people.
    """

    __tablename__ = "drift"
    source: str = key_words()
    ticket: str = key_words()
    ident: str = key_words()
    seconds: int = number_()
    reason: str = words_()
    words: str = words_()
    due_at: int = number_()


class ChoiceRow(CacheTable, table=True):
    """What may be chosen for a ticket, as JSON, asked at `as_of` (our clock). `mark`: the ticket's status and number
    then, "" where the ticket was not here."""

    __tablename__ = "choice"
    source: str = key_words()
    ticket: str = key_words()
    body: str = words_("{}")
    as_of: int = number_()
    mark: str = words_()


class TombstoneRow(CacheTable, table=True):
    """A ticket's row was removed from the cache by the transaction `rev`."""

    __tablename__ = "tombstone"
    rev: int = key_number()
    ticket: int = key_number()


class QuarantineRow(CacheTable, table=True):
    """A record that did not parse. `healed_at` is when a good reading of the same record came, 0 while it is bad."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("source", "feed", "key"),)
    id: int | None = row_id()
    source: str = words_()
    feed: str = words_()
    key: str = words_()
    reason: str = words_()
    raw: str = words_()
    at: int = number_()
    healed_at: int = number_()
