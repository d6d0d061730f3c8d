"""Every command of the screens as data: id, keys, words for hints and help, and the screens on which it works.

One key may mean something else on another screen. An area of work that has screens of its own adds a module with its
`COMMANDS` and names it in `_AREAS`; nothing else changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from helpdesk_tui.keymap import acts, clocks, commands, outbox, plans, roster
from helpdesk_tui.keymap.binding import Keymap, dead, make, shown
from helpdesk_tui.keymap.model import (
    AGING,
    EVERYWHERE,
    HELP,
    LIST,
    ONCALL,
    PLAN,
    ROTATION,
    SCHEDULE,
    SOURCES,
    TECHNICIANS,
    TICKET,
    Command,
)
from helpdesk_tui.keymap.presets import PRESETS, RESERVED

__all__ = [
    "AGING",
    "COMMANDS",
    "EVERYWHERE",
    "HELP",
    "LIST",
    "ONCALL",
    "PLAN",
    "PRESETS",
    "RESERVED",
    "ROTATION",
    "SCHEDULE",
    "SOURCES",
    "TECHNICIANS",
    "TICKET",
    "Command",
    "Keymap",
    "build",
    "dead",
    "shown",
]

_AREAS = (commands, acts, outbox, clocks, plans, roster)

COMMANDS = tuple(command for area in _AREAS for command in area.COMMANDS)
"""Every command there is. `f *` stands for `f` and any letter."""


def build(
    preset: str = "vim", overrides: Mapping[str, Sequence[str]] | None = None, *, read_only: bool = False
) -> Keymap:
    """The keys of a preset with the user's own over them. Raises ConfigError naming the key and what to do instead."""
    return make(COMMANDS, preset, overrides or {})._replace(read_only=read_only)
