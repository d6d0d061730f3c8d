"""Users, groups, organisations and memberships: the requests."""

from __future__ import annotations

from collections.abc import Iterable

from helpdesk_tui.sandbox.model import Organisation, Person
from helpdesk_tui.sandbox.zendesk import ids
from helpdesk_tui.sandbox.zendesk.account import Call, Json, Reply
from helpdesk_tui.sandbox.zendesk.errors import invalid_record, not_found
from helpdesk_tui.sandbox.zendesk.kept import kept_rows, kept_show
from helpdesk_tui.sandbox.zendesk.paging import in_memory, page
from helpdesk_tui.sandbox.zendesk.people import (
    anonymous_json,
    group_json,
    membership_json,
    memberships,
    organisation_json,
    organisation_membership_json,
    user_json,
)
from helpdesk_tui.sandbox.zendesk.text import offset_stamp


def me(call: Call) -> Json:
    """GET /users/me: allowed for everybody, so that wrong credentials answer 200 with nobody."""
    person = call.account.world.people.get(call.caller.uid)
    return {"user": user_json(call, person) if person else anonymous_json()}


def users(call: Call) -> Json:
    """GET /users, filtered by role or roles, and the members of a group or an organisation."""
    return _user_page(call, _chosen(call))


def _chosen(call: Call) -> list[Person]:
    wanted = {value for key, value in call.query.multi_items() if key in ("role", "role[]", "roles", "roles[]")}
    group = ids.gid(call.numbers.get("group", 0))
    organisation = ids.oid(call.numbers.get("organisation", 0))
    external = call.query.get("external_id")
    return [
        person
        for person in call.account.world.people.values()
        if (not wanted or call.account.role(person) in wanted)
        and ("group" not in call.numbers or group in person.groups)
        and ("organisation" not in call.numbers or person.organisation == organisation)
        and (external is None or person.login == external)
    ]


def _user_page(call: Call, found: Iterable[Person]) -> Json:
    rows = [user_json(call, person) for person in found] if call.account.kept.get("users") else None
    if rows is None:
        people = in_memory(list(found), lambda person: (person.uid,))
        return page(call, "users", people, lambda some: _user_sideloads(call, [user_json(call, p) for p in some]))
    rows += kept_rows(call, "users")
    return page(call, "users", in_memory(rows, _identifier), lambda some: _user_sideloads(call, some))


def _identifier(row: Json) -> tuple[int, ...]:
    number = row["id"]
    return (number,) if isinstance(number, int) else (0,)


def _user_sideloads(call: Call, rows: list[Json]) -> Json:
    answer: Json = {"users": rows}
    if "organizations" in call.includes:
        wanted = {row["organization_id"] for row in rows}
        known = call.account.world.organisations.values()
        answer["organizations"] = [organisation_json(call, o) for o in known if ids.organisation(o.oid) in wanted]
    if "groups" in call.includes:
        answer["groups"] = [group_json(call, group) for group in call.account.groups()]
    return answer


def user(call: Call) -> Json:
    """GET /users/{id}."""
    person = call.account.world.people.get(ids.uid(call.numbers["user"]))
    return {"user": user_json(call, person) if person else kept_show(call, "users", call.numbers["user"])}


def users_many(call: Call) -> Json:
    """GET /users/show_many: those that exist, in no promised order."""
    if "external_ids" in call.query:
        logins = set((call.query.get("external_ids") or "").split(","))
        found = [person for person in call.account.world.people.values() if person.login in logins]
    else:
        known = call.account.world.people
        found = [known[uid] for uid in map(ids.uid, call.many()) if uid in known]
    answer = _user_sideloads(call, [user_json(call, person) for person in found])
    return answer | {"next_page": None, "previous_page": None, "count": len(found)}


def users_search(call: Call) -> Json:
    """GET /users/search: a name, an e-mail address, or `role:agent` and such."""
    words = (call.query.get("query") or call.query.get("name") or "").lower().split()
    external = call.query.get("external_id")
    found = [
        person
        for person in call.account.world.people.values()
        if (external is None or person.login == external) and all(_says(call, person, word) for word in words)
    ]
    return _user_page(call, found[:1000])


def _says(call: Call, person: Person, word: str) -> bool:
    key, colon, value = word.partition(":")
    if colon and key in ("email", "name", "role", "type"):
        if key in ("role", "type"):
            return key == "type" or call.account.role(person) == value
        return value.strip('"') in (person.email if key == "email" else person.name).lower()
    return word.strip('"') in f"{person.name} {person.email}".lower()


def users_count(call: Call) -> Json:
    """GET /users/count, of all, of a group or of an organisation."""
    return _count(call, len(_chosen(call)))


def _count(call: Call, value: int) -> Json:
    return {"count": {"value": value, "refreshed_at": offset_stamp(call.account.now)}}


def groups(call: Call) -> Json:
    """GET /groups and the groups of one user."""
    found = call.account.groups()
    if "user" in call.numbers:
        person = _person(call)
        found = [group for group in found if group.gid in person.groups]
    rows = [group_json(call, group) for group in found] + kept_rows(call, "groups")
    return page(call, "groups", in_memory(rows, _identifier), lambda some: _group_sideloads(call, some))


def _group_sideloads(call: Call, rows: list[Json]) -> Json:
    answer: Json = {"groups": rows}
    if "users" in call.includes:
        members = {
            person for person, gid, _ in memberships(call.account) if ids.group(gid) in {row["id"] for row in rows}
        }
        answer["users"] = [user_json(call, call.account.world.people[uid]) for uid in sorted(members)]
    return answer


