"""What is really so, in words of no platform: tests compare what a client has pulled with this."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from helpdesk_tui.sandbox.desk import LiveDesk
from helpdesk_tui.sandbox.model import Event, SlaClock, Ticket, World

_SETTLED = {"solved", "closed"}


class BadFilter(ValueError):
    """A query asked for something that means nothing; the message names it."""


def row(world: World, ticket: Ticket, *, events: bool = False, clocks: list[SlaClock] | None = None) -> dict[str, Any]:
    """One ticket as it is. Instants are seconds UTC; people are logins and e-mails, groups names."""
    requester, owner = world.people[ticket.requester], world.people.get(ticket.owner)
    group = world.groups[ticket.group]
    found: dict[str, Any] = {
        "platform": ticket.platform, "n": ticket.n, "kind": ticket.kind, "title": ticket.title, "body": ticket.body,
        "requester": requester.uid, "requester_email": requester.email, "owner": ticket.owner,
        "owner_name": owner.name if owner else "", "owner_email": owner.email if owner else "",
        "group": ticket.group, "group_name": group.name, "project": ticket.moved_to or group.project,
        "priority": ticket.priority, "state": ticket.state, "created": ticket.created, "updated": ticket.updated,
        "solved": ticket.solved, "closed": ticket.closed, "revision": ticket.revision, "reopened": ticket.reopened,
        "bounced": ticket.bounced, "category": ticket.category, "tags": list(ticket.tags), "twin": ticket.twin,
        "in_scope": ticket.in_scope, "deleted": ticket.deleted, "forbidden": ticket.forbidden,
        "moved_to": ticket.moved_to, "marks": ticket.marks,
    }  # fmt: skip
    if events:
        found["events"] = [event_row(event) for event in ticket.events]
    if clocks is not None:
        found["clocks"] = [clock_row(clock) for clock in clocks]
    return found


def event_row(event: Event) -> dict[str, Any]:
    """One event as it is."""
    return {
        "eid": event.eid, "at": event.at, "actor": event.actor, "kind": event.kind, "old": event.old, "new": event.new,
        "text": event.text,
    }  # fmt: skip


def clock_row(clock: SlaClock) -> dict[str, Any]:
    """One SLA clock as the plain method has it."""
    return {
        "metric": clock.metric, "started": clock.started, "target": clock.target, "elapsed": clock.elapsed,
        "due": clock.due, "paused_since": clock.paused_since, "ended": clock.ended, "breached": clock.breached,
        "calendar": clock.calendar,
    }  # fmt: skip


def _flag(value: str) -> bool:
    if value not in ("0", "1", "true", "false"):
        raise BadFilter(f"{value!r} is neither 0 nor 1")
    return value in ("1", "true")


def _whole(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise BadFilter(f"{value!r} is no whole number") from None


def _state(value: str) -> Callable[[Ticket], bool]:
    states = set(value.split(","))
    return lambda ticket: ticket.state in states


def _open(value: str) -> Callable[[Ticket], bool]:
    wanted = _flag(value)
    return lambda ticket: (ticket.state not in _SETTLED) is wanted


def _owner(value: str) -> Callable[[Ticket], bool]:
    if value in ("none", "any"):
        return lambda ticket: bool(ticket.owner) is (value == "any")
    number = _whole(value)
    return lambda ticket: ticket.owner == number


def _visible(value: str) -> Callable[[Ticket], bool]:
    wanted = _flag(value)
    return lambda ticket: (ticket.in_scope and not ticket.deleted and not ticket.forbidden) is wanted


def _equal(name: str) -> Callable[[str], Callable[[Ticket], bool]]:
    def make(value: str) -> Callable[[Ticket], bool]:
        numbers = {_whole(part) for part in value.split(",")}
        return lambda ticket: getattr(ticket, name) in numbers

    return make


def _is(name: str) -> Callable[[str], Callable[[Ticket], bool]]:
    def make(value: str) -> Callable[[Ticket], bool]:
        wanted = _flag(value)
        return lambda ticket: getattr(ticket, name) is wanted

    return make


def _since(value: str) -> Callable[[Ticket], bool]:
    instant = _whole(value)
    return lambda ticket: ticket.updated >= instant


FILTERS: Mapping[str, Callable[[str], Callable[[Ticket], bool]]] = {
    "state": _state,
    "open": _open,
    "owner": _owner,
    "visible": _visible,
    "n": _equal("n"),
    "group": _equal("group"),
    "priority": _equal("priority"),
    "in_scope": _is("in_scope"),
    "deleted": _is("deleted"),
    "forbidden": _is("forbidden"),
    "since": _since,
}
"""What `select` can be asked by. `visible`: in scope, not deleted, not forbidden; `open`: neither solved nor closed."""


def select(desk: LiveDesk, query: Mapping[str, str]) -> Iterator[Ticket]:
    """The tickets of a desk that fit every filter, by ordinal. Raises BadFilter.

    Asked for open ones or for one state before closed, it looks at the unsettled only, whatever the size of the desk.
    """
    tests = []
    for name, value in query.items():
        if name not in FILTERS:
            raise BadFilter(f"unknown filter {name!r}; there are {', '.join(FILTERS)}")
        tests.append(FILTERS[name](value))
    unsettled = query.get("open") in ("1", "true") or ("state" in query and "closed" not in query["state"].split(","))
    if "n" in query:
        found = (desk.get(_whole(part)) for part in query["n"].split(","))
        return (ticket for ticket in found if ticket is not None and all(test(ticket) for test in tests))
    source = sorted(desk.unsettled(), key=lambda ticket: ticket.n) if unsettled else desk.by_number()
    keep_deleted = query.get("deleted") in ("1", "true")
    if unsettled and keep_deleted:
        source = desk.by_number()
    return (ticket for ticket in source if all(test(ticket) for test in tests))
