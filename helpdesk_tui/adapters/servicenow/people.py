"""The reference feed: groups, who is in them with what skills, and the organisations people belong to.

Requesters are not listed, there may be a hundred thousand of them: each comes along with the tickets that name them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from helpdesk_tui.adapters.base import Page
from helpdesk_tui.adapters.servicenow.context import Context, dump, load
from helpdesk_tui.adapters.servicenow.mapping import bad_record, parse
from helpdesk_tui.adapters.servicenow.queries import EVERYTHING, Key, Order
from helpdesk_tui.adapters.servicenow.wire import NamedRow, Raw, cell, seconds, strict_cell, strict_value, value_of
from helpdesk_tui.domain.people import Group, Membership, Organisation, Person
from helpdesk_tui.errors import Refused

WHOLE = frozenset({"groups", "memberships", "organisations"})
STAGES = ("sys_user_group", "sys_user_grmember", "core_company", "cmn_department")
_NAMED = ("sys_id", "name", "active")
_USER = (
    "name", "user_name", "email", "active", "vip", "phone", "mobile_phone", "title", "time_zone", "company",
    "department", "sys_updated_on", "sys_mod_count",
)  # fmt: skip
_MEMBER = ("sys_id", "user", "group", *(f"user.{part}" for part in _USER))
_SIZE = 1000


async def reference_pages(context: Context, feed: str, cursor: str) -> AsyncIterator[Page]:
    """All lists, one after the other. A list that may not be read is passed over, and then none counts as complete."""
    state = load(cursor)
    first = min(int(state.get("s", 0)), len(STAGES) - 1)
    refused = bool(state.get("x"))
    key = Key("", str(state["i"])) if state.get("i") else None
    skills = await _skills(context)
    for stage in range(first, len(STAGES)):
        table, final = STAGES[stage], stage == len(STAGES) - 1
        try:
            fields = _MEMBER if table == "sys_user_grmember" else _NAMED
            async for batch in context.tables.scan(table, fields, EVERYTHING, Order(), key, page_size=_SIZE):
                last = batch.last and final
                place: dict[str, object] = {"s": stage + 1 if batch.last else stage, "x": int(refused)}
                if not batch.last and batch.key is not None:
                    place["i"] = batch.key.sys_id
                whole = WHOLE if not refused else frozenset()
                yield _page(context, feed, table, batch.rows, skills, dump(place), last, whole)
        except Refused:
            refused = True
            if final:
                yield Page(cursor=dump({"s": stage, "x": 1}), last=True)
        key = None


def _page(
    context: Context,
    feed: str,
    table: str,
    rows: Sequence[Raw],
    skills: dict[str, tuple[str, ...]],
    cursor: str,
    last: bool,
    whole: frozenset[str],
) -> Page:
    if table == "sys_user_grmember":
        return _members(context, feed, rows, skills, cursor, last, whole)
    good, bad = parse(NamedRow, rows, feed)
    named = [row for row, _raw in good]
    if table == "sys_user_group":
        groups = tuple(Group(context.source, row.sys_id, row.name, active=row.active is not False) for row in named)
        return Page(cursor=cursor, last=last, groups=groups, whole=whole, bad=tuple(bad))
    organisations = tuple(Organisation(context.source, row.sys_id, row.name) for row in named)
    return Page(cursor=cursor, last=last, organisations=organisations, whole=whole, bad=tuple(bad))


def _members(
    context: Context,
    feed: str,
    rows: Sequence[Raw],
    skills: dict[str, tuple[str, ...]],
    cursor: str,
    last: bool,
    whole: frozenset[str],
) -> Page:
    people: dict[str, Person] = {}
    memberships, bad = [], []
    for row in rows:
        try:
            user, group = strict_value(row.get("user")), strict_value(row.get("group"))
            if not user or not group:
                continue  # a membership whose user or group was deleted
            person = technician(context.source, row, "user", skills)
        except ValueError as error:
            bad.append(bad_record(feed, row, error))
            continue
        people[user] = person
        memberships.append(Membership(context.source, group, user))
    return Page(
        cursor=cursor,
        last=last,
        people=tuple(people.values()),
        memberships=tuple(memberships),
        whole=whole,
        bad=tuple(bad),
    )


def technician(source: str, row: Raw, prefix: str, skills: dict[str, tuple[str, ...]]) -> Person:
    """A member of a group, from the columns fetched along with the membership. Raises ValueError."""

    def part(name: str) -> str:
        return strict_value(row.get(f"{prefix}.{name}"))

    who = strict_cell(row.get(prefix))
    changes = part("sys_mod_count")
    return Person(
        source=source,
        key=who.value,
        name=part("name") or who.label,
        email=part("email"),
        login=part("user_name"),
        phone=part("phone") or part("mobile_phone"),
        zone=part("time_zone"),
        organisation=part("company") or part("department"),
        title=part("title"),
        active=part("active") != "false",
        vip=part("vip") == "true",
        works_tickets=True,
        skills=skills.get(who.value, ()),
        version=seconds(part("sys_updated_on")) << 20 | (int(changes) & 0xFFFFF if changes.isdecimal() else 0),
    )


async def _skills(context: Context) -> dict[str, tuple[str, ...]]:
    """Person to the names of their skills; empty where that may not be read."""
    found: dict[str, list[str]] = {}
    try:
        async for row in context.tables.all(
            "sys_user_has_skill", ("sys_id", "user", "skill", "skill.name"), EVERYTHING
        ):
            name = value_of(row.get("skill.name")) or cell(row.get("skill")).label
            if name:
                found.setdefault(value_of(row.get("user")), []).append(name)
    except (Refused, ValueError):
        return {}
    return {user: tuple(sorted(names)) for user, names in found.items()}
