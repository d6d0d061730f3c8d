"""Identifiers: pure functions between the company's small numbers and Jira's forms of them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from functools import lru_cache

from helpdesk_tui.sandbox.model import Group, Person, Ticket, World

ISSUE_BASE = 10_000
PROJECT_BASE = 10_100
DESK_BASE = 1
ENTRY_STEP = 10_000
"""An entry (comment, history) of issue n has the identifier n * ENTRY_STEP + its place in the ticket's events."""
FAR_PROJECT = "ARCHIVE"


def issue_id(n: int) -> str:
    """The unchanging identifier of ticket n."""
    return str(ISSUE_BASE + n)


def ordinal(text: str) -> int:
    """The ticket number behind an issue id, 0 where the text is none."""
    return max(0, int(text) - ISSUE_BASE) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def entry_id(n: int, place: int) -> int:
    """The identifier of the comment or history made by the event at `place` of ticket n."""
    return n * ENTRY_STEP + place


def entry_of(text: str) -> tuple[int, int]:
    """The ticket and place behind a comment or history identifier; (0, 0) where it is none."""
    return divmod(int(text), ENTRY_STEP) if text.isascii() and text.isdigit() and len(text) < 16 else (0, 0)


@lru_cache(maxsize=100_000)
def account_id(uid: int, customer: bool) -> str:
    """The account of a person: portal customers have the long form."""
    digest = hashlib.blake2b(f"account {uid}".encode(), digest_size=32).digest()
    if customer:
        return f"qm:{uuid.UUID(bytes=digest[:16])}:{uuid.UUID(bytes=digest[16:])}"
    return f"712020:{uuid.UUID(bytes=digest[:16])}"


@lru_cache(maxsize=10_000)
def group_uuid(gid: int) -> str:
    """The groupId of a group."""
    return str(uuid.UUID(bytes=hashlib.blake2b(f"group {gid}".encode(), digest_size=16).digest()))


class Directory:
    """People, groups and projects by the names Jira has for them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.groups: tuple[Group, ...] = world.served("jira")
        self.projects: dict[str, Group] = {}
        for group in self.groups:
            self.projects.setdefault(group.project, group)
        self._extra: list[str] = []
        self._people: dict[str, int] = {}
        self._known = 0

    def _read(self) -> dict[str, int]:
        people = self._world.people
        if len(people) != self._known:
            self._known = len(people)
            self._people = {}
            for uid, person in people.items():
                self._people[account_id(uid, is_customer(person))] = uid
                self._people[person.login] = uid
                self._people[f"JIRAUSER{ISSUE_BASE + uid}"] = uid
                self._people.setdefault(person.email, uid)
        return self._people

    def person(self, name: str) -> Person | None:
        """Somebody by account id, login, user key or e-mail."""
        uid = self._read().get(name)
        return None if uid is None else self._world.people[uid]

    def technicians(self) -> list[Person]:
        """Everybody who works tickets, in order of name."""
        found = (p for p in self._world.people.values() if not is_customer(p) and p.role != "service")
        return sorted(found, key=lambda person: (person.name, person.uid))

    def members(self, group: Group) -> list[Person]:
        """The technicians of a group."""
        return [person for person in self.technicians() if group.gid in person.groups]

    def group(self, name: str) -> Group | None:
        """A group by groupId or name."""
        for group in self._world.groups.values():
            if name in (group_uuid(group.gid), group.name):
                return group
        return None

    def project_keys(self) -> list[str]:
        """The keys of all projects, those that tickets were moved to included."""
        return [*self.projects, *self._extra]

    def note_project(self, key: str) -> None:
        """A ticket was seen in a project that serves no group."""
        if key and key not in self.projects and key not in self._extra:
            self._extra.append(key)

    def project_id(self, key: str) -> str:
        """The numeric identifier of a project."""
        self.note_project(key)
        return str(PROJECT_BASE + self.project_keys().index(key))

    def project_key(self, name: str) -> str:
        """A project's key from key, identifier or name, "" where there is none."""
        for key in self.project_keys():
            if (
                name.upper() == key.upper()
                or name == self.project_id(key)
                or name.lower() == self.project_name(key).lower()
            ):
                return key
        return ""

    def project_name(self, key: str) -> str:
        """What people call a project."""
        group = self.projects.get(key)
        return key.capitalize() if group is None else f"{group.name} desk"

    def served_by(self, key: str) -> list[Group]:
        """The groups that work in a project."""
        return [group for group in self.groups if group.project == key]

    def born_in(self, ticket: Ticket) -> str:
        """The project a ticket was created in."""
        for event in ticket.events:
            if event.kind == "group":
                return self._project_of(event.old) or self._project_of(str(ticket.group))
        return self._project_of(str(ticket.group))

    def _project_of(self, gid: str) -> str:
        group = self._world.groups.get(int(gid)) if gid.isdigit() else None
        return group.project if group else ""

    def project(self, ticket: Ticket) -> str:
        """The project a ticket is in now."""
        if ticket.moved_to:
            self.note_project(ticket.moved_to)
            return ticket.moved_to
        return self.born_in(ticket) or FAR_PROJECT

    def key(self, ticket: Ticket) -> str:
        """The key a ticket has now."""
        return f"{self.project(ticket)}-{ticket.n}"


def is_customer(person: Person) -> bool:
    """Whether somebody is a portal customer and no licensed user."""
    return person.role == "requester"


def desk_id(directory: Directory, key: str) -> str:
    """The service desk of a project."""
    return str(directory.project_keys().index(key) + DESK_BASE)


def names(people: Iterable[Person]) -> list[str]:
    """For messages."""
    return [person.name for person in people]
