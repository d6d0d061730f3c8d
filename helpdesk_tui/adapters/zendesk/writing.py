"""Writes to tickets: look, write, verify.

Every update is a safe one: the platform takes it only for the version that was just seen and answers 409 otherwise. So
one that arrives twice, or late, is done once. Versions are whole seconds there: what was changed just now is looked at
again once its second is over, or whoever writes in the same second would not be noticed. The change's id goes into the
metadata of the audit it makes, where it is found again whatever happened meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from helpdesk_tui.adapters.base import Landing, Seen, Verdict, Written, earliest_trace, told_by_values
from helpdesk_tui.adapters.http import Answer
from helpdesk_tui.adapters.pacing import retry_after
from helpdesk_tui.adapters.reading import said
from helpdesk_tui.adapters.zendesk import merging, traces, values
from helpdesk_tui.adapters.zendesk.api import NOT_THERE, V2, Api
from helpdesk_tui.adapters.zendesk.bodies import OURS, Body, body_of
from helpdesk_tui.adapters.zendesk.links import linked
from helpdesk_tui.adapters.zendesk.mapping import DELETED
from helpdesk_tui.adapters.zendesk.reader import Reader
from helpdesk_tui.adapters.zendesk.setup import Known, Setup
from helpdesk_tui.adapters.zendesk.traces import MarkedRow, ident_of
from helpdesk_tui.adapters.zendesk.wire import TicketRow, parse, seconds
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.domain.merging import Standing, standing
from helpdesk_tui.domain.tickets import WayOut
from helpdesk_tui.errors import Garbled, Moved, Refused, Throttled, Unreachable

MARGIN = 2
"""So many seconds after its last change a ticket surely is in another second, whatever rounding did to the clock."""
UPDATES = "updates"
"""The class of endpoint that updates are paced as."""
_PER_TICKET = ("zendesk-ratelimit-per-ticket-updates", "zendesk-rate-limit-per-ticket-updates")
_log = logging.getLogger(__name__)


class Writing:
    """The writes of one account. `me` is our own number there, "" before the sign-in."""

    def __init__(self, api: Api, reader: Reader) -> None:
        self._api, self._reader = api, reader
        self.known = Known(api)
        self.me = ""

    async def look(self, key: str, fields: Collection[str] = ()) -> Seen:
        """A fresh reading. A ticket that is not to be had has its way out."""
        if not key.isdecimal() or len(key) > 15:
            return Seen(key, way=WayOut.DELETED)
        try:
            data = await self._api.get(f"tickets/{key}")
        except Refused as error:
            if error.status not in NOT_THERE:
                raise
            return Seen(key, way=WayOut.DELETED if error.status == 404 else WayOut.FORBIDDEN)
        return self._seen(key, data, fields, await self._setup(fields))

    async def _setup(self, fields: Collection[str]) -> Setup:
        own = any(name not in OURS and name not in values.PLAIN for name in fields)
        return await self.known.setup() if own else self.known.last

    def _seen(self, key: str, data: Mapping[str, Any], fields: Collection[str], setup: Setup) -> Seen:
        """A ticket in the vocabulary of changes. Raises Garbled for something that is none, or another."""
        raw = data.get("ticket")
        try:
            row = TicketRow.model_validate(raw)
        except ValidationError:
            raise Garbled("an answer without the ticket that was asked for") from None
        if not isinstance(raw, dict) or str(row.id) != key:
            raise Garbled("an answer about another ticket")
        if row.status == DELETED:
            return Seen(key, way=WayOut.DELETED)
        ticket = self._reader.ticket(row)
        found = {
            "owner": ticket.owner,
            "group": ticket.group,
            "state": str(ticket.state),
            "status": ticket.status,
            "priority": str(ticket.priority),
            "priority_name": ticket.priority_name,
            "title": ticket.title,
            "tags": "\n".join(ticket.tags),
        }
        for name in fields:
            value = None if name in OURS else values.read(raw, name, setup)
            if value is not None:
                found[name] = value
        return Seen(key, ticket.version, found, stamp=str(raw.get("updated_at") or ""))

    async def write(self, change: Change, seen: Seen) -> Written:
        """One update with everything a change asks for. Raises Refused for what this platform cannot be asked."""
        if change.closes:
            return await self._merged(change, seen)
        setup = await self.known.setup()
        await self._let_pass(seen)
        body = body_of(change, seen, setup)
        if "link" in change.desired:
            body = await linked(self._api, change, body)
        answer = await self._put(change.key, body)
        after = self._seen(change.key, answer.data, change.desired, setup)
        audit = answer.data.get("audit")
        warning = answer.headers.get("x-zendesk-api-warn", "")
        if warning:
            _log.warning("ticket %s: %s", change.key, warning[:300])
        marked = parse(MarkedRow, [audit], "write")[0]
        ident = ident_of(marked[0]) if marked and marked[0].mark == change.id else ""
        return Written(after, ident, traces.remarks(change, seen, after, audit, warning))

    async def _merged(self, change: Change, seen: Seen) -> Written:
        """Merge a ticket into another; one that is closed was merged by us, or is refused."""
        try:
            ident = "" if seen.fields.get("state") == "closed" else await merging.merge(self._api, change)
        except Refused:
            # Of two jobs of ours, as after an answer that was lost, the second finds the work done.
            ident = ""
            if not await self._is_merged(change):
                raise
        else:
            if not ident and not await self._is_merged(change):
                raise Refused("the ticket is closed for good, and was not merged from here")
        return Written(await merging.surely(self.look(change.key)), ident, f"merged into #{change.desired['link']}")

    async def _is_merged(self, change: Change) -> bool:
        since = earliest_trace(change, self._api.http.skew)
        return merging.landed(await merging.surely(self.audits(change.key)), change, since)

    async def _let_pass(self, seen: Seen) -> None:
        """Let the second of a ticket's last change pass. Raises Moved where another change came in it."""
        left = seconds(seen.stamp) + MARGIN - self._api.server_now()
        if left <= 0:
            return
        await self._api.http.pause(min(left, 2 * MARGIN))
        again = await self.look(seen.key)
        if again.stamp != seen.stamp:
            raise Moved("the ticket was changed just now", status=409)

    async def _put(self, key: str, body: Body) -> Answer:
        """Send an update. Raises Moved, Refused, Throttled and what `fetch_json` raises."""
        answer = await self._api.http.fetch_json(
            "PUT", f"{V2}tickets/{key}", json={"ticket": body}, retries=False, kind=UPDATES, ok=(200, 409, 422, 429)
        )
        if answer.status == 429:
            raise _throttled(answer, self._api.server_now())
        if answer.status == 409:
            raise _collided(answer.data)
        if answer.status == 422:
            raise Refused(_reasons(answer.data), status=422)
        if not isinstance(answer.data, dict):
            raise Garbled("an answer without an object in it", status=answer.status)
        return answer

    async def verify(self, change: Change) -> Verdict:
        """Whether a change is there: by our mark in an audit, else values by themselves and text by its words."""
        seen = await self.look(change.key, change.overwrites)
        if seen.way is not None:
            return Verdict(Landing.ABSENT, seen)
        try:
            audits = await self.audits(change.key)
        except Refused as error:
            if error.status not in NOT_THERE:
                raise
            audits = None
        if change.closes and audits is not None:
            done = merging.landed(audits, change, earliest_trace(change, self._api.http.skew))
            return Verdict(Landing.LANDED if done else Landing.ABSENT, seen)
        ours = [audit for audit in audits or () if audit.mark == change.id]
        if ours:
            return Verdict(Landing.LANDED, seen, ident_of(ours[-1]))
        if change.says or standing(change, seen.fields) is Standing.APPENDS:
            return self._said(change, seen, audits)
        return told_by_values(change, seen)

    def _said(self, change: Change, seen: Seen, audits: list[MarkedRow] | None) -> Verdict:
        if audits is None:
            return Verdict(Landing.UNKNOWN, seen, words="what was done to the ticket may not be read")
        since = earliest_trace(change, self._api.http.skew)
        for audit in audits if change.says else ():
            if traces.alike(audit, change, self.me, since):
                return Verdict(Landing.LANDED, seen, ident_of(audit))
        return Verdict(Landing.ABSENT, seen)

    async def audits(self, key: str) -> list[MarkedRow]:
        """Everything that was done to a ticket, oldest first; what does not parse is left out."""
        found: list[MarkedRow] = []
        async for rows in self._api.rows(f"tickets/{key}/audits", "audits"):
            found += parse(MarkedRow, rows.rows, "audits")[0]
        return found

    async def who(self, key: str, names: Collection[str]) -> str:
        """The name of whoever changed one of these fields last, "" where that is not told."""
        wanted = {"state" if name == "status" else name.replace("priority_name", "priority") for name in names}
        try:
            number = traces.mover(await self.audits(key), wanted)
        except Refused:
            return ""
        return self._reader.staff.name(number) if number else ""


