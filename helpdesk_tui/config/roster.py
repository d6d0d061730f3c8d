"""The settings about rosters: what a ticket takes, where needs come from, and what is too much for anybody."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk_tui.config.checks import setting


@dataclass(frozen=True, slots=True)
class RosterConfig:
    """How rosters are judged. Who is there when stands in technicians.toml and roster.toml beside this file."""

    handle_minutes: int = setting(
        20, "working minutes that a ticket takes, for telling whether the queue fits", least=1, most=1_440
    )
    from_arrivals: bool = setting(
        False, "count the need at the desk from eight weeks of arrivals, where roster.toml names none"
    )
    busy_percent: int = setting(85, "how much of their time people can work on tickets", least=1, most=100)
    rest_hours: int = setting(11, "hours between two duties below which suggestions warn", least=0, most=48)
    week_hours: int = setting(48, "hours of duty in a week above which suggestions warn", least=1, most=168)
