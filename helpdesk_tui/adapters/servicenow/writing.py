"""Writes to tickets: look, write, verify.

The Table API has no precondition and no key against doing things twice. So a write follows a fresh reading at once; its
answer, which may keep a value without a word, is read back as what the ticket holds; and what appended text is found
again by our mark in `correlation_id`, which is set only where it is free or ours, or in the journal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from helpdesk_tui.adapters.base import Landing, Seen, Verdict, Written, earliest_trace, told_by_values
from helpdesk_tui.adapters.servicenow import activity, lookup
from helpdesk_tui.adapters.servicenow.authors import Authors
from helpdesk_tui.adapters.servicenow.catalogue import Catalogue
from helpdesk_tui.adapters.servicenow.context import Context
from helpdesk_tui.adapters.servicenow.queries import ID, is_name, one_of
from helpdesk_tui.adapters.servicenow.signin import Access
from helpdesk_tui.adapters.servicenow.table import read_result
from helpdesk_tui.adapters.servicenow.wire import Raw, TicketRow, value_of
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.domain.events import ActivityKind
from helpdesk_tui.domain.tickets import State, WayOut
from helpdesk_tui.errors import Garbled, Refused

COLUMNS = {
    "owner": "assigned_to",
    "group": "assignment_group",
    "title": "short_description",
    "note": "work_notes",
    "reply": "comments",
}
"""Names of ours and the columns they are written to; state and priority take more than one."""
FIELDS = (
    "sys_id",
    "sys_class_name",
    "sys_updated_on",
    "sys_mod_count",
    "sys_updated_by",
    "correlation_id",
    "state",
    "hold_reason",
    "active",
    "priority",
    "impact",
    "urgency",
    "assigned_to",
    "assignment_group",
    "short_description",
    "sys_tags",
)
URGENCIES = {"1": ("1", "1"), "2": ("1", "2"), "3": ("2", "2"), "4": ("2", "3"), "5": ("3", "3")}
"""Impact and urgency from which the platform's own table calculates each priority."""
MARK = "helpdesk-tui:"
_OURS = frozenset({*COLUMNS, "state", "status", "priority", "priority_name", "tags"})
NOT_HERE = {"tags+": "tags", "tags-": "tags", "link": "links", "priority_name": "a priority by name"}


