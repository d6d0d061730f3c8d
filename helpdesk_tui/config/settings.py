"""Settings: one TOML file, every key declared here once, every mistake one line that names file, key and mend.

The file is `config.toml` in the configuration folder (`helpdesk_tui.paths`). Standard library only: the screen reads
its settings before the first frame. Nothing here holds a secret; `token_file` and `token_command` say where one is.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpdesk_tui.config.checks import (
    MACROS,
    OPTION_KEYS,
    PLATFORMS,
    SCOPE_KEYS,
    check_own,
    check_platform,
    check_program,
    check_url,
    check_zone,
    near,
    setting,
    text_of,
    unknown,
)
from helpdesk_tui.config.reading import named, section
from helpdesk_tui.errors import ConfigError

if TYPE_CHECKING:
    from helpdesk_tui.config.macros import MacroConfig
    from helpdesk_tui.config.roster import RosterConfig
    from helpdesk_tui.config.sla import AlarmConfig, SlaConfig
    from helpdesk_tui.config.staff import RankingConfig

AUTH_WAYS: Mapping[str, tuple[str, ...]] = {
    "servicenow": ("basic", "oauth", "api_key"),
    "jira": ("token", "scoped_token", "pat"),
    "zendesk": ("oauth", "token"),
}
BADGES: Mapping[str, str] = {"servicenow": "SN", "jira": "JSM", "zendesk": "ZD"}

THEMES = ("", "auto", "dark", "light", "ansi", "mono")
SORTS = (
    "due", "priority", "idle", "age", "updated", "instate", "group", "owner", "state", "source", "number", "title",
    "bounces", "alike",
)  # fmt: skip
GROUPINGS = ("", "group", "owner", "priority", "state", "source", "org", "category", "alike")
_TIME = re.compile("([01][0-9]|2[0-3]|[0-9]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One configured account of a platform."""

    name: str = setting("", "given by the table's own name")
    platform: str = setting("", "servicenow, jira or zendesk, or the name of an installed adapter")
    url: str = setting("", "the base address, such as https://example.service-now.com")
    username: str = setting("", "who signs in: a user name or e-mail address")
    auth: str = setting(
        "", "how: basic, oauth, api_key (ServiceNow); token, scoped_token, pat (Jira); oauth, token (Zendesk)"
    )
    client_id: str = setting("", "the OAuth client, where auth is oauth")
    token_command: tuple[str, ...] = setting((), "a command that prints the secret on its first line")
    token_file: str = setting("", "a file of mode 0600 that holds the secret; relative to this file's folder")
    label: str = setting("", "the name shown for this source; its table's name where empty")
    badge: str = setting("", "two or three letters shown in lists; SN, JSM or ZD where empty")
    scope: Mapping[str, Any] = setting({}, "which tickets: groups, query, tables; projects, jql; groups, brands")
    options: Mapping[str, Any] = setting({}, "settings of one platform only; see its page in the documentation")
    poll: int = setting(
        0, "seconds between two looks for changes; the platform's default where 0", least=0, most=86_400
    )
    history_days: int = setting(0, "days of closed tickets to keep; [sync] history_days where 0", least=0, most=36_500)
    requests_per_minute: int = setting(0, "never ask more often than this; the platform's default where 0", least=0)

    @property
    def shown_badge(self) -> str:
        """The letters that stand for this source in lists."""
        return self.badge or BADGES.get(self.platform, self.name[:3].upper())


@dataclass(frozen=True, slots=True)
class ScreenConfig:
    """How the desk looks and listens."""

    theme: str = setting("", "auto, dark, light, ansi or mono; :theme in the desk lists them", choices=THEMES)
    ascii: bool = setting(False, "draw with ASCII characters only")
    mouse: str = setting("auto", "on, off, or auto: off over SSH", choices=("auto", "on", "off"))
    preset: str = setting("vim", "the keys: vim, arrows, mutt or jira", choices=("vim", "arrows", "mutt", "jira"))
    zone: str = setting("", "the IANA zone times are shown in; this machine's where empty")
    read_only: bool = setting(False, "nothing can be changed on any platform from here")


