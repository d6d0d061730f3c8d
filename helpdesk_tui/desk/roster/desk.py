"""The roster as screens and commands hold it: what is known, what can be decided, and the files when they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from helpdesk_tui import clock
from helpdesk_tui.desk.intents import Intents
from helpdesk_tui.desk.roster.cover import Plan, Step, hold_together, may_write
from helpdesk_tui.desk.roster.files import has_changed, refresh
from helpdesk_tui.desk.roster.floor import AHEAD, Floor, RosterRules, hole_words
from helpdesk_tui.desk.roster.intents import RosterIntents, override_change
from helpdesk_tui.desk.roster.remote import change_of
from helpdesk_tui.desk.roster.roster import Roster
from helpdesk_tui.desk.roster.text import presence_words
from helpdesk_tui.desk.stores import StorePaths
from helpdesk_tui.domain.changes import Change, change_id
from helpdesk_tui.domain.roster.coverage import Kind, loudest_first
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.moments import local
from helpdesk_tui.domain.roster.overrides import Override
from helpdesk_tui.domain.roster.presence import DESK
from helpdesk_tui.domain.roster.swaps import (
    Slot,
    Swap,
    SwapState,
    accept,
    approve,
    decline,
    reversed_swap,
    settled,
    take,
)

MORNING = 6 * 3_600
"""Local seconds of a day at which its morning begins."""
NOBODY_REACHED = (Kind.GAP, Kind.EMPTY)


@dataclass(frozen=True, slots=True)
class Done:
    """What carrying out a plan came to: changes on their way to platforms, and keys of the team's own exceptions."""

    changes: tuple[Change, ...] = ()
    own: tuple[str, ...] = ()


