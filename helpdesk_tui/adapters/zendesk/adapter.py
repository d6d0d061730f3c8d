"""The Zendesk adapter: Support API v2, read and written through OAuth or an API token, as an admin or as an agent.

Settings of a source
    scope.groups, scope.brands   names or numbers; without them everything the account sees
    options.oauth_scope          what is asked for with OAuth; everything the client may without it
    options.per_minute           requests a minute; `incremental_per_minute` (exports), `index_per_minute` (lists),
                                 `search_per_minute` and `updates_per_minute` likewise. The defaults stay below the
                                 limits of the smallest plan, which people at their own screens share with us.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import replace
from typing import ClassVar

import httpx

from helpdesk_tui.adapters.auth import Auth, Basic, ClientCredentials
from helpdesk_tui.adapters.base import (
    Adapter,
    BadRecord,
    Capability,
    Feed,
    Page,
    Phase,
    Secret,
    Seen,
    SignIn,
    Verdict,
    Written,
)
from helpdesk_tui.adapters.http import Http
from helpdesk_tui.adapters.pacing import Retry
from helpdesk_tui.adapters.zendesk import feeds, lists, lookup, rosters
from helpdesk_tui.adapters.zendesk.api import Api
from helpdesk_tui.adapters.zendesk.choosing import Choosing
from helpdesk_tui.adapters.zendesk.reader import Reader
from helpdesk_tui.adapters.zendesk.signin import check
from helpdesk_tui.adapters.zendesk.writing import UPDATES, Writing
from helpdesk_tui.clock import Now
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.config.checks import LOOPBACK
from helpdesk_tui.domain.changes import Change, Kind
from helpdesk_tui.domain.choices import Choices
from helpdesk_tui.domain.roster.told import Told
from helpdesk_tui.errors import ConfigError

WRITES = frozenset(
    {
        Capability.WRITE_ASSIGN,
        Capability.WRITE_STATE,
        Capability.WRITE_PRIORITY,
        Capability.WRITE_NOTE,
        Capability.WRITE_REPLY,
        Capability.WRITE_TAGS,
        Capability.WRITE_LINK,
        Capability.WRITE_FIELDS,
    }
)
"""What may be asked; whether this account may is told by the platform when it is tried."""
_COMMON = WRITES | {Capability.TICKETS, Capability.ACTIVITY, Capability.SLA, Capability.PEOPLE}
_PER_MINUTE = 130
"""Below the 200 of the smallest plan, whose users need some of it themselves."""
_EXPORTS_PER_MINUTE = 9
_LISTS_PER_MINUTE = 80
_UPDATES_PER_MINUTE = 60
"""Below the account's 100, of which its agents at their own screens need some too; with the others still below 200."""
BURST = 10
"""So many updates may go out at once; the others follow evenly, or the first minute would hold twice the rate."""