class Writing:
    """The writes of one account."""

    def __init__(self, context: Context, authors: Authors, catalogue: Catalogue) -> None:
        self._context = context
        self._authors = authors
        self._catalogue = catalogue
        self._tables: dict[str, str] = {}

    async def look(self, key: str, fields: Collection[str] = ()) -> Seen:
        """A fresh reading. A ticket that is not to be had has its way out."""
        if not ID.fullmatch(key):
            return Seen(key, way=WayOut.DELETED)
        wanted = (*FIELDS, *(name for name in fields if name not in _OURS and name not in FIELDS and is_name(name)))
        known = self._tables.get(key)
        for table in (known,) if known else self._context.scope.tables:
            listed = await self._context.tables.rows(table, wanted, one_of("sys_id", [key]), limit=1)
            for row in listed.rows:
                if value_of(row.get("sys_id")) == key:
                    self._tables[key] = table
                    return self._seen(table, key, row, fields)
        self._tables.pop(key, None)
        page = await lookup.fetch(self._context, [key], clocks=False)
        ways = [departure.way for departure in page.departures]
        return Seen(key, way=ways[0] if ways else WayOut.FORBIDDEN)

    async def write(self, change: Change, seen: Seen) -> Written:
        """One PATCH of everything a change asks for. Raises Refused for what this platform cannot be asked."""
        table = self._tables.get(change.key) or value_of(seen.stamp.partition(" ")[0])
        body = await self._body(table, change)
        _, _, mark = seen.stamp.partition(" ")
        if change.says and (not mark or mark.startswith(MARK)):
            body["correlation_id"] = MARK + change.id
        fields = [name for name in change.desired if name not in _OURS and is_name(name)]
        answer = await self._context.http.fetch_json(
            "PATCH",
            f"/api/now/table/{table}/{change.key}",
            params={
                "sysparm_fields": ",".join((*FIELDS, *fields)),
                "sysparm_display_value": "all",
                "sysparm_exclude_reference_link": "true",
            },
            json=body,
            retries=False,
        )
        rows = read_result(answer)
        if not rows or value_of(rows[0].get("sys_id")) != change.key:
            raise Garbled("the answer to a write is about another record", status=answer.status)
        return Written(self._seen(table, change.key, rows[0], fields))

    async def verify(self, change: Change, access: Access) -> Verdict:
        """Whether a change is there: text by our mark or in the journal, values by themselves."""
        column = COLUMNS["note" if "note" in change.desired else "reply"]
        seen = await self.look(change.key, (*change.overwrites, column) if change.says else change.overwrites)
        if seen.way is not None:
            return Verdict(Landing.ABSENT, seen)
        if change.says:
            return await self._said(change, seen, access)
        return told_by_values(change, seen)

    async def _said(self, change: Change, seen: Seen, access: Access) -> Verdict:
        if seen.stamp.endswith(f" {MARK}{change.id}"):
            return Verdict(Landing.LANDED, seen)
        page = await activity.of_ticket(self._context, self._authors, access, change.key)
        since = earliest_trace(change, self._context.http.skew)
        wanted = " ".join(change.says.split())
        internal = "note" in change.desired
        for one in page.activity:
            alike = " ".join(one.text.split()) == wanted and (one.kind is ActivityKind.INTERNAL) == internal
            if alike and one.at == 0:
                return Verdict(Landing.UNKNOWN, seen, words="when the same text was written cannot be read")
            if alike and one.at >= since:
                return Verdict(Landing.LANDED, seen, marker=one.ident)
        column = COLUMNS["note" if internal else "reply"]
        if page.bad or not (access.journal or column in seen.fields):
            return Verdict(Landing.UNKNOWN, seen, words="what was written on the ticket may not be read")
        return Verdict(Landing.ABSENT, seen)

    async def _body(self, table: str, change: Change) -> dict[str, str]:
        body: dict[str, str] = {}
        for name, value in change.desired.items():
            if name in NOT_HERE:
                raise Refused(f"{NOT_HERE[name]} cannot be written to ServiceNow from here")
            if name in COLUMNS:
                body[COLUMNS[name]] = value
            elif name == "state":
                body |= self._meaning(table, value)
            elif name == "status":
                body["state"] = await self._choice(table, value)
            elif name == "priority":
                if value not in URGENCIES:
                    raise Refused(f"there is no priority {value}")
                body["impact"], body["urgency"] = URGENCIES[value]
            elif is_name(name):
                body.setdefault(name, value)
            else:
                raise Refused(f"there is no field {name}")
        return body

    def _meaning(self, table: str, value: str) -> dict[str, str]:
        wanted = State(value)
        code = self._context.mapper.states.value_for(table, State.HOLD if wanted is State.PENDING else wanted)
        if wanted is State.PENDING and table == "incident" and code:
            return {"state": code, "hold_reason": "1"}
        code = self._context.mapper.states.value_for(table, wanted) or ""
        if not code:
            raise Refused(f"{table} has no state that means {value}; name one of its own")
        return {"state": code}

    async def _choice(self, table: str, label: str) -> str:
        """The value of a state's label, by the platform's list of choices."""
        value = await self._catalogue.value(table, "state", label)
        if not value:
            raise Refused(f"{table} has no state “{label}”")
        return value

    def _seen(self, table: str, key: str, raw: Raw, also: Collection[str]) -> Seen:
        row = TicketRow.model_validate(raw)
        fields: dict[str, str] = {
            name: value_of(raw[column]) for name, column in COLUMNS.items() if column in raw and name not in _SAID
        }
        if row.state.given:
            meaning = self._context.mapper.states.meaning(
                table, row.state.value, label=row.state.label, hold_reason=row.hold_reason.value, active=row.active
            )
            fields |= {"state": str(meaning), "status": row.state.label}
        if row.priority.given:
            fields |= {"priority": row.priority.value, "priority_name": row.priority.label}
        if row.sys_tags.given:
            fields["tags"] = "\n".join(part.strip() for part in row.sys_tags.label.split(",") if part.strip())
        fields |= _own(raw, also)
        mark = value_of(raw.get("correlation_id"))
        return Seen(key, row.version, fields, value_of(raw.get("sys_updated_by")), stamp=f"{table} {mark}")


_SAID = frozenset({"note", "reply"})


def _own(raw: Raw, names: Collection[str]) -> Mapping[str, str]:
    return {name: value_of(raw[name]) for name in names if name not in _OURS and name in raw}
