"""The requests the adapter makes, and the ways in which Zendesk pages its answers.

Addresses of next pages are never followed: the next request is made from the cursor, so that no sign-in travels to a
host that an answer names.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from helpdesk_tui.adapters.http import Http, Params
from helpdesk_tui.adapters.zendesk.mapping import listed
from helpdesk_tui.errors import Garbled, Refused

V2 = "api/v2/"
AT_ONCE = 100
"""Records a page, and identifiers in one question: the platform's bound for nearly everything."""
ASIDE = "users,organizations,metric_sets"
WITH_CLOCKS = f"{ASIDE},slas"
NOT_THERE = (403, 404)

Answered = Mapping[str, Any]


class Api:
    """Zendesk's endpoints. `clocks` turns False once the platform refuses to send SLA clocks along."""

    def __init__(self, http: Http) -> None:
        self.http = http
        self.clocks = True

    def server_now(self) -> int:
        """The present instant by the platform's clock, seconds UTC."""
        return self.http.server_now()

    def earliest_now(self) -> int:
        """The platform's clock or ours, whichever is behind."""
        return self.http.earliest_now()

    async def get(self, path: str, params: Params | None = None, kind: str = "") -> Answered:
        """An object. Raises Garbled where the answer is none."""
        answer = await self.http.fetch_json("GET", V2 + path, params=params, kind=kind)
        if not isinstance(answer.data, dict):
            raise Garbled("an answer without an object in it", status=answer.status)
        return answer.data

    async def rows(
        self, path: str, name: str, params: Params | None = None, after: str = "", size: int = AT_ONCE
    ) -> AsyncIterator[Rows]:
        """The pages of a list by cursor. `meta.has_more` alone tells the end: a link to a next page is always there."""
        while True:
            found = await self.page(path, name, params, after, size)
            yield found
            if not found.after:
                return
            if found.after == after:
                raise Garbled(f"{path}: the platform gives the same page again and again")
            after = found.after

    async def page(
        self, path: str, name: str, params: Params | None = None, after: str = "", size: int = AT_ONCE
    ) -> Rows:
        """One page of a list by cursor."""
        asked = {**(params or {}), "page[size]": size, **({"page[after]": after} if after else {})}
        data = await self.get(path, asked, "index" if path == "tickets" else "")
        return Rows(_rows(data, name), data, _next(data))

    async def export(self, cursor: str, start: int, per_page: int, include: str) -> Answered:
        """A page of the cursor export of tickets: from `cursor`, or from the instant `start` where it is empty."""
        place: dict[str, str | int] = {"cursor": cursor} if cursor else {"start_time": start}
        data = await self.get(
            "incremental/tickets/cursor",
            {**place, "per_page": per_page, "include": self.sideloads(include)},
            "incremental",
        )
        _rows(data, "tickets")
        return data

    async def ticket_events(self, start: int) -> Answered:
        """A page of the export of ticket events from the instant `start`."""
        data = await self.get("incremental/ticket_events", {"start_time": start}, "incremental")
        _rows(data, "ticket_events")
        return data

    async def search(self, query: str, after: str, size: int) -> Rows:
        """A page of the tickets that a query finds."""
        params: dict[str, str | int] = {"query": query, "filter[type]": "ticket", "page[size]": size}
        data = await self.get("search/export", {**params, **({"page[after]": after} if after else {})}, "search")
        found = _next(data)
        if found and found == after:
            raise Garbled("search/export: the platform gives the same page again and again")
        return Rows(_rows(data, "results"), data, found)

    async def search_count(self, query: str) -> int | None:
        """How many records a query finds; None where the platform does not say: it is for progress only."""
        try:
            count = (await self.get("search/count", {"query": f"type:ticket {query}"}, "search")).get("count")
        except Refused:
            return None
        return count if isinstance(count, int) else None

    async def show_many(self, ids: Sequence[int], include: str) -> Answered:
        """Tickets by number, at most 100; those that are deleted or may not be read are left out without a word."""
        params = {"ids": ",".join(map(str, ids))}
        try:
            data = await self.get("tickets/show_many", {**params, "include": self.sideloads(include)})
        except Refused as error:
            if not self.clocks or "slas" not in include or error.status not in (400, 403, 422):
                raise
            self.clocks = False
            data = await self.get("tickets/show_many", {**params, "include": self.sideloads(include)})
        rows = _rows(data, "tickets")
        sound = [row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), int)]
        if "slas" in include and sound and not any("slas" in row for row in sound):
            self.clocks = False  # the account's plan has no SLA policies
        return data

    def sideloads(self, include: str) -> str:
        """What to send along, without what the platform refused to."""
        return include if self.clocks else ",".join(part for part in include.split(",") if part != "slas")


class Rows:
    """One page: its records, the whole answer with the sideloads, and the cursor after it ("" at the end)."""

    __slots__ = ("after", "data", "rows")

    def __init__(self, rows: list[object], data: Answered, after: str) -> None:
        self.rows, self.data, self.after = rows, data, after


def _rows(data: Answered, name: str) -> list[object]:
    if not isinstance(data.get(name), list):
        raise Garbled(f"an answer without “{name}”")
    return listed(data, name)


def _next(data: Answered) -> str:
    """The cursor of the next page; answers that are not paged have none."""
    meta = data.get("meta")
    if not isinstance(meta, dict) or not meta.get("has_more"):
        return ""
    after = meta.get("after_cursor")
    if not isinstance(after, str) or not after:
        raise Garbled("the platform says there is more and does not say where")
    return after
