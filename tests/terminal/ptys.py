"""The desk in a real pty, read back with pyte: what a user sees, and the bytes they waited for."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shlex
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from helpdesk_tui.theme import ScreenSettings, prepare_environment
prepare_environment()
from pathlib import Path
from helpdesk_tui import app
from helpdesk_tui.paths import Paths
home = Path(sys.argv[1])
paths = Paths(config_dir=home, state_dir=home / "state", cache_dir=home / "cache", home=home)
sys.exit(app.run(ScreenSettings(), paths))
"""
_FOREIGN = re.compile(rb"\x1b\[[<>=][0-9;:]*[a-zA-Z]|\x1b\[\?[0-9;]+\$p|\x1b\[[0-9;?]* q|\x1bP[^\x1b]*\x1b\\")
"""Sequences that pyte would print instead of obeying."""
LONG = 30.0
"""Seconds after which a terminal that does not show what it should is given up."""


class Terminal:
    """A pty with the desk in it. `raw` is everything it sent; `errors` is a file for standard error. With `shell` there
    is an interactive shell, in which `eval "$PROGRAM"` opens the desk. `program` is run in place of the usual one."""

    def __init__(
        self,
        home: Path,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        errors: Path | None = None,
        *,
        shell: bool = False,
        program: str = "",
    ) -> None:
        wide, high = size
        self.screen = pyte.Screen(wide, high)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.status: int | None = None
        given = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        given |= {"HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": str(wide), "LINES": str(high)}
        self.pid, self.fd = pty.fork()
        if self.pid == 0:  # pragma: no cover
            # Here, and not after the fork: a program that is faster than we would find a terminal without a size.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", high, wide, 0, 0))
            if errors:
                os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT, 0o600), 2)
            command = [sys.executable, "-c", program or PROGRAM, str(home)]
            if shell:
                given |= {"PS1": "shell> ", "PROGRAM": shlex.join(command)}
                command = ["/bin/sh", "-i"]
            os.execve(command[0], command, given | dict(env or {}))

    @property
    def text(self) -> str:
        """The screen."""
        return "\n".join(self.screen.display)

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        """The screen, each letter with its colours and its ground."""
        rows = self.screen.buffer
        return [[rows[y][x] for x in range(self.screen.columns)] for y in range(self.screen.lines)]

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return list(self.screen.display)

    def read(self, seconds: float) -> bytes:
        """What arrives within so long; nothing once the program has ended."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return b""
        try:
            data = os.read(self.fd, 65_536)
        except OSError:
            return b""
        self.raw += data
        self._stream.feed(_FOREIGN.sub(b"", data))
        return data

    def until(self, pattern: str) -> str:
        """Waits until the screen shows this; the screen."""
        end = time.monotonic() + LONG
        while not re.search(pattern, self.text):
            assert time.monotonic() < end, f"{pattern!r} is not on the screen:\n{self.text}\n{pattern!r}"
            self.read(0.05)
        return self.text

    def quiet(self, gap: float = 0.4) -> bytes:
        """Reads until nothing arrives for so long; what did."""
        start = len(self.raw)
        while self.read(gap):
            pass
        return self.raw[start:]

    def send(self, keys: str) -> None:
        """Sends keys as one write."""
        os.write(self.fd, keys.encode())

    def press(self, keys: str, gap: float = 0.4) -> bytes:
        """Sends keys as one write; the answer."""
        self.send(keys)
        return self.quiet(gap)

    def ended(self) -> int:
        """Waits for the end of the program: its exit code, or minus the signal."""
        end = time.monotonic() + LONG
        while self.status is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.status = os.waitstatus_to_exitcode(status)
                break
            assert time.monotonic() < end, f"the program does not end:\n{self.text}"
            self.read(0.05)
        return self.status

    def close(self) -> None:
        """Ends the program however it is."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
