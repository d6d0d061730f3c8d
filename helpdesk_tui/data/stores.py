"""Opening the three stores. Importing this loads nothing heavy; opening for writing does.

store = stores.open_write(paths.cache_db, StoreKind.CACHE)      # makes, migrates or mends it where needed
connection = stores.open_read(paths.cache_db, StoreKind.CACHE)  # DB-API, read only
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from helpdesk_tui.data import files
from helpdesk_tui.data.files import StoreIdentity
from helpdesk_tui.data.locks import FileLock, lock_path, probe, users_path
from helpdesk_tui.data.mounts import cache_directory, file_system
from helpdesk_tui.data.sqlite import SCHEMA, Condition, StoreKind, check_version, open_read, recognise
from helpdesk_tui.errors import CorruptStore, ForeignStore, NewerStore, StoreError, StoreReadOnly

if TYPE_CHECKING:
    from helpdesk_tui.data.engine import Store
    from helpdesk_tui.data.write.cache import CacheWriter
    from helpdesk_tui.data.write.personal import PersonalWriter
    from helpdesk_tui.paths import Paths

__all__ = [
    "CACHE_SCHEMA",
    "SCHEMA",
    "Condition",
    "StoreIdentity",
    "StoreKind",
    "bring_up",
    "cache_directory",
    "create",
    "file_system",
    "newer_than_us",
    "open_cache",
    "open_personal",
    "open_read",
    "open_write",
    "probe",
    "recognise",
    "settle",
]


def create(path: Path, kind: StoreKind) -> None:
    """Make an empty store of the present schema. It appears whole under its name or not at all.

    The caller holds the lock, or is the only one who knows the path. Raises StoreReadOnly, DiskFull.
    """
    import os

    from helpdesk_tui.data import migrate
    from helpdesk_tui.data.engine import connect, translated

    files.make_directory(path.parent)
    fresh = path.with_name(f"{path.name}.new")
    files.remove(fresh)
    os.close(files.open_private(fresh, os.O_RDWR | os.O_EXCL))
    engine = connect(fresh, kind, wal=file_system(path.parent).local)
    try:
        with translated(path), engine.begin() as connection:
            migrate.make(connection, kind)
    finally:
        engine.dispose()
    files.remove(path)
    fresh.rename(path)


def open_write(path: Path, kind: StoreKind, *, suspect: bool = False) -> Store:
    """Open a store for writing, having made, migrated or mended it where that was needed.

    `suspect` has it checked whole first: hand it in after a CorruptStore. What was mended is said in `Store.notes`.
    Raises ForeignStore and NewerStore, which nobody may touch, StoreReadOnly (with the reason), StoreBusy and
    DiskFull.
    """
    from helpdesk_tui.data.engine import Store

    files.make_directory(path.parent)
    reason = probe(path.parent)
    if reason:
        raise StoreReadOnly(reason, path=path)
    lock = FileLock(lock_path(path))
    users = FileLock(users_path(path))
    try:
        with lock.held(patience=60.0):
            alone = users.try_take()
            notes = _make_ready(path, kind, suspect=suspect or (alone and _unclean(path)))
            users.try_take(shared=True)
        return Store(path, kind, notes=tuple(notes))
    finally:
        users.close()
        lock.close()


def _unclean(path: Path) -> bool:
    """Whether whoever wrote last did not close: what it would have tidied up is still there."""
    return any(
        companion.exists() and companion.stat().st_size > 0
        for companion in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-journal"))
    )


def _make_ready(path: Path, kind: StoreKind, *, suspect: bool) -> list[str]:
    """Under the lock: bring the file into the state in which `Store` may open it. Returns lines for the user."""
    from helpdesk_tui.data import upkeep

    condition = recognise(path, kind)
    if condition is Condition.FOREIGN:
        raise ForeignStore(f"not a {kind} store of this program; move it away or choose another place", path=path)
    if condition is Condition.MISSING:
        create(path, kind)
        return []
    if condition is not Condition.OURS:
        return _mended(path, kind, "is empty" if condition is Condition.EMPTY else "is damaged")
    try:
        if suspect:
            upkeep.quick_check(path)
        _bring_up(path, kind)
    except CorruptStore:
        return _mended(path, kind, "is damaged")
    return []


def _mended(path: Path, kind: StoreKind, what: str) -> list[str]:
    """Mend a store and bring what came of it (a backup may be older) up to the present schema."""
    from helpdesk_tui.data import mend

    notes = mend.mend(path, kind, what)
    _bring_up(path, kind)
    return notes


def _bring_up(path: Path, kind: StoreKind) -> None:
    """Migrate an older file; a precious one is backed up first, and once a day. Raises NewerStore, CorruptStore."""
    from helpdesk_tui.data import migrate, upkeep
    from helpdesk_tui.data.engine import connect, translated

    engine = connect(path, kind, wal=file_system(path.parent).local)
    try:
        with translated(path), engine.connect() as connection:
            driver = connection.connection.driver_connection
            found = driver.execute("PRAGMA user_version").fetchone()[0] if driver is not None else 0
        check_version(found, kind, path, migrating=True)
        if found < SCHEMA[kind]:
            if kind.precious:
                upkeep.backup(path, kind)
            with translated(path), engine.begin() as connection:
                migrate.upgrade(connection, kind)
    finally:
        engine.dispose()
    if kind.precious:
        upkeep.backup_if_due(path, kind)


CACHE_SCHEMA = SCHEMA[StoreKind.CACHE]
"""The cache schema this version works with, as the sync lock tells it to others."""


def settle(paths: Paths) -> tuple[Paths, str]:
    """The paths with the cache and all locks on a disk of this host, and a line for the user where that moved them."""
    place, note = cache_directory(paths.cache_dir)
    return (paths._replace(cache_dir=place) if place != paths.cache_dir else paths), note


def open_cache(paths: Paths) -> CacheWriter:
    """The cache, for the sync process alone. Raises as `open_write` does."""
    from helpdesk_tui.data.write.cache import CacheWriter

    return CacheWriter(open_write(paths.cache_db, StoreKind.CACHE))


def open_personal(paths: Paths) -> PersonalWriter:
    """The user's own store, for writing. Raises as `open_write` does."""
    from helpdesk_tui.data.write.personal import PersonalWriter

    return PersonalWriter(open_write(paths.personal_db, StoreKind.PERSONAL))


def bring_up(path: Path, kind: StoreKind) -> tuple[str, ...]:
    """Migrate a store of an earlier version, and mend a damaged one, which only a writer would do otherwise; what was
    mended, in lines for the user. Nothing where there is none yet or all is well. Raises as `open_write` does."""
    if not path.exists():
        return ()
    try:
        reader = open_read(path, kind)
        try:
            sound = reader.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        except sqlite3.DatabaseError:
            sound = False
        finally:
            reader.close()
    except (NewerStore, ForeignStore):
        raise
    except StoreError:
        sound = False
    if sound:
        return ()
    store = open_write(path, kind, suspect=True)
    try:
        return store.notes
    finally:
        store.close()


def newer_than_us(paths: Paths) -> bool:
    """Whether a newer version of the program has taken the cache over."""
    try:
        open_read(paths.cache_db, StoreKind.CACHE).close()
    except NewerStore:
        return True
    except StoreError:
        return False
    return False
