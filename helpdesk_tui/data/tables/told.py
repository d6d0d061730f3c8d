"""cache.db: what the platforms tell of rosters. Disposable as the rest of the cache; written by the sync process only.

`read_at` is when a schedule was last read whole (our clock); `tried_at` and `words` tell of the last try that failed.
"""

from __future__ import annotations

from sqlalchemy import Index

from helpdesk_tui.data.tables.base import key_words, number_, row_id, words_
from helpdesk_tui.data.tables.cache import CacheTable


class ToldFeedRow(CacheTable, table=True):
    """How a source's rosters were last read: `tried_at` and, where that failed, why."""

    __tablename__ = "told_feed"
    source: str = key_words()
    feed: str = key_words()
    tried_at: int = number_()
    read_at: int = number_()
    words: str = words_()


class ToldScheduleRow(CacheTable, table=True):
    """A schedule of a platform. `rotations` is JSON; duties are known in [asked_from, asked_to)."""

    __tablename__ = "told_schedule"
    source: str = key_words()
    key: str = key_words()
    name: str = words_()
    zone: str = words_()
    grp: str = words_()
    rotations: str = words_("[]")
    writable: int = number_()
    asked_from: int = number_()
    asked_to: int = number_()
    read_at: int = number_()
    unread: str = words_()


class ToldDutyRow(CacheTable, table=True):
    """Somebody is on in [start, end)."""

    __tablename__ = "told_duty"
    __table_args__ = (Index("ix_told_duty_source", "source", "schedule", "start"),)
    id: int | None = row_id()
    source: str = words_()
    schedule: str = words_()
    rotation: str = words_()
    person: str = words_()
    name: str = words_()
    start: int = number_()
    end: int = number_()
    override: int = number_()


class ToldOverrideRow(CacheTable, table=True):
    """An override under the platform's identifier; `rotations` is a JSON list, empty for all."""

    __tablename__ = "told_override"
    source: str = key_words()
    schedule: str = key_words()
    key: str = key_words()
    person: str = words_()
    start: int = number_()
    end: int = number_()
    rotations: str = words_("[]")


class ToldStatusRow(CacheTable, table=True):
    """What an agent is shown as; `here` is 1, 0, or -1 where that says nothing of being there."""

    __tablename__ = "told_status"
    source: str = key_words()
    person: str = key_words()
    word: str = words_()
    here: int = number_(-1)
    since: int = number_()
    seen_at: int = number_()


class ToldHoursRow(CacheTable, table=True):
    """Opening hours: `windows` JSON triples in `zone`, "" where there are none; `holidays` JSON triples."""

    __tablename__ = "told_hours"
    source: str = key_words()
    key: str = key_words()
    name: str = words_()
    zone: str = words_()
    windows: str = words_()
    holidays: str = words_("[]")


class ToldAbsenceRow(CacheTable, table=True):
    """Somebody is away in [start, end) by a platform's record."""

    __tablename__ = "told_absence"
    source: str = key_words()
    key: str = key_words()
    person: str = words_()
    start: int = number_()
    end: int = number_()
    kind: str = words_("away")
