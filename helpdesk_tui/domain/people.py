"""People, groups and organisations as one source knows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A technician or requester of one source. `login` is what they sign in with; `zone` an IANA name or "".

    `works_tickets` tells technicians (who can own tickets) from requesters. `version` as for tickets, 0 where unknown.
    """

    source: str
    key: str
    name: str
    email: str = ""
    login: str = ""
    phone: str = ""
    zone: str = ""
    organisation: str = ""
    title: str = ""
    active: bool = True
    vip: bool = False
    works_tickets: bool = False
    skills: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """An assignment group, or whatever plays that part on the platform."""

    source: str
    key: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Membership:
    """A person belongs to a group."""

    source: str
    group: str
    person: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """A client or department that requesters belong to."""

    source: str
    key: str
    name: str
