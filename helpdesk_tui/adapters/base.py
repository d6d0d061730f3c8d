"""The contract every adapter keeps, and its vocabulary.

SOURCE      one configured account of a platform. Everything an adapter returns carries its name.
KEY         the platform's own unchanging identifier of a record, as text. Shown numbers may change (a moved Jira
            issue), keys never do.
SCOPE       which tickets the source is meant to hold, from its configuration (groups, projects, encoded query, JQL).
FEED        a stream of pages with a cursor of its own. A feed belongs to a phase:
            REFERENCE  people, groups, memberships, organisations; complete each time it is pulled to its end
            OPEN       every open ticket in scope, newest first where the platform can sort; pulled once, and again by
                       the nightly reconcile
            CHANGES    whatever changed since the cursor, never narrowed by a field that can change
            HISTORY    closed tickets of the history window; pulled once
            EVENTS     what happened to tickets, for platforms that offer it as a stream
            CLOCKS     SLA clocks, for platforms that keep them apart from tickets
PAGE        records and the cursor from which the next page goes on. The reader stores both in one transaction, so a
            page may arrive twice (at least once) and never be missed.
CURSOR      text that only the adapter understands; it stays good over a restart of the program.
VERSION     an integer that grows with each change of a ticket; two readings are ordered by it and by nothing else.
WAY OUT     left scope, closed, deleted or not permitted: the reason why a ticket that was asked for is not in the
            queue.
CENSUS      the keys of all open tickets in scope, and nothing else.

Writing, for sources that declare any of the WRITE capabilities. What can be asked for is the vocabulary of
`domain.changes`; the outbox calls nothing but the first three, in this order, one change of a ticket at a time:

LOOK        a fresh reading, not from the cache, of the fields that can be written, with the version. What may not be
            read is left out: that is not the same as "".
WRITE       one attempt to do what a change asks, never repeated inside. It leaves the change's id on the platform
            wherever there is a place for it, so that it can be found again. The error says what is certain:
                NotSent, Throttled, AuthFailed   surely not done; may be sent again
                Moved                            surely not done: the platform saw a later version than ours
                Refused                          surely not done, and will not be; its text is the platform's reason
                Unreachable, Garbled             nobody knows: only VERIFY may say
            A platform that says yes may have kept a value all the same: WRITTEN tells what it holds now, and the outbox
            compares. If a change takes several requests, what cannot be done twice goes last, and an error after the
            first is Unreachable unless the platform's state tells better.
VERIFY      whether an uncertain change is on the platform. It is asked after any time and after a restart, and needs
            nothing but the change. For what overwrites: as desired is LANDED, as the base is ABSENT, else CHANGED
            (`domain.merging.standing` says which). For what appends: by our mark, or else by text, author and time
            since `first_sent_at` less the skew; where a change does both in one request, the text decides. UNKNOWN
            where the place to look cannot be read. It never guesses: a comment twice is worse than a question.
CHOICES     what may be chosen for a ticket just now (`domain.choices`), for pickers and forms. What the account may not
            do is left out of them or told in `cannot`; that something is offered is no promise that it will be taken.

ROSTERS     schedules, who is on call by them, opening hours, absences: read whole, a window around now at a time. An
            override is written as a change of kind OVERRIDE; its target is a span of a schedule and its one field
            `person` (`domain.roster.slots`).

Every method may raise the errors of `helpdesk_tui.errors`: Unreachable, Throttled, AuthFailed, Refused, Garbled;
nothing else for anything a platform can do. One record that does not parse is a `BadRecord` of its page and no error.
Optional abilities are declared in `capabilities`; a method whose capability is not declared raises NotImplementedError.
A source need not hold tickets: without TICKETS nobody asks it for one or takes a census, and `feeds` gives at most
REFERENCE feeds. Reads are retried inside; an error that comes out has been retried as far as is sensible.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol

from helpdesk_tui.clock import Now
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.changes import Change, Kind
from helpdesk_tui.domain.choices import Choices
from helpdesk_tui.domain.clocks import Clock
from helpdesk_tui.domain.events import Activity, Event
from helpdesk_tui.domain.merging import Standing, standing
from helpdesk_tui.domain.people import Group, Membership, Organisation, Person
from helpdesk_tui.domain.roster.told import Told
from helpdesk_tui.domain.tickets import Departure, Ticket, WayOut


class Capability(StrEnum):
    """What a source can do. Rosters, on-call and writes are declared by adapters that have them.

    WRITE_ASSIGN covers owner and group, WRITE_STATE state and status, WRITE_FIELDS title and the platform's own fields.
    """

    TICKETS = "tickets"
    EVENTS_FEED = "events:feed"
    EVENTS_BY_KEY = "events:by_key"
    ACTIVITY = "activity"
    SLA = "sla"
    PEOPLE = "people"
    ROSTERS = "rosters"
    ON_CALL = "on_call"
    AVAILABILITY = "availability"
    PRESENCE = "presence"
    WRITE_ASSIGN = "write:assign"
    WRITE_STATE = "write:state"
    WRITE_PRIORITY = "write:priority"
    WRITE_NOTE = "write:note"
    WRITE_REPLY = "write:reply"
    WRITE_TAGS = "write:tags"
    WRITE_LINK = "write:link"
    WRITE_FIELDS = "write:fields"
    WRITE_OVERRIDE = "write:override"


WRITES = frozenset(one for one in Capability if one.startswith("write:"))
"""The WRITE capabilities."""


class Phase(StrEnum):
    """What a feed is for; see the module's vocabulary."""

    REFERENCE = "reference"
    OPEN = "open"
    CHANGES = "changes"
    HISTORY = "history"
    EVENTS = "events"
    CLOCKS = "clocks"


