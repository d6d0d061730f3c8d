"""SLA policies as people write them in TOML, from parsed tables to values and remarks; nothing is read from disk here.

[[policies]]
name = "Network, urgent"
when = { source = ["snow"], group = ["Network"], priority = [1, 2], vip = true }
unless = { tag = ["test"] }
calendar = "office"                             # "24x7" is built in
pause = ["pending", "hold", "Awaiting vendor"]  # states, or the platform's own words
due = "close"                                   # or "next open": a target used up exactly at closing
switch = "whole"                                # or "spans": when the priority changes the calendar

[policies.targets]
first_response = { 1 = "15m", 2 = { target = "30m", calendar = "24x7" }, other = "4h" }
resolution = "2 working days"

[policies.reopen]
resolution = "resume"                           # or "new", or "stay"
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.sla.business_time import Tie
from helpdesk_tui.domain.sla.calendar_file import read_calendar
from helpdesk_tui.domain.sla.calendars import ALWAYS, Calendar
from helpdesk_tui.domain.sla.findings import CalendarError, Finding, Level, PolicyError, near
from helpdesk_tui.domain.sla.policies import ANY, KEYS, MEASURED, Goal, Policy, PolicySet, Profile, Switch
from helpdesk_tui.domain.sla.policy_checks import check_policies
from helpdesk_tui.domain.sla.rules import RULES, Reopen, Rule
from helpdesk_tui.domain.tickets import State

_SETTINGS = (
    "name", "when", "unless", "calendar", "pause", "stop", "cancel", "due", "switch", "targets", "reopen",
    "customer_only",
)  # fmt: skip
_DURATION = re.compile(r"(?:(\d+)h)?\s*(?:(\d+)m(?:in)?)?\s*(?:(\d+)s)?")
_WORKING_DAYS = re.compile(r"(\d+)\s*(?:wd|working days?)")
_DAYS = re.compile(r"\d+\s*(?:d|days?)")


def read_policies(
    document: Mapping[str, object],
    *,
    version: int = 1,
    public_holidays: Mapping[str, Collection[date]] | None = None,
) -> tuple[PolicySet, tuple[Finding, ...]]:
    """A whole document: `calendars` and `policies`, with every remark; what cannot be used is left out and said.

    `public_holidays` are by calendar name. Never raises for what is written: an ERROR among the remarks says that the
    document is not to be put in force.
    """
    found: list[Finding] = []
    calendars = _calendars(document, version, public_holidays or {}, found)
    known = {ALWAYS.name: ALWAYS, **calendars}
    policies: list[Policy] = []
    written = document.get("policies", [])
    if not isinstance(written, list):
        found.append(Finding(Level.ERROR, "policies", "it must be a list of [[policies]]"))
        written = []
    for place, table in enumerate(written, 1):
        where = f"policies.{place}"
        try:
            policies.append(_policy(table, where, known))
        except PolicyError as error:
            found.append(Finding(Level.ERROR, error.where, _plain(error)))
    made = PolicySet(tuple(policies), known, version)
    return made, (*found, *check_policies(made))


def parse_target(text: str, *, where: str = "") -> tuple[int, int]:
    """(seconds, working days) of `4h`, `1h30m`, `2 working days`, `2wd`; one of them is 0. Raises PolicyError."""
    plain = text.strip().casefold()
    days = _WORKING_DAYS.fullmatch(plain)
    if days and int(days[1]):
        return 0, int(days[1])
    if _DAYS.fullmatch(plain):
        words = f'"{text}" may mean two things; write 24h for hours of the calendar, or "1 working day"'
        raise PolicyError(words, where=where)
    found = _DURATION.fullmatch(plain)
    seconds = (
        sum(int(part or 0) * size for part, size in zip(found.groups(), (3600, 60, 1), strict=True)) if found else 0
    )
    if not seconds:
        raise PolicyError(f'"{text}" is no target; write it like 4h, 1h30m or "2 working days"', where=where)
    return seconds, 0


def _calendars(
    document: Mapping[str, object], version: int, public: Mapping[str, Collection[date]], found: list[Finding]
) -> dict[str, Calendar]:
    calendars: dict[str, Calendar] = {}
    written = document.get("calendars", {})
    if not isinstance(written, Mapping):
        found.append(Finding(Level.ERROR, "calendars", "it must be tables like [calendars.office]"))
        return calendars
    for name, table in written.items():
        try:
            if not isinstance(table, Mapping):
                raise CalendarError(f"it must be a table like [calendars.{name}]", where=f"calendars.{name}")
            calendar, remarks = read_calendar(name, table, version=version, public_holidays=public.get(name, ()))
        except CalendarError as error:
            found.append(Finding(Level.ERROR, error.where or f"calendars.{name}", _plain(error)))
            continue
        calendars[name] = calendar
        found.extend(remarks)
    return calendars


def _policy(table: object, where: str, calendars: Mapping[str, Calendar]) -> Policy:
    if not isinstance(table, Mapping):
        raise PolicyError("it must be a table", where=where)
    unknown = next((key for key in table if key not in _SETTINGS), None)
    if unknown is not None:
        raise PolicyError(
            f'"{unknown}" is not a setting of a policy; there are {", ".join(_SETTINGS)}{near(unknown, _SETTINGS)}',
            where=where,
        )
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise PolicyError("it needs a name", where=f"{where}.name")
    where = f"policies.{name}"
    calendar = _calendar(table.get("calendar", ALWAYS.name), calendars, f"{where}.calendar")
    return Policy(
        name,
        when=_conditions(table.get("when", {}), f"{where}.when"),
        unless=_conditions(table.get("unless", {}), f"{where}.unless"),
        goals=_goals(table.get("targets"), calendar, calendars, f"{where}.targets"),
        rules=_rules(table, where),
        tie=Tie(_choice(table.get("due", Tie.CLOSE.value), [tie.value for tie in Tie], f"{where}.due")),
        switch=Switch(
            _choice(table.get("switch", Switch.WHOLE.value), [each.value for each in Switch], f"{where}.switch")
        ),
        customer_only=table.get("customer_only") is True,
    )


def _conditions(written: object, where: str) -> Profile:
    if not isinstance(written, Mapping):
        raise PolicyError('it must be a table like { group = ["Network"], priority = [1, 2] }', where=where)
    found: dict[str, frozenset[str]] = {}
    for key, value in written.items():
        if key not in KEYS:
            raise PolicyError(
                f'"{key}" is nothing a policy can ask for; there are {", ".join(KEYS)}{near(key, KEYS)}', where=where
            )
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(each, str | int) for each in values):
            raise PolicyError("it must be a word, a number, yes or no, or a list of them", where=f"{where}.{key}")
        found[key] = frozenset(_word(each) for each in values)
    return found


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).casefold()


def _goals(
    written: object, calendar: str, calendars: Mapping[str, Calendar], where: str
) -> dict[Metric, dict[int, Goal]]:
    if not isinstance(written, Mapping) or not written:
        raise PolicyError('it needs targets, like resolution = "8h"', where=where)
    goals: dict[Metric, dict[int, Goal]] = {}
    for key, value in written.items():
        metric = _metric(key, where)
        by_priority = value if isinstance(value, Mapping) and "target" not in value else {"other": value}
        goals[metric] = {
            _priority(priority, f"{where}.{key}"): _goal(each, calendar, calendars, f"{where}.{key}.{priority}")
            for priority, each in by_priority.items()
        }
    return goals


def _goal(value: object, calendar: str, calendars: Mapping[str, Calendar], where: str) -> Goal:
    if isinstance(value, Mapping):
        if unknown := set(value) - {"target", "calendar"}:
            raise PolicyError(f'"{min(unknown)}" means nothing here; there are target and calendar', where=where)
        calendar = _calendar(value.get("calendar", calendar), calendars, where)
        value = value.get("target")
    if not isinstance(value, str):
        raise PolicyError('a target is text like "4h" or "2 working days"', where=where)
    seconds, days = parse_target(value, where=where)
    return Goal(seconds, days, calendar)


def _priority(text: object, where: str) -> int:
    if text == "other":
        return ANY
    if text == "none":
        return 0
    if isinstance(text, str) and text in ("1", "2", "3", "4", "5"):
        return int(text)
    raise PolicyError(f'"{text}" is no priority; there are 1 to 5, none and other', where=where)


def _metric(text: str, where: str) -> Metric:
    if text in [metric.value for metric in MEASURED]:
        return Metric(text)
    known = [metric.value for metric in MEASURED]
    raise PolicyError(f'"{text}" is no metric; there are {", ".join(known)}{near(text, known)}', where=where)


def _calendar(name: object, calendars: Mapping[str, Calendar], where: str) -> str:
    if isinstance(name, str) and name in calendars:
        return name
    told = f'there is no usable calendar "{name}"; there are {", ".join(sorted(calendars))}'
    raise PolicyError(f"{told}{near(name, calendars)}", where=where)


def _rules(table: Mapping[str, object], where: str) -> dict[Metric, Rule]:
    """The rows of the table that differ; pauses and reopening only where a metric has such a thing."""
    pause, stop, cancel = (_statuses(table.get(key), f"{where}.{key}") for key in ("pause", "stop", "cancel"))
    reopen = table.get("reopen", {})
    if not isinstance(reopen, Mapping):
        raise PolicyError('it must be a table like { resolution = "new" }', where=f"{where}.reopen")
    modes = {_metric(key, f"{where}.reopen"): _mode(value, f"{where}.reopen.{key}") for key, value in reopen.items()}
    rules: dict[Metric, Rule] = {}
    for metric, usual in RULES.items():
        made = usual.but(
            pause=pause if metric in _PAUSED_BY_POLICY else None,
            done=None if stop is None else usual.done | frozenset(stop),
            cancel=cancel,
            reopen=modes.get(metric),
        )
        if made != usual:
            rules[metric] = made
    return rules


_PAUSED_BY_POLICY = (Metric.RESOLUTION, Metric.OWNERSHIP, Metric.PERIODIC_UPDATE)
"""The others' pauses are what defines them."""


def _mode(value: object, where: str) -> Reopen:
    return Reopen(_choice(value, [mode.value for mode in Reopen], where))


def _statuses(value: object, where: str) -> list[str] | None:
    if value is None:
        return None
    if isinstance(value, list) and all(isinstance(each, str) and each for each in value):
        return [str(each) for each in value]
    states = ", ".join(state.value for state in State)
    raise PolicyError(f"it must be a list of states ({states}) or of the platform's own words", where=where)


def _choice(value: object, choices: list[str], where: str) -> str:
    if isinstance(value, str) and value in choices:
        return value
    raise PolicyError(f'"{value}" is none of {", ".join(choices)}{near(value, choices)}', where=where)


def _plain(error: PolicyError | CalendarError) -> str:
    return str(error).removeprefix(f"{error.where}: ")
