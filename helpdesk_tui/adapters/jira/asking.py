"""Asking for single tickets and what happened to them: by key, in bulk where Jira can, one by one where it cannot."""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from helpdesk_tui.adapters.base import BadRecord, Page
from helpdesk_tui.adapters.http import Params
from helpdesk_tui.adapters.jira.events import Teller, by_key
from helpdesk_tui.adapters.jira.profile import Profile
from helpdesk_tui.adapters.jira.site import Site, gathered, rows
from helpdesk_tui.adapters.jira.tickets import Reader, bad_record
from helpdesk_tui.adapters.jira.wire import Comment, History, Issue
from helpdesk_tui.domain.events import Activity, Event
from helpdesk_tui.domain.tickets import Departure, WayOut
from helpdesk_tui.errors import Garbled, Refused

BULK = 100
RECONCILED = 50
"""As many issues as one search reconciles."""
CHANGELOG_ISSUES = 1000
CHANGELOG_PAGE = 5000
COMMENT_PAGE = 100
W = TypeVar("W", bound=BaseModel)


@dataclass(slots=True)
class Asker:
    """Answers about tickets that are named by key (the issue's identifier)."""

    site: Site
    source: str
    profile: Profile
    reader: Reader
    teller: Teller

    async def fetch(self, keys: Collection[str]) -> Page:
        """These tickets now, or why they are gone."""
        raw: list[Any] = []
        for part in portions(keys, BULK):
            raw += await self._bulk(part, self.profile.wanted)
        known = {str(row.get("id")) for row in raw if isinstance(row, dict)}
        now = self.site.server_now()
        gone: list[Departure] = []
        for key in sorted({key for key in keys if key not in known}):
            one = await self._single(key)
            if isinstance(one, WayOut):
                gone.append(Departure(self.source, key, one, now))
            else:
                raw.append(one)
        page = self.reader.page("fetch", raw, as_of=now, cursor="", last=True)
        outside = await self._outside([t.key for t in page.tickets], raw)
        gone += [Departure(self.source, key, WayOut.LEFT_SCOPE, now) for key in sorted(outside)]
        gone += [
            Departure(self.source, t.key, WayOut.CLOSED, t.closed_at or t.solved_at or t.updated_at)
            for t in page.tickets
            if not t.state.is_open and t.key not in outside
        ]
        return replace(page, departures=tuple(gone))

    async def _bulk(self, keys: Sequence[str], fields: Iterable[str], *, expand: str = "") -> list[Any]:
        """The issues among these that can be seen."""
        if self.site.cloud:
            data = await self.site.post("issue/bulkfetch", {"issueIdsOrKeys": list(keys), "fields": list(fields)})
            return list(rows(data, "issues"))
        return await self._by_search(keys, fields, expand=expand)

    async def _by_search(
        self, keys: Sequence[str], fields: Iterable[str], where: str = "", *, expand: str = ""
    ) -> list[Any]:
        """Those of these issues that a restriction holds. A query that names an issue which cannot be found is refused
        as a whole: it is halved then, until it is that one issue."""
        try:
            return await self._searched(keys, fields, where, expand)
        except Refused as error:
            if error.status != 400:
                raise
        if len(keys) == 1:
            return []
        middle = len(keys) // 2
        left = await self._by_search(keys[:middle], fields, where, expand=expand)
        return left + await self._by_search(keys[middle:], fields, where, expand=expand)

    async def _searched(self, keys: Sequence[str], fields: Iterable[str], where: str, expand: str) -> list[Any]:
        named = f"id in ({', '.join(keys)})" if keys else ""
        jql = " AND ".join(part for part in (named, where) if part)
        body: dict[str, Any] = {"jql": jql, "maxResults": max(1, len(keys)), "fields": list(fields)}
        if self.site.cloud:
            # Named for reconciling, an issue is searched as it is and not as the index remembers it.
            body["reconcileIssues"] = [int(key) for key in keys if key.isdigit()]
            return list(rows(await self.site.post("search/jql", body), "issues"))
        body |= {"startAt": 0, "expand": [expand]} if expand else {"startAt": 0}
        return list(rows(await self.site.post("search", body), "issues"))

    async def _outside(self, keys: Collection[str], raw: Iterable[Any]) -> set[str]:
        """Which of these visible tickets the scope does not hold: by their project, and by its query if it has one."""
        places = ((str(row.get("id")), _project(row)) for row in raw if isinstance(row, dict))
        housed = {key for key, project in places if not project or project in self.profile.projects}
        outside = set(keys) - housed
        if not self.profile.by_query or not housed:
            return outside
        # A scope that Jira refuses must not look like one that holds nothing.
        await self._searched((), ("id",), self.profile.where, "")
        inside: set[str] = set()
        for part in portions([key for key in keys if key in housed], RECONCILED):
            found = await self._by_search(part, ("project",), self.profile.where)
            inside |= set(identifiers(found))
        return outside | (housed & set(keys)) - inside

    async def _single(self, key: str) -> dict[str, Any] | WayOut:
        """A ticket that no list had, or why it cannot be had.

        The platform API answers 404 to what was deleted and to what is hidden. The service desk API is documented to
        tell them apart (403 and 404). Where nothing tells, it counts as deleted.
        """
        try:
            found = await self.site.get(f"issue/{key}", {"fields": ",".join(self.profile.wanted)})
        except Refused as error:
            if error.status in (401, 403):
                return WayOut.FORBIDDEN
            if error.status not in (400, 404, 410):
                raise
        else:
            if isinstance(found, dict):
                return found
            raise Garbled(f"issue {key} came as something else")
        return await self.gone(key)

    async def gone(self, key: str) -> WayOut:
        """Why an issue that the platform API does not give is gone."""
        try:
            await self.site.desk(f"request/{key}")
        except Refused as error:
            return WayOut.FORBIDDEN if error.status == 403 else WayOut.DELETED
        return WayOut.FORBIDDEN

    async def events(self, keys: Collection[str]) -> Page:
        """All events of these tickets: histories in bulk, comments in bulk and, where there are many, page by page."""
        found: list[Event] = []
        bad: list[BadRecord] = []
        for part in portions(keys, BULK):
            for raw in await self._bulk(part, ("created", "updated", "reporter", "status", "comment")):
                try:
                    issue = Issue.model_validate(raw)
                except ValidationError as error:
                    bad.append(bad_record("events", raw, error))
                    continue
                reporter = issue.fields.reporter
                found.append(self.teller.created(issue.id, issue.fields.created // 1000, reporter))
                comments = parsed(Comment, await self._comments(raw), bad)
                found += self.teller.comments(issue.id, reporter.ident if reporter else "", comments)
        for part in portions(keys, CHANGELOG_ISSUES):
            for key, histories in (await self._histories(part)).items():
                found += self.teller.histories(key, parsed(History, histories, bad))
        return Page("", True, events=tuple(sorted(found, key=by_key)), bad=tuple(bad))

    async def _comments(self, raw: Any) -> list[Any]:
        """All comments of an issue that came with some of them; Data Center's lack the flag that hides them."""
        told = raw["fields"].get("comment")
        some = told.get("comments") if isinstance(told, dict) else None
        if not isinstance(some, list):
            return []
        total = told.get("total")
        if not self.site.cloud and some:
            return await self.comments(str(raw["id"]))
        return some if isinstance(total, int) and total <= len(some) else await self.comments(str(raw["id"]))

    async def comments(self, key: str) -> list[Any]:
        """Every comment of an issue, oldest first, with the property that hides it."""

        def page(start: int) -> Awaitable[Any]:
            params: Params = {
                "startAt": start,
                "maxResults": COMMENT_PAGE,
                "orderBy": "created",
                "expand": "properties",
            }
            return self.site.get(f"issue/{key}/comment", params)

        return await gathered(page, "comments")

    async def _histories(self, keys: Sequence[str]) -> dict[str, list[Any]]:
        return await self._bulk_histories(keys) if self.site.cloud else await self._server_histories(keys)

    async def _bulk_histories(self, keys: Sequence[str]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        token, tokens = "", set[str]()
        while True:
            body: dict[str, Any] = {
                "issueIdsOrKeys": list(keys),
                "fieldIds": list(self.teller.field_ids),
                "maxResults": CHANGELOG_PAGE,
            }
            if token:
                body["nextPageToken"] = token
            data = await self.site.post("changelog/bulkfetch", body)
            for row in rows(data, "issueChangeLogs"):
                if isinstance(row, dict) and isinstance(row.get("changeHistories"), list):
                    found.setdefault(str(row.get("issueId")), []).extend(row["changeHistories"])
            token = str(data.get("nextPageToken") or "")
            if not token or token in tokens:
                return found
            tokens.add(token)

    async def _server_histories(self, keys: Sequence[str]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for part in portions(keys, BULK):
            for raw in await self._by_search(part, ("updated",), expand="changelog"):
                log = raw.get("changelog") if isinstance(raw, dict) else None
                if not isinstance(log, dict):
                    continue
                some = log.get("histories")
                if not isinstance(some, list) or len(some) < int(log.get("total") or 0):
                    some = await self._whole_history(str(raw.get("id")))
                found[str(raw.get("id"))] = some
        return found

    async def _whole_history(self, key: str) -> list[Any]:
        data = await self.site.get(f"issue/{key}", {"fields": "updated", "expand": "changelog"})
        log = data.get("changelog") if isinstance(data, dict) else None
        return list(rows(log, "histories"))

    async def activity(self, key: str) -> Page:
        """Everything written on one ticket."""
        data = await self.site.get(f"issue/{key}", {"fields": "reporter,created,updated,status"})
        bad: list[BadRecord] = []
        issues = parsed(Issue, [data], bad)
        reporter = issues[0].fields.reporter if issues else None
        comments = parsed(Comment, await self.comments(key), bad)
        entries: list[Activity] = [
            self.teller.activity(key, reporter.ident if reporter else "", comment) for comment in comments
        ]
        return Page("", True, activity=tuple(entries), activity_whole=frozenset({key}), bad=tuple(bad))


def identifiers(raw: Iterable[Any]) -> list[str]:
    """The identifiers of issues, all of them: one that is missing must not look like a ticket that is gone."""
    found = [str(row.get("id") or "") if isinstance(row, dict) else "" for row in raw]
    if not all(found):
        raise Garbled("the search gives an issue without its identifier")
    return found


def _project(raw: dict[str, Any]) -> str:
    """The key of the project an issue is in."""
    fields = raw.get("fields")
    project = fields.get("project") if isinstance(fields, dict) else None
    return str(project.get("key")) if isinstance(project, dict) else ""


def portions(keys: Collection[str], size: int) -> Iterable[list[str]]:
    """Keys in portions, each once, in order."""
    whole = list(dict.fromkeys(keys))
    return (whole[start : start + size] for start in range(0, len(whole), size))


def parsed(kind: type[W], raw: Iterable[Any], bad: list[BadRecord]) -> list[W]:
    """The records that parse; the others go to `bad`."""
    found: list[W] = []
    for one in raw:
        try:
            found.append(kind.model_validate(one))
        except ValidationError as error:
            bad.append(bad_record("events", one, error))
    return found
