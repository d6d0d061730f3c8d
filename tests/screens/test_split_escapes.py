"""Special keys, mouse and focus reports and pastes, in two parts at every byte: nothing of them may act.

Textual's own parser makes the events, with its clock in our hands; the guard and the keymap say what would be done.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual import constants, events, timer
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser

from helpdesk_tui import keymap
from helpdesk_tui.screens.outbox.screen import OutboxScreen
from helpdesk_tui.widgets import guard
from helpdesk_tui.widgets.guard import Burst, EscapeGuard

KEYS = sorted(
    sequence
    for sequence in ANSI_SEQUENCES_KEYS
    if len(sequence) > 2 and sequence.startswith(("\x1b[", "\x1bO")) and sequence[2] not in "\x1b"
)
REPORTS = ["\x1b[<0;10;5M", "\x1b[<0;110;55m", "\x1b[<65;3;9M", "\x1b[I", "\x1b[O", "\x1b[12;40R", "\x1b[?62;4c"]
KITTY = ["\x1b[57352u", "\x1b[97;5u", "\x1b[1;5A", "\x1b[6;2~"]
PASTES = ["\x1b[200~a1V7P\x1b[201~"]
HARMLESS = ("move.", "pane.")


class Terminal:
    """Feeds bytes at given times and says which commands would be done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, delay: float) -> None:
        self.now = 100.0
        monkeypatch.setattr("textual._parser.get_time", lambda: self.now)
        monkeypatch.setattr(constants, "ESCAPE_DELAY", delay)
        self.parser = XTermParser()
        self.guard = EscapeGuard()
        self.keys = keymap.build()
        self.done: list[str] = []
        self._prefix = ""

    def feed(self, data: str) -> None:
        for event in self.parser.feed(data):
            self._take(event)

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now += 0.01
            for event in self.parser.tick():
                self._take(event)

    def _take(self, event: object) -> None:
        if not isinstance(event, events.Key) or self.guard.swallows(event.key, event.character, self.now):
            return
        key = event.character if event.character and event.is_printable and event.character != " " else event.key
        sequence, self._prefix = f"{self._prefix} {key}".strip(), ""
        if key in self.keys.prefixes and sequence == key:
            self._prefix = key
        elif command := self.keys.find(sequence, keymap.LIST):
            self.done.append(command.id)


@pytest.mark.parametrize("gap", [0.15, 0.6])
@pytest.mark.parametrize("delay", [0.1, 0.4])
def test_nothing_acts_but_moves(monkeypatch: pytest.MonkeyPatch, delay: float, gap: float) -> None:
    wrong = []
    for sequence in [*KEYS, *REPORTS, *KITTY, *PASTES]:
        whole = Terminal(monkeypatch, delay)
        whole.feed(sequence)
        whole.wait(1)
        for cut in range(1, len(sequence)):
            terminal = Terminal(monkeypatch, delay)
            terminal.feed(sequence[:cut])
            terminal.wait(gap)
            terminal.feed(sequence[cut:])
            terminal.wait(1)
            done = [ident for ident in terminal.done if not ident.startswith(HARMLESS)]
            if done and not (gap < delay and terminal.done == whole.done):
                wrong.append((sequence, cut, done))
    assert not wrong, wrong[:20]
    assert len(KEYS) > 100


@pytest.mark.parametrize("sequence", [*KITTY, *REPORTS, "\x1b[A", "\x1bOP", "\x1b[15~"])
def test_without_the_guard_the_same_acts(monkeypatch: pytest.MonkeyPatch, sequence: str) -> None:
    """The table can fail: somewhere in it a part acts when nothing swallows it."""
    acted: list[str] = []
    for parts in ["\x1b[<0;10;5M", "\x1b[15~"]:
        for cut in range(1, len(parts)):
            terminal = Terminal(monkeypatch, 0.1)
            monkeypatch.setattr(terminal.guard, "swallows", lambda *_args, **_more: False)
            terminal.feed(parts[:cut])
            terminal.wait(0.6)
            terminal.feed(parts[cut:])
            terminal.wait(1)
            acted += terminal.done
    assert "view.slot" in acted


def test_typed_keys_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(monkeypatch, 0.1)
    for key in "1jV6P":
        terminal.feed(key)
        terminal.wait(0.2)
    assert terminal.done == ["view.slot", "move.down", "mark.all", "view.slot", "list.top_p1"]
    terminal.done.clear()
    terminal.feed("\x1b")
    terminal.wait(0.5)
    terminal.feed("6")
    assert terminal.done == ["view.slot"]


