"""Writes to issues: look, write, verify.

Jira has no precondition and no key against doing things twice, and takes a change in several requests: the owner, the
fields, the transition, the link and the comment have an address each. So a write follows a fresh reading at once and
leaves out what is there already. Everything is found out beforehand that can be (the transition and what its screen
demands, the priorities of this issue, the kind of a link), so that a refusal comes before the first request rather
than between two. Whatever overwrites may be sent again without harm; the comment cannot, and goes last. It carries the
change's id in a property of its own, by which it is found again.
"""

from __future__ import annotations

from collections.abc import Collection

from helpdesk_tui.adapters.base import Landing, Seen, Verdict, Written, earliest_trace, told_by_values
from helpdesk_tui.adapters.jira import traces
from helpdesk_tui.adapters.jira.asking import Asker
from helpdesk_tui.adapters.jira.check import Found
from helpdesk_tui.adapters.jira.looking import OURS, Eye, Looked, Place
from helpdesk_tui.adapters.jira.planning import Planner, Step
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.domain.merging import Standing, standing
from helpdesk_tui.errors import PlatformError, Refused


class Writing:
    """The writes of one account of one site."""

    def __init__(self, asker: Asker, found: Found) -> None:
        self._site, self._found = asker.site, found
        self.eye = Eye(asker, found)
        self._planner = Planner(asker.site, found, self.eye)

    async def look(self, key: str, fields: Collection[str] = ()) -> Seen:
        """A fresh reading. A ticket that is not to be had has its way out."""
        return (await self.eye.look(key, fields)).seen

    async def write(self, change: Change, seen: Seen) -> Written:
        """What a change asks for and is not there yet, in as many requests as that takes.

        An error of a later request is raised as it is: it says what is certain of that request, and the earlier ones
        can be sent again. Raises Refused with what was done before it, where anything was.
        """
        place = Place.of(seen.stamp)
        steps = await self._planner.steps(change, seen, place)
        done: list[str] = []
        marker, words = "", ""
        for step in steps:
            try:
                marker, words = await self._take(step)
            except Refused as error:
                if not done:
                    raise
                raise Refused(f"{error} (saved before that: {', '.join(done)})", status=error.status) from error
            done.append(step.what)
        now, remark = await self._after(change, seen)
        return Written(now, marker, words or remark)

    async def _take(self, step: Step) -> tuple[str, str]:
        """Send one request; the identifier of the comment it made, and a remark on it."""
        data = await self._site.change(step.method, step.path, step.body, ok=step.ok, params=step.params)
        if step.what not in ("note", "reply") or not isinstance(data, dict):
            return "", ""
        words = ""
        if step.what == "note" and data.get("jsdPublic") is True:
            words = "the platform shows this note to the customer"
        return str(data.get("id") or ""), words

    async def _after(self, change: Change, seen: Seen) -> tuple[Seen, str]:
        """What the ticket holds now. Where it cannot be asked, that the platform said yes is still certain."""
        try:
            now = await self.look(change.key, _own(change))
        except PlatformError as error:
            return Seen(change.key, seen.version), f"saved; what the ticket holds now could not be read ({error})"
        return (now, "") if now.way is None else (Seen(change.key, seen.version), "saved; the ticket is gone since")

    async def verify(self, change: Change) -> Verdict:
        """Whether a change is there: a comment by its property, a link by its ends, values by themselves and by the
        changelog, which tells a value that never came from one that somebody put back."""
        looked = await self.eye.look(change.key, _own(change))
        if looked.seen.way is not None:
            return Verdict(Landing.ABSENT, looked.seen)
        if change.says:
            return await traces.said(self._site, change, looked, self._found.signed.account)
        found = standing(change, looked.seen.fields)
        if found in (Standing.MOVED, Standing.UNKNOWN):
            return told_by_values(change, looked.seen)
        if found is Standing.AS_BASE:
            return self._as_base(change, looked)
        if "link" in change.desired and not await self._linked(change, looked.place):
            return Verdict(Landing.ABSENT, looked.seen)
        return Verdict(Landing.LANDED, looked.seen)

    def _as_base(self, change: Change, looked: Looked) -> Verdict:
        since = earliest_trace(change, self._site.skew)
        by = traces.put_back(change, looked, self._found.signed.account, since, self._found)
        if by and change.overwrites:
            return Verdict(Landing.CHANGED, looked.seen, words=f"saved, and put back by {by}")
        return Verdict(Landing.ABSENT, looked.seen)

    async def _linked(self, change: Change, place: Place) -> bool:
        kind = await self._planner.links.kind(change.desired.get("link_kind", ""))
        return place.linked(kind.phrases, change.desired["link"])


def _own(change: Change) -> list[str]:
    """The platform's own fields that a change names."""
    return [name for name in change.overwrites if name not in OURS]
