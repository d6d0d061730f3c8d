"""The company: organisations, groups, technicians with shifts and skills, and the people who ask for help.

Everything follows from the seed. Identifiers: technicians 1 to 99, service accounts 90 to 99, requesters from 1001,
groups from 1, organisations from 1. Groups that lie outside the sandbox accounts' scope have `gid` >= OUTSIDE.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import Literal

from helpdesk_tui.sandbox.model import Group, Organisation, Person, Platform, Shift
from helpdesk_tui.sandbox.names import CULTURES, Culture, login_of

OUTSIDE = 90
"""Groups from this identifier on exist, but tickets moved to them have left the desk's scope."""
COORDINATOR = 1
"""The person the sandbox's admin credential belongs to."""
AUTOMATION = 99
"""The service account that closes solved tickets."""
MONITORING = 98
"""The service account that reports what no human saw first."""
REQUESTERS_FROM = 1001
REQUESTERS = 2000

_GROUPS: tuple[tuple[int, str, str, str, tuple[Platform, ...], int], ...] = (
    # gid, name, skills, Jira project, platforms, technicians
    (1, "Service Desk", "windows accounts telephony", "ITS", ("servicenow", "jira"), 10),
    (2, "Network", "routing vpn wifi firewall", "OPS", ("servicenow", "jira"), 7),
    (3, "Field Services", "hardware printing windows", "ITS", ("servicenow",), 6),
    (4, "Workplace", "m365 exchange sharepoint teams", "ITS", ("servicenow", "jira"), 6),
    (5, "Security", "incident-response phishing certificates", "OPS", ("servicenow", "jira"), 5),
    (6, "Database", "oracle postgresql backup", "OPS", ("servicenow", "jira"), 4),
    (7, "Business Applications", "erp crm reporting", "APP", ("servicenow", "jira"), 6),
    (8, "Identity & Access", "entra mfa accounts", "ITS", ("servicenow", "jira"), 4),
    (9, "Cloud Platform", "kubernetes ci linux", "OPS", ("jira", "servicenow"), 5),
    (10, "Client Support EMEA", "orders portal billing", "CS", ("zendesk",), 5),
    (11, "Client Support Americas", "orders portal api", "CS", ("zendesk",), 4),
    (12, "Client Support APAC", "portal devices api", "CS", ("zendesk",), 4),
    (90, "Facilities", "buildings", "FAC", ("servicenow", "jira", "zendesk"), 0),
    (91, "HR Services", "payroll", "HRS", ("servicenow", "jira", "zendesk"), 0),
    (92, "Procurement", "purchasing", "PRC", ("servicenow", "jira", "zendesk"), 0),
)  # fmt: skip

_ORGANISATIONS = [
    "Aurora Manufacturing",
    "Brightwater Logistics",
    "Calder & Sons",
    "Delphine Cosmetics",
    "Eastgate Hospitals",
    "Fjordline Shipping",
    "Granite Insurance",
    "Hakone Robotics",
    "Iberia Vinos",
    "Juniper Hotels",
    "Kestrel Aviation",
    "Lumen Energy",
    "Meridian Finance",
    "Northwind Retail",
    "Octavia Publishing",
    "Pinnacle Construction",
    "Quarry Foods",
    "Riverbend Schools",
    "Sagitta Space",
    "Tamarind Textiles",
    "Umbra Optics",
    "Vantage Media",
    "Westmark Legal",
    "Xenial Biotech",
    "Zephyr Mobility",
]

_SHIFTS = (
    Shift((0, 1, 2, 3, 4), 8 * 60, 17 * 60),
    Shift((0, 1, 2, 3, 4), 7 * 60, 15 * 60 + 30),
    Shift((0, 1, 2, 3, 4), 10 * 60, 19 * 60),
    Shift((0, 1, 2, 3), 8 * 60, 18 * 60),
    Shift((2, 3, 4, 5, 6), 13 * 60, 22 * 60),
    Shift((5, 6, 0, 1), 6 * 60, 16 * 60),
)
_REGION = {
    10: ("Europe/London", "Europe/Paris", "Europe/Berlin", "Europe/Madrid"),
    11: ("America/New_York", "America/Sao_Paulo", "America/Mexico_City"),
    12: ("Asia/Singapore", "Australia/Sydney", "Asia/Tokyo", "Asia/Kolkata"),
}


@dataclass(frozen=True, slots=True)
class Company:
    """Who works here and who asks. `serving` lists the groups of each platform that lie in scope."""

    people: dict[int, Person]
    groups: dict[int, Group]
    organisations: dict[int, Organisation]
    serving: dict[Platform, tuple[Group, ...]]
    members: dict[int, tuple[int, ...]]
    requesters: tuple[int, ...]
    vips: tuple[int, ...]


