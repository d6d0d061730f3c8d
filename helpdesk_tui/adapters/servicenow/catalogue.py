"""The values a column of a table may have, and what they are called: `sys_choice`.

A table without choices of its own for a column has those of `task`. An instance may have them in several languages; the
one that counts is the one in which the platform answers this account.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from helpdesk_tui.adapters.servicenow.context import Context
from helpdesk_tui.adapters.servicenow.wire import value_of
from helpdesk_tui.clock import Now
from helpdesk_tui.domain.choices import Choice

ELEMENTS = ("state", "hold_reason", "close_code", "priority", "impact", "urgency")
KEPT = 3_600
"""Seconds for which choices are believed: administrators change them, though seldom."""
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One choice."""

    table: str
    element: str
    value: str
    label: str
    place: int
    language: str


class Catalogue:
    """The choices of one instance, read table by table and kept for an hour."""

    def __init__(self, context: Context, now: Now) -> None:
        self._context, self._now = context, now
        self._known: dict[str, tuple[int, list[Row]]] = {}

    async def rows(self, table: str) -> list[Row]:
        """Every choice of a table's columns, inherited ones included."""
        read_at, known = self._known.get(table, (0, []))
        if known and self._now() - read_at < KEPT:
            return known
        query = (f"nameIN{table},task^elementIN{','.join(ELEMENTS)}^inactive=false",)
        columns = ("name", "element", "value", "label", "sequence", "language")
        listed = await self._context.tables.rows("sys_choice", columns, query, limit=_MOST)
        cells = [[value_of(row.get(name)) for name in columns] for row in listed.rows]
        found = [
            Row(name, element, value, label, _place(place), lang) for name, element, value, label, place, lang in cells
        ]
        own = {row.element for row in found if row.table == table}
        kept = [row for row in found if row.table == table or row.element not in own]
        self._known[table] = self._now(), kept
        return kept

    async def value(self, table: str, element: str, label: str) -> str:
        """The value that goes by a label, in any language; "" where there is none."""
        wanted = label.casefold()
        rows = await self.rows(table)
        return next((row.value for row in rows if row.element == element and row.label.casefold() == wanted), "")


def chosen(rows: Iterable[Row], element: str, language: str) -> tuple[Choice, ...]:
    """The choices of a column in order, in one language."""
    mine = [row for row in rows if row.element == element and row.language in ("", language) and row.value]
    mine.sort(key=lambda row: row.place)
    return tuple(dict.fromkeys(Choice(row.value, row.label) for row in mine))


def language_of(rows: Iterable[Row], value: str, label: str) -> str:
    """The language in which a state is called so; English where that does not tell."""
    found = [row.language for row in rows if (row.element, row.value, row.label) == ("state", value, label)]
    return found[0] if found and "en" not in found else "en"


def _place(text: str) -> int:
    return int(text) if text.isdecimal() else 0
