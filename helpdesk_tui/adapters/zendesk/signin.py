"""The sign-in check: who we are, which way changes can be read, and what stays invisible.

The status of `users/me` says nothing: wrong credentials get 200 and a user without identifier.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from helpdesk_tui.adapters.base import SignIn
from helpdesk_tui.adapters.zendesk import lists, scope
from helpdesk_tui.adapters.zendesk.api import NOT_THERE, Api
from helpdesk_tui.adapters.zendesk.reader import Reader
from helpdesk_tui.adapters.zendesk.targets import read_targets
from helpdesk_tui.adapters.zendesk.wire import GroupRow, Me, Wire, parse
from helpdesk_tui.clock import Now
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.errors import AuthFailed, Garbled, Refused

ADMIN_FEED = "admin export"
AGENT_FEED = "agent listing"
_AGENT_BLIND = (
    "Deleted tickets: an agent hears of them only when the open tickets are compared.",
    "Events as a stream: they are read ticket by ticket, after each change.",
)
_PROBE_AGE = 300


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found: the sign-in for the user, whether the export may be read, and whether customers may be
    written to."""

    sign_in: SignIn
    admin: bool
    replies: bool = True


class _Brand(Wire):
    id: int
    name: str = ""


async def check(api: Api, reader: Reader, source: SourceConfig, now: Now) -> Checked:
    """Sign in, learn the account's words and the scope. Raises AuthFailed for nobody, and for who works no tickets."""
    me = await _who(api)
    admin = me.role == "admin" and await _may_export(api)
    await _scope(api, reader, source)
    refused = (*await lists.vocabulary(api, reader), *await lists.staff(api, reader, "people"))
    reader.targets = await read_targets(api) if me.role == "admin" else {}
    cannot = [] if admin else list(_AGENT_BLIND)
    if me.role == "admin" and not admin:
        cannot.insert(0, "The incremental export: it is refused to this admin, so changes are read as an agent's are.")
    if me.restricted_agent or me.ticket_restriction:
        cannot.append(f"Tickets beyond this agent's restriction ({me.ticket_restriction or 'own tickets'}).")
    replies = not me.only_private_comments
    if not replies:
        cannot.append("Public replies: this agent may only add internal notes.")
    cannot += [f"The list {name}: it is refused to this account." for name in refused]
    sign_in = SignIn(
        account=me.email or str(me.id),
        name=me.name,
        role=me.role,
        zone=me.iana_time_zone or me.time_zone,
        server_time=api.server_now(),
        skew=api.server_now() - now(),
        feed=ADMIN_FEED if admin else AGENT_FEED,
        sees=_sees(reader, admin),
        cannot=tuple(cannot),
        details={"user id": str(me.id), "technicians": str(len(reader.staff.ids()))},
    )
    return Checked(sign_in, admin, replies)


async def _who(api: Api) -> Me:
    try:
        me = Me.model_validate((await api.get("users/me")).get("user") or {})
    except ValidationError:
        raise Garbled("users/me gives something that is no user") from None
    if me.id is None:
        raise AuthFailed("the sign-in was refused: the platform takes us for an anonymous visitor", status=401)
    if me.suspended or me.active is False:
        raise AuthFailed(f"the sign-in was refused: the user {me.name or me.id} is suspended", status=403)
    if me.role not in ("admin", "agent"):
        raise AuthFailed(f"the user {me.name or me.id} is {me.role or 'of no role'}, not an agent or admin", status=403)
    return me


async def _may_export(api: Api) -> bool:
    """Whether the export answers: some admins' tokens lack the right."""
    try:
        await api.export("", api.earliest_now() - _PROBE_AGE, 1, "users")
    except Refused as error:
        if error.status not in NOT_THERE:
            raise
        return False
    return True


async def _scope(api: Api, reader: Reader, source: SourceConfig) -> None:
    """Find the scope's groups and brands. Raises ConfigError where one does not exist."""
    names = scope.wanted(source, "groups"), scope.wanted(source, "brands")
    groups: dict[int, str] = {}
    brands: dict[int, str] = {}
    if names[0]:
        async for rows in api.rows("groups", "groups"):
            groups |= {row.id: row.name for row in parse(GroupRow, rows.rows, "groups")[0]}
    if names[1]:
        async for rows in api.rows("brands", "brands"):
            brands |= {row.id: row.name for row in parse(_Brand, rows.rows, "brands")[0]}
    reader.scope = scope.Scope(
        scope.resolve(source, "groups", names[0], groups), scope.resolve(source, "brands", names[1], brands)
    )


def _sees(reader: Reader, admin: bool) -> tuple[str, ...]:
    where = reader.scope
    parts = ["every ticket" if where.groups is None else f"tickets of {len(where.groups)} groups"]
    if where.brands is not None:
        parts.append(f"of {len(where.brands)} brands")
    return (", ".join(parts), "changes, deletions and events as streams" if admin else "changes by listing")
