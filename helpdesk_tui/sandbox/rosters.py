"""Who is on call at the company, by a plain method of the sandbox's own: turns counted one by one from the first.

Three kinds of schedules: those of Jira's operations (which take overrides), those of ServiceNow, and those that no
platform holds and the team keeps itself. The coming weekend of the network team has nobody: whoever had it has left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from helpdesk_tui.sandbox.company import Company
from helpdesk_tui.sandbox.model import Person

Keeper = Literal["jira", "servicenow", "team"]
Period = tuple[int, int, int, bool]
NOONE = 0
_PARIS = "Europe/Paris"
_MINUTE, _DAY_MINUTES = 60, 1440


@dataclass(frozen=True, slots=True)
class Rota:
    """Turns of `days` days among `people` (0: nobody), the first from `first`, a local time of the schedule's zone.

    `hours` are weekly windows in minutes since Monday 00:00 of the wall, half open; none are always. `order` 1 is asked
    first.
    """

    rid: int
    name: str
    first: datetime
    days: int
    people: tuple[int, ...]
    hours: tuple[tuple[int, int], ...] = ()
    order: int = 1


@dataclass(frozen=True, slots=True)
class OncallSchedule:
    """Rotas of one group. `keeper` says where people look it up."""

    sid: int
    name: str
    keeper: Keeper
    group: int
    zone: str
    rotas: tuple[Rota, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """In [start, end) `person` (0: nobody) is on in place of whoever the rotas put on; of some rotas or all."""

    alias: str
    sid: int
    person: int
    start: int
    end: int
    rotas: tuple[int, ...]
    made: int


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody is away in [start, end)."""

    lid: int
    person: int
    start: int
    end: int


@dataclass(slots=True)
class RosterBook:
    """All schedules of the company, with the overrides that were made."""

    schedules: tuple[OncallSchedule, ...]
    leaves: tuple[Leave, ...]
    overrides: list[Override] = field(default_factory=list)
    made: int = 0

    def of(self, keeper: Keeper) -> list[OncallSchedule]:
        """The schedules that are looked up at one place."""
        return [schedule for schedule in self.schedules if schedule.keeper == keeper]

    def on(self, schedule: OncallSchedule, at: int) -> list[tuple[Rota, int]]:
        """Who is on at an instant: for each rota that counts then, somebody. Nobody is not listed."""
        found = []
        for rota in schedule.rotas:
            person, counts = turn_of(rota, schedule.zone, at)
            newest: Override | None = None
            for override in self.overrides:
                mine = override.sid == schedule.sid and override.start <= at < override.end
                if mine and (not override.rotas or rota.rid in override.rotas):
                    newest = override if newest is None or override.made > newest.made else newest
            if newest is not None:
                person, counts = newest.person, True
            if counts and person != NOONE:
                found.append((rota, person))
        return found

    def periods(self, schedule: OncallSchedule, rota: Rota, start: int, end: int) -> Iterator[Period]:
        """(start, end, person or 0, by an override) of one rota, in order, without gaps in what they say of it."""
        edges = {start, end}
        for opens, closes, _ in turns(rota, schedule.zone, start, end):
            edges |= {opens, closes}
        for opens, closes in windows(rota, schedule.zone, start, end):
            edges |= {opens, closes}
        for override in self.overrides:
            if override.sid == schedule.sid:
                edges |= {override.start, override.end}
        ordered = sorted(edge for edge in edges if start <= edge <= end)
        held: Period | None = None
        for opens, closes in pairwise(ordered):
            who, overridden = self._in_span(schedule, rota, opens)
            if held is not None and (held[2], held[3]) == (who, overridden):
                held = (held[0], closes, who, overridden)
                continue
            if held is not None:
                yield held
            held = (opens, closes, who, overridden)
        if held is not None:
            yield held

    def _in_span(self, schedule: OncallSchedule, rota: Rota, at: int) -> tuple[int, bool]:
        newest = [
            one for one in self.overrides
            if one.sid == schedule.sid and one.start <= at < one.end and (not one.rotas or rota.rid in one.rotas)
        ]  # fmt: skip
        if newest:
            return max(newest, key=lambda one: one.made).person, True
        person, counts = turn_of(rota, schedule.zone, at)
        return (person if counts else NOONE), False

    def put(self, sid: int, person: int, start: int, end: int, rotas: Iterable[int], alias: str = "") -> Override:
        """Make an override, or put another in the place of the one called `alias`."""
        self.made += 1
        override = Override(alias or f"ov-{self.made:06d}", sid, person, start, end, tuple(rotas), self.made)
        self.overrides = [one for one in self.overrides if one.alias != alias] + [override]
        return override

    def drop(self, alias: str) -> bool:
        """Take an override away; whether there was one."""
        before = len(self.overrides)
        self.overrides = [one for one in self.overrides if one.alias != alias]
        return len(self.overrides) < before


