"""What every command begins with: folders, settings, and how to speak to the user."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from helpdesk_tui import config, paths, safe_text
from helpdesk_tui.config import Config
from helpdesk_tui.data import stores
from helpdesk_tui.errors import UsageError
from helpdesk_tui.paths import Paths


@dataclass(frozen=True, slots=True)
class Place:
    """The folders and settings a command works with."""

    paths: Paths
    config: Config


def place(home: str | None) -> Place:
    """Find the folders and read the settings. Raises ConfigError."""
    found = paths.find(home)
    settings = config.load(found.config_file)
    if settings.store.cache:
        found = replace(found, cache_dir=Path(settings.store.cache).expanduser())
    if settings.store.team:
        found = replace(found, team_dir=Path(settings.store.team).expanduser())
    found, line = stores.settle(found)
    if line and sys.stderr.isatty():
        warn(line)
    return Place(found, settings)


def configured(home: str | None) -> Place:
    """As `place`, where at least one source is configured. Raises UsageError else."""
    found = place(home)
    if not found.config.sources:
        raise UsageError(
            f"no platform is configured in {found.paths.config_file}; run helpdesk-tui setup, or helpdesk-tui demo"
        )
    return found


def say(words: str) -> None:
    """One line for the user, made safe, on standard output."""
    print(safe_text.line(words, limit=2_000))


def warn(words: str) -> None:
    """One line for the user, made safe, on standard error."""
    print(safe_text.line(words, limit=2_000), file=sys.stderr)
