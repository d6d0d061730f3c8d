"""One sweep over a schedule: every edge in order of time, and who is on between each two of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter

from helpdesk_tui.domain.roster.board import Board, Held
from helpdesk_tui.domain.roster.duties import Duty, Span
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.overrides import History, Override, Temporary

Dated = Override | Temporary | History
_Event = tuple[int, int, int, "Held | Dated | None"]
_TURN, _OFF, _ON, _EDGE = 0, 1, 2, 3


def swept(board: Board, exceptions: Iterable[Dated], start: int, end: int) -> list[Span]:
    """The spans of [start, end) before swaps and absences, contiguous; neighbours with the same duties are one."""
    events = _turns(board.layers, start, end)
    for one in exceptions:
        if one.end > start and one.start < end:
            events.extend(_edges(one, start, end))
    events.sort(key=itemgetter(0, 1))
    result: list[Span] = []
    before, opened, duties = start, start, None
    for at, kind, layer, what in events:
        if at > before:
            now = board.duties(before)
            if duties is not None and now != duties:
                result.append(Span(opened, before, duties))
                opened = before
            before, duties = at, now
        _play(board, kind, layer, what)
    now = board.duties(before) if before < end else duties or ()
    if duties is not None and now != duties:
        result.append(Span(opened, before, duties))
        opened = before
    result.append(Span(opened, end, now))
    return result


def _play(board: Board, kind: int, layer: int, what: Held | Dated | None) -> None:
    """One event changes what is in force."""
    if isinstance(what, tuple):
        board.on[layer] = what
    elif isinstance(what, History):
        board.history = what if kind == _ON else None
    elif isinstance(what, Override):
        board.overrides.append(what) if kind == _ON else board.overrides.remove(what)
    elif isinstance(what, Temporary):
        board.temporaries.append(what) if kind == _ON else board.temporaries.remove(what)


def _turns(layers: Sequence[Layer], start: int, end: int) -> list[_Event]:
    """The edges of the layers; what is in force at `start` comes at `start`."""
    events: list[_Event] = []
    for number, layer in enumerate(layers):
        known: dict[tuple[str, ...], Held] = {}
        last = None
        for begins, ends, names in layer.turns(start, end):
            held = known.get(names)
            if held is None:
                held = known[names] = tuple(Duty(name, layer.key) for name in names)
            if last is not None and last < begins:
                events.append((last, _TURN, number, ()))
            events.append((begins, _TURN, number, held))
            last = ends
        if last is not None and last < end:
            events.append((last, _TURN, number, ()))
    return events


def _edges(one: Dated, start: int, end: int) -> Iterable[_Event]:
    """The edges of an exception, and of the shifts in it."""
    first, last = max(one.start, start), min(one.end, end)
    yield first, _ON, 0, one
    if last < end:
        yield last, _OFF, 0, one
    if not isinstance(one, Override):
        for edge in {edge for shift in one.shifts for edge in (shift.start, shift.end)}:
            if first < edge < last:
                yield edge, _EDGE, 0, None
