"""Who is suggested first, and in which words: a table of people for one hole, and what the panel says of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from helpdesk_tui.domain.roster.fairness import Share
from helpdesk_tui.domain.roster.presence import Presence
from helpdesk_tui.domain.roster.schedule import NOBODY_KNOWN, People
from helpdesk_tui.domain.roster.suggest import Hole, Suggestion, Team, all_over, suggestions
from helpdesk_tui.screens.roster.draw import suggestion_lines
from helpdesk_tui.widgets.text import width
from tests.unit.roster.kit import DAY, HOUR, instant

PARIS = "Europe/Paris"
MONDAY = instant("2026-03-02T09:00", PARIS)
SATURDAY = instant("2026-03-07T08:00", PARIS)
SHORT = Hole(SATURDAY, SATURDAY + 8 * HOUR, "net", "net")
LONG = Hole(SATURDAY, SATURDAY + 48 * HOUR, "net", "net")


@dataclass
class Who:
    """Somebody with as many days of work from Monday on, and what they carried of 20 hours."""

    name: str
    days: int = 0
    hours: int = 8
    knows: bool = True
    carried: int = -1
    before: int = 0
    """Hours of another duty that ends as the hole begins."""


def ranked(hole: Hole, *people: Who, among: People = NOBODY_KNOWN) -> list[Suggestion]:
    there = [
        Presence(one.name, MONDAY + n * DAY, MONDAY + n * DAY + one.hours * HOUR)
        for one in people
        for n in range(one.days)
    ]
    there += [Presence(one.name, hole.start - one.before * HOUR, hole.start) for one in people if one.before]
    skills = {one.name: frozenset({"net"} if one.knows else ()) for one in people}
    shares = {one.name: Share(one.name, one.carried * HOUR, 20 * HOUR) for one in people if one.carried >= 0}
    return suggestions(hole, Team(skills, there, PARIS, among, shares=shares))


ORDER = [
    # Over the hours of a week, though nothing else speaks against it: after whoever stays within, with a greater share.
    ("within before over", SHORT, [Who("Over", 5, 9), Who("Within", 3, 8, carried=30)], ["Within", "Over"]),
    ("two over: the least", SHORT, [Who("Much", 5, 11), Who("Little", 5, 9)], ["Little", "Much"]),
    ("the skilled before the rested", SHORT, [Who("Free", knows=False), Who("Over", 5, 9)], ["Over", "Free"]),
    ("the smaller part of equals", SHORT, [Who("Ada", 1, carried=19), Who("Ben", 1, carried=2)], ["Ben", "Ada"]),
    ("the longer rest of equals", SHORT, [Who("Ada", 5, 6), Who("Ben", 3, 6)], ["Ben", "Ada"]),
    ("the name of equals", SHORT, [Who("Ben"), Who("Ada")], ["Ada", "Ben"]),
    ("no night before", SHORT, [Who("Night", before=10), Who("Ben", 4, carried=30)], ["Ben", "Night"]),
    ("an hour before is no night", SHORT, [Who("Early", before=1), Who("Ben", 4, carried=30)], ["Early", "Ben"]),
]


@pytest.mark.parametrize(("hole", "people", "wanted"), [one[1:] for one in ORDER], ids=[one[0] for one in ORDER])
def test_the_order(hole: Hole, people: list[Who], wanted: list[str]) -> None:
    assert [one.person for one in ranked(hole, *people)] == wanted


def test_a_group_is_worth_less_than_a_limit() -> None:
    hole = Hole(SHORT.start, SHORT.end, "net", "net", group=True)
    first, second = ranked(hole, Who("Other", knows=False), Who("Mine", 5, 9))
    assert (first.person, first.over, first.reasons_against) == ("Other", (), ("not of net",))
    assert (second.person, second.over, second.reasons_for) == (
        "Mine",
        ("53 h in a week, limit 48 h",),
        ("of net", "rested"),
    )


CARRIED = "Ada carried 30 h"
FAIR = "a fair share is 20 h"
WORDS = [
    (Who("Ada"), ("knows net", "rested"), ()),
    (Who("Ada", 5, 9), ("knows net", "rested"), ("53 h in a week, limit 48 h",)),
    (Who("Ada", 5, 9, carried=30), ("knows net", "rested"), ("53 h in a week, limit 48 h", f"{CARRIED}, {FAIR}")),
    (Who("Ada", knows=False, carried=0), ("rested", f"Ada carried 0 h, {FAIR}"), ("does not know net",)),
    (Who("Ada", before=10), ("knows net",), ("18 h on end without rest",)),
    (Who("Ada", before=2), ("knows net",), ()),
]  # fmt: skip


@pytest.mark.parametrize(("who", "good", "bad"), WORDS)
def test_the_words_do_not_contradict_each_other(who: Who, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    [one] = ranked(SHORT, who)
    assert (one.reasons_for, one.reasons_against) == (good, bad)
    assert set(one.over) <= set(bad)


def test_several_of_a_kind_are_one_reason() -> None:
    days = [Presence("Ada", MONDAY + n * DAY, MONDAY + n * DAY + 9 * HOUR) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
    hole = Hole(SATURDAY - 6 * HOUR, SATURDAY + 48 * HOUR, "net")
    [one] = suggestions(hole, Team({"Ada": frozenset()}, days, PARIS), ["Ada"])
    assert one.over == ("rest of 1 h, limit 11 h", "91 h and 53 h in 2 weeks, limit 48 h")


def test_whoever_cannot_is_not_called_rested_nor_too_busy() -> None:
    [one] = ranked(LONG, Who("Ada", 5, 9), among=People(gone=frozenset({"Ada"})))
    assert (one.can, one.reasons_for, one.reasons_against, one.over) == (False, ("knows net",), ("has left",), ())


def test_where_nobody_is_left_within_the_limits_that_is_said() -> None:
    found = ranked(LONG, Who("Ada", 5), Who("Ben", 3))
    assert all_over(found)
    assert [one.person for one in found] == ["Ben", "Ada"]
    said = [_text(row) for row in suggestion_lines("COVER", found, 200, 12)]
    assert said[1].strip() == "Nobody is left within the limits: whoever goes least over comes first."
    within = ranked(LONG, Who("Ada", 5), Who("Ben"))
    assert not all_over(within)
    assert not any("Nobody is left" in _text(row) for row in suggestion_lines("COVER", within, 200, 12))
    assert not all_over([])


@pytest.mark.parametrize("cells", [80, 95, 96, 120, 200])
def test_no_two_columns_touch(cells: int) -> None:
    long = "Bartłomiej Dąbrowski-Featherstonehaugh"
    found = ranked(LONG, Who(long, 5, 13, carried=182), Who("Ada", 5, 12, carried=130))
    lines = suggestion_lines("COVER", found, cells, 14)
    assert all(width(row) <= cells for row in lines)
    rows = [_text(row) for row in lines]
    people = [row for row in rows if row[1:2].isdigit()]
    assert len(people) == 2
    for row in people:
        assert re.match(r" \d \S.*?(~| ) +(rest )?\d+ h( !!)?(,| {2,})", row), row
        assert re.search(r"\d > \d+ h( !!)?(,| {2,})", row), row
    assert all(len(one.strip()) < 3 or not re.search(r"\d h[a-z]", one) for one in rows)


def _text(row: object) -> str:
    assert isinstance(row, tuple)
    return "".join(one.text for one in row)
