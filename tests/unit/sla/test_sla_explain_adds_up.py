"""The explanation of any clock adds up, and can be checked by whoever reads the text: property over any history."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.sla.engine import Engine
from helpdesk_tui.domain.sla.explain import Part, explain, text
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.policy_file import read_policies
from helpdesk_tui.domain.sla.team import held_against

H = 3600
AROUND = int(datetime(2026, 10, 24, tzinfo=UTC).timestamp())
POLICIES = """
[calendars.office]
zone = "Europe/Paris"
mon-fri = ["08:00-12:00", "13:00-18:00"]
sat = ["22:00-03:30"]
[[policies]]
name = "any"
calendar = "office"
switch = "spans"
[policies.targets]
first_response = { 1 = { target = "15m", calendar = "24x7" }, other = "2h" }
next_reply = "3h"
periodic_update = "8h"
requester_wait = "20h"
agent_work = "12h"
resolution = { 1 = "4h", 2 = { target = "9h", calendar = "24x7" }, other = "2 working days" }
ownership = "5h"
[policies.reopen]
resolution = "new"
"""
ENGINE = Engine(read_policies(tomllib.loads(POLICIES))[0], AROUND)
STATES = ("new", "open", "pending", "hold", "solved", "closed")
events = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 200 * H), st.just("status"), st.sampled_from(STATES), st.sampled_from(STATES)),
        st.tuples(st.integers(0, 200 * H), st.sampled_from(("public reply", "customer message", "group")), st.just(""),
                  st.sampled_from(("", "net"))),
        st.tuples(st.integers(0, 200 * H), st.just("priority"), st.sampled_from("123"), st.sampled_from("123")),
    ),
    max_size=9,
)  # fmt: skip
SPAN = re.compile(r"-?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def seconds(words: str) -> int:
    """A duration as the text has it."""
    found = SPAN.fullmatch(words)
    assert found is not None, words
    total = sum(int(part or 0) * size for part, size in zip(found.groups(), (H, 60, 1), strict=True))
    return -total if words.startswith("-") else total


@given(events, st.integers(0, 300 * H), st.integers(0, 4), st.sampled_from(STATES))
@settings(max_examples=150, deadline=None)
def test_every_explanation_adds_up(told: list[tuple[int, str, str, str]], now: int, priority: int, state: str) -> None:
    past = [Happening(AROUND + at, kind, old, new, "tech") for at, kind, old, new in told]
    answer = ENGINE.clocks(Facts(AROUND, state, priority, "net", "r", updated_at=AROUND + now), {}, past, AROUND + now)
    for measured in answer.clocks:
        assert measured.reading is not None
        reading, goal = measured.reading, measured.goal
        lines = explain(
            measured, ENGINE.stretches(measured, answer.past), ENGINE.time(goal.calendar),
            ENGINE.policies.calendar(goal.calendar), AROUND + now,
        )  # fmt: skip
        by_part = {part: [line for line in lines if line.part is part] for part in Part}
        ran = sum(line.seconds for line in by_part[Part.RUN])
        (target,), (used,), (left,) = by_part[Part.TARGET], by_part[Part.USED], by_part[Part.LEFT]
        assert ran == used.seconds == reading.used
        assert left.seconds == target.seconds - used.seconds == reading.left
        # and so do the words, for whoever has no more than those
        *parts, total = re.findall(r"-?\d[\dhms]*", used.words)
        assert sum(map(seconds, parts)) == seconds(total) == used.seconds
        minuend, subtrahend, rest = re.findall(r"(?:^|(?<= )|(?<=-))-?\d[\dhms]*", left.words)
        assert seconds(minuend) - seconds(subtrahend) == seconds(rest) == left.seconds
        words = text(lines)
        assert len(words.splitlines()) == len(lines)
        if reading.due_at:
            assert any(line.at == reading.due_at for line in by_part[Part.DUE])


@given(st.integers(-400 * H, 400 * H), st.sampled_from((Stage.RUNNING, Stage.PAUSED)), events, st.integers(0, 300 * H))
@settings(max_examples=80, deadline=None)
def test_any_platforms_instant_beside_ours_is_told_with_its_difference(
    apart: int, stage: Stage, told: list[tuple[int, str, str, str]], now: int
) -> None:
    past = [Happening(AROUND + at, kind, old, new, "tech") for at, kind, old, new in told]
    answer = ENGINE.clocks(Facts(AROUND, "open", 3, "net", "r", updated_at=AROUND + now), {}, past, AROUND + now)
    measured = next(each for each in answer.clocks if each.metric is Metric.RESOLUTION)
    assert measured.reading is not None
    due = measured.reading.due_at + apart if measured.reading.due_at else 0
    remote = Clock("s", "t", "r", Metric.RESOLUTION, "theirs", stage, due, AROUND + now)
    found = held_against(ENGINE, remote, measured, AROUND + now)
    if found.words and found.seconds:
        assert found.seconds == due - measured.reading.due_at