def instant(local: datetime, zone: str) -> int:
    """The instant of a local time; none of the rotas' times is ever skipped or doubled by a clock change."""
    return int(local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).timestamp())


def local_of(at: int, zone: str) -> datetime:
    """What the wall shows at an instant, naive."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).replace(tzinfo=None)


def turn_of(rota: Rota, zone: str, at: int) -> tuple[int, bool]:
    """Whose turn it is at an instant, and whether the rota counts then."""
    step = timedelta(days=rota.days)
    count = max(0, (local_of(at, zone) - rota.first) // step - 1)
    while instant(rota.first + (count + 1) * step, zone) <= at:
        count += 1
    if at < instant(rota.first, zone):
        return NOONE, False
    counts = not rota.hours or any(opens <= minute_of_week(at, zone) < closes for opens, closes in rota.hours)
    return rota.people[count % len(rota.people)], counts


def minute_of_week(at: int, zone: str) -> float:
    """Minutes since Monday 00:00 on the wall."""
    shown = local_of(at, zone)
    return shown.weekday() * _DAY_MINUTES + shown.hour * 60 + shown.minute + shown.second / 60


def turns(rota: Rota, zone: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The turns that touch [start, end), whole: (start, end, person)."""
    step = timedelta(days=rota.days)
    count = max(0, (local_of(start, zone) - rota.first) // step - 1)
    while (opens := instant(rota.first + count * step, zone)) < end:
        closes = instant(rota.first + (count + 1) * step, zone)
        if closes > start:
            yield opens, closes, rota.people[count % len(rota.people)]
        count += 1


def windows(rota: Rota, zone: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The hours in which a rota counts, as instants; whole, those that touch [start, end)."""
    if not rota.hours:
        return
    day = local_of(start, zone) - timedelta(days=8)
    monday = (day - timedelta(days=day.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    while instant(monday, zone) < end:
        for opens, closes in rota.hours:
            begins = instant(monday + timedelta(minutes=opens), zone)
            ends = instant(monday + timedelta(minutes=closes), zone)
            if ends > start and begins < end:
                yield begins, ends
        monday += timedelta(days=7)


def build_rosters(company: Company, now: int) -> RosterBook:
    """The schedules of a company that opens at `now`."""
    teams = {gid: _team(company, gid) for gid in company.members}
    leads = [uid for uid, person in company.people.items() if person.role == "lead" and person.active]
    monday, saturday = _coming(now, 0), _coming(now, 5)
    schedules = (
        *_of_jira(teams, monday, saturday),
        *_of_servicenow(teams, monday),
        *_of_the_team(teams, leads, monday),
    )
    database = next(schedule for schedule in schedules if schedule.name == "Database")
    begins = instant(monday, _PARIS)
    away = turn_of(database.rotas[0], _PARIS, begins)[0]
    return RosterBook(schedules, (Leave(1, away, begins + 86_400, begins + 2 * 86_400),))


Teams = Mapping[int, tuple[int, ...]]


def _of_jira(teams: Teams, monday: datetime, saturday: datetime) -> tuple[OncallSchedule, ...]:
    team = teams[2]
    first, weekends = _first(monday, 60), _first(saturday, 60)
    weekend = _rotated([*team[:2], NOONE, *team[2:4]], saturday, weekends, 7, NOONE)
    days = tuple(_hours(day, 9, 18) for day in range(5))
    network = (
        Rota(1, "Weekdays", first, 7, team, (_week(0, 5),)),
        Rota(2, "Weekends", weekends, 7, weekend, (_week(5, 7), (0, 8 * 60))),
    )
    cloud = (
        Rota(4, "Primary", first, 7, teams[9]),
        Rota(5, "Day shift", _first(monday, 60, 9), 1, teams[9][::-1], days),
    )
    return (
        OncallSchedule(1, "Network on call", "jira", 2, _PARIS, network),
        OncallSchedule(2, "Identity on call", "jira", 8, _PARIS, (Rota(3, "Daily", first, 1, teams[8]),)),
        OncallSchedule(3, "Cloud on call", "jira", 9, _PARIS, cloud),
    )


def _of_servicenow(teams: Teams, monday: datetime) -> tuple[OncallSchedule, ...]:
    first, desk = _first(monday, 60), teams[1]
    pair = (Rota(6, "Primary", first, 7, desk), Rota(7, "Secondary", first, 7, desk[1:] + desk[:1], order=2))
    apps = Rota(9, "Primary", first, 1, teams[7])
    return (
        OncallSchedule(4, "Service Desk 24x7", "servicenow", 1, _PARIS, pair),
        OncallSchedule(5, "Database", "servicenow", 6, _PARIS, (Rota(8, "Primary", first, 7, teams[6]),)),
        OncallSchedule(6, "Business Applications", "servicenow", 7, _PARIS, (apps,)),
    )


def _of_the_team(teams: Teams, leads: list[int], monday: datetime) -> tuple[OncallSchedule, ...]:
    first = _first(monday, 60)
    nights = (*(_hours(day, 20, 32) for day in range(7)), (0, 8 * 60))
    apac = Rota(11, "Nights", _first(monday, 60, 20), 1, teams[12], nights)
    return (
        OncallSchedule(7, "Client Support EMEA", "team", 10, _PARIS, (Rota(10, "Primary", first, 7, teams[10]),)),
        OncallSchedule(8, "Client Support APAC", "team", 12, "Asia/Kolkata", (apac,)),
        OncallSchedule(9, "Duty manager", "team", 1, _PARIS, (Rota(12, "Duty manager", first, 7, tuple(leads)),)),
    )


def _team(company: Company, gid: int) -> tuple[int, ...]:
    people: dict[int, Person] = company.people
    return tuple(uid for uid in company.members[gid] if people[uid].active and people[uid].groups[0] == gid)


def _coming(now: int, weekday: int) -> datetime:
    """The next such day of the week, 08:00 in Paris, strictly after now."""
    local = local_of(now, _PARIS).replace(hour=8, minute=0, second=0, microsecond=0)
    day = local + timedelta(days=(weekday - local.weekday()) % 7)
    return day if instant(day, _PARIS) > now else day + timedelta(days=7)


def _first(coming: datetime, weeks: int, hour: int = 8) -> datetime:
    """So many weeks before."""
    return coming.replace(hour=hour) - timedelta(weeks=weeks)


def _rotated(people: list[int], coming: datetime, first: datetime, days: int, wanted: int) -> tuple[int, ...]:
    """The order in which it is the turn of `wanted` at `coming`."""
    place = (coming - first) // timedelta(days=days) % len(people)
    shift = (people.index(wanted) - place) % len(people)
    return tuple(people[shift:] + people[:shift])


def _week(first: int, last: int) -> tuple[int, int]:
    """From one day's 08:00 to another's; to the end of the week where that is Sunday night."""
    return first * _DAY_MINUTES + 8 * 60, last * _DAY_MINUTES + (8 * 60 if last < 7 else 0)


def _hours(day: int, start: int, end: int) -> tuple[int, int]:
    """Hours of one day; what runs on over Sunday night is cut there."""
    return day * _DAY_MINUTES + start * 60, min(day * _DAY_MINUTES + end * 60, 7 * _DAY_MINUTES)
