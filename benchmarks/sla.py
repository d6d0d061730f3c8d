"""The SLA engine beside a loop that walks day by day, and beside the library `businesstimedelta`, in one run.

    python -m benchmarks.sla [--quick]

One line of JSON a row; `ratio` is how many times as long the other takes for the same work on the same tickets, both as
processor time. The library is measured where it is installed, on fewer tickets (`sample`), for it is slow; answers are
compared, and a row says how many agree.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.report import Result
from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.sla.business_time import BusinessTime
from helpdesk_tui.domain.sla.calendars import WEEKDAYS, Calendar, week_of
from helpdesk_tui.domain.sla.dues import due_instants
from helpdesk_tui.domain.sla.history import Facts, Happening
from helpdesk_tui.domain.sla.rules import RULES
from helpdesk_tui.domain.sla.ticks import Going, Ticker

HOUR = 3600
NOW = int(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp())
ZONE = ZoneInfo("Europe/Paris")
HOURS = ((9, 12), (13, 18))
HOLIDAYS = frozenset((date(2026, 11, 11), date(2026, 10, 30)))
TARGET = 16 * HOUR
CALENDAR = Calendar(
    "office",
    "Europe/Paris",
    week_of({day: [(start * HOUR, end * HOUR) for start, end in HOURS] for day in WEEKDAYS[:5]}),
    holidays=HOLIDAYS,
)
Ticket = tuple[Facts, list[Happening]]


def tickets(count: int) -> list[Ticket]:
    """Tickets of the last 60 days: each made, answered, half of them paused for a while, a third of them twice."""
    chance, found = random.Random(7), []
    for number in range(count):
        at = NOW - chance.randrange(60 * 86400)
        told = [Happening(at, "created", actor="r")]
        step = at
        for _ in range(number % 6 // 2):
            step += chance.randrange(60, 30 * HOUR)
            told.append(Happening(step, "status", "open", "pending", "a"))
            step += chance.randrange(60, 60 * HOUR)
            told.append(Happening(step, "status", "pending", "open", "a"))
        told.append(Happening(at + chance.randrange(60, 5 * HOUR), "public reply", actor="a"))
        found.append((Facts(at, "open", 3, "net", "r", updated_at=step), told))
    return found


def spans_of(ticket: Ticket) -> list[tuple[int, int]]:
    """The running stretches of a ticket, the last without an end (0): what both loops are given for free."""
    facts, told = ticket
    edges = [facts.created_at, *(each.at for each in told if each.kind == "status"), 0]
    return [*zip(edges[::2], edges[1::2], strict=True)]


def day_by_day(spans: Sequence[tuple[int, int]], target: int) -> int:
    """Due, by walking the dates: what one writes at first."""
    left = target
    for start, end in spans:
        day = datetime.fromtimestamp(start, ZONE).date()
        while not end or int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp()) < end:
            if day.weekday() < 5 and day not in HOLIDAYS:
                for opens, closes in HOURS:
                    first = int(datetime(day.year, day.month, day.day, opens, tzinfo=ZONE).timestamp())
                    last = int(datetime(day.year, day.month, day.day, closes, tzinfo=ZONE).timestamp())
                    first, last = max(first, start), min(last, end) if end else last
                    if last > first:
                        if last - first >= left:
                            return first + left
                        left -= last - first
            day += timedelta(days=1)
    return 0


def took(work: Callable[[], object], turns: int) -> float:
    """Seconds of processor time of the best of some turns."""
    best = float("inf")
    for _ in range(turns):
        gc.collect()
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def rows(count: int, turns: int) -> Iterator[Result]:
    """Every row."""
    made = tickets(count)
    business = BusinessTime(CALENDAR, NOW)
    yield compiling(turns)
    yield from dues(made, business, turns)
    yield from ticking(made, business, turns)
    yield from library(made, turns)


def compiling(turns: int) -> Result:
    """Four years of the calendar, beside the same spans written out day by day."""

    def plain() -> list[tuple[int, int]]:
        first = date(2024, 11, 20)
        days = [first + timedelta(days=place) for place in range(1461)]
        return [
            (
                int(datetime(day.year, day.month, day.day, opens, tzinfo=ZONE).timestamp()),
                int(datetime(day.year, day.month, day.day, closes, tzinfo=ZONE).timestamp()),
            )
            for day in days
            if day.weekday() < 5 and day not in HOLIDAYS
            for opens, closes in HOURS
        ]

    ours = took(lambda: BusinessTime(CALENDAR, NOW, before=730, after=731), turns)
    return row("sla-compile", "4 years of a calendar", ours, took(plain, turns), 0.05, {})


def dues(made: list[Ticket], business: BusinessTime, turns: int) -> Iterator[Result]:
    """Due instants from events: sorting, folding and all; the loop is given the stretches, and only has to count."""
    rule, found = RULES[Metric.RESOLUTION], list[int]()

    def ours() -> None:
        found[:] = due_instants(rule, made, TARGET, business)

    seconds = took(ours, turns)
    few = max(len(made) // 20, 1)
    stretches = [spans_of(ticket) for ticket in made[:few]]
    answers = list[int]()

    def loop() -> None:
        answers[:] = [day_by_day(each, TARGET) for each in stretches]

    walked = took(loop, 1) * len(made) / few
    same = sum(mine == its for mine, its in zip(found, answers, strict=False))
    more = {"sample": few, "agree": same, "events": sum(len(told) for _, told in made)}
    yield row("sla-due", f"{len(made):,} tickets from events, beside day by day", seconds, walked, 1.0, more)


def ticking(made: list[Ticket], business: BusinessTime, turns: int) -> Iterator[Result]:
    """What every running clock has left now, beside walking the days since its start."""
    starts = [facts.created_at for facts, _ in made]
    ticker = Ticker(business, (Going(key, business.count(at) + TARGET) for key, at in enumerate(starts)))
    seconds = took(lambda: ticker.left(NOW), turns * 3)
    few = max(len(made) // 50, 1)
    walked = took(lambda: [between_day_by_day(at, NOW) for at in starts[:few]], 1) * len(made) / few
    yield row("sla-tick", f"{len(made):,} running clocks, beside day by day", seconds, walked, 0.02, {"sample": few})
    bands = took(lambda: ticker.bands(NOW, [0, 1800, 2 * HOUR, 4 * HOUR]), turns * 3)
    yield row("sla-bands", f"{len(made):,} running clocks counted by risk, beside the tick", bands, seconds, 0.001, {})


def between_day_by_day(start: int, end: int) -> int:
    """Open seconds, by walking the dates."""
    total, day = 0, datetime.fromtimestamp(start, ZONE).date()
    last_day = datetime.fromtimestamp(end, ZONE).date()
    while day <= last_day:
        if day.weekday() < 5 and day not in HOLIDAYS:
            for opens, closes in HOURS:
                first = int(datetime(day.year, day.month, day.day, opens, tzinfo=ZONE).timestamp())
                last = int(datetime(day.year, day.month, day.day, closes, tzinfo=ZONE).timestamp())
                total += max(min(last, end) - max(first, start), 0)
        day += timedelta(days=1)
    return total


def library(made: list[Ticket], turns: int) -> Iterator[Result]:
    """The same target added to the same starts, and the same times between, by `businesstimedelta`.

    Without holidays: it needs to be told of some in the future.
    """
    try:
        known: Any = importlib.import_module("businesstimedelta")
        pytz: Any = importlib.import_module("pytz")
    except ImportError:
        print('{"row": "sla-library", "skipped": "businesstimedelta is not installed"}', flush=True)
        return
    zone = pytz.timezone("Europe/Paris")
    parts = [
        known.WorkDayRule(
            start_time=clock(start), end_time=clock(end),
            working_days=[0, 1, 2, 3, 4], tz=zone,
        )
        for start, end in HOURS
    ]  # fmt: skip
    rules = known.Rules(parts)
    business = BusinessTime(replace(CALENDAR, holidays=frozenset()), NOW)
    few = max(len(made) // 200, 1)
    starts = [facts.created_at for facts, _ in made]
    there = [datetime.fromtimestamp(at, UTC) for at in starts[:few]]
    target = known.BusinessTimeDelta(rules, hours=TARGET // HOUR)
    answers = list[int]()

    def add() -> None:
        answers[:] = [int((at + target).timestamp()) for at in there]

    theirs = took(add, 1) * len(starts) / few
    mine = list[int]()

    def ours() -> None:
        mine[:] = [business.add(at, TARGET) for at in starts]

    seconds = took(ours, turns)
    more = {"sample": few, "agree": sum(one == other for one, other in zip(mine, answers, strict=False))}
    yield row("sla-add", f"{len(starts):,} times 16 h added, beside businesstimedelta", seconds, theirs, 1.0, more)
    ends = [datetime.fromtimestamp(at, UTC) for at in (NOW,)]
    gone = list[int]()

    def between() -> None:
        gone[:] = [int(rules.difference(at, ends[0]).timedelta.total_seconds()) for at in there]

    theirs = took(between, 1) * len(starts) / few
    used = list[int]()

    def our_between() -> None:
        used[:] = [business.between(at, NOW) for at in starts]

    seconds = took(our_between, turns)
    more = {"sample": few, "agree": sum(one == other for one, other in zip(used, gone, strict=False))}
    at = f"{len(starts):,} times open time until now, beside businesstimedelta"
    yield row("sla-between", at, seconds, theirs, 1.0, more)


def row(name: str, at: str, ours: float, floor: float, most: float, more: Mapping[str, object]) -> Result:
    """One row: `ratio` is how many times as long the other takes; the bound is on our own seconds."""
    return Result(name, at, "s", ours, floor, f"<= {most} s", ours <= most, floor / ours if ours else None, more)


def main() -> int:
    """Run every row."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sla", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few tickets: whether a row works")
    quick = parser.parse_args().quick
    for result in rows(2_000 if quick else 100_000, 1 if quick else 5):
        print(result.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
