"""Swapping shifts at the desk: what it would mean for each of the two, and why it cannot be done."""

from __future__ import annotations

from helpdesk_tui.desk.roster.cover import Plan, Step, effect_on
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.lines import Line
from helpdesk_tui.domain.roster.presence import DESK
from helpdesk_tui.domain.roster.swaps import Slot


def desk_line(floor: Floor) -> Line:
    """The desk as a schedule: what steps of a plan and shifts that are marked are of."""
    return Line(DESK, "the desk", floor.zone)


def shift_swap_plan(floor: Floor, first: Slot, second: Slot, now: int) -> Plan:
    """Two shifts at the desk change hands. RosterError where they are no two shifts of two people that are to come."""
    for slot in (first, second):
        if slot.start <= now:
            raise RosterError(f"the shift of {slot.person} has begun: only shifts that are to come are swapped")
    if first.person == second.person:
        raise RosterError(f"{first.person} has both shifts: there is nothing to swap")
    if (first.start, first.end) == (second.start, second.end):
        raise RosterError("both shifts are at the same time: there is nothing to swap")
    shifts = [floor.shift(slot) for slot in (first, second)]
    against = [
        f"{slot.person} no longer has this shift"
        for slot, shift in zip((first, second), shifts, strict=True)
        if shift is None
    ]
    against += _against(floor, first, second) + _against(floor, second, first)
    line = desk_line(floor)
    steps = (
        Step(line, first.start, first.end, second.person, first.person),
        Step(line, second.start, second.end, first.person, second.person),
    )
    given, taken = ([] if shift is None else shift.worked for shift in shifts)
    if not given or not taken:
        return Plan(steps, (), tuple(against))
    effects = (
        effect_on(floor, second.person, given, taken, first.start),
        effect_on(floor, first.person, taken, given, second.start),
    )
    return Plan(steps, effects, tuple(against))


def _against(floor: Floor, takes: Slot, gives: Slot) -> list[str]:
    """Why the person of `gives` cannot take the shift of `takes`."""
    person, found = gives.person, []
    one = floor.technicians.get(person)
    if one is None or not one.active:
        found.append(f"{person} works here no more")
    if floor.is_away(person, takes.start, takes.end):
        found.append(f"{person} is away then")
    mine = (shift for shift in floor.shifts(takes.start, takes.end) if shift.person == person)
    if any((shift.start, shift.end) != (gives.start, gives.end) for shift in mine):
        found.append(f"{person} is at the desk then already")
    return found
