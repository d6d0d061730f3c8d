"""Texts whose line was closed while the disk had no room for them: held until they are written down.

They belong to the desk, not to the screen they were typed on: whichever writes to the ticket next has them again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.tickets import TicketRef

if TYPE_CHECKING:
    from helpdesk_tui.screens.acts.compose import Text

_HELD: WeakKeyDictionary[Desk, dict[tuple[TicketRef, str], Text]] = WeakKeyDictionary()


def hold(desk: Desk, text: Text) -> None:
    """Holds a text, until `take` or `drop`."""
    _HELD.setdefault(desk, {})[text.ref, text.kind] = text


def holds(desk: Desk, text: Text) -> bool:
    """Whether this very text is held."""
    return _HELD.get(desk, {}).get((text.ref, text.kind)) is text


def drop(desk: Desk, text: Text) -> None:
    """It is written down."""
    if holds(desk, text):
        take(desk, text.ref, text.kind)


def take(desk: Desk, ref: TicketRef, kind: str) -> Text | None:
    """What is held for this ticket and kind of text, to be gone on with."""
    return _HELD.get(desk, {}).pop((ref, kind), None)


def count(desk: Desk) -> int:
    """How many would be lost with the desk, rotations that were changed and not kept among them."""
    return len(_HELD.get(desk, {})) + len(desk.rosters.drafts)
