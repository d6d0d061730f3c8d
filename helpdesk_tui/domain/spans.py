"""Durations as lists write them: never more than a handful of cells, never a change more often than a minute."""

from __future__ import annotations

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def span(seconds: int) -> str:
    """At most five cells: `0:11`, `23:59`, `2d03`, `140d`; what is negative counts as nothing."""
    seconds = max(0, seconds)
    if seconds < DAY:
        return f"{seconds // HOUR}:{seconds % HOUR // MINUTE:02d}"
    days, rest = divmod(seconds, DAY)
    return f"{days}d{rest // HOUR:02d}" if days < 100 else f"{min(days, 9999)}d"


def until(due_at: int, now: int) -> str:
    """Wall time to an instant: `3:10`, or `-0:22` once it is past."""
    return span(due_at - now) if due_at >= now else f"-{span(now - due_at)}"
