"""What is wrong with, or worth saying about, what somebody wrote; and what is raised where it cannot be used."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from helpdesk_tui.errors import HelpdeskError


class Level(StrEnum):
    """How much it matters."""

    ERROR = "error"
    """It cannot be used."""
    WARNING = "warning"
    """It can be used and is probably not what was meant."""
    NOTE = "note"
    """It was understood in a way that is worth saying."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark: `where` is the place in the file ("calendars.office.mon"), `words` one sentence for the user."""

    level: Level
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.level}: {self.where}: {self.words}"


def near(word: object, known: Iterable[str]) -> str:
    """What may have been meant, as the end of a sentence; "" where nothing is like it."""
    found = difflib.get_close_matches(str(word).casefold(), list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""


class SlaError(HelpdeskError):
    """A calendar or policy that cannot be used; `where` is its place in what was written."""

    exit_code = 2

    def __init__(self, message: str, *, where: str = "") -> None:
        self.where = where
        super().__init__(f"{where}: {message}" if where else message)


class CalendarError(SlaError):
    """A calendar that cannot be used: unknown zone, inverted interval, no hours at all."""


class PolicyError(SlaError):
    """A policy that cannot be used: unknown metric or calendar, a target that is no duration."""


class OutOfReach(SlaError):
    """A target that the calendar does not hold within the years it can be compiled for."""
