"""A ticket's events made ready for every metric: in order, one step an instant, mended where they say too little.

Events that share an instant happened at once: those of the status are put in their own order where `old` and `new`
tell it, else all of them hold together and the fold's precedence decides. What is said to have happened before the
ticket was made happened at its making.

What happened and when it happened are kept apart: the first, the *shape*, is the same for thousands of tickets, so it
is worked out once (see `fold`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from helpdesk_tui.domain.events import Event, EventKind
from helpdesk_tui.domain.tickets import State, Ticket

CREATED, REPLY, MESSAGE, REGROUPED = 1, 2, 4, 8
"""What a step may hold, as bits."""

_STATES = frozenset(state.value for state in State)
_DONE = frozenset(state.value for state in State if not state.is_open)
_NEW, _OPEN, _CLOSED = State.NEW.value, State.OPEN.value, State.CLOSED.value
_ALIKE = {state: _DONE if state in _DONE else frozenset((state,)) for state in _STATES}
_ALIKE[_NEW] = _ALIKE[_OPEN] = frozenset((_NEW, _OPEN))
_STATUS, _ENDED, _AGAIN = EventKind.STATUS.value, EventKind.CLOSED.value, EventKind.REOPENED.value
_STATUS_KINDS = frozenset((_STATUS, _ENDED, _AGAIN))
_PRIORITY = EventKind.PRIORITY.value
_CREATED, _ASIDE = EventKind.CREATED.value, -1
_CODES = {
    **dict.fromkeys(_STATUS_KINDS, 0),
    EventKind.PUBLIC_REPLY.value: REPLY,
    EventKind.CUSTOMER_MESSAGE.value: MESSAGE,
    EventKind.GROUP.value: REGROUPED,
}


class Happening(NamedTuple):
    """An event as far as clocks care: see `domain.events.Event`. The order of fields is the order of sorting."""

    at: int
    kind: str
    old: str = ""
    new: str = ""
    actor: str = ""
    automatic: bool = False
    observed: bool = False


class Facts(NamedTuple):
    """What clocks need of a ticket's own row. `state` is a `State` value, "" where it is not known."""

    created_at: int
    state: str = ""
    priority: int = 0
    group: str = ""
    requester: str = ""
    solved_at: int = 0
    closed_at: int = 0
    updated_at: int = 0


Sign = tuple[int, int, str, str, bool]
"""One event of a shape: (rank, code, old, word, observed).

`rank` is the place of its instant; `code` a bit from above, 0 for a change of status from `old` to `word` (a state or a
platform's word, lower case). For REGROUPED, `word` is "" where the group is none.
"""

Shape = tuple[Sign, ...]


class Step(NamedTuple):
    """All that happened to a ticket at one instant, whose place is `at`.

    `kinds` are bits; `statuses` the states or platform words that hold from then on, several only where their order
    cannot be told; `group` is "" or the rank to look the group up by. `observed` says that it rests on successive
    looks: it happened then or before.
    """

    at: int
    kinds: int
    statuses: tuple[str, ...]
    group: str
    observed: bool


class History(NamedTuple):
    """A ticket's past: its shape, the distinct instants in order (the first is its making), the groups by rank, and its
    priority with every change of it as (at, old, new), 0 for none. Empty `instants`: nothing is known.
    """

    shape: Shape
    instants: tuple[int, ...]
    groups: dict[str, str]
    priority: int
    priorities: tuple[tuple[int, int, int], ...] = ()
    by_desk: bool = False
    """Whether it is known that somebody else than its requester made the ticket."""


def facts_of(ticket: Ticket) -> Facts:
    """The facts of a ticket."""
    return Facts(
        ticket.created_at, ticket.state.value, ticket.priority, ticket.group, ticket.requester,
        ticket.solved_at, ticket.closed_at, ticket.updated_at,
    )  # fmt: skip


def happenings(events: Iterable[Event]) -> list[Happening]:
    """Events as happenings. Observed ones that the platform's own history repeats are to be left out before."""
    return [
        Happening(each.at, each.kind.value, each.old, each.new, each.actor, each.automatic, each.observed)
        for each in events
    ]


def history(facts: Facts, events: Iterable[Happening]) -> History:
    """Everything the metrics need of a ticket; the same whatever order the events come in."""
    ordered = sorted(events)
    created = facts.created_at or _made(ordered)
    if not created:
        return History((), (), {}, facts.priority)
    found = _signs(facts, created, ordered)
    missing = _untold(facts, created, found.last)
    if missing is not None:
        found = _signs(facts, created, sorted([*ordered, missing]))
    groups = found.groups
    groups.setdefault("0", facts.group)
    begun = found.begun if found.last is not None else facts.state
    first = (0, CREATED, "+" if groups["0"] else "", begun if begun in _STATES else "", not facts.created_at)
    shape = (first, *found.signs)
    return History(shape, tuple(found.instants), groups, facts.priority, tuple(found.priorities), found.by_desk)


