"""Users, groups, memberships, companies and skills."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from helpdesk_tui.sandbox.company import OUTSIDE
from helpdesk_tui.sandbox.model import Group, Organisation, Person
from helpdesk_tui.sandbox.servicenow.fields import (
    ADMINS,
    FULFILLERS,
    Field,
    by_name,
    choice,
    constant,
    flag,
    moment,
    number,
    reference,
    text,
)  # fmt: skip
from helpdesk_tui.sandbox.servicenow.listing import ListTable
from helpdesk_tui.sandbox.servicenow.tables import Instance

FOUNDED = 1_546_300_800
"""When the instance's basic data was made: 2019-01-01 00:00:00 UTC. People and groups have not changed since."""
_BITS = 20
_SKILL_LEVELS = {1: "100", 2: "200", 3: "300"}
_LEVEL_LABELS = {"100": "Novice", "200": "Intermediate", "300": "Expert"}


@dataclass(frozen=True, slots=True)
class Member:
    """A person's place in a group."""

    group: Group
    person: Person


@dataclass(frozen=True, slots=True)
class Skilled:
    """A person's skill at a level of 1 to 3; `place` is the skill's ordinal."""

    person: Person
    place: int
    level: int


def system(identifier: Callable[[Any], str], table: str) -> list[Field]:
    """The system columns of data that has been there from the start."""
    return [
        text("sys_id", identifier),
        constant("sys_class_name", table),
        moment("sys_created_on", lambda _row: FOUNDED),
        constant("sys_created_by", "admin"),
        moment("sys_updated_on", lambda _row: FOUNDED),
        constant("sys_updated_by", "admin"),
        constant("sys_mod_count", "0", "integer"),
        constant("sys_tags"),
        constant("sys_domain_path", "/"),
    ]


