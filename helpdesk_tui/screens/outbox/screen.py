"""The outbox: every platform's health on top, then each unfinished change in words, what needs the user first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual.timer import Timer

from helpdesk_tui.desk.outbox import text as outbox_text
from helpdesk_tui.desk.outbox import words as outbox_words
from helpdesk_tui.domain.change_rules import HOLD, Outcome
from helpdesk_tui.domain.changes import Change, ChangeState
from helpdesk_tui.domain.choices import Demand
from helpdesk_tui.domain.rows import SourceHealth
from helpdesk_tui.domain.spans import span
from helpdesk_tui.keymap import Command
from helpdesk_tui.paths import host_name
from helpdesk_tui.screens.acts.acting import Meant
from helpdesk_tui.screens.acts.asking import Asking
from helpdesk_tui.screens.acts.confirm import Confirm
from helpdesk_tui.screens.base import Choice
from helpdesk_tui.screens.outbox.sources import SourcesScreen
from helpdesk_tui.widgets import bars
from helpdesk_tui.widgets.prompt import Prompt
from helpdesk_tui.widgets.source_text import sources_text
from helpdesk_tui.widgets.text import EMPTY, Line, fitted, line, pad, paragraph, run

TEXTS = ("note", "reply", "title", "close_notes", "description")
"""What can be edited as a line; anything else is decided anew on the ticket."""
_OUTCOMES = {
    "theirs": (Outcome.KEEP_THEIRS, "theirs is kept"),
    "mine": (Outcome.KEEP_MINE, "ours is sent over theirs"),
    "retry": (Outcome.AGAIN, "sent again"),
    "there": (Outcome.IT_IS_THERE, "taken for done"),
    "discard": (Outcome.DISCARD, "given up"),
}


class Deciding(Asking):
    """What can be decided of one change; for the list of them and for the page of one."""

    def change(self) -> Change | None:
        """The change that is meant."""
        return None

    async def decided(self) -> None:
        """Something was decided: what is shown is old."""

    def own_hints(self, cells: int) -> Line:
        """The decisions that make sense for the one that is meant, and no others."""
        return bars.hints(self.keymap, self.where, cells, self._does)

    def _does(self, command: Command) -> bool | None:
        """Whether a decision does anything now; None for what is none."""
        place, _, word = command.id.partition(".")
        change = self.change()
        if place != "outbox" or word == "open":
            return None
        if change is None:
            return False
        if word == "later":
            return change.state is ChangeState.CONFLICT
        if word == "takeover":
            return change.state is ChangeState.QUEUED and change.host != host_name()
        return word in outbox_words.ways(change)

    def shown_number(self, change: Change) -> str:
        """What people call its ticket."""
        return change.number or change.key

    def named(self, kind: str, source: str, key: str) -> str:
        """What a person or group is called."""
        return self.desk.acting.name(kind, source, key)

    def meant(self) -> Meant:
        """No ticket is meant here."""
        return Meant((), ())

    async def _decide(self, word: str) -> None:
        change = self.change()
        if change is None:
            self.say("there is no change here")
            return
        if word not in outbox_words.ways(change):
            self.say(f"{change.state.words}: {word} makes no sense here", "warn")
            return
        outcome, told = _OUTCOMES[word]
        made = await self.desk.decide(change.id, outcome)
        number = self.shown_number(change)
        await self.decided()
        self.say(f"{number}: {told}" if made else f"{number}: too late, it went on meanwhile", "" if made else "warn")

    async def do_outbox_theirs(self) -> None:
        """Leaves what the platform holds."""
        await self._decide("theirs")

    async def do_outbox_mine(self) -> None:
        """Sends ours over it."""
        await self._decide("mine")

    async def do_outbox_retry(self) -> None:
        """Sends it again."""
        await self._decide("retry")

    async def do_outbox_there(self) -> None:
        """The user found it on the platform."""
        await self._decide("there")

    async def do_outbox_discard(self) -> None:
        """Gives it up: words of ours would be gone, so that is asked."""
        change = self.change()
        if change is None or not change.says:
            await self._decide("discard")
            return

        async def go_on() -> None:
            await self._decide("discard")

        choices = [Choice("y", "give it up", go_on), Choice("n", "no", lambda: None)]
        Confirm(self, f"Give up this text on {self.shown_number(change)}?", choices, text=change.says)

    async def do_outbox_both(self) -> None:
        """Leaves theirs and says ours in a note."""
        change = self.change()
        if change is None or change.state is not ChangeState.CONFLICT:
            self.say("only a conflict has two sides")
            return
        start = "" if change.says else outbox_words.both_note(change, self.named)
        note = await self.ask_value("internal note beside theirs", Demand("note", required=False), start)
        if note is None:
            return
        made = await self.desk.keep_both(change.id, note)
        await self.decided()
        self.say(
            "theirs is kept, ours is added" if made else "there was nothing of ours to add", "" if made else "warn"
        )

    async def do_outbox_edit(self) -> None:
        """Other words in its place."""
        change = self.change()
        name = next((name for name in change.desired if name in TEXTS), "") if change else ""
        if change is None or not name or "edit" not in outbox_words.ways(change):
            self.say("its words cannot be edited: give it up and do it anew on the ticket", "warn")
            return
        public = "PUBLIC, the customer reads it" if name == "reply" else outbox_words.label(name)
        value = await self.ask_value(public, Demand(name), change.desired[name])
        if value:
            made = await self.desk.edit(change.id, {**change.desired, name: value})
            await self.decided()
            self.say("edited; it is sent in its place" if made else "too late, it went on meanwhile")

    async def do_outbox_undo(self) -> None:
        """Takes it back."""
        change = self.change()
        if change is not None:
            undone = await self.desk.undo([change.id])
            await self.decided()
            words = "taken back" if undone.freed else "being put back" if undone.compensating else "it cannot be unsaid"
            self.say(f"{self.shown_number(change)}: {words}")

    async def do_outbox_takeover(self) -> None:
        """Sends from here what another host does not send."""
        change = self.change()
        if change is None or change.host == host_name():
            self.say("this one is sent from here")
            return
        host = change.host
        count = await self.desk.intend(lambda intents: intents.take_over(host))
        await self.decided()
        self.say(f"{count} taken over from {host}" if count else f"{host} still says that it sends them", "")

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        """A value was typed."""
        message.stop()


class OutboxScreen(Deciding, SourcesScreen):
    """Health and changes; j and k choose one, Enter opens it."""

    reading = True

    _changes: Sequence[Change] = ()
    _health: Sequence[SourceHealth] = ()
    _chosen = ""
    _release: Timer | None = None

    async def load(self) -> None:
        """Reads both and shows them."""
        self._health = await self.desk.health()
        self._changes = outbox_words.in_order(await self.desk.outbox())
        if self.change() is None:
            self._chosen = self._changes[0].id if self._changes else ""
        self._team = await self.desk.ask(lambda acting: acting.team_words())
        lines = await self.desk.ask(lambda _: self._lines())
        self._show(lines)
        self.show_hints()
        self._tell_release()

    def _tell_release(self) -> None:
        """What is held says so until it is let go, and no longer."""
        now = self.now()
        held = [one.not_before - now for one in self._changes if one.state is ChangeState.QUEUED]
        if self._release is not None:
            self._release.stop()
        left = min((seconds for seconds in held if 0 < seconds <= HOLD), default=0)
        self._release = self.set_timer(left, lambda: self.work(self.load(), "load")) if left else None

    def change(self) -> Change | None:
        """The one under the cursor."""
        return next((one for one in self._changes if one.id == self._chosen), None)

    async def decided(self) -> None:
        """Shows what is left."""
        at = next((place for place, one in enumerate(self._changes) if one.id == self._chosen), 0)
        self._changes = outbox_words.in_order(await self.desk.outbox())
        if self.change() is None and self._changes:
            self._chosen = self._changes[min(at, len(self._changes) - 1)].id
        await self.load()

    def _show(self, lines: tuple[list[Line], int]) -> None:
        needs = sum(one.state.needs_user for one in self._changes)
        title = f" Outbox: {len(self._changes)} unfinished" + (f", {needs} for your decision" if needs else "")
        self.title_line.show(
            [line(f"{title}; platforms; q goes back" if self._changes else " Platforms; q goes back", "head")]
        )
        shown, cursor = lines
        height = max(3, self.text.size.height)
        top = min(self.text.top, max(0, cursor - 1))
        self.text.show(shown, top=max(top, cursor + 2 - height) if cursor else self.text.top)

    def _lines(self) -> tuple[list[Line], int]:
        """Everything, and the line of the cursor (0 for none)."""
        cells, now, glyphs = self.app.size.width, self.now(), self.glyphs
        if not self._changes:
            whole = sources_text(self._health, now, min(cells, 120), glyphs)
            team = paragraph(self._team, cells - 1, "dim", indent=" ")
            return [*whole, line(" the outbox is empty", "dim"), *team], 0
        out: list[Line] = [fitted((run(" "), *bars.health(one, now, glyphs)), cells) for one in self._health]
        out.append(EMPTY)
        cursor = 0
        for one in self._changes:
            here = one.id == self._chosen
            cursor = len(out) if here else cursor
            out += self._change_lines(one, cells, now, here)
        out += [EMPTY, *paragraph(self._team, cells - 1, "dim", indent=" "), EMPTY]
        return out + sources_text(self._health, now, min(cells, 120), glyphs), cursor

    def _change_lines(self, change: Change, cells: int, now: int, here: bool) -> list[Line]:
        glyphs = self.glyphs
        mark = run(glyphs.conflict, "warn") if change.state.needs_user else run(glyphs.pending, "mark")
        head = (run(glyphs.cursor if here else " ", "key"), run(" "), mark, run(" "))
        number = pad(self.shown_number(change), 12, "badge")
        first = (*head, number, run(outbox_words.asked(change, self.named), "strong" if here else ""))
        words = outbox_words.where(change, self._changes, now, host_name())
        style = "warn" if change.state.needs_user else "dim"
        second = (run(" " * 16), run(f"{words}  ({change.source}, {span(now - change.created_at)} ago)", style))
        return [fitted(first, cells), fitted(second, cells)]

    def shown_number(self, change: Change) -> str:
        """What people call its ticket, with the platform's badge before a bare number."""
        badge = next((one.badge for one in self._health if one.name == change.source), "")
        return outbox_text.shown_number(change, badge)

    def own_hints(self, cells: int) -> Line:
        """What can be decided, where there is anything."""
        if self._changes:
            return super().own_hints(cells)
        keys = (("R", "sync"), ("q", "back"), ("?", "keys"))
        return tuple(piece for key, words in keys for piece in (run(f" {key}", "key"), run(f" {words} ", "dim")))

    # Moving

    def _step(self, delta: int) -> bool:
        """Chooses another change; False where there is none in that direction."""
        places = [one.id for one in self._changes]
        at = places.index(self._chosen) if self._chosen in places else 0
        there = max(0, min(at + delta, len(places) - 1))
        if not places or there == at:
            return False
        self._chosen = places[there]
        self.work(self.load(), "load")
        return True

    def do_move_down(self) -> None:
        """The next change, or a line of the platforms beneath."""
        if not self._step(1):
            super().do_move_down()

    def do_move_up(self) -> None:
        """The change before; first back from the platforms beneath."""
        beneath = self.text.top > len(self._health) + 1 + 2 * len(self._changes)
        if beneath or not self._step(-1):
            super().do_move_up()

    def do_outbox_open(self) -> None:
        """One change whole."""
        change = self.change()
        if change is None:
            self.say("there is no change here")
            return
        from helpdesk_tui.screens.outbox.conflict import ConflictScreen

        again: Callable[[], Awaitable[None]] = self.load
        self.app.push_screen(
            ConflictScreen(
                self.desk,
                self.keymap,
                self.palette,
                change=change,
                number=self.shown_number(change),
                now=self.now,
                then=again,
            )
        )
