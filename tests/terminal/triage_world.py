"""The burst of product part 4b: forty new tickets, of which twelve are one fault, eight password resets, two alike."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from helpdesk_tui.data import stores

HOUR = 3_600
SOURCES = (("sn", "servicenow", "SN"), ("jsm", "jira", "JSM"), ("zd", "zendesk", "ZD"))
PEOPLE = ("Sato", "Brandt", "Lee")
SINGLES = (
    "Badge printer offline", "Teams call drops", "Cannot map S drive", "Laptop dock dead", "New starter mailbox",
    "Shared mailbox permission", "SSO loop", "Meeting room audio", "Outlook add-in crash", "Toner floor five",
    "Monitor arm broken", "Guest voucher fails", "Calendar time zone", "Git quota", "Adobe licence",
    "Firewall rule lab",
    "Laptop for Lyon", "Distribution list owner",
)  # fmt: skip


def build(home: Path, plan_world: Any) -> int:
    """Fills the cache of a home; the instant it was done at, seconds UTC."""
    now = int(time.time())
    (home / "cache").mkdir(mode=0o700, exist_ok=True)
    stores.create(home / "cache" / "cache.db", stores.StoreKind.CACHE)
    with sqlite3.connect(home / "cache" / "cache.db") as connection:
        _people(connection, now)
        due = iter(range(now + HOUR, now + 2 * HOUR, 60))

        def new(source: str, number: str, title: str) -> int:
            values = {"state": "new", "status": "New", "due_at": next(due), "due_metric": "first_response", "grp": "t1"}
            return int(plan_world.ticket(connection, source, number, title, now, **values))

        alike(connection, [new("zd", f"9117{n:02}", f"VPN drops every {n + 5} min") for n in range(12)])
        alike(connection, [new("zd", f"9118{n:02}", f"Password reset for user {n}") for n in range(8)])
        alike(connection, [new("jsm", f"DESK-44{n:02}", "Software request Visio") for n in range(2)])
        for place, title in enumerate(SINGLES):
            new("sn", f"INC00482{place:02}", title)
    connection.close()
    return now


def alike(connection: sqlite3.Connection, ids: list[int]) -> None:
    """These are like each other."""
    values = [(ids[0], len(ids) - 1, ident) for ident in ids]
    connection.executemany("UPDATE ticket SET alike = ?, alike_count = ? WHERE id = ?", values)


def _people(connection: sqlite3.Connection, now: int) -> None:
    source = "INSERT INTO source (name, place, platform, badge, label, health, account, data_at, last_ok, poll, phase)"
    for place, (name, kind, badge) in enumerate(SOURCES):
        values = (name, place, kind, badge, badge, now, now)
        connection.execute(f"{source} VALUES (?, ?, ?, ?, ?, 'ok', 'me', ?, ?, 20, 'live')", values)
        for group, title in (("t1", "T1"), ("net", "Network")):
            connection.execute("INSERT INTO grp (source, key, name) VALUES (?, ?, ?)", (name, group, title))
        for who in PEOPLE:
            connection.execute(
                "INSERT INTO person (source, key, name, login, email, works_tickets) VALUES (?, ?, ?, ?, ?, 1)",
                (name, who.lower(), who, who.lower(), f"{who.lower()}@x.example"),
            )
