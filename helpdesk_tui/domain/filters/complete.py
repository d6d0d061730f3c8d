"""How a half-typed filter may go on: keys first, then the values the key can have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from helpdesk_tui.domain.filters.ast import Match, Text
from helpdesk_tui.domain.filters.keys import BY_NAME, KEYS, Key
from helpdesk_tui.domain.filters.names import Names, begins_part

_PIECES = re.compile(r'"(?:[^"\\]|\\.)*"?|\s+|,|[^\s,"]+', re.DOTALL)
_KEY = re.compile(r"!?([^\W\d_]+):", re.DOTALL)
LIMIT = 20
"""How many ways on are offered at most."""


class Completion(NamedTuple):
    """Put `insert` in the place of `text[start:end]`; `hint` says what it means."""

    start: int
    end: int
    insert: str
    hint: str = ""


def complete(text: str, cursor: int, names: Names) -> list[Completion]:
    """The ways on for what stands before `cursor`, best first, at most `LIMIT`. Never raises."""
    begin, value = _piece(text[:cursor])
    head = _KEY.match(text, begin, cursor)
    if head is None:
        begin += text.startswith("!", begin, cursor)
        ways = _keys(text[begin:cursor], begin, cursor)
    else:
        key = BY_NAME.get(head[1].lower())
        value = max(value, head.end())
        ways = _values(key, text[value:cursor], value, cursor, names) if key else iter(())
    return [way for _, way in zip(range(LIMIT), ways, strict=False)]


def _piece(before: str) -> tuple[int, int]:
    """Where the term and the value that are being typed begin."""
    term = value = 0
    for match in _PIECES.finditer(before):
        if match[0].isspace():
            term = value = match.end()
        elif match[0] == ",":
            value = match.end()
    return term, value


def _keys(typed: str, start: int, end: int) -> Iterator[Completion]:
    low = typed.lower()
    if low.startswith('"'):
        return
    for key in KEYS.values():
        if key.name.startswith(low) or (low and any(alias.startswith(low) for alias in key.aliases)):
            yield Completion(start, end, f"{key.name}:", key.meaning)
    if len(low) > 1:
        for word, says in KEYS["is"].words.items():
            if word.startswith(low):
                yield Completion(start, end, f"is:{word}", says)


def _values(key: Key, typed: str, start: int, end: int, names: Names) -> Iterator[Completion]:
    bare = typed.lstrip('"')
    if not typed.startswith('"'):
        for word, says in key.words.items():
            if word.startswith(typed.lower()):
                yield Completion(start, end, word, says)
    for name in names.of(key.name):
        if begins_part(name, bare):
            yield Completion(start, end, _name(key, name))
    if not names.of(key.name):
        yield from _examples(key, typed, start, end)


def _examples(key: Key, typed: str, start: int, end: int) -> Iterator[Completion]:
    """What values of this key look like, for keys whose values cannot be listed."""
    for example in key.examples:
        value = example.lstrip("!").partition(":")[2]
        if value.startswith(typed.lower()) and value not in key.words and "," not in value and '"' not in value:
            yield Completion(start, end, value, key.meaning)


def _name(key: Key, name: str) -> str:
    """A name as it must be typed; one that reads like a word of the key needs its quotation marks."""
    return str(Match(key.name, (Text(name),))).partition(":")[2]
