"""Writing the team's store: who its technicians are, what they can do, and who they are on each source.

Every method is one transaction and raises StoreError. Instants are integer seconds UTC.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, exists, insert, select, update
from sqlmodel import col

from helpdesk_tui.data.engine import Store
from helpdesk_tui.data.tables.rosters import (
    AbsenceRow,
    OncallHistoryRow,
    OncallMemberRow,
    OncallOverrideRow,
    OncallPlacedRow,
    OncallSwapRow,
    ShiftDatedRow,
    ShiftPatternRow,
    TeamFileRow,
    TechnicianContactRow,
    TechnicianGroupRow,
    TechnicianOriginRow,
    TechnicianSkillRow,
    VisitPersonRow,
)
from helpdesk_tui.data.tables.team import TechnicianLoginRow, TechnicianRow
from helpdesk_tui.domain.technicians import Technician

__all__ = ["TeamWriter", "Technician"]

_NAMING = (
    col(AbsenceRow.technician), col(OncallHistoryRow.technician), col(OncallMemberRow.technician),
    col(OncallOverrideRow.put_on), col(OncallOverrideRow.taken_off), col(OncallPlacedRow.technician),
    col(OncallSwapRow.giver), col(OncallSwapRow.taker), col(ShiftDatedRow.technician), col(ShiftPatternRow.technician),
    col(VisitPersonRow.technician),
)  # fmt: skip
"""Where rosters name somebody: such a row must stay, or the next new person would get its number and its past."""


class TeamWriter:
    """Writes team.db. Used by one thread at a time; other processes may write the same file."""

    def __init__(self, store: Store) -> None:
        """`store` is the team store opened for writing; `close` closes it."""
        self.store = store

    @property
    def notes(self) -> tuple[str, ...]:
        """A line for the user for each thing that had to be mended when the store was opened."""
        return self.store.notes

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def save_technician(self, technician: Technician, now: int) -> int:
        """Keep a technician under their name, with exactly these logins, skills, groups and contacts; their number.

        A login that another technician had goes over to this one.
        """
        with self.store.transaction() as connection:
            return _save(connection, technician, now)

    def save_all(self, technicians: Iterable[Technician], now: int, *, origin: str = "") -> list[str]:
        """Keep many at once. With an `origin`, everybody else of that origin works here no more; their names."""
        with self.store.transaction() as connection:
            kept = [_save(connection, one, now) for one in technicians]
            if not origin:
                return []
            theirs = select(col(TechnicianOriginRow.technician)).where(col(TechnicianOriginRow.origin) == origin)
            gone = (
                col(TechnicianRow.id).in_(theirs)
                & col(TechnicianRow.id).not_in(kept)
                & (col(TechnicianRow.active) == 1)
            )
            names = list(connection.scalars(select(col(TechnicianRow.name)).where(gone)))
            connection.execute(update(TechnicianRow).where(gone).values(active=0, updated_at=now))
            return names

    def drop_technician(self, name: str) -> bool:
        """Forget a technician with their logins; whether there was one. Where rosters name them, they stay as gone."""
        with self.store.transaction() as connection:
            number = connection.scalar(select(col(TechnicianRow.id)).where(col(TechnicianRow.name) == name))
            if number is None:
                return False
            _forget_parts(connection, number)
            here = col(TechnicianRow.id) == number
            if any(connection.scalar(select(exists().where(column == number))) for column in _NAMING):
                connection.execute(update(TechnicianRow).where(here).values(active=0))
            else:
                connection.execute(delete(TechnicianRow).where(here))
        return True

    def note_file(self, name: str, digest: str, now: int) -> None:
        """A file of the team was read in this state."""
        with self.store.transaction() as connection:
            connection.execute(delete(TeamFileRow).where(col(TeamFileRow.name) == name))
            connection.execute(insert(TeamFileRow).values(name=name, digest=digest, read_at=now))


def _save(connection: Connection, technician: Technician, now: int) -> int:
    values = {
        "name": technician.name,
        "zone": technician.zone,
        "capacity": technician.capacity,
        "phone": technician.phone,
        "email": technician.email,
        "lead": int(technician.lead),
        "active": int(technician.active),
        "updated_at": now,
    }
    here = col(TechnicianRow.name) == technician.name
    number = connection.scalar(select(col(TechnicianRow.id)).where(here))
    if number is None:
        made = connection.execute(insert(TechnicianRow).values(**values)).inserted_primary_key
        assert made is not None
        number = int(made[0])
    else:
        connection.execute(update(TechnicianRow).where(here).values(**values))
    _forget_parts(connection, number)
    for source, (key, login) in technician.logins.items():
        same = (col(TechnicianLoginRow.source) == source) & (col(TechnicianLoginRow.key) == key)
        connection.execute(delete(TechnicianLoginRow).where(same))
        connection.execute(insert(TechnicianLoginRow).values(source=source, key=key, technician=number, login=login))
    _keep_parts(connection, technician, number)
    return number


def _forget_parts(connection: Connection, number: int) -> None:
    connection.execute(delete(TechnicianLoginRow).where(col(TechnicianLoginRow.technician) == number))
    connection.execute(delete(TechnicianSkillRow).where(col(TechnicianSkillRow.technician) == number))
    connection.execute(delete(TechnicianGroupRow).where(col(TechnicianGroupRow.technician) == number))
    connection.execute(delete(TechnicianContactRow).where(col(TechnicianContactRow.technician) == number))
    connection.execute(delete(TechnicianOriginRow).where(col(TechnicianOriginRow.technician) == number))


def _keep_parts(connection: Connection, technician: Technician, number: int) -> None:
    if technician.origin:
        connection.execute(insert(TechnicianOriginRow).values(technician=number, origin=technician.origin))
    skills = {(skill.name, skill.origin): skill.level for skill in technician.skills}
    for (skill, origin), level in skills.items():
        connection.execute(
            insert(TechnicianSkillRow).values(technician=number, skill=skill, origin=origin, level=level)
        )
    for group in dict.fromkeys(technician.groups):
        connection.execute(insert(TechnicianGroupRow).values(technician=number, name=group, origin=technician.origin))
    for rank, contact in enumerate(technician.contacts):
        connection.execute(
            insert(TechnicianContactRow).values(technician=number, rank=rank, kind=contact.kind, value=contact.value)
        )
