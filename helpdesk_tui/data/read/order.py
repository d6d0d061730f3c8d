"""Orders and groups of the list as SQL. Every order ends at the id, so that no two readings differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from helpdesk_tui.domain.views import Grouping, Sort

_LAST = 1 << 40
"""After every instant there is."""

_PRIORITY = "CASE t.priority WHEN 0 THEN 9 ELSE t.priority END"
_STATE = (
    "CASE t.state WHEN 'new' THEN 1 WHEN 'open' THEN 2 WHEN 'pending' THEN 3 WHEN 'hold' THEN 4 WHEN 'solved' THEN 5"
    " ELSE 6 END"
)
_JOINS = {
    "g": "LEFT JOIN grp g ON g.source = t.source AND g.key = t.grp",
    "w": "LEFT JOIN person w ON w.source = t.source AND w.key = t.owner",
    "o": "LEFT JOIN organisation o ON o.source = t.source AND o.key = t.organisation",
    "s": "LEFT JOIN source s ON s.name = t.source",
}
_GROUP = "coalesce(g.name, t.grp) COLLATE NOCASE"
_OWNER = "coalesce(w.name, t.owner) COLLATE NOCASE"


class _OrNone(NamedTuple):
    """A column as a key to sort by, where 0 is no value: that comes last whichever way round."""

    column: str

    def sql(self, falls: bool) -> str:
        none = -1 if falls else _LAST
        return f"CASE {self.column} WHEN 0 THEN {none} ELSE {self.column} END"


_DUE = _OrNone("t.due_at")
_URGENCY = _OrNone("t.priority")
_Keys = tuple[tuple[str | _OrNone, bool], ...]


class _By(NamedTuple):
    """What to sort by. What is in `first` keeps its place whichever way round."""

    keys: _Keys
    """Each key, and whether it falls."""
    first: tuple[str, ...] = ()
    join: str = ""


_SORTS: Mapping[Sort, _By] = {
    Sort.DUE: _By(((_DUE, False), (_URGENCY, False))),
    Sort.PRIORITY: _By(((_URGENCY, False), (_DUE, False))),
    Sort.IDLE: _By(((_OrNone("t.idle_since"), False),)),
    Sort.AGE: _By(((_OrNone("t.created_at"), False),)),
    Sort.UPDATED: _By((("t.updated_at", True),)),
    Sort.IN_STATE: _By(((_OrNone("t.state_since"), False),)),
    Sort.GROUP: _By(((_GROUP, False), (_DUE, False)), first=("t.grp = ''",), join="g"),
    Sort.OWNER: _By(((_OWNER, False), (_DUE, False)), first=("t.owner <> ''",), join="w"),
    Sort.STATE: _By(((_STATE, False), ("t.status", False), (_DUE, False))),
    Sort.SOURCE: _By((("+t.source", False), (_DUE, False))),
    Sort.NUMBER: _By((("length(t.number)", False), ("t.number", False))),
    Sort.TITLE: _By((("t.title COLLATE NOCASE", False),)),
    Sort.BOUNCES: _By((("t.bounces", True), (_DUE, False))),
    Sort.ALIKE: _By((("t.alike_count", True), ("t.alike", False), (_DUE, False))),
}


class _Part(NamedTuple):
    """What a list is divided by: the expression whose changes divide it, its label, and the order of the parts."""

    label: str
    order: str
    empty: str
    join: str = ""


_PARTS: Mapping[Grouping, _Part] = {
    Grouping.GROUP: _Part("coalesce(g.name, t.grp)", f"t.grp = '', {_GROUP}", "no group", "g"),
    Grouping.OWNER: _Part("coalesce(w.name, t.owner)", f"t.owner <> '', {_OWNER}", "nobody", "w"),
    Grouping.PRIORITY: _Part("CASE t.priority WHEN 0 THEN '' ELSE 'P' || t.priority END", _PRIORITY, "no priority"),
    Grouping.STATE: _Part("t.state", _STATE, "no state"),
    Grouping.SOURCE: _Part("coalesce(s.label, t.source)", "+t.source", "no source", "s"),
    Grouping.ORGANISATION: _Part(
        "coalesce(o.name, t.organisation)",
        "t.organisation = '', coalesce(o.name, t.organisation) COLLATE NOCASE",
        "no organisation",
        "o",
    ),
    Grouping.CATEGORY: _Part("t.category", "t.category = '', t.category COLLATE NOCASE", "no category"),
    Grouping.ALIKE: _Part(
        "CASE t.alike WHEN 0 THEN '' ELSE (SELECT a.title FROM ticket a WHERE a.id = t.alike) END",
        "t.alike_count DESC, t.alike",
        "like no other",
    ),
}


class Order(NamedTuple):
    """The pieces of a query: joins, the label of each row's part ("" for the empty ones' `empty`), ORDER BY."""

    joins: str
    label: str
    by: str
    empty: str = ""


def order(sort: Sort, *, reverse: bool = False, grouping: Grouping = Grouping.NONE) -> Order:
    """How to order a list. A reversed one still has what lacks the value at the end."""
    chosen = _SORTS[sort]
    part = _PARTS.get(grouping)
    keys = [_key(key, falls=falls != reverse) for key, falls in chosen.keys]
    by = ", ".join([*([part.order] if part else []), *chosen.first, *keys, "t.id"])
    joins = dict.fromkeys(name for name in (chosen.join, part.join if part else "") if name)
    return Order(" ".join(_JOINS[name] for name in joins), part.label if part else "", by, part.empty if part else "")


def _key(key: str | _OrNone, *, falls: bool) -> str:
    sql = key.sql(falls) if isinstance(key, _OrNone) else key
    return f"{sql} DESC" if falls else sql
