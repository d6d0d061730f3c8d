"""Time as cells: clock changes, what a cell says, need and have at its worst; and how the widget draws them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui.domain.roster.grid import Axis, Level, Mark, axis_around, levels, painted
from helpdesk_tui.domain.roster.needs import Need
from helpdesk_tui.domain.roster.presence import Presence
from helpdesk_tui.theme import UNICODE
from helpdesk_tui.widgets.roster_grid import Frame, GridRow, RosterGrid, day_word, haves, head, marks, needs, room
from helpdesk_tui.widgets.text import Palette, line

H, DAY = 3_600, 86_400
PARIS = "Europe/Paris"
DAY_AXIS = Axis("UTC", date(2026, 11, 23), 1, 1_800)
START = DAY_AXIS.start


@pytest.mark.parametrize(
    ("zone", "day", "hours", "change"),
    [
        (PARIS, date(2026, 10, 25), 25, -3600),
        (PARIS, date(2026, 3, 29), 23, 3600),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5, -1800),
        ("America/New_York", date(2026, 11, 1), 25, -3600),
        ("Asia/Kolkata", date(2026, 10, 25), 24, 0),
        ("Africa/Cairo", date(2026, 4, 24), 23, 3600),
    ],
)
def test_a_day_is_as_long_as_its_clocks_make_it(zone: str, day: date, hours: float, change: int) -> None:
    axis = Axis(zone, day, 1, 1_800)
    assert axis.end - axis.start == hours * H
    assert len(axis.edges) == axis.cells + 1 == 49
    assert axis.changes == (((day, change),) if change else ())


@given(
    st.sampled_from([PARIS, "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kolkata", "UTC"]),
    st.dates(date(2024, 1, 1), date(2028, 1, 1)),
    st.sampled_from([(1, 900), (1, 1_800), (7, 7_200), (14, 28_800), (28, DAY)]),
    st.floats(0, 0.999),
)
def test_cells_follow_each_other_and_an_instant_is_in_one(
    zone: str, day: date, shape: tuple[int, int], where: float
) -> None:
    axis = Axis(zone, day, *shape)
    assert list(axis.edges) == sorted(axis.edges)
    at = int(axis.start + where * (axis.end - axis.start))
    cell = axis.cell(at)
    assert axis.edges[cell] <= at < axis.edges[cell + 1]
    assert axis_around(at, zone, *shape).day(0) == axis.day(cell)


@pytest.mark.parametrize(
    ("spans", "word"),
    [
        ([], "...."),
        ([(0, 2 * H, Mark.SHIFT)], "====  ".strip()),
        ([(0, H, Mark.SHIFT), (0, H // 2, Mark.CALL)], "#=.."),
        ([(0, H, Mark.SHIFT), (H // 2, H, Mark.LEAVE)], "=L.."),
        ([(0, 400, Mark.SHIFT)], "...."),
        ([(0, 500, Mark.SHIFT)], "=..."),
        ([(0, 60, Mark.LOST)], "!..."),
        ([(0, 2 * H, Mark.BREAK)], "----"),
        ([(0, 2 * H, Mark.CALL), (0, H, Mark.VISIT)], "VVOO"),
        ([(-DAY, 9 * DAY, Mark.AWAY)], "XXXX"),
    ],
)
def test_a_cell_says_what_fills_it(spans: list[tuple[int, int, Mark]], word: str) -> None:
    moved = [(START + start, START + end, mark) for start, end, mark in spans]
    assert painted(moved, DAY_AXIS)[:4] == word
    assert len(painted(moved, DAY_AXIS)) == 48


def test_need_and_have_are_told_where_they_are_worst() -> None:
    asked = [Need(START, START + 2 * H, 2)]
    there = [Presence("Ada", START, START + 2 * H), Presence("Ben", START + 600, START + 2 * H)]
    found = levels(asked, there, {}, "", "", DAY_AXIS)
    assert found[0] == Level(2, 1)
    assert found[0].short
    assert found[1] == Level(2, 2)
    assert found[4] == Level(0, 0)


def test_only_those_who_know_it_count_and_each_once() -> None:
    asked = [Need(START, START + H, 1, "", "net"), Need(START, START + H, 5)]
    there = [Presence("Ada", START, START + H), Presence("Ada", START, START + H), Presence("Ben", START, START + H)]
    skills = {"Ada": frozenset({"net"}), "Ben": frozenset[str]()}
    assert levels(asked, there, skills, "", "net", DAY_AXIS)[0] == Level(1, 1)
    assert levels(asked, there, skills, "other", "net", DAY_AXIS)[0] == Level(0, 0)


def test_where_nobody_is_needed_the_most_that_are_there_is_told() -> None:
    there = [Presence("Ada", START, START + H), Presence("Ben", START + 300, START + 900)]
    assert [level.have for level in levels([], there, {}, "", "", DAY_AXIS)[:3]] == [2, 1, 0]


def test_a_digit_is_one_cell_and_nobody_is_a_mark() -> None:
    found = haves([Level(1, 0), Level(0, 0), Level(1, 12), Level(2, 1)])
    assert found == (("!", "bad"), ("0", "faint"), ("+", ""), ("1", "bad"))
    assert [sign for sign, _ in needs([Level(0, 3), Level(3, 3)])] == [".", "3"]


@pytest.mark.parametrize(("cells", "word"), [(12, "Mon 23 Nov"), (7, "Mon 23"), (3, "23"), (1, "3")])
def test_a_day_is_named_in_what_room_there_is(cells: int, word: str) -> None:
    assert day_word(date(2026, 11, 23), cells) == word


def test_hours_stand_over_their_cells_and_now_is_marked() -> None:
    _, hours = head(Frame(DAY_AXIS, 0, 48, 5, 9), START + 5 * H, "|")
    text = "".join(piece.text for piece in hours)
    assert text[5:9] == "00  "
    assert text[5 + 16 : 5 + 18] == "08"
    assert text[5 + 10] == "v"
    assert len(text) == 53


def test_whole_days_fit_or_one_at_least() -> None:
    week = Axis("UTC", date(2026, 11, 23), 7, 7_200)
    assert room(week, 95) == 84
    assert room(week, 40) == 36
    assert room(week, 5) == 12
    assert room(DAY_AXIS, 40) == 40


def test_the_cursor_is_among_the_rows_and_rows_are_made_when_seen() -> None:
    grid = RosterGrid(Palette())
    made: list[int] = []

    def make(number: int) -> GridRow:
        made.append(number)
        return GridRow(line(f"{number:05}"), marks("=" * 48), line(" x"))

    frame = Frame(DAY_AXIS, 0, 48, 5, 2)
    lines = grid.draw(frame, 200, make, (150, 3), 0, 12, vertical=UNICODE.vertical)
    assert len(lines) == 12
    assert 150 in made
    assert len(made) == 10
    row = next(one for one in lines if one and one[0].text == "00150")
    assert [piece.style for piece in row[1:4]] == ["good", "tab-on", "good"]
    grid.draw(frame, 200, make, (2, 3), 0, 12)
    assert 2 in made
