"""The queue that lies under all other screens."""

from __future__ import annotations

from typing import Any

from textual.app import App

from helpdesk_tui.screens.queue.screen import QueueScreen


def queue_under(app: App[Any]) -> QueueScreen | None:
    """The queue under all other screens; None once the desk is closing, whose timers outlive its screens."""
    bottom = app.screen_stack[0] if app.screen_stack else None
    return bottom if isinstance(bottom, QueueScreen) else None
