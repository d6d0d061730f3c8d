"""The values of the generated company, in words that belong to no platform.

Every instant is integer seconds since the epoch, UTC. Every identifier is a small positive integer; a platform module
turns it into its own form (a 32-digit sys_id, an account id, a 13-digit number) by a pure function, so that the same
seed always gives the same identifiers and a row can be found from its identifier without an index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from helpdesk_tui.sandbox.rosters import RosterBook

Platform = Literal["servicenow", "jira", "zendesk"]
PLATFORMS: tuple[Platform, ...] = ("servicenow", "jira", "zendesk")

State = Literal["new", "open", "pending", "hold", "solved", "closed"]
"""new: nobody began; open: being worked; pending: waits for the customer; hold: waits for a vendor or a change;
solved: a solution was offered; closed: final."""

Kind = Literal["incident", "request", "task", "problem"]

EventKind = Literal[
    "created",
    "status",
    "group",
    "owner",
    "priority",
    "tags",
    "note",
    "reply",
    "message",
    "reopened",
    "moved",
    "deleted",
    "merged",
    "edited",
]
"""note: internal, by a technician; reply: public, by a technician; message: public, by the requester; edited: another
field, which `text` names."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Working hours on given weekdays (0 = Monday) in the person's zone; minutes after local midnight, half open."""

    weekdays: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Organisation:
    """A department or client that requesters belong to."""

    oid: int
    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class Group:
    """An assignment group. `project` is the Jira project key that serves it."""

    gid: int
    name: str
    skills: tuple[str, ...]
    lead: int
    project: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the company. Technicians have groups, skills with a level of 1 to 3, a capacity and a shift."""

    uid: int
    name: str
    login: str
    email: str
    role: Literal["technician", "lead", "requester", "service"]
    zone: str
    phone: str
    organisation: int
    vip: bool = False
    active: bool = True
    groups: tuple[int, ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    capacity: int = 0
    shift: Shift | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a ticket. `eid` is unique within the platform and grows with time.

    A created event names the first group in `new`. A reopening is one `reopened` event with both states and no `status`
    event beside it. On Jira a change of group that changes the project is a `group` event followed by a `moved` one,
    which holds project keys. A merged event names the ticket that goes on in `new`.
    `old` and `new` hold state names, group ids, person ids or priorities as text, "" where there is none; `text` holds
    the words of a note, reply or message.
    """

    eid: int
    at: int
    actor: int
    kind: EventKind
    old: str = ""
    new: str = ""
    text: str = ""


@dataclass(slots=True)
class Ticket:
    """A ticket of one platform. `n` is its ordinal there, from 1, in order of creation; it never changes.

    `priority` is 1 (highest) to 4. `updated` moves on every change; `revision` counts changes from 0. A ticket out of
    scope was moved where the sandbox account's configured scope does not reach; a forbidden one still exists but may no
    longer be read. `moved_to` names the Jira project it was moved to ("" where it never moved).
    """

    n: int
    platform: Platform
    kind: Kind
    title: str
    body: str
    requester: int
    group: int
    owner: int
    """0 where nobody is assigned."""
    priority: int
    state: State
    created: int
    updated: int
    solved: int = 0
    closed: int = 0
    revision: int = 0
    reopened: int = 0
    bounced: int = 0
    category: str = ""
    tags: tuple[str, ...] = ()
    in_scope: bool = True
    forbidden: bool = False
    deleted: bool = False
    moved_to: str = ""
    twin: str = ""
    """The same trouble reported on another platform: "zendesk:812"; "" for most tickets."""
    events: tuple[Event, ...] = ()
    """Oldest first; always begins with created."""
    marks: dict[str, str] = field(default_factory=dict)
    """What a client wrote that no platform-neutral field holds (correlation_id, external_id, comment properties)."""


@dataclass(frozen=True, slots=True)
class SlaClock:
    """One running or ended SLA clock, computed by the sandbox's own plain method.

    `target`, `elapsed` are seconds of the calendar's time; `due` is the instant of breach, None while paused;
    `ended` is the instant the clock stopped, None while it runs.
    """

    metric: Literal["first_response", "next_reply", "resolution"]
    started: int
    target: int
    elapsed: int
    due: int | None
    paused_since: int | None
    ended: int | None
    breached: bool
    calendar: str
    """"24x7" or "office" (08:00 to 18:00, Monday to Friday, Europe/Paris)."""


