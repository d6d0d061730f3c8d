"""kill -9 of the screen at any moment of a first pull that it started itself: nothing decided is lost, and the next
screen goes on."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from random import Random
from threading import Thread

import pytest

from helpdesk_tui import presence

from .running import Running, until

pytestmark = [pytest.mark.crash, pytest.mark.integration]

KILLS = 9
KEYS = ("j", "vjjv", "J", "k", "G", "gg", ",", "\r", "K", "/pr\r", "vkv", "1")
"""What is pressed: some of it marks, nothing of it takes a mark back."""


class Screen:
    """The desk in a terminal of its own, whose answer is read at once."""

    def __init__(self, running: Running) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "helpdesk_tui", "--home", str(running.home)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=running.environment({"TERM": "xterm-256color", "LANG": "C.UTF-8"}),
            start_new_session=True,
        )
        os.close(slave)
        self.raw = b""
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            while data := os.read(self.master, 65_536):
                self.raw += data
        except OSError:
            return  # the other end is gone

    def sent(self, enough: int) -> bool:
        """Whether so many bytes have arrived."""
        return len(self.raw) >= enough

    def showed(self, text: bytes) -> bool:
        """Whether this was on the screen."""
        return text in self.raw

    def press(self, keys: str) -> None:
        """Type, without waiting for an answer."""
        os.write(self.master, keys.encode())

    def end(self, how: signal.Signals) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(how)
        code = self.process.wait(30)
        self._reader.join(30)
        os.close(self.master)
        return code


def marks(running: Running) -> set[tuple[str, str]]:
    """The marked tickets as the store has them."""
    path = running.paths.personal_db
    if not path.exists():
        return set()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'mark'").fetchall()
        return set(connection.execute("SELECT source, key FROM mark").fetchall()) if tables else set()


@pytest.fixture
def running(make_running: Callable[..., Running]) -> Iterator[Running]:
    made = make_running(tickets=900)
    yield made
    if holder := presence.sync_holder(made.paths):
        presence.ask_to_end(made.paths, holder, 30.0)


def test_kill_dash_nine_of_the_screen_loses_no_mark_and_does_not_disturb_the_pull(running: Running) -> None:
    whole = running.start("sync")
    until(running.live, "an undisturbed pull")
    running.kill(whole)
    assert running.run("sync", "--once")[0] == 0
    undisturbed = running.everything()
    running.paths.cache_db.unlink()

    random = Random(5)
    reached = 0
    for turn in range(KILLS):
        screen = Screen(running)
        if turn % 3 == 2:
            until(partial(screen.showed, b" of "), "a list")
            before = marks(running)
            screen.press(" ")
            until(lambda before=before: marks(running) != before, "a mark")  # type: ignore[misc]
        else:
            enough = random.randrange(1, 2_500)
            until(partial(screen.sent, enough), f"{enough} bytes of a screen")
            for _ in range(random.randrange(12)):
                screen.press(random.choice(KEYS))
        kept = marks(running)
        assert screen.end(signal.SIGKILL) == -9
        if running.rev():
            running.sound()
        assert marks(running) >= kept
        assert running.rev() >= reached, "the pull began anew"
        reached = running.rev()
    last = Screen(running)
    until(partial(last.showed, b" of "), "a last screen")
    until(running.live, "the pull that a killed screen started")
    assert marks(running) == kept
    assert kept, "no mark was ever set"
    assert last.end(signal.SIGTERM) == 0
    holder = presence.sync_holder(running.paths)
    assert holder
    assert presence.ask_to_end(running.paths, holder, 30.0)
    assert running.run("sync", "--once")[0] == 0
    after = running.everything()
    for name, rows in undisturbed.items():
        assert after[name] == rows, (name, sorted(set(after[name]) ^ set(rows))[:4])
    assert running.run("db", "check")[0] == 0