def _collided(data: Any) -> Moved | Unreachable:
    """What a 409 means. Only that of a safe update is sure: of two updates at once, either may have gone through."""
    words = said(data) or "the ticket was changed since it was seen"
    code = data.get("error") if isinstance(data, dict) else ""
    if code == "UpdateConflict" or "safe update" in words.casefold():
        return Moved(words, status=409)
    return Unreachable(f"the update met another: {words}", status=409)


def _throttled(answer: Answer, now: int) -> Throttled:
    """What a 429 means: the budget of one ticket concerns no other."""
    told = next((value for name, value in answer.headers.items() if name.lower() in _PER_TICKET), "")
    left = dict(part.strip().partition("=")[::2] for part in told.split(";") if "=" in part)
    pause = retry_after(answer.headers.get("Retry-After"), now)
    words = f"the platform asks to wait: 429 {said(answer.data) if answer.data else ''}".rstrip()
    if left.get("remaining") != "0":
        return Throttled(words, retry_after=pause)
    resets = left.get("resets", "")
    asked = pause if pause is not None else float(resets) if resets.isdecimal() and len(resets) < 6 else None
    return Throttled(f"{words}: too many updates of this ticket", retry_after=asked, whole=False)


def _reasons(data: Any) -> str:
    """The reasons of a refusal, without the heading that all have in common."""
    details = data.get("details") if isinstance(data, dict) else None
    return (said({"details": details}) if details else "") or said(data) or "refused without a reason"
