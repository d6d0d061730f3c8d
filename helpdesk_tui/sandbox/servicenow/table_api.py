"""The Table API: versions 1 and 2, and without a version the latest."""

from __future__ import annotations

from typing import Any, cast

from helpdesk_tui.sandbox.servicenow import encoded, paging
from helpdesk_tui.sandbox.servicenow.encoded import Query
from helpdesk_tui.sandbox.servicenow.meta_tables import choices
from helpdesk_tui.sandbox.servicenow.prepare import Preparation, Prepared
from helpdesk_tui.sandbox.servicenow.render import Display, Form, Renderer
from helpdesk_tui.sandbox.servicenow.tables import Instance, Table, Wanted
from helpdesk_tui.sandbox.servicenow.ticket_table import TicketTable
from helpdesk_tui.sandbox.servicenow.wire import Answer, Call, Refusal, json_body, missing, result
from helpdesk_tui.sandbox.servicenow.writes import Writer, denied

_VIEWS = {
    "mobile": ("number", "short_description", "state", "priority", "assigned_to", "opened_at", "sys_id"),
    "ess": ("number", "short_description", "state", "opened_at", "comments", "sys_id"),
}
"""Views that narrow the columns of a task; any other view is as good as none."""


def filters(call: Call) -> str:
    """The encoded query of a request: `sysparm_query`, else plain `name=value` parameters."""
    query = call.get("sysparm_query")
    if query:
        return query
    pairs = [(name, value) for name, value in call.params if not name.startswith("sysparm_") and name]
    return "^".join(f"{name}={value.replace('^', '^^')}" for name, value in pairs)


