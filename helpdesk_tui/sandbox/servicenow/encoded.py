"""The encoded query language: text to conditions. What a condition means is `predicate.py`'s.

`^` joins by and, `^OR` adds an alternative to the condition before it, `^NQ` begins another query whose rows are added;
`^^` is a caret. Sorting may stand anywhere and holds for the whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

OPERATORS: tuple[str, ...] = (
    "NOT LIKE", "NOT IN", "NOTLIKE", "NOTONToday", "ISNOTEMPTY", "ISEMPTY", "EMPTYSTRING", "ANYTHING", "STARTSWITH",
    "ENDSWITH",
    "DOES NOT CONTAIN", "CONTAINS", "BETWEEN", "NSAMEAS", "SAMEAS", "RELATIVEGT", "RELATIVEGE", "RELATIVELT",
    "RELATIVELE",
    "RELATIVEEE", "INSTANCEOF", "DYNAMIC", "MORETHAN", "LESSTHAN", "NOTON", "LIKE", "IN", "ON", "!=", ">=", "<=", "=",
    ">", "<",
)  # fmt: skip
"""Longest first where one begins another, so that the first match is the meant one."""

TEXT_SEARCH = "123TEXTQUERY321"
_FIELD = re.compile(r"[a-z0-9_.\-]+")
_RELATED = re.compile(r"\^?RLQUERY.*?(?:\^ENDRLQUERY|$)")
_CARET = "\0"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, not yet known to make sense. An empty operator marks text that is no condition at all."""

    field: str
    operator: str
    value: str

    def __str__(self) -> str:
        """The condition as it would be written."""
        return f"{self.field}{self.operator}{self.value.replace('^', '^^')}"


Alternatives = tuple[Condition, ...]
Branch = tuple[Alternatives, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One sort column."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: branches are joined by or, alternatives within a branch by and, conditions within those by or."""

    branches: tuple[Branch, ...] = ((),)
    order: tuple[Order, ...] = ()
    group_by: tuple[str, ...] = ()


def parse_condition(token: str) -> Condition:
    """One condition; its operator is "" where none can be made out."""
    if token.startswith(TEXT_SEARCH + "="):
        return Condition(TEXT_SEARCH, "=", token[len(TEXT_SEARCH) + 1 :])
    match = _FIELD.match(token)
    if not match:
        return Condition(token, "", "")
    rest = token[match.end() :]
    for operator in OPERATORS:
        if rest.startswith(operator):
            return Condition(match.group(), operator, rest[len(operator) :].replace(_CARET, "^"))
    return Condition(token, "", "")


def parse(text: str) -> Query:
    """Read an encoded query. Nothing is an error: text that is no condition stays as one without an operator."""
    branches: list[list[list[Condition]]] = [[]]
    order: list[Order] = []
    groups: list[str] = []
    for token in _RELATED.sub("", text.replace("^^", _CARET)).split("^"):
        if not token or token == "EQ":
            continue
        if token.startswith("ORDERBYDESC"):
            order.append(Order(token[11:], True))
        elif token.startswith("ORDERBY"):
            order.append(Order(token[7:]))
        elif token.startswith("GROUPBY"):
            groups.append(token[7:])
        elif token.startswith("NQ"):
            branches.append([[parse_condition(token[2:])]] if len(token) > 2 else [])
        elif token.startswith("OR") and branches[-1]:
            branches[-1][-1].append(parse_condition(token[2:]))
        else:
            branches[-1].append([parse_condition(token.removeprefix("OR"))])
    return Query(tuple(tuple(map(tuple, branch)) for branch in branches), tuple(order), tuple(groups))


def written(branch: Branch) -> str:
    """A branch as text: the same for the same conditions, so that it can name what was found for them."""
    return "^".join("^OR".join(map(str, alternatives)) for alternatives in branch)


def with_values(query: Query, change: dict[Condition, str]) -> Query:
    """The query with the values of some conditions replaced (dates that were scripts)."""
    branches = tuple(
        tuple(tuple(replace(c, value=change.get(c, c.value)) for c in alternatives) for alternatives in branch)
        for branch in query.branches
    )
    return Query(branches, query.order, query.group_by)
