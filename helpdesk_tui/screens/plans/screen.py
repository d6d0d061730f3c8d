"""A plan on a screen of its own: shown, changed in place, written once with one confirmation, followed line by line.

Nothing is written before `y`, and what asks for a decision is not written then either.
"""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk_tui.desk.plans.plan import RETURN
from helpdesk_tui.desk.plans.writing import Written
from helpdesk_tui.domain.change_rules import HOLD
from helpdesk_tui.domain.changes import Change, ChangeState, Kind
from helpdesk_tui.domain.counted import agrees, counted
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.screens.acts.confirm import ByNumber, Confirm
from helpdesk_tui.screens.acts.memory import Done, memory_of, team_taken_back
from helpdesk_tui.screens.base import Act, Choice
from helpdesk_tui.screens.plans.changes import PlanChanges
from helpdesk_tui.widgets.plan_text import State

LOOK_EVERY = 0.5
"""Seconds between two looks at what becomes of the writes."""
BY_NUMBER = 50
"""More writes than this, and public text on more than one ticket, are confirmed by typing their number."""
_STYLES = {ChangeState.CONFLICT: "warn", ChangeState.REJECTED: "bad", ChangeState.ASK_USER: "warn"}


class PlanScreen(PlanChanges):
    """The plan of a draft."""

    _writing = False

    def on_mount(self) -> None:
        """Follows what is written of the plan. What `PlanBase` does on mounting, Textual calls by itself."""
        self.set_interval(LOOK_EVERY, self._look)

    # Writing

    def do_plan_write(self) -> None:
        """Writes what asks for nothing, after one confirmation where there has to be one."""
        rows = [row for row in self.draft.plan.rows() if row.moves and row.item.case.ref not in self.states]
        ready = [row for row in rows if not row.needs_you]
        asking = self.draft.plan.totals().needs_you
        public = sum(row.item.case.ref in self.draft.texts for row in ready)
        comes_back = self.draft.kind == RETURN and not self.states
        if self._writing or not (ready or self._duties() or comes_back):
            needs = f"{agrees(asking, 'needs', 'need')} you: n goes there"
            self.say(needs if asking else "there is nothing to write", "warn")
            return
        counts = f"{counted(len(ready), 'write')} ({self.draft.counts})"
        told = f", PUBLIC text on {public}" if public else ""
        stays = agrees(asking, "that needs you stays as it is", "that need you stay as they are")
        stay = f"; {stays}" if asking else ""
        question = f"{counts}{told}{stay}"
        if len(ready) > BY_NUMBER or public > 1:
            ByNumber(self, question, len(ready), self._write, _nothing)
        elif public or asking:
            style = "to-customer" if public else "strong"
            said = next(
                (self.draft.texts[row.item.case.ref] for row in ready if row.item.case.ref in self.draft.texts), ""
            )
            choices = [Choice("y", "write", self._write), Choice("n", "not yet", _nothing)]
            Confirm(self, f"{question}?", choices, style=style, text=said)
        else:
            self.work(self._write(), "write", exclusive=False)

    def _duties(self) -> bool:
        return any(cover.to_write for cover in self.draft.plan.covers)

    async def _write(self) -> None:
        self._writing = True
        self.say("writing ...", "dim")
        left = frozenset(self.states)
        draft = self.draft.changed(self.draft.plan.without(left)) if left else self.draft
        try:
            written = await self.desk.write_plan(draft)
        finally:
            self._writing = False
        duties = sum(cover.to_write for cover in draft.plan.covers)
        self.draft = self.draft.changed(self.draft.plan.duties_written())
        self._follow(written, duties)

    def _follow(self, written: Written, duties: int) -> None:
        changes = [change for change in written.changes if change.kind is Kind.TICKET]
        covered = f" and {counted(duties, 'duty')}" if duties else ""
        words = f"{len(changes)} written{covered}, held {HOLD} s, z takes {'it' if len(changes) == 1 else 'them'} back"
        words = f"{self.draft.title} is back; {words}" if self.draft.kind == RETURN else words
        if written.changes or not written.kept.is_empty:
            ids = [change.id for change in written.changes]
            memory_of(self.desk).keep(None, f"plan for {self.draft.title}", ids, written.kept)
        self._show_states(changes)
        gone = f"; not in the cache any more: {', '.join(written.gone)}" if written.gone else ""
        notes = f"; {'; '.join(written.notes)}" if written.notes else ""
        self.say(f"{words}{gone}{notes}", "warn" if gone or notes else "good")

    def _show_states(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self.states[change.ref] = self._state(change)
        self.draw()

    def _state(self, change: Change) -> State:
        mark = self.glyphs.conflict if change.state.needs_user else self.glyphs.pending
        if change.state in (ChangeState.APPLIED, ChangeState.CONFIRMED):
            return State(self.glyphs.mark, change.state.words, "good")
        words = change.state.words + (f": {change.words}" if change.words and change.state.needs_user else "")
        return State(mark, words, _STYLES.get(change.state, "dim"))

    # What becomes of it

    def _look(self) -> None:
        if self.states and not self._writing:
            self.work(self._look_now(), "look")

    async def _look_now(self) -> None:
        """The states anew; what was taken back is part of the plan again."""
        found = await self.desk.ask(lambda _: self._changes())
        before = dict(self.states)
        for ref, change in found.items():
            if change.state in (ChangeState.DISCARDED, ChangeState.SUPERSEDED):
                self.states.pop(ref, None)
            else:
                self.states[ref] = self._state(change)
        if before != self.states:
            self.draw()

    def _changes(self) -> dict[TicketRef, Change]:
        """The latest change of each line that was written."""
        idents = [ident for done in self._mine() for ident in done.changes]
        changes = (self.desk.reads.change(ident) for ident in idents)
        found = [change for change in changes if change is not None and change.kind is Kind.TICKET]
        return {change.ref: change for change in found if not change.undoes}

    def _mine(self) -> list[Done]:
        words = f"plan for {self.draft.title}"
        return [done for done in memory_of(self.desk).done if done.words == words]

    async def do_plan_undo(self) -> None:
        """Takes back what was written last from here: at no cost while it is held, after that by further writes; and
        what it left in the team's store."""
        mine = self._mine()
        if not mine:
            self.say("nothing of this plan is written")
            return
        last, memory = mine[-1], memory_of(self.desk)
        undone = await self.desk.undo(list(last.changes))
        team = await team_taken_back(self.desk, last)
        memory.done = [one for one in memory.done if one is not last]
        memory.followed = [one for one in memory.followed if one is not last]
        for change in (*undone.freed, *undone.compensating):
            if change.kind is Kind.TICKET:
                self.states.pop(change.ref, None)
        self.draft = self.draft.changed(self.draft.plan.duties_back())
        self.draw()
        parts = [f"{len(undone.freed)} taken back unsent" if undone.freed else ""]
        parts.append(f"{len(undone.compensating)} being put back" if undone.compensating else "")
        parts.append(f"{len(undone.stay)} cannot be taken back" if undone.stay else "")
        said = ", ".join(filter(None, parts)) or ("" if team else "nothing left to take back")
        self.say("; ".join(filter(None, (said, team))), "warn" if "NOT TAKEN BACK" in team else "")

    # Leaving

    def do_app_back(self) -> None:
        """Back; a plan that was changed and not written asks first."""
        self._leave_by(super().do_app_back)

    def do_goto_queue(self) -> None:
        """To the queue; asks first as with q."""
        self._leave_by(super().do_goto_queue)

    def _leave_by(self, way: Act) -> None:
        changed = any(choice.settled for choice in self.draft.plan.choices) or bool(self.draft.texts)
        if changed and not self.states:
            stay = Choice("n", "stay", _nothing)
            self.ask("Leave the plan? Its changes are not kept.", [Choice("y", "leave", way), stay])
        else:
            way()

    def escape(self) -> None:
        """Nothing to close; q goes back."""


def _nothing() -> None:
    """The harmless answer."""
