"""Which tickets of the instance are ours: streams of events and clocks tell of everybody's, and others' must not enter.

What the feeds of tickets found is remembered; a ticket that none of them has shown yet is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable

from helpdesk_tui.adapters.servicenow.queries import EVERYTHING, ID, every, one_of, portions
from helpdesk_tui.adapters.servicenow.scope import Scope
from helpdesk_tui.adapters.servicenow.table import Tables
from helpdesk_tui.adapters.servicenow.wire import value_of

REMEMBERED = 200_000


class Held:
    """Remembers of tickets, by sys_id, whether they are in a scope."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._known: dict[str, bool] = {}

    @property
    def narrowed(self) -> bool:
        """Whether there is anything to tell apart: without groups and query, all tickets are in scope."""
        return bool(self._scope.groups) or self._scope.query != EVERYTHING

    def note(self, inside: Iterable[str], outside: Iterable[str] = ()) -> list[str]:
        """Remember; returns those that are inside and were not known to be."""
        if not self.narrowed:
            return []
        fresh = [key for key in inside if not self._known.get(key)]
        if len(self._known) > REMEMBERED:
            self._known.clear()
        self._known |= dict.fromkeys(fresh, True) | dict.fromkeys(outside, False)
        return fresh

    async def only(self, tables: Tables, keys: Iterable[str]) -> set[str]:
        """Those of the keys that are in scope."""
        wanted = {key for key in keys if key}
        if not self.narrowed:
            return wanted
        unknown = sorted(key for key in wanted - self._known.keys() if ID.fullmatch(key))
        for some in portions(unknown):
            inside = await self._asked(tables, some)
            self.note(inside, set(some) - inside)
        return {key for key in wanted if self._known.get(key)}

    async def _asked(self, tables: Tables, keys: Iterable[str]) -> set[str]:
        query = every(self._scope.query, one_of("sys_id", keys))
        return {
            value_of(row.get("sys_id"))
            for table in self._scope.tables
            async for row in tables.all(table, ("sys_id", "assignment_group"), query)
            if self._scope.holds(row)
        }
