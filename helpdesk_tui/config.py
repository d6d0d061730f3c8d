"""Settings: one TOML file, every key declared here once, every mistake one line that names file, key and mend.

The file is `config.toml` in the configuration folder (`helpdesk_tui.paths`). Standard library only: the screen reads
its settings before the first frame. Nothing here holds a secret; `token_file` and `token_command` say where one is.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from helpdesk_tui.config_checks import (
    PLATFORMS,
    check_platform,
    check_url,
    check_zone,
    near,
    plain,
    setting,
    text_of,
)
from helpdesk_tui.config_macros import MacroConfig, macros
from helpdesk_tui.config_roster import RosterConfig
from helpdesk_tui.config_sla import AlarmConfig, SlaConfig, check_alarms
from helpdesk_tui.config_staff import RankingConfig, check_ranking, skill_words
from helpdesk_tui.errors import ConfigError

AUTH_WAYS: Mapping[str, tuple[str, ...]] = {
    "servicenow": ("basic", "oauth", "api_key"),
    "jira": ("token", "scoped_token", "pat"),
    "zendesk": ("oauth", "token"),
}
SCOPE_KEYS: Mapping[str, tuple[str, ...]] = {
    "servicenow": ("groups", "query", "tables"),
    "jira": ("projects", "jql"),
    "zendesk": ("groups", "brands"),
}
BADGES: Mapping[str, str] = {"servicenow": "SN", "jira": "JSM", "zendesk": "ZD"}

THEMES = ("", "auto", "dark", "light", "ansi", "mono")
SORTS = (
    "due", "priority", "idle", "age", "updated", "instate", "group", "owner", "state", "source", "number", "title",
    "bounces", "alike",
)  # fmt: skip
GROUPINGS = ("", "group", "owner", "priority", "state", "source", "org", "category", "alike")
_TIME = re.compile("([01][0-9]|2[0-3]|[0-9]):[0-5][0-9]")

T = TypeVar("T")


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
    sla: SlaConfig = field(default_factory=SlaConfig)
    roster: RosterConfig = field(default_factory=RosterConfig)
    alarms: AlarmConfig = field(default_factory=AlarmConfig)
    ranking: RankingConfig = field(default_factory=RankingConfig)
    skills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Skills to the words that ask for them."""
    macros: Mapping[str, MacroConfig] = field(default_factory=dict)


SECTIONS: Mapping[str, type[Any]] = {
    "screen": ScreenConfig,
    "sync": SyncConfig,
    "store": StoreConfig,
    "log": LogConfig,
    "sla": SlaConfig,
    "roster": RosterConfig,
    "alarms": AlarmConfig,
    "ranking": RankingConfig,
    "sources": SourceConfig,
    "views": ViewConfig,
    "macros": MacroConfig,
}
"""Every table of the file; `sources`, `views` and `macros` hold one table a name. `keys` is free: command id to key or
keys; `skills` too: skill to word or words."""
FREE = ("keys", "skills")


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
        if name not in SECTIONS and name not in FREE:
            raise ConfigError(_unknown(name, [*SECTIONS, *FREE]), file=file, key=name)
    sources = _named(SourceConfig, tables, "sources", file)
    for source in sources.values():
        _check_source(source, file)
    screen = _section(ScreenConfig, tables.get("screen", {}), "screen", file)
    if screen.zone:
        check_zone(screen.zone, "screen.zone", file)
    return Config(
        file=file,
        sources=sources,
        screen=screen,
        keys=_keys(tables.get("keys", {}), file),
        sync=_sync(_section(SyncConfig, tables.get("sync", {}), "sync", file), file),
        store=_section(StoreConfig, tables.get("store", {}), "store", file),
        views=_named(ViewConfig, tables, "views", file),
        log=_section(LogConfig, tables.get("log", {}), "log", file),
        sla=_section(SlaConfig, tables.get("sla", {}), "sla", file),
        roster=_section(RosterConfig, tables.get("roster", {}), "roster", file),
        alarms=check_alarms(_section(AlarmConfig, tables.get("alarms", {}), "alarms", file), file),
        ranking=check_ranking(_section(RankingConfig, tables.get("ranking", {}), "ranking", file), file),
        skills=skill_words(tables.get("skills", {}), file),
        macros=macros(tables, file, lambda group, place: _named(MacroConfig, group, "macros", place)),
    )


def declared(section: type[Any]) -> Iterator[tuple[str, str, Any, str]]:
    """(key, type, default, help) of every key of a section, for the documentation and the schema."""
    hints = get_type_hints(section)
    for item in dataclasses.fields(section):
        if item.name == "name":
            continue
        default = item.default if item.default is not dataclasses.MISSING else {}
        yield item.name, _type_name(hints[item.name]), default, item.metadata["help"]


