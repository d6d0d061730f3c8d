"""What commands print: tables, tab-separated text, JSON, a ticket's page; none of it with a harmful byte."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui import safe_text
from helpdesk_tui.desk.page import page, page_json, wall
from helpdesk_tui.desk.table import instant, rows_json, tabbed, table, utc
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.events import Activity, ActivityKind
from helpdesk_tui.domain.ranking.words import moment
from helpdesk_tui.domain.rows import AlikeRow, PersonCard, Row, TicketDetail
from helpdesk_tui.domain.sla.explain import stamp
from helpdesk_tui.domain.spans import span, until
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.widgets.times import clock as shown_clock

NOW = 1_795_307_200
PARIS = ZoneInfo("Europe/Paris")
HOSTILE = "[red]\x1b[31m\x9b31m\r\x00‮\u0301\u0301\u0301 x\ty\nz"

ROW = Row(
    id=1, source="sn", key="k1", number="INC0048213", badge="SN", title="Core switch down, building 4, floor 2",
    priority=1, state=State.OPEN, status="In progress", group="Network", owner="Okafor", due_at=NOW - 1320, clock="R",
    paused=False, idle_since=NOW - 660, idle_observed=False, state_since=NOW - 7200, state_observed=True,
    created_at=NOW - 9000, updated_at=NOW - 60, bounces=1, reopens=0, alike_count=0, vip=True, is_open=True, scope="in",
    rev=3,
)  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (59, "0:00"), (660, "0:11"), (86_399, "23:59"), (183_600, "2d03"), (8_640_000, "100d"), (-5, "0:00")],
)
def test_spans_are_short(seconds: int, text: str) -> None:
    assert span(seconds) == text


def test_time_left_has_a_sign_once_it_is_past() -> None:
    assert (until(NOW + 3600, NOW), until(NOW, NOW), until(NOW - 1320, NOW)) == ("1:00", "0:00", "-0:22")


def test_a_table_fits_its_width() -> None:
    rows = [ROW, ROW._replace(priority=0, due_at=0, paused=True, owner="", clock="", alike_count=11, idle_since=0)]
    lines = list(table(rows, NOW, 120))
    assert lines[0].split() == ["P", "DUE", "CK", "PLAT", "KEY", "SUMMARY", "GROUP", "OWNER", "STATE", "IDLE"]
    assert lines[1].split()[:5] == ["1", "-0:22", "R", "SN", "INC0048213"]
    assert lines[1].endswith("Network    Okafor       In progre~   0:11")
    assert lines[2].startswith("-  paused -  SN   INC0048213  ≈11 Core switch")
    assert {safe_text.width(line) for line in lines[:2]} == {120}


def test_a_narrow_table_names_the_platform_of_a_bare_number() -> None:
    rows = [ROW._replace(number="91177", badge="ZD"), ROW]
    lines = list(table(rows, NOW, 80))
    assert lines[0].split() == ["P", "DUE", "CK", "KEY", "SUMMARY", "GROUP", "OWNER", "IDLE"]
    assert [line.split()[3] for line in lines[1:]] == ["ZD-91177", "INC0048213"]
    assert {safe_text.width(line) for line in lines} == {80}


@given(st.text(), st.integers(1, 250))
def test_no_title_breaks_a_line(title: str, width: int) -> None:
    lines = list(table([ROW._replace(title=title, owner=title, number=title)], NOW, width))
    assert len(lines) == 2
    assert safe_text.width(lines[1]) <= max(width, 64)
    assert all(unicodedata.category(char) != "Cc" for char in lines[1])


def test_tabbed_text_is_whole_and_has_its_zone() -> None:
    (line,) = tabbed([ROW._replace(title=HOSTILE)], PARIS)
    fields = line.split("\t")
    assert fields[:5] == ["1", "2026-11-22T01:04:40+01:00", "R", "SN", "INC0048213"]
    assert fields[6:] == ["Network", "Okafor", "open", "In progress", "2026-11-22T01:15:40+01:00", "sn", "k1"]
    assert len(fields) == 13
    assert "\x1b" not in line
    assert "\x9b" not in line


@given(st.text(), st.text())
def test_json_is_ascii_and_whole(title: str, owner: str) -> None:
    lines = list(rows_json([ROW._replace(title=title, owner=owner or "x"), ROW]))
    assert all(" " <= char <= "~" for line in lines for char in line)
    first, second = json.loads("\n".join(lines))
    assert (first["title"], first["owner"]) == (title, owner or "x")
    assert (second["due_at"], second["state_at_least"], second["open"]) == ("2026-11-22T00:04:40Z", True, True)


def test_json_has_null_for_none_and_a_list_of_nothing() -> None:
    assert json.loads("".join(rows_json([]))) == []
    (record,) = json.loads("".join(rows_json([ROW._replace(owner="", due_at=0, clock="", priority=0)])))
    assert {record[name] for name in ("owner", "due_at", "clock", "priority")} == {None}


def test_instants() -> None:
    assert (utc(0), utc(NOW)) == (None, "2026-11-22T00:26:40Z")
    assert (instant(0), instant(NOW, PARIS)) == ("", "2026-11-22T01:26:40+01:00")
    assert (wall(0), wall(NOW, PARIS)) == ("-", "2026-11-22 01:26 CET")


CLOCK = Clock("sn", "k1", "1", Metric.RESOLUTION, "Resolve P1", Stage.RUNNING, NOW - 1320, NOW)
DETAIL = TicketDetail(
    row=ROW, kind="incident", body="No ping.\n48 ports down.", url="https://x.example/1", priority_name="Critical",
    category="Network", channel="phone", tags=("core",), linked=("INC2",), organisation="Finance",
    requester=PersonCard("r", "M. Duval", phone="+33", vip=True), owner=None, solved_at=0, closed_at=0,
    last_public_at=0, last_customer_at=0, scope_at=0, activity_at=NOW, activity_stale=False,
    data_at=NOW - 30,
    clocks=(CLOCK, CLOCK._replace(stage=Stage.PAUSED, due_at=0), CLOCK._replace(stage=Stage.MET, stopped_at=NOW)),
    activity=(Activity("sn", "k1", "1", ActivityKind.INTERNAL, NOW, "p", "Okafor", "vendor called\nback"),),
    events={"owner": 1}, alike=(AlikeRow(ROW._replace(number="INC9"), 0.81),),
)  # fmt: skip


def test_a_page_says_what_there_is() -> None:
    lines = list(page(DETAIL, NOW, 80, PARIS))
    assert lines[0] == "INC0048213  SN  Core switch down, building 4, floor 2"
    text = "\n".join(lines)
    for words in (
        "state        In progress for at least 2:00",
        "priority     1 Critical",
        "requester    M. Duval (VIP, +33)",
        "kind         incident · Network · phone",
        "R  Resolve P1                due 2026-11-22 01:04 CET (-0:22)",
        "R  Resolve P1                paused",
        "R  Resolve P1                met 2026-11-22 01:26 CET",
        "like SN INC9  0.81  Core switch down",
        "data         as of 2026-11-22 01:26 CET",
        "No ping.\n48 ports down.",
        "2026-11-22 01:26 CET  Okafor  (work note)\nvendor called\nback",
    ):
        assert words in text
    assert "scope" not in text
    assert "not read from the platform yet" not in text


def test_a_missed_clock_tells_when_it_was_due_and_when_it_was_done() -> None:
    late = CLOCK._replace(stage=Stage.BREACHED, stopped_at=NOW)
    assert "R  Resolve P1                missed: due 2026-11-22 01:04 CET, done 2026-11-22 01:26 CET" in "\n".join(
        page(replace(DETAIL, clocks=(late,)), NOW, 80, PARIS)
    )


def test_a_page_of_a_ticket_that_left_and_was_never_read() -> None:
    left = replace(DETAIL, row=ROW._replace(scope="deleted"), scope_at=NOW, activity_at=0, activity=())
    text = "\n".join(page(left, NOW, 80, PARIS))
    assert "scope        deleted since 2026-11-22 01:26 CET" in text
    assert text.endswith("The conversation was not read from the platform yet.")


def test_no_page_lets_a_control_byte_through() -> None:
    entry = DETAIL.activity[0]._replace(text=HOSTILE, author_name=HOSTILE)
    bad = replace(
        DETAIL, row=ROW._replace(title=HOSTILE, status=HOSTILE, owner=HOSTILE), body=HOSTILE, url=HOSTILE,
        tags=(HOSTILE,), activity=(entry,), clocks=(CLOCK._replace(name=HOSTILE),), requester=PersonCard("x", HOSTILE),
    )  # fmt: skip
    for line in page(bad, NOW, 80, PARIS):
        assert all(unicodedata.category(char) != "Cc" for char in line)
        assert "‮" not in line
    assert json.loads(page_json(bad))["body"] == HOSTILE
    assert page_json(bad).isascii()


def test_a_page_as_json() -> None:
    found = json.loads(page_json(DETAIL))
    assert (found["clocks"][0]["metric"], found["clocks"][0]["due_at"]) == ("resolution", "2026-11-22T00:04:40Z")
    assert found["requester"] == {"key": "r", "name": "M. Duval", "email": None, "vip": True}
    assert (found["alike"], found["alike_count"]) == ([{"number": "INC9", "source": "sn", "score": 0.81}], 0)
    assert found["events"] == {"owner": 1}


def test_a_wide_table_gives_the_room_of_long_titles_to_groups_and_owners() -> None:
    row = ROW._replace(number="91177", badge="ZD", group="Client Support Americas", owner="Isaiah Thompson-Reyes")
    lines = list(table([row], NOW, 200))
    assert {safe_text.width(line) for line in lines} == {200}
    assert "Client Support Americas" in lines[1]
    assert "Isaiah Thompson-Reyes" in lines[1]
    assert " ZD-91177 " in lines[1]


def test_a_page_names_a_bare_number_with_its_platform_and_no_priority_twice() -> None:
    detail = replace(DETAIL, row=ROW._replace(number="91177", badge="ZD"), priority_name="1 - Critical")
    lines = list(page(detail, NOW, 80, PARIS))
    assert lines[0].startswith("ZD-91177  ZD  ")
    assert "priority     1 - Critical" in lines


@pytest.mark.parametrize("at", [253_402_300_799, 10**15, -62_135_596_800, -(10**12)])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_never_and_other_instants_of_no_calendar_are_shown_and_keep_no_list_back(at: int, zone: str) -> None:
    row, here = ROW._replace(due_at=at, idle_since=at, created_at=at), ZoneInfo(zone)
    assert json.loads("".join(rows_json([row])))[0]["number"] == "INC0048213"
    assert "INC0048213" in "".join(tabbed([row], here))
    assert "INC0048213" in "".join(table([row], NOW, 120))
    assert wall(at, here)
    assert shown_clock(at, NOW, here)
    assert stamp(at, here)
    assert moment(at, NOW, here)
