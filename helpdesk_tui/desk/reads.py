"""Queries as commands ask them: each answered at once, on the thread that asks."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.read.personal import Answer, PersonalReader
from helpdesk_tui.desk.listings import Listings
from helpdesk_tui.desk.outbox.pending import PendingOverlay
from helpdesk_tui.domain.filters import language as filters
from helpdesk_tui.domain.filters.language import Completion, Filter, Names
from helpdesk_tui.domain.views import Grouping, Query, View, all_views
from helpdesk_tui.errors import FilterError, UsageError

if TYPE_CHECKING:
    from helpdesk_tui.clock import Now
    from helpdesk_tui.data.change_rows import Entry
    from helpdesk_tui.data.read.policies import TeamClocks
    from helpdesk_tui.desk.clocks.business import Business
    from helpdesk_tui.desk.roster.roster import Roster
    from helpdesk_tui.desk.stores import StorePaths
    from helpdesk_tui.domain.changes import Change, ChangeState
    from helpdesk_tui.domain.choices import Choices
    from helpdesk_tui.domain.rows import Changes, Listing, Quarantined, Row, SourceHealth, TicketDetail, ViewCount
    from helpdesk_tui.domain.tickets import TicketRef


class Overlay(Protocol):
    """Shows pending writes over what the cache says. Quick, and from any thread: it is asked for every window."""

    def __call__(self, rows: Mapping[int, Row]) -> Mapping[int, Row]:
        """The rows by id as the user should see them; the same ids."""


class Reads:
    """Everything that can be asked at the desk. Any thread. Raises StoreError, and FilterError where one is parsed."""

    def __init__(
        self,
        paths: StorePaths,
        *,
        now: Now,
        zone: tzinfo | None = None,
        me: Mapping[str, str] | None = None,
        overlays: Sequence[Overlay] = (),
        views: Sequence[View] = (),
    ) -> None:
        self._cache = CacheReader(paths.cache_db)
        self._aside = CacheReader(paths.cache_db)
        """For what nobody waits for, so that what somebody waits for never stands behind it."""
        self._listings = Listings(self.moment)
        self._personal = PersonalReader(paths.personal_db)
        self._now = now
        self._zone = zone
        self._me = dict(me or {})
        self._pending = PendingOverlay(paths.personal_db, self._cache.name)
        self._outbox = OutboxReader(paths.personal_db)
        self._overlays = (self._pending, *overlays)
        self._views = tuple(views)
        self._names = Names()
        self._paths = paths
        self._roster: Roster | None = None
        self._said: TeamClocks | None = None
        self._business: Business | None = None
        self._roster_lock = Lock()

    def close(self) -> None:
        """Lets go of the stores."""
        self._cache.close()
        self._aside.close()
        self._personal.close()
        self._pending.close()
        self._outbox.close()
        if self._roster is not None:
            self._roster.close()
        if self._said is not None:
            self._said.close()

    def parse(self, text: str) -> Filter:
        """What was typed as a filter, names checked against those that were read last."""
        return filters.parse(text, self._names)

    def complete(self, text: str, cursor: int) -> list[Completion]:
        """How the filter may go on at `cursor`."""
        return filters.complete(text, cursor, self._names)

    def explain(self, text: str) -> str:
        """A filter in a sentence."""
        return filters.explain(filters.parse(text))

    def known(self, key: str) -> tuple[str, ...]:
        """The names a key of the filter language may have, as they were read last."""
        return self._names.of(key)

    def refresh_names(self) -> None:
        """Reads the names for completion and for misspelt values anew."""
        self._names = self._aside.names()

    def ids(self, query: Query) -> Listing:
        """Every id of a view in order."""
        return self._listings.ids(self._cache, query, _filter(query))

    def recent(self, query: Query) -> Listing:
        """Every id of a view in order, now or as of a few seconds ago; its revision tells."""
        return self._listings.ids(self._cache, query, _filter(query), recent=True)

    def warm(self, query: Query) -> Listing:
        """A view that no key waits for, so that it is at hand when one does."""
        return self._listings.ids(self._aside, query, _filter(query))

    def members(self, query: Query, ids: Collection[int]) -> frozenset[int]:
        """Which of `ids` the view holds now."""
        return self._aside.members(_filter(query), self.moment(), ids)

    def rows(self, ids: Sequence[int] | array[int]) -> dict[int, Row]:
        """The rows of a window by id, overlaid."""
        return self._shown(self._cache.rows(ids))

    def counts(self, views: Sequence[View]) -> dict[str, ViewCount]:
        """How many tickets each view holds; a view whose filter does not parse (any more) is left out."""
        readable = {}
        for view in views:
            try:
                readable[view.name] = filters.parse(view.filter)
            except FilterError:
                continue
        return self._aside.counts(readable, self.moment())

    def changes(self, since: int) -> Changes:
        """What changed after a revision, in the cache or of what is pending over it."""
        found, pending = self._aside.changes(since), self._pending.changed()
        return found._replace(ids=found.ids | pending) if pending else found

    def moved(self) -> bool:
        """Whether the cache was written or replaced since this was last asked, or pending writes came or went."""
        moved = self._aside.moved()
        return self._pending.moved() or moved

    def stirred(self) -> bool:
        """Whether the files of the cache, which are always on a disk of this host, look otherwise than before."""
        return self._aside.stirred()

    def detail(self, ticket: int) -> TicketDetail | None:
        """One ticket whole, its row and those of its likes overlaid."""
        found = self._cache.detail(ticket)
        if found is None or not self._overlays:
            return found
        shown = self._shown({row.id: row for row in (found.row, *(like.row for like in found.alike))})
        alike = tuple(like._replace(row=shown[like.row.id]) for like in found.alike)
        return replace(found, row=shown[found.row.id], alike=alike)

    def cluster(self, ticket: int) -> dict[int, TicketRef]:
        """The open tickets like this one, and itself where it is open, by id."""
        return self._cache.cluster(ticket)

    def find(self, text: str) -> list[Row]:
        """The tickets people call so, open ones first, overlaid."""
        found = self._cache.find(text)
        shown = self._shown({row.id: row for row in found})
        return [shown[row.id] for row in found]

    def health(self) -> tuple[SourceHealth, ...]:
        """How every source does."""
        return self._aside.health()

    def quarantine(self) -> list[Quarantined]:
        """The records that could not be read."""
        return self._aside.quarantine()

    def marks(self) -> frozenset[TicketRef]:
        """What the user has marked."""
        return self._personal.marks()

    def saved_views(self) -> tuple[View, ...]:
        """The views of the settings and those the user saved, which take the place of one with their name or slot."""
        saved = self._personal.saved_views()
        taken = {view.name for view in saved} | {view.slot for view in saved if view.slot}
        return (*(view for view in self._views if view.name not in taken and view.slot not in taken), *saved)

    def views(self) -> tuple[View, ...]:
        """All views: the shipped ones and the user's."""
        return all_views(self.saved_views())

    def view_state(self, name: str) -> Mapping[str, object]:
        """How a screen was left."""
        return self._personal.view_state(name)

    def answer(self, request: int) -> Answer | None:
        """What became of a request."""
        return self._personal.answer(request)

    # The outbox

    def outbox_stirred(self) -> bool:
        """Whether the outbox may be otherwise than when this was last asked: takes microseconds, may miss a write."""
        return self._outbox.stirred()

    def outbox(self) -> list[Change]:
        """Everything of which something more becomes, in the order in which it was decided."""
        return self._outbox.unfinished()

    def outbox_done(self, limit: int = 200) -> list[Change]:
        """What is over, newest first."""
        return self._outbox.finished(limit)

    def outbox_counts(self) -> Mapping[ChangeState, int]:
        """How many changes stand in each state of which something more becomes."""
        return self._outbox.counts()

    def change(self, ident: str) -> Change | None:
        """A change by its id, or by the beginning of it where that names one only."""
        return self._outbox.one(ident)

    def journal(self, ident: str) -> list[Entry]:
        """What became of a change, move by move."""
        return self._outbox.journal(ident)

    def changes_for(self, tickets: Sequence[TicketRef], desired: Mapping[str, str]) -> list[Change]:
        """The changes that would do this to these tickets, on what is known of them now; not decided yet.

        A ticket that is not in the cache has none.
        """
        from helpdesk_tui.desk.acts.deciding import change_for

        known = self._cache.facts(tickets)
        return [
            change_for(one, known[one], desired, self._pending.of(one), self._now()) for one in tickets if one in known
        ]

    def choices(self, ticket: TicketRef) -> Choices | None:
        """What may be chosen for a ticket, as its platform said last; None where nobody has asked it yet
        (`Intents.request_choices` does)."""
        return self._cache.choices(ticket)

    def statuses(self, status: str) -> Mapping[str, Sequence[str]]:
        """The statuses of each source that surely does not have this one."""
        return self._cache.statuses(status)

    def person(self, source: str, typed: str) -> str:
        """The identifier of the one person of a source who goes by what was typed. Raises UsageError."""
        found = self._cache.people(source, typed)
        if len(found) != 1:
            names = ", ".join(name for _key, name in found[:5])
            raise UsageError(f"{source}: “{typed}” is {f'any of {names}' if found else 'nobody who works on tickets'}")
        return found[0][0]

    def moment(self) -> Moment:
        """The reader's present, as filters need it."""
        return Moment(self._now(), self._zone, self._me, self._standing, self._causes, self._left)

    def _causes(self) -> list[tuple[str, str, str, str]]:
        """Why clocks were missed, as the team's store has it now."""
        since = self._now() - 30 * 86_400
        return [(one.source, one.key, one.clock, one.cause) for one in self._team_clocks().causes(since)]

    def _left(self, connection: sqlite3.Connection, now: int) -> Mapping[int, int]:
        """What is left to the next breach of each open ticket, by the calendar that counts."""
        from helpdesk_tui.desk.clocks.business import Business

        team = self._team_clocks()
        with self._roster_lock:
            if self._business is None:
                self._business = Business(team, self._now)
        left = self._business.left(connection, Filter(), Moment(now), Grouping.SOURCE)
        return left.seconds

    def _team_clocks(self) -> TeamClocks:
        from helpdesk_tui.data.read.policies import TeamClocks

        with self._roster_lock:
            if self._said is None:
                self._said = TeamClocks(self._paths.team_db)
            return self._said

    def _standing(self, word: str) -> Collection[tuple[str, str]]:
        """The logins of those who are absent or off shift, as the roster has them now."""
        from helpdesk_tui.desk.roster.roster import Roster

        with self._roster_lock:
            if self._roster is None:
                self._roster = Roster(self._paths, now=self._now)
            return self._roster.logins(word)

    def _shown(self, rows: dict[int, Row]) -> dict[int, Row]:
        for overlay in self._overlays:
            rows = dict(overlay(rows))
        return rows


def _filter(query: Query) -> Filter:
    return filters.combine(filters.parse(query.filter), filters.parse(query.typed))
