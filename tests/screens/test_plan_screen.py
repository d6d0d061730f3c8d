"""The screen of a plan: changed in place, written, public text only by number, taken back, namesakes told apart."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from helpdesk_tui.paths import Paths
from helpdesk_tui.screens.plans.screen import PlanScreen
from helpdesk_tui.screens.plans.why import WhyScreen
from helpdesk_tui.theme import ScreenSettings

NOW = 1_795_307_200


@pytest.fixture
def few(paths: Paths) -> Paths:
    """A cache of three people, of whom two are called Dana, and five tickets of one of them."""
    with sqlite3.connect(paths.cache_db) as connection:
        for table in ("ticket", "person", "event", "membership"):
            connection.execute(f"DELETE FROM {table}")
        for key, name in (("d1", "Dana Kim"), ("d2", "Dana Kolb"), ("s", "Ana Sato"), ("b", "Bo Brandt")):
            connection.execute(
                "INSERT INTO person (source, key, name, login, works_tickets) VALUES ('sn', ?, ?, ?, 1)",
                (key, name, key),
            )
        for number in range(5):
            connection.execute(
                "INSERT INTO ticket (source, key, number, title, state, is_open, owner, due_at, paused, priority)"
                " VALUES ('sn', ?, ?, 'a ticket', ?, 1, 'd1', ?, ?, 3)",
                (
                    f"k{number}",
                    f"INC{number}",
                    "pending" if number == 4 else "open",
                    number and NOW + 60 * number,
                    number == 4,
                ),
            )
        connection.execute("UPDATE ticket SET due_at = ? WHERE key = 'k0'", (NOW + 30,))
    connection.close()
    return paths


async def open_plan(desk: Any, typed: str = "sick dana kim") -> PlanScreen:
    await desk.press("colon")
    await desk.type(typed)
    await desk.press("enter")
    screen = desk.app.screen
    assert isinstance(screen, PlanScreen)
    return screen


async def test_lines_are_changed_kept_agreed_and_explained(open_desk: Any, few: Paths) -> None:
    async with open_desk() as desk:
        screen = await open_plan(desk)
        assert "PLAN  Dana Kim absent" in desk.text
        assert "4 move, 1 stays" in desk.text
        first = screen.draft.plan.rows()[0].name
        await desk.press("a", "2")
        second = screen.draft.plan.rows()[0].name
        assert {first, second} == {"Ana Sato", "Bo Brandt"}
        await desk.press("j", "k")
        assert screen.draft.plan.rows()[1].name == ""
        assert "3 move, 2 stay" in desk.text
        await desk.press("up", "x")
        assert isinstance(desk.app.screen, WhyScreen)
        assert "no skills" in desk.text or "no particular skill" in desk.text
        await desk.press("q")
        assert isinstance(desk.app.screen, PlanScreen)


async def test_namesakes_are_asked_for_with_their_logins(open_desk: Any, few: Paths) -> None:
    async with open_desk() as desk:
        await desk.press("colon")
        await desk.type("sick dana")
        await desk.press("enter")
        assert "(d1 on SN)" in desk.text
        assert "(d2 on SN)" in desk.text
        await desk.press("1")
        assert "PLAN  Dana Kim" in desk.text


async def test_writing_shows_each_line_and_is_taken_back(open_desk: Any, few: Paths) -> None:
    async with open_desk() as desk:
        await open_plan(desk)
        await desk.press("y")
        assert "4 written, held 5 s" in desk.prompt
        assert desk.text.count("waiting") >= 4
        await desk.press("a")
        assert "this line is written" in desk.prompt
        await desk.press("z")
        assert "4 taken back unsent; Dana Kim is not away" in desk.prompt
        assert "4 move, 1 stays" in desk.text


async def test_a_plan_is_taken_back_whole_from_the_queue_too(open_desk: Any, few: Paths) -> None:
    def away() -> list[Any]:
        with sqlite3.connect(few.team_db) as connection:
            found = connection.execute("SELECT 1 FROM absence WHERE withdrawn_at = 0").fetchall()
        connection.close()
        return found

    async with open_desk() as desk:
        await open_plan(desk)
        await desk.press("y", "q")
        assert away()
        await desk.press("z")
        assert "4 taken back unsent, Dana Kim is not away and stays in the team's list" in desk.prompt
        assert not away()
        await desk.press("z")
        assert "nothing to take back" in desk.prompt


async def test_public_text_on_several_is_sent_only_by_their_number(open_desk: Any, few: Paths) -> None:
    async with open_desk() as desk:
        screen = await open_plan(desk)
        await desk.press("r")
        await desk.type("Somebody else")
        await desk.press("enter", "2")
        assert len(screen.draft.texts) == 4
        await desk.press("y", "y")
        assert "PUBLIC text on 4" in desk.text
        assert not (await desk.app.desk.outbox())
        await desk.press("4", "enter")
        changes = await desk.app.desk.outbox()
        assert [change.desired.get("reply") for change in changes] == ["Somebody else"] * 4


async def test_what_waits_gets_no_text_and_a_changed_plan_is_not_left_by_a_slip(open_desk: Any, few: Paths) -> None:
    async with open_desk() as desk:
        await open_plan(desk)
        await desk.press("G", "r")
        assert "nothing is written on this ticket" in desk.prompt
        await desk.press("g", "g", "a", "2", "q")
        assert "Leave the plan?" in desk.text
        await desk.press("n")
        assert isinstance(desk.app.screen, PlanScreen)
        await desk.press("q")
        await desk.press("y")
        assert "Triage" in desk.text
        await desk.press("j")
        assert desk.app.return_code is None


async def test_nobody_a_missing_name_and_read_only(open_desk: Any, few: Paths) -> None:
    async with open_desk() as desk:
        for typed, words in (("sick nobody", "goes by nobody"), ("sick", "sick NAME"), ("return dana", "no plan took")):
            await desk.press("colon")
            await desk.type(typed)
            await desk.press("enter")
            assert words in desk.prompt
    async with open_desk(settings=ScreenSettings(read_only=True)) as desk:
        await desk.press("colon")
        await desk.type("sick dana")
        await desk.press("enter")
        assert "READ ONLY" in desk.prompt


async def test_a_customer_who_answers_is_told_once(open_desk: Any, few: Paths) -> None:
    async with open_desk() as desk:
        await open_plan(desk)
        await desk.press("y", "q")
        desk.write(f"UPDATE ticket SET last_customer_at = {NOW + 5}, rev = :rev WHERE key = 'k4'")
        await desk.queue.tell_watched()
        assert "the customer has written: INC4 (Dana Kim is away)" in desk.prompt
        desk.queue.say("")
        await desk.queue.tell_watched()
        assert "INC4" not in desk.prompt


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=["80x24", "200x50"])
async def test_every_line_fits(open_desk: Any, few: Paths, size: tuple[int, int]) -> None:
    async with open_desk(size) as desk:
        await open_plan(desk)
        assert all(len(line.rstrip()) <= size[0] for line in desk.text.splitlines())
        assert "Sato" in desk.text
        assert "LOAD" in desk.text
