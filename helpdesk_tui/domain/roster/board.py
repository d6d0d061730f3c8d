"""What is in force at one instant of a schedule, and who is on by it before swaps and absences."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from helpdesk_tui.domain.roster.duties import Duty, Origin, once
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.overrides import History, Override, Placed, Temporary, applied

Held = tuple[Duty, ...]


class Board:
    """Layers with who is on in each, and the exceptions in force. A sweep plays its events on it."""

    def __init__(self, layers: Sequence[Layer], *, union: bool) -> None:
        self.layers = layers
        self.on: list[Held] = [() for _ in layers]
        self.overrides: list[Override] = []
        self.temporaries: list[Temporary] = []
        self.history: History | None = None
        by_rank = sorted(range(len(layers)), key=lambda number: -layers[number].rank)
        self._order = [(number, 0 if union else layers[number].rank) for number in by_rank]
        self._fixed: dict[int, _Fixed] = {}

    def duties(self, at: int) -> Held:
        """Who is on at `at`."""
        if self.history is not None:
            return self._at(self.history, self.history.shifts, at, Origin.HISTORY, "")
        if self.temporaries:
            newest = max(self.temporaries, key=lambda one: (one.created_at, one.key))
            return self._at(newest, newest.shifts, at, Origin.TEMPORARY, newest.key)
        if not self.overrides:
            return self._combined(self.on)
        ordered = sorted(self.overrides, key=lambda one: one.age)
        return applied(self._combined(self._scoped(ordered)), [one for one in ordered if not one.layer])

    def _at(self, owner: object, shifts: Iterable[Placed], at: int, origin: Origin, via: str) -> Held:
        fixed = self._fixed.get(id(owner))
        if fixed is None:
            fixed = self._fixed[id(owner)] = _Fixed(shifts, origin, via)
        return fixed.at(at)

    def _scoped(self, overrides: Sequence[Override]) -> list[Held]:
        """Who is on in each layer after the overrides that are limited to one."""
        if not any(one.layer for one in overrides):
            return self.on
        result = list(self.on)
        for number, layer in enumerate(self.layers):
            mine = [one for one in overrides if one.layer == layer.key]
            if mine:
                result[number] = applied(result[number], mine)
        return result

    def _combined(self, on: Sequence[Held]) -> Held:
        """The layers of the highest rank that has anybody, or all of them; each person once."""
        found: dict[str, Duty] = {}
        top = 0
        for number, rank in self._order:
            if not on[number]:
                continue
            if found and rank != top:
                break
            top = rank
            for duty in on[number]:
                found.setdefault(duty.person, duty)
        return tuple(found.values())


class _Fixed:
    """Shifts at fixed times, laid out so that one instant is one look."""

    def __init__(self, shifts: Iterable[Placed], origin: Origin, via: str) -> None:
        edges: dict[int, tuple[list[Placed], list[Placed]]] = {}
        for shift in shifts:
            edges.setdefault(shift.start, ([], []))[0].append(shift)
            edges.setdefault(shift.end, ([], []))[1].append(shift)
        self.starts = sorted(edges)
        self._held: list[Held] = []
        running: list[Placed] = []
        for edge in self.starts:
            begins, ends = edges[edge]
            running = [shift for shift in running if shift not in ends] + begins
            self._held.append(once(Duty(shift.person, "", origin, via) for shift in running))

    def at(self, at: int) -> Held:
        """Who is on at an instant."""
        number = bisect_right(self.starts, at) - 1
        return self._held[number] if number >= 0 else ()
