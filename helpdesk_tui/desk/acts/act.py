"""What a coordinator does to tickets, as values: a wish becomes an `Act`, which says in words what will happen to how
many tickets of which platform, which tickets cannot and why, and what has to be confirmed. Screens and commands share
it; nothing here is decided yet: `Intents.enqueue` decides the changes of an act.

Instants are integer seconds UTC.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import NamedTuple, Protocol

from helpdesk_tui.data.read.facts import Facts
from helpdesk_tui.desk.acts.deciding import change_for
from helpdesk_tui.domain.changes import APPENDING, Change, items
from helpdesk_tui.domain.choices import Choices
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.tickets import State

ONE_LINE = 10
"""More tickets than this are confirmed by a line with counts."""
BY_NUMBER = 50
"""More than this are confirmed by typing their number; so is public text on more than one."""
Wanted = Mapping[str, str] | str
"""What is wanted of one ticket, in the vocabulary of `domain.changes`; or why it cannot be had."""
_COLUMNS = {"owner": "owner", "group": "group", "state": "status", "status": "status", "priority": "priority"}
TEXTS = ("note", "reply")


@dataclass(frozen=True, slots=True)
class Subject:
    """A ticket with what an act has to know: the row as shown now, the platform's values beneath it, our changes on
    their way, what its platform allows, and the row as the user saw it (None: they did not)."""

    row: Row
    facts: Facts
    pending: tuple[Change, ...] = ()
    choices: Choices | None = None
    seen: Row | None = None
    requester: str = ""
    members: frozenset[str] | None = None
    """Who is of its group; None where nobody knows."""

    @property
    def number(self) -> str:
        """What people call it, with the platform's badge where it is a bare number."""
        return f"{self.row.badge}-{self.row.number}" if self.row.number.isdigit() else self.row.number

    @property
    def values(self) -> Mapping[str, str]:
        """Its fields as they will be once what is on its way has arrived."""
        known = dict(self.facts.values)
        for change in self.pending:
            if not change.state.needs_user:
                known |= {name: value for name, value in change.desired.items() if name not in APPENDING}
        return known


class Wish(Protocol):
    """Something wanted of tickets. `words` says what, as in "assign to Sato"."""

    @property
    def words(self) -> str:
        """What is wanted, for the user."""

    @property
    def public(self) -> bool:
        """Whether customers may get to read what it writes."""

    def of(self, subject: Subject) -> Wanted:
        """What that means for one ticket."""


class Cannot(NamedTuple):
    """A ticket that is left alone, and why."""

    row: Row
    number: str
    why: str


class Ask(Enum):
    """How an act is confirmed."""

    NOTHING = auto()
    """Held five seconds; that is enough."""
    LINE = auto()
    """One line with counts, answered by y."""
    NUMBER = auto()
    """The number of tickets is typed."""
    REVIEW = auto()
    """The public text is shown: y send, e edit, q keep draft."""


@dataclass(frozen=True, slots=True)
class Act:
    """A wish on these tickets. `changes` are not decided yet; `rows` are the tickets they change."""

    wish: Wish
    changes: tuple[Change, ...] = ()
    rows: tuple[Row, ...] = ()
    cannot: tuple[Cannot, ...] = ()
    public: int = 0
    """On how many tickets it puts text that customers read."""
    held_by: Mapping[str, str] = field(default_factory=dict)
    """Number of a ticket to the colleague who has something on its way there, and what."""
    outside: Mapping[str, str] = field(default_factory=dict)
    """Number of a ticket to its group, where the owner it gets is not of that group: the platform may refuse them."""

    @property
    def final(self) -> bool:
        """Whether nobody can take it back once it is sent: it closes tickets for good."""
        return any(change.closes for change in self.changes)

    @property
    def ask(self) -> Ask:
        """What has to be confirmed."""
        many = len(self.rows)
        if self.final:
            return Ask.NUMBER if many > 1 else Ask.LINE
        if many > BY_NUMBER or self.public > 1:
            return Ask.NUMBER
        if self.public:
            return Ask.REVIEW
        return Ask.LINE if many > ONE_LINE else Ask.NOTHING

    @property
    def counts(self) -> str:
        """The tickets by platform: `1 SN, 2 ZD`."""
        return badges(self.rows)

    @property
    def why_not(self) -> str:
        """Which tickets are left alone, by reason: `2 closed; 1 no login on ZD`."""
        reasons = Counter(one.why for one in self.cannot)
        return "; ".join(f"{count} {why}" for why, count in reasons.items())

    @property
    def words(self) -> str:
        """What will happen, in one line."""
        if not self.rows:
            only = self.cannot[0] if len(self.cannot) == 1 else None
            return f"{only.number}: {only.why}" if only else f"nothing to do: {self.why_not or 'no ticket'}"
        told = f"{self.wish.words}: {subjects(self.rows)}"
        told += f", PUBLIC text on {self.public}" if self.public else ""
        rest = f"; left alone: {self.why_not}" if self.cannot else ""
        alone = len(self.rows) == 1
        others = "".join(
            f"; @ {what}" if alone else f"; {number}: {what}" for number, what in list(self.held_by.items())[:2]
        )
        return told + self._outsider + rest + others

    @property
    def _outsider(self) -> str:
        """That the new owner is not of the group, where the wish does not say so itself."""
        if not self.outside or "not in " in self.wish.words:
            return ""
        if len(self.outside) == len(self.rows) and len(set(self.outside.values())) == 1:
            return f"; NOT IN {next(iter(self.outside.values()))}"
        return f"; NOT IN the group of {len(self.outside)} of them"


