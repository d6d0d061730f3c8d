"""Who is on, who is next and where nobody is: the roster as screens and commands ask for it.

presence = Roster(paths).presence(now)["Dana Kim"]      # on shift until, on call for, absent
Roster(paths).floor()                                   # everything, to compute from
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from threading import RLock
from typing import NamedTuple

from helpdesk_tui import clock
from helpdesk_tui.data.read.floor_build import load
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.read.rosters import OwnSchedule, TeamReader
from helpdesk_tui.data.read.told import ToldReader
from helpdesk_tui.desk.roster.floor import Floor, RosterRules
from helpdesk_tui.desk.stores import StorePaths
from helpdesk_tui.domain.changes import ChangeState, Kind
from helpdesk_tui.domain.filters.names import fold
from helpdesk_tui.domain.roster.lines import Line
from helpdesk_tui.domain.roster.standing import Presence

AGE = 600
"""A floor is read anew after so many seconds, whatever moved: the queue's deadlines are in it."""


class Roster:
    """Reads the roster. Any thread, one at a time; what was read is kept until a store moves. Raises StoreError."""

    def __init__(
        self, paths: StorePaths, *, now: clock.Now = clock.now, zone: str = "", rules: RosterRules | None = None
    ) -> None:
        """`zone` is the IANA name that times are shown in; the host's where not given. `rules` are the settings'."""
        self._team = TeamReader(paths.team_db)
        self._told = ToldReader(paths.cache_db)
        self._outbox = OutboxReader(paths.personal_db)
        self._now = now
        self._zone = zone or clock.local_zone()
        self._rules = rules or RosterRules()
        self._lock = RLock()
        self._floor: Floor | None = None
        self._print: tuple[object, ...] = ()
        self._read_at = 0
        self._stood: Mapping[str, Presence] = {}
        self._stood_at = 0

    def close(self) -> None:
        """Lets go of the stores."""
        self._team.close()
        self._told.close()
        self._outbox.close()

    def moved(self) -> bool:
        """Whether `floor` would give another one than the last; cheap."""
        with self._lock:
            return self._floor is None or self._stale()

    def floor(self) -> Floor:
        """Everything, as the stores hold it now."""
        with self._lock:
            if self._stale() or self._floor is None:
                self._floor = self._load()
            return self._floor

    def presence(self, now: int | None = None) -> Mapping[str, Presence]:
        """Where each technician stands at an instant: on shift until, absent, on call. By name."""
        return self.floor().presence(self._now() if now is None else now)

    def logins(self, word: str) -> frozenset[tuple[str, str]]:
        """The logins, as (source, identifier), of technicians who are `absent` now or gone, or `offshift`: whose shifts
        are known and who are not there. What was found holds for a minute."""
        with self._lock:
            now = self._now()
            fresh = self._floor is not None and not self._stale() and now < self._stood_at + 60
            if not fresh:
                self._stood, self._stood_at = self.presence(now), now
            floor = self.floor()
            away = {
                name
                for name, one in self._stood.items()
                if (one.absent or not one.active if word == "absent" else one.known and not one.here)
            }
            return frozenset(login for login, name in floor.joined.names.items() if name in away)

    def refused(self, batch: str) -> bool:
        """Whether a platform refused a change of this batch of the outbox."""
        return any(change.state is ChangeState.REJECTED for change in self._outbox.batch(batch))

    def own_schedules(self) -> tuple[OwnSchedule, ...]:
        """The team's own schedules in use, as stored."""
        return self._team.schedules()

    def file_digest(self, name: str) -> str:
        """With what digest a file of the team was last read."""
        return self._team.file_digest(name)

    def _stale(self) -> bool:
        team, old = self._team.moved(), abs(self._now() - self._read_at) > AGE
        stale = team or old or self._fingerprint() != self._print
        if stale:
            self._floor = None
        return stale

    def _fingerprint(self) -> tuple[object, ...]:
        """What of the cache and the outbox is in a floor: both are written all day for other reasons."""
        return self._told.fingerprint(), self._outbox.standing(Kind.OVERRIDE)

    def _load(self) -> Floor:
        now = self._now()
        self._print, self._read_at = self._fingerprint(), now
        return load(self._team, self._told, self._outbox, now, self._zone, self._rules)


def presence(paths: StorePaths, now: int) -> Mapping[str, Presence]:
    """Where each technician stands at `now`, for whoever asks once."""
    roster = Roster(paths, now=lambda: now)
    try:
        return roster.presence(now)
    finally:
        roster.close()


class OnCall(NamedTuple):
    """Somebody on call: by which schedules, in words; and whether they are there, and one of these schedules is for the
    groups that were asked about."""

    name: str
    schedules: str
    serves: bool


def on_call(paths: StorePaths, now: int, groups: Collection[str] = ()) -> list[OnCall]:
    """Who is on call at `now`, first those who serve one of `groups`: names, or identifiers on a platform."""
    wanted = {fold(group) for group in groups if group}
    roster = Roster(paths, now=lambda: now)
    try:
        floor = roster.floor()
        there = roster.presence(now)
    finally:
        roster.close()
    found: dict[str, OnCall] = {}
    for line in sorted(floor.lines, key=lambda line: not _serves(line, wanted)):
        for name, one in there.items():
            if line.key in one.on_call and name not in found:
                words = ", ".join(floor.label(key) for key in one.on_call)
                found[name] = OnCall(name, words, _serves(line, wanted) and not one.absent)
    return sorted(found.values(), key=lambda one: not one.serves)


def _serves(line: Line, groups: Collection[str]) -> bool:
    """Whether a schedule is for one of these groups. One that is tied to none is for the group its name begins with."""
    if line.group:
        return fold(line.group) in groups
    return any(f"{fold(line.name)} ".startswith(f"{group} ") for group in groups)
