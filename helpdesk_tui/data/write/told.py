"""Keeping what platforms tell of rosters: each reading replaces what the one before brought, in one transaction."""

from __future__ import annotations

import orjson

from helpdesk_tui.data import dialect
from helpdesk_tui.data.write.sql import Sql
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.roster.restrictions import Restriction
from helpdesk_tui.domain.roster.told import Told, ToldRotation, ToldSchedule

TABLES = (
    "told_feed", "told_schedule", "told_duty", "told_override", "told_status", "told_hours", "told_absence",
)  # fmt: skip
_SCHEDULE = (
    "source",
    "key",
    "name",
    "zone",
    "grp",
    "rotations",
    "writable",
    "asked_from",
    "asked_to",
    "read_at",
    "unread",
)
_KEEP_SCHEDULE = dialect.upsert("told_schedule", _SCHEDULE, ("source", "key"))
_DUTY = dialect.insert("told_duty", ("source", "schedule", "rotation", "person", "name", "start", '"end"', "override"))
_OVERRIDE = dialect.insert("told_override", ("source", "schedule", "key", "person", "start", '"end"', "rotations"))
_STATUS = dialect.upsert("told_status", ("source", "person", "word", "here", "since", "seen_at"), ("source", "person"))
_HOURS = dialect.upsert("told_hours", ("source", "key", "name", "zone", "windows", "holidays"), ("source", "key"))
_ABSENCE = dialect.upsert("told_absence", ("source", "key", "person", "start", '"end"', "kind"), ("source", "key"))
_FEED = dialect.upsert("told_feed", ("source", "feed", "tried_at", "read_at", "words"), ("source", "feed"))


def keep(sql: Sql, source: str, feed: str, told: Told, now: int) -> None:
    """Keep one reading of a source's rosters, taken at `now`."""
    for schedule in told.schedules:
        _keep_schedule(sql, schedule, told, now)
    if "schedules" in told.whole:
        kept = {schedule.key for schedule in told.schedules}
        for (key,) in sql.all("SELECT key FROM told_schedule WHERE source = ?", (source,)):
            if key not in kept:
                _drop_schedule(sql, source, key)
                sql.run("DELETE FROM told_schedule WHERE source = ? AND key = ?", (source, key))
    for kind, table in (("statuses", "told_status"), ("hours", "told_hours"), ("absences", "told_absence")):
        if kind in told.whole:
            sql.run(f"DELETE FROM {table} WHERE source = ?", (source,))
    sql.many(
        _STATUS,
        [(source, s.person, s.word, -1 if s.here is None else int(s.here), s.since, now) for s in told.statuses],
    )
    sql.many(
        _HOURS,
        [
            (source, h.key, h.name, _zone(h.open), _windows(h.open), orjson.dumps(h.holidays).decode())
            for h in told.hours
        ],
    )
    sql.many(_ABSENCE, [(source, a.key, a.person, a.start, a.end, str(a.kind)) for a in told.absences])
    unread = [schedule for schedule in told.schedules if schedule.unread]
    words = (
        f"{len(unread)} of {counted(len(told.schedules), 'schedule')} could not be read: {unread[0].unread}"
        if unread
        else ""
    )
    sql.run(_FEED, (source, feed, now, now, words))


def failed(sql: Sql, source: str, feed: str, words: str, now: int) -> None:
    """Note that a source's rosters could not be read; what was read before stays with its age."""
    read = sql.value("SELECT read_at FROM told_feed WHERE source = ? AND feed = ?", (source, feed))
    sql.run(_FEED, (source, feed, now, read, words))


def _keep_schedule(sql: Sql, schedule: ToldSchedule, told: Told, now: int) -> None:
    if schedule.unread:
        told_before = sql.run(
            "UPDATE told_schedule SET unread = ? WHERE source = ? AND key = ?",
            (schedule.unread, schedule.source, schedule.key),
        )
        if not told_before:
            sql.run(_KEEP_SCHEDULE, _row(schedule, 0, 0, 0))
        return
    _drop_schedule(sql, schedule.source, schedule.key)
    sql.run(_KEEP_SCHEDULE, _row(schedule, told.asked_from, told.asked_to, now))
    mine = (schedule.source, schedule.key)
    sql.many(
        _DUTY,
        [
            (*mine, duty.rotation, duty.person, duty.name, duty.start, duty.end, int(duty.override))
            for duty in told.duties
            if duty.schedule == schedule.key
        ],
    )
    sql.many(
        _OVERRIDE,
        [
            (*mine, one.key, one.person, one.start, one.end, orjson.dumps(one.rotations).decode())
            for one in told.overrides
            if one.schedule == schedule.key
        ],
    )


def _drop_schedule(sql: Sql, source: str, key: str) -> None:
    sql.run("DELETE FROM told_duty WHERE source = ? AND schedule = ?", (source, key))
    sql.run("DELETE FROM told_override WHERE source = ? AND schedule = ?", (source, key))


def _row(schedule: ToldSchedule, asked_from: int, asked_to: int, read_at: int) -> tuple[object, ...]:
    rotations = orjson.dumps([_rotation(one) for one in schedule.rotations]).decode()
    where = (schedule.source, schedule.key, schedule.name, schedule.zone, schedule.group, rotations)
    return (*where, int(schedule.writable), asked_from, asked_to, read_at, schedule.unread)


def _rotation(rotation: ToldRotation) -> dict[str, object]:
    return {
        "key": rotation.key, "name": rotation.name, "people": rotation.people, "hands_over": rotation.hands_over,
        "zone": _zone(rotation.hours), "windows": _windows(rotation.hours),
    }  # fmt: skip


def _zone(hours: Restriction | None) -> str:
    return hours.zone if hours else ""


def _windows(hours: Restriction | None) -> str:
    return orjson.dumps([[w.weekday, w.start, w.length] for w in hours.windows]).decode() if hours else ""
