"""What is typed at the queue: the live filter, a ticket's number, and commands with completion."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from textual.timer import Timer

from helpdesk_tui.domain.filters import Completion
from helpdesk_tui.domain.views import Grouping, Sort, View
from helpdesk_tui.errors import FilterError
from helpdesk_tui.screens.acts_typed import ACT_WORDS
from helpdesk_tui.screens.plan_typed import PLAN_WORDS
from helpdesk_tui.screens.queue_acts import GROUPINGS, SORTS, QueueActs
from helpdesk_tui.theme import THEMES
from helpdesk_tui.widgets.prompt import Prompt
from helpdesk_tui.widgets.text import line

DEBOUNCE = 0.08
"""Seconds after the last letter until the list follows."""

_WORDS = {
    "q": "leave the desk",
    "quit": "leave the desk",
    "help": "the keys that work here",
    "sync": "ask a source, or all, for a pull",
    "signin": "mend the sign-in of a source",
    "view save": "keep this filter and order as a view: name, then a digit or f and a letter",
    "view drop": "forget a view of your own",
    "sort": "order the list",
    "group": "divide the list",
    "filter": "narrow the list",
    "open": "a ticket by its number",
    "theme": "draw in other colours",
}


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
                self.failed(error)
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
        elif message.kind.startswith("secret "):
            self.work(self.sign_in(message.kind.removeprefix("secret "), text), "command")
        elif message.kind == "command" and text:
            self.run_command(text)

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
            self.say(f"the cache has no ticket {text}", "warn")
            return
        self.tickets.go_to(rows[0].id)
        self.open_ticket(rows[0].id)

    def open_ticket(self, ticket: int) -> None:
        """The whole ticket."""

    # Commands

    def do_app_command(self) -> None:
        """Asks for a command."""
        self.prompt.edit("command", ":", "", self.complete_command)
        self.show_hints()

    def complete_command(self, text: str, cursor: int) -> Sequence[Completion]:
        """How a command may go on."""
        typed = text[:cursor]
        for word, values in self._values().items():
            if typed.startswith(word + " "):
                start = len(word) + 1
                return [
                    Completion(start, cursor, value, hint) for value, hint in values if value.startswith(typed[start:])
                ]
        if typed.startswith("filter "):
            ways = self.desk.complete(typed[7:], cursor - 7)
            return [Completion(way.start + 7, way.end + 7, way.insert, way.hint) for way in ways]
        known = _WORDS | ({} if self.keymap.read_only else ACT_WORDS | PLAN_WORDS)
        known.update({command.id: command.title for command in self.keymap.here(self.where)})
        return [Completion(0, cursor, word, hint) for word, hint in known.items() if word.startswith(typed)]

    def _values(self) -> dict[str, list[tuple[str, str]]]:
        sources = [(source.name, source.label) for source in self.status.sources]
        return {
            "sync": sources,
            "signin": sources,
            "sort": [(sort.value, "") for _, sort, _ in SORTS],
            "group": [(grouping.value or "none", "") for _, grouping, _ in GROUPINGS],
            "theme": [(theme, "") for theme in THEMES],
            "view drop": [(view.name, view.title) for view in self.views if view.own],
            "view": [(view.name, view.title) for view in self.views],
        }

    def run_command(self, text: str) -> None:
        """Does a typed command: one of its own words, or the id of any command that works here."""
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        if text.isdigit():
            self.work(self.go_to_line(int(text)), "command")
            return
        act: Callable[[str], Awaitable[None] | None] | None = getattr(self, f"say_{word}", None)
        known = self.keymap.commands.get(text)
        if act is not None:
            result = act(rest)
            if result is not None:
                self.work(result, "command")
        elif known is not None and self.where in known.where:
            self.perform(known)
        else:
            self.say(f"there is no command {word}; Tab after : shows them", "warn")

    async def go_to_line(self, number: int) -> None:
        """The ticket at this place of the list, from 1."""
        self.tickets.go(number - 1)

    def say_q(self, _rest: str) -> None:
        """Leaves."""
        self.leave()

    say_quit = say_q

    def say_help(self, _rest: str) -> None:
        """The keys that work here."""
        self.do_app_help()

    async def say_sync(self, rest: str) -> None:
        """Asks one source or all for a pull."""
        if rest and not self._is_source(rest):
            return
        await self.ask_sync(rest)

    def say_signin(self, rest: str) -> None:
        """Asks for a source's new secret; without one, for another try with the old."""
        if self._is_source(rest):
            self.prompt.edit(
                f"secret {rest}", f"new secret of {rest}, or Enter to try the old one again: ", secret=True
            )

    async def sign_in(self, source: str, value: str) -> None:
        """Keeps a new secret, if one was typed, and asks the sync process to sign in again."""
        kept = f"; {await asyncio.to_thread(self.desk_app.around.keep_secret, source, value)}" if value else ""
        self.awaited[await self.desk.request_signin(source)] = f"signed in to {source} again"
        self.say(f"signing in to {source} again{kept}")

    def _is_source(self, name: str) -> bool:
        names = [source.name for source in self.status.sources]
        if name in names:
            return True
        self.say(f"which source? {', '.join(names)}" if names else "no source is configured", "warn")
        return False

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

    def say_theme(self, rest: str) -> None:
        """Draws in another theme, until the desk is left."""
        if rest not in THEMES:
            self.say(f"the theme is {self.palette.theme}; there is {', '.join(THEMES)}", "warn" if rest else "")
            return
        theme = self.desk_app.use_theme(rest)
        self.say(f"the theme is {theme}; [screen] theme in the settings keeps one")

    async def say_filter(self, rest: str) -> None:
        """Narrows the list."""
        await self.filter_by(rest)

    async def say_open(self, rest: str) -> None:
        """A ticket by its number."""
        await self.open_number(rest)

    async def say_view(self, rest: str) -> None:
        """Opens a view by name; `save NAME [SLOT]` keeps one, `drop NAME` forgets one."""
        word, _, name = rest.partition(" ")
        if word == "save" and name.strip():
            await self._save_view(name.strip())
        elif word == "drop" and name.strip():
            await self._drop_view(name.strip())
        elif (view := self.named(rest)) is not None:
            await self.open_view(view)
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
