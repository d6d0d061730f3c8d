"""A rotation of the team's own as fields that people type, with the handoffs that would follow. Nothing is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import chain, count

from helpdesk_tui.data.read.rosters import OwnSchedule
from helpdesk_tui.domain.roster.continued import continued
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.moments import local
from helpdesk_tui.domain.roster.reading import clock_seconds, local_time, weekdays
from helpdesk_tui.domain.roster.restrictions import Restriction, Window, clock_length
from helpdesk_tui.domain.roster.roster_file import FileSchedule
from helpdesk_tui.domain.roster.rotations import Advance, Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Schedule
from helpdesk_tui.domain.roster.turns import Aliasing, Roll, aliasing, next_handoffs
from helpdesk_tui.domain.roster.wording import WEEKDAYS, handed
from helpdesk_tui.domain.wall_time import DAY, find_zone

FIELDS = {
    "name": "what people call the schedule",
    "members": "who takes turns, in their order: Dana, Lee + Okafor, Brandt (+ is together)",
    "turn": "how long a turn lasts: 1 week, 12 hour, 2 day, 1 month",
    "handoff": "a local time at which it hands over: 2026-11-23 08:00",
    "hours": "when it counts: always, or Mon-Fri 18:00-08:00, Sat-Sun 00:00-24:00",
    "advance": "the turn passes: calendar (at every handoff) or active (only after needed hours)",
    "zone": "the IANA zone of all of this",
    "skill": "what those on call must know; empty for nothing",
}
"""The fields with what may stand in them."""


@dataclass(frozen=True)
class Form:
    """A schedule as it was and as it is to be; `layer` numbers the rotation that is edited among those in force."""

    before: OwnSchedule
    after: OwnSchedule
    layer: int = 0
    new: bool = False
    """Whether it is a schedule that there was not before."""

    @property
    def running(self) -> list[Layer]:
        """The rotations in force."""
        return [one for one in self.after.schedule.layers if one.end is None]

    @property
    def current(self) -> Layer:
        """The rotation that is edited. RosterError where the schedule has none in force."""
        if not self.running:
            raise RosterError(f"{self.after.name} has no rotation in force")
        return self.running[self.layer % len(self.running)]

    @property
    def changed(self) -> bool:
        """Whether anything is to be another way."""
        return self.before != self.after


NEW = "new"
"""The key of a schedule until it is kept under one made from its name."""


def fresh(zone: str, now: int) -> Form:
    """A schedule of the team's own that is still to be filled in: weekly, from next Monday 08:00 in a zone on."""
    day = local(now, zone).date()
    monday = day + timedelta(days=7 - day.weekday())
    rotation = Rotation(NEW, zone, Unit.WEEK, 1, datetime.combine(monday, time(8)), ())
    blank = OwnSchedule(Schedule(NEW, zone, (Layer(NEW, rotation),)), "")
    return Form(blank, blank, new=True)


def lacking(form: Form, taken: Collection[str]) -> str:
    """What is missing before a schedule can be kept, in words; "" for nothing. `taken` are the names there are."""
    if not form.after.name:
        return "say first what people call it: the field name"
    if form.new and form.after.name.casefold() in {name.casefold() for name in taken}:
        return f"there is a schedule {form.after.name} already: give it another name"
    if any(all(one.valid_to is not None for one in layer.rotation.members) for layer in form.running):
        return "say first who takes turns: the field members"
    return ""


def keyed(form: Form, taken: Collection[str]) -> Form:
    """A new schedule under a key made from its name that none of `taken` has."""
    if not form.new:
        return form
    letters = unicodedata.normalize("NFKD", form.after.name).encode("ascii", "ignore").decode().casefold()
    wanted = "-".join(re.findall(r"[a-z0-9]+", letters)) or "schedule"
    key = next(one for one in chain([wanted], (f"{wanted}-{n}" for n in count(2))) if one not in taken)
    layers = tuple(
        replace(layer, key=mine, rotation=replace(layer.rotation, key=mine))
        for n, layer in enumerate(form.after.schedule.layers)
        for mine in [key if n == 0 else f"{key}-{n + 1}"]
    )
    return replace(form, after=replace(form.after, schedule=replace(form.after.schedule, key=key, layers=layers)))


def values(form: Form) -> dict[str, str]:
    """Each field as text."""
    layer = form.current
    rotation = layer.rotation
    return {
        "name": form.after.name,
        "members": members_text(rotation.members),
        "turn": f"{rotation.length} {rotation.unit}",
        "handoff": f"{rotation.anchor:%Y-%m-%d %H:%M}  ({handed(rotation)})",
        "hours": hours_text(layer.restriction),
        "advance": str(rotation.advance),
        "zone": rotation.zone,
        "skill": form.after.skill,
    }


def editable(form: Form, field: str) -> str:
    """The text that editing a field begins with."""
    return f"{form.current.rotation.anchor:%Y-%m-%d %H:%M}" if field == "handoff" else values(form)[field]


