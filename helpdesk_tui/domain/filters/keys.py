"""The keys of the filter language: one table that the grammar, the completion, the explanation and the manual read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import NamedTuple

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.sla.causes import Cause
from helpdesk_tui.domain.tickets import State


class Kind(Enum):
    """What may follow a key's colon."""

    WORDS = auto()
    """One of the key's own words and nothing else."""
    NAME = auto()
    """A name the platforms use, or one of the key's own words."""
    COUNT = auto()
    """A whole number or a range of them."""
    ELAPSED = auto()
    """A duration that has passed: always compared."""
    AHEAD = auto()
    """An instant to come: a duration from now, a day, or one of the key's own words."""
    BEHIND = auto()
    """An instant gone by: a duration ago or a day."""


class Key(NamedTuple):
    """One key: `words` are the values with a fixed meaning, each with what it says; `reserved` those that come later.

    `says` begins the explanation ("the owner is"), `meaning` is the manual's sentence.
    """

    name: str
    kind: Kind
    says: str
    meaning: str
    aliases: tuple[str, ...] = ()
    words: Mapping[str, str] = MappingProxyType({})
    reserved: Mapping[str, str] = MappingProxyType({})
    examples: tuple[str, ...] = ()
    top: int = 1_000_000
    """The largest number that makes sense."""


STALLED_AFTER = 4 * 3600
"""Seconds without anything from our side after which a ticket counts as stalled."""

RISK_WINDOW = 30 * 60
"""Seconds before a breach from which a ticket counts as at risk."""

MISSED_WITHIN = 7 * 86_400
"""Seconds for which a missed clock is looked back on."""

LATE_PAUSE = 15 * 60
"""A clock that was paused with no more seconds than this left of it is worth a look."""

_IS = {
    "open": "open",
    "closed": "closed for good",
    "solved": "solved",
    "new": "new",
    "pending": "waiting for the customer",
    "hold": "waiting for someone else",
    "unassigned": "without an owner",
    "vip": "a VIP's",
    "reopened": "reopened",
    "stalled": "open, not waiting for the customer, and without anything from our side for over 4h",
    "breached": "past the due time of a running clock",
    "atrisk": "within 30m of a breach, or past it",
    "paused": "with every clock paused",
    "paused-late": "with every clock paused, one of them in its last 15 minutes",
    "missed": "one of which a clock was missed in the last 7 days",
    "dup": "like another open ticket",
    "waiting": "open, and the customer waits for our answer",
}

_STATES = {
    State.NEW.value: "begun by nobody",
    State.OPEN.value: "being worked",
    State.PENDING.value: "waiting for the customer",
    State.HOLD.value: "waiting for a vendor, a change or another team",
    State.SOLVED.value: "solved, and the customer may still come back",
    State.CLOSED.value: "final",
}

_SCOPES = {
    "in": "in the queue's scope",
    "left": "moved out of scope",
    "deleted": "deleted on the platform",
    "forbidden": "no longer permitted to be seen",
}

_DRIFTS = {
    "calendar": "other hours, holidays or zone",
    "pause": "a pause that one side counts and the other does not",
    "policy": "another target or start",
    "unexplained": "something that is not known",
    "untold": "that the platform gives no instant",
}

_NONE = {"none": "none"}

_PROPERTIES = (
    Key("is", Kind.WORDS, "it is", "A property of the ticket.", words=_IS, examples=("is:open", "is:new,reopened")),
    Key(
        "owner",
        Kind.NAME,
        "the owner is",
        "Who it is assigned to: the beginning of any part of the name, a login or an e-mail address.",
        aliases=("assignee",),
        words={
            "none": "nobody",
            "me": "you",
            "absent": "somebody who is absent now",
            "offshift": "somebody who is not on shift now",
        },
        examples=("owner:none", "owner:okafor", 'owner:"Dana K."', "owner:absent,offshift"),
    ),
    Key(
        "group",
        Kind.NAME,
        "the group is",
        "The assignment group or queue, by the beginning of any word of its name.",
        words=_NONE,
        examples=("group:network,apps",),
    ),
    Key(
        "p",
        Kind.COUNT,
        "the priority is",
        "Priority from 1 (most urgent) to 5.",
        aliases=("priority",),
        words=_NONE,
        examples=("p:1", "p:1..2", "p:none"),
        top=5,
    ),
    Key("state", Kind.WORDS, "it is", "The state in the desk's words.", words=_STATES, examples=("state:hold",)),
    Key(
        "status",
        Kind.NAME,
        "its status is",
        "The state in the platform's own words, by the beginning of any word.",
        words=_NONE,
        examples=('status:"in progress"',),
    ),
    Key(
        "source",
        Kind.NAME,
        "the source is",
        "Where it comes from: the source's name, its platform or its badge.",
        aliases=("platform",),
        examples=("source:zendesk", "source:SN"),
    ),
)

