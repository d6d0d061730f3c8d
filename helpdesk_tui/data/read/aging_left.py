"""What time is left to breaches, as the calendar of each clock counts it: which clock is next, and the figures by it.

The calendars are not the cache's: who asks hands in what is left by ticket. Instants are seconds UTC.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from helpdesk_tui.data.read.aging import AHEAD, BACK, COLUMN, Key, due_clocks, of_open
from helpdesk_tui.data.read.clock_rows import METRICS
from helpdesk_tui.data.read.conditions import Asked
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.filters.ast import Filter
from helpdesk_tui.domain.sla.aging import BANDS, HORIZON, HOUR, HOURS, NEAR, SOON, Due, Hour
from helpdesk_tui.domain.views import Grouping

Deltas = Mapping[Key, Sequence[int]]
"""By what the counts of the bands differ from those by wall time; the last figure is of breached and soon ones without
an owner."""


class Next(NamedTuple):
    """The clock of an open ticket that breaches next, and what the board needs of the ticket. `value` is what the board
    is divided by; `calendar` is what the clock says it counts on, "" where it does not say."""

    id: int
    source: str
    value: str
    owner: str
    priority: int
    due_at: int
    metric: Metric
    calendar: str
    origin: str


def next_clocks(connection: sqlite3.Connection, typed: Filter, moment: Moment, grouping: Grouping) -> list[Next]:
    """The next breach of every open ticket that has one and passes what was typed."""
    condition = of_open(typed, Asked(connection, moment))
    query = (
        f"SELECT t.id, t.source, {COLUMN[grouping]}, t.owner, t.priority, t.due_at, t.due_metric,"
        " coalesce(c.calendar, ''), coalesce(c.origin, '') FROM ticket t LEFT JOIN clock c ON c.source = t.source"
        " AND c.ticket = t.key AND c.stage = 'running' AND c.due_at = t.due_at AND c.metric = t.due_metric"
        f" WHERE {condition.sql} AND t.due_at > 0 GROUP BY t.id"
    )
    return [
        Next(number, source, str(value), owner, priority, due, METRICS.get(metric, Metric.OTHER), calendar, origin)
        for number, source, value, owner, priority, due, metric, calendar, origin in connection.execute(
            query, condition.params
        )
    ]


def deltas(clocks: Collection[Next], left: Mapping[int, int], now: int) -> Deltas:
    """How the board differs from the one by wall time; what has breached has breached by either."""
    found: dict[Key, list[int]] = defaultdict(lambda: [0] * (len(BANDS) + 1))
    for each in clocks:
        if each.due_at > now:
            was, is_ = _band(each.due_at - now), _band(left[each.id])
            if was != is_:
                row = found[Key(each.source, each.value)]
                row[was] -= 1
                row[is_] += 1
                row[-1] += is_ == 1 and not each.owner
    return found


def _band(left: int) -> int:
    return 1 if left < SOON else 2 if left < NEAR else 3 if left < HORIZON else 4


def hours(clocks: Collection[Next], left: Mapping[int, int], now: int) -> list[Hour]:
    """What breaches within each of the next hours of its own calendar."""
    found = [Hour(now + place * HOUR) for place in range(HOURS)]
    counts = [[0, 0, 0] for _ in range(HOURS)]
    for each in clocks:
        place = left[each.id] // HOUR
        if each.due_at > now and place < HOURS:
            counts[place][0] += 1
            counts[place][1] += not each.owner
            counts[place][2] += each.priority in (1, 2)
    return [Hour(hour.start, *count) for hour, count in zip(found, counts, strict=True)]


def soon(connection: sqlite3.Connection, clocks: Collection[Next], left: Mapping[int, int], now: int) -> list[Due]:
    """The running clocks of the tickets next to their breach by their calendars: those breached last, then the others.
    More clocks of a ticket than the next one may be among them."""
    past = sorted((each for each in clocks if each.due_at <= now), key=lambda each: -each.due_at)[:BACK]
    near = (each for each in clocks if each.due_at > now and left[each.id] < HORIZON)
    ahead = sorted(near, key=lambda each: (left[each.id], each.due_at))[:AHEAD]
    return due_clocks(connection, [each.id for each in (*past, *ahead)], 0)


def listed(ids: Collection[int]) -> str:
    """Ids as a bound parameter."""
    return json.dumps(sorted(ids))