@dataclass(frozen=True, slots=True)
class SyncConfig:
    """What the sync process keeps and how long it lives."""

    history_days: int = setting(90, "days a closed ticket stays in the cache", least=0, most=36_500)
    body_days: int = setting(30, "days the words of a closed ticket stay in the cache", least=0, most=36_500)
    linger_minutes: int = setting(15, "how long sync goes on after the last screen has closed", least=0)
    most_hours: int = setting(24, "sync ends after this many hours without a screen at the latest", least=1)
    reconcile_at: str = setting("03:10", "when the nightly comparison of everything begins, UTC, HH:MM")


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """Where the stores live."""

    cache: str = setting("", "a folder on a local disk for the cache; chosen by itself where empty")
    team: str = setting(
        "", "a folder that a team on this host shares (group-owned, mode 2770); this user's own where empty"
    )


@dataclass(frozen=True, slots=True)
class ViewConfig:
    """A view of the user's own."""

    name: str = setting("", "given by the table's own name")
    slot: str = setting("", "what opens it: a digit 1 to 9, or f and a letter such as fx; :view NAME where empty")
    title: str = setting("", "what the tab says; the name where empty")
    filter: str = setting("", "a filter, as typed after /")
    sort: str = setting("due", "due, priority, idle, age, updated, group, owner, state or number", choices=SORTS)
    group: str = setting("", "group rows by this: group, owner, priority, source or nothing", choices=GROUPINGS)


@dataclass(frozen=True, slots=True)
class LogConfig:
    """The log file."""

    level: str = setting("info", "how much is written", choices=("debug", "info", "warning", "error"))


@dataclass(frozen=True, slots=True)
class Config:
    """All settings. `file` is where they were read from; None means built-in defaults only."""

    file: Path | None = None
    sources: Mapping[str, SourceConfig] = field(default_factory=dict)
    screen: ScreenConfig = field(default_factory=ScreenConfig)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Command ids to the keys that take the place of their own."""
    sync: SyncConfig = field(default_factory=SyncConfig)
    store: StoreConfig = field(default_factory=StoreConfig)
    views: Mapping[str, ViewConfig] = field(default_factory=dict)
    log: LogConfig = field(default_factory=LogConfig)
    late: Mapping[str, Any] = field(default_factory=dict)
    """Sections of the file that the first frame does without, by name; what it does not name is loaded when asked."""
    skills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Skills to the words that ask for them."""
    macros: Mapping[str, MacroConfig] = field(default_factory=dict)

    @property
    def sla(self) -> SlaConfig:
        """The team's own calendars and policies."""
        from helpdesk_tui.config.sla import SlaConfig

        return self.late.get("sla") or SlaConfig()

    @property
    def roster(self) -> RosterConfig:
        """How rosters are judged."""
        from helpdesk_tui.config.roster import RosterConfig

        return self.late.get("roster") or RosterConfig()

    @property
    def alarms(self) -> AlarmConfig:
        """What happens when a clock is about to breach, or does."""
        from helpdesk_tui.config.sla import AlarmConfig

        return self.late.get("alarms") or AlarmConfig()

    @property
    def ranking(self) -> RankingConfig:
        """How much each term counts when people are ranked."""
        from helpdesk_tui.config.staff import RankingConfig

        return self.late.get("ranking") or RankingConfig()


LATE = ("sla", "roster", "alarms", "ranking")
FREE = ("keys", "skills")
"""`keys`: command id to key or keys; `skills`: skill to word or words."""
NAMES = ("screen", "sync", "store", "log", *LATE, "sources", "views", "macros", *FREE)
"""Every table of the file; `sources`, `views` and `macros` hold one table a name."""


def sections() -> dict[str, type[Any]]:
    """Every table of the file but the free ones, with what it is."""
    from helpdesk_tui.config.macros import MacroConfig

    first = {"screen": ScreenConfig, "sync": SyncConfig, "store": StoreConfig, "log": LogConfig}
    named = {"sources": SourceConfig, "views": ViewConfig, "macros": MacroConfig}
    return {**first, **{name: type(getattr(Config(), name)) for name in LATE}, **named}


def load(file: Path) -> Config:
    """Read and check the settings. A file that is not there gives the defaults. Raises ConfigError."""
    try:
        return parse(text_of(file), file)
    except FileNotFoundError:
        if file.is_symlink():
            raise ConfigError("points to a file that is not there", file=file) from None
        return Config()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror or error}", file=file) from None


