"""The search language as far as clients use it: `type:ticket status<solved group:"Client Support" updated>2024 words`.

Conditions on one field with `:` are alternatives, everything else must hold together; `-` in front negates.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.zendesk import ids, statuses
from helpdesk_tui.sandbox.zendesk.account import Account
from helpdesk_tui.sandbox.zendesk.text import instant

_TERM = re.compile(r'(-?)(?:([a-z_]+)(:|<=|>=|<|>))?("[^"]*"|\S+)')
_AGO = re.compile(r"^(\d+)(minutes?|hours?|days?|weeks?|months?|years?)$")
_UNITS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_592_000, "year": 31_536_000}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ":": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_URGENCY = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
_ALIASES = {
    "created_at": "created",
    "updated_at": "updated",
    "solved_at": "solved",
    "tag": "tags",
    "assignee_id": "assignee",
}


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; `name` is "" for a plain word."""

    name: str
    sign: str
    value: str
    negated: bool


@dataclass(slots=True)
class Search:
    """A parsed query: the kind of record, its conditions and the order asked for in the query itself."""

    kind: str = ""
    terms: list[Term] = field(default_factory=list)
    sort_by: str = ""
    sort_order: str = ""


def parse(text: str) -> Search:
    """Read a query; there is none that does not parse."""
    search = Search()
    for minus, name, sign, raw in _TERM.findall(text):
        value = raw.strip('"')
        if name == "type" and value in ("ticket", "user", "group", "organization"):
            search.kind = value
        elif name == "order_by":
            search.sort_by = value
        elif name == "sort":
            search.sort_order = value
        elif value not in ("*", "AND", "OR") or name:
            search.terms.append(Term(_ALIASES.get(name, name), sign, value, bool(minus)))
    return search


def only_unsettled(search: Search) -> bool:
    """Whether the conditions leave only tickets that are neither closed nor deleted."""
    for term in search.terms:
        if term.name != "status" or term.negated:
            continue
        place = statuses.ORDER.index(term.value) if term.value in statuses.ORDER else 0
        if term.sign == "<" and place <= statuses.ORDER.index("closed"):
            return True
        if term.sign == "<=" and place <= statuses.ORDER.index("solved"):
            return True
    wanted = [t.value for t in search.terms if t.name == "status" and t.sign == ":" and not t.negated]
    return bool(wanted) and "closed" not in wanted


def updated_floor(account: Account, search: Search) -> int:
    """The instant before which no wanted ticket changed, 0 where the query does not say."""
    floors = [0]
    for term in search.terms:
        if term.name in ("updated", "created", "solved") and term.sign in (">", ">=", ":") and not term.negated:
            floors.append(_moment(account, term.value)[0])
    return max(floors)


def holds(account: Account, search: Search, ticket: Ticket) -> bool:
    """Whether a ticket meets all conditions."""
    chosen: dict[str, bool] = {}
    for term in search.terms:
        met = _meets(account, term, ticket)
        if term.negated:
            if met:
                return False
        elif term.sign == ":":
            chosen[term.name] = chosen.get(term.name, False) or met
        elif not met:
            return False
    return all(chosen.values())


def _meets(account: Account, term: Term, ticket: Ticket) -> bool:
    name, value = term.name, term.value
    if not name:
        words = f"{ticket.title} {ticket.body}".lower()
        return value.lower() in words or value.lstrip("#") == str(ticket.n)
    if name == "status":
        order = statuses.ORDER
        return value in order and _COMPARE[term.sign](order.index(ticket.state), order.index(value))
    if name == "priority":
        own = _URGENCY.get(statuses.PRIORITIES.get(ticket.priority, ""), 0)
        return _COMPARE[term.sign](own, _URGENCY.get(value, 0))
    if name in ("created", "updated", "solved"):
        start, end = _moment(account, value)
        own = {"created": ticket.created, "updated": ticket.updated, "solved": ticket.solved}[name]
        return start <= own < end if term.sign == ":" else _COMPARE[term.sign](own, start)
    if name in ("group", "group_id"):
        names = account.group_ids()
        return value in (str(ids.group(ticket.group)), names.get(ids.group(ticket.group), ""))
    if name in ("assignee", "requester"):
        return _is_person(account, ticket.owner if name == "assignee" else ticket.requester, value)
    if name == "ticket_type":
        return statuses.TYPES[ticket.kind] == value
    if name == "tags":
        return value in ticket.tags
    return name == "subject" and value.lower() in ticket.title.lower()


def _is_person(account: Account, uid: int, value: str) -> bool:
    if value == "none" or not uid:
        return value == "none" and not uid
    person = account.world.people.get(uid)
    return value == str(ids.user(uid)) or (
        person is not None and value.lower() in (person.email.lower(), person.name.lower())
    )


def _moment(account: Account, value: str) -> tuple[int, int]:
    """The first instant a date or time names, and the first one after it."""
    ago = _AGO.match(value.lower())
    if ago:
        at = account.now - int(ago[1]) * _UNITS[ago[2].rstrip("s")]
        return at, at + 1
    at = instant(value) or 0
    return at, at + (86_400 if len(value) == 10 else 1)
