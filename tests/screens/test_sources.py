"""The page of platforms: each one's health in its own words, made harmless, and what mends it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from helpdesk_tui.desk.around import Around

from .conftest import Desktop

Open = Callable[..., AbstractAsyncContextManager[Desktop]]


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_a_platforms_words_and_what_mends_it_are_on_the_page(open_desk: Open, size: tuple[int, int]) -> None:
    async with open_desk(size) as desk:
        desk.write(
            "UPDATE source SET health = 'signin', words = 'SN: [/red] \x1b[2J user is locked', since = 1795307000,"
            " cannot = '[\"read sys_audit\"]', rev = :rev WHERE name = 'sn'"
        )
        await desk.press("g", "y")
        text = desk.text
        assert "[/red] ␛[2J user is locked" in text
        assert "\x1b" not in text
        assert ":signin sn" in text
        assert "read sys_audit" in text
        await desk.press("R")
        assert "asked for a pull" in desk.prompt
        await desk.press("q")
        assert desk.app.screen is desk.queue


async def test_the_page_follows_the_cache(open_desk: Open) -> None:
    async with open_desk((80, 24)) as desk:
        await desk.press("g", "y")
        assert "helpdesk-tui sync" not in desk.text
        desk.write("UPDATE source SET health = 'narrowed', words = '90 of 100 gone', rev = :rev WHERE name = 'zd'")
        await desk.pulse()
        assert "90 of 100 gone" in desk.text
        assert "--accept-removals" in desk.text


async def test_a_new_secret_is_typed_unseen_and_not_remembered(open_desk: Open) -> None:
    typed: list[tuple[str, str]] = []

    def keep(source: str, value: str) -> str:
        typed.append((source, value))
        return "kept in the safe"

    async with open_desk() as desk:
        desk.app.around = Around(keep_secret=keep)
        await desk.type(":signin zd")
        await desk.press("enter")
        await desk.type("hush1")
        assert "hush" not in desk.text
        assert desk.prompt.rstrip().endswith("*****")
        await desk.press("enter")
        assert typed == [("zd", "hush1")]
        assert "signing in to zd again; kept in the safe" in desk.prompt
        await desk.type(":signin zd")
        await desk.press("enter", "up")
        assert desk.queue.prompt.text == ""
