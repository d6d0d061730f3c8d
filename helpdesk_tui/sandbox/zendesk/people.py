"""Users, groups, organisations and memberships in the platform's shape."""

from __future__ import annotations

from helpdesk_tui.sandbox.model import Group, Organisation, Person
from helpdesk_tui.sandbox.zendesk import ids
from helpdesk_tui.sandbox.zendesk.account import Account, Call, Json
from helpdesk_tui.sandbox.zendesk.text import stamp

FOUNDED = 1_694_303_518
"""When the account was made: records without a history of their own carry this instant."""

_ROLE_TYPES = {"end-user": None, "agent": 0, "admin": 4}
_ROLES = {"agent": 6_130_869_137_306, "admin": 6_130_869_137_434}


def user_json(call: Call, person: Person) -> Json:
    """A user; technicians are agents, whatever signs in with an admin credential is an admin."""
    account = call.account
    role = account.role(person)
    served = [gid for gid in person.groups if ids.group(gid) in account.group_ids()]
    number = ids.user(person.uid)
    return {
        "id": number,
        "url": call.link(f"/users/{number}"),
        "name": person.name,
        "email": person.email or None,
        "created_at": stamp(FOUNDED),
        "updated_at": stamp(FOUNDED),
        "time_zone": person.zone,
        "iana_time_zone": person.zone,
        "phone": person.phone or None,
        "shared_phone_number": None,
        "photo": None,
        "locale_id": 1,
        "locale": "en-US",
        "organization_id": ids.organisation(person.organisation) if person.organisation else None,
        "role": role,
        "verified": True,
        "external_id": person.login,
        "tags": ["vip"] if person.vip else [],
        "alias": None,
        "active": person.active,
        "shared": False,
        "shared_agent": False,
        "last_login_at": stamp(FOUNDED) if role != "end-user" else None,
        "two_factor_auth_enabled": None,
        "signature": None,
        "details": None,
        "notes": None,
        "role_type": _ROLE_TYPES.get(role),
        "custom_role_id": _ROLES.get(role),
        "moderator": role != "end-user",
        "ticket_restriction": "requested" if role == "end-user" else None,
        "only_private_comments": role == "agent" and "public_comments" in call.account.settings.agents_cannot,
        "restricted_agent": role == "end-user",
        "suspended": False,
        "default_group_id": ids.group(served[0]) if served and role != "end-user" else None,
        "report_csv": role == "admin",
        "is_billing_admin": False,
        "user_fields": {},
    }


def anonymous_json() -> Json:
    """What users/me answers to wrong or missing credentials, with status 200."""
    return {
        "id": None,
        "url": None,
        "name": "Anonymous user",
        "email": "invalid@example.com",
        "created_at": None,
        "updated_at": None,
        "time_zone": "UTC",
        "iana_time_zone": "Etc/UTC",
        "locale": "en-US",
        "locale_id": 1,
        "organization_id": None,
        "role": "end-user",
        "verified": False,
        "active": False,
        "tags": [],
        "user_fields": {},
    }


def group_json(call: Call, group: Group) -> Json:
    """An agent group."""
    number = ids.group(group.gid)
    first = call.account.world.served("zendesk")[:1]
    return {
        "url": call.link(f"/groups/{number}"),
        "id": number,
        "is_public": True,
        "name": group.name,
        "description": ", ".join(group.skills),
        "default": group in first,
        "deleted": False,
        "created_at": stamp(FOUNDED),
        "updated_at": stamp(FOUNDED),
    }


def organisation_json(call: Call, organisation: Organisation) -> Json:
    """An organisation that requesters belong to."""
    number = ids.organisation(organisation.oid)
    return {
        "url": call.link(f"/organizations/{number}"),
        "id": number,
        "name": organisation.name,
        "shared_tickets": False,
        "shared_comments": False,
        "external_id": None,
        "created_at": stamp(FOUNDED),
        "updated_at": stamp(FOUNDED),
        "domain_names": [organisation.domain] if organisation.domain else [],
        "details": None,
        "notes": None,
        "group_id": None,
        "tags": [],
        "organization_fields": {},
    }


def memberships(account: Account) -> list[tuple[int, int, bool]]:
    """Every (person, group, is the default) of this account, by the company's numbers."""
    served = {group.gid for group in account.groups()}
    found = []
    for person in account.world.people.values():
        if person.role == "requester" or not person.active:
            continue
        own = [gid for gid in person.groups if gid in served]
        found += [(person.uid, gid, place == 0) for place, gid in enumerate(own)]
    return found


def membership_json(call: Call, row: tuple[int, int, bool]) -> Json:
    """A group membership."""
    person, gid, default = row
    number = ids.membership(person, gid)
    return {
        "url": call.link(f"/group_memberships/{number}"),
        "id": number,
        "user_id": ids.user(person),
        "group_id": ids.group(gid),
        "default": default,
        "created_at": stamp(FOUNDED),
        "updated_at": stamp(FOUNDED),
    }


def organisation_membership_json(call: Call, person: Person) -> Json:
    """The membership of a person in their organisation."""
    number = ids.organisation_membership(person.uid)
    organisation = call.account.world.organisations.get(person.organisation)
    return {
        "url": call.link(f"/organization_memberships/{number}"),
        "id": number,
        "user_id": ids.user(person.uid),
        "organization_id": ids.organisation(person.organisation),
        "default": True,
        "view_tickets": False,
        "organization_name": organisation.name if organisation else "",
        "created_at": stamp(FOUNDED),
        "updated_at": stamp(FOUNDED),
    }
