"""Writing what the team decides about clocks: versions of policies, which one is in force, promises, reminders, causes.

Every method is one transaction and raises StoreError. Instants are integer seconds UTC; `by` is who decides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from helpdesk_tui.data import dialect
from helpdesk_tui.data.engine import Store
from helpdesk_tui.data.policy_files import digest, plain
from helpdesk_tui.data.write.sql import Sql, driver
from helpdesk_tui.domain.sla.findings import CalendarError
from helpdesk_tui.domain.sla.promises import PromiseState, ReminderKind, ReminderState
from helpdesk_tui.domain.sla.versions import Reach
from helpdesk_tui.domain.sla.zones import rules_mark
from helpdesk_tui.domain.tickets import TicketRef

_PAST, _AHEAD = 2, 5
"""Years around a version's making whose clock changes its mark remembers."""
_CAUSE = ("source", "key", "clock", "number", "metric", "missed_at", "cause", "said_by", "said_at")
_KEEP_CAUSE = dialect.upsert("breach_cause", _CAUSE, ("source", "key", "clock"))
Moved = tuple[str, str, str, str, int, int]
"""A clock whose due instant another version changes: source, key, number, metric, due before, due after."""


class TeamClocksWriter:
    """Writes the clocks' part of team.db. Used by one thread at a time; other processes may write the same file."""

    def __init__(self, store: Store) -> None:
        """`store` is the team store opened for writing; `close` closes it."""
        self.store = store

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    # Versions

    def keep_version(self, written: Mapping[str, Any], filled: Mapping[str, Any], by: str, now: int) -> int:
        """Keep a document as a version and put it in force for tickets made from now on (the first one for all).

        Returns the version's number, 0 where it is the one that is in force already. `written` is as it was written,
        `filled` with public holidays as dates; only what was written decides whether it is another one.
        """
        with self.store.transaction() as connection:
            sql = Sql(driver(connection))
            used = {
                name: self._calendar(sql, name, table, filled["calendars"].get(name, table), by, now)
                for name, table in written["calendars"].items()
            }
            policies = json.dumps(plain(written["policies"]), ensure_ascii=False)
            mark = digest([plain(written["policies"]), used])
            last = sql.all("SELECT version, digest FROM policy_version ORDER BY version DESC LIMIT 1")
            if last and last[0][1] == mark:
                return 0
            version = (last[0][0] if last else 0) + 1
            sql.run(
                dialect.insert("policy_version", ("version", "made_at", "made_by", "body", "calendars", "digest")),
                (version, now, by, policies, json.dumps(used), mark),
            )
            self._force(sql, version, Reach.NEW if last else Reach.ALL, by, now)
            return version

    def _calendar(self, sql: Sql, name: str, table: Any, filled: Any, by: str, now: int) -> int:
        mark = digest(table)
        last = sql.all(
            "SELECT version, digest FROM calendar_version WHERE name = ? ORDER BY version DESC LIMIT 1", (name,)
        )
        if last and last[0][1] == mark:
            return int(last[0][0])
        version = (last[0][0] if last else 0) + 1
        body = json.dumps(plain(filled), ensure_ascii=False)
        columns = ("name", "version", "made_at", "made_by", "body", "rules", "digest")
        rules = _rules(filled, now)
        sql.run(dialect.insert("calendar_version", columns), (name, version, now, by, body, rules, mark))
        return int(version)

    def repoint(self, version: int, moved: Sequence[Moved], by: str, now: int) -> None:
        """Let every ticket that is open now be under a version; what that does to which clock is kept beside it."""
        with self.store.transaction() as connection:
            self._force(Sql(driver(connection)), version, Reach.RUNNING, by, now, moved)

    def _force(self, sql: Sql, version: int, reach: Reach, by: str, now: int, moved: Sequence[Moved] = ()) -> None:
        columns = ("at", "made_by", "version", "reach", "changed", "report")
        report = json.dumps(list(moved), ensure_ascii=False)
        sql.run(dialect.insert("policy_force", columns), (now, by, version, reach.value, len(moved), report))

    # Promises and reminders

    def promise(self, ticket: TicketRef, number: str, due_at: int, *, by: str, now: int, change: str = "") -> int:
        """Somebody was told to expect an update by `due_at`; `change` is the text that tells them, where it is still to
        be sent. An open promise on the ticket gives way to this one; not to one whose text is still to be sent: that
        text keeps it once it is there."""
        columns = ("source", "key", "number", "made_at", "due_at", "made_by", "change")
        with self.store.transaction() as connection:
            sql = Sql(driver(connection))
            if not change:
                open_ones = "UPDATE promise SET state = 'dropped', settled_at = ? WHERE source = ? AND key = ? AND "
                sql.run(f"{open_ones}state = 'open'", (now, *ticket))
            sql.run(dialect.insert("promise", columns), (*ticket, number, now, due_at, by, change))
            return int(sql.value("SELECT last_insert_rowid()"))

    def settle_promise(self, promise: int, state: PromiseState, at: int) -> bool:
        """An open promise was kept, missed or dropped at an instant; False where it was no longer open."""
        return self._settle("promise", promise, state.value, at)

    def remind(
        self, ticket: TicketRef, number: str, kind: ReminderKind, due_at: int, *, by: str, now: int, note: str = ""
    ) -> int:
        """Remind of a ticket at `due_at` (0: not known yet); returns the reminder's number."""
        columns = ("source", "key", "number", "kind", "made_at", "due_at", "made_by", "note")
        with self.store.transaction() as connection:
            sql = Sql(driver(connection))
            sql.run(dialect.insert("reminder", columns), (*ticket, number, kind.value, now, due_at, by, note))
            return int(sql.value("SELECT last_insert_rowid()"))

    def settle_reminder(self, reminder: int, state: ReminderState, at: int) -> bool:
        """An open reminder was done or dropped; False where it was no longer open."""
        return self._settle("reminder", reminder, state.value, at)

    def _settle(self, table: str, number: int, state: str, at: int) -> bool:
        with self.store.transaction() as connection:
            sql = Sql(driver(connection))
            words = f"UPDATE {table} SET state = ?, settled_at = ? WHERE id = ? AND state = 'open'"
            return sql.run(words, (state, at, number)) == 1

    # Causes

    def say_cause(
        self, ticket: TicketRef, clock: str, number: str, metric: str, missed_at: int, cause: str, *, by: str, now: int
    ) -> None:
        """Why a clock was missed; "" takes it back."""
        with self.store.transaction() as connection:
            sql = Sql(driver(connection))
            if cause:
                sql.run(_KEEP_CAUSE, (*ticket, clock, number, metric, missed_at, cause, by, now))
            else:
                here = "DELETE FROM breach_cause WHERE source = ? AND key = ? AND clock = ?"
                sql.run(here, (*ticket, clock))


def _rules(table: Any, now: int) -> str:
    """The mark of a calendar's zone; "" where it has none that is known."""
    zone = table.get("zone", "UTC") if isinstance(table, Mapping) else ""
    year = datetime.fromtimestamp(now, UTC).year
    try:
        return rules_mark(str(zone), year - _PAST, year + _AHEAD)
    except CalendarError:
        return ""
