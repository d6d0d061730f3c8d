"""A team of six with a platform's schedule that has a hole, one of its own, and a swap that waits for a lead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from helpdesk_tui.data import stores
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.desk.intents import Intents
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.domain.people import Person
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.roster_file import FileSchedule
from helpdesk_tui.domain.roster.rotations import Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Schedule
from helpdesk_tui.domain.roster.shifts import Hours, Pattern, Weekly
from helpdesk_tui.domain.roster.swaps import Slot, Swap, SwapState
from helpdesk_tui.domain.roster.told import Told, ToldDuty, ToldRotation, ToldSchedule
from helpdesk_tui.domain.roster.visits import Visit
from helpdesk_tui.domain.technicians import Skill, Technician
from helpdesk_tui.paths import Paths

H, DAY = 3_600, 86_400
NET = ("Okafor", "Sato", "Brandt")
WIN = ("Lee", "Lindqvist", "Costa", "Novak")
SKILLS = {"Okafor": "net", "Sato": "net", "Brandt": "net", "Lee": "win", "Lindqvist": "win", "Costa": "win"}


def build(home: Path, now: int, *, zone: str = "UTC", crowd: int = 0) -> int:
    """Fills the stores of a home; 08:00 UTC of the day of `now`. `crowd` more technicians work there."""
    paths = Paths(config_dir=home, state_dir=home / "state", cache_dir=home / "cache", home=home)
    for folder in (paths.cache_dir, paths.state_dir):
        folder.mkdir(mode=0o700, exist_ok=True)
    morning = now // DAY * DAY + 8 * H
    _platform(paths, now, morning)
    outbox = Intents(paths, now=lambda: now)
    desk = RosterDesk(paths, home, outbox, by="lead", now=lambda: now, zone="UTC")
    everybody = [*NET, *WIN, *(f"Person {number:03}" for number in range(crowd))]
    desk.intents.save_technicians([_technician(name, zone) for name in everybody])
    first = date.fromordinal(date(1970, 1, 1).toordinal() + now // DAY) - timedelta(days=28)
    usual = Weekly(first, frozenset(range(5)))
    hours = [Hours((7 + at) * H, 9 * H, ((4 * H, H),)) for at in range(4)]
    shifts = [
        Pattern("usual", name, zone, hours[at % 4], usual) for at, name in enumerate(everybody) if name not in NET
    ]
    desk.intents.save_shifts(shifts)
    anchor = datetime.fromtimestamp(morning - 4 * DAY, UTC).replace(tzinfo=None)
    members = tuple(Member(name, turn) for turn, name in enumerate(WIN))
    layer = Layer("win", Rotation("win", "UTC", Unit.DAY, 1, anchor, members))
    desk.intents.save_schedule(FileSchedule(Schedule("win", "UTC", (layer,)), "win primary"), None)
    gives = Slot("win", "Lee", morning + 4 * DAY, morning + 5 * DAY)
    takes = Slot("win", "Lindqvist", morning + 5 * DAY, morning + 6 * DAY)
    desk.intents.propose_swap(Swap("s1", gives, "Lindqvist", now, takes, SwapState.ACCEPTED))
    desk.intents.save_visit(
        Visit("v1", "maintenance", "firewall patch", morning + 2 * H, morning + 4 * H, people=("Sato",))
    )
    desk.close()
    outbox.close()
    return morning


def _technician(name: str, zone: str) -> Technician:
    skills = (Skill(SKILLS[name], 3),) if name in SKILLS else ()
    return Technician(name, zone, 12, f"+33 1 {len(name):02} 00", f"{name}@x".lower().replace(" ", ""), skills=skills)


def _platform(paths: Paths, now: int, morning: int) -> None:
    """Everybody as Jira knows them, and NET-PRI: daily from 08:00, nobody on the third day from now."""
    cache = CacheWriter(stores.open_write(paths.cache_db, stores.StoreKind.CACHE))
    people = [Person("jsm", name.lower(), name, f"{name}@x".lower(), works_tickets=True) for name in (*NET, *WIN)]
    people.append(Person("jsm", "bot", "Robot", "robot@x", works_tickets=True))
    cache.commit_page("jsm", "people", now=now, people=people)
    rotation = ToldRotation("r1", "daily", tuple(map(str.lower, NET)), "daily 08:00")
    schedule = ToldSchedule("jsm", "net", "NET-PRI", "UTC", rotations=(rotation,), writable=True)
    duties = tuple(
        ToldDuty("jsm", "net", NET[day % 3].lower(), morning + day * DAY, morning + (day + 1) * DAY, "r1")
        for day in range(-30, 60)
        if day != 3
    )
    told = Told((schedule,), duties, whole=frozenset({"schedules"}), asked_from=now - 30 * DAY, asked_to=now + 50 * DAY)
    cache.keep_told("jsm", "rosters", told, now)
    cache.close()