def _named(kind: type[T], tables: Mapping[str, Any], name: str, file: Path) -> dict[str, T]:
    group = tables.get(name, {})
    if not isinstance(group, dict):
        raise ConfigError("must be tables, each with a name of its own", file=file, key=name)
    found: dict[str, T] = {}
    for own, table in group.items():
        if not own.replace("-", "").replace("_", "").isalnum():
            raise ConfigError("a name is made of letters, digits, - and _", file=file, key=f"{name}.{own}")
        if isinstance(table, dict) and "name" in table:
            raise ConfigError("the name is the table's own; take this key away", file=file, key=f"{name}.{own}.name")
        found[own] = dataclasses.replace(_section(kind, table, f"{name}.{own}", file), name=own)  # type: ignore[type-var]
    return found


def _section(kind: type[T], table: Any, where: str, file: Path) -> T:
    if not isinstance(table, dict):
        raise ConfigError(f"must be a table: [{where}]", file=file, key=where)
    fields = {item.name: item for item in dataclasses.fields(kind)}  # type: ignore[arg-type]
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for key, value in table.items():
        place = f"{where}.{key}"
        if key not in fields:
            raise ConfigError(_unknown(key, [name for name in fields if name != "name"]), file=file, key=place)
        values[key] = _value(value, hints[key], fields[key].metadata, place, file)
    return kind(**values)


def _value(value: Any, hint: Any, metadata: Mapping[str, Any], place: str, file: Path) -> Any:
    if get_origin(hint) is tuple and get_args(hint)[0] is not str:
        return _list(value, get_args(hint)[0], place, file)
    if get_origin(hint) is tuple:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError('must be a list of texts, such as ["pass", "show", "desk"]', file=file, key=place)
        return tuple(plain(item, place, file) for item in value)
    if get_origin(hint) is not None and issubclass(get_origin(hint), Mapping):
        if not isinstance(value, dict):
            raise ConfigError("must be a table", file=file, key=place)
        return value
    if type(value) is not hint:
        raise ConfigError(f"must be {_type_name(hint)}, not {_toml(value)}", file=file, key=place)
    if isinstance(value, str):
        plain(value, place, file)
    choices = metadata["choices"]
    if choices and value not in choices:
        raise ConfigError(f"must be one of {', '.join(choices)}{near(value, choices)}", file=file, key=place)
    if metadata["least"] is not None and value < metadata["least"]:
        raise ConfigError(f"must be at least {metadata['least']}", file=file, key=place)
    if type(value) is int and value > metadata["most"]:
        raise ConfigError(f"must be at most {metadata['most']}", file=file, key=place)
    return value


def _list(value: Any, kind: Any, place: str, file: Path) -> Any:
    """A list of whole numbers, or of tables whose content somebody else checks."""
    wanted, words = (int, "whole numbers, such as [75, 90]") if kind is int else (dict, "tables: [[...]]")
    if not isinstance(value, list) or not all(type(item) is wanted for item in value):
        raise ConfigError(f"must be a list of {words}", file=file, key=place)
    return tuple(value)


def _check_source(source: SourceConfig, file: Path) -> None:
    where = f"sources.{source.name}"
    if not source.platform:
        raise ConfigError(f"is missing: one of {', '.join(PLATFORMS)}", file=file, key=f"{where}.platform")
    if source.platform not in PLATFORMS:
        check_platform(source.platform, f"{where}.platform", file)
    check_url(source.url, f"{where}.url", file)
    ways = AUTH_WAYS.get(source.platform)
    if ways and source.auth and source.auth not in ways:
        raise ConfigError(f"must be one of {', '.join(ways)}{near(source.auth, ways)}", file=file, key=f"{where}.auth")
    for key in source.scope:
        known = SCOPE_KEYS.get(source.platform)
        if known is not None and key not in known:
            raise ConfigError(_unknown(key, list(known)), file=file, key=f"{where}.scope.{key}")


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


def _unknown(key: str, known: list[str]) -> str:
    return f"there is no such setting{near(key, known)}; known are {', '.join(sorted(known))}"


def _type_name(hint: Any) -> str:
    origin = get_origin(hint)
    if origin is tuple:
        return {str: "a list of texts", int: "a list of whole numbers"}.get(get_args(hint)[0], "a list of tables")
    if origin is UnionType:
        return " or ".join(_type_name(part) for part in get_args(hint))
    if origin is not None:
        return "a table"
    return {str: "text", int: "a whole number", bool: "true or false"}.get(hint, str(hint))


def _toml(value: Any) -> str:
    names = {
        str: "text",
        int: "a number",
        float: "a number with a point",
        bool: "true or false",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), "that")
