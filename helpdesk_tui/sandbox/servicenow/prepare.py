"""From an encoded query to tests on the rows of one table: scripts run, nonsense dropped, columns found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from helpdesk_tui.sandbox.servicenow.encoded import TEXT_SEARCH, Branch, Condition, Query, written
from helpdesk_tui.sandbox.servicenow.fields import Viewer
from helpdesk_tui.sandbox.servicenow.predicate import ME, MY_GROUPS, Accessor, Key, Test, build, sort_key
from helpdesk_tui.sandbox.servicenow.script import evaluate, relative
from helpdesk_tui.sandbox.servicenow.times import utc

Access = Callable[[str], Accessor | None]
_RELATIVE = {"RELATIVEGT": ">", "RELATIVEGE": ">=", "RELATIVELT": "<", "RELATIVELE": "<="}
_SEARCHED = ("number", "short_description", "description", "name", "user_name")


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort column: its path, its key and its direction."""

    path: str
    key: Key
    descending: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """One branch of a prepared query: the conditions that made sense and the test each list of alternatives is."""

    branch: Branch
    tests: tuple[Test, ...]

    def holds(self, row: Any) -> bool:
        """Whether a row satisfies the branch."""
        for test in self.tests:  # noqa: SIM110  # a plain loop: it runs once for every row of a table
            if not test(row):
                return False
        return True

    def without(self, fields: frozenset[str]) -> Piece:
        """The piece without its lone conditions on some columns: what remains once a range has taken care of those."""
        kept = [
            (alternatives, test)
            for alternatives, test in zip(self.branch, self.tests, strict=True)
            if len(alternatives) > 1 or alternatives[0].field not in fields
        ]
        return Piece(tuple(a for a, _ in kept), tuple(t for _, t in kept))

    def text(self) -> str:
        """The branch as written."""
        return written(self.branch)

    def demanded(self, field: str) -> frozenset[str] | None:
        """The values one of which the column must have, None where the branch does not say."""
        for alternatives in self.branch:
            if all(c.field == field and c.operator in {"=", "IN"} for c in alternatives):
                return frozenset(part.strip() for c in alternatives for part in c.value.split(","))
        return None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query ready to run. No pieces means no rows."""

    pieces: tuple[Piece, ...]
    sorts: tuple[Sort, ...]
    fields: frozenset[str]
    """Every column the query names and the table has: a viewer who may not read one is refused."""

    def holds(self, row: Any) -> bool:
        """Whether a row is one of the query's."""
        return any(piece.holds(row) for piece in self.pieces)

    def demanded(self, field: str) -> frozenset[str] | None:
        """The values one of which the column has in every row of the query, None where it does not say."""
        values: set[str] = set()
        for piece in self.pieces:
            part = piece.demanded(field)
            if part is None:
                return None
            values |= part
        return frozenset(values)

    def sorted(self, rows: Iterable[Any], last: Key) -> list[Any]:
        """Rows in the query's order; `last` decides between equals."""
        ordered = sorted(rows, key=last)
        for sort in reversed(self.sorts):
            ordered.sort(key=sort.key, reverse=sort.descending)
        return ordered


class Preparation:
    """One query being made ready for one table and viewer."""

    def __init__(
        self, access: Access, viewer: Viewer, user: Callable[[int], str], groups: Callable[[int], list[str]]
    ) -> None:
        """`access` finds columns; `user` and `groups` give the sys_ids of a person and of the groups they are in."""
        self._access, self._viewer, self._user, self._groups = access, viewer, user, groups
        self._fields: set[str] = set()
        self.dropped = 0

    def _valued(self, condition: Condition) -> Condition | None:
        """The condition with plain values: kept answers are known by its text, which must not depend on the time."""
        if condition.operator == "DYNAMIC":
            meant = {ME: [self._user(self._viewer.uid)], MY_GROUPS: self._groups(self._viewer.uid)}.get(condition.value)
            return None if meant is None else Condition(condition.field, "IN", ",".join(meant))
        if condition.operator in _RELATIVE:
            instant = relative(condition.value, self._viewer)
            accessor = self._access(condition.field)
            if instant is None or accessor is None or accessor.field.kind != "glide_date_time":
                return None
            return Condition(condition.field, _RELATIVE[condition.operator], utc(instant))
        if "javascript:" not in condition.value:
            return condition
        parts = [evaluate(part, self._viewer, self._user) for part in condition.value.split("@")]
        if any(part is None for part in parts):
            return None
        return Condition(condition.field, condition.operator, "@".join(part or "" for part in parts))

    def _searched(self, words: str) -> Test:
        columns = [found.reader() for name in _SEARCHED if (found := self._access(name))]
        wanted = words.lower().split()
        return lambda row: all(any(word in column(row).lower() for column in columns) for word in wanted)

    def _test(self, condition: Condition) -> Test | None:
        if condition.field == TEXT_SEARCH:
            return self._searched(condition.value)
        accessor = self._access(condition.field) if condition.operator else None
        if accessor is None:
            return None
        self._fields.add(condition.field)
        return build(
            accessor, condition, self._viewer, self._access(condition.value) if "SAMEAS" in condition.operator else None
        )

    def _piece(self, branch: Branch) -> Piece:
        kept: list[tuple[tuple[Condition, ...], Test]] = []
        for alternatives in branch:
            good = []
            for written_condition in alternatives:
                condition = self._valued(written_condition)
                test = None if condition is None else self._test(condition)
                if condition is None or test is None:
                    self.dropped += 1
                else:
                    good.append((condition, test))
            if good:
                kept.append((tuple(c for c, _ in good), _either([t for _, t in good])))
        return Piece(tuple(a for a, _ in kept), tuple(t for _, t in kept))

    def prepare(self, query: Query, *, strict: bool = False) -> Prepared:
        """Make a query ready. `strict`: a condition that makes no sense takes all rows away instead of itself."""
        pieces = tuple(self._piece(branch) for branch in query.branches)
        sorts = []
        for order in query.order:
            accessor = self._access(order.field)
            if accessor is not None:
                self._fields.add(order.field)
                sorts.append(Sort(order.field, sort_key(accessor), order.descending))
        return Prepared(() if strict and self.dropped else pieces, tuple(sorts), frozenset(self._fields))


def _either(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda row: any(test(row) for test in tests)
