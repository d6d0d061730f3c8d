"""A clock told line by line, so that anybody can add it up: start, each stretch and pause, target, what is left, due,
and what the platform says.

Every line has its own seconds: those of the runs add up to the used time, target minus used is what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from helpdesk_tui.clock import instant
from helpdesk_tui.domain.clocks import Clock
from helpdesk_tui.domain.sla.business_time import BusinessTime
from helpdesk_tui.domain.sla.calendars import Calendar
from helpdesk_tui.domain.sla.drift import Drift, Reason
from helpdesk_tui.domain.sla.engine import Measured
from helpdesk_tui.domain.sla.fold import Phase
from helpdesk_tui.domain.sla.measure import Piece, Reading
from helpdesk_tui.domain.sla.policies import duration_text
from helpdesk_tui.domain.sla.zones import load_zone


class Part(StrEnum):
    """What a line is about."""

    START = "start"
    RUN = "run"
    PAUSE = "pause"
    USED = "used"
    TARGET = "target"
    CALENDAR = "calendar"
    LEFT = "left"
    DUE = "due"
    END = "end"
    PLATFORM = "platform"
    NOTE = "note"


class Line(NamedTuple):
    """One line. `words` follow the name of the part and do not say it again. `at` and `until` are instants (0: none),
    `seconds` the line's own amount of calendar time."""

    part: Part
    words: str
    at: int = 0
    until: int = 0
    seconds: int = 0


def explain(
    measured: Measured, stretches: Sequence[Piece], time: BusinessTime, calendar: Calendar, now: int, *,
    version: int = 1, remote: Clock | None = None, apart: Drift | None = None, zone: ZoneInfo | None = None,
) -> tuple[Line, ...]:  # fmt: skip
    """The lines of a clock at `now`.

    `stretches` are its running (see `Engine.stretches`), `time` and `calendar` those of its goal, `version` that of the
    policies. Instants are written in `zone`, the calendar's own without one. `remote` and `apart` are the platform's
    clock and how it differs.
    """
    show = zone or load_zone(calendar.zone)
    reading, start = measured.reading, measured.cycle.started_at
    opening = Line(Part.START, stamp(start, show), start)
    if reading is None:
        return opening, Line(Part.NOTE, f"it could not be reckoned: {measured.trouble}")
    middle = [*_runs(stretches, now, show), *_pauses(measured, time, now, show)]
    return (
        opening,
        *sorted(middle, key=lambda line: (line.at, line.until)),
        *_sums(measured, reading, [line.seconds for line in middle if line.part is Part.RUN], calendar, version),
        *_ending(measured, reading, now, show),
        *_beside(remote, apart, show),
    )


def stamp(at: int, zone: ZoneInfo) -> str:
    """`Mon 2026-11-23 09:00:00 CET`: with the seconds and the zone, for sums are checked by them."""
    local = instant(at).astimezone(zone)
    return f"{_DAYS[local.weekday()]} {local:%Y-%m-%d %H:%M:%S %Z}"


def text(lines: Sequence[Line]) -> str:
    """The lines as plain text, one each, what a line is about before it."""
    return "\n".join(f"{line.part.value:<9}{line.words}" for line in lines)


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _runs(stretches: Sequence[Piece], now: int, zone: ZoneInfo) -> Iterator[Line]:
    for start, end, time in stretches:
        until = end or now
        seconds = time.between(start, until)
        to = stamp(end, zone) if end else f"now, {stamp(now, zone)}"
        words = f"{stamp(start, zone)} to {to}: {duration_text(seconds)}"
        yield Line(Part.RUN, words, start, until, seconds)


def _pauses(measured: Measured, time: BusinessTime, now: int, zone: ZoneInfo) -> Iterator[Line]:
    cycle = measured.cycle
    for start, end, why in cycle.pauses:
        seconds = time.between(start, end)
        words = f"({why}) {stamp(start, zone)} to {stamp(end, zone)}: {duration_text(seconds)} not counted"
        yield Line(Part.PAUSE, words, start, end, seconds)
    if cycle.phase is Phase.PAUSED:
        seconds = time.between(cycle.since, now)
        words = f"({cycle.why}) since {stamp(cycle.since, zone)}: {duration_text(seconds)} not counted so far"
        yield Line(Part.PAUSE, words, cycle.since, now, seconds)


def _sums(
    measured: Measured, reading: Reading, runs: Sequence[int], calendar: Calendar, version: int
) -> Iterator[Line]:
    """Target, calendar, used, left: the arithmetic."""
    goal, policy = measured.goal, measured.policy
    priority = f"priority {measured.priority}" if measured.priority else "no priority"
    days = f" ({goal.days} working days)" if goal.days else ""
    words = f'{duration_text(reading.target)}{days} by policy "{policy.name}" v{version}, {priority}'
    yield Line(Part.TARGET, words, seconds=reading.target)
    yield Line(Part.CALENDAR, f"counted on {calendar.label}, {calendar.zone}")
    sums = " + ".join(map(duration_text, runs)) or "0s"
    yield Line(Part.USED, f"{sums} = {duration_text(reading.used)}", seconds=reading.used)
    words = f"{duration_text(reading.target)} - {duration_text(reading.used)} = {duration_text(reading.left)}"
    yield Line(Part.LEFT, words, seconds=reading.left)


def _ending(measured: Measured, reading: Reading, now: int, zone: ZoneInfo) -> Iterator[Line]:
    """When it is due, and how it ended."""
    cycle = measured.cycle
    if reading.due_at and reading.running_since:
        rest = reading.target - reading.used_before
        words = f"{duration_text(max(rest, 0))} after {stamp(reading.running_since, zone)}"
        if rest < 0:
            words = "used up before it last went on"
        yield Line(Part.DUE, f"{words} = {stamp(reading.due_at, zone)}", reading.due_at)
    elif reading.due_at:
        yield Line(Part.DUE, stamp(reading.due_at, zone), reading.due_at)
    else:
        yield Line(Part.DUE, f"not while it stands; {duration_text(reading.left)} left")
    if cycle.ended_at:
        late = "missed: done only" if reading.breached else "met"
        ended = "called off" if cycle.phase is Phase.CANCELLED else late
        yield Line(Part.END, f"{ended} at {stamp(cycle.ended_at, zone)}", cycle.ended_at)
    elif reading.breached:
        yield Line(Part.END, f"breached by {duration_text(-reading.left)} at {stamp(now, zone)}", now)
    if reading.observed:
        yield Line(Part.NOTE, "an instant above was seen between two looks: it was then or before")


def _beside(remote: Clock | None, apart: Drift | None, zone: ZoneInfo) -> Iterator[Line]:
    """What the platform says, and how far that is from ours."""
    if remote is None:
        return
    due = f"due {stamp(remote.due_at, zone)}" if remote.due_at else "no due instant"
    read = f"; read {stamp(remote.as_of, zone)}" if remote.as_of else ""
    yield Line(Part.PLATFORM, f'says {remote.stage.value}, {due} ("{remote.name}"){read}', remote.due_at)
    if apart is None or apart.reason is Reason.NONE:
        return
    away = f"{duration_text(abs(apart.seconds))} {'later' if apart.seconds > 0 else 'earlier'} than ours: "
    yield Line(Part.NOTE, f"{away if apart.seconds else ''}{apart.reason.value}: {apart.words}", seconds=apart.seconds)
