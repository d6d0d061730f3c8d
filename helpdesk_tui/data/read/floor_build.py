"""Putting the floor together from what the stores hold: people joined, schedules of all sources side by side."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from helpdesk_tui.data.read import rosters, team_people
from helpdesk_tui.data.read.floor import Floor, RosterRules
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.read.rosters import OwnSchedule, StoredSwap, TeamReader
from helpdesk_tui.data.read.told import Cached, ToldReader
from helpdesk_tui.domain.changes import Change, Kind
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.feasibility import Work
from helpdesk_tui.domain.roster.lines import Cover, Line
from helpdesk_tui.domain.roster.needs import NeedRule
from helpdesk_tui.domain.roster.schedule import People, Schedule, both_or_none
from helpdesk_tui.domain.roster.shifts import Dated, Pattern
from helpdesk_tui.domain.roster.slots import NOBODY, slot_of
from helpdesk_tui.domain.roster.told import ToldDuty, ToldSchedule
from helpdesk_tui.domain.roster.visits import Visit
from helpdesk_tui.domain.roster.wording import handed
from helpdesk_tui.domain.technicians import Joined, Technician, joined
from helpdesk_tui.domain.wall_time import DAY, find_zone, wall_at, wall_date

USUAL = RosterRules()
BACK, FORTH = 100 * DAY, 400 * DAY
"""How far around now duties, absences and dated shifts are read, seconds."""
WEEKS_COUNTED = 56 * DAY
"""Arrivals of so many seconds are counted, where the need comes from them."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What team.db holds, as read in one go."""

    technicians: tuple[Technician, ...] = ()
    shift_sources: tuple[Pattern | Dated, ...] = ()
    absences: tuple[Absence, ...] = ()
    visits: tuple[Visit, ...] = ()
    needs: tuple[NeedRule, ...] = ()
    schedules: tuple[OwnSchedule, ...] = ()
    swaps: tuple[StoredSwap, ...] = ()


def floor(
    kept: Kept, cached: Cached, pending: Iterable[Change], zone: str, rules: RosterRules = USUAL, read_at: int = 0
) -> Floor:
    """Everything joined together. `pending` are unfinished changes of the outbox; `zone` what times are shown in.

    A group is a skill that its members have: that is how a need, or a ticket's work, names who can do it.
    """
    who = joined(kept.technicians, cached.people)
    gone = {one.name for one in kept.technicians if not one.active}
    gone |= {one.name for one in cached.people if not one.active and (one.source, one.key) not in who.names}
    absences = (*kept.absences, *_told_absences(cached, who))
    people = People(absences, frozenset(gone), _unreachable(kept.technicians, who))
    schedules, lost = both_or_none({one.schedule.key: one.schedule for one in kept.schedules})
    lines = [_own(one, schedules[one.schedule.key], kept.needs) for one in kept.schedules]
    lines += _told(cached, who, kept.needs, pending)
    return Floor(
        zone=zone,
        technicians={one.name: one for one in kept.technicians},
        joined=who,
        people=people,
        skills={
            one.name: frozenset(one.levels) | groups_of(one, who, cached) for one in kept.technicians if one.active
        },
        shift_sources=kept.shift_sources,
        lines=tuple(lines),
        desk_needs=tuple(rule for rule in kept.needs if not rule.pool),
        visits=kept.visits,
        swaps=kept.swaps,
        cached=cached,
        lost_swaps=tuple(swap.key for swap in lost),
        rules=rules,
        arrivals=_by_group(cached.arrivals),
        works=tuple(Work(key, due, rules.handle_seconds, group) for key, due, group in cached.due),
        read_at=read_at,
        needs_kept=kept.needs,
    )


