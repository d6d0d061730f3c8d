"""Instants and durations as the screens write them. Instants are seconds UTC; wall times are the host's zone.

A duration changes its text by the minute, and by the second only in the last five minutes before a breach.
"""

from __future__ import annotations

from datetime import tzinfo

from helpdesk_tui.clock import instant
from helpdesk_tui.domain.spans import DAY, HOUR, MINUTE, span

__all__ = ["DAY", "HOUR", "MINUTE", "ago", "clock", "day", "left", "span"]

LAST_MINUTES = 5 * MINUTE


def left(due_at: int, now: int) -> str:
    """Wall time to a breach: `3:10`, `4m09` in the last five minutes, `-0:22` once it is past."""
    rest = due_at - now
    if rest < 0:
        return "-" + span(-rest)
    if rest < LAST_MINUTES:
        return f"{rest // MINUTE}m{rest % MINUTE:02d}"
    return span(rest)


def ago(seconds: int) -> str:
    """A short age for a sentence: `12s`, `4m`, `3h02`, `2d03`."""
    seconds = max(0, seconds)
    if seconds < MINUTE:
        return f"{seconds}s"
    if seconds < HOUR:
        return f"{seconds // MINUTE}m"
    if seconds < DAY:
        return f"{seconds // HOUR}h{seconds % HOUR // MINUTE:02d}"
    return span(seconds)


def day(at: int, zone: tzinfo | None = None) -> str:
    """A day with its weekday: `Thu 20 Nov`."""
    moment = instant(at).astimezone(zone)
    return f"{moment:%a} {moment.day} {moment:%b}"


def clock(at: int, now: int, zone: tzinfo | None = None) -> str:
    """A wall time: `09:10` today, `Wed 09:10` within six days, else `12 Nov 09:10`, with the year if it is another."""
    if not at:
        return "-"
    moment = instant(at).astimezone(zone)
    today = instant(now).astimezone(zone)
    days = (today.date() - moment.date()).days
    hour = f"{moment:%H:%M}"
    if days == 0:
        return hour
    if 0 < days < 7:
        return f"{moment:%a} {hour}"
    year = "" if moment.year == today.year else f" {moment.year}"
    return f"{moment.day} {moment:%b}{year} {hour}"
