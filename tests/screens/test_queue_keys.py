"""The keys of the queue beyond moving: filter, menus, views, commands, and what leaves the screen."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from helpdesk_tui import keymap
from helpdesk_tui.domain.views import Grouping, Sort
from helpdesk_tui.screens import base
from helpdesk_tui.screens.help import HelpScreen
from helpdesk_tui.screens.queue.keys import GROUPINGS, SORTS
from helpdesk_tui.screens.queue.screen import QueueScreen
from helpdesk_tui.screens.ticket import TicketScreen
from helpdesk_tui.theme import ScreenSettings

SCREENS = {"list": QueueScreen, "ticket": TicketScreen, "help": HelpScreen}


@pytest.mark.parametrize("where", SCREENS)
def test_every_bound_command_is_answered(where: str) -> None:
    for command in keymap.build().here(where):
        assert hasattr(SCREENS[where], "do_" + command.id.replace(".", "_")), command.id


async def test_the_list_follows_the_filter_while_it_is_typed(open_desk: Any) -> None:
    async with open_desk() as desk:
        before = len(desk.queue.tickets.ids)
        await desk.press("6", "/")
        await desk.type("source:sn")
        assert 0 < len(desk.queue.tickets.ids) < 120
        assert "found" in desk.prompt
        await desk.press("enter")
        assert desk.queue.typed == "source:sn"
        assert "/source:sn" in desk.text.splitlines()[2]
        await desk.press("/", "escape")
        assert desk.queue.typed == "source:sn"
        await desk.press("/", "ctrl+u", "enter")
        assert len(desk.queue.tickets.ids) == 120
        assert before < 120


async def test_a_mistake_is_underlined_and_the_old_list_stays(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("/")
        await desk.type("due:<9d")
        before = list(desk.queue.tickets.ids)
        assert before
        await desk.press("backspace", "x")
        assert list(desk.queue.tickets.ids) == before
        assert desk.queue.prompt._fault is not None
        strip = desk.queue.prompt.render_line(0)
        marked = "".join(text for text, style, _ in strip if style is not None and style.underline)
        assert "9x" in marked
        assert "due:<9x" in desk.prompt
        assert len(desk.prompt.strip()) > len("/due:<9x") + 8


async def test_tab_completes_the_filter(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("/")
        await desk.type("own")
        assert "owner:" in desk.text.splitlines()[22]
        await desk.press("tab")
        assert desk.queue.prompt.text == "owner:"


async def test_views_by_digit_letter_and_neighbour(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("6")
        assert desk.queue.view.name == "all"
        assert len(desk.queue.tickets.ids) == 120
        await desk.press("J")
        assert desk.queue.view.name == "vip"
        await desk.press("K", "K")
        assert desk.queue.view.name == "waiting"
        await desk.press("f", "b")
        assert desk.queue.view.name == "bounced"
        await desk.press("f", "x")
        assert "no saved filter" in desk.text


async def test_sorting_keeps_the_ticket_and_turns_round(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("6", "j", "j")
        current = desk.queue.tickets.current
        await desk.press("S")
        menu = " ".join(desk.text.splitlines()[21:23])
        assert "sort by" in menu
        assert [label for _, _, label in SORTS if f" {label} " not in menu] == []
        await desk.press("a")
        assert desk.queue.view.sort is Sort.AGE
        assert desk.queue.tickets.current == current
        order = list(desk.queue.tickets.ids)
        await desk.press("S", "a")
        assert desk.queue.view.reverse
        assert list(desk.queue.tickets.ids) == order[::-1]


async def test_groups_have_headings_and_the_cursor_skips_them(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("6", "equals_sign", "p")
        assert desk.queue.view.grouping is Grouping.PRIORITY
        ids = list(desk.queue.tickets.ids)
        assert desk.text.splitlines()[4].startswith(" -- ")
        await desk.press("g", "g")
        for _ in range(40):
            await desk.pilot.press("j")
        await desk.settle()
        assert desk.queue.tickets.current == ids[40]
        shown = [line for line in desk.text.splitlines()[4:15] if line.startswith(">")]
        assert len(shown) == 1


async def test_a_menu_shows_every_way_at_80_cells(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("equals_sign")
        menu = " ".join(desk.text.splitlines()[21:23])
        assert [label for _, _, label in GROUPINGS if f" {label} " not in menu] == []
        await desk.press("escape")
        assert set(desk.text.splitlines()[21]) == {"-"}


async def test_a_message_goes_with_the_next_command(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_desk() as desk:
        await desk.press("f", "x")
        await desk.press("j")
        assert "no saved filter" in desk.text
        monkeypatch.setattr(base, "STALE", -1.0)
        await desk.press("j")
        assert desk.prompt.strip() == ""


async def test_back_in_the_list_nothing_is_said_of_another_pane(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("tab")
        assert "in the ticket" in desk.prompt
        await desk.press("q")
        assert desk.prompt.strip() == ""


async def test_the_page_names_the_way_back(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("enter")
        assert "q back" in desk.text.splitlines()[22]
        assert "? keys" in desk.text.splitlines()[22]
        assert "a assign" in desk.text.splitlines()[22]


async def test_the_preview_can_be_put_away(open_desk: Any) -> None:
    async with open_desk() as desk:
        height = desk.queue.tickets.size.height
        await desk.press("comma")
        assert desk.queue.tickets.size.height > height
        await desk.press("comma")
        assert desk.queue.tickets.size.height == height


async def test_next_risk_and_top_p1(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("6", "S", "k", "g", "g", "n")
        row = desk.queue.tickets.current_row
        assert row is not None
        assert row.due_at < 1_795_307_200 + 1800
        await desk.press("3", "P")
        row = desk.queue.tickets.current_row
        assert row is None or row.priority == 1 or "no open P1" in desk.prompt


async def test_a_prefix_shows_what_may_follow(open_desk: Any) -> None:
    async with open_desk((120, 40)) as desk:
        await desk.pilot.press("y")
        await desk.pilot.pause(0.05)
        assert "number" in desk.text.splitlines()[-2]
        await desk.press("escape")
        assert "number" not in desk.text.splitlines()[-2]


async def test_copying_goes_through_the_terminal_and_is_shown(open_desk: Any) -> None:
    async with open_desk() as desk:
        row = desk.queue.tickets.current_row
        assert row is not None
        await desk.press("y", "k")
        assert desk.app.clipboard == row.number
        assert row.number in desk.prompt
        await desk.press("y", "u")
        assert desk.app.clipboard.startswith("https://")
        await desk.press("y", "t")
        assert row.title in desk.app.clipboard
        await desk.press("o")
        assert "https://" in desk.prompt


async def test_a_page_of_its_own(open_desk: Any) -> None:
    async with open_desk() as desk:
        row = desk.queue.tickets.current_row
        assert row is not None
        await desk.press("enter")
        assert isinstance(desk.app.screen, TicketScreen)
        assert row.title in desk.text.splitlines()[0]
        assert "CLOCKS" in desk.text
        await desk.press("q")
        assert desk.app.screen is desk.queue


async def test_a_ticket_by_its_number(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("g", "i")
        await desk.type("INC0000003")
        await desk.press("enter")
        assert isinstance(desk.app.screen, TicketScreen)
        assert "INC0000003" in desk.text
        await desk.press("g", "i")
        await desk.type("INC9")
        await desk.press("enter")
        assert "has no ticket INC9" in desk.prompt


async def test_help_names_exactly_what_is_bound(open_desk: Any) -> None:
    async with open_desk((120, 100)) as desk:
        await desk.press("question_mark")
        text = desk.text
        for command in desk.app.keymap.here("list"):
            assert command.help[:60] in text, command.id
        for reserved in keymap.RESERVED.values():
            assert reserved not in text
        await desk.press("q")
        assert desk.app.screen is desk.queue


async def test_keys_of_what_is_to_come_do_nothing(open_desk: Any) -> None:
    async with open_desk() as desk:
        before = desk.text
        for key in keymap.RESERVED:
            if " " not in key:
                await desk.pilot.press({"!": "exclamation_mark"}.get(key, key))
        await desk.settle()
        assert desk.text == before


async def test_the_palette_does_a_command(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("ctrl+p")
        await desk.type("next view")
        await desk.press("enter")
        assert desk.app.screen is desk.queue
        assert desk.queue.view.name == "at-risk"


async def test_commands(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("colon")
        await desk.type("sort age")
        await desk.press("enter")
        assert desk.queue.view.sort is Sort.AGE
        await desk.press("colon")
        await desk.type("view save Old ones 7")
        await desk.press("enter")
        assert any(view.title == "Old ones" and view.slot == "7" for view in desk.queue.views)
        await desk.press("1", "7")
        assert desk.queue.view.title == "Old ones"
        await desk.press("colon")
        await desk.type("signin zd")
        await desk.press("enter")
        assert "new secret of zd, or Enter" in desk.prompt
        await desk.press("enter")
        assert "signing in to zd again" in desk.prompt
        await desk.press("colon")
        await desk.type("nonsense")
        await desk.press("enter")
        assert "no command nonsense" in desk.prompt
        await desk.press("colon", "up", "up")
        assert desk.queue.prompt.text == "signin zd"


async def test_only_a_view_that_is_there_is_said_to_be_dropped(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press(":")
        await desk.type("view save Night Desk fn")
        await desk.press("enter", ":")
        await desk.type("view drop day")
        await desk.press("enter")
        assert "you have no view day; there is night desk" in desk.prompt
        await desk.press(":")
        await desk.type("view drop Night desk")
        await desk.press("enter")
        assert "view Night Desk dropped" in desk.prompt
        assert await desk.queue.desk.saved_views() == ()


async def test_what_became_of_a_request_is_said(open_desk: Any) -> None:
    async with open_desk() as desk:
        for state, words, said in (("done", "", "was pulled just now"), ("failed", "zd: the door is shut", "is shut")):
            await desk.press("R")
            assert "asked for a pull" in desk.prompt
            await desk.pulse()
            assert said not in desk.prompt
            connection = sqlite3.connect(desk.paths.personal_db)
            with connection:
                connection.execute("UPDATE request SET state = ?, answer = ?, done_at = 1", (state, words))
            connection.close()
            await desk.pulse()
            assert said in desk.prompt


async def test_another_theme_is_on_every_screen_at_once(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk_tui.app.theme_name", lambda setting, _colours: setting)

    def grounds(desk: Any) -> set[object]:
        strips = desk.app.screen._compositor.render_strips()
        return {style.bgcolor for strip in strips for _, style, _ in strip if style is not None}

    async with open_desk((80, 24), ScreenSettings(theme="dark")) as desk:
        before = grounds(desk)
        await desk.press(":")
        await desk.type("theme light")
        await desk.press("enter")
        assert "the theme is light" in desk.prompt
        assert not grounds(desk) & before - {None}
        await desk.pilot.resize_terminal(200, 50)
        await desk.settle()
        assert not grounds(desk) & before - {None}
        await desk.press(":")
        await desk.type("theme")
        await desk.press("enter")
        assert "auto, dark, light, ansi, mono" in desk.prompt


async def test_leaving_asks(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("ctrl+q")
        assert "Leave the desk?" in desk.text
        await desk.press("enter")
        assert desk.app.is_running
        assert desk.app._exit is False
        await desk.press("q")
        assert desk.app._exit is True


async def test_the_arrows_preset_leaves_letters_alone(open_desk: Any) -> None:
    async with open_desk(settings=ScreenSettings(preset="arrows")) as desk:
        await desk.press("j")
        assert desk.queue.tickets.cursor == 0
        await desk.press("down")
        assert desk.queue.tickets.cursor == 1


async def test_a_failed_job_is_a_line_and_not_the_end(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_desk() as desk:

        async def broken(_query: object) -> None:
            raise RuntimeError("the disk is gone")

        monkeypatch.setattr(desk.queue.desk, "recent", broken)
        await desk.press("6")
        assert "the disk is gone" in desk.prompt
        assert desk.app.is_running