def load(
    team: TeamReader, told: ToldReader, outbox: OutboxReader, now: int, zone: str, rules: RosterRules = USUAL, *,
    back: int = BACK, forth: int = FORTH,
) -> Floor:  # fmt: skip
    """The floor as three stores hold it at `now`, read `back` and `forth` seconds around it. Raises StoreError."""
    since = now - WEEKS_COUNTED if rules.from_arrivals else 0
    cached: Cached = told.cached(now - back, now + forth, arrivals_since=since)
    pending = [one for one in outbox.unfinished() if one.kind is Kind.OVERRIDE]
    today = wall_date(wall_at(now, find_zone(zone)))
    first, last = today - timedelta(days=back // DAY), today + timedelta(days=forth // DAY)

    def read(connection: sqlite3.Connection) -> Kept:
        return Kept(
            tuple(team_people.technicians(connection)),
            tuple(team_people.shift_sources(connection, first, last)),
            team_people.absences(connection, now - back, now + forth),
            team_people.visits(connection, now - back, now + forth),
            team_people.needs(connection),
            rosters.schedules(connection),
            rosters.swaps(connection),
        )

    return floor(team.ask(read, Kept()), cached, pending, zone, rules, now)


def groups_of(one: Technician, who: Joined, cached: Cached) -> frozenset[str]:
    """A technician's groups by name: the team's word and the platforms'."""
    theirs = (cached.groups.get((person.source, person.key), ()) for person in who.people.get(one.name, ()))
    return frozenset(one.groups).union(*theirs)


def _by_group(arrivals: Iterable[tuple[int, str]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for at, group in arrivals:
        found.setdefault(group, []).append(at)
    return {group: tuple(instants) for group, instants in found.items() if group}


def _unreachable(technicians: Iterable[Technician], who: Joined) -> frozenset[str]:
    return frozenset(
        one.name
        for one in technicians
        if one.active and not one.reach and not any(person.phone for person in who.people.get(one.name, ()))
    )


def _told_absences(cached: Cached, who: Joined) -> list[Absence]:
    found = []
    for one in cached.told.absences:
        name = who.names.get((one.source, one.person))
        if name and one.end > one.start:
            found.append(Absence(f"{one.source}:{one.key}", name, one.start, one.end, one.kind, one.source))
    return found


def _own(one: OwnSchedule, schedule: Schedule, rules: Iterable[NeedRule]) -> Line:
    running = [layer for layer in schedule.layers if layer.end is None]
    names = (member.person for layer in running for member in layer.rotation.members if member.valid_to is None)
    return Line(
        schedule.key,
        one.name,
        schedule.zone,
        skill=one.skill,
        group=one.group,
        members=tuple(dict.fromkeys(names)),
        hands_over=", ".join(dict.fromkeys(handed(layer.rotation) for layer in running)),
        rules=_rules(rules, schedule.key, one.name),
        own=schedule,
    )


def _told(cached: Cached, who: Joined, rules: Sequence[NeedRule], pending: Iterable[Change]) -> list[Line]:
    duties: dict[tuple[str, str], list[ToldDuty]] = {}
    for duty in cached.told.duties:
        duties.setdefault((duty.source, duty.schedule), []).append(duty)
    called = {(one.source, one.key): one.name for one in cached.people}
    names = {**called, **who.names}
    covers = _covers(pending, names)
    found = []
    for schedule in cached.told.schedules:
        mine = (schedule.source, schedule.key)
        key = f"{schedule.source}:{schedule.key}"
        found.append(
            Line(
                key,
                schedule.name,
                schedule.zone or "UTC",
                schedule.source,
                group=schedule.group,
                members=_members(schedule, names),
                hands_over=", ".join(dict.fromkeys(one.hands_over for one in schedule.rotations if one.hands_over)),
                rules=_rules(rules, key, schedule.name),
                told=schedule,
                duties=duties.get(mine, ()),
                names=names,
                covers=tuple(covers.get(mine, ())),
            )
        )
    return found


def _members(schedule: ToldSchedule, names: Mapping[tuple[str, str], str]) -> tuple[str, ...]:
    people = (key for rotation in schedule.rotations for key in rotation.people)
    return tuple(dict.fromkeys(names.get((schedule.source, key), key) for key in people))


def _rules(rules: Iterable[NeedRule], key: str, name: str) -> tuple[NeedRule, ...]:
    """The configured needs of one schedule, which they may name by its key or by its name."""
    mine = (rule for rule in rules if rule.pool in (key, name))
    return tuple(replace(rule, pool=key, label=rule.label or name) for rule in mine)


def _covers(pending: Iterable[Change], names: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], list[Cover]]:
    """Overrides on their way to a platform, by its schedule. One that was refused is not shown as if it stood."""
    found: dict[tuple[str, str], list[Cover]] = {}
    for change in pending:
        wanted = change.desired.get("person", "")
        if change.kind is not Kind.OVERRIDE or change.state.needs_user or not wanted:
            continue
        slot = slot_of(change.key)
        who = "" if wanted == NOBODY else names.get((change.source, wanted), wanted)
        cover = Cover(slot.start, slot.end, who, change.id, change.state.words)
        found.setdefault((change.source, slot.schedule), []).append(cover)
    return found
