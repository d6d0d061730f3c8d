"""cache.db as screens and commands ask it."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from helpdesk_tui.data.read import changes, counts, health, listing, names, patched, window
from helpdesk_tui.data.read.reader import Reader
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.domain.filters.names import Names
from helpdesk_tui.domain.rows import Changes, Listing, Quarantined, Row, SourceHealth, TicketDetail, ViewCount
from helpdesk_tui.domain.views import Grouping, Sort

if TYPE_CHECKING:
    from helpdesk_tui.data.read.facts import Facts
    from helpdesk_tui.data.read.moment import Moment
    from helpdesk_tui.domain.choices import Choices
    from helpdesk_tui.domain.filters.ast import Filter
    from helpdesk_tui.domain.tickets import TicketRef


class CacheReader:
    """Every question the cache answers; each is one short read transaction, and a missing cache is an empty one.

    May be used from any thread. Raises StoreError (ForeignStore, NewerStore, CorruptStore, StoreBusy …).
    """

    def __init__(self, path: Path) -> None:
        self._reader = Reader(path, StoreKind.CACHE)

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.close()

    def moved(self) -> bool:
        """Whether the cache was written or replaced since this was last asked; true the first time."""
        return self._reader.moved()

    def stirred(self) -> bool:
        """Whether the cache's files look otherwise than when this was last asked; waits for nothing."""
        return self._reader.stirred()

    def ids(
        self,
        filter_: Filter,
        moment: Moment,
        sort: Sort = Sort.DUE,
        *,
        reverse: bool = False,
        grouping: Grouping = Grouping.NONE,
    ) -> Listing:
        """Every id that passes, in order."""
        return self._reader.ask(
            lambda connection: listing.ids(connection, filter_, moment, sort, reverse=reverse, grouping=grouping),
            Listing(),
        )

    def brought_up(
        self, filter_: Filter, moment: Moment, sort: Sort, old: Listing, most: int, *, reverse: bool
    ) -> Listing | None:
        """What `ids` would read now, from what it read before; None where too much was written since."""
        return self._reader.ask(
            lambda connection: patched.brought_up(connection, filter_, moment, sort, old, most, reverse=reverse), None
        )

    def stamp(self) -> tuple[object, int]:
        """Which file is read, and its revision: what was read under the same stamp still holds."""
        rev = self._reader.ask(listing.revision, 0)
        return self._reader.file, rev

    def members(self, filter_: Filter, moment: Moment, some: Collection[int]) -> frozenset[int]:
        """Which of some ids pass."""
        return self._reader.ask(lambda connection: listing.members(connection, filter_, moment, some), frozenset())

    def rows(self, ids: Collection[int] | array[int]) -> dict[int, Row]:
        """The rows by id."""
        return self._reader.ask(lambda connection: window.rows(connection, ids), {})

    def facts(self, tickets: Collection[TicketRef]) -> dict[TicketRef, Facts]:
        """What the platform said last of the fields that can be changed."""
        from helpdesk_tui.data.read import facts

        return self._reader.ask(lambda connection: facts.facts(connection, tickets), {})

    def choices(self, ticket: TicketRef) -> Choices | None:
        """What may be chosen for a ticket, as it was read last; None where it was not."""
        from helpdesk_tui.data.read import choices

        return self._reader.ask(lambda connection: choices.choices(connection, ticket), None)

    def statuses(self, status: str) -> dict[str, tuple[str, ...]]:
        """The statuses of each source that surely does not have this one."""
        from helpdesk_tui.data.read import choices

        return self._reader.ask(lambda connection: choices.statuses(connection, status), {})

    def people(self, source: str, typed: str) -> list[tuple[str, str]]:
        """The people of a source who can own tickets and go by what was typed: (identifier, name)."""
        from helpdesk_tui.data.read import facts

        return self._reader.ask(lambda connection: facts.people(connection, source, typed), [])

    def name(self, kind: str, source: str, key: str) -> str:
        """What a person or group (`kind` owner or group) is called; the identifier where that is not known."""
        from helpdesk_tui.data.read import facts

        return self._reader.ask(lambda connection: facts.name(connection, kind, source, key), key)

    def find(self, text: str) -> list[Row]:
        """The tickets people call so. Bytes of the command line that were no UTF-8 are nobody's name."""
        name = text.encode(errors="replace").decode()
        return self._reader.ask(lambda connection: window.find(connection, name), [])

    def counts(self, views: Mapping[str, Filter], moment: Moment) -> dict[str, ViewCount]:
        """How many tickets each view holds, by its name."""
        empty = dict.fromkeys(views, ViewCount())
        return self._reader.ask(lambda connection: counts.counts(connection, views, moment), empty)

    def changes(self, since: int) -> Changes:
        """What was written after a revision; everything, once, where the cache is another one by now."""
        found = self._reader.ask(
            lambda connection: changes.changes(connection, since), Changes(0, everything=since > 0)
        )
        if self._reader.replaced:
            self._reader.replaced = False
            return Changes(found.rev, everything=True)
        return found

    def detail(self, ticket: int) -> TicketDetail | None:
        """One ticket whole."""
        from helpdesk_tui.data.read import detail

        return self._reader.ask(lambda connection: detail.detail(connection, ticket), None)

    def cluster(self, ticket: int) -> dict[int, TicketRef]:
        """The open tickets like this one, and itself where it is open, by id."""
        from helpdesk_tui.data.read import detail

        return self._reader.ask(lambda connection: detail.cluster(connection, ticket), {})

    def health(self) -> tuple[SourceHealth, ...]:
        """How every source does."""
        return self._reader.ask(health.health, ())

    def quarantine(self) -> list[Quarantined]:
        """The records that could not be read."""
        return self._reader.ask(health.quarantine, [])

    def names(self) -> Names:
        """The names a filter may use."""
        return self._reader.ask(names.names, Names())
