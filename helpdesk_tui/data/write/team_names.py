"""What the writers of the team's store share: technicians by name, and hours as text."""

from __future__ import annotations

import orjson
from sqlalchemy import Connection, select
from sqlmodel import col

from helpdesk_tui.data.tables.team import TechnicianRow
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.restrictions import Restriction


class UnknownTechnician(RosterError):
    """A name that nobody of the team has."""


def number_of(connection: Connection, name: str) -> int:
    """A technician's number. UnknownTechnician where nobody is called so."""
    number = connection.scalar(select(col(TechnicianRow.id)).where(col(TechnicianRow.name) == name))
    if number is None:
        raise UnknownTechnician(f"there is no technician {name!r}")
    return int(number)


def windows_text(hours: Restriction | None) -> str:
    """Hours as they are stored; "" for always."""
    if hours is None:
        return ""
    return orjson.dumps([[one.weekday, one.start, one.length] for one in hours.windows]).decode()
