"""People and groups as Jira shows them: by account id on Cloud, by name and key on Data Center."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from helpdesk_tui.sandbox.jira import problems
from helpdesk_tui.sandbox.jira.call import Call, respond
from helpdesk_tui.sandbox.jira.identity import ISSUE_BASE, account_id, group_uuid, is_customer
from helpdesk_tui.sandbox.model import Group, Person

USER_WINDOW = 1000
"""User searches look at the first thousand users and no further."""


def user(call: Call, uid: int) -> dict[str, Any] | None:
    """A person as a value of an issue's field; None for nobody."""
    person = call.site.world.people.get(uid)
    return person_json(call, person) if person else None


def person_json(call: Call, person: Person) -> dict[str, Any]:
    """A person in full."""
    if not call.cloud:
        return _server_person(call, person)
    account = account_id(person.uid, is_customer(person))
    shown = {
        "self": call.api(f"user?accountId={account}"),
        "accountId": account,
        "avatarUrls": _avatars(call, person),
        "displayName": person.name,
        "active": person.active,
        "timeZone": person.zone,
        "accountType": _account_type(person),
    }
    if person.uid == call.person.uid or not is_customer(person):
        shown["emailAddress"] = person.email
    return shown


def _account_type(person: Person) -> str:
    if person.role == "service":
        return "app"
    return "customer" if is_customer(person) else "atlassian"


def _server_person(call: Call, person: Person) -> dict[str, Any]:
    return {
        "self": call.api(f"user?username={person.login}"),
        "name": person.login,
        "key": f"JIRAUSER{ISSUE_BASE + person.uid}",
        "emailAddress": person.email,
        "avatarUrls": _avatars(call, person),
        "displayName": person.name,
        "active": person.active,
        "deleted": False,
        "timeZone": person.zone,
        "locale": "en_UK",
    }


def _avatars(call: Call, person: Person) -> dict[str, str]:
    return {f"{size}x{size}": f"{call.base}/avatar/{person.uid}?size={size}" for size in (16, 24, 32, 48)}


def group_json(call: Call, group: Group) -> dict[str, Any]:
    """A group as a value of a group picker."""
    if call.cloud:
        gid = group_uuid(group.gid)
        return {"name": group.name, "groupId": gid, "self": call.api(f"group?groupId={gid}")}
    return {"name": group.name, "self": call.api(f"group?groupname={group.name}")}


async def myself(call: Call) -> Response:
    """GET /myself."""
    groups = [call.site.world.groups[gid] for gid in call.person.groups if gid in call.site.world.groups]
    items = [group_json(call, group) for group in groups]
    return respond(
        person_json(call, call.person)
        | {
            "emailAddress": call.person.email,
            "locale": "en_GB",
            "groups": {"size": len(items), "items": items if "groups" in call.text("expand") else []},
            "applicationRoles": {"size": 1, "items": []},
            "expand": "groups,applicationRoles",
        }
    )


def _matches(person: Person, query: str) -> bool:
    wanted = query.lower()
    words = person.name.lower().split()
    whole = (person.name.lower(), person.email.lower(), person.login.lower())
    return any(text.startswith(wanted) for text in (*words, *whole))


def _query(call: Call) -> str:
    if call.cloud and (call.text("username") or call.text("key")):
        text = "'accountId' must be the only user identifying query parameter in GDPR strict mode."
        raise problems.collection(400, text)
    return call.text("query") if call.cloud else call.text("username") or call.text("query")


def _window(call: Call, people: list[Person]) -> list[dict[str, Any]]:
    start, count = call.number("startAt", 0), call.number("maxResults", 50)
    return [person_json(call, person) for person in people[:USER_WINDOW][start : start + count]]


async def search(call: Call) -> Response:
    """GET /user/search: everybody whose name begins so."""
    query, wanted = _query(call), call.text("accountId")
    if call.role == "requester":
        return respond([])
    if wanted:
        person = call.site.directory.person(wanted)
        return respond([person_json(call, person)] if person else [])
    if call.cloud and not query and "query" not in call.request.query_params:
        raise problems.collection(400, "The query parameters 'query', 'username' and 'property' are all null.")
    everybody = sorted(call.site.world.people.values(), key=lambda person: (person.name, person.uid))
    dot = query in ("", ".", "%") if not call.cloud else query == ""
    return respond(_window(call, [p for p in everybody if dot or _matches(p, query)]))


