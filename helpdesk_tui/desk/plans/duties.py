"""Duties of somebody who is away, for a plan: on call by any schedule, and visits; who could do them, and writing that.

A team's own schedule gets an override in the team's store; a platform's through the outbox, as any write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

from helpdesk_tui.desk.roster.cover import account_of, cover_plan, from_now
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.intents import RosterIntents
from helpdesk_tui.desk.roster.problems import candidates, team_for
from helpdesk_tui.desk.roster.remote import change_of
from helpdesk_tui.desk.roster.roster import Roster
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.domain.planning.cover import Cover, Duty, Stand, stands
from helpdesk_tui.domain.ranking.values import Standing
from helpdesk_tui.domain.roster.bounds import Interval, merged
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.lines import Line
from helpdesk_tui.domain.roster.overrides import Override, OverrideKind
from helpdesk_tui.domain.roster.presence import DESK, Presence
from helpdesk_tui.domain.roster.suggest import Hole, suggestions
from helpdesk_tui.domain.roster.visits import Visit
from helpdesk_tui.domain.wall_time import DAY, find_zone

UNKNOWN = DAY
"""How far duties are looked at, seconds, where nobody knows when somebody is back: the next night is in it."""
NIGHT = 16 * 3_600


@dataclass(slots=True)
class Handed:
    """Duties of the team's own that changed hands: exceptions by key, with the schedule's name, and visits as they were
    and as they are."""

    overrides: list[tuple[str, str]] = field(default_factory=list)
    visits: list[tuple[Visit, Visit]] = field(default_factory=list)


class Duties:
    """Finds and hands over duties. Any thread, one at a time. Raises StoreError."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def close(self) -> None:
        """Lets go of the stores."""
        self._roster.close()

    def covers(self, person: Standing, now: int, back_at: int) -> tuple[Cover, ...]:
        """What nobody would do until somebody is back, or for a day where nobody knows when that is."""
        floor = self._roster.floor()
        name = person.name if person.name in floor.technicians else ""
        if not name:
            return ()
        until = back_at if back_at > now else now + UNKNOWN
        found = [
            self._on_call(floor, line, span, name)
            for line in floor.lines
            for span in _alone(floor, line, name, now, until)
        ]
        found += [_visit(floor, one, name) for one in floor.visits if _concerns(one, name, now, until)]
        return tuple(sorted(found, key=lambda cover: (cover.start, cover.key)))

    def _on_call(self, floor: Floor, line: Line, span: Interval, name: str) -> Cover:
        hole = Hole(*span, line.key, line.skill)
        team = replace(team_for(floor, hole), beside_work=True)
        among = [one for one in line.members or floor.technicians if one != name]
        among = among or [one for one in candidates(floor, line) if one != name]  # nobody else takes turns in it
        works = {one.person for one in floor.there(*span) if one.pool == DESK and not one.empty}
        options = stands(suggestions(hole, team, among), works)
        options = tuple(_known_there(floor, line, one) for one in options)
        where = "" if line.writable else " (cannot be written from here)"
        text = f"{_when(span, floor.zone)} {line.name}{where}"
        return Cover(f"call {line.key} {span[0]}", Duty.ON_CALL, text, *span, line.key, options)

    def changes(self, covers: Iterable[Cover], now: int, accounts: Mapping[str, str]) -> tuple[list[Change], list[str]]:
        """The writes for duties that platforms keep, and why one of them cannot be written. `accounts` are the user's
        there."""
        floor = self._roster.floor()
        found, notes = [], []
        for cover in covers:
            line = floor.line(cover.pool) if cover.duty is Duty.ON_CALL else None
            if line is None or not line.source or not cover.to_write:
                continue
            try:
                plan = cover_plan(floor, line, cover.start, cover.end, cover.to, now)
            except RosterError as error:
                notes.append(f"{cover.text}: {error}")
                continue
            if plan.against:
                notes.append(f"{cover.text}: {'; '.join(plan.against)}")
            else:
                found.append(change_of(floor, plan.steps[0], now, account=accounts.get(line.source, "")))
        return found, notes

    def write(self, covers: Iterable[Cover], leaving: str, roster: RosterIntents, now: int, handed: Handed) -> None:
        """Keeps in the team's store who does what the team itself keeps; what was done is added to `handed`."""
        floor = self._roster.floor()
        visits = {f"visit {one.key}": one for one in floor.visits}
        for cover in covers:
            if not cover.to_write:
                continue
            line = floor.line(cover.pool) if cover.duty is Duty.ON_CALL else None
            if line is not None and line.own is not None:
                if cover.end <= now:
                    continue
                key, start = f"plan-{uuid4().hex[:12]}", from_now(cover.start, now)
                one = Override(key, OverrideKind.REPLACE, start, cover.end, now, cover.to, leaving)
                roster.add_override(line.key, one)
                handed.overrides.append((key, line.name))
            elif (visit := visits.get(cover.key)) is not None:
                people = dict.fromkeys(cover.to if who == leaving else who for who in visit.people)
                after = replace(visit, people=tuple(people))
                roster.save_visit(after)
                handed.visits.append((visit, after))

    def take_back(self, handed: Handed, roster: RosterIntents) -> tuple[list[str], list[str]]:
        """Gives the team's own duties back: what is as before, and what stays and why, in words."""
        done: list[str] = []
        stays: list[str] = []
        now = {one.key: one for one in self._roster.floor().visits}
        for key, name in handed.overrides:
            gone = roster.withdraw_override(key)
            (done if gone else stays).append(f"{name} is as it was" if gone else f"{name} was changed since")
        for before, after in handed.visits:
            there = now.get(after.key)
            same = there is not None and set(there.people) == set(after.people)
            if same and there is not None:
                roster.save_visit(replace(there, people=before.people))
                done.append(f"{before.title} is as it was")
            else:
                stays.append(f"{before.title} was changed since and stays")
        return done, stays


