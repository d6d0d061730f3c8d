"""Writing the user's own store: requests to the sync process, marks, saved views, how a screen was left, drafts.

Every method is one transaction and raises StoreError. Instants are integer seconds UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import col

from helpdesk_tui.data import dialect
from helpdesk_tui.data.engine import Store
from helpdesk_tui.data.tables.personal import DraftRow, MarkRow, RequestRow, SavedViewRow, ViewStateRow
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.domain.views import View

NOTICES = "notice"
"""The view state that holds lines of the sync process for the user, until a screen has shown them."""
ANSWERS_KEPT = 86_400
"""Seconds for which an answered request stays readable."""


@dataclass(frozen=True, slots=True)
class Request:
    """Something a screen or command asks of the sync process. `source` "" means all; `key` names a ticket where it
    needs one.

    `state` is asked, taken, done or failed; `answer` is words for the user.
    """

    id: int
    kind: str
    source: str
    key: str
    asked_at: int
    asked_by: str
    state: str
    answer: str
    done_at: int


_REQUEST = tuple(col(getattr(RequestRow, name)) for name in Request.__dataclass_fields__)


class PersonalWriter:
    """Writes personal.db. Used by one thread at a time; other processes may write the same file."""

    def __init__(self, store: Store) -> None:
        """`store` is the personal store opened for writing; `close` closes it."""
        self.store = store

    @property
    def notes(self) -> tuple[str, ...]:
        """A line for the user for each thing that had to be mended when the store was opened."""
        return self.store.notes

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    # Requests

    def ask(self, kind: str, source: str = "", key: str = "", *, by: str, now: int) -> int:
        """File a request; returns its number. The same one still waiting is not filed twice."""
        wanted = {"kind": kind, "source": source, "key": key}
        with self.store.transaction() as connection:
            same = [col(getattr(RequestRow, name)) == value for name, value in wanted.items()]
            waiting = connection.scalar(select(col(RequestRow.id)).where(col(RequestRow.state) == "asked", *same))
            if waiting is not None:
                return int(waiting)
            row = insert(RequestRow).values(**wanted, asked_at=now, asked_by=by, state="asked")
            made = connection.execute(row).inserted_primary_key
            assert made is not None
            return int(made[0])

    def take_requests(self, limit: int, now: int) -> list[Request]:
        """Take the oldest requests that nobody has taken; drops answers that are a day old."""
        with self.store.transaction() as connection:
            waiting = (
                select(*_REQUEST).where(col(RequestRow.state) == "asked").order_by(col(RequestRow.id)).limit(limit)
            )
            rows = connection.execute(waiting).all()
            taken = [Request(*row) for row in rows if _move(connection, row.id, "asked", state="taken", taken_at=now)]
            old = col(RequestRow.done_at).between(1, now - ANSWERS_KEPT)
            connection.execute(delete(RequestRow).where(old))
        return taken

    def answer_request(self, number: int, *, done: bool, answer: str, now: int) -> bool:
        """Answer a request that was taken; False where it was answered already."""
        state = "done" if done else "failed"
        with self.store.transaction() as connection:
            return _move(connection, number, "taken", state=state, answer=answer, done_at=now)

    def release_requests(self) -> int:
        """Put back what an earlier sync process took and never answered; how many. For the start of a sync process."""
        with self.store.transaction() as connection:
            statement = update(RequestRow).where(col(RequestRow.state) == "taken").values(state="asked", taken_at=0)
            return connection.execute(statement).rowcount

    # Marks

    def mark(self, tickets: Iterable[TicketRef], now: int) -> None:
        """Mark tickets; marking one again changes nothing."""
        rows = [(ticket.source, ticket.key, now) for ticket in tickets]
        if rows:
            with self.store.transaction() as connection:
                connection.exec_driver_sql(_MARK, rows)

    def unmark(self, tickets: Iterable[TicketRef]) -> None:
        """Take marks back."""
        rows = [tuple(ticket) for ticket in tickets]
        if rows:
            with self.store.transaction() as connection:
                connection.exec_driver_sql("DELETE FROM mark WHERE source = ? AND key = ?", rows)

    def unmark_all(self) -> None:
        """Take every mark back."""
        with self.store.transaction() as connection:
            connection.execute(delete(MarkRow))

    # Views

    def save_view(self, view: View, now: int) -> None:
        """Keep a view under its name; the slot it takes is taken from any other of the user's views."""
        with self.store.transaction() as connection:
            if view.slot:
                held = (col(SavedViewRow.slot) == view.slot) & (col(SavedViewRow.name) != view.name)
                connection.execute(update(SavedViewRow).where(held).values(slot=""))
            _replace(
                connection,
                SavedViewRow,
                name=view.name,
                slot=view.slot,
                title=view.title,
                filter=view.filter,
                columns=json.dumps([str(column) for column in view.columns]),
                sort=str(view.sort),
                reverse=int(view.reverse),
                grouping=str(view.grouping),
                updated_at=now,
            )

    def drop_view(self, name: str) -> None:
        """Forget a saved view."""
        with self.store.transaction() as connection:
            connection.execute(delete(SavedViewRow).where(col(SavedViewRow.name) == name))

    def save_view_state(self, name: str, value: Mapping[str, object], now: int) -> None:
        """Keep how a screen was left (JSON values) under a name."""
        with self.store.transaction() as connection:
            _replace(connection, ViewStateRow, name=name, value=json.dumps(value), updated_at=now)

    # Lines for the user

    def leave_notices(self, lines: Iterable[str], now: int) -> None:
        """Leave lines for the user, behind those that wait; none twice."""
        with self.store.transaction() as connection:
            waiting = _notices(connection)
            both = [*waiting, *(line for line in lines if line not in waiting)]
            _replace(connection, ViewStateRow, name=NOTICES, value=json.dumps({"lines": both}), updated_at=now)

    def take_notices(self, now: int) -> list[str]:
        """The lines that wait, once: whoever asks next, here or on another screen, has only what came since."""
        with self.store.transaction() as connection:
            waiting = _notices(connection)
            if waiting:
                _replace(connection, ViewStateRow, name=NOTICES, value=json.dumps({"lines": []}), updated_at=now)
            return waiting

    # Drafts

    def save_draft(self, ticket: TicketRef, kind: str, text: str, now: int, *, draft: int | None = None) -> int:
        """Keep text begun on a ticket; returns its number, with which it is kept again and dropped."""
        values = {"source": ticket.source, "key": ticket.key, "kind": kind, "text": text, "updated_at": now}
        with self.store.transaction() as connection:
            if draft is not None:
                found = connection.execute(update(DraftRow).where(col(DraftRow.id) == draft).values(**values))
                if found.rowcount:
                    return draft
            made = connection.execute(insert(DraftRow).values(**values)).inserted_primary_key
            assert made is not None
            return int(made[0])

    def drop_draft(self, draft: int) -> None:
        """Forget a draft."""
        with self.store.transaction() as connection:
            connection.execute(delete(DraftRow).where(col(DraftRow.id) == draft))


_MARK = dialect.upsert("mark", ("source", "key", "marked_at"), ("source", "key"), keep=("marked_at",))


def _move(connection: Connection, number: int, expected: str, **values: Any) -> bool:
    """Change a request that is in the expected state; whether it was."""
    here = (col(RequestRow.id) == number) & (col(RequestRow.state) == expected)
    return connection.execute(update(RequestRow).where(here).values(**values)).rowcount == 1


def _notices(connection: Connection) -> list[str]:
    """The lines that wait for the user."""
    value = connection.scalar(select(col(ViewStateRow.value)).where(col(ViewStateRow.name) == NOTICES))
    try:
        found = json.loads(value or "{}")
    except (ValueError, RecursionError):
        found = None
    lines = found.get("lines") if isinstance(found, dict) else None
    return [str(line) for line in lines] if isinstance(lines, list) else []


def _replace(connection: Connection, table: type[SavedViewRow | ViewStateRow], **values: Any) -> None:
    """Put a row in the place of the one with the same name."""
    connection.execute(delete(table).where(col(table.name) == values["name"]))
    connection.execute(insert(table).values(**values))
