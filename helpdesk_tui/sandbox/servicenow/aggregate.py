"""The Aggregate API: counts and simple statistics over a table's rows, whole or by group."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from helpdesk_tui.sandbox.servicenow.predicate import Accessor
from helpdesk_tui.sandbox.servicenow.table_api import TableApi, filters
from helpdesk_tui.sandbox.servicenow.tables import Instance, Table, Wanted
from helpdesk_tui.sandbox.servicenow.wire import Answer, Call, Refusal, result

_EVERYTHING = 1 << 60
_STATISTICS: dict[str, Callable[[list[float]], str]] = {
    "avg": lambda values: f"{sum(values) / len(values):.4f}" if values else "",
    "min": lambda values: f"{min(values):g}" if values else "",
    "max": lambda values: f"{max(values):g}" if values else "",
    "sum": lambda values: f"{sum(values):g}" if values else "",
}


def _names(call: Call, parameter: str) -> list[str]:
    return [name.strip() for name in call.get(parameter).split(",") if name.strip()]


def _numbers(accessor: Accessor, rows: Iterable[Any]) -> list[float]:
    found = []
    for row in rows:
        try:
            found.append(float(accessor.raw(row)))
        except ValueError:
            continue
    return found


class StatsApi:
    """Answers `/api/now/stats/{table}`. Counts are made before access rules, like those of lists."""

    def __init__(self, instance: Instance, tables: TableApi) -> None:
        """`tables` prepares queries."""
        self._of, self._tables = instance, tables

    async def answer(self, call: Call, name: str) -> Answer:
        """One request for statistics. Raises Refusal."""
        table = self._of.tables.get(name)
        if table is None:
            raise Refusal(400, f"Invalid table {name}")
        if call.method != "GET":
            raise Refusal(405, "Method not supported", f"{call.method} is not supported here")
        query, prepared = self._tables.prepare(call, table, filters(call))
        groups = [*_names(call, "sysparm_group_by"), *query.group_by]
        wanted = {kind: _names(call, f"sysparm_{kind}_fields") for kind in _STATISTICS}
        if not groups and not any(wanted.values()):
            selection = await table.select(Wanted(prepared, call.viewer, 0, 0))
            return result({"stats": {"count": str(selection.total or 0)} if call.on("sysparm_count") else {}})
        rows = (await table.select(Wanted(prepared, call.viewer, 0, _EVERYTHING, True))).rows
        if not groups:
            return result({"stats": self._stats(call, table, rows, wanted)})
        return result(self._grouped(call, table, rows, groups, wanted))

    def _stats(self, call: Call, table: Table, rows: list[Any], wanted: dict[str, list[str]]) -> dict[str, Any]:
        stats: dict[str, Any] = {"count": str(len(rows))} if call.on("sysparm_count") else {}
        for kind, names in wanted.items():
            columns = {name: accessor for name in names if (accessor := self._of.access(table, name))}
            if columns:
                stats[kind] = {name: _STATISTICS[kind](_numbers(column, rows)) for name, column in columns.items()}
        return stats

    def _grouped(
        self, call: Call, table: Table, rows: list[Any], groups: list[str], wanted: dict[str, list[str]]
    ) -> list[dict[str, Any]]:
        columns = [(name, accessor) for name in groups if (accessor := self._of.access(table, name))]
        found: dict[tuple[str, ...], list[Any]] = {}
        for row in rows:
            found.setdefault(tuple(accessor.raw(row) for _, accessor in columns), []).append(row)
        display = call.get("sysparm_display_value").lower()
        return [
            {
                "stats": self._stats(call, table, members, wanted),
                "groupby_fields": [
                    self._group(call, display, name, accessor, value, members[0])
                    for (name, accessor), value in zip(columns, values, strict=True)
                ],
            }
            for values, members in sorted(found.items(), key=lambda item: item[0])
        ]

    @staticmethod
    def _group(call: Call, display: str, name: str, accessor: Accessor, value: str, row: Any) -> dict[str, Any]:
        shown = accessor.display(row, call.viewer)
        if display == "all":
            return {"field": name, "value": value, "display_value": shown}
        return {"field": name, "value": shown if display == "true" else value}
