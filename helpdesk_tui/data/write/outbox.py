"""Writing the outbox: what screens decide, and what the sender finds out.

Every method is one transaction, guarded by `UPDATE … WHERE state = <expected>`, with a line in the journal for each
move; whoever comes second changes nothing. Raises StoreError. Instants are integer seconds UTC.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from helpdesk_tui.data import dialect
from helpdesk_tui.data.change_rows import COLUMNS, ENTRY, change_of, changes_of, entry_row, row_of
from helpdesk_tui.data.engine import Store
from helpdesk_tui.data.write.sql import driver
from helpdesk_tui.domain.change_rules import (
    HOLD,
    KEPT,
    LEASE,
    SETTLE,
    Outcome,
    after,
    compensation,
    joined,
    joins,
    waits,
    without_overwriting,
)
from helpdesk_tui.domain.change_rules import fresh as made_anew
from helpdesk_tui.domain.changes import UNFINISHED, Change, ChangeState, change_id

_STORED = COLUMNS[: COLUMNS.index("seq")] + COLUMNS[COLUMNS.index("seq") + 1 :]
_SEQ = COLUMNS.index("seq")
_INSERT = dialect.insert("change", _STORED)
_NOTE = dialect.insert("journal", ENTRY[1:])
_UNFINISHED = f"state IN ({', '.join(repr(str(state)) for state in UNFINISHED)})"
_GONE_HOST = 600
"""Seconds of silence after which another host's changes may be taken over."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo came to: changes that were taken back unsent, those now being taken back by others, and those that
    cannot be."""

    freed: tuple[Change, ...] = ()
    compensating: tuple[Change, ...] = ()
    stay: tuple[Change, ...] = ()


class Outbox:
    """The outbox in personal.db. Used by one thread at a time; other processes may write the same file."""

    def __init__(self, store: Store) -> None:
        """`store` is the personal store opened for writing; whoever opened it closes it."""
        self.store = store

    # Screens and commands

    def enqueue(self, changes: Sequence[Change], now: int, *, hold: int = HOLD) -> list[Change]:
        """Keep changes, all or none, in their order; what they are now, with their numbers. Each is held `hold`
        seconds.

        One that decides the same as the last of its ticket, itself never tried, stands in its place.
        """
        with self._writing() as work:
            return [work.enter(one, now, hold) for one in changes]

    def undo(self, idents: Sequence[str], now: int) -> Undone:
        """Take changes back: unsent ones at no cost, others by compensating changes. Later ones first."""
        with self._writing() as work:
            found = sorted(work.named(idents), key=lambda one: -one.seq)
            freed, compensating, stay = [], [], []
            for change in found:
                if change.state.is_final and change.state is not ChangeState.CONFIRMED:
                    continue
                unsent = change.state is not ChangeState.ASK_USER or not change.attempts
                if change.state is ChangeState.QUEUED or (change.state.needs_user and unsent):
                    freed.append(work.move(change, Outcome.DISCARD, now, words="undone", done_at=now))
                    work.restore(change, now)
                elif change.state is not ChangeState.ASK_USER and (against := work.against(change, now)) is not None:
                    compensating.append(against)
                else:
                    stay.append(change)
            return Undone(tuple(freed), tuple(compensating), tuple(stay))

    def decide(self, ident: str, outcome: Outcome, now: int) -> Change | None:
        """The user's decision: KEEP_MINE, KEEP_THEIRS, IT_IS_THERE, AGAIN or DISCARD; None where it comes too late."""
        with self._writing() as work:
            change = work.one(ident)
            if change is None or after(change.state, outcome) is None:
                return None
            values: dict[str, Any] = {"words": "", "meant_at": now, "not_before": now}
            if outcome is Outcome.KEEP_MINE:
                names = change.base.keys() & change.theirs.keys()
                values |= {"base": {**change.base, **{name: change.theirs[name] for name in names}}, "seen_at": now}
            if outcome in (Outcome.KEEP_MINE, Outcome.AGAIN):
                values |= {"looks": 0, "attempts": 0, "batch": ""}
            else:
                values |= {"words": str(outcome), "done_at": now}
            return work.move(change, outcome, now, **values)

    def edit(self, ident: str, desired: Mapping[str, str], now: int) -> Change | None:
        """Another wish in the place of a change that was not sent or waits for the user; None where it is too late.

        It counts from what the platform held last, as far as that is known.
        """
        with self._writing() as work:
            change = work.one(ident)
            if change is None or after(change.state, Outcome.REPLACED) is None:
                return None
            base = {**change.base, **{name: change.theirs[name] for name in change.base.keys() & change.theirs.keys()}}
            anew = replace(made_anew(change, change_id(now * 1000), now), desired=dict(desired), base=base, batch="")
            work.move(change, Outcome.REPLACED, now, words="edited", done_at=now)
            return work.insert(anew, now, "edited")

    def keep_both(self, ident: str, note: str, now: int) -> Change | None:
        """Leave the other's value and still say ours: what the change would append, and `note`; None where there is
        neither, or it comes too late."""
        with self._writing() as work:
            change = work.one(ident)
            if change is None or change.state is not ChangeState.CONFLICT:
                return None
            rest = without_overwriting(change, change_id(now * 1000), now)
            if note:
                whole = rest or replace(made_anew(change, change_id(now * 1000), now), desired={}, base={})
                said = "\n\n".join(filter(None, (whole.desired.get("note", ""), note)))
                rest = replace(whole, desired={**whole.desired, "note": said}, field="note")
            if rest is None:
                return None
            work.move(change, Outcome.REPLACED, now, words="theirs kept, ours added", done_at=now)
            return work.insert(replace(rest, batch=""), now, "kept both")

    def take_over(self, host: str, ours: str, now: int) -> int:
        """Send from `ours` what is queued on `host`; how many. 0 while that host still says that it is there."""
        with self._writing() as work:
            if work.value("SELECT seen_at FROM sender WHERE host = ?", host) > now - _GONE_HOST:
                return 0
            found = changes_of(work.raw, f"host = ? AND {_UNFINISHED}", (host,))
            for change in found:
                work.change(change, {"host": ours}, "", f"taken over from {host}", now)
            return len(found)

    # The sender

    def present(self, host: str, now: int) -> None:
        """Say that this host's sender is there."""
        with self._writing() as work:
            work.run(dialect.upsert("sender", ("host", "seen_at"), ("host",)), host, now)

    def recover(self, host: str, now: int) -> list[Change]:
        """At the start of a sender: whatever this host was sending is uncertain now."""
        with self._writing() as work:
            found = changes_of(work.raw, "host = ? AND state = 'SENDING'", (host,))
            return [work.move(change, Outcome.DIED, now, lease_until=0, not_before=now + SETTLE) for change in found]

    def claim(self, ident: str, host: str, now: int) -> Change | None:
        """Take a change for sending, durably before its first byte leaves; None where it is no longer its turn."""
        with self._writing() as work:
            change = work.one(ident)
            ours = change is not None and change.state is ChangeState.QUEUED and change.host == host
            if change is None or not ours or change.not_before > now:
                return None
            ahead = changes_of(
                work.raw,
                f"source = ? AND kind = ? AND key = ? AND seq < ? AND {_UNFINISHED}",
                (*change.target, change.seq),
            )
            if waits(change, ahead):
                return None
            sent = {"attempts": change.attempts + 1, "first_sent_at": change.first_sent_at or now}
            return work.move(change, Outcome.CLAIMED, now, lease_until=now + LEASE, looks=0, **sent)

    def settle(self, change: Change, outcome: Outcome, now: int, /, **values: Any) -> Change | None:
        """What became of a change that is as given; None where it is not, or the outcome means nothing there.

        `values` are columns to set: words, theirs, theirs_by, marker, not_before … A refused change breaks its batch:
        what of it is unsent is given up, what was done is taken back.
        """
        with self._writing() as work:
            present = work.one(change.id)
            if present is None or present.state is not change.state or after(change.state, outcome) is None:
                return None
            settled = work.move(present, outcome, now, **values)
            if settled.state is ChangeState.QUEUED and work.taken_back(settled, now):
                return work.one(settled.id)
            if settled.batch:
                work.keep_batch_whole(settled, now)
                return work.one(settled.id)
            return settled

    def purge(self, now: int) -> int:
        """Let go of what has been over for 30 days; how many changes."""
        with self._writing() as work:
            # The newest line stays, or its number would be given again, and whoever counts by it would miss the next.
            work.run("DELETE FROM journal WHERE at < ? AND id < (SELECT max(id) FROM journal)", now - KEPT)
            return work.run(f"DELETE FROM change WHERE NOT {_UNFINISHED} AND done_at < ?", now - KEPT)

    @contextmanager
    def _writing(self) -> Iterator[_Work]:
        with self.store.transaction() as connection:
            yield _Work(driver(connection))