class TableApi:
    """Answers `/api/now/table/…`."""

    def __init__(self, instance: Instance) -> None:
        """`instance` has the tables."""
        self._of = instance
        self._writer = Writer(instance)

    async def answer(self, call: Call, version: str, name: str, sys_id: str) -> Answer:
        """One request for a table or a record. Raises Refusal."""
        table = self._table(name)
        if not sys_id and call.method == "GET":
            return await self._list(call, table, version)
        if not sys_id and call.method == "POST":
            return self._create(call, table, version)
        if sys_id and call.method == "GET":
            return result(self._render(call, table, version, [self._one(call, table, sys_id)])[0])
        if sys_id and call.method in {"PUT", "PATCH"}:
            return self._update(call, table, version, sys_id)
        if sys_id and call.method == "DELETE":
            return self._delete(call, table, sys_id)
        raise Refusal(405, "Method not supported", f"{call.method} is not supported here")

    def _table(self, name: str) -> Table:
        table = self._of.tables.get(name)
        if table is None:
            raise Refusal(400, f"Invalid table {name}")
        return table

    def _one(self, call: Call, table: Table, sys_id: str) -> Any:
        row = table.find(sys_id)
        if row is None or not table.open_to(call.viewer) or not table.visible(row, call.viewer):
            raise missing()
        return row

    def prepare(self, call: Call, table: Table, text: str) -> tuple[Query, Prepared]:
        """A request's query, ready to run. Raises Refusal 403 where it looks into columns the viewer may not read."""
        query = encoded.parse(text)
        preparation = Preparation(
            lambda path: self._of.access(table, path), call.viewer, self._of.user, self._groups_of
        )
        if not call.get("sysparm_query") and call.params:
            query = self._from_display(table, query)
        prepared = preparation.prepare(query, strict=self._of.settings.invalid_query_returns_no_rows)
        for path in prepared.fields:
            accessor = self._of.access(table, path)
            if accessor is not None and call.viewer.role not in accessor.field.readers:
                raise Refusal(
                    403,
                    "Insufficient rights to query records",
                    "Field(s) present in the query do not have permission to be read",
                )
        return query, prepared

    def _groups_of(self, uid: int) -> list[str]:
        person = self._of.world.people.get(uid)
        return [self._of.group(gid) for gid in person.groups] if person else []

    def _from_display(self, table: Table, query: Query) -> Query:
        """Plain parameters may give the display value of a choice or the name a reference shows."""
        change: dict[encoded.Condition, str] = {}
        for branch in query.branches:
            for condition in (condition for alternatives in branch for condition in alternatives):
                accessor = self._of.access(table, condition.field) if condition.operator == "=" else None
                if accessor is None or accessor.field.kind not in {"choice", "reference"} or not condition.value:
                    continue
                value = self._raw_value(accessor.field.target, condition.field, condition.value, table)
                if value is not None:
                    change[condition] = value
        return encoded.with_values(query, change)

    def _raw_value(self, target: str, field: str, shown: str, table: Table) -> str | None:
        if target == "sys_user":
            return next((self._of.user(p.uid) for p in self._of.world.people.values() if p.name == shown), None)
        if target == "sys_user_group":
            return next((self._of.group(g.gid) for g in self._of.world.groups.values() if g.name == shown), None)
        return self._choice(table, field, shown)

    def _choice(self, table: Table, field: str, shown: str) -> str | None:
        names = {table.name, table.parent}
        return next((c.value for c in choices() if c.element == field and c.table in names and c.label == shown), None)

    async def _list(self, call: Call, table: Table, version: str) -> Answer:
        _, prepared = self.prepare(call, table, filters(call))
        size, start, counted = paging.limit(call), paging.offset(call), not call.on("sysparm_no_count")
        selection = await table.select(Wanted(prepared, call.viewer, start, size, counted))
        open_to = table.open_to(call.viewer)
        rows = [row for row in selection.rows if open_to and table.visible(row, call.viewer)]
        headers: dict[str, str] = {}
        total = selection.total if counted else None
        if total is not None:
            headers["X-Total-Count"] = str(total)
        if not call.on("sysparm_suppress_pagination_header") and (link := paging.links(call, total, size, start)):
            headers["Link"] = link
        if not rows and version == "v1":
            refusal = missing()
            raise Refusal(404, refusal.message, refusal.detail, headers)
        return result(self._render(call, table, version, rows), headers=headers)

    def _render(self, call: Call, table: Table, version: str, rows: list[Any]) -> list[dict[str, Any]]:
        fields = tuple(name.strip() for name in call.get("sysparm_fields").split(",") if name.strip())
        display = call.get("sysparm_display_value").lower()
        form = Form(
            fields or _VIEWS.get(call.get("sysparm_view"), ()),
            cast("Display", display if display in {"true", "all"} else "false"),
            not call.on("sysparm_exclude_reference_link"),
            f"{call.origin}/api/now/{version + '/' if version else ''}table",
        )
        return Renderer(self._of, table, form, call.viewer).rows(rows)

    def _written(
        self, call: Call, table: Table, version: str, row: Any, status: int, headers: dict[str, str]
    ) -> Answer:
        if call.headers.get("x-no-response-body", "").lower() == "true":
            return Answer(status if status == 201 else 204, b"", headers)
        return result(self._render(call, table, version, [row])[0], status, headers)

    def _create(self, call: Call, table: Table, version: str) -> Answer:
        data = json_body(call)
        if not isinstance(table, TicketTable):
            raise denied("Insert")
        ticket = self._writer.create(table, data, call.viewer, display=call.on("sysparm_input_display_value"))
        sys_id = self._of.identity.sys_id("task", ticket.n)
        headers = {"Location": f"{call.origin}/api/now/{version or 'v2'}/table/{table.name}/{sys_id}"}
        return self._written(call, table, version, ticket, 201, headers)

    def _update(self, call: Call, table: Table, version: str, sys_id: str) -> Answer:
        data = json_body(call)
        row = self._one(call, table, sys_id)
        if not isinstance(table, TicketTable):
            raise denied("Update")
        display = call.on("sysparm_input_display_value")
        ticket = self._writer.update(self._class_of(table, row), row, data, call.viewer, display=display)
        return self._written(call, table, version, ticket, 200, {})

    def _class_of(self, table: TicketTable, row: Any) -> TicketTable:
        """A record written through `task` is written as what it is."""
        own = self._of.tables[table.fields["sys_class_name"].raw(row)]
        return own if table.kind is None and isinstance(own, TicketTable) else table

    def _delete(self, call: Call, table: Table, sys_id: str) -> Answer:
        row = self._one(call, table, sys_id)
        if not isinstance(table, TicketTable) or call.viewer.role != "admin":
            raise denied("Delete")
        table.desk.delete(row.n, call.viewer.uid)
        return Answer(204)
