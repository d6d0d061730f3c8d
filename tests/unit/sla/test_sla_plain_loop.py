"""The entry points that `docs/tables.md` names, on tables in its columns, against a walk minute by minute that shares
nothing with them: half-hour zones, clock changes of both hemispheres (also by half an hour, also at midnight), nights,
ends at 23:59, 24:00 and 00:00, overlaps, dates in place of the week, breaks, holidays, pauses without an end."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.sla.business_time import BusinessTime, Tie
from helpdesk_tui.domain.sla.calendar_file import read_calendar
from helpdesk_tui.domain.sla.engine import Engine
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.policy_file import read_policies

MINUTE, H = 60, 3600
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVES = {
    "Europe/Paris": ("2026-03-27", "2026-10-23"),
    "America/St_Johns": ("2026-03-06", "2026-10-30"),
    "America/Santiago": ("2026-04-03", "2026-09-04"),
    "Australia/Lord_Howe": ("2026-04-03", "2026-10-02"),
    "Australia/Adelaide": ("2026-04-03", "2026-10-02"),
    "Asia/Kolkata": ("2026-10-23", "2026-12-30"),
    "Asia/Kathmandu": ("2026-10-23", "2026-12-30"),
}
"""Fridays before a clock change, where the zone has one."""


def table(rng: random.Random, zone: str, eve: date) -> dict[str, Any]:
    """A calendar as somebody writes it."""
    ends = ("00:00", "00:30", "01:30", "02:15", "03:00", "08:00", "12:00", "12:01", "17:30", "22:00", "23:59", "24:00")
    made: dict[str, Any] = {"zone": zone}
    for day in DAYS:
        pairs = [rng.sample(ends, 2) for _ in range(rng.choice((0, 1, 1, 2)))]
        made[day] = [f"{a}-{b}" for a, b in pairs if a != "24:00" and {a, b} != {"00:00", "24:00"} and a != b]
    days = [(eve + timedelta(days=step)).isoformat() for step in range(6)]
    made["holidays"] = [days[5]]
    made["dates"] = {days[rng.randrange(5)]: ["01:00-04:00", "10:00-11:00"]}
    made["breaks"] = {days[rng.randrange(5)]: ["02:30-10:30"]}
    return made


def minutes(text: str) -> int:
    hours, _, rest = text.partition(":")
    return int(hours) * 60 + int(rest)


def written(day: date, calendar: dict[str, Any]) -> list[tuple[int, int]]:
    """What a local date has, in minutes. A night belongs to two dates, each part to its own: dates in place of the week
    replace the morning that the week's night before would have given them, and their own nights add to the next."""
    own, before = day.isoformat(), (day - timedelta(days=1)).isoformat()
    dated = calendar["dates"]
    found = [part[0] for text in dated.get(own, calendar[DAYS[day.weekday()]]) for part in [parts(text)]]
    nights = [*dated.get(before, []), *([] if own in dated else calendar[DAYS[day.weekday() - 1]])]
    return found + [late for text in nights for late in parts(text)[1:]]


def parts(text: str) -> list[tuple[int, int]]:
    """An interval as one on its own date and, where it is a night, one on the next."""
    start, end = (minutes(part) for part in text.split("-"))
    end = 1440 if end in (0, 1439) else end
    return [(start, end)] if start < end else [(start, 1440), (0, end)]


def open_minutes(calendar: dict[str, Any], first: date, count: int) -> list[int]:
    """Every open minute (seconds UTC) of so many dates, by looking at the wall clock of each."""
    zone, found = ZoneInfo(calendar["zone"]), set()
    begin = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) - 86_400
    by_date: dict[date, list[tuple[int, int]]] = {}
    for at in range(begin, begin + (count + 2) * 86_400, MINUTE):
        local = datetime.fromtimestamp(at, zone)
        by_date.setdefault(local.date(), []).append((at, local.hour * 60 + local.minute))
    for step in range(count):
        day = first + timedelta(days=step)
        if day.isoformat() in calendar["holidays"]:
            continue
        shown = {minute for start, end in written(day, calendar) for minute in range(start, end)}
        for text in calendar["breaks"].get(day.isoformat(), []):
            shown -= {minute for start, end in parts(text) for minute in range(start, end)}
        begins = [minute for minute in sorted(shown) if minute - 1 not in shown]
        ends = [minute + 1 for minute in sorted(shown) if minute + 1 not in shown]
        for start, end in zip(begins, ends, strict=True):
            found |= stretch(by_date[day], start, end)
    return sorted(found)


def stretch(walls: list[tuple[int, int]], start: int, end: int) -> set[int]:
    """From the first minute that shows `start` or later to the last that shows less than `end`: a repeated hour is in
    it twice, a skipped one not at all."""
    begins = [at for at, shown in walls if shown >= start]
    ends = [at for at, shown in walls if shown < end]
    return {at for at, _ in walls if begins and ends and begins[0] <= at <= ends[-1]}


