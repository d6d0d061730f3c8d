"""Taking technicians over from what the platforms say: whoever works on tickets and has an e-mail of their own there.

What comes from a platform is marked as its word and never displaces the team's. People without an e-mail are left to be
named by hand: nobody is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from helpdesk_tui.domain.people import Person
from helpdesk_tui.domain.technicians import Skill, Technician, joined


def adopted(known: Sequence[Technician], people: Iterable[Person], *, only: str = "") -> list[Technician]:
    """The technicians to be kept: new ones, and known ones of whom a platform says skills that were not on record.

    `only` limits it to one source. Who is joined to a technician is told by `joined`.
    """
    there = [one for one in people if not only or one.source == only]
    who = joined(known, there)
    result = [fresh for one in known if (fresh := _taught(one, who.people.get(one.name, ()))) != one]
    by_mail: dict[str, list[Person]] = defaultdict(list)
    times: dict[tuple[str, str], int] = defaultdict(int)
    for person in there:
        times[person.source, person.email.casefold()] += 1
    taken = {one.email.casefold() for one in known if one.email}
    for unjoined in who.unjoined:
        person = unjoined.person
        mail = person.email.casefold()
        if mail and mail not in taken and times[person.source, mail] == 1:
            by_mail[mail].append(person)
    names = {one.name for one in known}
    for found in by_mail.values():
        made = _made(found, names)
        names.add(made.name)
        result.append(made)
    return result


def _taught(one: Technician, people: Sequence[Person]) -> Technician:
    """With what the platforms say of skills now, beside what the team says."""
    sources = {person.source for person in people}
    kept = [skill for skill in one.skills if skill.origin not in sources]
    theirs = {Skill(name, 1, person.source) for person in people for name in person.skills}
    skills = sorted([*kept, *theirs], key=lambda skill: (skill.name, skill.origin))
    return replace(one, skills=tuple(skills))


def _made(people: Sequence[Person], names: set[str]) -> Technician:
    first = people[0]
    name = first.name if first.name not in names else f"{first.name} ({first.login or first.email})"
    skills = {Skill(skill, 1, person.source) for person in people for skill in person.skills}
    return Technician(
        name=name,
        zone=next((person.zone for person in people if person.zone), ""),
        phone=next((person.phone for person in people if person.phone), ""),
        email=first.email,
        skills=tuple(sorted(skills, key=lambda skill: (skill.name, skill.origin))),
        origin=first.source,
    )