async def everyone(call: Call) -> Response:
    """GET /users and /users/search."""
    people = sorted(call.site.world.people.values(), key=lambda person: person.uid)
    start, count = call.number("startAt", 0), min(call.number("maxResults", 50), 1000)
    return respond([] if call.role == "requester" else [person_json(call, p) for p in people[start : start + count]])


async def assignable(call: Call) -> Response:
    """GET /user/assignable/search and multiProjectSearch: the window first, then the filter: pages may be short."""
    directory = call.site.directory
    projects = call.listed("projectKeys") or call.listed("project")
    issue = call.text("issueKey") or call.text("issueId")
    if issue:
        projects = [directory.project(call.issue(issue))]
    if not projects:
        raise problems.collection(
            400, "At least one of the 'project', 'issueKey' or 'issueId' parameters must be given."
        )
    keys = [directory.project_key(name) for name in projects]
    if not all(keys):
        raise problems.collection(404, "No project could be found with that key or id.")
    if call.role == "requester":
        raise problems.collection(401, "You are not authorized to perform this action.")
    query, wanted = _query(call), call.text("accountId")
    start, count = call.number("startAt", 0), call.number("maxResults", 50)
    window = directory.technicians()[:USER_WINDOW][start : start + count]
    served = {group.gid for key in keys for group in directory.served_by(key)}
    shown = [p for p in window if p.active and (not served or served.intersection(p.groups))]
    if wanted:
        shown = [p for p in directory.technicians() if account_id(p.uid, is_customer(p)) == wanted]
    return respond([person_json(call, p) for p in shown if wanted or _matches(p, query)])


async def bulk(call: Call) -> Response:
    """GET /user/bulk: ten at a time unless told otherwise."""
    accounts = call.listed("accountId")
    if not accounts:
        raise problems.collection(400, "The accountId query parameter needs to be provided.")
    found = [person for name in accounts if (person := call.site.directory.person(name))]
    start, count = call.number("startAt", 0), min(call.number("maxResults", 10), 200)
    rows = [person_json(call, person) for person in found[start : start + count]]
    last = start + count >= len(found)
    return respond(
        {
            "self": str(call.request.url),
            "maxResults": count,
            "startAt": start,
            "total": len(found),
            "isLast": last,
            "values": rows,
        }
    )


async def one(call: Call) -> Response:
    """GET /user."""
    name = call.text("accountId") or call.text("username") or call.text("key")
    person = call.site.directory.person(name)
    if person is None:
        raise problems.collection(404, "Specified user does not exist or you do not have required permissions")
    return respond(person_json(call, person))


def _group(call: Call) -> Group:
    name = call.text("groupId") or call.text("groupname")
    found = call.site.directory.group(name)
    if found is None:
        raise problems.collection(404, f"The group named '{name}' does not exist.")
    return found


async def members(call: Call) -> Response:
    """GET /group/member: at most fifty a page."""
    if call.role == "requester":
        raise problems.collection(403, "You do not have permission to view this group.")
    group = _group(call)
    people = [p for p in call.site.directory.members(group) if p.active or call.flag("includeInactiveUsers")]
    start, count = call.number("startAt", 0), min(call.number("maxResults", 50), 50)
    rows = [person_json(call, person) for person in people[start : start + count]]
    return respond(_page(call, start, count, len(people), rows))


async def groups_bulk(call: Call) -> Response:
    """GET /group/bulk."""
    groups = call.site.directory.groups if call.role != "requester" else ()
    wanted = set(call.listed("groupId"))
    shown = [group for group in groups if not wanted or group_uuid(group.gid) in wanted]
    start, count = call.number("startAt", 0), call.number("maxResults", 50)
    rows = [{"name": group.name, "groupId": group_uuid(group.gid)} for group in shown[start : start + count]]
    return respond(_page(call, start, count, len(shown), rows))


async def groups_picker(call: Call) -> Response:
    """GET /groups/picker."""
    query = call.text("query").lower()
    groups = [g for g in call.site.directory.groups if query in g.name.lower()] if call.role != "requester" else []
    rows = [
        group_json(call, group) | {"html": group.name, "labels": []}
        for group in groups[: call.number("maxResults", 20)]
    ]
    return respond(
        {"header": f"Showing {len(rows)} of {len(groups)} matching groups", "total": len(groups), "groups": rows}
    )


def _page(call: Call, start: int, count: int, total: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "self": str(call.request.url),
        "maxResults": count,
        "startAt": start,
        "total": total,
        "isLast": start + count >= total,
        "values": rows,
    }
