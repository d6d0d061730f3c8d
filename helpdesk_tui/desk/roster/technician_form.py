"""A technician as fields that people type, and what platforms say beside them. Nothing is written."""

from __future__ import annotations

from dataclasses import replace

from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.technicians import HIGHEST, Contact, Skill, Technician, Unjoined
from helpdesk_tui.domain.wall_time import find_zone

FIELDS = {
    "zone": "an IANA zone: Europe/Paris",
    "capacity": "open tickets at once; 0 for no limit told",
    "skills": "with level 1 to 5: net 3, vpn 2; only the team's word is changed here",
    "phone": "the number that is called",
    "contacts": "in the order in which they are tried: mobile +33 6 55, chat @dana, pager 123",
    "email": "joins them to the people of platforms",
    "groups": "teams, the first is shown first: Network, Service Desk",
    "lead": "yes or no: whether they approve swaps",
    "active": "yes or no: whether they work here",
    "logins": "where e-mail does not join: sn dana.kim, jira 557058:ab",
}
"""The fields with what may stand in them."""
_YES = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False, "": False}


def values(one: Technician) -> dict[str, str]:
    """Each field as it is typed: the team's own word only."""
    return {
        "zone": one.zone,
        "capacity": str(one.capacity),
        "skills": ", ".join(f"{skill.name} {skill.level}" for skill in one.skills if not skill.origin),
        "phone": one.phone,
        "contacts": ", ".join(f"{contact.kind} {contact.value}" for contact in one.contacts),
        "email": one.email,
        "groups": ", ".join(one.groups),
        "lead": "yes" if one.lead else "no",
        "active": "yes" if one.active else "no",
        "logins": ", ".join(f"{source} {login or key}" for source, (key, login) in sorted(one.logins.items())),
    }


def edited(one: Technician, field: str, text: str) -> Technician:
    """The technician with another value in a field. RosterError, UnknownZone for what cannot be."""
    said = " ".join(text.split())
    parts = [part.strip() for part in said.split(",") if part.strip()]
    if field == "zone":
        if said:
            find_zone(said)
        return replace(one, zone=said)
    if field == "capacity":
        if not said.isdigit() or int(said) > 10_000:
            raise RosterError(f"{said!r} is no number of tickets")
        return replace(one, capacity=int(said))
    if field == "skills":
        theirs = tuple(skill for skill in one.skills if skill.origin)
        return replace(one, skills=(*theirs, *(_skill(part) for part in parts)))
    if field == "contacts":
        return replace(one, contacts=tuple(_contact(part) for part in parts))
    if field == "groups":
        return replace(one, groups=tuple(dict.fromkeys(parts)))
    if field in ("lead", "active"):
        if said.casefold() not in _YES:
            raise RosterError(f"{said!r} is neither yes nor no")
        yes = _YES[said.casefold()]
        return replace(one, lead=yes) if field == "lead" else replace(one, active=yes)
    if field == "logins":
        return replace(one, logins=dict(_login(part, one) for part in parts))
    if field == "email":
        if said and "@" not in said:
            raise RosterError(f"{said!r} is no e-mail address")
        return replace(one, email=said)
    return replace(one, phone=said)


def _skill(part: str) -> Skill:
    name, _, level = part.replace(":", " ").rpartition(" ")
    if not level.isdigit():
        name, level = part, "1"
    if not 1 <= int(level) <= HIGHEST:
        raise RosterError(f"{part!r}: a level is 1 to {HIGHEST}")
    return Skill(name.strip().casefold(), int(level))


def _contact(part: str) -> Contact:
    kind, _, value = part.partition(" ")
    if not value.strip():
        raise RosterError(f"{part!r} is no contact such as: mobile +33 6 55 01")
    return Contact(kind.casefold(), value.strip())


def _login(part: str, one: Technician) -> tuple[str, tuple[str, str]]:
    source, _, login = part.partition(" ")
    if not login.strip():
        raise RosterError(f"{part!r} is no login such as: sn dana.kim")
    before = one.logins.get(source)
    if before is not None and login.strip() in before:
        return source, before
    return source, ("", login.strip())


def joined_to(one: Technician, person: Unjoined) -> Technician:
    """The technician with a person of a source as theirs, by the source's own identifier."""
    there = person.person
    return replace(one, logins={**one.logins, there.source: (there.key, there.login)})


def said_elsewhere(floor: Floor, one: Technician) -> list[tuple[str, str]]:
    """What each source says of somebody: its name and, in one line, login, phone, title, skills, zone."""
    found = []
    for person in floor.joined.people.get(one.name, ()):
        parts = [person.login or person.key, person.name if person.name != one.name else "", person.phone, person.title]
        parts += [f"skills {', '.join(person.skills)}" if person.skills else "", person.zone]
        found.append((person.source, ", ".join(filter(None, parts))))
    theirs: dict[str, list[str]] = {}
    for skill in one.skills:
        if skill.origin:
            theirs.setdefault(skill.origin, []).append(f"{skill.name} {skill.level}")
    return [*found, *((origin, f"skills {', '.join(names)}") for origin, names in theirs.items())]
