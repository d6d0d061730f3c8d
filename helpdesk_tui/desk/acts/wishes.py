"""The wishes a coordinator can have of tickets, each a value that says what it means for one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from helpdesk_tui.desk.acts.act import Subject, Wanted, Wish
from helpdesk_tui.domain.choices import Choice, Demand, Transition
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.tickets import State

NOBODY = "nobody"
MERGE = "merge"
"""The kind of link that closes a ticket for good, of a platform that has it."""
STATES: Mapping[str, State] = {
    "open": State.OPEN,
    "pending": State.PENDING,
    "hold": State.HOLD,
    "solved": State.SOLVED,
    "closed": State.CLOSED,
    "new": State.NEW,
}
"""The words for what a status means, on every platform."""
MATRIX = {(1, 1): 1, (1, 2): 2, (2, 1): 2, (1, 3): 3, (2, 2): 3, (3, 1): 3, (2, 3): 4, (3, 2): 4, (3, 3): 5}
"""The priority that impact and urgency come to where nobody set up another table: ITIL's."""


class _Internal:
    """A wish that only the desk reads of."""

    __slots__ = ()

    @property
    def public(self) -> bool:
        """Customers read nothing of it."""
        return False


@dataclass(frozen=True, slots=True)
class Assign(_Internal):
    """To a person, by their identifier on each source; `keys` is empty for nobody."""

    name: str
    keys: Mapping[str, str] = field(default_factory=dict)
    nobody: bool = False
    but: str = ""
    """Why they should not have it: told, never silent."""

    @property
    def words(self) -> str:
        """What is wanted."""
        but = f" ({self.but})" if self.but else ""
        return "take the owner away" if self.nobody else f"assign to {self.name}{but}"

    def of(self, subject: Subject) -> Wanted:
        """The owner, where the person has a login."""
        if self.nobody:
            return {"owner": ""}
        key = self.keys.get(subject.row.source, "")
        return {"owner": key} if key else f"no login of {self.name} on {subject.row.badge}"


@dataclass(frozen=True, slots=True)
class Move(_Internal):
    """To a group, by its identifier on each source. The owner goes where they are not of that group: `members` has the
    people of it, by source."""

    name: str
    keys: Mapping[str, str]
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What is wanted."""
        return f"move to {self.name}"

    def of(self, subject: Subject) -> Wanted:
        """The group, and nobody for an owner who is not in it."""
        source = subject.row.source
        key = self.keys.get(source, "")
        if not key:
            return f"no group {self.name} on {subject.row.badge}"
        owner, members = subject.values.get("owner", ""), self.members.get(source, frozenset())
        leaves = bool(owner and members and owner not in members) and subject.values.get("group") != key
        return {"group": key} | ({"owner": ""} if leaves else {})


@dataclass(frozen=True, slots=True)
class Status(_Internal):
    """Into what a word means (`state`), or into one of the platform's own (`status`), with what that demands.

    `known` has the statuses there are on a source, for tickets of which the platform was not asked; a source that is
    not in it may have any.
    """

    state: State | None = None
    status: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What is wanted."""
        return f"set to {self.status or self.state}"

    def way(self, subject: Subject) -> Transition | str | None:
        """The transition on this ticket, why there is none, or None where the platform has not been asked."""
        known = subject.choices
        if known is None:
            return None
        found = known.to(self.status) if self.status else next(iter(known.meaning(self.state or State.OPEN)), None)
        if found or not known.limited:
            return found
        ways = ", ".join(one.status for one in known.transitions)
        offers = f"; it offers {ways}" if ways else ""
        return f"{subject.row.badge} offers no way to {self.status or self.state} from {subject.row.status}{offers}"

    def demands(self, subject: Subject) -> tuple[Demand, ...]:
        """What the platform demands with it and was not given."""
        way = self.way(subject)
        return tuple(one for one in way.missing if not self.given.get(one.field)) if isinstance(way, Transition) else ()

    def of(self, subject: Subject) -> Wanted:
        """The status and what goes with it."""
        way = self.way(subject)
        if isinstance(way, str):
            return way
        if way is None:
            there = self.known.get(subject.row.source, ())
            if self.status and there and self.status.casefold() not in map(str.casefold, there):
                return f"{subject.row.badge} has no status {self.status}; it has {', '.join(there)}"
            return {"status": self.status} if self.status else {"state": str(self.state)}
        if missing := self.demands(subject):
            closed = next((one for one in missing if not one.fillable), None)
            words = ", ".join(one.label or one.field for one in missing)
            return f"demands {words}" + (", which only the platform's own page can give" if closed else "")
        takes = {one.field for one in way.demands}
        return {"status": way.status, **{name: value for name, value in self.given.items() if name in takes}}


@dataclass(frozen=True, slots=True)
class Priority(_Internal):
    """A priority of 1 to 5; where it is computed, impact and urgency that come to it."""

    level: int
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What is wanted."""
        told = ", ".join(f"{name} {value}" for name, value in self.given.items())
        return f"set {told}" if told else f"set priority {self.level}"

    def of(self, subject: Subject) -> Wanted:
        """The priority in the platform's way."""
        known = subject.choices
        if known is None:
            return {"priority": str(self.level)}
        if known.computed:
            return dict(self.given) or from_matrix(known.computed, subject.values, self.level)
        if not known.priorities:
            return {"priority": str(self.level)}
        if known.priority_field == "priority":
            values = [one.value for one in known.priorities]
            return {"priority": str(self.level)} if str(self.level) in values else f"has no priority {self.level}"
        one = nearest(known.priorities, self.level)
        return {known.priority_field: one.value} if one else f"has no priority {self.level}"


