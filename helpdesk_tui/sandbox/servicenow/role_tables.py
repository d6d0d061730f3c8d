"""Roles, and who has which: fulfillers have `itil`, others none, unless the settings say otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk_tui.sandbox.model import Person
from helpdesk_tui.sandbox.servicenow.fields import Viewer, by_name, flag, reference, text
from helpdesk_tui.sandbox.servicenow.listing import ListTable
from helpdesk_tui.sandbox.servicenow.people_tables import system
from helpdesk_tui.sandbox.servicenow.tables import Instance, Table

READ_ONLY = "snc_read_only"
"""The role that takes every write away, whatever other roles give."""
ROLES = ("admin", "itil", "itil_admin", "rota_admin", "rota_manager", READ_ONLY)
_BITS = 8


@dataclass(frozen=True, slots=True)
class Held:
    """A person's role; `place` is the role's ordinal."""

    person: Person
    place: int


class _HasRole(ListTable):
    """Who has which role: everybody sees their own, administrators all."""

    def visible(self, row: Held, viewer: Viewer) -> bool:
        """Whether access rules let the viewer read the row."""
        return viewer.role == "admin" or row.person.uid == viewer.uid


def roles_of(instance: Instance, person: Person) -> tuple[str, ...]:
    """The names of somebody's roles."""
    given = instance.settings.roles.get(person.uid)
    return given if given is not None else ("itil",) if person.role in ("technician", "lead") else ()


def is_read_only(instance: Instance, uid: int) -> bool:
    """Whether somebody may write nothing at all."""
    person = instance.world.people.get(uid)
    return person is not None and READ_ONLY in roles_of(instance, person)


def role_tables(instance: Instance) -> list[Table]:
    """The tables, ready to be registered."""
    sys_id = instance.identity.sys_id

    def held() -> Iterator[Held]:
        for person in instance.world.people.values():
            for name in roles_of(instance, person):
                yield Held(person, ROLES.index(name) + 1)

    def one(ordinal: int) -> Held | None:
        person, place = instance.world.people.get(ordinal >> _BITS), ordinal & ((1 << _BITS) - 1)
        known = person is not None and 0 < place <= len(ROLES) and ROLES[place - 1] in roles_of(instance, person)
        return Held(person, place) if known and person is not None else None

    role = by_name(
        *system(lambda row: sys_id("sys_user_role", ROLES.index(row) + 1), "sys_user_role"),
        text("name", str),
        text("description", lambda _row: ""),
    )
    has = by_name(
        *system(lambda row: sys_id("sys_user_has_role", row.person.uid << _BITS | row.place), "sys_user_has_role"),
        reference(
            "user", "sys_user", lambda row: instance.user(row.person.uid), lambda row: row.person.name,
            follow=lambda row: row.person,
        ),
        reference(
            "role", "sys_user_role", lambda row: sys_id("sys_user_role", row.place), lambda row: ROLES[row.place - 1],
            follow=lambda row: ROLES[row.place - 1],
        ),
        flag("inherited", lambda _row: False),
    )  # fmt: skip
    return [
        ListTable(
            "sys_user_role", "Role", role, identity=instance.identity, rows=lambda _query: ROLES,
            by_ordinal=lambda place: ROLES[place - 1] if place <= len(ROLES) else None,
        ),
        _HasRole(
            "sys_user_has_role", "User Role", has, identity=instance.identity, rows=lambda _query: held(),
            by_ordinal=one, shown_by="user",
        ),
    ]  # fmt: skip
