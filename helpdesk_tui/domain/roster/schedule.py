"""Schedules: who is on call at an instant, and everybody's duty in a window.

The order of things: layers by priority or as a union, with the overrides that are limited to one layer; overrides of
the whole schedule, newest last; temporary schedules, which replace all of that; recorded history, which is the truth
about the past; taken swaps; and last who of those on call is absent, gone or cannot be reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from helpdesk_tui.domain.roster.absences import Absence, away
from helpdesk_tui.domain.roster.board import Board
from helpdesk_tui.domain.roster.bounds import Interval, check_window
from helpdesk_tui.domain.roster.duties import Duty, Empty, Span, joined
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.overrides import History, Override, Temporary
from helpdesk_tui.domain.roster.swapping import swapped, touched
from helpdesk_tui.domain.roster.swaps import Swap, SwapState
from helpdesk_tui.domain.roster.sweep import swept
from helpdesk_tui.domain.wall_time import find_zone


class Mode(StrEnum):
    """`priority`: the layers of the highest rank that has anybody. `union`: everybody of every layer."""

    PRIORITY = "priority"
    UNION = "union"


@dataclass(frozen=True)
class Schedule:
    """A schedule; `zone` is what it is shown in. `history` spans are disjoint."""

    key: str
    zone: str
    layers: tuple[Layer, ...] = ()
    mode: Mode = Mode.PRIORITY
    overrides: tuple[Override, ...] = ()
    temporaries: tuple[Temporary, ...] = ()
    swaps: tuple[Swap, ...] = ()
    history: tuple[History, ...] = ()

    def __post_init__(self) -> None:
        find_zone(self.zone)
        keys = [layer.key for layer in self.layers]
        if len(set(keys)) < len(keys):
            raise RosterError(f"schedule {self.key} has two layers of one name")


@dataclass(frozen=True)
class People:
    """What the team knows about those on call: who is absent when, who left, who has no way to be reached."""

    absences: tuple[Absence, ...] = ()
    gone: frozenset[str] = frozenset()
    unreachable: frozenset[str] = frozenset()


NOBODY_KNOWN = People()


def who(schedule: Schedule, at: int, people: People = NOBODY_KNOWN) -> tuple[Duty, ...]:
    """Who is on call at an instant: O(1) for each layer, plus the exceptions of the schedule."""
    check_window(at, at + 1)
    if touched(schedule.key, schedule.swaps, at, at + 1):
        return final(schedule, at, at + 1, people)[0].duties
    board = Board(schedule.layers, union=schedule.mode is Mode.UNION)
    board.on = [tuple(Duty(person, layer.key) for person in layer.who(at)) for layer in schedule.layers]
    board.overrides = [one for one in schedule.overrides if one.start <= at < one.end]
    board.temporaries = [one for one in schedule.temporaries if one.start <= at < one.end]
    board.history = next((one for one in schedule.history if one.start <= at < one.end), None)
    return marked([Span(at, at + 1, board.duties(at))], people)[0].duties


def final(schedule: Schedule, start: int, end: int, people: People = NOBODY_KNOWN) -> list[Span]:
    """The final schedule of a window: contiguous spans from `start` to `end`, gaps as spans without duties.

    One sweep over all edges, O(E log E). Neighbours with the same duties are one span.
    """
    check_window(start, end)
    swaps = touched(schedule.key, schedule.swaps, start, end)
    if not swaps:
        return marked(_swept(schedule, start, end), people)
    mine = [slot for swap in swaps for slot, _ in swap.halves if slot.schedule == schedule.key]
    low, high = min(start, *(slot.start for slot in mine)), max(end, *(slot.end for slot in mine))
    spans, _ = swapped(schedule.key, _swept(schedule, low, high), swaps)
    clipped = (Span(max(s.start, start), min(s.end, end), s.duties) for s in spans if s.end > start and s.start < end)
    return marked(joined(clipped), people)


def broken_swaps(schedule: Schedule, start: int, end: int) -> list[Swap]:
    """Taken swaps of a window that are not in force, because one of their shifts has moved since."""
    swaps = touched(schedule.key, schedule.swaps, start, end)
    if not swaps:
        return []
    mine = [slot for swap in swaps for slot, _ in swap.halves if slot.schedule == schedule.key]
    low, high = min(slot.start for slot in mine), max(slot.end for slot in mine)
    return swapped(schedule.key, _swept(schedule, low, high), swaps)[1]


def both_or_none(schedules: Mapping[str, Schedule]) -> tuple[dict[str, Schedule], list[Swap]]:
    """The schedules without the taken swaps between two of them of which one half is no longer there, and those swaps.

    A swap within one schedule is looked after by `final` itself.
    """
    current = dict(schedules)
    dropped: dict[str, Swap] = {}
    while True:
        lost: dict[str, Swap] = {}
        for schedule in current.values():
            for swap in schedule.swaps:
                between = len({slot.schedule for slot, _ in swap.halves}) > 1
                if between and swap.state is SwapState.TAKEN and not _stands(current, swap):
                    lost[swap.key] = swap
        if not lost:
            return current, list(dropped.values())
        dropped.update(lost)
        for key, schedule in current.items():
            current[key] = replace(schedule, swaps=tuple(one for one in schedule.swaps if one.key not in lost))


def _stands(schedules: Mapping[str, Schedule], swap: Swap) -> bool:
    """Whether every half of a swap is in force on its schedule; a schedule that is not known counts against it."""
    for slot, _ in swap.halves:
        schedule = schedules.get(slot.schedule)
        if schedule is None or swap not in schedule.swaps:
            return False
        if swap in broken_swaps(schedule, slot.start, slot.end):
            return False
    return True


def _swept(schedule: Schedule, start: int, end: int) -> list[Span]:
    board = Board(schedule.layers, union=schedule.mode is Mode.UNION)
    return swept(board, [*schedule.overrides, *schedule.temporaries, *schedule.history], start, end)


def marked(spans: list[Span], people: People) -> list[Span]:
    """The spans cut where somebody on call is absent, with the duties of the absent, gone and unreachable marked."""
    if not (people.absences or people.gone or people.unreachable):
        return spans
    absent = away(people.absences)
    result: list[Span] = []
    for span in spans:
        edges = {span.start, span.end}
        for duty in span.duties:
            for opens, closes in absent.get(duty.person, ()):
                edges.update(edge for edge in (opens, closes) if span.start < edge < span.end)
        ordered = sorted(edges)
        for start, end in pairwise(ordered):
            result.append(Span(start, end, tuple(_marked(duty, start, absent, people) for duty in span.duties)))
    return joined(result)


def _marked(duty: Duty, at: int, absent: Mapping[str, Sequence[Interval]], people: People) -> Duty:
    empty = Empty.NO
    if duty.person in people.gone:
        empty = Empty.GONE
    elif any(start <= at < end for start, end in absent.get(duty.person, ())):
        empty = Empty.ABSENT
    elif duty.person in people.unreachable:
        empty = Empty.UNREACHABLE
    if empty is duty.empty:
        return duty
    return Duty(duty.person, duty.layer, duty.origin, duty.via, duty.instead_of, empty)
