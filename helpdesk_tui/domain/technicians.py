"""Technicians: people of the team over all sources, and how the people of the sources are joined to them.

Joining is arithmetic on what both sides say now and is never stored: an explicit mapping counts first (a source's
identifier, login or e-mail for the technician), then an e-mail that exactly one technician and exactly one person of
the source have. Whoever is left is listed as unjoined, and never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from helpdesk_tui.domain.people import Person

HIGHEST = 5
"""The highest level of a skill."""


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill with its level from 1. `origin`: "" the team's word, else whose."""

    name: str
    level: int = 1
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach somebody: phone, mobile, chat, pager or mail."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Technician:
    """A person of the team. `zone` is an IANA name; `capacity` open tickets at once, 0 for no limit told.

    `logins` maps a source to the (identifier, login name) the person has there. `phone` and `email` stand beside
    `contacts`, which come in the order in which they are tried. `origin`: "" ours, else whose word the whole entry is.
    """

    name: str
    zone: str = ""
    capacity: int = 0
    phone: str = ""
    email: str = ""
    lead: bool = False
    active: bool = True
    logins: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    skills: tuple[Skill, ...] = ()
    groups: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    origin: str = ""
    id: int = 0

    @property
    def levels(self) -> dict[str, int]:
        """Each skill's level: the team's word where there is one, else the highest that anybody else says."""
        ours = {skill.name: skill.level for skill in self.skills if not skill.origin}
        theirs: dict[str, int] = {}
        for skill in self.skills:
            theirs[skill.name] = max(theirs.get(skill.name, 0), skill.level)
        return {**theirs, **ours}

    @property
    def reach(self) -> tuple[Contact, ...]:
        """Every way to reach them, the first to be tried first. A mail address alone reaches nobody at night."""
        own = [Contact("phone", self.phone)] if self.phone else []
        return tuple(dict.fromkeys([*self.contacts, *own]))

    @property
    def lacks(self) -> tuple[str, ...]:
        """What `doctor` misses about somebody who works."""
        found = (("skill", self.levels), ("capacity", self.capacity), ("zone", self.zone), ("contact", self.reach))
        return tuple(what for what, there in found if not there) if self.active else ()


@dataclass(frozen=True, slots=True)
class Unjoined:
    """A person of a source who works on tickets and is nobody of the team's list, and why."""

    person: Person
    why: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Who is who: technicians' names by (source, key), what of each source belongs to a technician, and the rest."""

    names: Mapping[tuple[str, str], str]
    people: Mapping[str, tuple[Person, ...]]
    unjoined: tuple[Unjoined, ...]
    dangling: tuple[tuple[str, str, str], ...] = ()
    """Explicit mappings that meet nobody: technician, source, what was given."""


def joined(technicians: Iterable[Technician], people: Iterable[Person]) -> Joined:
    """Joins the people of all sources who work on tickets to the technicians."""
    team = list(technicians)
    by_source: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        by_source[person.source].append(person)
    names: dict[tuple[str, str], str] = {}
    dangling: list[tuple[str, str, str]] = []
    rest: list[Unjoined] = []
    for source, there in sorted(by_source.items()):
        known = _identities(there)
        for one in team:
            if source in one.logins:
                found = _named(known, one.logins[source])
                if found is None:
                    dangling.append((one.name, source, next(filter(None, one.logins[source]), "")))
                else:
                    names[source, found.key] = one.name
        rest += _by_mail(source, there, team, names)
    mine: dict[str, list[Person]] = defaultdict(list)
    for person in (one for there in by_source.values() for one in there):
        if (person.source, person.key) in names:
            mine[names[person.source, person.key]].append(person)
    return Joined(names, {name: tuple(found) for name, found in mine.items()}, tuple(rest), tuple(dangling))


def _identities(people: Sequence[Person]) -> dict[str, Person | None]:
    """Every identifier, login and address of a source; None for a login or address of several people."""
    found: dict[str, Person | None] = {}
    for person in people:
        for text in {person.login.casefold(), person.email.casefold()} - {""}:
            found[text] = person if text not in found else None
    return {**found, **{person.key: person for person in people}}


def _named(known: Mapping[str, Person | None], given: tuple[str, str]) -> Person | None:
    key, login = given
    return known.get(key) or known.get(key.casefold()) or known.get(login.casefold())


def _by_mail(
    source: str, people: Sequence[Person], team: Sequence[Technician], names: dict[tuple[str, str], str]
) -> list[Unjoined]:
    """Joins by address whom nothing else joined, into `names`; returns those who remain."""
    of_team: dict[str, set[str]] = defaultdict(set)
    for one in team:
        if one.email:
            of_team[one.email.casefold()].add(one.name)
    of_source: dict[str, int] = defaultdict(int)
    for person in people:
        of_source[person.email.casefold()] += 1
    taken = {name for (where, _), name in names.items() if where == source}
    rest = []
    for person in people:
        if (source, person.key) in names:
            continue
        mail = person.email.casefold()
        owners = of_team.get(mail, set()) if mail else set()
        if len(owners) == 1 and of_source[mail] == 1 and not owners & taken:
            names[source, person.key] = next(iter(owners))
        elif person.works_tickets and person.active:
            rest.append(Unjoined(person, _why(mail, owners, of_source[mail], taken)))
    return rest


def _why(mail: str, owners: set[str], same: int, taken: set[str]) -> str:
    if not mail:
        return "the platform shows no e-mail"
    if not owners:
        return "no technician has this e-mail"
    if same > 1:
        return "several people of the source have this e-mail"
    if len(owners) > 1:
        return f"{' and '.join(sorted(owners))} have the same e-mail"
    return f"{next(iter(owners & taken))} has another login there"
