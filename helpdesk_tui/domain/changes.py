"""What a user wants changed on a platform: one change, the states it goes through, and their words.

Vocabulary of what a change asks for (`Change.desired`), the same for every platform; a value is text, a list is its
items a line each:

    owner, group       the platform's identifier, "" for nobody
    state              a `State` value: what it should mean; the platform chooses its usual word for that
    status             the platform's own word, as in `Ticket.status`; for where the exact one matters
    priority           "1" to "5"
    priority_name      the platform's own word for it
    title              text
    note, reply        text to append: seen by the desk only, or by the customer
    tags+, tags-       tags to add, tags to take away
    link, link_kind    the key of another ticket, and how it is meant: related, duplicate, parent, …
    anything else      a field by the platform's own name (close_code, resolution …)
    person             of an override: who is on call, by the platform's identifier; "-" nobody, "" no override

A change may ask for several at once where a platform demands it (a solution with its code, a reply with "pending"):
they go out in one request. Instants are integer seconds UTC, 0 for never.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from enum import StrEnum

from helpdesk_tui.domain.change_states import NEEDS_USER as NEEDS_USER
from helpdesk_tui.domain.change_states import UNFINISHED as UNFINISHED
from helpdesk_tui.domain.change_states import ChangeState as ChangeState
from helpdesk_tui.domain.tickets import TicketRef


class Kind(StrEnum):
    """What a change is aimed at."""

    TICKET = "ticket"
    OVERRIDE = "override"


class Op(StrEnum):
    """What a change does, for lists and for rules; `Change.desired` says it exactly."""

    SET = "set_fields"
    NOTE = "note"
    REPLY = "reply"
    TRANSITION = "transition"
    TAGS = "tags"
    LINK = "link"


APPENDING = frozenset({"note", "reply", "tags+", "tags-", "link", "link_kind"})
"""What is added to a ticket and overwrites nobody: it needs no base and can have no conflict."""


@dataclass(frozen=True, slots=True)
class Change:
    """One intended write.

    `desired` and `base` map names of the vocabulary to values: what is wanted, and what was seen when it was decided
    (at `seen_at`, at the ticket's version `base_version`); `base` has every name of `desired` that overwrites. What is
    desired never alters: an edit makes a new change with an id of its own. The base moves only where the user keeps
    theirs in a conflict, in which nothing was written.
    """

    id: str
    """Unique and growing with time; platforms that can keep a mark of ours get it."""
    seq: int
    """The order in which changes were decided."""
    source: str
    kind: Kind
    key: str
    field: str
    """The leading name of `desired`, which decides what it blocks and what it waits for."""
    op: Op
    desired: Mapping[str, str]
    base: Mapping[str, str] = made(default_factory=dict)
    base_version: int = 0
    seen_at: int = 0
    number: str = ""
    """What people call the ticket."""
    actor: str = ""
    """The account in whose name it goes; sent by no other."""
    host: str = ""
    """The host whose sync process may send it."""
    batch: str = ""
    """Changes that must hold together share it: if one is refused, the others are taken back."""
    undoes: str = ""
    """The id of the change that this one compensates."""
    replaces: str = ""
    """The id of the change in whose place it stands."""
    created_at: int = 0
    meant_at: int = 0
    """When the user last said that this is meant; its age counts from there."""
    not_before: int = 0
    state: ChangeState = ChangeState.QUEUED
    attempts: int = 0
    """How often it was begun to be sent."""
    looks: int = 0
    """How often it was looked for in vain since it was last sent."""
    first_sent_at: int = 0
    lease_until: int = 0
    marker: str = ""
    """What the platform calls what was made: a comment's identifier …"""
    words: str = ""
    """Why it stands where it stands: the platform's own words where it gave any. Outside text."""
    theirs: Mapping[str, str] = made(default_factory=dict)
    """In a conflict, and after a write: what the platform held."""
    theirs_by: str = ""
    """Who moved it, where the platform tells."""
    done_at: int = 0

    @property
    def ref(self) -> TicketRef:
        """The ticket it is aimed at."""
        return TicketRef(self.source, self.key)

    @property
    def target(self) -> tuple[str, str, str]:
        """What order is kept for."""
        return self.source, str(self.kind), self.key

    @property
    def overwrites(self) -> tuple[str, ...]:
        """The names in `desired` that replace something."""
        return tuple(name for name in self.desired if name not in APPENDING)

    @property
    def says(self) -> str:
        """The text it would append, "" for none."""
        return self.desired.get("note", "") or self.desired.get("reply", "")

    @property
    def closes(self) -> bool:
        """Whether nothing can be written to its ticket once it is done: it is merged into another."""
        return self.desired.get("link_kind") == "merge"

    @property
    def adds(self) -> bool:
        """Whether it adds what a ticket's values do not show: a text or a link."""
        return bool(self.says or self.desired.get("link"))


def items(value: str) -> tuple[str, ...]:
    """A list value as its items."""
    return tuple(item for item in value.split("\n") if item)


def change_id(milliseconds: int, chance: bytes = b"") -> str:
    """A UUID of version 7: unique, and ordered by time. `chance` (10 bytes) is for tests."""
    rest = chance or os.urandom(10)
    number = (milliseconds & (1 << 48) - 1) << 80 | int.from_bytes(rest, "big")
    number = number & ~(0xF << 76) | 7 << 76
    number = number & ~(0x3 << 62) | 2 << 62
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
