"""What a plan leaves in the team's store: who is away or back, who had what, who does whose duties; and taking it back.

The libraries that write are imported with the first plan. Instants are integer seconds UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from helpdesk_tui.clock import Now
from helpdesk_tui.desk.plans.duties import Duties, Handed
from helpdesk_tui.desk.plans.plan import RETURN, SICK, Draft
from helpdesk_tui.desk.roster.intents import RosterIntents
from helpdesk_tui.domain.planning.values import Row
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.errors import HelpdeskError
from helpdesk_tui.paths import user_name

if TYPE_CHECKING:
    from helpdesk_tui.data.engine import Store
    from helpdesk_tui.data.write.plans import Moved

TEAM = "technician "
"""How persons of the team's list are named in standings, before their number."""


@dataclass(slots=True)
class Kept:
    """What writing one plan, or a part of one, left in the team's store."""

    person: str = ""
    plan: int = 0
    """Its number there, 0 where it does not keep one."""
    absence: str = ""
    """The key of the absence that it made, "" for none."""
    listed: bool = False
    """Whether they are in the team's list only since then."""
    handed: Handed = field(default_factory=Handed)
    closed: tuple[int, ...] = ()
    """Plans that it closed, as somebody is back, and the absences that it ended, as they were."""
    ended: tuple[Absence, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was left."""
        return not (self.plan or self.closed)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of taking back what a plan left in the team's store, in words: what is as before, and what stays."""

    done: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()


class TeamNotes:
    """Writes what the team has to know of plans. For the writer's thread. Raises StoreError, RosterError."""

    def __init__(self, team_db: Path, roster: RosterIntents, duties: Duties, *, now: Now) -> None:
        self._team_db = team_db
        self._roster = roster
        self._duties = duties
        self._now = now
        self._store: Store | None = None
        self._absences: dict[str, tuple[int, str]] = {}
        """Who was marked absent from here: their number and the key, so that a plan written in parts does it once."""

    def close(self) -> None:
        """Lets go of the team's store."""
        self._roster.close()
        if self._store is not None:
            self._store.close()
            self._store = None

    def keep(self, draft: Draft, rows: Sequence[Row], changes: Mapping[TicketRef, str], kept: Kept) -> None:
        """Writes who is away or back, and who had what; what was done is in `kept`, also where the rest fails."""
        if draft.kind == SICK:
            self._sick(draft, rows, changes, kept)
        elif draft.kind == RETURN:
            self._back(draft, rows, kept)

    def _sick(self, draft: Draft, rows: Sequence[Row], changes: Mapping[TicketRef, str], kept: Kept) -> None:
        from helpdesk_tui.data.write.plans import PlanWriter

        by = user_name()
        number, absence = self._absent(draft, by, kept)
        moved = [self._moved(row, draft, changes) for row in rows]
        moved += [self._moved(row, draft, {}) for row in draft.plan.rows() if not row.moves]
        kept.plan = PlanWriter(self._team()).keep(number, kept.person, moved, self._now(), by, absence=absence)
        if draft.plan.covers:
            self._duties.write(draft.plan.covers, kept.person, self._roster, self._now(), kept.handed)

    def _moved(self, row: Row, draft: Draft, changes: Mapping[TicketRef, str]) -> Moved:
        from helpdesk_tui.data.write.plans import Moved

        case = row.item.case
        taker = draft.plan.people.get(row.choice.to)
        keys = taker.logins if taker is not None else {}
        return Moved(
            case.ref, row.item.number, case.owner, keys.get(case.ref.source, ""), row.name, changes.get(case.ref, "")
        )

    def _absent(self, draft: Draft, by: str, kept: Kept) -> tuple[int, str]:
        """Marks somebody absent from now on, until they are back; their number and the absence's key.

        Who is in nobody's list becomes a technician by it, so that nothing is proposed to them.
        """
        from helpdesk_tui.data.write.presences import PresenceWriter
        from helpdesk_tui.data.write.team import TeamWriter, Technician

        person = draft.plan.people[draft.person]
        kept.person = person.name
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
            kept.listed = True
        key = ""
        if not person.is_away(now):
            key = f"absence-{uuid4().hex[:12]}"
            PresenceWriter(self._team()).add_absence(Absence(key, name, now, draft.back_at or None), now, by)
            kept.absence = key
        self._absences[person.person] = number, key
        return number, key

    def _back(self, draft: Draft, rows: Sequence[Row], kept: Kept) -> None:
        """The plans are closed and the absence that came with them ends."""
        from helpdesk_tui.data.write.plans import PlanWriter

        kept.person = draft.plan.people[draft.person].name
        self._end_absences(kept)
        PlanWriter(self._team()).came_back(draft.plans, [row.item.case.ref for row in rows], self._now())
        kept.closed = draft.plans

    def _end_absences(self, kept: Kept) -> None:
        from helpdesk_tui.data.read.team_people import absences
        from helpdesk_tui.data.sqlite import StoreKind, open_read

        now = self._now()
        self._absences.clear()
        connection = open_read(self._team_db, StoreKind.TEAM)
        try:
            here = [one for one in absences(connection, now, now + 1) if one.person == kept.person and not one.source]
        finally:
            connection.close()
        for one in here:
            self._roster.end_absence(one)
            kept.ended = (*kept.ended, one)

    # Back

    def take_back(self, kept: Kept) -> TakenBack:
        """Makes the team's store as it was before, as far as nobody changed it since."""
        done, stays = self._duties.take_back(kept.handed, self._roster)
        try:
            done += self._take_back(kept)
        except HelpdeskError as error:
            stays.append(f"the team's store still has it: {error}")
        return TakenBack(tuple(done), tuple(stays))

    def _take_back(self, kept: Kept) -> list[str]:
        done = []
        if kept.absence and self._roster.withdraw_absence(kept.absence):
            self._absences = {who: known for who, known in self._absences.items() if known[1] != kept.absence}
            listed = " and stays in the team's list" if kept.listed else ""
            done.append(f"{kept.person} is not away{listed}")
        for one in kept.ended:
            self._roster.add_absence(one)
            done.append(f"{kept.person} is away again")
        if kept.plan or kept.closed:
            from helpdesk_tui.data.write.plans import PlanWriter

            writer = PlanWriter(self._team())
            writer.drop(kept.plan)
            writer.reopen(kept.closed)
        return done

    def _team(self) -> Store:
        if self._store is None:
            from helpdesk_tui.data import stores

            self._store = stores.open_write(self._team_db, stores.StoreKind.TEAM)
        return self._store
