"""`sync`: be the sync process, or bring the cache up to date once."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk_tui import presence
from helpdesk_tui.commands.common import Place, configured, say, warn
from helpdesk_tui.errors import UsageError


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How to sync. `quiet` says nothing but what went wrong."""

    once: bool = False
    source: str = ""
    accept_removals: bool = False
    started_by_screen: bool = False
    quiet: bool = False


def run_sync(home: str | None, options: SyncOptions) -> int:
    """The exit code: 0 done, 2 settings, 3 a platform could not be reached, 4 it refused."""
    from helpdesk_tui import log
    from helpdesk_tui.sync.pace import load_in_peace

    load_in_peace()
    asked = presence.received_secrets()
    there = configured(home)
    if options.source and options.source not in there.config.sources:
        known = ", ".join(there.config.sources)
        raise UsageError(f"there is no source {options.source}; there is {known}")
    log.start(there.paths.log_dir, "sync", there.config.log.level)
    if options.once or options.accept_removals:
        return _once(there, options, asked)
    return _serve(there, options, asked)


def _serve(there: Place, options: SyncOptions, asked: dict[str, str]) -> int:
    from helpdesk_tui.data.stores import CACHE_SCHEMA
    from helpdesk_tui.sync.process import Ending, Life
    from helpdesk_tui.sync.serve import serve

    lock = presence.hold_sync(there.paths, CACHE_SCHEMA)
    if lock is None:
        holder = presence.sync_holder(there.paths)
        if not options.started_by_screen:
            warn(f"sync is running already{f' as process {holder.pid}' if holder else ''}")
        return 1
    keep = there.config.sync
    life = Life(keep.linger_minutes * 60, keep.most_hours * 3600) if options.started_by_screen else Life()
    try:
        ending = serve(there.paths, there.config, asked, life, lock)
    finally:
        lock.release()
    return 1 if ending is Ending.NEWER else 0


def unsaid(_line: str) -> None:
    """Report nothing."""


def _once(there: Place, options: SyncOptions, asked: dict[str, str]) -> int:
    from helpdesk_tui.data.stores import CACHE_SCHEMA
    from helpdesk_tui.sync.once import ask_running, run_once

    report = unsaid if options.quiet else say
    while (lock := presence.hold_sync(there.paths, CACHE_SCHEMA)) is None:
        kind = "accept" if options.accept_removals else "sync"
        answer = ask_running(there.paths, kind, options.source, report)
        if answer is not None:
            return answer
    try:
        return run_once(there.paths, there.config, asked, options.source, report, consent=options.accept_removals)
    finally:
        lock.release()
