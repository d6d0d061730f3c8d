"""What can be changed in a plan before it is written: who, whether at all, and what customers are told."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from helpdesk_tui.desk.plans.plan import Draft
from helpdesk_tui.domain.planning.cover import Cover
from helpdesk_tui.domain.planning.values import Row
from helpdesk_tui.domain.ranking.candidate import Candidate
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.screens.acts.picker import Option, Picker, read_into
from helpdesk_tui.screens.base import Choice
from helpdesk_tui.screens.plans.base import PlanBase
from helpdesk_tui.widgets.prompt import Prompt

TOLD = "customer"
"""The kind of line in which a public text is typed."""


class PlanChanges(PlanBase):
    """What can be changed before it is written; every other line stays as it is."""

    _options: dict[str, Candidate]

    def do_plan_change(self) -> None:
        """Somebody else for this line."""
        entry = self.entry()
        if isinstance(entry, Cover):
            self._change_cover(entry)
        elif entry is not None and self._open(entry):
            picker: Picker[str] = Picker(self, "to", partial(self._given, entry), about=entry.item.number)
            self.work(read_into(picker, self._people(entry)), "picker")

    def _open(self, row: Row) -> bool:
        if row.item.case.ref in self.states:
            self.say("this line is written; z takes it back", "warn")
            return False
        return True

    async def _people(self, row: Row) -> Sequence[Option[str]]:
        options = await self.desk.plan(lambda _: self.draft.plan.options(row.item.case.ref))
        self._options = {one.person: one for one in options}
        return [
            Option(one.person, f"{one.name} {one.load}", f"({one.reason})", one.why_not)
            for one in options
            if not one.barred
        ]

    def _given(self, row: Row, option: Option[str]) -> None:
        candidate = self._options[option.value]
        self._take(self.draft.changed(self.draft.plan.given(row.item.case.ref, candidate)))

    def _change_cover(self, cover: Cover) -> None:
        options = [
            Option(one.person, f"{one.name} {one.note}".strip(), one.against, "" if one.can else one.against)
            for one in cover.options
        ]
        picker: Picker[str] = Picker(self, "covered by", partial(self._covered, cover), about=cover.text)
        picker.offer([*options, Option("", "nobody", "it stays open, and you know")])

    def _covered(self, cover: Cover, option: Option[str]) -> None:
        self._take(self.draft.changed(self.draft.plan.covered(cover.key, option.value)))

    def _take(self, draft: Draft) -> None:
        self.draft = draft
        self.draw()

    def do_plan_keep(self) -> None:
        """Leaves a ticket where it is; a kept one is proposed anew."""
        entry = self.entry()
        if isinstance(entry, Row) and self._open(entry):
            ref = entry.item.case.ref
            self._take(self.draft.changed(self.draft.plan.kept(ref)))
            self.say(f"{entry.item.number} stays; a gives it to somebody")
        elif isinstance(entry, Cover):
            self._take(self.draft.changed(self.draft.plan.covered(entry.key, "")))

    def do_plan_agree(self) -> None:
        """What is proposed here is right."""
        entry = self.entry()
        if isinstance(entry, Row) and self._open(entry):
            if entry.choice.lost:
                self.say("there is nobody to agree to: a gives it to somebody, k leaves it", "warn")
                return
            self._take(self.draft.changed(self.draft.plan.agreed(entry.item.case.ref)))
            self.go(self.at + 1)

    # What customers are told

    def do_plan_note(self) -> None:
        """A public text that goes with the write."""
        entry = self.entry()
        if isinstance(entry, Row) and self._open(entry):
            if not entry.moves:
                self.say("nothing is written on this ticket, so nothing can go with it", "warn")
                return
            known = self.draft.texts.get(entry.item.case.ref, "")
            self.prompt.edit(TOLD, f"PUBLIC, to the customer of {entry.item.number}: ", known)

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        """For this ticket, or for all that move."""
        entry, text = self.entry(), message.text.strip()
        if message.kind != TOLD or not isinstance(entry, Row):
            return
        self.show_hints()
        moving = [row.item.case.ref for row in self.draft.plan.rows() if row.moves]
        here, everybody = partial(self._tell, [entry.item.case.ref], text), partial(self._tell, moving, text)
        if len(moving) < 2 or not text:
            here()
            return
        choices = [
            Choice("1", f"only {entry.item.number}", here),
            Choice("2", f"all {len(moving)} that move", everybody),
        ]
        self.choose("told to", choices)

    def _tell(self, tickets: Sequence[TicketRef], text: str) -> None:
        self._take(self.draft.told(tickets, text))
        count = len(self.draft.texts)
        self.say(f"public text on {count} of them; it goes out with the write" if count else "no text goes out")

    def on_prompt_cancelled(self, message: Prompt.Cancelled) -> None:
        """What was typed before stays."""
        if message.kind == TOLD:
            self.show_hints()

    # Why

    async def do_plan_explain(self) -> None:
        """Every term of everybody's score for this ticket, whom it goes to first; of a duty the reasons for and against
        each who could cover it."""
        entry = self.entry()
        if isinstance(entry, Cover):
            from helpdesk_tui.screens.plans.why import CoverWhyScreen

            self.app.push_screen(CoverWhyScreen(self.desk, self.keymap, self.palette, cover=entry))
            return
        if not isinstance(entry, Row):
            return
        options = await self.desk.plan(lambda _: self.draft.plan.options(entry.item.case.ref))
        if not options:
            self.say("nobody is known who could take it", "warn")
            return
        from helpdesk_tui.screens.plans.why import WhyScreen

        first = sorted(options, key=lambda one: one.person != entry.choice.to)
        self.app.push_screen(WhyScreen(self.desk, self.keymap, self.palette, about=entry.item.number, people=first))
