"""Writing when technicians are there and when not: shifts, absences, visits, and how many are needed.

Every method is one transaction and raises StoreError; UnknownTechnician where a name is nobody's. Why somebody is away
has no place here.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import col

from helpdesk_tui.data.engine import Store
from helpdesk_tui.data.tables.rosters import (
    AbsenceRow,
    NeedRuleRow,
    ShiftDatedRow,
    ShiftPatternRow,
    VisitPersonRow,
    VisitRow,
)
from helpdesk_tui.data.write.team_names import number_of, windows_text
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.needs import NeedRule
from helpdesk_tui.domain.roster.recurrence import Rule
from helpdesk_tui.domain.roster.shifts import Dated, Pattern
from helpdesk_tui.domain.roster.visits import Visit


class PresenceWriter:
    """Writes the part of team.db that says when people are there."""

    def __init__(self, store: Store) -> None:
        """`store` is the team's store opened for writing; whoever opened it closes it."""
        self.store = store

    def save_shifts(self, shifts: Iterable[Pattern | Dated], now: int, *, origin: str = "") -> int:
        """Keep shifts; the same person and key (and day) again replaces what was there. How many."""
        with self.store.transaction() as connection:
            return _keep_shifts(connection, shifts, now, origin)

    def replace_shifts(self, shifts: Iterable[Pattern | Dated], now: int, *, origin: str) -> int:
        """Keep shifts in place of all that came from the same origin before. How many."""
        with self.store.transaction() as connection:
            connection.execute(delete(ShiftPatternRow).where(col(ShiftPatternRow.origin) == origin))
            connection.execute(delete(ShiftDatedRow).where(col(ShiftDatedRow.origin) == origin))
            return _keep_shifts(connection, shifts, now, origin)

    def drop_shift(self, person: str, key: str, day: str = "") -> bool:
        """Forget a pattern, or one dated shift by its ISO date; whether there was one."""
        with self.store.transaction() as connection:
            number = number_of(connection, person)
            if day:
                mine = (col(ShiftDatedRow.technician) == number) & (col(ShiftDatedRow.key) == key)
                return (
                    connection.execute(delete(ShiftDatedRow).where(mine & (col(ShiftDatedRow.day) == day))).rowcount > 0
                )
            theirs = (col(ShiftPatternRow.technician) == number) & (col(ShiftPatternRow.key) == key)
            return connection.execute(delete(ShiftPatternRow).where(theirs)).rowcount > 0

    def add_absence(self, absence: Absence, now: int, by: str) -> None:
        """Keep an absence under its key; the same key again replaces it."""
        with self.store.transaction() as connection:
            _keep_absence(connection, absence, now, by)

    def replace_absences(self, absences: Iterable[Absence], source: str, now: int) -> None:
        """Keep a source's absences in place of those it told before."""
        with self.store.transaction() as connection:
            connection.execute(delete(AbsenceRow).where(col(AbsenceRow.source) == source))
            for absence in absences:
                _keep_absence(connection, absence, now, "")

    def withdraw_absence(self, key: str, now: int) -> bool:
        """Take an absence back as if it had never been; False where it does not stand."""
        with self.store.transaction() as connection:
            here = (col(AbsenceRow.key) == key) & (col(AbsenceRow.withdrawn_at) == 0)
            return connection.execute(update(AbsenceRow).where(here).values(withdrawn_at=now)).rowcount > 0

    def save_visit(self, visit: Visit, *, origin: str = "") -> None:
        """Keep a visit or window under its key with exactly these people."""
        with self.store.transaction() as connection:
            _drop_visit(connection, visit.key)
            made = connection.execute(
                insert(VisitRow).values(
                    key=visit.key, kind=visit.kind, title=visit.title, start=visit.start, end=visit.end,
                    place=visit.place, ticket_source=visit.source, ticket_key=visit.ticket, number=visit.number,
                    origin=origin,
                )
            ).inserted_primary_key  # fmt: skip
            assert made is not None
            for person in dict.fromkeys(visit.people):
                who = number_of(connection, person)
                connection.execute(insert(VisitPersonRow).values(visit=int(made[0]), technician=who))

    def drop_visits(self, origin: str, keep: Iterable[str] = ()) -> None:
        """Forget the visits of an origin but these."""
        with self.store.transaction() as connection:
            here = (col(VisitRow.origin) == origin) & col(VisitRow.key).not_in(list(keep))
            for key in list(connection.scalars(select(col(VisitRow.key)).where(here))):
                _drop_visit(connection, key)

    def replace_needs(self, needs: Iterable[NeedRule], *, origin: str) -> None:
        """Keep standing needs in place of those from the same origin."""
        with self.store.transaction() as connection:
            connection.execute(delete(NeedRuleRow).where(col(NeedRuleRow.origin) == origin))
            for rule in needs:
                connection.execute(
                    insert(NeedRuleRow).values(
                        pool=rule.pool, skill=rule.skill, label=rule.label, required=rule.required, origin=origin,
                        windows=windows_text(rule.hours), hours_zone=rule.hours.zone if rule.hours else "",
                    )
                )  # fmt: skip


def _keep_shifts(connection: Connection, shifts: Iterable[Pattern | Dated], now: int, origin: str) -> int:
    count = 0
    numbers: dict[str, int] = {}
    for shift in shifts:
        number = numbers.get(shift.person)
        if number is None:
            number = numbers[shift.person] = number_of(connection, shift.person)
        values = {
            "technician": number, "key": shift.key, "zone": shift.zone, "start": shift.hours.start,
            "length": shift.hours.length, "breaks": orjson.dumps(shift.hours.breaks).decode(), "place": shift.place,
            "origin": origin, "updated_at": now,
        }  # fmt: skip
        table = ShiftDatedRow if isinstance(shift, Dated) else ShiftPatternRow
        same = (col(table.technician) == number) & (col(table.key) == shift.key)
        if isinstance(shift, Dated):
            values["day"] = shift.day.isoformat()
            same &= col(ShiftDatedRow.day) == values["day"]
        else:
            values |= _pattern(shift)
        connection.execute(delete(table).where(same))
        connection.execute(insert(table).values(**values))
        count += 1
    return count


def _pattern(pattern: Pattern) -> dict[str, object]:
    """When a pattern comes back, as columns."""
    on = pattern.on
    skipped = orjson.dumps(sorted(day.isoformat() for day in pattern.exceptions)).decode()
    if isinstance(on, Rule):
        return {"rule": on.text, "first": on.first.isoformat(), "exceptions": skipped}
    return {
        "days": "".join(map(str, sorted(on.days))), "every": on.every, "first": on.first.isoformat(),
        "last": on.last.isoformat() if on.last else "", "exceptions": skipped,
    }  # fmt: skip


def _keep_absence(connection: Connection, absence: Absence, now: int, by: str) -> None:
    connection.execute(delete(AbsenceRow).where(col(AbsenceRow.key) == absence.key))
    connection.execute(
        insert(AbsenceRow).values(
            key=absence.key, technician=number_of(connection, absence.person), start=absence.start,
            end=absence.end or 0, kind=str(absence.kind), source=absence.source, created_at=now, created_by=by,
        )
    )  # fmt: skip


def _drop_visit(connection: Connection, key: str) -> None:
    number = connection.scalar(select(col(VisitRow.id)).where(col(VisitRow.key) == key))
    if number is not None:
        connection.execute(delete(VisitPersonRow).where(col(VisitPersonRow.visit) == number))
        connection.execute(delete(VisitRow).where(col(VisitRow.id) == number))
