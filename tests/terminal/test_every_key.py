"""Every key that help lists does what it says, at both sizes of terminal, in one sitting per screen and size."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path

import pytest

from helpdesk_tui import keymap

from . import key_worlds
from .ptys import Terminal
from .walks import ANYTHING, Step, Walk, typed
from .walks_clocks import AGING, CLOCK, PLAN
from .walks_outbox import CONFLICT, SOURCES
from .walks_queue import FORM, HELP_PAGE, LIST, TICKET
from .walks_roster import ONCALL, ROTATION, SCHEDULE, TECHNICIANS

pytestmark = pytest.mark.terminal

PATIENCE = 30.0
GUARD = 0.3
"""A question takes no key so long after it was drawn, in seconds."""
SETTLED = 0.6
"""Seconds of silence after which a screen is taken to be whole."""
TRIES, SOON = 3, 10.0
"""How often a key that moves is pressed, and seconds in which it changes something."""
SIZES = ((80, 24), (200, 50))
START = r"(?s)(SUMMARY|well done|[Nn]o ticket).*\? keys"
WALKS = (AGING, CLOCK, CONFLICT, FORM, HELP_PAGE, LIST, ONCALL, PLAN, ROTATION, SCHEDULE, SOURCES, TECHNICIANS, TICKET)
BY_NAME = {walk.where: walk for walk in WALKS}
PROGRAM = """
import sys
from helpdesk_tui.theme import ScreenSettings, prepare_environment
prepare_environment()
from pathlib import Path
from helpdesk_tui import app
from helpdesk_tui.config.macros import MacroConfig
from helpdesk_tui.paths import Paths
home = Path(sys.argv[1])
paths = Paths(config_dir=home, state_dir=home / "state", cache_dir=home / "cache", home=home)
licence = MacroConfig("visio", "Licence request", note="Ask procurement.", status="pending")
sys.exit(app.run(ScreenSettings(), paths, macros=[licence]))
"""
Worlds = Callable[[str], Path]


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """A home of a world, as it is before anybody sits down; made when it is first asked for."""

    @cache
    def world(name: str) -> Path:
        made = tmp_path_factory.mktemp(name)
        key_worlds.WORLDS[name](made)
        return made

    return world


@pytest.fixture
def terminals(tmp_path: Path, worlds: Worlds, where: str) -> Iterator[list[Terminal]]:
    """The desk at each size, in the world of a walk."""
    opened = []
    for wide, high in SIZES:
        home = shutil.copytree(worlds(BY_NAME[where].world), tmp_path / f"{wide}x{high}")
        opened.append(Terminal(home, (wide, high), {"ESCDELAY": "25"}, program=PROGRAM))
    yield opened
    for terminal in opened:
        terminal.close()


class Sitting:
    """Somebody at a terminal, going through a walk."""

    def __init__(self, terminal: Terminal, walk: Walk) -> None:
        self.terminal = terminal
        self.walk = walk
        self._moved = ""

    def open(self) -> None:
        """From the list to the screen that is walked."""
        self.terminal.until(START)
        self.terminal.send(self.walk.opening)
        self.terminal.until(self.walk.home)
        # What is still being read would be taken for the answer to the first keys.
        self.terminal.quiet(SETTLED)

    def take(self, step: Step) -> None:
        """Presses a step's keys until they show, and then what leads to the next."""
        terminal = self.terminal
        while terminal.read(0.0):
            pass
        before, start = terminal.text, len(terminal.raw)
        seen = step.sends is None and step.shows and re.search(step.shows, before)
        assert not seen, f"{step.keys}: {step.shows!r} is there before:\n{before}"
        if step.keys and step.shows == ANYTHING and step.sends is None:
            self._move(step)
        elif step.keys:
            terminal.send(typed(step.keys))
            words = f"{step.keys} does not show {step.shows or step.sends!r}"
            self._until(lambda: self._shown(step, start), words)
        if step.answer:
            terminal.quiet(GUARD)
        if step.then or step.answer:
            terminal.send(step.then or step.answer)
            self._until(lambda: self._over(step), f"{step.keys}: {step.then or step.answer!r} does not lead on")

    def _move(self, step: Step) -> None:
        """Presses a key that must change something; again after the key before it where two answers came as one."""
        for _ in range(TRIES):
            before = self.terminal.cells
            self.terminal.send(typed(step.keys))
            if self._within(partial(self._differs, before), SOON):
                break
            self.terminal.send(typed(self._moved))
            self.terminal.quiet(SETTLED)
        else:
            pytest.fail(f"{step.keys} changes nothing:\n{self.terminal.text}\n{step.keys} changes nothing")
        self._moved = step.keys

    def _differs(self, before: object) -> bool:
        return self.terminal.cells != before

    def _shown(self, step: Step, start: int) -> bool:
        if step.sends is not None:
            return re.search(step.sends, self.terminal.raw[start:]) is not None
        return re.search(step.shows, self.terminal.text) is not None

    def _over(self, step: Step) -> bool:
        """Whether the screen is as it was, without what the step had opened."""
        text = self.terminal.text
        if step.ends:
            return re.search(step.ends, text) is not None
        return bool(re.search(self.walk.home, text)) and not (step.shows and re.search(step.shows, text))

    def _until(self, met: Callable[[], bool], words: str) -> None:
        assert self._within(met, PATIENCE), f"{words}:\n{self.terminal.text}\n{words}"

    def _within(self, met: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not met():
            if time.monotonic() > deadline:
                return False
            if self.terminal.read(0.1):
                while self.terminal.read(0.0):
                    pass
        return True


def sit(terminal: Terminal, walk: Walk) -> None:
    """One walk at one terminal."""
    sitting = Sitting(terminal, walk)
    sitting.open()
    for step in walk.steps:
        sitting.take(step)
    if walk is LIST:
        terminal.send("q")
        assert terminal.ended() == 0


@pytest.mark.parametrize("where", BY_NAME)
def test_every_key_of_a_screen_does_what_help_says(terminals: list[Terminal], where: str) -> None:
    with ThreadPoolExecutor(len(SIZES)) as pool:
        sittings = [pool.submit(sit, terminal, BY_NAME[where]) for terminal in terminals]
    for sitting in sittings:
        sitting.result()


@pytest.mark.parametrize("where", BY_NAME)
def test_no_key_that_help_lists_is_left_out(where: str) -> None:
    """A saved filter's letter is `u`; `q` at the list is pressed last of all."""
    commands = keymap.build().here(where)
    listed = {keys.replace("f *", "f u") for command in commands for keys in command.keys}
    walked = {step.keys for step in BY_NAME[where].steps if step.keys} | ({"q"} if where == "list" else set())
    assert listed == walked


def test_every_screen_is_walked() -> None:
    assert {screen for command in keymap.COMMANDS for screen in command.where} == set(BY_NAME)
