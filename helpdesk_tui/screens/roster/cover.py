"""Putting somebody on, swapping two shifts and deciding requests: suggestions, a preview, and only then a write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from helpdesk_tui.desk.roster.acts import (
    Back,
    DeskShift,
    agree,
    desk_shift,
    propose,
    write_desk_shift,
    write_plan,
)
from helpdesk_tui.desk.roster.cover import Plan, cover_plan, from_now
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.problems import suggested
from helpdesk_tui.desk.roster.slots import Piece, swap_preview, swapping, whole
from helpdesk_tui.desk.roster.view import Item
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.lines import Line as Schedule
from helpdesk_tui.domain.roster.presence import DESK
from helpdesk_tui.domain.roster.suggest import Hole, Suggestion
from helpdesk_tui.domain.roster.swaps import SwapState
from helpdesk_tui.screens.acts.confirm import Confirm
from helpdesk_tui.screens.acts.picker import Option, Picker, read_into
from helpdesk_tui.screens.base import Choice
from helpdesk_tui.screens.roster.base import RosterScreen
from helpdesk_tui.screens.roster.draw import desk_view, plan_view, span_words, suggestion_lines
from helpdesk_tui.widgets.text import Line

Act = Callable[[], Awaitable[None]]


class Covering(RosterScreen):
    """For screens on which a slot is under the cursor."""

    marked: Piece | None = None
    """The first shift of a swap."""
    backing: Back | None = None
    """How to take back what was written last, where it was the team's own."""
    sent: Sequence[str] = ()
    """The changes that were written last, where they were a platform's."""

    def piece_here(self) -> Piece | None:
        """The shift on call under the cursor; None where there is none."""
        return None

    def pieces_here(self) -> list[Piece]:
        """The shifts under the cursor that can be swapped: the one on call, then the one at the desk."""
        piece = self.piece_here()
        return [] if piece is None else [piece]

    def line_here(self) -> Schedule | None:
        """The schedule under the cursor."""
        piece = self.piece_here()
        return piece.line if piece is not None else None

    def desk_hole(self) -> Hole | None:
        """What is to be filled at the desk under the cursor."""
        return None

    @property
    def panel_height(self) -> int:
        """How many lines suggestions and previews may take."""
        return 8

    def show_panel(self, lines: Sequence[Line]) -> None:
        """Shows lines in place of the list of problems."""
        self.panel = lines
        self.draw()

    def close_panel(self) -> None:
        """The list of problems again."""
        self.show_panel(())

    # Cover

    def _hole(self) -> Hole | None:
        """What is left to be covered here: of what has begun, what is to come."""
        hole = self._whole_hole()
        return replace(hole, start=from_now(hole.start, self.now())) if hole and hole.end > self.now() else hole

    def _whole_hole(self) -> Hole | None:
        item = self.item if self.on_item else None
        if item is not None:
            return item.problem.hole if item.problem else None
        piece = self.piece_here()
        if piece is not None:
            return Hole(piece.start, piece.end, piece.line.key, piece.line.skill) if piece.known else None
        return self.desk_hole()

    def do_roster_cover(self) -> None:
        """Who could cover this, with reasons; digits pick."""
        hole, floor = self._hole(), self.floor
        if floor is None or hole is None:
            self.say("nothing here can be covered: n goes to what can")
            return
        if hole.end <= self.now():
            self.say("that span is over: the past stays as it was", "warn")
            return
        line = next((one for one in floor.lines if one.key == hole.pool), None)
        about = f"{floor.label(hole.pool)} {span_words(hole.start, hole.end, self.zone)}"
        if line is not None and not line.writable:
            self.work(self._show_who(hole, about), "suggest")
            self.say(
                f"{line.name} is kept by {line.source} and is changed there; above: who could, and why not", "warn"
            )
            return
        picker: Picker[Suggestion] = Picker(
            self, "put on", lambda option: self._put_on(hole, line, option.value), left=self.close_panel,
            empty="there is nobody who could",
        )  # fmt: skip
        self.work(read_into(picker, self._suggest(hole, about)), "suggest")

    async def _show_who(self, hole: Hole, about: str) -> None:
        """Who could, where it cannot be written from here."""
        await self._suggest(hole, about)

    async def _suggest(self, hole: Hole, about: str) -> list[Option[Suggestion]]:
        found = await self.desk.rosters.ask(lambda desk: suggested(desk.floor(), hole))
        title = f"SUGGESTED COVER FOR {about} {self.zone}"
        self.show_panel(suggestion_lines(title, found, self.app.size.width, self.panel_height))
        return [
            Option(one, one.person, "" if one.can else _why_not(one), "" if one.can else _why_not(one)) for one in found
        ]

    async def _put_on(self, hole: Hole, line: Schedule | None, one: Suggestion) -> None:
        if not one.can:
            self.close_panel()
            self.say(f"{one.person}: {', '.join(one.reasons_against)}", "warn")
            return
        now, person = self.now(), one.person
        if hole.pool == DESK or line is None:
            shift = await self.desk.rosters.ask(
                lambda desk: desk_shift(desk.floor(), person, hole.start, hole.end, now)
            )
            self._confirm_shift(shift)
            return
        await self.preview(
            lambda floor: cover_plan(floor, line, hole.start, hole.end, person, now),
            f"Put {person} on {line.name}?",
        )

    def _confirm_shift(self, shift: DeskShift) -> None:
        self.show_panel(desk_view(shift, self.zone, self.app.size.width, self.panel_height))

        async def write() -> None:
            self.backing = await self.desk.rosters.ask(lambda desk: write_desk_shift(desk, shift))
            self.sent = ()
            await self._written(f"{shift.person} is on shift then; z takes it back")

        self._ask(f"Put {shift.person} at the desk?", shift.against, write)

    async def preview(
        self, make: Callable[[Floor], Plan], question: str, more: Sequence[Choice] = (), act: Act | None = None
    ) -> None:
        """Shows what a plan means, and asks. `act` is done instead of writing it; `more` are further answers."""
        plan = await self.desk.rosters.ask(lambda desk: make(desk.floor()))
        assert self.floor is not None
        self.show_panel(plan_view(plan, self.floor, self.zone, self.app.size.width, self.panel_height))

        async def write() -> None:
            self.sent, self.backing = await self.desk.rosters.ask(lambda desk: write_plan(desk, plan))
            where = ", ".join(dict.fromkeys(step.line.source or "the team's store" for step in plan.steps))
            held = "held 5 s, then sent to" if self.sent else "written into"
            await self._written(f"{held} {where}; z takes it back")

        self._ask(question, plan.against, act or write, more)

    def _ask(self, question: str, against: Sequence[str], act: Act, more: Sequence[Choice] = ()) -> None:
        if against:
            self.say(f"cannot be done: {'; '.join(against)}", "warn")
            return

        def leave() -> None:
            self.close_panel()
            self.say("nothing was written")

        Confirm(self, question, [Choice("y", "write", act), *more, Choice("n", "leave as it is", leave)])

    async def _written(self, words: str) -> None:
        self.panel = ()
        await self.load()
        self.say(words, "good")

    # Swaps

    def do_roster_swap(self) -> None:
        """Marks a shift, or swaps the marked one with this; asks which where somebody is on call and at the desk."""
        here = [piece for piece in self.pieces_here() if piece.duties]
        if self.marked is not None:
            here.sort(key=lambda piece: piece.line.key != self.marked_key)
        if len(here) > 1 and self.marked is None:
            keys = zip("cd", here, strict=False)
            self.choose("swap", [Choice(key, one.line.name, partial(self._swap, one)) for key, one in keys])
        elif here:
            self._swap(here[0])
        else:
            self.say("no shift is here: x marks one, at the desk or on call, and on another swaps the two", "warn")

    @property
    def marked_key(self) -> str:
        """The schedule of the marked shift; "" at the desk, and where none is marked."""
        return self.marked.line.key if self.marked is not None else ""

    def _swap(self, piece: Piece) -> None:
        if not piece.line.writable:
            self.say(f"{piece.line.name} is kept by {piece.line.source}: its shifts are swapped there", "warn")
            return
        if self.floor is not None and piece.line.key:
            piece = whole(self.floor, piece)
        first = self.marked
        if first is None:
            self.marked = piece
            self.draw()
            self.say(f"marked {self._piece_words(piece)}; x on another shift swaps the two, x here takes the mark away")
            return
        if (first.line.key, first.start, first.people[:1]) == (piece.line.key, piece.start, piece.people[:1]):
            self.marked = None
            self.draw()
            self.say("no longer marked")
            return
        more, now = [], self.now()
        if bool(first.line.source) == bool(piece.line.source) and min(first.start, piece.start) > now:
            more = [Choice("r", "ask both first", lambda: self._propose(first, piece))]
        question = f"Swap {first.people[0]} and {piece.people[0]}, both shifts or none?"
        self.marked = None
        self.work(self.preview(lambda floor: swapping(floor, first, piece, now), question, more), "swap")

    async def _propose(self, first: Piece, second: Piece) -> None:
        now = self.now()
        await self.desk.rosters.ask(lambda desk: propose(desk, swapping(desk.floor(), first, second, now), now))
        await self._written(f"asked: waits for {second.people[0]} and a lead")

    def _piece_words(self, piece: Piece) -> str:
        return f"{piece.word}, {piece.line.name} {self.span_left(piece)}"

    def span_left(self, piece: Piece) -> str:
        """The span of a shift that could change hands: of a running one what is left."""
        return span_words(from_now(piece.start, self.now()), piece.end, self.zone)

    # Rotations

    def do_roster_edit(self) -> None:
        """The rotation form of the schedule under the cursor."""
        line = self.line_here()
        if line is None or self.floor is None:
            self.say("no schedule is here: the on-call board (g o) has them all, E makes a new one")
            return
        if line.own is None:
            self.say(f"{line.name} is kept by {line.source}: its rotation is changed there; a puts somebody on", "warn")
            return
        self._form(line)

    def do_roster_new(self) -> None:
        """The rotation form of a schedule that there is not yet."""
        self._form(None)

    def _form(self, line: Schedule | None) -> None:
        from helpdesk_tui.screens.roster.rotation import RotationScreen

        if self.floor is not None:
            screen = RotationScreen(self.desk, self.keymap, self.palette, floor=self.floor, line=line, now=self.now)
            screen.wrote = self.remember
            self.app.push_screen(screen)

    # Requests

    async def do_roster_open(self) -> None:
        """A request to be decided; else who could cover what is here."""
        item = self.item if self.on_item else None
        if item is None or item.swap is None:
            if self.keymap.read_only:
                self.say("READ ONLY: nothing can be decided here", "warn")
            else:
                self.do_roster_cover()
            return
        await self._review(item)

    async def _review(self, item: Item) -> None:
        swap = item.swap
        assert swap is not None
        now = self.now()
        question = f"{item.what}, {item.label}: {item.lost}"
        try:
            plan = await self.desk.rosters.ask(lambda desk: swap_preview(desk.floor(), swap, now))
        except RosterError as error:
            self.say(str(error), "warn")
            plan = None
        if plan is not None and self.floor is not None:
            self.show_panel(plan_view(plan, self.floor, self.zone, self.app.size.width, self.panel_height))
        if self.keymap.read_only:
            self.say("READ ONLY: nothing can be decided here", "warn")
            return
        choices = [Choice("y", "approve, both shifts", lambda: self._decide(swap.key, yes=True))]
        if swap.state is SwapState.PROPOSED:
            choices.append(Choice("a", f"{swap.taker} agrees", lambda: self._agree(swap.key)))
        choices.append(Choice("d", "decline", lambda: self._decide(swap.key, yes=False)))
        if plan is None or plan.against:
            choices = choices[-1:]
        Confirm(self, question, [*choices, Choice("l", "later", self.close_panel)])

    async def _decide(self, key: str, *, yes: bool) -> None:
        try:
            done = await self.desk.rosters.ask(lambda desk: desk.decide_swap(key, yes=yes))
        except RosterError as error:
            await self._written("")
            self.say(str(error), "warn")
            return
        self.backing, self.sent = None, ()
        await self._written(f"swap of {done.gives.person} and {done.taker}: {done.state}")

    async def _agree(self, key: str) -> None:
        now = self.now()
        done = await self.desk.rosters.ask(lambda desk: agree(desk, key, now))
        await self._written(f"{done.taker} agreed; it waits for a lead")

    # Taking back

    async def do_roster_undo(self) -> None:
        """Takes back what was written last from here."""
        back, sent = self.backing, self.sent
        self.backing, self.sent = None, ()
        if sent:
            await self.desk.undo(sent)
            await self._written("taken back: what was not sent yet never goes, the rest is put back by a change")
        elif back is not None:
            words = await self.desk.rosters.ask(back)
            await self._written(words)
        else:
            self.say("nothing was written from here that could be taken back")

    def remember(self, back: Back) -> None:
        """What `z` takes back."""
        self.backing, self.sent = back, ()


def _why_not(one: Suggestion) -> str:
    return one.reasons_against[0] if one.reasons_against else "cannot"