_TIMES = (
    Key(
        "due",
        Kind.AHEAD,
        "the next breach is",
        "The next breach of a running clock; `<2h` has the overdue ones in it.",
        words={"none": "not in sight, for no clock runs", "overdue": "past already"},
        examples=("due:<2h", "due:>1d", "due:today", "due:overdue", "due:none"),
    ),
    Key(
        "left",
        Kind.ELAPSED,
        "left by its calendar is",
        "Time to the next breach by the calendar that counts that clock, wall time where none is known.",
        examples=("left:<2h",),
    ),
    Key("idle", Kind.ELAPSED, "idle on our side for", "Time without anything from our side.", examples=("idle:>4h",)),
    Key("age", Kind.ELAPSED, "its age is", "Time since it was created.", examples=("age:>3d", "age:<1h")),
    Key("instate", Kind.ELAPSED, "in its state for", "Time since the state last changed.", examples=("instate:>5d",)),
    Key(
        "updated",
        Kind.BEHIND,
        "it was changed",
        "The last change on the platform.",
        examples=("updated:today", "updated:<2h", "updated:2026-11-20..2026-11-22"),
    ),
    Key(
        "created", Kind.BEHIND, "it was created", "When it was opened.", examples=("created:yesterday", "created:>30d")
    ),
    Key(
        "missed",
        Kind.BEHIND,
        "a clock of it was missed",
        "When a clock ended too late, or was due and runs on.",
        examples=("missed:today", "missed:<30d"),
    ),
    Key(
        "clock",
        Kind.WORDS,
        "the clock that breaches next is",
        "Which clock breaches next, by its letter in the CK column or its name.",
        aliases=("ck",),
        words={metric.value: f"{metric.value.replace('_', ' ')} ({metric.letter})" for metric in Metric},
        examples=("clock:F", "clock:resolution"),
    ),
    Key(
        "cause",
        Kind.WORDS,
        "it missed a clock in the last 7 days, and why is",
        "A clock was missed in the last 7 days, and what was said to be the cause (`x` sets it).",
        words={"none": "not yet said", **{cause.value: cause.words for cause in Cause}},
        examples=("cause:none", "cause:vendor,owner"),
    ),
    Key(
        "drift",
        Kind.WORDS,
        "platform and team differ over a clock by",
        "The platform's due time of a clock is another than by the team's own policies, by what that comes from.",
        words=_DRIFTS,
        examples=("drift:calendar",),
    ),
)

_FACTS = (
    Key(
        "key",
        Kind.NAME,
        "its number is",
        "The number people call it by, or a Jira project.",
        aliases=("number",),
        examples=("key:INC0048213", "key:DESK"),
    ),
    Key("kind", Kind.NAME, "its kind is", "Incident, request, task, problem …", examples=("kind:incident",)),
    Key("tag", Kind.NAME, "its tags have", "A tag or label, whole.", words=_NONE, examples=("tag:vip", "!tag:spam")),
    Key(
        "category",
        Kind.NAME,
        "its category is",
        "The platform's category, by the beginning of any word.",
        words=_NONE,
        examples=("category:hardware",),
    ),
    Key(
        "org",
        Kind.NAME,
        "the organisation is",
        "The client or department of the requester.",
        aliases=("organisation", "organization", "client"),
        words=_NONE,
        examples=("org:acme",),
    ),
    Key(
        "requester",
        Kind.NAME,
        "the requester is",
        "Who asked, as for `owner`.",
        aliases=("caller",),
        examples=("requester:duval",),
    ),
    Key(
        "bounced",
        Kind.COUNT,
        "times it was passed on:",
        "How often it was passed on to another group or owner.",
        aliases=("bounces",),
        examples=("bounced:>=3", "bounced:≥3x"),
    ),
    Key(
        "reopened",
        Kind.COUNT,
        "times it was reopened:",
        "How often it was reopened.",
        aliases=("reopens",),
        examples=("reopened:>1",),
    ),
    Key(
        "alike",
        Kind.COUNT,
        "open tickets like it:",
        "How many other open tickets are like it.",
        aliases=("like",),
        examples=("alike:>1",),
    ),
    Key(
        "scope",
        Kind.WORDS,
        "it is",
        "Whether it is still in the queue's scope; without this key only those that are.",
        words=_SCOPES,
        examples=("scope:left,deleted",),
    ),
)

KEYS: Mapping[str, Key] = {key.name: key for key in (*_PROPERTIES, *_TIMES, *_FACTS)}
"""Every key by its first name, in the manual's order."""

BY_NAME: Mapping[str, Key] = {name: key for key in KEYS.values() for name in (key.name, *key.aliases)}
"""Every key by each of its names."""

CLOCK_LETTERS: Mapping[str, str] = {metric.letter.lower(): metric.value for metric in Metric}
"""The metric behind a letter of the CK column, in lower case."""
