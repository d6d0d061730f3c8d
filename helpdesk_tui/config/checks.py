"""What single settings must be like, and the file they are in. Each check raises ConfigError, one line with the place.

Standard library only, like the settings themselves.
"""

from __future__ import annotations

import codecs
import difflib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from helpdesk_tui.errors import ConfigError

MACROS = "macros.toml"
"""The file beside the settings that may hold macros."""
PLATFORMS = ("servicenow", "jira", "zendesk")
ADAPTER_GROUP = "helpdesk_tui.adapters"
"""The entry point group under which others register an adapter class, by the name that sources give as `platform`."""
SCOPE_KEYS: Mapping[str, Mapping[str, str]] = {
    "servicenow": {"groups": "names", "query": "text", "tables": "names"},
    "jira": {"projects": "keys", "jql": "text"},
    "zendesk": {"groups": "names or numbers", "brands": "names or numbers"},
}
"""What narrows a source, by platform, and what each is."""
_RATES = ("per_minute", "incremental_per_minute", "index_per_minute", "search_per_minute", "updates_per_minute")
OPTION_KEYS: Mapping[str, Mapping[str, str]] = {
    "servicenow": {"ca_file": "text", "page_size": "whole", "overlap": "whole", "states": "table"},
    "jira": {
        **dict.fromkeys(("ca_file", "group_field", "cloud_id", "gateway", "operations"), "text"),
        **dict.fromkeys(("states", "slas"), "table"),
    },
    "zendesk": {"ca_file": "text", "oauth_scope": "text", **dict.fromkeys(_RATES, "number")},
}
"""The settings of one platform only, and what each is; each adapter says what they mean, and their bounds."""
_KINDS = {
    "text": "a text",
    "number": "a number, 0 or more",
    "whole": "a whole number, 0 or more",
    "table": "a table",
    "keys": 'a list of project keys, such as ["ITS", "HR"]',
    "names": 'a list of names, such as ["Network", "VPN"]',
    "names or numbers": 'a list of names or numbers, such as ["Network", 360001]',
}
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts that are this machine: no real platform, with no real limits and no proxy in between."""
LARGEST_FILE = 1_000_000
"""Settings larger than this, bytes, are something else."""
MOST = 1_000_000
"""The largest number a setting may have where it names no bound of its own."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def setting(
    default: Any,
    help: str,  # noqa: A002
    *,
    choices: tuple[str, ...] = (),
    least: int | None = None,
    most: int = MOST,
) -> Any:
    """Declare a field with its default, its sentence for the documentation and what it may be."""
    metadata = {"help": help, "choices": choices, "least": least, "most": most}
    if isinstance(default, dict | list):
        kind = type(default)
        return field(default_factory=lambda: kind(default), metadata=metadata)
    return field(default=default, metadata=metadata)


def text_of(file: Path) -> str:
    """What a file holds. Raises OSError, and ConfigError for what cannot be settings: a pipe, a device, a film."""
    # Without O_NONBLOCK, opening a pipe would wait for somebody to write into it.
    handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as stream:
        kind = os.fstat(stream.fileno()).st_mode
        if not stat.S_ISREG(kind):
            raise ConfigError(f"is {'a folder' if stat.S_ISDIR(kind) else 'no file'}; move it away", file=file)
        raw = stream.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise ConfigError(f"is larger than {LARGEST_FILE // 1_000_000} MB, so it is not settings", file=file)
    try:
        return raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")  # some editors begin every file with it
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"is not UTF-8 text (line {line}); write it anew or move it away", file=file) from None


def plain(value: str, place: str, file: Path) -> str:
    """A text that can be a name, a path, an argument. Raises ConfigError for one with control characters."""
    if _CONTROLS.search(value):
        raise ConfigError("must not hold control characters", file=file, key=place)
    return value


def check_platform(platform: str, place: str, file: Path) -> None:
    """Raises ConfigError for a platform that is none of ours and that no installed adapter serves."""
    from importlib.metadata import entry_points

    others = entry_points(group=ADAPTER_GROUP).names
    if platform not in others:
        known = sorted({*PLATFORMS, *others})
        raise ConfigError(
            f"there is no adapter for it{near(platform.lower(), known)}; there is one for {', '.join(known)}",
            file=file,
            key=place,
        )


def check_url(url: str, place: str, file: Path) -> None:
    """Raises ConfigError, which never quotes the address: it may hold a secret."""
    if not url.startswith(("https://", "http://")):
        raise ConfigError("must be an address that begins with https://", file=file, key=place)
    if "@" in url or "?" in url or "#" in url:
        raise ConfigError(
            "must not hold a user name, a password or anything after ?; use username, and token_file or token_command",
            file=file,
            key=place,
        )
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and (parts.port is None or 0 < parts.port < 65_536) and " " not in url
    except ValueError:
        sound = False
    if not sound:
        raise ConfigError("must be an address such as https://example.service-now.com", file=file, key=place)


def check_zone(name: str, place: str, file: Path) -> None:
    """Raises ConfigError for a zone that this machine does not know."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ConfigError("must be an IANA zone such as Europe/Paris", file=file, key=place) from None


def check_program(command: tuple[str, ...], place: str, file: Path) -> None:
    """Raises ConfigError for a command whose first word is no program's name."""
    if not command[0].strip():
        words = 'must begin with a program, such as ["pass", "show", "desk"]; take the key away for none'
        raise ConfigError(words, file=file, key=place)


def check_own(given: Mapping[str, Any], known: Mapping[str, str] | None, place: str, file: Path) -> None:
    """Check a table that only one platform knows: its keys, and what each holds. `known` is None for a platform that
    is none of ours. Raises ConfigError."""
    if known is None:
        return
    for key, value in given.items():
        where = f"{place}.{key}"
        if key not in known:
            raise ConfigError(unknown(key, known), file=file, key=where)
        if not _is(value, known[key]):
            raise ConfigError(f"must be {_KINDS[known[key]]}", file=file, key=where)


def _is(value: Any, kind: str) -> bool:
    if kind == "table":
        return isinstance(value, dict)
    if kind == "whole":
        return type(value) is int and value >= 0
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if kind == "text":
        return isinstance(value, str) and not _CONTROLS.search(value)
    # A single name may stand without its list.
    rows = value if isinstance(value, list) else [value]
    return all(_is_name(row) or (kind == "names or numbers" and type(row) is int and row > 0) for row in rows)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not _CONTROLS.search(value)


def unknown(key: str, known: Iterable[str]) -> str:
    """That there is no such setting, and which there are."""
    there = sorted(known)
    return f"there is no such setting{near(key, there)}; known are {', '.join(there)}"


def near(word: str, known: Any) -> str:
    """The nearest of the known words, in brackets; "" where none is near."""
    match = difflib.get_close_matches(word, known, n=1)
    return f" (did you mean {match[0]}?)" if match else ""
