"""Which part of an order a query asks for: bounds read out of its conditions, and windows over merged parts.

A place in the order of last changes is one integer: instant in the high bits, ordinal in the low ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from helpdesk_tui.sandbox.servicenow.encoded import Condition
from helpdesk_tui.sandbox.servicenow.identity import MAX_ORDINAL, Identity
from helpdesk_tui.sandbox.servicenow.prepare import Piece, Prepared
from helpdesk_tui.sandbox.servicenow.times import parse

Range = tuple[int, int]
"""Half open."""
LATEST = 1 << 38


@dataclass(frozen=True, slots=True)
class Parts:
    """The ranges of an order that may hold the query's rows, and the text and test that decide within them."""

    ranges: tuple[Range, ...]
    rest: tuple[Piece, ...]
    name: str

    def holds(self, row: object) -> bool:
        """Whether a row within the ranges is one of the query's."""
        return any(piece.holds(row) for piece in self.rest)


def _bounds(condition: Condition) -> tuple[int, int]:
    """The instants a condition on a date allows, half open."""
    parts = condition.value.split("@")[-2:]
    low = parse(parts[0])
    if low is None:
        return 0, LATEST
    if condition.operator in {"BETWEEN", "ON"}:
        high = parse(parts[-1])
        return low, LATEST if high is None else high + 1
    return {
        ">": (low + 1, LATEST), ">=": (low, LATEST), "<": (0, low), "<=": (0, low + 1), "=": (low, low + 1),
    }.get(condition.operator, (0, LATEST))  # fmt: skip


def _lone(piece: Piece, field: str) -> Iterator[Condition]:
    for alternatives in piece.branch:
        if len(alternatives) == 1 and alternatives[0].field == field:
            yield alternatives[0]


_RANGED = frozenset({">", ">=", "<", "<=", "=", "BETWEEN", "ON"})


def instants(piece: Piece, field: str) -> Range | None:
    """The instants a piece allows a date column, None where some condition on it cannot be put as a range."""
    low, high = 0, LATEST
    for condition in _lone(piece, field):
        if condition.operator not in _RANGED or (condition.operator == "=" and parse(condition.value) is None):
            return None
        start, end = _bounds(condition)
        low, high = max(low, start), min(high, end)
    return low, max(low, high)


def ordinals(piece: Piece, identity: Identity, table: str) -> Range | None:
    """The ordinals a piece allows by comparing sys_ids, None where some condition on them cannot be put as a range."""
    low, high = 0, MAX_ORDINAL
    for condition in _lone(piece, "sys_id"):
        after = identity.first_after(table, condition.value)
        here = identity.ordinal(table, condition.value)
        if condition.operator in {">", ">="}:
            low = max(low, here if here and condition.operator == ">=" else after)
        elif condition.operator in {"<", "<="}:
            high = min(high, here if here and condition.operator == "<" else after)
        else:
            return None
    return low, max(low, high)


def floor(query: Prepared, fields: Sequence[str]) -> int:
    """An instant no row of the query changed before, as far as its lower bounds on some date columns tell; else 0."""
    lows = [
        max((found[0] for field in fields if (found := instants(piece, field))), default=0) for piece in query.pieces
    ]
    return min(lows, default=0)


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Ranges in order, without overlaps and empty ones."""
    out: list[Range] = []
    for low, high in sorted(ranges):
        if low >= high:
            continue
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return tuple(out)


def parted(query: Prepared, found: Sequence[tuple[Range, Piece]]) -> Parts:
    """Joins the ranges of pieces that differ in nothing else; others are asked in full, over everything."""
    rests = {piece.text(): piece for _, piece in found}
    if len(rests) == 1:
        ((name, piece),) = rests.items()
        return Parts(merged(bounds for bounds, _ in found), (piece,), name)
    name = "^NQ".join(sorted(piece.text() for piece in query.pieces))
    return Parts(((0, 1 << 62),) if query.pieces else (), query.pieces, name)


def window(spans: Sequence[Range], offset: int, limit: int, *, descending: bool) -> Iterator[int]:
    """The positions of a page over ascending spans of positions."""
    skip, left = offset, limit
    for start, end in reversed(spans) if descending else spans:
        size = end - start
        if skip >= size:
            skip -= size
            continue
        take = min(left, size - skip)
        yield from (
            range(end - 1 - skip, end - 1 - skip - take, -1) if descending else range(start + skip, start + skip + take)
        )
        skip, left = 0, left - take
        if not left:
            return