def edited(form: Form, field: str, text: str, known: Collection[str]) -> Form:
    """The form with another value in a field; `known` are the technicians' names. RosterError for what cannot be."""
    said = " ".join(text.split())
    if field == "name":
        if not said:
            raise RosterError("a schedule needs a name")
        return replace(form, after=replace(form.after, name=said))
    if field == "skill":
        return replace(form, after=replace(form.after, skill=said.casefold()))
    layer = form.current
    rotation = layer.rotation
    if field == "members":
        rotation = replace(rotation, members=_members(said, known))
    elif field == "turn":
        rotation = replace(rotation, **_turn(said))  # type: ignore[arg-type]
    elif field == "handoff":
        rotation = replace(rotation, anchor=local_time(said))
    elif field == "advance":
        if said not in set(Advance):
            raise RosterError(f"{said!r} is neither calendar nor active")
        rotation = replace(rotation, advance=Advance(said))
    elif field == "zone":
        find_zone(said)
        rotation = replace(rotation, zone=said)
        layer = replace(layer, restriction=_moved(layer.restriction, said))
    elif field == "hours":
        layer = replace(layer, restriction=hours_of(said, rotation.zone))
    changed = replace(layer, rotation=rotation)
    Roll(rotation, changed.restriction)
    layers = tuple(changed if one is form.current else one for one in form.after.schedule.layers)
    zone = rotation.zone if field == "zone" else form.after.schedule.zone
    return replace(form, after=replace(form.after, schedule=replace(form.after.schedule, layers=layers, zone=zone)))


def _moved(hours: Restriction | None, zone: str) -> Restriction | None:
    return None if hours is None else replace(hours, zone=zone)


def _turn(said: str) -> dict[str, object]:
    many, _, unit = said.partition(" ")
    unit = unit.strip().removesuffix("s")
    if not many.isdigit() or unit not in set(Unit):
        raise RosterError(f"{said!r} is no turn such as 1 week, 12 hour, 2 day or 1 month")
    return {"length": int(many), "unit": Unit(unit)}


def _members(said: str, known: Collection[str]) -> tuple[Member, ...]:
    """The turn order; who is no longer in it stays in the past."""
    found = [
        Member(_name(one, known), turn)
        for turn, together in enumerate(filter(None, (part.strip() for part in said.split(","))))
        for one in together.split("+")
    ]
    if not found:
        raise RosterError("a rotation without members would leave nobody on, ever")
    names = [one.person for one in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise RosterError(f"{', '.join(sorted(twice))} cannot take two turns of one rotation")
    return tuple(found)


def _name(typed: str, known: Collection[str]) -> str:
    said = typed.strip().casefold()
    exact = [name for name in known if name.casefold() == said]
    begun = exact or [
        name for name in known if any(part.startswith(said) for part in (name.casefold(), *name.casefold().split()))
    ]
    if len(begun) == 1:
        return begun[0]
    raise RosterError(
        f"{typed.strip()}: {'any of ' + ', '.join(sorted(begun)[:4]) if begun else 'no technician is called so'}"
    )


def members_text(members: Sequence[Member]) -> str:
    """The turn order as it is typed; those who have left are not in it."""
    turns: dict[int, list[str]] = {}
    for one in members:
        if one.valid_to is None:
            turns.setdefault(one.turn, []).append(one.person)
    return ", ".join(" + ".join(turns[turn]) for turn in sorted(turns))


def hours_text(hours: Restriction | None) -> str:
    """When a rotation counts, as it is typed."""
    if hours is None:
        return "always"
    days: dict[tuple[int, int], list[int]] = {}
    for one in hours.windows:
        days.setdefault((one.start, one.length), []).append(one.weekday)
    return ", ".join(
        f"{_days(found)} {_clock(start)}-{_clock((start + length) % DAY) if length != DAY or start else '24:00'}"
        for (start, length), found in days.items()
    )


def _days(found: Sequence[int]) -> str:
    ordered = sorted(set(found))
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"{WEEKDAYS[ordered[0]]}-{WEEKDAYS[ordered[-1]]}"
    return "+".join(WEEKDAYS[day] for day in ordered)


def _clock(seconds: int) -> str:
    return f"{seconds // 3_600:02d}:{seconds // 60 % 60:02d}"


def hours_of(said: str, zone: str) -> Restriction | None:
    """When a rotation counts; None for always. RosterError for what is no list of days and times."""
    if said.casefold() in ("", "always"):
        return None
    found: list[Window] = []
    for part in said.split(","):
        days, _, times = part.strip().rpartition(" ")
        first, dash, last = times.partition("-")
        if not dash:
            raise RosterError(f"{part.strip()!r} is no stretch such as Mon-Fri 18:00-08:00")
        start, end = clock_seconds(first) % DAY, clock_seconds(last)
        for day in weekdays(days.replace("+", ", ") or "daily"):
            found.append(Window(day, start, clock_length(start, end % DAY)))
    return Restriction(zone, tuple(found))


def ahead(form: Form, now: int, many: int = 10) -> list[tuple[int, tuple[str, ...]]]:
    """The next handoffs with who comes on, as they would be after the change: whose turn it is now stays theirs."""
    return next_handoffs(_carried(form, now).roll, now, many)


def warned(form: Form, now: int) -> Aliasing | None:
    """Whether some turns would never come up."""
    return aliasing(_carried(form, now).roll, now)


def _carried(form: Form, now: int) -> Layer:
    if form.new:
        return form.current
    same: Mapping[str, Layer] = {one.rotation.key: one for one in form.before.schedule.layers if one.end is None}
    current = form.current
    before = same.get(current.rotation.key)
    return continued(before, current, now) if before is not None else current


def kept(form: Form) -> FileSchedule:
    """What is to be written: the rotations in force, those of before being kept as they were."""
    layers = tuple(replace(one, key=one.rotation.key) for one in form.running)
    schedule = replace(form.after.schedule, layers=layers, overrides=(), temporaries=(), swaps=(), history=())
    return FileSchedule(schedule, form.after.name, form.after.skill, form.after.group)
