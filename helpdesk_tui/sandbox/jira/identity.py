"""Identifiers: pure functions between the company's small numbers and Jira's forms of them."""

from __future__ import annotations

import hashlib
import uuid
from functools import lru_cache

from helpdesk_tui.sandbox.model import Group, Person, Ticket, World

ISSUE_BASE = 10_000
PROJECT_BASE = 10_100
DESK_BASE = 1
ENTRY_STEP = 10_000
"""An entry (comment, history) of issue n has the identifier n * ENTRY_STEP + its place in the ticket's events."""
PROJECT_NAMES = {
    "ITS": "IT Support",
    "OPS": "IT Operations",
    "APP": "Business Applications",
    "FAC": "Facilities",
    "HRS": "HR Services",
    "PRC": "Procurement",
}
OUTSIDE = 90
"""Groups from here on belong to other departments: their projects are there, and no configured scope reaches them."""


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
        self.groups: tuple[Group, ...] = (
            *world.served("jira"),
            *(g for g in world.groups.values() if g.gid >= OUTSIDE),
        )
        self.projects: dict[str, Group] = {}
        for group in self.groups:
            self.projects.setdefault(group.project, group)
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
        """The keys of all projects."""
        return list(self.projects)

    def project_id(self, key: str) -> str:
        """The numeric identifier of a project."""
        return str(PROJECT_BASE + self.project_keys().index(key))

    def project_key(self, name: str) -> str:
        """A project's key from key, identifier or name, "" where there is none."""
        wanted = name.lower()
        for key in self.projects:
            if wanted in (key.lower(), self.project_id(key), self.project_name(key).lower()):
                return key
        return ""

    def project_name(self, key: str) -> str:
        """What people call a project."""
        return PROJECT_NAMES.get(key, key)

    def desks(self) -> list[str]:
        """The projects with a service desk; other departments use plain business projects."""
        return [key for key, group in self.projects.items() if group.gid < OUTSIDE]

    def served_by(self, key: str) -> list[Group]:
        """The groups that work in a project."""
        return [group for group in self.groups if group.project == key]

    def was_in(self, ticket: Ticket) -> list[str]:
        """Every project a ticket has been in, oldest first; its keys there all still lead to it."""
        born = [self._project_of(event.new) for event in ticket.events if event.kind == "created"]
        moves = [place for event in ticket.events if event.kind == "moved" for place in (event.old, event.new)]
        found = [key for key in (*born, *moves) if key in self.projects]
        return found or [self._project_of(str(ticket.group)) or self.project_keys()[0]]

    def _project_of(self, gid: str) -> str:
        group = self._world.groups.get(int(gid)) if gid.isdigit() else None
        return group.project if group else ""

    def project(self, ticket: Ticket) -> str:
        """The project a ticket is in now."""
        return ticket.moved_to if ticket.moved_to in self.projects else self.was_in(ticket)[-1]

    def key(self, ticket: Ticket) -> str:
        """The key a ticket has now."""
        return f"{self.project(ticket)}-{ticket.n}"


def is_customer(person: Person) -> bool:
    """Whether somebody is a portal customer and no licensed user."""
    return person.role == "requester"


def desk_id(directory: Directory, key: str) -> str:
    """The service desk of a project."""
    return str(directory.project_keys().index(key) + DESK_BASE)
