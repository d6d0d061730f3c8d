"""The Jira adapter: Cloud and Data Center, any project, Jira Service Management where there is one.

Settings of a source
    scope.projects     keys; without them every visible service desk project (else every visible project)
    scope.jql          a further restriction; its ORDER BY is ignored
    options.group_field   what a coordinator calls the group: a field's name or identifier, "project" or "components".
                       Without it a group picker or Team field with a usual name (Assignment group, Support group,
                       Team …) is taken where the site has one, else the project stands for the group.
    options.states     status name to new, open, pending, hold, solved or closed, where our reading of it is wrong
    options.slas       SLA name to first_response, resolution, next_reply …, likewise
    options.cloud_id, options.gateway   see `site`; options.operations   see `operations`

Time. Searches compare `updated` with epoch milliseconds, which no profile zone can shift. The index is late, so every
look for changes begins OVERLAP before its cursor, and an hourly one a day before (`Feed.deep`). No upper bound is ever
set on changes: what an automation touches every few minutes would never be read. The reading of changes is narrowed by
the scope; what left it is found by comparing the census.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from typing import ClassVar

import httpx

from helpdesk_tui.adapters.base import Adapter, Capability, Feed, Page, Phase, Secret, Seen, SignIn, Verdict, Written
from helpdesk_tui.adapters.jira.asking import Asker, identifiers
from helpdesk_tui.adapters.jira.check import Found, sign_in
from helpdesk_tui.adapters.jira.choosing import Choosing
from helpdesk_tui.adapters.jira.events import Teller
from helpdesk_tui.adapters.jira.operations import Operations
from helpdesk_tui.adapters.jira.reference import Reference
from helpdesk_tui.adapters.jira.site import Site
from helpdesk_tui.adapters.jira.tickets import Reader
from helpdesk_tui.adapters.jira.walk import IDS_PAGE, Search, walk
from helpdesk_tui.adapters.jira.writing import Writing
from helpdesk_tui.clock import Now
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.changes import Change, Kind
from helpdesk_tui.domain.choices import Choices
from helpdesk_tui.domain.roster.told import Told
from helpdesk_tui.errors import Refused

OVERLAP = 300
"""How far before its cursor a look for changes begins, seconds: the index may be minutes late."""
DEEP = 86_400
POLL = 30
REFERENCE_POLL = 3600
OPEN_ONLY = "statusCategory != Done"
# What may be asked; whether this account may is told at sign-in, for each issue, and when it is tried.
_CAPABILITIES = (
    Capability.TICKETS,
    Capability.EVENTS_BY_KEY,
    Capability.ACTIVITY,
    Capability.SLA,
    Capability.PEOPLE,
    Capability.WRITE_ASSIGN,
    Capability.WRITE_STATE,
    Capability.WRITE_PRIORITY,
    Capability.WRITE_NOTE,
    Capability.WRITE_REPLY,
    Capability.WRITE_TAGS,
    Capability.WRITE_LINK,
    Capability.WRITE_FIELDS,
)
_OPERATIONS = (Capability.ROSTERS, Capability.ON_CALL, Capability.WRITE_OVERRIDE)
"""What Cloud has beside; whether this site does is found out when it is asked."""


class Jira(Adapter):
    """Reads and writes one Jira site."""

    platform: ClassVar[str] = "jira"

    def __init__(
        self, source: SourceConfig, secret: Secret, *, now: Now, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """`transport` takes the place of the network. Raises ConfigError for settings that cannot be used."""
        super().__init__(source, secret, now=now)
        operations = () if source.auth == "pat" else _OPERATIONS
        self.capabilities = frozenset((*_CAPABILITIES, *operations))
        self._site = Site(source, secret, now=now, transport=transport)
        self._found: Found | None = None
        self._asker: Asker | None = None
        self._writing: Writing | None = None
        self._choosing: Choosing | None = None
        self._operations: Operations | None = None
        self._workers: set[str] = set()
        self._groups: dict[str, str] = {}

    async def check(self) -> SignIn:
        """Sign in and find out which Jira this is and what can be seen of it."""
        self._found = await sign_in(self._site, self.now())
        self._asker = self._writing = self._choosing = None
        return self._found.signed

    async def _known(self) -> Found:
        if self._found is None:
            await self.check()
        assert self._found is not None
        return self._found

    async def _asking(self) -> Asker:
        """Whoever answers by key; made once the site is known."""
        found = await self._known()
        if self._asker is None:
            name = self.source.name
            reader = Reader(name, found.profile, self._site.link, self._workers, self._groups)
            teller = Teller(name, found.profile, found.statuses, self._groups)
            self._asker = Asker(self._site, name, found.profile, reader, teller)
        return self._asker

    def feeds(self) -> tuple[Feed, ...]:
        """Open tickets first, so that the queue is of use within seconds; then who is who; then what goes on."""
        return (
            Feed("open", Phase.OPEN),
            Feed("people", Phase.REFERENCE, poll=REFERENCE_POLL),
            Feed("changes", Phase.CHANGES, poll=self.source.poll or POLL, deep=DEEP),
            Feed("history", Phase.HISTORY),
        )

    def start(self, feed: Feed, at: int) -> str:
        """CHANGES: the instant in milliseconds. HISTORY: the instants between which is still to be read."""
        if feed.phase is Phase.HISTORY:
            return f"{at * 1000}-"
        return str(at * 1000) if feed.phase is Phase.CHANGES else ""

    def pull(self, feed: Feed, cursor: str) -> AsyncIterator[Page]:
        """The pages of a feed from `cursor` on."""
        if feed.phase is Phase.REFERENCE:
            return self._reference(cursor)
        if feed.phase is Phase.OPEN:
            return self._open(cursor)
        return self._changes(cursor) if feed.phase is Phase.CHANGES else self._history(cursor)

    async def _reference(self, cursor: str) -> AsyncIterator[Page]:
        found = await self._known()
        async for page in Reference(self._site, self.source.name, found.profile, self._workers).pull(cursor):
            self._groups |= {group.name: group.key for group in page.groups}
            yield page

    async def _open(self, cursor: str) -> AsyncIterator[Page]:
        """Newest first; the cursor is the creation instant down to which is read."""
        asker = await self._asking()
        where = f"{asker.profile.where} AND {OPEN_ONLY}"
        total = None if cursor else await self._count(where)
        search = Search(where, "created", True, asker.profile.wanted)
        async for found in walk(self._site, search, int(cursor) if cursor else None):
            after = str(found.position) if found.position is not None else cursor
            yield asker.reader.page(
                "open",
                found.issues,
                as_of=self._site.server_now(),
                cursor=after,
                last=found.last,
                total=found.total or total,
            )

    async def _count(self, where: str) -> int | None:
        """How many there are, roughly: for a progress bar, so a refusal is no error."""
        if not self._site.cloud:
            return None
        try:
            data = await self._site.post("search/approximate-count", {"jql": where})
        except Refused:
            return None
        count = data.get("count") if isinstance(data, dict) else None
        return count if isinstance(count, int) else None

    async def _changes(self, cursor: str) -> AsyncIterator[Page]:
        """Oldest change first; the cursor is the newest instant read, and never goes back."""
        asker = await self._asking()
        before = int(cursor)
        search = Search(asker.profile.where, "updated", False, asker.profile.wanted)
        async for found in walk(self._site, search, max(0, before - OVERLAP * 1000)):
            before = max(before, found.position or 0)
            yield asker.reader.page(
                "changes", found.issues, as_of=self._site.server_now(), cursor=str(before), last=found.last
            )

    async def _history(self, cursor: str) -> AsyncIterator[Page]:
        """Closed tickets, the latest first, down to the instant before the dash of the cursor."""
        asker = await self._asking()
        since, _, upto = cursor.partition("-")
        where = f"{asker.profile.where} AND statusCategory = Done AND updated >= {int(since)}"
        search = Search(where, "updated", True, asker.profile.wanted)
        async for found in walk(self._site, search, int(upto) if upto else None):
            after = f"{since}-{found.position if found.position is not None else upto}"
            yield asker.reader.page(
                "history",
                found.issues,
                as_of=self._site.server_now(),
                cursor=after,
                last=found.last,
                total=found.total,
            )

    async def census(self) -> AsyncIterator[frozenset[str]]:
        """The identifiers of all open tickets in scope. A search that goes in circles is an error, never an end."""
        found = await self._known()
        fields = ("id",) if self._site.cloud else ("created",)
        search = Search(f"{found.profile.where} AND {OPEN_ONLY}", "created", False, fields, IDS_PAGE)
        async for page in walk(self._site, search):
            yield frozenset(identifiers(page.issues))

    async def fetch(self, keys: Collection[str]) -> Page:
        """These tickets now, or why they are gone."""
        return await (await self._asking()).fetch(keys)

    async def events(self, keys: Collection[str]) -> Page:
        """All events of these tickets."""
        return await (await self._asking()).events(keys)

    async def activity(self, key: str) -> Page:
        """Everything written on one ticket."""
        return await (await self._asking()).activity(key)

    async def look(self, key: str, *, fields: Collection[str] = (), kind: Kind = Kind.TICKET) -> Seen:
        """One issue (or override) now, as far as it can be written."""
        if kind is Kind.OVERRIDE:
            return await (await self._on_call()).look(key)
        return await (await self._writer(kind)).look(key, fields)

    async def write(self, change: Change, seen: Seen) -> Written:
        """One attempt at a change."""
        if change.kind is Kind.OVERRIDE:
            return await (await self._on_call()).write(change, seen)
        return await (await self._writer(change.kind)).write(change, seen)

    async def verify(self, change: Change) -> Verdict:
        """Whether an uncertain change is there."""
        if change.kind is Kind.OVERRIDE:
            return await (await self._on_call()).verify(change)
        return await (await self._writer(change.kind)).verify(change)

    async def _writer(self, kind: Kind) -> Writing:
        if kind is not Kind.TICKET:
            raise NotImplementedError
        asker = await self._asking()
        if self._writing is None:
            self._writing = Writing(asker, await self._known())
        return self._writing

    async def choices(self, key: str) -> Choices:
        """What may be chosen for one issue now."""
        asker = await self._asking()
        if self._choosing is None:
            self._choosing = Choosing(asker, await self._known(), self.source.name)
        return await self._choosing.choices(key, self.now())

    async def rosters(self, start: int, end: int) -> Told:
        """The schedules of the site's operations."""
        await self._known()
        return await (await self._on_call()).rosters(start, end, self._site.server_now())

    async def _on_call(self) -> Operations:
        if self._operations is None:
            self._operations = Operations(self.source.name, await self._site.operations())
        return self._operations

    async def close(self) -> None:
        """Let go of connections."""
        if self._operations is not None:
            await self._operations.close()
        await self._site.close()
