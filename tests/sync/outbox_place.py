"""One platform of the sandbox in this process, one user's stores, and the sender between them; the wire is in our
hands."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Coroutine
from email.utils import formatdate
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import httpx
import pytest

from helpdesk_tui.adapters import registry
from helpdesk_tui.adapters.http import Http
from helpdesk_tui.config import SourceConfig, SyncConfig
from helpdesk_tui.data import stores
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.domain.change_rules import heads
from helpdesk_tui.domain.changes import Change, ChangeState, Kind, Op, change_id
from helpdesk_tui.paths import Paths
from helpdesk_tui.sandbox.clock import Clock
from helpdesk_tui.sandbox.credentials import make_credentials, tell
from helpdesk_tui.sandbox.jira import app as jira_app
from helpdesk_tui.sandbox.jira import identity as jira
from helpdesk_tui.sandbox.jira.limits import Limits
from helpdesk_tui.sandbox.model import PLATFORMS, Platform, Ticket
from helpdesk_tui.sandbox.servicenow.identity import Identity
from helpdesk_tui.sandbox.world import LiveWorld
from helpdesk_tui.sandbox.zendesk import ids as zendesk
from helpdesk_tui.sync import push, sending
from helpdesk_tui.sync.context import SourceContext
from helpdesk_tui.sync.health import Circuit
from helpdesk_tui.sync.push import Push
from helpdesk_tui.sync.source import SourceSync
from helpdesk_tui.sync.threaded import Threaded

T = TypeVar("T")
NOW = 1_794_906_000
SEED = 7
URL = "http://127.0.0.1:9"
AUTH = {"servicenow": ("basic", "username", "password"), "jira": ("token", "email", "token")}
AUTH["zendesk"] = AUTH["jira"]
_ASKS = re.compile(r"search|bulkfetch|oauth|permissions|/jql|approximate")


class Died(BaseException):
    """As far as the sender can tell, the process ended here."""


class Hidden:
    """A secret."""

    def __init__(self, value: str) -> None:
        self.value = value

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return self.value

    def expire(self) -> None:
        pass


class Wire(httpx.AsyncBaseTransport):
    """The way between adapter and platform. `plans` say what becomes of the next writes, in order."""

    def __init__(self, app: Any, clock: Clock) -> None:
        self._inner = httpx.ASGITransport(app)
        self._clock = clock
        self.plans: deque[str] = deque()
        self.between: Callable[[], object] | None = None
        """What others do just before the next write arrives."""
        self.answer: Callable[[httpx.Request], httpx.Response | None] = lambda _request: None
        self.requests: list[httpx.Request] = []

    @property
    def sent(self) -> list[httpx.Request]:
        """The writes among the requests."""
        return [request for request in self.requests if is_write(request)]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if (instead := self.answer(request)) is not None:
            return instead
        if not is_write(request):
            return await self._forward(request)
        does, self.between = self.between, None
        if does is not None:
            does()
        return await self._spoilt(request, self.plans.popleft() if self.plans else "")

    async def _spoilt(self, request: httpx.Request, plan: str) -> httpx.Response:
        if plan == "refused":
            raise httpx.ConnectError("no connection")
        if plan == "lost request":
            raise httpx.ReadError("broken")
        if plan == "throttled":
            return httpx.Response(429, headers={"Retry-After": "3"}, json={"error": "slow down"})
        if plan == "error before":
            return httpx.Response(502, html="<title>Bad gateway</title>")
        if plan == "signed out":
            return httpx.Response(401, json={"error": "who are you?"})
        answer = await self._forward(request)
        if plan == "twice":
            await self._forward(request)
        if plan == "lost reply":
            raise httpx.ReadError("broken")
        if plan == "error after":
            return httpx.Response(504, html="<title>Gateway timeout</title>")
        if plan == "sign-in page":
            return httpx.Response(200, html="<title>Sign in</title>")
        if plan == "empty":
            return httpx.Response(200, content=b"")
        return answer

    async def _forward(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        answer.headers["Date"] = formatdate(self._clock.now(), usegmt=True)
        return answer


UNDER_WAY = (ChangeState.SENDING, ChangeState.UNCERTAIN, ChangeState.APPLIED)
NOT_DONE = ("refused", "lost request", "throttled", "error before", "signed out")
DONE = ("lost reply", "error after", "sign-in page", "empty")


def is_write(request: httpx.Request) -> bool:
    """Whether a request may change something: some platforms ask by POST."""
    return request.method not in ("GET", "HEAD") and not _ASKS.search(request.url.path)


class Place:
    """The platform, the stores and one sender at a time. Nobody lives on the desk but who the test moves."""

    def __init__(self, platform: Platform, home: Path) -> None:
        self.platform, self.home = platform, home
        self.clock = Clock(NOW, paused=True)
        self.world = LiveWorld(SEED, 60, self.clock)
        self.world.catch_up = lambda: None  # type: ignore[method-assign]
        self.desk = self.world.desk(platform)
        credentials = make_credentials(self.world.company)
        seconds = count(step=10)  # no budget of requests is ever used up: what comes of that has tests of its own
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(jira_app, "Limits", partial(Limits, tick=lambda: float(next(seconds))))
            app = import_module(f"helpdesk_tui.sandbox.{platform}").application(self.world, credentials[platform])
        self.app = app
        self.me = next(one.uid for one in credentials[platform] if one.role == "admin")
        self.wire = Wire(app, self.clock)
        told = tell(credentials, dict.fromkeys(PLATFORMS, URL), self.world.company, "admin")[platform]
        auth, name, secret = AUTH[platform]
        self.source = SourceConfig(name="desk", platform=platform, url=URL, username=told[name], auth=auth)
        self.secret = Hidden(told[secret])
        self.paths = Paths(home, home / "state", home / "cache", home)
        self.runner = asyncio.Runner()
        self.user = stores.open_personal(self.paths)
        self.outbox = Outbox(self.user.store)
        self.reader = OutboxReader(self.paths.personal_db)
        self.cache = Threaded(lambda: stores.open_cache(self.paths), "test-cache")
        self.personal = Threaded(lambda: stores.open_personal(self.paths), "test-personal")
        self.push: Push | None = None
        self.group = self.world.served(platform)[0]
        self.members = [u for u in self.world.company.members[self.group.gid] if self.world.people[u].active]

    def now(self) -> int:
        return self.clock.now()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something on this place's loop."""
        return self.runner.run(work)

    # The platform

    def ticket(self, **values: Any) -> Ticket:
        """A new ticket in work."""
        made = self.desk.create(
            self.me,
            title="Printer",
            body="It smokes.",
            requester=1001,
            group=self.group.gid,
            priority=3,
            kind="incident",
        )
        return self.desk.change(made.n, self.me, **{"state": "open", "owner": self.members[0], **values})

    def key(self, truth: Ticket) -> str:
        if self.platform == "servicenow":
            return str(Identity(SEED).sys_id("task", truth.n))
        return jira.issue_id(truth.n) if self.platform == "jira" else str(truth.n)

    def person(self, uid: int) -> str:
        """Somebody's identifier there, "" for nobody."""
        if not uid:
            return ""
        if self.platform == "servicenow":
            return str(Identity(SEED).sys_id("sys_user", uid))
        return jira.account_id(uid, False) if self.platform == "jira" else str(zendesk.user(uid))

    def edit(self, truth: Ticket, **values: Any) -> None:
        """Somebody else changes something, a second later."""
        self.clock.step(1)
        self.desk.change(truth.n, self.members[-1], **values)

    def said(self, truth: Ticket, text: str) -> int:
        """How often a text stands on a ticket."""
        return sum(event.kind in ("note", "reply") and event.text == text for event in truth.events)

    # The user

    def change(self, truth: Ticket, base: Any = None, batch: str = "", **desired: str) -> Change:
        name = next(iter(desired))
        op = {"note": Op.NOTE, "reply": Op.REPLY, "tags+": Op.TAGS, "tags-": Op.TAGS, "link": Op.LINK}.get(name, Op.SET)
        return Change(
            id=change_id(self.now() * 1000),
            seq=0,
            source="desk",
            kind=Kind.TICKET,
            key=self.key(truth),
            field=name,
            op=op,
            desired=desired,
            base=base or {},
            host="here",
            batch=batch,
        )

    def assign(self, truth: Ticket, to: int, batch: str = "") -> Change:
        return self.change(truth, {"owner": self.person(truth.owner)}, batch, owner=self.person(to))

    def enqueue(self, *changes: Change, hold: int = 0) -> list[Change]:
        return self.outbox.enqueue(changes, self.now(), hold=hold)

    def state(self, change: Change) -> Change:
        found = self.reader.one(change.id)
        assert found is not None
        return found

    # The sender

    def drain(self, wait: int = 0, die_at: int = 0) -> list[str]:
        """Let time pass and send what is due; the names of the failpoints that were passed. With `die_at` the process
        ends at that one, and the next drain is another process'."""
        self.clock.step(wait)
        passed: list[str] = []

        def failpoint(name: str) -> None:
            passed.append(name)
            if len(passed) == die_at:
                raise Died

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Http, "pause", self._pause)
            patched.setattr(sending, "failpoint", failpoint)
            patched.setattr(push, "failpoint", failpoint)
            try:
                self.run(self._drain())
            except Died:
                self.end()
        return passed

    async def _pause(self, seconds: float) -> None:
        self.clock.step(seconds)

    async def _drain(self) -> None:
        if self.push is None:
            adapter = registry.make(self.source, self.secret, now=self.now, transport=self.wire)
            context = SourceContext(self.source, SyncConfig(), adapter, self.cache, self.now, Random(5))
            await self.cache.do(CacheWriter.begin, [{"name": "desk", "platform": self.platform}], self.now())
            source = SourceSync(context)
            self.push = Push({"desk": source}, self.personal, self.paths.personal_db, now=self.now, host="here")
            await self.push.recover()
        await self.push.drain()

    @property
    def circuit(self) -> Circuit:
        """How the sender believes the platform to fare."""
        assert self.push is not None
        return self.push._senders["desk"].context.circuit

    def end(self) -> None:
        """The sender's process is gone."""
        if self.push is not None:
            self.run(self.push.close())
            self.push = None

    def rest(self) -> None:
        """Whatever can still happen by itself happens."""
        self.wire.plans.clear()
        self.wire.between = None
        for _ in range(40):
            self.drain(wait=120)
            unfinished = self.reader.unfinished()
            due = [*heads(unfinished), *(one for one in unfinished if one.state in UNDER_WAY)]
            if not [one for one in due if one.host == "here"]:
                return
            self.clock.step(900)
        raise AssertionError(f"it never comes to rest: {self.reader.unfinished()}")

    def close(self) -> None:
        self.end()
        self.runner.close()
        self.reader.close()
        self.user.close()
        self.personal.close(PersonalWriter.close)
        self.cache.close(CacheWriter.close)


def settled(place: Place, change: Change) -> Change:
    """The change as the user finds it: in words, with its text."""
    now = place.state(change)
    assert now.state.words
    assert now.words or now.state is ChangeState.CONFIRMED, now
    assert dict(now.desired) == dict(change.desired), "nothing of the wish is lost"
    return now


def told(place: Place, change: Change) -> tuple[ChangeState, str]:
    """Where the change stands as the user finds it, and why."""
    now = settled(place, change)
    return now.state, now.words