def cases() -> list[Any]:
    rng = random.Random(20_261_122)
    made = []
    for zone, eves in EVES.items():
        for eve in eves:
            day = date.fromisoformat(eve)
            made += [pytest.param(json.dumps(table(rng, zone, day)), day, id=f"{zone}-{eve}-{n}") for n in range(3)]
    return made


@pytest.mark.parametrize(("text", "eve"), cases())
def test_business_time_is_what_a_walk_over_every_minute_finds(text: str, eve: date) -> None:
    plain = json.loads(text)
    walked = open_minutes(plain, eve, 6)
    if not walked:
        pytest.skip("nothing is open in these days")
    calendar, _ = read_calendar("mine", plain)
    rng, zone = random.Random(text), ZoneInfo(plain["zone"])
    begin = int(datetime(eve.year, eve.month, eve.day, tzinfo=zone).timestamp())
    time = BusinessTime(calendar, begin)
    last = int(datetime.combine(eve + timedelta(days=6), datetime.min.time(), zone).timestamp())
    for _ in range(12):
        start, end = sorted(rng.randrange(begin, last, MINUTE) for _ in range(2))
        assert time.between(start, end) == sum(MINUTE for at in walked if start <= at < end), (start, end)
        assert time.between(end, start) == 0
        assert time.between(end, start, signed=True) == -time.between(start, end)
        ahead = [at for at in walked if at >= start]
        if ahead:
            size = rng.randrange(1, len(ahead) + 1)
            assert time.add(start, size * MINUTE) == ahead[size - 1] + MINUTE
            assert time.add(start, size * MINUTE - 1) == ahead[size - 1] + MINUTE - 1
            if size < len(ahead):
                assert time.add(start, size * MINUTE, Tie.NEXT_OPEN) == ahead[size]
            assert time.next_open(start) == ahead[0]


POLICY = {"name": "all", "calendar": "mine", "targets": {"resolution": "5h", "first_response": "2h"}}


@pytest.mark.parametrize(("text", "eve"), cases()[::2])
def test_clocks_with_pauses_are_what_a_walk_over_every_minute_finds(text: str, eve: date) -> None:
    plain = json.loads(text)
    walked = open_minutes(plain, eve, 6)
    made, _ = read_policies({"calendars": {"mine": plain}, "policies": [POLICY]})
    if not made.policies or len(walked) < 60:
        pytest.skip("nothing is open in these days")
    begin = int(datetime(eve.year, eve.month, eve.day, tzinfo=ZoneInfo(plain["zone"])).timestamp())
    engine, rng = Engine(made, begin), random.Random(text)
    for place in range(6):
        moves = sorted(rng.randrange(begin + H, begin + 4 * 86_400, MINUTE) for _ in range(rng.choice((1, 2, 3, 4))))
        now = begin + 5 * 86_400
        told, runs, since = [Happening(begin, "created")], [], begin
        for step, at in enumerate(moves):
            pauses = step % 2 == 0
            told.append(Happening(at, "status", "open" if pauses else "pending", "pending" if pauses else "open"))
            runs += [(since, at)] if pauses else []
            since = 0 if pauses else at
        rng.shuffle(told)
        ran = [*runs, *([(since, now)] if since else [])]
        used = [at for at in walked if any(start <= at < end for start, end in ran)]
        state = "open" if since else "pending"
        answer = engine.clocks(Facts(begin, state, 3), {}, told, now)
        (clock,) = (each for each in answer.clocks if each.metric is Metric.RESOLUTION)
        assert clock.reading is not None
        assert clock.reading.used == len(used) * MINUTE, (place, moves)
        assert clock.reading.left == 5 * H - len(used) * MINUTE
        assert clock.reading.breached is (len(used) > 300)
        if len(used) >= 300:
            assert clock.reading.due_at == used[299] + MINUTE or len(used) == 300
        elif not since:
            assert (clock.reading.stage.value, clock.reading.due_at) == ("paused", 0)
        else:
            ahead = [at for at in walked if at >= now]
            left = 300 - len(used)
            assert len(ahead) < left or clock.reading.due_at == ahead[left - 1] + MINUTE


@pytest.mark.parametrize(
    ("hours", "inside", "outside"),
    [
        (["09:00-23:59"], "2026-11-23T23:59:30", "2026-11-24T00:00:00"),
        (["09:00-00:00"], "2026-11-23T23:59:59", "2026-11-24T00:00:00"),
        (["22:00-06:00"], "2026-11-24T05:59:59", "2026-11-24T06:00:00"),
        (["09:00-12:00", "11:00-13:00"], "2026-11-23T12:30:00", "2026-11-23T13:00:00"),
    ],
)
def test_ends_of_the_day_nights_and_overlaps(hours: list[str], inside: str, outside: str) -> None:
    calendar, _ = read_calendar("mine", {"zone": "Asia/Kolkata", "mon": hours})
    zone = ZoneInfo("Asia/Kolkata")
    at = [int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()) for text in (inside, outside)]
    time = BusinessTime(calendar, at[0])
    assert [time.is_open(each) for each in at] == [True, False]
