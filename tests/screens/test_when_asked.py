"""A time that is none, typed for a promise or a reminder: it stays in the line to be mended, with what is wrong."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("key", ["p", "a", "u"])
async def test_a_wrong_time_stays_to_be_mended(open_desk: Any, key: str) -> None:
    async with open_desk() as desk:
        await desk.press("w", key)
        assert ("words after a comma are a note" in desk.text) is (key != "p")
        await desk.type("in a bit, call back")
        await desk.press("enter")
        assert desk.queue.prompt.text == "in a bit, call back"
        above = desk.text.splitlines()[-3:-1]
        assert '"in a bit" is no time' in above[0]
        assert "2026-11-24 10:00" in above[1]
        await desk.press("ctrl+u")
        await desk.type("2h, call back")
        await desk.press("enter")
        assert desk.queue.prompt.kind == ""
        assert ("an update is promised by" if key == "p" else "reminds at") in desk.prompt


@pytest.mark.parametrize("there", [(), ("enter",), ("g", "a")])
async def test_leaving_a_wrong_time_promises_nothing(open_desk: Any, there: tuple[str, ...]) -> None:
    async with open_desk() as desk:
        await desk.press(*there, "w", "p")
        await desk.type("soon")
        await desk.press("enter")
        assert '"soon" is no time' in desk.text
        await desk.press("escape")
        assert desk.app.screen.prompt.kind == ""
        assert desk.app.desk.clocks.team.promises(0) == ()
        assert "is no time" not in desk.text
