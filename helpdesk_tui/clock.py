"""The time of day, as something that can be handed in. Foundations and domain take `now`; only the edges ask here."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], int]
"""Returns the present instant in integer seconds since the epoch, UTC."""


def now() -> int:
    """The present instant, integer seconds since the epoch, UTC."""
    return int(datetime.now(UTC).timestamp())


FIRST, LAST = -62_104_060_800, 253_339_228_799
"""The first and the last second, UTC, that every zone can show: the beginning of the year 2, the end of 9997."""


def instant(seconds: int) -> datetime:
    """Seconds since the epoch as an aware UTC datetime, within `FIRST` and `LAST`.

    Platforms write "never" as 9999-12-31, and a damaged record anything: no zone east of UTC can show that, and one
    ticket of a list must not keep the list from being shown.
    """
    return datetime.fromtimestamp(min(max(seconds, FIRST), LAST), UTC)


def seconds(moment: datetime) -> int:
    """An aware datetime as integer seconds since the epoch. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return int(moment.timestamp())


def local_zone() -> str:
    """The IANA name of the host's zone: TZ, or what /etc/localtime points to; UTC where neither names one."""
    from zoneinfo import available_timezones

    named = os.environ.get("TZ", "").removeprefix(":")
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    for name in (named, linked):
        if name and name in available_timezones():
            return name
    return "UTC"
