"""The task tables over the desk: which way to the rows is short, then filter, sort and cut."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping

from helpdesk_tui.sandbox.model import Kind, Ticket
from helpdesk_tui.sandbox.servicenow import ranges, states
from helpdesk_tui.sandbox.servicenow.fields import Field, Viewer
from helpdesk_tui.sandbox.servicenow.prepare import Piece, Prepared
from helpdesk_tui.sandbox.servicenow.tables import Instance, Selection, Table, Wanted
from helpdesk_tui.sandbox.servicenow.views import BITS, MASK, View, Views

_SINCE = ("sys_updated_on", "sys_created_on", "opened_at", "resolved_at", "closed_at")
_BIRTH = frozenset({"sys_id", "number", "sys_created_on", "opened_at", "task_effective_number"})
_BREATH = 2000


class TicketTable(Table):
    """One task table; `kind` None is the table `task`, which holds them all."""

    def __init__(
        self, name: str, fields: Mapping[str, Field], kind: Kind | None, instance: Instance, views: Views
    ) -> None:
        """`views` is shared by the tables of an instance."""
        super().__init__(name, states.CLASS_LABELS[name], fields, shown_by="number", parent="task" if kind else "")
        self.kind, self._instance, self._views = kind, instance, views
        self.desk = instance.world.desk("servicenow")

    def _ours(self, ticket: Ticket | None) -> bool:
        return ticket is not None and not ticket.deleted and (self.kind is None or ticket.kind == self.kind)

    def find(self, sys_id: str) -> Ticket | None:
        """The ticket of a sys_id, None where it is deleted or of another class."""
        n = self._instance.identity.ordinal("task", sys_id)
        ticket = self.desk.get(n) if n else None
        return ticket if self._ours(ticket) else None

    def visible(self, row: Ticket, viewer: Viewer) -> bool:
        """Forbidden tickets are nobody's; requesters see what they asked for."""
        return not row.forbidden and (viewer.role != "requester" or row.requester == viewer.uid)

    async def select(self, wanted: Wanted) -> Selection:
        """The shortest way there is: named records, unsettled ones, a kept view, or a walk that stops at the window."""
        query = wanted.query
        if not query.pieces:
            return Selection([], 0)
        few = self._few(query)
        if few is not None:
            return self._cut(
                wanted, [ticket for ticket in few if ticket and self._ours(ticket) and query.holds(ticket)]
            )
        first = query.sorts[0] if query.sorts else None
        if first is None or first.path in _BIRTH:
            return await self._by_birth(wanted, descending=bool(first and first.descending))
        later = query.sorts[1:]
        if first.path == "sys_updated_on" and (not later or later[0].path == "sys_id"):
            return await self._by_update(wanted, descending=first.descending)
        view = await self._view(query, query.pieces, "^NQ".join(piece.text() for piece in query.pieces))
        return self._cut(wanted, await self._tickets(list(view.numbers)))

    def _few(self, query: Prepared) -> Iterable[Ticket | None] | None:
        """Candidates where the query names records or wants only active ones; None where it does neither."""
        named = query.demanded("sys_id")
        if named is not None:
            numbers = {self._instance.identity.ordinal("task", sys_id) for sys_id in named}
            return [self.desk.get(n) for n in numbers if n]
        numbered = query.demanded("number")
        if numbered is not None:
            return [self.desk.get(n) for n in {states.ordinal(text) for text in numbered} if n]
        active = query.demanded("active")
        return self.desk.unsettled() if active is not None and active <= {"true", "1"} else None

    def _cut(self, wanted: Wanted, rows: list[Ticket]) -> Selection:
        ordered = wanted.query.sorted(rows, lambda ticket: ticket.n)
        return Selection(ordered[wanted.offset : wanted.offset + wanted.limit], len(rows) if wanted.counted else None)

    async def _view(self, query: Prepared, pieces: tuple[Piece, ...], name: str) -> View:
        kind, single = self.kind, pieces[0].holds if len(pieces) == 1 else None

        def holds(ticket: Ticket) -> bool:
            if ticket.deleted or (kind is not None and ticket.kind != kind):
                return False
            return single(ticket) if single else any(piece.holds(ticket) for piece in pieces)

        floor = ranges.floor(query, _SINCE)
        return await self._views.get(f"{self.name}?{name}", holds, floor, self._instance.seen)

    async def _by_update(self, wanted: Wanted, *, descending: bool) -> Selection:
        parts = ranges.parted(wanted.query, [self._placed(piece) for piece in wanted.query.pieces])
        if not wanted.counted:
            return Selection(await self._walk(self._changed(parts, descending), parts, wanted), None)
        view = await self._view(wanted.query, parts.rest, parts.name)
        spans = view.spans(parts.ranges)
        positions = ranges.window(spans, wanted.offset, wanted.limit, descending=descending)
        numbers = [view.places[position] & MASK for position in positions]
        return Selection(await self._tickets(numbers), sum(end - start for start, end in spans))

    def _placed(self, piece: Piece) -> tuple[ranges.Range, Piece]:
        """The places a piece allows, and the piece without the conditions those say already."""
        allowed = ranges.instants(piece, "sys_updated_on")
        if allowed is None:
            return (0, 1 << 62), piece
        low, high = allowed[0] << BITS, allowed[1] << BITS
        fields = {"sys_updated_on"}
        if allowed[1] - allowed[0] == 1 and (numbers := ranges.ordinals(piece, self._instance.identity, "task")):
            low, high = low | min(numbers[0], MASK), min(high, low + numbers[1])
            fields.add("sys_id")
        return (low, high), piece.without(frozenset(fields))

    def _changed(self, parts: ranges.Parts, descending: bool) -> Iterator[Ticket]:
        """Tickets of the ranges in the order of their last change."""
        for low, high in reversed(parts.ranges) if descending else parts.ranges:
            start, end = (high - 1, low) if descending else (low, high - 1)
            before = (start + 1 if descending else start - 1) if start > 0 else 0
            since = (before >> BITS, before & MASK)
            for ticket in self.desk.by_update(since, descending=descending):
                here = ticket.updated << BITS | ticket.n
                if (here < end) if descending else (here > end):
                    break
                yield ticket

    async def _walk(self, candidates: Iterator[Ticket], parts: ranges.Parts, wanted: Wanted) -> list[Ticket]:
        """The rows of the window, walking no further than its end."""
        rows: list[Ticket] = []
        skip = wanted.offset
        for count, ticket in enumerate(candidates, 1):
            if not count % _BREATH:
                await asyncio.sleep(0)
            if not (self._ours(ticket) and parts.holds(ticket)):
                continue
            if skip:
                skip -= 1
                continue
            rows.append(ticket)
            if len(rows) >= wanted.limit:
                break
        return rows

    async def _by_birth(self, wanted: Wanted, *, descending: bool) -> Selection:
        identity = self._instance.identity
        found = []
        for piece in wanted.query.pieces:
            allowed = ranges.ordinals(piece, identity, "task")
            found.append((allowed or (0, 1 << 62), piece.without(frozenset({"sys_id"})) if allowed else piece))
        parts = ranges.parted(wanted.query, found)
        if not wanted.counted:
            return Selection(await self._walk(self._born(parts, descending), parts, wanted), None)
        view = await self._view(wanted.query, parts.rest, parts.name)
        spans = view.spans(parts.ranges, by_number=True)
        positions = ranges.window(spans, wanted.offset, wanted.limit, descending=descending)
        numbers = [view.numbers[position] for position in positions]
        return Selection(await self._tickets(numbers), sum(end - start for start, end in spans))

    def _born(self, parts: ranges.Parts, descending: bool) -> Iterator[Ticket]:
        for low, high in reversed(parts.ranges) if descending else parts.ranges:
            after = min(high, len(self.desk) + 1) if descending else max(low - 1, 0)
            for ticket in self.desk.by_number(after, descending=descending):
                if ticket.n >= high or ticket.n < low:
                    break
                yield ticket

    async def _tickets(self, numbers: list[int]) -> list[Ticket]:
        """The tickets of ordinals noted down beforehand: views move on while others are let go first."""
        found = []
        for count, n in enumerate(numbers, 1):
            ticket = self.desk.get(n)
            if ticket is not None and not ticket.deleted:
                found.append(ticket)
            if not count % _BREATH:
                await asyncio.sleep(0)
        return found
