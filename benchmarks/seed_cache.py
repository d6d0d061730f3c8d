"""Fills a cache with believable tickets by plain SQL, for benchmarks and for tests of the reading side.

    python -m benchmarks.seed_cache PATH [--tickets 100000] [--open 10000] [--seed 1]

It writes what the sync process would have written; nothing of the project's own writing side is used but the schema.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from helpdesk_tui.data import stores
from helpdesk_tui.data.stores import StoreKind


def names(text: str) -> tuple[str, ...]:
    """Words as a tuple, for lists of columns."""
    return tuple(text.split())


HOUR = 3600
DAY = 24 * HOUR
SOURCES = (("sn", "servicenow", "SN"), ("jsm", "jira", "JSM"), ("zd", "zendesk", "ZD"))
GROUPS = ("Network", "Apps", "T1", "Field", "Identity", "Telephony", "Print", "Databases", "Security", "Endpoint")
FIRST = ("Ada", "Boris", "Chiara", "Dana", "Emeka", "Farah", "Goran", "Hanna", "Ines", "Jun", "Kofi", "Lena", "Mateo")
LAST = (
    "Abiodun",
    "Brandt",
    "Costa",
    "Duval",
    "Egede",
    "Fischer",
    "Haddad",
    "Ito",
    "Kovač",
    "Lee",
    "Lindqvist",
    "Okafor",
)
LAST_TOO = ("Reyes", "Sato", "Tanaka", "Ueda", "Vasquez", "Weiss", "Yilmaz", "Zhang", "Ørsted", "Müller", "Nguyen")
SUBJECTS = (
    "VPN drops every {n} min",
    "Password reset, locked out of {app}",
    "Printer {n} offline, floor {n}",
    "{app} is slow since this morning",
    "New starter: mailbox by Monday",
    "Cannot map drive after the move",
    "Laptop dock {n}: no display",
    "Meeting room 3.{n} has no audio",
    "{app} licence for the new project",
    "Shared mailbox permission",
    "Guest Wi-Fi voucher fails",
    "Payroll export fails in {app}",
)
APPS = ("Outlook", "SAP", "Jira", "Teams", "Visio", "Citrix", "Salesforce", "AutoCAD", "Confluence", "Adobe")
WORDS = names(
    "since restart yesterday user reports error again tried cable reboot driver update certificate expired token"
    " colleague floor building screen photo attached urgent meeting please call back number account locked remote"
    " office network"
)
STATES = ("new", "open", "open", "pending", "hold")
STATUS = {"new": "New", "open": "In progress", "pending": "Awaiting caller", "hold": "On hold", "solved": "Resolved"}
METRICS = ("first_response", "resolution", "resolution", "next_reply")
TICKET = names(
    "id source key number kind title state status created_at updated_at version priority priority_name grp owner"
    " requester organisation category tags tags_json vip url solved_at closed_at channel is_open due_at due_metric"
    " paused state_since state_since_observed idle_since idle_observed last_public_at last_customer_at bounces"
    " reopens alike alike_count seen_at rev"
)
Values = tuple[object, ...]


def seed(path: Path, tickets: int = 100_000, open: int = 10_000, seed: int = 1, now: int | None = None) -> None:  # noqa: A002
    """Make a cache at `path` with that many tickets, the newest `open` of them open as of `now` (seconds, UTC)."""
    stores.create(path, StoreKind.CACHE)
    rng = random.Random(seed)
    at = int(time.time()) if now is None else now
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN IMMEDIATE")
        people = _people(connection, rng, at)
        _tickets(connection, rng, at, people, tickets, open)
        connection.execute("INSERT INTO ticket_fts(ticket_fts) VALUES ('rebuild')")
        for key, value in (("rev", tickets // 500 + 1), ("last_ticket", tickets)):
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, str(value)))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def insert(connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterator[Values]) -> None:
    """Many rows into one table."""
    marks = ",".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", rows)


def _people(connection: sqlite3.Connection, rng: random.Random, at: int) -> dict[str, int]:
    """Sources, groups, organisations, technicians and requesters; returns how many requesters each source has."""
    columns = names("name platform label badge health since last_ok data_at poll account role phase done total rev")
    rows = [
        (
            name,
            platform,
            platform.title(),
            badge,
            "ok",
            at - DAY,
            at,
            at,
            30,
            f"tech1@{name}.example",
            "agent",
            "live",
            0,
            0,
            1,
        )
        for name, platform, badge in SOURCES
    ]
    insert(connection, "source", columns, iter(rows))
    for source, _, _ in SOURCES:
        insert(
            connection, "grp", ("source", "key", "name", "rev"), ((source, f"g{i}", g, 1) for i, g in enumerate(GROUPS))
        )
        orgs = ((source, f"o{i}", f"{LAST[i % 12]} & {LAST_TOO[i % 11]} Ltd", 1) for i in range(40))
        insert(connection, "organisation", ("source", "key", "name", "rev"), orgs)
        columns = names("source key name email login works_tickets vip organisation rev")
        insert(connection, "person", columns, (_person(rng, source, i) for i in range(3060)))
    return {source: 3000 for source, _, _ in SOURCES}


def _account(source: str) -> str:
    return f"tech1@{source}.example"


def _person(rng: random.Random, source: str, number: int) -> Values:
    """The first sixty work tickets, the rest ask."""
    name = f"{rng.choice(FIRST)} {rng.choice(LAST + LAST_TOO)}"
    key = f"tech{number}" if number < 60 else f"req{number - 60}"
    mail = f"{key}@{source}.example"
    return source, key, name, mail, mail, int(number < 60), int(rng.random() < 0.02), f"o{number % 40}", 1


def _tickets(
    connection: sqlite3.Connection, rng: random.Random, at: int, people: dict[str, int], count: int, open_count: int
) -> None:
    made = [_ticket(rng, at, number, count, open_count, people) for number in range(1, count + 1)]
    insert(connection, "ticket", TICKET, iter(made))
    insert(connection, "body", ("ticket", "text"), ((row[0], _text(rng, 30)) for row in made))
    live = [row for row in made if row[TICKET.index("is_open")]]
    columns = names("source ticket ident metric name stage due_at as_of started_at target calendar rev")
    insert(connection, "clock", columns, (clock for row in live for clock in _clocks(row, at)))
    columns = names("source ticket ident kind at actor old new")
    insert(connection, "event", columns, ((row[1], row[2], "c", "created", row[8], row[15], "", "") for row in live))
    columns = names("source ticket ident kind at author author_name text")
    insert(connection, "activity", columns, (entry for row in live[-500:] for entry in _activity(rng, row)))


def _ticket(rng: random.Random, at: int, number: int, count: int, open_count: int, people: dict[str, int]) -> Values:
    source, _, _ = SOURCES[number % 3]
    is_open = number > count - open_count
    age = int((count - number + rng.random()) * (20 * DAY / max(1, open_count)))
    state = rng.choice(STATES) if is_open else "closed"
    created, updated = at - age - HOUR, at - int(age * rng.random())
    shown = {"sn": f"INC{number:07}", "jsm": f"DESK-{number}", "zd": str(90_000 + number)}[source]
    title = rng.choice(SUBJECTS).format(n=rng.randrange(2, 30), app=rng.choice(APPS))
    priority, owner = (
        rng.choices((1, 2, 3, 4), (1, 8, 50, 41))[0],
        "" if rng.random() < 0.25 else f"tech{rng.randrange(60)}",
    )
    tag = rng.choice(("vip", "onboarding", "printer", "vpn", ""))
    runs = is_open and state != "pending" and rng.random() < 0.9
    due = at + int(rng.gauss(8, 10) * HOUR) if runs else 0
    public, customer = (updated - rng.randrange(DAY), updated - rng.randrange(DAY)) if state != "new" else (0, 0)
    alike = rng.randrange(1, 400) if is_open and rng.random() < 0.15 else 0
    closed = 0 if is_open else updated
    return (
        number, source, f"k{number}", shown, rng.choice(("incident", "request")), title, state,
        STATUS.get(state, "Closed"), created, updated, updated, priority, f"P{priority}", f"g{rng.randrange(10)}",
        owner, f"req{rng.randrange(people[source])}", f"o{rng.randrange(40)}",
        rng.choice(("Hardware", "Software", "")), f" {tag} " if tag else "", f'["{tag}"]' if tag else "[]",
        int(rng.random() < 0.03), f"https://{source}.example/", closed, closed, "email", int(is_open), due,
        rng.choice(METRICS) if runs else "", int(state == "pending"), updated - 60, int(rng.random() < 0.3), updated, 0,
        public, customer, rng.choice((0, 0, 0, 1, 2, 4)), int(rng.random() < 0.03), alike,
        rng.randrange(1, 12) if alike else 0, at, number // 500 + 1,
    )  # fmt: skip


def _clocks(row: Values, at: int) -> Iterator[Values]:
    """The clock the row names, or a paused one."""
    due, metric = row[TICKET.index("due_at")], row[TICKET.index("due_metric")] or "resolution"
    stage = "running" if due else "paused"
    yield row[1], row[2], "1", metric, f"{metric} within target", stage, due, at, row[8], 8 * HOUR, "Mon-Fri", 1
    yield row[1], row[2], "2", "first_response", "first response", "met", 0, at, row[8], HOUR, "Mon-Fri", 1


def _activity(rng: random.Random, row: Values) -> Iterator[Values]:
    created = row[8]
    assert isinstance(created, int)
    for number, kind in enumerate(("customer", "public", "work note", "work note")):
        yield row[1], row[2], str(number), kind, created + number * 600, f"tech{number}", "Ada Brandt", _text(rng, 25)


def _text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(WORDS, k=words)).capitalize() + "."


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    seed(given.path, given.tickets, given.open, given.seed)


if __name__ == "__main__":
    main()
