"""Who is on, why, and for whom: the answer of a schedule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """What put somebody on."""

    ROTATION = "rotation"
    OVERRIDE = "override"
    TEMPORARY = "temporary"
    SWAP = "swap"
    HISTORY = "history"


class Empty(StrEnum):
    """Why a duty that somebody holds reaches nobody."""

    NO = ""
    ABSENT = "absent"
    GONE = "gone"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Duty:
    """A person on call. `via` is the key of what put them on if not a rotation; `instead_of` who was on before."""

    person: str
    layer: str = ""
    origin: Origin = Origin.ROTATION
    via: str = ""
    instead_of: str = ""
    empty: Empty = Empty.NO


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) in instants and everybody on call in it, in order of layers; nobody is an empty tuple."""

    start: int
    end: int
    duties: tuple[Duty, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """Who holds the duty, reachable or not."""
        return tuple(duty.person for duty in self.duties)

    @property
    def reached(self) -> tuple[str, ...]:
        """Whom a page would reach."""
        return tuple(duty.person for duty in self.duties if not duty.empty)


def once(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    """Each person once: the first duty counts."""
    return tuple({duty.person: duty for duty in reversed(tuple(duties))}.values())[::-1]


def joined(spans: Iterable[Span]) -> list[Span]:
    """Touching spans with the same duties become one."""
    result: list[Span] = []
    for span in spans:
        if result and result[-1].end == span.start and result[-1].duties == span.duties:
            result[-1] = Span(result[-1].start, span.end, span.duties)
        else:
            result.append(span)
    return result


@dataclass(frozen=True, slots=True)
class Stretch:
    """Somebody is on in [start, end), instants, without a break, whoever is on beside them and why."""

    person: str
    start: int
    end: int


def stretches(spans: Iterable[Span], *, reached: bool = False) -> list[Stretch]:
    """A final schedule as each person's unbroken shifts, by start and then by person; with `reached`, only when a page
    would reach them."""
    running: dict[str, Stretch] = {}
    done: list[Stretch] = []
    for span in spans:
        for person in dict.fromkeys(span.reached if reached else span.people):
            before = running.get(person)
            if before is not None and before.end == span.start:
                running[person] = Stretch(person, before.start, span.end)
                continue
            if before is not None:
                done.append(before)
            running[person] = Stretch(person, span.start, span.end)
    return sorted([*done, *running.values()], key=lambda one: (one.start, one.person))
