"""The settings about clocks: the team's own calendars and policies, and the alarms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpdesk_tui.config.checks import check_program, check_url, setting
from helpdesk_tui.errors import ConfigError

_TIME = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")
_HOURS = re.compile(rf"{_TIME.pattern}-{_TIME.pattern}")


@dataclass(frozen=True, slots=True)
class SlaConfig:
    """The team's own calendars and policies; they may also stand in calendars.toml and policies.toml beside this
    file."""

    calendars: Mapping[str, Any] = setting({}, "calendars by name, each a table as sla.md describes it")
    policies: tuple[Mapping[str, Any], ...] = setting((), "policies in the order they are tried: [[sla.policies]]")
    handover: tuple[str, ...] = setting(
        (), "when shifts hand over, such as 17:00; local time; without any, when most of those on shift end theirs"
    )
    next_update: str = setting(
        "Next update by {time}.", "the sentence that promises the next update in a public text; {time} is the time"
    )


@dataclass(frozen=True, slots=True)
class AlarmConfig:
    """What happens when a clock is about to breach, or does: once for each ticket, clock and stage."""

    on: bool = setting(True, "false silences all of it")
    at_risk: tuple[int, ...] = setting((75, 90), "per cent of a target that are used up when the desk warns")
    bell: bool = setting(False, "ring the terminal's bell for a P1 and for what you promised")
    notify: bool = setting(False, "have the terminal show a notification (OSC 9)")
    command: tuple[str, ...] = setting((), "a command the sync process runs, without a shell; JSON on standard input")
    webhook: str = setting("", "an address the sync process posts the alarm to, as JSON")
    webhook_file: str = setting("", "a file of mode 0600 with that address instead, where it is itself a secret")
    webhook_token_file: str = setting("", "a file of mode 0600 with a bearer token that is sent along")
    quiet: str = setting("", "hours without bell, notification, command and webhook, such as 22:00-06:30; local time")
    mute: tuple[str, ...] = setting((), "names of views whose tickets raise no alarm")


def check_sla(sla: SlaConfig, file: Path) -> SlaConfig:
    """Raises ConfigError for a time of day that is none."""
    if not all(_TIME.fullmatch(text) for text in sla.handover):
        raise ConfigError("must be times such as 17:00", file=file, key="sla.handover")
    if sla.next_update.count("{time}") != 1 or "\n" in sla.next_update:
        raise ConfigError("must be one line with {time} in it once", file=file, key="sla.next_update")
    return sla


def check_alarms(alarms: AlarmConfig, file: Path) -> AlarmConfig:
    """Raises ConfigError for shares, hours, an address and a command that are none."""
    if not all(0 < share < 100 for share in alarms.at_risk) or len(alarms.at_risk) > 5:
        raise ConfigError("must be at most five whole numbers from 1 to 99", file=file, key="alarms.at_risk")
    if alarms.quiet and not _HOURS.fullmatch(alarms.quiet):
        raise ConfigError("must be two times such as 22:00-06:30", file=file, key="alarms.quiet")
    if alarms.command:
        check_program(alarms.command, "alarms.command", file)
    if alarms.webhook:
        check_url(alarms.webhook, "alarms.webhook", file)
    return alarms
