"""Searching: Cloud's `search/jql` with closed body and page tokens, Data Center's search by offset, counts, bulk."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from starlette.responses import Response

from helpdesk_tui.sandbox.jira import problems
from helpdesk_tui.sandbox.jira.call import Call, respond
from helpdesk_tui.sandbox.jira.catalog import MULTI_VALUED, NAMES, schema
from helpdesk_tui.sandbox.jira.fields import SiteFields
from helpdesk_tui.sandbox.jira.identity import ordinal
from helpdesk_tui.sandbox.jira.index import Plan
from helpdesk_tui.sandbox.jira.issues import chosen, issue_json
from helpdesk_tui.sandbox.jira.jql import JqlError, parse
from helpdesk_tui.sandbox.jira.meaning import Known, meaning
from helpdesk_tui.sandbox.model import Ticket

_BEAN = frozenset(
    {
        "expand",
        "fields",
        "fieldsByKeys",
        "jql",
        "maxResults",
        "nextPageToken",
        "properties",
        "reconcileIssues",
        "failFast",
    }
)
_LISTS = ("fields", "properties", "reconcileIssues")
MAX_RESULTS = 5000
WIDE = 100
"""With more than a handful of fields a page holds no more issues than this, whatever was asked."""
SERVER_MAX = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client of search/jql asked for."""

    jql: str
    count: int
    fields: tuple[str, ...]
    token: str
    expand: str
    fresh: frozenset[int]


async def removed(call: Call) -> Response:
    """GET and POST /search: 410 on Cloud; the offset search on Data Center."""
    if not call.cloud:
        return await _offset_search(call)
    raise problems.collection(410, problems.REMOVED)


async def post(call: Call) -> Response:
    """POST /search/jql: reads the body and nothing else."""
    _cloud_only(call)
    body = await call.mapping()
    if "reconcileIssues" in body and body["reconcileIssues"] is None:
        text = 'Cannot invoke "java.util.List.stream()" because "reconcileIssues" is null'
        raise problems.Problem(500, orjson.dumps({"message": text, "status-code": 500, "stack-trace": ""}))
    if not set(body) <= _BEAN or not _well_typed(body):
        raise problems.messages_only(400, problems.BAD_PAYLOAD)
    count = body.get("maxResults")
    fresh = frozenset(ordinal(str(number)) for number in body.get("reconcileIssues", []))
    asked = Asked(
        body.get("jql") or "",
        50 if count is None else count,
        tuple(body.get("fields") or ()),
        body.get("nextPageToken") or "",
        body.get("expand") or "",
        fresh,
    )
    return _answer(call, asked)


def _well_typed(body: Mapping[str, Any]) -> bool:
    lists = (body.get(name) or [] for name in _LISTS)
    texts = (body.get(name) or "" for name in ("jql", "nextPageToken", "expand"))
    count = body.get("maxResults", 50)
    counted = count is None or (isinstance(count, int) and not isinstance(count, bool))
    return counted and all(isinstance(x, list) for x in lists) and all(isinstance(x, str) for x in texts)


async def get(call: Call) -> Response:
    """GET /search/jql: reads the query string and nothing else."""
    _cloud_only(call)
    fresh = frozenset(ordinal(number) for number in call.listed("reconcileIssues"))
    asked = Asked(
        call.text("jql"),
        call.number("maxResults", 50),
        tuple(call.listed("fields")),
        call.text("nextPageToken"),
        call.text("expand"),
        fresh,
    )
    return _answer(call, asked)


def _cloud_only(call: Call) -> None:
    if not call.cloud:
        raise problems.collection(404, "null for uri: " + call.request.url.path)


def _answer(call: Call, asked: Asked) -> Response:
    token = _decode(asked) if asked.token else {}
    if not 1 <= asked.count <= MAX_RESULTS:
        raise problems.collection(400, "The maxResults parameter must be between 1 and 5,000.")
    plan = plan_of(call, asked.jql, asked.fresh)
    names = (
        [] if set(asked.fields) <= {"id"} else chosen([f for f in asked.fields if f not in ("id", "key")], "*navigable")
    )
    if set(asked.fields) <= {"id", "key"}:
        names = []
    count = asked.count if len(names) <= 3 else min(asked.count, WIDE)
    rows, after = _page(call, plan, token, count)
    shape: dict[str, Any] = {"issues": [_hit(call, ticket, names, asked) for ticket in rows], "isLast": after is None}
    if after is not None:
        shape["nextPageToken"] = _encode(asked, after)
    if "names" in asked.expand:
        shape["names"] = {name: NAMES[name] for name in names}
    if "schema" in asked.expand:
        shape["schema"] = {name: schema(name) for name in names}
    return respond(shape)


def _hit(call: Call, ticket: Ticket, names: list[str], asked: Asked) -> dict[str, Any]:
    expand = ",".join(part for part in asked.expand.split(",") if part in ("changelog", "renderedFields"))
    shape = issue_json(call, ticket, names, expand)
    if set(asked.fields) <= {"id"}:
        return {"id": shape["id"]}
    return shape


def plan_of(call: Call, jql: str, fresh: frozenset[int] = frozenset(), *, bounded: bool = True) -> Plan:
    """A query made ready for this account. Raises what Jira answers to a query it cannot use."""
    site = call.site
    try:
        query = parse(jql)
        if query.where is None:
            if bounded:
                raise problems.collection(400, problems.UNBOUNDED)
            known = Known(lambda _: True)
        else:
            fields = SiteFields(site.world, site.directory, call.now, call.zone, call.person.uid, call.may_see)
            known = meaning(query.where, fields)
        return Plan(known, query.order, fresh)
    except JqlError as error:
        raise problems.collection(400, str(error)) from None


