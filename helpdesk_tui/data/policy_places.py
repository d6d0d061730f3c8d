"""Where in the team's files something about a calendar or a policy is written: the file, and the line.

The reader of TOML gives values without their lines, so the text is looked through once more for headers and keys, each
with its path. What cannot be found in it (within a table in one line, say) is told by the nearest line above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from helpdesk_tui.config.checks import text_of

_HEADER = re.compile(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_QUOTED = re.compile(r'"([^"]+)"')


class Place(NamedTuple):
    """A line of a file, from 1 on; 0 where only the file is known."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else str(self.file)


class Text(NamedTuple):
    """A document: its file, and what it holds."""

    file: Path
    tables: Mapping[str, Any]


def place_of(texts: Sequence[Text], where: str, words: str = "") -> Place | None:
    """Where `where` ("policies.NAME.targets.resolution") is written, or the key that `words` quote at their beginning
    within it; None where no file holds it."""
    found: list[tuple[int, Place]] = []
    for text in texts:
        wanted = next(((head, rest) for head, rest in _wanted(text.tables, where)), None)
        if wanted is None:
            continue
        head, rest = wanted
        quoted = _QUOTED.match(words)
        depth, line = _deepest(text.file, [*head, *rest, *([quoted[1]] if quoted else [])])
        found.append((depth, Place(text.file, line)))
    return max(found, key=lambda each: each[0], default=(0, None))[1]


def _wanted(tables: Mapping[str, Any], where: str) -> Iterator[tuple[list[str], list[str]]]:
    """The path that a place means: of a policy by its number from 0 on, and what is beneath it; names may hold dots."""
    kind, _, rest = where.partition(".")
    if not rest:
        if kind in tables:
            yield [kind], []
        return
    listed = tables.get(kind, {})
    if isinstance(listed, Mapping):
        names = [(str(name), str(name)) for name in listed]
    else:
        own = [table.get("name") if isinstance(table, Mapping) else None for table in listed]
        names = [(str(place), str(name)) for place, name in enumerate(own) if name]
        names += [(str(place), str(place + 1)) for place in range(len(own))]
    for key, name in sorted(names, key=lambda each: -len(each[1])):
        if rest == name or rest.startswith(f"{name}."):
            yield [kind, key], [part for part in rest[len(name) + 1 :].split(".") if part]
            return


def _deepest(file: Path, wanted: Sequence[str]) -> tuple[int, int]:
    """How many parts of a path are found in a file, and on which line the last of them is."""
    best = (0, 0)
    for path, line in _paths(file):
        here = path[1:] if path[:1] == ["sla"] else path
        depth = 0
        while depth < min(len(here), len(wanted)) and here[depth] == wanted[depth]:
            depth += 1
        if depth in (len(here), len(wanted)) and depth > best[0]:
            best = (depth, line)
    return best


def _paths(file: Path) -> Iterator[tuple[list[str], int]]:
    """Every header and key of a file as a path, with its line. Tables of a list are numbered from 0 on."""
    header: list[str] = []
    numbers: dict[str, int] = {}
    try:
        lines = text_of(file).splitlines()
    except OSError:
        return
    for line, text in enumerate(lines, 1):
        if (found := _HEADER.fullmatch(text)) is not None:
            parts = _parts(found[2])
            if found[1] == "[[":
                numbers[parts[-1]] = numbers.get(parts[-1], -1) + 1
            header = [each for part in parts for each in ([part, str(numbers[part])] if part in numbers else [part])]
            yield header, line
        elif (key := _KEY.match(text)) is not None:
            yield [*header, *_parts(key[1])], line


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(dotted)]
