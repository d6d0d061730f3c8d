"""Rosters beside `recurring-ical-events`: the final schedule of 50 rotations, and the gap check of 200 technicians.

    python -m benchmarks.roster [--rounds 5]

The library is no dependency of ours (`pip install recurring-ical-events` in an environment of its own, with this folder
on PYTHONPATH); without it the floor is null. It only expands what repeats: no layers, overrides, needs or findings.
Before anything is timed, both are asked for the same rotations and shifts and must name the same instants. Times are
of the processor, so that a busy machine does not blur the ratio.
"""

from __future__ import annotations

import argparse
import importlib
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks.report import Result
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.coverage import findings
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.needs import NeedRule, needed
from helpdesk_tui.domain.roster.overrides import Override, OverrideKind
from helpdesk_tui.domain.roster.presence import at_desk
from helpdesk_tui.domain.roster.restrictions import daily
from helpdesk_tui.domain.roster.rotations import Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Mode, People, Schedule, final
from helpdesk_tui.domain.roster.shifts import Hours, Pattern, Weekly, expanded
from helpdesk_tui.domain.roster.suggest import Team, nearest_cures

HOUR, DAY = 3_600, 86_400
ZONES = ("Europe/Paris", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "UTC")
START = 1_790_035_200
"""2026-09-22 00:00 UTC: clocks are moved in three of the zones within 90 days."""
UNITS = ((Unit.DAY, 1, "DAILY"), (Unit.WEEK, 1, "WEEKLY"), (Unit.DAY, 2, "DAILY"), (Unit.HOUR, 12, "HOURLY"))
MEMBERS = 6
BOUND_MS = 150.0


def main() -> int:
    """Measure each row and print it as one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roster", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = max(1, parser.parse_args().rounds)
    found = library()
    for row in (rotations, gap_check):
        for result in row(found, rounds):
            print(result.line(), flush=True)
    return 0


def library() -> tuple[Any, Any] | None:
    """icalendar and recurring_ical_events, where both are installed."""
    try:
        return importlib.import_module("icalendar"), importlib.import_module("recurring_ical_events")
    except ImportError:
        return None


def _timed(work: Callable[[], object], rounds: int) -> float:
    """Milliseconds of processor time, the median of `rounds` after one to warm up."""
    work()
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        spent.append((time.process_time() - began) * 1_000)
    return statistics.median(spent)


def _result(row: str, at: str, ours: float, floor: float | None, **more: object) -> Result:
    ratio = None if floor is None else ours / floor
    return Result(row, at, "ms", ours, floor, f"<= {BOUND_MS:g} ms", ours <= BOUND_MS, ratio, more)


# --- 50 rotations, 90 days ------------------------------------------------------------------------------------------


def _rotations() -> list[tuple[Rotation, str]]:
    made = []
    for number in range(50):
        unit, length, frequency = UNITS[number % len(UNITS)]
        members = tuple(Member(f"p{number}-{place}", place) for place in range(MEMBERS))
        anchor = datetime.fromisoformat("2026-06-01") + timedelta(hours=4 + number % 20, minutes=number * 7 % 60)
        zone = ZONES[number % len(ZONES)] if unit is not Unit.HOUR else "UTC"
        made.append((Rotation(f"r{number}", zone, unit, length, anchor, members), frequency))
    return made


def _rotation_calendar(made: list[tuple[Rotation, str]]) -> str:
    """A rolling rotation as other tools write it: an event for each member, coming back after all the others."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//benchmark//EN"]
    for rotation, frequency in made:
        step = {Unit.HOUR: timedelta(hours=1), Unit.DAY: timedelta(days=1), Unit.WEEK: timedelta(days=7)}[rotation.unit]
        for place, member in enumerate(rotation.members):
            starts = rotation.anchor + place * rotation.length * step
            ends = starts + rotation.length * step
            every = rotation.length * len(rotation.members)
            rule = f"FREQ={frequency};INTERVAL={every}"
            lines += _event(member.person, rotation.zone, starts, ends, rule)
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _event(who: str, zone: str, starts: datetime, ends: datetime, rule: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{who}-{starts:%Y%m%dT%H%M%S}",
        f"SUMMARY:{who}",
        f"DTSTART;TZID={zone}:{starts:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={zone}:{ends:%Y%m%dT%H%M%S}",
        f"RRULE:{rule}",
        "END:VEVENT",
    ]


