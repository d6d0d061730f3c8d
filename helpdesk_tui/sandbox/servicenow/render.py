"""Rows as JSON in the four forms a client may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from helpdesk_tui.sandbox.servicenow.fields import Viewer
from helpdesk_tui.sandbox.servicenow.predicate import Accessor
from helpdesk_tui.sandbox.servicenow.tables import Instance, Table

Display = Literal["false", "true", "all"]
Cell = Callable[[Any], Any]


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
        columns = [(path, instance.access(table, path)) for path in dict.fromkeys(paths)]
        self._cells: Sequence[tuple[str, Cell]] = [
            (path, self._cell(accessor))
            for path, accessor in columns
            if accessor is not None and viewer.role in accessor.field.readers
        ]

    def rows(self, rows: Iterable[Any]) -> list[dict[str, Any]]:
        """Each row as an object."""
        cells = self._cells
        return [{name: cell(row) for name, cell in cells} for row in rows]

    def _cell(self, accessor: Accessor) -> Cell:
        raw, field, viewer = accessor.reader(), accessor.field, self._viewer
        shown: Cell = raw
        if field.shown is not None:
            shown = (lambda row: accessor.display(row, viewer)) if accessor.hop else _plainly(field.shown, viewer)
        linked = field.kind == "reference" and self._form.links
        base = f"{self._form.base}/{field.target}/"
        if self._form.display == "all":
            if linked:
                return lambda row: _both_linked(raw(row), shown(row), base)
            return lambda row: {"display_value": shown(row), "value": raw(row)}
        if self._form.display == "true":
            if linked:
                return lambda row: {"display_value": shown(row), "link": base + value} if (value := raw(row)) else ""
            return lambda row: "" if (text := shown(row)) is None else text
        if linked:
            return lambda row: {"link": base + value, "value": value} if (value := raw(row)) else ""
        return raw


def _plainly(shown: Callable[[Any, Viewer], str | None], viewer: Viewer) -> Cell:
    return lambda row: shown(row, viewer)


def _both_linked(value: str, shown: str | None, base: str) -> dict[str, str | None]:
    if not value:
        return {"display_value": "", "value": ""}
    return {"display_value": shown, "link": base + value, "value": value}
