"""Everybody who could take a ticket, each once: the logins of one person over all sources are one standing.

Technicians of the team are joined to their logins as `domain.technicians` does it. Other logins are one person where
they share an address, and else each its own; nobody is guessed together by name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from helpdesk_tui.data.read.staff import Crowd, Login, Worker
from helpdesk_tui.data.read.staff_team import Team
from helpdesk_tui.domain.filters.names import fold
from helpdesk_tui.domain.people import Person
from helpdesk_tui.domain.ranking.values import Standing
from helpdesk_tui.domain.roster.absences import away
from helpdesk_tui.domain.roster.bounds import Interval, merged
from helpdesk_tui.domain.roster.presence import at_desk
from helpdesk_tui.domain.roster.schedule import People
from helpdesk_tui.domain.roster.shift_swaps import hands
from helpdesk_tui.domain.roster.shifts import expanded
from helpdesk_tui.domain.technicians import Technician, joined

MACHINES = frozenset(
    ("automation", "automations", "monitoring", "integration", "webhook", "svc", "noreply", "alerting", "robot")
)
"""Words that only the accounts of programs have among their names."""
ALONE = frozenset(("api", "bot", "system", "sync", "monitor", "alerts", "service", "scripts"))
"""Words that make one where they are the whole name: people are called so, too."""
AHEAD = 8 * 86_400
"""Seconds for which shifts are looked ahead: until the same day of next week."""


@dataclass
class _Someone:
    """A person being put together."""

    person: str
    name: str
    technician: Technician | None = None
    logins: dict[str, list[str]] = field(default_factory=dict)
    active: bool = False
    skills: set[str] = field(default_factory=set)
    machine: bool = True
    """Whether every login seen so far is called like a program's account."""

    def take(self, worker: Worker) -> None:
        """Another login of theirs. One that works comes before one that is deactivated."""
        keys = self.logins.setdefault(worker.source, [])
        keys.insert(0, worker.key) if worker.active else keys.append(worker.key)
        self.active |= worker.active
        self.skills.update(worker.skills)
        self.machine &= any(map(is_machine, (worker.name, worker.login, worker.email.partition("@")[0])))


@lru_cache(maxsize=20_000)
def is_machine(name: str) -> bool:
    """Whether a name or login is that of a program's account rather than a person's."""
    words = re.findall(r"[^\W\d_]+", fold(name))
    return any(word in MACHINES for word in words) or (len(words) == 1 and words[0] in ALONE)


def person_of(technician: Technician) -> str:
    """How a technician is named in standings."""
    return f"technician {technician.id}"


def standings(crowd: Crowd, team: Team, moved: Mapping[Login, int], now: int) -> list[Standing]:
    """Everybody at `now`. `moved` is what is on its way and not in the cache: open tickets more or fewer by login."""
    on, absent = _shifts(team, now), away(team.absences)
    found = []
    for one in _people(crowd.workers, team.technicians):
        name = one.technician.name if one.technician is not None else ""
        spans = next(((start, end) for start, end in absent.get(name, ()) if start <= now < end), None)
        found.append(_standing(one, crowd, moved, on.get(name), spans))
    return found


def _shifts(team: Team, now: int) -> dict[str, tuple[Interval, ...]]:
    """When everybody of whom shifts are known is at the desk, breaks and absences aside."""
    spans: dict[str, list[Interval]] = {shift.person: [] for shift in team.shifts}
    people = People(team.absences, frozenset(one.name for one in team.technicians if not one.active))
    shifts = hands(team.shifts, team.swaps).given(expanded(team.shifts, now, now + AHEAD))
    for there in at_desk(shifts, people):
        if not there.empty and there.end > now:
            spans.setdefault(there.person, []).append((there.start, there.end))
    return {person: tuple(merged(found)) for person, found in spans.items()}


def _people(workers: Iterable[Worker], technicians: Iterable[Technician]) -> Iterable[_Someone]:
    """Technicians first, then who is in nobody's list."""
    team = {one.name: _Someone(person_of(one), one.name, one) for one in technicians}
    everyone = list(workers)
    names: Mapping[Login, str] = {}
    if team:
        persons = (Person(w.source, w.key, w.name, w.email, w.login, active=w.active) for w in everyone)
        names = joined((one.technician for one in team.values() if one.technician is not None), persons).names
    same = Counter((worker.source, worker.email.casefold()) for worker in everyone)
    others: dict[str, _Someone] = {}
    for worker in everyone:
        if name := names.get((worker.source, worker.key)):
            team[name].take(worker)
            continue
        mail = worker.email.casefold()
        mine = mail if mail and same[worker.source, mail] == 1 else f"{worker.source} {worker.key}"
        if mine not in others:
            others[mine] = _Someone(f"{worker.source} {worker.key}", worker.name or worker.login or worker.key)
        others[mine].take(worker)
    return (*team.values(), *others.values())


def _standing(
    one: _Someone, crowd: Crowd, moved: Mapping[Login, int], on: tuple[Interval, ...] | None, absent: Interval | None
) -> Standing:
    logins = [(source, key) for source, keys in one.logins.items() for key in keys]
    known = one.technician
    skills = (known.levels if known is not None else {}) or dict.fromkeys(one.skills, 0)
    given = [crowd.given[login] for login in logins if login in crowd.given] if crowd.given is not None else []
    coming = sum(max(0, moved.get(login, 0)) for login in logins)
    return Standing(
        person=one.person,
        name=one.name,
        logins={source: keys[0] for source, keys in one.logins.items()},
        skills=skills or None,
        capacity=known.capacity if known is not None else 0,
        open=max(0, sum(crowd.open.get(login, 0) + moved.get(login, 0) for login in logins)),
        soon=None if crowd.soon is None else sum(crowd.soon.get(login, 0) for login in logins),
        given=None if crowd.given is None else sum(count for count, _last in given) + coming,
        last_given=max((last for _count, last in given), default=0),
        on=on,
        away=absent,
        active=(known is None or known.active) and (one.active or not one.logins),
        machine=known is None and one.machine,
    )
