"""Views: a saved filter with its sort, grouping and columns. The shipped ones, and what a list asks for.

`filter` is text of the filter language (`domain.filters`). Digits 1 to 9 open views, `f` and a letter saved filters.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Sort(StrEnum):
    """What a list is ordered by, each in the direction that is of use; every order is total (ties end at the id)."""

    DUE = "due"
    """The next breach first; what has no running clock last."""
    PRIORITY = "priority"
    IDLE = "idle"
    """Longest without anything from our side first."""
    AGE = "age"
    """Oldest first."""
    UPDATED = "updated"
    """Latest change first."""
    IN_STATE = "instate"
    """Longest in its state first."""
    GROUP = "group"
    OWNER = "owner"
    STATE = "state"
    SOURCE = "source"
    NUMBER = "number"
    TITLE = "title"
    BOUNCES = "bounces"
    """Most often reassigned first."""
    ALIKE = "alike"
    """Most similar tickets first, clusters together."""


class Grouping(StrEnum):
    """What a list is divided by."""

    NONE = ""
    GROUP = "group"
    OWNER = "owner"
    PRIORITY = "priority"
    STATE = "state"
    SOURCE = "source"
    ORGANISATION = "org"
    CATEGORY = "category"
    ALIKE = "alike"


class Column(StrEnum):
    """A column of the list."""

    FLAGS = "flags"
    PRIORITY = "p"
    DUE = "due"
    CLOCK = "ck"
    PLATFORM = "plat"
    KEY = "key"
    SUMMARY = "summary"
    GROUP = "group"
    OWNER = "owner"
    STATE = "state"
    IDLE = "idle"
    IN_STATE = "instate"
    BOUNCES = "bounces"
    AGE = "age"
    UPDATED = "updated"


WIDE_COLUMNS = (
    Column.FLAGS,
    Column.PRIORITY,
    Column.DUE,
    Column.CLOCK,
    Column.PLATFORM,
    Column.KEY,
    Column.SUMMARY,
    Column.GROUP,
    Column.OWNER,
    Column.STATE,
    Column.IDLE,
    Column.IN_STATE,
    Column.BOUNCES,
)
"""What a view without columns of its own shows, as far as the terminal is wide enough."""


class View(NamedTuple):
    """A saved filter with its sort, grouping and columns.

    `slot` is the digit that opens it, or `f` and the letter that follows it, or "" for one that is opened by name.
    `reverse` turns the sort's own direction round. `columns` is () for the usual ones. `own` marks what the user saved.
    """

    slot: str
    name: str
    title: str
    filter: str
    sort: Sort = Sort.DUE
    reverse: bool = False
    grouping: Grouping = Grouping.NONE
    columns: tuple[Column, ...] = ()
    own: bool = False


class Query(NamedTuple):
    """What a list asks for: a view's filter narrowed by what was typed, in an order, in groups.

    Where `typed` asks for closed tickets, the view's own `is:open` gives way.
    """

    filter: str = "is:open"
    typed: str = ""
    sort: Sort = Sort.DUE
    reverse: bool = False
    grouping: Grouping = Grouping.NONE


def query_of(view: View, typed: str = "") -> Query:
    """What the list of a view asks for."""
    return Query(view.filter, typed, view.sort, view.reverse, view.grouping)


SHIPPED = (
    View("1", "triage", "Triage", "is:open is:new,unassigned"),
    View("2", "at-risk", "At-risk", "is:open is:atrisk"),
    View("3", "stalled", "Stalled >4h", "is:stalled", Sort.IDLE),
    View("4", "reopened", "Reopened", "is:open is:reopened"),
    View("5", "waiting", "Customer waits", "is:waiting"),
    View("6", "all", "All open", "is:open"),
    View("7", "vip", "VIP", "is:open is:vip"),
    View("8", "mine", "Mine", "is:open owner:me"),
    View("9", "history", "Closed too", "", Sort.UPDATED),
)
"""The views behind the digits."""

SAVED_FILTERS = (
    View("fu", "unassigned", "unassigned", "is:open is:unassigned"),
    View("fs", "stalled-filter", "stalled", "is:stalled", Sort.IDLE),
    View("fv", "vip-filter", "VIP", "is:open is:vip"),
    View("fr", "reopened-filter", "reopened", "is:open is:reopened"),
    View("fb", "bounced", "bounced ≥3x", "is:open bounced:>=3", Sort.BOUNCES),
    View("fd", "dupes", "likely dupes", "is:open is:dup", Sort.ALIKE, grouping=Grouping.ALIKE),
    View("fp", "paused", "paused > 5 d", "is:open is:paused instate:>5d", Sort.IN_STATE),
)
"""The filters behind `f` and a letter."""


def all_views(own: Iterable[View] = ()) -> tuple[View, ...]:
    """The shipped views and filters with the user's own: one that takes a slot or a name replaces what held it."""
    mine = tuple(own)
    slots = {view.slot for view in mine if view.slot}
    names = {view.name for view in mine}
    kept = [view for view in (*SHIPPED, *SAVED_FILTERS) if view.slot not in slots and view.name not in names]
    return tuple(sorted((*kept, *mine), key=_place))


def _place(view: View) -> tuple[int, str]:
    """Digits first, then saved filters, then what has only a name."""
    if view.slot.isdigit():
        return 0, view.slot
    return (1, "") if view.slot else (2, view.name)
