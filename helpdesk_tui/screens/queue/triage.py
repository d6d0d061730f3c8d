"""Triage: going through new tickets one after the other. The key of the triage view begins it.

After a decision the cursor is on the next ticket without one; decided tickets stay where they are, dimmed, until the
pass ends. Keys that come while a decision is being written wait for it, so that none acts on the ticket before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.worker import Worker

from helpdesk_tui.domain.change_states import ChangeState
from helpdesk_tui.screens.acts.memory import memory_of
from helpdesk_tui.screens.queue.acts import ActsInQueue
from helpdesk_tui.widgets.text import Line, run

if TYPE_CHECKING:
    from helpdesk_tui.domain.changes import Change
    from helpdesk_tui.domain.planning.triage import Triage
    from helpdesk_tui.domain.tickets import TicketRef
    from helpdesk_tui.domain.views import View

VIEW = "triage"
_DECIDING = ("picked", "confirmed")
_HELD = 200
"""Keys that are kept at most while a decision is being written."""


class TriageInQueue(ActsInQueue):
    """The queue while a pass is under way, and while none is."""

    triage: Triage | None = None
    _told_passes = False
    _under_way = 0
    _seen_done = 0

    # Beginning and ending

    async def do_view_slot(self, key: str) -> None:
        """The view behind a digit; that of triage begins a pass, and again, before anything is decided, two passes."""
        await super().do_view_slot(key)
        view = next((view for view in self.views if view.slot == key), None)
        if view is not None and view.name == VIEW:
            fresh = self.triage is not None and not self.triage.sorted_ and self.triage.passes == 1
            self.begin_triage(2 if fresh else 1)

    def say_triage(self, rest: str) -> Awaitable[None] | None:
        """Begins one pass, or two, or ends it."""
        if rest == "end":
            self.end_triage()
            return None
        if rest not in ("", "one", "two"):
            self.say(":triage, :triage two, :triage end", "warn")
            return None
        return self._from_command(2 if rest == "two" else 1)

    async def _from_command(self, passes: int) -> None:
        view = self.named(VIEW)
        if view is not None and self.view.name != VIEW:
            await super().open_view(view)
        self.begin_triage(passes)

    def begin_triage(self, passes: int) -> None:
        """A pass over what is listed."""
        from helpdesk_tui.domain.planning.triage import Triage

        if self.keymap.read_only:
            return
        self.touch()
        self.triage = Triage(self.now(), passes)
        self._seen_done = len(memory_of(self.desk).done)
        offer = "" if passes == 2 or self._told_passes else "; 1 again: two passes, priority first"
        self._told_passes = True
        self.say(f"{len(self.tickets.ids)} to decide{offer}" if self.tickets.ids else "nothing to decide: well done")
        self.draw_bars()

    def end_triage(self) -> None:
        """Back to the plain list."""
        run_, self.triage = self.triage, None
        if run_ is not None:
            self.tickets.gone.difference_update(run_.decided)
            self.tickets.refresh()
            self.say(_result(run_, self.now()))
            self.draw_bars()

    async def open_view(self, view: View, *, near: int | None = None) -> None:
        """Another view ends the pass."""
        if view.name != VIEW:
            self.triage = None
        await super().open_view(view, near=near)

    # What was decided, here or on a ticket's page

    def acted(self) -> None:
        """Something was decided, or taken back."""
        super().acted()
        if self.triage is not None and not self._under_way:
            self.work(self._take_decisions(), "triage")

    def on_screen_resume(self) -> None:
        """Back from a ticket's page, where something may have been decided."""
        if self.triage is not None:
            self.work(self._take_decisions(), "triage")

    async def _take_decisions(self) -> None:
        """Dims what was decided since the last look and moves on; what was taken back is to be decided again."""
        memory = memory_of(self.desk)
        fresh, self._seen_done = memory.done[self._seen_done :], len(memory.done)
        idents = [ident for done in fresh for ident in done.changes]
        changes = await self.desk.ask(lambda _: [self.desk.reads.change(ident) for ident in idents])
        if self.triage is None:
            return
        before, run_ = self.triage.decided, self.triage
        by_ref = {row.ref: row.id for row in self.tickets.rows.values()}
        taken: set[TicketRef] = set()
        for change in changes:
            if change is not None and change.ref in by_ref and not _is_void(change):
                run_ = run_.after([by_ref[change.ref]], change.desired)
                taken.add(change.ref)
        self.triage = run_
        self._show_decided(run_.decided - before, taken)

    def _show_decided(self, fresh: frozenset[int], taken: set[TicketRef]) -> None:
        assert self.triage is not None
        self.tickets.supply({}, gone=self.triage.decided & set(self.tickets.ids))
        done = {ref for ref in self.tickets.marks if ref in taken and self._is_decided(ref)}
        if done:
            self.set_marks(done, False)
        if fresh:
            self._move_on()
        self.draw_bars()

    def _is_decided(self, ref: TicketRef) -> bool:
        assert self.triage is not None
        return any(row.ref == ref and row.id in self.triage.decided for row in self.tickets.rows.values())

    def _move_on(self) -> None:
        """To the next ticket without a decision, unless the one under the cursor has none."""
        assert self.triage is not None
        place = self.triage.next_place(self.tickets.ids, self.tickets.gone, self.tickets.cursor)
        if place is not None:
            self.tickets.go(place)
        elif self.triage.number < self.triage.passes:
            self.triage = self.triage.second()
            self.tickets.gone.difference_update(self.triage.sorted_ - self.triage.dispatched)
            self.tickets.refresh()
            place = self.triage.next_place(self.tickets.ids, self.tickets.gone, 0)
            self.tickets.go(place or 0)
            self.say("pass 1 is done; pass 2: who gets them" if place is not None else _result(self.triage, self.now()))
        else:
            self.say(_result(self.triage, self.now()), "good")

    async def _undo(self, last: object, changes: Sequence[Change]) -> None:
        await super()._undo(last, changes)  # type: ignore[arg-type]
        self._seen_done = len(memory_of(self.desk).done)
        if self.triage is not None:
            refs = {change.ref for change in changes}
            back = [row.id for row in self.tickets.rows.values() if row.ref in refs]
            self.triage = self.triage.without(back)
            self.tickets.gone.difference_update(back)
            self.tickets.refresh()
            if back:
                self.tickets.go_to(back[0])
            self.draw_bars()

    # Decided tickets stay dimmed whatever the cache says of them

    async def follow(self, *, unasked: bool = False) -> None:
        """Patches what the cache changed."""
        await super().follow(unasked=unasked)
        self._dim()

    async def reload(self, *, keep: bool, near: int | None = None) -> None:
        """Asks for the list anew."""
        await super().reload(keep=keep, near=near)
        self._dim()

    def _dim(self) -> None:
        if self.triage is not None:
            self.tickets.supply({}, gone=self.triage.decided & set(self.tickets.ids))

    def triage_line(self) -> Line:
        """How the pass goes, for the top of the screen; empty while there is none."""
        if self.triage is None:
            return ()
        from helpdesk_tui.domain.planning.triage import told

        left = self.triage.left(self.tickets.ids, self.tickets.gone - self.triage.decided)
        return (run(f" {told(self.triage, left, self.now())} ", "key"),)

    # Keys wait for a decision that is being written

    def work(self, job: Awaitable[None], group: str, *, exclusive: bool = True) -> Worker[None]:
        """Runs what waits; what decides holds the keys until it is done."""
        if self.triage is None or not (group in _DECIDING or group.startswith("ticket.")):
            return super().work(job, group, exclusive=exclusive)
        self._under_way += 1
        return super().work(self._deciding(job), group, exclusive=exclusive)

    async def _deciding(self, job: Awaitable[None]) -> None:
        try:
            await job
            if self.triage is not None:
                await self._take_decisions()
        finally:
            self._under_way -= 1
            self._let_keys_go()

    def on_key(self, event: events.Key) -> None:
        """A key; while a decision is being written it waits."""
        if self._under_way and self.overlay is None and not self.typing:
            event.stop()
            event.prevent_default()
            self._kept_keys = [*self._kept_keys, event][:_HELD]
        else:
            super().on_key(event)

    _kept_keys: list[events.Key] = []  # noqa: RUF012 - never changed in place

    def _let_keys_go(self) -> None:
        while self._kept_keys and not (self._under_way and self.overlay is None and not self.typing):
            event, *self._kept_keys = self._kept_keys
            super().on_key(event)


def _is_void(change: Change) -> bool:
    """Taken back, or in the way of nothing: it decided nothing."""
    return change.state in (ChangeState.DISCARDED,)


def _result(run_: Triage, now: int) -> str:
    count = len(run_.decided)
    average = run_.average(now)
    each = f", {average} s each" if average is not None else ""
    return f"{count} decided in {(now - run_.began) // 60}:{(now - run_.began) % 60:02d}{each}"
