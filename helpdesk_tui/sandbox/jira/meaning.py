"""What a query means: a test for one ticket, and what can be known beforehand about the tickets that pass it.

The bounds let the index walk a few tickets rather than a million: on the instants of the last update and of creation,
on the numbers of named issues, and on the states that can pass at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from helpdesk_tui.sandbox.jira.dates import instant
from helpdesk_tui.sandbox.jira.jql import Both, Clause, Either, JqlError, Negated, Node, Value
from helpdesk_tui.sandbox.model import State, Ticket

Test = Callable[[Ticket], bool]
Interval = tuple[float, float]
ALL: Final[frozenset[State]] = frozenset({"new", "open", "pending", "hold", "solved", "closed"})
EVER: Final[Interval] = (-math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Known:
    """A test and its bounds, both ends of an interval inclusive. `exact` says that the states alone decide."""

    test: Test
    updated: Interval = EVER
    created: Interval = EVER
    numbers: frozenset[int] | None = None
    states: frozenset[State] = ALL
    exact: bool = False


class Fields(Protocol):
    """What the site knows about the values of fields."""

    now: int
    zone: ZoneInfo

    def known(self, field: str, clause: Clause) -> Known:
        """The meaning of a clause on any field but the two dates. Raises JqlError."""
        ...


def meaning(node: Node, fields: Fields) -> Known:
    """What a tree means. Raises JqlError for unknown fields and values."""
    if isinstance(node, Both):
        return _both([meaning(part, fields) for part in node.parts])
    if isinstance(node, Either):
        return _either([meaning(part, fields) for part in node.parts])
    if isinstance(node, Negated):
        return _negated(meaning(node.part, fields))
    return _clause(node, fields)


def _both(parts: list[Known]) -> Known:
    numbers = [part.numbers for part in parts if part.numbers is not None]
    return Known(
        lambda ticket: all(part.test(ticket) for part in parts),
        _meet([part.updated for part in parts]),
        _meet([part.created for part in parts]),
        frozenset.intersection(*numbers) if numbers else None,
        frozenset.intersection(*(part.states for part in parts)),
        all(part.exact for part in parts),
    )


def _either(parts: list[Known]) -> Known:
    numbers = [part.numbers for part in parts if part.numbers is not None]
    return Known(
        lambda ticket: any(part.test(ticket) for part in parts),
        _join([part.updated for part in parts]),
        _join([part.created for part in parts]),
        frozenset.union(*numbers) if len(numbers) == len(parts) else None,
        frozenset.union(*(part.states for part in parts)),
        all(part.exact for part in parts),
    )


def _negated(part: Known) -> Known:
    states = ALL - part.states if part.exact else ALL
    return Known(lambda ticket: not part.test(ticket), states=states, exact=part.exact)


def _meet(spans: list[Interval]) -> Interval:
    return max(span[0] for span in spans), min(span[1] for span in spans)


def _join(spans: list[Interval]) -> Interval:
    return min(span[0] for span in spans), max(span[1] for span in spans)


_DATES: Final[Mapping[str, Callable[[Ticket], int]]] = {
    "updated": lambda ticket: ticket.updated,
    "updateddate": lambda ticket: ticket.updated,
    "created": lambda ticket: ticket.created,
    "createddate": lambda ticket: ticket.created,
    "resolved": lambda ticket: ticket.solved or ticket.closed,
    "resolutiondate": lambda ticket: ticket.solved or ticket.closed,
    "statuscategorychangeddate": lambda ticket: ticket.updated,
    "duedate": lambda _: 0,
    "due": lambda _: 0,
    "lastviewed": lambda _: 0,
}


def _clause(clause: Clause, fields: Fields) -> Known:
    name = clause.field.lower()
    if name not in _DATES:
        return fields.known(name, clause)
    read = _DATES[name]
    if clause.operator in ("is", "is not"):
        empty = clause.operator == "is"
        return Known(lambda ticket: (read(ticket) == 0) == empty)
    if clause.operator not in ("=", "!=", "<", "<=", ">", ">="):
        raise JqlError(f"The operator '{clause.operator}' is not supported by the '{clause.field}' field.")
    span = _span(clause.operator, instant(clause.field, clause.values[0], fields.now, fields.zone))
    inside = clause.operator != "!="
    known = Known(lambda ticket: read(ticket) != 0 and (span[0] <= read(ticket) <= span[1]) == inside)
    if not inside:
        return known
    if name.startswith("updated"):
        return Known(known.test, updated=span)
    return Known(known.test, created=span) if name.startswith("created") else known


def _span(operator: str, at: float) -> Interval:
    if operator == ">=":
        return at, math.inf
    if operator == ">":
        return math.nextafter(at, math.inf), math.inf
    if operator == "<=":
        return -math.inf, at
    if operator == "<":
        return -math.inf, math.nextafter(at, -math.inf)
    return at, at + 59


def texts(values: tuple[Value, ...]) -> list[str]:
    """The words of a list of operands."""
    return [value.text for value in values]
