"""Rows of `source` and `cursor`: which sources there are, how each does, and how far each feed has been read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from helpdesk_tui.data import dialect
from helpdesk_tui.data.write.sql import Revision, Sql, json_list

SETTINGS = frozenset(("platform", "label", "badge", "poll", "place"))
HEALTH = frozenset(("health", "words", "since", "next_try", "last_ok", "data_at", "failures"))
SIGN_IN = frozenset(("account", "role", "feed", "skew", "sees", "cannot"))
PROGRESS = frozenset(("phase", "done", "total"))


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a feed has been read: the adapter's cursor text, when the present reading of it began, and whether it
    came to its end. `updated_at` is when it last moved. Seconds UTC, our clock."""

    cursor: str
    started_at: int
    updated_at: int
    complete: bool


def begin(sql: Sql, rev: Revision, configured: Iterable[Mapping[str, object]]) -> list[str]:
    """Make a row for each configured source (`name` and `SETTINGS`), in order; the names of those no longer
    configured."""
    names = []
    for place, columns in enumerate(configured, start=1):
        name = str(columns["name"])
        names.append(name)
        if not sql.value("SELECT count(*) FROM source WHERE name = ?", (name,)):
            sql.run("INSERT INTO source(name, rev) VALUES (?, ?)", (name, rev.take()))
        update(sql, rev, name, {"place": place, **{key: columns[key] for key in columns if key != "name"}}, SETTINGS)
    known = [str(row[0]) for row in sql.all("SELECT name FROM source")]
    return [name for name in known if name not in names]


def elsewhere(sql: Sql, configured: Iterable[Mapping[str, object]]) -> list[str]:
    """The names of the sources that were on another platform than they are configured for."""
    known = {str(name): str(platform) for name, platform in sql.all("SELECT name, platform FROM source")}
    wanted = {str(columns["name"]): str(columns.get("platform", "")) for columns in configured}
    return [name for name, platform in known.items() if platform and wanted.get(name, "") not in ("", platform)]


def mark_of(sql: Sql, name: str) -> str:
    """What the settings of a source were marked with; "" where nothing was."""
    return str(sql.value("SELECT coalesce(max(value), '') FROM meta WHERE key = ?", (f"mark {name}",)))


def set_marks(sql: Sql, marks: Mapping[str, str]) -> None:
    """Keep the marks of the sources' settings."""
    keep = "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    sql.many(keep, [(f"mark {name}", mark) for name, mark in marks.items() if mark])


def forget_mark(sql: Sql, name: str) -> None:
    """Forget what the settings of a source were marked with."""
    sql.run("DELETE FROM meta WHERE key = ?", (f"mark {name}",))


def set_anew(sql: Sql, rev: Revision, name: str) -> None:
    """Have a source stand where it stood before its first pull."""
    update(sql, rev, name, {"phase": "", "done": 0, "total": 0}, PROGRESS)
    update(sql, rev, name, {"data_at": 0}, HEALTH)


def update(sql: Sql, rev: Revision, name: str, columns: Mapping[str, object], allowed: frozenset[str]) -> bool:
    """Set columns of a source's row, if any of them differs; whether it did. Lists become JSON.

    Raises ValueError for a column that is not of this kind.
    """
    unknown = set(columns) - allowed
    if unknown:
        raise ValueError(f"no such columns here: {', '.join(sorted(unknown))}")
    values = {key: json_list(value) if isinstance(value, list | tuple) else value for key, value in columns.items()}
    if not values:
        return False
    differs = " OR ".join(f"{key} <> ?" for key in values)
    changes = ", ".join(f"{key} = ?" for key in values)
    given = list(values.values())
    here = f"name = ? AND ({differs})"
    # A revision is taken only for what differs; where there is one anyway, looking first would be a look too many.
    if not rev.taken and not sql.value(f"SELECT count(*) FROM source WHERE {here}", (name, *given)):
        return False
    return sql.run(f"UPDATE source SET {changes}, rev = ? WHERE {here}", (*given, rev.take(), name, *given)) > 0


_CURSOR = ("source", "feed", "cursor", "started_at", "updated_at", "complete")
_SET_CURSOR = dialect.upsert("cursor", _CURSOR, ("source", "feed"))


def cursor(sql: Sql, source: str, feed: str) -> Cursor | None:
    """How far a feed has been read; None where it was never begun."""
    rows = sql.all(
        "SELECT cursor, started_at, updated_at, complete FROM cursor WHERE source = ? AND feed = ?", (source, feed)
    )
    return Cursor(rows[0][0], rows[0][1], rows[0][2], bool(rows[0][3])) if rows else None


def set_cursor(sql: Sql, source: str, feed: str, now: int, text: str, started_at: int, *, complete: bool) -> None:
    """Write down how far a feed has been read."""
    sql.run(_SET_CURSOR, (source, feed, text, started_at, now, int(complete)))
