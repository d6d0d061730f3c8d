"""Tickets in the platform's shape, and what can be sent along with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.zendesk import ids, people, sla, statuses
from helpdesk_tui.sandbox.zendesk.account import Call, Json
from helpdesk_tui.sandbox.zendesk.edits import own_values
from helpdesk_tui.sandbox.zendesk.history import channel, words
from helpdesk_tui.sandbox.zendesk.measures import metric_set, ticket_dates
from helpdesk_tui.sandbox.zendesk.text import stamp

_MONTH = 30 * 86_400


_LETTERS = "0123456789ABCDEFGHJKLMNPQRVWXYZ"


def encoded(number: int) -> str:
    """The form of a ticket's number that mail subjects carry."""
    value, text = number * 2_654_435_761 % (1 << 53), ""
    for _ in range(10):
        value, place = divmod(value, len(_LETTERS))
        text += _LETTERS[place]
    return f"{text[:6]}-{text[6:]}"


def scrubbed(call: Call, ticket: Ticket) -> bool:
    """Whether a deleted ticket's words are gone: after thirty days, and at once where it was deleted for good."""
    return ticket.deleted and (ticket.n % 2 == 0 or ticket.updated < call.account.now - _MONTH)


def last_update(call: Call, ticket: Ticket) -> int:
    """`updated_at` in seconds: the system's scrubbing moves `generated_timestamp` and not this."""
    if not scrubbed(call, ticket):
        return ticket.updated
    return max((event.at for event in ticket.events if event.kind != "deleted"), default=ticket.created)


def ticket_json(call: Call, ticket: Ticket) -> Json:
    """A ticket without sideloads."""
    world, gone = call.account.world, scrubbed(call, ticket)
    requester = world.people.get(ticket.requester)
    own = own_values(call.account, ticket)
    subject = "SCRUBBED" if gone else ticket.title
    return {
        "url": call.link(f"/tickets/{ticket.n}"),
        "id": ticket.n,
        "encoded_id": encoded(ticket.n),
        "external_id": ticket.marks.get("external_id") or ticket.twin or None,
        "via": channel(ticket),
        "created_at": stamp(ticket.created),
        "updated_at": stamp(last_update(call, ticket)),
        "generated_timestamp": ticket.updated,
        "type": statuses.TYPES[ticket.kind],
        "subject": subject,
        "raw_subject": subject,
        "description": "X" if gone else ticket.body,
        "priority": statuses.PRIORITIES.get(ticket.priority),
        "status": statuses.status(ticket),
        "recipient": None,
        "requester_id": ids.user(ticket.requester),
        "submitter_id": ids.user(ticket.requester),
        "assignee_id": ids.user(ticket.owner) if ticket.owner else None,
        "organization_id": ids.organisation(requester.organisation) if requester and requester.organisation else None,
        "group_id": ids.group(ticket.group) if ticket.group else None,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": None,
        "problem_id": int(ticket.marks["problem_id"]) if ticket.marks.get("problem_id") else None,
        "has_incidents": ticket.kind == "problem",
        "is_public": True,
        "due_at": ticket.marks.get("due_at") or None,
        "tags": [] if gone else sorted({tag.replace(" ", "_").lower() for tag in ticket.tags}),
        "custom_fields": own,
        "satisfaction_rating": {"score": "offered" if ticket.state in ("solved", "closed") else "unoffered"},
        "sharing_agreement_ids": [],
        "custom_status_id": statuses.custom_status(ticket),
        "fields": own,
        "followup_ids": [],
        "ticket_form_id": ids.FORM,
        "brand_id": ids.BRAND,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
        "support_type": "agent",
    }


def with_embeds(call: Call, ticket: Ticket) -> Json:
    """A ticket with those sideloads that sit inside it."""
    row, wanted = ticket_json(call, ticket), call.includes
    if "slas" in wanted:
        row["slas"] = {"policy_metrics": sla.policy_metrics(call.account, ticket)}
    if "metric_sets" in wanted:
        row["metric_set"] = metric_set(call, ticket)
    if "dates" in wanted:
        row["dates"] = ticket_dates(ticket)
    if "comment_count" in wanted:
        row["comment_count"] = sum(words(ticket, event) is not None for event in ticket.events)
    if "incident_counts" in wanted:
        row["incident_count"] = 0
    return row


def ticket_list(call: Call, tickets: Sequence[Ticket], name: str = "tickets") -> Json:
    """Tickets with every sideload asked for."""
    return {name: [with_embeds(call, ticket) for ticket in tickets]} | beside(call, tickets)


def beside(call: Call, tickets: Iterable[Ticket]) -> Json:
    """The sideloads that come as lists of their own: each record once."""
    answer: Json = {}
    wanted, world, some = call.includes, call.account.world, list(tickets)
    if "users" in wanted:
        uids = {uid for ticket in some for uid in (ticket.requester, ticket.owner) if uid in world.people}
        answer["users"] = [people.user_json(call, world.people[uid]) for uid in sorted(uids)]
    if "groups" in wanted:
        gids = {ticket.group for ticket in some if ticket.group in world.groups}
        answer["groups"] = [people.group_json(call, world.groups[gid]) for gid in sorted(gids)]
    if "organizations" in wanted:
        persons = [world.people[ticket.requester] for ticket in some if ticket.requester in world.people]
        oids = sorted({person.organisation for person in persons if person.organisation in world.organisations})
        answer["organizations"] = [people.organisation_json(call, world.organisations[oid]) for oid in oids]
    if "brands" in wanted:
        answer["brands"] = [{"id": ids.BRAND, "name": "Service Desk", "active": True, "default": True}]
    return answer
