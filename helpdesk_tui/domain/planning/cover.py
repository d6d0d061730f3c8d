"""Duties of somebody who is away: on call and visits, each with who could do it instead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from helpdesk_tui.domain.roster.suggest import Suggestion
from helpdesk_tui.domain.spans import HOUR


class Duty(StrEnum):
    """What is to be covered."""

    ON_CALL = "on call"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Stand:
    """Somebody who could do it, with what to know about that: `rest 0h !!`. `can` is false where they cannot at all."""

    person: str
    name: str
    note: str = ""
    can: bool = True
    against: str = ""
    """Everything that speaks against it."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A duty in [start, end), instants, that nobody would do. `pool` names the schedule (`ON_CALL`), `text` what it is
    for people; `to` is who does it instead, "" nobody yet. A visit may have a proposal that needs no decision."""

    key: str
    duty: Duty
    text: str
    start: int
    end: int
    pool: str = ""
    options: tuple[Stand, ...] = ()
    to: str = ""
    settled: bool = False
    done: bool = False
    """It is written."""

    @property
    def to_write(self) -> bool:
        """Whether the user gave it to somebody and it is not written."""
        return self.settled and bool(self.to) and not self.done

    @property
    def needs_you(self) -> bool:
        """Whether the user has still to say who does it."""
        return not self.settled and not self.to

    @property
    def name(self) -> str:
        """Who does it instead, "" for nobody."""
        return next((one.name for one in self.options if one.person == self.to), "")


def stands(found: Sequence[Suggestion], at_work: Collection[str]) -> tuple[Stand, ...]:
    """Suggestions of the roster as options, in their order: each with its rest before, `!!` where anything speaks
    against it, and the reasons. `at_work` are those who are at the desk during it."""
    return tuple(
        Stand(one.person, one.person, _note(one, one.person in at_work), one.can, "; ".join(one.reasons_against))
        for one in found
    )


def _note(one: Suggestion, works: bool) -> str:
    """`14 h`, `rest 0 h !!`, `at work !!`."""
    rest = "" if one.rest_before is None else f"{one.rest_before // HOUR} h"
    words = "at work" if works else f"rest {rest}" if rest and one.reasons_against else rest
    return f"{words} !!".strip() if one.reasons_against or works else words
