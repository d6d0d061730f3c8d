"""Rows as JSON in the four forms a client may ask for.

Rows are rendered column by column: a page has a thousand of them, and what can be done once a column is done once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from helpdesk_tui.sandbox.servicenow.fields import Viewer
from helpdesk_tui.sandbox.servicenow.predicate import Accessor
from helpdesk_tui.sandbox.servicenow.tables import Instance, Table

Display = Literal["false", "true", "all"]
Column = Callable[[Sequence[Any]], list[Any]]


@dataclass(frozen=True, slots=True)
class Form:
    """How rows are to be shown: which columns (none named: all), raw, displayed or both, with or without links."""

    fields: tuple[str, ...]
    display: Display = "false"
    links: bool = True
    base: str = ""
    """Where links lead: `https://host/api/now/table`."""


class Renderer:
    """Turns rows of one table into JSON objects of text, for one viewer and form."""

    def __init__(self, instance: Instance, table: Table, form: Form, viewer: Viewer) -> None:
        """Columns the table does not have are left out without a word, and so are those the viewer may not read."""
        self._viewer, self._form = viewer, form
        paths: Iterable[str] = form.fields or table.fields
        self._columns: list[tuple[str, Column]] = []
        for path in dict.fromkeys(paths):
            accessor = instance.access(table, path)
            if accessor is not None and viewer.role in accessor.field.readers:
                self._columns.append((path, self._column(accessor)))

    def rows(self, rows: Sequence[Any]) -> list[dict[str, Any]]:
        """Each row as an object."""
        names = [name for name, _ in self._columns]
        columns = [column(rows) for _, column in self._columns]
        return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)] or [{} for _ in rows]

    def _column(self, accessor: Accessor) -> Column:
        """The cells of a column for all rows at once."""
        field, hop = accessor.field, accessor.hop
        cells = self._cells(accessor)
        if hop is None:
            return cells
        nothing = (
            ""
            if self._form.display != "all"
            else {"display_value": None if field.kind == "choice" else "", "value": ""}
        )

        def walked(rows: Sequence[Any]) -> list[Any]:
            ends = [hop(row) for row in rows]
            found = iter(cells([end for end in ends if end is not None]))
            return [nothing if end is None else next(found) for end in ends]

        return walked

    def _cells(self, accessor: Accessor) -> Column:
        field, viewer = accessor.field, self._viewer
        raw, shown, display = field.raw, field.shown, self._form.display
        base = f"{self._form.base}/{field.target}/" if field.kind == "reference" and self._form.links else ""

        def shapes(rows: Sequence[Any]) -> list[Any]:
            values = [raw(row) for row in rows] if display != "true" or base or shown is None else []
            if display == "false":
                return [{"link": base + value, "value": value} if value else "" for value in values] if base else values
            texts = [shown(row, viewer) for row in rows] if shown else values
            if display == "all":
                return _both(texts, values, base)
            if base:
                pairs = zip(texts, values, strict=True)
                return [{"display_value": text, "link": base + value} if value else "" for text, value in pairs]
            return ["" if text is None else text for text in texts]

        return shapes


def _both(texts: Sequence[str | None], values: Sequence[str], base: str) -> list[Any]:
    pairs = zip(texts, values, strict=True)
    if not base:
        return [{"display_value": text, "value": value} for text, value in pairs]
    return [
        {"display_value": text, "link": base + value, "value": value} if value else {"display_value": "", "value": ""}
        for text, value in pairs
    ]
