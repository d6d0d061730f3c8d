"""Shared views: conditions over tickets. The company's own, and whatever clients add."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.zendesk import ids, statuses
from helpdesk_tui.sandbox.zendesk.account import Account, Call, Json
from helpdesk_tui.sandbox.zendesk.kept import kept_rows
from helpdesk_tui.sandbox.zendesk.listing import readable
from helpdesk_tui.sandbox.zendesk.people import FOUNDED
from helpdesk_tui.sandbox.zendesk.text import stamp

_FIRST = 6_130_852_500_026
_UNSOLVED: Json = {"field": "status", "operator": "less_than", "value": "solved"}
_STANDARD: tuple[tuple[str, list[Json]], ...] = (
    ("Your unsolved tickets", [_UNSOLVED, {"field": "assignee_id", "operator": "is", "value": "current_user"}]),
    ("Unassigned tickets", [_UNSOLVED, {"field": "assignee_id", "operator": "is", "value": ""}]),
    ("All unsolved tickets", [_UNSOLVED]),
    ("New tickets in your groups", [{"field": "status", "operator": "is", "value": "new"}]),
    ("Pending tickets", [{"field": "status", "operator": "is", "value": "pending"}]),
    ("Recently solved tickets", [{"field": "status", "operator": "is", "value": "solved"}]),
    ("Urgent and unsolved", [_UNSOLVED, {"field": "priority", "operator": "is", "value": "urgent"}]),
)
_COLUMNS: list[Json] = [
    {"id": name, "title": title, "filterable": name != "subject", "sortable": name != "subject"}
    for name, title in (
        ("subject", "Subject"),
        ("requester", "Requester"),
        ("created", "Requested"),
        ("updated", "Updated"),
        ("group", "Group"),
        ("assignee", "Assignee"),
    )
]


def blank(call: Call, number: int, title: str, conditions: Json) -> Json:
    """A view in the platform's shape."""
    return {
        "url": call.link(f"/views/{number}"),
        "id": number,
        "title": title,
        "active": True,
        "updated_at": stamp(FOUNDED),
        "created_at": stamp(FOUNDED),
        "default": False,
        "position": 10_000,
        "description": None,
        "execution": {
            "group_by": None,
            "group_order": "desc",
            "sort_by": None,
            "sort_order": "desc",
            "group": None,
            "sort": None,
            "columns": _COLUMNS,
            "fields": _COLUMNS,
            "custom_fields": [],
        },
        "conditions": conditions,
        "restriction": None,
        "raw_title": title,
    }


def all_views(call: Call) -> list[Json]:
    """Every view the caller can see: the standard ones, one for each group, and those clients made."""
    made = [
        blank(call, _FIRST + place * 128, title, {"all": rules, "any": []})
        for place, (title, rules) in enumerate(_STANDARD)
    ]
    for place, group in enumerate(call.account.world.served("zendesk"), len(_STANDARD)):
        rule: Json = {"field": "group_id", "operator": "is", "value": str(ids.group(group.gid))}
        made.append(blank(call, _FIRST + place * 128, group.name, {"all": [_UNSOLVED, rule], "any": []}))
    for place, row in enumerate(made):
        row["position"] = place
    return made + kept_rows(call, "views")


def tickets_of(call: Call, view: Json) -> list[Ticket]:
    """The tickets of a view, by number; closed ones are never looked for unless a condition asks for them."""
    account, conditions = call.account, view["conditions"]
    every = _rules(conditions, "all")
    some = _rules(conditions, "any")
    found = [
        ticket
        for ticket in _pool(account, every)
        if readable(ticket)
        and all(_meets(call, rule, ticket) for rule in every)
        and (not some or any(_meets(call, rule, ticket) for rule in some))
    ]
    return sorted(found, key=lambda ticket: ticket.n)


def _pool(account: Account, rules: Iterable[Json]) -> Iterable[Ticket]:
    for rule in rules:
        if rule.get("field") == "status" and rule.get("value") == "closed" and rule.get("operator") == "is":
            return account.desk.by_update((account.now - 148 * 86_400, 0))
    return account.desk.unsettled()


def _rules(conditions: object, name: str) -> list[Json]:
    rows = conditions.get(name) if isinstance(conditions, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _meets(call: Call, rule: Json, ticket: Ticket) -> bool:
    name, operator, value = str(rule.get("field")), str(rule.get("operator")), str(rule.get("value") or "")
    if value == "current_user":
        value = str(ids.user(call.caller.uid))
    if name == "status":
        order = statuses.ORDER
        return value in order and _ORDERED[operator](order.index(ticket.state), order.index(value))
    own = {
        "assignee_id": str(ids.user(ticket.owner)) if ticket.owner else "",
        "group_id": str(ids.group(ticket.group)) if ticket.group else "",
        "requester_id": str(ids.user(ticket.requester)),
        "priority": statuses.PRIORITIES.get(ticket.priority, ""),
        "type": statuses.TYPES[ticket.kind],
    }.get(name)
    if own is None:
        return name != "current_tags" or value in ticket.tags
    return (own == value) is (operator != "is_not")


_ORDERED: dict[str, Callable[[int, int], bool]] = {
    "is": lambda a, b: a == b,
    "is_not": lambda a, b: a != b,
    "less_than": lambda a, b: a < b,
    "greater_than": lambda a, b: a > b,
}


def conditions_of(wanted: Json) -> Json:
    """The conditions of a view as a client sends them: `all` and `any` beside the title."""
    return {"all": _rules(wanted, "all"), "any": _rules(wanted, "any")}
