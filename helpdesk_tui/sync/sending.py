"""One change on its way to its platform: looked at, claimed, written, verified, seen again.

What an answer or an error means is decided here, as `domain.change_rules.TABLE` has it; every step is durable before
the next begins. Nothing that may have been applied is sent again before the platform said that it is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

from helpdesk_tui.adapters.base import Adapter, Capability, Landing, Seen, Verdict, Written
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.domain.change_rules import LOOKS, ROUNDS, SETTLE, TOO_OLD, Outcome, is_too_old, pause
from helpdesk_tui.domain.changes import Change, ChangeState, Kind
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.merging import Standing, kept, moved, standing
from helpdesk_tui.domain.tickets import Ticket, WayOut
from helpdesk_tui.errors import (
    AuthFailed,
    ConfigError,
    Moved,
    NotSent,
    PlatformError,
    Refused,
    SecretError,
    Throttled,
)
from helpdesk_tui.sync.context import SourceContext, log
from helpdesk_tui.sync.failpoints import failpoint
from helpdesk_tui.sync.health import Trouble, of_the_source
from helpdesk_tui.sync.pull import commit
from helpdesk_tui.sync.rosters import confirm_overrides
from helpdesk_tui.sync.threaded import Threaded

T = TypeVar("T")
P = ParamSpec("P")

NEEDS = {
    "owner": Capability.WRITE_ASSIGN,
    "group": Capability.WRITE_ASSIGN,
    "state": Capability.WRITE_STATE,
    "status": Capability.WRITE_STATE,
    "priority": Capability.WRITE_PRIORITY,
    "priority_name": Capability.WRITE_PRIORITY,
    "note": Capability.WRITE_NOTE,
    "reply": Capability.WRITE_REPLY,
    "tags+": Capability.WRITE_TAGS,
    "tags-": Capability.WRITE_TAGS,
    "link": Capability.WRITE_LINK,
    "link_kind": Capability.WRITE_LINK,
}
_GONE = {
    WayOut.DELETED: "the ticket was deleted",
    WayOut.FORBIDDEN: "the ticket may no longer be seen",
    WayOut.CLOSED: "the ticket is closed",
    WayOut.LEFT_SCOPE: "the ticket is not among those that can be written",
}
_COMMON = frozenset({*NEEDS, "title", "tags"})


class Sender:
    """Sends, verifies and confirms the changes of one source."""

    def __init__(self, context: SourceContext, personal: Threaded[PersonalWriter], host: str) -> None:
        self.context = context
        self.host = host
        self._personal = personal

    @property
    def adapter(self) -> Adapter:
        """The source's adapter."""
        return self.context.adapter

    async def outbox(self, work: Callable[Concatenate[Outbox, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call one of the outbox's methods, given unbound, on the thread of the personal store."""
        return await self._personal.do(lambda writer: work(Outbox(writer.store), *args, **kwargs))

    async def send(self, change: Change) -> None:
        """Do what a queued change asks for, if it is still wanted, still right and still its turn."""
        now = self.context.now()
        if is_too_old(change, now):
            words = "waited for more than a day: is it still meant?"
            await self._settle(change, Outcome.GREW_OLD, words=words)
            return
        if (words := self._cannot(change)) != "":
            await self._settle(change, Outcome.SAID_NO, words=words)
            return
        try:
            await self.context.prepare()
        except (PlatformError, SecretError, ConfigError) as error:
            await self._note(error)
            await self._put_off(change, error)
            return
        if (words := self._cannot(change)) != "":  # the sign-in may have told that less is allowed
            await self._settle(change, Outcome.SAID_NO, words=words)
            return
        if (words := self._not_ours(change)) != "":
            await self._settle(change, Outcome.NOT_DONE, words=words, not_before=now + pause(99))
            return
        try:
            seen = await self._look(change)
        except (PlatformError, SecretError, ConfigError) as error:
            await self._unasked(change, error)
            return
        self.context.circuit.answered(self.context.now())
        failpoint("looked")
        if not await self._refuses(change, seen):
            await self._write(change, seen)

    async def verify(self, change: Change) -> None:
        """Find out what became of an uncertain change."""
        try:
            await self.context.prepare()
            verdict = await self._verdict(change)
        except (PlatformError, SecretError, ConfigError) as error:
            await self._note(error)
            later = self.context.now() + pause(change.looks + 2)
            await self._settle(change, Outcome.NOT_DONE, words=str(error), not_before=later)
            return
        failpoint("verified")
        await self._found(change, verdict)

    async def _verdict(self, change: Change) -> Verdict:
        """What the platform shows of a change; that it refuses to show the ticket tells nothing."""
        try:
            verdict = await self.adapter.verify(change)
        except Refused as error:
            return Verdict(Landing.UNKNOWN, words=str(error))
        self.context.circuit.answered(self.context.now())
        return verdict

    async def confirm(self, changes: Sequence[Change]) -> None:
        """Read the tickets of applied changes into the cache; those that show what was written are done with."""
        if overrides := [change for change in changes if change.kind is Kind.OVERRIDE]:
            await confirm_overrides(self.context, overrides, self._settle)
            changes = [change for change in changes if change.kind is not Kind.OVERRIDE]
            if not changes:
                return
        try:
            await self.context.prepare()
            began = self.context.now()
            page = await self.adapter.fetch({change.key for change in changes})
        except (PlatformError, SecretError, ConfigError) as error:
            await self._note(error)
            return
        self.context.circuit.answered(self.context.now())
        await commit(self.context, page, "by id", began)
        failpoint("fetched")
        tickets = {ticket.key: ticket for ticket in page.tickets}
        gone = {departure.key for departure in page.departures}
        for change in changes:
            ticket = tickets.get(change.key)
            if ticket is not None and ticket.version >= change.base_version:
                lost = kept(change, fields_of(ticket))
                words = f"changed afterwards: {', '.join(lost)}" if lost and not change.words else change.words
                await self._settle(change, Outcome.SEEN, words=words, done_at=self.context.now())
            elif ticket is None and change.key in gone:
                await self._settle(change, Outcome.SEEN, done_at=self.context.now())

    # Before anything leaves

    def _cannot(self, change: Change) -> str:
        """Why the source cannot be asked for this at all; "" where it can."""
        wanted = {NEEDS.get(name, Capability.WRITE_FIELDS) for name in change.desired}
        if change.kind is Kind.OVERRIDE:
            wanted = {Capability.WRITE_OVERRIDE}
        lacking = sorted(wanted - self.adapter.capabilities)
        return f"this source cannot be asked for that from here ({', '.join(lacking)})" if lacking else ""

    def _not_ours(self, change: Change) -> str:
        signed_in = self.context.signed_in
        if change.actor and signed_in and signed_in.account and change.actor != signed_in.account:
            return f"decided as {change.actor}, but {signed_in.account} is signed in"
        return ""

    async def _look(self, change: Change) -> Seen:
        own = [name for name in change.desired if name not in _COMMON]
        return await self.adapter.look(change.key, fields=own, kind=change.kind)

    async def _unasked(self, change: Change, error: Trouble) -> None:
        """The reading before the write failed: surely nothing was done."""
        await self._note(error)
        if isinstance(error, Refused) and not of_the_source(error):
            await self._settle(change, Outcome.SAID_NO, words=str(error))
            return
        await self._put_off(change, error)

    async def _put_off(self, change: Change, error: Trouble) -> None:
        """Back to waiting, until the source may be asked again."""
        now = self.context.now()
        asked = error.retry_after if isinstance(error, Throttled) else None
        wait = round(asked) + 1 if asked is not None else pause(change.attempts)
        later = now + wait  # the source's own pause bars it besides, and ends as soon as the source answers
        signs = isinstance(error, AuthFailed | SecretError)
        outcome = Outcome.NO_SIGN_IN if signs else Outcome.NOT_DONE
        tried = change.attempts - (change.state is ChangeState.SENDING)  # what surely was not done is no attempt
        values = {"attempts": tried, "not_before": later, "lease_until": 0}
        await self._settle(change, outcome, words=str(error), **values)

    async def _refuses(self, change: Change, seen: Seen) -> bool:
        """Whether what was just seen keeps a change from being sent; it is settled then."""
        if seen.way is not None:
            await self._settle(change, Outcome.SAID_NO, words=_GONE[seen.way])
            return True
        if names := moved(change, seen.fields):
            await self._conflict(change, seen, names)
            return True
        if standing(change, seen.fields) is Standing.AS_DESIRED:
            await self._settle(change, Outcome.FOUND, words="was so already", base_version=seen.version)
            return True
        return False

    async def _conflict(self, change: Change, seen: Seen, names: Sequence[str]) -> None:
        by = seen.by or await self._who(change.key, names)
        who = f" by {by}" if by else ""
        theirs = {name: seen.fields[name] for name in change.overwrites if name in seen.fields}
        words = f"{', '.join(names)} changed{who} since it was seen"
        await self._settle(change, Outcome.MOVED, words=words, theirs=theirs, theirs_by=by, lease_until=0)

    async def _who(self, key: str, names: Sequence[str]) -> str:
        """Who moved it, where that takes a question of its own; a conflict is one without the answer too."""
        try:
            return await self.adapter.who(key, names)
        except (PlatformError, SecretError, ConfigError) as error:
            await self._note(error)
            return ""

    # The write itself

    async def _write(self, change: Change, seen: Seen) -> None:
        claimed = await self.outbox(Outbox.claim, change.id, self.host, self.context.now())
        if claimed is None:
            return
        failpoint("claimed")
        try:
            written = await self.adapter.write(claimed, seen)
        except (PlatformError, SecretError, ConfigError) as error:
            failpoint("failed")
            await self._failed(claimed, error)
            return
        failpoint("written")
        await self._done(claimed, written)
        failpoint("settled")
        self.context.circuit.went_well("push", self.context.now())
        await self.context.note()

    async def _done(self, change: Change, written: Written) -> None:
        """The platform said yes; what it kept all the same is said, and counts as a no where nothing took."""
        lost = kept(change, written.seen.fields)
        held = {name: written.seen.fields[name] for name in change.overwrites if name in written.seen.fields}
        values: dict[str, Any] = {
            "words": written.words,
            "marker": written.marker,
            "theirs": held,
            "base_version": written.seen.version,
            "lease_until": 0,
        }
        if lost:
            values["words"] = "; ".join(f"the platform kept {name} “{held.get(name, '')}”" for name in lost)
        nothing_took = lost and not change.says and set(lost) == set(change.desired)
        await self._settle(change, Outcome.SAID_NO if nothing_took else Outcome.SAID_YES, **values)

    async def _failed(self, change: Change, error: Trouble) -> None:
        """What an error after the first byte means."""
        await self._note(error)
        if isinstance(error, Moved):
            await self._moved(change, error)
        elif isinstance(error, Refused):
            await self._settle(change, Outcome.SAID_NO, words=str(error), lease_until=0)
        elif isinstance(error, NotSent | Throttled | AuthFailed | SecretError | ConfigError):
            await self._put_off(change, error)
        else:
            later = self.context.now() + SETTLE
            await self._settle(change, Outcome.NOBODY_KNOWS, words=str(error), not_before=later, lease_until=0)

    async def _moved(self, change: Change, error: Moved) -> None:
        """The platform saw a later version: a conflict only if it is our field that moved."""
        try:
            seen = await self._look(change)
        except (PlatformError, SecretError, ConfigError) as again:
            await self._put_off(change, again)
            return
        if names := moved(change, seen.fields):
            await self._conflict(change, seen, names)
        elif change.attempts >= ROUNDS:
            await self._settle(change, Outcome.SAID_NO, words=str(error), lease_until=0)
        else:
            await self._settle(change, Outcome.NOT_DONE, words=str(error), not_before=self.context.now(), lease_until=0)

    async def _found(self, change: Change, verdict: Verdict) -> None:
        now, seen = self.context.now(), verdict.seen
        if verdict.landing is Landing.LANDED:
            version = seen.version if seen else 0
            lost = kept(change, seen.fields) if seen else ()
            words = f"saved; the platform holds other values for {', '.join(lost)}" if lost else ""
            await self._settle(change, Outcome.FOUND, words=words, marker=verdict.marker, base_version=version)
        elif verdict.landing is Landing.CHANGED and seen is not None:
            await self._conflict(change, seen, moved(change, seen.fields) or change.overwrites)
        elif verdict.landing is Landing.ABSENT and change.attempts >= ROUNDS:
            await self._settle(
                change, Outcome.TOO_OFTEN, words=f"tried {counted(change.attempts, 'time')} in vain: {change.words}"
            )
        elif verdict.landing is Landing.ABSENT:
            await self._settle(change, Outcome.ABSENT, not_before=now + pause(change.attempts))
        elif change.looks + 1 >= LOOKS or now - change.first_sent_at > TOO_OLD:
            await self._settle(change, Outcome.GAVE_UP, words=verdict.words or "nobody can tell whether it was saved")
        else:
            looks = change.looks + 1
            later = now + pause(looks + 1)
            await self._settle(change, Outcome.CANNOT_TELL, words=verdict.words, looks=looks, not_before=later)

    # Keeping books

    async def _settle(self, change: Change, outcome: Outcome, **values: Any) -> None:
        settled = await self.outbox(Outbox.settle, change, outcome, self.context.now(), **values)
        state = str(settled.state) if settled else "too late"
        log.info("change", source=change.source, key=change.key, change=change.id, outcome=str(outcome), state=state)

    async def _note(self, error: Trouble) -> None:
        """Tell the source's health what concerns all of it; what is about one ticket is not its business."""
        if of_the_source(error) and self.context.circuit.errors.get("") is not error:
            await self.context.trouble(error, "push")


def fields_of(ticket: Ticket) -> Mapping[str, str]:
    """A pulled ticket in the vocabulary of changes."""
    return {
        "owner": ticket.owner,
        "group": ticket.group,
        "state": str(ticket.state),
        "status": ticket.status,
        "priority": str(ticket.priority),
        "priority_name": ticket.priority_name,
        "title": ticket.title,
        "tags": "\n".join(ticket.tags),
    }
