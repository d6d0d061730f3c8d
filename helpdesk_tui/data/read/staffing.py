"""The stores as ranking asks them: cache.db for who holds what, team.db for who can what and is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NamedTuple, TypeVar

from helpdesk_tui.data.read import plans, staff, staff_team
from helpdesk_tui.data.read.plans import Handed, Worked
from helpdesk_tui.data.read.reader import Reader
from helpdesk_tui.data.read.staff import Crowd, Demand, Login
from helpdesk_tui.data.read.staff_team import Team
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.errors import StoreError

T = TypeVar("T")


class Background(NamedTuple):
    """Members by group, owners and authors by ticket, owners by requester."""

    members: dict[Login, frozenset[str]]
    touched: dict[TicketRef, frozenset[str]]
    knows: dict[Login, frozenset[str]]


_NOBODY = Crowd((), {}, None, None, {}, {}, {})


class StaffReader:
    """Questions about people and what they carry. A missing store is an empty one. Any thread. Raises StoreError."""

    def __init__(self, cache_db: Path, team_db: Path) -> None:
        self._cache = Reader(cache_db, StoreKind.CACHE)
        self._team = Reader(team_db, StoreKind.TEAM)

    def close(self) -> None:
        """Lets go of both files."""
        self._cache.close()
        self._team.close()

    def moved(self) -> bool:
        """Whether either store was written since this was last asked."""
        cache = self._cache.moved()
        return self.team_asked(self._team.moved, False) or cache

    def crowd(self, soon_before: int, day_began: int) -> Crowd:
        """Everybody who can own tickets, and what they carry."""
        return self._cache.ask(lambda connection: staff.crowd(connection, soon_before, day_began), _NOBODY)

    def team(self, now: int, until: int) -> Team:
        """The technicians as the team knows them, with shifts and absences of [now, until)."""
        empty = Team()
        return self.team_asked(
            lambda: self._team.ask(lambda connection: staff_team.team(connection, now, until), empty), empty
        )

    def team_asked(self, ask: Callable[[], T], default: T) -> T:
        """An answer of the team's store; `default` where that is of an older version and so knows none of this."""
        try:
            return ask()
        except StoreError as error:
            if type(error) is not StoreError:
                raise
            return default

    def demands(self, tickets: Collection[TicketRef]) -> list[Demand]:
        """The tickets, in their order."""
        return self._cache.ask(lambda connection: staff.demands(connection, tickets), [])

    def held(self, logins: Collection[Login]) -> list[Demand]:
        """The open tickets of somebody."""
        return self._cache.ask(lambda connection: staff.held(connection, logins), [])

    def in_groups(self, groups: Collection[Login]) -> list[Demand]:
        """The open tickets of groups that have an owner."""
        return self._cache.ask(lambda connection: staff.in_groups(connection, groups), [])

    def groups(self) -> list[tuple[str, str, str]]:
        """Every group in use: source, identifier, name."""
        return self._cache.ask(staff.groups, [])

    def members(self, groups: Collection[Login]) -> dict[Login, frozenset[str]]:
        """Who belongs to each of these groups."""
        return self._cache.ask(lambda connection: staff.members(connection, groups), {})

    def handed(self) -> list[Handed]:
        """Every ticket of the plans whose person is not back."""
        none: list[Handed] = []
        return self.team_asked(lambda: self._team.ask(plans.handed, none), none)

    def worked(self, since: Collection[tuple[TicketRef, int]]) -> dict[TicketRef, Worked]:
        """The last thing that a person did to each ticket after an instant."""
        return self._cache.ask(lambda connection: plans.worked(connection, since), {})

    def answered(self, since: Collection[tuple[TicketRef, int]]) -> list[TicketRef]:
        """The tickets whose customer has written after an instant."""
        return self._cache.ask(lambda connection: plans.answered(connection, since), [])

    def background(self, asked: Collection[Demand], since: int) -> Background:
        """What history and groups add to tickets: who may own them, who had them, and who had tickets of their
        requesters that changed after `since`."""
        return self._cache.ask(lambda connection: _background(connection, asked, since), Background({}, {}, {}))


def _background(connection: sqlite3.Connection, asked: Collection[Demand], since: int) -> Background:
    groups = {(one.source, one.group) for one in asked if one.group}
    requesters = {(one.source, one.requester) for one in asked if one.requester}
    return Background(
        staff.members(connection, groups),
        staff.touched(connection, [one.ref for one in asked]),
        staff.known_by(connection, requesters, since),
    )
