"""A public text that tells when the next update comes: shown under review, changed there, and kept as a clock."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpdesk_tui.desk.clocks.clocks import Clocks
from helpdesk_tui.domain.sla.promises import Promise
from helpdesk_tui.domain.told_time import written
from helpdesk_tui.errors import StoreError

from .conftest import NOW, Desktop

Open = Callable[..., AbstractAsyncContextManager[Desktop]]


def promises(desktop: Desktop) -> list[Promise]:
    return sorted(desktop.app.desk.clocks.team.promises(NOW), key=lambda one: one.id)


def at(minutes: int) -> str:
    """A time of day so many minutes from now, as a text tells it."""
    return written(NOW + minutes * 60, NOW)


async def write(desktop: Desktop, key: str, text: str) -> None:
    await desktop.press(key)
    await desktop.type(text)
    await desktop.press("enter")


@pytest.mark.parametrize("key", ["u", "r"])
async def test_what_the_text_promises_becomes_a_clock_with_the_text(open_desk: Open, key: str) -> None:
    async with open_desk() as desktop:
        await write(desktop, key, f"On it. Next update by {at(45)}.")
        assert f"n next update by {at(45)}" in desktop.prompt
        assert promises(desktop) == []
        await desktop.press("y")
        (promise,) = promises(desktop)
        (change,) = await desktop.app.desk.outbox()
        assert promise.due_at == (NOW + 45 * 60) // 60 * 60
        assert (promise.source, promise.key, promise.number) == (change.source, change.key, change.number)
        assert promise.is_unsaid
        assert f"public text, next update by {at(45)} (clock U)" in desktop.prompt
        assert desktop.prompt.rstrip().endswith("held 5 s, z takes both back")
        with sqlite3.connect(desktop.paths.team_db) as connection:
            assert connection.execute("SELECT change FROM promise").fetchall() == [(change.id,)]
        connection.close()


async def test_a_text_that_promises_nothing_sets_no_clock(open_desk: Open) -> None:
    async with open_desk() as desktop:
        await write(desktop, "u", "We are on it.")
        assert "n next update: none" in desktop.prompt
        await desktop.press("y")
        assert len(await desktop.app.desk.outbox()) == 1
        assert promises(desktop) == []


async def test_n_puts_the_time_into_the_text_and_takes_it_away(open_desk: Open) -> None:
    async with open_desk() as desktop:
        await write(desktop, "u", "We are on it.")
        await desktop.press("n")
        assert "next update by (30m" in desktop.prompt
        await desktop.type("soon")
        await desktop.press("enter")
        assert '"soon" is no time; next update by' in desktop.prompt
        await desktop.press(*["backspace"] * 4)
        await desktop.type("30m")
        await desktop.press("enter")
        assert f"n next update by {at(30)}" in desktop.prompt
        assert f"We are on it. Next update by {at(30)}." in desktop.text
        await desktop.press("n", *["backspace"] * 5, "enter")
        assert "n next update: none" in desktop.prompt
        await desktop.press("n")
        await desktop.type("2h")
        await desktop.press("enter", "y")
        (change,) = await desktop.app.desk.outbox()
        assert change.desired["reply"] == f"We are on it. Next update by {at(120)}."
        assert [one.due_at for one in promises(desktop)] == [(NOW + 7200) // 60 * 60]


async def test_leaving_the_question_leads_back_to_the_review_and_the_draft_stays(open_desk: Open) -> None:
    async with open_desk() as desktop:
        await write(desktop, "u", f"On it. Next update by {at(45)}.")
        await desktop.press("n", "escape")
        assert f"n next update by {at(45)}" in desktop.prompt
        await desktop.press("q")
        assert promises(desktop) == []
        await desktop.press("u")
        assert f"Next update by {at(45)}." in desktop.prompt


async def test_the_teams_own_sentence_is_the_one_that_is_written(open_desk: Open) -> None:
    async with open_desk() as desktop:
        desktop.app.desk.next_update = "Nouvelles avant {time}."
        await write(desktop, "u", "On y travaille.")
        await desktop.press("n")
        await desktop.type("30m")
        await desktop.press("enter", "y")
        (change,) = await desktop.app.desk.outbox()
        assert change.desired["reply"] == f"On y travaille. Nouvelles avant {at(30)}."
        assert len(promises(desktop)) == 1


async def test_several_tickets_are_promised_at_once(open_desk: Open) -> None:
    async with open_desk() as desktop:
        await desktop.press("space", "space")
        await write(desktop, "u", f"Next update by {at(60)}.")
        question = " ".join(line.strip() for line in desktop.text.splitlines()[21:])
        assert f"next update by {at(60)}" in question
        await desktop.press("2", "enter")
        changes = await desktop.app.desk.outbox()
        assert sorted((one.source, one.key) for one in promises(desktop)) == sorted(
            (change.source, change.key) for change in changes
        )
        assert len(changes) == 2


async def test_an_update_that_goes_without_its_clock_says_so(open_desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise StoreError("the store is full", path=Path("team.db"))

    monkeypatch.setattr(Clocks, "promise", refuse)
    async with open_desk((120, 24)) as desktop:
        await write(desktop, "u", f"Next update by {at(60)}.")
        await desktop.press("y")
        assert "the text goes, its clock is not kept (w p keeps one)" in desktop.prompt
        assert len(await desktop.app.desk.outbox()) == 1


def test_the_times_in_these_tests_are_of_the_same_day() -> None:
    assert datetime.fromtimestamp(NOW, UTC).astimezone().hour < 21