class _Work:
    """Moves inside one transaction."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw

    def run(self, statement: str, *values: object) -> int:
        return self.raw.execute(statement, values).rowcount

    def value(self, statement: str, *values: object) -> int:
        row = self.raw.execute(statement, values).fetchone()
        return row[0] if row else 0

    def one(self, ident: str) -> Change | None:
        found = changes_of(self.raw, "id = ?", (ident,))
        return found[0] if found else None

    def named(self, idents: Sequence[str]) -> list[Change]:
        return [change for ident in idents if (change := self.one(ident)) is not None]

    def enter(self, change: Change, now: int, hold: int) -> Change:
        """A change as the user decided it: held, and joined with the one before where it decides the same."""
        held = replace(
            change, created_at=change.created_at or now, meant_at=change.meant_at or now, not_before=now + hold
        )
        row = self.raw.execute(_LAST, held.target).fetchone()
        last = change_of(row) if row else None
        if last is not None and joins(last, held):
            self.move(last, Outcome.REPLACED, now, words="decided anew", done_at=now)
            held = joined(last, held)
        return self.insert(held, now, "decided")

    def insert(self, change: Change, now: int, outcome: str) -> Change:
        values = row_of(change)
        cursor = self.raw.execute(_INSERT, values[:_SEQ] + values[_SEQ + 1 :])
        kept = replace(change, seq=cursor.lastrowid or 0)
        self.raw.execute(_NOTE, entry_row(kept, "", outcome, now))
        return kept

    def move(self, change: Change, outcome: Outcome, now: int, **values: Any) -> Change:
        """One step of the table. Raises KeyError for one that is not in it."""
        state = after(change.state, outcome)
        if state is None:
            raise KeyError((change.state, outcome))
        return self.change(change, {"state": state, **values}, str(change.state), str(outcome), now)

    def change(self, change: Change, values: dict[str, Any], was: str, outcome: str, now: int) -> Change:
        """Set columns of a change that is in the state we know it in, with a line in the journal."""
        changed: Change = replace(change, **values)
        row = dict(zip(COLUMNS, row_of(changed), strict=True))
        columns = ", ".join(f"{name} = ?" for name in values)
        self.run(
            f"UPDATE change SET {columns} WHERE id = ? AND state = ?",
            *(row[name] for name in values),
            change.id,
            str(change.state),
        )
        self.raw.execute(_NOTE, entry_row(changed, was or str(change.state), outcome, now))
        return changed

    def restore(self, change: Change, now: int) -> None:
        """Bring back the change in whose place an undone one stood."""
        earlier = self.one(change.replaces) if change.replaces else None
        if earlier is not None and earlier.state is ChangeState.SUPERSEDED and earlier.attempts == 0:
            self.move(earlier, Outcome.RESTORED, now, words="", done_at=0, not_before=now + HOLD, meant_at=now)

    def against(self, change: Change, now: int) -> Change | None:
        """The compensating change of one that was sent, entered once; None where there can be none."""
        if self.value("SELECT count(*) FROM change WHERE undoes = ? AND state <> 'DISCARDED'", change.id):
            return None
        made = compensation(change, change_id(now * 1000), now)
        return None if made is None else self.insert(replace(made, not_before=now), now, "takes back")

    def taken_back(self, change: Change, now: int) -> bool:
        """Give up a change that surely was not done and that the user took back meanwhile, and what was to undo it."""
        undoing = changes_of(self.raw, "undoes = ? AND state = 'QUEUED' AND attempts = 0", (change.id,))
        for one in (change, *undoing) if undoing else ():
            self.move(one, Outcome.DISCARD, now, words="undone", done_at=now)
        return bool(undoing)

    def keep_batch_whole(self, change: Change, now: int) -> None:
        """Give up and take back the rest of a batch once one of it was refused; what was under way just then, when it
        comes out."""
        if change.state is ChangeState.REJECTED:
            for other in changes_of(self.raw, "batch = ? AND id <> ?", (change.batch, change.id)):
                if after(other.state, Outcome.BATCH_BROKE) is not None:
                    self.move(other, Outcome.BATCH_BROKE, now, words=_BROKE, done_at=now)
                elif other.state in (ChangeState.APPLIED, ChangeState.CONFIRMED):
                    self.against(other, now)
        elif self.value(_BROKEN, change.batch, change.id):
            if change.state is ChangeState.APPLIED:
                self.against(change, now)
            elif after(change.state, Outcome.BATCH_BROKE) is not None:
                self.move(change, Outcome.BATCH_BROKE, now, words=_BROKE, done_at=now)


_BROKE = "given up, because what belongs to it was refused"
_LAST = f"SELECT {', '.join(COLUMNS)} FROM change WHERE source = ? AND kind = ? AND key = ? ORDER BY seq DESC LIMIT 1"
_BROKEN = "SELECT count(*) FROM journal WHERE batch = ? AND change <> ? AND state = 'REJECTED'"
