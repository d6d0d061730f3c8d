"""The reference lists: groups, memberships and everybody who works tickets; and organisations.

Requesters come along with their tickets: an account may have millions of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from helpdesk_tui.adapters.base import Page
from helpdesk_tui.adapters.zendesk import cursors
from helpdesk_tui.adapters.zendesk.api import AT_ONCE, NOT_THERE, Api, Rows
from helpdesk_tui.adapters.zendesk.mapping import group_of, listed, membership_of, organisation_of, person_of
from helpdesk_tui.adapters.zendesk.reader import Reader
from helpdesk_tui.adapters.zendesk.wire import (
    CustomStatusRow,
    FieldRow,
    GroupRow,
    MembershipRow,
    OrganisationRow,
    UserRow,
    parse,
)
from helpdesk_tui.errors import Refused

STAGES = ("groups", "group_memberships", "users")
STAFF = {"role[]": ("agent", "admin")}


async def people(api: Api, reader: Reader, feed: str, cursor: str) -> AsyncIterator[Page]:
    """Groups, then memberships, then agents and admins."""
    place = cursors.read(cursor)
    stage, after = cursors.number(place, "s"), cursors.text(place, "a")
    stage = stage if 0 <= stage < len(STAGES) else 0
    doubtful = cursors.number(place, "b")
    before = reader.staff.ids()
    if not cursor:
        await vocabulary(api, reader)
    seen: set[str] = set()
    for number in range(stage, len(STAGES)):
        name = STAGES[number]
        async for rows in api.rows(name, name, STAFF if name == "users" else {}, after):
            page = _page(reader, feed, name, rows)
            doubtful |= bool(page.bad)
            seen |= {person.key for person in page.people}
            last = number == len(STAGES) - 1 and not rows.after
            if last:
                page = await _gone(
                    api, reader, feed, page, before - {int(key) for key in seen} if not stage else frozenset()
                )
            here = cursors.write(s=number if rows.after else number + 1, a=rows.after, b=doubtful)
            # A record in quarantine is not a record that is gone: then nothing is swept.
            whole = frozenset({"groups", "memberships"}) if last and not doubtful else frozenset[str]()
            yield replace(page, cursor=here, last=last, whole=whole)
        after = ""


async def _gone(api: Api, reader: Reader, feed: str, page: Page, missing: frozenset[int]) -> Page:
    """The last page, with what became of those who worked tickets the last time and are no longer listed."""
    found = list(page.people)
    bad = list(page.bad)
    ids = sorted(missing)
    for at in range(0, len(ids), AT_ONCE):
        some = ids[at : at + AT_ONCE]
        data = await api.get("users/show_many", {"ids": ",".join(map(str, some))})
        rows, broken = parse(UserRow, listed(data, "users"), feed)
        reader.staff.learn(rows)
        bad += broken
        found += [person_of(row, reader.source) for row in rows]
    return replace(page, people=tuple(found), bad=tuple(bad))


def _page(reader: Reader, feed: str, name: str, rows: Rows) -> Page:
    if name == "groups":
        groups, bad = parse(GroupRow, rows.rows, feed)
        return Page(cursor="", last=False, groups=tuple(group_of(row, reader.source) for row in groups), bad=tuple(bad))
    if name == "group_memberships":
        members, bad = parse(MembershipRow, rows.rows, feed)
        kept = tuple(membership_of(row, reader.source) for row in members)
        return Page(cursor="", last=False, memberships=kept, bad=tuple(bad))
    users, bad = parse(UserRow, rows.rows, feed)
    reader.staff.learn(users)
    return Page(cursor="", last=False, people=tuple(person_of(row, reader.source) for row in users), bad=tuple(bad))


async def organisations(api: Api, reader: Reader, feed: str, cursor: str) -> AsyncIterator[Page]:
    """All organisations. A role that may not list them sees those of its tickets only, and nothing is swept."""
    after, doubtful = cursors.text(cursors.read(cursor), "a"), cursors.number(cursors.read(cursor), "b")
    try:
        async for rows in api.rows("organizations", "organizations", {}, after):
            good, bad = parse(OrganisationRow, rows.rows, feed)
            last = not rows.after
            doubtful |= bool(bad)
            yield Page(
                cursor=cursors.write(a=rows.after, b=doubtful),
                last=last,
                organisations=tuple(organisation_of(row, reader.source) for row in good),
                whole=frozenset({"organisations"}) if last and not doubtful else frozenset(),
                bad=tuple(bad),
            )
    except Refused as error:
        if error.status not in NOT_THERE:
            raise
        yield Page(cursor="", last=True)


async def staff(api: Api, reader: Reader, feed: str) -> tuple[str, ...]:
    """Learn who works tickets, without making pages of it: needed to tell a reply from a customer's message. Gives the
    list's name where it may not be read."""
    try:
        async for rows in api.rows("users", "users", STAFF):
            users, _ = parse(UserRow, rows.rows, feed)
            reader.staff.learn(users)
    except Refused as error:
        if error.status not in NOT_THERE:
            raise
        return ("users",)
    return ()


async def vocabulary(api: Api, reader: Reader) -> tuple[str, ...]:
    """Learn the account's own words; which of the lists may not be read."""
    refused = []
    for path, name in (("custom_statuses", "custom_statuses"), ("ticket_fields", "ticket_fields")):
        try:
            data = await api.get(path)
        except Refused as error:
            if error.status not in NOT_THERE:
                raise
            refused.append(name)
            continue
        if name == "custom_statuses":
            reader.words.learn_statuses(parse(CustomStatusRow, listed(data, name), name)[0])
        else:
            reader.words.learn_fields(parse(FieldRow, listed(data, name), name)[0])
    return tuple(refused)
