"""The grid of people and time: a widget of lines that repaints only rows whose text changed."""

from __future__ import annotations

from helpdesk_tui.widgets.lines import Lines


class RosterGrid(Lines):
    """A fixed head and people beneath, each row one line."""
