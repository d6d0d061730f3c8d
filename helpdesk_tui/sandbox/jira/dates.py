"""The instants JQL can name, read in the zone of the account that asks."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from helpdesk_tui.sandbox.jira.jql import JqlError, Value

_FORMATS: Final = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")
_PERIOD: Final = re.compile(r"([+-]?)((?:\d+[wdhm]\s*)+)", re.IGNORECASE)
_PART: Final = re.compile(r"(\d+)([wdhm])", re.IGNORECASE)
_UNITS: Final = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60}


def instant(field: str, value: Value, now: int, zone: ZoneInfo) -> float:
    """The instant an operand names, seconds UTC: epoch milliseconds are absolute, everything else has whole minutes and
    is read in `zone`. Raises JqlError."""
    if value.function:
        return _function(field, value, now, zone)
    text = value.text.strip()
    if not value.quoted and text.isascii() and text.isdigit():
        return int(text) / 1000
    period = _PERIOD.fullmatch(text)
    if period is not None:
        return (now + _seconds(period)) // 60 * 60
    for form in _FORMATS:
        try:
            return int(datetime.strptime(text, form).replace(tzinfo=zone).timestamp())
        except ValueError:
            continue
    raise JqlError(
        f"Date value '{value.text}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
        "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
    )


def duration(text: str) -> int:
    """A period such as 2h or 1d 4h in seconds. Raises JqlError."""
    period = _PERIOD.fullmatch(text.strip())
    if period is None:
        raise JqlError(f"The duration '{text}' is invalid.")
    return _seconds(period)


def _seconds(period: re.Match[str]) -> int:
    total = sum(int(count) * _UNITS[unit.lower()] for count, unit in _PART.findall(period[2]))
    return -total if period[1] == "-" else total


def _function(field: str, value: Value, now: int, zone: ZoneInfo) -> int:
    name = value.text.lower()
    if name == "now":
        return now
    local = datetime.fromtimestamp(now, zone)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "year": day.replace(day=1, month=1),
    }
    for unit, start in starts.items():
        if name in (f"startof{unit}", f"endof{unit}"):
            shift = duration(value.args[0]) if value.args else 0
            return int((start if name.startswith("start") else _end(unit, start)).timestamp()) + shift
    raise JqlError(f"Unable to find JQL function '{value.text}()' for the field '{field}'.")


def _end(unit: str, start: datetime) -> datetime:
    if unit == "day":
        return start + timedelta(days=1, seconds=-1)
    if unit == "week":
        return start + timedelta(days=7, seconds=-1)
    month = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (month if unit == "month" else start.replace(year=start.year + 1)) - timedelta(seconds=1)
