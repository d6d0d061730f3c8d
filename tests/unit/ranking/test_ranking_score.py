"""The score: what each term is worth, what is unknown, who is left out and why, and that the order is total."""

from __future__ import annotations

import random
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui.domain.ranking import score
from helpdesk_tui.domain.ranking.candidate import Candidate
from helpdesk_tui.domain.ranking.explain import unknown
from helpdesk_tui.domain.ranking.rank import rank
from helpdesk_tui.domain.ranking.values import TERMS, Case, Standing, Weights
from helpdesk_tui.domain.roster.bounds import LATEST
from helpdesk_tui.domain.tickets import TicketRef

NOW = 1_763_629_200  # Thursday 2025-11-20 09:00 UTC
HOUR = 3_600
ZD, SN = TicketRef("zd", "1"), TicketRef("sn", "a")
BADGES = {"zd": "ZD", "sn": "SN"}


def person(name: str = "Sato", **values: Any) -> Standing:
    known: dict[str, Any] = {"person": name.lower(), "name": name, "logins": {"zd": f"{name.lower()}@zd"}}
    return Standing(**known | values)


def case(**values: Any) -> Case:
    known: dict[str, Any] = {"ref": ZD, "due_at": NOW + 2 * HOUR, "needs": frozenset({"vpn"})}
    return Case(**known | values)


def ranked(people: list[Standing], *cases: Case, **options: Any) -> list[Candidate]:
    return rank(cases or (case(),), people, NOW, badges=BADGES, zone=UTC, **options)


@pytest.mark.parametrize(
    ("needs", "skills", "value"),
    [
        ({"vpn"}, {"vpn": 5}, 1.0),
        ({"vpn"}, {"vpn": 0}, 1.0),
        ({"vpn"}, {"vpn": 1}, 0.92),
        ({"vpn", "mac"}, {"vpn": 5}, 0.5),
        ({"vpn", "mac"}, {"vpn": 1, "mac": 1}, 0.92),
        ({"vpn"}, {"win": 5}, 0.0),
        ({"vpn"}, {}, 0.0),
        ({"vpn"}, None, None),
        (set(), {"vpn": 5}, None),
    ],
)
def test_matching_skills_count_and_their_level_a_little(
    needs: set[str], skills: dict[str, int] | None, value: float | None
) -> None:
    assert score.skills(case(needs=frozenset(needs)), person(skills=skills)) == (
        value if value is None else pytest.approx(value)
    )


@pytest.mark.parametrize(
    ("due", "on", "value"),
    [
        (NOW + 2 * HOUR, ((NOW - HOUR, NOW + 4 * HOUR),), 1.0),
        (NOW + 2 * HOUR, ((NOW - HOUR, NOW + HOUR),), 0.5),
        (NOW + 2 * HOUR, ((NOW + HOUR, NOW + 9 * HOUR),), 0.5),
        (NOW + 2 * HOUR, ((NOW + 3 * HOUR, NOW + 9 * HOUR),), 0.0),
        (NOW - HOUR, ((NOW, NOW + 900),), 0.5),
        (NOW + 90 * HOUR, ((NOW, NOW + 4 * HOUR),), 0.5),
        (0, ((NOW, NOW + HOUR),), 0.5),
        (NOW + 2 * HOUR, (), 0.0),
        (NOW + 2 * HOUR, None, None),
    ],
    ids=["all of it", "goes before", "comes later", "too late", "breached", "far away", "no clock", "off", "unknown"],
)
def test_a_shift_counts_by_the_part_of_the_time_it_covers(
    due: int, on: tuple[tuple[int, int], ...] | None, value: float | None
) -> None:
    assert score.shift(person(on=on), NOW, score.until(case(due_at=due), NOW)) == value


@pytest.mark.parametrize(
    ("capacity", "open_", "value"),
    [(12, 0, 1.0), (12, 9, 0.25), (12, 12, 0.0), (12, 15, 0.0), (0, 0, 1.0), (0, 12, 0.5)],
)
def test_spare_capacity(capacity: int, open_: int, value: float) -> None:
    assert score.spare(capacity, open_) == value


def test_what_is_not_known_is_neither_for_nor_against_and_said() -> None:
    known = person("Known", skills={"win": 3}, on=(), soon=3, given=9)
    blank = person("Blank")
    better = person("Better", skills={"vpn": 5}, on=((NOW, NOW + 9 * HOUR),), soon=0, given=0)
    found = {one.name: one for one in ranked([known, blank, better])}
    assert found["Better"].score > found["Blank"].score > found["Known"].score
    words = {term.name: (term.value, term.words) for term in found["Blank"].terms}
    assert words["skills"] == (None, "no skills known; vpn asked for")
    assert words["shift"] == (None, "no shifts known")
    assert words["calm"] == (None, "no clocks known")
    assert words["fairness"][0] is None
    assert words["spare"][1] == "0 open, no capacity known"


