"""The lines around the list, by table: what gives way where there is no room."""

from __future__ import annotations

import pytest

from helpdesk_tui.domain.rows import SourceHealth, ViewCount
from helpdesk_tui.domain.views import SHIPPED
from helpdesk_tui.theme import ASCII
from helpdesk_tui.widgets import bars
from helpdesk_tui.widgets.bars import Status
from helpdesk_tui.widgets.text import Line, width

NOW = 1_795_307_200


def text(line: Line) -> str:
    return "".join(piece.text for piece in line)


def source(badge: str, health: str) -> SourceHealth:
    return SourceHealth(
        name=badge, platform="", label=badge, badge=badge, health=health, words="", since=NOW - 240, next_try=0,
        last_ok=NOW - 300, data_at=NOW - 300, failures=0, poll=300, account="", role="", feed="", skew=0, sees=(),
        cannot=(), phase="live", done=0, total=0,
    )  # fmt: skip


def test_the_sixth_view_is_on_a_narrow_screen_as_in_the_mock() -> None:
    counts = {
        view.name: ViewCount(n, 0) for view, n in zip(SHIPPED, (48, 14, 19, 11, 105, 194, 7, 0, 383), strict=True)
    }
    line = bars.tabs(SHIPPED, counts, "triage", 80)
    assert width(line) == 80
    assert " 6 All 194" in text(line)
    assert text(line).endswith(">")


def test_tabs_stand_apart_where_six_of_them_have_room() -> None:
    counts = {view.name: ViewCount(7, 0) for view in SHIPPED}
    assert text(bars.tabs(SHIPPED, counts, "triage", 80)).startswith(
        " 1 Triage 7  2 At-risk 7  3 Stalled 7  4 Reopened 7"
    )


def test_where_all_is_in_trouble_the_p1_is_still_told() -> None:
    status = Status(tuple(source(badge, "offline") for badge in ("SN", "JSM", "ZD")), p1_since=NOW - 9_000)
    line = text(bars.status_line(status, NOW, ASCII, 80))
    assert "SN OFFLINE 4m" in line
    assert "ZD OFFLINE 4m" in line
    assert "P1 2h30" in line


def test_of_one_source_in_trouble_the_time_of_its_data_is_told() -> None:
    status = Status((source("SN", "ok"), source("ZD", "offline")), p1_since=NOW - 9_000)
    assert "ZD OFFLINE 4m, data " in text(bars.status_line(status, NOW, ASCII, 80))


@pytest.mark.parametrize("count", [1, 5, 9, 14])
def test_a_menu_takes_two_lines_at_most(count: int) -> None:
    options = [(chr(97 + n), f"choice {n}") for n in range(count)]
    lines = bars.menu("sort by", options, 100)
    assert len(lines) == (1 if count < 8 else 2)
    assert all(width(line) == 100 for line in lines)
    said = " ".join(map(text, lines))
    assert all(f" {label} " in said for _, label in options)


@pytest.mark.parametrize(
    ("outbox", "stuck", "told"),
    [(3, 0, "^3"), (3, 1, "^2 !1"), (1, 1, "!1"), (0, 0, "")],
)
def test_what_goes_by_itself_and_what_needs_the_user_are_counted_apart(outbox: int, stuck: int, told: str) -> None:
    status = Status((source("SN", "ok"),), outbox=outbox, stuck=stuck)
    parts = text(bars.status_line(status, NOW, ASCII, 80)).split("|")
    assert [part.strip() for part in parts[1:]] == ([told] if told else [])


READ, LOST = source("SN", "ok"), source("ZD", "offline")._replace(data_at=0, last_ok=0)
SHUT = source("JSM", "signin")._replace(data_at=0, last_ok=0)
PULLING = source("SN", "ok")._replace(data_at=0, last_ok=0, phase="open")


@pytest.mark.parametrize(
    ("sources", "view", "typed", "said"),
    [
        ([], "triage", False, "sync is starting"),
        ([LOST], "triage", False, "ZD cannot be read. g y says why, R tries now"),
        ([READ, LOST], "triage", False, "but ZD was never read"),
        ([READ, SHUT], "triage", False, ":signin JSM mends it"),
        ([PULLING, LOST], "triage", False, "The first pull is under way"),
        ([READ], "triage", True, "/ and an empty line show all again"),
        ([READ], "triage", False, "well done"),
        ([READ], "mine", False, "nothing that is open is yours"),
        ([READ], "all", False, "helpdesk-tui doctor says what each account sees"),
        ([READ], "stalled", False, "No ticket is in this view: well done"),
    ],
)
def test_an_empty_list_says_why_and_what_to_do(sources: list[SourceHealth], view: str, typed: bool, said: str) -> None:
    assert said in bars.why_empty(sources, view, typed=typed)


@pytest.mark.parametrize("cells", [80, 200])
@pytest.mark.parametrize("chosen", range(-1, 12))
def test_the_way_that_tab_chose_is_always_to_be_seen(chosen: int, cells: int) -> None:
    names = [(f"command-{number}", f"does {number}") for number in range(12)]
    lines = bars.ways(names, chosen, cells)
    assert len(lines) <= 2
    assert all(width(line) == cells for line in lines)
    name, hint = names[max(chosen, 0)]
    assert f" {name} " in text(lines[0])
    assert hint in text(lines[-1])
