"""Short ways to write rosters in tests, and a deliberately plain second way to compute them."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60, 3_600, 86_400

REFERENCE = Path(os.environ.get("HELPDESK_REFERENCE") or Path(__file__).parents[4] / "shared" / "reference" / "data")


def local(text: str) -> datetime:
    """A naive local time."""
    return datetime.fromisoformat(text)


def instant(text: str, zone: str = "UTC") -> int:
    """An instant, from a text with an offset or from a local time (the first one, if there are two)."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).timestamp())


def slow_resolve(moment: datetime, zone: str, *, last: bool = False) -> int:
    """Wall time to instant by trying every minute around it: nothing shared with the code under test."""
    place = ZoneInfo(zone)
    guess = int(moment.replace(tzinfo=UTC).timestamp()) // 60 * 60
    shown = [
        (at, datetime.fromtimestamp(at, UTC).astimezone(place).replace(tzinfo=None))
        for at in range(guess - 16 * HOUR, guess + 14 * HOUR, 15 * MINUTE)
    ]
    step = timedelta(minutes=15)
    exact = [at for at, wall in shown if wall <= moment < wall + step]
    if exact:
        at = exact[-1] if last else exact[0]
        wall = dict(shown)[at]
        return at + int((moment - wall).total_seconds())
    return min(at for at, wall in shown if wall > moment)
