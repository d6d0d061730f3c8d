"""A page cut into parts that each fit one transaction, and the account of what storing it changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from helpdesk_tui.domain.clocks import Clock
from helpdesk_tui.domain.events import Activity, Event
from helpdesk_tui.domain.people import Group, Membership, Organisation, Person
from helpdesk_tui.domain.tickets import Departure, Ticket

T = TypeVar("T")
A = TypeVar("A", Clock, Activity)
R = TypeVar("R", Ticket, Event, Activity, Clock, Person, Departure)

LARGEST = 1 << 53
"""Integers from here on are no count, no version and no instant of anything."""
TICKETS_AT_ONCE = 500
OTHERS_AT_ONCE = 2000
"""Rows of one kind in one transaction: readers and the other writer wait no longer than this takes."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What storing a page changed. `ids` are the tickets whose rows were written under the revision `rev` (0: none).

    `new`, `changed` and `unchanged` count tickets of the page; `departed` those that left the queue by it; `events`,
    `clocks`, `activity` the tickets for which something of that kind is different now; `reference` people and the like.
    """

    ids: frozenset[int] = frozenset()
    rev: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    departed: int = 0
    events: int = 0
    clocks: int = 0
    activity: int = 0
    reference: int = 0

    @property
    def is_anything(self) -> bool:
        """Whether anything in the cache is different now."""
        parts = self.new, self.changed, self.departed, self.events, self.clocks, self.activity, self.reference
        return bool(self.ids) or any(parts)

    def __add__(self, other: Touched) -> Touched:
        """Both together; the later revision."""
        return Touched(
            self.ids | other.ids,
            max(self.rev, other.rev),
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.departed + other.departed,
            self.events + other.events,
            self.clocks + other.clocks,
            self.activity + other.activity,
            self.reference + other.reference,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """As much of a page as goes into one transaction. `started_at` is when the reading it comes from began."""

    source: str
    feed: str
    started_at: int
    now: int
    tickets: Sequence[Ticket] = ()
    departures: Sequence[Departure] = ()
    events: Sequence[Event] = ()
    activity: Sequence[Activity] = ()
    activity_whole: Collection[str] = ()
    clocks: Sequence[Clock] = ()
    clocks_whole: Collection[str] = ()
    people: Sequence[Person] = ()
    groups: Sequence[Group] = ()
    memberships: Sequence[Membership] = ()
    organisations: Sequence[Organisation] = ()
    bad: Sequence[tuple[str, str, str]] = ()


def split(page: Part) -> Iterator[Part]:
    """A page in parts, each small enough for one transaction. What belongs to one ticket stays in one part where the
    whole of it counts."""
    clocks = _by_ticket(page.clocks, page.clocks_whole)
    activity = _by_ticket(page.activity, page.activity_whole)
    few, many = TICKETS_AT_ONCE, OTHERS_AT_ONCE
    count = max(
        1,
        *(-(-len(kind) // few) for kind in (page.tickets, page.departures, clocks, activity)),
        *(-(-len(kind) // many) for kind in (page.events, page.people, page.groups)),
        *(-(-len(kind) // many) for kind in (page.memberships, page.organisations, page.bad)),
    )
    if count == 1:
        yield page
        return
    for at in range(count):
        clock_keys, activity_keys = _slice(list(clocks), at, few), _slice(list(activity), at, few)
        yield Part(
            page.source,
            page.feed,
            page.started_at,
            page.now,
            tickets=_slice(page.tickets, at, few),
            departures=_slice(page.departures, at, few),
            events=_slice(page.events, at, many),
            activity=[entry for key in activity_keys for entry in activity[key]],
            activity_whole=[key for key in activity_keys if key in page.activity_whole],
            clocks=[clock for key in clock_keys for clock in clocks[key]],
            clocks_whole=[key for key in clock_keys if key in page.clocks_whole],
            people=_slice(page.people, at, many),
            groups=_slice(page.groups, at, many),
            memberships=_slice(page.memberships, at, many),
            organisations=_slice(page.organisations, at, many),
            bad=_slice(page.bad, at, many),
        )


def storable(part: Part) -> Part:
    """A part without the records that hold a number no store can: those are bad, like records that did not parse."""
    bad = list(part.bad)

    def kept(records: Sequence[R]) -> Sequence[R]:
        sound = [one for one in records if all(map(_fits, _values(one)))]
        for one in records if len(sound) < len(records) else ():
            if one not in sound:
                key = str(getattr(one, "key", getattr(one, "ident", "")))
                bad.append((key, "a number in it is too large to be true", repr(one)))
        return sound

    return replace(
        part, tickets=kept(part.tickets), events=kept(part.events), activity=kept(part.activity),
        clocks=kept(part.clocks), people=kept(part.people), departures=kept(part.departures), bad=bad,
    )  # fmt: skip


def _values(record: Any) -> Iterable[object]:
    return record if isinstance(record, tuple) else (getattr(record, item.name) for item in fields(record))


def _fits(value: object) -> bool:
    return not isinstance(value, int) or -LARGEST < value < LARGEST


def _slice(values: Sequence[T], at: int, size: int) -> Sequence[T]:
    return values[at * size : (at + 1) * size]


def _by_ticket(values: Iterable[A], whole: Iterable[str]) -> dict[str, list[A]]:
    found: dict[str, list[A]] = {key: [] for key in whole}
    for value in values:
        found.setdefault(value.ticket, []).append(value)
    return found
