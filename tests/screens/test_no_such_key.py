"""A prefix and a key that mean nothing together: it is said, on every screen, so that nobody waits for it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("keys", "told"),
    [("gh", "g h"), (["f", "f5"], "f F5"), ("gag.", "g ."), (["enter", "g", "f5"], "g F5"), ("gygh", "g h")],
)
async def test_a_key_that_leads_nowhere_says_so(open_desk: Any, keys: str | list[str], told: str) -> None:
    async with open_desk() as desk:
        await desk.press(*keys)
        assert f"{told} is no key here; ? lists them" in desk.prompt


async def test_escape_after_a_prefix_only_forgets_it(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("g", "escape")
        assert not desk.prompt.strip()
        await desk.press("i")
        assert "is no key" not in desk.prompt