@dataclass(frozen=True, slots=True)
class Feed:
    """A named stream. `poll` is the pause between two pulls in seconds; 0 means it is pulled to its end once.

    `deep` is how far back, in seconds, an hourly second reading should go to catch what the platform showed late; 0
    where the platform's cursor makes that needless.
    """

    name: str
    phase: Phase
    poll: int = 0
    deep: int = 0


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that did not parse: what it was, why, and the record itself as JSON text of at most 10,000
    characters."""

    feed: str
    key: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Page:
    """Records and the cursor after them. `last` means that the feed has nothing more right now.

    For each key in `clocks_whole` (`activity_whole`) the page holds all clocks (all activity) of that ticket, and
    whatever else was stored for it goes. With REFERENCE feeds, `whole` names the kinds ("people", "groups",
    "memberships", "organisations") that this pull, taken to its end, lists completely. `total` is the platform's own
    estimate of all records of the feed, None where it gives none: it is for progress and for nothing else.
    """

    cursor: str
    last: bool
    tickets: tuple[Ticket, ...] = ()
    departures: tuple[Departure, ...] = ()
    events: tuple[Event, ...] = ()
    activity: tuple[Activity, ...] = ()
    activity_whole: frozenset[str] = frozenset()
    clocks: tuple[Clock, ...] = ()
    clocks_whole: frozenset[str] = frozenset()
    people: tuple[Person, ...] = ()
    groups: tuple[Group, ...] = ()
    memberships: tuple[Membership, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    whole: frozenset[str] = frozenset()
    bad: tuple[BadRecord, ...] = ()
    total: int | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who the platform says we are, and what that lets us see.

    `server_time` is the platform's clock and `skew` it minus ours, in seconds. `feed` names the way changes are read
    ("admin export", "agent listing", …). `cannot` lists what stays invisible, each as a sentence for `doctor`.
    """

    account: str
    name: str
    role: str
    zone: str
    server_time: int
    skew: int
    feed: str
    sees: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """A fresh reading of one ticket (or override) for a write.

    `fields` has the readable ones of owner, group, state, status, priority, priority_name, title, tags, and of the
    platform's own fields that were asked for, as `domain.changes` writes values. `version` is as in `Ticket`. `by` is
    who changed it last, as a name or login, "" where the platform does not tell. `way` says why it cannot be written at
    all (deleted, not permitted); everything else is empty then. `stamp` is for the adapter alone.
    """

    key: str
    version: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    way: WayOut | None = None
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What the platform says after a write: the ticket as it is now, and what it calls the thing that was made (a
    comment's identifier …), "" where it does not say. `words` is a remark for the user, the platform's own."""

    seen: Seen
    marker: str = ""
    words: str = ""


class Landing(StrEnum):
    """Whether a write is on the platform."""

    LANDED = "landed"
    ABSENT = "absent"
    CHANGED = "changed by other"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an uncertain write. `seen` is the ticket as it is now, where it could be read; `marker` as in
    `Written`; `words` says for the user why nobody can tell."""

    landing: Landing
    seen: Seen | None = None
    marker: str = ""
    words: str = ""


_LANDINGS = {Standing.AS_DESIRED: Landing.LANDED, Standing.AS_BASE: Landing.ABSENT, Standing.MOVED: Landing.CHANGED}
_SKEW = 5
"""Seconds by which the platform's clock and ours may differ beyond what its answers tell."""


def told_by_values(change: Change, seen: Seen, marker: str = "") -> Verdict:
    """What a ticket's present values alone say of an uncertain write that overwrites."""
    landing = _LANDINGS.get(standing(change, seen.fields), Landing.UNKNOWN)
    return Verdict(landing, seen, marker, "a field may not be read" if landing is Landing.UNKNOWN else "")


def earliest_trace(change: Change, skew: int) -> int:
    """From when on, by the platform's clock, a change may have left a trace; `skew` is that clock minus ours."""
    return change.first_sent_at + skew - _SKEW


class Secret(Protocol):
    """Where an adapter gets its secret from; it never keeps one longer than a request."""

    def held(self) -> str:
        """The secret where it is at hand, "" where it has to be revealed."""
        ...

    def reveal(self) -> str:
        """The secret itself, which may take a while to find. Raises SecretError."""
        ...

    def expire(self) -> None:
        """Forget a cached value: the platform refused it."""
        ...


class Adapter(ABC):
    """Reads one source. Made by `registry.make`; used within one event loop; closed by `close`."""

    platform: ClassVar[str]
    capabilities: frozenset[Capability]

    def __init__(self, source: SourceConfig, secret: Secret, *, now: Now) -> None:
        """Keep the settings; nothing is sent before the first call. `now` gives our clock, seconds UTC."""
        self.source = source
        self.secret = secret
        self.now = now

    @abstractmethod
    async def check(self) -> SignIn:
        """Sign in and find out what can be seen. Decides which feeds `feeds` offers; call it first."""

    @abstractmethod
    def feeds(self) -> tuple[Feed, ...]:
        """The feeds of this source, in the order in which a first pull should take them. Needs `check`."""

    def start(self, feed: Feed, at: int) -> str:
        """The cursor with which CHANGES, EVENTS and CLOCKS begin at instant `at` (platform's clock, seconds UTC), and
        with which HISTORY covers everything since `at`. OPEN and REFERENCE begin with "". Needs TICKETS."""
        raise NotImplementedError

    def pull(self, feed: Feed, cursor: str) -> AsyncIterator[Page]:
        """The pages of a feed from `cursor` on, ending with the page whose `last` is true. Can be left at any page and
        gone on with later from that page's cursor. Needs a feed."""
        raise NotImplementedError

    def census(self) -> AsyncIterator[frozenset[str]]:
        """The keys of all open tickets in scope, in portions. Complete when the iteration ends without an error. Needs
        TICKETS."""
        raise NotImplementedError

    async def fetch(self, keys: Collection[str]) -> Page:
        """These tickets now, each in `tickets` or with its way out in `departures` (a ticket that is closed or has left
        the scope may be in both); `cursor` is "" and `last` true. Needs TICKETS."""
        raise NotImplementedError

    async def events(self, keys: Collection[str]) -> Page:
        """All events of these tickets. Needs EVENTS_BY_KEY."""
        raise NotImplementedError

    async def activity(self, key: str) -> Page:
        """Everything written on one ticket. Needs ACTIVITY."""
        raise NotImplementedError

    async def look(self, key: str, *, fields: Collection[str] = (), kind: Kind = Kind.TICKET) -> Seen:
        """A fresh reading, with the platform's own `fields` too. Needs a WRITE capability."""
        raise NotImplementedError

    async def write(self, change: Change, seen: Seen) -> Written:
        """One attempt at a change; `seen` is what `look` just gave. Needs the WRITE capability of every name
        desired."""
        raise NotImplementedError

    async def verify(self, change: Change) -> Verdict:
        """Whether an uncertain change is on the platform. Needs a WRITE capability."""
        raise NotImplementedError

    async def who(self, key: str, names: Collection[str]) -> str:
        """Who last changed one of these fields, as a name or login; "" where the platform does not tell. Asked where
        `Seen.by` was empty and a user has to know."""
        _ = key, names
        return ""

    async def choices(self, key: str) -> Choices:
        """What may be chosen for one ticket now. Raises Refused with status 404 for one that is not shown. Needs a
        WRITE capability."""
        raise NotImplementedError

    async def rosters(self, start: int, end: int) -> Told:
        """Who is on call in [start, end), opening hours, absences and what agents say of themselves, as far as the
        platform holds such things: its own word, never worked out. A schedule that cannot be read is there with
        `unread`. Needs ROSTERS, ON_CALL or AVAILABILITY."""
        raise NotImplementedError

    async def close(self) -> None:  # noqa: B027
        """Let go of connections."""
