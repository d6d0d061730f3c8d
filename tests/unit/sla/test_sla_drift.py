"""The platform's instant beside ours: which differences are told, and as what; and the explanation adds up."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.sla.drift import TOLERANCE, Reason, drift
from helpdesk_tui.domain.sla.engine import Answer, Engine, Measured
from helpdesk_tui.domain.sla.explain import Line, Part, explain, text
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.policies import duration_text
from helpdesk_tui.domain.sla.policy_file import read_policies

H = 3600


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"2026-11-{text}+01:00").timestamp())


MONDAY, NOW = at("23T09:00"), at("24T16:00")
DOCUMENT = """
[calendars.office]
zone = "Europe/Paris"
mon-fri = ["09:00-17:00"]
[calendars.late]
zone = "Europe/Paris"
mon-fri = ["09:00-20:00"]
[[policies]]
name = "all"
calendar = "office"
switch = "spans"
targets = { resolution = { 1 = { target = "20h", calendar = "24x7" }, other = "24h" } }
"""
ENGINE = Engine(read_policies(tomllib.loads(DOCUMENT), version=2)[0], MONDAY)
PAUSES = [
    Happening(at("23T10:00"), "status", "open", "pending"), Happening(at("23T12:00"), "status", "pending", "open"),
    Happening(at("24T10:00"), "status", "open", "hold"), Happening(at("24T11:30"), "status", "hold", "open"),
]  # fmt: skip


def ask(*events: Happening, priority: int = 3, now: int = NOW) -> tuple[Answer, Measured]:
    answer = ENGINE.clocks(Facts(MONDAY, priority=priority), {}, [Happening(MONDAY, "created"), *events], now)
    return answer, answer.clocks[-1]


def remote(due: int, **changed: object) -> Clock:
    clock = Clock(
        "snow", "1", "a", Metric.RESOLUTION, "P3 resolve", Stage.RUNNING, due, NOW,
        started_at=MONDAY, target=24 * H, calendar="office",
    )  # fmt: skip
    return clock._replace(**changed)  # type: ignore[arg-type]


def compared(clock: Clock, *events: Happening) -> tuple[Reason, int, str]:
    _, ours = ask(*events)
    assert ours.reading is not None
    others = {name: ENGINE.time(name) for name in ("24x7", "late")}
    return drift(clock, ours.cycle, ours.reading, ENGINE.time("office"), NOW, others=others)


OURS = at("26T12:30")
"""Due with both pauses: 24 h of office time, 3 h 30 of it standing."""


@pytest.mark.parametrize("away", [0, TOLERANCE, -TOLERANCE])
def test_a_minute_is_no_difference(away: int) -> None:
    assert compared(remote(OURS + away), *PAUSES) == (Reason.NONE, away, "")


def test_d10_the_opening_after_is_the_same_moment_as_the_closing() -> None:
    assert compared(remote(at("26T09:00")))[0] is Reason.NONE  # ours is the closing of the 25th
    assert compared(remote(at("26T09:02")))[0] is not Reason.NONE
    assert compared(remote(at("25T20:00")))[0] is not Reason.NONE


@pytest.mark.parametrize(
    ("clock", "reason", "words"),
    [
        (remote(OURS + TOLERANCE + 1), Reason.PAUSE, "within the pauses"),
        (remote(at("25T17:00")), Reason.PAUSE, "does not take the pauses off"),
        (remote(at("26T10:30")), Reason.PAUSE, "does not take pause 1 off"),
        (remote(at("26T11:00")), Reason.PAUSE, "does not take pause 2 off"),
        (remote(at("24T12:30")), Reason.CALENDAR, 'it counts on "24x7"'),
        (remote(at("25T14:30")), Reason.CALENDAR, 'it counts on "late"'),
        (remote(at("27T12:30"), calendar="strange"), Reason.CALENDAR, "its calendar must differ"),
        (remote(at("27T12:30")), Reason.UNKNOWN, "agree, and its instant does not"),
        (remote(at("25T12:30"), target=16 * H), Reason.POLICY, "its target is 16h, ours 24h"),
        (remote(at("30T09:30"), target=16 * H), Reason.POLICY, "something else too"),
        (remote(0), Reason.UNTOLD, "no due instant"),
        (remote(0, stage=Stage.PAUSED), Reason.PAUSE, "the platform says it is paused"),
    ],
)
def test_what_a_difference_comes_from(clock: Clock, reason: Reason, words: str) -> None:
    found = compared(clock, *PAUSES)
    assert (found[0], words in found[2]) == (reason, True), found


def test_another_start_is_another_policy() -> None:
    found = compared(remote(at("26T10:00"), started_at=at("23T10:00")))
    assert (found[0], found[2]) == (Reason.POLICY, "it counts from another start")


def test_only_one_side_is_paused() -> None:
    found = compared(remote(at("26T10:00")), *PAUSES[:1])
    assert found[0] is Reason.PAUSE
    assert "paused by pending, the platform counts on" in found[2]
    both = compared(remote(0, stage=Stage.PAUSED), *PAUSES[:1])
    assert both[0] is Reason.NONE


def lines_of(answer: Answer, ours: Measured, now: int, clock: Clock | None = None) -> tuple[Line, ...]:
    calendar = ENGINE.policies.calendar(ours.goal.calendar)
    time = ENGINE.time(ours.goal.calendar)
    apart = drift(clock, ours.cycle, ours.reading, time, now) if clock and ours.reading else None
    stretches = ENGINE.stretches(ours, answer.past)
    return explain(ours, stretches, time, calendar, now, version=2, remote=clock, apart=apart)


def test_the_whole_explanation() -> None:
    answer, ours = ask(*PAUSES)
    assert text(lines_of(answer, ours, NOW, remote(at("25T17:00")))).splitlines() == [
        "start    Mon 2026-11-23 09:00:00 CET",
        "run      Mon 2026-11-23 09:00:00 CET to Mon 2026-11-23 10:00:00 CET: 1h",
        "pause    (pending) Mon 2026-11-23 10:00:00 CET to Mon 2026-11-23 12:00:00 CET: 2h not counted",
        "run      Mon 2026-11-23 12:00:00 CET to Tue 2026-11-24 10:00:00 CET: 6h",
        "pause    (hold) Tue 2026-11-24 10:00:00 CET to Tue 2026-11-24 11:30:00 CET: 1h30m not counted",
        "run      Tue 2026-11-24 11:30:00 CET to now, Tue 2026-11-24 16:00:00 CET: 4h30m",
        'target   24h by policy "all" v2, priority 3',
        "calendar counted on office v2, Europe/Paris",
        "used     1h + 6h + 4h30m = 11h30m",
        "left     24h - 11h30m = 12h30m",
        "due      17h after Tue 2026-11-24 11:30:00 CET = Thu 2026-11-26 12:30:00 CET",
        'platform says running, due Wed 2026-11-25 17:00:00 CET ("P3 resolve"); read Tue 2026-11-24 16:00:00 CET',
        "note     19h30m earlier than ours: pause: it does not take the pauses off",
    ]


def test_no_line_says_the_name_of_its_part_again() -> None:
    for moves_ in ((), PAUSES, PAUSES[:1], (Happening(at("24T10:00"), "status", "open", "solved"),)):
        answer, ours = ask(*moves_)
        for line in lines_of(answer, ours, NOW, remote(at("25T17:00"))):
            assert not line.words.startswith((line.part.value, "the platform", "ran ", "stood")), line


def test_a_paused_and_a_finished_clock_explained() -> None:
    answer, ours = ask(*PAUSES[:1])
    told = text(lines_of(answer, ours, NOW))
    assert "pause    (pending) since Mon 2026-11-23 10:00:00 CET: 14h not counted so far" in told
    assert "due      not while it stands; 23h left" in told
    answer, ours = ask(Happening(at("24T10:00"), "status", "open", "solved"))
    told = text(lines_of(answer, ours, NOW))
    assert "due      Wed 2026-11-25 17:00:00 CET" in told
    assert "end      met at Tue 2026-11-24 10:00:00 CET" in told


moves = st.lists(
    st.tuples(st.integers(1, 90_000), st.sampled_from(["open", "pending", "hold", "solved", "priority"])), max_size=8
)


@given(moves, st.integers(0, 200_000), st.sampled_from([1, 3]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_explanation_of_any_clock_adds_up(found: list[tuple[int, str]], later: int, priority: int) -> None:
    step, events, state, rank = MONDAY, list[Happening](), "new", priority
    for wait, word in found:
        step += wait
        if word == "priority":
            events.append(Happening(step, "priority", str(rank), str(4 - rank)))
            rank = 4 - rank
        elif word != state:
            events.append(Happening(step, "status", state, word))
            state = word
    now = step + later
    answer, ours = ask(*events, priority=rank, now=now)
    reading = ours.reading
    assert reading is not None
    lines = lines_of(answer, ours, now)
    by = {part: [line for line in lines if line.part is part] for part in Part}
    assert sum(line.seconds for line in by[Part.RUN]) == reading.used == by[Part.USED][0].seconds
    assert by[Part.TARGET][0].seconds - by[Part.USED][0].seconds == by[Part.LEFT][0].seconds == reading.left
    said = re.fullmatch(r"(.*) = (.*)", by[Part.USED][0].words)
    assert said is not None
    assert said[2] == duration_text(reading.used)
    spans = sorted([(line.at, line.until) for part in (Part.RUN, Part.PAUSE) for line in by[part]])
    covered = sum(end - start for start, end in spans)
    assert covered == (ours.cycle.ended_at or now) - ours.cycle.started_at  # every second is told, and told once
    assert [line.at for line in by[Part.DUE]] == [reading.due_at]
