"""What the instance says about itself: choices, properties, columns and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from helpdesk_tui.sandbox.servicenow import states
from helpdesk_tui.sandbox.servicenow.fields import ADMINS, Field, by_name, constant, flag, number, reference, text
from helpdesk_tui.sandbox.servicenow.listing import ListTable
from helpdesk_tui.sandbox.servicenow.people_tables import system
from helpdesk_tui.sandbox.servicenow.tables import Instance


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a column may have; `ordinal` counts from 1."""

    ordinal: int
    table: str
    element: str
    value: str
    label: str
    sequence: int


_LISTS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("task", "state", states.TASK_STATES),
    ("task", "priority", states.PRIORITIES),
    ("task", "impact", states.LEVELS),
    ("task", "urgency", states.LEVELS),
    ("task", "escalation", states.ESCALATIONS),
    ("task", "contact_type", states.CONTACTS),
    ("incident", "state", states.INCIDENT_STATES),
    ("incident", "incident_state", states.INCIDENT_STATES),
    ("incident", "hold_reason", states.HOLD_REASONS),
    ("incident", "category", states.CATEGORIES),
    ("incident", "close_code", {code: code for code in states.CLOSE_CODES}),
    ("problem", "state", states.PROBLEM_STATES),
    ("problem", "category", states.CATEGORIES),
)  # fmt: skip


def choices() -> list[Choice]:
    """Every choice of the instance. Catalog tasks have none of their own: they inherit those of `task`."""
    found: list[Choice] = []
    for table, element, labels in _LISTS:
        for place, (value, label) in enumerate(labels.items()):
            found.append(Choice(len(found) + 1, table, element, value, label, place * 10))
    return found


def sys_choice(instance: Instance) -> ListTable:
    """`sys_choice`."""
    items = choices()
    fields = by_name(
        *system(lambda row: instance.identity.sys_id("sys_choice", row.ordinal), "sys_choice"),
        text("name", lambda row: row.table),
        text("element", lambda row: row.element),
        text("value", lambda row: row.value),
        text("label", lambda row: row.label),
        number("sequence", lambda row: str(row.sequence)),
        constant("language", "en"),
        flag("inactive", lambda _row: False),
        constant("dependent_value"),
        constant("hint"),
    )
    return ListTable(
        "sys_choice", "Choice", fields, identity=instance.identity, rows=lambda _query: items,
        by_ordinal=lambda place: items[place - 1] if place <= len(items) else None, shown_by="label",
    )  # fmt: skip


def sys_properties(instance: Instance) -> ListTable:
    """`sys_properties`, for administrators: those a client has reason to read."""

    def rows() -> list[tuple[int, str, str]]:
        strict = str(instance.settings.invalid_query_returns_no_rows).lower()
        pairs = (
            ("glide.sys.default.tz", instance.settings.default_zone),
            ("glide.sys.date_format", "yyyy-MM-dd"),
            ("glide.sys.time_format", "HH:mm:ss"),
            ("glide.invalid_query.returns_no_rows", strict),
            ("glide.oauth.inbound.client.credential.grant_type.enabled", "true"),
            ("instance_name", "sandbox"),
            ("glide.buildtag.last", "glide-australia-02-11-2026__patch0"),
        )
        return [(place, *pair) for place, pair in enumerate(pairs, 1)]

    fields = by_name(
        *system(lambda row: instance.identity.sys_id("sys_properties", row[0]), "sys_properties"),
        text("name", lambda row: row[1]),
        text("value", lambda row: row[2]),
        constant("type", "string"),
        constant("description"),
    )
    return ListTable(
        "sys_properties", "System Property", fields, identity=instance.identity, rows=lambda _query: rows(),
        by_ordinal=lambda place: rows()[place - 1] if place <= len(rows()) else None, readers=ADMINS,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One entry of the dictionary; without a field it stands for the table itself."""

    ordinal: int
    table: str
    field: Field | None


def _columns(instance: Instance) -> list[Column]:
    """Every column that a table does not inherit, after the tables themselves, in a fixed order."""
    found: list[Column] = []
    for name, table in instance.tables.items():
        found.append(Column(len(found) + 1, name, None))
        inherited = instance.tables[table.parent].fields if table.parent else {}
        for field in table.fields.values():
            if field.name not in inherited:
                found.append(Column(len(found) + 1, name, field))
    return found


def sys_dictionary(instance: Instance) -> ListTable:
    """`sys_dictionary`, for administrators: which columns there are and of what kind."""

    def rows() -> Sequence[Column]:
        return _columns(instance)

    def of_field(row: Column, name: str) -> str:
        return str(getattr(row.field, name)) if row.field else ""

    fields = by_name(
        *system(lambda row: instance.identity.sys_id("sys_dictionary", row.ordinal), "sys_dictionary"),
        text("name", lambda row: row.table),
        text("element", lambda row: of_field(row, "name")),
        text("column_label", lambda row: of_field(row, "name").replace("_", " ").capitalize()),
        text("internal_type", lambda row: of_field(row, "kind") if row.field else "collection"),
        text("reference", lambda row: of_field(row, "target")),
        text("max_length", lambda row: of_field(row, "length")),
        flag("mandatory", lambda row: row.field is not None and row.field.name == "short_description"),
        flag("read_only", lambda row: row.field is not None and not row.field.writable),
        flag("active", lambda _row: True),
    )
    return ListTable(
        "sys_dictionary", "Dictionary Entry", fields, identity=instance.identity, rows=lambda _query: rows(),
        by_ordinal=lambda place: rows()[place - 1] if place <= len(rows()) else None, shown_by="column_label",
        readers=ADMINS,
    )  # fmt: skip


def sys_db_object(instance: Instance) -> ListTable:
    """`sys_db_object`: which tables there are and what they extend."""

    def rows() -> Iterator[tuple[int, str]]:
        yield from enumerate(instance.tables, 1)

    def identifier(name: str) -> str:
        place = next((place for place, table in rows() if table == name), 0)
        return instance.identity.sys_id("sys_db_object", place) if place else ""

    fields = by_name(
        *system(lambda row: identifier(row[1]), "sys_db_object"),
        text("name", lambda row: row[1]),
        text("label", lambda row: instance.tables[row[1]].label),
        reference(
            "super_class", "sys_db_object", lambda row: identifier(instance.tables[row[1]].parent),
            lambda row: instance.tables[instance.tables[row[1]].parent].label if instance.tables[row[1]].parent else "",
        ),
    )  # fmt: skip
    return ListTable(
        "sys_db_object", "Table", fields, identity=instance.identity, rows=lambda _query: rows(),
        by_ordinal=lambda place: next((row for row in rows() if row[0] == place), None), shown_by="label",
        readers=ADMINS,
    )  # fmt: skip
