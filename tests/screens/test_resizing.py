"""A terminal that changes its size faster than the desk is drawn."""

from __future__ import annotations

import pytest
from textual.events import Resize
from textual.geometry import Size

from helpdesk_tui.screens.base import DeskScreen

from .conftest import Open

pytestmark = pytest.mark.integration


async def test_nothing_is_laid_out_for_a_size_that_is_past(open_desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Laying out for it tells the screen of it once more, behind the size that the terminal has now, and so on."""
    async with open_desk() as desk:
        laid: list[Size | None] = []
        layout = DeskScreen._refresh_layout

        def noted(screen: DeskScreen, size: Size | None = None) -> None:
            laid.append(size)
            layout(screen, size)

        monkeypatch.setattr(DeskScreen, "_refresh_layout", noted)
        for high in (25, 24):
            desk.queue._screen_resized(Size(80, high))
        assert (80, 24) in laid
        assert (80, 25) not in laid


async def test_the_last_of_many_sizes_is_drawn(open_desk: Open) -> None:
    async with open_desk() as desk:
        for wide, high in ((90, 30), (120, 40), (100, 20), (160, 45)):
            desk.app.post_message(Resize(Size(wide, high), Size(wide, high)))
        await desk.settle()
        assert desk.queue.size == (160, 45)
        await desk.press("j")
        assert "2 of" in desk.text