class _Signs:
    """What one pass over the events finds."""

    __slots__ = ("begun", "by_desk", "groups", "instants", "last", "priorities", "signs")

    def __init__(self, created: int) -> None:
        self.instants = [created]
        self.signs: list[Sign] = []
        self.groups: dict[str, str] = {}
        self.priorities: list[tuple[int, int, int]] = []
        self.last: Happening | None = None
        self.begun = ""
        self.by_desk = False


def _signs(facts: Facts, created: int, ordered: list[Happening]) -> _Signs:
    """One pass over the events in order: the hot path, so it is plain and long rather than short and many."""
    found = _Signs(created)
    instants, put, requester = found.instants, found.signs.append, facts.requester
    latest, rank = created, 0
    for each in ordered:
        at, kind, old, new, actor, automatic, observed = each
        code, word = _CODES.get(kind, _ASIDE), ""
        if code == 0:
            if found.last is None:
                found.begun = old
            found.last = each
            word = new if kind == _STATUS and new in _STATES else _word(kind, new)
        elif code == _ASIDE:
            if kind == _PRIORITY:
                found.priorities.append((at, _rank(old), _rank(new)))
            elif kind == _CREATED:
                found.by_desk = bool(actor and requester and actor != requester)
            continue
        elif code == REGROUPED:
            word = "+" if new else ""
            found.groups.setdefault("0", old)
        elif code == REPLY:
            if automatic:
                continue
            if requester and actor == requester:
                code = MESSAGE
        if at > latest:
            instants.append(at)
            latest, rank = at, rank + 1
        if code == REGROUPED:
            found.groups[str(rank)] = new
        put((rank, code, "" if code else old, word, observed))
    return found


def priority_at(past: History, at: int) -> int:
    """The priority that held at an instant; a change at that very instant counts already."""
    for changed_at, old, _ in past.priorities:
        if changed_at > at:
            return old or past.priority
    return past.priority


@lru_cache(maxsize=1_000)
def steps(shape: Shape) -> tuple[Step, ...]:
    """The steps of a shape, the ticket's making first; `at` is the rank of the instant."""
    found: list[Step] = []
    place = 0
    before: tuple[str, ...] = ()
    while place < len(shape):
        rank, start = shape[place][0], place
        while place < len(shape) and shape[place][0] == rank:
            place += 1
        step = _step(shape[start:place], before)
        before = step.statuses or before
        found.append(step)
    return tuple(found)


def _step(together: Shape, before: tuple[str, ...]) -> Step:
    """The step that the events of one instant make."""
    kinds, group = 0, ""
    rank, first, old, word, _ = together[0]
    if first == CREATED:
        group = "0" if old else ""
        before = (word,) if word else ()
    changes: list[tuple[str, str]] = []
    for place, code, earlier, later, _ in together:
        kinds |= code
        if code == REGROUPED:
            group = str(place) if later else ""
        elif not code:
            changes.append((earlier.casefold(), later))
    statuses = _settled(changes, before) or (before if first == CREATED else ())
    return Step(rank, kinds, statuses, group, any(each[4] for each in together))


def _settled(changes: list[tuple[str, str]], before: tuple[str, ...]) -> tuple[str, ...]:
    """What holds after changes of status at one instant: the end of their chain, or every one that may be it."""
    left = sorted({(old, new) for old, new in changes if new and (old != new or len(changes) == 1)})
    if len(left) < 2:
        return tuple(new for _, new in left)
    chain, here = list(left), before[0] if len(before) == 1 else ""
    while step := next((each for each in chain if each[0] == here), None):
        chain.remove(step)
        here = step[1]
    if not chain:
        return (here,)
    olds, news = {old for old, _ in left}, {new for _, new in left}
    return tuple(sorted((news - olds) or news))


def _made(ordered: list[Happening]) -> int:
    """When the ticket was made where its row does not say: its first event."""
    return next((each.at for each in ordered if each.at > 0), 0)


def _untold(facts: Facts, created: int, last: Happening | None) -> Happening | None:
    """The change of status that the row implies and no event tells, if there is one.

    It is put at the instant the row gives for it, else at the ticket's last change: the latest it can have been.
    """
    state = facts.state
    word = _word(last.kind, last.new) if last is not None else _OPEN
    done = state in _DONE
    if state not in _STATES or word in _ALIKE[state] or (word not in _STATES and not done):
        return None
    stamp = (facts.solved_at or facts.closed_at) if done else 0
    at = stamp or (facts.updated_at if facts.updated_at > created else 0)
    if not at or (last is not None and at < last.at):
        return None
    return Happening(at, _STATUS, word if last is not None else _NEW, state, observed=not stamp)


def _word(kind: str, new: str) -> str:
    """The state or platform word that a change of status led to, lower case."""
    new = new.casefold()
    if kind == _ENDED:
        return new if new in _DONE else _CLOSED
    if kind == _AGAIN:
        return new if new in _STATES and new not in _DONE else _OPEN
    return new


def _rank(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
