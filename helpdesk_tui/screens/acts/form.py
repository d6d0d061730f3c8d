"""The fields of a ticket, or of all that are marked, on a page: each is changed in place, and all are written together.

What was changed and not written stays in memory until it is written or taken back: leaving loses nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from helpdesk_tui import clock
from helpdesk_tui.desk.acts.form import FormField, Given, form_fields, whole
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.choices import Demand
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.screens.acts.acting import Meant
from helpdesk_tui.screens.acts.picker import Option
from helpdesk_tui.screens.acts.picks import Picks, tags_of
from helpdesk_tui.screens.page import PageScreen
from helpdesk_tui.widgets.text import EMPTY, Line, Palette, fitted, line, pad, paragraph, run

if TYPE_CHECKING:
    from helpdesk_tui.desk.acts.act import Subject, Wish
    from helpdesk_tui.desk.acts.acting import GroupOption
    from helpdesk_tui.desk.acts.wishes import Assign, Status, Tags
    from helpdesk_tui.domain.tickets import TicketRef

Write = Callable[["Wish"], None]
_BEGUN: WeakKeyDictionary[Desk, dict[tuple[TicketRef, ...], dict[str, Given]]] = WeakKeyDictionary()
"""What was changed in a form and not written, by its tickets."""
_LABEL = 14
LOOK = 1.5
"""Seconds until it is looked again whether a platform has told what it allows."""


def forget(desk: Desk, refs: tuple[TicketRef, ...]) -> None:
    """What a form held is written."""
    _BEGUN.get(desk, {}).pop(refs, None)


class FormScreen(Picks, PageScreen):
    """The form over what is meant."""

    where = "form"
    reading = True

    def __init__(
        self,
        desk: Desk,
        keymap: Keymap,
        palette: Palette,
        *,
        about: Meant,
        write: Write,
        now: clock.Now = clock.now,
    ) -> None:
        """`write` is called with everything that was given, once this is closed."""
        super().__init__(desk, keymap, palette, now=now)
        self._about = about
        self._write = write
        self._them: list[Subject] = []
        self._fields: list[FormField] = []
        self._given = _BEGUN.setdefault(desk, {}).setdefault(about.refs, {})
        self._row = 0

    def on_mount(self) -> None:
        """Reads what the tickets hold."""
        self.work(self.load(), "load")

    async def load(self) -> None:
        """Reads the tickets and what their platforms allow; what is not known yet is asked for."""
        about = self._about
        first = not self._them
        self._them = await self.desk.ask(lambda acting: acting.subjects(about.refs, about.seen))
        self._fields = form_fields(self._them)
        self.draw()
        if any(one.choices is None for one in self._them) and self.is_attached:
            self.set_timer(LOOK, self._look_again)
        if first:
            if self._given:
                self.say("what was changed here before stands again: y writes it, u takes it back")
            for one in [one for one in self._them[:20] if one.choices is None]:
                await self.desk.request_choices(one.row.ref)

    def _look_again(self) -> None:
        if self.is_attached and self.is_current:
            self.work(self.load(), "load")

    def changed(self, ids: Collection[int], *, everything: bool) -> None:  # noqa: ARG002
        """The cache was written: perhaps a platform told what it allows."""
        self.work(self.load(), "load")

    def on_resize(self) -> None:
        """The terminal has another size."""
        super().on_resize()
        self.draw()

    def meant(self) -> Meant:
        """What the form is about."""
        return self._about

    # Drawing

    def draw(self) -> None:
        """Every field with its value, what it is to become where that was given, and how many were."""
        cells, about = self.app.size.width, self._about
        state = f"  {len(self._given)} changed, y writes" if self._given else "  as it is now"
        words = run(f" EDIT {about.about}", "head"), run(state, "mark" if self._given else "dim")
        self.title_line.show([fitted(words, cells, "head")])
        rows = [self._line(place, one, cells) for place, one in enumerate(self._fields)]
        if not rows:
            rows = [line(" nothing here can be edited: these tickets are gone from the cache", "warn")]
        if any(one.choices is None for one in self._them):
            rest = "more fields are here once the platform has told which it has"
            rows += [EMPTY, *paragraph(rest, cells - 2, "dim", indent=" ")]
        self.text.show(rows)
        if self._row >= self.text.top + self.text.size.height > 0:
            self.text.scroll_lines(self._row - self.text.top - self.text.size.height + 1)
        elif self._row < self.text.top:
            self.text.scroll_lines(self._row - self.text.top)

    def _line(self, place: int, one: FormField, cells: int) -> Line:
        here, given = place == self._row, self._given.get(one.name)
        cursor = run(f" {self.glyphs.cursor if here else ' '}", "key")
        mark = run(f"{self.glyphs.mark if given else ' '} ", "mark")
        shown = " ".join(one.shown.split())
        value = run(shown, "dim" if given or one.why_not else "")
        after = (run(f"  {self.glyphs.arrow}  ", "dim"), run(given.words, "strong")) if given else EMPTY
        why = (run(f"  {one.why_not}", "dim"),) if one.why_not else EMPTY
        return fitted(
            (cursor, mark, pad(one.label, _LABEL, "strong" if here else "dim"), run(" "), value, *after, *why), cells
        )

    # Keys

    def step(self, rows: int) -> None:
        """To another field."""
        self._row = max(0, min(self._row + rows, len(self._fields) - 1))
        self.draw()

    def page_size(self) -> int:
        """The fields."""
        return len(self._fields)

    def do_form_back(self) -> None:
        """The field under the cursor stays as it is."""
        one = self._field()
        if one is not None and self._given.pop(one.name, None) is None:
            self.say(f"{one.label} was not changed")
        self.draw()

    def do_form_write(self) -> None:
        """Everything that was given, together."""
        wish = whole(self._given)
        if wish is None:
            self.say("nothing was changed")
            return
        self.dismiss()
        self._write(wish)

    def escape(self) -> None:
        """Back; what was changed is kept here."""
        self.dismiss()

    def do_form_field(self) -> None:
        """Changes the field under the cursor: picked where there are choices, else typed."""
        one = self._field()
        if one is None:
            return
        if one.why_not:
            self.say(f"{one.label}: {one.why_not}", "warn")
            return
        ask = {
            "status": self._ask_status,
            "priority": self._ask_priority,
            "group": self._ask_group,
            "owner": self._ask_owner,
            "tags": self._ask_tags,
        }.get(one.name)
        if ask is not None:
            ask()
        else:
            self._ask_value(one)

    def _field(self) -> FormField | None:
        return self._fields[self._row] if self._row < len(self._fields) else None

    def _give(self, name: str, words: str, wish: Wish) -> None:
        self._given[name] = Given(words, wish)
        self.draw()

    def _ask_value(self, one: FormField) -> None:
        demand = one.demand or Demand(one.name, one.label, required=True)
        before = {sub.values.get(one.name, "") for sub in self._them}
        known = before.pop() if len(before) == 1 else ""
        answer = self.open_value(one.label, demand, known)
        self.work(self._take_value(one, demand, known, self.answer_to(one.label, demand, answer)), "value")

    async def _take_value(self, one: FormField, demand: Demand, known: str, answer: Awaitable[str | None]) -> None:
        from helpdesk_tui.desk.acts.wishes import Fields

        value = await answer
        if value is None:
            return
        if value == known and len(self._them) == 1:
            self._given.pop(one.name, None)
            self.draw()
            return
        words = {choice.value: choice.word for choice in demand.choices}.get(value, value) or "none"
        self._give(one.name, words, Fields({one.name: value}))

    def _ask_status(self) -> None:
        def done(option: Option[Status]) -> Awaitable[None]:
            return self._take_status(option.value)

        self.pick("status", self._about, lambda: self._statuses(self._about), done)

    async def _take_status(self, wish: Status) -> None:
        full = await self.with_demands(wish, self._about)
        if full is not None:
            extra = "".join(f", {value}" for value in full.given.values())
            self._give("status", f"{full.status or full.state}{extra}", full)

    def _ask_priority(self) -> None:
        from helpdesk_tui.desk.acts.wishes import Priority

        async def parts() -> None:
            known = self._them[0].choices
            given = await self.ask_demands(known.computed) if known else None
            if given:
                self._give(
                    "priority", ", ".join(f"{name} {value}" for name, value in given.items()), Priority(0, given)
                )

        def done(option: Option[int]) -> Awaitable[None] | None:
            if not option.value:
                return parts()
            self._give("priority", option.label, Priority(option.value))
            return None

        self.pick("priority", self._about, lambda: self._priorities(self._about), done)

    def _ask_group(self) -> None:
        from helpdesk_tui.desk.acts.wishes import Move

        async def take(group: GroupOption) -> None:
            members = await self.desk.ask(lambda acting: acting.members(group))
            self._give("group", group.name, Move(group.name, group.keys, members))

        self.pick("group", self._about, lambda: self.group_options(self._about), lambda option: take(option.value))

    def _ask_owner(self) -> None:
        def done(option: Option[Assign]) -> None:
            if not option.value.keys and not option.value.nobody:
                self.say(f"{option.label}: {option.why_not}", "warn")
            else:
                self._give("owner", option.value.name or "nobody", option.value)

        self.pick("owner", self._about, lambda: self._people(self._about), done)

    def _ask_tags(self) -> None:
        def take(wish: Tags) -> None:
            self._give("tags", wish.words.removeprefix("tag "), wish)

        def typed(text: str) -> None:
            take(tags_of(text))

        self.pick(
            "tags (-x takes away)",
            self._about,
            lambda: self._tags(self._about),
            lambda option: take(option.value),
            typed,
        )

    @property
    def given(self) -> Mapping[str, Given]:
        """What was given so far, by field."""
        return self._given
