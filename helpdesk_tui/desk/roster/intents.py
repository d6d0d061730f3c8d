"""What can be decided about rosters at the desk, each in one transaction of the team's store, or in the outbox.

What a platform keeps is changed through the outbox and no other way; what is the team's own is written at once. The
libraries that write are imported with the first intent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import RLock
from typing import TYPE_CHECKING

from helpdesk_tui.clock import Now
from helpdesk_tui.desk.stores import StorePaths
from helpdesk_tui.domain.changes import Change, Kind, Op, change_id
from helpdesk_tui.domain.roster.absences import Absence, ended
from helpdesk_tui.domain.roster.continued import continued
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.overrides import Override
from helpdesk_tui.domain.roster.people_file import ORIGIN, PeopleFile
from helpdesk_tui.domain.roster.roster_file import FileSchedule, RosterFile
from helpdesk_tui.domain.roster.schedule import Schedule
from helpdesk_tui.domain.roster.shifts import Dated, Pattern
from helpdesk_tui.domain.roster.slots import OverrideSlot
from helpdesk_tui.domain.technicians import Technician
from helpdesk_tui.errors import UsageError
from helpdesk_tui.paths import host_name

if TYPE_CHECKING:
    from helpdesk_tui.data.engine import Store
    from helpdesk_tui.domain.roster.duties import Span
    from helpdesk_tui.domain.roster.swaps import Swap, SwapState
    from helpdesk_tui.domain.roster.visits import Visit


class RosterIntents:
    """Writes rosters. Any thread, one at a time. Raises StoreError, RosterError; nothing of the intent was kept then.

    With `read_only` nothing may be decided: that raises UsageError.
    """

    def __init__(self, paths: StorePaths, *, now: Now, by: str, read_only: bool = False) -> None:
        """`by` names who decides, in the team's records."""
        self._path = paths.team_db
        self._now = now
        self.by = by
        self._read_only = read_only
        self._lock = RLock()
        self._store: Store | None = None

    def close(self) -> None:
        """Lets go of the store."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None

    def may_write(self) -> None:
        """Raises UsageError where nothing may be changed."""
        if self._read_only:
            raise UsageError("read only: nothing can be changed from here")

    def _team(self) -> Store:
        with self._lock:
            if self._store is None:
                from helpdesk_tui.data import stores

                self._store = stores.open_write(self._path, stores.StoreKind.TEAM)
            return self._store

    # People

    def save_technician(self, technician: Technician) -> None:
        """Keeps a technician under their name."""
        self.save_technicians([technician])

    def save_technicians(self, technicians: Sequence[Technician]) -> None:
        """Keeps technicians under their names, all or none."""
        self.may_write()
        from helpdesk_tui.data.write.team import TeamWriter

        TeamWriter(self._team()).save_all(technicians, self._now())

    def import_people(self, found: PeopleFile, digest: str) -> list[str]:
        """Takes technicians and their usual shifts from technicians.toml; those who are no longer in it."""
        from helpdesk_tui.data.write.presences import PresenceWriter
        from helpdesk_tui.data.write.team import TeamWriter
        from helpdesk_tui.desk.roster.files import PEOPLE

        writer, now = TeamWriter(self._team()), self._now()
        gone = writer.save_all(found.technicians, now, origin=ORIGIN)
        PresenceWriter(self._team()).replace_shifts(found.patterns, now, origin=ORIGIN)
        writer.note_file(PEOPLE, digest, now)
        return gone

    # Schedules

    def import_roster(self, found: RosterFile, known: Mapping[str, Schedule], digest: str) -> None:
        """Takes schedules, needs and visits from roster.toml; `known` are those in use, by key."""
        from helpdesk_tui.data.write.presences import PresenceWriter
        from helpdesk_tui.data.write.rosters import RosterWriter
        from helpdesk_tui.data.write.team import TeamWriter
        from helpdesk_tui.desk.roster.files import ROSTER

        rosters, presences, now = RosterWriter(self._team()), PresenceWriter(self._team()), self._now()
        for one in found.schedules:
            self._save(one, known.get(one.schedule.key), ORIGIN)
        rosters.retire_others([one.schedule.key for one in found.schedules], ORIGIN, now)
        presences.replace_needs(found.needs, origin=ORIGIN)
        presences.drop_visits(ORIGIN)
        for visit in found.visits:
            presences.save_visit(visit, origin=ORIGIN)
        TeamWriter(self._team()).note_file(ROSTER, digest, now)

    def save_schedule(self, schedule: FileSchedule, before: Schedule | None) -> None:
        """Keeps a schedule as it is to be from now on; `before` is it as it was, None for a new one."""
        self.may_write()
        self._save(schedule, before, "")

    def retire_schedule(self, key: str) -> bool:
        """Takes one of the team's own schedules out of use; False where it was not in use."""
        self.may_write()
        from helpdesk_tui.data.write.rosters import RosterWriter

        return RosterWriter(self._team()).retire_schedule(key, self._now())

    def _save(self, one: FileSchedule, before: Schedule | None, origin: str) -> None:
        from dataclasses import replace

        from helpdesk_tui.data.write.rosters import RosterWriter

        now, schedule = self._now(), one.schedule
        if before is not None:
            running = {layer.rotation.key: layer for layer in before.layers if layer.end is None}
            layers = tuple(_carried(running.get(layer.key), layer, now) for layer in schedule.layers)
            schedule = replace(schedule, layers=layers)
        RosterWriter(self._team()).save_schedule(
            schedule, now, name=one.name, skill=one.skill, group=one.group, origin=origin
        )

    def record(self, schedule: str, spans: Sequence[Span]) -> int:
        """Writes down who was on in spans that are over; how many were new."""
        from helpdesk_tui.data.write.rosters import RosterWriter

        return RosterWriter(self._team()).record(schedule, spans)

    # Exceptions

    def add_override(self, schedule: str, override: Override) -> None:
        """An exception of one of the team's own schedules."""
        self.may_write()
        from helpdesk_tui.data.write.rosters import RosterWriter

        RosterWriter(self._team()).add_override(schedule, override, self.by)

    def withdraw_override(self, key: str) -> bool:
        """Takes an exception of the team's own back; False where it does not stand."""
        self.may_write()
        from helpdesk_tui.data.write.rosters import RosterWriter

        return RosterWriter(self._team()).withdraw_override(key, self._now())

    def propose_swap(self, swap: Swap) -> None:
        """A swap that somebody asks for."""
        self.may_write()
        from helpdesk_tui.data.write.rosters import RosterWriter

        RosterWriter(self._team()).propose_swap(swap)

    def move_swap(self, swap: Swap, seen: SwapState, *, change: str = "") -> None:
        """Brings a swap on from the state that was seen. StaleSwap where somebody else moved it first."""
        self.may_write()
        from helpdesk_tui.data.write.rosters import RosterWriter

        RosterWriter(self._team()).move_swap(swap, seen, self._now(), change=change)

    # Who is there

    def add_absence(self, absence: Absence) -> None:
        """Somebody is away. Why is not asked."""
        self.may_write()
        from helpdesk_tui.data.write.presences import PresenceWriter

        PresenceWriter(self._team()).add_absence(absence, self._now(), self.by)

    def end_absence(self, absence: Absence) -> None:
        """Somebody is back; an absence that had not begun is taken back."""
        self.may_write()
        from helpdesk_tui.data.write.presences import PresenceWriter

        writer, cut = PresenceWriter(self._team()), ended(absence, self._now())
        if cut is None:
            writer.withdraw_absence(absence.key, self._now())
        else:
            writer.add_absence(cut, self._now(), self.by)

    def withdraw_absence(self, key: str) -> bool:
        """Takes an absence back as if it had never been; False where it does not stand."""
        self.may_write()
        from helpdesk_tui.data.write.presences import PresenceWriter

        return PresenceWriter(self._team()).withdraw_absence(key, self._now())

    def save_shifts(self, shifts: Sequence[Pattern | Dated], *, origin: str = "", replacing: bool = False) -> int:
        """Keeps shifts; with `replacing`, in place of all from the same origin. How many."""
        self.may_write()
        from helpdesk_tui.data.write.presences import PresenceWriter

        writer, now = PresenceWriter(self._team()), self._now()
        if replacing:
            return writer.replace_shifts(shifts, now, origin=origin)
        return writer.save_shifts(shifts, now, origin=origin)

    def replace_absences(self, absences: Sequence[Absence], source: str) -> None:
        """Keeps the absences of an imported calendar in place of those it held before."""
        self.may_write()
        from helpdesk_tui.data.write.presences import PresenceWriter

        PresenceWriter(self._team()).replace_absences(absences, source, self._now())

    def save_visit(self, visit: Visit) -> None:
        """Keeps a visit or window."""
        self.may_write()
        from helpdesk_tui.data.write.presences import PresenceWriter

        PresenceWriter(self._team()).save_visit(visit)


def _carried(before: Layer | None, after: Layer, now: int) -> Layer:
    return after if before is None else continued(before, after, now)


def override_change(
    source: str, slot: OverrideSlot, person: str, base: str, *, now: int, label: str, batch: str = "", account: str = ""
) -> Change:
    """An override of a platform's schedule as a change for the outbox.

    `person` and `base` are the platform's identifiers of who is to be on and of who the override put on so far, ""
    where there is none; `label` is what lists call it, `account` in whose name it goes.
    """
    return Change(
        id=change_id(now * 1000),
        seq=0,
        source=source,
        kind=Kind.OVERRIDE,
        key=slot.key,
        field="person",
        op=Op.SET,
        desired={"person": person},
        base={"person": base},
        seen_at=now,
        number=label,
        actor=account,
        host=host_name(),
        batch=batch,
        created_at=now,
        meant_at=now,
    )
