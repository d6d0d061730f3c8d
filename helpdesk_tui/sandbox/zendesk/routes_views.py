"""Views: lists of them, their tickets, and counts that are not there at the first look."""

from __future__ import annotations

from helpdesk_tui.sandbox.zendesk.account import Call, Json, Reply
from helpdesk_tui.sandbox.zendesk.errors import not_found, too_many
from helpdesk_tui.sandbox.zendesk.paging import in_memory, page
from helpdesk_tui.sandbox.zendesk.routes_tickets import ticket_page
from helpdesk_tui.sandbox.zendesk.text import offset_stamp, stamp
from helpdesk_tui.sandbox.zendesk.tickets import ticket_json
from helpdesk_tui.sandbox.zendesk.views import all_views, blank, conditions_of, tickets_of

_COUNTS_MOST = 20


def views(call: Call) -> Json:
    """GET /views, /views/active and /views/compact."""
    found = [view for view in all_views(call) if call.query.get("active") != "false"]
    if call.path.endswith("/compact"):
        rows = found[:32]
        return {"views": rows, "next_page": None, "previous_page": None, "count": len(rows)}
    return page(call, "views", in_memory(found, _ident), lambda some: some)


def _ident(row: Json) -> tuple[int, ...]:
    number = row["id"]
    return (number,) if isinstance(number, int) else (0,)


def _one(call: Call) -> Json:
    for row in all_views(call):
        if row["id"] == call.numbers["view"]:
            return row
    raise not_found()


def view(call: Call) -> Json:
    """GET /views/{id}."""
    return {"view": _one(call)}


def views_many(call: Call) -> Json:
    """GET /views/show_many."""
    wanted = set(call.many())
    rows = [row for row in all_views(call) if row["id"] in wanted]
    return {"views": rows, "next_page": None, "previous_page": None, "count": len(rows)}


def views_search(call: Call) -> Json:
    """GET /views/search, by words of the title."""
    words = (call.query.get("query") or "").lower().split()
    rows = [row for row in all_views(call) if all(word in str(row["title"]).lower() for word in words)]
    return page(call, "views", in_memory(rows, _ident), lambda some: some)


def views_count(call: Call) -> Json:
    """GET /views/count."""
    return {"count": {"value": len(all_views(call)), "refreshed_at": offset_stamp(call.account.now)}}


def view_tickets(call: Call) -> Json:
    """GET /views/{id}/tickets."""
    return ticket_page(call, tickets_of(call, _one(call)))


def view_execute(call: Call) -> Json:
    """GET /views/{id}/execute: rows of the view's columns with a partial ticket each."""
    found = _one(call)
    columns = found["execution"]["columns"] if isinstance(found["execution"], dict) else []
    rows: list[Json] = []
    for ticket in tickets_of(call, found)[:100]:
        whole = ticket_json(call, ticket)
        kept = ("id", "subject", "description", "status", "type", "priority", "url")
        rows.append(
            {
                "subject": ticket.title,
                "requester_id": whole["requester_id"],
                "created": whole["created_at"],
                "updated": whole["updated_at"],
                "group_id": whole["group_id"],
                "assignee_id": whole["assignee_id"],
                "ticket": {key: whole[key] for key in kept},
            }
        )
    answer: Json = {"rows": rows, "columns": columns, "groups": [], "view": found}
    return answer | {"next_page": None, "previous_page": None, "count": len(rows)}


def _count_row(call: Call, row: Json) -> Json:
    """A view's count: the first look only starts the counting."""
    number = row["id"]
    told: Json = {"view_id": number, "url": call.link(f"/views/{number}/count")}
    looked = call.account.kept.setdefault("view counts", {})
    if not isinstance(number, int) or number not in looked:
        looked[_ident(row)[0]] = {}
        return told | {"value": None, "pretty": "...", "fresh": False, "active": True}
    value = len(tickets_of(call, row))
    pretty = str(value) if value < 100 else f"~{round(value, -2 if value >= 1000 else -1)}"
    return told | {"value": value, "pretty": pretty, "fresh": True, "active": True}


def view_count(call: Call) -> Json:
    """GET /views/{id}/count."""
    return {"view_count": _count_row(call, _one(call))}


def view_counts(call: Call) -> Json:
    """GET /views/count_many, at most twenty at once. One public client names the parameter after the path."""
    wanted = call.many() or call.many("count_many")
    if len(wanted) > _COUNTS_MOST:
        raise too_many(_COUNTS_MOST)
    return {"view_counts": [_count_row(call, row) for row in all_views(call) if row["id"] in wanted]}


def view_create(call: Call) -> Reply:
    """POST /views."""
    wanted = call.inner("view")
    number = 6_164_000_000_026 + call.account.serial() * 128
    made = blank(call, number, str(wanted.get("title", "")), conditions_of(wanted))
    made |= {"created_at": stamp(call.account.now), "updated_at": stamp(call.account.now)}
    call.account.kept.setdefault("views", {})[number] = made
    return Reply({"view": made}, 201, {"Location": str(made["url"])})
