"""The user's editor for long texts: a file of mode 0600 beside the user's own store, no shell, the screen set aside.

What the file holds is never lost: it is removed only once its text has come back, and what an earlier run left behind
comes back by `recover`.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from helpdesk_tui.errors import UsageError

SCISSORS = "# ---- what stands below this line is not sent ----"
SUFFIX = ".draft.txt"


def command(env: Mapping[str, str] | None = None) -> list[str]:
    """The editor's program and arguments, of VISUAL or EDITOR, else vi. Raises UsageError where it cannot be read."""
    now = os.environ if env is None else env
    text = now.get("VISUAL") or now.get("EDITOR") or "vi"
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"EDITOR cannot be read: {error}") from None
    if not words:
        raise UsageError("EDITOR is empty")
    return words


def edit(app: App[Any], folder: Path, name: str, text: str, beneath: str) -> str:
    """The text as the user left it in their editor. Raises UsageError where the editor cannot be run or fails; the
    file stays then."""
    words = command()
    file = keep(folder, name, f"{text}\n\n{SCISSORS}\n{beneath}\n")
    try:
        try:
            with app.suspend():
                code = subprocess.call([*words, str(file)])
        except SuspendNotSupported:
            code = subprocess.call([*words, str(file)], stdin=subprocess.DEVNULL)
    except OSError as error:
        raise UsageError(f"{words[0]} cannot be run: {error.strerror}; set EDITOR") from None
    if code:
        raise UsageError(f"{words[0]} ended with {code}; the text is in {file}")
    written = read(file)
    file.unlink(missing_ok=True)
    return written


def keep(folder: Path, name: str, text: str) -> Path:
    """Write a file that only this user can read; its place."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = _place(folder, name)
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as out:
        out.write(text)
    return file


def read(file: Path) -> str:
    """The text above the scissors."""
    text = file.read_text(encoding="utf-8", errors="replace")
    return text.partition(SCISSORS)[0].strip()


def recover(folder: Path, name: str) -> str:
    """The text of an editor that never came back, such as when the terminal went away; "" for none. Its file goes once
    the text was read: whoever asks keeps it."""
    file = _place(folder, name)
    try:
        text = read(file)
    except OSError:
        return ""
    file.unlink(missing_ok=True)
    return text


def _place(folder: Path, name: str) -> Path:
    return folder / f"{''.join(char if char.isalnum() or char in '-_' else '_' for char in name)}{SUFFIX}"
