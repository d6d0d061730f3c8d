"""Time as the cells of a grid: whole wall-clock steps of local days, each an interval of instants, and what is in each.

A step that the clocks skip has no length, one that they show twice is longer: cells always follow each other without a
hole, in the week of a clock change too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from helpdesk_tui.domain.roster.bounds import Interval, merged
from helpdesk_tui.domain.roster.needs import Need
from helpdesk_tui.domain.roster.presence import Presence, Skills
from helpdesk_tui.domain.wall_time import DAY, find_zone, starts_at, wall_at, wall_date, wall_midnight


@dataclass(frozen=True)
class Axis:
    """`days` local days of a zone from `first`, in cells of `step` wall seconds, which divides a day."""

    zone: str
    first: date
    days: int
    step: int

    @cached_property
    def edges(self) -> tuple[int, ...]:
        """The instants at which cells begin, and the one at which the last ends; never falling."""
        place, wall = find_zone(self.zone), wall_midnight(self.first)
        return tuple(starts_at(wall + at, place) for at in range(0, self.days * DAY + self.step, self.step))

    @property
    def cells(self) -> int:
        """How many there are."""
        return self.days * DAY // self.step

    @property
    def per_day(self) -> int:
        """How many make a day."""
        return DAY // self.step

    @property
    def start(self) -> int:
        """The instant at which the first cell begins."""
        return self.edges[0]

    @property
    def end(self) -> int:
        """The instant at which the last cell ends."""
        return self.edges[-1]

    def cell(self, at: int) -> int:
        """The number of the cell an instant lies in; the nearest for one outside."""
        return max(0, min(bisect_right(self.edges, at) - 1, self.cells - 1))

    def day(self, cell: int) -> date:
        """The local date of a cell."""
        return self.first + timedelta(days=cell // self.per_day)

    @cached_property
    def changes(self) -> tuple[tuple[date, int], ...]:
        """The dates on which clocks are moved, and by how many seconds: 3600 forward, -3600 back."""
        place, found = find_zone(self.zone), []
        for number in range(self.days):
            wall = wall_midnight(self.first) + number * DAY
            moved = DAY - (starts_at(wall + DAY, place) - starts_at(wall, place))
            if moved:
                found.append((self.first + timedelta(days=number), moved))
        return tuple(found)


def axis_around(at: int, zone: str, days: int, step: int) -> Axis:
    """So many days from the one that holds an instant."""
    return Axis(zone, wall_date(wall_at(at, find_zone(zone))), days, step)


class Mark(StrEnum):
    """What a cell of somebody's row says."""

    OFF = "."
    SHIFT = "="
    BREAK = "-"
    CALL = "O"
    BOTH = "#"
    AWAY = "X"
    LEAVE = "L"
    TRAINING = "T"
    VISIT = "V"
    WINDOW = "M"
    LOST = "!"


_AWAY = (Mark.AWAY, Mark.LEAVE, Mark.TRAINING)
Spent = tuple[int, int, Mark]
"""[start, end) and what it is."""


def painted(spans: Iterable[Spent], axis: Axis) -> str:
    """One row of marks. What fills a quarter of a cell is seen; a duty that reaches nobody is seen however short."""
    edges, cells = axis.edges, axis.cells
    filled: dict[int, dict[Mark, int]] = {}
    for start, end, mark in spans:
        if end <= edges[0] or start >= edges[-1]:
            continue
        number = axis.cell(start)
        while number < cells and edges[number] < end:
            lasting = min(end, edges[number + 1]) - max(start, edges[number])
            if lasting > 0:
                there = filled.setdefault(number, {})
                there[mark] = there.get(mark, 0) + lasting
            number += 1
    return "".join(
        _mark(filled[number], edges[number + 1] - edges[number]) if number in filled else Mark.OFF
        for number in range(cells)
    )


def _mark(there: dict[Mark, int], length: int) -> Mark:
    if Mark.LOST in there:
        return Mark.LOST
    seen = {mark for mark, lasting in there.items() if lasting * 4 >= length}
    for mark in (*_AWAY, Mark.VISIT, Mark.WINDOW):
        if mark in seen:
            return mark
    if there.get(Mark.BREAK, 0) * 2 > length:
        return Mark.CALL if Mark.CALL in seen else Mark.BREAK
    if Mark.CALL in seen:
        return Mark.BOTH if Mark.SHIFT in seen else Mark.CALL
    return Mark.SHIFT if Mark.SHIFT in seen else Mark.OFF


@dataclass(frozen=True, slots=True)
class Level:
    """What a cell needs and has where it is worst; `need` 0 where nobody is asked for."""

    need: int
    have: int

    @property
    def short(self) -> bool:
        """Whether fewer are there than are needed."""
        return self.have < self.need


def levels(
    needs: Iterable[Need], there: Iterable[Presence], skills: Skills, pool: str, skill: str, axis: Axis
) -> list[Level]:
    """Need and have of each cell at its worst instant; where nobody is needed, the most that are there."""
    need: dict[int, int] = {}
    for asked in needs:
        if asked.pool == pool and asked.skill == skill:
            _add(need, (asked.start, asked.end), asked.required)
    have: dict[int, int] = {}
    spans: dict[str, list[Interval]] = {}
    able = {name for name, known in skills.items() if skill in known} if skill else None
    for one in there:
        if one.pool == pool and (able is None or one.person in able) and not one.empty:
            spans.setdefault(one.person, []).append((one.start, one.end))
    for found in spans.values():
        for span in merged(found):
            _add(have, span, 1)
    return _worst(need, have, axis.edges)


def _add(changes: dict[int, int], span: Interval, by: int) -> None:
    changes[span[0]] = changes.get(span[0], 0) + by
    changes[span[1]] = changes.get(span[1], 0) - by


def _worst(need: dict[int, int], have: dict[int, int], edges: Sequence[int]) -> list[Level]:
    inside = {at for at in (*need, *have) if edges[0] < at < edges[-1]}
    wanted = sum(by for at, by in need.items() if at <= edges[0])
    there = sum(by for at, by in have.items() if at <= edges[0])
    found: list[Level] = []
    moments = sorted({*edges, *inside})
    place = 0
    for opens, closes in pairwise(edges):
        worst: tuple[bool, int, int] | None = None
        while place < len(moments) and moments[place] < closes:
            at = moments[place]
            if at > edges[0]:
                wanted, there = wanted + need.get(at, 0), there + have.get(at, 0)
            one = (True, wanted - there, wanted) if wanted else (False, there, 0)
            worst = one if worst is None or one > worst else worst
            place += 1
        if worst is not None:
            asked, by, required = worst
            found.append(Level(required, required - by if asked else by))
        else:
            found.append(found[-1] if found and opens == closes else Level(wanted, there))
    return found
