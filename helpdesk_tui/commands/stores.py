"""`db check`, `db backup`, `db restore` and `db purge`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpdesk_tui import presence
from helpdesk_tui.commands.common import Place, place, say
from helpdesk_tui.data import upkeep
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.errors import StoreError, UsageError

PRECIOUS = (StoreKind.PERSONAL, StoreKind.TEAM)


def run_check(home: str | None) -> int:
    """Read every store whole; 1 where one is not sound. A store that was not made yet is no fault."""
    there = place(home)
    bad = 0
    for kind in StoreKind:
        path = path_of(there, kind)
        if not path.exists():
            say(f"{kind}: not made yet")
            continue
        faults = upkeep.check(path, kind)
        bad += bool(faults)
        for line in faults or [f"{path}: sound"]:
            say(f"{kind}: {line}")
    return 1 if bad else 0


def run_backup(home: str | None) -> int:
    """Copy the precious stores. Raises StoreError."""
    there = place(home)
    for kind in PRECIOUS:
        path = path_of(there, kind)
        say(f"{kind}: {upkeep.backup(path, kind)}" if path.exists() else f"{kind}: not made yet")
    return 0


def run_restore(home: str | None, store: str, backup: str) -> int:
    """Put a backup in the place of a precious store. Raises UsageError, StoreError."""
    kind = next((kind for kind in PRECIOUS if str(kind) == store), None)
    if kind is None:
        raise UsageError(f"there is no precious store {store}; there is {' and '.join(map(str, PRECIOUS))}")
    path = path_of(place(home), kind)
    copy = Path(backup) if backup else upkeep.newest_good(path, kind)
    if copy is None:
        raise StoreError("there is no good backup", path=path.parent / "backups")
    aside = upkeep.restore(path, kind, copy)
    say(f"{kind}: restored from {copy}{f'; the file before is {aside}' if aside else ''}")
    return 0


def run_purge(home: str | None) -> int:
    """Empty the cache, its log and what was set aside. Raises UsageError where sync goes on all the same, StoreBusy."""
    there = place(home)
    with sync_kept_away(there) as ended:
        upkeep.purge(path_of(there, StoreKind.CACHE))
    also = "; the one that ran was ended, and an open desk starts another" if ended else ""
    say(f"the cache is empty; the next sync fills it again{also}")
    return 0


@contextmanager
def sync_kept_away(there: Place) -> Iterator[bool]:
    """No sync process while this lasts: it would go on from where it was in a cache that is empty now.

    Yields whether one had to be ended. Raises UsageError where it does not end.
    """
    holder = presence.sync_holder(there.paths)
    if holder is not None and not presence.ask_to_end(there.paths, holder):
        raise UsageError(f"the sync process {holder.pid} is at work and does not end; end it first")
    lock = presence.hold_sync(there.paths, 0)
    if lock is None:
        raise UsageError("a sync process has just begun; try again")
    try:
        yield holder is not None
    finally:
        lock.release()


def path_of(there: Place, kind: StoreKind) -> Path:
    """The file of a store."""
    paths = there.paths
    return {
        StoreKind.CACHE: paths.cache_db,
        StoreKind.PERSONAL: paths.personal_db,
        StoreKind.TEAM: paths.team_db,
    }[kind]
