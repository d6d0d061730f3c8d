"""Pages that say again what their feed said last.

A stream is read on from a little before where it ended, so while nothing happens each poll brings its last records
again. Storing them would find nothing to do, and it takes a transaction and a dozen questions to find that. A clock
tells when it was read: where a platform gives one with each ticket, no page is the same again.
"""

from __future__ import annotations

from helpdesk_tui.adapters.base import Page

MOST = 50
"""Pages that are remembered of one source."""


class Repeats:
    """The pages of one source's feeds that changed nothing when they were stored, until anything does.

    To be told of storing in the order of storing, from the writer's thread too.
    """

    def __init__(self) -> None:
        self._pages: dict[tuple[str, str, bool], Page] = {}

    def is_known(self, feed: str, page: Page) -> bool:
        """Whether the cache holds all that a page says, and nothing of the source was stored or lost since it did."""
        return self._pages.get((feed, page.cursor, page.last)) == page

    def remember(self, feed: str, page: Page) -> None:
        """This page of a feed was stored, and nothing is different for it."""
        if len(self._pages) >= MOST:
            self._pages.clear()
        self._pages[feed, page.cursor, page.last] = page

    def forget(self) -> None:
        """What the cache holds of the source may be something else now."""
        self._pages.clear()
