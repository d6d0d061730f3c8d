"""Writing to tickets: an internal note, a public reply, an update for those concerned. Never the one for the other:
other keys, other words, another colour.

One line is written where it stands, and Enter saves an internal note; `ctrl+x` opens the user's editor for more. Every
public text is reviewed before it is sent. Whatever is typed is kept as a draft, half a second later at the latest and
when the terminal goes away; only what was decided is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual import events
from textual.timer import Timer

from helpdesk_tui.desk.lookout import Attention
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.errors import HelpdeskError
from helpdesk_tui.screens.acts.acting import Meant, Then
from helpdesk_tui.screens.acts.confirm import Confirm, Planning
from helpdesk_tui.screens.acts.picks import Picks
from helpdesk_tui.screens.base import Choice
from helpdesk_tui.widgets.prompt import Prompt
from helpdesk_tui.widgets.text import EMPTY, line, run

if TYPE_CHECKING:
    from helpdesk_tui.desk.intents import Intents

SAVE_AFTER = 0.5
"""Seconds after the last letter until a draft is written down."""
AGAIN_AFTER = 5.0
"""Seconds until what could not be written down is tried again, where nothing more is typed."""
MARKED = TicketRef("", "marked")
"""What a draft on several tickets is kept under."""
KINDS = ("note", "reply", "update")
ENTER = ("enter", "return", "ctrl+m", "ctrl+j")


@dataclass
class Text:
    """A text being written: of which kind, to whom, and its draft's number once it has one."""

    kind: str
    meant: Meant
    to: str = ""
    draft: int | None = None
    text: str = ""
    kept: str = field(default="", repr=False)
    lost: bool = False
    """Whether it could not be written down, as far as is known."""

    @property
    def public(self) -> bool:
        """Whether customers will read it."""
        return self.kind != "note"

    @property
    def ref(self) -> TicketRef:
        """What its draft is kept under."""
        return self.meant.refs[0] if len(self.meant.refs) == 1 else MARKED

    @property
    def others(self) -> str:
        """What colleagues are doing to its ticket, as far as was known when it was begun."""
        return self.meant.others

    @property
    def file(self) -> str:
        """What its file is called while it is in an editor."""
        return f"{self.kind}-{self.ref.source}-{self.ref.key}"

    @property
    def label(self) -> str:
        """What stands before the line."""
        if not self.public:
            return f" INTERNAL NOTE, desk only ({self.meant.about}) "
        word = "PUBLIC UPDATE" if self.kind == "update" else "PUBLIC REPLY"
        return f" {word} to {self.to[:20] or 'the customer'} ({self.meant.about}) "


