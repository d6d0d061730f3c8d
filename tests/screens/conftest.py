"""A real cache of 300 tickets, a desk on it, and the app under Textual's pilot with the clock standing still."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from helpdesk_tui.app import HelpDeskApp
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.paths import Paths
from helpdesk_tui.screens import base
from helpdesk_tui.screens.queue import follow as queue_follow
from helpdesk_tui.screens.queue import keys as queue_acts
from helpdesk_tui.screens.queue import live as queue_live
from helpdesk_tui.screens.queue import screen as queue
from helpdesk_tui.screens.queue import typed as queue_typed
from helpdesk_tui.screens.queue.screen import QueueScreen
from helpdesk_tui.screens.roster import base as roster_base
from helpdesk_tui.screens.roster.base import RosterScreen
from helpdesk_tui.theme import ScreenSettings
from helpdesk_tui.widgets import guard

NOW = 1_795_307_200
ROOT = Path(__file__).parents[2]


class Desktop:
    """The app as a test drives it."""

    def __init__(self, app: HelpDeskApp, pilot: Pilot[None], paths: Paths) -> None:
        self.app = app
        self.pilot = pilot
        self.paths = paths

    @property
    def queue(self) -> QueueScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, QueueScreen)
        return screen

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        names = {" ": "space", ":": "colon", "/": "slash", "<": "less_than_sign", '"': "quotation_mark"}
        await self.press(*(names.get(char, char) for char in text))

    async def settle(self) -> None:
        """Until nothing is under way but the watching of the cache."""
        for _ in range(3):
            await self.pilot.pause()
            jobs = [worker for worker in self.app.workers if worker.group != "live"]
            while jobs and getattr(self.app.screen, "asks", False) is False:
                await asyncio.sleep(0.001)
                jobs = [worker for worker in jobs if not worker.is_finished]

    async def pulse(self) -> None:
        await self.queue.pulse()
        await self.settle()

    @property
    def text(self) -> str:
        """The screen as text."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    @property
    def prompt(self) -> str:
        return self.text.splitlines()[-1]

    def write(self, *statements: str) -> None:
        """Changes the cache as sync would: one transaction under the next revision, `:rev` in the statements."""
        connection = sqlite3.connect(self.paths.cache_db)
        try:
            with connection:
                (rev,) = connection.execute("SELECT value + 1 FROM meta WHERE key = 'rev'").fetchone()
                for statement in statements:
                    connection.execute(statement, {"rev": rev})
                connection.execute("UPDATE meta SET value = ? WHERE key = 'rev'", (str(rev),))
        finally:
            connection.close()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = importlib.util.spec_from_file_location("seed_cache", ROOT / "benchmarks" / "seed_cache.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    path = tmp_path_factory.mktemp("seeded") / "cache.db"
    module.seed(path, 300, 120, 1, NOW)
    return path


@pytest.fixture
def paths(tmp_path: Path, seeded: Path) -> Paths:
    made = Paths(config_dir=tmp_path, state_dir=tmp_path / "state", cache_dir=tmp_path / "cache", home=tmp_path)
    made.cache_db.parent.mkdir(mode=0o700)
    shutil.copy(seeded, made.cache_db)
    made.cache_db.chmod(0o600)
    return made


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for somebody to stop typing."""
    monkeypatch.setattr(queue, "SETTLE", 0.001)
    monkeypatch.setattr(queue, "ASK_AFTER", 0.001)
    monkeypatch.setattr(queue_typed, "DEBOUNCE", 0.001)
    monkeypatch.setattr(base, "DEAD_TIME", 0.0)
    monkeypatch.setattr(base, "WHICH_KEY", 0.001)
    monkeypatch.setattr(guard, "BURST_GAP", 0.0)
    monkeypatch.setattr(queue_follow, "PULSE", 3600)
    monkeypatch.setattr(queue_follow, "WHOLE", 0)
    monkeypatch.setattr(queue_acts, "REST", 0.001)
    for name in ("NO_COLOR", "SSH_CONNECTION", "SSH_TTY", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def gated(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> Event:
    """Makes a function of a module or a class wait for what is returned to be set."""
    gate, real = Event(), getattr(owner, name)

    def late(*given: Any) -> Any:
        assert gate.wait(20)
        return real(*given)

    monkeypatch.setattr(owner, name, late)
    return gate


Open = Callable[..., AbstractAsyncContextManager[Desktop]]


@pytest.fixture
def open_desk(paths: Paths) -> Open:
    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = (80, 24), settings: ScreenSettings | None = None
    ) -> AsyncIterator[Desktop]:
        desk = Desk.open(paths, now=lambda: NOW)
        try:
            app = HelpDeskApp(desk, settings, now=lambda: NOW, first=queue_live.ask_first(desk))
            async with app.run_test(size=size) as pilot:
                desktop = Desktop(app, pilot, paths)
                await desktop.settle()
                yield desktop
        finally:
            desk.close()

    return opened


class RosterDesktop(Desktop):
    """The app on the roster's world."""

    def team(self, sql: str) -> list[tuple[Any, ...]]:
        """What the team's store holds."""
        with sqlite3.connect(self.paths.team_db) as connection:
            found = connection.execute(sql).fetchall()
        connection.close()
        return found

    async def change(self, act: Callable[[RosterDesk], object]) -> None:
        """Somebody else's decision, which the screen on top follows."""
        await self.app.desk.rosters.ask(act)
        await cast(RosterScreen, self.app.screen).load()
        await self.settle()


@pytest.fixture
def open_roster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """The app on the roster's world of `NOW`; nothing is followed by itself."""
    monkeypatch.setattr(roster_base, "TICK", 3600)
    spec = importlib.util.spec_from_file_location("roster_world", ROOT / "tests" / "terminal" / "roster_world.py")
    assert spec is not None
    assert spec.loader is not None
    world = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(world)

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = (80, 24), *, crowd: int = 0, read_only: bool = False, zone: str = "UTC", now: int = NOW
    ) -> AsyncIterator[RosterDesktop]:
        paths = Paths(tmp_path, tmp_path / "state", tmp_path / "cache", tmp_path)
        world.build(tmp_path, NOW, crowd=crowd)
        desk = Desk.open(paths, now=lambda: now, read_only=read_only)
        desk.rosters.zone = zone
        try:
            app = HelpDeskApp(desk, ScreenSettings(read_only=read_only), now=lambda: now)
            async with app.run_test(size=size) as pilot:
                made = RosterDesktop(app, pilot, paths)
                await made.settle()
                yield made
        finally:
            desk.close()

    return opened
