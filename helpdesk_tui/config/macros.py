"""The settings of macros: tables `[macros.NAME]` of the settings, and of `macros.toml` beside them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from string import Formatter
from typing import Any

from helpdesk_tui.config.checks import MACROS as FILE
from helpdesk_tui.config.checks import setting, text_of
from helpdesk_tui.errors import ConfigError

PLACES = {
    "number": "what people call the ticket",
    "title": "its title",
    "requester": "who asked",
    "owner": "who has it",
    "group": "whose group has it",
    "status": "its status",
    "priority": "its priority",
    "platform": "its platform's badge",
}
"""The names that may stand in braces, and what they become."""


@dataclass(frozen=True, slots=True)
class MacroConfig:
    """Several fields and texts for tickets, on `M`. Texts may hold {number}, {title}, {requester}, {owner}, {group},
    {status}, {priority} and {platform}. `macros.toml` beside this file may hold them, too, as tables `[NAME]`."""

    name: str = setting("", "given by the table's own name")
    title: str = setting("", "what the picker calls it; the name where empty")
    note: str = setting("", "an internal note")
    reply: str = setting("", "a public reply: it is reviewed, and on several tickets their number is typed")
    status: str = setting("", "open, pending, hold, solved, closed, or a status of the platform")
    priority: int = setting(0, "1 to 5; 0 leaves it", least=0, most=5)
    group: str = setting("", "the group to move to")
    owner: str = setting("", "a name, me or nobody")
    tags: tuple[str, ...] = setting((), "tags to add")
    untags: tuple[str, ...] = setting((), "tags to take away")

    @property
    def label(self) -> str:
        """What the picker calls it."""
        return self.title or self.name

    @property
    def does(self) -> str:
        """What it does, in a few words; that customers will read it comes first."""
        parts = [
            "PUBLIC" if self.reply else "",
            "note" if self.note else "",
            self.status,
            f"P{self.priority}" if self.priority else "",
            f"to {self.group}" if self.group else "",
            f"owner {self.owner}" if self.owner else "",
            *(f"+{tag}" for tag in self.tags),
            *(f"-{tag}" for tag in self.untags),
        ]
        return ", ".join(filter(None, parts))


def beside(file: Path) -> Mapping[str, Any]:
    """The tables of `macros.toml` in the folder of the settings; none where there is no such file. Raises
    ConfigError."""
    path = file.parent / FILE
    try:
        found = tomllib.loads(text_of(path))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror or error}", file=path) from None
    except RecursionError:
        raise ConfigError("is not TOML: brackets in brackets without end", file=path) from None
    except ValueError as error:
        raise ConfigError(f"is not TOML: {str(error)[:200]}", file=path) from None
    inner = found.get("macros")
    if isinstance(inner, dict) and any(isinstance(one, dict) for one in inner.values()):
        raise ConfigError(f"the tables of {FILE} are [NAME], without macros.", file=path, key=f"macros.{min(inner)}")
    return found


Named = Callable[[Mapping[str, Any], Path], Mapping[str, MacroConfig]]


def macros(tables: Mapping[str, Any], file: Path, named: Named) -> dict[str, MacroConfig]:
    """The macros of the settings and of the file beside them, in their order; `named` reads the tables of one file.
    Raises ConfigError for a text that cannot be filled, and for a macro that does nothing."""
    found: dict[str, MacroConfig] = {}
    for place, group in ((file, tables.get("macros", {})), (file.parent / FILE, beside(file))):
        for name, one in named({"macros": group}, place).items():
            where = f"macros.{name}" if place == file else name
            if name in found:
                raise ConfigError(f"is in {file.name}, too", file=place, key=where)
            found[name] = _checked(one, place, where)
    return found


def _checked(one: MacroConfig, file: Path, where: str) -> MacroConfig:
    for key in ("note", "reply"):
        if why := fault(getattr(one, key)):
            raise ConfigError(why, file=file, key=f"{where}.{key}")
    if not one.does:
        raise ConfigError(f"does nothing; it may set {', '.join(_DOES)}", file=file, key=where)
    return one


def fault(text: str) -> str:
    """What is wrong with a text's places, "" where nothing is."""
    try:
        names = [(name, form, convert) for _, name, form, convert in Formatter().parse(text) if name is not None]
    except ValueError:
        return "a brace that is not meant for a place is written twice: {{ or }}"
    for name, form, convert in names:
        if name not in PLACES or form or convert:
            near = get_close_matches(name, PLACES, 1)
            known = ", ".join(f"{{{one}}}" for one in PLACES)
            meant = f"; did you mean {{{near[0]}}}?" if near else f"; there is {known}"
            return f"there is no place {{{name}}}{meant}"
    return ""


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text that `fault` found nothing wrong with, its places filled."""
    return Formatter().vformat(text, (), {name: values.get(name, "") for name in PLACES})


_DOES = ("note", "reply", "status", "priority", "group", "owner", "tags", "untags")
