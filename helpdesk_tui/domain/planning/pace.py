"""How long writing a plan takes, about: platforms are written to one beside the other, each at its own pace."""

from __future__ import annotations

from collections.abc import Mapping

HELD = 5
"""Seconds for which every write can be taken back before the first is sent."""
_SECONDS = {"zendesk": 0.6, "jira": 0.5, "servicenow": 0.5}
"""Seconds from one write to the next: Zendesk takes a hundred updates a minute, the others are read before each."""
_USUAL = 0.6


def seconds(writes: Mapping[str, int], platforms: Mapping[str, str]) -> int:
    """Seconds until all of so many writes by source are out; 0 for none."""
    longest = max((_SECONDS.get(platforms.get(source, ""), _USUAL) * n for source, n in writes.items()), default=0.0)
    return round(HELD + longest) if longest else 0
