"""The commands that do something to tickets."""

from __future__ import annotations

from helpdesk_tui.keymap.model import Command

COMMANDS: tuple[Command, ...] = ()
"""On one ticket, or on those that are marked."""
