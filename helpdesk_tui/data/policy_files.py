"""The team's calendars and policies as somebody wrote them: in calendars.toml and policies.toml beside the settings, or
in the settings' own [sla]. Read, put together, checked; not stored here.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from helpdesk_tui.config.checks import text_of
from helpdesk_tui.config.sla import SlaConfig
from helpdesk_tui.data.policy_places import Text, place_of
from helpdesk_tui.domain.sla.calendar_file import Country, country_of
from helpdesk_tui.domain.sla.findings import CalendarError, Finding, Level, near
from helpdesk_tui.domain.sla.policies import PolicySet
from helpdesk_tui.domain.sla.policy_file import read_policies
from helpdesk_tui.errors import ConfigError

FILES = ("calendars.toml", "policies.toml")
"""Looked for in the folder of the settings."""
_YEARS = range(-1, 6)
"""Years around the present one whose public holidays are filled in."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, put together from all places. `files` are those that were found; `found` remarks so far."""

    calendars: Mapping[str, Any] = field(default_factory=dict)
    policies: tuple[Any, ...] = ()
    files: tuple[Path, ...] = ()
    found: tuple[Finding, ...] = ()
    texts: tuple[Text, ...] = ()
    """The documents it was put together from, the first to be believed first."""

    @property
    def empty(self) -> bool:
        """Whether nothing was written anywhere."""
        return not self.calendars and not self.policies

    @property
    def document(self) -> dict[str, Any]:
        """As `read_policies` takes it."""
        return {"calendars": dict(self.calendars), "policies": list(self.policies)}

    @property
    def digest(self) -> str:
        """Tells one text from the next, comments and spaces apart."""
        return digest(self.document)


def digest(value: object) -> str:
    """A short hash of what was written, the same for the same tables."""
    return hashlib.sha256(json.dumps(plain(value), sort_keys=True).encode()).hexdigest()[:16]


def plain(value: object) -> object:
    """TOML as JSON: dates and times as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def read(folder: Path, sla: SlaConfig) -> Written:
    """Everything that is written, from the folder of the settings and the settings. Raises ConfigError naming the file
    that cannot be read."""
    tables = [(path, toml(path)) for path in (folder / name for name in FILES) if path.exists()]
    parts = [*tables, (folder / "config.toml", {"calendars": sla.calendars, "policies": list(sla.policies)})]
    return together(parts, tuple(path for path, _ in tables))


def read_file(path: Path, base: Written | None = None) -> Written:
    """One file alone; where it has no calendars, those of `base`. Raises ConfigError."""
    if not path.exists():
        raise ConfigError("is not there", file=path)
    written = together([(path, toml(path))], (path,))
    if base is None:
        return written
    known = {**base.calendars, **written.calendars}
    texts = (*written.texts, *base.texts)
    return Written(known, written.policies or base.policies, written.files, written.found, texts)


def toml(path: Path) -> dict[str, Any]:
    """A file's tables. Raises ConfigError."""
    try:
        return tomllib.loads(text_of(path))
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror or error}", file=path) from None
    except RecursionError:
        raise ConfigError("is not TOML: brackets in brackets without end", file=path) from None
    except ValueError as error:
        raise ConfigError(f"is not TOML: {str(error)[:200]}", file=path) from None


def together(parts: Iterable[tuple[Path, Mapping[str, Any]]], files: tuple[Path, ...]) -> Written:
    """Several documents as one; what two of them say is a mistake, and the first counts."""
    calendars: dict[str, Any] = {}
    policies: list[Any] = []
    found: list[Finding] = []
    texts = tuple(Text(path, tables) for path, tables in parts)
    for text in texts:
        tables = text.tables
        for name in tables:
            if name not in ("calendars", "policies"):
                words = f"there are only [calendars.NAME] and [[policies]] here{near(name, ('calendars', 'policies'))}"
                found.append(_placed([text], Finding(Level.ERROR, name, words)))
        some = tables.get("calendars", {})
        if not isinstance(some, Mapping):
            words = "it must be tables like [calendars.office]"
            found.append(_placed([text], Finding(Level.ERROR, "calendars", words)))
            some = {}
        for name, table in some.items():
            if name in calendars:
                found.append(_placed([text], Finding(Level.ERROR, f"calendars.{name}", "it is written twice")))
            calendars.setdefault(name, table)
        listed = tables.get("policies", [])
        policies += listed if isinstance(listed, list) else [listed]
    return Written(calendars, tuple(policies), files, tuple(found), texts)


def _placed(texts: Sequence[Text], finding: Finding) -> Finding:
    """A remark with the file and the line it is about before its place, where they are known."""
    place = place_of(texts, finding.where, finding.words)
    return replace(finding, where=f"{place}: {finding.where}") if place is not None else finding


def check(written: Written, now: int, version: int = 1) -> tuple[PolicySet, tuple[Finding, ...]]:
    """The policies with every remark; an ERROR among them forbids use. `now` says whose years' holidays are meant."""
    filled, remarks = fill(written, now)
    made, found = read_policies(filled, version=version)
    return made, (*written.found, *(_placed(written.texts, each) for each in (*remarks, *found)))


def fill(written: Written, now: int) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """The document with public holidays as dates, so that it means the same on every machine and in every year."""
    document, found = written.document, list[Finding]()
    for name, table in written.calendars.items():
        where = f"calendars.{name}"
        if not isinstance(table, Mapping) or "country" not in table:
            continue
        try:
            country = country_of(table, where=where)
        except CalendarError as error:
            found.append(Finding(Level.ERROR, error.where, str(error).removeprefix(f"{error.where}: ")))
            continue
        days, remark = public_holidays(country, now, where) if country else ([], None)
        found += [remark] if remark else []
        own = table.get("holidays", [])
        listed = [plain(day) for day in own] if isinstance(own, list) else own
        rest = {key: value for key, value in table.items() if key not in ("country", "region")}
        merged = sorted({*map(str, listed), *days}) if isinstance(listed, list) else listed
        document["calendars"][name] = {**rest, "holidays": merged}
    return document, tuple(found)


def public_holidays(country: Country, now: int, where: str) -> tuple[list[str], Finding | None]:
    """The public holidays of a country or region around now, ISO dates; a remark where they cannot be had."""
    try:
        import holidays
    except ImportError:
        words = "public holidays need the extra: pip install 'helpdesk-tui[holidays]'; none are closed"
        return [], Finding(Level.WARNING, f"{where}.country", words)
    year = datetime.fromtimestamp(now).astimezone().year
    try:
        days = holidays.country_holidays(
            country.country, subdiv=country.region or None, years=[year + step for step in _YEARS]
        )
    except (NotImplementedError, KeyError, ValueError) as error:
        return [], Finding(Level.ERROR, f"{where}.country", str(error)[:200])
    return [day.isoformat() for day in days], None
