"""Which tickets the source is meant to hold: groups and brands, by name or by identifier.

Listings are narrowed by the platform too; the incremental reading never is, since a ticket that moves out of scope
would then simply fall silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from helpdesk_tui.adapters.zendesk.wire import TicketRow
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.errors import ConfigError

_QUERY_MOST = 20
"""So many groups at most are named in a query; more are sorted out here."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Identifiers of the groups and brands in scope; None for all."""

    groups: frozenset[int] | None = None
    brands: frozenset[int] | None = None

    def holds(self, row: TicketRow) -> bool:
        """Whether a ticket is in scope."""
        return (self.groups is None or row.group_id in self.groups) and (
            self.brands is None or row.brand_id in self.brands
        )

    def query(self) -> str:
        """The scope as search conditions, with a blank in front; "" where nothing is narrowed."""
        wanted = [("group", self.groups), ("brand", self.brands)]
        parts = [
            f"{name}:{number}" for name, some in wanted if some and len(some) <= _QUERY_MOST for number in sorted(some)
        ]
        return "".join(f" {part}" for part in parts)


def wanted(source: SourceConfig, kind: str) -> tuple[str, ...]:
    """The names or identifiers of the scope under `kind`. Raises ConfigError for something else than a list of them."""
    given = source.scope.get(kind)
    if given is None:
        return ()
    rows = given if isinstance(given, list | tuple) else [given]
    if not all(isinstance(row, str | int) and not isinstance(row, bool) and str(row).strip() for row in rows):
        raise ConfigError(f"a list of names or numbers of {kind} belongs here", key=_key(source, kind))
    return tuple(str(row).strip() for row in rows)


def resolve(source: SourceConfig, kind: str, asked: Iterable[str], known: Mapping[int, str]) -> frozenset[int] | None:
    """The identifiers of what was asked for; None where nothing was. Raises ConfigError naming what does not exist."""
    names = tuple(asked)
    if not names:
        return None
    by_name = {name.strip().casefold(): number for number, name in known.items()}
    found = set()
    for name in names:
        number = by_name.get(name.casefold())
        if number is None and name.isdecimal() and int(name) in known:
            number = int(name)
        if number is None:
            near = ", ".join(sorted(known.values())[:12])
            raise ConfigError(f"the platform has no “{name}”; it has {near}", key=_key(source, kind))
        found.add(number)
    return frozenset(found)


def _key(source: SourceConfig, kind: str) -> str:
    return f"sources.{source.name}.scope.{kind}"
