"""On-call schedules of the team with their layers, exceptions, swaps and history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk_tui.data.migrations.columns import key_whole, row_id, whole, words

revision = "team_0004"
down_revision = "team_0003"
branch_labels = None
depends_on = None


def _oncall_schedule() -> None:
    op.create_table(
        "oncall_schedule",
        row_id(),
        words("key"),
        words("name"),
        words("zone"),
        words("mode", "priority"),
        words("skill"),
        words("grp"),
        words("origin"),
        whole("updated_at"),
        whole("retired_at"),
        sa.PrimaryKeyConstraint("id", name="pk_oncall_schedule"),
        sa.UniqueConstraint("key", name="uq_oncall_schedule_key"),
    )


def _oncall_layer() -> None:
    op.create_table(
        "oncall_layer",
        row_id(),
        whole("schedule"),
        words("key"),
        whole("rank"),
        words("zone"),
        words("unit"),
        whole("length", 1),
        words("anchor"),
        words("advance", "calendar"),
        words("windows"),
        words("hours_zone"),
        whole("start_at"),
        whole("end_at"),
        sa.PrimaryKeyConstraint("id", name="pk_oncall_layer"),
    )
    op.create_index("ix_oncall_layer_schedule", "oncall_layer", ["schedule"])


def _oncall_member() -> None:
    op.create_table(
        "oncall_member",
        row_id(),
        whole("layer"),
        whole("turn"),
        whole("technician"),
        whole("valid_from"),
        whole("valid_to"),
        sa.PrimaryKeyConstraint("id", name="pk_oncall_member"),
    )
    op.create_index("ix_oncall_member_layer", "oncall_member", ["layer"])


def _oncall_state() -> None:
    op.create_table(
        "oncall_state",
        key_whole("layer"),
        key_whole("at"),
        whole("turn"),
        sa.PrimaryKeyConstraint("layer", "at", name="pk_oncall_state"),
    )


def _oncall_override() -> None:
    op.create_table(
        "oncall_override",
        row_id(),
        words("key"),
        whole("schedule"),
        words("layer"),
        words("kind"),
        whole("start"),
        whole("end"),
        whole("put_on"),
        whole("taken_off"),
        whole("created_at"),
        words("created_by"),
        whole("withdrawn_at"),
        sa.PrimaryKeyConstraint("id", name="pk_oncall_override"),
        sa.UniqueConstraint("key", name="uq_oncall_override_key"),
    )
    op.create_index("ix_oncall_override_schedule", "oncall_override", ["schedule"])


def _oncall_temporary() -> None:
    op.create_table(
        "oncall_temporary",
        row_id(),
        words("key"),
        whole("schedule"),
        whole("start"),
        whole("end"),
        whole("created_at"),
        words("created_by"),
        whole("withdrawn_at"),
        sa.PrimaryKeyConstraint("id", name="pk_oncall_temporary"),
        sa.UniqueConstraint("key", name="uq_oncall_temporary_key"),
    )


def _oncall_placed() -> None:
    op.create_table(
        "oncall_placed",
        key_whole("temporary"),
        key_whole("technician"),
        key_whole("start"),
        whole("end"),
        sa.PrimaryKeyConstraint("temporary", "technician", "start", name="pk_oncall_placed"),
    )


def _oncall_history() -> None:
    op.create_table(
        "oncall_history",
        key_whole("schedule"),
        key_whole("start"),
        key_whole("technician"),
        whole("end"),
        sa.PrimaryKeyConstraint("schedule", "start", "technician", name="pk_oncall_history"),
    )


def _oncall_swap() -> None:
    op.create_table(
        "oncall_swap",
        row_id(),
        words("key"),
        words("gives_schedule"),
        whole("giver"),
        whole("gives_start"),
        whole("gives_end"),
        whole("taker"),
        words("takes_schedule"),
        whole("takes_start"),
        whole("takes_end"),
        words("state", "proposed"),
        whole("asked_at"),
        words("decided_by"),
        whole("decided_at"),
        words("change"),
        sa.PrimaryKeyConstraint("id", name="pk_oncall_swap"),
        sa.UniqueConstraint("key", name="uq_oncall_swap_key"),
    )
    op.create_index("ix_oncall_swap_state", "oncall_swap", ["state"])


def upgrade() -> None:
    """Add the tables."""
    _oncall_schedule()
    _oncall_layer()
    _oncall_member()
    _oncall_state()
    _oncall_override()
    _oncall_temporary()
    _oncall_placed()
    _oncall_history()
    _oncall_swap()
