"""Who wrote a comment: the desk or the customer.

A journal entry names a login and a ticket, but neither a person's sys_id nor whether the author is the ticket's
customer. A login that belongs to no group is a customer's. A technician's comment is the desk's, except on a ticket
that this very technician raised: those tickets are asked for once per technician.
"""

from __future__ import annotations

from collections.abc import Iterable

from helpdesk_tui.adapters.servicenow.context import Context
from helpdesk_tui.adapters.servicenow.queries import IDS_AT_ONCE, portions
from helpdesk_tui.adapters.servicenow.record import requesters
from helpdesk_tui.adapters.servicenow.wire import value_of
from helpdesk_tui.errors import Refused

AGAIN = 3600
"""Seconds after which the technicians are listed again."""
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-@+' ")


class Authors:
    """Logins and what is known of them, of one source."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ids: dict[str, str] = {}
        """Login to sys_id, technicians and others that were asked for."""
        self._names: dict[str, str] = {}
        self._technicians: set[str] = set()
        self._programs: set[str] = set()
        self._listed_at = 0
        self._asked: set[str] = set()
        self._own: set[tuple[str, str]] = set()
        """Ticket and login, where a technician is the customer."""

    def person(self, login: str) -> str:
        """The sys_id behind a login, "" where it is not known."""
        return self._ids.get(login, "")

    def name(self, login: str) -> str:
        """The name behind a login; the login itself where it is not known."""
        return self._names.get(login, login)

    def is_customer(self, login: str, ticket: str) -> bool:
        """Whether this login writes on this ticket as a customer. `learn` must have seen both."""
        if (ticket, login) in self._own:
            return True
        return bool(self._technicians) and login not in self._technicians and not self.is_program(login)

    def is_program(self, login: str) -> bool:
        """Whether this login is the platform itself or an account for programs."""
        return login == "system" or login in self._programs

    async def learn(self, entries: Iterable[tuple[str, str]]) -> None:
        """Find out what is needed to judge these logins and tickets."""
        pairs = list(entries)
        await self._list()
        logins = {login for login, _ticket in pairs if login and set(login) <= _SAFE}
        await self._find(sorted(logins - self._ids.keys()))
        if self._technicians:
            await self._raised_by(sorted((logins & self._technicians) - self._asked))
        else:
            await self._customers_of(sorted({ticket for _login, ticket in pairs}))

    async def _list(self) -> None:
        """List the technicians: everybody who is in a group."""
        present = self._context.http.server_now()
        if self._listed_at and 0 <= present - self._listed_at < AGAIN:
            return
        found: set[str] = set()
        fields = ("sys_id", "user", "user.user_name", "user.name")
        try:
            async for row in self._context.tables.all("sys_user_grmember", fields, ("",)):
                login = value_of(row.get("user.user_name"))
                if login:
                    found.add(login)
                    self._ids[login] = value_of(row.get("user"))
                    self._names[login] = value_of(row.get("user.name"))
        except Refused:
            pass
        self._technicians, self._listed_at, self._asked = found, present, set()

    async def _find(self, logins: list[str]) -> None:
        fields = ("sys_id", "user_name", "name", "web_service_access_only", "internal_integration_user")
        for some in portions(logins, IDS_AT_ONCE):
            try:
                rows = [
                    r async for r in self._context.tables.all("sys_user", fields, (f"user_nameIN{','.join(some)}",))
                ]
            except Refused:
                return
            for row in rows:
                login = value_of(row.get("user_name"))
                if login in some:
                    self._ids[login] = value_of(row.get("sys_id"))
                    self._names[login] = value_of(row.get("name"))
                    if "true" in (value_of(row.get(field)) for field in fields[3:]):
                        self._programs.add(login)
            for login in some:
                self._ids.setdefault(login, "")  # asked once is enough

    async def _raised_by(self, logins: list[str]) -> None:
        """The tickets that technicians raised themselves."""
        for table in self._context.scope.tables:
            column = requesters(table)[0]
            for some in portions(logins, IDS_AT_ONCE):
                asked = set(some)
                query = (f"{column}.user_nameIN{','.join(some)}",)
                fields = ("sys_id", f"{column}.user_name")
                async for row in self._context.tables.all(table, fields, query):
                    login = value_of(row.get(f"{column}.user_name"))
                    if login in asked:
                        self._own.add((value_of(row.get("sys_id")), login))
        self._asked.update(logins)

    async def _customers_of(self, tickets: list[str]) -> None:
        """Where groups may not be read: whoever is not the customer counts as the desk."""
        for table in self._context.scope.tables:
            column = requesters(table)[0]
            for some in portions(tickets, IDS_AT_ONCE):
                fields = ("sys_id", f"{column}.user_name")
                async for row in self._context.tables.all(table, fields, (f"sys_idIN{','.join(some)}",)):
                    login = value_of(row.get(f"{column}.user_name"))
                    if login:
                        self._own.add((value_of(row.get("sys_id")), login))
