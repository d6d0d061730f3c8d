"""Which tickets a source is meant to hold, as conditions for the platform and as a check on what it gives.

Groups are checked here on every row. An encoded query of the user's can only be judged by the platform, so candidates
are put to it by their sys_ids. The incremental reading is never narrowed by either: a ticket that leaves would never
be heard of again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from helpdesk_tui.adapters.servicenow.queries import (
    EVERYTHING,
    ID,
    Filter,
    every,
    fields_of,
    is_name,
    one_of,
    parse,
    plain,
    portions,
)
from helpdesk_tui.adapters.servicenow.table import Tables
from helpdesk_tui.adapters.servicenow.wire import Raw, strict_value, value_of
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.errors import ConfigError, Garbled

TABLES = ("incident", "sc_task", "sc_req_item")
GROUPS_AT_ONCE = 40


class Scope:
    """The scope of one source. `resolve` finds the groups' sys_ids and has to come before anything else."""

    def __init__(self, source: SourceConfig) -> None:
        """Read the settings. Raises ConfigError for what cannot be one."""
        self._key = f"sources.{source.name}.scope"
        self.tables = self._tables(source.scope.get("tables"))
        self.wanted = _texts(source.scope.get("groups"), f"{self._key}.groups")
        query = source.scope.get("query", "")
        if not isinstance(query, str):
            raise ConfigError("an encoded query is one text", key=f"{self._key}.query")
        self.query: Filter = parse(query)
        self.groups: frozenset[str] = frozenset()
        self.missing: tuple[str, ...] = ()
        """Groups that were asked for and are not to be found."""

    async def resolve(self, tables: Tables) -> None:
        """Find the groups. Raises ConfigError if none of those that were named is there: everything would be in
        scope."""
        if not self.wanted:
            return
        found: dict[str, str] = {}
        for some in portions(self.wanted, 20):
            ids = [name for name in some if ID.fullmatch(name)]
            names = ",".join(plain(name, key=f"{self._key}.groups") for name in some)
            query = (f"nameIN{names}", *(one_of("sys_id", ids) if ids else ()))
            async for row in tables.all("sys_user_group", ("sys_id", "name"), query):
                found[value_of(row.get("sys_id"))] = value_of(row.get("name"))
        asked = {name.casefold() for name in self.wanted}
        chosen = {key: name for key, name in found.items() if key in self.wanted or name.casefold() in asked}
        known = {name.casefold() for name in chosen.values()} | {key.casefold() for key in chosen}
        self.missing = tuple(name for name in self.wanted if name.casefold() not in known)
        if not chosen:
            raise ConfigError(
                f"none of these groups is to be seen: {', '.join(self.missing)}", key=f"{self._key}.groups"
            )
        self.groups = frozenset(key for key in chosen if key)

    def parts(self, column: str = "assignment_group") -> list[Filter]:
        """The scope as filters that together let all of it pass, each short enough for an address."""
        if not self.groups:
            return [self.query]
        return [every(self.query, one_of(column, some)) for some in portions(sorted(self.groups), GROUPS_AT_ONCE)]

    def group_parts(self, column: str) -> list[Filter]:
        """The groups of the scope only, for tables that are not the tickets' own."""
        return [one_of(column, some) for some in portions(sorted(self.groups), GROUPS_AT_ONCE)] or [EVERYTHING]

    def holds(self, row: Raw) -> bool:
        """Whether a row's group is in scope; a row whose group cannot be read gets the benefit of the doubt."""
        group = row.get("assignment_group")
        if not self.groups or group is None:
            return True
        try:
            return strict_value(group) in self.groups
        except ValueError:
            return True

    def guard(self, table: str, rows: Iterable[Raw]) -> None:
        """Raise Garbled if rows came that the filter should have kept out."""
        for row in rows if self.groups else ():
            if not self.holds(row):
                raise Garbled(f"{table}: the platform ignored the condition on groups and gave tickets of others")

    async def inside(self, tables: Tables, table: str, rows: Collection[Raw]) -> set[str]:
        """The sys_ids of those rows that are in scope."""
        likely = [key for row in rows if self.holds(row) and ID.fullmatch(key := value_of(row.get("sys_id")))]
        if self.query == EVERYTHING:
            return set(likely)
        found: set[str] = set()
        for some in portions(likely):
            asked = set(some)
            async for row in tables.all(table, ("sys_id",), every(self.query, one_of("sys_id", some))):
                key = value_of(row.get("sys_id"))
                if key not in asked:
                    raise Garbled(f"{table}: the platform ignored the condition on sys_id")
                found.add(key)
        return found

    async def doubts(self, tables: Tables, table: str) -> list[str]:
        """What is doubtful about the query on a table: columns it names that no row has, as sentences."""
        named = fields_of(self.query)
        if not named:
            return []
        listed = await tables.rows(table, (), EVERYTHING, limit=1)
        if not listed.rows:
            return []
        return [
            f"{table} shows no column “{name}”, so the platform may ignore that condition of {self._key}.query"
            for name in sorted(named - set(listed.rows[0]))
        ]

    def _tables(self, given: Any) -> tuple[str, ...]:
        names = _texts(given, f"{self._key}.tables") or TABLES
        for name in names:
            if not is_name(name) or "." in name:
                raise ConfigError(
                    f"“{name}” is no table: use names such as incident, sc_task", key=f"{self._key}.tables"
                )
        return tuple(dict.fromkeys(names))


def state_overrides(source: SourceConfig) -> dict[str, dict[str, State]]:
    """`options.states`: table to value to one of our states. Raises ConfigError for a word that is none of them."""
    given = source.options.get("states", {})
    key = f"sources.{source.name}.options.states"
    if not isinstance(given, Mapping):
        raise ConfigError('a table such as {incident = {"4" = "pending"}} belongs here', key=key)
    result: dict[str, dict[str, State]] = {}
    for table, values in given.items():
        if not isinstance(values, Mapping):
            raise ConfigError("values and what they mean belong here", key=f"{key}.{table}")
        for value, word in values.items():
            try:
                result.setdefault(str(table), {})[str(value)] = State(word)
            except ValueError:
                known = ", ".join(state.value for state in State)
                raise ConfigError(f"“{word}” is no state; known are {known}", key=f"{key}.{table}") from None
    return result


def _texts(given: Any, key: str) -> tuple[str, ...]:
    if given is None:
        return ()
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list | tuple) or not all(isinstance(item, str) and item.strip() for item in given):
        raise ConfigError("a list of names belongs here", key=key)
    return tuple(item.strip() for item in given)
