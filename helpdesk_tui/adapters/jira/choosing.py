"""What may be chosen for an issue: its transitions with their screens, its priorities, the kinds of links, and what
this account cannot write on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from helpdesk_tui.adapters.jira import permits, transitions
from helpdesk_tui.adapters.jira.asking import Asker
from helpdesk_tui.adapters.jira.check import Found
from helpdesk_tui.adapters.jira.links import LinkTypes
from helpdesk_tui.adapters.jira.planning import NO_INTERNAL, NO_MOVE
from helpdesk_tui.adapters.jira.screens import Screens, fields_of
from helpdesk_tui.adapters.jira.values import to_text
from helpdesk_tui.adapters.jira.wire import FieldMeta, Issue, Named
from helpdesk_tui.adapters.jira.wire import Transition as Way
from helpdesk_tui.domain.choices import Choice, Choices, Transition
from helpdesk_tui.errors import Garbled, Refused

_ON_SCREEN = {
    "title": "summary",
    "priority": "priority",
    "priority_name": "priority",
    "tags+": "labels",
    "tags-": "labels",
}


class Choosing:
    """Answers what may be chosen. `now` is our clock."""

    def __init__(self, asker: Asker, found: Found, source: str) -> None:
        self._asker, self._found, self._source = asker, found, source
        self._links = LinkTypes(asker.site)
        self._screens = Screens(asker.site, found.profile)
        self._permits = permits.Permits(asker.site)

    async def choices(self, key: str, now: int) -> Choices:
        """What may be chosen for one issue. Raises Refused with status 404 where it is not shown."""
        site = self._asker.site
        ways = await transitions.offered(site, key)
        fids = {fid for way in ways for fid in way.fields} | {transitions.RESOLUTION}
        wanted = ",".join(("status", "project", "issuetype", "created", "updated", *sorted(fids)))
        raw = await site.get(f"issue/{key}", {"fields": wanted, "expand": "editmeta"})
        issue = _read(raw)
        held = {fid: to_text(raw["fields"].get(fid)) for fid in fids}
        meta = fields_of(raw.get("editmeta"))
        known = await self._screens.among(meta.get("priority"))
        field, priorities = self._priorities(known)
        return Choices(
            self._source,
            key,
            now,
            issue.fields.status.name,
            self._transitions(ways, held),
            priorities=priorities,
            priority_field=field,
            link_kinds=await self._kinds(),
            values={fid: value for fid, value in held.items() if fid not in transitions.NAMES},
            cannot=self._cannot(issue, meta, await self._permits.of(issue.fields.project.key, now)),
        )

    def _transitions(self, ways: Sequence[Way], held: Mapping[str, str]) -> tuple[Transition, ...]:
        """Each status once, by the way that demands least."""
        found: dict[str, Transition] = {}
        for way in ways:
            state = self._found.profile.state(way.to)
            made = Transition(way.to.name, state, way.name, transitions.demands(way, held, self._source))
            before = found.get(made.status)
            if before is None or len(made.missing) < len(before.missing):
                found[made.status] = made
        return tuple(found.values())

    def _priorities(self, known: Sequence[Named]) -> tuple[str, tuple[Choice, ...]]:
        """The name under which priorities are written, and what may be chosen: by our numbers where each stands for
        one."""
        ranks = [self._found.profile.priorities.get(one.id, 0) for one in known]
        if all(ranks) and len(set(ranks)) == len(ranks):
            return "priority", tuple(Choice(str(rank), one.name) for rank, one in zip(ranks, known, strict=True))
        return "priority_name", tuple(Choice(one.name, one.name) for one in known)

    async def _kinds(self) -> tuple[Choice, ...]:
        try:
            return await self._links.choices()
        except Refused:
            return ()

    def _cannot(self, issue: Issue, meta: Mapping[str, FieldMeta], may: Mapping[str, bool]) -> dict[str, str]:
        found = permits.forbidden(may)
        for name, fid in _ON_SCREEN.items():
            if fid not in meta:
                found.setdefault(name, "this issue cannot be edited so: its screen does not have the field")
        by, project = self._found.profile.group_by, issue.fields.project
        if by == "project":
            found["group"] = NO_MOVE
        elif by not in meta:
            found.setdefault("group", "the screen for editing this issue does not have the field for the group")
        if project.kind != "service_desk" and project.key not in self._found.desks:
            found["note"] = NO_INTERNAL
        return found


def _read(raw: Any) -> Issue:
    try:
        return Issue.model_validate(raw)
    except ValidationError:
        raise Garbled("the issue came as something else") from None
