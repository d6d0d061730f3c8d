"""Pages that say again what their feed said last.

A stream is read on from a little before where it ended, so while nothing happens each poll brings its last records once
more. Storing them again would find nothing to do; it takes a transaction and a dozen questions to find that.
"""

from __future__ import annotations

from helpdesk_tui.adapters.base import Page
from helpdesk_tui.data.write.parts import Touched

MOST = 100
"""Records of a page that is remembered."""


class Repeats:
    """The last page of each feed of one source that changed nothing when it was stored, until anything does."""

    def __init__(self) -> None:
        self._pages: dict[str, Page] = {}

    def is_known(self, feed: str, page: Page) -> bool:
        """Whether the cache holds all that a page says, and nothing of the source was stored or lost since it did."""
        return self._pages.get(feed) == page

    def stored(self, feed: str, page: Page, records: int, touched: Touched) -> None:
        """Take note of a page that was just stored, in the order of storing. What does not parse is never known: it is
        written down whenever it comes."""
        if touched.is_anything:
            self._pages.clear()
        elif records <= MOST and not page.bad:
            self._pages[feed] = page

    def forget(self) -> None:
        """What the cache holds of the source may be something else now."""
        self._pages.clear()