def _alone(floor: Floor, line: Line, name: str, now: int, until: int) -> list[Interval]:
    """When nobody but them would be reached on a schedule."""
    start, end = line.known(now, until)
    if start == end:
        return []
    return merged(
        (max(span.start, now), span.end)
        for span in floor.spans(line, start, end)
        if name in span.people and not [who for who in span.reached if who != name]
    )


def _known_there(floor: Floor, line: Line, one: Stand) -> Stand:
    """An option as it is where a platform keeps the schedule: nobody can be put on where nothing can be written from
    here, nor who has no login there."""
    if not line.writable:
        return replace(
            one, can=False, against=_joined(one.against, f"{line.name} is kept by {line.source}: change it there")
        )
    if not line.source or account_of(floor, line.source, one.person):
        return one
    return replace(
        one,
        can=False,
        note="no login !!",
        against=_joined(f"{line.source} does not know them: no login is joined", one.against),
    )


def _joined(*reasons: str) -> str:
    return "; ".join(filter(None, reasons))


def _concerns(visit: Visit, name: str, now: int, until: int) -> bool:
    return name in visit.people and visit.start < until and visit.end > now


def _visit(floor: Floor, visit: Visit, name: str) -> Cover:
    """A visit: whoever is there anyway does it, else those who are on shift."""
    span = (visit.start, visit.end)
    others = [Stand(who, who, "already there") for who in visit.people if who != name]
    there = {one.person for one in floor.there(*span) if one.pool == DESK and not one.empty and _covers(one, span)}
    free = sorted(there - {name} - {one.person for one in others})
    options = (*others, *(Stand(who, who, "on shift") for who in free))
    place = f", {visit.place}" if visit.place else ""
    text = f"{_when(span, floor.zone)} {visit.title}{place}"
    to = others[0].person if others else ""
    return Cover(f"visit {visit.key}", Duty.VISIT, text, *span, "", options, to, bool(to))


def _covers(one: Presence, span: Interval) -> bool:
    return one.start <= span[0] and one.end >= span[1]


def _when(span: Interval, zone: str) -> str:
    """A span in few words: `Thu 22:00-08:00`; with both days where it is longer than a night."""
    start, end = (datetime.fromtimestamp(at, UTC).astimezone(find_zone(zone)) for at in span)
    long = start.date() != end.date() and span[1] - span[0] > NIGHT
    return f"{start:%a %H:%M}-{f'{end:%a %H:%M}' if long else f'{end:%H:%M}'}"
