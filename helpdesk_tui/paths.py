"""Where configuration, stores and logs live, and what this user and this host are called in the stores.

`--home DIR` (or HELPDESK_TUI_HOME) puts everything under one folder; otherwise the platform's usual places are used.
The cache and all locks need a local disk; the stores decide that, since it takes a look at the mounted file systems.
Nothing is made or read at import.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

HOME_VARIABLE = "HELPDESK_TUI_HOME"


class Paths(NamedTuple):
    """The folders in use. `home` is set where everything is kept under one folder."""

    config_dir: Path
    state_dir: Path
    cache_dir: Path
    home: Path | None = None
    team_dir: Path | None = None
    """A shared folder for team.db; `state_dir` where None."""

    @property
    def config_file(self) -> Path:
        """The settings."""
        return self.config_dir / "config.toml"

    @property
    def cache_db(self) -> Path:
        """What the platforms said; can be pulled again."""
        return self.cache_dir / "cache.db"

    @property
    def personal_db(self) -> Path:
        """What this user did and decided; precious."""
        return self.state_dir / "personal.db"

    @property
    def team_db(self) -> Path:
        """What the team decided; precious."""
        return (self.team_dir or self.state_dir) / "team.db"

    @property
    def log_dir(self) -> Path:
        """Log files."""
        return self.state_dir / "logs"

    @property
    def sync_lock(self) -> Path:
        """Held by the one sync process of this user and host."""
        return self.cache_dir / "sync.lock"

    @property
    def screens_lock(self) -> Path:
        """Held, shared, by every open screen."""
        return self.cache_dir / "screens.lock"


def find(home: str | None = None) -> Paths:
    """The folders to use: `home`, else HELPDESK_TUI_HOME, else the platform's usual ones. Makes nothing."""
    given = home or os.environ.get(HOME_VARIABLE)
    if given:
        root = Path(given).expanduser().absolute()
        return Paths(config_dir=root, state_dir=root / "state", cache_dir=root / "cache", home=root)
    import platformdirs

    return Paths(
        config_dir=platformdirs.user_config_path("helpdesk-tui"),
        state_dir=platformdirs.user_state_path("helpdesk-tui"),
        cache_dir=platformdirs.user_cache_path("helpdesk-tui"),
    )


def private_folder(folder: Path) -> Path:
    """Make a folder (and its parents) that only this user can enter, mode 0700; an existing one is left as it is."""
    missing = []
    step = folder
    while not step.exists():
        missing.append(step)
        step = step.parent
    for part in reversed(missing):
        part.mkdir(mode=0o700, exist_ok=True)
    return folder


def user_name() -> str:
    """Who sits here, as the host calls them, and as the team's store knows them; somebody, where it does not know."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def host_name() -> str:
    """What this host is called in the outbox: its own sync process sends what was decided on it."""
    import platform

    return platform.node() or "localhost"
