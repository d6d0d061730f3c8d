"""The line of commands of any screen: how it goes on, and what it does. Loaded with the first `:`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from helpdesk_tui.domain.filters.language import Completion
from helpdesk_tui.domain.filters.names import begins_part
from helpdesk_tui.keymap.words import PLACES, Word, begun, misspelt, words_at
from helpdesk_tui.theme import THEMES

if TYPE_CHECKING:
    from helpdesk_tui.domain.views import View
    from helpdesk_tui.screens.base import DeskScreen

KIND = "command"
SECRET = "secret "
"""What the kind of a line begins with in which a source's new secret is typed; the source's name follows."""
_PRIORITIES = ("1", "2", "3", "4", "5")
_TRIAGE = ("two", "end")


class Commands:
    """The commands of one screen: its own `say_WORD` comes before what is done here for every screen."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.sources: dict[str, str] = {}
        """The labels of the sources by name, as read when the line was opened."""

    def ask(self) -> None:
        """Opens the line."""
        self.screen.prompt.edit(KIND, ":", "", self.complete)
        self.screen.show_hints()
        self.screen.work(self._learn(), "words")

    async def _learn(self) -> None:
        """Reads the names that complete what is typed."""
        await self._read_sources()
        if not self.screen.desk.reads.known("owner"):
            await self.screen.desk.refresh_names()
        if self.screen.prompt.kind == KIND:
            self.screen.show_hints()

    async def _read_sources(self) -> None:
        self.sources = {one.name: one.label for one in await self.screen.desk.health()}

    # Completion

    def complete(self, text: str, cursor: int) -> Sequence[Completion]:
        """How a command may go on: words that work here, then what may follow them, from memory."""
        typed = text[:cursor]
        words = words_at(self.screen.where, read_only=self.screen.keymap.read_only)
        word = begun(typed)
        if word is not None and word in words and len(typed) > len(word.name):
            start = len(word.name) + 1
            longer = [other for other in words if other.name.startswith(typed) and other is not word]
            return [*self._values(word.takes, typed, start), *(_way(other, cursor) for other in longer)]
        ways = [_way(other, cursor) for other in words if other.name.startswith(typed.lower())]
        if typed and not ways:
            here = self.screen.keymap.here(self.screen.where)
            ways = [Completion(0, cursor, one.id, one.title) for one in here if one.id.startswith(typed)]
        return ways

    def _values(self, takes: str, typed: str, start: int) -> list[Completion]:
        rest = typed[start:]
        if takes == "filter":
            ways = self.screen.desk.complete(rest, len(rest))
            return [Completion(way.start + start, way.end + start, way.insert, way.hint) for way in ways]
        known = self._known(takes)
        if takes == "person" and any(rest == f"{name} " for name, _ in known):
            return [Completion(len(typed), len(typed), "until ", "such as Fri 08:00; leave it out if nobody knows")]
        return [
            Completion(start, len(typed), name, hint)
            for name, hint in known
            if name != rest and (not rest or begins_part(name, rest))
        ]

    def _known(self, takes: str) -> list[tuple[str, str]]:
        """What may follow, with a hint, from memory."""
        from helpdesk_tui.desk.acts.wishes import STATES
        from helpdesk_tui.screens.queue.keys import GROUPINGS, SORTS

        views: Sequence[View] = getattr(self.screen, "views", ())
        desk = self.screen.desk
        values: dict[str, Callable[[], Iterable[tuple[str, str]]]] = {
            "owner": lambda: [*_plain(desk.reads.known("owner")), ("nobody", "take the owner away")],
            "person": lambda: _plain(desk.reads.known("owner")),
            "group": lambda: _plain(desk.reads.known("group")),
            "tag": lambda: _plain(desk.reads.known("tag")),
            "status": lambda: _plain(dict.fromkeys([*desk.reads.known("status"), *STATES])),
            "priority": lambda: _plain(_PRIORITIES),
            "macro": lambda: ((macro.name, macro.label) for macro in desk.macros),
            "triage": lambda: _plain(_TRIAGE),
            "source": lambda: self.sources.items(),
            "theme": lambda: _plain(THEMES),
            "sort": lambda: ((sort.value, "") for _, sort, _ in SORTS),
            "grouping": lambda: ((grouping.value or "none", "") for _, grouping, _ in GROUPINGS),
            "view": lambda: ((view.name, view.title) for view in views),
            "own view": lambda: ((view.name, view.title) for view in views if view.own),
        }
        return list(values[takes]()) if takes in values else []

    # Doing

    def submitted(self, kind: str, text: str) -> None:
        """Does what was typed, or keeps the secret that was."""
        if kind.startswith(SECRET):
            self.screen.work(self.sign_in(kind.removeprefix(SECRET), text), KIND)
        elif text:
            self.run(text)

    def run(self, text: str) -> None:
        """Does a command: one of the words, or the id of any command that works here."""
        screen, (first, _, rest) = self.screen, text.partition(" ")
        word = begun(first)
        known = screen.keymap.commands.get(text)
        if text.isdigit() and hasattr(screen, "go_to_line"):
            screen.work(screen.go_to_line(int(text)), KIND)
        elif word is not None and screen.where in word.where:
            self._do(word, rest.strip())
        elif known is not None and screen.where in known.where:
            screen.perform(known)
        elif word is not None:
            screen.say(f":{first} works {PLACES[word.where[0]]}", "warn")
        else:
            near = misspelt(text, screen.where)
            hint = f"did you mean :{near}? : then Up brings it back" if near else "Tab after : shows them"
            screen.say(f"there is no command {first}", "warn", tail=f"; {hint}")

    def _do(self, word: Word, rest: str) -> None:
        if word.writes and self.screen.keymap.read_only:
            self.screen.say(f"READ ONLY: {word.name} is not possible here", "warn")
            return
        if word.goes:
            self._go(word)
            return
        act: Callable[[str], Awaitable[None] | None] = getattr(self.screen, f"say_{word.name}", None) or getattr(
            self, f"say_{word.name}"
        )
        result = act(rest)
        if result is not None:
            self.screen.work(result, KIND)

    def _go(self, word: Word) -> None:
        """To another screen."""
        command = self.screen.keymap.commands[f"goto.{word.goes}"]
        if self.screen.where in command.where or self.screen.where == "help":
            self.screen.perform(command)
        else:
            self.screen.say(f"this is {word.name}")

    def say_q(self, _rest: str) -> None:
        """Back; from the queue, out."""
        self.screen.do_app_back()

    def say_quit(self, _rest: str) -> None:
        """Leaves the desk, from however deep."""
        self.screen.do_app_quit()

    def say_help(self, _rest: str) -> None:
        """The keys that work here."""
        self.screen.do_app_help()

    async def say_open(self, rest: str) -> None:
        """A ticket's page, by its number."""
        rows = await self.screen.desk.find(rest) if rest else []
        if not rows:
            words = f"the cache has no ticket {rest}; a part of it in / finds it" if rest else "open NUMBER"
            self.screen.say(words, "warn")
            return
        from helpdesk_tui.screens.ticket import TicketScreen

        screen = self.screen
        screen.app.push_screen(
            TicketScreen(screen.desk, screen.keymap, screen.palette, ticket=rows[0].id, now=screen.now)
        )

    async def say_sync(self, rest: str) -> None:
        """Asks one source or all for a pull."""
        if not rest or await self._is_source(rest):
            await self.screen.ask_sync(rest)

    async def say_signin(self, rest: str) -> None:
        """Asks for a source's new secret; without one, for another try with the old."""
        if await self._is_source(rest):
            label = f"new secret of {rest}, or Enter to try the old one again: "
            self.screen.prompt.edit(f"{SECRET}{rest}", label, secret=True)

    async def sign_in(self, source: str, value: str) -> None:
        """Keeps a new secret, if one was typed, and asks the sync process to sign in again."""
        screen = self.screen
        kept = f"; {await asyncio.to_thread(screen.desk_app.around.keep_secret, source, value)}" if value else ""
        request = await screen.desk.request_signin(source)
        awaited: dict[int, str] | None = getattr(screen, "awaited", None)
        if awaited is not None:
            awaited[request] = f"signed in to {source} again"
        screen.say(f"signing in to {source} again{kept}")

    async def _is_source(self, name: str) -> bool:
        await self._read_sources()
        if name in self.sources:
            return True
        names = ", ".join(self.sources)
        self.screen.say(f"which platform? {names}" if names else "no platform is set up: helpdesk-tui setup", "warn")
        return False

    def say_theme(self, rest: str) -> None:
        """Draws in another theme, until the desk is left."""
        screen = self.screen
        if rest not in THEMES:
            screen.say(f"the theme is {screen.palette.theme}; there is {', '.join(THEMES)}", "warn" if rest else "")
            return
        theme = screen.desk_app.use_theme(rest)
        screen.say(f"the theme is {theme}; [screen] theme in the settings keeps one")


def _way(word: Word, cursor: int) -> Completion:
    return Completion(0, cursor, f"{word.name} " if word.takes else word.name, word.hint)


def _plain(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, "") for name in names]
