"""`queue` and `show`: tickets from the cache, by the same queries as the screens."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from helpdesk_tui import clock
from helpdesk_tui.commands.common import Place, configured, need_cache, warn
from helpdesk_tui.desk import page, table
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.reads import Reads
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.views import Query, Sort
from helpdesk_tui.errors import FilterError, UsageError

AT_ONCE = 500
NOTHING_OPEN = "no ticket is open"


def run_queue(home: str | None, words: str, *, sort: str, limit: int, as_json: bool, count: bool) -> int:
    """Print the tickets a filter holds, open ones where it does not ask for closed ones; 0 also where there are none.

    A name that nothing has is told on standard error and no mistake: a script may ask for what is not there yet.
    """
    there = configured(home)
    try:
        order = Sort(sort)
    except ValueError:
        raise UsageError(f"there is no order {sort}; there is {', '.join(Sort)}") from None
    with reading(there) as reads:
        try:
            # As typed over the view of all open tickets in the desk, so that both show the same.
            listing = reads.ids(Query(filter="is:open", typed=words, sort=order))
        except FilterError as error:
            raise pointed(words, error) from None
        doubt(reads, words)
        if count:
            print(len(listing.ids))
            return 0
        wanted = listing.ids[:limit] if limit else listing.ids
        rows = each(reads, list(wanted))
        now = clock.now()
        if as_json:
            lines = table.rows_json(rows)
        elif sys.stdout.isatty():
            lines = table.table(rows, now, shutil.get_terminal_size().columns)
        else:
            lines = table.tabbed(rows)
        for line in lines:
            print(line)
        if not wanted and sys.stdout.isatty():
            warn("no open ticket passes this filter; is:closed,solved asks for the others" if words else NOTHING_OPEN)
    return 0


def run_show(home: str | None, ticket: str, *, as_json: bool) -> int:
    """Print one ticket whole; 1 where there is none of that name."""
    there = configured(home)
    with reading(there) as reads:
        found = reads.find(ticket)
        detail = reads.detail(found[0].id) if found else None
        if detail is None:
            warn(f"there is no ticket {ticket} in the cache")
            return 1
        now = clock.now()
        if as_json:
            print(page.page_json(detail))
        else:
            for line in page.page(detail, now, min(shutil.get_terminal_size().columns, 120)):
                print(line)
    return 0


@contextmanager
def reading(there: Place) -> Iterator[Reads]:
    """The desk's queries, for a command. Raises UsageError where nothing has been pulled yet."""
    need_cache(there)
    desk = Desk.open(there.paths)
    try:
        desk.reads.refresh_names()
        yield desk.reads
    finally:
        desk.close()


def each(reads: Reads, ids: list[int]) -> Iterator[Row]:
    """The rows of these tickets in their order, a window at a time."""
    rest = iter(ids)
    while some := list(islice(rest, AT_ONCE)):
        rows = reads.rows(some)
        yield from (rows[ident] for ident in some if ident in rows)


def doubt(reads: Reads, words: str) -> None:
    """Say which name in a filter is nobody's, and what it may have meant."""
    try:
        reads.parse(words)
    except FilterError as error:
        warn(f"helpdesk-tui: {pointed(words, error)}")


def pointed(words: str, error: FilterError) -> FilterError:
    """The error with what was typed and where it went wrong."""
    wrong = words[error.start : error.end]
    return FilterError(f"{error} (at {wrong!r} in: {words})", start=error.start, end=error.end)
