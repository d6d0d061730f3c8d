"""The sign-in check: who we are, and what that lets us see. Rows hidden by access rules come as an empty success, so
each table is tried."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk_tui.adapters.base import SignIn
from helpdesk_tui.adapters.servicenow.clocks import TABLE as CLOCKS
from helpdesk_tui.adapters.servicenow.context import Context
from helpdesk_tui.adapters.servicenow.events import AUDIT, DELETED, JOURNAL
from helpdesk_tui.adapters.servicenow.queries import EVERYTHING, Filter
from helpdesk_tui.adapters.servicenow.wire import Raw, cell, value_of
from helpdesk_tui.errors import AuthFailed, Refused

READ_ONLY = "snc_read_only"
"""The role that takes every write away, whatever an account's other roles give."""
_ME: Filter = ("sys_id=javascript:gs.getUserID()",)
_LOST = {
    CLOCKS: "SLA clocks",
    JOURNAL: "the journal: notes and comments are read from each ticket instead",
    AUDIT: "the audit: who changed what and when is derived from successive looks",
    DELETED: "the list of deleted records: deletions are found by comparison",
    "sys_user_group": "groups",
    "sys_user_grmember": "who is in which group",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Which tables beside the tickets can be read, and the account's own time zone (IANA, "" where it is not told)."""

    clocks: bool = False
    journal: bool = False
    audit: bool = False
    deleted: bool = False
    zone: str = ""
    writes: bool = True
    """Whether anything may be written at all, as far as the account's roles tell."""


async def check(context: Context, username: str) -> tuple[SignIn, Access]:
    """Sign in and look round. Raises AuthFailed for a guest, ConfigError for a scope without a single group."""
    me = await _me(context, username)
    await context.scope.resolve(context.tables)
    sees, cannot = [], []
    for table in context.scope.tables:
        trouble = await _trouble(context, table)
        if trouble:
            cannot.append(f"{table}: {trouble}")
        else:
            sees.append(table)
            cannot += await context.scope.doubts(context.tables, table)
    if not sees:
        raise Refused(f"none of the tables can be read: {'; '.join(cannot)}", status=403)
    cannot += [f"the group “{name}” of the scope is not to be seen" for name in context.scope.missing]
    open_to_us = {}
    for table, loss in _LOST.items():
        trouble = await _trouble(context, table)
        open_to_us[table] = not trouble
        if trouble:
            cannot.append(f"{loss} ({table}: {trouble})")
    roles = await _roles(context, value_of(me.get("sys_id")))
    cannot += _lacking(roles)
    access = Access(
        clocks=open_to_us[CLOCKS],
        journal=open_to_us[JOURNAL],
        audit=open_to_us[AUDIT],
        deleted=open_to_us[DELETED],
        zone=value_of(me.get("time_zone")),
        writes=READ_ONLY not in (roles or ()),
    )
    return _report(context, me, username, tuple(sees), tuple(cannot), access, roles or ()), access


def _lacking(roles: tuple[str, ...] | None) -> list[str]:
    """What the account's roles keep it from writing, where they are told."""
    if roles is None:
        return []
    if READ_ONLY in roles:
        return [f"Nothing can be written: the account has the role {READ_ONLY}."]
    return [] if roles else ["The account has no role: most of what it writes will be refused."]


def _report(
    context: Context,
    me: Raw,
    username: str,
    sees: tuple[str, ...],
    cannot: tuple[str, ...],
    access: Access,
    roles: tuple[str, ...],
) -> SignIn:
    events = "journal and audit" if access.journal and access.audit else "journal" if access.journal else "tickets"
    details = {
        "tables": ", ".join(context.scope.tables),
        "events from": events,
        "groups": str(len(context.scope.groups)),
    }
    if roles:
        details["roles"] = ", ".join(roles)
    return SignIn(
        account=value_of(me.get("user_name")) or username,
        name=value_of(me.get("name")) or username,
        role=next((role for role in ("admin", "itil_admin", "itil") if role in roles), roles[0] if roles else ""),
        zone=access.zone,
        server_time=context.http.server_now(),
        skew=context.http.skew,
        feed="table by sys_updated_on",
        sees=sees,
        cannot=cannot,
        details=details,
    )


async def _me(context: Context, username: str) -> Raw:
    """Our own user record; {} where it may not be read."""
    query: Filter = (f"user_name={username}",) if username and "^" not in username else _ME
    fields = ("sys_id", "user_name", "name", "time_zone", "email", "active")
    try:
        listed = await context.tables.rows("sys_user", fields, query, limit=2)
    except Refused:
        return {}
    if len(listed.rows) != 1:
        return {}
    me = listed.rows[0]
    login = value_of(me.get("user_name"))
    if login == "guest":
        raise AuthFailed("the platform took us for a guest", status=401)
    # A dropped condition gives anybody's record.
    return me if query is _ME or login.casefold() == username.casefold() else {}


async def _roles(context: Context, user: str) -> tuple[str, ...] | None:
    """The names of the account's roles, inherited ones too; None where they are not told."""
    if not user:
        return None
    try:
        listed = await context.tables.rows(
            "sys_user_has_role", ("sys_id", "user", "role", "role.name"), (f"user={user}",)
        )
    except Refused:
        return None
    mine = [row for row in listed.rows if value_of(row.get("user")) == user]
    if not mine and listed.total:
        return None
    names = {value_of(row.get("role.name")) or cell(row.get("role")).label for row in mine}
    return tuple(sorted(name for name in names if name))


async def _trouble(context: Context, table: str) -> str:
    """ "" if rows of a table can be read, else why not. A table without any row at all counts as readable."""
    try:
        listed = await context.tables.rows(table, ("sys_id",), EVERYTHING, limit=1)
        if not listed.rows and listed.total:
            # The first row alone may be hidden; a whole page of hidden rows means that all are.
            listed = await context.tables.rows(table, ("sys_id",), EVERYTHING)
    except Refused as error:
        return str(error)
    if listed.rows or not listed.total:
        return ""
    return f"its {listed.total} rows are hidden by access rules"