class SandboxClock(Protocol):
    """The sandbox's own time: starts at `--now` and runs `--speed` times as fast as the machine's."""

    def now(self) -> int:
        """The present instant in the sandbox."""
        ...


class Desk(Protocol):
    """All tickets of one platform. Tickets long settled are pure functions of the seed and their ordinal, so a million
    of them cost no memory; the living ones are held as objects. All orders are exact and total."""

    platform: Platform

    def __len__(self) -> int:
        """The highest ordinal in use, deleted tickets included."""
        ...

    def get(self, n: int) -> Ticket | None:
        """The ticket with ordinal n, deleted and forbidden ones included; None where there never was one."""
        ...

    def by_update(self, since: tuple[int, int] = (0, 0), *, descending: bool = False) -> Iterator[Ticket]:
        """Tickets ordered by (updated, n), starting strictly after `since` (strictly before it when descending
        and since is not (0, 0)). Reaching the start is O(log n), each step O(1), also with a million tickets."""
        ...

    def by_number(self, after: int = 0, *, descending: bool = False) -> Iterator[Ticket]:
        """Tickets by ordinal, starting strictly after (before, when descending and after > 0) `after`."""
        ...

    def unsettled(self) -> list[Ticket]:
        """Every ticket that is neither closed nor deleted, in no order; the list is the caller's own."""
        ...

    def updated_before(self, instant: int) -> int:
        """How many tickets have `updated < instant`: lets a page be counted without walking to it."""
        ...

    def clocks(self, ticket: Ticket) -> list[SlaClock]:
        """The SLA clocks of a ticket at the present instant."""
        ...

    def change(
        self,
        n: int,
        actor: int,
        *,
        state: State | None = None,
        group: int | None = None,
        owner: int | None = None,
        priority: int | None = None,
        tags: tuple[str, ...] | None = None,
        title: str | None = None,
        note: str | None = None,
        reply: str | None = None,
        message: str | None = None,
        marks: Mapping[str, str] | None = None,
        edits: Mapping[str, tuple[str, str]] | None = None,
    ) -> Ticket:
        """Apply one write at the present instant: appends events, moves `updated`, adds 1 to `revision`. `edits` are
        old and new values of other fields by name, told as events of their own. Changing the group or owner to another
        non-empty one counts a bounce; leaving solved for a living state counts a reopening.
        Raises KeyError where there is no such ticket."""
        ...

    def create(
        self, actor: int, *, title: str, body: str, requester: int, group: int, priority: int, kind: Kind
    ) -> Ticket:
        """Append a new ticket at the present instant."""
        ...

    def delete(self, n: int, actor: int) -> None:
        """Mark a ticket deleted; it keeps its ordinal and moves `updated`."""
        ...

    def merge(self, n: int, into: int, actor: int, at: int | None = None, text: str = "") -> None:
        """Close ticket n in favour of `into`. Raises KeyError where there is no such ticket."""
        ...


class World(Protocol):
    """The company, its three desks and its clock."""

    @property
    def seed(self) -> int:
        """What everything was generated from."""
        ...

    @property
    def clock(self) -> SandboxClock:
        """The time all three platforms live in."""
        ...

    @property
    def people(self) -> Mapping[int, Person]:
        """Everybody, by identifier."""
        ...

    @property
    def groups(self) -> Mapping[int, Group]:
        """Every group, those out of scope included, by identifier."""
        ...

    @property
    def organisations(self) -> Mapping[int, Organisation]:
        """Every organisation, by identifier."""
        ...

    @property
    def rosters(self) -> RosterBook:
        """Who is on call, by all schedules."""
        ...

    def desk(self, platform: Platform) -> Desk:
        """One platform's tickets. Each person exists on every platform; which groups a platform serves is `served`."""
        ...

    def served(self, platform: Platform) -> tuple[Group, ...]:
        """The groups whose tickets live on this platform."""
        ...

    def catch_up(self) -> None:
        """Let life go on until the clock's present instant. Cheap when nothing is due; called before every request."""
        ...


@dataclass(frozen=True, slots=True)
class Credential:
    """A sign-in the sandbox accepts. `role` decides what the platform lets it see: admin everything, agent as a
    platform's agent, requester next to nothing."""

    login: str
    password: str
    token: str
    role: Literal["admin", "agent", "requester"]
    uid: int
    client_id: str = ""
    client_secret: str = ""
