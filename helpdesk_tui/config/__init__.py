"""Settings: one TOML file, every key declared once, every mistake one line that names file, key and mend.

`settings` declares most and reads the file; `sla`, `roster`, `staff` and `macros` declare what the first frame does
without. `reading` turns a table into a section, `checks` says what single settings must be like. Standard library only.
"""

from __future__ import annotations

from helpdesk_tui.config.settings import (
    AUTH_WAYS,
    FREE,
    GROUPINGS,
    SORTS,
    THEMES,
    Config,
    ScreenConfig,
    SourceConfig,
    SyncConfig,
    ViewConfig,
    load,
    parse,
    sections,
)

__all__ = [
    "AUTH_WAYS",
    "FREE",
    "GROUPINGS",
    "SORTS",
    "THEMES",
    "Config",
    "ScreenConfig",
    "SourceConfig",
    "SyncConfig",
    "ViewConfig",
    "load",
    "parse",
    "sections",
]
