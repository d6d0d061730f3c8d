"""Every request the adapter makes is one the official OpenAPI documents describe.

The older document is whole but lacks what the platform's guides describe apart: side-loading, page sizes of exports,
cursor paging. Those are named in `GUIDES`, so that anything else that creeps in is noticed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.base import Phase

PAGES = {"page[size]", "page[after]"}
GUIDES: dict[str, set[str]] = {
    "/api/v2/incremental/tickets/cursor": {"include", "per_page"},
    "/api/v2/tickets/show_many": {"include"},
    "/api/v2/tickets": {"include", "sort", *PAGES},
    "/api/v2/tickets/{ticket_id}/comments": {*PAGES},
    "/api/v2/tickets/{ticket_id}/audits": {*PAGES},
    "/api/v2/groups": {*PAGES},
    "/api/v2/brands": {*PAGES},
    "/api/v2/group_memberships": {*PAGES},
    "/api/v2/organizations": {*PAGES},
    "/api/v2/users": {"role[]", *PAGES},
    "/api/v2/search/export": {"page[after]"},
}
UNDESCRIBED = {"/oauth/tokens"}


class Document:
    """The two documents as one: operations with the parameters that may and must be sent."""

    def __init__(self, folder: Path) -> None:
        self._whole = json.loads((folder / "support-api-oas.ballerina-2025-04-08.json").read_text())
        newer = json.loads((folder / "support-api-oas.2026-10-05.partial.json").read_text())
        self._newer = newer["paths"]
        self.paths: list[str] = sorted({*self._whole["paths"], *self._newer}, key=lambda path: path.count("{"))

    def path_of(self, path: str) -> str | None:
        """The template a path is one of, the most literal first."""
        for template in self.paths:
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path):
                return template
        return None

    def parameters(self, template: str, method: str) -> dict[str, dict[str, Any]]:
        """The query parameters of an operation by name."""
        found: dict[str, dict[str, Any]] = {}
        for paths in (self._whole["paths"], self._newer):
            item = paths.get(template, {})
            for raw in [*item.get("parameters", []), *item.get(method, {}).get("parameters", [])]:
                named = self._resolved(raw)
                if named.get("in") == "query":
                    found[named["name"]] = named
        return found

    def _resolved(self, raw: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in raw:
            return raw
        found: dict[str, Any] = self._whole["components"]["parameters"][raw["$ref"].rpartition("/")[2]]
        return found

    def has(self, template: str, method: str) -> bool:
        """Whether the operation exists."""
        return any(method in paths.get(template, {}) for paths in (self._whole["paths"], self._newer))


@pytest.fixture(scope="session")
def document(reference: Path) -> Document:
    return Document(reference / "zendesk")


def faults(document: Document, request: httpx.Request) -> list[str]:
    """What is wrong with a request, by the documents."""
    template, method = document.path_of(request.url.path), request.method.lower()
    if template is None or not document.has(template, method):
        return [f"no operation {request.method} {request.url.path}"]
    known, extra = document.parameters(template, method), GUIDES.get(template, set())
    sent = dict(request.url.params.multi_items())
    found = [f"{template}: unknown parameter {name}" for name in sent if name not in known and name not in extra]
    for name, parameter in known.items():
        schema = parameter.get("schema", {})
        if parameter.get("required") and name not in sent and not (name == "start_time" and "cursor" in sent):
            found.append(f"{template}: {name} is missing")
        if name in sent and schema.get("type") == "integer" and not sent[name].isdecimal():
            found.append(f"{template}: {name} is no integer")
        if name in sent and "enum" in schema and sent[name] not in schema["enum"]:
            found.append(f"{template}: {name}={sent[name]} is not one of {schema['enum']}")
    return found


async def _everything(floor: Any, role: str, **settings: Any) -> None:
    adapter = floor.adapter(role, **settings)
    await adapter.check()
    floor.clock.step(600)
    for feed in adapter.feeds():
        cursor = (
            "" if feed.phase in (Phase.OPEN, Phase.REFERENCE) else adapter.start(feed, floor.clock.now() - 1_500_000)
        )
        async for page in adapter.pull(feed, cursor):
            cursor = page.cursor
        if feed.phase is Phase.CHANGES:
            async for _ in adapter.pull(feed, cursor):
                pass
    async for _ in adapter.census():
        pass
    keys = sorted(floor.open_now())[:3]
    await adapter.fetch([*keys, "987654"])
    await adapter.events(keys)
    await adapter.activity(keys[0])
    await adapter.close()


@pytest.mark.parametrize("role", ["admin", "agent"])
async def test_every_request_is_described(make_floor: Any, document: Document, role: str) -> None:
    floor = make_floor(tickets=10_000)
    await _everything(floor, role)
    await _everything(floor, role, scope={"brands": ["Service Desk"]})
    wrong = {fault for request in floor.transport.requests for fault in faults(document, request)}
    assert not wrong
    templates = {document.path_of(request.url.path) for request in floor.transport.requests}
    assert templates >= GUIDES.keys() - ({"/api/v2/incremental/tickets/cursor"} if role == "agent" else set())
    assert any("page[after]" in request.url.params for request in floor.transport.requests)


async def test_signing_in_over_oauth_is_the_only_request_beyond_the_documents(floor: Any, document: Document) -> None:
    adapter = floor.adapter(auth="oauth", client_id="floor", secret=_Told("floor-secret"))
    await adapter.check()
    await adapter.close()
    assert {r.url.path for r in floor.transport.requests if document.path_of(r.url.path) is None} == UNDESCRIBED


class _Told:
    def __init__(self, value: str) -> None:
        self.value = value

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return self.value

    def expire(self) -> None:
        pass


@pytest.mark.parametrize(
    ("method", "url", "fault"),
    [
        ("GET", "/api/v2/ticketz", "no operation"),
        ("DELETE", "/api/v2/users/me", "no operation"),
        ("GET", "/api/v2/tickets/show_many?ids=1&colour=red", "unknown parameter"),
        ("GET", "/api/v2/tickets/show_many", "is missing"),
        ("GET", "/api/v2/incremental/ticket_events?start_time=soon", "no integer"),
        ("GET", "/api/v2/users?role=boss", "not one of"),
    ],
)
def test_the_check_can_fail(document: Document, method: str, url: str, fault: str) -> None:
    assert fault in faults(document, httpx.Request(method, f"https://z3n.example{url}"))[0]
