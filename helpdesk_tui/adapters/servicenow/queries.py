"""Encoded queries, built so that nothing can break out of its condition, and the guard against conditions that were
dropped.

ServiceNow ignores a condition it does not understand and answers as if it had not been there. So whatever was asked is
checked again on the rows that come. `^NQ` begins a whole new query that is OR-ed to the one before: a filter is
therefore kept as alternatives, and combining two filters means combining each with each.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from helpdesk_tui.errors import ConfigError

ID = re.compile(r"[0-9A-Za-z_.-]{1,64}")
IDS_AT_ONCE = 50
"""So many sys_ids fit into an address that careful proxies still let through."""
_CARET = "\0"
"""Stands for a doubled caret, which is text and no joint."""
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_OPERATOR = re.compile(
    r"(?P<field>[A-Za-z0-9_.]+)(?P<op>NOT IN|NOT LIKE|ISEMPTY|ISNOTEMPTY|STARTSWITH|ENDSWITH|BETWEEN|SAMEAS|NSAMEAS"
    r"|DYNAMIC|ANYTHING|EMPTYSTRING|LIKE|IN|!=|>=|<=|=|>|<|ON|NOTON|RELATIVE|MORETHAN|LESSTHAN|VALCHANGES)"
)

Filter = tuple[str, ...]
"""Alternatives, each a conjunction of conditions; ("",) lets everything pass."""
EVERYTHING: Filter = ("",)


def parse(query: str) -> Filter:
    """A user's encoded query as alternatives, without sorting and end marks."""
    alternatives = []
    for part in query.strip().replace("^^", _CARET).split("^NQ"):
        kept = [c for c in part.split("^") if c and c != "EQ" and not c.startswith(("ORDERBY", "GROUPBY"))]
        alternatives.append("^".join(kept).replace(_CARET, "^^"))
    return tuple(a for a in alternatives if a) or EVERYTHING


def fields_of(query: Filter) -> set[str]:
    """The columns (first step of each path) a filter speaks of; conditions of unknown form are left out."""
    found = set()
    for alternative in query:
        for condition in alternative.replace("^^", _CARET).split("^"):
            match = _OPERATOR.match(condition.removeprefix("OR"))
            if match:
                found.add(match["field"].partition(".")[0])
    return found - {"RLQUERY", "123TEXTQUERY321"}


def every(*filters: Filter) -> Filter:
    """What all of the filters let pass."""
    result: Filter = EVERYTHING
    for one in filters:
        result = tuple("^".join(part for part in (a, b) if part) for a in result for b in one)
    return result


def one_of(field: str, values: Iterable[str]) -> Filter:
    """The column is one of the values. Raises ValueError for a value that is no identifier."""
    wanted = list(values)
    for value in wanted:
        if not ID.fullmatch(value):
            raise ValueError(f"“{value[:40]}” is no identifier")
    return (f"{field}IN{','.join(wanted)}",)


def is_name(text: str) -> bool:
    """Whether text can be the name of a table or column."""
    return bool(_NAME.fullmatch(text))


def plain(text: str, *, key: str) -> str:
    """Text that may stand in a condition. Raises ConfigError for one that would break out of it."""
    if "^" in text or "," in text or text.lower().startswith("javascript:"):
        raise ConfigError(f"“{text}” cannot be looked up by name: give its sys_id instead", key=key)
    return text


class Key(NamedTuple):
    """The place of a row in its order: the ordering column as it was sent, then sys_id."""

    stamp: str
    sys_id: str


@dataclass(frozen=True, slots=True)
class Order:
    """A sort that ends in sys_id, so that no two rows share a place. `field` "" sorts by sys_id alone."""

    field: str = ""
    descending: bool = False

    @property
    def clause(self) -> str:
        """The sorting part of an encoded query."""
        word = "ORDERBYDESC" if self.descending else "ORDERBY"
        return "^".join(f"{word}{name}" for name in (self.field, "sys_id") if name)

    def after(self, key: Key | None) -> Filter:
        """What lies behind `key`; everything, if there is none."""
        if key is None:
            return EVERYTHING
        sign = "<" if self.descending else ">"
        if not self.field:
            return (f"sys_id{sign}{key.sys_id}",)
        if not key.sys_id:
            return (f"{self.field}{sign}={key.stamp}",)
        return (f"{self.field}{sign}{key.stamp}", f"{self.field}={key.stamp}^sys_id{sign}{key.sys_id}")

    def keeps(self, keys: Collection[Key], bound: Key | None) -> bool:
        """Whether rows at `keys` may come behind `bound`. Only stamps are compared: how a database sorts sys_ids is its
        own."""
        if bound is None or not keys:
            return True
        if bound in keys:
            return False
        if not self.field:
            return True
        return max(keys).stamp <= bound.stamp if self.descending else min(keys).stamp >= bound.stamp


def encoded(query: Filter, order: Order | None = None) -> str:
    """The text of a query."""
    text = "^NQ".join(query)
    if order is None:
        return text
    return f"{text}^{order.clause}" if text else order.clause


def portions(values: Iterable[str], size: int = IDS_AT_ONCE) -> Iterator[Sequence[str]]:
    """The values in portions that fit into one query."""
    kept = list(values)
    for start in range(0, len(kept), size):
        yield kept[start : start + size]
