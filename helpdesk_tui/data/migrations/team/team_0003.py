"""What technicians can do, when they are there and when not, visits, and how many are needed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_whole, key_words, row_id, whole, words

revision = "team_0003"
down_revision = "team_0002"
branch_labels = None
depends_on = None


def _technician_origin() -> None:
    op.create_table(
        "technician_origin",
        key_whole("technician"),
        words("origin"),
        sa.PrimaryKeyConstraint("technician", name="pk_technician_origin"),
    )


def _technician_skill() -> None:
    op.create_table(
        "technician_skill",
        key_whole("technician"),
        key_words("skill"),
        key_words("origin"),
        whole("level", 1),
        sa.PrimaryKeyConstraint("technician", "skill", "origin", name="pk_technician_skill"),
    )


def _technician_group() -> None:
    op.create_table(
        "technician_group",
        key_whole("technician"),
        key_words("name"),
        words("origin"),
        sa.PrimaryKeyConstraint("technician", "name", name="pk_technician_group"),
    )


def _technician_contact() -> None:
    op.create_table(
        "technician_contact",
        key_whole("technician"),
        key_whole("rank"),
        words("kind"),
        words("value"),
        sa.PrimaryKeyConstraint("technician", "rank", name="pk_technician_contact"),
    )


def _team_file() -> None:
    op.create_table(
        "team_file",
        key_words("name"),
        words("digest"),
        whole("read_at"),
        sa.PrimaryKeyConstraint("name", name="pk_team_file"),
    )


def _shift_pattern() -> None:
    op.create_table(
        "shift_pattern",
        row_id(),
        whole("technician"),
        words("key"),
        words("zone"),
        whole("start"),
        whole("length"),
        words("breaks", "[]"),
        words("days"),
        whole("every", 1),
        words("first"),
        words("last"),
        words("rule"),
        words("place"),
        words("exceptions", "[]"),
        words("origin"),
        whole("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_shift_pattern"),
        sa.UniqueConstraint("technician", "key", name="uq_shift_pattern_technician_key"),
    )


def _shift_dated() -> None:
    op.create_table(
        "shift_dated",
        row_id(),
        whole("technician"),
        words("key"),
        words("zone"),
        words("day"),
        whole("start"),
        whole("length"),
        words("breaks", "[]"),
        words("place"),
        words("origin"),
        whole("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_shift_dated"),
        sa.UniqueConstraint("technician", "key", "day", name="uq_shift_dated_technician_key_day"),
    )
    op.create_index("ix_shift_dated_day", "shift_dated", ["day"])


def _absence() -> None:
    op.create_table(
        "absence",
        row_id(),
        words("key"),
        whole("technician"),
        whole("start"),
        whole("end"),
        words("kind", "away"),
        words("source"),
        whole("created_at"),
        words("created_by"),
        whole("withdrawn_at"),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
        sa.UniqueConstraint("key", name="uq_absence_key"),
    )
    op.create_index("ix_absence_technician", "absence", ["technician"])


def _visit() -> None:
    op.create_table(
        "visit",
        row_id(),
        words("key"),
        words("kind", "visit"),
        words("title"),
        whole("start"),
        whole("end"),
        words("place"),
        words("ticket_source"),
        words("ticket_key"),
        words("number"),
        words("origin"),
        whole("withdrawn_at"),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
        sa.UniqueConstraint("key", name="uq_visit_key"),
    )
    op.create_index("ix_visit_start", "visit", ["start"])


def _visit_person() -> None:
    op.create_table(
        "visit_person",
        key_whole("visit"),
        key_whole("technician"),
        sa.PrimaryKeyConstraint("visit", "technician", name="pk_visit_person"),
    )


def _need_rule() -> None:
    op.create_table(
        "need_rule",
        row_id(),
        words("pool"),
        words("skill"),
        words("label"),
        whole("required", 1),
        words("windows"),
        words("hours_zone"),
        words("origin"),
        sa.PrimaryKeyConstraint("id", name="pk_need_rule"),
    )


def upgrade() -> None:
    """Add the tables."""
    _technician_origin()
    _technician_skill()
    _technician_group()
    _technician_contact()
    _team_file()
    _shift_pattern()
    _shift_dated()
    _absence()
    _visit()
    _visit_person()
    _need_rule()
