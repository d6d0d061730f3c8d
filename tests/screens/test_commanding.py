"""The line of commands on every screen: what it offers, how Tab goes through it, what it does, and what it says."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk_tui import keymap
from helpdesk_tui.keymap.words import WORDS, begun, misspelt, words_at

SCREENS = {"aging": "g a", "schedule": "g s", "oncall": "g o", "technicians": "g t", "sources": "g y", "help": "?"}


async def command(desk: Any, text: str) -> None:
    await desk.press(":")
    await desk.type(text)
    await desk.press("enter")


@pytest.mark.parametrize("where", SCREENS)
async def test_a_command_works_on_every_screen(open_desk: Any, where: str) -> None:
    async with open_desk() as desk:
        await desk.press(*(SCREENS[where].replace("?", "question_mark").split()))
        assert desk.app.screen.where == where
        await command(desk, "theme")
        assert "the theme is" in desk.prompt
        await command(desk, "sikc")
        assert "there is no command sikc" in desk.prompt
        await command(desk, "q")
        assert desk.app.screen is desk.queue


async def test_tab_on_an_empty_line_goes_through_every_word_and_says_what_it_means(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press(":", "tab")
        assert desk.queue.prompt.text == "assign "
        assert "Tab  assign  me  status  solved" in desk.text
        assert "assign: give to somebody: a name, or nobody" in desk.text
        await desk.press("tab")
        assert desk.queue.prompt.text == "me"
        assert "me: assign to yourself" in desk.text
        await desk.press("shift+tab", "shift+tab")
        assert desk.queue.prompt.text == "quit"
        assert "quit: leave the desk" in desk.text


async def test_tab_completes_what_follows_a_word(open_desk: Any) -> None:
    async with open_desk() as desk:
        owner, group = desk.queue.desk.reads.known("owner")[0], desk.queue.desk.reads.known("group")[0]
        for text, whole in (
            (f"sick {owner[:3].lower()}", f"sick {owner}"),
            (f"balance {group[:3].lower()}", f"balance {group}"),
            ("signin z", "signin zd"),
            ("sort ag", "sort age"),
            ("view sta", "view stalled"),
            ("sch", "schedule"),
            ("bal", "balance "),
        ):
            await desk.press(":")
            await desk.type(text)
            await desk.press("tab")
            assert desk.queue.prompt.text == whole
            await desk.press("escape")


async def test_a_misspelt_word_names_the_nearest_and_a_word_of_elsewhere_its_screen(open_desk: Any) -> None:
    async with open_desk() as desk:
        await command(desk, "sikc dana")
        assert "there is no command sikc; did you mean :sick?" in desk.prompt
        await desk.press("g", "s")
        await command(desk, "sort age")
        assert ":sort works in the queue: g q" in desk.prompt
        await command(desk, "schedule")
        assert "this is schedule" in desk.prompt
        await command(desk, "sla")
        assert desk.app.screen.where == "aging"


async def test_a_ticket_opens_from_every_screen_by_its_number(open_desk: Any) -> None:
    async with open_desk() as desk:
        number = desk.queue.tickets.current_row.number
        for keys in (("g", "a"), ("g", "t"), ("g", "y")):
            await desk.press(*keys)
            await command(desk, f"open {number}")
            assert desk.app.screen.where == "ticket"
            await desk.press("g", "q")
        await desk.press("g", "y")
        await command(desk, "open XX-1")
        assert "the cache has no ticket XX-1" in desk.prompt


def test_every_word_is_answered_by_the_screens_it_works_on() -> None:
    from helpdesk_tui.screens import commanding, ticket
    from helpdesk_tui.screens.queue import screen as queue
    from helpdesk_tui.screens.roster import oncall, schedule, technicians
    from helpdesk_tui.screens.sla import aging

    classes = {
        "list": queue.QueueScreen,
        "ticket": ticket.TicketScreen,
        "aging": aging.AgingScreen,
        "schedule": schedule.ScheduleScreen,
        "oncall": oncall.OnCallScreen,
        "technicians": technicians.TechniciansScreen,
    }
    for word in WORDS:
        if word.goes:
            assert f"goto.{word.goes}" in {command.id for command in keymap.COMMANDS}
            continue
        name = f"say_{word.name.partition(' ')[0]}"
        for where in word.where:
            assert hasattr(commanding.Commands, name) or hasattr(classes[where], name), (word.name, where)


@pytest.mark.parametrize(
    ("typed", "where", "near"),
    [
        ("sikc", "list", "sick"),
        ("blance net", "list", "balance"),
        ("sched", "list", "schedule"),
        ("tehnicians", "sources", "technicians"),
        ("sikc", "sources", ""),
        ("xyzzy", "list", ""),
    ],
)
def test_the_nearest_word(typed: str, where: str, near: str) -> None:
    assert misspelt(typed, where) == near


def test_the_longest_word_is_begun() -> None:
    for text, name in (("view save x", "view save"), ("view x", "view"), ("viewer", None), ("q", "q")):
        word = begun(text)
        assert (word.name if word else None) == name


def test_nothing_that_writes_is_offered_where_nothing_may_be_written() -> None:
    assert not any(word.writes for word in words_at("list", read_only=True))
    assert any(word.writes for word in words_at("list"))


async def test_a_message_that_is_too_long_begins_in_the_line_of_keys_and_both_go_with_the_next_command(
    open_desk: Any,
) -> None:
    async with open_desk() as desk:
        words = "word " * 24 + "end"
        desk.queue.say(words)
        await desk.settle()
        *_, above, last = desk.text.splitlines()
        assert f"{above.strip()} {last.strip()}" == words
        desk.queue.say("short")
        await desk.settle()
        *_, above, last = desk.text.splitlines()
        assert last.strip() == "short"
        assert above.endswith("? keys".ljust(len(above) - above.index("?")))
