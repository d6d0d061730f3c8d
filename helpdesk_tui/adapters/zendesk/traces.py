"""What an update left behind: our mark in its audit, what it overwrote, and what else became of the ticket."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from helpdesk_tui.adapters.base import Seen
from helpdesk_tui.adapters.zendesk.bodies import MARK
from helpdesk_tui.adapters.zendesk.mapping import PRIORITIES
from helpdesk_tui.adapters.zendesk.wire import AuditRow, Raw, parse
from helpdesk_tui.domain.changes import Change

NAMES = {
    "assignee_id": "owner",
    "group_id": "group",
    "status": "state",
    "priority": "priority",
    "subject": "title",
}
"""Fields of audits by the vocabulary's names."""


class MarkedRow(AuditRow):
    """An audit with its metadata, of which `custom` is what a client wrote there."""

    metadata: Raw = Field(default_factory=dict)

    @property
    def mark(self) -> str:
        """The id of the change of ours that made it, "" for none."""
        custom = self.metadata.get("custom")
        found = custom.get(MARK) if isinstance(custom, Mapping) else None
        return found if isinstance(found, str) else ""

    def lines(self, kind: str) -> list[Mapping[str, Any]]:
        """Its lines of one type."""
        return [line for line in self.events if isinstance(line, Mapping) and line.get("type") == kind]


def ident_of(audit: MarkedRow) -> str:
    """What the platform calls what an audit made: its comment's identifier, or the audit's own where it has none."""
    said = audit.lines("Comment")
    return str((said[0].get("id") if said else None) or audit.id)


def alike(audit: MarkedRow, change: Change, me: str, since: int) -> bool:
    """Whether somebody without a mark said just what the change was to say: the same words, seen by the same people,
    in our name and since it was sent."""
    if audit.mark or audit.at < since or (me and audit.actor and str(audit.actor) != me):
        return False
    wanted, public = " ".join(change.says.split()), "reply" in change.desired
    return any(
        " ".join(str(line.get("body") or "").split()) == wanted and bool(line.get("public", True)) == public
        for line in audit.lines("Comment")
    )


def mover(audits: list[MarkedRow], names: set[str]) -> int:
    """Who last changed one of these fields, by number; 0 where no audit tells."""
    for audit in reversed(audits):
        if any(NAMES.get(str(line.get("field_name"))) in names for line in audit.lines("Change")):
            return max(audit.actor, 0)
    return 0


def remarks(change: Change, before: Seen, after: Seen, audit: object, warning: str) -> str:
    """What the user should hear of an update that was taken: what was ignored, overwritten within the same second, or
    changed beside."""
    said = []
    if ignored := re.findall(r'"([^"]+)"', warning.partition("unpermitted_keys")[2]):
        said.append(f"the platform ignored {', '.join(ignored)}")
    said += _overwritten(change, before, audit)
    for name in ("owner", "group"):
        was, now = before.fields.get(name, ""), after.fields.get(name, "")
        if name not in change.desired and was and was != now:
            said.append(f"the platform also took the {name} away" if not now else f"the platform also moved the {name}")
    return "; ".join(said)


def _overwritten(change: Change, before: Seen, raw: object) -> list[str]:
    """Stamps are whole seconds: what somebody wrote between our look and our write in one of them is overwritten all
    the same, and only the audit says so."""
    rows, _ = parse(MarkedRow, [raw], "write")
    found, seen = [], set()
    for line in rows[0].lines("Change") if rows else ():
        name = NAMES.get(str(line.get("field_name")), "")
        if name not in change.overwrites or name not in before.fields or name in seen:
            continue
        seen.add(name)
        was = line.get("previous_value")
        text = "" if was is None else str(was)
        if name == "priority":
            text = str(PRIORITIES.get(text, 0))
        if text and text not in (before.fields[name], change.desired[name]):
            found.append(f"{name} had been changed to “{text}” in the same second and is overwritten")
    return found
