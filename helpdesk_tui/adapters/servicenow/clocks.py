"""SLA clocks: rows of task_sla as they change, and from time to time all that are running.

A change of a clock does not move its ticket's stamp, so clocks have a cursor of their own. Whether the platform's
refresh jobs move a clock's stamp is not documented: therefore running clocks are read again every ten minutes whatever
it says.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection

from helpdesk_tui.adapters.base import BadRecord, Page
from helpdesk_tui.adapters.servicenow.context import Context, dump, load, stream
from helpdesk_tui.adapters.servicenow.mapping import parse
from helpdesk_tui.adapters.servicenow.queries import Key, Order, every, one_of, portions
from helpdesk_tui.adapters.servicenow.wire import Raw, SlaRow
from helpdesk_tui.domain.clocks import Clock

SWEEP = 600
"""Seconds between two readings of all running clocks."""
FIELDS = (
    "sys_id", "task", "task.sys_class_name", "sla", "sla.name", "sla.type", "sla.target", "sla.duration", "stage",
    "active", "has_breached", "start_time", "end_time", "planned_end_time", "pause_time", "schedule",
    "sys_updated_on", "sys_mod_count",
)  # fmt: skip
TABLE = "task_sla"


async def clock_pages(context: Context, feed: str, cursor: str) -> AsyncIterator[Page]:
    """First all running clocks, if that is due, then whatever changed since the cursor."""
    state = load(cursor)
    delta = dump({name: state[name] for name in ("t", "i", "d") if name in state})
    swept = int(state.get("s", 0))
    present = context.http.server_now()
    if state.get("k") or present - swept >= SWEEP or present < swept:
        async for page in _sweep(context, feed, state, present):
            yield page
        swept = present
    query = (f"task.sys_class_nameIN{context.classes}",)
    async for portion in stream(context, TABLE, FIELDS, query, "sys_updated_on", delta):
        clocks, bad = read(context, feed, portion.rows)
        ours = await context.held.only(context.tables, (clock.ticket for clock in clocks))
        clocks = tuple(clock for clock in clocks if clock.ticket in ours)
        after = dump({**load(portion.cursor), "s": swept})
        yield Page(cursor=after, last=portion.last, clocks=clocks, bad=bad, total=portion.total)


async def _sweep(context: Context, feed: str, state: dict[str, object], present: int) -> AsyncIterator[Page]:
    """Every running clock of the scope's groups. The cursor keeps its place beside the one of the changes, and at the
    end that it was done at `present`."""
    rest = {name: value for name, value in state.items() if name not in ("k", "p")}
    parts = context.scope.group_parts("task.assignment_group")
    place = str(state.get("k") or "")
    first = int(str(state.get("p", 0)))
    for index in range(min(first, len(parts) - 1), len(parts)):
        query = every((f"active=true^task.sys_class_nameIN{context.classes}",), parts[index])
        start = Key("", place) if place not in ("", "-") else None
        async for batch in context.tables.scan(TABLE, FIELDS, query, Order(), start):
            clocks, bad = read(context, feed, batch.rows)
            ours = await context.held.only(context.tables, (clock.ticket for clock in clocks))
            clocks = tuple(clock for clock in clocks if clock.ticket in ours)
            at = batch.key.sys_id if batch.key is not None and not batch.last else "-"
            step = {"k": at, "p": index + 1 if batch.last else index}
            ends = batch.last and index == len(parts) - 1
            after = {**rest, "s": present} if ends else {**rest, **step}
            yield Page(cursor=dump(after), last=False, clocks=clocks, bad=bad)
        place = ""


async def clocks_of(context: Context, keys: Collection[str]) -> tuple[tuple[Clock, ...], tuple[BadRecord, ...]]:
    """All clocks of these tickets."""
    clocks: list[Clock] = []
    bad: list[BadRecord] = []
    for some in portions(keys):
        asked = set(some)
        rows = [row async for row in context.tables.all(TABLE, FIELDS, one_of("task", some))]
        found, broken = read(context, "clocks", rows)
        clocks += [clock for clock in found if clock.ticket in asked]
        bad += broken
    return tuple(clocks), tuple(bad)


def read(context: Context, feed: str, rows: list[Raw]) -> tuple[tuple[Clock, ...], tuple[BadRecord, ...]]:
    """The clocks in rows; rows without a task are of no ticket we could know."""
    good, bad = parse(SlaRow, rows, feed)
    as_of = context.http.server_now()
    return tuple(context.mapper.clock(row, as_of) for row, _raw in good if row.task), tuple(bad)
