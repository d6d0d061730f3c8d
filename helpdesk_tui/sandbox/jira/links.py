"""Links between issues, kept as marks of both ends.

The issue sent as `inwardIssue` is where the link comes from: it reads the outward phrase, and shows the other as its
`outwardIssue`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from helpdesk_tui.sandbox.jira import problems
from helpdesk_tui.sandbox.jira.call import Call, empty, respond, self_of
from helpdesk_tui.sandbox.jira.catalog import BY_STATE, ISSUE_TYPES, PRIORITIES
from helpdesk_tui.sandbox.jira.identity import issue_id
from helpdesk_tui.sandbox.model import Ticket

TYPES: Final = (
    ("10000", "Blocks", "is blocked by", "blocks"),
    ("10001", "Cloners", "is cloned by", "clones"),
    ("10002", "Duplicate", "is duplicated by", "duplicates"),
    ("10003", "Relates", "relates to", "relates to"),
)
_STEP: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Joint:
    """A link: its type's identifier, the ticket it comes from and the one it leads to."""

    type: str
    source: int
    target: int

    @property
    def lid(self) -> str:
        """Its identifier."""
        return f"{self.type}{self.source * _STEP + self.target:014d}"

    @property
    def mark(self) -> str:
        """Its mark on both tickets."""
        return f"link.{self.type}.{self.source}.{self.target}"


def joints(ticket: Ticket) -> Iterator[Joint]:
    """The links of a ticket."""
    for mark, there in ticket.marks.items():
        if mark.startswith("link.") and there:
            _, kind, source, target = mark.split(".")
            yield Joint(kind, int(source), int(target))


def shown(call: Call, ticket: Ticket) -> list[dict[str, Any]]:
    """The field `issuelinks`: links to issues that may be seen."""
    found = []
    for joint in joints(ticket):
        outward = joint.source == ticket.n
        other = call.site.desk.get(joint.target if outward else joint.source)
        if other is None or not call.may_see(other):
            continue
        row = {"id": joint.lid, "self": call.api(f"issueLink/{joint.lid}"), "type": type_json(call, joint.type)}
        found.append(row | {"outwardIssue" if outward else "inwardIssue": _brief(call, other)})
    return found


def _brief(call: Call, ticket: Ticket) -> dict[str, Any]:
    status, (pid, name, _), (tid, kind) = BY_STATE[ticket.state], PRIORITIES[ticket.priority], ISSUE_TYPES[ticket.kind]
    return {
        "id": issue_id(ticket.n),
        "key": call.site.directory.key(ticket),
        "self": self_of(call, ticket),
        "fields": {
            "summary": ticket.title.replace("\r", " ").replace("\n", " "),
            "status": {"id": status.sid, "name": status.name},
            "priority": {"id": pid, "name": name},
            "issuetype": {"id": tid, "name": kind, "subtask": False},
        },
    }


def type_json(call: Call, tid: str) -> dict[str, Any]:
    """A type of links."""
    tid, name, inward, outward = next(row for row in TYPES if row[0] == tid)
    return {"id": tid, "name": name, "inward": inward, "outward": outward, "self": call.api(f"issueLinkType/{tid}")}


async def types(call: Call) -> Response:
    """GET /issueLinkType."""
    return respond({"issueLinkTypes": [type_json(call, row[0]) for row in TYPES]})


async def make(call: Call) -> Response:
    """POST /issueLink: 201 without a body, also for a link there is already."""
    body = await call.mapping()
    if set(body) - {"type", "inwardIssue", "outwardIssue", "comment"}:
        raise problems.messages_only(400, problems.BAD_PAYLOAD)
    asked = body.get("type") or {}
    known = [row[0] for row in TYPES if asked.get("id") == row[0] or asked.get("name") == row[1]]
    if not known:
        raise problems.collection(404, f"No issue link type with name '{asked.get('name', '')}' found.")
    source, target = _end(call, body.get("inwardIssue")), _end(call, body.get("outwardIssue"))
    if source.n == target.n:
        raise problems.collection(400, "You cannot link an issue to itself.")
    if not call.may("LINK_ISSUES", source):
        raise problems.collection(401, "You do not have permission to link issues in this project.")
    joint = Joint(known[0], source.n, target.n)
    if joint not in joints(source):
        _note(call, joint, source, target, "1")
    return empty(201)


def _note(call: Call, joint: Joint, source: Ticket, target: Ticket, there: str) -> None:
    """Write a link down on both of its ends, or strike it out, with a line for the changelog of each."""
    _, _, inward, outward = next(row for row in TYPES if row[0] == joint.type)
    for ticket, other, phrase in ((source, target, outward), (target, source, inward)):
        line = f"{phrase} {call.site.directory.key(other)}"
        edits = {"issuelinks": ("", line) if there else (line, "")}
        call.site.desk.change(ticket.n, call.person.uid, marks={joint.mark: there}, edits=edits)


def _end(call: Call, named: Mapping[str, Any] | None) -> Ticket:
    return call.issue(str((named or {}).get("id") or (named or {}).get("key") or ""))


async def remove(call: Call) -> Response:
    """DELETE /issueLink/{id}."""
    lid = call.request.path_params["link"]
    kind, rest = lid[:5], lid[5:]
    source, target = divmod(int(rest), _STEP) if rest.isdecimal() and len(rest) == 14 else (0, 0)
    joint = Joint(kind, source, target)
    ends = [ticket for n in (source, target) if n and (ticket := call.site.desk.get(n))]
    if len(ends) < 2 or joint not in joints(ends[0]) or not call.may("LINK_ISSUES", ends[0]):
        raise problems.collection(404, f"No issue link with id '{lid}' exists.")
    _note(call, joint, ends[0], ends[1], "")
    return empty()
