"""technicians.toml and roster.toml beside the settings: read whenever they say something else than the last time.

They hold the same as the technicians screen and the rotation form, and go into the same store. Whoever is no longer in
the file works here no more; a schedule that is no longer in it is retired; what was entered by hand is left alone.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.people_file import read_people
from helpdesk_tui.domain.roster.roster_file import RosterFile, read_roster

if TYPE_CHECKING:
    from helpdesk_tui.desk.roster import Roster
    from helpdesk_tui.desk.roster_intents import RosterIntents

PEOPLE, ROSTER = "technicians.toml", "roster.toml"
"""In the folder of the settings."""
LARGEST = 4 << 20
"""Bytes; a longer file is none of ours."""


def refresh(folder: Path, roster: Roster, intents: RosterIntents, zone: str) -> list[str]:
    """Read both files if they changed; lines for the user about what came of it. Raises RosterError, naming the place,
    and StoreError; what was read before stays then."""
    notes: list[str] = []
    people = _changed(folder / PEOPLE, roster)
    if people is not None:
        document, digest = people
        found = read_people(document, PEOPLE, zone)
        gone = intents.import_people(found, digest)
        notes.append(f"{PEOPLE}: {len(found.technicians)} technicians")
        notes += [f"{name} is no longer in {PEOPLE} and counts as gone" for name in gone]
    schedules = _changed(folder / ROSTER, roster)
    if schedules is not None:
        document, digest = schedules
        rosters = read_roster(document, ROSTER, zone)
        _check_names(rosters, set(roster.floor().technicians))
        known = {one.schedule.key: one.schedule for one in roster.own_schedules()}
        intents.import_roster(rosters, known, digest)
        notes.append(f"{ROSTER}: {len(rosters.schedules)} schedules, {len(rosters.needs)} needs")
    return notes


def _check_names(found: RosterFile, known: set[str]) -> None:
    """Raises RosterError for a name that is no technician's: nothing of the file is taken then."""
    for one in found.schedules:
        for layer in one.schedule.layers:
            for member in layer.rotation.members:
                if member.person not in known:
                    raise RosterError(f"{ROSTER}: schedule {one.name}: there is no technician {member.person!r}")
    for visit in found.visits:
        for person in visit.people:
            if person not in known:
                raise RosterError(f"{ROSTER}: visit {visit.title}: there is no technician {person!r}")


def has_changed(folder: Path, roster: Roster) -> bool:
    """Whether `refresh` would read anything; raises what it would."""
    return bool(changed_files(folder, roster))


def changed_files(folder: Path, roster: Roster) -> list[str]:
    """The names of the files that `refresh` would read; raises what it would."""
    return [name for name in (PEOPLE, ROSTER) if _changed(folder / name, roster) is not None]


def _changed(file: Path, roster: Roster) -> tuple[Mapping[str, object], str] | None:
    """The file's document and digest; None where it is not there or says what it said before."""
    try:
        if file.stat().st_size > LARGEST:
            raise RosterError(f"{file.name} is larger than {LARGEST >> 20} MB")
        raw = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RosterError(f"{file.name} cannot be read: {error.strerror or error}") from error
    digest = hashlib.sha256(raw).hexdigest()[:16]
    if digest == roster.file_digest(file.name):
        return None
    try:
        return tomllib.loads(raw.decode()), digest
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RosterError(f"{file.name}: {error}") from error
