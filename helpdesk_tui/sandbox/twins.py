"""The same trouble reported on two platforms."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from random import Random

from helpdesk_tui.sandbox.model import Platform, Ticket

_SHARE = 80


def pair(one: Ticket, other: Ticket) -> None:
    """Make `other` the same trouble as `one`: same words, same requester, each naming the other."""
    other.title, other.body, other.requester, other.category = one.title, one.body, one.requester, one.category
    one.twin, other.twin = f"{other.platform}:{other.n}", f"{one.platform}:{one.n}"
    if other.events[0].actor == other.requester:
        return
    first = other.events[0]
    other.events = (type(first)(first.eid, first.at, one.requester, "created", first.old, first.new), *other.events[1:])


def link(living: Mapping[Platform, list[Ticket]], seed: int) -> None:
    """Pair the newest VPN tickets over the platforms, and one in eighty of the others with its neighbour in time."""
    chance = Random(seed * 13 + 5)
    ours, others = living["servicenow"], [*living["jira"], *living["zendesk"]]
    lines = [[t for t in tickets[-60:] if "vpn" in t.tags and not t.twin] for tickets in (ours, others)]
    for one, other in zip(*lines, strict=False):
        pair(one, other)
    if not others:
        return
    others.sort(key=lambda ticket: (ticket.created, ticket.n))
    instants = [ticket.created for ticket in others]
    for one in chance.sample(ours, len(ours) // _SHARE):
        other = others[min(bisect_left(instants, one.created), len(others) - 1)]
        if not one.twin and not other.twin and one.priority > 1:
            pair(one, other)