def group(call: Call) -> Json:
    """GET /groups/{id}."""
    number = call.numbers["group"]
    for one in call.account.groups():
        if ids.group(one.gid) == number:
            return {"group": group_json(call, one)}
    return {"group": kept_show(call, "groups", number)}


def groups_count(call: Call) -> Json:
    """GET /groups/count, of all or of one user."""
    found = call.account.groups()
    return _count(call, len([g for g in found if "user" not in call.numbers or g.gid in _person(call).groups]))


def group_memberships(call: Call) -> Json:
    """GET /group_memberships, of everybody, of one user or of one group."""
    found = memberships(call.account)
    if "user" in call.numbers:
        found = [row for row in found if row[0] == ids.uid(call.numbers["user"])]
    if "group" in call.numbers:
        found = [row for row in found if row[1] == ids.gid(call.numbers["group"])]
    rows = in_memory(found, lambda row: (ids.membership(row[0], row[1]),))
    return page(call, "group_memberships", rows, lambda some: _membership_sideloads(call, some))


def _membership_sideloads(call: Call, rows: list[tuple[int, int, bool]]) -> Json:
    answer: Json = {"group_memberships": [membership_json(call, row) for row in rows]}
    if "users" in call.includes:
        answer["users"] = [user_json(call, call.account.world.people[uid]) for uid in sorted({row[0] for row in rows})]
    if "groups" in call.includes:
        wanted = {row[1] for row in rows}
        answer["groups"] = [group_json(call, g) for g in call.account.groups() if g.gid in wanted]
    return answer


def group_membership(call: Call) -> Json:
    """GET /group_memberships/{id}."""
    for row in memberships(call.account):
        if ids.membership(row[0], row[1]) == call.numbers["membership"]:
            return {"group_membership": membership_json(call, row)}
    raise not_found()


def organisations(call: Call) -> Json:
    """GET /organizations, all or those of one user."""
    found: list[Organisation] = list(call.account.world.organisations.values())
    if "user" in call.numbers:
        found = [one for one in found if one.oid == _person(call).organisation]
    return page(
        call,
        "organizations",
        in_memory(found, lambda one: (one.oid,)),
        lambda some: [organisation_json(call, o) for o in some],
    )


def organisation(call: Call) -> Json:
    """GET /organizations/{id}."""
    found = call.account.world.organisations.get(ids.oid(call.numbers["organisation"]))
    if found is None:
        raise not_found()
    return {"organization": organisation_json(call, found)}


def organisations_many(call: Call) -> Json:
    """GET /organizations/show_many."""
    known = call.account.world.organisations
    found = [known[oid] for oid in map(ids.oid, call.many()) if oid in known]
    rows = [organisation_json(call, one) for one in found]
    return {"organizations": rows, "next_page": None, "previous_page": None, "count": len(rows)}


def organisations_search(call: Call) -> Json:
    """GET /organizations/search and autocomplete, by name."""
    name = (call.query.get("name") or "").lower()
    found = [one for one in call.account.world.organisations.values() if one.name.lower().startswith(name)]
    rows = in_memory(found, lambda one: (one.oid,))
    return page(call, "organizations", rows, lambda some: [organisation_json(call, o) for o in some])


def organisations_count(call: Call) -> Json:
    """GET /organizations/count."""
    return _count(call, len(call.account.world.organisations))


def organisation_memberships(call: Call) -> Json:
    """GET /organization_memberships, of everybody, of one user or of one organisation."""
    people = [person for person in call.account.world.people.values() if person.organisation]
    if "user" in call.numbers:
        people = [person for person in people if person.uid == ids.uid(call.numbers["user"])]
    if "organisation" in call.numbers:
        people = [person for person in people if person.organisation == ids.oid(call.numbers["organisation"])]
    rows = in_memory(people, lambda person: (person.uid,))
    return page(
        call, "organization_memberships", rows, lambda some: [organisation_membership_json(call, p) for p in some]
    )


def _person(call: Call) -> Person:
    person = call.account.world.people.get(ids.uid(call.numbers["user"]))
    if person is None:
        raise not_found()
    return person


def user_create_or_update(call: Call) -> Reply:
    """POST /users/create_or_update and POST /users: whom the company knows by e-mail comes back as is (200); anybody
    else is kept beside the company (201)."""
    wanted = call.inner("user")
    email, name = str(wanted.get("email") or "").lower(), str(wanted.get("name") or "")
    for person in call.account.world.people.values():
        if email and person.email.lower() == email:
            if not call.path.endswith("create_or_update"):
                raise invalid_record("email", f"Email: {email} is already being used by another user", "DuplicateValue")
            return Reply({"user": user_json(call, person)})
    if not name:
        raise invalid_record("name", "Name: is too short (minimum one character)", "ValueTooShort")
    blank = Person(0, name, "", email, "requester", "UTC", "", 0)
    number = ids.user(max(call.account.world.people, default=0) + 1000 + call.account.serial())
    made = user_json(call, blank) | {"id": number, "url": call.link(f"/users/{number}")} | _known(wanted)
    call.account.kept.setdefault("users", {})[number] = made
    return Reply({"user": made}, 201, {"Location": str(made["url"])})


def _known(wanted: Json) -> Json:
    return {
        key: value for key, value in wanted.items() if key in ("name", "email", "phone", "external_id", "tags", "notes")
    }