class _Names:
    """Draws people nobody else is called like."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._taken: set[str] = set()
        self._cultures = list(CULTURES)
        self._weights = [culture.weight for culture in CULTURES]

    def draw(self, zones: Iterable[str] = ()) -> tuple[str, str, str]:
        """A name, a login unique in the company and a home zone, of one of `zones` where any are given."""
        wanted = set(zones)
        while True:
            culture = self._chance.choices(self._cultures, self._weights)[0]
            if wanted and culture.zone not in wanted:
                continue
            given, family = self._chance.choice(culture.given), self._chance.choice(culture.family)
            login = login_of(given, family)
            if login in self._taken and self._chance.random() < 0.75:
                continue
            return _display(culture, given, family), self._unique(login), culture.zone

    def _unique(self, login: str) -> str:
        number, plain = 2, login
        while login in self._taken:
            login = f"{plain}{number}"
            number += 1
        self._taken.add(login)
        return login


def _display(culture: Culture, given: str, family: str) -> str:
    return f"{family}{given}" if culture.zone == "Asia/Shanghai" else f"{given} {family}"


def build_company(seed: int) -> Company:
    """The company of a seed: the same people, in the same teams, every time."""
    made = _company(seed)
    return replace(
        made, people=dict(made.people), groups=dict(made.groups), organisations=dict(made.organisations),
        serving=dict(made.serving), members=dict(made.members),
    )  # fmt: skip


@lru_cache(maxsize=8)
def _company(seed: int) -> Company:
    chance = Random(seed * 7919 + 17)
    names = _Names(chance)
    organisations = _organisations()
    people: dict[int, Person] = {COORDINATOR: _coordinator(), **_services()}
    members: dict[int, list[int]] = {}
    leads: dict[int, int] = {}
    uid = COORDINATOR
    for gid, _, skills, _, _, size in _GROUPS:
        for place in range(size):
            uid += 1
            people[uid] = _technician(chance, names, uid, gid, skills.split(), lead=place == 0)
            members.setdefault(gid, []).append(uid)
            if place == 0:
                leads[gid] = uid
    _lend(chance, people, members)
    requesters = _requesters(chance, names, organisations)
    people.update(requesters)
    groups = {
        gid: Group(gid, name, tuple(skills.split()), leads.get(gid, COORDINATOR), project)
        for gid, name, skills, project, _, _ in _GROUPS
    }
    serving: dict[Platform, tuple[Group, ...]] = {
        platform: tuple(groups[gid] for gid, _, _, _, served, _ in _GROUPS if platform in served and gid < OUTSIDE)
        for platform in ("servicenow", "jira", "zendesk")
    }
    return Company(
        people, groups, organisations, serving, {gid: tuple(uids) for gid, uids in members.items()},
        tuple(requesters), tuple(uid for uid, person in requesters.items() if person.vip),
    )  # fmt: skip


def _organisations() -> dict[int, Organisation]:
    return {
        oid: Organisation(oid, name, login_of(name, "").rstrip(".").replace("andsons", "") + ".example")
        for oid, name in enumerate(_ORGANISATIONS, 1)
    }


def _coordinator() -> Person:
    return Person(
        COORDINATOR, "Robin Castellane", "coordinator", "coordinator@example.com", "lead", "Europe/Paris",
        "+33 1 55 01 00 01", 1, groups=(1,), skills={"windows": 2, "accounts": 3}, shift=_SHIFTS[0],
    )  # fmt: skip


def _services() -> dict[int, Person]:
    return {
        AUTOMATION: Person(
            AUTOMATION, "Workflow Automation", "automation", "automation@example.com", "service", "Etc/UTC", "", 1
        ),
        MONITORING: Person(
            MONITORING, "Monitoring", "monitoring", "monitoring@example.com", "service", "Etc/UTC", "", 1
        ),
    }  # fmt: skip


def _technician(chance: Random, names: _Names, uid: int, gid: int, skills: list[str], *, lead: bool) -> Person:
    name, login, zone = names.draw(_REGION.get(gid, ()))
    role: Literal["technician", "lead"] = "lead" if lead else "technician"
    return Person(
        uid, name, login, f"{login}@example.com", role, zone, _phone(chance), 1,
        active=lead or chance.random() > 0.03, groups=(gid,), shift=chance.choice(_SHIFTS if not lead else _SHIFTS[:1]),
        skills={skill: chance.choices((1, 2, 3), (3, 4, 3))[0] for skill in skills if lead or chance.random() < 0.8},
        capacity=chance.choice((4, 5, 6, 6, 8, 10)),
    )  # fmt: skip


def _lend(chance: Random, people: dict[int, Person], members: dict[int, list[int]]) -> None:
    """Every ninth technician also helps a second group of the same kind, as real teams do."""
    for uid, person in list(people.items()):
        if person.role != "technician" or uid % 9 or not person.groups:
            continue
        near = [gid for gid in members if gid not in person.groups and (gid >= 10) == (person.groups[0] >= 10)]
        second = chance.choice(near)
        people[uid] = replace(person, groups=(*person.groups, second))
        members[second].append(uid)


def _requesters(chance: Random, names: _Names, organisations: dict[int, Organisation]) -> dict[int, Person]:
    found: dict[int, Person] = {}
    oids = list(organisations)
    sizes = [1.0 / place**0.6 for place in oids]
    for uid in range(REQUESTERS_FROM, REQUESTERS_FROM + REQUESTERS):
        name, login, zone = names.draw()
        oid = chance.choices(oids, sizes)[0]
        found[uid] = Person(
            uid, name, login, f"{login}@{organisations[oid].domain}", "requester", zone, _phone(chance), oid,
            vip=chance.random() < 0.02, active=chance.random() > 0.02,
        )  # fmt: skip
    return found


def _phone(chance: Random) -> str:
    country = chance.choice(("+33 1", "+49 40", "+44 113", "+48 12", "+91 80", "+65", "+1 973", "+55 11", "+234 1"))
    return f"{country} 5550 {chance.randrange(100, 10000):04d}"
