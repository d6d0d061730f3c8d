"""Reading tables: single lists, and scans that neither lose nor repeat a row however many the access rules hide.

The limit of a page is applied before access rules are: a page may be short or empty although there is more. A scan ends
only when the platform's own count says that the window held all that was left, or when an empty page is confirmed.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from helpdesk_tui.adapters.http import Answer, Http
from helpdesk_tui.adapters.reading import CutOff, said
from helpdesk_tui.adapters.row_by_row import Each
from helpdesk_tui.adapters.servicenow.queries import ID, Filter, Key, Order, encoded, every
from helpdesk_tui.adapters.servicenow.wire import Raw, value_of
from helpdesk_tui.errors import AuthFailed, Garbled, Refused, Unreachable

SMALLEST_PAGE = 50
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


class Overran(Unreachable):
    """The platform began to answer and ran out of time; asking for less at once may help."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows, and how many there are in all before access rules (None where the platform did not count)."""

    rows: list[Raw]
    total: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """One page of a scan: its rows, the place of the last one, whether it ends the scan, and what is left with it."""

    rows: list[Raw]
    key: Key | None
    last: bool
    total: int | None


class Tables:
    """The Table API of one instance."""

    def __init__(self, http: Http, page_size: int) -> None:
        self.http = http
        self.page_size = page_size

    async def rows(
        self,
        table: str,
        fields: Sequence[str],
        query: Filter,
        *,
        limit: int = 0,
        offset: int = 0,
        order: Order | None = None,
        each: Each | None = None,
    ) -> Listed:
        """One list, or what `each` makes of its rows. Raises Refused for a table that is unknown or may not be
        read."""
        answer = await self.http.fetch_json(
            "GET",
            f"/api/now/table/{table}",
            params={
                "sysparm_query": encoded(query, order),
                "sysparm_fields": ",".join(fields),
                "sysparm_display_value": "all",
                "sysparm_exclude_reference_link": "true",
                "sysparm_suppress_pagination_header": "true",
                "sysparm_limit": limit or self.page_size,
                **({"sysparm_offset": offset} if offset else {}),
            },
            allow_404=True,
            each=each,
        )
        return Listed(read_result(answer), _total(answer))

    async def all(self, table: str, fields: Sequence[str], query: Filter) -> AsyncIterator[Raw]:
        """Every row that the filter lets pass."""
        async for batch in self.scan(table, fields, query, Order()):
            for row in batch.rows:
                yield row

    async def count(self, table: str, query: Filter) -> int:
        """How many rows there are before access rules. Raises Refused where that may not be asked."""
        answer = await self.http.fetch_json(
            "GET", f"/api/now/stats/{table}", params={"sysparm_count": "true", "sysparm_query": encoded(query)}
        )
        try:
            return int(answer.data["result"]["stats"]["count"])
        except (KeyError, TypeError, ValueError):
            raise Garbled("a count came back without a number", status=answer.status) from None

    async def scan(
        self,
        table: str,
        fields: Sequence[str],
        query: Filter,
        order: Order,
        start: Key | None = None,
        *,
        page_size: int = 0,
        each: Each | None = None,
    ) -> AsyncIterator[Batch]:
        """The rows behind `start` in `order`, page by page. The last batch says that it is, and may be empty. `each`
        may take rows as they are read, as long as it leaves sys_id and the column of the order.

        Raises Garbled if the platform drops a condition that keeps the order.
        """
        size, offset, key = page_size or self.page_size, 0, start
        while True:
            try:
                listed = await self.rows(
                    table, fields, every(query, order.after(key)), limit=size, offset=offset, order=order, each=each
                )
            except (CutOff, Overran):
                if size <= SMALLEST_PAGE:
                    raise
                size = max(SMALLEST_PAGE, size // 2)  # the platform ran out of time over so many rows
                continue
            total = listed.total
            if total is None and not listed.rows:
                total = await self._left(table, query, order, key)
            more = total is None or total > offset + size
            rows = _once(listed.rows)
            here = _furthest(table, rows, order, key)
            if rows or not more:
                yield Batch(rows, here or key, not rows or not more, total)
                if not rows or not more:
                    return
            # Where nothing tells its place, it is hidden from us or damaged: on to the window behind it.
            offset = 0 if here else offset + size
            key = here or key

    async def _left(self, table: str, query: Filter, order: Order, key: Key | None) -> int:
        """How many rows lie behind `key`, asked of the platform's statistics; 0 where those are not to be had."""
        try:
            return await self.count(table, every(query, order.after(key)))
        except Refused:
            return 0


def places(rows: Sequence[Raw], order: Order) -> list[Key]:
    """Where rows stand in an order. The first and the last of them are sound: of rows so damaged that it cannot be
    told, those that would lie in between may be among them."""
    field = order.field
    found = [Key(value_of(row.get(field)) if field else "", value_of(row.get("sys_id"))) for row in rows]
    # What lies between two sound places does no harm, and a look at each of them takes longer than all the rest.
    if found and _sound(min(found), order) and _sound(max(found), order):
        return found
    return [key for key in found if _sound(key, order)]


def _sound(key: Key, order: Order) -> bool:
    return bool(ID.fullmatch(key.sys_id) and (not order.field or _STAMP.fullmatch(key.stamp)))


def _furthest(table: str, rows: list[Raw], order: Order, before: Key | None) -> Key | None:
    """The place of the row that is furthest on, whatever order they came in; None where no row has one.

    Any row's place would do: whatever lies behind it is asked for next. Raises Garbled for a row that lies before the
    page, because then a condition was dropped, and where the rows may not show what they are sorted by.
    """
    known = places(rows, order)
    if not order.keeps(known, before):
        raise Garbled(f"{table}: the platform ignored a condition of the query: rows came that were not asked for")
    if rows and not known and order.field and not any(order.field in row for row in rows):
        raise Garbled(f"{table}: rows come without {order.field}: may it be read?")
    return (min if order.descending else max)(known, default=None)


def _once(rows: list[Raw]) -> list[Raw]:
    """Each record once: a list may hold a row twice. Of two, the later is kept."""
    return list({value_of(row.get("sys_id")) or number: row for number, row in enumerate(rows)}.values())


def read_result(answer: Answer) -> list[Raw]:
    """The rows of an answer, once everything that only looks like success is out of the way."""
    if answer.headers.get("X-Is-Logged-In", "").lower() == "false":
        raise AuthFailed("the platform took us for a guest", status=401)
    data: Any = answer.data
    if answer.status == 404:
        words = said(data)
        if words.lower().startswith("no record"):
            return []
        raise Refused(f"refused: 404 {words}".strip(), status=404)
    if isinstance(data, dict) and data.get("error"):
        # Sent after the rows had begun: the time for the transaction ran out, and rows are missing.
        raise Overran(f"the platform gave up half way: {said(data)}", status=answer.status)
    if data is None:
        raise CutOff("the answer is empty", status=answer.status)
    result = data.get("result") if isinstance(data, dict) else None
    if isinstance(result, dict):
        result = [result]
    if not isinstance(result, list):
        raise Garbled("an answer without result", status=answer.status)
    return [row if isinstance(row, dict) else {"": row} for row in result]


def _total(answer: Answer) -> int | None:
    text = answer.headers.get("X-Total-Count", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None
