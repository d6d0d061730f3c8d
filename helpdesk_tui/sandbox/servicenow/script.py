"""The `javascript:gs.…` values an encoded query may hold, as far as the platform's sandbox lets anybody use them.

Days, weeks and months are those of the viewer's zone; results are UTC text, as everywhere in raw form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from helpdesk_tui.sandbox.servicenow.fields import Viewer
from helpdesk_tui.sandbox.servicenow.times import parse_local, utc

PREFIX = "javascript:"
_CALL = re.compile(r"""^\s*gs\.(\w+)\(\s*(.*?)\s*\)\s*;?\s*$""", re.DOTALL)
_ARGUMENT = re.compile(r"""'([^']*)'|"([^"]*)"|(-?\d+)""")
_UNITS: dict[str, timedelta] = {
    "second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "dayofweek": timedelta(days=1), "week": timedelta(weeks=1),
    "month": timedelta(days=30), "quarter": timedelta(days=91), "year": timedelta(days=365),
}  # fmt: skip


def _start(wall: datetime, unit: str) -> datetime:
    day = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "Week":
        return day - timedelta(days=day.weekday())
    if unit == "Month":
        return day.replace(day=1)
    if unit == "Quarter":
        return day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)
    if unit == "Year":
        return day.replace(day=1, month=1)
    return day


def _next(start: datetime, unit: str) -> datetime:
    reach = {"Week": 7, "Month": 32, "Quarter": 95, "Year": 367}.get(unit, 1)
    later = start + timedelta(days=reach)
    return later if unit in {"Week", "Today", "Day"} else _start(later, unit)


def _edge(viewer: Viewer, which: str, shift: str, unit: str) -> str:
    """The beginning or end of today, yesterday, this, last or next week, month, quarter or year."""
    wall = datetime.fromtimestamp(viewer.now, ZoneInfo(viewer.zone)).replace(tzinfo=None)
    start = _start(wall, unit)
    if unit == "Yesterday" or shift == "Last":
        start = _start(start - timedelta(seconds=1), unit)
    elif unit == "Tomorrow":
        start += timedelta(days=1)
    elif shift == "Next":
        start = _next(start, unit)
    point = start if which == "beginning" else _next(start, unit) - timedelta(seconds=1)
    return utc(int(point.replace(tzinfo=ZoneInfo(viewer.zone)).timestamp()))


def _ago(viewer: Viewer, unit: str, count: int, edge: str) -> str:
    then = datetime.fromtimestamp(viewer.now, ZoneInfo(viewer.zone)) - _UNITS[unit.lower().rstrip("s")] * count
    if edge:
        then = then.replace(hour=0, minute=0, second=0, microsecond=0)
        then += timedelta(days=1, seconds=-1) if edge == "End" else timedelta()
    return utc(int(then.astimezone(UTC).timestamp()))


def _generated(viewer: Viewer, day: str, clock: str) -> str:
    clock = {"start": "00:00:00", "end": "23:59:59"}.get(clock, clock)
    instant = parse_local(f"{day} {clock}".strip(), viewer.zone)
    return utc(instant) if instant is not None else ""


_EDGE = re.compile(r"(beginning|end)Of(This|Last|Next)?(Today|Yesterday|Tomorrow|Week|Month|Quarter|Year)$")
_AGO = re.compile(r"(seconds|minutes|hours|days|weeks|months|quarters|years)Ago(Start|End)?$")


def evaluate(value: str, viewer: Viewer, user_sys_id: Callable[[int], str]) -> str | None:
    """What a value stands for: itself unless it is a script, None for a script the sandbox does not let run."""
    if not value.startswith(PREFIX):
        return value
    match = _CALL.match(value[len(PREFIX) :])
    if not match:
        return None
    name = match.group(1)
    arguments = [found[0] for found in _arguments(match.group(2))]
    if edge := _EDGE.match(name):
        return _edge(viewer, edge.group(1), edge.group(2) or "", edge.group(3))
    if ago := _AGO.match(name):
        return _ago(viewer, ago.group(1), int(arguments[0]) if arguments else 0, ago.group(2) or "")
    if name == "dateGenerate" and arguments:
        return _generated(viewer, arguments[0], arguments[1] if len(arguments) > 1 else "")
    if name in {"now", "nowDateTime", "nowNoTZ"}:
        return utc(viewer.now)
    if name == "getUserID":
        return user_sys_id(viewer.uid)
    return viewer.login if name == "getUserName" else None


def _arguments(text: str) -> list[tuple[str, ...]]:
    return [tuple(part for part in match.groups() if part is not None) for match in _ARGUMENT.finditer(text)]


def relative(value: str, viewer: Viewer) -> int | None:
    """The instant of a `unit@ago|ahead@count` value (RELATIVEGT and its kin), None where it is not one."""
    parts = value.split("@")
    if len(parts) != 3 or parts[0] not in _UNITS or not parts[2].isdigit():
        return None
    step = int(_UNITS[parts[0]].total_seconds()) * int(parts[2])
    return viewer.now - step if parts[1] == "ago" else viewer.now + step
