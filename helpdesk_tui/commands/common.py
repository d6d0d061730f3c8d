"""What every command begins with: folders, settings, and how to speak to the user."""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from helpdesk_tui import config, paths, safe_text
from helpdesk_tui.config import Config, ViewConfig
from helpdesk_tui.data import stores
from helpdesk_tui.domain.filters import language as filters
from helpdesk_tui.domain.views import Grouping, Sort, View
from helpdesk_tui.errors import ConfigError, FilterError, UsageError
from helpdesk_tui.paths import Paths
from helpdesk_tui.secrets import strike_out

if TYPE_CHECKING:
    from helpdesk_tui.desk.staff import StaffRules

SLOT = re.compile("[1-9]|f[a-z]")


class Place(NamedTuple):
    """The folders and settings a command works with."""

    paths: Paths
    config: Config


def place(home: str | None) -> Place:
    """Find the folders and read the settings; from then on local time is that of [screen] zone. Raises ConfigError."""
    found = paths.find(home)
    settings = config.load(found.config_file)
    if settings.store.cache:
        found = found._replace(cache_dir=_folder(settings, "cache"))
    if settings.store.team:
        found = found._replace(team_dir=_folder(settings, "team"))
    if settings.screen.zone:
        os.environ["TZ"] = settings.screen.zone
        time.tzset()
    found, line = stores.settle(found)
    if line and sys.stderr.isatty():
        warn(line)
    return Place(found, settings)


def own_views(settings: Config) -> tuple[View, ...]:
    """The views of the settings as the desk has them. Raises ConfigError naming the one that cannot be shown."""
    return tuple(_own_view(view, settings) for view in settings.views.values())


def staff_rules(settings: Config) -> StaffRules:
    """How people are ranked by the settings."""
    from helpdesk_tui.desk.staff import StaffRules
    from helpdesk_tui.domain.ranking.values import Weights

    return StaffRules(Weights(*astuple(settings.ranking)), settings.skills)


def _own_view(view: ViewConfig, settings: Config) -> View:
    where = f"views.{view.name}"
    try:
        filters.parse(view.filter)
    except FilterError as error:
        raise ConfigError(str(error), file=settings.file, key=f"{where}.filter") from None
    if view.slot and not SLOT.fullmatch(view.slot):
        raise ConfigError("must be a digit 1 to 9, or f and a letter", file=settings.file, key=f"{where}.slot")
    if view.sort not in set(Sort):
        raise ConfigError(f"must be one of {', '.join(Sort)}", file=settings.file, key=f"{where}.sort")
    if view.group not in set(Grouping):
        known = ", ".join(filter(None, Grouping))
        raise ConfigError(f"must be one of {known}, or empty", file=settings.file, key=f"{where}.group")
    title = view.title or view.name
    sort, grouping = Sort(view.sort), Grouping(view.group)
    return View(view.slot, view.name, title, view.filter, sort, grouping=grouping, own=True)


def _folder(settings: Config, key: str) -> Path:
    """A folder that [store] names. Raises ConfigError where it cannot be one."""
    try:
        folder = Path(getattr(settings.store, key)).expanduser().absolute()
        step = folder
        while not step.exists():
            step = step.parent
        if step.is_dir():
            return folder
        words = f"{step} is no folder"
    except RuntimeError:
        words = "there is no such user"
    except OSError as error:
        words = f"cannot be used: {error.strerror or error}"
    raise ConfigError(words, file=settings.file, key=f"store.{key}")


def unexpected(error: Exception, home: str | None) -> int:
    """One line for what nobody foresaw; where it came from goes to the log. The exit code."""
    import logging

    logger = logging.getLogger("helpdesk_tui")
    told = ""
    try:
        from helpdesk_tui import log

        if not log.started():
            log.start(paths.find(home).log_dir, "command")
        logger.error("ended unexpectedly", exc_info=error)
        told = f"; the log in {paths.find(home).log_dir} says where"
    except (OSError, RuntimeError):
        pass  # without a place for a log, the line has to do
    if isinstance(error, OSError) and error.strerror:
        words = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    else:
        words = f"a mistake of ours ({type(error).__name__}: {str(error)[:300]}){told}"
    warn(f"helpdesk-tui: {strike_out(words)}")
    return 1


def configured(home: str | None) -> Place:
    """As `place`, where at least one source is configured. Raises UsageError else."""
    found = place(home)
    if not found.config.sources:
        raise UsageError(
            f"no platform is configured in {found.paths.config_file}; run helpdesk-tui setup, or helpdesk-tui demo"
        )
    return found


def need_cache(there: Place) -> None:
    """Raises UsageError where nothing has been pulled yet, or the cache was emptied: no tickets is another answer."""
    cache = there.paths.cache_db
    if not cache.exists() or not cache.stat().st_size:
        raise UsageError("nothing has been pulled yet; run helpdesk-tui sync --once")


def say(words: str) -> None:
    """One line for the user, made safe, on standard output."""
    print(safe_text.line(words, limit=2_000))


def warn(words: str) -> None:
    """One line for the user, made safe, on standard error."""
    print(safe_text.line(words, limit=2_000), file=sys.stderr)
