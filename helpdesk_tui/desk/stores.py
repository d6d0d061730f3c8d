"""Where the stores are, as the desk needs to know it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class StorePaths(Protocol):
    """Anything that names the files of the stores, as `helpdesk_tui.paths.Paths` does."""

    @property
    def cache_db(self) -> Path:
        """What the platforms said."""

    @property
    def personal_db(self) -> Path:
        """What this user wrote, marked and saved."""

    @property
    def team_db(self) -> Path:
        """What the team decided."""
