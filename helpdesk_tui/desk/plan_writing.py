"""Writing a plan: the owners through the outbox, who had what before into the team's store, and who is away.

The libraries that write are imported when the first plan is written. Instants are integer seconds UTC.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from helpdesk_tui.clock import Now
from helpdesk_tui.desk.plan_duties import Duties
from helpdesk_tui.desk.plans import RETURN, SICK, Draft
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.domain.planning.values import Row
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.errors import HelpdeskError

if TYPE_CHECKING:
    from helpdesk_tui.data.engine import Store
    from helpdesk_tui.data.write.plans import Moved

TEAM = "technician "
"""How persons of the team's list are named in standings, before their number."""
ChangesFor = Callable[[Sequence[TicketRef], Mapping[str, str]], list[Change]]
Enqueue = Callable[[Sequence[Change]], list[Change]]


@dataclass(frozen=True, slots=True)
class Written:
    """What writing came to: the changes as they were decided, tickets that are gone, and what could not be kept."""

    changes: tuple[Change, ...] = ()
    gone: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


class PlanDesk:
    """Writes plans. For the writer's thread. Raises StoreError, and UsageError where nothing may be changed."""

    def __init__(
        self,
        team_db: Path,
        changes_for: ChangesFor,
        enqueue: Enqueue,
        duties: Duties,
        *,
        now: Now,
        may_write: Callable[[], None],
    ) -> None:
        self._team_db = team_db
        self._changes_for = changes_for
        self._enqueue = enqueue
        self._duties = duties
        self._now = now
        self._may_write = may_write
        self._store: Store | None = None
        self._absences: dict[str, tuple[int, str]] = {}
        """Who was marked absent from here: their number and the key, so that a plan written in parts does it once."""

    def close(self) -> None:
        """Lets go of the team's store."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def write(self, draft: Draft) -> Written:
        """Writes every line that moves and does not ask for a decision.

        First what was, then what is to be: should the second fail, nothing was sent, and `:return` finds every ticket
        with its owner.
        """
        self._may_write()
        rows = [row for row in draft.plan.rows() if row.moves and not row.needs_you]
        changes, gone = self._changes(draft, rows)
        changes += self._duties.changes(draft.plan.covers, self._now(), draft.accounts)
        by_ticket = {change.ref: change.id for change in changes}
        notes = []
        try:
            self._note(draft, rows, by_ticket)
        except HelpdeskError as error:
            notes.append(f"not kept for :return: {error}")
        made = self._enqueue(changes) if changes else []
        return Written(tuple(made), tuple(gone), tuple(notes))

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

    def _note(self, draft: Draft, rows: Sequence[Row], changes: Mapping[TicketRef, str]) -> None:
        """What the team has to know: who is away or back, and who had what."""
        if draft.kind == SICK:
            self._note_sick(draft, rows, changes)
        elif draft.kind == RETURN:
            self._note_return(draft, rows)

    def _note_sick(self, draft: Draft, rows: Sequence[Row], changes: Mapping[TicketRef, str]) -> None:
        from helpdesk_tui.data.write.plans import PlanWriter

        person, by = draft.plan.people[draft.person], getpass.getuser()
        number, absence = self._absent(draft, by)
        if draft.plan.covers:
            self._duties.write(draft.plan.covers, person.name, self._team(), self._now(), by)
        moved = [self._moved(row, draft, changes) for row in rows]
        moved += [self._moved(row, draft, {}) for row in draft.plan.rows() if not row.moves]
        PlanWriter(self._team()).keep(number, person.name, moved, self._now(), by, absence=absence)

    def _moved(self, row: Row, draft: Draft, changes: Mapping[TicketRef, str]) -> Moved:
        from helpdesk_tui.data.write.plans import Moved

        case = row.item.case
        taker = draft.plan.people.get(row.choice.to)
        keys = taker.logins if taker is not None else {}
        return Moved(
            case.ref, row.item.number, case.owner, keys.get(case.ref.source, ""), row.name, changes.get(case.ref, "")
        )

    def _absent(self, draft: Draft, by: str) -> tuple[int, str]:
        """Marks somebody absent from now on, until they are back; their number and the absence's key.

        Who is in nobody's list becomes a technician by it, so that nothing is proposed to them.
        """
        from helpdesk_tui.data.write.presences import PresenceWriter
        from helpdesk_tui.data.write.team import TeamWriter, Technician
        from helpdesk_tui.domain.roster.absences import Absence

        person = draft.plan.people[draft.person]
        taken = {one.name for one in draft.plan.people.values() if one.person.startswith(TEAM)}
        if person.person in self._absences:
            return self._absences[person.person]
        now, name = self._now(), person.name
        number = int(person.person.removeprefix(TEAM)) if person.person.startswith(TEAM) else 0
        if not number:
            if name in taken:  # a namesake's entry is theirs
                name = f"{name} ({draft.logins})"
            logins = {source: (key, "") for source, key in person.logins.items()}
            number = TeamWriter(self._team()).save_technician(Technician(name, logins=logins), now)
        key = ""
        if not person.is_away(now):
            key = f"absence-{uuid4().hex[:12]}"
            PresenceWriter(self._team()).add_absence(Absence(key, name, now, draft.back_at or None), now, by)
        self._absences[person.person] = number, key
        return number, key

    def _note_return(self, draft: Draft, rows: Sequence[Row]) -> None:
        """The plans are closed and the absence that came with them ends."""
        from helpdesk_tui.data.write.plans import PlanWriter

        self._end_absences(draft)
        PlanWriter(self._team()).came_back(draft.plans, [row.item.case.ref for row in rows], self._now())

    def _end_absences(self, draft: Draft) -> None:
        from dataclasses import replace

        from helpdesk_tui.data.read.team_people import absences
        from helpdesk_tui.data.sqlite import StoreKind, open_read
        from helpdesk_tui.data.write.presences import PresenceWriter

        now, name = self._now(), draft.plan.people[draft.person].name
        self._absences.clear()
        connection = open_read(self._team_db, StoreKind.TEAM)
        try:
            here = [one for one in absences(connection, now, now + 1) if one.person == name and not one.source]
        finally:
            connection.close()
        writer = PresenceWriter(self._team())
        for one in here:
            if one.start < now:
                writer.add_absence(replace(one, end=now), now, getpass.getuser())
            else:
                writer.withdraw_absence(one.key, now)

    def _team(self) -> Store:
        if self._store is None:
            from helpdesk_tui.data import stores

            self._store = stores.open_write(self._team_db, stores.StoreKind.TEAM)
        return self._store
