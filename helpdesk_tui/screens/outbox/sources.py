"""Every platform on a page of its own: its health in its own words, and what its account can and cannot see."""

from __future__ import annotations

from collections.abc import Collection

from helpdesk_tui.screens.page import PageScreen
from helpdesk_tui.widgets.source_text import sources_text
from helpdesk_tui.widgets.text import line

REFRESH = 5.0
"""Seconds between two looks: ages on this page are told in minutes."""


class SourcesScreen(PageScreen):
    """Follows the cache while it is read."""

    where = "sources"

    def on_mount(self) -> None:
        """Reads the sources, now and again."""
        self.work(self.load(), "load")
        self.set_interval(REFRESH, lambda: self.work(self.load(), "load"))

    async def load(self) -> None:
        """Reads how the sources are and shows it."""
        self.title_line.show([line(" Platforms; q goes back", "head")])
        sources = await self.desk.health()
        self.text.show(sources_text(sources, self.now(), min(self.app.size.width, 120), self.glyphs))

    def on_resize(self) -> None:
        """The terminal has another size."""
        super().on_resize()
        self.work(self.load(), "load")

    def changed(self, ids: Collection[int], *, everything: bool) -> None:  # noqa: ARG002
        """The cache was written."""
        self.work(self.load(), "load")