def test_what_is_known_of_nobody_is_said_once() -> None:
    blank = ranked([person("A"), person("B")])
    assert unknown(one.values for one in blank) == (
        "no shifts known", "no skills asked for or known", "no clocks known",
    )  # fmt: skip
    assert unknown(one.values for one in ranked([person("A"), person("B", on=(), skills={}, soon=0)])) == ()
    assert unknown([]) == ()


def test_the_terms_add_up_to_the_score() -> None:
    one = person(skills={"vpn": 2}, capacity=12, open=4, on=((NOW, NOW + HOUR),), given=2, soon=1)
    weights = Weights(7, 1, 3, 0, 5, 2)
    [found] = ranked([one], case(touched=frozenset({"sato@zd"})), weights=weights)
    assert sum(term.points for term in found.terms) == pytest.approx(found.score, abs=1e-6)
    assert tuple(term.name for term in found.terms) == TERMS
    assert sum(term.weight for term in found.terms) == pytest.approx(1)


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"skills": {"vpn": 3}, "on": ((NOW, NOW + 13 * HOUR),), "capacity": 12, "open": 4}, "vpn, until 22:00, 4/12"),
        ({"skills": {"win": 3}, "on": ((NOW + HOUR, NOW + 2 * HOUR),)}, "not vpn, from 10:00, 0 open"),
        ({"skills": {"vpn": 3}, "on": ((NOW + 25 * HOUR, NOW + 30 * HOUR),)}, "vpn, from Fri 10:00, 0 open"),
        ({"on": ()}, "no shift ahead, 0 open"),
        ({"open": 7}, "7 open"),
    ],
)
def test_the_reason_is_a_short_line(values: dict[str, Any], line: str) -> None:
    [found] = ranked([person(**values)])
    assert found.reason == line


def test_who_had_it_comes_before_who_knows_the_requester() -> None:
    asked = case(touched=frozenset({"lee@zd"}), knows=frozenset({"reyes@zd"}))
    found = ranked([person("Abiodun"), person("Reyes"), person("Lee")], asked)
    assert [one.name for one in found] == ["Lee", "Reyes", "Abiodun"]
    assert [one.reason for one in found] == ["0 open, had it before", "0 open, knows the requester", "0 open"]


@pytest.mark.parametrize(
    ("values", "asked", "why"),
    [
        ({"active": False}, {}, "deactivated"),
        ({"logins": {"sn": "x"}}, {}, "no login on ZD"),
        ({"away": (NOW - 1, LATEST)}, {}, "absent"),
        ({"away": (NOW - 1, NOW + 24 * HOUR)}, {}, "absent until Fri 09:00"),
        ({"away": (NOW + 1, LATEST)}, {}, ""),
        ({}, {"members": frozenset({"lee@zd"}), "group": "Network"}, "not in Network"),
        ({}, {"members": frozenset({"sato@zd"}), "group": "Network"}, ""),
        ({}, {"members": None, "group": "Network"}, ""),
        ({"on": ((NOW + 5 * HOUR, NOW + 9 * HOUR),)}, {}, "off shift until 14:00"),
        ({"on": ()}, {}, "off shift"),
        ({"on": None}, {}, ""),
        ({"capacity": 12, "open": 12}, {}, "full, 12/12"),
        ({"capacity": 0, "open": 99}, {}, ""),
        ({}, {"owner": "sato@zd"}, "has it already"),
        ({}, {"requester": "sato@zd"}, "is the requester"),
    ],
)
def test_everybody_left_out_is_told_why(values: dict[str, Any], asked: dict[str, Any], why: str) -> None:
    [found] = ranked([person(**values)], case(**asked))
    assert found.why_not == why
    assert found.barred is (why in ("deactivated", "no login on ZD"))


def test_the_left_out_come_last_and_the_impossible_at_the_end() -> None:
    people = [
        person("Gone", active=False, skills={"vpn": 5}),
        person("Full", skills={"vpn": 5}, capacity=2, open=2),
        person("Plain", skills={}),
    ]
    assert [one.name for one in ranked(people)] == ["Plain", "Full", "Gone"]


