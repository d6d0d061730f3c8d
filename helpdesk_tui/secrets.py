"""Where secrets come from, in order: a command, the environment, a private file, the keyring, one question.

A secret is never written to a store, a log, an argument list or the settings. Every value that was revealed is
remembered here for the one purpose of being struck out of log lines.
"""

from __future__ import annotations

import json
import os
import selectors
import stat
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from helpdesk_tui.config import Config, SourceConfig
from helpdesk_tui.errors import SecretError

COMMAND_TIMEOUT = 15.0
COMMAND_TTL = 900.0
COMMAND_LOOK = 0.05
"""Pause between two looks whether a command has ended that prints nothing."""
KEYRING_TIMEOUT = 3.0
SHORTEST_STRUCK = 6
"""What is shorter than this cannot be told from ordinary words."""
LONGEST_SECRET = 65_536
KEYRING_SERVICE = "helpdesk-tui"

_revealed: set[str] = set()


def remember(value: str) -> None:
    """Strike a secret out of every line that is logged or shown from now on, also as JSON would write it."""
    if len(value) >= SHORTEST_STRUCK:
        _revealed.update((value, json.dumps(value)[1:-1]))


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

    def held(self) -> str:
        """The secret as it was last revealed, "" where it has to be found anew."""
        cached = self._cached
        return cached[0] if cached and time.monotonic() < cached[1] else ""

    def reveal(self) -> str:
        """The secret. Raises SecretError where there is none or its file is not private."""
        if held := self.held():
            return held
        value, lifetime = self._find()
        remember(value)
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

    def check(self) -> None:
        """Look whether the secret could be had, reading a file and running no command. Raises SecretError."""
        if not self._source.token_command and not self.origin():
            raise self._none()
        if not self._source.token_command and variable(self._source.name) not in os.environ:
            self._from_file()

    def _find(self) -> tuple[str, float]:
        source = self._source
        environment = variable(source.name)
        if source.token_command:
            return run_command(source.token_command, source.name), COMMAND_TTL
        if value := os.environ.get(environment, "").strip():
            return value, float("inf")
        if value := self._from_file():
            return value, COMMAND_TTL
        if value := _from_keyring(source.name):
            return value, COMMAND_TTL
        if value := self._asked.get(source.name, ""):
            return value, float("inf")
        raise self._none()

    def _from_file(self) -> str:
        """The secret in the file that the environment or the settings name; "" where neither does."""
        environment = variable(self._source.name) + "_FILE"
        path, named_by = os.environ.get(environment, ""), environment
        if not path:
            path, named_by = self._source.token_file, f"sources.{self._source.name}.token_file"
        if not path:
            return ""
        try:
            return read_private(self._folder / Path(path).expanduser())
        except RuntimeError:
            raise SecretError(f"{named_by}: {path}: there is no such user") from None
        except SecretError as error:
            raise SecretError(f"{named_by}: {error}") from None

    def _none(self) -> SecretError:
        name = self._source.name
        return SecretError(
            f"{self._folder / 'config.toml'}: sources.{name}: no secret for {name}: set token_command or token_file "
            f"there, or {variable(name)} in the environment"
        )


def for_sources(config: Config, asked: Mapping[str, str] | None = None) -> dict[str, SourceSecret]:
    """A secret for each configured source; nothing is looked up before it is needed."""
    folder = config.file.parent if config.file else Path.cwd()
    return {name: SourceSecret(source, folder, asked or {}) for name, source in config.sources.items()}


def run_command(command: tuple[str, ...], source: str) -> str:
    """The first line a command prints. No shell, no input; standard error may hold secrets and is dropped, and the
    command is told none of the other sources' secrets.

    Raises SecretError.
    """
    where = f"token_command of {source}: {command[0]}"
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=without_secrets(os.environ),
        )
    except FileNotFoundError:
        raise SecretError(f"token_command of {source}: there is no program {command[0]}") from None
    except OSError as error:
        raise SecretError(f"{where} cannot be run ({error.strerror or error})") from None
    with process:
        try:
            printed = _printed(process, time.monotonic() + COMMAND_TIMEOUT)
        except TimeoutError:
            raise SecretError(f"{where} did not answer in {COMMAND_TIMEOUT:.0f} s") from None
        finally:
            process.kill()
    first = printed.partition(b"\n")[0]
    if process.returncode or not first.strip():
        raise SecretError(f"{where} ended with {process.returncode} and gave no secret")
    return _one_line(first, where)


def _printed(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    """The beginning of what a command prints until it ends. Raises TimeoutError.

    The rest is read and dropped, or the command would die of its own output; a child that it leaves behind with our
    pipe in hand is not waited for.
    """
    assert process.stdout is not None
    printed = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while time.monotonic() < deadline:
            if selector.select(COMMAND_LOOK):
                chunk = os.read(process.stdout.fileno(), LONGEST_SECRET)
                printed += chunk[: LONGEST_SECRET - len(printed)]
                if chunk:
                    continue
                try:
                    process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    break
                return printed
            if process.poll() is not None:
                return printed
    raise TimeoutError


def _one_line(raw: bytes, where: str) -> str:
    """A secret's line as text. Raises SecretError for what cannot be one; the text is not quoted."""
    try:
        value = raw.decode().strip()
    except UnicodeDecodeError:
        value = ""
    if not value or not value.isprintable():
        raise SecretError(f"{where}: is {'no text' if raw.strip() else 'empty'}")
    return value


def read_private(path: Path) -> str:
    """The first line of a file that only its owner can read.

    Raises SecretError unless it is a regular file, ours, mode 0600 or less, in a folder that nobody else can write.
    """
    try:
        # Without O_NONBLOCK, opening a pipe would wait for somebody to write into it.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        said = "is a link; name the file itself" if path.is_symlink() else error.strerror or str(error)
        raise SecretError(f"{path}: {said}") from None
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
        return _one_line(os.read(handle, LONGEST_SECRET).partition(b"\n")[0], str(path))
    finally:
        os.close(handle)


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
        if not (name.startswith("HELPDESK_") and name.endswith(("_TOKEN", "_TOKEN_FILE", "_WEBHOOK")))
    }


def _keyring_usable() -> bool:
    import importlib.util

    return importlib.util.find_spec("keyring") is not None


def _from_keyring(source: str) -> str:
    if not _keyring_usable():
        return ""
    return _in_time(lambda: _ask_keyring(source), KEYRING_TIMEOUT) or ""


def into_keyring(source: str, value: str) -> bool:
    """Put a source's secret over the one in the keyring; False where the keyring has none of it or does not answer."""
    return bool(_from_keyring(source)) and _in_time(lambda: _tell_keyring(source, value), KEYRING_TIMEOUT) == value


def _tell_keyring(source: str, value: str) -> str | None:
    import keyring
    import keyring.errors

    try:
        keyring.set_password(KEYRING_SERVICE, source, value)
    except keyring.errors.KeyringError:
        return None
    return value


def _ask_keyring(source: str) -> str | None:
    import keyring
    import keyring.errors

    try:
        found: str | None = keyring.get_password(KEYRING_SERVICE, source)  # untyped where it is not installed
        return found
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
