"""How ranking writes instants: `22:00` today, `Fri 08:00` within a week, `28 Nov` beyond."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

_WEEK = 6


def moment(at: int, now: int, zone: tzinfo | None) -> str:
    """An instant, seconds UTC, in a zone (None: the host's), as short as it can be without doubt."""
    then = datetime.fromtimestamp(at, UTC).astimezone(zone)
    today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
    days = (then.date() - today).days
    if days == 0:
        return f"{then:%H:%M}"
    return f"{then:%a %H:%M}" if 0 < days <= _WEEK else f"{then.day} {then:%b}"
