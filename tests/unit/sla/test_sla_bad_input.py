"""The list of bad input: each is defined, told to the user, and never an exception or a silent zero."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.sla.calendars import check
from helpdesk_tui.domain.sla.drift import Reason
from helpdesk_tui.domain.sla.engine import Engine
from helpdesk_tui.domain.sla.explain import Part, explain
from helpdesk_tui.domain.sla.findings import Level
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.policy_file import read_policies
from helpdesk_tui.domain.sla.team import TeamPolicies, held_against
from helpdesk_tui.domain.sla.versions import Force, Reach
from helpdesk_tui.domain.sla.zones import rules_mark
from helpdesk_tui.domain.tickets import TicketRef

H = 3600
MONDAY = int(datetime(2026, 11, 16, 9, tzinfo=UTC).timestamp())
OFFICE = '[calendars.office]\nzone = "UTC"\nmon-fri = ["08:00-18:00"]\n'
POLICY = '[[policies]]\nname = "p"\ncalendar = "office"\ntargets = { resolution = "4h", first_response = "1h" }\n'
NOW = MONDAY + 3 * H


def read(text: str) -> tuple[Engine, list[str]]:
    made, found = read_policies(tomllib.loads(text))
    return Engine(made, NOW), [f"{finding.level.value}: {finding.words}" for finding in found]


def clocks(
    told: Sequence[Happening], *, now: int = NOW, created: int = MONDAY, state: str = "open"
) -> dict[Metric, Clock]:
    policies, _ = read_policies(tomllib.loads(OFFICE + POLICY))
    team = TeamPolicies((Force(0, 1, Reach.ALL),), {1: policies}, NOW)
    facts = Facts(created, state, 3, requester="r", updated_at=now)
    return {clock.metric: clock for clock in team.clocks(TicketRef("s", "t"), facts, {}, told, now)}


def status(at: int, old: str, new: str) -> Happening:
    return Happening(at, "status", old, new, "tech")


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ('["08:00-12:00", "11:00-18:00"]', "warning: 08:00-12:00 and 11:00-18:00 overlap"),
        ('["12:00-08:00"]', "note: 12:00-08:00 runs past midnight"),
        ('["08:00-08:00"]', "error: the interval 08:00-08:00 is empty"),
        ('["08:00-23:59"]', "note: 23:59 is taken as the end of the day"),
        ('["18:00-00:00"]', ""),
        ('["24:00-25:00"]', "error"),
        ('["8-18"]', "error"),
        ("[]", "error: the calendar has no hours"),
    ],
)
def test_intervals_that_overlap_are_inverted_or_end_at_midnight(hours: str, told: str) -> None:
    _, found = read(f'[calendars.office]\nzone = "UTC"\nmon-fri = {hours}\n')
    assert any(line.startswith(told) for line in found) if told else found == []


def test_an_unknown_zone_and_an_empty_calendar_are_refused_with_the_policies_that_need_them() -> None:
    for text, words in (
        (OFFICE.replace('"UTC"', '"Mars/Base"'), "Mars/Base"),
        ('[calendars.office]\nzone = "UTC"\n', "no hours"),
    ):
        engine, found = read(text + POLICY)
        assert any(line.startswith("error") and words in line for line in found)
        assert any('no usable calendar "office"' in line for line in found)
        assert engine.policies.policies == ()


def test_events_out_of_order_mean_the_same() -> None:
    told = [status(MONDAY + H, "new", "pending"), status(MONDAY + 2 * H, "pending", "open")]
    assert clocks(told) == clocks(told[::-1])
    assert clocks(told)[Metric.RESOLUTION].due_at == MONDAY + 5 * H


def test_events_of_one_instant_go_in_the_order_they_tell() -> None:
    at = MONDAY + H
    told = [status(at, "pending", "open"), status(at, "new", "pending")]
    assert clocks(told)[Metric.RESOLUTION].stage is Stage.RUNNING


def test_a_pause_that_never_ends_stays_a_pause_without_a_due_instant() -> None:
    told = [status(MONDAY + H, "new", "pending")]
    for later in (NOW, NOW + 400 * 24 * H):
        clock = clocks(told, now=later, state="pending")[Metric.RESOLUTION]
        assert (clock.stage, clock.due_at, clock.paused_at) == (Stage.PAUSED, 0, MONDAY + H)


def test_a_stop_before_the_start_ends_nothing_before_it_began() -> None:
    told = [Happening(MONDAY - 5 * H, "public reply", actor="tech"), status(MONDAY - H, "open", "solved")]
    for clock in clocks(told, state="solved").values():
        assert clock.stopped_at >= clock.started_at == MONDAY
        assert clock.stage is Stage.MET


def test_clocks_that_jump_count_nothing_twice_and_nothing_negative() -> None:
    ahead = [Happening(NOW + 9 * H, "public reply", actor="tech")]  # the platform's clock is ahead of ours
    assert clocks(ahead)[Metric.FIRST_RESPONSE].due_at == MONDAY + H
    early = clocks([], now=MONDAY - 2 * H)  # ours was set back behind the ticket's making
    assert early[Metric.RESOLUTION].due_at == MONDAY + 4 * H
    engine, _ = read(OFFICE + POLICY)
    answer = engine.clocks(Facts(MONDAY, "open", 3), {}, [], MONDAY - 2 * H)
    for measured in answer.clocks:
        assert measured.reading is not None
        assert measured.reading.used == 0
        assert measured.reading.left == measured.reading.target


@pytest.mark.parametrize(
    ("due", "stage", "reason"),
    [
        (0, Stage.RUNNING, Reason.UNTOLD),
        (0, Stage.PAUSED, Reason.PAUSE),
        (-5, Stage.RUNNING, Reason.CALENDAR),
        (MONDAY + 4 * H, Stage.RUNNING, Reason.NONE),
    ],
)
def test_a_remaining_that_is_negative_or_absent_is_told_and_not_taken_for_zero(
    due: int, stage: Stage, reason: Reason
) -> None:
    engine, _ = read(OFFICE + POLICY)
    answer = engine.clocks(Facts(MONDAY, "open", 3), {}, [], NOW)
    ours = next(each for each in answer.clocks if each.metric is Metric.RESOLUTION)
    remote = Clock("s", "t", "r", Metric.RESOLUTION, "theirs", stage, due, NOW)
    apart = held_against(engine, remote, ours, NOW)
    assert apart.reason is reason
    lines = explain(
        ours, engine.stretches(ours, answer.past), engine.time("office"), engine.policies.calendar("office"), NOW,
        remote=remote, apart=apart,
    )  # fmt: skip
    (platform,) = (line.words for line in lines if line.part is Part.PLATFORM)
    assert ("no due instant" in platform) is (due == 0)
    assert any(line.part is Part.NOTE for line in lines) is (reason is not Reason.NONE)


def test_a_change_of_the_zones_rules_between_versions_is_told() -> None:
    made, _ = read_policies(tomllib.loads(OFFICE))
    office = replace(made.calendars["office"], zone="Europe/Paris", rules=rules_mark("Europe/London", 2024, 2031))
    (remark,) = check(office)
    assert remark.level is Level.WARNING
    assert "rules of Europe/Paris were changed" in remark.words


def test_a_target_no_calendar_holds_is_refused_and_one_beyond_reach_is_told_on_its_clock() -> None:
    _, found = read(OFFICE + POLICY.replace('"4h"', '"90000h"'))
    assert any(line.startswith("error") and "in ten years" in line for line in found)
    dates = '[calendars.office]\nzone = "UTC"\n[calendars.office.dates]\n2026-11-16 = ["09:00-10:00"]\n'
    engine, found = read(dates + POLICY)
    assert any("only 1 date" in line for line in found)
    answer = engine.clocks(Facts(MONDAY, "open", 3), {}, [], NOW)
    (resolution,) = (each for each in answer.clocks if each.metric is Metric.RESOLUTION)
    assert resolution.reading is None
    assert "does not hold so much time" in resolution.trouble
    time = engine.time("office")
    lines = explain(resolution, [], time, engine.policies.calendar("office"), NOW)
    assert "could not be reckoned" in lines[-1].words