class Zendesk(Adapter):
    """Reads and writes one Zendesk account."""

    platform: ClassVar[str] = "zendesk"

    def __init__(
        self,
        source: SourceConfig,
        secret: Secret,
        *,
        now: Now,
        transport: httpx.AsyncBaseTransport | None = None,
        retry: Retry | None = None,
    ) -> None:
        """Keep the settings. Raises ConfigError for a way to sign in or an option that is not known."""
        super().__init__(source, secret, now=now)
        http = Http(
            source,
            _auth(source, secret, now),
            now=now,
            transport=transport,
            retry=retry,
            rates=rates_of(source),
            bursts={UPDATES: BURST},
        )
        self._api = Api(http)
        self._reader = Reader(source.name, str(http.base), http.server_now)
        self._writing = Writing(self._api, self._reader)
        self._choosing = Choosing(self._api, self._reader, self._writing.known)
        self._admin: bool | None = None
        self.capabilities = _COMMON | {Capability.EVENTS_BY_KEY, Capability.ROSTERS}

    async def check(self) -> SignIn:
        """Sign in, choose the feed, learn the account's words."""
        self._api.clocks = True
        checked = await check(self._api, self._reader, self.source, self.now)
        self._admin = checked.admin
        self._writing.me = checked.sign_in.details.get("user id", "")
        events = Capability.EVENTS_FEED if checked.admin else Capability.EVENTS_BY_KEY
        found = _COMMON | {events, Capability.ROSTERS, *([Capability.AVAILABILITY] if checked.admin else ())}
        self.capabilities = found if checked.replies else found - {Capability.WRITE_REPLY}
        return checked.sign_in

    def feeds(self) -> tuple[Feed, ...]:
        """Open tickets first; people meanwhile; then changes, events and history."""
        if self._admin is None:
            raise RuntimeError("feeds() needs check()")
        changes = (feeds.CHANGES, feeds.EVENTS) if self._admin else (feeds.LISTED,)
        found = (feeds.OPEN, feeds.PEOPLE, feeds.ORGANISATIONS, *changes, feeds.HISTORY)
        return tuple(self._timed(feed) for feed in found)

    def _timed(self, feed: Feed) -> Feed:
        """The feed with the source's own poll, where it has one."""
        return replace(feed, poll=self.source.poll) if self.source.poll and feed.phase is Phase.CHANGES else feed

    def start(self, feed: Feed, at: int) -> str:
        """The cursor with which a stream or the history begins at `at`."""
        return feeds.start(feed, at)

    def pull(self, feed: Feed, cursor: str) -> AsyncIterator[Page]:
        """The pages of a feed."""
        api, reader = self._api, self._reader
        if feed.name == feeds.PEOPLE.name:
            return lists.people(api, reader, feed.name, cursor)
        if feed.name == feeds.ORGANISATIONS.name:
            return lists.organisations(api, reader, feed.name, cursor)
        if feed.phase is Phase.OPEN:
            return feeds.searched(api, reader, feed, cursor, feeds.UNSOLVED + reader.scope.query())
        if feed.phase is Phase.EVENTS:
            return feeds.streamed_events(api, reader, feed, cursor)
        if self._admin:
            return feeds.exported(api, reader, feed, cursor)
        if feed.phase is Phase.HISTORY:
            return feeds.searched(api, reader, feed, cursor, feeds.closed_since(cursor) + reader.scope.query())
        return feeds.listed_changes(api, reader, feed, cursor)

    def census(self) -> AsyncIterator[frozenset[str]]:
        """The numbers of all open tickets in scope, as the search index has them."""
        return lookup.census(self._api, self._reader, feeds.UNSOLVED + self._reader.scope.query())

    async def fetch(self, keys: Collection[str]) -> Page:
        """These tickets now, each with its way out where it has one."""
        return await lookup.fetch(self._api, self._reader, keys)

    async def events(self, keys: Collection[str]) -> Page:
        """All events of these tickets, from their audits."""
        found = await asyncio.gather(*(lookup.events(self._api, self._reader, key) for key in keys))
        events = tuple(event for some, _ in found for event in some)
        bad: tuple[BadRecord, ...] = tuple(record for _, some in found for record in some)
        return Page(cursor="", last=True, events=events, bad=bad)

    async def activity(self, key: str) -> Page:
        """All comments of a ticket."""
        return await lookup.activity(self._api, self._reader, key)

    async def look(self, key: str, *, fields: Collection[str] = (), kind: Kind = Kind.TICKET) -> Seen:
        """One ticket's fields as they are now."""
        if kind is not Kind.TICKET:
            raise NotImplementedError
        return await self._writing.look(key, fields)

    async def write(self, change: Change, seen: Seen) -> Written:
        """One safe update."""
        return await self._writing.write(change, seen)

    async def verify(self, change: Change) -> Verdict:
        """By our mark in the ticket's audits, by its values, or by the words."""
        return await self._writing.verify(change)

    async def choices(self, key: str) -> Choices:
        """What may be chosen for one ticket now."""
        return await self._choosing.choices(key, self.now())

    async def who(self, key: str, names: Collection[str]) -> str:
        """By the ticket's audits."""
        return await self._writing.who(key, names)

    async def rosters(self, start: int, end: int) -> Told:  # noqa: ARG002 - it has nothing with a date
        """Opening hours with their holidays, and for admins everybody's status: there is no on-call here."""
        return await rosters.rosters(self._api, self.source.name, admin=self._admin is not False)

    async def close(self) -> None:
        """Let go of connections."""
        await self._api.http.close()


def _auth(source: SourceConfig, secret: Secret, now: Now) -> Auth:
    way = source.auth or ("oauth" if source.client_id else "token")
    if way == "oauth":
        if not source.client_id:
            raise ConfigError("OAuth needs a client_id", key=f"sources.{source.name}.client_id")
        scope = source.options.get("oauth_scope", "")
        return ClientCredentials("oauth/tokens", source.client_id, secret, now=now, scope=str(scope), as_json=True)
    if way == "token":
        if not source.username:
            raise ConfigError("an API token needs the e-mail it belongs to", key=f"sources.{source.name}.username")
        return Basic(f"{source.username.removesuffix('/token')}/token", secret)
    raise ConfigError(f"“{way}” is no way to sign in to Zendesk: oauth or token", key=f"sources.{source.name}.auth")


def rates_of(source: SourceConfig) -> Mapping[str, float]:
    """Requests a minute by class of endpoint. Nothing on the loopback is a real account with real limits."""
    host = httpx.URL(source.url).host if source.url else ""
    own = {
        "": "per_minute",
        "incremental": "incremental_per_minute",
        "index": "index_per_minute",
        "search": "search_per_minute",
        UPDATES: "updates_per_minute",
    }
    defaults = {
        "": _PER_MINUTE,
        "incremental": _EXPORTS_PER_MINUTE,
        "index": _LISTS_PER_MINUTE,
        "search": _LISTS_PER_MINUTE,
        UPDATES: _UPDATES_PER_MINUTE,
    }
    rates: dict[str, float] = {}
    for kind, option in own.items():
        given = source.options.get(option)
        if given is None:
            rates[kind] = 0 if host in LOOPBACK else defaults[kind]
        elif isinstance(given, int | float) and not isinstance(given, bool) and given >= 0:
            rates[kind] = given
        else:
            raise ConfigError(
                "a number of requests a minute belongs here", key=f"sources.{source.name}.options.{option}"
            )
    return {kind: rate for kind, rate in rates.items() if rate}
