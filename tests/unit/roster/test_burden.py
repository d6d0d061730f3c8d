"""What a duty means for somebody: one count for suggestion, preview and plan, the mark at the figure it is about."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from helpdesk_tui.desk.roster.cover import cover_plan
from helpdesk_tui.desk.roster.problems import suggested, team_for
from helpdesk_tui.desk.roster.text import effect_line
from helpdesk_tui.domain.planning.cover import stands
from helpdesk_tui.domain.roster.bounds import Interval
from helpdesk_tui.domain.roster.burden import burden
from helpdesk_tui.domain.roster.rotations import Unit
from helpdesk_tui.domain.roster.shifts import Hours, Pattern, Weekly
from helpdesk_tui.domain.roster.suggest import Hole, suggestions
from helpdesk_tui.screens.roster.draw import plan_view, suggestion_lines
from tests.unit.roster.desk_place import NAMES, NOW, PARIS, H, Place
from tests.unit.roster.kit import DAY, instant

MONDAY = instant("2026-03-02T00:00", PARIS)


def span(day: int, begins: float, lasts: float) -> Interval:
    start = MONDAY + day * DAY + round(begins * H)
    return start, start + round(lasts * H)


def work(days: int, lasts: float = 8) -> list[Interval]:
    """Days at the desk from Monday 9:00, each with an hour of lunch in it that is no rest of a day."""
    half = lasts / 2
    return [one for day in range(days) for one in (span(day, 9, half), span(day, 10 + half, half))]


@dataclass
class Case:
    """Somebody's duties and a change of them, with the words for rest, rest before and after, and the week."""

    name: str
    duties: list[Interval]
    gains: list[Interval]
    rest: str
    rests: str
    week: str
    over: tuple[str, ...] = ()
    loses: list[Interval] = field(default_factory=list)


CASES = [
    Case("nothing near", [], [span(5, 8, 8)], "free", "free > free", "0 > 8 h"),
    Case("lunch is not the rest", work(5), [span(5, 8, 8)], "14 h", "free > 14 h", "40 > 48 h"),
    Case(
        "a short night", work(5), [span(2, 23, 5)], "5 h !!", "15 > 5 h !!", "40 > 45 h", ("rest of 5 h, limit 11 h",)
    ),
    Case("a full week", work(5, 9), [span(5, 22, 8)], "27 h", "free > 27 h", "45 > 53 h !!",
         ("53 h in a week, limit 48 h",)),
    Case("both", work(5, 9), [span(4, 23, 8)], "4 h !!", "free > 4 h !!", "45 > 53 h !!",
         ("rest of 4 h, limit 11 h", "53 h in a week, limit 48 h")),
    Case("on end", work(1), [span(0, 18, 14)], "none !!", "free > none !!", "8 > 22 h", ("18 h on end without rest",)),
    Case("staying on", work(1), [span(0, 18, 2)], "none", "free > none", "8 > 10 h"),
    Case("the week that is too full is the one shown", work(2) + [span(7 + n, 8, 11) for n in range(4)],
         [span(6, 18, 12)], "2 h !!", "134 > 2 h !!", "44 > 50 h !!",
         ("rest of 2 h, limit 11 h", "50 h in a week, limit 48 h")),
    Case("given up", work(5), [], "39 h", "15 > 39 h", "40 > 32 h", (), work(3)[4:]),
    Case("swapped", [span(0, 8, 8), span(1, 8, 8)], [span(3, 8, 8)], "40 h", "16 > 40 h", "16 > 16 h", (),
         [span(0, 8, 8)]),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[one.name for one in CASES])
def test_what_a_duty_means(case: Case) -> None:
    found = burden(case.duties, case.gains, case.loses, PARIS)
    assert (found.rest_words, found.rests_words, found.week_words, found.over) == (
        case.rest,
        case.rests,
        case.week,
        case.over,
    )


def said(rows: object) -> list[str]:
    assert isinstance(rows, list)
    return ["".join(one.text for one in row).rstrip() for row in rows]


@pytest.mark.parametrize(
    ("starts", "lasts", "rest", "week"),
    [(69, 5, "5 h !!", "40 > 45 h"), (104, 8, "16 h", "40 > 48 h"), (106, 9, "18 h", "40 > 49 h !!")],
    ids=["rest", "neither", "week"],
)
def test_suggestion_preview_and_plan_have_the_same_figures(
    place: Place, starts: int, lasts: int, rest: str, week: str
) -> None:
    usual = Weekly(date(2026, 9, 7), frozenset(range(5)))
    hours = Hours(9 * H, 9 * H, ((4 * H, H),))
    place.desk.intents.save_shifts([Pattern("usual", name, PARIS, hours, usual) for name in NAMES])
    line = place.schedule("Ada", unit=Unit.MONTH)
    floor, start = place.desk.floor(), NOW + starts * H
    hole = Hole(start, start + lasts * H, "net")
    [one] = [one for one in suggested(floor, hole) if one.person == "Chen"]
    plan = cover_plan(floor, line, hole.start, hole.end, "Chen", NOW)
    effect = plan.effects[0]
    team = replace(team_for(floor, hole), beside_work=True)
    [stand] = stands(suggestions(hole, team, ["Chen"]), ())
    assert (one.burden, one.weekends) == (effect.burden, effect.weekends)
    assert (one.burden.rest_words, one.burden.week_words) == (rest, week)
    assert stand.figures.startswith(f"rest {rest}, week {week}, ")
    [ada] = stands(suggestions(hole, team, ["Ada"]), ())
    assert (ada.can, ada.note, ada.figures) == (False, "on already !!", "")
    marked = [f"rest {rest}"] if "!!" in rest else [f"week {week.partition('> ')[2]}"] if "!!" in week else []
    assert stand.note == (marked[0] if marked else f"rest {rest}")
    for cells in (80, 200):
        rows = said(suggestion_lines("COVER", [one], cells, 9))
        assert any(rest in row and week in row for row in rows)
        rows = said(plan_view(plan, floor, PARIS, cells, 12))
        assert any(f"week {week}, " in row and f"> {rest}, " in row for row in rows)
    assert f"week {week.replace('>', '->')}, " in effect_line(effect)
