"""Columns and times as a row shows them, by table."""

from __future__ import annotations

from datetime import UTC

import pytest

from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.domain.views import Column
from helpdesk_tui.theme import ASCII, UNICODE
from helpdesk_tui.widgets import times
from helpdesk_tui.widgets.columns import Frame, Layout, short_name
from helpdesk_tui.widgets.text import shortened, width

NOW = 1_795_307_200
ROW = Row(
    id=1, source="sn", key="k", number="INC0048213", badge="SN", title="Core switch down", priority=1, state=State.OPEN,
    status="In progress", group="Network", owner="Ana Okafor", due_at=NOW - 1320, clock="R", paused=False,
    idle_since=NOW - 660, idle_observed=False, state_since=NOW - 90_000, state_observed=True, created_at=NOW,
    updated_at=NOW, bounces=3, reopens=0, alike_count=11, vip=True, is_open=True, scope="in", rev=1,
)  # fmt: skip


def text(row: Row, cells: int, **frame: bool) -> str:
    glyphs = ASCII if cells < 100 else UNICODE
    line = Layout.of(cells).line(row, Frame(NOW, glyphs, **frame))
    assert width(line) == cells
    return "".join(piece.text for piece in line)


@pytest.mark.parametrize("cells", [20, 40, 79, 80, 99, 100, 120, 160, 200, 300])
def test_a_row_is_exactly_as_wide_as_the_list(cells: int) -> None:
    for row in (ROW, ROW._replace(title="漢字" * 90, owner="\x1b[2J" * 9, group="é" * 99, number="9" * 40, status="")):
        text(row, cells)
    assert width(Layout.of(cells).heading()) == cells


def test_80_cells_read_as_the_mock() -> None:
    words = text(ROW, 80, cursor=True, marked=True)
    assert words.startswith(">*  1  -0:22 R  INC0048213  VIP ~11 Core switch down")
    assert words.split()[-3:] == ["Network", "Okafor", "0:11"]


def test_wide_rows_show_state_time_in_it_and_bounces() -> None:
    words = text(ROW, 160)
    assert "In progress" in words
    assert "≥1d01" in words
    assert words.rstrip().endswith("3x")


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"due_at": NOW + 540}, " 0:09 "),
        ({"due_at": NOW + 249}, " 4m09 "),
        ({"due_at": NOW + 300}, " 0:05 "),
        ({"due_at": NOW + 200_000}, " 2d07 "),
        ({"paused": True}, " paus "),
        ({"owner": ""}, " -- "),
        ({"number": "91177", "badge": "ZD"}, "ZD-91177"),
        ({"number": "SCTASK0000138"}, "SCTASK~0138"),
        ({"idle_observed": True}, ">0:11"),
    ],
)
def test_a_field(change: dict[str, object], shown: str) -> None:
    assert shown in text(ROW._replace(**change), 80)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "cells", "shown"),
    [
        ("Client Support EMEA", 8, "CS EMEA"),
        ("Client Support EMEA", 18, "CS EMEA"),
        ("Client Support EMEA", 19, "Client Support EMEA"),
        ("Client Support Americas", 8, "CS Americas"),
        ("Network on call", 12, "Network on call"),
        ("Service Desk 2nd Primary", 12, "SD2 Primary"),
        ("Field Services", 8, "Field Services"),
        ("Identity & Access", 8, "Identity & Access"),
        ("", 8, ""),
    ],
)
def test_names_that_begin_alike_stay_apart(name: str, cells: int, shown: str) -> None:
    assert shortened(name, cells) == shown


def test_two_groups_do_not_read_the_same() -> None:
    rows = {text(ROW._replace(group=f"Client Support {where}"), 80) for where in ("EMEA", "APAC", "Americas")}
    assert len(rows) == 3


def test_a_view_may_choose_its_columns() -> None:
    heading = "".join(piece.text for piece in Layout.of(80, (Column.KEY, Column.AGE, Column.SUMMARY)).heading())
    assert heading.split() == ["KEY", "AGE", "SUMMARY"]


@pytest.mark.parametrize(
    ("name", "short"), [("Ana Reyes", "Reyes"), ("Reyes, Ana", "Reyes"), ("root", "root"), ("", ""), (" ", "")]
)
def test_owners_by_their_family_name(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (59, "0:00"), (60, "0:01"), (86_399, "23:59"), (86_400, "1d00"), (8_640_000, "100d"), (-5, "0:00")],
)
def test_spans(seconds: int, shown: str) -> None:
    assert times.span(seconds) == shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (NOW - 60, "00:25"),
        (NOW - 3_600, "Sat 23:26"),
        (NOW - 7 * 86_400, "15 Nov 00:26"),
        (NOW - 340 * 86_400, "17 Dec 2025 00:26"),
        (0, "-"),
    ],
)
def test_wall_times(at: int, shown: str) -> None:
    assert times.clock(at, NOW, UTC) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(12, "12s"), (240, "4m"), (10_920, "3h02"), (180_000, "2d02")])
def test_ages(seconds: int, shown: str) -> None:
    assert times.ago(seconds) == shown