def rotations(library: tuple[Any, Any] | None, rounds: int) -> Iterator[Result]:
    """The final schedule: each rotation alone, all as a union, and with restrictions and overrides by priority."""
    made, end = _rotations(), START + 90 * DAY
    layers = [Layer(rotation.key, rotation, number) for number, (rotation, _) in enumerate(made)]
    alone = [Schedule(layer.key, "UTC", (layer,)) for layer in layers]
    union = Schedule("all", "UTC", tuple(layers), Mode.UNION)
    rich = Schedule("rich", "UTC", tuple(_restricted(layers)), Mode.PRIORITY, tuple(_overrides()))
    floor = None
    if library is not None:
        text = _rotation_calendar(made)
        theirs = {(event["SUMMARY"], int(event["DTSTART"].dt.timestamp())) for event in _occurrences(library, text, 90)}
        ours = {
            (who, begins)
            for layer in layers
            for begins, _, people in layer.turns(START, end)
            for who in people
            if begins > START
        }
        if ours - theirs:
            raise SystemExit(f"the two disagree about {sorted(ours - theirs)[:3]}")
        floor = _timed(lambda: _occurrences(library, text, 90), rounds)
    spans = sum(len(final(one, START, end)) for one in alone)
    size = "50 rotations x 90 days"
    yield _result(
        "roster-final", size, _timed(lambda: [final(s, START, end) for s in alone], rounds), floor, spans=spans
    )
    yield _result("roster-final-union", size, _timed(lambda: final(union, START, end), rounds), floor)
    yield _result("roster-final-rich", size, _timed(lambda: final(rich, START, end), rounds), floor, overrides=200)


def _restricted(layers: list[Layer]) -> Iterator[Layer]:
    for number, layer in enumerate(layers):
        hours = daily(layer.rotation.zone, 8 * HOUR, 20 * HOUR, (0, 1, 2, 3, 4)) if number % 2 else None
        yield Layer(layer.key, layer.rotation, number % 5, hours)


def _overrides() -> Iterator[Override]:
    rng = random.Random(7)
    for number in range(200):
        who = f"p{rng.randrange(50)}-{rng.randrange(MEMBERS)}"
        start = START + rng.randrange(90 * 24) * HOUR
        yield Override(f"o{number}", OverrideKind.REPLACE, start, start + 12 * HOUR, number, f"x{number}", who)


def _occurrences(library: tuple[Any, Any], text: str, days: int) -> list[Any]:
    icalendar, recurring = library
    begins = datetime.fromtimestamp(START, UTC)
    found: list[Any] = recurring.of(icalendar.Calendar.from_ical(text)).between(begins, begins + timedelta(days=days))
    return found


# --- 200 technicians, 14 days ----------------------------------------------------------------------------------------


def gap_check(library: tuple[Any, Any] | None, rounds: int) -> Iterator[Result]:
    """From patterns to findings with their cures: ten skills, a need for every half hour of the day."""
    rng, end = random.Random(1), START + 14 * DAY
    kinds = [f"skill{number}" for number in range(10)]
    patterns = [
        Pattern(
            f"p{number}",
            f"t{number}",
            ZONES[number % len(ZONES)],
            Hours(rng.randrange(6, 14) * HOUR, 9 * HOUR, ((4 * HOUR, HOUR),)),
            Weekly(date(2024, 1, 1), frozenset(rng.sample(range(7), 5))),
        )
        for number in range(200)
    ]
    skills = {one.person: frozenset(rng.sample(kinds, 3)) for one in patterns}
    absences = tuple(Absence(f"a{n}", f"t{n}", START + rng.randrange(14) * DAY, end) for n in range(0, 200, 10))
    people = People(absences, frozenset({"t7"}))
    rules = [
        NeedRule(2 + slot % 3, daily("Europe/Paris", slot * 1_800, slot * 1_800 + 1_800), "", kind, kind)
        for kind in kinds
        for slot in range(48)
    ]

    def check() -> int:
        there = list(at_desk(expanded(patterns, START, end), people))
        found = findings(needed(rules, START, end), there, skills)
        return len([*zip(found, nearest_cures(found, Team(skills, there, "UTC", people)), strict=True)])

    floor = None
    if library is not None:
        text = _pattern_calendar(patterns)
        theirs = {(event["SUMMARY"], int(event["DTSTART"].dt.timestamp())) for event in _occurrences(library, text, 14)}
        if {(one.person, one.start) for one in expanded(patterns, START, end)} != theirs:
            raise SystemExit("the two disagree about the shifts")
        floor = _timed(lambda: _occurrences(library, text, 14), rounds)
    yield _result("roster-gaps", "200 technicians x 14 days", _timed(check, rounds), floor, findings=check())


def _pattern_calendar(patterns: list[Pattern]) -> str:
    names = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//benchmark//EN"]
    for one in patterns:
        assert isinstance(one.on, Weekly)
        day = min(date(2024, 1, 1) + timedelta(days=number) for number in one.on.days)
        starts = datetime.combine(day, datetime.min.time()) + timedelta(seconds=one.hours.start)
        rule = "FREQ=WEEKLY;BYDAY=" + ",".join(names[number] for number in sorted(one.on.days))
        lines += _event(one.person, one.zone, starts, starts + timedelta(seconds=one.hours.length), rule)
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


if __name__ == "__main__":
    raise SystemExit(main())
