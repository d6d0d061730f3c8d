"""The morning of product part 4c: Dana K. is away, and holds fourteen tickets, a night on call and a visit."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

from helpdesk_tui.data import stores
from helpdesk_tui.data.write.presences import PresenceWriter
from helpdesk_tui.data.write.rosters import RosterWriter
from helpdesk_tui.data.write.team import TeamWriter, Technician
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.rotations import Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Schedule
from helpdesk_tui.domain.roster.shifts import Dated, Hours
from helpdesk_tui.domain.roster.visits import Visit
from helpdesk_tui.domain.technicians import Contact, Skill

HOUR, DAY = 3_600, 86_400
SOURCES = (("sn", "servicenow", "SN"), ("jsm", "jira", "JSM"), ("zd", "zendesk", "ZD"))
PEOPLE = {
    "Dana K.": "net vpn",
    "Lee": "win",
    "Sato": "net vpn fw",
    "Brandt": "net win",
    "Reyes": "field",
    "Costa": "sap",
}
OPEN = {"Lee": 9, "Sato": 4, "Brandt": 6, "Reyes": 5, "Costa": 3}
HELD = (
    ("sn", "INC0048122", -5, 3, "Windows profile broken"),
    ("sn", "INC0048140", 101, 3, "SAP login loops"),
    ("jsm", "DESK-4460", 130, 2, "Firewall rule, lab"),
    ("zd", "91020", 270, 3, "VPN client on Mac"),
    ("sn", "INC0048150", 280, 3, "VPN token reissue"),
    ("jsm", "DESK-4461", 290, 3, "Switch port dead"),
    ("zd", "91021", 300, 3, "SAP export empty"),
    ("sn", "INC0048151", 310, 3, "VPN slow from home"),
    ("jsm", "DESK-4462", 320, 4, "Wi-Fi in room 3"),
    ("zd", "91022", 330, 4, "VPN after password change"),
    ("sn", "INC0048152", 340, 4, "Network drive slow"),
    ("sn", "INC0048153", 350, 4, "Router in Lyon restarts"),
)
WAITING = (("zd", "90771", "waiting for customer"), ("jsm", "DESK-4402", "scanner moved"))


def build(home: Path) -> int:
    """Fills the stores of a home; the instant it was done at, seconds UTC."""
    now = int(time.time())
    (home / "cache").mkdir(mode=0o700, exist_ok=True)
    (home / "state").mkdir(mode=0o700, exist_ok=True)
    stores.create(home / "cache" / "cache.db", stores.StoreKind.CACHE)
    with sqlite3.connect(home / "cache" / "cache.db") as connection:
        _cache(connection, now)
    connection.close()
    _team(home / "state" / "team.db", now)
    return now


def _cache(connection: sqlite3.Connection, now: int) -> None:
    source = "INSERT INTO source (name, place, platform, badge, label, health, account, data_at, last_ok, poll, phase)"
    person = "INSERT INTO person (source, key, name, login, works_tickets) VALUES (?, ?, ?, ?, 1)"
    for place, (name, kind, badge) in enumerate(SOURCES):
        connection.execute(
            f"{source} VALUES (?, ?, ?, ?, ?, 'ok', 'me', ?, ?, 20, 'live')",
            (name, place, kind, badge, badge, now, now),
        )
        for who in PEOPLE:
            connection.execute(person, (name, key(who), who, f"{key(who)}"))
    for where, number, minutes, priority, title in HELD:
        ticket(connection, where, number, title, now, owner="dana", due_at=now + 60 * minutes, priority=priority)
    for where, number, title in WAITING:
        ticket(connection, where, number, title, now, owner="dana", state="pending", paused=1, priority=4)
    for who, count in OPEN.items():
        for other in range(count):
            ticket(connection, "sn", f"INC9{key(who)}{other}", "other work", now, owner=key(who), due_at=now + DAY)


def ticket(connection: sqlite3.Connection, source: str, number: str, title: str, now: int, **values: object) -> int:
    """An open ticket; its number in the cache."""
    known: dict[str, object] = {
        "source": source, "key": f"key-{number}", "number": number, "title": title, "state": "open", "status": "Open",
        "is_open": 1, "priority": 3, "created_at": now - HOUR, "updated_at": now - HOUR, "version": 1, "rev": 1,
    }  # fmt: skip
    known |= values
    marks = ", ".join("?" * len(known))
    done = connection.execute(f"INSERT INTO ticket ({', '.join(known)}) VALUES ({marks})", tuple(known.values()))
    return int(done.lastrowid or 0)


def key(name: str) -> str:
    """Somebody's login on every platform."""
    return name.split()[0].lower()


def _team(path: Path, now: int) -> None:
    store = stores.open_write(path, stores.StoreKind.TEAM)
    people = TeamWriter(store)
    for name, words in PEOPLE.items():
        skills = tuple(Skill(one, 3) for one in words.split())
        people.save_technician(
            Technician(
                name, "UTC", 12, contacts=(Contact("phone", "1"),), skills=skills,
                logins={source: (key(name), "") for source, *_ in SOURCES},
            ),
            now,
        )  # fmt: skip
    began = datetime.fromtimestamp(now - 2 * HOUR, UTC)
    hours = Hours(began.hour * HOUR + began.minute * 60, 10 * HOUR)
    there = [Dated("day", who, "UTC", began.date(), hours) for who in PEOPLE if who != "Costa"]
    tomorrow = datetime.fromtimestamp(now + DAY, UTC).date()
    PresenceWriter(store).save_shifts([*there, Dated("day", "Costa", "UTC", tomorrow, hours)], now)
    anchor = datetime.fromtimestamp(now - 3 * DAY, UTC).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    members = tuple(Member(name, place) for place, name in enumerate(("Dana K.", "Sato", "Brandt")))
    rotation = Rotation("first", "UTC", Unit.WEEK, 1, anchor, members)
    RosterWriter(store).save_schedule(Schedule("net", "UTC", (Layer("first", rotation),)), now - 4 * DAY, name="net")
    visit = Visit("v1", "visit", "laptop swap", now + 5 * HOUR, now + 6 * HOUR, "Lyon", people=("Dana K.", "Reyes"))
    PresenceWriter(store).save_visit(visit)
    store.close()
