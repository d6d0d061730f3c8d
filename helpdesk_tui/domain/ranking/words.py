"""How ranking writes instants: `22:00` today, `Fri 08:00` within a week, `28 Nov` beyond."""

from __future__ import annotations

from datetime import tzinfo

from helpdesk_tui.clock import instant

_WEEK = 6


def moment(at: int, now: int, zone: tzinfo | None) -> str:
    """An instant, seconds UTC, in a zone (None: the host's), as short as it can be without doubt."""
    then = instant(at).astimezone(zone)
    today = instant(now).astimezone(zone).date()
    days = (then.date() - today).days
    if days == 0:
        return f"{then:%H:%M}"
    return f"{then:%a %H:%M}" if 0 < days <= _WEEK else f"{then.day} {then:%b}"