class RosterDesk:
    """Reads and writes rosters. Any thread, one call at a time. Raises StoreError, RosterError, UsageError."""

    def __init__(
        self, paths: StorePaths, folder: Path, intents: Intents, *, by: str, now: clock.Now = clock.now,
        zone: str = "", read_only: bool = False, rules: RosterRules | None = None,
    ) -> None:  # fmt: skip
        """`folder` holds technicians.toml and roster.toml; `intents` has the outbox; `by` names who decides; `rules`
        are the settings'."""
        self.roster = Roster(paths, now=now, zone=zone, rules=rules)
        self.intents = RosterIntents(paths, now=now, by=by, read_only=read_only)
        self._outbox = intents
        self._folder = folder
        self._read_only = read_only
        self._hole_of: Floor | None = None
        self._hole, self._holes = "", 0
        self._now = now
        self.zone = zone or clock.local_zone()
        self.by = by

    def close(self) -> None:
        """Lets go of the stores; `intents` are whoever made them's."""
        self.roster.close()
        self.intents.close()

    def refresh(self) -> list[str]:
        """Reads technicians.toml and roster.toml if they changed, and writes down who was on until now; lines for the
        user. Read only, neither is done. Raises RosterError."""
        if self._read_only:
            return []
        notes = []
        if has_changed(self._folder, self.roster):
            notes = refresh(self._folder, self.roster, self.intents, self.zone)
        self.record()
        for swap in self.settle_swaps():
            notes.append(f"the swap of {swap.gives.person} and {swap.taker} was refused: neither half counts")
        return notes

    def floor(self) -> Floor:
        """Everything that is known now."""
        return self.roster.floor()

    def owner_words(self, source: str, key: str) -> str:
        """Where the technician with this login stands now, in a few words; "" where the login is nobody's."""
        floor, now = self.floor(), self._now()
        name = floor.joined.names.get((source, key))
        return presence_words(self.roster.presence(now)[name], floor, now) if name else ""

    def bar(self) -> tuple[str, str]:
        """Two words for a status line: how many are at the desk and absent, and the loudest hole of 14 days."""
        floor, now = self.floor(), self._now()
        self.settle_swaps()
        stand = self.roster.presence(now)
        if not stand:
            return "", ""
        here = sum(one.here for one in stand.values())
        absent = sum(one.absent and one.active for one in stand.values())
        return f"{here} on{f', {absent} absent' if absent else ''}", self._loudest(floor, now)

    def morning(self) -> tuple[date, str]:
        """Which day it is, from MORNING on, and what its morning brings: the loudest hole of 14 days and how many more
        there are; "" where somebody is always reached."""
        floor, now = self.floor(), self._now()
        day, loudest = local(now - MORNING, floor.zone).date(), self._loudest(floor, now)
        more = f", and {self._holes - 1} more" if self._holes > 1 else ""
        return day, f"14 days ahead: {loudest}{more} (g o)" if loudest else ""

    def _loudest(self, floor: Floor, now: int) -> str:
        """Counted anew when anything changed, and every ten minutes, as the floor is."""
        if self._hole_of is not floor:
            holes = [one for one in loudest_first(floor.findings(now, now + AHEAD)) if one.kind in NOBODY_REACHED]
            self._hole_of, self._holes = floor, len(holes)
            self._hole = hole_words(floor, holes[0], now) if holes else ""
        return self._hole

    def record(self) -> int:
        """Writes down who was on by the team's own schedules until now, so that later edits do not touch it."""
        floor, now, new = self.floor(), self._now(), 0
        for line in floor.lines:
            if line.own is None:
                continue
            last = max((one.end for one in line.own.history), default=now - AHEAD)
            if last < now - 3_600:
                new += self.intents.record(line.key, line.spans(last, now // 3_600 * 3_600, floor.people))
        return new

    def carry_out(self, plan: Plan) -> Done:
        """Writes every step or none: what platforms keep as one batch of the outbox, the team's own at once."""
        if plan.against:
            raise RosterError("; ".join(plan.against))
        remote = [step for step in plan.steps if step.line.source]
        own = [step for step in plan.steps if not step.line.source]
        hold_together(plan.steps)
        return Done(tuple(self._send(remote)), tuple(self._write(own)))

    def _send(self, steps: Sequence[Step], batch: str = "") -> list[Change]:
        if not steps:
            return []
        floor, now = self.floor(), self._now()
        batch = batch or (change_id(now * 1000) if len(steps) > 1 else "")
        return self._outbox.enqueue([change_of(floor, step, now, batch=batch) for step in steps])

    def _write(self, steps: Sequence[Step]) -> list[str]:
        now = self._now()
        if len(steps) == 2:
            return [self._swap(steps[0], steps[1], now)]
        keys = []
        for step in steps:
            key = change_id(now * 1000)
            remove = step.instead if step.instead != step.person else ""
            override = Override(key, step.kind, step.start, step.end, now, step.person, remove)
            self.intents.add_override(step.line.key, override)
            keys.append(key)
        return keys

    def _swap(self, first: Step, second: Step, now: int) -> str:
        """Two shifts of the team's own change hands at once, by whoever decides for both."""
        gives = Slot(first.line.key, first.instead, first.start, first.end)
        takes = Slot(second.line.key, second.instead, second.start, second.end)
        swap = Swap(change_id(now * 1000), gives, second.instead, now, takes, SwapState.TAKEN, self.by)
        self.intents.propose_swap(swap)
        return swap.key

    def take_back(self, key: str) -> bool:
        """Takes an exception of the team's own back, by its key."""
        return self.intents.withdraw_override(key)

    def remove_override(self, source: str, key: str) -> list[Change]:
        """Takes an override away from a platform, by the platform's own name for it. RosterError for none."""
        floor = self.floor()
        for one in floor.cached.told.overrides:
            if (one.source, one.key) == (source, key):
                line = next(x for x in floor.lines if (x.source, x.remote_key) == (source, one.schedule))
                step = Step(line, one.start, one.end, "", rotations=one.rotations)
                base = one.person or "-"
                change = override_change(source, step.slot, "", base, now=self._now(), label=line.name)
                return self._outbox.enqueue([change])
        raise RosterError(f"{source} has no override {key}")

    # Swaps that are asked for

    def waiting(self) -> list[Swap]:
        """Swaps that somebody has still to agree to, the soonest first."""
        now = self._now()
        open_ = (settled(one.swap, now) for one in self.floor().swaps)
        waits = [one for one in open_ if one.state in (SwapState.PROPOSED, SwapState.ACCEPTED, SwapState.APPROVED)]
        return sorted(waits, key=lambda one: one.begins)

    def decide_swap(self, key: str, *, yes: bool) -> Swap:
        """A lead says yes (then it is taken at once, if both shifts still stand) or no. StaleSwap, ShiftMoved."""
        swap = next((one.swap for one in self.floor().swaps if one.swap.key == key), None)
        if swap is None:
            raise RosterError("there is no such swap any more")
        seen, now = swap.state, self._now()
        if not yes:
            self.intents.move_swap(declined := decline(swap, self.by, now), seen)
            return declined
        if swap.state is SwapState.PROPOSED:
            swap = accept(swap, swap.taker, now)
        if swap.state is SwapState.ACCEPTED:
            swap = approve(swap, self.by, now)
        taken = replace(take(swap, self.by, now, self._held), decided_by=self.by)
        steps = self._remote_steps(taken)
        if not steps:
            self.intents.move_swap(taken, seen)
            return taken
        batch = change_id(now * 1000)
        self.intents.move_swap(taken, seen, change=batch)
        try:
            self._send(steps, batch)
        except Exception:
            self.intents.move_swap(reversed_swap(taken), SwapState.TAKEN)
            raise
        return taken

    def _remote_steps(self, swap: Swap) -> list[Step]:
        """What a swap has to write to platforms; nothing where its shifts are the team's own. RosterError where it is
        between the two: that could not hold together."""
        floor = self.floor()
        steps = []
        for slot, to in swap.halves:
            line = floor.line(slot.schedule)
            if line is not None:
                steps.append(Step(line, slot.start, slot.end, to, slot.person))
        remote = [step for step in steps if step.line.source]
        hold_together(steps)
        for step in remote:
            may_write(step.line)
        return remote

    def settle_swaps(self) -> list[Swap]:
        """Swaps of which a platform refused a half, and the outbox took the other back, wait for a decision again."""
        if self._read_only:
            return []
        back = []
        for stored in self.floor().swaps:
            if stored.swap.state is SwapState.TAKEN and stored.change and self.roster.refused(stored.change):
                self.intents.move_swap(waits := reversed_swap(stored.swap), SwapState.TAKEN)
                back.append(waits)
        return back

    def _held(self, slot: Slot) -> bool:
        floor = self.floor()
        if slot.schedule == DESK:
            return floor.shift(slot) is not None
        line = floor.line(slot.schedule)
        if line is None:
            return False
        return all(slot.person in span.people for span in floor.spans(line, slot.start, slot.end))