def _page(
    call: Call, plan: Plan, token: Mapping[str, Any], count: int
) -> tuple[list[Ticket], Mapping[str, Any] | None]:
    """The newest state of the tickets of one page, and where the next begins (None after the last)."""
    index = call.site.index
    if index.walks(plan):
        after = (int(token["u"]), int(token["n"])) if "u" in token else None
        hits = list(islice((hit for hit in index.walk(plan, after) if call.may_see(_now(call, hit[0]))), count + 1))
        rows = [_now(call, ticket) for ticket, _ in hits[:count]]
        if len(hits) <= count:
            return rows, None
        return rows, {"u": hits[count - 1][1][0], "n": hits[count - 1][1][1]}
    numbers = index.recall(int(token["l"])) if "l" in token else None
    if numbers is None:
        numbers = [ticket.n for ticket in index.matches(plan)]
    start = int(token.get("o", 0))
    seen = _seen(call, numbers[start : start + count])
    if start + count >= len(numbers):
        return seen, None
    ident = int(token["l"]) if "l" in token and index.recall(int(token["l"])) else index.remember(numbers)
    return seen, {"l": ident, "o": start + count}


def _seen(call: Call, numbers: Sequence[int]) -> list[Ticket]:
    return [t for n in numbers if (t := call.site.desk.get(n)) is not None and call.may_see(t)]


def _now(call: Call, ticket: Ticket) -> Ticket:
    return call.site.desk.get(ticket.n) or ticket


def _encode(asked: Asked, after: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps({"q": _digest(asked.jql), **after})).decode().rstrip("=")


def _decode(asked: Asked) -> dict[str, Any]:
    try:
        raw = base64.urlsafe_b64decode(asked.token + "=" * (-len(asked.token) % 4))
        token = orjson.loads(raw)
        if isinstance(token, dict) and token.get("q") == _digest(asked.jql):
            return token
    except (binascii.Error, ValueError):
        pass
    raise problems.collection(400, "The provided nextPageToken is invalid or has expired.")


def _digest(jql: str) -> str:
    return hashlib.blake2b(jql.encode("utf-8", "replace"), digest_size=6).hexdigest()


async def _offset_search(call: Call) -> Response:
    if call.request.method == "POST":
        body = await call.mapping()
        jql, start, count = str(body.get("jql") or ""), int(body.get("startAt") or 0), body.get("maxResults", 50)
        fields, expand = body.get("fields") or [], ",".join(body.get("expand") or [])
    else:
        jql, start, count = call.text("jql"), call.number("startAt", 0), call.number("maxResults", 50)
        fields, expand = call.listed("fields"), call.text("expand")
    plan = plan_of(call, jql, bounded=False)
    size = SERVER_MAX if count < 0 else min(int(count), SERVER_MAX)
    numbers = call.site.index.snapshot(
        f"{call.person.uid} {jql}", plan, lambda hit: call.may_see(_now(call, hit)), again=start == 0
    )
    names = chosen(list(fields), "*navigable")
    return respond(
        {
            "expand": "schema,names",
            "startAt": start,
            "maxResults": size,
            "total": len(numbers),
            "issues": [
                issue_json(call, ticket, names, expand) for ticket in _seen(call, numbers[start : start + size])
            ],
        }
    )


async def count(call: Call) -> Response:
    """POST /search/approximate-count."""
    _cloud_only(call)
    body = await call.mapping()
    plan = plan_of(call, str(body.get("jql") or ""))
    return respond({"count": call.site.index.estimate(plan, lambda hit: call.may_see(_now(call, hit)))})


async def bulk_fetch(call: Call) -> Response:
    """POST /issue/bulkfetch: what cannot be seen is in neither list."""
    _cloud_only(call)
    body = await call.mapping()
    names = body.get("issueIdsOrKeys")
    if not isinstance(names, list) or not names:
        raise problems.collection(400, errors={"issueIdsOrKeys": "issueIdsOrKeys must not be empty"})
    fields, expand = body.get("fields") or [], body.get("expand") or []
    limit = 1000 if fields and len(fields) <= 100 and not MULTI_VALUED.intersection(fields) and not expand else 100
    if len(names) > limit:
        raise problems.collection(400, f"The maximum number of issues that can be fetched is {limit}.")
    found: dict[int, Ticket] = {}
    for name in names:
        try:
            ticket = call.issue(str(name))
        except problems.Problem:
            continue
        found[ticket.n] = ticket
    wanted = (
        chosen([name for name in fields if name not in ("id", "key")], "*navigable")
        if set(fields) - {"id", "key"} or not fields
        else []
    )
    rows = [issue_json(call, found[n], wanted, ",".join(expand)) for n in sorted(found)]
    return respond({"issues": rows, "issueErrors": []})


async def jql_parse(call: Call) -> Response:
    """POST /jql/parse: whether queries can be used."""
    body = await call.mapping()
    rows: list[dict[str, Any]] = []
    for query in body.get("queries") or []:
        try:
            parse(str(query))
            rows.append({"query": query, "structure": {}})
        except JqlError as error:
            rows.append({"query": query, "errors": [str(error)]})
    return respond({"queries": rows})
