"""What happened to a ticket and when, without the words; and what was written on it, with them.

Instants are integer seconds since the epoch, UTC.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class EventKind(StrEnum):
    """The kinds of event every clock, count and column is computed from."""

    CREATED = "created"
    STATUS = "status"
    GROUP = "group"
    OWNER = "owner"
    PRIORITY = "priority"
    PUBLIC_REPLY = "public reply"
    CUSTOMER_MESSAGE = "customer message"
    NOTE = "note"
    CLOSED = "closed"
    REOPENED = "reopened"


class Event(NamedTuple):
    """One thing that happened to one ticket. A tuple, because there are more of them than of anything else.

    `ident` is unique within (source, ticket) and the same each time the event is read. For status events `old` and
    `new` are values of `State` where the platform's history allows it, else the platform's own words; for group and
    owner they are identifiers. `automatic` marks what a rule did rather than a person. `observed` marks an event
    derived from two successive looks: it happened at `at` or before.
    """

    source: str
    ticket: str
    ident: str
    kind: EventKind
    at: int
    actor: str = ""
    old: str = ""
    new: str = ""
    automatic: bool = False
    observed: bool = False


class ActivityKind(StrEnum):
    """Who can read an entry, and who wrote it."""

    PUBLIC = "public"
    """By the desk, to the customer."""
    CUSTOMER = "customer"
    INTERNAL = "work note"
    SYSTEM = "system"


class Activity(NamedTuple):
    """One entry of a ticket's conversation or history, with its words as plain text just as the platform gave them."""

    source: str
    ticket: str
    ident: str
    kind: ActivityKind
    at: int
    author: str
    """The person's identifier on the platform; "" where it is not known."""
    author_name: str
    text: str