def nearest(priorities: Sequence[Choice], level: int) -> Choice | None:
    """The platform's own priority of this level: they are given most urgent first."""
    return priorities[level - 1] if 0 < level <= len(priorities) else None


def from_matrix(computed: Sequence[Demand], values: Mapping[str, str], level: int) -> Wanted:
    """Impact and urgency that come to a priority, the impact kept where that goes."""
    names = [one.field for one in computed]
    if set(names) != {"impact", "urgency"}:
        return f"its priority is computed from {', '.join(names)}"
    steps = {one.field: [choice.value for choice in one.choices] for one in computed}
    pairs = [pair for pair, comes in MATRIX.items() if comes == level]
    pairs = [pair for pair in pairs if pair[0] <= len(steps["impact"]) and pair[1] <= len(steps["urgency"])]
    if not pairs:
        return f"impact and urgency never come to {level}"
    now = values.get("impact", "")
    kept = [pair for pair in pairs if steps["impact"][pair[0] - 1] == now]
    impact, urgency = (kept or pairs)[0]
    return {"impact": steps["impact"][impact - 1], "urgency": steps["urgency"][urgency - 1]}


@dataclass(frozen=True, slots=True)
class Tags(_Internal):
    """Tags to add and to take away."""

    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What is wanted."""
        return "tag " + " ".join([*(f"+{tag}" for tag in self.add), *(f"-{tag}" for tag in self.drop)])

    def of(self, subject: Subject) -> Wanted:  # noqa: ARG002
        """Both lists."""
        lists = {"tags+": "\n".join(self.add), "tags-": "\n".join(self.drop)}
        return {name: value for name, value in lists.items() if value}


@dataclass(frozen=True, slots=True)
class Say:
    """Text on a ticket: seen by the desk only, or (`public`) by the customer."""

    text: str
    public: bool = False

    @property
    def words(self) -> str:
        """What is wanted."""
        return "public reply" if self.public else "internal note"

    def of(self, subject: Subject) -> Wanted:  # noqa: ARG002
        """The text."""
        text = self.text.strip()
        return ({"reply": text} if self.public else {"note": text}) if text else "there is no text"


@dataclass(frozen=True, slots=True)
class Link(_Internal):
    """As a duplicate of, or otherwise linked to, another ticket; across platforms an internal note says it."""

    to: Row
    kind: str = "duplicate"

    @property
    def words(self) -> str:
        """What is wanted."""
        return f"link as {self.kind} to {_number(self.to)}"

    def of(self, subject: Subject) -> Wanted:
        """The link in the platform's own kind of it, or the note."""
        if subject.row.ref == self.to.ref:
            return "is the one they are linked to"
        if subject.row.source != self.to.source:
            return {"note": f"{self.kind.capitalize()} of {_number(self.to)} ({self.to.badge})"}
        kinds = subject.choices.link_kinds if subject.choices else ()
        fits = [one for one in kinds if self.kind in (one.value.casefold(), one.word.casefold())]
        fits = fits or [one for one in kinds if self.kind in one.word.casefold()]
        if kinds and not fits:
            return f"{subject.row.badge} has no link of the kind {self.kind}"
        return {"link": self.to.key, "link_kind": fits[0].value if fits else self.kind}


@dataclass(frozen=True, slots=True)
class Merge(_Internal):
    """Into another ticket, for good: it is closed, and the other goes on. Only where the platform can do that."""

    into: Row

    @property
    def words(self) -> str:
        """What is wanted."""
        return f"MERGE into {_number(self.into)}, closed for good, nobody can take it back"

    def of(self, subject: Subject) -> Wanted:
        """The merge, or what can be done in its place."""
        row = subject.row
        if row.ref == self.into.ref:
            return "is the one they are merged into"
        if row.source != self.into.source:
            return f"{row.badge} cannot merge into {self.into.badge}; link it (d) and close it (s)"
        if self.into.state is State.CLOSED:
            return f"{_number(self.into)} is closed: nothing can be merged into it"
        if subject.choices is None:
            return f"{row.badge} has not told yet whether it merges; it is asked, try again in a moment"
        if not any(one.value == MERGE for one in subject.choices.link_kinds):
            return f"{row.badge} has no merge; link it (d) and close it (s)"
        return {"link": self.into.key, "link_kind": MERGE}


@dataclass(frozen=True, slots=True)
class Fields(_Internal):
    """Fields by name, as a form gave them."""

    values: Mapping[str, str]

    @property
    def words(self) -> str:
        """What is wanted."""
        return "set " + ", ".join(self.values)

    def of(self, subject: Subject) -> Wanted:  # noqa: ARG002
        """The fields."""
        return dict(self.values)


@dataclass(frozen=True, slots=True)
class Several:
    """Wishes that go together, such as a macro's; none of them where one cannot be."""

    name: str
    wishes: tuple[Wish, ...]

    @property
    def public(self) -> bool:
        """Whether one of them is."""
        return any(wish.public for wish in self.wishes)

    @property
    def words(self) -> str:
        """What is wanted."""
        return self.name

    def of(self, subject: Subject) -> Wanted:
        """Everything at once; texts of one kind follow each other."""
        whole: dict[str, str] = {}
        for wish in self.wishes:
            wanted = wish.of(subject)
            if isinstance(wanted, str):
                return wanted
            for name, value in wanted.items():
                joins = name in ("note", "reply", "tags+", "tags-") and name in whole
                gap = "\n" if name.startswith("tags") else "\n\n"
                whole[name] = f"{whole[name]}{gap}{value}" if joins else value
        return whole


def _number(row: Row) -> str:
    return f"{row.badge}-{row.number}" if row.number.isdigit() else row.number
