"""Values after a key's colon: counts, durations, days and ranges of them."""

from __future__ import annotations

import re
from datetime import date
from typing import NoReturn

from helpdesk_tui.domain.filters.ast import DAY_WORDS, Day, Duration, Quantity, Range
from helpdesk_tui.domain.filters.keys import Key, Kind
from helpdesk_tui.errors import FilterError

_COMPARED = re.compile(r"(<=|>=|<|>|≤|≥|=)(.*)", re.DOTALL)
_DURATION = re.compile(r"(?:\d{1,6}[wdhms])+", re.IGNORECASE)
_PART = re.compile(r"(\d+)([wdhms])", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COUNT = re.compile(r"(\d{1,7})x?", re.IGNORECASE)
_SECONDS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
_WANTS = {
    Kind.COUNT: "a number like 3, >=3 or 1..3",
    Kind.ELAPSED: "a duration like >2h, <30m or 1d..3d",
    Kind.AHEAD: "a duration like <2h, 30m or 3d, or a day like today or 2026-11-20",
    Kind.BEHIND: "a duration like <2h, 30m or 3d, or a day like today or 2026-11-20",
}
_UNIT_OF = {
    Kind.COUNT: "a number like 3",
    Kind.ELAPSED: "a duration like 2h, 30m, 3d",
    Kind.AHEAD: "a duration like 2h, 30m, 3d, or a day like today or 2026-11-20",
    Kind.BEHIND: "a duration like 2h, 30m, 3d, or a day like today or 2026-11-20",
}


def wanted(key: Key) -> str:
    """What a value of this key looks like, for an error."""
    return _WANTS[key.kind]


def read_range(key: Key, text: str, start: int) -> Range:
    """A count, duration, day or a range of them; `start` is its offset in the filter. Raises FilterError."""
    compared = _COMPARED.fullmatch(text)
    if compared:
        operator, rest = compared.groups()
        return _one_sided(operator, _quantity(key, rest, start + len(operator)))
    low, dots, high = text.partition("..")
    if dots:
        return _between(key, low, high, start)
    value = _quantity(key, text, start)
    if isinstance(value, Duration):
        _fail(f"expected < or > before {text}: {key.name}:<{text} or {key.name}:>{text}", start, text)
    return Range(value, value)


def _one_sided(operator: str, value: Quantity) -> Range:
    if operator in ("<", "<=", "≤"):
        return Range(None, value, below=operator == "<")
    if operator in (">", ">=", "≥"):
        return Range(value, None, above=operator == ">")
    return Range(value, value)


def _between(key: Key, low: str, high: str, start: int) -> Range:
    """`a..b`, `a..` or `..b`, both ends in it."""
    whole = f"{low}..{high}"
    if not low and not high:
        _fail(f"expected {_UNIT_OF[key.kind]} on one side of ..", start, whole)
    first = _quantity(key, low, start) if low else None
    last = _quantity(key, high, start + len(low) + 2) if high else None
    if first is not None and last is not None:
        if type(first) is not type(last):
            _fail("expected the same kind on both sides of ..", start, whole)
        if _backward(first, last):
            _fail(f"expected the smaller end first: {high}..{low}", start, whole)
    return Range(first, last)


def _backward(low: Quantity, high: Quantity) -> bool:
    if isinstance(low, Day) and isinstance(high, Day):
        return low.text not in DAY_WORDS and high.text not in DAY_WORDS and low.text > high.text
    if isinstance(low, Duration) and isinstance(high, Duration):
        return low > high
    return isinstance(low, int) and isinstance(high, int) and low > high


def _quantity(key: Key, text: str, start: int) -> Quantity:
    found = _count(text) if key.kind is Kind.COUNT else _time(text, days=key.kind is not Kind.ELAPSED)
    if found is None:
        _fail(f"expected {_UNIT_OF[key.kind]}", start, text)
    if isinstance(found, int) and found > key.top:
        _fail(f"expected a number up to {key.top}", start, text)
    return found


def _count(text: str) -> int | None:
    match = _COUNT.fullmatch(text)
    return int(match[1]) if match else None


def _time(text: str, *, days: bool) -> Duration | Day | None:
    if _DURATION.fullmatch(text):
        return Duration(sum(int(count) * _SECONDS[unit.lower()] for count, unit in _PART.findall(text)))
    if days and text.lower() in DAY_WORDS:
        return Day(text.lower())
    if days and _DAY.fullmatch(text):
        try:
            found = date.fromisoformat(text)
        except ValueError:
            return None
        return Day(found.isoformat()) if 1900 < found.year < 2300 else None
    return None


def _fail(message: str, start: int, text: str) -> NoReturn:
    raise FilterError(message, start=start, end=start + max(1, len(text)))
