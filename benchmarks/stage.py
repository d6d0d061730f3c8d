"""Where the rows play: homes with a configuration and a filled cache, and the programs beside them."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from benchmarks import seed_cache
from benchmarks.processes import count_nice

WIDE, SMALL = (160, 45), (80, 24)
TICKET = r"INC\d{7}|DESK-\d+"
"""What a row of the queue shows on a seeded cache."""
_NOWHERE = "http://127.0.0.1:9"
_HOUR = 3_600


class Stage:
    """A folder for one run. `quick` means: as small as shows that it works, not how fast."""

    def __init__(self, *, quick: bool) -> None:
        self.quick = quick
        self.tickets, self.open = (3_000, 600) if quick else (100_000, 10_000)
        self.root = Path(tempfile.mkdtemp(prefix="helpdesk-tui-bench-"))
        self._seeded: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def size(self) -> str:
        """The size in words."""
        return f"{self.tickets:,} cached, {self.open:,} open"

    def few(self, quick: int, usual: int) -> int:
        """How many samples."""
        return quick if self.quick else usual

    def seeded(self) -> Path:
        """A filled cache, made once; not to be written."""
        if self._seeded is None:
            self._seeded = self.root / "seed" / "cache.db"
            self._seeded.parent.mkdir(mode=0o700)
            seed_cache.seed(self._seeded, self.tickets, self.open)
        return self._seeded

    def home(self, name: str, *, extra: str = "") -> Path:
        """A home with its own copy of the filled cache. Its platforms are not to be reached; `extra` is more TOML."""
        home = self.empty_home(name, _seeded_sources() + extra)
        target = home / "cache" / "cache.db"
        target.parent.mkdir(mode=0o700)
        shutil.copy(self.seeded(), target)
        target.chmod(0o600)
        return home

    def empty_home(self, name: str, settings: str) -> Path:
        """A home with settings and a secret, and nothing else."""
        home = self.root / name
        home.mkdir(mode=0o700)
        for file, text in (("config.toml", settings), ("secret", "not-a-secret\n")):
            path = home / file
            path.touch(0o600)
            path.write_text(text)
        return home


def _seeded_sources() -> str:
    auth = {"servicenow": "basic", "jira": "token", "zendesk": "token"}
    return "".join(
        f'[sources.{name}]\nplatform = "{platform}"\nurl = "{_NOWHERE}"\nusername = "bench@example.com"\n'
        f'auth = "{auth[platform]}"\ntoken_file = "secret"\n'
        for name, platform, _badge in seed_cache.SOURCES
    )


def desk(home: Path) -> list[str]:
    """The command that opens the desk."""
    return [sys.executable, "-m", "helpdesk_tui", "--home", str(home)]


def floor(name: str, *arguments: str) -> list[str]:
    """The command of a floor."""
    return [sys.executable, str(Path(__file__).parent / "floors" / f"{name}.py"), *arguments]


@contextmanager
def no_sync(home: Path) -> Iterator[None]:
    """Keep the sync process from being started: its lock is taken."""
    lock = home / "cache" / "sync.lock"
    lock.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def running(command: Sequence[str], *, nice: int = 0, apart: bool = False) -> Iterator[subprocess.Popen[str]]:
    """A program beside, ended at the end; `apart` in a session of its own, as the screen starts the sync process."""
    full = ["nice", "-n", str(nice), *command] if nice else list(command)
    process = subprocess.Popen(
        full,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        cwd=_root(),
        start_new_session=apart,
        preexec_fn=count_nice if apart else None,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()
        cast(IO[str], process.stdout).close()


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The line of JSON with which a server says that it is ready."""
    line = cast(IO[str], process.stdout).readline()
    if not line:
        raise RuntimeError("a server ended without a word")
    return cast(dict[str, Any], json.loads(line))


def post(url: str, order: Mapping[str, object]) -> dict[str, Any]:
    """Give the sandbox an order; its answer."""
    request = urllib.request.Request(url, json.dumps(order).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return cast(dict[str, Any], json.load(answer))


def _root() -> Path:
    return Path(__file__).parents[1]


def put_off(path: Path) -> None:
    """Let nothing breach within the next hour: on any screen, a clock in its last five minutes shows seconds."""
    now = int(time.time())
    with closing(sqlite3.connect(path)) as cache, cache:
        for table in ("ticket", "clock"):
            values = (_HOUR, now, now + _HOUR)
            cache.execute(f"UPDATE {table} SET due_at = due_at + ? WHERE due_at BETWEEN ? AND ?", values)
