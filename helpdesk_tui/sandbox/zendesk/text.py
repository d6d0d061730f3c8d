"""Instants and words in the forms the platform uses."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape


def stamp(instant: int) -> str | None:
    """Seconds UTC as 2023-09-18T15:57:42Z; None for 0."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if instant else None


def offset_stamp(instant: int) -> str:
    """The same instant as a few newer resources write it: 2023-09-18T15:57:42+00:00."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def instant(text: str) -> int | None:
    """Seconds UTC of an ISO 8601 date or date and time, None where it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def html(text: str) -> str:
    """A comment's words as the platform wraps them for a browser."""
    lines = escape(text).replace("\n", "<br>")
    return f'<div class="zd-comment" dir="auto"><p dir="auto">{lines}</p></div>'