def parse(text: str, file: Path) -> Config:
    """Check settings given as TOML text; `file` is what messages name. Raises ConfigError."""
    try:
        tables = tomllib.loads(text)
    except RecursionError:
        raise ConfigError("is not TOML: brackets in brackets without end", file=file) from None
    except ValueError as error:  # a number of thousands of digits is one, too, and no TOMLDecodeError
        raise ConfigError(f"is not TOML: {str(error)[:200]}", file=file) from None
    for name in tables:
        if name not in NAMES:
            raise ConfigError(unknown(name, [*NAMES]), file=file, key=name)
    sources = named(SourceConfig, tables, "sources", file)
    for source in sources.values():
        _check_source(source, file)
    screen = section(ScreenConfig, tables.get("screen", {}), "screen", file)
    if screen.zone:
        check_zone(screen.zone, "screen.zone", file)
    return Config(
        file=file,
        sources=sources,
        screen=screen,
        keys=_keys(tables.get("keys", {}), file),
        sync=_sync(section(SyncConfig, tables.get("sync", {}), "sync", file), file),
        store=section(StoreConfig, tables.get("store", {}), "store", file),
        views=named(ViewConfig, tables, "views", file),
        log=section(LogConfig, tables.get("log", {}), "log", file),
        late={name: _late(name, tables[name], file) for name in LATE if name in tables},
        skills=_skills(tables["skills"], file) if "skills" in tables else {},
        macros=_macros(tables, file),
    )


def _late(name: str, table: Any, file: Path) -> Any:
    """A section that the first frame does without, where the file has it."""
    found = section(type(getattr(Config(), name)), table, name, file)
    if name == "alarms":
        from helpdesk_tui.config.sla import check_alarms

        return check_alarms(found, file)
    if name == "sla":
        from helpdesk_tui.config.sla import check_sla

        return check_sla(found, file)
    if name == "ranking":
        from helpdesk_tui.config.staff import check_ranking

        return check_ranking(found, file)
    return found


def _skills(table: Any, file: Path) -> dict[str, tuple[str, ...]]:
    from helpdesk_tui.config.staff import skill_words

    return skill_words(table, file)


def _macros(tables: Mapping[str, Any], file: Path) -> dict[str, MacroConfig]:
    """The macros of the settings and of the file beside them."""
    if "macros" not in tables and not os.path.lexists(file.parent / MACROS):
        return {}
    from helpdesk_tui.config.macros import MacroConfig, macros

    return macros(tables, file, lambda group, place: named(MacroConfig, group, "macros", place))


def _check_source(source: SourceConfig, file: Path) -> None:
    where = f"sources.{source.name}"
    if not source.platform:
        raise ConfigError(f"is missing: one of {', '.join(PLATFORMS)}", file=file, key=f"{where}.platform")
    if source.platform not in PLATFORMS:
        check_platform(source.platform, f"{where}.platform", file)
    check_url(source.url, f"{where}.url", file)
    if source.token_command:
        check_program(source.token_command, f"{where}.token_command", file)
    ways = AUTH_WAYS.get(source.platform)
    if ways and source.auth and source.auth not in ways:
        raise ConfigError(f"must be one of {', '.join(ways)}{near(source.auth, ways)}", file=file, key=f"{where}.auth")
    check_own(source.scope, SCOPE_KEYS.get(source.platform), f"{where}.scope", file)
    check_own(source.options, OPTION_KEYS.get(source.platform), f"{where}.options", file)


def _sync(sync: SyncConfig, file: Path) -> SyncConfig:
    if not _TIME.fullmatch(sync.reconcile_at):
        raise ConfigError("must be a time such as 03:10", file=file, key="sync.reconcile_at")
    return sync


def _keys(table: Any, file: Path) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, dict):
        raise ConfigError("must be a table: [keys]", file=file, key="keys")
    found: dict[str, tuple[str, ...]] = {}
    for ident, value in table.items():
        keys = [value] if isinstance(value, str) else value
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise ConfigError(
                'must be a key or a list of keys, such as ["ctrl+f", "g f"]', file=file, key=f"keys.{ident}"
            )
        found[ident] = tuple(keys)
    return found
