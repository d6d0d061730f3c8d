"""ServiceNow as an adapter: the parts put together behind the contract."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection

import httpx

from helpdesk_tui.adapters.auth import Auth, Basic, ClientCredentials, HeaderKey
from helpdesk_tui.adapters.base import Adapter, Capability, Feed, Page, Phase, Secret, Seen, SignIn, Verdict, Written
from helpdesk_tui.adapters.http import Http
from helpdesk_tui.adapters.pacing import Retry
from helpdesk_tui.adapters.servicenow import activity, clocks, events, lookup, on_call, people, signin, tickets
from helpdesk_tui.adapters.servicenow.authors import Authors
from helpdesk_tui.adapters.servicenow.catalogue import Catalogue
from helpdesk_tui.adapters.servicenow.choosing import Choosing
from helpdesk_tui.adapters.servicenow.context import OVERLAP, Context, begin, dump
from helpdesk_tui.adapters.servicenow.held import Held
from helpdesk_tui.adapters.servicenow.mapping import Mapper
from helpdesk_tui.adapters.servicenow.scope import Scope, state_overrides
from helpdesk_tui.adapters.servicenow.states import States
from helpdesk_tui.adapters.servicenow.table import Tables
from helpdesk_tui.adapters.servicenow.wire import stamp
from helpdesk_tui.adapters.servicenow.writing import Writing
from helpdesk_tui.clock import Now
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.changes import Change, Kind
from helpdesk_tui.domain.choices import Choices
from helpdesk_tui.domain.events import Event
from helpdesk_tui.domain.roster.told import Told
from helpdesk_tui.errors import ConfigError

POLL = 20
DEEP = 7200
PAGE = 500
RATE = 1200
"""Requests a minute. The platform has no limit of its own; its administrators may set one by the hour."""
REFERENCE_POLL = 3600
WRITES = frozenset(
    {
        Capability.WRITE_ASSIGN,
        Capability.WRITE_STATE,
        Capability.WRITE_PRIORITY,
        Capability.WRITE_NOTE,
        Capability.WRITE_REPLY,
        Capability.WRITE_FIELDS,
    }
)
"""What may be asked of an account that may write; how far it may is told by the platform when it is tried."""
READS = frozenset({Capability.TICKETS, Capability.PEOPLE, Capability.ACTIVITY, Capability.ROSTERS, Capability.ON_CALL})


class ServiceNow(Adapter):
    """One account of one instance. Signs in by basic authentication, OAuth client credentials or API key."""

    platform = "servicenow"

    def __init__(
        self,
        source: SourceConfig,
        secret: Secret,
        *,
        now: Now,
        transport: httpx.AsyncBaseTransport | None = None,
        retry: Retry | None = None,
    ) -> None:
        """Keep the settings. Raises ConfigError for one that cannot be used."""
        super().__init__(source, secret, now=now)
        self._http = Http(
            source, _auth(source, secret, now), now=now, transport=transport, retry=retry, rates={"": RATE}
        )
        mapper = Mapper(source.name, str(self._http.base).rstrip("/"), States(state_overrides(source)))
        scope = Scope(source)
        self._context = Context(
            source.name,
            self._http,
            Tables(self._http, _number(source, "page_size", PAGE, 1, 10_000)),
            scope,
            mapper,
            Held(scope),
            _number(source, "overlap", OVERLAP, 0, 86_400),
        )
        self._authors = Authors(self._context)
        self._access = signin.Access()
        catalogue = Catalogue(self._context, now)
        self._writing = Writing(self._context, self._authors, catalogue)
        self._choosing = Choosing(self._context, catalogue, source.name)
        self.capabilities = WRITES | READS

    async def check(self) -> SignIn:
        """Sign in, resolve the scope's groups, and try every table."""
        report, self._access = await signin.check(self._context, self.source.username)
        found = {*(WRITES if self._access.writes else ()), *READS}
        found.add(Capability.EVENTS_FEED if self._access.journal else Capability.EVENTS_BY_KEY)
        if self._access.clocks:
            found.add(Capability.SLA)
        self.capabilities = frozenset(found)
        return report

    def feeds(self) -> tuple[Feed, ...]:
        """One feed per table and phase, so that one table's trouble is not another's."""
        access, poll, names = self._access, self.source.poll or POLL, self._context.scope.tables
        found = [Feed(f"open:{name}", Phase.OPEN) for name in names]
        found.append(Feed("reference", Phase.REFERENCE, poll=REFERENCE_POLL))
        found += [Feed(f"changes:{name}", Phase.CHANGES, poll=poll, deep=DEEP) for name in names]
        streams = (
            ("deleted", Phase.CHANGES, access.deleted),
            ("clocks", Phase.CLOCKS, access.clocks),
            ("journal", Phase.EVENTS, access.journal),
            ("audit", Phase.EVENTS, access.audit),
        )
        found += [Feed(name, phase, poll=poll, deep=DEEP) for name, phase, readable in streams if readable]
        return (*found, *(Feed(f"history:{name}", Phase.HISTORY) for name in names))

    def start(self, feed: Feed, at: int) -> str:
        """Streams begin at `at`, history covers what was closed since."""
        if feed.phase is Phase.HISTORY:
            return dump({"f": stamp(max(0, at))})
        return "" if feed.phase in (Phase.OPEN, Phase.REFERENCE) else begin(at)

    def pull(self, feed: Feed, cursor: str) -> AsyncIterator[Page]:
        """The pages of a feed."""
        context, (kind, _, table) = self._context, feed.name.partition(":")
        if table and table in context.scope.tables:
            if kind == "changes":
                return tickets.changes_pages(context, feed.name, table, cursor, self._past)
            by_table = {"open": tickets.open_pages, "history": tickets.history_pages}
            if kind in by_table:
                return by_table[kind](context, feed.name, table, cursor)
        if feed.name == "reference":
            return people.reference_pages(context, feed.name, cursor)
        if feed.name == "clocks":
            return clocks.clock_pages(context, feed.name, cursor)
        if feed.name == "deleted":
            return events.deleted_pages(context, feed.name, cursor)
        if feed.name == "journal":
            return events.journal_pages(context, self._authors, feed.name, cursor)
        if feed.name == "audit":
            return events.audit_pages(context, self._authors, feed.name, cursor)
        raise ValueError(f"no feed {feed.name}")

    async def _past(self, keys: list[str]) -> tuple[Event, ...]:
        access = self._access
        return await events.past_of(self._context, self._authors, keys, journal=access.journal, audit=access.audit)

    async def census(self) -> AsyncIterator[frozenset[str]]:
        """The sys_ids of open tickets in scope, table by table."""
        for table in self._context.scope.tables:
            async for keys in tickets.census_pages(self._context, table):
                yield keys

    async def fetch(self, keys: Collection[str]) -> Page:
        """These tickets now, with their clocks, or their ways out."""
        return await lookup.fetch(self._context, keys, clocks=self._access.clocks)

    async def events(self, keys: Collection[str]) -> Page:
        """What was said on these tickets, where the journal table is closed."""
        return await activity.events_of(self._context, self._access, keys)

    async def activity(self, key: str) -> Page:
        """Everything written on one ticket."""
        return await activity.of_ticket(self._context, self._authors, self._access, key)

    async def look(self, key: str, *, fields: Collection[str] = (), kind: Kind = Kind.TICKET) -> Seen:
        """One ticket's fields as they are now."""
        if kind is not Kind.TICKET:
            raise NotImplementedError
        return await self._writing.look(key, fields)

    async def write(self, change: Change, seen: Seen) -> Written:
        """One PATCH."""
        return await self._writing.write(change, seen)

    async def verify(self, change: Change) -> Verdict:
        """By the values, our mark, or the journal."""
        return await self._writing.verify(change, self._access)

    async def choices(self, key: str) -> Choices:
        """States, what they demand, and what a priority is calculated from."""
        return await self._choosing.choices(key, self.now())

    async def rosters(self, start: int, end: int) -> Told:
        """The rosters of the groups in scope, and personal time off."""
        return await on_call.rosters(self._context, start, end)

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()


def _auth(source: SourceConfig, secret: Secret, now: Now) -> Auth:
    """The way to sign in that the source asks for; basic where it asks for none."""
    if source.auth in ("", "basic"):
        if not source.username:
            raise ConfigError("a user name is needed to sign in", key=f"sources.{source.name}.username")
        return Basic(source.username, secret)
    if source.auth == "oauth":
        if not source.client_id:
            raise ConfigError("OAuth needs the client's id", key=f"sources.{source.name}.client_id")
        return ClientCredentials("/oauth_token.do", source.client_id, secret, now=now)
    if source.auth == "api_key":
        return HeaderKey("x-sn-apikey", secret)
    raise ConfigError(f"“{source.auth}” is unknown; use basic, oauth or api_key", key=f"sources.{source.name}.auth")


def _number(source: SourceConfig, name: str, default: int, least: int, most: int) -> int:
    value = source.options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ConfigError(f"a number from {least} to {most} belongs here", key=f"sources.{source.name}.options.{name}")
    return value
