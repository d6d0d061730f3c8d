"""What screens decide about rosters besides exceptions on call: desk shifts, swaps on request, taking things back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from helpdesk_tui.desk.roster.cover import Effect, Plan, effect_on, from_now, hold_together
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.rotation_form import Form, kept, keyed, lacking
from helpdesk_tui.domain.changes import change_id
from helpdesk_tui.domain.roster.absences import Absence, AbsenceKind
from helpdesk_tui.domain.roster.bounds import LATEST
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.shifts import Dated, Hours
from helpdesk_tui.domain.roster.swaps import Slot, Swap, SwapState, accept
from helpdesk_tui.domain.wall_time import DAY, find_zone, wall_at

Back = Callable[[RosterDesk], str]
"""Takes something back that was decided; what became of it, in a few words."""


@dataclass(frozen=True, slots=True)
class DeskShift:
    """Somebody at the desk in [start, end) beyond their usual shifts, and what it means for them."""

    person: str
    start: int
    end: int
    shifts: tuple[Dated, ...]
    effect: Effect
    against: tuple[str, ...] = ()


def desk_shift(floor: Floor, person: str, start: int, end: int, now: int) -> DeskShift:
    """Somebody at the desk in [start, end), from now on where it has begun. RosterError where that cannot be."""
    one = floor.technicians.get(person)
    if one is None:
        raise RosterError(f"there is no technician {person!r}")
    start = from_now(start, now)
    if end <= start:
        raise RosterError("that time is over: the past stays as it was")
    zone = one.zone or floor.zone
    place, key, found = find_zone(zone), f"cover-{change_id(now * 1000)}", []
    at, last = wall_at(start, place), wall_at(end, place)
    while at < last:
        midnight = at // DAY * DAY
        stop = min(last, midnight + DAY)
        day = date.fromordinal(date(1970, 1, 1).toordinal() + midnight // DAY)
        found.append(Dated(key, person, zone, day, Hours(at - midnight, stop - at)))
        at = stop
    against = []
    if floor.is_away(person, start, end):
        against.append(f"{person} is away then")
    effect = effect_on(floor, person, [(start, end)], [], start)
    return DeskShift(person, start, end, tuple(found), effect, tuple(against))


def write_desk_shift(desk: RosterDesk, shift: DeskShift) -> Back:
    """Writes the shift into the team's store; how to take it back."""
    if shift.against:
        raise RosterError("; ".join(shift.against))
    origin = shift.shifts[0].key
    desk.intents.save_shifts(shift.shifts, origin=origin)

    def back(later: RosterDesk) -> str:
        later.intents.save_shifts((), origin=origin, replacing=True)
        return f"the shift of {shift.person} was taken back"

    return back


def write_plan(desk: RosterDesk, plan: Plan) -> tuple[tuple[str, ...], Back | None]:
    """Carries out a plan: the ids of changes on their way to platforms, or how to take back what was the team's own."""
    done = desk.carry_out(plan)
    own = done.own

    def back(later: RosterDesk) -> str:
        if len(plan.steps) == 2:
            _drop_swap(later, own[0])
        elif not all(later.take_back(key) for key in own):
            raise RosterError("it does not stand any more")
        return "taken back: the rotation counts again"

    return tuple(change.id for change in done.changes), back if own else None


def _drop_swap(desk: RosterDesk, key: str) -> None:
    swap = next((one.swap for one in desk.floor().swaps if one.swap.key == key), None)
    if swap is None:
        raise RosterError("there is no such swap any more")
    desk.intents.move_swap(replace(swap, state=SwapState.DECLINED, decided_by=desk.by), swap.state)


def propose(desk: RosterDesk, plan: Plan, now: int) -> str:
    """Asks for a swap of two shifts; it waits for the other person and a lead. Its key. RosterError where one shift is
    a platform's and the other the team's own, which could not hold together, and where one has begun."""
    if plan.against:
        raise RosterError("; ".join(plan.against))
    if running := next((step for step in plan.steps if step.start <= now), None):
        raise RosterError(f"the shift of {running.instead} has begun: swap it at once, or ask for one that is to come")
    hold_together(plan.steps)
    first, second = plan.steps
    gives = Slot(first.line.key, first.instead, first.start, first.end)
    takes = Slot(second.line.key, second.instead, second.start, second.end)
    swap = Swap(change_id(now * 1000), gives, second.instead, now, takes)
    desk.intents.propose_swap(swap)
    return swap.key


def agree(desk: RosterDesk, key: str, now: int) -> Swap:
    """The taker agrees to a swap, said by whoever sits here. StaleSwap where it has moved on."""
    swap = next((one.swap for one in desk.floor().swaps if one.swap.key == key), None)
    if swap is None:
        raise RosterError("there is no such swap any more")
    agreed = accept(swap, swap.taker, now)
    desk.intents.move_swap(agreed, swap.state)
    return agreed


def save_form(desk: RosterDesk, form: Form) -> tuple[str, Back | None]:
    """Keeps a rotation as its form has it: the schedule's key, and how to take back one that is new. RosterError where
    something is still missing."""
    own = desk.roster.own_schedules()
    if words := lacking(form, [one.name for one in own]):
        raise RosterError(words)
    named = keyed(form, {one.schedule.key for one in own})
    key = named.after.schedule.key
    desk.intents.save_schedule(kept(named), None if form.new else form.before.schedule)

    def back(later: RosterDesk) -> str:
        later.intents.retire_schedule(key)
        return f"{named.after.name} is no schedule any more"

    return key, back if form.new else None


def absent(desk: RosterDesk, person: str, start: int, end: int | None, kind: AbsenceKind, now: int) -> Back:
    """Somebody is away; how to take that back. Why they are is not asked."""
    absence = Absence(change_id(now * 1000), person, start, end, kind)
    desk.intents.add_absence(absence)

    def back(later: RosterDesk) -> str:
        # One that has not begun is withdrawn whole, where one that has would stay for the moment that it stood.
        later.intents.end_absence(replace(absence, start=LATEST, end=None))
        return f"{person} is not away"

    return back


def returned(desk: RosterDesk, person: str, now: int) -> int:
    """Somebody is back: ends what holds them away now; how many entries. RosterError where a platform says so."""
    running = [
        one
        for one in desk.floor().people.absences
        if one.person == person and one.start <= now and (one.end is None or one.end > now)
    ]
    if not running:
        raise RosterError(f"{person} is not away now")
    sources = {one.source for one in desk.floor().cached.told.absences}
    theirs = [one for one in running if one.source in sources]
    for one in running:
        if one not in theirs:
            desk.intents.end_absence(one)
    if theirs and len(theirs) == len(running):
        raise RosterError(f"{person} is away by the word of {theirs[0].source}: it has to be ended there")
    return len(running) - len(theirs)


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody who is away leaves behind: open tickets, and shifts on call that reach nobody."""

    tickets: int
    shifts: int


def left_behind(floor: Floor, person: str, now: int, until: int) -> Left:
    """What waits for somebody who is away until an instant."""
    shifts = 0
    for line in floor.lines:
        opens, closes = line.known(now, until)
        if opens < closes:
            shifts += sum(person in span.people and not span.reached for span in floor.spans(line, opens, closes))
    return Left(floor.open_tickets(person), shifts)
