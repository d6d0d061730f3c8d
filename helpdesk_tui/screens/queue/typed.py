"""What is typed at the queue: the live filter, a ticket's number, and commands with completion."""

from __future__ import annotations

from collections.abc import Sequence

from textual.timer import Timer

from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.views import Grouping, Sort, View
from helpdesk_tui.errors import FilterError
from helpdesk_tui.screens.queue.keys import GROUPINGS, SORTS, QueueActs
from helpdesk_tui.widgets.prompt import Prompt
from helpdesk_tui.widgets.text import line

DEBOUNCE = 0.08
"""Seconds after the last letter until the list follows."""


class QueueTyped(QueueActs):
    """The prompt of the queue."""

    _soon: Timer | None = None

    # The filter

    def do_list_filter(self) -> None:
        """Narrows the list while typing."""
        self.prompt.edit("filter", "/", self.typed, self.desk.complete)
        self.show_hints()

    def on_prompt_changed(self, message: Prompt.Changed) -> None:
        """The list follows the filter, a moment after the last letter."""
        message.stop()
        self.show_hints()
        if message.kind == "filter":
            if self._soon is not None:
                self._soon.stop()
            self._soon = self.set_timer(DEBOUNCE, lambda: self._try(message.text))

    def _try(self, text: str) -> None:
        self.work(self.filter_by(text), "filter")

    async def filter_by(self, text: str) -> None:
        """Narrows the list; a mistake is underlined with what was expected, and the old list stays."""
        try:
            self.desk.parse(text)
            if text.strip() == self.typed and self.wanted == self._listed:
                return
            old, self.typed = self.typed, text.strip()
            try:
                await self.reload(keep=True)
            except FilterError:
                self.typed = old
                raise
        except FilterError as error:
            self.prompt.fault((error.start, error.end), line(str(error), "bad"))
            if not self.typing:
                self.say_long(f"{error}. Up after / brings it back")
            return
        self.prompt.fault(None, line(f"{len(self.tickets.ids)} found", "dim"))
        self.draw_bars()

    def on_prompt_cancelled(self, message: Prompt.Cancelled) -> None:
        """The line closes; the filter stays as it is."""
        message.stop()
        self.show_hints()

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        """Does what was typed."""
        message.stop()
        self.show_hints()
        text = message.text.strip()
        if message.kind == "filter":
            self._try(text)
            self.say(f"{self.explained(text)}" if text else "")
        elif message.kind == "number" and text:
            self.work(self.open_number(text), "open")

    def explained(self, text: str) -> str:
        """A filter in words, "" where it has a mistake."""
        try:
            return self.desk.explain(text)
        except FilterError:
            return ""

    # A ticket by its number

    def do_goto_ticket(self) -> None:
        """Asks for a number."""
        self.prompt.edit("number", "ticket ")

    async def open_number(self, text: str) -> None:
        """Opens the ticket people call so, in the queue or out of it."""
        rows = await self.desk.find(text)
        if not rows:
            self.say(f"the cache has no ticket {text}", "warn", tail="; a part of it in / finds it")
            return
        self.tickets.go_to(rows[0].id)
        self.open_ticket(rows[0].id)

    def open_ticket(self, ticket: int) -> None:
        """The whole ticket."""

    # Commands

    async def go_to_line(self, number: int) -> None:
        """The ticket at this place of the list, from 1."""
        count = len(self.tickets.ids)
        self.tickets.go(number - 1)
        if number > count:
            self.say(f"the list has {counted(count, 'ticket')}")

    async def say_sort(self, rest: str) -> None:
        """Orders the list."""
        if rest in set(Sort):
            await self.sort_by(Sort(rest))
        else:
            self.say(f"sort by one of {', '.join(sort.value for _, sort, _ in SORTS)}", "warn")

    async def say_group(self, rest: str) -> None:
        """Divides the list."""
        name = "" if rest == "none" else rest
        if name in set(Grouping):
            await self.group_by(Grouping(name))
        else:
            self.say(f"group by one of {', '.join(g.value or 'none' for _, g, _ in GROUPINGS)}", "warn")

    async def say_filter(self, rest: str) -> None:
        """Narrows the list."""
        await self.filter_by(rest)

    async def say_view(self, rest: str) -> None:
        """Opens a view by name; `save NAME [SLOT]` keeps one, `drop NAME` forgets one."""
        word, _, name = rest.partition(" ")
        if word == "save" and name.strip():
            await self._save_view(name.strip())
        elif word == "drop" and name.strip():
            await self._drop_view(name.strip())
        elif (view := self.named(rest)) is not None:
            await self.open_view(view)
        elif rest and word not in ("save", "drop"):
            self.say(f"there is no view {rest}; Tab after :view shows them", "warn")
        else:
            self.say("view save NAME [DIGIT or f LETTER], view drop NAME, or view NAME", "warn")

    async def _drop_view(self, name: str) -> None:
        """Forgets a view of the user's own, by its name or title, whatever its case."""
        own = [view for view in self.views if view.own]
        view = next((view for view in own if name.lower() in (view.name.lower(), view.title.lower())), None)
        if view is None:
            names = ", ".join(view.name for view in own)
            self.say(f"you have no view {name}" + (f"; there is {names}" if names else ""), "warn")
            return
        await self.desk.drop_view(view.name)
        self.use_views(await self.desk.saved_views())
        self.say(f"view {view.title} dropped")

    async def _save_view(self, rest: str) -> None:
        """The present filter, order and groups under a name, on a key if one is given."""
        words = rest.split()
        slot = words.pop() if len(words) > 1 and _is_slot(words[-1]) else ""
        title = " ".join(words)
        view = self.view
        text = " ".join(part for part in (view.filter, self.typed) if part)
        saved = View(slot, title.lower(), title, text, view.sort, view.reverse, view.grouping, view.columns, own=True)
        await self.desk.save_view(saved)
        self.use_views(await self.desk.saved_views())
        self.say(f"view {title} saved" + (f" on {slot}" if slot else f": :view {saved.name}"))

    def use_views(self, own: Sequence[View]) -> None:
        """The views are others now."""


def _is_slot(word: str) -> bool:
    return word.isdigit() and word != "0" if len(word) == 1 else len(word) == 2 and word[0] == "f" and word[1].isalpha()
