"""The grammar of JQL: text to a small tree. What the words mean is `meaning`'s business."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

OPERATORS: Final = ("=", "!=", "~", "!~", "<", "<=", ">", ">=")
_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<op>!=|!~|<=|>=|=|~|<|>)
      | (?P<mark>[(),])
      | (?P<logic>&&|\|\||&|\||!)
      | (?P<field>cf\[\d+\])
      | (?P<word>[^\s"'=!~<>(),&|]+)
    )""",
    re.VERBOSE,
)


class JqlError(ValueError):
    """A query that cannot be used; the text is what Jira would say."""


@dataclass(frozen=True, slots=True)
class Value:
    """One operand: a word or quoted string, or a function with its arguments."""

    text: str
    quoted: bool = False
    function: bool = False
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """field operator values. The operator is one of OPERATORS, "in", "not in", "is" or "is not"."""

    field: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """All parts hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The part does not hold."""

    part: Node


Node = Clause | Both | Either | Negated


@dataclass(frozen=True, slots=True)
class Sort:
    """One field of ORDER BY."""

    field: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query; `where` is None for one without a restriction."""

    where: Node | None
    order: tuple[Sort, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise JqlError(
                f"Error in the JQL Query: The character '{text[place:].strip()[:1]}' is a reserved JQL character."
            )
        raw = match.group(match.lastgroup)
        found.append(_Token(match.lastgroup, _unquoted(raw) if match.lastgroup == "string" else raw))
        place = match.end()
    return found


def _unquoted(raw: str) -> str:
    return re.sub(r"\\(.)", r"\1", raw[1:-1])


def parse(text: str) -> Query:
    """The tree of a query. Raises JqlError."""
    return _Parser(_tokens(text)).query()


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def query(self) -> Query:
        where = None if not self._tokens or self._is("order") else self._either()
        order = self._order() if self._take("order") else ()
        if self._place < len(self._tokens):
            got = self._tokens[self._place].text
            raise JqlError(f"Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{got}'.")
        return Query(where, order)

    def _is(self, *words: str) -> bool:
        if self._place >= len(self._tokens):
            return False
        token = self._tokens[self._place]
        return token.kind != "string" and token.text.lower() in words

    def _take(self, *words: str) -> bool:
        if self._is(*words):
            self._place += 1
            return True
        return False

    def _next(self, wanted: str) -> _Token:
        if self._place >= len(self._tokens):
            raise JqlError(f"Error in the JQL Query: Expecting {wanted} but got the end of the query.")
        self._place += 1
        return self._tokens[self._place - 1]

    def _either(self) -> Node:
        parts = [self._both()]
        while self._take("or", "||", "|"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Node:
        parts = [self._single()]
        while self._take("and", "&&", "&"):
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _single(self) -> Node:
        if self._take("not", "!"):
            return Negated(self._single())
        if self._take("("):
            inside = self._either()
            if not self._take(")"):
                raise JqlError("Error in the JQL Query: Expecting ')' but got the end of the query.")
            return inside
        return self._clause()

    def _clause(self) -> Clause:
        token = self._next("a field name")
        if token.kind in ("op", "mark", "logic"):
            raise JqlError(f"Error in the JQL Query: Expecting a field name but got '{token.text}'.")
        operator = self._operator(token.text)
        values = self._list() if operator in ("in", "not in") else (self._value(),)
        return Clause(token.text, operator, values)

    def _operator(self, field: str) -> str:
        if self._take("not"):
            if not self._take("in"):
                raise JqlError("Error in the JQL Query: Expecting 'in' after 'not'.")
            return "not in"
        if self._take("in"):
            return "in"
        if self._take("is"):
            return "is not" if self._take("not") else "is"
        token = self._next("an operator")
        if token.text not in OPERATORS:
            expected = (
                "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'."
            )
            raise JqlError(
                f"Error in the JQL Query: Expecting operator after '{field}' but got '{token.text}'. {expected}"
            )
        return token.text

    def _list(self) -> tuple[Value, ...]:
        if not self._take("("):
            return (self._value(),)
        found = [self._value()]
        while self._take(","):
            found.append(self._value())
        if not self._take(")"):
            raise JqlError("Error in the JQL Query: Expecting ')' at the end of the list.")
        return tuple(found)

    def _value(self) -> Value:
        token = self._next("a value")
        if token.kind in ("op", "mark", "logic"):
            raise JqlError(
                f"Error in the JQL Query: Expecting either a value, list or function but got '{token.text}'."
            )
        if token.kind == "word" and self._take("("):
            return Value(token.text, function=True, args=self._arguments())
        return Value(token.text, quoted=token.kind == "string")

    def _arguments(self) -> tuple[str, ...]:
        found: list[str] = []
        while not self._take(")"):
            found.append(self._next("an argument").text)
            self._take(",")
        return tuple(found)

    def _order(self) -> tuple[Sort, ...]:
        if not self._take("by"):
            raise JqlError("Error in the JQL Query: Expecting 'by' after 'order'.")
        found: list[Sort] = []
        while True:
            name = self._next("a field name").text
            descending = self._take("desc")
            if not descending:
                self._take("asc")
            found.append(Sort(name, descending))
            if not self._take(","):
                break
        if len(found) > 7:
            raise JqlError("The maximum number of fields in ORDER BY is 7.")
        return tuple(found)