class PeopleTables:
    """Builds the tables about people."""

    def __init__(self, instance: Instance) -> None:
        """`instance` gives the world and sys_ids."""
        self._of, self._world = instance, instance.world
        self._groups = {group.gid: group for group in self._world.served("servicenow")}
        self._groups |= {gid: group for gid, group in self._world.groups.items() if gid >= OUTSIDE}
        self.skills = sorted({skill for group in self._groups.values() for skill in group.skills})
        self._place = {skill: place for place, skill in enumerate(self.skills, 1)}

    def all(self) -> list[ListTable]:
        """The tables, ready to be registered."""
        return [
            self._users(), self._group_table(), self._members(), self._companies("core_company", "Company"),
            self._companies("cmn_department", "Department"), self._skill_table(), self._has_skill(),
        ]  # fmt: skip

    def _id(self, table: str, ordinal: Callable[[Any], int]) -> Callable[[Any], str]:
        sys_id = self._of.identity.sys_id
        return lambda row: sys_id(table, ordinal(row))

    def _to_user(self, name: str, person: Callable[[Any], Person | None]) -> Field:
        def raw(row: Any) -> str:
            found = person(row)
            return self._of.user(found.uid) if found else ""

        def named(row: Any) -> str:
            found = person(row)
            return found.name if found else ""

        return reference(name, "sys_user", raw, named, follow=person)

    def _to_organisation(self, name: str, table: str) -> Field:
        def named(row: Person) -> str:
            found = self._world.organisations.get(row.organisation)
            return found.name if found else ""

        return reference(
            name, table, lambda row: self._of.identity.sys_id(table, row.organisation) if row.organisation else "",
            named,
            follow=lambda row: self._world.organisations.get(row.organisation),
        )  # fmt: skip

    def _users(self) -> ListTable:
        people = self._world.people

        def private(name: str, raw: Callable[[Person], str]) -> Field:
            return text(name, raw, readers=FULFILLERS)

        fields = by_name(
            *system(self._id("sys_user", lambda row: row.uid), "sys_user"),
            text("user_name", lambda row: row.login),
            text("name", lambda row: row.name),
            text("first_name", lambda row: row.name.partition(" ")[0]),
            text("last_name", lambda row: row.name.partition(" ")[2]),
            text("email", lambda row: row.email),
            flag("active", lambda row: row.active),
            flag("vip", lambda row: row.vip),
            flag("locked_out", lambda row: not row.active),
            flag("web_service_access_only", lambda row: row.role == "service"),
            text("time_zone", lambda row: self._of.own_zone(row.uid)),
            constant("date_format"),
            constant("time_format"),
            constant("schedule"),
            private("phone", lambda row: row.phone),
            private("mobile_phone", lambda row: row.phone if row.groups else ""),
            text("title", _title),
            self._to_user("manager", self._lead_of),
            self._to_organisation("company", "core_company"),
            self._to_organisation("department", "cmn_department"),
            constant("location"),
            Field("last_login_time", "glide_date_time", lambda _row: "", readers=ADMINS),
        )
        return ListTable(
            "sys_user",
            "User",
            fields,
            identity=self._of.identity,
            rows=lambda _query: people.values(),
            by_ordinal=people.get,
        )

    def _lead_of(self, person: Person) -> Person | None:
        lead = self._world.groups[person.groups[0]].lead if person.groups else 0
        return self._world.people.get(lead) if lead != person.uid else None

    def _group_table(self) -> ListTable:
        fields = by_name(
            *system(self._id("sys_user_group", lambda row: row.gid), "sys_user_group"),
            text("name", lambda row: row.name),
            text("description", lambda row: f"{row.name}: {', '.join(row.skills)}"),
            flag("active", lambda _row: True),
            text("email", lambda row: f"{''.join(c for c in row.name.lower() if c.isalnum())}@example.com"),
            self._to_user("manager", lambda row: self._world.people.get(row.lead)),
            constant("type"),
            constant("parent"),
            flag("exclude_manager", lambda _row: False),
        )
        return ListTable(
            "sys_user_group", "Group", fields, identity=self._of.identity,
            rows=lambda _query: self._groups.values(), by_ordinal=self._groups.get,
        )  # fmt: skip

    def _memberships(self) -> Iterator[Member]:
        for person in self._world.people.values():
            for gid in person.groups:
                if gid in self._groups:
                    yield Member(self._groups[gid], person)

    def _membership(self, ordinal: int) -> Member | None:
        person = self._world.people.get(ordinal & ((1 << _BITS) - 1))
        gid = ordinal >> _BITS
        return Member(self._groups[gid], person) if person and gid in person.groups and gid in self._groups else None

    def _members(self) -> ListTable:
        name = "sys_user_grmember"
        fields = by_name(
            *system(self._id(name, lambda row: row.group.gid << _BITS | row.person.uid), name),
            self._to_user("user", lambda row: row.person),
            reference(
                "group", "sys_user_group", lambda row: self._of.group(row.group.gid), lambda row: row.group.name,
                follow=lambda row: row.group,
            ),
        )  # fmt: skip
        return ListTable(
            name, "Group Member", fields, identity=self._of.identity, rows=lambda _query: self._memberships(),
            by_ordinal=self._membership, shown_by="user",
        )  # fmt: skip

    def _companies(self, name: str, label: str) -> ListTable:
        organisations = self._world.organisations
        fields = by_name(
            *system(self._id(name, lambda row: row.oid), name),
            text("name", _organisation_name),
            text("website", lambda row: f"https://{row.domain}"),
            flag("customer", lambda row: row.oid > 1),
        )
        return ListTable(
            name, label, fields, identity=self._of.identity, rows=lambda _query: organisations.values(),
            by_ordinal=organisations.get,
        )  # fmt: skip

    def _skill_table(self) -> ListTable:
        fields = by_name(
            *system(self._id("cmn_skill", lambda row: self._place[row]), "cmn_skill"),
            text("name", str),
            text("description", lambda _row: ""),
            flag("active", lambda _row: True),
        )
        return ListTable(
            "cmn_skill", "Skill", fields, identity=self._of.identity, rows=lambda _query: self.skills,
            by_ordinal=lambda place: self.skills[place - 1] if place <= len(self.skills) else None,
        )  # fmt: skip

    def _skilled(self) -> Iterator[Skilled]:
        for person in self._world.people.values():
            for skill, level in person.skills.items():
                if skill in self._place:
                    yield Skilled(person, self._place[skill], level)

    def _one_skilled(self, ordinal: int) -> Skilled | None:
        person, place = self._world.people.get(ordinal >> _BITS), ordinal & ((1 << _BITS) - 1)
        skill = self.skills[place - 1] if 0 < place <= len(self.skills) else ""
        return Skilled(person, place, person.skills[skill]) if person and skill in person.skills else None

    def _has_skill(self) -> ListTable:
        name = "sys_user_has_skill"
        fields = by_name(
            *system(self._id(name, lambda row: row.person.uid << _BITS | row.place), name),
            self._to_user("user", lambda row: row.person),
            reference(
                "skill", "cmn_skill", lambda row: self._of.identity.sys_id("cmn_skill", row.place),
                lambda row: self.skills[row.place - 1], follow=lambda row: self.skills[row.place - 1],
            ),
            choice("skill_level", lambda row: _SKILL_LEVELS[row.level], _LEVEL_LABELS),
            number("skill_level_value", lambda row: str(row.level)),
            flag("active", lambda _row: True),
        )  # fmt: skip
        return ListTable(
            name, "User Skill", fields, identity=self._of.identity, rows=lambda _query: self._skilled(),
            by_ordinal=self._one_skilled, shown_by="user", readers=FULFILLERS,
        )  # fmt: skip


def _title(person: Person) -> str:
    return {"lead": "Team Lead", "technician": "IT Technician", "service": "Service Account"}.get(person.role, "")


def _organisation_name(organisation: Organisation) -> str:
    return organisation.name
