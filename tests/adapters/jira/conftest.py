"""A Jira to write to, in process: Cloud, behind the gateway, or Data Center."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import cast

import httpx
import pytest

from helpdesk_tui.adapters.base import Verdict, Written
from helpdesk_tui.adapters.jira.adapter import Jira
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.changes import Change, Kind, Op
from helpdesk_tui.sandbox.jira import application
from helpdesk_tui.sandbox.jira.identity import Directory, account_id, group_uuid, is_customer, issue_id
from helpdesk_tui.sandbox.model import Credential, Ticket, World
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW = 1_790_000_000
SITE = "http://jira.test"
A, B = "01976f00-0000-7000-8000-00000000000a", "01976f00-0000-7000-8000-00000000000b"


class Token:
    """A secret that stays until it is taken back."""

    good = True

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return "tok-1" if self.good else "tok-0"

    def expire(self) -> None:
        """Nothing to forget."""


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """Hands requests on, keeps them, and lets single ones go wrong: `meddle` gets each and may answer or raise."""

    inner: httpx.AsyncBaseTransport
    seen: list[httpx.Request] = field(default_factory=list)
    before: Callable[[httpx.Request], httpx.Response | None] = lambda _request: None
    after: Callable[[httpx.Request, httpx.Response], httpx.Response] = lambda _request, response: response
    during: Callable[[], object] | None = None
    """Done once, while the body of the next write is under way."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        instead = self.before(request)
        if instead is not None:
            return instead
        if self.during is not None and request.method != "GET":
            meanwhile, self.during = self.during, None
            request = httpx.Request(
                request.method, request.url, headers=request.headers, content=_late(request, meanwhile)
            )
        return self.after(request, await self.inner.handle_async_request(request))

    def sent(self) -> list[tuple[str, str]]:
        """What was written, as method and the last part of the path."""
        return [(r.method, r.url.path.rpartition("/")[2]) for r in self.seen if r.method != "GET"]


async def _late(request: httpx.Request, meanwhile: Callable[[], object]) -> AsyncIterator[bytes]:
    yield b""
    meanwhile()
    yield request.content


@dataclass
class Stand:
    """A world, the adapter that writes to it, and the wire between."""

    world: LiveWorld
    jira: Jira
    wire: Wire
    token: Token
    cloud: bool

    def ticket(self, state: str = "open", place: int = 0, **more: object) -> Ticket:
        """A ticket of a service desk that somebody works on."""
        desk = self.world.desk("jira")
        keys = Directory(cast(World, self.world)).desks()
        found = [
            t
            for t in desk.by_number(descending=True)
            if t.state == state
            and t.owner
            and t.in_scope
            and not (t.forbidden or t.deleted)
            and Directory(cast(World, self.world)).project(t) in keys
            and all(getattr(t, name) == value for name, value in more.items())
        ]
        return found[place]

    def user(self, uid: int) -> str:
        """The identifier of somebody."""
        if not uid:
            return ""
        return account_id(uid, is_customer(self.world.people[uid])) if self.cloud else f"JIRAUSER{10_000 + uid}"

    def group(self, gid: int) -> str:
        return group_uuid(gid) if self.cloud else self.world.groups[gid].name

    def colleague(self, truth: Ticket, place: int = 0) -> int:
        """Another technician of the ticket's group."""
        people = self.world.people.values()
        found = [p.uid for p in people if truth.group in p.groups and p.active and p.uid != truth.owner and p.uid != 1]
        return found[place]

    def change(self, truth: Ticket, base: dict[str, str] | None = None, ident: str = A, **desired: str) -> Change:
        return wish(truth, self.world.clock.now(), base or {}, ident, desired)

    async def write(self, one: Change) -> Written:
        """Look and write, as the sender does."""
        own = [name for name in one.desired if name not in {"owner", "group"}]
        return await self.jira.write(one, await self.jira.look(one.key, fields=own))

    async def verify(self, one: Change) -> Verdict:
        return await self.jira.verify(one)

    def said(self, truth: Ticket, text: str) -> int:
        """How often a text stands on a ticket."""
        return sum(event.text.split() == text.split() for event in truth.events)


def wish(truth: Ticket, at: int, base: dict[str, str], ident: str, desired: dict[str, str]) -> Change:
    """A change of a ticket that was first sent just now."""
    names = {name.replace("_plus", "+").replace("_minus", "-"): value for name, value in desired.items()}
    return Change(
        id=ident,
        seq=1,
        source="desk",
        kind=Kind.TICKET,
        key=issue_id(truth.n),
        field=next(iter(names)),
        op=Op.SET,
        desired=names,
        base=base,
        first_sent_at=at,
    )


WAYS: dict[str, dict[str, object]] = {
    "cloud": {"url": SITE, "username": "coordinator@example.com", "auth": "token"},
    "gateway": {
        "url": SITE,
        "username": "coordinator@example.com",
        "auth": "scoped_token",
        "options": {"gateway": SITE},
    },
    "server": {"url": f"{SITE}/dc", "auth": "pat"},
}


def stand_for(way: str = "cloud", *, role: str = "agent", **more: object) -> Stand:
    """A fresh world behind an adapter."""
    world = build_world(5, 900, 1.0, NOW, paused=True)
    known = Credential("coordinator@example.com", "pw", "tok-1", role, 1)  # type: ignore[arg-type]
    wire = Wire(httpx.ASGITransport(application(cast(World, world), [known], index_lag=0, burst=10**6)))
    given: dict[str, object] = {"name": "desk", "platform": "jira", **WAYS[way], **more}
    config = dataclasses.replace(SourceConfig(), **given)  # type: ignore[arg-type]
    token = Token()
    return Stand(world, Jira(config, token, now=world.clock.now, transport=wire), wire, token, way != "server")


@pytest.fixture(params=["cloud", "server"])
async def stand(request: pytest.FixtureRequest) -> AsyncIterator[Stand]:
    """Cloud, and Data Center."""
    made = stand_for(request.param)
    await made.jira.check()
    yield made
    await made.jira.close()


@pytest.fixture
async def cloud() -> AsyncIterator[Stand]:
    """Cloud alone."""
    made = stand_for("cloud")
    await made.jira.check()
    yield made
    await made.jira.close()


@pytest.fixture
async def make_stand() -> AsyncIterator[Callable[..., Stand]]:
    """Makes stands with settings of their own."""
    made: list[Stand] = []

    def make(way: str = "cloud", **more: object) -> Stand:
        made.append(stand_for(way, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        await one.jira.close()
