"""Rows as ServiceNow sends them, each parsed on its own.

Every scalar is text, in one of four shapes: plain, `{"link", "value"}`, `{"display_value", "link"}`, or
`{"display_value", "value"}` with either part null or missing. Data is taken from `value` and labels from
`display_value`; a column that may not be read is left out of the row, which is not the same as empty. Stamps are
`YYYY-MM-DD HH:MM:SS`, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

Raw = Mapping[str, Any]
STAMP = "%Y-%m-%d %H:%M:%S"
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001
_DAY = 86_400


class Cell(NamedTuple):
    """One column: its value, what users read, and whether it was in the row at all."""

    value: str = ""
    label: str = ""
    given: bool = True


ABSENT = Cell(given=False)


def cell(raw: object) -> Cell:
    """A column in any of its shapes; empty where it is none of them. For a look at a row that is parsed elsewhere."""
    try:
        return strict_cell(raw)
    except ValueError:
        return Cell()


def strict_cell(raw: object) -> Cell:
    """A column in any of its shapes. Raises ValueError for one that is none of them."""
    if type(raw) is dict:
        # What all rows of a list are made of: a hundred thousand rows have three million of these.
        value, label = raw.get("value"), raw.get("display_value")
        if type(value) is str and type(label) is str:
            return Cell(value, label or value)
    if isinstance(raw, str):
        return Cell(raw, raw)
    if raw is None:
        return Cell()
    if isinstance(raw, dict):
        label = _scalar(raw.get("display_value"))
        value = _scalar(raw["value"]) if "value" in raw else _from_link(raw)
        return Cell(value, label or value)
    text = _scalar(raw)
    return Cell(text, text)


def _scalar(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))  # some interfaces give counts as 4.0
    if isinstance(raw, int | float):
        return str(raw)
    raise ValueError(f"a column holds {type(raw).__name__} where text belongs")


def _from_link(raw: Mapping[str, Any]) -> str:
    """The identifier at the end of a reference's link; else what is displayed."""
    link = raw.get("link")
    if isinstance(link, str) and "/" in link:
        return link.rstrip("/").rpartition("/")[2]
    return _scalar(raw.get("display_value"))


def seconds(text: str) -> int:
    """A stamp as seconds since the epoch, UTC; 0 for an empty one. Raises ValueError for anything else."""
    if not text:
        return 0
    try:
        if len(text) == 19 and text[10] == " ":
            since = datetime.fromisoformat(text) - _EPOCH
            return since.days * _DAY + since.seconds
    except ValueError:
        pass
    raise ValueError(f"“{text[:40]}” is not a time of the form YYYY-MM-DD HH:MM:SS")


def stamp(instant: int) -> str:
    """Seconds since the epoch as ServiceNow writes them in queries (always UTC)."""
    return datetime.fromtimestamp(instant, UTC).strftime(STAMP)


def value_of(raw: object) -> str:
    """What a column holds; "" where that is nothing it may hold. For a look at a row that is parsed elsewhere."""
    if type(raw) is dict:
        value = raw.get("value")
        if type(value) is str:
            return value
    return cell(raw).value


def strict_value(raw: object) -> str:
    """What a column holds, as `strict_cell` has it. Raises ValueError."""
    if type(raw) is dict:
        value = raw.get("value")
        if type(value) is str:
            return value
    return strict_cell(raw).value


def _stamp(raw: object) -> int:
    return seconds(strict_value(raw))


def count(text: str) -> int:
    """A counter; empty means that nothing was counted yet. Raises ValueError."""
    text = text.replace(",", "")
    return int(text) if text else 0


def flag(text: str) -> bool | None:
    """A yes or no; None where it is neither."""
    return _FLAGS.get(text.lower())


_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def _count(raw: object) -> int:
    return count(strict_value(raw))


def _flag(raw: object) -> bool | None:
    return flag(strict_value(raw))


Column = Annotated[Cell, PlainValidator(strict_cell)]
Text = Annotated[str, PlainValidator(strict_value)]
Stamp = Annotated[int, PlainValidator(_stamp)]
Count = Annotated[int, PlainValidator(_count)]
Flag = Annotated[bool | None, PlainValidator(_flag)]


def version(updated: int, changes: int) -> int:
    """A number that grows with each change: the second of the last change, and the number of changes within it."""
    return updated << 20 | (changes & 0xFFFFF)


class Row(BaseModel):
    """What every row has."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sys_id: Annotated[Text, Field(min_length=1)]
    sys_updated_on: Stamp = 0
    sys_mod_count: Count = 0

    @property
    def version(self) -> int:
        """Grows with each change."""
        return version(self.sys_updated_on, self.sys_mod_count)


class TicketRow(Row):
    """A row of any table that extends task."""

    sys_class_name: Text = ""
    number: Text = ""
    short_description: Text = ""
    description: Text = ""
    state: Column = ABSENT
    active: Flag = None
    hold_reason: Column = ABSENT
    priority: Column = ABSENT
    assignment_group: Column = ABSENT
    assigned_to: Column = ABSENT
    company: Column = ABSENT
    category: Column = ABSENT
    contact_type: Column = ABSENT
    sys_tags: Column = ABSENT
    opened_at: Stamp = 0
    sys_created_on: Stamp = 0
    resolved_at: Stamp = 0
    closed_at: Stamp = 0
    reassignment_count: Count = -1
    reopen_count: Count = -1
    parent: Column = ABSENT
    parent_incident: Column = ABSENT
    problem_id: Column = ABSENT
    request_item: Column = ABSENT
    request: Column = ABSENT


class JournalRow(Row):
    """A comment or work note."""

    element: Text = ""
    element_id: Text = ""
    value: Text = ""
    sys_created_on: Stamp = 0
    sys_created_by: Text = ""


class AuditRow(Row):
    """One change of one column."""

    documentkey: Text = ""
    tablename: Text = ""
    fieldname: Text = ""
    oldvalue: Text = ""
    newvalue: Text = ""
    user: Text = ""
    sys_created_on: Stamp = 0


class SlaRow(Row):
    """One SLA running on one task."""

    task: Text = ""
    sla: Column = ABSENT
    target: Annotated[Text, Field(alias="sla.target")] = ""
    kind: Annotated[Text, Field(alias="sla.type")] = ""
    length: Annotated[Text, Field(alias="sla.duration")] = ""
    name: Annotated[Column, Field(alias="sla.name")] = ABSENT
    stage: Text = ""
    active: Flag = None
    has_breached: Flag = None
    start_time: Stamp = 0
    end_time: Stamp = 0
    planned_end_time: Stamp = 0
    pause_time: Stamp = 0
    schedule: Column = ABSENT


class NamedRow(Row):
    """A group, company or department."""

    name: Text = ""
    active: Flag = None


class DeletedRow(Row):
    """The trace of a deleted record."""

    documentkey: Text = ""
    tablename: Text = ""
    sys_created_on: Stamp = 0
