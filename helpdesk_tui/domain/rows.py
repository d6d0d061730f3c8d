"""What the desk shows: a ticket as a list row, one ticket whole, the health of a source, counts, and what changed.

Instants are integer seconds since the epoch, UTC; 0 means "never" or "not known". Ages and time left are never stored
here: the one who draws subtracts from its own `now`.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from helpdesk_tui.domain.tickets import State, TicketRef

if TYPE_CHECKING:
    from helpdesk_tui.domain.clocks import Clock
    from helpdesk_tui.domain.events import Activity


ACCOUNT_END = 4
"""So many letters of an identifier tell one unknown account from another."""


def unknown_account(key: str) -> str:
    """What an account is called whose name its source has never told: `unknown account …f82e`; "" for none."""
    return f"unknown account {'…' if len(key) > ACCOUNT_END else ''}{key[-ACCOUNT_END:]}" if key else ""


class Row(NamedTuple):
    """Everything the ticket list shows of one ticket.

    `id` is the cache's own number: stable while the cache file lives, so what must outlast it (marks, drafts) uses
    `ref`. `due_at` is the next breach of a running clock and `clock` that clock's letter; `paused` means that the
    ticket has clocks and all of them stand. `state_observed` and `idle_observed` mark instants that were derived from
    successive looks: they read "at least". `scope` is "in", or the reason for which the ticket left the queue.
    """

    id: int
    source: str
    key: str
    number: str
    badge: str
    title: str
    priority: int
    state: State
    status: str
    group: str
    """The group's name, its identifier where the name is not known, "" for none."""
    owner: str
    """The owner's name, their identifier where the name is not known, "" for nobody."""
    due_at: int
    clock: str
    paused: bool
    idle_since: int
    idle_observed: bool
    state_since: int
    state_observed: bool
    created_at: int
    updated_at: int
    bounces: int
    reopens: int
    alike_count: int
    """How many other open tickets are like this one."""
    vip: bool
    is_open: bool
    scope: str
    rev: int
    pending: tuple[str, ...] = ()
    """The fields that are shown as this user wants them and the platform has not confirmed; where such a value is text
    it ends in `^`."""
    trouble: str = ""
    """Why a change of this user's waits for their decision, "" where none does."""
    deciding: bool = False
    """Something was asked for just now, and is not on the disk yet."""
    others: str = ""
    """What colleagues who share the team's store have on its way here, in words; "" for nothing."""

    @property
    def ref(self) -> TicketRef:
        """Names the ticket beyond this cache."""
        return TicketRef(self.source, self.key)


LIKES = 20
"""How many similar tickets a page names."""


class AlikeRow(NamedTuple):
    """A similar open ticket and how similar it is: `score` from 0 to 1."""

    row: Row
    score: float


class PersonCard(NamedTuple):
    """Who a person is, as far as the ticket's source knows; every field but `name` may be ""."""

    key: str
    name: str
    email: str = ""
    phone: str = ""
    title: str = ""
    zone: str = ""
    vip: bool = False


@dataclass(frozen=True, slots=True)
class TicketDetail:
    """One ticket whole.

    `activity` is newest first and was read from the platform at `activity_at` (0: not yet; our clock); the ticket has
    changed since where `activity_stale`. `clocks` has the running ones first, soonest breach first. `events` counts
    what happened by `EventKind` value. `data_at` is the instant the source's data is good for.
    """

    row: Row
    kind: str
    body: str
    url: str
    priority_name: str
    category: str
    channel: str
    tags: tuple[str, ...]
    linked: tuple[str, ...]
    organisation: str
    requester: PersonCard | None
    owner: PersonCard | None
    solved_at: int
    closed_at: int
    last_public_at: int
    last_customer_at: int
    scope_at: int
    activity_at: int
    activity_stale: bool
    data_at: int
    clocks: tuple[Clock, ...] = ()
    activity: tuple[Activity, ...] = ()
    events: dict[str, int] = field(default_factory=dict)
    alike: tuple[AlikeRow, ...] = ()
    """The open tickets that are most like it, `LIKES` at most."""
    alike_more: int = 0
    """How many more are like it."""


class SourceHealth(NamedTuple):
    """How one source does.

    `health` is ok, paced, offline, signin, garbled, starting or stopped, and has been since `since`; `words` is the
    platform's own account of the last trouble, outside text. `data_at` is the instant the cached data is good for;
    `next_try` when sync will ask again. `phase` is reference, open, history or live, with `done` of `total` (0:
    unknown) in it. `poll` is in seconds; `skew` is the platform's clock minus ours, in seconds. `quarantined` counts
    its records that could not be read.
    """

    name: str
    platform: str
    label: str
    badge: str
    health: str
    words: str
    since: int
    next_try: int
    last_ok: int
    data_at: int
    failures: int
    poll: int
    account: str
    role: str
    feed: str
    skew: int
    sees: tuple[str, ...]
    cannot: tuple[str, ...]
    phase: str
    done: int
    total: int
    quarantined: int = 0


class ViewCount(NamedTuple):
    """How many tickets a view holds, and how many of them have breached or will within the risk window.

    `sure` is false while a first pull may still change the figure.
    """

    n: int = 0
    risk: int = 0
    sure: bool = True

    @property
    def text(self) -> str:
        """The figure as it is told."""
        return f"{'' if self.sure else '~'}{self.n}"


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a group of rows begins in a grouped list: `start` is the index of its first row, `count` its rows."""

    label: str
    start: int
    count: int


def no_ids() -> array[int]:
    """An empty list of ids (64 bit)."""
    return array("q")


@dataclass(frozen=True, slots=True)
class Listing:
    """A whole view: every id in order, as of the cache revision `rev`. `headings` is empty where nothing is grouped."""

    ids: array[int] = field(default_factory=no_ids)
    rev: int = 0
    headings: tuple[Heading, ...] = ()


class Changes(NamedTuple):
    """What the cache changed after a revision, up to `rev`.

    `ids` were written (they may have entered or left any view), `removed` are gone from the cache. `everything` says
    that too much changed, or the file itself, to be worth telling one by one: ask anew.
    """

    rev: int
    ids: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    everything: bool = False


class Quarantined(NamedTuple):
    """A record that could not be read: where it came from, why, and its raw text (outside text)."""

    source: str
    feed: str
    key: str
    reason: str
    raw: str
    at: int
