"""technicians.toml and roster.toml of the company: what its team has written down beside what the platforms hold."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from helpdesk_tui.sandbox.model import Group, Person, Shift
from helpdesk_tui.sandbox.rosters import OncallSchedule, Rota, local_of
from helpdesk_tui.sandbox.world import LiveWorld

FIRST_LINE = "# Written by the helpdesk-tui sandbox."
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DESK_NEEDS = (("windows", 2), ("accounts", 1), ("hardware", 1))


def write_team(folder: Path, world: LiveWorld) -> None:
    """Write both files beside the configuration. Files of somebody else's are left alone. Raises OSError."""
    people = [one for one in world.people.values() if one.role in ("technician", "lead")]
    for name, lines in (("technicians.toml", _technicians(people, world)), ("roster.toml", _roster(world))):
        target = folder / name
        if target.exists() and not target.read_text(encoding="utf-8", errors="replace").startswith(FIRST_LINE):
            continue
        target.write_text("\n".join([FIRST_LINE, "", *lines]), encoding="utf-8")
        target.chmod(0o600)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def names_of(people: Iterable[Person]) -> dict[int, str]:
    """What the team calls each person: by name, and by login too where two are called alike."""
    listed = list(people)
    names = [one.name for one in listed]
    return {one.uid: one.name if names.count(one.name) == 1 else f"{one.name} ({one.login})" for one in listed}


def _technicians(people: list[Person], world: LiveWorld) -> Iterable[str]:
    names = names_of(people)
    for one in people:
        groups = [world.groups[gid].name for gid in one.groups]
        yield "[[technician]]"
        yield f"name = {_quoted(names[one.uid])}"
        yield f"email = {_quoted(one.email)}"
        yield f"zone = {_quoted(one.zone)}"
        yield f"phone = {_quoted(one.phone)}"
        if one.capacity:
            yield f"capacity = {one.capacity}"
        if one.role == "lead":
            yield "lead = true"
        if not one.active:
            yield "active = false"
        skills = ", ".join(f"{_quoted(skill)} = {level}" for skill, level in one.skills.items())
        yield f"skills = {{ {skills} }}"
        yield f"groups = [{', '.join(map(_quoted, groups))}]"
        if one.shift:
            yield f"shifts = [{_shift(one.shift)}]"
        yield ""


def _shift(shift: Shift) -> str:
    days = ", ".join(_DAYS[day] for day in shift.weekdays)
    middle = (shift.start + shift.end) // 2 // 60 * 60
    rest = f'break = "{_clock(middle)}-{_clock(middle + 60)}"'
    return f'{{ days = "{days}", from = "{_clock(shift.start)}", to = "{_clock(shift.end)}", {rest} }}'


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _roster(world: LiveWorld) -> Iterable[str]:
    people = [one for one in world.people.values() if one.role in ("technician", "lead")]
    names = names_of(people)
    for schedule in world.rosters.of("team"):
        yield from _schedule(schedule, names, world.groups[schedule.group])
    for skill, required in _DESK_NEEDS:
        yield "[[need]]"
        yield f"skill = {_quoted(skill)}"
        yield f"required = {required}"
        yield 'zone = "Europe/Paris"'
        yield 'hours = [{ days = "Mon-Fri", from = "09:00", to = "17:00" }]'
        yield ""
    yield from _visits(world, names)


def _schedule(schedule: OncallSchedule, names: dict[int, str], group: Group) -> Iterable[str]:
    yield "[[schedule]]"
    yield f"key = {_quoted(schedule.name.lower().replace(' ', '-'))}"
    yield f"name = {_quoted(schedule.name)}"
    yield f"zone = {_quoted(schedule.zone)}"
    yield f"group = {_quoted(group.name)}"
    for rota in schedule.rotas:
        yield "[[schedule.layer]]"
        yield f"key = {_quoted(rota.name)}"
        yield f'anchor = "{rota.first:%Y-%m-%d %H:%M}"'
        weeks = rota.days % 7 == 0
        yield f'unit = "{"week" if weeks else "day"}"'
        yield f"length = {rota.days // 7 if weeks else rota.days}"
        yield f"members = [{', '.join(_quoted(names[uid]) for uid in rota.people)}]"
        if rota.hours:
            yield f"hours = [{', '.join(_window(*window) for window in rota.hours)}]"
    yield ""


def _window(start: int, end: int) -> str:
    return f'{{ days = "{_DAYS[start // 1440]}", from = "{_clock(start)}", to = "{_clock(end)}" }}'


def _visits(world: LiveWorld, names: dict[int, str]) -> Iterable[str]:
    today = local_of(world.clock.now(), "Europe/Paris").replace(hour=0, minute=0, second=0, microsecond=0)
    network: Rota = world.rosters.schedules[0].rotas[0]
    field = [uid for uid in world.company.members[3] if world.people[uid].active]
    for title, kind, days, hour, length, who in (
        ("laptop swap, Lyon", "visit", 1, 14, 2, field[0]),
        ("firewall patch window", "maintenance", 3, 22, 2, network.people[0]),
        ("vendor on site, building 4", "visit", 4, 11, 1, field[-1]),
    ):
        start = today + timedelta(days=days, hours=hour)
        yield "[[visit]]"
        yield f"title = {_quoted(title)}"
        yield f"kind = {_quoted(kind)}"
        yield 'zone = "Europe/Paris"'
        yield f'from = "{start:%Y-%m-%d %H:%M}"'
        yield f'to = "{start + timedelta(hours=length):%Y-%m-%d %H:%M}"'
        yield f"people = [{_quoted(names[who])}]"
        yield ""