def badges(rows: Iterable[Row]) -> str:
    """How many tickets of which platform: `1 SN, 2 ZD`."""
    return ", ".join(f"{count} {badge}" for badge, count in Counter(row.badge for row in rows).items())


def subjects(rows: Sequence[Row]) -> str:
    """The tickets in a few words: the number of a single one, else how many of which platform."""
    if len(rows) == 1:
        return f"{rows[0].badge}-{rows[0].number}" if rows[0].number.isdigit() else rows[0].number
    return f"{counted(len(rows), 'ticket')} ({badges(rows)})"


def plan(wish: Wish, tickets: Iterable[Subject], now: int, others: Mapping[tuple[str, str], str] | None = None) -> Act:
    """The act that a wish comes to on these tickets. `others` tells by source and key what colleagues have on their
    way."""
    changes: list[Change] = []
    rows: list[Row] = []
    cannot: list[Cannot] = []
    public, held, outside = 0, {}, {}
    for subject in tickets:
        wanted = _possible(subject, wish.of(subject))
        if isinstance(wanted, str):
            cannot.append(Cannot(subject.row, subject.number, wanted))
            continue
        changes += _changes(subject, wanted, now)
        rows.append(subject.row)
        public += bool(wanted.get("reply"))
        if others and (told := others.get((subject.row.source, subject.row.key))):
            held[subject.number] = told
        if _is_outside(subject, wanted):
            outside[subject.number] = subject.row.group or "its group"
    return Act(wish, tuple(changes), tuple(rows), tuple(cannot), public, held, outside)


def _is_outside(subject: Subject, wanted: Mapping[str, str]) -> bool:
    """Whether it gets an owner who is not of its group."""
    owner, known = wanted.get("owner", ""), subject.members
    return bool(owner) and known is not None and "group" not in wanted and owner not in known


def _possible(subject: Subject, wanted: Wanted) -> Wanted:
    """What is wanted, without what is so already; or why it cannot be."""
    if isinstance(wanted, str):
        return wanted
    if subject.row.scope != "in":
        return f"{subject.row.scope}: it is not in the queue any more"
    if subject.row.state is State.CLOSED:
        return "closed for good"
    if any(change.closes and not change.state.needs_user for change in subject.pending):
        return "is on its way into another; z takes that back while it is held"
    for name in wanted:
        if subject.choices and (why := subject.choices.cannot.get(name)):
            return why
        if moved := _moved(subject, name):
            return moved
    return _new(subject, wanted) or "already as you want it"


def _moved(subject: Subject, name: str) -> str:
    """What came between what the user saw and what the cache says now; "" for nothing."""
    column = _COLUMNS.get(name)
    if subject.seen is None or column is None:
        return ""
    before, now = getattr(subject.seen, column), getattr(subject.row, column)
    return "" if before == now or name in subject.row.pending else f"changed just now: {name} is {now or 'nobody'}"


def _new(subject: Subject, wanted: Mapping[str, str]) -> dict[str, str]:
    """What of it is not so already."""
    values, rest = subject.values, dict(wanted)
    has = {tag.casefold() for tag in items(values.get("tags", ""))}
    for name, there in (("tags+", True), ("tags-", False)):
        if name in rest:
            left = [tag for tag in items(rest.pop(name)) if (tag.casefold() in has) is not there]
            rest |= {name: "\n".join(left)} if left else {}
    settled = [name for name, value in rest.items() if name not in APPENDING and values.get(name) == value]
    if len(settled) < len(rest):
        # A transition goes with what it demands, whatever of that is so already.
        settled = [name for name in settled if name in ("owner", "group", "priority", "title")]
    return {name: value for name, value in rest.items() if name not in settled}


def _changes(subject: Subject, wanted: Mapping[str, str], now: int) -> list[Change]:
    """The changes for one ticket: what is said apart from what is set, for words never quarrel about a field; a public
    reply goes with the state it brings, for the customer sees both."""
    note = {name: value for name, value in wanted.items() if name == "note"}
    rest = {name: value for name, value in wanted.items() if name != "note"}
    made = [change_for(subject.row.ref, subject.facts, part, subject.pending, now) for part in (rest, note) if part]
    if len(made) > 1:
        made = [replace(change, batch=made[0].id) for change in made]
    return made
