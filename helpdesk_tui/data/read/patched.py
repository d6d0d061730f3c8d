"""A view that was read before, brought up to now without ordering all of it again.

What changed is looked for in the order by halving, all of it at once: each step is one question about a few rows,
whatever the view is ordered by and however many tickets it holds.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Collection, Sequence

from helpdesk_tui.data.read.changes import written
from helpdesk_tui.data.read.listing import members
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.data.read.order import Order, order
from helpdesk_tui.domain.filters.ast import Filter
from helpdesk_tui.domain.rows import Listing
from helpdesk_tui.domain.views import Sort


def brought_up(
    connection: sqlite3.Connection,
    filter_: Filter,
    moment: Moment,
    sort: Sort,
    old: Listing,
    most: int,
    *,
    reverse: bool = False,
) -> Listing | None:
    """What `ids` would read now, from what it read for the same view, without groups, at an earlier revision.

    None where more than `most` tickets were written since, or nobody can tell which. Only for a view whose tickets and
    order depend on their own rows alone.
    """
    changes = written(connection, old.rev, most)
    if changes.everything:
        return None
    changed = changes.ids | changes.removed
    if not changed:
        return Listing(old.ids, changes.rev)
    here = members(connection, filter_, moment, changes.ids) if changes.ids else frozenset()
    kept = array("q", [number for number in old.ids if number not in changed])
    return Listing(_merged(connection, order(sort, reverse=reverse), kept, here) if here else kept, changes.rev)


def _merged(connection: sqlite3.Connection, by: Order, kept: array[int], new: Collection[int]) -> array[int]:
    low, high = dict.fromkeys(new, 0), dict.fromkeys(new, len(kept))
    while searching := [number for number in new if low[number] < high[number]]:
        middle = {number: (low[number] + high[number]) // 2 for number in searching}
        rank = _ranked(connection, by, {*searching, *(kept[place] for place in middle.values())})
        for number, place in middle.items():
            if rank[number] < rank[kept[place]]:
                high[number] = place
            else:
                low[number] = place + 1
    rank = _ranked(connection, by, new)
    out, done = array("q"), 0
    for number in sorted(new, key=lambda number: (low[number], rank[number])):
        out += kept[done : low[number]]
        out.append(number)
        done = low[number]
    return out + kept[done:]


def _ranked(connection: sqlite3.Connection, by: Order, some: Collection[int]) -> dict[int, int]:
    """The place of each of some tickets among them."""
    found: Sequence[tuple[int]] = connection.execute(
        f"SELECT t.id FROM ticket t {by.joins} WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY {by.by}",
        (json.dumps(list(some)),),
    ).fetchall()
    return {number: place for place, (number,) in enumerate(found)}
