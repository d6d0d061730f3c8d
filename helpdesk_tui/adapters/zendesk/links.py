"""Linking a ticket to another.

Zendesk knows one link between tickets: incidents of a problem. Any other is said in a note with the other's number,
which agents can follow. Merging closes a ticket for good, which cannot be taken back: it is done where just that is
asked for (see `merging`), and never what any other kind of link comes to.
"""

from __future__ import annotations

from pydantic import ValidationError

from helpdesk_tui.adapters.zendesk.api import NOT_THERE, Api
from helpdesk_tui.adapters.zendesk.bodies import Body
from helpdesk_tui.adapters.zendesk.wire import TicketRow
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.errors import Garbled, Refused

PROBLEM = frozenset({"problem", "parent", "caused_by"})
"""Kinds that mean that the other ticket is this one's cause, where it is a problem."""
_SAID = {
    "duplicate": "Duplicate of #{n} (not merged).",
    "parent": "Belongs to #{n}.",
    "child": "#{n} belongs to this one.",
    "caused_by": "Caused by #{n}.",
    "causes": "Causes #{n}.",
    "blocks": "Blocks #{n}.",
    "blocked_by": "Blocked by #{n}.",
}


async def linked(api: Api, change: Change, body: Body) -> Body:
    """The body of an update that links too. Raises Refused where there is nothing to link to, or no way."""
    number, kind = change.desired["link"], change.desired.get("link_kind", "") or "related"
    here, other = await ticket(api, change.key), await other_ticket(api, change)
    is_problem = other.type == "problem"
    if kind == "problem" and not is_problem:
        raise Refused(f"#{number} is no problem, so nothing can be an incident of it")
    if kind in PROBLEM and is_problem and here.type in ("", "incident"):
        if here.problem_id not in (None, other.id):
            raise Refused(f"it is an incident of #{here.problem_id} already")
        return {**body, "type": "incident", "problem_id": other.id}
    if "comment" in body:
        raise Refused("Zendesk takes one comment at a time: link and write one after the other")
    words = _SAID.get(
        kind, "Related: #{n}." if kind == "related" else f"{kind.replace('_', ' ').capitalize()}: #{{n}}."
    )
    return {**body, "comment": {"body": words.replace("{n}", number), "public": False}}


async def other_ticket(api: Api, change: Change) -> TicketRow:
    """The ticket a change names beside its own. Raises Refused where there is none."""
    number = change.desired["link"]
    if not number.isdecimal() or len(number) > 15 or number == change.key:
        raise Refused(f"there is no other ticket #{number}")
    return await ticket(api, number)


async def ticket(api: Api, number: str) -> TicketRow:
    """A ticket as it is now. Raises Refused for one that may not be read."""
    try:
        return TicketRow.model_validate((await api.get(f"tickets/{number}")).get("ticket"))
    except ValidationError:
        raise Garbled("an answer without the ticket that was asked for") from None
    except Refused as error:
        if error.status not in NOT_THERE:
            raise
        raise Refused(f"there is no ticket #{number} that may be read", status=error.status) from None
