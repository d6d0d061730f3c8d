"""A ticket as every platform's adapter understands it, and the four reasons for which one leaves the queue.

Instants are integer seconds since the epoch, UTC; 0 means "never" or "not known".
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class TicketRef(NamedTuple):
    """Names one ticket: the configured source and the platform's own unchanging identifier (never the shown number)."""

    source: str
    key: str


class State(StrEnum):
    """What a ticket's status means for the desk; the platform's own words stay in `Ticket.status`."""

    NEW = "new"
    """Nobody has begun."""
    OPEN = "open"
    """Being worked."""
    PENDING = "pending"
    """Waits for the customer."""
    HOLD = "hold"
    """Waits for a vendor, a change or another team."""
    SOLVED = "solved"
    """A solution was offered; the customer may still come back."""
    CLOSED = "closed"
    """Final."""

    @property
    def is_open(self) -> bool:
        """Whether the desk still owes something."""
        return self not in (State.SOLVED, State.CLOSED)


class WayOut(StrEnum):
    """Why a ticket is no longer in the queue although it was; closed tickets leave by their state."""

    LEFT_SCOPE = "left scope"
    CLOSED = "closed"
    DELETED = "deleted"
    FORBIDDEN = "not permitted"


class Ticket(NamedTuple):
    """One ticket as its platform last showed it. A tuple, because a first pull makes a hundred thousand of them.

    `version` grows with every change on the platform and decides which of two readings is newer; it is comparable only
    within one source. `group`, `owner`, `requester` and `organisation` are the platform's identifiers, "" for none.
    `priority` is 1 (most urgent) to 5, 0 where the platform gives none. `bounced` and `reopened` are the platform's own
    counts, -1 where it keeps none.
    """

    source: str
    key: str
    number: str
    """What people call it: INC0048213, DESK-4471, 91177."""
    kind: str
    """incident, request, task, problem, question, or the platform's own type in lower case."""
    title: str
    state: State
    status: str
    """The platform's own word for the state, as its users read it."""
    created_at: int
    updated_at: int
    version: int
    priority: int = 0
    priority_name: str = ""
    group: str = ""
    owner: str = ""
    requester: str = ""
    organisation: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    vip: bool = False
    url: str = ""
    body: str = ""
    solved_at: int = 0
    closed_at: int = 0
    reopened: int = -1
    bounced: int = -1
    channel: str = ""
    """How it came in: email, portal, phone, monitoring …; "" where not known."""
    linked: tuple[str, ...] = ()
    """Numbers of tickets the platform says it is linked to, merged into, or a child of."""

    @property
    def ref(self) -> TicketRef:
        """The name of this ticket."""
        return TicketRef(self.source, self.key)


class Departure(NamedTuple):
    """A ticket that may no longer be shown, why, and since when it is known (seconds UTC by the platform's clock)."""

    source: str
    key: str
    way: WayOut
    seen_at: int
