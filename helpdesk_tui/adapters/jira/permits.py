"""What an account may do: asked in one go, for `doctor` and for pickers. Only the platform's own word counts when
something is written."""

from __future__ import annotations

from collections.abc import Mapping

from helpdesk_tui.adapters.jira.site import Site
from helpdesk_tui.errors import Garbled, Refused

EDIT, ASSIGN, MOVE = "EDIT_ISSUES", "ASSIGN_ISSUES", "TRANSITION_ISSUES"
COMMENT, LINK = "ADD_COMMENTS", "LINK_ISSUES"
ACTS = {
    ASSIGN: "assign issues",
    MOVE: "change their status",
    EDIT: "edit them",
    COMMENT: "comment on them",
    LINK: "link them",
}
"""Permissions and what they are for."""
_NAMES = {
    ASSIGN: ("owner",),
    MOVE: ("state", "status"),
    EDIT: ("group", "priority", "priority_name", "title", "tags+", "tags-"),
    COMMENT: ("note", "reply"),
    LINK: ("link",),
}
AGE = 600
"""Seconds for which what an account may do in a project is taken as known, for what is offered to choose from."""
MOST_PROJECTS = 5
"""So many projects are asked about one by one; of more, whether it is permitted in any."""


async def held(site: Site, **where: str) -> Mapping[str, bool]:
    """Each permission of `ACTS` and whether the account has it, in a project or on an issue (`projectKey`, `issueId`),
    or anywhere. Empty where that cannot be asked: then nothing is known."""
    try:
        data = await site.get("mypermissions", {"permissions": ",".join(ACTS), **where})
    except Refused:
        return {}
    rows = data.get("permissions") if isinstance(data, dict) else None
    if not isinstance(rows, dict):
        raise Garbled("the site does not say what this account may do")
    known = {name: rows.get(name) for name in ACTS}
    return {name: bool(row.get("havePermission")) for name, row in known.items() if isinstance(row, dict)}


async def lacking(site: Site, projects: list[str]) -> list[str]:
    """What this account may not do in the projects of its scope, a sentence each."""
    if len(projects) > MOST_PROJECTS:
        return _sentences("in any project", await held(site))
    found = []
    for key in projects:
        found += _sentences(f"in {key}", await held(site, projectKey=key))
    return found


class Permits:
    """What the account may do, project by project, asked again once it is older than `AGE`.

    An issue may allow less than its project, and then says so when it is written to. No answer at all is not kept.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: dict[str, tuple[int, Mapping[str, bool]]] = {}

    async def of(self, project: str, now: int) -> Mapping[str, bool]:
        """As `held` tells it of a project, by its key. `now` is in seconds UTC."""
        at, known = self._known.get(project, (0, {}))
        if not known or not 0 <= now - at < AGE:
            known = await held(self._site, projectKey=project)
            self._known[project] = now, known
        return known


def _sentences(where: str, may: Mapping[str, bool]) -> list[str]:
    lacks = [act for name, act in ACTS.items() if may.get(name) is False]
    if len(lacks) == len(ACTS):
        return [f"Nothing can be written {where}: this account may not even comment on issues."]
    return [f"This account may not {', '.join(lacks)} {where}."] if lacks else []


def forbidden(may: Mapping[str, bool]) -> dict[str, str]:
    """The names of `Change.desired` that lack a permission, with the reason."""
    return {
        name: f"this account may not {act} in this project"
        for permission, act in ACTS.items()
        if may.get(permission) is False
        for name in _NAMES[permission]
    }
