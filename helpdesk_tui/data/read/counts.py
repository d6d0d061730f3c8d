"""How many tickets each view holds: all views of open tickets in one pass over the open tickets."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from helpdesk_tui.data.read.conditions import Asked, Condition, risk
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.data.read.sql import only_open, where
from helpdesk_tui.domain.filters.ast import Filter
from helpdesk_tui.domain.rows import ViewCount

_RISKY = 1 << 32
"""What a ticket at risk counts on top of one, so that one sum holds both figures."""


def counts(connection: sqlite3.Connection, views: Mapping[str, Filter], moment: Moment) -> dict[str, ViewCount]:
    """By name of the view: how many pass, and how many of those are open and at risk."""
    asked = Asked(connection, moment)
    at_risk = risk(moment.now)
    narrow = dict.fromkeys(filter_ for filter_ in views.values() if only_open(filter_))
    wide = dict.fromkeys(filter_ for filter_ in views.values() if filter_ not in narrow)
    found = _one_pass(connection, {filter_: where(filter_, asked) for filter_ in narrow}, at_risk)
    found.update({filter_: _alone(connection, where(filter_, asked), at_risk) for filter_ in wide})
    return {name: found[filter_] for name, filter_ in views.items()}


def _one_pass(
    connection: sqlite3.Connection, conditions: Mapping[Filter, Condition], at_risk: Condition
) -> dict[Filter, ViewCount]:
    if not conditions:
        return {}
    weight = f"(1 + ({at_risk.sql}) * {_RISKY})"
    columns = ", ".join(f"sum(({condition.sql}) * {weight})" for condition in conditions.values())
    params = [param for condition in conditions.values() for param in (*condition.params, *at_risk.params)]
    row = connection.execute(f"SELECT {columns} FROM ticket t WHERE t.is_open = 1", params).fetchone()
    totals = zip(conditions, (total or 0 for total in row), strict=True)
    return {filter_: ViewCount(total % _RISKY, total // _RISKY) for filter_, total in totals}


def _alone(connection: sqlite3.Connection, condition: Condition, at_risk: Condition) -> ViewCount:
    """A view with closed tickets in it; the risk is among the open ones, which have an index."""
    (n,) = connection.execute(f"SELECT count(*) FROM ticket t WHERE {condition.sql}", condition.params).fetchone()
    (risky,) = connection.execute(
        f"SELECT count(*) FROM ticket t WHERE t.is_open = 1 AND {at_risk.sql} AND {condition.sql}",
        (*at_risk.params, *condition.params),
    ).fetchone()
    return ViewCount(n, risky)
