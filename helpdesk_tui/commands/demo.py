"""`demo` and `sandbox`: three imitated platforms, and everything of ours pointed at them.

The demo lives in a folder of its own that goes when it ends; the user's settings, stores and secrets are not looked at.
"""

from __future__ import annotations

import importlib.util
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpdesk_tui.commands.common import warn
from helpdesk_tui.errors import HelpdeskError, UsageError

START_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What company to make and how fast it lives."""

    tickets: int = 2_000
    seed: int = 1
    speed: float = 1.0
    faults: tuple[str, ...] = ()


def run_demo(options: DemoOptions, command: list[str]) -> int:
    """Open the desk on the sandbox, or run one command there after a whole sync; its exit code."""
    from helpdesk_tui import presence
    from helpdesk_tui.paths import find

    with demo_home() as folder, sandbox_process(options, folder):
        os.environ["HELPDESK_TUI_HOME"] = str(folder)
        try:
            if command:
                return _run_there(folder, command)
            from helpdesk_tui.commands.desk import DeskOptions, open_desk

            return open_desk(str(folder), DeskOptions())
        finally:
            holder = presence.sync_holder(find(str(folder)))
            if holder:
                presence.ask_to_end(find(str(folder)), holder)


def run_sandbox(arguments: list[str]) -> int:
    """Serve the sandbox until it is told to end."""
    _need_demo_extra()
    from helpdesk_tui.sandbox.server import run

    return run(arguments)


@contextmanager
def demo_home() -> Iterator[Path]:
    """A folder of mode 0700 that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def sandbox_process(options: DemoOptions, folder: Path) -> Iterator[Mapping[str, Any]]:
    """A sandbox in a process of its own, which ends with this one; yields what it says of itself.

    Raises UsageError where the demo extra is not installed, HelpdeskError where the sandbox does not come up.
    """
    _need_demo_extra()
    command = [sys.executable, "-m", "helpdesk_tui.sandbox", "--config-to", str(folder), "--exit-with-parent"]
    command += ["--tickets", str(options.tickets), "--seed", str(options.seed), "--speed", str(options.speed)]
    for fault in options.faults:
        command += ["--fault", fault]
    if sys.stderr.isatty():
        warn("Starting three imitated platforms ...")
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
    try:
        yield _first_line(process)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def _first_line(process: subprocess.Popen[bytes]) -> Mapping[str, Any]:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_PATIENCE)
    line = process.stdout.readline() if ready else b""
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise HelpdeskError("the sandbox did not come up; try: python -m helpdesk_tui.sandbox")
    return told


def _run_there(folder: Path, command: list[str]) -> int:
    from helpdesk_tui.commands.sync import SyncOptions, run_sync

    code = run_sync(str(folder), SyncOptions(once=True, quiet=True))
    if code:
        return code
    return subprocess.run([sys.executable, "-m", "helpdesk_tui", "--home", str(folder), *command]).returncode


def _need_demo_extra() -> None:
    missing = [name for name in ("starlette", "uvicorn") if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"the demo needs {' and '.join(missing)}: pip install 'helpdesk-tui[demo]'")
