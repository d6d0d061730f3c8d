"""What presets give, and the keys that are kept for what is still to come."""

from __future__ import annotations

from collections.abc import Mapping

RESERVED: Mapping[str, str] = {
    "g h": "goto.handover",
    "g r": "goto.reports",
    "g p": "goto.patterns",
    "g b": "goto.briefing",
}
"""Keys that are kept for what is still to come, by the id it will have. They do nothing."""

PRESETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "vim": {},
    "arrows": {
        "move.down": ("down",),
        "move.up": ("up",),
        "move.top": ("home",),
        "move.bottom": ("end",),
        "move.half_down": ("ctrl+d",),
        "move.half_up": ("ctrl+u",),
        "view.next": ("right",),
        "view.previous": ("left",),
    },
    "mutt": {"list.filter": ("l", "/"), "move.page_down": ("pagedown", ">"), "move.page_up": ("pageup", "<")},
    "jira": {"ticket.open": ("enter", "o"), "ticket.link": ("L",)},
}
"""Presets: what they give to a command replaces its own keys."""
