"""Intents: what the user decides, written to their own store. Nothing here reaches a platform by itself.

The libraries that write are imported with the first intent, or by `preload`: never before the first frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from threading import RLock
from typing import TYPE_CHECKING

from helpdesk_tui.data.read.personal import Answer
from helpdesk_tui.errors import UsageError
from helpdesk_tui.paths import host_name

if TYPE_CHECKING:
    from helpdesk_tui.clock import Now
    from helpdesk_tui.data.write.outbox import Outbox, Undone
    from helpdesk_tui.data.write.personal import PersonalWriter
    from helpdesk_tui.desk.stores import StorePaths
    from helpdesk_tui.domain.change_rules import Outcome
    from helpdesk_tui.domain.changes import Change
    from helpdesk_tui.domain.tickets import TicketRef
    from helpdesk_tui.domain.views import View

__all__ = ["Answer", "Intents"]


class Intents:
    """Everything that can be decided at the desk, each in one transaction. Any thread, one at a time.

    Raises StoreBusy, StoreReadOnly, DiskFull and the other StoreErrors; nothing of the intent was kept then.
    """

    def __init__(self, paths: StorePaths, *, now: Now, by: str = "screen", read_only: bool = False) -> None:
        """`by` says in requests who asks: screen or command. With `read_only`, nothing that would reach a platform may
        be decided: that raises UsageError."""
        self._read_only = read_only
        self._path = paths.personal_db
        self._now = now
        self._by = by
        self._lock = RLock()
        self._opened: PersonalWriter | None = None

    def preload(self) -> None:
        """Opens the store for writing, which imports what that takes."""
        self._writer()

    def close(self) -> None:
        """Lets go of the store."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def request_sync(self, source: str = "") -> int:
        """Asks the sync process to pull now, one source or all; returns the request's number."""
        return self._ask("sync", source)

    def request_activity(self, ticket: TicketRef) -> int:
        """Asks the sync process for a ticket's conversation; returns the request's number."""
        return self._ask("activity", ticket.source, ticket.key)

    def request_choices(self, ticket: TicketRef) -> int:
        """Asks the sync process what may be chosen for a ticket now; returns the request's number."""
        return self._ask("choices", ticket.source, ticket.key)

    def request_signin(self, source: str) -> int:
        """Asks the sync process to try a sign-in again after its secret was mended; returns the request's number."""
        return self._ask("signin", source)

    def mark(self, tickets: Iterable[TicketRef]) -> None:
        """Marks tickets; those that are marked stay so."""
        self._writer().mark(tickets, self._now())

    def unmark(self, tickets: Iterable[TicketRef]) -> None:
        """Takes marks back."""
        self._writer().unmark(tickets)

    def unmark_all(self) -> None:
        """Takes every mark back."""
        self._writer().unmark_all()

    def save_view(self, view: View) -> None:
        """Keeps a view of the user's own; the same name again replaces it."""
        self._writer().save_view(view, self._now())

    def drop_view(self, name: str) -> None:
        """Forgets a view of the user's own."""
        self._writer().drop_view(name)

    def save_view_state(self, name: str, value: Mapping[str, object]) -> None:
        """Keeps how a screen was left (JSON values) under a name."""
        self._writer().save_view_state(name, value, self._now())

    def take_notices(self) -> list[str]:
        """The lines that the sync process left for the user, once."""
        return self._writer().take_notices(self._now())

    def save_draft(self, ticket: TicketRef, kind: str, text: str, draft: int | None = None) -> int:
        """Keeps a text begun on a ticket; returns its number, with which it is kept again and dropped."""
        return self._writer().save_draft(ticket, kind, text, self._now(), draft=draft)

    def drop_draft(self, draft: int) -> None:
        """Forgets a draft."""
        self._writer().drop_draft(draft)

    # Changes

    def enqueue(self, changes: Sequence[Change]) -> list[Change]:
        """Decides changes, all or none; what they are then. Each is held for five seconds before it may be sent."""
        return self._outbox().enqueue(changes, self._now())

    def undo(self, idents: Sequence[str]) -> Undone:
        """Takes changes back: held ones at no cost, sent ones by changes that put things back."""
        return self._outbox().undo(idents, self._now())

    def decide(self, ident: str, outcome: Outcome) -> Change | None:
        """What the user says of a change that waits for them; None where it comes too late or makes no sense."""
        return self._outbox().decide(ident, outcome, self._now())

    def edit(self, ident: str, desired: Mapping[str, str]) -> Change | None:
        """Wants something else in a change's place; None where it comes too late."""
        return self._outbox().edit(ident, desired, self._now())

    def keep_both(self, ident: str, note: str = "") -> Change | None:
        """Leaves the other's value in a conflict and adds ours as text; None where there is nothing to add."""
        return self._outbox().keep_both(ident, note, self._now())

    def take_over(self, host: str) -> int:
        """Sends from here what was queued on a host that has been silent for ten minutes; how many changes."""
        return self._outbox().take_over(host, host_name(), self._now())

    @property
    def read_only(self) -> bool:
        """Whether nothing may be changed on any platform."""
        return self._read_only

    def may_write(self) -> None:
        """Raises UsageError where nothing may be changed."""
        if self._read_only:
            raise UsageError("read only: nothing can be changed on any platform from here")

    def _outbox(self) -> Outbox:
        self.may_write()
        from helpdesk_tui.data.write.outbox import Outbox

        return Outbox(self._writer().store)

    def _ask(self, kind: str, source: str, key: str = "") -> int:
        return self._writer().ask(kind, source=source, key=key, by=self._by, now=self._now())

    def _writer(self) -> PersonalWriter:
        with self._lock:
            if self._opened is None:
                from helpdesk_tui.data import stores
                from helpdesk_tui.data.write.personal import PersonalWriter

                self._opened = PersonalWriter(stores.open_write(self._path, stores.StoreKind.PERSONAL))
            return self._opened
