"""Everything the desk knows about who is there, at one instant of reading: the team's store, the cache, the outbox.

A `Floor` never changes; screens, commands and the watch of the sync process compute from it, and make a new one when a
store moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from helpdesk_tui.config.roster import RosterConfig
from helpdesk_tui.data.read.rosters import StoredSwap
from helpdesk_tui.data.read.told import Cached
from helpdesk_tui.domain.roster.coverage import Finding, findings
from helpdesk_tui.domain.roster.duties import Span
from helpdesk_tui.domain.roster.fairness import CUSTOMARY, Limits
from helpdesk_tui.domain.roster.feasibility import Shortage, Work, shortages
from helpdesk_tui.domain.roster.lines import Line
from helpdesk_tui.domain.roster.moments import hours_shown, shown
from helpdesk_tui.domain.roster.needs import Load, Need, NeedRule, needed, needed_by_arrivals
from helpdesk_tui.domain.roster.presence import Presence as There
from helpdesk_tui.domain.roster.presence import at_desk, on_call
from helpdesk_tui.domain.roster.schedule import People
from helpdesk_tui.domain.roster.shift_swaps import Hands, hands
from helpdesk_tui.domain.roster.shifts import Dated, Pattern, Shift, expanded
from helpdesk_tui.domain.roster.standing import Presence, standing
from helpdesk_tui.domain.roster.swaps import Slot
from helpdesk_tui.domain.roster.visits import Visit
from helpdesk_tui.domain.technicians import Contact, Joined, Technician
from helpdesk_tui.domain.wall_time import DAY


@dataclass(frozen=True, slots=True)
class RosterRules:
    """What the settings say: seconds that a ticket takes, whether the desk's need is counted from arrivals, the share
    of their time that people can work on tickets, and what is too much for anybody."""

    handle_seconds: int = 1_200
    from_arrivals: bool = False
    busy: float = 0.85
    limits: Limits = CUSTOMARY


def rules_of(settings: RosterConfig) -> RosterRules:
    """The settings as the floor takes them."""
    limits = Limits(settings.rest_hours * 3_600, settings.week_hours * 3_600)
    return RosterRules(settings.handle_minutes * 60, settings.from_arrivals, settings.busy_percent / 100, limits)


BLOCK = 7 * DAY
"""Shifts are computed by so many seconds."""
AHEAD = 14 * DAY
"""How far ahead problems are looked for, seconds."""
WEEK = 7 * DAY - 3_600
"""From so many seconds on nobody is there for a week, also in one that the clocks cut short."""


@dataclass(frozen=True)
class Floor:
    """What is known. `zone` is what times are shown in by default; people go by their technicians' names."""

    zone: str
    technicians: Mapping[str, Technician]
    joined: Joined
    people: People
    skills: Mapping[str, frozenset[str]]
    shift_sources: tuple[Pattern | Dated, ...]
    lines: tuple[Line, ...]
    desk_needs: tuple[NeedRule, ...]
    visits: tuple[Visit, ...]
    swaps: tuple[StoredSwap, ...]
    cached: Cached
    lost_swaps: tuple[str, ...] = ()
    rules: RosterRules = field(default_factory=RosterRules)
    arrivals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """When tickets came in, by the name of the group they are in; read only where the need is counted from them."""
    works: tuple[Work, ...] = ()
    """What the open tickets with a running clock still take, each the skill of its group."""
    read_at: int = 0
    needs_kept: tuple[NeedRule, ...] = ()
    """Every need as it is kept, also one that names nothing there is."""

    @property
    def is_bare(self) -> bool:
        """Whether nobody has said yet who works when: no schedule, no shift, no need."""
        return not (self.lines or self.shift_sources or self.needs_kept)

    @cached_property
    def _spans(self) -> dict[tuple[str, int, int], list[Span]]:
        return {}

    @cached_property
    def _blocks(self) -> dict[int, list[Shift]]:
        return {}

    @cached_property
    def _stood(self) -> dict[int, dict[str, Presence]]:
        return {}

    @cached_property
    def hands(self) -> Hands:
        """Shifts at the desk that changed hands."""
        return hands(self.shift_sources, (stored.swap for stored in self.swaps))

    def shift(self, slot: Slot) -> Shift | None:
        """The shift at the desk that a slot names, if its person still has it."""
        mine = (slot.person, slot.start, slot.end)
        found = (one for one in self.shifts(slot.start, slot.end) if (one.person, one.start, one.end) == mine)
        return next(found, None)

    def line(self, name: str) -> Line | None:
        """A schedule by its key or, where only one is called so, by its name."""
        exact = [line for line in self.lines if name == line.key]
        called = [line for line in self.lines if line.name.casefold() == name.casefold()]
        found = exact or (called if len(called) == 1 else [])
        return found[0] if found else None

    def spans(self, line: Line, start: int, end: int) -> list[Span]:
        """Who is on by a schedule in [start, end); computed once."""
        key = (line.key, start, end)
        if key not in self._spans:
            self._spans[key] = line.spans(start, end, self.people)
        return self._spans[key]

    def shifts(self, start: int, end: int) -> list[Shift]:
        """Every shift that touches [start, end), by start. Each week is computed once, whoever asks for what of it."""
        first, last = start // BLOCK, (end - 1) // BLOCK
        return [
            shift
            for number in range(first, last + 1)
            for shift in self._block(number)
            if shift.end > start and shift.start < end and (number == first or shift.start >= number * BLOCK)
        ]

    def _block(self, number: int) -> list[Shift]:
        if number not in self._blocks:
            block = expanded(self.shift_sources, number * BLOCK, (number + 1) * BLOCK)
            self._blocks[number] = self.hands.given(block)
        return self._blocks[number]

    def there(self, start: int, end: int) -> list[There]:
        """Who is down for the desk and for each schedule in [start, end)."""
        found = list(at_desk(self.shifts(start, end), self.people))
        for line in self.lines:
            found += on_call(line.key, self.spans(line, start, end))
        return found

    def needs(self, start: int, end: int) -> list[Need]:
        """How many are needed in [start, end), at the desk and on every schedule."""
        desk = needed(self.desk_needs, start, end) if self.desk_needs else self._counted(start, end)
        return [*desk, *(need for line in self.lines for need in line.needed(start, end))]

    def _counted(self, start: int, end: int) -> list[Need]:
        """The desk's needs as eight weeks of arrivals had them, by group."""
        loads = [
            Load(group, instants, self.rules.handle_seconds, label=group) for group, instants in self.arrivals.items()
        ]
        return needed_by_arrivals(loads, self.zone, self.read_at, start, end, busy=self.rules.busy) if loads else []

    def shortages(self, now: int, end: int) -> list[Shortage]:
        """The first deadline before `end` that the people there cannot meet, for each group and for all together."""
        if not self.shift_sources:
            return []  # nobody knows who is there: that the queue does not fit would be no news
        works = [work for work in self.works if work.due < end]
        return shortages(works, self.there(now, end), self.skills, now) if works else []

    def findings(self, start: int, end: int) -> list[Finding]:
        """Everything that is short in [start, end), by start."""
        return findings(self.needs(start, end), self.there(start, end), self.skills)

    def presence(self, now: int) -> dict[str, Presence]:
        """Where each technician stands; what was found holds for the minute."""
        minute = now // 60
        if minute not in self._stood:
            shifts = self.shifts(now - 3 * DAY, now + AHEAD)
            duties = {line.key: self.spans(line, now - DAY, now + AHEAD) for line in self.lines}
            people = {name: one.active for name, one in self.technicians.items()}
            known = {source.person for source in self.shift_sources}
            absences = self.people.absences
            self._stood[minute] = standing(people, shifts, known, absences, duties, now, self._said())
        return self._stood[minute]

    def _said(self) -> dict[str, tuple[str, int]]:
        """What platforms show of each technician, the latest word first."""
        found: dict[str, tuple[str, int]] = {}
        for status in sorted(self.cached.told.statuses, key=lambda one: one.since):
            name = self.joined.names.get((status.source, status.person))
            if name:
                found[name] = (status.word, status.since)
        return found

    def reach(self, name: str) -> tuple[Contact, ...]:
        """Every way to reach somebody, the team's own word first, then what platforms show."""
        one = self.technicians.get(name)
        own = one.reach if one else ()
        phones = [Contact("phone", person.phone) for person in self.joined.people.get(name, ()) if person.phone]
        if one is None:
            phones = [Contact("phone", p.phone) for p in self.cached.people if p.name == name and p.phone]
        return tuple(dict.fromkeys([*own, *phones]))

    def is_away(self, name: str, start: int, end: int) -> bool:
        """Whether somebody is absent at any time of [start, end)."""
        return any(
            one.person == name and one.start < end and (one.end is None or one.end > start)
            for one in self.people.absences
        )

    def open_tickets(self, name: str) -> int:
        """How many open tickets somebody owns, over all sources."""
        people = self.joined.people.get(name, ())
        return sum(self.cached.open.get((person.source, person.key), 0) for person in people)

    def label(self, pool: str) -> str:
        """What a pool is called: the desk, or a schedule's name."""
        found = next((line.name for line in self.lines if line.key == pool), pool)
        return found or "desk"


def hole_words(floor: Floor, one: Finding, now: int) -> str:
    """A time without anybody: "GAP Network Sat 08:00 Europe/Paris, 48 h"; of a week nothing is louder."""
    where, since = floor.label(one.pool), f"{shown(one.start, floor.zone, now)} {floor.zone}"
    if one.end - one.start >= WEEK:
        return f"NOBODY FOR {(one.end - one.start) // DAY} DAYS: {where} from {since}"
    return f"{one.kind.upper()} {where} {since}, {hours_shown(one.end - one.start)}"
