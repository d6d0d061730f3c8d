"""Writing a plan: the owners through the outbox, and for the team who had what before and who is away.

Instants are integer seconds UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from helpdesk_tui.clock import Now
from helpdesk_tui.desk.plans.duties import Duties
from helpdesk_tui.desk.plans.plan import Draft
from helpdesk_tui.desk.plans.team import Kept, TakenBack, TeamNotes
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.domain.planning.values import Row
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.errors import HelpdeskError

ChangesFor = Callable[[Sequence[TicketRef], Mapping[str, str]], list[Change]]
Enqueue = Callable[[Sequence[Change]], list[Change]]


@dataclass(frozen=True, slots=True)
class Written:
    """What writing came to: the changes as they were decided, tickets that are gone, what could not be kept, and what
    was left in the team's store."""

    changes: tuple[Change, ...] = ()
    gone: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    kept: Kept = field(default_factory=Kept)


class PlanDesk:
    """Writes plans. For the writer's thread. Raises StoreError, and UsageError where nothing may be changed."""

    def __init__(
        self,
        changes_for: ChangesFor,
        enqueue: Enqueue,
        duties: Duties,
        team: TeamNotes,
        *,
        now: Now,
        may_write: Callable[[], None],
    ) -> None:
        self._changes_for = changes_for
        self._enqueue = enqueue
        self._duties = duties
        self._team = team
        self._now = now
        self._may_write = may_write

    def close(self) -> None:
        """Lets go of the team's store."""
        self._team.close()

    def write(self, draft: Draft) -> Written:
        """Writes every line that moves and does not ask for a decision.

        First what was, then what is to be: should the second fail, nothing was sent, and `:return` finds every ticket
        with its owner.
        """
        self._may_write()
        rows = [row for row in draft.plan.rows() if row.moves and not row.needs_you]
        changes, gone = self._changes(draft, rows)
        overrides, notes = self._duties.changes(draft.plan.covers, self._now(), draft.accounts)
        changes += overrides
        by_ticket = {change.ref: change.id for change in changes}
        kept = Kept()
        try:
            self._team.keep(draft, rows, by_ticket, kept)
        except HelpdeskError as error:
            notes.append(f"not kept for the team: {error}")
        made = self._enqueue(changes) if changes else []
        return Written(tuple(made), tuple(gone), tuple(notes), kept)

    def take_back(self, kept: Kept) -> TakenBack:
        """Takes back what a plan left in the team's store; its changes are the outbox' to take back."""
        self._may_write()
        return self._team.take_back(kept)

    def _changes(self, draft: Draft, rows: Sequence[Row]) -> tuple[list[Change], list[str]]:
        changes, gone = [], []
        for row in rows:
            ref = row.item.case.ref
            desired = {"owner": draft.plan.people[row.choice.to].logins[ref.source]}
            if said := draft.texts.get(ref):
                desired["reply"] = said
            found = self._changes_for([ref], desired)
            changes += found
            gone += [] if found else [row.item.number]
        return changes, gone
