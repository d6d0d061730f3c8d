"""Reading tickets: lists, single tickets, and what hangs on one of them."""

from __future__ import annotations

from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.zendesk import sla
from helpdesk_tui.sandbox.zendesk.account import Call, Json
from helpdesk_tui.sandbox.zendesk.errors import not_found
from helpdesk_tui.sandbox.zendesk.history import audit, comments, updates
from helpdesk_tui.sandbox.zendesk.listing import Live, one, readable, sorted_rows
from helpdesk_tui.sandbox.zendesk.measures import measured, metric_set
from helpdesk_tui.sandbox.zendesk.paging import Rows, in_memory, page
from helpdesk_tui.sandbox.zendesk.people import user_json
from helpdesk_tui.sandbox.zendesk.text import offset_stamp, stamp
from helpdesk_tui.sandbox.zendesk.tickets import beside, ticket_json, ticket_list, with_embeds


def tickets(call: Call) -> Json:
    """GET /tickets."""
    external = call.query.get("external_id")
    if external is not None:
        found = [t for t in call.account.desk.unsettled() if external in (t.marks.get("external_id"), t.twin)]
        return ticket_page(call, [t for t in found if readable(t)])
    return page(call, "tickets", sorted_rows(call), lambda some: ticket_list(call, some))


def ticket_page(call: Call, found: list[Ticket]) -> Json:
    """One page of these tickets, by number."""
    return page(call, "tickets", in_memory(found, lambda t: (t.n,)), lambda some: ticket_list(call, some))


def of_person(call: Call, found: list[Ticket]) -> Json:
    """Tickets of one user or organisation: those still living, as the real lists forget archived ones."""
    return ticket_page(call, [ticket for ticket in found if readable(ticket)])


def tickets_count(call: Call) -> Json:
    """GET /tickets/count."""
    return {"count": {"value": Live(call.account).count(), "refreshed_at": offset_stamp(call.account.now)}}


def ticket(call: Call) -> Json:
    """GET /tickets/{id}."""
    found = one(call.account, call.numbers["ticket"])
    return {"ticket": with_embeds(call, found)} | beside(call, [found])


def tickets_many(call: Call) -> Json:
    """GET /tickets/show_many: deleted, unknown and unreadable ones are left out without a word."""
    found = [t for t in map(call.account.desk.get, dict.fromkeys(call.many())) if t is not None and readable(t)]
    return ticket_list(call, found) | {"next_page": None, "previous_page": None, "count": len(found)}


def _number(row: Json) -> tuple[int, ...]:
    number = row["id"]
    return (number,) if isinstance(number, int) else (0,)


def _sorted(call: Call, rows: list[Json]) -> Rows[Json]:
    backward = (call.query.get("sort") or "").startswith("-") or call.query.get("sort_order") == "desc"
    return in_memory(rows, (lambda row: (-_number(row)[0],)) if backward else _number)


def ticket_comments(call: Call) -> Json:
    """GET /tickets/{id}/comments, oldest first unless sorted otherwise."""
    found = one(call.account, call.numbers["ticket"])

    def render(some: list[Json]) -> Json:
        answer: Json = {"comments": some}
        if "users" in call.includes:
            known = {event.actor for event in found.events} | {found.requester}
            people = call.account.world.people
            answer["users"] = [user_json(call, people[uid]) for uid in sorted(known) if uid in people]
        return answer

    return page(call, "comments", _sorted(call, comments(call.account, found)), render)


def comments_count(call: Call) -> Json:
    """GET /tickets/{id}/comments/count."""
    found = comments(call.account, one(call.account, call.numbers["ticket"]))
    return {"count": {"value": len(found), "refreshed_at": offset_stamp(call.account.now)}}


def ticket_audits(call: Call) -> Json:
    """GET /tickets/{id}/audits; `filter_events[]` keeps audits that hold such a line."""
    found = one(call.account, call.numbers["ticket"])
    kinds = {value for key, value in call.query.multi_items() if key in ("filter_events[]", "filter_events")}
    rows = [audit(call.account, update) for update in updates(call.account, found)]
    if kinds:
        rows = [row for row in rows if kinds & _types(row)]
    return page(call, "audits", _sorted(call, rows), lambda some: some)


