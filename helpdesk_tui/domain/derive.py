"""What follows from a ticket's events and clocks: the columns that platforms do not give, and events seen between two
looks.

Instants are integer seconds since the epoch, UTC; 0 means never or not known. A result that rests on successive looks
rather than on the platform's own history is marked as observed and reads "at least".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from helpdesk_tui.domain.clocks import Stage
from helpdesk_tui.domain.events import Event, EventKind
from helpdesk_tui.domain.tickets import State, Ticket

OPEN_STATES = frozenset(str(state) for state in State if state.is_open)
_STATES = frozenset(str(state) for state in State)
# As plain text: these are compared once or more for every ticket of a pull.
_NEW, _SOLVED, _CLOSED = State.NEW.value, State.SOLVED.value, State.CLOSED.value
_RUNNING, _PAUSED = Stage.RUNNING.value, Stage.PAUSED.value
_GROUP, _REOPENED = EventKind.GROUP.value, EventKind.REOPENED.value
_REPLY, _MESSAGE = EventKind.PUBLIC_REPLY.value, EventKind.CUSTOMER_MESSAGE.value
_STATE_KINDS = frozenset((EventKind.STATUS.value, EventKind.CLOSED.value, _REOPENED))
_UNNAMED = frozenset((EventKind.CLOSED.value, _REOPENED))
"""Kinds whose `new` platforms fill in differently or not at all."""


class Seen(NamedTuple):
    """What was stored of a ticket at the last look, as far as it matters for the next."""

    state: str
    status: str
    grp: str
    owner: str
    priority: int
    state_since: int
    state_since_observed: int


class Moment(NamedTuple):
    """An event, without names: what the arithmetic needs of it. `automatic` and `observed` are 0 or 1."""

    kind: str
    at: int
    old: str
    new: str
    automatic: int
    observed: int


class Running(NamedTuple):
    """A clock, as far as the next breach depends on it."""

    metric: str
    stage: str
    due_at: int


class Derived(NamedTuple):
    """The derived columns of a ticket, in the order and with the names of the `ticket` table; flags are 0 or 1."""

    is_open: int
    due_at: int
    due_metric: str
    paused: int
    state_since: int
    state_since_observed: int
    idle_since: int
    idle_observed: int
    last_public_at: int
    last_customer_at: int
    bounces: int
    reopens: int


class Facts(NamedTuple):
    """What the derivation needs of the ticket's own row. `scope` is "in" or how it left; counts are -1 where not
    kept."""

    state: str
    status: str
    scope: str
    created_at: int
    updated_at: int
    solved_at: int
    closed_at: int
    reopened: int
    bounced: int


def observe(before: Seen, now: Ticket) -> tuple[Event, ...]:
    """The events that must have happened between two looks at a ticket, at `now.updated_at` or before.

    Their `ident` names the version they were seen in, so the same two looks always give the same events. `old` and
    `new` of a status event are states where the state changed, else the platform's words.
    """
    found: list[Event] = []

    def add(kind: EventKind, old: str, new: str) -> None:
        ident = f"seen:{kind}:{now.version}"
        found.append(Event(now.source, now.key, ident, kind, now.updated_at, old=old, new=new, observed=True))

    if before.state != now.state:
        add(EventKind.STATUS, before.state, str(now.state))
    elif before.status != now.status:
        add(EventKind.STATUS, before.status, now.status)
    was_open = before.state in OPEN_STATES
    if was_open and not now.state.is_open:
        add(EventKind.CLOSED, before.state, str(now.state))
    if not was_open and now.state.is_open:
        add(EventKind.REOPENED, before.state, str(now.state))
    if before.grp != now.group:
        add(EventKind.GROUP, before.grp, now.group)
    if before.owner != now.owner:
        add(EventKind.OWNER, before.owner, now.owner)
    if before.priority != now.priority:
        add(EventKind.PRIORITY, str(before.priority), str(now.priority))
    return tuple(found)


def redundant(moment: Moment, told: Iterable[Moment]) -> bool:
    """Whether the platform's own history already holds what was observed.

    It does if its last event of that kind up to then led to the same value, or happened at that very instant.
    """
    last = max(
        (event for event in told if not event.observed and event.kind == moment.kind and event.at <= moment.at),
        key=lambda event: event.at,
        default=None,
    )
    if last is None:
        return False
    return last.new == moment.new or last.at == moment.at or moment.kind in _UNNAMED


def derive(facts: Facts, before: Seen | None, events: Collection[Moment], clocks: Sequence[Running]) -> Derived:
    """The derived columns of a ticket from its row, its events (without redundant ones) and its clocks.

    `before` is what was stored at the last look: it keeps a time in state that no event explains from starting anew.
    """
    due_at, due_metric, paused = _next_breach(clocks) if clocks else (0, "", 0)
    last = None
    public = customer = bounces = reopens = 0
    for event in events:
        kind = event.kind
        if kind in _STATE_KINDS and (last is None or event.at > last.at):
            last = event
        if kind == _REPLY:
            public = max(public, event.at)
        elif kind == _MESSAGE:
            customer = max(customer, event.at)
        elif kind == _GROUP:
            bounces += bool(event.old and event.new and event.old != event.new)
        elif kind == _REOPENED:
            reopens += 1
    state_since, state_observed = _state_since(facts, before, last)
    idle_since, idle_observed = _idle_since(facts, events)
    return Derived(
        1 if facts.scope == "in" and facts.state in OPEN_STATES else 0,
        due_at,
        due_metric,
        paused,
        state_since,
        state_observed,
        idle_since,
        idle_observed,
        public,
        customer,
        bounces if bounces > facts.bounced else facts.bounced,
        reopens if reopens > facts.reopened else facts.reopened,
    )


def _next_breach(clocks: Sequence[Running]) -> tuple[int, str, int]:
    """The earliest due instant among running clocks with its metric, and whether all live clocks are paused."""
    due_at, due_metric, running, paused = 0, "", False, False
    for clock in clocks:
        if clock.stage == _RUNNING:
            running = True
            if clock.due_at and (not due_at or (clock.due_at, clock.metric) < (due_at, due_metric)):
                due_at, due_metric = clock.due_at, clock.metric
        elif clock.stage == _PAUSED:
            paused = True
    return due_at, due_metric, int(paused and not running)


def _state_since(facts: Facts, before: Seen | None, last: Moment | None) -> tuple[int, int]:
    """Since when the ticket has been in its present status, and whether that is only "at least".

    `last`, the latest change of status in its history, says so, unless it led to another state than the present one
    (the history is behind). Without that: the instant it was solved or closed; its creation for one nobody has begun;
    what was known at the last look if the status is still the same; else its last change of any kind, since which it
    cannot have changed status.
    """
    if last is not None and (last.new not in _STATES or last.new == facts.state):
        return last.at, last.observed
    if facts.state == _CLOSED and facts.closed_at:
        return facts.closed_at, 0
    if facts.state == _SOLVED and facts.solved_at:
        return facts.solved_at, 0
    if facts.state == _NEW and last is None and facts.created_at:
        return facts.created_at, 0
    if before is not None and before.state_since and (before.state, before.status) == (facts.state, facts.status):
        return before.state_since, before.state_since_observed
    return _last_change(facts)


def _last_change(facts: Facts) -> tuple[int, int]:
    """The last change of any kind; exact only where the ticket was never changed since it was made."""
    if facts.updated_at > facts.created_at:
        return facts.updated_at, 1
    return facts.created_at, 0


def _idle_since(facts: Facts, events: Collection[Moment]) -> tuple[int, int]:
    """Since when the ticket has waited for us, and whether that is only "at least".

    That is the latest of its creation, the last thing a person did to it, and the customer's last message; what a
    rule did does not count. Without a history it has been idle at least since its last change of any kind.
    """
    since = facts.created_at
    told = False
    for event in events:
        told = told or not event.observed
        if event.at > since and (not event.automatic or event.kind == _MESSAGE):
            since = event.at
    return (since, 0) if told else _last_change(facts)
