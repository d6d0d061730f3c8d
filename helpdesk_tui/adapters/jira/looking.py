"""A fresh reading of one issue, for a write: its fields in the vocabulary of changes, and who changed what lately."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import ValidationError

from helpdesk_tui.adapters.base import Seen
from helpdesk_tui.adapters.jira import values
from helpdesk_tui.adapters.jira.asking import Asker, parsed
from helpdesk_tui.adapters.jira.check import Found
from helpdesk_tui.adapters.jira.wire import Change, FieldInfo, History, Issue, Link
from helpdesk_tui.domain.tickets import WayOut
from helpdesk_tui.errors import Garbled, Refused

OURS = frozenset({"owner", "group", "state", "status", "priority", "priority_name", "title", "tags"})
"""The names of ours that can be read back."""
_FIELDS = (
    *("summary", "status", "priority", "assignee", "reporter", "created", "updated", "labels", "project", "issuetype"),
    *("components", "issuelinks"),
)
_TOLD = {
    "assignee": ("owner",),
    "status": ("state", "status"),
    "priority": ("priority", "priority_name"),
    "summary": ("title",),
    "labels": ("tags",),
}
"""Fields of the changelog and the names of ours they decide."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a write has to know besides the fields: it travels in `Seen.stamp`."""

    project: str = ""
    desk: bool = False
    """Whether its project is a service desk, where customers see what is not internal."""
    components: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """How each link reads from here, and the identifier and key of the other end, apart by a blank."""
    done: bool = False

    def stamp(self) -> str:
        """As text."""
        return orjson.dumps(self).decode()

    @classmethod
    def of(cls, stamp: str) -> Place:
        """From text."""
        raw = orjson.loads(stamp or "{}")
        links = tuple((str(phrase), str(other)) for phrase, other in raw.pop("links", ()))
        return cls(**raw | {"links": links, "components": tuple(raw.get("components", ()))})

    def linked(self, phrases: Collection[str], other: str) -> bool:
        """Whether a link that reads so leads to an issue, named by identifier or key."""
        return any(phrase in phrases and other in ends.split(" ") for phrase, ends in self.links)


@dataclass(frozen=True, slots=True)
class Looked:
    """A reading: what the contract asks for, and the latest histories."""

    seen: Seen
    place: Place = field(default_factory=Place)
    histories: tuple[History, ...] = ()


class Eye:
    """Looks at single issues."""

    def __init__(self, asker: Asker, found: Found) -> None:
        self._asker, self._found = asker, found

    def field(self, name: str) -> FieldInfo | None:
        """A field of the site by the name a change has for it."""
        return values.named(self._found.fields, name)

    async def look(self, key: str, names: Collection[str] = ()) -> Looked:
        """One issue now, with the platform's own fields by these names; or why it is not to be had."""
        if not key.isdecimal():
            return Looked(Seen(key, way=WayOut.DELETED))
        own = {name: info.id for name in names if name not in OURS and (info := self.field(name))}
        by = self._asker.profile.group_by
        wanted = dict.fromkeys((*_FIELDS, *own.values(), *([by] if by.startswith("customfield_") else [])))
        try:
            raw = await self._asker.site.get(f"issue/{key}", {"fields": ",".join(wanted), "expand": "changelog"})
        except Refused as error:
            if error.status not in (400, 403, 404, 410):
                raise
            gone = WayOut.FORBIDDEN if error.status == 403 else await self._asker.gone(key)
            return Looked(Seen(key, way=gone))
        return self.read(key, raw, own)

    def read(self, key: str, raw: Any, own: dict[str, str]) -> Looked:
        """An issue as it came. Raises Garbled for what is none, or another."""
        try:
            issue = Issue.model_validate(raw)
        except ValidationError:
            raise Garbled(f"issue {key} came as something else") from None
        if issue.id != key:
            raise Garbled("the answer is about another issue")
        log = raw.get("changelog")
        told = log.get("histories") if isinstance(log, dict) else []
        histories = sorted(parsed(History, told if isinstance(told, list) else [], []), key=_in_order)
        fields = self._fields(issue, raw["fields"], own)
        place = self._place(issue)
        who = next((one.author for one in reversed(histories) if _concerns(one.items)), None)
        seen = Seen(
            key, issue.fields.updated, fields, who.display_name or who.ident if who else "", stamp=place.stamp()
        )
        return Looked(seen, place, tuple(histories))

    def _fields(self, issue: Issue, raw: dict[str, Any], own: dict[str, str]) -> dict[str, str]:
        """The fields that came; one that did not may not be read."""
        told, profile = issue.fields, self._asker.profile
        found = {"state": str(profile.state(told.status)), "status": told.status.name}
        group = self._asker.reader.group(issue, raw)
        if profile.group_by in raw or profile.group_by == "project":
            found["group"] = group.key if group else ""
        if "assignee" in raw:
            found["owner"] = told.assignee.ident if told.assignee else ""
        if "priority" in raw:
            found["priority"] = str(profile.priorities.get(told.priority.id, 0) if told.priority else 0)
            found["priority_name"] = told.priority.name if told.priority else ""
        if "summary" in raw:
            found["title"] = told.summary
        if "labels" in raw:
            found["tags"] = "\n".join(told.labels)
        return found | {name: values.to_text(raw[fid]) for name, fid in own.items() if fid in raw}

    def _place(self, issue: Issue) -> Place:
        project = issue.fields.project
        return Place(
            project.key,
            project.kind == "service_desk" or project.key in self._found.desks,
            tuple(one.id for one in issue.fields.components),
            tuple(_ends(issue.fields.links)),
            issue.fields.status.category.key == "done",
        )


def _in_order(history: History) -> tuple[int, int]:
    """Expansions come newest first; of one second, the identifier tells which was first."""
    return history.created, int(history.id) if history.id.isdecimal() else 0


def _ends(links: Iterable[Link]) -> Iterable[tuple[str, str]]:
    for link in links:
        for phrase, end in ((link.type.outward, link.outward), (link.type.inward, link.inward)):
            if end is not None:
                yield phrase, f"{end.id} {end.key}"


def _concerns(changes: Iterable[Change]) -> bool:
    return any(
        (one.field_id or one.field.lower()) in _TOLD or one.field_id.startswith("customfield_") for one in changes
    )


def names_of(change: Change, group_by: str) -> tuple[str, ...]:
    """The names of ours that a line of the changelog is about."""
    fid = change.field_id or change.field.lower()
    if fid == group_by or (group_by == "components" and fid == "component"):
        return ("group",)
    return _TOLD.get(fid, ())
