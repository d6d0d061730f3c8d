"""Acts on tickets as every screen that has tickets does them: plan, ask what has to be asked, decide, say what came.

The mark `·` stands on the row in the next frame; what is planned, asked and written follows. The cursor stays where it
is, and so do the marks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from helpdesk_tui.domain.change_states import ChangeState

if TYPE_CHECKING:
    from helpdesk_tui.domain.changes import Change
from helpdesk_tui.domain.counted import agrees
from helpdesk_tui.errors import HelpdeskError
from helpdesk_tui.screens.acts.confirm import ByNumber, Confirm, Planning
from helpdesk_tui.screens.acts.memory import Done, memory_of, team_taken_back
from helpdesk_tui.screens.base import Choice, DeskScreen
from helpdesk_tui.widgets.text import line as text_line

if TYPE_CHECKING:
    from helpdesk_tui.desk.acts.act import Act, Wish
    from helpdesk_tui.domain.rows import Row
    from helpdesk_tui.domain.tickets import TicketRef

_SAVED = (ChangeState.APPLIED, ChangeState.CONFIRMED)
_UNDER_WAY = (ChangeState.QUEUED, ChangeState.SENDING, ChangeState.UNCERTAIN)


class Meant(NamedTuple):
    """The tickets an act is about: those that are marked, or the one at hand; and their rows as they are shown."""

    refs: tuple[TicketRef, ...]
    seen: tuple[Row, ...]

    @property
    def about(self) -> str:
        """In a few words: `3 marked (1 SN, 2 ZD)`, or the number."""
        from helpdesk_tui.desk.acts.act import subjects

        if len(self.refs) == 1 and self.seen:
            return subjects(self.seen)
        return f"{len(self.refs)} marked"

    @property
    def others(self) -> str:
        """What colleagues are doing to them, as their rows tell: in words for one, of several how many."""
        told = [row.others for row in self.seen if row.others]
        if len(self.refs) == 1 or not told:
            return told[0] if told else ""
        return f"colleagues are at {len(told)} of them"

    @property
    def sources(self) -> frozenset[str]:
        """Where they are."""
        return frozenset(ref.source for ref in self.refs)


Call = Callable[[], Awaitable[None] | None]


class Then(NamedTuple):
    """What follows on an act with text: `kept` once it is decided, `lost` where it could not be, `left` where the user
    would not, `edit` where a public text under review is to be edited, `promise` where a time for the next update is to
    stand in it."""

    kept: Call | None = None
    lost: Call | None = None
    left: Call | None = None
    edit: Call | None = None
    promise: Call | None = None


class Acting(DeskScreen):
    """What a screen needs to act. A subclass says which tickets are meant and shows them."""

    def meant(self) -> Meant:
        """The tickets an act would be about now."""
        return Meant((), ())

    def show_deciding(self, refs: Sequence[TicketRef]) -> None:
        """Marks rows at once: something was asked for."""

    async def reread(self, refs: Sequence[TicketRef]) -> None:
        """Reads rows anew: what was asked for is on its way, or is not."""

    async def act(
        self,
        wish: Wish,
        meant: Meant | None = None,
        *,
        then: Then | None = None,
    ) -> None:
        """Does what is wanted, after asking where that has to be. Raises StoreError where it could not be planned.

        The mark is on the rows at once, but where something has to be confirmed first.
        """
        from helpdesk_tui.desk.acts.act import ONE_LINE, Ask

        them = meant or self.meant()
        if not them.refs:
            self.say("there is no ticket here", "warn")
            return
        early = len(them.refs) <= ONE_LINE and not wish.public
        planning = None if early else Planning(self)
        if early:
            self.show_deciding(them.refs)
        try:
            planned = await self.desk.ask(lambda acting: acting.act(wish, them.refs, them.seen))
        except Exception:
            await self.reread(them.refs)
            raise
        finally:
            if planning is not None:
                planning.end()
        if early and (not planned.rows or planned.ask is not Ask.NOTHING):
            await self.reread(them.refs)
        if not planned.rows:
            self.say(planned.words, "warn")
            await _maybe(then.lost if then else None)
        else:
            await self._confirmed(planned, then)

    async def _confirmed(self, planned: Act, then: Then | None) -> None:
        """Asks what has to be asked, then decides."""
        from helpdesk_tui.desk.acts.act import Ask, subjects

        async def decide() -> None:
            await self.decide(planned, then)

        async def leave() -> None:
            self.say("nothing was done" if then is None else "nothing was sent; the draft is kept")
            await _maybe(then.left if then else None)

        if planned.ask is Ask.NOTHING:
            await decide()
        elif planned.ask is Ask.LINE:
            Confirm(self, f"{planned.words}?", [Choice("y", "do it", decide), Choice("n", "no", leave)])
        elif planned.ask is Ask.NUMBER:
            words = f"; {self.promised_words(planned)}" if planned.public else ""
            ByNumber(self, f"{planned.words}{words}", len(planned.rows), decide, leave)
        else:
            text = next((change.desired["reply"] for change in planned.changes if "reply" in change.desired), "")
            choices = [Choice("y", "send", decide), Choice("e", "edit", then.edit if then and then.edit else leave)]
            choices += [Choice("n", self.promised_words(planned), then.promise)] if then and then.promise else []
            choices.append(Choice("q", "keep draft", leave))
            question = f"PUBLIC, the customer reads it. {planned.wish.words}: {subjects(planned.rows)}"
            Confirm(self, question, choices, style="to-customer", text=text)

    async def decide(self, planned: Act, then: Then | None = None) -> None:
        """Writes an act down; a failure takes the marks back, keeps the text and is said."""
        from helpdesk_tui.domain.change_rules import HOLD

        refs = [row.ref for row in planned.rows]
        self.show_deciding(refs)
        try:
            made = await self.desk.enqueue(planned.changes)
        except Exception as error:
            await self.reread(refs)
            await _maybe(then.lost if then else None)
            if not isinstance(error, HelpdeskError):
                raise
            self.failed(error)
            if self.typing:
                self.hint(text_line(f" {error}", "bad"))
            return
        memory_of(self.desk).keep(planned.wish, planned.words, [change.id for change in made])
        await self.reread(refs)
        await _maybe(then.kept if then else None)
        self.say(planned.words, "warn" if planned.outside else "good", tail=f"; held {HOLD} s, z takes it back")
        self.acted()
        if planned.public:
            await self.promise_next(made)

    def acted(self) -> None:
        """Something was decided."""

    def promised_words(self, planned: Act) -> str:
        """When a public text under review says that the next update comes."""
        from helpdesk_tui.screens.acts.promising import review_words

        return review_words(planned.changes, self.now(), self.desk.next_update)

    async def promise_next(self, changes: Sequence[Change]) -> None:
        """Keeps the clock of each promise that public texts make; it follows its text."""
        from helpdesk_tui.domain.change_rules import HOLD
        from helpdesk_tui.screens.acts.promising import keep_promises

        words = await keep_promises(self.desk, changes, self.now())
        if words:
            self.say(words, "good", tail=f"; held {HOLD} s, z takes both back")

    # Again, and back

    async def do_ticket_again(self) -> None:
        """The last act on what is meant now."""
        wish = memory_of(self.desk).last
        if wish is None:
            self.say("nothing was done yet that could be done again")
        else:
            await self.act(wish)

    async def do_ticket_undo(self) -> None:
        """Takes the last act back: free while it is held, by a change of its own after that."""
        memory = memory_of(self.desk)
        last = memory.done[-1] if memory.done else await self.desk.ask(lambda _: self._unsent())
        if last is None:
            self.say("there is nothing to take back")
            return
        changes = await self.desk.ask(lambda _: [self.desk.reads.change(ident) for ident in last.changes])
        here = [change for change in changes if change is not None and not _is_over(change)]
        if not here and (last.kept is None or last.kept.is_empty):
            memory.done = memory.done[:-1]
            self.say(last.words, tail=": nothing of it is left to take back")
        elif here and all(map(_is_said, here)):
            memory.done = memory.done[:-1]
            final = any(change.closes for change in here)
            what = "a merge cannot be taken back" if final else "what was said cannot be unsaid"
            self.say(last.words, "warn", tail=f": it was sent, and {what}")
        elif all(change.state is ChangeState.QUEUED for change in here):
            await self._undo(last, here)
        else:

            async def go_on() -> None:
                await self._undo(last, here)

            Confirm(self, _undo_words(last, here), [Choice("y", "take back", go_on), Choice("n", "no", lambda: None)])

    def _unsent(self) -> Done | None:
        """The last act of an earlier run that is still unsent."""
        queued = [change for change in self.desk.reads.outbox() if change.state is ChangeState.QUEUED]
        last = max((change.created_at for change in queued), default=0)
        them = [change for change in queued if change.created_at == last and not change.attempts]
        return Done(f"{len(them)} unsent", tuple(change.id for change in them)) if them else None

    async def _undo(self, last: Done, changes: Sequence[Change]) -> None:
        undone = await self.desk.undo([change.id for change in changes])
        team = await team_taken_back(self.desk, last)
        memory = memory_of(self.desk)
        memory.done = [one for one in memory.done if one != last]
        memory.followed = [one for one in memory.followed if one != last]
        await self.reread([change.ref for change in changes])
        parts = [
            f"{len(undone.freed)} taken back unsent" if undone.freed else "",
            f"{len(undone.compensating)} being put back" if undone.compensating else "",
            f"{len(undone.stay)} cannot be unsaid" if undone.stay else "",
            team,
        ]
        self.say(last.words, tail=f": {', '.join(filter(None, parts)) or 'nothing left to take back'}")
        self.acted()

    # What becomes of acts on several tickets

    async def follow_acts(self) -> None:
        """Says what came of an act on several tickets once it is over, and how far it is until then."""
        memory = memory_of(self.desk)
        for one in memory.followed[:1]:
            changes = await self.desk.ask(lambda _, ids=one.changes: [self.desk.reads.change(i) for i in ids])  # type: ignore[misc]
            states = [change.state for change in changes if change is not None]
            if not any(state in _UNDER_WAY for state in states):
                memory.followed.remove(one)
            elif all(state is ChangeState.QUEUED for state in states):
                continue
            if self.overlay is None and not self.typing:
                style = "warn" if any(state.needs_user for state in states) else ""
                self.say(one.words, style, tail=f": {_result(states)}")


def _result(states: Sequence[ChangeState]) -> str:
    """How far several writes are: `9 saved, 1 refused, 4 waiting`."""
    saved = sum(state in _SAVED for state in states)
    waiting = sum(state in _UNDER_WAY for state in states)
    parts = [f"{saved} saved", f"{waiting} under way" if waiting else ""]
    for state in (ChangeState.CONFLICT, ChangeState.REJECTED, ChangeState.ASK_USER):
        count = sum(one is state for one in states)
        parts.append(f"{count} {state.words}, see g y" if count else "")
    return ", ".join(filter(None, parts))


def _is_over(change: Change) -> bool:
    return change.state in (ChangeState.DISCARDED, ChangeState.SUPERSEDED)


def _is_said(change: Change) -> bool:
    """Whether it is out and nothing of it can be put back."""
    from helpdesk_tui.domain.change_rules import compensation

    out = change.state in (*_SAVED, ChangeState.SENDING, ChangeState.UNCERTAIN)
    return out and compensation(change, "x", 0) is None


def _undo_words(last: Done, changes: Sequence[Change]) -> str:
    """What taking back would do."""
    from helpdesk_tui.domain.change_rules import compensation

    sent = [change for change in changes if change.state is not ChangeState.QUEUED]
    back = [change for change in sent if compensation(change, "x", 0) is not None]
    words = [f"{agrees(len(changes) - len(sent), 'unsent goes', 'unsent go')}" if len(changes) > len(sent) else ""]
    fields = sorted({name for change in back for name in change.overwrites})
    what = f" ({', '.join(fields)})" if fields else ""
    words.append(f"{agrees(len(back), 'sent is', 'sent are')} put back{what}" if back else "")
    words.append(f"{len(sent) - len(back)} cannot be unsaid" if len(sent) > len(back) else "")
    return f"Take back {last.words}? {', '.join(filter(None, words))}"


async def _maybe(call: Call | None) -> None:
    result = call() if call is not None else None
    if result is not None:
        await result
