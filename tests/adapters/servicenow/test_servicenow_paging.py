"""Scans lose no row and repeat none, whatever access rules hide and in whatever order pages come."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.adapters.auth import Basic
from helpdesk_tui.adapters.http import Http
from helpdesk_tui.adapters.pacing import Retry
from helpdesk_tui.adapters.servicenow.context import Context, begin, stream
from helpdesk_tui.adapters.servicenow.held import Held
from helpdesk_tui.adapters.servicenow.mapping import Mapper
from helpdesk_tui.adapters.servicenow.queries import EVERYTHING, Key, Order
from helpdesk_tui.adapters.servicenow.scope import Scope
from helpdesk_tui.adapters.servicenow.states import States
from helpdesk_tui.adapters.servicenow.table import Tables
from helpdesk_tui.adapters.servicenow.wire import stamp, value_of
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.errors import Garbled, Unreachable

NOW = 1_790_000_000
SOURCE = SourceConfig(name="sn", platform="servicenow", url="https://sn.example", username="ann")
Row = dict[str, str]


class Plain:
    """A secret."""

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return "x"

    def expire(self) -> None:
        pass


class Table:
    """A table that is filtered, sorted and cut as the platform does it: access rules last."""

    def __init__(self, rows: Sequence[Row], *, hidden: set[str] = frozenset(), counted: bool = True) -> None:  # type: ignore[assignment]
        self.rows, self.hidden, self.counted = list(rows), hidden, counted
        self.asked = 0
        self.bend: Callable[[list[Row]], list[Row]] = list
        self.drop: str = ""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        assert self.asked < 500, "the scan does not end"
        query = request.url.params.get("sysparm_query", "")
        found = [row for row in self.rows if self._holds(row, query)]
        for name in reversed(re.findall(r"ORDERBY(?:DESC)?(\w+)", query)):
            found.sort(key=lambda row: row[name], reverse=f"ORDERBYDESC{name}" in query)
        if "/stats/" in request.url.path:
            return httpx.Response(200, json={"result": {"stats": {"count": str(len(found))}}})
        offset, limit = (int(request.url.params.get(f"sysparm_{name}", 0)) for name in ("offset", "limit"))
        page = self.bend([row for row in found[offset : offset + limit] if row["sys_id"] not in self.hidden])
        return httpx.Response(
            200, json={"result": page}, headers={"X-Total-Count": str(len(found))} if self.counted else {}
        )

    def _holds(self, row: Row, query: str) -> bool:
        return any(
            all(self._one(row, condition) for condition in part.split("^") if condition and "ORDERBY" not in condition)
            for part in query.split("^NQ")
        )

    def _one(self, row: Row, condition: str) -> bool:
        match = re.fullmatch(r"(\w+?)(>=|<=|>|<|=)(.*)", condition)
        assert match, condition
        name, sign, value = match.groups()
        if name == self.drop:
            return True
        held = row[name]
        return {">": held > value, "<": held < value, "=": held == value, ">=": held >= value, "<=": held <= value}[
            sign
        ]


def tables_of(table: Table, page_size: int) -> Tables:
    http = Http(
        SOURCE, Basic("a", Plain()), now=lambda: NOW, transport=httpx.MockTransport(table), retry=Retry(attempts=1)
    )
    return Tables(http, page_size)


async def scanned(table: Table, order: Order, page_size: int, start: Key | None = None) -> list[str]:
    found: list[str] = []
    lasts: list[bool] = []
    async for batch in tables_of(table, page_size).scan("incident", ("sys_id",), EVERYTHING, order, start):
        found += [value_of(row["sys_id"]) for row in batch.rows]
        lasts.append(batch.last)
    assert lasts.count(True) == 1
    assert lasts[-1]
    return found


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Row], set[str]]:
    """Rows that share few stamps, and which of them are hidden."""
    stamps = draw(st.lists(st.integers(0, 4), max_size=30))
    rows = [{"sys_id": f"{n:02x}{'ab'[n % 2]}", "sys_updated_on": stamp(NOW + at)} for n, at in enumerate(stamps)]
    hidden = draw(st.sets(st.sampled_from([row["sys_id"] for row in rows]))) if rows else set()
    return rows, hidden


ORDERS = st.sampled_from([Order(), Order("sys_updated_on"), Order("sys_updated_on", descending=True)])
BENDS = st.sampled_from(["as is", "shuffled", "doubled"])


@settings(deadline=None, max_examples=150)
@given(worlds(), ORDERS, st.integers(1, 9), st.booleans(), BENDS, st.randoms(use_true_random=False))
def test_every_visible_row_comes_exactly_once(
    world: tuple[list[Row], set[str]], order: Order, size: int, counted: bool, bend: str, chance: Any
) -> None:
    rows, hidden = world
    table = Table(rows, hidden=hidden, counted=counted)
    if bend == "shuffled":
        table.bend = lambda page: chance.sample(page, len(page))
    elif bend == "doubled":
        table.bend = lambda page: page + page[:1]
    found = asyncio.run(scanned(table, order, size))
    assert sorted(found) == sorted(row["sys_id"] for row in rows if row["sys_id"] not in hidden)


@settings(deadline=None, max_examples=80)
@given(
    worlds(),
    st.integers(1, 5),
    st.lists(st.tuples(st.integers(0, 29), st.integers(0, 9)), max_size=12),
    st.integers(0, 6),
)
def test_a_stream_left_and_taken_up_again_ends_with_the_newest_of_each_row(
    world: tuple[list[Row], set[str]], size: int, edits: list[tuple[int, int]], pages_before_stop: int
) -> None:
    """Rows change between pages and pulls; the cursor is taken up from any page; in the end all versions are known."""
    rows, _ = world
    table = Table(rows)
    known: dict[str, str] = {}
    at = NOW + 10

    def edit() -> None:
        nonlocal at
        if edits and rows:
            place, later = edits.pop()
            at += later
            rows[place % len(rows)]["sys_updated_on"] = stamp(at)

    async def run() -> None:
        context = context_of(table, size, 300)
        cursor, stops = begin(NOW - 5), pages_before_stop
        for _ in range(60):
            async for portion in stream(context, "incident", ("sys_id",), EVERYTHING, "sys_updated_on", cursor):
                known.update((row["sys_id"], row["sys_updated_on"]) for row in portion.rows)
                cursor = portion.cursor
                edit()
                stops -= 1
                if stops == 0:
                    break
            else:
                if not edits or not rows:
                    break
        async for portion in stream(context, "incident", ("sys_id",), EVERYTHING, "sys_updated_on", cursor):
            known.update((row["sys_id"], row["sys_updated_on"]) for row in portion.rows)

    asyncio.run(run())
    assert known == {row["sys_id"]: row["sys_updated_on"] for row in rows}


def context_of(table: Table, size: int, overlap: int) -> Context:
    tables, scope = tables_of(table, size), Scope(SOURCE)
    tables.http._skews.append(3600)  # the platform's clock is ahead of ours, and of every stamp here
    return Context("sn", tables.http, tables, scope, Mapper("sn", "", States()), Held(scope), overlap)


async def test_a_cursor_inside_a_second_goes_on_inside_that_second() -> None:
    rows = [{"sys_id": f"{n:03x}", "sys_updated_on": stamp(NOW)} for n in range(20)]
    context, cursor = context_of(Table(rows), 3, 0), begin(NOW)
    found: list[str] = []
    for _ in range(20):
        async for portion in stream(context, "incident", ("sys_id",), EVERYTHING, "sys_updated_on", cursor):
            found += [str(row["sys_id"]) for row in portion.rows]
            cursor = portion.cursor
            break
        if portion.last:
            break
    assert found == [row["sys_id"] for row in rows]


@pytest.mark.parametrize(("late", "seen"), [(0, True), (200, True), (300, True), (301, False)])
async def test_a_row_that_appears_late_is_read_within_the_overlap(late: int, seen: bool) -> None:
    table = Table([{"sys_id": "a", "sys_updated_on": stamp(NOW)}])
    context, cursor = context_of(table, 5, 300), begin(NOW - 1000)
    for turn in range(2):
        found = []
        async for portion in stream(context, "incident", ("sys_id",), EVERYTHING, "sys_updated_on", cursor):
            found += [row["sys_id"] for row in portion.rows]
            cursor = portion.cursor
        if turn == 0:
            table.rows.append({"sys_id": "b", "sys_updated_on": stamp(NOW - late)})
    assert ("b" in found) is seen


async def test_a_stamp_in_the_future_does_not_hide_what_comes_before_it() -> None:
    table = Table([{"sys_id": "a", "sys_updated_on": stamp(NOW + 86_400)}])
    context = context_of(table, 5, 0)
    (portion,) = [p async for p in stream(context, "incident", (), EVERYTHING, "sys_updated_on", begin(NOW))]
    table.rows.append({"sys_id": "b", "sys_updated_on": stamp(NOW + 3600)})
    (portion,) = [p async for p in stream(context, "incident", (), EVERYTHING, "sys_updated_on", portion.cursor)]
    assert "b" in {row["sys_id"] for row in portion.rows}


ROWS = [{"sys_id": f"{n:03x}", "sys_updated_on": stamp(NOW + n // 3)} for n in range(20)]


@pytest.mark.parametrize("drop", ["sys_updated_on", "sys_id"])
async def test_a_dropped_condition_is_noticed(drop: str) -> None:
    table = Table(ROWS)
    table.drop = drop
    order = Order("sys_updated_on") if drop == "sys_updated_on" else Order()
    with pytest.raises(Garbled, match="ignored a condition"):
        await scanned(table, order, 4)


async def test_a_dropped_lower_bound_is_noticed_on_the_first_page() -> None:
    table = Table(ROWS)
    table.drop = "sys_updated_on"
    with pytest.raises(Garbled, match="ignored a condition"):
        await scanned(table, Order("sys_updated_on"), 50, Key(stamp(NOW + 3), ""))


async def test_rows_that_may_not_show_their_stamp_cannot_be_followed() -> None:
    table = Table(ROWS)
    table.bend = lambda page: [{"sys_id": row["sys_id"]} for row in page]
    with pytest.raises(Garbled, match="may it be read"):
        await scanned(table, Order("sys_updated_on"), 4)


@pytest.mark.parametrize(
    "damage", [{"sys_id": [1]}, {"sys_id": ""}, {"sys_updated_on": "yesterday"}, {"sys_updated_on": {}}]
)
async def test_damaged_rows_are_passed_on_and_passed_by(damage: dict[str, Any]) -> None:
    table = Table(ROWS)
    spoilt = {"005", "006", "007", "013"}
    table.bend = lambda page: [{**row, **damage} if row["sys_id"] in spoilt else row for row in page]
    found: set[str] = set()
    async for batch in tables_of(table, 3).scan("incident", ("sys_id",), EVERYTHING, Order("sys_updated_on")):
        found |= {str(row["sys_id"]) for row in batch.rows}
    assert {row["sys_id"] for row in ROWS} - spoilt <= found


CANCELLED = {
    "result": [],
    "error": {"message": "Transaction cancelled: maximum execution time exceeded"},
    "status": "failure",
}


async def test_a_cancelled_transaction_is_asked_for_in_smaller_pages() -> None:
    table, sizes = Table([{"sys_id": f"{n:04x}"} for n in range(300)]), []

    def serve(request: httpx.Request) -> httpx.Response:
        size = int(request.url.params["sysparm_limit"])
        sizes.append(size)
        return httpx.Response(200, json=CANCELLED) if size > 100 else table(request)

    http = Http(SOURCE, Basic("a", Plain()), now=lambda: NOW, transport=httpx.MockTransport(serve))
    found = [row["sys_id"] async for row in Tables(http, 400).all("incident", ("sys_id",), EVERYTHING)]
    assert (len(set(found)), sizes) == (300, [400, 200, 100, 100, 100])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(200, json=CANCELLED), Unreachable),
        (
            httpx.Response(200, content=b'{"result":[{"sys_id":"a"', headers={"Content-Type": "application/json"}),
            Garbled,
        ),
        (httpx.Response(202), Unreachable),
        (httpx.Response(200, content=b"", headers={"Content-Type": "application/json"}), Garbled),
        (httpx.Response(200, json={"status": "ok"}), Garbled),
        (httpx.Response(200, json=[]), Garbled),
        (httpx.Response(200, html="<title>Hibernating</title>"), Garbled),
    ],
)
async def test_failures_dressed_as_success(answer: httpx.Response, error: type[Exception]) -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    http = Http(
        SOURCE, Basic("a", Plain()), now=lambda: NOW, transport=httpx.MockTransport(serve), retry=Retry(attempts=1)
    )
    with pytest.raises(error):
        await Tables(http, 500).rows("incident", ("sys_id",), EVERYTHING)


async def test_an_empty_list_of_the_first_version_is_a_404() -> None:
    words = {"error": {"message": "No Record found", "detail": "Record doesn't exist"}, "status": "failure"}
    http = Http(
        SOURCE,
        Basic("a", Plain()),
        now=lambda: NOW,
        transport=httpx.MockTransport(lambda _: httpx.Response(404, json=words)),
    )
    assert (await Tables(http, 500).rows("incident", ("sys_id",), EVERYTHING)).rows == []
