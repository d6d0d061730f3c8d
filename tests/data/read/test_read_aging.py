"""The figures of the SLA screen: each is what its filter lists, whatever the tickets are like."""

from __future__ import annotations

import importlib.util
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from helpdesk_tui.data.read import aging, aging_depth
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.read.conditions import Asked
from helpdesk_tui.data.read.counts import counts
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.data.read.sql import where
from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.filters.language import Filter, parse
from helpdesk_tui.domain.sla.aging import BANDS, DAY, GROUPINGS, HOUR, both
from helpdesk_tui.domain.sla.causes import Cause
from helpdesk_tui.domain.views import Grouping

NOW = 1_795_307_200
MOMENT = Moment(NOW)
ROOT = Path(__file__).parents[3]
ALL = Filter()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    spec = importlib.util.spec_from_file_location("seed_cache", ROOT / "benchmarks" / "seed_cache.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    path = tmp_path_factory.mktemp("aging") / "cache.db"
    module.seed(path, 900, 600, 3, NOW)
    return sqlite3.connect(path)


def counted(connection: sqlite3.Connection, text: str) -> int:
    return counts(connection, {"it": parse(f"is:open {text}")}, MOMENT)["it"].n


@pytest.mark.parametrize("grouping", GROUPINGS)
@pytest.mark.parametrize("typed", ["", "p:3", "vpn"])
def test_every_figure_of_the_board_is_what_its_filter_lists(
    many: sqlite3.Connection, grouping: Grouping, typed: str
) -> None:
    rows = aging.board(many, parse(typed), MOMENT, grouping)
    assert sum(row.total for row in rows) == counted(many, typed)
    for row in rows[:6]:
        assert row.total == counted(many, both(typed, row.filter)), row
        assert row.bands == tuple(counted(many, both(typed, row.filter, band.filter)) for band in BANDS), row
        assert sum(row.bands) == row.total
        assert row.orphans == counted(many, both(typed, row.filter, "owner:none due:<30m")), row
        assert row.stalled == counted(many, both(typed, row.filter, "is:stalled")), row
        assert sum(row.sources.values()) == row.total


def test_a_second_at_an_edge_is_in_one_band_only(add: Callable[..., int], connection: sqlite3.Connection) -> None:
    edges = (-1, 0, 1, 1799, 1800, 1801, 7199, 7200, 14_399, 14_400, 14_401)
    for edge in edges:
        add(due_at=NOW + edge, grp="g")
    add(paused=1)
    add()
    (row, *_) = aging.board(connection, ALL, MOMENT, Grouping.SOURCE)
    assert row.bands == (2, 2, 3, 2, 2, 1, 1)
    assert row.bands == tuple(counted(connection, band.filter) for band in BANDS)


def test_groups_of_one_name_on_two_platforms_are_one_row(
    add: Callable[..., int], insert: Callable[..., int], connection: sqlite3.Connection
) -> None:
    for source, key in (("sn", "1"), ("zd", "9")):
        insert("grp", source=source, key=key, name="Network" if source == "sn" else "NETWORK")
        add(source=source, grp=key, due_at=NOW - 5)
    add()
    rows = aging.board(connection, ALL, MOMENT, Grouping.GROUP)
    assert [(row.label, row.total, row.sources) for row in rows] == [
        ("Network", 2, {"sn": 1, "zd": 1}),
        ("", 1, {"sn": 1}),
    ]
    assert [counted(connection, row.filter) for row in rows] == [2, 1]


def test_the_next_breaches_come_in_order_with_each_clock_of_a_ticket(
    add: Callable[..., int], insert: Callable[..., int], connection: sqlite3.Connection
) -> None:
    for key, dues in (("a", (-60, 900)), ("b", (600,)), ("c", (4 * HOUR, 4 * HOUR + 1)), ("d", (5 * HOUR,))):
        add(key=key, number=key, due_at=NOW + min(dues))
        for place, due in enumerate(dues):
            metric = ("resolution", "promise")[place]
            insert("clock", source="sn", ticket=key, ident=f"{place}", metric=metric, stage="running", due_at=NOW + due)
    insert("clock", source="sn", ticket="a", ident="over", metric="first_response", stage="met", due_at=NOW - 9)
    found = aging.soon(connection, ALL, MOMENT)
    assert [(due.row.key, due.due_at - NOW, due.metric) for due in found] == [
        ("a", -60, Metric.RESOLUTION),
        ("b", 600, Metric.RESOLUTION),
        ("a", 900, Metric.PROMISE),
        ("c", 4 * HOUR, Metric.RESOLUTION),
    ]


def test_hours_paused_and_stalled_are_what_their_filters_list(many: sqlite3.Connection) -> None:
    first = NOW - NOW % HOUR
    told = aging.hours(many, ALL, MOMENT, first)
    assert [hour.start for hour in told] == [first + place * HOUR for place in range(8)]
    ahead = first + 8 * HOUR - NOW - 1
    assert sum(hour.count for hour in told) == counted(many, f"due:>0s due:<={ahead}s")
    assert sum(hour.orphans for hour in told) == counted(many, f"owner:none due:>0s due:<={ahead}s")
    for paused in aging_depth.paused(many, ALL, MOMENT):
        assert paused.count == counted(many, paused.filter) > 0
        assert paused.long == counted(many, f"{paused.filter} instate:>=5d")
    for stalled in aging_depth.stalled(many, ALL, MOMENT):
        assert stalled.count == counted(many, stalled.stall.filter), stalled
        assert stalled.worst_count <= stalled.count


def test_what_was_met_counts_by_day_and_row(
    add: Callable[..., int], insert: Callable[..., int], connection: sqlite3.Connection
) -> None:
    insert("grp", source="sn", key="1", name="Network")
    add(key="a", grp="1", state="closed")
    ends = (
        (60, "met"),
        (HOUR, "breached"),
        (3 * DAY, "met"),
        (8 * DAY, "breached"),
        (29 * DAY, "met"),
        (31 * DAY, "met"),
    )
    for ago, stage in ends:
        insert("clock", source="sn", ticket="a", ident=f"{ago}", metric="resolution", stage=stage, stopped_at=NOW - ago)
    insert("clock", source="sn", ticket="a", ident="mine", metric="promise", stage="met", stopped_at=NOW, origin="desk")
    found = aging_depth.past(connection, MOMENT, NOW - 120, Grouping.GROUP)
    assert found["network"] == found["*"]
    told = found["*"]
    assert [(share.met, share.missed) for share in (told.today, told.week, told.before, told.month)] == [
        (1, 0), (2, 1), (0, 1), (3, 2),
    ]  # fmt: skip
    assert [share.met + share.missed for share in told.days] == [0, 0, 0, 1, 0, 0, 2]
    assert told.trend is not None
    assert round(told.trend, 1) == 66.7


def test_a_clock_that_runs_late_counts_as_missed_from_its_due_instant_on(
    add: Callable[..., int], insert: Callable[..., int], connection: sqlite3.Connection
) -> None:
    for key, due, more in (
        ("a", 60, {}), ("b", 2 * DAY, {}), ("c", 9 * DAY, {}), ("d", -60, {}), ("e", 60, {"origin": "desk"}),
        ("f", 60, {"stage": "paused"}), ("g", 60, {"state": "closed"}),
    ):  # fmt: skip
        add(key=key, number=key, due_at=NOW - due, state=more.get("state", "open"))
        stage, origin = more.get("stage", "running"), more.get("origin", "remote")
        insert(
            "clock", source="sn", ticket=key, ident="r", metric="resolution", stage=stage, due_at=NOW - due,
            origin=origin,
        )  # fmt: skip
    insert("clock", source="sn", ticket="a", ident="m", metric="first_response", stage="met", stopped_at=NOW - 5)
    told = aging_depth.past(connection, MOMENT, NOW - 120, Grouping.GROUP)["*"]
    assert [(share.met, share.missed) for share in (told.today, told.week, told.before, told.month)] == [
        (1, 1), (1, 2), (0, 1), (1, 3),
    ]  # fmt: skip
    missed = connection.execute(
        "SELECT count(*) FROM ticket t WHERE " + (found := where(parse("is:missed"), Asked(connection, MOMENT))).sql,
        found.params,
    )
    assert missed.fetchone()[0] == told.week.missed


def test_missed_clocks_are_those_that_ended_late_and_those_that_run_late(
    add: Callable[..., int], insert: Callable[..., int], connection: sqlite3.Connection
) -> None:
    add(key="a", number="INC1", state="closed")
    add(key="b", number="INC2", due_at=NOW - 60)
    insert(
        "clock",
        source="sn",
        ticket="a",
        ident="r",
        metric="resolution",
        stage="breached",
        stopped_at=NOW - 5,
        due_at=NOW - 9,
    )
    insert("clock", source="sn", ticket="b", ident="r", metric="resolution", stage="running", due_at=NOW - 60)
    insert(
        "clock", source="sn", ticket="b", ident="p", metric="promise", stage="running", due_at=NOW - 60, origin="desk"
    )
    insert(
        "clock", source="sn", ticket="b", ident="o", metric="first_response", stage="breached", stopped_at=NOW - 8 * DAY
    )
    add(key="c", number="INC3", due_at=NOW - 8 * DAY)
    insert("clock", source="sn", ticket="c", ident="r", metric="resolution", stage="running", due_at=NOW - 8 * DAY)
    assert numbers(connection, "is:missed") == ["INC1", "INC2"]


def test_causes_list_the_tickets_they_count(
    add: Callable[..., int], insert: Callable[..., int], connection: sqlite3.Connection
) -> None:
    for key in ("a", "b", "c", "d"):
        add(key=key, number=key.upper(), state="closed")
        for ident in ("r", "f"):
            insert(
                "clock", source="sn", ticket=key, ident=ident, metric="resolution", stage="breached", stopped_at=NOW - 9
            )
    said = [
        ("sn", "a", "r", "vendor"),
        ("sn", "b", "r", "owner"),
        ("sn", "b", "f", "vendor"),
        ("sn", "d", "r", "other"),
    ]
    said += [("sn", "d", "f", "other"), ("sn", "gone", "r", "vendor"), ("zd", "c", "r", "vendor")]
    moment = Moment(NOW, causes=lambda: said)
    found = aging_depth.blames(connection, moment, {each[3] for each in said})
    assert [(blame.cause, blame.count) for blame in found] == [
        (Cause.VENDOR, 2), (Cause.OWNER, 1), (Cause.OTHER, 1), (None, 2),
    ]  # fmt: skip
    assert [numbers(connection, blame.filter, moment) for blame in found] == [["A", "B"], ["B"], ["D"], ["A", "C"]]


def test_clocks_paused_just_before_their_breach(
    add: Callable[..., int], insert: Callable[..., int], connection: sqlite3.Connection
) -> None:
    for place, (rest, paused) in enumerate(((900, 1), (901, 1), (0, 1), (-1, 1), (60, 0))):
        add(key=f"{place}", number=f"{place}", paused=paused)
        insert(
            "clock", source="sn", ticket=f"{place}", ident="r", stage="paused", paused_at=NOW - 9, due_at=NOW - 9 + rest
        )
    assert numbers(connection, "is:open is:paused-late") == ["0", "2"]
    assert aging_depth.paused_late(connection, ALL, MOMENT) == 2
    assert aging_depth.paused_late(connection, parse("key:2"), MOMENT) == 1


def test_drift_counts_tickets_by_what_it_comes_from(
    add: Callable[..., int], insert: Callable[..., int], connection: sqlite3.Connection
) -> None:
    told = (("a", "r", "calendar"), ("a", "f", "calendar"), ("b", "r", "not told"), ("closed", "r", "pause"))
    for key in ("a", "b", "closed"):
        add(key=key, number=key, state="closed" if key == "closed" else "open")
    for key, ident, reason in told:
        insert("drift", source="sn", ticket=key, ident=ident, seconds=90, reason=reason, words="")
    assert aging_depth.drifts(connection) == {"calendar": 1, "not told": 1}
    assert numbers(connection, "is:open drift:calendar") == ["a"]
    assert numbers(connection, "drift:untold,pause") == ["b", "closed"]


def numbers(connection: sqlite3.Connection, text: str, moment: Moment = MOMENT) -> list[str]:
    condition = where(parse(text), Asked(connection, moment))
    query = f"SELECT t.number FROM ticket t WHERE {condition.sql} ORDER BY 1"
    return [number for (number,) in connection.execute(query, condition.params)]


def test_a_name_that_begins_another_lists_its_own_tickets_only(
    add: Callable[..., int], insert: Callable[..., int], connection: sqlite3.Connection
) -> None:
    for key, name in (("1", "Net"), ("2", "Net Ops"), ("3", "NET"), ("4", "Réseau"), ("5", "reseau")):
        insert("grp", source="sn", key=key, name=name)
        add(grp=key, category=name)
    add(grp="Net", category='=odd "name"')  # a group of which nobody told a name is called by its identifier
    for grouping in (Grouping.GROUP, Grouping.CATEGORY):
        rows = aging.board(connection, ALL, MOMENT, grouping)
        told = {row.label.casefold(): (row.total, counted(connection, row.filter)) for row in rows}
        net = 3 if grouping is Grouping.GROUP else 2
        assert told["net"] == (net, net)
        assert told["net ops"] == (1, 1)
        assert {*told.values()} <= {(net, net), (1, 1), (2, 2)}
    assert counted(connection, "category:net") == 3


def test_an_empty_cache_has_empty_figures(reader: CacheReader, connection: sqlite3.Connection) -> None:
    assert aging.board(connection, ALL, MOMENT, Grouping.GROUP) == []
    assert aging.soon(connection, ALL, MOMENT) == []
    assert [hour.count for hour in aging.hours(connection, ALL, MOMENT, NOW)] == [0] * 8
    assert [stalled.count for stalled in aging_depth.stalled(connection, ALL, MOMENT)] == [0] * 6
    assert aging_depth.past(connection, MOMENT, NOW, Grouping.OWNER) == {}
