"""The first schema of cache.db."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_whole, key_words, row_id, whole, words

revision = "cache_0001"
down_revision = None
branch_labels = None
depends_on = None

_OPEN = sa.text("is_open = 1")
_SEARCH = (
    "CREATE VIEW ticket_text AS SELECT t.id AS id, t.number AS number, t.title AS title, coalesce(b.text, '') AS body"
    " FROM ticket t LEFT JOIN body b ON b.ticket = t.id",
    "CREATE VIRTUAL TABLE ticket_fts USING fts5(number, title, body, content='ticket_text', content_rowid='id',"
    " tokenize='unicode61 remove_diacritics 2')",
    "INSERT INTO ticket_fts(ticket_fts, rank) VALUES ('automerge', 0)",
    "INSERT INTO ticket_fts(ticket_fts, rank) VALUES ('crisismerge', 48)",
)


def _activity() -> None:
    op.create_table(
        "activity",
        row_id(),
        words("source"),
        words("ticket"),
        words("ident"),
        words("kind"),
        whole("at"),
        words("author"),
        words("author_name"),
        words("text"),
        sa.PrimaryKeyConstraint("id", name="pk_activity"),
        sa.UniqueConstraint("source", "ticket", "ident", name="uq_activity_source_ticket_ident"),
    )


def _body() -> None:
    op.create_table(
        "body",
        key_whole("ticket"),
        words("text"),
        sa.PrimaryKeyConstraint("ticket", name="pk_body"),
    )


def _clock() -> None:
    op.create_table(
        "clock",
        row_id(),
        words("source"),
        words("ticket"),
        words("ident"),
        words("metric"),
        words("name"),
        words("stage"),
        whole("due_at"),
        whole("as_of"),
        whole("started_at"),
        whole("stopped_at"),
        whole("paused_at"),
        whole("target"),
        words("calendar"),
        whole("within_hours", -1),
        words("origin", "remote"),
        whole("rev"),
        sa.PrimaryKeyConstraint("id", name="pk_clock"),
        sa.UniqueConstraint("source", "ticket", "ident", name="uq_clock_source_ticket_ident"),
    )


def _cursor() -> None:
    op.create_table(
        "cursor",
        key_words("source"),
        key_words("feed"),
        words("cursor"),
        whole("started_at"),
        whole("updated_at"),
        whole("complete"),
        sa.PrimaryKeyConstraint("source", "feed", name="pk_cursor"),
    )


def _event() -> None:
    op.create_table(
        "event",
        row_id(),
        words("source"),
        words("ticket"),
        words("ident"),
        words("kind"),
        whole("at"),
        words("actor"),
        words("old"),
        words("new"),
        whole("automatic"),
        whole("observed"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("source", "ticket", "ident", name="uq_event_source_ticket_ident"),
    )


def _grp() -> None:
    op.create_table(
        "grp",
        row_id(),
        words("source"),
        words("key"),
        words("name"),
        whole("active", 1),
        whole("seen_at"),
        whole("rev"),
        sa.PrimaryKeyConstraint("id", name="pk_grp"),
        sa.UniqueConstraint("source", "key", name="uq_grp_source_key"),
    )


def _membership() -> None:
    op.create_table(
        "membership",
        key_words("source"),
        key_words("grp"),
        key_words("person"),
        whole("seen_at"),
        whole("rev"),
        sa.PrimaryKeyConstraint("source", "grp", "person", name="pk_membership"),
    )


def _meta() -> None:
    op.create_table(
        "meta",
        key_words("key"),
        words("value"),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )


def _organisation() -> None:
    op.create_table(
        "organisation",
        row_id(),
        words("source"),
        words("key"),
        words("name"),
        whole("seen_at"),
        whole("rev"),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("source", "key", name="uq_organisation_source_key"),
    )


def _person() -> None:
    op.create_table(
        "person",
        row_id(),
        words("source"),
        words("key"),
        words("name"),
        words("email"),
        words("login"),
        words("phone"),
        words("zone"),
        words("organisation"),
        words("title"),
        whole("active", 1),
        whole("vip"),
        whole("works_tickets"),
        words("skills", "[]"),
        whole("version"),
        whole("seen_at"),
        whole("rev"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("source", "key", name="uq_person_source_key"),
    )


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        row_id(),
        words("source"),
        words("feed"),
        words("key"),
        words("reason"),
        words("raw"),
        whole("at"),
        whole("healed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
        sa.UniqueConstraint("source", "feed", "key", name="uq_quarantine_source_feed_key"),
    )


def _source() -> None:
    op.create_table(
        "source",
        key_words("name"),
        whole("place"),
        words("platform"),
        words("label"),
        words("badge"),
        words("health", "starting"),
        words("words"),
        whole("since"),
        whole("next_try"),
        whole("last_ok"),
        whole("data_at"),
        whole("failures"),
        whole("poll"),
        words("account"),
        words("role"),
        words("feed"),
        whole("skew"),
        words("sees", "[]"),
        words("cannot", "[]"),
        words("phase"),
        whole("done"),
        whole("total"),
        whole("rev"),
        sa.PrimaryKeyConstraint("name", name="pk_source"),
    )


def _ticket() -> None:
    op.create_table(
        "ticket",
        row_id(),
        words("source"),
        words("key"),
        words("number"),
        words("kind"),
        words("title"),
        words("state"),
        words("status"),
        whole("created_at"),
        whole("updated_at"),
        whole("version"),
        whole("priority"),
        words("priority_name"),
        words("grp"),
        words("owner"),
        words("requester"),
        words("organisation"),
        words("category"),
        words("tags"),
        words("tags_json", "[]"),
        whole("vip"),
        words("url"),
        whole("solved_at"),
        whole("closed_at"),
        whole("reopened", -1),
        whole("bounced", -1),
        words("channel"),
        words("linked", "[]"),
        words("scope", "in"),
        whole("scope_at"),
        whole("missing_since"),
        whole("is_open"),
        whole("due_at"),
        words("due_metric"),
        whole("paused"),
        whole("state_since"),
        whole("state_since_observed"),
        whole("idle_since"),
        whole("idle_observed"),
        whole("last_public_at"),
        whole("last_customer_at"),
        whole("bounces"),
        whole("reopens"),
        whole("alike"),
        whole("alike_count"),
        words("digest"),
        whole("events_version"),
        whole("activity_at"),
        whole("activity_version"),
        whole("seen_at"),
        whole("rev"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket"),
        sa.UniqueConstraint("source", "key", name="uq_ticket_source_key"),
    )
    _ticket_indexes()


def _ticket_indexes() -> None:
    op.create_index("ix_ticket_open_due_at", "ticket", ["due_at"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_ticket_open_grp", "ticket", ["grp"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_ticket_open_owner", "ticket", ["owner"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_ticket_open_priority", "ticket", ["priority"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_ticket_rev", "ticket", ["rev"])
    op.create_index("ix_ticket_source_updated_at", "ticket", ["source", "updated_at"])


def _tombstone() -> None:
    op.create_table(
        "tombstone",
        key_whole("rev"),
        key_whole("ticket"),
        sa.PrimaryKeyConstraint("rev", "ticket", name="pk_tombstone"),
    )


def upgrade() -> None:
    """Make every table."""
    _activity()
    _body()
    _clock()
    _cursor()
    _event()
    _grp()
    _membership()
    _meta()
    _organisation()
    _person()
    _quarantine()
    _source()
    _ticket()
    _tombstone()
    for statement in _SEARCH:
        op.execute(statement)
