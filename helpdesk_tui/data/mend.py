"""What is done about a store that is empty or damaged.

The cache is moved aside and made anew: it will be pulled again. A precious store is never dropped: what can be read
of it is written out as JSON, and the newest good backup takes its place; without a backup a new store gets the rows
that were read.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from helpdesk_tui.data import files, upkeep
from helpdesk_tui.data.sqlite import StoreKind, uri
from helpdesk_tui.domain.counted import counted

Rows = dict[str, list[dict[str, object]]]


def mend(path: Path, kind: StoreKind, what: str) -> list[str]:
    """Put a usable store in the place of one that `what` ("is empty", "is damaged"). The caller holds the lock.

    Returns one line for the user. Raises StoreReadOnly and DiskFull.
    """
    from helpdesk_tui.data import stores

    name = path.name
    was = what.replace("is ", "was ", 1)
    if kind is StoreKind.CACHE:
        aside = _set_aside(path)
        for older in _set_aside_before(path, aside):
            older.unlink(missing_ok=True)
        stores.create(path, kind)
        kept = f"; the old file is {aside}" if aside else ""
        return [f"{name} {was} and will be pulled again{kept}"]
    rows = read_out(path)
    aside = _set_aside(path)
    saved = _export(rows, aside) if aside else None
    told = f"; what could be read of the old file is in {saved}" if saved else ""
    good = upkeep.newest_good(path, kind)
    if good is not None:
        upkeep.put_in_place(path, good)
        return [f"{name} {was} and was restored from the backup {good}{told}"]
    stores.create(path, kind)
    count = _load(path, rows)
    kept = f"a new one was made with the {counted(count, 'row')} that could be read"
    return [f"{name} {was}, and there was no backup; {kept}{told}"]


def _set_aside(path: Path) -> Path | None:
    """Rename the file out of the way; an empty one is simply removed."""
    if path.exists() and path.stat().st_size == 0:
        files.remove(path)
        return None
    return files.move_aside(path)


def _set_aside_before(path: Path, newest: Path | None) -> Iterable[Path]:
    """Files of older damaged caches: one is enough to look into, and they hold people's text."""
    kept = {f"{newest.name}{companion}" for companion in files.COMPANIONS} if newest else set()
    return [one for one in path.parent.glob(f"{path.name}.corrupt.*") if one.name not in kept]


def read_out(path: Path) -> Rows:
    """Every row that can still be read, by table. Each table is read from its start and, where that breaks, from its
    end."""
    rows: Rows = {}
    with suppress(sqlite3.Error, OSError), closing(sqlite3.connect(uri(path, "ro"), uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if name != "alembic_version" and not name.startswith("sqlite_"):
                rows[name] = _read_table(connection, name)
    return rows


def _read_table(connection: sqlite3.Connection, name: str) -> list[dict[str, object]]:
    found: dict[int, dict[str, object]] = {}
    for direction in ("ASC", "DESC"):
        try:
            for row in connection.execute(f'SELECT rowid AS "rowid ", * FROM "{name}" ORDER BY rowid {direction}'):
                record = dict(row)
                found[record.pop("rowid ")] = record
            break
        except sqlite3.Error:
            continue
    return [found[number] for number in sorted(found)]


def _export(rows: Rows, aside: Path) -> Path:
    """Write the rows as JSON beside the damaged file."""
    target = aside.with_name(f"{aside.name}.json")
    with os.fdopen(files.open_private(target, os.O_WRONLY | os.O_TRUNC), "w", encoding="utf-8") as file:
        json.dump(rows, file, ensure_ascii=True, indent=1, default=repr)
    return target


def _load(path: Path, rows: Rows) -> int:
    """Put the rows into a new store, leaving out what does not fit it any more. Returns how many were taken."""
    count = 0
    with closing(sqlite3.connect(uri(path, "rw"), uri=True, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for table, records in rows.items():
            known = {row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')}
            for record in records:
                columns = [column for column in record if column in known]
                if not columns:
                    continue
                names = ", ".join(f'"{column}"' for column in columns)
                marks = ", ".join("?" * len(columns))
                with suppress(sqlite3.Error):
                    connection.execute(
                        f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({marks})',
                        [record[column] for column in columns],
                    )
                    count += 1
        connection.execute("COMMIT")
    return count
