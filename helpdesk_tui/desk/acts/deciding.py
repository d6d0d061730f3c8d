"""Decisions as changes: what a user wants of a ticket, on what was known when they wanted it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from helpdesk_tui.data.read.facts import Facts
from helpdesk_tui.domain.changes import APPENDING, Change, Kind, Op, change_id
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.paths import host_name


def change_for(
    ticket: TicketRef, facts: Facts, desired: Mapping[str, str], pending: Sequence[Change], now: int
) -> Change:
    """A change of one ticket. Its base is what the platform said last, under what of ours is still on its way.

    A name that the cache does not hold has the base "": if the platform holds another value, it is asked about.
    """
    known = dict(facts.values)
    for change in pending:
        if not change.state.needs_user:
            known |= {name: value for name, value in change.desired.items() if name not in APPENDING}
    base = {name: known.get(name, "") for name in desired if name not in APPENDING}
    if "tags+" in desired or "tags-" in desired:
        base["tags"] = known.get("tags", "")
    field = next(iter(desired))
    return Change(
        id=change_id(now * 1000),
        seq=0,
        source=ticket.source,
        kind=Kind.TICKET,
        key=ticket.key,
        field=field,
        op=_op(desired),
        desired=dict(desired),
        base=base,
        base_version=facts.version,
        seen_at=facts.data_at,
        number=facts.number,
        actor=facts.account,
        host=host_name(),
        created_at=now,
        meant_at=now,
    )


def _op(desired: Mapping[str, str]) -> Op:
    """What a change is mainly."""
    found = {"note": Op.NOTE, "reply": Op.REPLY, "tags+": Op.TAGS, "tags-": Op.TAGS, "link": Op.LINK}
    kinds = [found.get(name, Op.TRANSITION if name in ("state", "status") else Op.SET) for name in desired]
    return next((kind for kind in (Op.REPLY, Op.NOTE, Op.TRANSITION) if kind in kinds), kinds[0])
