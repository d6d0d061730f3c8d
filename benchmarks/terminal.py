"""A program in a pseudo-terminal, and what a user in front of it would notice: when, and how many bytes.

What arrives is stamped as it is read; the screen is worked out afterwards, so that reading never waits for it.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import NamedTuple, Self

import pyte

from benchmarks.processes import count_nice

KEYS: Mapping[str, bytes] = {
    "down": b"\x1b[B",
    "up": b"\x1b[A",
    "pagedown": b"\x1b[6~",
    "pageup": b"\x1b[5~",
    "enter": b"\r",
    "escape": b"\x1b",
    "space": b" ",
    "backspace": b"\x7f",
}
_ASKS_MODE = re.compile(rb"\x1b\[\?(\d+)\$p")
_FOREIGN = re.compile(rb"\x1b\[[<>=][0-9;:]*[a-zA-Z]|\x1b\[\?[0-9;]+\$p|\x1b\[[0-9;?]* q|\x1bP[^\x1b]*\x1b\\")
"""Sequences that pyte would print instead of obeying."""
_CALM = 0.02


class NeverShown(RuntimeError):
    """What was waited for did not come; the message holds the screen."""


class Answer(NamedTuple):
    """What followed a key: milliseconds to its first and last byte, and how many bytes. Zero where nothing came."""

    first_ms: float
    last_ms: float
    bytes: int


class Terminal:
    """One program on a terminal of 256 colours."""

    def __init__(self, command: Sequence[str], size: tuple[int, int], env: Mapping[str, str] | None = None) -> None:
        """`size` is columns and lines."""
        columns, lines = size
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._waiting: list[tuple[float, bytes]] = []
        self.bytes = 0
        self._master, slave = pty.openpty()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.began = time.perf_counter()
        """When it was started, of `time.perf_counter`."""
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal,
            env=environment(env),
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._process.pid

    def text(self) -> str:
        """The screen as it is now."""
        self._look(None)
        return "\n".join(self._screen.display)

    def read(self, patience: float) -> bytes:
        """What comes next; nothing after `patience` seconds, or when the program has ended."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, patience))
        if not ready:
            return b""
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            data = b""
        at = time.perf_counter()
        if not data:
            if self._process.poll() is not None:
                raise NeverShown(f"the program ended with {self._process.returncode}:\n{self.text()}")
            return b""
        self.bytes += len(data)
        self._waiting.append((at, data))
        for mode in _ASKS_MODE.findall(data):
            # A modern terminal knows synchronised output and not in-band resizing.
            os.write(self._master, b"\x1b[?%s;%d$y" % (mode, 2 if mode == b"2026" else 0))
        return data

    def wait_for(self, pattern: str, patience: float = 60.0) -> float:
        """Until `pattern` is on the screen; the instant its last byte came. Raises NeverShown."""
        wanted, end = re.compile(pattern), time.perf_counter() + patience
        at = self._look(wanted)
        while at is None:
            now = time.perf_counter()
            if now > end:
                raise NeverShown(f"{pattern} was not shown within {patience} s:\n{self.text()}")
            busy = bool(self.read(_CALM)) and now - self._waiting[0][0] < 0.5
            at = None if busy else self._look(wanted)
        return at

    def press(self, key: str, gap: float, patience: float = 3.0) -> Answer:
        """Press a key; its answer is over after `gap` seconds of silence. `patience`: so long for the first byte."""
        began, before = time.perf_counter(), self.bytes
        os.write(self._master, KEYS.get(key, key.encode()))
        if not self.read(patience):
            return Answer(0.0, 0.0, 0)
        first = last = self._waiting[-1][0]
        while self.read(gap):
            last = self._waiting[-1][0]
        return Answer((first - began) * 1000, (last - began) * 1000, self.bytes - before)

    def type(self, text: str) -> None:
        """Send text as it is."""
        os.write(self._master, KEYS.get(text, text.encode()))

    def rest(self, seconds: float) -> int:
        """Read for so long; how many bytes came."""
        before, end = self.bytes, time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)
        return self.bytes - before

    def calm(self, gap: float, patience: float = 30.0) -> None:
        """Until nothing has come for `gap` seconds; after `patience` all the same."""
        end = time.perf_counter() + patience
        while self.read(gap) and time.perf_counter() < end:
            pass

    def close(self) -> None:
        """End the program, at first in peace."""
        if self._master < 0:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is None:
                self._process.send_signal(number)
                self._drain(2.0)
        self._process.wait()
        os.close(self._master)
        self._master = -1

    def _drain(self, patience: float) -> None:
        end = time.perf_counter() + patience
        while self._process.poll() is None and time.perf_counter() < end:
            try:
                self.read(0.02)
            except NeverShown:
                return

    def _look(self, wanted: re.Pattern[str] | None) -> float | None:
        """Work out the screen from what was read; the instant of the piece after which `wanted` was seen."""
        pieces, self._waiting = self._waiting, []
        found = None
        for at, data in pieces or [(time.perf_counter(), b"")]:
            self._stream.feed(_FOREIGN.sub(b"", data))
            if wanted and found is None and wanted.search("\n".join(self._screen.display)):
                found = at
        return found


def _take_terminal() -> None:
    """Make it the program's own terminal, so that it is hung up on when the benchmarks end however they end.

    Whoever started the benchmarks may have had hanging up ignored (nohup does), and what is ignored is inherited.
    """
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    count_nice()


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """A plain terminal of 256 colours at this machine, whatever the benchmarks themselves run in."""
    strange = ("COLORTERM", "NO_COLOR", "SSH_CONNECTION", "SSH_TTY", "TMUX", "STY", "COLUMNS", "LINES", "TERM_PROGRAM")
    kept = {name: value for name, value in os.environ.items() if name not in strange}
    return {**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **(more or {})}
