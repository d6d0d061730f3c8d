"""Duties of somebody who is away: on call and visits, each with who could do it instead."""

from __future__ import annotations

from collections.abc import Sequence
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


def stands(found: Sequence[Suggestion], names: dict[str, str]) -> tuple[Stand, ...]:
    """Suggestions of the roster as options: those who can, in their order, each with its rest and what speaks
    against it."""
    return tuple(Stand(one.person, names.get(one.person, one.person), _note(one), one.can) for one in found)


def _note(one: Suggestion) -> str:
    """Rest before the duty in hours, and the gravest of what speaks against."""
    rest = "" if one.rest_before is None else f"{one.rest_before // HOUR} h"
    against = one.reasons_against[0] if one.reasons_against else ""
    if against.startswith("rest"):
        return f"rest {rest or against} !!"
    return ", ".join(filter(None, (rest, against)))
