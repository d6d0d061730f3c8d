"""What the conditions of an encoded query mean for a column.

Strings compare without regard to case, as the platform's do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from helpdesk_tui.sandbox.servicenow.encoded import Condition
from helpdesk_tui.sandbox.servicenow.fields import Field, Viewer
from helpdesk_tui.sandbox.servicenow.times import parse, utc

Test = Callable[[Any], bool]
Key = Callable[[Any], Any]

ME = "90d1921e5f510100a9ad2572f2b477fe"
MY_GROUPS = "d6435e965f510100a9ad2572f2b477fe"
_EQUAL = {"=": True, "IN": True, "!=": False, "NOT IN": False}
_HOLDS: dict[str, Callable[[str, str], bool]] = {
    "LIKE": lambda have, want: want in have,
    "CONTAINS": lambda have, want: want in have,
    "STARTSWITH": lambda have, want: have.startswith(want),
    "ENDSWITH": lambda have, want: have.endswith(want),
    "NOT LIKE": lambda have, want: want not in have,
    "NOTLIKE": lambda have, want: want not in have,
    "DOES NOT CONTAIN": lambda have, want: want not in have,
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda have, want: bool(have > want),
    ">=": lambda have, want: bool(have >= want),
    "<": lambda have, want: bool(have < want),
    "<=": lambda have, want: bool(have <= want),
}


@dataclass(frozen=True, slots=True)
class Accessor:
    """A column reached from a row, perhaps through references (`caller_id.name`)."""

    field: Field
    hop: Callable[[Any], Any] | None = None
    """From the row to the row that has the field, None where a reference on the way is empty."""

    def raw(self, row: Any) -> str:
        """The raw value; "" where the way there ends early."""
        if self.hop is None:
            return self.field.raw(row)
        end = self.hop(row)
        return "" if end is None else self.field.raw(end)

    def display(self, row: Any, viewer: Viewer) -> str | None:
        """The display value; "" where the way there ends early."""
        end = row if self.hop is None else self.hop(row)
        return "" if end is None else self.field.display(end, viewer)

    def reader(self) -> Callable[[Any], str]:
        """The shortest function that gives the raw value: pages call it a thousand times a column."""
        return self.field.raw if self.hop is None else self.raw


def sort_key(accessor: Accessor) -> Key:
    """A function from row to something that sorts as the platform sorts: nothing first, numbers as numbers."""
    raw = accessor.reader()
    if accessor.field.kind in {"integer", "choice"}:

        def key(row: Any) -> tuple[int, float, str]:
            value = raw(row)
            try:
                return (1, float(value), "")
            except ValueError:
                return (2, 0.0, value.lower()) if value else (0, 0.0, "")

        return key
    return lambda row: raw(row).lower()


def _typed(field: Field, value: str) -> str | None:
    """A literal in the form the column's raw values have; None for one that cannot be."""
    if field.kind == "glide_date_time" or (field.kind == "glide_duration" and value):
        if not value:
            return ""
        instant = parse(value)
        return None if instant is None else utc(instant)
    if field.kind == "boolean":
        return {"1": "true", "0": "false", "": "false"}.get(value.lower(), value.lower())
    return value.lower()


def _equality(accessor: Accessor, condition: Condition) -> Test | None:
    raw, wanted = accessor.reader(), condition.value
    many = condition.operator in {"IN", "NOT IN"}
    texts = [
        _typed(accessor.field, part.strip() if many else part) for part in (wanted.split(",") if many else [wanted])
    ]
    values = frozenset(text for text in texts if text is not None)
    if not values:
        return None
    if _EQUAL[condition.operator]:
        return lambda row: raw(row).lower() in values
    return lambda row: raw(row).lower() not in values


def _holding(accessor: Accessor, condition: Condition, viewer: Viewer) -> Test:
    holds, wanted = _HOLDS[condition.operator], condition.value.lower()
    if accessor.field.kind == "reference":
        return lambda row: holds((accessor.display(row, viewer) or "").lower(), wanted)
    raw = accessor.reader()
    return lambda row: holds(raw(row).lower(), wanted)


def _comparison(accessor: Accessor, operator: str, value: str) -> Test | None:
    compare, raw = _COMPARE[operator], accessor.reader()
    literal = _typed(accessor.field, value)
    if not literal:
        return None
    if accessor.field.kind in {"integer", "choice"}:
        try:
            bound = float(literal)
        except ValueError:
            return None

        def numeric(row: Any) -> bool:
            have = raw(row)
            try:
                return compare(float(have), bound)
            except ValueError:
                return False

        return numeric
    return lambda row: bool(have := raw(row)) and compare(have.lower(), literal)


def _between(accessor: Accessor, value: str) -> Test | None:
    parts = value.split("@")[-2:]
    if len(parts) != 2:
        return None
    low, high = _comparison(accessor, ">=", parts[0]), _comparison(accessor, "<=", parts[1])
    if low is None or high is None:
        return None
    above, below = low, high
    return lambda row: above(row) and below(row)


def build(accessor: Accessor, condition: Condition, viewer: Viewer, other: Accessor | None = None) -> Test | None:
    """The test a condition stands for, None where its operator or value makes no sense for the column.

    `other` is the column a SAMEAS condition names.
    """
    operator, raw = condition.operator, accessor.reader()
    if operator in _EQUAL:
        return _equality(accessor, condition)
    if operator in _HOLDS:
        return _holding(accessor, condition, viewer)
    if operator in _COMPARE:
        return _comparison(accessor, operator, condition.value)
    if operator in {"BETWEEN", "ON"}:
        return _between(accessor, condition.value)
    if operator in {"NOTON", "NOTONToday"}:
        on = _between(accessor, condition.value)
        return None if on is None else lambda row: not on(row)
    if operator in {"ISEMPTY", "EMPTYSTRING"}:
        return lambda row: not raw(row)
    if operator == "ISNOTEMPTY":
        return lambda row: bool(raw(row))
    if operator in {"SAMEAS", "NSAMEAS"} and other is not None:
        equal, twin = operator == "SAMEAS", other.reader()
        return lambda row: (raw(row) == twin(row)) is equal
    if operator == "INSTANCEOF":
        return lambda row: condition.value in {raw(row), "task"}
    return (lambda _row: True) if operator == "ANYTHING" else None
