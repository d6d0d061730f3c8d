"""Layers: rotations that count within a restriction and between two dates, stacked into a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.restrictions import Restriction, is_open, windows
from helpdesk_tui.domain.roster.rotations import Rotation
from helpdesk_tui.domain.roster.turns import People, Roll, Turn


@dataclass(frozen=True)
class Layer:
    """One source of turns. The higher `rank` wins in a `priority` schedule; `start` and `end` are instants or None."""

    key: str
    rotation: Rotation
    rank: int = 0
    restriction: Restriction | None = None
    start: int | None = None
    end: int | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise RosterError(f"layer {self.key} ends before it begins")

    @cached_property
    def roll(self) -> Roll:
        """The turn order of the layer."""
        return Roll(self.rotation, self.restriction)

    def who(self, at: int) -> People:
        """Who this layer puts on at an instant; nobody outside its restriction and dates. O(1)."""
        if (self.start is not None and at < self.start) or (self.end is not None and at >= self.end):
            return ()
        if self.restriction is not None and not is_open(self.restriction, at):
            return ()
        return self.roll.who(at)

    def turns(self, start: int, end: int) -> Iterator[Turn]:
        """The turns of this layer in [start, end), clipped to restriction and dates, in order, without empty ones."""
        start = start if self.start is None else max(start, self.start)
        end = end if self.end is None else min(end, self.end)
        if start >= end:
            return
        turns = (turn for turn in self.roll.turns(start, end) if turn[2])
        yield from turns if self.restriction is None else _within(turns, self.restriction, start, end)


def _within(turns: Iterator[Turn], restriction: Restriction, start: int, end: int) -> Iterator[Turn]:
    """Turns cut by the windows of a restriction."""
    opened = windows(restriction, start, end)
    first = 0
    for begins, ends, people in turns:
        while first < len(opened) and opened[first][1] <= begins:
            first += 1
        number = first
        while number < len(opened) and opened[number][0] < ends:
            yield max(begins, opened[number][0]), min(ends, opened[number][1]), people
            number += 1
