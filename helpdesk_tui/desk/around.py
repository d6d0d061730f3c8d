"""What the desk asks of the program that opened it, and may not know itself: the sync process and the secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


def _nowhere(source: str, _value: str) -> str:
    return f"no secret of {source} can be kept from here: helpdesk-tui setup {source}"


class Around(NamedTuple):
    """The program around the desk.

    `notice` gives a line about the program itself, "" for none. `keep_secret` takes a source's name and a new secret,
    puts it where that source's secret comes from, and says where; it blocks, and raises HelpdeskError where it cannot.
    """

    notice: Callable[[], str] = str
    keep_secret: Callable[[str, str], str] = _nowhere
