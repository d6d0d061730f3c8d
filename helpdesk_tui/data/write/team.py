"""Writing the team's store: who its technicians are and who they are on each source.

Every method is one transaction and raises StoreError. Instants are integer seconds UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select, update
from sqlmodel import col

from helpdesk_tui.data.engine import Store
from helpdesk_tui.data.tables.team import TechnicianLoginRow, TechnicianRow


@dataclass(frozen=True, slots=True)
class Technician:
    """A person of the team. `zone` is an IANA name; `capacity` open tickets at once, 0 for no limit told.

    `logins` maps a source to the (identifier, login name) the person has there.
    """

    name: str
    zone: str = ""
    capacity: int = 0
    phone: str = ""
    email: str = ""
    lead: bool = False
    active: bool = True
    logins: Mapping[str, tuple[str, str]] = field(default_factory=dict)


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
        """Keep a technician under their name, with exactly these logins; returns their number.

        A login that another technician had goes over to this one.
        """
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
        with self.store.transaction() as connection:
            here = col(TechnicianRow.name) == technician.name
            number = connection.scalar(select(col(TechnicianRow.id)).where(here))
            if number is None:
                made = connection.execute(insert(TechnicianRow).values(**values)).inserted_primary_key
                assert made is not None
                number = int(made[0])
            else:
                connection.execute(update(TechnicianRow).where(here).values(**values))
            connection.execute(delete(TechnicianLoginRow).where(col(TechnicianLoginRow.technician) == number))
            for source, (key, login) in technician.logins.items():
                same = (col(TechnicianLoginRow.source) == source) & (col(TechnicianLoginRow.key) == key)
                connection.execute(delete(TechnicianLoginRow).where(same))
                connection.execute(
                    insert(TechnicianLoginRow).values(source=source, key=key, technician=number, login=login)
                )
        return number

    def drop_technician(self, name: str) -> bool:
        """Forget a technician with their logins; whether there was one."""
        with self.store.transaction() as connection:
            number = connection.scalar(select(col(TechnicianRow.id)).where(col(TechnicianRow.name) == name))
            if number is None:
                return False
            connection.execute(delete(TechnicianLoginRow).where(col(TechnicianLoginRow.technician) == number))
            connection.execute(delete(TechnicianRow).where(col(TechnicianRow.id) == number))
        return True
