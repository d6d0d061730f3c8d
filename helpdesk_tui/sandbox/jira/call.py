"""One request as the handlers see it: who asks, in which dialect, in which zone; and how answers are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_tui.sandbox.jira import problems
from helpdesk_tui.sandbox.jira.identity import Directory, entry_of, issue_id, ordinal
from helpdesk_tui.sandbox.jira.index import Index
from helpdesk_tui.sandbox.model import Credential, Desk, Person, Ticket, World

CUSTOMERS = frozenset({"BROWSE_PROJECTS", "ADD_COMMENTS", "CREATE_ISSUES"})
READERS = CUSTOMERS | {"LINK_ISSUES"}


@dataclass(slots=True)
class Site:
    """The whole imitation: the company, its directory and the search index."""

    world: World
    credentials: tuple[Credential, ...]
    directory: Directory
    index: Index

    @property
    def desk(self) -> Desk:
        """Jira's tickets."""
        return self.world.desk("jira")


@dataclass(slots=True)
class Call:
    """One request. `version` is "2" or "3"; `cloud` decides names, bodies and which endpoints there are."""

    site: Site
    request: Request
    base: str
    version: str
    cloud: bool
    person: Person
    role: str
    _zones: dict[str, ZoneInfo] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The account's zone: answers are written in it and JQL dates are read in it."""
        if self.person.zone not in self._zones:
            self._zones[self.person.zone] = ZoneInfo(self.person.zone or "UTC")
        return self._zones[self.person.zone]

    @property
    def now(self) -> int:
        """The sandbox's present."""
        return self.site.world.clock.now()

    def moment(self, seconds: int) -> str:
        """An instant as Jira writes it: milliseconds, and an offset without colon, of the caller's zone."""
        return datetime.fromtimestamp(seconds, self.zone).strftime("%Y-%m-%dT%H:%M:%S.000%z")

    def date(self, seconds: int) -> dict[str, Any]:
        """An instant as the service desk API writes it."""
        local = datetime.fromtimestamp(seconds, self.zone)
        return {
            "iso8601": local.strftime("%Y-%m-%dT%H:%M:%S%z"),
            "jira": self.moment(seconds),
            "friendly": local.strftime("%d/%b/%y %I:%M %p"),
            "epochMillis": seconds * 1000,
        }

    def api(self, path: str) -> str:
        """The address of a resource of the platform API."""
        return f"{self.base}/rest/api/{self.version}/{path}"

    def text(self, name: str, default: str = "") -> str:
        """A query parameter."""
        return self.request.query_params.get(name, default)

    def flag(self, name: str, default: bool = False) -> bool:
        """A query parameter that is true or false; "True" counts, as some clients send it."""
        return self.text(name, str(default)).lower() == "true"

    def number(self, name: str, default: int) -> int:
        """A query parameter that is an integer. Raises the RFC 7807 refusal."""
        value = self.text(name)
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            raise problems.bad_integer(name, value, self.request.url.path) from None

    def listed(self, name: str) -> list[str]:
        """A query parameter that may come several times, and each time with commas."""
        parts = (part.strip() for value in self.request.query_params.getlist(name) for part in value.split(","))
        return [part for part in parts if part]

    async def body(self) -> Any:
        """The JSON body. Raises the measured refusals for no media type, no content and no JSON."""
        kind = self.request.headers.get("content-type")
        if kind is None or "json" not in kind:
            detail = f"Content-Type '{'null' if kind is None else kind}' is not supported."
            raise problems.rfc7807(415, "Unsupported Media Type", detail, self.request.url.path)
        raw = await self.request.body()
        if not raw:
            raise problems.messages_only(400, "No content to map to Object due to end of input")
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            text = "There was an error parsing JSON. Check that your request body is valid."
            raise problems.messages_only(400, text) from None

    async def mapping(self) -> dict[str, Any]:
        """The JSON body, which must be an object."""
        value = await self.body()
        if not isinstance(value, dict):
            raise problems.messages_only(400, problems.BAD_PAYLOAD)
        return value

    def may_see(self, ticket: Ticket | None) -> bool:
        """Whether this account may browse a ticket."""
        if ticket is None or ticket.deleted or ticket.forbidden:
            return False
        return self.role != "requester" or ticket.requester == self.person.uid

    def may(self, permission: str, where: Ticket | str = "") -> bool:
        """Whether this account has a permission for a ticket, in a project (by key), or anywhere.

        Agents work in the service desks; in the projects of other departments they read and comment. Customers have
        the portal.
        """
        if self.role == "admin":
            return True
        key = self.site.directory.project(where) if isinstance(where, Ticket) else where
        if self.role == "requester":
            return permission in CUSTOMERS
        if permission.startswith(("ADMINISTER", "SYSTEM_ADMIN", "DELETE_")):
            return False
        return permission in READERS or not key or key in self.site.directory.desks()

    def issue(self, name: str) -> Ticket:
        """A ticket by id, key, or the key it had before it was moved. Raises the 404 that hides its reason."""
        n = ordinal(name)
        if not n and "-" in name:
            n = self._by_key(name.upper())
        ticket = self.site.desk.get(n) if n else None
        if ticket is None or not self.may_see(ticket):
            raise problems.missing_issue()
        return ticket

    def hidden(self, name: str) -> Ticket | None:
        """A ticket that exists and that this account may not browse: the service desk API tells it from none at all."""
        n = ordinal(name) or (self._by_key(name.upper()) if "-" in name else 0)
        ticket = self.site.desk.get(n) if n else None
        return ticket if ticket is not None and not ticket.deleted and not self.may_see(ticket) else None

    def _by_key(self, name: str) -> int:
        project, _, tail = name.rpartition("-")
        n = int(tail) if tail.isascii() and tail.isdigit() and len(tail) < 10 else 0
        ticket = self.site.desk.get(n) if n else None
        if ticket is None:
            return 0
        directory = self.site.directory
        return n if project == directory.project(ticket) or project in directory.was_in(ticket) else 0

    def entry(self, name: str) -> tuple[Ticket, int]:
        """The ticket and place of a comment's identifier. Raises 404."""
        n, place = entry_of(name)
        ticket = self.site.desk.get(n) if n else None
        if ticket is None or not self.may_see(ticket) or place >= len(ticket.events):
            raise problems.collection(404, f"Can not find a comment for the id: {name}.")
        return ticket, place

    def agents_only(self) -> None:
        """Refuse customers, as the service desk API does."""
        if self.role == "requester":
            raise problems.desk(403, "You do not have permission to view this content.", "sd.agent.permission.error")


def respond(value: object, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(orjson.dumps(value), status, {"content-type": problems.JSON_TYPE})


def empty(status: int = 204) -> Response:
    """An answer without content."""
    return Response(b"", status)


def utc(seconds: int) -> str:
    """An instant in ISO 8601, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def self_of(call: Call, ticket: Ticket) -> str:
    """The address of an issue."""
    return call.api(f"issue/{issue_id(ticket.n)}")
