"""A desk with rosters on stores of its own, for tests."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.desk.intents import Intents
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.desk.roster.problems import Problem, problems
from helpdesk_tui.domain.change_rules import Outcome
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.domain.people import Person
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.lines import Line
from helpdesk_tui.domain.roster.roster_file import FileSchedule
from helpdesk_tui.domain.roster.rotations import Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Schedule
from helpdesk_tui.domain.roster.told import Told, ToldDuty, ToldOverride, ToldSchedule
from helpdesk_tui.domain.technicians import Technician
from helpdesk_tui.paths import Paths

PARIS, H, DAY = "Europe/Paris", 3_600, 86_400
NOW = 1_790_035_200
"""2026-09-22 00:00 UTC: 02:00 in Paris, a Tuesday."""
NAMES = ("Ada", "Ben", "Chen", "Dee")


class Place:
    """A desk on stores of its own."""

    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder, folder, folder, folder)
        self.now = NOW
        self.cache = CacheWriter(stores.open_write(self.paths.cache_db, StoreKind.CACHE))
        people = [Person("jsm", name.lower(), name, f"{name}@x".lower(), works_tickets=True) for name in NAMES]
        self.cache.commit_page("jsm", "people", now=NOW, people=people)
        self.outbox = Intents(self.paths, now=lambda: self.now)
        self.desk = self.another("lead")
        self.desk.intents.save_technicians(
            [Technician(name, PARIS, 9, "+1", f"{name}@x".lower(), groups=("Net",)) for name in NAMES]
        )

    def another(self, by: str, *, read_only: bool = False) -> RosterDesk:
        return RosterDesk(
            self.paths, self.paths.config_dir, self.outbox, by=by, now=lambda: self.now, zone=PARIS, read_only=read_only
        )

    def close(self) -> None:
        self.desk.close()
        self.outbox.close()
        self.cache.close()

    def schedule(self, *people: str, unit: Unit = Unit.DAY) -> Line:
        members = tuple(Member(person, turn) for turn, person in enumerate(people))
        rotation = Rotation("net", PARIS, unit, 1, datetime.fromisoformat("2026-09-01T08:00"), members)
        self.desk.intents.save_schedule(
            FileSchedule(Schedule("net", PARIS, (Layer("net", rotation),)), "Network"), None
        )
        return self.line("net")

    def told(self, *duties: ToldDuty, unread: str = "", overrides: tuple[ToldOverride, ...] = ()) -> Line:
        schedule = ToldSchedule("jsm", "s1", "Ops", PARIS, writable=True, unread=unread)
        found = Told((schedule,), duties, overrides, whole=frozenset({"schedules"}),
                     asked_from=self.now - 30 * DAY, asked_to=self.now + 90 * DAY)  # fmt: skip
        self.cache.keep_told("jsm", "rosters", found, self.now)
        return self.line("Ops")

    def line(self, name: str) -> Line:
        found = self.desk.floor().line(name)
        assert found is not None
        return found

    def outbox_changes(self) -> list[Change]:
        reader = OutboxReader(self.paths.personal_db)
        found = reader.unfinished()
        reader.close()
        return found

    def reject(self, change: Change) -> None:
        """What the sender does when the platform says no."""
        store = stores.open_write(self.paths.personal_db, StoreKind.PERSONAL)
        Outbox(store).settle(change, Outcome.SAID_NO, self.now, words="no")
        store.close()

    def problems(self, days: int = 14) -> list[Problem]:
        return problems(self.desk.floor(), self.now, self.now + days * DAY)


def duty(person: str, start: int, end: int) -> ToldDuty:
    return ToldDuty("jsm", "s1", person, start, end, "r1")
