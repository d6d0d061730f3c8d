"""When the shift hands over next: the settings say it, or the roster shows it. Pure; `now` is passed in.

Instants are seconds UTC; times of day are of the zone that is given, the host's for None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo


def next_handover(times: Sequence[str], ends: Iterable[int], now: int, zone: tzinfo | None = None) -> int:
    """The next of the `times` of day (`17:00`); without any, the instant at which most of those who are on shift now
    end theirs (`ends`, the earlier one of two), 0 where nobody is known to be on shift."""
    if times:
        today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
        clocks = [time.fromisoformat(text.rjust(5, "0")) for text in times]
        days = (today + timedelta(days=ahead) for ahead in range(3))
        # Without a zone Python takes the rules the host has on that day; a skipped time is the one after the gap.
        found = (int(datetime.combine(day, each, zone).timestamp()) for day in days for each in clocks)
        return min(at for at in found if at > now)
    counts = Counter(end for end in ends if end > now)
    return min(counts, key=lambda end: (-counts[end], end), default=0)
