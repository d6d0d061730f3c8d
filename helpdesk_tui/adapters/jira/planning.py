"""Which requests a change takes, in which order; found out before the first of them is sent.

Fields of a ticket that is done may be closed to edits: what is edited goes before a transition into what is done, and
after any other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from helpdesk_tui.adapters.base import Seen
from helpdesk_tui.adapters.http import Params
from helpdesk_tui.adapters.jira import links, traces, transitions
from helpdesk_tui.adapters.jira.check import Found
from helpdesk_tui.adapters.jira.looking import OURS, Eye, Place
from helpdesk_tui.adapters.jira.screens import Screens
from helpdesk_tui.adapters.jira.site import Site
from helpdesk_tui.adapters.jira.values import Values, to_text
from helpdesk_tui.adapters.jira.wire import Transition
from helpdesk_tui.domain.changes import APPENDING, Change, items
from helpdesk_tui.errors import Refused

NO_INTERNAL = "this project is no service desk: everybody who sees the issue reads its comments; say it as a reply"
NO_MOVE = "on this site the project stands for the group, and an issue cannot be moved to another from here"


@dataclass(frozen=True, slots=True)
class Step:
    """One request. `what` names what it does, for the user."""

    what: str
    method: str
    path: str
    body: Mapping[str, Any]
    ok: tuple[int, ...] = (204,)
    params: Params | None = None


@dataclass(slots=True)
class Edit:
    """What one PUT changes: each field either set or altered."""

    what: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    update: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


class Planner:
    """Makes the requests of changes."""

    def __init__(self, site: Site, found: Found, eye: Eye) -> None:
        self._site, self._found, self._eye = site, found, eye
        self._values = Values(site)
        self._screens = Screens(site, found.profile)
        self.links = links.LinkTypes(site)

    async def steps(self, change: Change, seen: Seen, place: Place) -> list[Step]:
        """The requests for what is not there yet. Raises Refused for what this site cannot be asked."""
        wanted = {name: value for name, value in change.desired.items() if seen.fields.get(name) != value}
        if "note" in wanted and not place.desk:
            raise Refused(NO_INTERNAL)
        way = await self._way(change, wanted)
        fields = await self._carried(change, wanted, way) if way else {}
        rest = {name: value for name, value in wanted.items() if not _carries(way, name, fields)}
        moved = [] if way is None else [self._moved(change.key, way, fields)]
        edits = [*await self._assigned(change.key, rest), *await self._edited(change, rest, seen, place)]
        into_done = way is not None and way.to.category.key == transitions.DONE
        found = [*edits, *moved] if into_done else [*moved, *edits]
        return [*found, *await self._linked(change.key, rest, place), *self._said(change)]

    async def _way(self, change: Change, wanted: Mapping[str, str]) -> Transition | None:
        """The transition it takes."""
        if not {"state", "status"} & wanted.keys():
            return None
        ways = await transitions.offered(self._site, change.key)
        held = await self._held(change.key, {fid for way in ways for fid in way.fields})
        return transitions.pick(ways, change.desired, self._found.profile, held)

    async def _held(self, key: str, fids: Collection[str]) -> dict[str, str]:
        """What fields of screens hold now."""
        if not fids:
            return {}
        raw = await self._site.get(f"issue/{key}", {"fields": ",".join(sorted(fids))})
        fields = raw.get("fields") if isinstance(raw, dict) else None
        return {fid: to_text(value) for fid, value in fields.items()} if isinstance(fields, dict) else {}

    async def _carried(self, change: Change, wanted: Mapping[str, str], way: Transition) -> dict[str, Any]:
        """The fields that go with a transition: those its screen has."""
        fields: dict[str, Any] = {}
        for name, value in change.desired.items():
            screen = transitions.on_screen(way, name) if _is_own(name) else None
            if screen:
                fields[screen[0]] = await self._values.value(screen[0], screen[1].shape, value)
        if resolution := change.desired.get(transitions.RESOLUTION):
            # Screens may leave out that they have it; no edit can set it.
            fields.setdefault(transitions.RESOLUTION, {"name": resolution})
        if "owner" in wanted and "assignee" in way.fields:
            fields["assignee"] = await self._values.person(wanted["owner"])
        if {"priority", "priority_name"} & wanted.keys() and "priority" in way.fields:
            fields["priority"] = await self._priority(change)
        return fields

    @staticmethod
    def _moved(key: str, way: Transition, fields: Mapping[str, Any]) -> Step:
        body = transitions.body(way, fields)
        return Step(f"status {way.to.name}", "POST", f"issue/{key}/transitions", body)

    async def _assigned(self, key: str, wanted: Mapping[str, str]) -> list[Step]:
        if "owner" not in wanted:
            return []
        who = await self._values.person(wanted["owner"])
        return [Step("owner", "PUT", f"issue/{key}/assignee", who)]

    async def _edited(self, change: Change, wanted: Mapping[str, str], seen: Seen, place: Place) -> list[Step]:
        edit = Edit()
        for name, value in wanted.items():
            if name == "title":
                edit.fields["summary"] = value
            elif name in ("priority", "priority_name"):
                edit.fields["priority"] = await self._priority(change)
            elif name in ("tags+", "tags-"):
                if not _label(edit, name, value, seen.fields.get("tags", "")):
                    continue
            elif name == "group":
                self._group(edit, value, place)
            elif name == "tags":
                raise Refused("tags are added and taken away one by one")
            elif not _is_own(name):
                continue
            else:
                info = self._eye.field(name)
                if info is None:
                    raise Refused(f"there is no field {name} on this site")
                edit.fields[info.id] = await self._values.value(info.id, info.shape, value)
            edit.what.append(name)
        if not edit.what:
            return []
        body = {part: made for part, made in (("fields", edit.fields), ("update", edit.update)) if made}
        return [Step(", ".join(edit.what), "PUT", f"issue/{change.key}", body)]

    async def _priority(self, change: Change) -> dict[str, str]:
        if "priority_name" in change.desired:
            return {"name": change.desired["priority_name"]}
        wanted, known = change.desired["priority"], await self._screens.priorities(change.key)
        for one in known:
            if str(self._found.profile.priorities.get(one.id, 0)) == wanted:
                return {"id": one.id}
        there = ", ".join(one.name for one in known)
        raise Refused(f"this issue has no priority that means {wanted}; there are {there or 'none'}")

    def _group(self, edit: Edit, value: str, place: Place) -> None:
        by = self._found.profile.group_by
        if by == "project":
            raise Refused(NO_MOVE)
        if by == "components":
            # The others are nobody's group, and stay.
            edit.update["components"] = [{"remove": {"id": place.components[0]}}] if place.components else []
            edit.update["components"] += [{"add": {"id": value}}] if value else []
            return
        info = self._eye.field(by)
        if info is None:
            raise Refused("the field that stands for the group is not visible any more")
        edit.fields[by] = self._values.group_field(info, value)

    async def _linked(self, key: str, wanted: Mapping[str, str], place: Place) -> list[Step]:
        if "link" not in wanted:
            return []
        kind = await self.links.kind(wanted.get("link_kind", ""))
        if place.linked(kind.phrases, wanted["link"]):
            return []
        return [Step(f"link {kind.phrase}", "POST", "issueLink", links.body(kind, key, wanted["link"]), (201,))]

    def _said(self, change: Change) -> list[Step]:
        if not change.says:
            return []
        what = "note" if "note" in change.desired else "reply"
        body = traces.comment_body(change, cloud=self._site.cloud)
        return [Step(what, "POST", f"issue/{change.key}/comment", body, (201,))]


_CARRIED = {"owner": "assignee", "priority": "priority", "priority_name": "priority"}


def _carries(way: Transition | None, name: str, fields: Mapping[str, Any]) -> bool:
    """Whether a transition takes a wish along."""
    if way is None:
        return False
    screen = transitions.on_screen(way, name) if _is_own(name) else None
    return _CARRIED.get(name, screen[0] if screen else name) in fields or name == transitions.RESOLUTION


def _is_own(name: str) -> bool:
    """Whether a name is one of the platform's fields."""
    return name not in OURS and name not in APPENDING


def _label(edit: Edit, name: str, value: str, now: str) -> bool:
    """Labels to add or to take away, each as it is written now; whether there is anything to do. Never all at once:
    somebody else's would be lost."""
    here = {label.casefold(): label for label in items(now)}
    steps = edit.update.setdefault("labels", [])
    for label in items(value):
        present = here.get(label.casefold())
        if name == "tags+" and present is None:
            steps.append({"add": label})
        elif name == "tags-" and present is not None:
            steps.append({"remove": present})
    if not steps:
        del edit.update["labels"]
    return bool(steps)
