"""People, groups and organisations as tickets name them: the same few thousand, page after page.

What was stored of one is remembered, so that naming it again costs no look into the cache. That it was seen again is
written down before anybody asks for it: a sweep, which lets go of whatever has not been seen since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

from helpdesk_tui.data.write.sql import Sql
from helpdesk_tui.domain.people import Group, Organisation, Person

M = TypeVar("M", Person, Group, Organisation)

REMEMBERED = 20_000
"""Names of one kind and source; of further ones nothing is remembered."""
AT_ONCE = 500
Place = tuple[str, str]
"""A source and a table."""


class Mentions:
    """What a writer of the cache remembers. Only what was committed may be told to it."""

    def __init__(self) -> None:
        self._stored: dict[Place, dict[str, Person | Group | Organisation]] = defaultdict(dict)
        self._seen: dict[Place, dict[str, int]] = defaultdict(dict)
        self._purged = 0

    def look(self, purged: int) -> None:
        """Forget everything if the cache was emptied since; `purged` is how often it was."""
        if purged != self._purged:
            self._purged = purged
            self._stored.clear()
            self._seen.clear()

    def news(self, source: str, table: str, named: Iterable[M], now: int) -> list[M]:
        """Those of the records that say something new; the others are noted as seen."""
        stored, seen = self._stored[source, table], self._seen[source, table]
        fresh = []
        for record in named:
            known = stored.get(record.key)
            if known is record or known == record:
                seen[record.key] = now
            else:
                fresh.append(record)
        return fresh

    def keep(self, source: str, table: str, records: Collection[M]) -> None:
        """Remember records that tickets named and that are stored now, or found to be older than what is."""
        stored = self._stored[source, table]
        if len(stored) + len(records) <= REMEMBERED:
            stored.update((record.key, record) for record in records)

    def forget_source(self, source: str) -> None:
        """Something else may be stored of this source now."""
        for place in [place for place in self._stored if place[0] == source]:
            del self._stored[place]

    def unwritten(self, source: str) -> Iterator[tuple[str, list[tuple[int, str, str]]]]:
        """What was seen of a source and not written down, by table, in portions for `write`; each is given once."""
        for place in [place for place in self._seen if place[0] == source]:
            rows = [(now, source, key) for key, now in self._seen.pop(place).items()]
            for start in range(0, len(rows), AT_ONCE):
                yield place[1], rows[start : start + AT_ONCE]


def write(sql: Sql, table: str, rows: list[tuple[int, str, str]]) -> None:
    """Note when records of a table were last seen, each as (instant, source, key)."""
    sql.many(f"UPDATE {table} SET seen_at = max(seen_at, ?) WHERE source = ? AND key = ?", rows)
