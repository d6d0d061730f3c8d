"""Clocks in team.db: calendars and policies as versions that never change, which one is in force, promises, reminders,
and why clocks were missed. Precious: migrated by additions only."""

from __future__ import annotations

from sqlalchemy import Index

from helpdesk_tui.data.tables.base import key_number, key_words, number_, row_id, words_
from helpdesk_tui.data.tables.team import TeamTable


class CalendarVersionRow(TeamTable, table=True):
    """One version of a calendar. `body` is its table as JSON, public holidays filled in as dates; `rules` the mark of
    its zone's rules then; `digest` that of what was written."""

    __tablename__ = "calendar_version"
    name: str = key_words()
    version: int = key_number()
    made_at: int = number_()
    made_by: str = words_()
    body: str = words_("{}")
    rules: str = words_()
    digest: str = words_()


class PolicyVersionRow(TeamTable, table=True):
    """One version of all policies: `body` is a JSON list of them, `calendars` the version of each calendar they use."""

    __tablename__ = "policy_version"
    version: int = key_number()
    made_at: int = number_()
    made_by: str = words_()
    body: str = words_("[]")
    calendars: str = words_("{}")
    digest: str = words_()


class PolicyForceRow(TeamTable, table=True):
    """From `at` on a version of the policies is in force: for tickets made from then on (`reach` new), for those that
    were still open, too (running), or for all (all).

    `report` is what that did to the clocks that ran, a JSON list of (source, key, number, metric, due before, due
    after); `changed` counts it.
    """

    __tablename__ = "policy_force"
    id: int | None = row_id()
    at: int = number_()
    made_by: str = words_()
    version: int = number_()
    reach: str = words_("new")
    changed: int = number_()
    report: str = words_("[]")


class PromiseRow(TeamTable, table=True):
    """An update somebody was told to expect by `due_at`. `change` is the public text that promised it, "" for none: it
    does not keep the promise itself.

    `state` goes from open to kept, missed or dropped; `settled_at` is the instant of the public update that kept it, or
    of its being dropped.
    """

    __tablename__ = "promise"
    __table_args__ = (Index("ix_promise_source_key", "source", "key"), Index("ix_promise_state", "state"))
    id: int | None = row_id()
    source: str = words_()
    key: str = words_()
    number: str = words_()
    made_at: int = number_()
    due_at: int = number_()
    made_by: str = words_()
    state: str = words_("open")
    settled_at: int = number_()
    change: str = words_()


class ReminderRow(TeamTable, table=True):
    """A reminder on a ticket: `kind` is at, handover, or unless (not needed if the ticket is updated by `due_at`).

    `due_at` is 0 for one whose time is not known yet. `state` goes from open to done or dropped.
    """

    __tablename__ = "reminder"
    __table_args__ = (Index("ix_reminder_source_key", "source", "key"), Index("ix_reminder_state", "state"))
    id: int | None = row_id()
    source: str = words_()
    key: str = words_()
    number: str = words_()
    kind: str = words_("at")
    made_at: int = number_()
    due_at: int = number_()
    made_by: str = words_()
    note: str = words_()
    state: str = words_("open")
    settled_at: int = number_()


class BreachCauseRow(TeamTable, table=True):
    """Why a clock was missed, as somebody of the desk said; `clock` is its name among those of its ticket."""

    __tablename__ = "breach_cause"
    __table_args__ = (Index("ix_breach_cause_missed_at", "missed_at"),)
    source: str = key_words()
    key: str = key_words()
    clock: str = key_words()
    number: str = words_()
    metric: str = words_()
    missed_at: int = number_()
    cause: str = words_()
    said_by: str = words_()
    said_at: int = number_()
