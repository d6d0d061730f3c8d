"""How a table of the settings becomes a section: every key declared, every value of its type and within its bounds.

Standard library only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from helpdesk_tui.config.checks import near, plain, unknown
from helpdesk_tui.errors import ConfigError

T = TypeVar("T")


def declared(kind: type[Any]) -> Iterator[tuple[str, str, Any, str]]:
    """(key, type, default, help) of every key of a section, for the documentation and the schema."""
    hints = get_type_hints(kind)
    for item in dataclasses.fields(kind):
        if item.name == "name":
            continue
        default = item.default if item.default is not dataclasses.MISSING else {}
        yield item.name, _type_name(hints[item.name]), default, item.metadata["help"]


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(cast(Hashable, kind))


def named(kind: type[T], tables: Mapping[str, Any], name: str, file: Path) -> dict[str, T]:
    """Tables of one kind, each with a name of its own. Raises ConfigError."""
    group = tables.get(name, {})
    if not isinstance(group, dict):
        raise ConfigError("must be tables, each with a name of its own", file=file, key=name)
    found: dict[str, T] = {}
    for own, table in group.items():
        if not own.replace("-", "").replace("_", "").isalnum():
            raise ConfigError("a name is made of letters, digits, - and _", file=file, key=f"{name}.{own}")
        if isinstance(table, dict) and "name" in table:
            raise ConfigError("the name is the table's own; take this key away", file=file, key=f"{name}.{own}.name")
        found[own] = dataclasses.replace(section(kind, table, f"{name}.{own}", file), name=own)  # type: ignore[type-var]
    return found


def section(kind: type[T], table: Any, where: str, file: Path) -> T:
    """One table as what it is; `where` is its place in messages. Raises ConfigError."""
    if not isinstance(table, dict):
        raise ConfigError(f"must be a table: [{where}]", file=file, key=where)
    if not table:
        return kind()
    fields = {item.name: item for item in dataclasses.fields(kind)}  # type: ignore[arg-type]
    hints = _hints(cast(Hashable, kind))
    values: dict[str, Any] = {}
    for key, value in table.items():
        place = f"{where}.{key}"
        if key not in fields:
            raise ConfigError(unknown(key, [name for name in fields if name != "name"]), file=file, key=place)
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