def test_brackets_can_be_typed_into_a_line() -> None:
    swallower = EscapeGuard()
    assert [swallower.swallows(char, char, at / 10, typing=True) for at, char in enumerate("O[/var]6")] == [False] * 8
    assert swallower.swallows("left_square_bracket", "[", 9.0)
    assert swallower.swallows("6", "6", 9.1)


def test_a_burst_of_many_letters_is_a_paste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BURST_GAP", 0.004)
    burst: Burst[str] = Burst()
    held = [burst.holds(char, 1 + at / 1000, printable=True) for at, char in enumerate("x" * 30)]
    assert held == [False] + [True] * 29
    assert burst.left(1.031) == pytest.approx(0.018)
    assert burst.left(1.06) == 0.0
    assert burst.take() == ([], 29)


def test_a_short_burst_acts_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BURST_GAP", 0.004)
    burst: Burst[str] = Burst()
    for at, char in enumerate("jjjkx"):
        burst.holds(char, 1 + at / 1000, printable=True)
    assert burst.take() == (["j", "j", "k", "x"], 0)
    assert not burst.holds("j", 2.0, printable=True)


def test_a_paste_into_a_line_ends_with_its_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BURST_GAP", 0.004)
    burst: Burst[str] = Burst()
    for at, char in enumerate("/" + "x" * 24 + "\ni5"):
        burst.holds(char, 1 + at / 1000, printable=char != "\n")
    assert burst.waiting
    assert burst.take(typing=True) == (["x"] * 24, 3)
    assert not burst.waiting


async def test_enter_does_not_overtake_what_was_typed_with_the_key_that_begins_a_line(
    open_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_desk() as desk:
        monkeypatch.setattr(guard, "BURST_GAP", 0.5)
        for name, char in (("slash", "/"), *((char, char) for char in "payroll")):
            desk.app.post_message(events.Key(name, char))
        for _ in range(1000):
            if not desk.queue.typing:
                await asyncio.sleep(0)
        assert desk.app._burst.waiting
        desk.app.post_message(events.Key("enter", "\r"))
        for _ in range(1000):
            if desk.app._burst.waiting:
                await asyncio.sleep(0.005)
        await desk.settle()
        assert not desk.queue.typing
        assert desk.queue.typed == "payroll"


async def test_keys_that_are_looked_at_too_early_are_looked_at_again(
    open_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A timer may go off up to half a millisecond before its time, and no key might come that sets another."""
    async with open_desk() as desk:
        monkeypatch.setattr(guard, "BURST_GAP", 1.0)
        monkeypatch.setattr(timer, "sleep", lambda seconds: asyncio.sleep(0 if seconds < 0.03 else seconds))
        for char in "gy":
            desk.app.post_message(events.Key(char, char))
        for _ in range(1000):
            if desk.app.screen is desk.queue:
                await asyncio.sleep(0.005)
        assert isinstance(desk.app.screen, OutboxScreen)


async def test_in_the_running_app_no_view_is_left_and_no_mark_lost(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("space", "space")
        view, marks = desk.queue.view, set(desk.queue.tickets.marks)
        for keys in (
            ("escape", "left_square_bracket", "6", "~"),
            ("left_square_bracket", "less_than_sign", "0", "semicolon", "1", "0", "semicolon", "5", "M"),
            ("alt+shift+o", "P"),
            ("left_square_bracket", "2", "0", "0", "~", "a", "1", "U", "V"),
        ):
            for key in keys:
                await desk.pilot.press(key)
            await desk.settle()
            desk.app._guard = EscapeGuard()
        assert desk.queue.view is view
        assert desk.queue.tickets.marks == marks


async def test_a_paste_on_the_list_is_dropped_and_said(open_desk: Any) -> None:
    async with open_desk() as desk:
        before = desk.queue.view
        desk.app.post_message(events.Paste("6V\n7"))
        await desk.settle()
        assert desk.queue.view is before
        assert "a paste was dropped" in desk.prompt
        await desk.press("slash")
        desk.app.post_message(events.Paste("owner:me\x1b[2J\nis:open"))
        await desk.settle()
        assert desk.queue.prompt.text == "owner:me␛[2J is:open"
