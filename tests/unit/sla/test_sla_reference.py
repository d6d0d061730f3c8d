"""The public tables of other people's engines, reproduced exactly."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from helpdesk_tui.domain.sla import hours, zones
from helpdesk_tui.domain.sla.business_time import BusinessTime, Span, Tie
from helpdesk_tui.domain.sla.calendars import Calendar, dates_of, week_of
from helpdesk_tui.domain.sla.working_days import add_days
from helpdesk_tui.domain.sla.zones import Gap, load_zone
from helpdesk_tui.domain.wall_time import wall_seconds

_FOLDER = Path(
    os.environ.get("HELPDESK_REFERENCE") or Path(__file__).resolve().parents[3].parent / "shared/reference/data"
)


def _table(name: str) -> dict[str, Any]:
    path = _FOLDER / "engines" / name
    if not path.exists():
        return {}
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def _cases(name: str) -> list[Any]:
    table = _table(name)
    if not table:
        why = f"the reference data is not here ({name}): set HELPDESK_REFERENCE"
        return [pytest.param({}, {}, marks=pytest.mark.skip(reason=why), id=f"{name}-absent")]
    return [pytest.param(table, case, id=case["id"]) for case in table["cases"]]


def _pairs(written: list[list[str]]) -> list[tuple[int, int]]:
    return [(hours.parse_clock(start), hours.parse_clock(end)) for start, end in written]


def _by_date(written: dict[str, list[list[str]]]) -> dict[date, list[tuple[int, int]]]:
    return {date.fromisoformat(day): _pairs(each) for day, each in written.items()}


def _calendar(name: str, plain: dict[str, Any]) -> Calendar:
    return Calendar(
        name,
        zone=plain["tz"],
        week=week_of({day: _pairs(each) for day, each in plain["weekly"].items()}),
        exceptions=dates_of(_by_date(plain.get("shifts", {}))),
        holidays=frozenset(map(date.fromisoformat, plain.get("holidays", []))),
        breaks=dates_of(_by_date(plain.get("breaks", {}))),
        gap=Gap.SHIFT,
    )


def _at(text: str, zone: str = "UTC") -> int:
    if "T24:00" in text:
        local = datetime.fromisoformat(text.replace("T24:00", "T00:00")) + timedelta(days=1)
        return zones.instant(local, load_zone(zone), gap=Gap.SHIFT)
    read = datetime.fromisoformat(text)
    return int(read.timestamp()) if read.tzinfo else zones.instant(read, load_zone(zone), gap=Gap.SHIFT)


def _spans(found: Iterator[Span], take: int) -> list[list[int]]:
    return [list(each) for each in islice(found, take)]


def _business(table: dict[str, Any], case: dict[str, Any]) -> tuple[object, object]:
    calendar = _calendar(case["calendar"], table["calendars"][case["calendar"]])
    zone, start = calendar.zone, _at(case["start"], calendar.zone)
    time = BusinessTime(calendar, start, before=2, after=3)
    if case["op"] == "between":
        return time.between(start, _at(case["end"], zone)), case["expected_seconds"]
    wanted = case["expected"]
    if case["op"].startswith("intervals"):
        found = time.forward(start) if case["op"].endswith("forward") else time.backward(start)
        return _spans(found, case["take"]), [[_at(each, zone) for each in span] for span in wanted]
    tie = Tie.NEXT_OPEN if case.get("boundary") == "next_open" else Tie.CLOSE
    answer = {
        "add": lambda: time.add(start, case["seconds"], tie),
        "subtract": lambda: time.subtract(start, case["seconds"], tie),
        "next_open": lambda: time.next_open(start),
        "prev_close": lambda: time.prev_close(start),
        "add_days": lambda: add_days(time, calendar, start, case["days"]),
        "subtract_days": lambda: add_days(time, calendar, start, -case["days"]),
    }[case["op"]]()
    return answer, _at(wanted, zone)


def _timeline(case: dict[str, Any]) -> tuple[object, object]:
    spans = [Span(_at(start), _at(end)) for start, end in case["timeline"]]
    tie = Tie.NEXT_OPEN if case.get("boundary") == "next_open" else Tie.CLOSE
    return BusinessTime.of_spans(spans).add(spans[0].start, case["seconds"], tie), _at(case["expected"])


@pytest.mark.parametrize(("table", "case"), _cases("zendesk_biz.json"))
def test_business_time_of_another_engine(table: dict[str, Any], case: dict[str, Any]) -> None:
    if case["op"] == "timeline_for":
        answer, wanted = _timeline(case)
    elif case["op"] == "local_to_utc":
        answer, wanted = _at(case["local"], case["tz"]), _at(case["expected"])
    else:
        answer, wanted = _business(table, case)
    assert answer == wanted


@pytest.mark.parametrize(("table", "case"), _cases("goalert_clock_dst.json"))
def test_wall_clock_of_another_engine(table: dict[str, Any], case: dict[str, Any]) -> None:
    zone = load_zone(case["tz"])
    if case["op"].startswith("clock_") and "clock" in case:
        local = datetime.fromisoformat(f"{case['date']}T{case['clock']}")
        found: object = zones.instant(local, zone, last="last" in case["op"])
        wanted: object = _at(case["expected"])
    elif case["op"] == "add_clock":
        start = datetime.fromisoformat(case["start"])
        found = zones.add_wall(start, timedelta(minutes=case["clock_minutes"]), zone)
        wanted = _at(case["expected"])
    elif case["op"] == "dst_change_on_day":
        change = zones.change_on(date.fromisoformat(case["date"]), zone)
        found = change and {"at": hours.clock_text(change[0]), "change_minutes": change[1] // 60}
        wanted = case["expected"]
    else:
        start, end = (datetime.fromisoformat(case[name]) for name in ("start", "end"))
        found, wanted = (wall_seconds(end) - wall_seconds(start)) / 3600, case["expected"]
    assert found == wanted
