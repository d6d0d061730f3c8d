"""Tables small enough to be looked through whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from helpdesk_tui.sandbox.servicenow.fields import EVERYONE, Field, Viewer
from helpdesk_tui.sandbox.servicenow.identity import Identity
from helpdesk_tui.sandbox.servicenow.prepare import Prepared
from helpdesk_tui.sandbox.servicenow.tables import Selection, Table, Wanted

_BREATH = 2000
Candidates = Callable[[Prepared], Iterable[Any]]


class ListTable(Table):
    """A table whose rows are gathered anew for every query."""

    def __init__(
        self,
        name: str,
        label: str,
        fields: Mapping[str, Field],
        *,
        identity: Identity,
        rows: Candidates,
        by_ordinal: Callable[[int], Any | None],
        shown_by: str = "name",
        readers: Collection[str] = EVERYONE,
    ) -> None:
        """`rows` may leave out what the query rules out; `by_ordinal` gives the row behind a sys_id of this table."""
        super().__init__(name, label, fields, shown_by=shown_by)
        self._identity, self._rows, self._by_ordinal, self._readers = identity, rows, by_ordinal, readers

    def find(self, sys_id: str) -> Any | None:
        """The row with this sys_id."""
        ordinal = self._identity.ordinal(self.name, sys_id)
        return self._by_ordinal(ordinal) if ordinal else None

    def open_to(self, viewer: Viewer) -> bool:
        """Whether the viewer's role may read the table."""
        return viewer.role in self._readers

    async def select(self, wanted: Wanted) -> Selection:
        """Filters, sorts and cuts."""
        query = wanted.query
        named = query.demanded("sys_id") if query.pieces else frozenset()
        found = self._rows(query) if named is None else [self.find(sys_id) for sys_id in named]
        kept = []
        for count, row in enumerate(found, 1):
            if row is not None and query.holds(row):
                kept.append(row)
            if not count % _BREATH:
                await asyncio.sleep(0)
        rows = query.sorted(kept, self.fields["sys_id"].raw)
        return Selection(rows[wanted.offset : wanted.offset + wanted.limit], len(rows))
