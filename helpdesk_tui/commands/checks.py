"""What `doctor` looks at, each thing a finding with its mend."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from helpdesk_tui import presence
from helpdesk_tui.commands.common import Place
from helpdesk_tui.commands.sign_in import check, sight, who_is
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.errors import AuthFailed, ConfigError, PlatformError, SecretError, StoreError
from helpdesk_tui.secrets import SourceSecret, for_sources

LEAST_DISK = 500_000_000
MOST_SKEW = 120
FIXED_SQLITE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""Versions from which on their line no longer has the fault by which two writers of one log can damage a file."""


class Grade(StrEnum):
    """How bad a finding is."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it is, how it is, and what mends it."""

    grade: Grade
    what: str
    words: str
    mend: str = ""

    def as_json(self) -> dict[str, str]:
        """For `--json`."""
        return {name: str(value) for name, value in asdict(self).items()}


def local_findings(there: Place) -> Iterator[Finding]:
    """Terminal, colours, escape delay, Python and SQLite, settings, secrets and the sync process."""
    yield from _terminal()
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(Grade.GOOD, "python", version)
    yield _sqlite()
    file = there.paths.config_file
    if there.config.sources:
        yield Finding(Grade.GOOD, "settings", f"{file}, {counted(len(there.config.sources), 'source')}")
    else:
        yield Finding(Grade.BAD, "settings", f"{file}: no sources", "run helpdesk-tui setup")
    for name, secret in for_sources(there.config).items():
        try:
            secret.check()
            yield Finding(Grade.GOOD, f"secret of {name}", secret.origin())
        except SecretError as error:
            yield Finding(Grade.BAD, f"secret of {name}", str(error), f"or run helpdesk-tui setup {name}")
    holder = presence.sync_holder(there.paths)
    words = f"process {holder.pid}, version {holder.version}" if holder else "not running; the desk starts it"
    yield Finding(Grade.GOOD if holder else Grade.NOTE, "sync", words)


def store_findings(there: Place) -> Iterator[Finding]:
    """The three stores, where they are, and the room they have."""
    from helpdesk_tui.data import stores

    kinds = (
        (stores.StoreKind.CACHE, there.paths.cache_db),
        (stores.StoreKind.PERSONAL, there.paths.personal_db),
        (stores.StoreKind.TEAM, there.paths.team_db),
    )
    for kind, path in kinds:
        if not path.exists():
            yield Finding(Grade.NOTE, f"{kind} store", f"{path}: not made yet")
            continue
        try:
            stores.open_read(path, kind).close()
            on = stores.file_system(path.parent)
            yield Finding(Grade.GOOD, f"{kind} store", f"{path}, {path.stat().st_size / 1e6:.1f} MB on {on.kind}")
            if kind is stores.StoreKind.CACHE and not on.local:
                yield Finding(Grade.BAD, "cache", f"is on {on.kind}", "set [store] cache to a folder on a local disk")
        except StoreError as error:
            yield Finding(Grade.BAD, f"{kind} store", str(error), "helpdesk-tui db check")
    folder = there.paths.cache_dir
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    grade = Grade.GOOD if free > LEAST_DISK else Grade.BAD
    yield Finding(grade, "disk", f"{free / 1e9:.1f} GB free at {folder}", "" if grade is Grade.GOOD else "make room")


async def platform_findings(there: Place) -> list[Finding]:
    """Each platform's reach, rights and clock, all asked side by side."""
    secrets = for_sources(there.config)
    found = await asyncio.gather(*(_platform(there, one, secrets[name]) for name, one in there.config.sources.items()))
    return [finding for group in found for finding in group]


async def _platform(there: Place, source: SourceConfig, secret: SourceSecret) -> list[Finding]:
    try:
        signed_in = await check(source, secret)
    except (AuthFailed, SecretError) as error:
        return [Finding(Grade.BAD, source.name, str(error), f"helpdesk-tui setup {source.name}")]
    except PlatformError as error:
        return [Finding(Grade.BAD, source.name, str(error), f"is {source.url} right, and reachable from here?")]
    except ConfigError as error:
        return [Finding(Grade.BAD, source.name, str(error), f"change it in {there.paths.config_file}")]
    who = f"signed in as {who_is(signed_in)}, zone {signed_in.zone or '?'}"
    findings = [Finding(Grade.GOOD, source.name, f"{who}; changes by {signed_in.feed}")]
    findings += [Finding(Grade.GOOD, source.name, sight(what)) for what in signed_in.sees]
    findings += [Finding(Grade.NOTE, source.name, what) for what in signed_in.cannot]
    if abs(signed_in.skew) > MOST_SKEW:
        mend = "set the clock that is wrong: times left are told by this machine's"
        findings.append(Finding(Grade.NOTE, source.name, f"its clock is {signed_in.skew:+d} s from ours", mend))
    return findings


def _terminal() -> Iterator[Finding]:
    term = os.environ.get("TERM", "")
    if not sys.stdout.isatty():
        yield Finding(Grade.NOTE, "terminal", "output is not a terminal")
    elif term in ("", "dumb"):
        yield Finding(Grade.BAD, "terminal", f"TERM is {term or 'not set'}", "use a terminal such as xterm-256color")
    else:
        size = shutil.get_terminal_size()
        grade = Grade.GOOD if size.columns >= 80 and size.lines >= 24 else Grade.BAD
        yield Finding(
            grade, "terminal", f"{term}, {size.columns}x{size.lines}", "" if grade is Grade.GOOD else "80x24 is needed"
        )
    colours = (
        "16 million" if os.environ.get("COLORTERM") in ("truecolor", "24bit") else "256" if "256" in term else "16"
    )
    yield Finding(Grade.GOOD, "colours", "none (NO_COLOR)" if os.environ.get("NO_COLOR") else colours)
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        yield Finding(Grade.NOTE, "characters", f"{encoding}: drawing with ASCII", "set LANG to a UTF-8 locale")
    remote = any(os.environ.get(name) for name in ("SSH_CONNECTION", "TMUX", "STY"))
    delay = os.environ.get("ESCDELAY", "400" if remote else "100")
    yield Finding(Grade.GOOD, "escape delay", f"{delay} ms{', over a link' if remote else ''}")


def _sqlite() -> Finding:
    version = sqlite3.sqlite_version_info
    fixed = version >= FIXED_SQLITE[0] or any(version[:2] == line[:2] and version >= line for line in FIXED_SQLITE[1:])
    words = f"{sqlite3.sqlite_version}"
    if fixed:
        return Finding(Grade.GOOD, "sqlite", words)
    return Finding(
        Grade.NOTE, "sqlite", f"{words} has the write-ahead log fault mended in 3.51.3; our locks keep clear of it"
    )