def _types(row: Json) -> set[str]:
    lines = row["events"]
    return {str(line["type"]) for line in lines} if isinstance(lines, list) else set()


def ticket_audit(call: Call) -> Json:
    """GET /tickets/{id}/audits/{audit}."""
    found = one(call.account, call.numbers["ticket"])
    for update in updates(call.account, found):
        if update.ident == call.numbers["audit"]:
            return {"audit": audit(call.account, update)}
    raise not_found()


def ticket_metrics(call: Call) -> Json:
    """GET /tickets/{id}/metrics."""
    return {"ticket_metric": metric_set(call, one(call.account, call.numbers["ticket"]))}


def metric_by_id(call: Call) -> Json:
    """GET /ticket_metrics/{id}."""
    return {"ticket_metric": metric_set(call, one(call.account, measured(call.numbers["metric"])))}


def problems(call: Call) -> Json:
    """GET /problems: living tickets of that type."""
    return ticket_page(call, [t for t in call.account.desk.unsettled() if t.kind == "problem" and readable(t)])


def all_metrics(call: Call) -> Json:
    """GET /ticket_metrics, in order of creation, which makes it useless for finding changes."""
    rows = Live(call.account).by_number(descending=True)
    return page(call, "ticket_metrics", rows, lambda some: [metric_set(call, t) for t in some])


def ticket_slas(call: Call) -> Json:
    """GET /tickets/{id}/slas/policy_metrics: the newer form of instants."""
    found = one(call.account, call.numbers["ticket"])
    return {"policy_metrics": sla.policy_metrics(call.account, found, offset_form=True)}


def ticket_tags(call: Call) -> Json:
    """GET /tickets/{id}/tags."""
    return {"tags": ticket_json(call, one(call.account, call.numbers["ticket"]))["tags"]}


def ticket_related(call: Call) -> Json:
    """GET /tickets/{id}/related."""
    found = one(call.account, call.numbers["ticket"])
    archived = not Live(call.account).shows(found)
    return {
        "ticket_related": {
            "topic_id": None,
            "jira_issue_ids": [],
            "followup_source_ids": [],
            "from_archive": archived,
            "incidents": 0,
            "url": call.link(f"/tickets/{found.n}"),
        }
    }


def empty_users(call: Call) -> Json:
    """Collaborators, followers and copied addresses of a ticket: nobody here."""
    one(call.account, call.numbers["ticket"])
    return {"users": [], "next_page": None, "previous_page": None, "count": 0}


def ticket_incidents(call: Call) -> Json:
    """GET /tickets/{id}/incidents: none are linked here."""
    one(call.account, call.numbers["ticket"])
    return ticket_page(call, [])


def tickets_recent(call: Call) -> Json:
    """GET /tickets/recent: what the caller worked on last."""
    own = [t for t in call.account.desk.unsettled() if t.owner == call.caller.uid and readable(t)]
    return ticket_page(call, sorted(own, key=lambda t: -t.updated)[:5])


def deleted_tickets(call: Call) -> Json:
    """GET /deleted_tickets: deleted in the last thirty days and not yet scrubbed."""
    account = call.account
    since = account.now - 30 * 86_400
    found = [t for t in account.desk.by_update((since, 0)) if t.deleted and t.n % 2]

    def row(one_ticket: Ticket) -> Json:
        last = next((event for event in reversed(one_ticket.events) if event.kind == "deleted"), None)
        person = account.world.people.get(last.actor) if last else None
        return {
            "id": one_ticket.n,
            "subject": one_ticket.title,
            "description": one_ticket.body[:200],
            "actor": {"id": user_json(call, person)["id"], "name": person.name}
            if person
            else {"id": -1, "name": "System"},
            "deleted_at": stamp(one_ticket.updated),
            "previous_state": one_ticket.state,
        }

    rows = in_memory(found, lambda t: (t.n,))
    return page(call, "deleted_tickets", rows, lambda some: [row(t) for t in some])
