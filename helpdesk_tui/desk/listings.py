"""Whole views that were read, kept while they hold: going back to one costs no second ordering of all its tickets."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.domain.filters.ast import Filter, Match, Not, Text
from helpdesk_tui.domain.rows import Listing
from helpdesk_tui.domain.views import Query, Sort

MOST_IDS = 400_000
"""Ids that are kept in all views together, eight bytes each."""
PATCHED = 100
"""A view of which more rows than this may have changed is read anew."""
SECONDS_OLD = 15
"""Seconds for which a view is kept whose tickets come and go with time alone."""
_TIMED_WORDS = frozenset({"breached", "atrisk", "stalled"})
_STEADY_KEYS = frozenset(
    {"is", "p", "state", "scope", "status", "kind", "category", "tag", "key", "clock", "bounced", "reopened", "alike"}
)
"""What a ticket's own row decides, whatever the hour and whatever anybody is called."""
_NAMED_SORTS = frozenset({Sort.GROUP, Sort.OWNER})


@dataclass(slots=True)
class _Kept:
    file: object
    read_at: int
    listing: Listing


class Listings:
    """Answers what `CacheReader.ids` would, from memory where that is still true. Any thread. Raises StoreError."""

    def __init__(self, moment: Callable[[], Moment]) -> None:
        self._moment = moment
        self._kept: OrderedDict[Query, _Kept] = OrderedDict()
        self._lock = Lock()

    def ids(self, cache: CacheReader, query: Query, filter_: Filter, *, recent: bool = False) -> Listing:
        """Every id of a view in order; `filter_` is what the query's texts mean.

        With `recent` a view is given as it was up to `SECONDS_OLD` ago rather than read anew.
        """
        with self._lock:
            kept = self._kept.get(query)
        moment, (file, rev) = self._moment(), cache.stamp()
        timed = _timed(filter_)
        if kept is None or kept.file != file:
            return self._read(cache, query, filter_, moment, file)
        young, found = moment.now - kept.read_at <= SECONDS_OLD, None
        if young or not timed:
            if kept.listing.rev == rev:
                return kept.listing
            if not timed and _steady(filter_) and not query.grouping and query.sort not in _NAMED_SORTS:
                found = cache.brought_up(filter_, moment, query.sort, kept.listing, PATCHED, reverse=query.reverse)
        if found is None:
            return kept.listing if recent and young else self._read(cache, query, filter_, moment, file)
        self._keep(query, _Kept(file, moment.now, found))
        return found

    def _read(self, cache: CacheReader, query: Query, filter_: Filter, moment: Moment, file: object) -> Listing:
        found = cache.ids(filter_, moment, query.sort, reverse=query.reverse, grouping=query.grouping)
        self._keep(query, _Kept(file, moment.now, found))
        return found

    def _keep(self, query: Query, found: _Kept) -> None:
        with self._lock:
            self._kept[query] = found
            self._kept.move_to_end(query)
            while len(self._kept) > 1 and sum(len(kept.listing.ids) for kept in self._kept.values()) > MOST_IDS:
                self._kept.popitem(last=False)


def _matches(filter_: Filter) -> list[Match]:
    """The terms that are keys with values."""
    terms = (term.of if isinstance(term, Not) else term for term in filter_.terms)
    return [term for term in terms if isinstance(term, Match)]


def _steady(filter_: Filter) -> bool:
    """Whether nothing but a ticket's own row decides that it passes."""
    found = _matches(filter_)
    return len(found) == len(filter_.terms) and all(match.key in _STEADY_KEYS for match in found)


def _timed(filter_: Filter) -> bool:
    """Whether tickets may come into the view, or leave it, because time passes."""
    return any(
        match.key not in _STEADY_KEYS
        or (match.key == "is" and any(isinstance(value, Text) and value.text in _TIMED_WORDS for value in match.values))
        for match in _matches(filter_)
    )
