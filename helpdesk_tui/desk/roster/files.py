"""technicians.toml and roster.toml beside the settings: read whenever they say something else than the last time.

They hold the same as the technicians screen and the rotation form, and go into the same store. Whoever is no longer in
the file works here no more; a schedule that is no longer in it is retired; what was entered by hand is left alone.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.people_file import PeopleFile, read_people
from helpdesk_tui.domain.roster.roster_file import RosterFile, read_roster

if TYPE_CHECKING:
    from helpdesk_tui.desk.roster.intents import RosterIntents
    from helpdesk_tui.desk.roster.roster import Roster

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
        notes.append(f"{PEOPLE}: {counted(len(found.technicians), 'technician')}")
        notes += [f"{name} is no longer in {PEOPLE} and counts as gone" for name in gone]
    schedules = _changed(folder / ROSTER, roster)
    if schedules is not None:
        document, digest = schedules
        rosters = read_roster(document, ROSTER, zone)
        _check_names(rosters, set(roster.floor().technicians))
        known = {one.schedule.key: one.schedule for one in roster.own_schedules()}
        intents.import_roster(rosters, known, digest)
        notes.append(f"{ROSTER}: {counted(len(rosters.schedules), 'schedule')}, {counted(len(rosters.needs), 'need')}")
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


def check(folder: Path, zone: str) -> list[str]:
    """What both files hold, in a line each, read before or not; nothing is kept. Raises RosterError."""
    told = []
    people, found = read_files(folder, zone)
    if people is not None:
        told.append(f"{PEOPLE}: good, {counted(len(people.technicians), 'technician')}")
    if found is not None:
        told.append(f"{ROSTER}: good, {counted(len(found.schedules), 'schedule')}, {counted(len(found.needs), 'need')}")
    return told


def read_files(folder: Path, zone: str) -> tuple[PeopleFile | None, RosterFile | None]:
    """What both files hold, None for one that is not there; nothing is kept. Raises RosterError."""
    people, found = None, None
    if raw := _raw(folder / PEOPLE):
        people = read_people(_document(PEOPLE, raw), PEOPLE, zone)
    if raw := _raw(folder / ROSTER):
        found = read_roster(_document(ROSTER, raw), ROSTER, zone)
    return people, found


def _changed(file: Path, roster: Roster) -> tuple[Mapping[str, object], str] | None:
    """The file's document and digest; None where it is not there or says what it said before."""
    raw = _raw(file)
    if raw is None:
        return None
    digest = hashlib.sha256(raw).hexdigest()[:16]
    if digest == roster.file_digest(file.name):
        return None
    return _document(file.name, raw), digest


def _raw(file: Path) -> bytes | None:
    """What a file holds; None where there is none. Raises RosterError."""
    try:
        # Without O_NONBLOCK, opening a pipe would wait for somebody to write into it.
        with open(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise RosterError(f"{file.name} is no file; move it away")
            raw = stream.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RosterError(f"{file.name} cannot be read: {error.strerror or error}") from error
    if len(raw) > LARGEST:
        raise RosterError(f"{file.name} is larger than {LARGEST >> 20} MB")
    return raw


def _document(name: str, raw: bytes) -> Mapping[str, object]:
    """The tables of a file. Raises RosterError."""
    try:
        return tomllib.loads(raw.decode())
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RosterError(f"{name}: is not UTF-8 text (line {line}); write it anew or move it away") from None
    except RecursionError:
        raise RosterError(f"{name}: is not TOML: brackets in brackets without end") from None
    except ValueError as error:  # a number of thousands of digits is one, too, and no TOMLDecodeError
        raise RosterError(f"{name}: is not TOML: {str(error)[:200]}") from None
