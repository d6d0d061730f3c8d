"""Where secrets come from, in order: a command, the environment, a private file, the keyring, one question.

A secret is never written to a store, a log, an argument list or the settings. Every value that was revealed is
remembered here for the one purpose of being struck out of log lines.
"""

from __future__ import annotations

import os
import stat
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from helpdesk_tui.config import Config, SourceConfig
from helpdesk_tui.errors import SecretError

COMMAND_TIMEOUT = 15.0
COMMAND_TTL = 900.0
KEYRING_TIMEOUT = 3.0
LONGEST_SECRET = 65_536
KEYRING_SERVICE = "helpdesk-tui"

_revealed: set[str] = set()


def strike_out(text: str) -> str:
    """The text with every secret that was revealed in this process replaced."""
    for value in _revealed:
        if value in text:
            text = text.replace(value, "[secret]")
    return text


def variable(source: str) -> str:
    """The environment variable that may hold a source's secret; with _FILE behind it, one that names a file."""
    return f"HELPDESK_{source.upper().replace('-', '_')}_TOKEN"


class SourceSecret:
    """One source's secret, found anew when it was refused. Satisfies `adapters.base.Secret`.

    `asked` holds values typed by the user in this session, by source name; they live in memory only.
    """

    def __init__(self, source: SourceConfig, folder: Path, asked: Mapping[str, str]) -> None:
        self._source = source
        self._folder = folder
        self._asked = asked
        self._cached: tuple[str, float] | None = None

    def reveal(self) -> str:
        """The secret. Raises SecretError where there is none or its file is not private."""
        if self._cached and time.monotonic() < self._cached[1]:
            return self._cached[0]
        value, lifetime = self._find()
        if len(value) >= 6:
            _revealed.add(value)
        self._cached = (value, time.monotonic() + lifetime)
        return value

    def expire(self) -> None:
        """Forget the cached value: the platform refused it."""
        self._cached = None

    def origin(self) -> str:
        """Where the secret would come from, in words; "" where nowhere. Runs no command and reads no file."""
        source = self._source
        environment = variable(source.name)
        if source.token_command:
            return f"command {source.token_command[0]}"
        if environment in os.environ:
            return f"environment {environment}"
        if environment + "_FILE" in os.environ:
            return f"file named by {environment}_FILE"
        if source.token_file:
            return f"file {self._folder / source.token_file}"
        if _from_keyring(source.name):
            return "keyring"
        return "asked for in this session" if source.name in self._asked else ""

    def _find(self) -> tuple[str, float]:
        source = self._source
        environment = variable(source.name)
        if source.token_command:
            return run_command(source.token_command, source.name), COMMAND_TTL
        if value := os.environ.get(environment, "").strip():
            return value, float("inf")
        if path := os.environ.get(environment + "_FILE"):
            return read_private(Path(path)), COMMAND_TTL
        if source.token_file:
            return read_private(self._folder / Path(source.token_file).expanduser()), COMMAND_TTL
        if value := _from_keyring(source.name):
            return value, COMMAND_TTL
        if value := self._asked.get(source.name, ""):
            return value, float("inf")
        raise SecretError(
            f"no secret for {source.name}: set token_command or token_file under [sources.{source.name}], "
            f"or {environment} in the environment"
        )


def for_sources(config: Config, asked: Mapping[str, str] | None = None) -> dict[str, SourceSecret]:
    """A secret for each configured source; nothing is looked up before it is needed."""
    folder = config.file.parent if config.file else Path.cwd()
    return {name: SourceSecret(source, folder, asked or {}) for name, source in config.sources.items()}


def run_command(command: tuple[str, ...], source: str) -> str:
    """The first line a command prints. No shell, no input; standard error may hold secrets and is dropped.

    Raises SecretError.
    """
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=COMMAND_TIMEOUT,
        )
    except FileNotFoundError:
        raise SecretError(f"token_command of {source}: there is no program {command[0]}") from None
    except (OSError, subprocess.TimeoutExpired):
        raise SecretError(
            f"token_command of {source}: {command[0]} did not answer in {COMMAND_TIMEOUT:.0f} s"
        ) from None
    lines = done.stdout.decode(errors="replace").splitlines()
    if done.returncode or not lines or not lines[0].strip():
        raise SecretError(f"token_command of {source}: {command[0]} ended with {done.returncode} and gave no secret")
    return lines[0].strip()


def read_private(path: Path) -> str:
    """The first line of a file that only its owner can read.

    Raises SecretError unless it is a regular file, ours, mode 0600 or less, in a folder that nobody else can write.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise SecretError(f"{path}: {error.strerror or error}") from None
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise SecretError(f"{path}: is not a regular file")
        if facts.st_uid != os.geteuid():
            raise SecretError(f"{path}: belongs to somebody else")
        if facts.st_mode & 0o077:
            raise SecretError(f"{path}: others can read it; run: chmod 600 {path}")
        if path.parent.stat().st_mode & 0o022:
            raise SecretError(f"{path.parent}: others can write in it; run: chmod go-w {path.parent}")
        value = os.read(handle, LONGEST_SECRET).decode(errors="replace").partition("\n")[0].strip()
    finally:
        os.close(handle)
    if not value:
        raise SecretError(f"{path}: is empty")
    return value


def write_private(path: Path, value: str) -> None:
    """Write one secret to a file of mode 0600, through a new file, so that it is whole or not there."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(value + "\n")
    fresh.replace(path)


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for child processes that holds no secret of ours."""
    return {
        name: value
        for name, value in environment.items()
        if not (name.startswith("HELPDESK_") and name.endswith(("_TOKEN", "_TOKEN_FILE")))
    }


def _keyring_usable() -> bool:
    import importlib.util

    return importlib.util.find_spec("keyring") is not None


def _from_keyring(source: str) -> str:
    if not _keyring_usable():
        return ""
    return _in_time(lambda: _ask_keyring(source), KEYRING_TIMEOUT) or ""


def _ask_keyring(source: str) -> str | None:
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(KEYRING_SERVICE, source)
    except keyring.errors.KeyringError:
        return None


def _in_time(call: Callable[[], str | None], limit: float) -> str | None:
    """The call's answer, or None when it takes longer: a session bus that never answers must not hold anybody up."""
    import threading

    answer: list[str | None] = []
    thread = threading.Thread(target=lambda: answer.append(call()), daemon=True)
    thread.start()
    thread.join(limit)
    return answer[0] if answer else None
