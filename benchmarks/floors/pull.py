"""A bare loop: pages by httpx, read by orjson, stored by sqlite3's executemany. One connection, one transaction a page.

usage: pull.py URL DATABASE
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

import httpx
import orjson

COLUMNS = (
    "sys_id", "number", "short_description", "description", "state", "active", "priority", "assignment_group",
    "assigned_to", "caller_id", "category", "contact_type", "opened_at", "sys_created_on", "sys_updated_on",
    "sys_mod_count", "resolved_at", "closed_at", "reassignment_count", "reopen_count", "caller_id.name",
)  # fmt: skip


def main(url: str, path: Path) -> None:
    """Pull every page there is."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    named = ", ".join(f'"{column}"' for column in COLUMNS)
    connection.execute(f"CREATE TABLE ticket ({named}, PRIMARY KEY (sys_id))")
    insert = f"INSERT OR REPLACE INTO ticket VALUES ({', '.join('?' * len(COLUMNS))})"
    with httpx.Client(base_url=url, auth=("bench@example.com", "not-a-secret")) as client:
        for address in orjson.loads(client.get("/pages").content):
            rows: list[dict[str, Any]] = orjson.loads(client.get(address).content)["result"]
            with connection:
                connection.executemany(insert, [[row[column]["value"] for column in COLUMNS] for row in rows])
    connection.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
