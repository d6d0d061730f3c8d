"""Where the three stores are, as the desk needs to know it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class StorePaths(Protocol):
    """Anything that names the files of the stores (`helpdesk_tui.paths` does)."""

    @property
    def cache(self) -> Path:
        """What the platforms said."""

    @property
    def personal(self) -> Path:
        """What this user wrote, marked and saved."""

    @property
    def team(self) -> Path:
        """What the team decided."""
