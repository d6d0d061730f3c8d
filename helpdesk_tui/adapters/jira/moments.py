"""Jira's three ways to write an instant, as integers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator

_MILLIS = 10**11
"""A number from here on is milliseconds: as seconds it would be a year beyond 5000."""
_BEYOND = 253_402_300_800_000
"""Milliseconds from here on are of the year 10000 or later."""


def millis(value: Any) -> int:
    """An instant as milliseconds since the epoch, UTC.

    Takes ISO 8601 with or without a colon in the offset, a number of seconds or milliseconds (bulk changelogs), and the
    service desk's object that holds both. Raises ValueError for anything else, and for an instant without a zone.
    """
    if isinstance(value, dict):
        value = value.get("epochMillis") or value.get("jira") or value.get("iso8601")
    if isinstance(value, bool) or value is None:
        raise ValueError("an instant was expected")
    if isinstance(value, int | float):
        if not abs(value) < _BEYOND:
            raise ValueError(f"{value} is not an instant")
        return int(value) if abs(value) >= _MILLIS else int(value * 1000)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{str(value)[:40]!r} is not an instant") from None
    if moment.tzinfo is None:
        raise ValueError(f"{str(value)[:40]!r} names no zone")
    try:
        return int(moment.astimezone(UTC).timestamp() * 1000)
    except (OverflowError, OSError):
        raise ValueError(f"{str(value)[:40]!r} is out of range") from None


def seconds(value: Any) -> int:
    """An instant as seconds since the epoch, UTC; 0 for none. Raises ValueError."""
    return 0 if value is None else millis(value) // 1000


Millis = Annotated[int, BeforeValidator(millis)]
Seconds = Annotated[int, BeforeValidator(seconds)]
