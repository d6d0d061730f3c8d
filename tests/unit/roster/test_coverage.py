"""Coverage against a look at every minute, the four kinds of findings, needs, feasibility and cures."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.coverage import Finding, Kind, covered_share, findings, loudest_first
from helpdesk_tui.domain.roster.duties import Duty, Empty, Span
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.feasibility import Shortage, Staffed, Work, expected, shortages
from helpdesk_tui.domain.roster.needs import HALF_HOUR, Load, Need, NeedRule, joined_needs, needed, needed_by_arrivals
from helpdesk_tui.domain.roster.presence import Busy, Presence, at_desk, on_call
from helpdesk_tui.domain.roster.restrictions import daily
from helpdesk_tui.domain.roster.schedule import People
from helpdesk_tui.domain.roster.shifts import Shift
from helpdesk_tui.domain.roster.suggest import Cure, Team, nearest_cures
from tests.unit.roster.kit import DAY, HOUR, MINUTE, instant

SKILLS = {"A": frozenset({"net"}), "B": frozenset({"net", "win"}), "C": frozenset({"win"}), "D": frozenset[str]()}


def brief(found: list[Finding]) -> list[tuple[str, int, int, int, tuple[str, ...]]]:
    return [(str(one.kind), one.start, one.end, one.have, one.people) for one in found]


def test_the_four_kinds() -> None:
    need = [Need(0, 100, 2, skill="net", label="Network")]
    there = [
        Presence("C", 10, 30),
        Presence("A", 30, 60),
        Presence("B", 40, 50),
        Presence("B", 60, 70, empty=Empty.ABSENT),
    ]
    found = findings(need, there, SKILLS)
    assert brief(found) == [
        ("gap", 0, 10, 0, ()),
        ("unskilled", 10, 30, 0, ("C",)),
        ("single", 30, 40, 1, ("A",)),
        ("single", 50, 60, 1, ("A",)),
        ("empty", 60, 70, 0, ("B",)),
        ("gap", 70, 100, 0, ()),
    ]
    assert [one.missing_seconds for one in found] == [20, 40, 10, 10, 20, 60]
    assert [one.lost for one in found[:5]] == [
        "Network: reaches nobody",
        "Network: 1 there, none with net",
        "Network: 1 of 2 there",
        "Network: 1 of 2 there",
        "Network: reaches nobody, B absent",
    ]


def test_overlaps_hide_no_gap() -> None:
    """Hours add up to more than the window, and yet nobody is there for a quarter of it."""
    there = [Presence("A", 0, 75), Presence("B", 0, 75), Presence("A", 10, 60)]
    assert brief(findings([Need(0, 100, 1)], there, SKILLS)) == [("gap", 75, 100, 0, ())]
    assert covered_share(there, 0, 100) == 0.75
    assert covered_share([Presence("A", 0, 100, empty=Empty.GONE)], 0, 100) == 0


def test_hours_that_are_empty_on_purpose_are_no_gap() -> None:
    rule = NeedRule(1, daily("Europe/Paris", 8 * HOUR, 18 * HOUR, (0, 1, 2, 3, 4)))
    start = instant("2026-03-23", "Europe/Paris")
    needs = needed([rule], start, start + 14 * DAY)
    there = [Presence("A", need.start, need.end) for need in needs]
    assert len(needs) == 10
    assert findings(needs, there, SKILLS) == []
    assert findings([], [], SKILLS) == []
    assert [one.kind for one in findings(needs, there[1:], SKILLS)] == [Kind.GAP]


def test_a_week_without_anyone_is_one_finding() -> None:
    needs = [Need(at, at + HALF_HOUR, 1 + at // HALF_HOUR % 3) for at in range(0, 7 * DAY, HALF_HOUR)]
    [one] = findings(needs, [], SKILLS)
    assert (one.kind, one.start, one.end, one.required, one.missing_seconds) == (Kind.GAP, 0, 7 * DAY, 3, 14 * DAY)


def test_a_week_without_anyone_is_the_loudest_line() -> None:
    needs = [Need(0, HOUR, 1, "a"), Need(0, 9 * DAY, 2, "b"), Need(DAY, 8 * DAY, 1, "c"), Need(0, DAY, 1, "d", "net")]
    there = [Presence("A", 0, 9 * DAY, "b"), Presence("C", 0, DAY, "d")]
    assert [one.pool for one in loudest_first(findings(needs, there, SKILLS))] == ["c", "a", "d", "b"]


pools = st.sampled_from(["", "oncall"])
times = st.integers(0, 60)


@st.composite
def presences(draw: st.DrawFn) -> Presence:
    start = draw(times)
    empty = draw(st.sampled_from([Empty.NO, Empty.NO, Empty.ABSENT]))
    return Presence(draw(st.sampled_from("ABCD")), start, start + draw(st.integers(0, 30)), draw(pools), empty)


@st.composite
def wants(draw: st.DrawFn) -> Need:
    start = draw(times)
    skill = draw(st.sampled_from(["", "net", "win", "lost"]))
    return Need(
        start,
        start + draw(st.integers(0, 40)),
        draw(st.integers(0, 3)),
        draw(pools),
        skill,
        draw(st.sampled_from("xy")),
    )


def plain(need: Need, there: list[Presence], at: int) -> Kind | None:
    def able(person: str) -> bool:
        return not need.skill or need.skill in SKILLS[person]

    now = [one for one in there if one.pool == need.pool and one.start <= at < one.end]
    good = {one.person for one in now if not one.empty}
    have = sum(able(person) for person in good)
    if have >= need.required:
        return None
    if have:
        return Kind.SINGLE
    if any(one.empty and able(one.person) for one in now):
        return Kind.EMPTY
    return Kind.UNSKILLED if good else Kind.GAP


@given(need=st.lists(wants(), max_size=5), there=st.lists(presences(), max_size=10))
@settings(max_examples=200, deadline=None)
def test_findings_are_what_a_look_at_every_moment_says(need: list[Need], there: list[Presence]) -> None:
    found = findings(need, there, SKILLS)
    assert all(one.start < one.end for one in found)
    expected_times = {
        (one.pool, one.skill, one.label, at, kind)
        for one in need
        for at in range(one.start, one.end)
        if (kind := plain(one, there, at)) is not None
    }
    assert {
        (one.pool, one.skill, one.label, at, one.kind) for one in found for at in range(one.start, one.end)
    } == expected_times
    short = sum(one.missing_seconds for one in found)
    assert short == sum(
        one.required - len({p.person for p in there if _counts(p, one, at)})
        for one in need
        for at in range(one.start, one.end)
        if plain(one, there, at) is not None
    )


def _counts(one: Presence, need: Need, at: int) -> bool:
    able = not need.skill or need.skill in SKILLS[one.person]
    return able and not one.empty and one.pool == need.pool and one.start <= at < one.end


def test_desk_and_on_call_become_presence() -> None:
    day = instant("2026-03-02")
    shift = Shift("A", day, day + 8 * HOUR, ((day + 4 * HOUR, day + 5 * HOUR),), None)  # type: ignore[arg-type]
    away = People((Absence("1", "A", day + 3 * HOUR, day + 6 * HOUR),))
    assert [((p.start - day) // HOUR, (p.end - day) // HOUR, p.empty) for p in at_desk([shift], away)] == [
        (0, 3, Empty.NO),
        (6, 8, Empty.NO),
        (3, 4, Empty.ABSENT),
        (5, 6, Empty.ABSENT),
    ]
    gone = list(at_desk([shift], People(gone=frozenset({"A"}))))
    assert {one.empty for one in gone} == {Empty.GONE}
    spans = [Span(0, 10, (Duty("A"), Duty("B", empty=Empty.UNREACHABLE))), Span(10, 20, ())]
    assert [(one.person, one.pool, bool(one.empty)) for one in on_call("net", spans)] == [
        ("A", "net", False),
        ("B", "net", True),
    ]


def test_needs_from_eight_weeks_of_arrivals() -> None:
    now = instant("2026-03-30T00:00", "Europe/Paris")  # the Monday after clocks were moved
    monday_nine = [
        instant("2026-03-23T09:10", "Europe/Paris") - week * 7 * DAY + n for week in range(8) for n in range(6)
    ]
    stray = [instant("2026-03-25T03:00", "Europe/Paris")]
    stray += [at - 8 * 7 * DAY for at in monday_nine] + [at + 7 * DAY for at in monday_nine[:6]]  # too old, not yet
    load = Load("net", [*monday_nine, *stray], 1_200, label="Network")
    found = needed_by_arrivals([load], "Europe/Paris", now, now, now + 7 * DAY)
    at = instant("2026-03-30T09:00", "Europe/Paris")
    assert found == [Need(at, at + HALF_HOUR, 5, "", "net", "Network")]
    assert needed_by_arrivals([load], "Europe/Paris", now, now, now + 7 * DAY, least=0.1)[1:] == [
        Need(at + 42 * HOUR, at + 42 * HOUR + HALF_HOUR, 1, "", "net", "Network")
    ]


def test_needs_join() -> None:
    assert joined_needs([Need(10, 20, 1), Need(0, 10, 1), Need(20, 30, 2)]) == [Need(0, 20, 1), Need(20, 30, 2)]
    with pytest.raises(RosterError):
        NeedRule(0)


# --- whether the queue fits -------------------------------------------------------------------------------------------


def test_by_three_network_is_three_and_a_half_hours_short() -> None:
    noon = instant("2026-03-02T12:00", "Europe/Paris")
    there = [Presence("A", noon - HOUR, noon + 8 * HOUR), Presence("C", noon, noon + 8 * HOUR)]
    queue = [
        Work("INC1", noon + 3 * HOUR, 4 * HOUR, "net"),
        Work("INC2", noon + 3 * HOUR, int(2.5 * HOUR), "net"),
        Work("INC3", noon + HOUR, HOUR, "net"),
        Work("INC4", noon + 2 * HOUR, HOUR, "win"),
    ]
    [all_, net] = shortages(queue[:2] + queue[3:], there, SKILLS, noon)
    assert net == Shortage("net", noon + 3 * HOUR, int(3.5 * HOUR), ("INC1", "INC2"))
    assert net.line("Europe/Paris", "Network") == "by 15:00 Network is 3.5 hours short"
    assert (all_.skill, all_.short_seconds) == ("", int(1.5 * HOUR))
    assert shortages(queue[2:], there, SKILLS, noon) == []
    assert shortages(queue, [], SKILLS, noon)[0].by == noon + HOUR


def test_what_is_late_already_is_work_but_no_news() -> None:
    there = [Presence("A", 0, 100)]
    late = Work("L", 5, 50, "net")
    assert shortages([late], there, SKILLS, 10) == []
    [first, *_] = shortages([late, Work("N", 60, 20, "net")], there, SKILLS, 10)
    assert (first.by, first.short_seconds, first.keys) == (60, 20, ("L", "N"))


@given(there=st.lists(presences(), max_size=8), a=times, b=times)
def test_staffed_time_is_the_sum_over_people_of_their_union(there: list[Presence], a: int, b: int) -> None:
    low, high = min(a, b), max(a, b)
    plain_sum = sum(
        any(one.person == person and not one.empty and one.start <= at < one.end for one in there)
        for person in "ABCD"
        for at in range(low, high)
    )
    assert Staffed(there).between(low, high) == plain_sum
    assert Staffed(there).between(high, low) == 0


def test_expected_work() -> None:
    assert expected({"net": [2, 0]}, {"net": 600}, HOUR, [0, 1_800]) == [Work("expected net", HOUR, 1_200, "net")]


# --- cures ------------------------------------------------------------------------------------------------------------


def test_the_nearest_cure() -> None:
    there = [Presence("A", 0, 8 * HOUR), Presence("B", 14 * HOUR, 20 * HOUR)]
    gap = Finding(Kind.GAP, 8 * HOUR, 12 * HOUR, "", "net", "Network", 1, 0, (), 4 * HOUR)
    unreached = Finding(Kind.EMPTY, 0, HOUR, "oncall", "", "net", 1, 0, ("D",), HOUR, (Empty.UNREACHABLE,))
    team = Team(SKILLS, there, "UTC")
    assert nearest_cures([gap, unreached], team) == [Cure("A", "stay", 0), Cure("D", "reach", None)]
    assert nearest_cures([gap, unreached], team)[1].line == "give D a contact"  # type: ignore[union-attr]
    away = Team(SKILLS, there, "UTC", People((Absence("1", "A", 9 * HOUR),)))
    assert nearest_cures([gap], away) == [Cure("B", "early", 2 * HOUR)]
    night = Finding(Kind.GAP, 8 * HOUR, 14 * HOUR + 1, "", "net", "Network", 1, 0, (), 6 * HOUR)
    assert nearest_cures([night], Team(SKILLS, there[:1], "UTC")) == [Cure("A", "cover", 0)]
    assert nearest_cures([gap], Team(SKILLS, there, "UTC", People(gone=frozenset("AB")))) == [None]
    assert nearest_cures([gap], team, {"": ["C"]}) == [None]
    assert nearest_cures([gap], Team({"E": frozenset({"net"})}, there, "UTC")) == [Cure("E", "cover", None)]


@given(there=st.lists(presences(), max_size=8), at=times, length=st.integers(1, 20))
def test_busy_people(there: list[Presence], at: int, length: int) -> None:
    busy = Busy(there)
    for person in "ABCD":
        mine = {t for one in there if one.person == person and not one.empty for t in range(one.start, one.end)}
        assert busy.on(person, at, at + length) == bool(mine & set(range(at, at + length)))
        ends = [one.end for one in there if one.person == person and not one.empty and one.end > one.start]
        before = [end for end in ends if end <= at and end not in mine]
        assert busy.before(person, at) == (at - max(before) if before else None)


def test_minutes_are_not_lost() -> None:
    found = findings([Need(0, HOUR, 1)], [Presence("A", MINUTE, HOUR - MINUTE)], SKILLS)
    assert [(one.start, one.end) for one in found] == [(0, MINUTE), (HOUR - MINUTE, HOUR)]
