"""Acts in the queue: on the marks, else on the ticket under the cursor; and how the outbox stands, for the status."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk_tui.desk.lookout import Attention
from helpdesk_tui.domain.change_states import NEEDS_USER
from helpdesk_tui.domain.counted import agrees, counted
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.screens.acts.acting import Meant
from helpdesk_tui.screens.acts.compose import Compose
from helpdesk_tui.screens.acts.confirm import Confirm
from helpdesk_tui.screens.acts.more import ActsMore
from helpdesk_tui.screens.base import Choice
from helpdesk_tui.screens.queue.typed import QueueTyped

TWICE = 2
"""So many pulses in a row the stores are asked after their files have stirred: the first look may come too early."""
REST = 10
"""Pulses without a stir after which they are asked all the same."""


class ActsInQueue(ActsMore, QueueTyped):
    """The list, and what is done to its tickets."""

    _told_waiting = False
    _looks = TWICE

    def meant(self) -> Meant:
        """The marks, in the order of the list as far as it is at hand; else the ticket under the cursor."""
        marks = self.tickets.marks
        if not marks:
            row = self.tickets.current_row
            return Meant((row.ref,), (row,)) if row else Meant((), ())
        seen = [row for row in self.tickets.rows.values() if row.ref in marks]
        places = {ident: place for place, ident in enumerate(self.tickets.ids)} if len(seen) > 1 else {}
        seen.sort(key=lambda row: places.get(row.id, 0))
        rest = sorted(marks - {row.ref for row in seen})
        return Meant((*(row.ref for row in seen), *rest), tuple(seen))

    def at_hand(self) -> Row | None:
        """The ticket under the cursor."""
        return self.tickets.current_row

    def show_deciding(self, refs: Sequence[TicketRef]) -> None:
        """The mark of what was asked for, in the next frame."""
        wanted = set(refs)
        rows = self.tickets.rows.values()
        self.tickets.supply({row.id: row._replace(deciding=True) for row in rows if row.ref in wanted})

    async def reread(self, refs: Sequence[TicketRef]) -> None:
        """Rows as they are now, and the ticket shown beside them."""
        wanted = set(refs)
        ids = [row.id for row in self.tickets.rows.values() if row.ref in wanted]
        self.tickets.supply(await self.desk.rows(ids))
        if self.tickets.current in ids:
            await self.show_detail()
        await self.count_outbox()

    async def open_number(self, text: str) -> None:
        """The page of a ticket by its number."""
        await QueueTyped.open_number(self, text)

    # The outbox

    async def pulse(self) -> None:
        """One look, at the outbox too."""
        colleagues, lookout = self.desk.colleagues, self.desk.lookout
        own, others = self.desk.reads.outbox_stirred(), colleagues is not None and colleagues.stirred()
        self._stirred = self._stirred or own
        await super().pulse()
        if lookout is not None:
            lookout.at(self._attention())
        self._looks = TWICE if own or others else self._looks - 1
        if -REST < self._looks <= 0:
            return
        self._looks = max(self._looks, 0)
        await self.count_outbox(aside=True)
        await self.follow_acts()
        if colleagues is not None and (changed := await self.desk.ask(lambda _: colleagues.changed(), aside=True)):
            await self.reread(tuple(changed))
            if self.app.screen is not self:
                ids = await self.desk.ask(lambda acting: acting.ids(changed), aside=True)
                self.desk_app.cache_changed(ids, everything=False)

    def _attention(self) -> Attention | None:
        """What the user is at, on the topmost screen that tells."""
        screens = (screen for screen in reversed(self.app.screen_stack) if isinstance(screen, Compose))
        return next(filter(None, (screen.attention() for screen in screens)), None)

    async def count_outbox(self, *, aside: bool = False) -> None:
        """How many writes are on their way, and how many of them need the user; `aside` where no key waits for it."""
        counts = await self.desk.ask(lambda _: self.desk.reads.outbox_counts(), aside=aside)
        total, stuck = sum(counts.values()), sum(counts.get(state, 0) for state in NEEDS_USER)
        if (total, stuck) != (self.status.outbox, self.status.stuck):
            self.status = self.status._replace(outbox=total, stuck=stuck)
            self.draw_bars()
        if not self._told_waiting:
            self._told_waiting = True
            kept, text = await self.desk.ask(lambda acting: acting.drafts(), aside=aside), self._text
            # What is being typed was begun just now, or came back under the user's eyes.
            drafts = sum(text is None or (one.ref, one.kind) != (text.ref, text.kind) for one in kept)
            if total or drafts:
                needs = f", {stuck} for your decision: g y" if stuck else ""
                told = [f"{counted(total, 'write')} waiting{needs}" if total else ""]
                told.append(f"{counted(drafts, 'draft')} kept" if drafts else "")
                self.say(f"resumed, {', '.join(filter(None, told))}")

    # Leaving

    def leave(self) -> None:
        """Asks where something is unsent: it is not lost, but goes only while sync runs."""
        from helpdesk_tui.screens.acts import unkept

        self.keep_texts()
        unsent, lost = self.status.outbox, unkept.count(self.desk)
        if not unsent and not lost:
            self.app.exit()
            return
        stuck = f", {agrees(self.status.stuck, 'waits', 'wait')} for your decision" if self.status.stuck else ""
        told = (
            f"{counted(unsent, 'write')} not confirmed yet{stuck}; kept, and sent while sync runs. " if unsent else ""
        )
        drafts = f"{counted(lost, 'draft')} could not be written down and would be LOST. " if lost else ""
        Confirm(
            self,
            f"{drafts}{told}Leave?",
            [Choice("y", "leave", self.app.exit), Choice("n", "stay", lambda: None)],
        )

    def do_app_quit(self) -> None:
        """Asks whether to leave; says what is unsent."""
        from helpdesk_tui.screens.acts import unkept

        if self.status.outbox or unkept.count(self.desk):
            self.leave()
        else:
            super().do_app_quit()
