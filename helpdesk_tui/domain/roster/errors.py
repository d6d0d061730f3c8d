"""What can be wrong with a roster. Each message is one line that a coordinator can act on."""

from __future__ import annotations

from helpdesk_tui.errors import HelpdeskError


class RosterError(HelpdeskError):
    """A rotation, shift, override or window that cannot be worked with."""

    exit_code = 2


class ShiftMoved(RosterError):
    """A swap names a shift that its giver no longer holds as it was; nothing of the swap was done."""


class StaleSwap(RosterError):
    """Somebody else moved the swap first; `state` is where it stands now."""

    def __init__(self, message: str, *, state: str) -> None:
        self.state = state
        super().__init__(message)
