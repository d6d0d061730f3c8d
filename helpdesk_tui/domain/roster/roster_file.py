"""roster.toml: the team's own on-call schedules, how many people are needed when, and visits.

[[schedule]]
key = "emea"
name = "Client Support EMEA"
zone = "Europe/Paris"
[[schedule.layer]]
anchor = "2026-01-05 08:00"                 # a handoff, in the schedule's local time
unit = "week"                               # hour, day, week or month
length = 1
members = ["Dana Kim", ["Lee Ann", "Okafor"]]
hours = [{ days = "Mon-Fri", from = "18:00", to = "08:00" }]

[[need]]
skill = "net"                               # at the desk; schedule = "emea" for on call
required = 2
zone = "Europe/Paris"
hours = [{ days = "Mon-Fri", from = "08:00", to = "18:00" }]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.needs import NeedRule
from helpdesk_tui.domain.roster.reading import Table, local_time
from helpdesk_tui.domain.roster.rotations import Advance, Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Mode, Schedule
from helpdesk_tui.domain.roster.visits import Visit
from helpdesk_tui.domain.wall_time import find_zone, starts_at, wall_seconds


@dataclass(frozen=True, slots=True)
class FileSchedule:
    """A schedule with its name, the skill it is for and its group."""

    schedule: Schedule
    name: str
    skill: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a file says."""

    schedules: tuple[FileSchedule, ...]
    needs: tuple[NeedRule, ...]
    visits: tuple[Visit, ...]


def read_roster(document: Mapping[str, object], where: str, zone: str) -> RosterFile:
    """The schedules, needs and visits of a TOML document. `zone` is for what has none. RosterError names the place."""
    table = Table(document, where)
    schedules = [_schedule(one, zone) for one in table.tables("schedule")]
    keys = [one.schedule.key for one in schedules]
    if len(set(keys)) < len(keys):
        raise RosterError(f"{where}: two schedules have one key")
    needs = tuple(_need(one, zone) for one in table.tables("need"))
    visits = tuple(_visit(one, zone) for one in table.tables("visit"))
    table.done()
    return RosterFile(tuple(schedules), needs, visits)


def _schedule(table: Table, default: str) -> FileSchedule:
    key, zone = table.need("key"), table.zone(default)
    layers = tuple(
        _layer(one, key if number == 0 else f"{key}-{number + 1}", zone)
        for number, one in enumerate(table.tables("layer"))
    )
    mode = table.text("mode") or Mode.PRIORITY
    if mode not in set(Mode):
        raise table.fail("mode", f"must be {' or '.join(Mode)}")
    try:
        schedule = Schedule(key, zone, layers, Mode(mode))
    except RosterError as error:
        raise RosterError(f"{table.where}: {error}") from None
    found = FileSchedule(schedule, table.text("name") or key, table.text("skill"), table.text("group"))
    table.done()
    return found


def _layer(table: Table, default: str, zone: str) -> Layer:
    key = table.text("key") or default
    unit, advance = table.text("unit") or "week", table.text("advance") or "calendar"
    for name, value, known in (("unit", unit, Unit), ("advance", advance, Advance)):
        if value not in set(known):
            raise table.fail(name, f"must be one of {', '.join(known)}")
    members = _members(table)
    if "anchor" not in table:
        raise table.fail("anchor", "is missing: a local time at which it hands over")
    try:
        rotation = Rotation(
            key, zone, Unit(unit), table.get("length", int, 1), local_time(table.raw("anchor")), members,
            Advance(advance),
        )  # fmt: skip
        found = Layer(
            key, rotation, table.get("rank", int, 0), table.hours("hours", zone), _instant(table, "from", zone),
            _instant(table, "until", zone),
        )  # fmt: skip
    except RosterError as error:
        raise error if str(error).startswith(table.where) else RosterError(f"{table.where}: {error}") from None
    table.done()
    return found


def _members(table: Table) -> tuple[Member, ...]:
    """Each entry is a turn: a name, or a list of those who are on together."""
    found = []
    for turn, entry in enumerate(table.get("members", list, [])):
        together = entry if isinstance(entry, list) else [entry]
        if not together or not all(isinstance(name, str) and name.strip() for name in together):
            raise table.fail("members", f"{entry!r} is neither a name nor a list of names")
        found += [Member(name.strip(), turn) for name in together]
    if not found:
        raise table.fail("members", "is empty: nobody would ever be on")
    return tuple(found)


def _instant(table: Table, key: str, zone: str) -> int | None:
    raw = table.raw(key)
    if raw is None:
        return None
    try:
        return starts_at(wall_seconds(local_time(raw)), find_zone(zone))
    except RosterError as error:
        raise table.fail(key, error) from None


def _need(table: Table, default: str) -> NeedRule:
    zone = table.zone(default)
    try:
        found = NeedRule(
            table.get("required", int, 1), table.hours("hours", zone), table.text("schedule"), table.text("skill"),
            table.text("label"),
        )  # fmt: skip
    except RosterError as error:
        raise error if str(error).startswith(table.where) else RosterError(f"{table.where}: {error}") from None
    table.done()
    return found


def _visit(table: Table, default: str) -> Visit:
    zone = table.zone(default)
    start, end = _instant(table, "from", zone), _instant(table, "to", zone)
    if start is None or end is None:
        raise table.fail("from" if start is None else "to", "is missing")
    try:
        found = Visit(
            table.text("key") or f"{table.text('title')}@{start}", table.text("kind") or "visit", table.need("title"),
            start, end, table.text("place"), number=table.text("ticket"),
            people=tuple(map(str, table.get("people", list, []))),
        )  # fmt: skip
    except RosterError as error:
        raise error if str(error).startswith(table.where) else RosterError(f"{table.where}: {error}") from None
    table.done()
    return found
