"""What platforms tell of rosters: their schedules, who is on by them and until when, and what agents say of themselves.

A platform's word on who is on call is kept as it was given and never worked out anew. People are the source's own
identifiers; `name` is what the platform calls them. Instants are seconds UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from helpdesk_tui.domain.roster.absences import AbsenceKind
from helpdesk_tui.domain.roster.duties import Duty, Origin, Span, joined, once
from helpdesk_tui.domain.roster.restrictions import Restriction


@dataclass(frozen=True, slots=True)
class ToldRotation:
    """A platform's rotation as far as people should see it: who takes turns, in their order, and when it hands over.

    `hands_over` is in the platform's terms ("daily 08:00"). `hours` None is always.
    """

    key: str
    name: str
    people: tuple[str, ...] = ()
    hands_over: str = ""
    hours: Restriction | None = None


@dataclass(frozen=True, slots=True)
class ToldSchedule:
    """A schedule of a platform. Duties are known in [asked_from, asked_to), as of `read_at`.

    `group` is the platform's group or team. `rotations` may be empty where the platform shows none. `writable` where an
    override may be written there. `unread` says why it could not be read last time, "" where it was.
    """

    source: str
    key: str
    name: str
    zone: str
    group: str = ""
    rotations: tuple[ToldRotation, ...] = ()
    writable: bool = False
    asked_from: int = 0
    asked_to: int = 0
    read_at: int = 0
    unread: str = ""


@dataclass(frozen=True, slots=True)
class ToldDuty:
    """Somebody is on in [start, end). `person` "" is nobody, where a platform says so outright."""

    source: str
    schedule: str
    person: str
    start: int
    end: int
    rotation: str = ""
    name: str = ""
    override: bool = False


@dataclass(frozen=True, slots=True)
class ToldOverride:
    """An override as the platform keeps it, under its own identifier; `person` "" takes everybody off."""

    source: str
    schedule: str
    key: str
    person: str
    start: int
    end: int
    rotations: tuple[str, ...] = ()
    """The rotations it is limited to; all where there are none."""


@dataclass(frozen=True, slots=True)
class ToldStatus:
    """What an agent is shown as ("Online", "Away"), since when; `here` None where that says nothing of being there."""

    source: str
    person: str
    word: str
    here: bool | None
    since: int = 0


@dataclass(frozen=True, slots=True)
class ToldHours:
    """Opening hours of a platform: `open` windows in a zone, and the local dates (ISO) on which they do not count."""

    source: str
    key: str
    name: str
    open: Restriction | None
    holidays: tuple[tuple[str, str, str], ...] = ()
    """(first date, last date, name), both dates included."""


@dataclass(frozen=True, slots=True)
class ToldAbsence:
    """Somebody is away by a platform's record; never why."""

    source: str
    key: str
    person: str
    start: int
    end: int
    kind: AbsenceKind = AbsenceKind.AWAY


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that one reading of a source brought. Whatever a kind in `whole` does not list is no longer there.

    Kinds are schedules, statuses, hours, absences; a schedule's duties and overrides are always whole. A schedule with
    `unread` keeps what was read of it before.
    """

    schedules: tuple[ToldSchedule, ...] = ()
    duties: tuple[ToldDuty, ...] = ()
    overrides: tuple[ToldOverride, ...] = ()
    statuses: tuple[ToldStatus, ...] = ()
    hours: tuple[ToldHours, ...] = ()
    absences: tuple[ToldAbsence, ...] = ()
    whole: frozenset[str] = frozenset()
    asked_from: int = 0
    asked_to: int = 0


def spans_of(duties: Iterable[ToldDuty], names: Mapping[tuple[str, str], str], start: int, end: int) -> list[Span]:
    """The duties of one schedule as contiguous spans of [start, end); `names` are technicians by (source, key).

    Somebody who is no technician of the team goes by the platform's name.
    """
    edges = {start, end}
    mine = [one for one in duties if one.person and one.end > start and one.start < end]
    for one in mine:
        edges.update(edge for edge in (one.start, one.end) if start < edge < end)
    begins: dict[int, list[ToldDuty]] = {}
    for one in mine:
        begins.setdefault(max(one.start, start), []).append(one)
    result: list[Span] = []
    running: list[ToldDuty] = []
    ordered = sorted(edges)
    for opens, closes in pairwise(ordered):
        running = [one for one in running if one.end > opens] + begins.get(opens, [])
        held = once(_duty(one, names) for one in sorted(running, key=lambda one: (one.rotation, one.start)))
        result.append(Span(opens, closes, held))
    return joined(result)


def _duty(one: ToldDuty, names: Mapping[tuple[str, str], str]) -> Duty:
    person = names.get((one.source, one.person)) or one.name or one.person
    return Duty(person, one.rotation, Origin.OVERRIDE if one.override else Origin.ROTATION)
