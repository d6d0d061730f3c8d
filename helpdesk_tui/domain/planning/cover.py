"""Duties of somebody who is away: on call and visits, each with who could do it instead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from helpdesk_tui.domain.roster.burden import PASSED, hours, rest_shown
from helpdesk_tui.domain.roster.suggest import Suggestion


class Duty(StrEnum):
    """What is to be covered."""

    ON_CALL = "on call"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Stand:
    """Somebody who could do it, with what to know about that: `rest 5 h !!`. `can` is false where they cannot at
    all."""

    person: str
    name: str
    note: str = ""
    can: bool = True
    against: str = ""
    """Everything that speaks against it."""
    pro: str = ""
    """And for it."""
    figures: str = ""
    """Rest, hours of the week and weekends of somebody who can, where they were counted."""


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
    """Suggestions of the roster as options, in their order: each with the rest it leaves, or with what speaks against
    it, `!!` at each, and all reasons. `at_work` are those who are at the desk during it."""
    return tuple(_stand(one, works=one.person in at_work) for one in found)


def _stand(one: Suggestion, *, works: bool) -> Stand:
    against = [*(["at work then"] if works else []), *one.reasons_against]
    ends = " > ".join(map(str, one.weekends))
    figures = f"rest {one.burden.rest_words}, week {one.burden.week_words}, weekends 90 d {ends}"
    pro, con = ("; ".join(why.removeprefix(f"{one.person} ") for why in whys) for whys in (one.reasons_for, against))
    return Stand(one.person, one.person, _note(one, works=works), one.can, con, pro, figures if one.can else "")


def _note(one: Suggestion, *, works: bool) -> str:
    """`rest 14 h`, `rest 5 h !!`, `week 52 h !!`, `at work !!`: a mark stands at what is wrong, and nowhere else."""
    means = one.burden
    if not one.can:
        return f"{one.reasons_against[0]}{PASSED}"
    wrong = ["at work"] if works else []
    wrong += [f"rest {rest_shown(means.rest[1])}"] if means.tires else []
    wrong += [f"week {hours(means.week[1])}"] if means.fills else []
    wrong += ["no skill"] if one.lacks else []
    if wrong:
        return ", ".join(f"{word}{PASSED}" for word in wrong)
    return "" if means.rest[1] is None else f"rest {rest_shown(means.rest[1])}"
