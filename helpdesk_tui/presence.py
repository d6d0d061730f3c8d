"""Who is there: one sync process per user and host, any number of screens, told apart by locks on files.

A lock dies with its process, so nobody has to send heartbeats and nothing has to be cleaned up after a crash. The sync
lock's file says who holds it: pid, boot id, version and store schema. Whatever takes or looks at a lock raises
StoreReadOnly where its file cannot be made or locked.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Self

from helpdesk_tui import __version__
from helpdesk_tui.errors import StoreReadOnly
from helpdesk_tui.paths import Paths, private_folder
from helpdesk_tui.secrets import without_secrets

PROBE_TRIES = 5
PROBE_PAUSE = 0.05
"""Somebody who only looks holds the sync lock for a moment; whoever wants it tries a few times, seconds apart."""
HOLDER_BYTES = 4096
LONGEST_TROUBLE = 500
ASKED_VARIABLE = "HELPDESK_TUI_ASKED_FD"
"""Names the pipe over which secrets come that the user typed."""
SCOPE_PATIENCE = 1.0
"""Seconds in which the user service manager says that it cannot make a scope."""


class Holder(NamedTuple):
    """What the process that holds the sync lock says of itself. `schema` is the cache schema it works with; `trouble`
    is a line for the user where it cannot write the stores, which is why it stands here."""

    pid: int
    uid: int
    boot: str
    version: str
    schema: int
    trouble: str = ""

    @classmethod
    def this_process(cls, schema: int) -> Self:
        """The present process."""
        return cls(os.getpid(), os.getuid(), boot_id(), __version__, schema)


class HeldLock:
    """An open, locked file; letting go is closing it."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle = handle
        self._path = path
        self._holder: Holder | None = None

    def release(self) -> None:
        """Let go."""
        if self._handle >= 0:
            if self._holder is not None:
                os.pwrite(self._handle, _padded(""), 0)
            os.close(self._handle)
            self._handle = -1

    def describe(self, holder: Holder) -> None:
        """Write who holds the lock into its file, over what stood there: that works on a full disk, too."""
        os.pwrite(self._handle, _padded(json.dumps(holder._asdict())), 0)
        self._holder = holder

    def say(self, trouble: str) -> None:
        """Write a trouble beside who holds the lock, "" for none any more."""
        short = trouble[:LONGEST_TROUBLE]
        if self._holder is not None and self._holder.trouble != short:
            self.describe(self._holder._replace(trouble=short))

    def lost(self) -> bool:
        """Whether another file, or none, stands where the lock was taken: others would not meet it."""
        try:
            there, ours = os.stat(self._path), os.fstat(self._handle)
        except OSError:
            return True
        return (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino)

    def fileno(self) -> int:
        """The file descriptor."""
        return self._handle


def _padded(text: str) -> bytes:
    """Always as many bytes, so that writing again needs no more room."""
    return text.encode()[:HOLDER_BYTES].ljust(HOLDER_BYTES)


def hold_screen(paths: Paths) -> HeldLock:
    """Count this process among the open screens until the lock is released or the process ends."""
    lock = _take(paths.screens_lock, fcntl.LOCK_SH)
    assert lock is not None, "a shared lock without LOCK_NB waits"
    return lock