def test_several_tickets_ask_for_somebody_who_can_have_them_all() -> None:
    both = (case(), Case(SN, needs=frozenset({"win"})))
    people = [
        person("One", skills={"vpn": 5}),
        person("Both", skills={"vpn": 5}, logins={"zd": "b", "sn": "b"}),
        person("Tight", skills={"vpn": 5, "win": 5}, logins={"zd": "t", "sn": "t"}, capacity=3, open=2),
    ]
    found = {one.name: one for one in ranked(people, *both)}
    assert found["One"].why_not == "fits 1 of 2: no login on SN"
    assert found["Both"].why_not == ""
    assert found["Both"].values[0] == 0.5
    assert found["Tight"].why_not == "room for 1 of 2, 2/3"


def test_who_has_one_of_several_may_have_the_others_too() -> None:
    both = (case(owner="sato@zd"), Case(TicketRef("zd", "2"), NOW + 60, owner="lee@zd", requester="sato@zd"))
    assert [one.why_not for one in ranked([person("Sato"), person("Lee")], *both)] == ["", ""]


def test_the_soonest_due_decides_who_is_there_in_time_for_several() -> None:
    late = Case(TicketRef("zd", "2"), NOW + 8 * HOUR)
    soon = Case(TicketRef("zd", "3"), NOW + HOUR)
    comes_later = person("Sato", on=((NOW + 2 * HOUR, NOW + 9 * HOUR),))
    assert ranked([comes_later], late)[0].why_not == ""
    assert ranked([comes_later], late, soon)[0].why_not == "off shift until 11:00"


def test_equal_scores_go_to_the_least_loaded_then_the_longest_idle_then_by_name() -> None:
    people = [
        person("Ba", open=1, capacity=2, last_given=5),
        person("Aa", open=1, capacity=2, last_given=5),
        person("Ca", open=1, capacity=2, last_given=2),
        person("Da", open=2, capacity=4, last_given=1),
    ]
    assert [one.name for one in ranked(people)] == ["Ca", "Aa", "Ba", "Da"]


standings = st.builds(
    person,
    st.sampled_from(["Sato", "Brandt", "Lee", "Reyes", "Okafor", "Costa"]),
    skills=st.none() | st.dictionaries(st.sampled_from(["vpn", "win"]), st.integers(0, 5)),
    capacity=st.integers(0, 12),
    open=st.integers(0, 20),
    given=st.none() | st.integers(0, 9),
    soon=st.none() | st.integers(0, 9),
    last_given=st.integers(0, 3),
    active=st.booleans(),
    on=st.none() | st.tuples(st.tuples(st.just(NOW - HOUR), st.integers(NOW + 1, NOW + 9 * HOUR))),
)


@given(st.lists(standings, max_size=8, unique_by=lambda one: one.person), st.randoms(use_true_random=False))
def test_the_order_of_the_people_does_not_matter(people: list[Standing], chance: random.Random) -> None:
    shuffled = people[:]
    chance.shuffle(shuffled)
    assert [one.person for one in ranked(people)] == [one.person for one in ranked(shuffled)]


@given(standings, st.integers(0, 30))
def test_more_load_never_makes_anybody_better(one: Standing, more: int) -> None:
    busier = person(one.name, capacity=one.capacity, open=one.open + more, soon=more, given=more)
    calmer = person(one.name, capacity=one.capacity, open=one.open, soon=0, given=0)
    [first], [second] = ranked([calmer]), ranked([busier])
    assert first.score >= second.score
    assert 0 <= second.score <= 1


@pytest.mark.parametrize("wrong", [(0, 0, 0, 0, 0, 0), (-1, 5, 5, 5, 5, 5)])
def test_weights_that_weigh_nothing_are_refused(wrong: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Weights(*wrong)


def test_of_tickets_of_several_groups_who_can_have_the_most_comes_first_with_what_speaks_against_the_rest() -> None:
    def of(key: str, *members: str, source: str = "zd") -> Case:
        return Case(TicketRef(source, key), group=f"Group {key}", members=frozenset(members))

    three = (of("1", "lee@zd"), of("2", "lee@zd", "ba@zd"), of("3", "c", source="sn"))
    people = [
        person("Sato", skills={"vpn": 5}),
        person("Ba"),
        person("Lee"),
        person("Cy", logins={"zd": "x", "sn": "c"}),
    ]
    found = ranked(people, *three)
    assert [(one.name, one.fits) for one in found] == [("Lee", 2), ("Ba", 1), ("Cy", 1), ("Sato", 0)]
    assert found[0].why_not == "fits 2 of 3: no login on SN"
    assert found[2].why_not == "fits 1 of 3: not in Group 1"
    assert found[3].why_not == "no login on SN"


def test_an_account_of_a_program_comes_after_every_person() -> None:
    people = [person("Monitoring", machine=True), person("Full", capacity=1, open=1), person("Sato")]
    found = ranked(people)
    assert [one.name for one in found] == ["Sato", "Full", "Monitoring"]
    assert found[2].why_not == "looks like an account, not a person"
