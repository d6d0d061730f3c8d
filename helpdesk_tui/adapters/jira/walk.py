"""Walking a search from a point in its order.

Cloud gives pages by token, Data Center by offset; neither is safe while tickets change, and neither is good over a
restart. So a walk has a *position* of its own: the instant (milliseconds) of the last issue that was read, in the field
the search is ordered by. It can go on from any position, and does so itself when a token repeats (JRACLOUD-95368) and
after every page of Data Center, where an offset would skip whatever moved.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from helpdesk_tui.adapters.jira.moments import millis
from helpdesk_tui.adapters.jira.site import Site, rows
from helpdesk_tui.errors import Garbled

PAGE = 100
IDS_PAGE = 5000
SERVER_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for: a bounded restriction, the instant it is ordered by, the fields wanted and how many a page."""

    where: str
    by: str
    descending: bool
    fields: Sequence[str]
    size: int = PAGE

    def jql(self, position: int | None) -> str:
        """The query from a position on, which is inclusive: what shares the instant is read again, never missed."""
        way, edge = ("DESC", "<=") if self.descending else ("ASC", ">=")
        part = "" if position is None else f" AND {self.by} {edge} {position}"
        return f"{self.where}{part} ORDER BY {self.by} {way}, id {way}"


@dataclass(frozen=True, slots=True)
class Found:
    """One page: raw issues not seen before in this walk, the position after them, and the total where it is told."""

    issues: list[Any]
    position: int | None
    last: bool
    total: int | None = None


@dataclass(slots=True)
class _Seen:
    """What a walk has given out: an issue is given out again only if it changed."""

    known: set[tuple[str, str]] = field(default_factory=set)

    def fresh(self, issues: Sequence[Any]) -> list[Any]:
        found = []
        for issue in issues:
            mark = (str(issue.get("id")), _stamp(issue)) if isinstance(issue, dict) else (repr(issue)[:200], "")
            if mark not in self.known:
                self.known.add(mark)
                found.append(issue)
        return found


def _stamp(issue: dict[str, Any]) -> str:
    fields = issue.get("fields")
    return str(fields.get("updated")) if isinstance(fields, dict) else ""


def walk(site: Site, search: Search, position: int | None = None) -> AsyncIterator[Found]:
    """The pages of a search from a position on."""
    return _by_token(site, search, position) if site.cloud else _by_offset(site, search, position)


async def _by_token(site: Site, search: Search, position: int | None) -> AsyncIterator[Found]:
    seen, tokens, token, begun = _Seen(), set[str](), "", position
    while True:
        body: dict[str, Any] = {"jql": search.jql(begun), "maxResults": search.size, "fields": list(search.fields)}
        if token:
            body["nextPageToken"] = token
        data = await site.post("search/jql", body)
        issues = rows(data, "issues")
        position = _position(issues, search, position)
        token = data.get("nextPageToken") or ""
        if not isinstance(token, str):
            raise Garbled("the search gives a page token that is not text")
        # `isLast` is known to be wrong at times; only the absence of a token ends a walk.
        yield Found(seen.fresh(issues), position, not token)
        if not token:
            return
        if token in tokens:
            if position is None or position == begun:
                raise Garbled("the search gives the same page again and again")
            tokens, token, begun = set(), "", position
        else:
            tokens.add(token)


async def _by_offset(site: Site, search: Search, position: int | None) -> AsyncIterator[Found]:
    seen, start, begun = _Seen(), 0, position
    size = min(search.size, SERVER_PAGE)
    while True:
        fields = [*search.fields, search.by, "updated"]
        body = {"jql": search.jql(begun), "startAt": start, "maxResults": size, "fields": sorted(set(fields))}
        data = await site.post("search", body)
        issues = rows(data, "issues")
        total = data.get("total")
        whole = total if isinstance(total, int) else 0
        position = _position(issues, search, position)
        last = not issues or start + len(issues) >= whole
        yield Found(seen.fresh(issues), position, last, whole if begun is None else None)
        if last:
            return
        if position is None or position == begun:
            start += len(issues)
        else:
            start, begun = 0, position


def _position(issues: Sequence[Any], search: Search, before: int | None) -> int | None:
    """The furthest instant of a page; one that cannot be read does not count."""
    found = [before] if before is not None else []
    for issue in issues:
        fields = issue.get("fields") if isinstance(issue, dict) else None
        try:
            found.append(millis(fields.get(search.by) if isinstance(fields, dict) else None))
        except ValueError:
            continue
    if not found:
        return None
    return min(found) if search.descending else max(found)
