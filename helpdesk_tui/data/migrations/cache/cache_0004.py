"""What platforms tell of rosters: schedules, duties, overrides, statuses, opening hours and absences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_words, row_id, whole, words

revision = "cache_0004"
down_revision = "cache_0003"
branch_labels = None
depends_on = None


def _told_feed() -> None:
    op.create_table(
        "told_feed",
        key_words("source"),
        key_words("feed"),
        whole("tried_at"),
        whole("read_at"),
        words("words"),
        sa.PrimaryKeyConstraint("source", "feed", name="pk_told_feed"),
    )


def _told_schedule() -> None:
    op.create_table(
        "told_schedule",
        key_words("source"),
        key_words("key"),
        words("name"),
        words("zone"),
        words("grp"),
        words("rotations", "[]"),
        whole("writable"),
        whole("asked_from"),
        whole("asked_to"),
        whole("read_at"),
        words("unread"),
        sa.PrimaryKeyConstraint("source", "key", name="pk_told_schedule"),
    )


def _told_duty() -> None:
    op.create_table(
        "told_duty",
        row_id(),
        words("source"),
        words("schedule"),
        words("rotation"),
        words("person"),
        words("name"),
        whole("start"),
        whole("end"),
        whole("override"),
        sa.PrimaryKeyConstraint("id", name="pk_told_duty"),
    )
    op.create_index("ix_told_duty_source", "told_duty", ["source", "schedule", "start"])


def _told_override() -> None:
    op.create_table(
        "told_override",
        key_words("source"),
        key_words("schedule"),
        key_words("key"),
        words("person"),
        whole("start"),
        whole("end"),
        words("rotations", "[]"),
        sa.PrimaryKeyConstraint("source", "schedule", "key", name="pk_told_override"),
    )


def _told_status() -> None:
    op.create_table(
        "told_status",
        key_words("source"),
        key_words("person"),
        words("word"),
        whole("here", -1),
        whole("since"),
        whole("seen_at"),
        sa.PrimaryKeyConstraint("source", "person", name="pk_told_status"),
    )


def _told_hours() -> None:
    op.create_table(
        "told_hours",
        key_words("source"),
        key_words("key"),
        words("name"),
        words("zone"),
        words("windows"),
        words("holidays", "[]"),
        sa.PrimaryKeyConstraint("source", "key", name="pk_told_hours"),
    )


def _told_absence() -> None:
    op.create_table(
        "told_absence",
        key_words("source"),
        key_words("key"),
        words("person"),
        whole("start"),
        whole("end"),
        words("kind", "away"),
        sa.PrimaryKeyConstraint("source", "key", name="pk_told_absence"),
    )


def upgrade() -> None:
    """Add the tables."""
    _told_feed()
    _told_schedule()
    _told_duty()
    _told_override()
    _told_status()
    _told_hours()
    _told_absence()
