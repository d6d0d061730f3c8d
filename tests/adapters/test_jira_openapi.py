"""Every request the Jira adapter makes, and every answer the sandbox gives it, against Atlassian's own documents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from openapi_schema_validator import OAS30Validator

from helpdesk_tui.adapters.jira.adapter import Jira
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.sandbox.jira import application
from helpdesk_tui.sandbox.model import Credential, World
from helpdesk_tui.sandbox.world import build_world

NOW = 1_790_000_000
UNDOCUMENTED = {"/_edge/tenant_info"}
"""Addresses that no document describes; what they answer is in the reference."""

Exchange = tuple[httpx.Request, httpx.Response]


class Token:
    """A secret that stays."""

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return "tok-1"

    def expire(self) -> None:
        """Nothing to forget."""


class Recorder(httpx.AsyncBaseTransport):
    """Hands requests on and keeps them with their answers."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.seen: list[Exchange] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self.inner.handle_async_request(request)
        body = await answer.aread()
        kept = httpx.Response(answer.status_code, headers=answer.headers, content=body, request=request)
        self.seen.append((request, kept))
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)


@cache
def document(folder: Path, name: str) -> dict[str, Any]:
    """One OpenAPI document."""
    loaded: dict[str, Any] = json.loads((folder / "jira" / "openapi" / name).read_text())
    return loaded


def operation(folder: Path, request: httpx.Request) -> tuple[dict[str, Any], dict[str, Any]]:
    """The document and the operation that describe a request; AssertionError where none does."""
    path = request.url.path.replace("/rest/api/2/", "/rest/api/3/")
    name = (
        "jsm-servicedesk.2025-10.json" if path.startswith("/rest/servicedeskapi") else "jira-platform-v3.2025-12.json"
    )
    whole = document(folder, name)
    fitting = []
    for template, operations in whole["paths"].items():
        pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and request.method.lower() in operations:
            fitting.append((template.count("{"), template, operations[request.method.lower()]))
    assert fitting, f"no document knows {request.method} {path}"
    return whole, min(fitting, key=lambda row: row[0])[2]


def problems(whole: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with a value, by its schema."""
    validator = OAS30Validator({**schema, "components": whole["components"]})
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


def wrong_request(folder: Path, request: httpx.Request) -> Iterator[str]:
    """What is wrong with a request."""
    whole, found = operation(folder, request)
    declared = {p["name"]: p for p in found.get("parameters", []) if p.get("in") == "query"}
    given = request.url.params
    for name in given:
        if name not in declared:
            yield f"the parameter {name} is not known"
            continue
        schema = declared[name]["schema"]
        kind = schema.get("type")
        value: Any = given.get_list(name) if kind == "array" else given[name]
        if kind in ("integer", "boolean"):
            value = json.loads(value)
        yield from problems(whole, schema, value)
    missing = {name for name, row in declared.items() if row.get("required")} - set(given)
    if missing:
        yield f"required and absent: {missing}"
    body = found.get("requestBody")
    if body is not None:
        schema = body["content"]["application/json"]["schema"]
        yield from problems(whole, schema, json.loads(request.content))
    elif request.content:
        yield "a body where none belongs"


def wrong_answer(folder: Path, exchange: Exchange) -> list[str]:
    """What is wrong with an answer; nulls count as absent, since the documents do not mark what may be null."""
    request, answer = exchange
    whole, found = operation(folder, request)
    told = found["responses"].get(str(answer.status_code), {}).get("content", {})
    schema = next((row.get("schema") for kind, row in told.items() if "json" in kind), None)
    return problems(whole, schema, without_nulls(answer.json())) if schema else []


def without_nulls(value: Any) -> Any:
    """The value without members that are null."""
    if isinstance(value, dict):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


@pytest.fixture
async def exchanges() -> list[Exchange]:
    """Everything the adapter says to a Cloud site in its whole life, and what it is told."""
    world = build_world(3, 1500, 1.0, NOW, paused=True)
    me = Credential("coordinator@example.com", "pw", "tok-1", "agent", 1)
    app = application(cast(World, world), [me], burst=10**6)
    recorder = Recorder(httpx.ASGITransport(app))
    source = SourceConfig(
        name="desk",
        platform="jira",
        url="http://jira.test",
        username=me.login,
        auth="token",
        scope={"jql": 'labels is EMPTY OR labels in ("vip") OR priority > Low'},
    )
    jira = Jira(source, Token(), now=world.clock.now, transport=recorder)
    await jira.check()
    keys: set[str] = set()
    for feed in jira.feeds():
        cursor = jira.start(feed, NOW - 30 * 86_400)
        async for page in jira.pull(feed, cursor):
            keys |= {ticket.key for ticket in page.tickets}
    async for _ in jira.census():
        pass
    some = sorted(keys)[:120]
    await jira.events(some)
    await jira.activity(some[0])
    await jira.fetch([*some, "99999999"])
    await jira.close()
    return recorder.seen


async def test_every_request_is_one_that_atlassian_documents(exchanges: list[Exchange], reference: Path) -> None:
    asked = {request.url.path for request, _ in exchanges}
    assert {"/rest/api/3/search/jql", "/rest/api/3/changelog/bulkfetch", "/rest/api/3/issue/bulkfetch"} <= asked
    for request, _ in exchanges:
        if request.url.path not in UNDOCUMENTED:
            wrong = list(wrong_request(reference, request))
            assert not wrong, f"{request.method} {request.url}: {wrong}"


async def test_a_wrong_request_would_be_noticed(reference: Path) -> None:
    body = {"jql": "project = ITS", "startAt": 0}
    request = httpx.Request("POST", "http://jira.test/rest/api/3/search/jql", json=body)
    assert any("startAt" in line for line in wrong_request(reference, request))
    lost = httpx.Request("GET", "http://jira.test/rest/api/3/field?expnd=1")
    assert list(wrong_request(reference, lost)) == ["the parameter expnd is not known"]


async def test_every_answer_of_the_sandbox_has_the_documented_shape(exchanges: list[Exchange], reference: Path) -> None:
    seen: set[tuple[str, str]] = set()
    found: list[str] = []
    for exchange in exchanges:
        request, answer = exchange
        address = re.sub(r"\d+", "#", request.url.path)
        if (request.method, address) in seen or answer.status_code != 200:
            continue
        seen.add((request.method, address))
        wrong = wrong_answer(reference, exchange)
        if request.url.path.endswith("/changelog/bulkfetch"):
            # The schema says text; the document's own example, and Jira, give a number.
            wrong = [line for line in wrong if ".created: " not in line]
        if wrong:
            found.append(f"{request.method} {request.url}: {wrong[:5]}")
    assert not found, "\n".join(found)
    assert len(seen) > 12
