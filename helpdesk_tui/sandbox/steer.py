"""Orders a test gives about one ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from helpdesk_tui.sandbox.company import OUTSIDE
from helpdesk_tui.sandbox.desk import LiveDesk
from helpdesk_tui.sandbox.model import PLATFORMS, State, Ticket
from helpdesk_tui.sandbox.world import LiveWorld


class BadOrder(ValueError):
    """An order that means nothing; the message says what was expected."""


_FIELDS = {"state", "group", "owner", "priority", "tags", "title", "note", "reply", "message", "marks"}
_DEEDS = {"delete", "forbid", "leave", "project", "merge", "create"}
_CREATED = {"title", "body", "requester", "group", "priority", "kind"}


def steer(world: LiveWorld, actor: int, order: Mapping[str, Any]) -> Ticket:
    """Carry out an order and return the ticket as it then is.

    `platform` and `n` name the ticket. Then either fields as of `Desk.change`, or one of: delete (true), forbid (true
    or false), leave (true: to a group out of scope), project (a Jira project key), merge (the number it goes on as), or
    create (an object as of `Desk.create`, without `n`). `actor` in the order overrides the one given. Raises BadOrder,
    and KeyError where there is no such ticket.
    """
    platform = next((name for name in PLATFORMS if name == order.get("platform")), None)
    if platform is None:
        raise BadOrder(f"platform must be one of {', '.join(PLATFORMS)}")
    unknown = set(order) - _FIELDS - _DEEDS - {"platform", "n", "actor"}
    if unknown:
        raise BadOrder(f"unknown {', '.join(sorted(unknown))}; there are {', '.join(sorted(_FIELDS | _DEEDS))}")
    actor = int(order.get("actor", actor))
    desk = world.desk(platform)
    if "create" in order:
        return _create(desk, actor, order["create"])
    n = int(order.get("n", 0))
    if order.get("delete"):
        desk.delete(n, actor)
    elif "forbid" in order:
        desk.forbid(n, forbidden=bool(order["forbid"]))
    elif order.get("leave"):
        desk.change(n, actor, group=OUTSIDE, owner=0)
    elif "project" in order:
        desk.change(n, actor, group=_serving(world, order["project"]))
    elif "merge" in order:
        desk.merge(n, int(order["merge"]), actor)
    else:
        desk.change(n, actor, **_fields(world, order))
    return desk.ledger.tickets[n]


def _serving(world: LiveWorld, project: object) -> int:
    """The first group that works in a Jira project."""
    for group in world.groups.values():
        if group.project == project:
            return group.gid
    raise BadOrder(f"no group works in project {project!r}")


def _fields(world: LiveWorld, order: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: order[name] for name in _FIELDS if name in order}
    if "state" in fields and fields["state"] not in get_args(State):
        raise BadOrder(f"state must be one of {', '.join(get_args(State))}")
    if fields.get("group", 1) not in world.groups:
        raise BadOrder(f"group must be one of {', '.join(map(str, world.groups))}")
    if fields.get("owner", 0) not in (0, *world.people):
        raise BadOrder("owner must be 0 or somebody's number")
    if fields.get("priority", 1) not in (1, 2, 3, 4):
        raise BadOrder("priority must be 1 to 4")
    if "tags" in fields:
        fields["tags"] = tuple(map(str, fields["tags"]))
    return fields


def _create(desk: LiveDesk, actor: int, given: Mapping[str, Any]) -> Ticket:
    if set(given) - _CREATED:
        raise BadOrder(f"create takes {', '.join(sorted(_CREATED))}")
    usual = {"title": "Created by a test", "body": "", "requester": 1001, "group": 1, "priority": 3, "kind": "incident"}
    return desk.create(actor, **{**usual, **given})
