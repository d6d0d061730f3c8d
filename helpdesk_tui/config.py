"""Settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One configured account of a platform."""

    name: str
    platform: str
    url: str
    username: str = ""
    auth: str = ""
    client_id: str = ""
    scope: Mapping[str, object] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    poll: int = 0
    history_days: int = 90
    requests_per_minute: int = 0
