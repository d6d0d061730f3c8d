"""Visits, deployments and maintenance windows: what takes people away from the desk at a known time."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk_tui.domain.roster.errors import RosterError


@dataclass(frozen=True, slots=True)
class Visit:
    """[start, end) in instants. `kind` is visit, deployment or maintenance; `number` the ticket's, "" for none."""

    key: str
    kind: str
    title: str
    start: int
    end: int
    place: str = ""
    source: str = ""
    ticket: str = ""
    number: str = ""
    people: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise RosterError(f"{self.title or self.kind} ends before it begins")
