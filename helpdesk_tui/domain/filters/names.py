"""The names a filter may use: what completion offers and misspelt values are measured by."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


def fold(text: str) -> str:
    """Text as it compares: without case and without accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def begins_part(name: str, typed: str) -> bool:
    """Whether the name, or any word in it, begins with what was typed (case and accents aside)."""
    whole, start = fold(name), fold(typed)
    at = whole.find(start)
    while at > 0 and whole[at - 1].isalnum():
        at = whole.find(start, at + 1)
    return at >= 0


class Names(NamedTuple):
    """Names by key of the filter language (`owner`, `group`, `source`, `tag`, `org` …).

    `hidden` are names that are right but not offered: logins and addresses.
    """

    by_key: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    hidden: Mapping[str, frozenset[str]] = MappingProxyType({})

    def of(self, key: str) -> tuple[str, ...]:
        """The names a key may have."""
        return self.by_key.get(key, ())

    def knows(self, key: str, typed: str) -> bool:
        """Whether anything is called that. True while no name of that key is known: nothing was pulled yet."""
        known = self.of(key)
        hidden = self.hidden.get(key, frozenset())
        return not known or typed in hidden or any(begins_part(name, typed) for name in known)