class Compose(Picks):
    """The acts that are written."""

    _text: Text | None = None
    _saving: Timer | None = None

    def attention(self) -> Attention | None:
        """The one ticket that is written to here, for colleagues to know; None where none is."""
        text = self._text
        if text is None or len(text.meant.refs) != 1:
            return None
        return Attention(text.ref, text.kind)

    def do_ticket_note(self) -> None:
        """An internal note, always internal."""
        self.begin_text("note")

    def do_ticket_reply(self) -> None:
        """A reply that the customer reads, always public."""
        self.begin_text("reply")

    def do_ticket_update(self) -> None:
        """An update for the customer and whoever follows the ticket: public."""
        self.begin_text("update")

    def begin_text(self, kind: str, typed: str = "") -> None:
        """Begins a text of a kind on what is meant; what was begun before comes back."""
        meant = self.meant()
        if not meant.refs:
            self.say("there is no ticket here", "warn")
            return
        text = Text(kind, meant)
        self._text = text
        # The line is there for the next key; who reads it and what was begun before follows.
        self._edit_line(text, typed)
        self.work(self._fill(text), "draft")

    async def _fill(self, text: Text) -> None:
        from helpdesk_tui.screens.acts import editor, unkept

        held = unkept.take(self.desk, text.ref, text.kind)
        if held is not None:
            text.draft, text.text, text.lost = held.draft, held.text, True
        draft = await self.desk.ask(lambda acting: acting.draft(text.ref, text.kind))
        if text.public and len(text.meant.refs) == 1:
            text.to = await self.desk.ask(lambda acting: acting.requester(text.meant.refs[0]))
        if self._text is not text:
            return
        if draft is not None:
            text.draft = draft.id
            if held is None:
                text.text = text.kept = draft.text
        if left := editor.recover(self.desk.drafts_folder, text.file):
            text.text = text.kept = left
            self.desk.note_down(lambda intents: _keep(intents, text))
        typed = self.prompt.text if self.prompt.kind == text.kind else ""
        if "\n" in text.text and not typed:
            # More than a line holds: it is reviewed, and edited where it can be seen.
            self.prompt.done()
            self._review(text)
        elif self.prompt.kind == text.kind:
            self._edit_line(text, f"{text.text} {typed}".strip() if typed else text.text)

    def _edit_line(self, text: Text, typed: str = "") -> None:
        self.prompt.edit(text.kind, text.label, typed, style="to-customer" if text.public else "to-desk")
        self.show_hints()

    def show_hints(self) -> None:
        """How to go on with a text."""
        if self._text is not None and self.prompt.kind in KINDS and self.overlay is None:
            enter = "review, then send" if self._text.public else "save"
            words = (("Enter", f" {enter}  "), ("ctrl+x", " editor  "), ("Esc", " keep as draft"))
            others = run(f"  @ {self._text.others}", "warn") if self._text.others else run("")
            self.hint((*(piece for key, what in words for piece in (run(f" {key}", "key"), run(what, "dim"))), others))
        else:
            super().show_hints()

    # While it is typed

    def early_key(self, event: events.Key) -> bool:
        """`ctrl+x` opens the editor, Enter ends the text: at once, so that the next key finds what has to be asked."""
        if self._text is None or self.prompt.kind != self._text.kind:
            return super().early_key(event)
        text = self._text
        if event.key in ENTER:
            text.text = self.prompt.text.strip()
            self.prompt.done()
            self._end_text(text)
            return True
        if event.key == "ctrl+x":
            text.text = self.prompt.text
            self.prompt.done()
            self.work(self._in_editor(text), "editor")
            return True
        return super().early_key(event)

    def on_prompt_changed(self, message: Prompt.Changed) -> None:
        """The draft follows a moment after the last letter."""
        if self._text is not None and message.kind == self._text.kind and type(message) is Prompt.Changed:
            self._text.text = message.text
            if self._saving is None:
                self._saving = self.set_timer(SAVE_AFTER, self.keep_texts)

    def keep_texts(self) -> None:
        """Writes down what is being typed."""
        self._saving = None
        text = self._text
        if text is not None and self.prompt.kind == text.kind:
            text.text = self.prompt.text
        if text is not None and (text.lost or text.text != text.kept):
            text.kept = text.text
            self.desk.note_down(lambda intents: _keep(intents, text), lambda error: self._noted(text, error))

    def _noted(self, text: Text, error: BaseException | None) -> None:
        """Says that what is being typed could not be written down, until it could; it stays where it is typed."""
        was, text.lost = text.lost, error is not None
        if error is not None and not was:
            self.desk_app.report(error, "keeping a draft")
        if not (was or text.lost) or not self.is_attached or self._text is not text or self.prompt.kind != text.kind:
            return
        self.prompt.fault(None, line("not written down", "bad") if text.lost else EMPTY)
        if not text.lost:
            self.show_hints()
            return
        self.hint(line(f" {error}; it stays here, and is tried again", "bad"))
        if self._saving is None:
            self._saving = self.set_timer(AGAIN_AFTER, self.keep_texts)

    def on_prompt_cancelled(self, message: Prompt.Cancelled) -> None:
        """The line closes and the draft stays."""
        text = self._text
        if text is not None and message.kind == text.kind:
            text.text = message.text
            self._text = None
            self.show_hints()
            if message.text.strip():
                self.say("kept as a draft; the same key brings it back")
            self._keep_closed(text)

    def _end_text(self, text: Text) -> None:
        """An internal note is saved, a public text reviewed."""
        self.keep_texts()
        if not text.text:
            self._text = None
            self._forget(text)
            self.show_hints()
            self.say("nothing was written")
        else:
            if text.public:
                Planning(self)
            self.work(self._decide_text(text), "text", exclusive=False)

    # Review, editor, decision

    async def _in_editor(self, text: Text) -> None:
        from helpdesk_tui.screens.acts import editor

        self.keep_texts()
        about = await self._beneath(text)
        folder = self.desk.drafts_folder
        try:
            text.text = editor.edit(self.app, folder, text.file, text.text, about)
        except HelpdeskError:
            self._edit_line(text, " ".join(text.text.split()))
            raise
        finally:
            self.desk_app.redraw()
        self.keep_texts()
        if text.text.strip():
            self._review(text)
        else:
            self._forget(text)
            self.say("nothing was written")

    async def _beneath(self, text: Text) -> str:
        """What is read under the scissors: to whom, and the last words of the conversation."""
        lines = [text.label.strip()]
        row = text.meant.seen[0] if len(text.meant.refs) == 1 and text.meant.seen else None
        detail = await self.desk.detail(row.id) if row else None
        if detail is not None:
            lines += [detail.row.title, ""]
            for entry in detail.activity[:3]:
                lines += [f"{entry.author_name or entry.author} ({entry.kind.value}):", entry.text, ""]
        return "\n".join(lines)

    def _review(self, text: Text) -> None:
        """What was written, before it goes: also an internal note that came from the editor."""
        self._text = text
        if text.public:
            self.work(self._decide_text(text), "text", exclusive=False)
            return
        choices = [
            Choice("y", "save", lambda: self._decide_text(text)),
            Choice("e", "edit", lambda: self._in_editor(text)),
            Choice("q", "keep draft", lambda: self._leave(text)),
        ]
        Confirm(self, text.label.strip(), choices, style="to-desk", text=text.text)

    async def _decide_text(self, text: Text) -> None:
        from helpdesk_tui.desk.acts.wishes import Say

        async def edit() -> None:
            if "\n" in text.text or len(text.text) > self.app.size.width * 2:
                await self._in_editor(text)
            else:
                self._edit_line(text, text.text)

        async def lost() -> None:
            self._text = text
            self._edit_line(text, text.text)
            self.prompt.fault(None, line("not saved, text kept", "bad"))

        async def promise() -> None:
            from helpdesk_tui.screens.acts.promising import ask_next

            await ask_next(self, text)
            self.keep_texts()
            await self._decide_text(text)

        then = Then(lambda: self._forget(text), lost, lambda: self._leave(text), edit, promise)
        await self.act(Say(text.text, public=text.public), text.meant, then=then)

    def _leave(self, text: Text) -> None:
        """The draft stays."""
        if self._text is text:
            self._text = None
        self.say("kept as a draft; the same key brings it back")
        self._keep_closed(text)

    def _keep_closed(self, text: Text) -> None:
        """Writes down a text whose line is closed; it is held here until that is done."""
        from helpdesk_tui.screens.acts import unkept

        text.kept = text.text
        unkept.hold(self.desk, text)
        self.desk.note_down(lambda intents: _keep(intents, text), lambda error: self._kept_closed(text, error))

    def _kept_closed(self, text: Text, error: BaseException | None) -> None:
        from helpdesk_tui.screens.acts import unkept

        if error is None or not text.text.strip():
            unkept.drop(self.desk, text)
            return
        if not text.lost:
            self.desk_app.report(error, "keeping a draft")
        text.lost = True
        if self.is_attached:
            self.say(str(error), "bad", tail="; the draft is only here, and is tried again")

        def again() -> None:
            if unkept.holds(self.desk, text):
                self._keep_closed(text)

        self.app.set_timer(AGAIN_AFTER, again)

    def _forget(self, text: Text) -> None:
        """It is decided: the draft goes."""
        if self._text is text:
            self._text = None
        self.desk.note_down(lambda intents: _drop(intents, text))
        self.prompt.say(EMPTY)
        self.show_hints()


def _keep(intents: Intents, text: Text) -> None:
    """On the writer's thread, where one text is kept after the other, so that each has one draft."""
    if text.kept.strip():
        text.draft = intents.save_draft(text.ref, text.kind, text.kept, text.draft)
    elif text.draft is not None:
        _drop(intents, text)


def _drop(intents: Intents, text: Text) -> None:
    if text.draft is not None:
        intents.drop_draft(text.draft)
        text.draft = None