def screens_open(paths: Paths) -> bool:
    """Whether any screen of this user is open on this host."""
    lock = _take(paths.screens_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if lock is None:
        return True
    lock.release()
    return False


def hold_sync(paths: Paths, schema: int) -> HeldLock | None:
    """Become the sync process of this user and host; None where one is running."""
    lock = None
    for _ in range(PROBE_TRIES):
        lock = _take(paths.sync_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if lock is not None:
            lock.describe(Holder.this_process(schema))
            break
        time.sleep(PROBE_PAUSE)
    return lock


def sync_holder(paths: Paths) -> Holder | None:
    """The running sync process, or None where none runs."""
    lock = _take(paths.sync_lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    if lock is not None:
        lock.release()
        return None
    try:
        return Holder(**json.loads(paths.sync_lock.read_bytes().strip(b"\x00 ")))
    except (OSError, ValueError, TypeError):
        return Holder(0, -1, "", "", 0)


def ask_to_end(paths: Paths, holder: Holder, patience: float = 10.0) -> bool:
    """Ask the sync process to end, once it is certain that it is ours and of this boot; whether it let go in time."""
    if holder.pid <= 0 or holder.uid != os.getuid() or holder.boot != boot_id() or not _has_open(holder.pid, paths):
        return False
    try:
        os.kill(holder.pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if sync_holder(paths) is None:
            return True
        time.sleep(0.05)
    return False


def _has_open(pid: int, paths: Paths) -> bool:
    """Whether a process has the sync lock's file open: its number may have been given to another since it was written.

    Where the system does not tell (no /proc), it is believed.
    """
    folder = Path("/proc", str(pid), "fd")
    if not Path("/proc/self/fd").exists():
        return True
    try:
        wanted = paths.sync_lock.stat()
        found = [entry.stat() for entry in folder.iterdir() if entry.exists()]
    except OSError:
        return False
    return any((facts.st_dev, facts.st_ino) == (wanted.st_dev, wanted.st_ino) for facts in found)


def start_sync(paths: Paths, asked: Mapping[str, str] | None = None) -> None:
    """Start the sync process so that it outlives this one. Secrets typed by the user go over an inherited pipe.

    Where a user service manager runs, it gets a scope of its own, so that closing the session does not take it along.
    """
    command = [sys.executable, "-m", "helpdesk_tui", *(["--home", str(paths.home)] if paths.home else [])]
    command += ["sync", "--started-by-screen"]
    reading, writing = os.pipe()
    try:
        os.write(writing, json.dumps(dict(asked or {})).encode() + b"\n")
        os.close(writing)
        writing = -1
        scope = ["systemd-run", "--user", "--scope", "--quiet", "--collect", "--", *command]
        if not (_user_manager_runs() and _launch(scope, reading, SCOPE_PATIENCE)):
            _launch(command, reading)
    finally:
        os.close(reading)
        if writing >= 0:
            os.close(writing)


def _launch(command: list[str], reading: int, patience: float = 0.0) -> bool:
    """Start a process; whether it runs, or after `patience` seconds still does."""
    environment = dict(os.environ)
    environment[ASKED_VARIABLE] = str(reading)
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(reading,),
            env=environment,
        )
    except OSError:
        return False
    _started.append(process)
    if not patience:
        return True
    try:
        return process.wait(patience) == 0
    except subprocess.TimeoutExpired:
        return True


_started: list[subprocess.Popen[bytes]] = []
"""Kept so that a process that ended before us is waited for when the next one is started."""


def reap() -> None:
    """Wait for those processes we started that have ended, so that nothing is left of them."""
    _started[:] = [process for process in _started if process.poll() is None]


def received_secrets() -> dict[str, str]:
    """What the process that started this one sent over the pipe: source names and secrets; {} without a pipe."""
    given = os.environ.pop(ASKED_VARIABLE, "")
    if not given.isdigit():
        return {}
    try:
        with os.fdopen(int(given), "rb") as pipe:
            return {str(name): str(value) for name, value in json.loads(pipe.readline() or b"{}").items()}
    except (OSError, ValueError, AttributeError):
        return {}


def boot_id() -> str:
    """What tells this run of the machine from an earlier one; "" where the machine does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        pass
    asked = shutil.which("sysctl")
    if not asked:
        return ""
    done = subprocess.run(
        [asked, "-n", "kern.bootsessionuuid"], capture_output=True, text=True, env=without_secrets(os.environ)
    )
    return done.stdout.strip()


def _user_manager_runs() -> bool:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(runtime) and Path(runtime, "systemd", "private").exists() and shutil.which("systemd-run") is not None


def _take(path: Path, how: int) -> HeldLock | None:
    """The lock, or None where somebody has it. Raises StoreReadOnly where it cannot be had at all."""
    handle = -1
    try:
        private_folder(path.parent)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, how)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError as error:
        if handle >= 0:
            os.close(handle)
        raise StoreReadOnly(f"cannot be locked ({error.strerror})", path=path) from error
    return HeldLock(handle, path)
