"""`config check`, `config show` and `config schema`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from helpdesk_tui.commands.common import Place, own_views, place, say, warn
from helpdesk_tui.config import AUTH_WAYS, FREE, sections
from helpdesk_tui.config.reading import declared
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.errors import ConfigError, SecretError, StoreError
from helpdesk_tui.secrets import SourceSecret, for_sources

SCHEMA_TYPES: Mapping[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "a whole number": {"type": "integer"},
    "true or false": {"type": "boolean"},
    "a list of texts": {"type": "array", "items": {"type": "string"}},
    "a list of whole numbers": {"type": "array", "items": {"type": "integer"}},
    "a list of tables": {"type": "array", "items": {"type": "object"}},
    "a table": {"type": "object"},
}


def run_check(home: str | None) -> int:
    """Read the settings, the team's files beside them and every secret's place; 1 without any source, 2 where
    something is wrong.

    Raises ConfigError.
    """
    from helpdesk_tui import keymap

    found = place(home)
    file = found.paths.config_file
    keymap.build(found.config.screen.preset, found.config.keys)
    own_views(found.config)
    if not found.config.sources:
        say(f"{file}: no sources yet; run helpdesk-tui setup")
        return 1
    lacking, secrets = 0, for_sources(found.config)
    for secret in secrets.values():
        try:
            secret.check()
        except SecretError as error:
            lacking += 1
            warn(str(error))
    wrong = _check_adapters(found, secrets) + _check_policies(found) + _check_rosters(found)
    if not lacking and not wrong:
        say(f"{file}: good, {counted(len(found.config.sources), 'source')}")
    return SecretError.exit_code if lacking or wrong else 0


def _check_adapters(found: Place, secrets: Mapping[str, SourceSecret]) -> int:
    """Tell what only an adapter knows to be wrong with its source; how many are. Nobody is asked anything."""
    from helpdesk_tui import clock
    from helpdesk_tui.adapters import registry

    wrong = 0
    for name, source in found.config.sources.items():
        try:
            registry.make(source, secrets[name], now=clock.now)
        except ConfigError as error:
            wrong += 1
            warn(str(error) if error.file else f"{found.paths.config_file}: {error}")
    return wrong


def _check_policies(found: Place) -> int:
    """Tell every remark on the team's calendars and policies; how many of them forbid their use. Raises ConfigError."""
    from helpdesk_tui import clock
    from helpdesk_tui.data import policy_files
    from helpdesk_tui.domain.sla.findings import Level

    written = policy_files.read(found.paths.config_dir, found.config.sla)
    if written.empty and not written.found:
        return 0
    made, remarks = policy_files.check(written, clock.now())
    for remark in remarks:
        (say if remark.level is Level.NOTE else warn)(str(remark))
    wrong = sum(remark.level is Level.ERROR for remark in remarks)
    if not wrong:
        say(f"policies: good, {len(made.policies)} with {counted(len(written.calendars), 'calendar')}")
    return wrong


def _check_rosters(found: Place) -> int:
    """Tell what technicians.toml and roster.toml hold; how many mistakes forbid their use."""
    from helpdesk_tui import clock
    from helpdesk_tui.desk.roster import files as roster_files
    from helpdesk_tui.desk.roster.needs import wrong_in_file
    from helpdesk_tui.desk.roster.roster import Roster
    from helpdesk_tui.domain.roster.errors import RosterError

    zone = found.config.screen.zone or clock.local_zone()
    roster = Roster(found.paths, zone=zone)
    try:
        for line in roster_files.check(found.paths.config_dir, zone):
            say(line)
        wrong = wrong_in_file(found.paths.config_dir, roster.floor(), zone)
    except (RosterError, StoreError) as error:
        warn(str(error))
        return 1
    finally:
        roster.close()
    for line in wrong:
        warn(line)
    return len(wrong)


def run_show(home: str | None, *, as_json: bool) -> int:
    """Print the settings in force; of each secret only where it would come from."""
    found = place(home)
    secrets = for_sources(found.config)
    shown: dict[str, Any] = {"file": str(found.paths.config_file)}
    for section in ("screen", "sync", "store", "log", "sla", "alarms", "roster", "ranking"):
        shown[section] = dataclasses.asdict(getattr(found.config, section))
    shown["keys"] = dict(found.config.keys)
    shown["skills"] = dict(found.config.skills)
    shown["views"] = {name: dataclasses.asdict(view) for name, view in found.config.views.items()}
    shown["macros"] = {name: dataclasses.asdict(macro) for name, macro in found.config.macros.items()}
    shown["sources"] = {
        name: {**dataclasses.asdict(source), "secret": secrets[name].origin() or "none"}
        for name, source in found.config.sources.items()
    }
    if as_json:
        print(json.dumps(shown, indent=2, default=str))
        return 0
    for line in _lines(shown, ""):
        say(line)
    return 0


def print_schema() -> int:
    """Print the JSON Schema of config.toml, made from the declarations."""
    print(json.dumps(schema(), indent=2))
    return 0


def schema() -> dict[str, Any]:
    """The JSON Schema of config.toml."""
    keys = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    properties: dict[str, Any] = {name: {"type": "object", "additionalProperties": keys} for name in FREE}
    for name, section in sections().items():
        table: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": {}}
        for key, kind, default, words in declared(section):
            table["properties"][key] = {**SCHEMA_TYPES[kind], "description": words}
            if isinstance(default, str | int | bool):
                table["properties"][key]["default"] = default
        named = name in ("sources", "views", "macros")
        properties[name] = {"type": "object", "additionalProperties": table} if named else table
    ways = sorted({way for some in AUTH_WAYS.values() for way in some})
    properties["sources"]["additionalProperties"]["properties"]["auth"]["enum"] = ["", *ways]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "helpdesk-tui settings",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _lines(table: Mapping[str, Any], prefix: str) -> list[str]:
    lines = []
    for key, value in table.items():
        if isinstance(value, dict):
            lines += _lines(value, f"{prefix}{key}.")
        else:
            lines.append(f"{prefix}{key} = {json.dumps(value, default=str, ensure_ascii=False)}")
    return lines
