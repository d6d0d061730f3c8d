"""Search: 1,000 results by number, everything by cursor with `export`; the index lags behind the tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from helpdesk_tui.sandbox.model import State, Ticket
from helpdesk_tui.sandbox.zendesk import errors, ids, statuses
from helpdesk_tui.sandbox.zendesk.account import Call, Json
from helpdesk_tui.sandbox.zendesk.listing import readable
from helpdesk_tui.sandbox.zendesk.paging import Rows, address, in_memory
from helpdesk_tui.sandbox.zendesk.people import group_json, organisation_json, user_json
from helpdesk_tui.sandbox.zendesk.query import Search, holds, only_unsettled, parse, updated_floor
from helpdesk_tui.sandbox.zendesk.tickets import ticket_json

T = TypeVar("T", Json, Ticket)
_SHOWN = 1000
_EXPORTED = 1000


def _as_indexed(call: Call, ticket: Ticket) -> Ticket | None:
    """The ticket as the index knows it: its status as it was a moment ago, and nothing of one just created."""
    limit = call.account.now - call.account.settings.index_lag
    if ticket.updated <= limit:
        return ticket
    if ticket.created > limit:
        return None
    fresh = next((e for e in ticket.events if e.at > limit and e.kind in ("status", "reopened")), None)
    if fresh is None or fresh.old not in statuses.ORDER:
        return ticket
    state: State = fresh.old  # type: ignore[assignment]
    return replace(ticket, state=state)


def _found(call: Call, search: Search) -> list[Ticket]:
    return [t for t in _candidates(call, search) if holds(call.account, search, t)]


def _candidates(call: Call, search: Search) -> Iterator[Ticket]:
    """Tickets worth looking at; with conditions on living ones only, those closed within the index's lag as well."""
    desk, now = call.account.desk, call.account.now
    if only_unsettled(search):
        every: Iterator[Ticket] = iter(desk.unsettled())
        late = (t for t in desk.by_update((now - call.account.settings.index_lag, 0)) if t.state == "closed")
        for ticket in late:
            known = _as_indexed(call, ticket)
            if known is not None and readable(ticket):
                yield known
    else:
        every = desk.by_update((updated_floor(call.account, search) - 1, 0))
    for ticket in every:
        if readable(ticket):
            known = _as_indexed(call, ticket)
            if known is not None:
                yield known


_SORTS: dict[str, Callable[[Ticket], tuple[int, ...]]] = {
    "updated": lambda t: (t.updated, t.n),
    "created": lambda t: (t.created, t.n),
    "priority": lambda t: (-t.priority, t.n),
    "status": lambda t: (statuses.ORDER.index(t.state), t.n),
    "ticket_type": lambda t: (len(t.kind), t.n),
}


def _results(call: Call) -> list[Json | Ticket]:
    search = parse(call.query.get("query") or "")
    found: list[Json | Ticket] = []
    if search.kind in ("", "ticket"):
        named = (call.query.get("sort_by") or search.sort_by).removesuffix("_at")
        key = _SORTS.get(named, _SORTS["created"])
        order = call.query.get("sort_order") or search.sort_order or "desc"
        tickets = sorted(_found(call, search), key=key, reverse=order != "asc")
        found.extend(tickets)
    if search.kind != "ticket":
        found += _others(call, search)
    return found


def _others(call: Call, search: Search) -> list[Json]:
    world = call.account.world
    words = [term.value.lower() for term in search.terms if term.name in ("", "name", "email", "role")]
    kinds: list[tuple[str, list[Json]]] = [
        ("user", [user_json(call, p) for p in world.people.values()] if search.kind == "user" or words else []),
        ("group", [group_json(call, g) for g in call.account.groups()]),
        ("organization", [organisation_json(call, o) for o in world.organisations.values()]),
    ]
    return [
        row | {"result_type": kind}
        for kind, rows in kinds
        if search.kind in ("", kind)
        for row in rows
        if all(word in f"{row.get('name')} {row.get('email')} {row.get('role')}".lower() for word in words)
    ]


def _shown(call: Call, row: Json | Ticket) -> Json:
    if isinstance(row, dict):
        return row
    return ticket_json(call, row) | {"result_type": "ticket"}


def search(call: Call) -> Json:
    """GET /search."""
    if not call.query.get("query"):
        raise errors.invalid_attribute("query", "Invalid parameter: query is missing")
    size = max(1, min(100, call.number("per_page", 100)))
    place = max(1, call.number("page", 1))
    if (place - 1) * size >= _SHOWN:
        raise errors.search_too_deep()
    found = _results(call)
    start = (place - 1) * size
    rows = found[start : min(start + size, _SHOWN)]
    more = start + size < len(found)
    return {
        "results": [_shown(call, row) for row in rows],
        "facets": None,
        "next_page": address(call, page=place + 1) if more else None,
        "previous_page": address(call, page=place - 1) if place > 1 else None,
        "count": len(found),
    }


def search_count(call: Call) -> Json:
    """GET /search/count."""
    return {"count": len(_results(call))}


def search_export(call: Call) -> Json:
    """GET /search/export: one kind of record, newest first, by cursor; `prev` is always null."""
    kind, query = call.query.get("filter[type]"), call.query.get("query") or ""
    if kind not in ("ticket", "user", "group", "organization"):
        raise errors.invalid_attribute("filter[type]", "Invalid parameter: filter[type] is missing or unknown")
    wanted = parse(query)
    if wanted.kind not in ("", kind):
        words = "Invalid search: the type of the query is not that of the filter"
        raise errors.Refusal(422, {"error": "invalid", "description": words})
    size = max(1, min(_EXPORTED, call.number("page[size]", 100)))
    text = call.query.get("page[after]")
    after = ids.unpack(text) if text else ()
    if after is None:
        raise errors.bad_cursor("page[after]")
    wanted.kind = kind
    if kind == "ticket":
        tickets = in_memory(_found(call, wanted), lambda t: (-t.created, -t.n))
        return _export_page(call, tickets, after, size)
    return _export_page(call, in_memory(_others(call, wanted), _ident), after, size)


def _ident(row: Json) -> tuple[int, ...]:
    number = row["id"]
    return (number,) if isinstance(number, int) else (0,)


def _export_page(call: Call, rows: Rows[T], after: tuple[int, ...], size: int) -> Json:
    found = list(islice(rows.walk(after, False), size + 1))
    more, found = len(found) > size, found[:size]
    last = ids.pack(*rows.key(found[-1])) if found else None
    return {
        "results": [_shown(call, row) for row in found],
        "facets": None,
        "meta": {"has_more": more, "after_cursor": last, "before_cursor": None},
        "links": {"prev": None, "next": address(call, **{"page[after]": last, "page[size]": size}) if last else None},
    }
