"""People, groups, memberships and organisations of a source.

People are those to whom issues of the scope's projects can be assigned; requesters come with the tickets they report.
Where a project plays the part of a group, its members are those who can be assigned in it. Where a group picker does,
its groups are the site's, less those every Jira has for permissions, and their members are asked for group by group.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from helpdesk_tui.adapters.base import BadRecord, Page
from helpdesk_tui.adapters.http import Params
from helpdesk_tui.adapters.jira.profile import Profile
from helpdesk_tui.adapters.jira.site import Site, gathered, rows
from helpdesk_tui.adapters.jira.tickets import bad_record, group_value, person
from helpdesk_tui.adapters.jira.wire import User
from helpdesk_tui.domain.people import Group, Membership, Organisation, Person
from helpdesk_tui.errors import Garbled, Refused

USER_WINDOW = 1000
"""User searches look at the first thousand users, page by page, and filter each page afterwards."""
USER_PAGE = 200
MEMBER_PAGE = 50
MOST_GROUPS = 300
_PERMISSION_GROUPS = re.compile(r"(jira|confluence|site|org|system|atlassian|bitbucket|trello|trusted)[-_ ]", re.I)
STEPS = ("people", "groups", "organisations")


@dataclass(slots=True)
class Reference:
    """Pulls the reference feed in three steps; its cursor names the step to go on with."""

    site: Site
    source: str
    profile: Profile
    workers: set[str]

    async def pull(self, cursor: str) -> AsyncIterator[Page]:
        """One page for each step, each complete in itself."""
        begin = STEPS.index(cursor) if cursor in STEPS else 0
        for place in range(begin, len(STEPS)):
            step = STEPS[place]
            following = STEPS[place + 1] if place + 1 < len(STEPS) else ""
            if step == "people":
                page = await self._people(following)
            elif step == "groups":
                page = await self._groups(following)
            else:
                page = await self._organisations()
            yield page

    async def _people(self, cursor: str) -> Page:
        people: dict[str, Person] = {}
        memberships: list[Membership] = []
        bad: list[BadRecord] = []
        complete = self.profile.group_by == "project"
        for project in self.profile.projects.values():
            try:
                raw = await self._assignable(project.key)
            except Refused:
                complete = False
                continue
            for user in self._users(raw, bad):
                people[user.ident] = person(self.source, user, works=True)
                if self.profile.group_by == "project":
                    memberships.append(Membership(self.source, project.id, user.ident))
        self.workers |= {key for key, found in people.items() if found.works_tickets}
        whole = frozenset({"memberships"}) if complete and not bad else frozenset()
        return Page(
            cursor,
            False,
            people=tuple(people.values()),
            memberships=tuple(memberships),
            whole=whole,
            bad=tuple(bad),
        )

    async def _assignable(self, key: str) -> list[Any]:
        """Everybody who can be assigned in a project; a short or empty page is no end, the window is."""
        found: list[Any] = []
        who = {"query": ""} if self.site.cloud else {"username": ""}
        for start in range(0, USER_WINDOW, USER_PAGE):
            params: Params = {**who, "project": key, "startAt": start, "maxResults": USER_PAGE}
            page = await self.site.get("user/assignable/search", params, kind="users")
            if not isinstance(page, list):
                raise Garbled("the site gives no list of assignable people")
            found += page
            if not page and start >= USER_PAGE:
                break
        return found

    def _users(self, raw: Iterable[Any], bad: list[BadRecord]) -> list[User]:
        found = []
        for one in raw:
            try:
                user = User.model_validate(one)
            except ValidationError as error:
                bad.append(bad_record("people", one, error))
                continue
            if user.ident:
                found.append(user)
        return found

    async def _groups(self, cursor: str) -> Page:
        if self.profile.group_by == "project":
            projects = self.profile.projects.values()
            groups = [Group(self.source, project.id, project.name or project.key) for project in projects]
            return Page(cursor, False, groups=tuple(groups), whole=frozenset({"groups"}))
        if self.profile.group_by == "components":
            return Page(cursor, False, groups=tuple(await self._components()), whole=frozenset({"groups"}))
        return await self._site_groups(cursor)

    async def _components(self) -> list[Group]:
        found: dict[str, Group] = {}
        for project in self.profile.projects.values():
            data = await self.site.get(f"project/{project.key}/components")
            if not isinstance(data, list):
                raise Garbled("the site gives no list of components")
            for row in data:
                group = group_value(self.source, row)
                if group is not None:
                    found[group.key] = group
        return list(found.values())

    async def _site_groups(self, cursor: str) -> Page:
        """The site's groups and which technicians are in them, as far as the account may know; tickets bring the groups
        they name."""
        if not self.workers:
            await self._people("")  # this pull goes on where another one ended: who works tickets is not known yet
        groups: list[Group] = []
        memberships: list[Membership] = []
        people: dict[str, Person] = {}
        bad: list[BadRecord] = []
        anybody = not self.workers
        whole = frozenset({"memberships"})
        try:
            groups = await self._listed()
            for group in groups:
                for user in self._users(await self._members(group), bad):
                    # Groups may hold the whole company; only those whom tickets can be assigned to are of the desk.
                    if anybody or user.ident in self.workers:
                        memberships.append(Membership(self.source, group.key, user.ident))
                        people[user.ident] = person(self.source, user, works=True)
        except Refused:
            whole = frozenset()
        return Page(
            cursor,
            False,
            groups=tuple(groups),
            memberships=tuple(memberships),
            people=tuple(people.values()),
            whole=frozenset() if bad else whole,
            bad=tuple(bad),
        )

    async def _listed(self) -> list[Group]:
        if not self.site.cloud:
            data = await self.site.get("groups/picker", {"query": "", "maxResults": MOST_GROUPS})
            found: Sequence[Any] = rows(data, "groups")
        else:
            found = await gathered(
                lambda start: self.site.get("group/bulk", {"startAt": start, "maxResults": 100}), most=MOST_GROUPS
            )
        groups = [group for raw in found if (group := group_value(self.source, raw)) is not None]
        return [group for group in groups if not _PERMISSION_GROUPS.match(group.name)][:MOST_GROUPS]

    async def _members(self, group: Group) -> list[Any]:
        which: dict[str, str] = {"groupId": group.key} if self.site.cloud else {"groupname": group.name}

        def page(start: int) -> Awaitable[Any]:
            return self.site.get("group/member", {**which, "startAt": start, "maxResults": MEMBER_PAGE})

        return await gathered(page)

    async def _organisations(self) -> Page:
        try:
            raw = await gathered(lambda start: self.site.desk("organization", {"start": start, "limit": 50}))
        except Refused:
            return Page("", True)
        found = [
            Organisation(self.source, str(row["id"]), str(row.get("name") or ""))
            for row in raw
            if isinstance(row, dict) and row.get("id")
        ]
        whole = frozenset({"organisations"}) if len(found) == len(raw) else frozenset()
        return Page("", True, organisations=tuple(found), whole=whole)
