"""A filter in a sentence, for the line under it and for whoever wonders why a list is empty."""

from __future__ import annotations

from helpdesk_tui.domain.filters.ast import Day, Duration, Filter, Not, Phrase, Positive, Range, Text, Value, Word
from helpdesk_tui.domain.filters.keys import KEYS, Key, Kind


def explain(filter_: Filter) -> str:
    """What the filter keeps, in plain words; terms are joined by "; " and all of them must hold."""
    if not filter_:
        return "every ticket in scope"
    return "; ".join(
        f"not: {_positive(term.of)}" if isinstance(term, Not) else _positive(term) for term in filter_.terms
    )


def _positive(term: Positive) -> str:
    if isinstance(term, Word):
        return f'has a word beginning with "{term.text}"'
    if isinstance(term, Phrase):
        return f'has the words "{term.text}"'
    key = KEYS[term.key]
    return f"{key.says} {' or '.join(_value(key, value) for value in term.values)}"


def _value(key: Key, value: Value) -> str:
    if isinstance(value, Text):
        if value.fixed:
            return key.words[value.text]
        return f"exactly {value.exact}" if value.exact else value.text
    after = {Kind.AHEAD: " away", Kind.BEHIND: " ago"}.get(key.kind, "")
    if isinstance(value.low, Day) or isinstance(value.high, Day):
        return _days(value)
    return _amounts(value, after)


def _amounts(value: Range, after: str) -> str:
    low, high = value.low, value.high
    if low is None:
        return f"{'less than' if value.below else 'at most'} {high}{after}"
    if high is None:
        return f"{'more than' if value.above else 'at least'} {low}{after}"
    if low == high and not isinstance(low, Duration):
        return f"{low}{after}"
    return f"from {low} to {high}{after}"


def _days(value: Range) -> str:
    low, high = value.low, value.high
    if low is None:
        return f"before {high}" if value.below else f"on {high} or before"
    if high is None:
        return f"after {low}" if value.above else f"on {low} or after"
    return f"on {low}" if low == high else f"from {low} to {high}"
