"""What every screen has in common: keys become commands, menus of one line, the prompt, and where errors go.

A command of `keymap.COMMANDS` is answered by the method named after its id: `list.filter` by `do_list_filter`. Work
that waits runs in a worker; a failure becomes a line on the screen, never its end.
"""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import NamedTuple, Protocol, cast

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.worker import Worker, WorkerState

from helpdesk_tui import clock, safe_text
from helpdesk_tui.desk.around import Around
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.keymap import Command, Keymap, shown
from helpdesk_tui.screens.going import Going
from helpdesk_tui.screens.moving import Moving
from helpdesk_tui.theme import ASCII as ASCII_GLYPHS
from helpdesk_tui.theme import UNICODE, Glyphs
from helpdesk_tui.widgets import bars
from helpdesk_tui.widgets.lines import Lines
from helpdesk_tui.widgets.prompt import Prompt
from helpdesk_tui.widgets.text import EMPTY, Line, Palette, run
from helpdesk_tui.widgets.text import line as text_line

Act = Callable[[], Awaitable[None] | None]

WHICH_KEY = 0.4
"""Seconds after a prefix until what may follow is shown."""
DEAD_TIME = 0.25
"""A question accepts no key for so long after it was drawn: what was typed ahead is no answer."""
STALE = 1.0
"""Seconds for which a message is read; after that the next command takes it away."""
MODIFIERS = frozenset(
    f"{side}_{name}" for side in ("left", "right") for name in ("shift", "control", "alt", "super", "hyper", "meta")
) | {"caps_lock", "num_lock", "scroll_lock", "iso_level3_shift", "iso_level5_shift"}
"""Keys that some terminals report by themselves; they are no part of a sequence."""
NARROW, WIDE = 100, 180
"""Below, only ASCII marks are drawn and the list has the columns of 80 cells; from WIDE on there are three panes."""


class DeskApp(Protocol):
    """What screens ask of the app beyond Textual's own. `around` is the program it runs in."""

    around: Around

    def report(self, error: BaseException, doing: str) -> None:
        """Puts a failure into the log."""

    def redraw(self) -> None:
        """Draws everything anew."""

    def use_theme(self, setting: str) -> str:
        """Draws every screen in another theme; the theme it came to be on this terminal."""

    def begin_anew(self) -> None:
        """Ends this process and starts the program again."""

    def cache_changed(self, ids: Collection[int], *, everything: bool) -> None:
        """Tells the screen on top that the cache was written."""


class Choice(NamedTuple):
    """One way to answer a menu: its key, its words, what it does."""

    key: str
    label: str
    act: Act


class Overlay(Protocol):
    """What takes every key while it is open, such as a picker; it draws into the three lines at the bottom."""

    asks: bool
    """Whether the last line has its answers, which nothing that is said meanwhile may cover."""

    def take(self, key: str, event: events.Key) -> None:
        """A key; `key` is its character where it has one."""

    def draw(self) -> None:
        """Shows it."""


class DeskScreen(Moving, Going):
    """A screen with a line of keys and a prompt at the bottom."""

    AUTO_FOCUS = None
    ESCAPE_TO_MINIMIZE = False

    def __init__(self, desk: Desk, keymap: Keymap, palette: Palette, *, now: clock.Now = clock.now) -> None:
        super().__init__()
        self.desk = desk
        self.keymap = keymap
        self.palette = palette
        self.now = now
        self.hint_line = Lines(palette, id="keys")
        self.prompt = Prompt(palette, id="prompt")
        self._prefix = ""
        self._menu: Sequence[Choice] = ()
        self._asked_at = 0.0
        self._titled = ""
        self._said_at = 0.0
        self._above: Line = EMPTY
        """The beginning of a message that does not fit into the last line."""
        self._unsaid: tuple[str, str, str] | None = None
        """What was said last while a question stood."""
        self.overlay: Overlay | None = None

    def compose_bottom(self) -> ComposeResult:
        """The line of keys and the prompt."""
        yield self.hint_line
        yield self.prompt

    @property
    def desk_app(self) -> DeskApp:
        """The app, as what it is."""
        return cast(DeskApp, self.app)

    @property
    def glyphs(self) -> Glyphs:
        """The marks for this width: ASCII below `NARROW`, where they have one shape on every terminal."""
        return self.palette.glyphs

    @property
    def typing(self) -> bool:
        """Whether a line is being typed."""
        return bool(self.prompt.kind)

    def on_resize(self) -> None:
        """The glyphs follow the width."""
        narrow = self.app.size.width < NARROW
        self.palette.glyphs = ASCII_GLYPHS if narrow or self.palette.ascii else UNICODE
        self.show_hints()

    def _screen_resized(self, size: Size) -> None:
        """Textual's, only for the size that the terminal has now. Each layout tells the screen of the size it was made
        for: of two that wait at once, as while a window is drawn larger, each would bring the other back for ever."""
        if size == self.app.size:
            super()._screen_resized(size)

    def repaint(self, palette: Palette) -> None:
        """Draws everything anew with another palette."""
        self.palette = palette
        for lines in self.query(Lines):
            lines.repaint(palette)
        self.prompt.repaint(palette)

    # Messages

    def say(self, text: str, style: str = "", *, tail: str = "") -> None:
        """One line about what happened, from any text; it goes with the first command after `STALE` seconds.

        What is longer begins in the line of keys. `tail` is what has to be read in any case: where there is no room
        for both in one line, it has the last one for itself. While a question stands it waits for what is said of that.
        """
        if self.overlay is not None and self.overlay.asks:
            self._unsaid = text, style, tail
            return
        self._said_at = time.monotonic()
        said_above, self._above = self._above, EMPTY
        cells = max(20, self.app.size.width - 2)
        whole = safe_text.inline(text + tail)
        first = safe_text.wrap(whole, cells, most=1)[0]
        rest = whole[len(first) :].lstrip()
        if rest and tail:
            first, rest = safe_text.fit(safe_text.inline(text), cells).rstrip(), safe_text.inline(tail).lstrip(":; ")
        if rest:
            self._above = (run(" "), *text_line(first, style))
        self.prompt.say((run(" "), *text_line(rest or first, style)) if whole else EMPTY)
        if said_above or self._above:
            self.show_hints()

    def say_held(self) -> None:
        """What was said while a question stood."""
        held, self._unsaid = self._unsaid, None
        if held is not None:
            text, style, tail = held
            self.say(text, style, tail=tail)

    def failed(self, error: BaseException) -> None:
        """One line about what went wrong."""
        self.say(str(error) or type(error).__name__, "bad")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker that failed becomes a line and an entry in the log; the screen lives on."""
        event.stop()
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.desk_app.report(event.worker.error, event.worker.name)
            self.failed(event.worker.error)

    def work(self, job: Awaitable[None], group: str, *, exclusive: bool = True) -> Worker[None]:
        """Runs what waits, instead of what the same group still does."""
        return self.run_worker(job, name=group, group=group, exclusive=exclusive, exit_on_error=False)

    def show_hints(self) -> None:
        """The line of keys: a menu if one is open, how a typed line may go on, else the keys worth a hint."""
        cells = self.app.size.width
        if self.overlay is not None:
            self.overlay.draw()
        elif self._menu:
            self.hint(*bars.menu(self._titled, [(choice.key, choice.label) for choice in self._menu], cells))
        elif self.typing and (ways := self.prompt.ways()):
            self.hint(*bars.ways([(way.insert, way.hint) for way in ways], self.prompt.way, cells))
        else:
            self.hint(self._above if self._above and not self.typing else self.own_hints(cells))

    def own_hints(self, cells: int) -> Line:
        """The line of keys while nothing is asked or typed."""
        return bars.hints(self.keymap, self.where, cells)

    def hint(self, *content: Line) -> None:
        """Shows this in the line of keys, under a rule; two lines take the rule's place."""
        rule = (run(self.glyphs.horizontal * self.app.size.width, "rule"),)
        self.hint_line.show([rule, *content][-2:])

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Gives a key to what waits for one: the line being typed, a menu, a prefix, a command."""
        event.stop()
        event.prevent_default()
        if event.key in MODIFIERS or self.not_yet(event):
            return
        if self.typing:
            if not self.early_key(event):
                self.prompt.handle(event)
            return
        if event.key == "ctrl+c":
            self.say("q goes back, ctrl+q asks whether to leave; y copies", "dim")
            return
        key = event.character if event.character and event.is_printable and event.character != " " else event.key
        if self.overlay is not None:
            self.overlay.take(key, event)
            return
        if self._menu:
            self._answer(key, event.time)
            return
        sequence = f"{self._prefix} {key}".strip()
        waited, self._prefix = bool(self._prefix), ""
        if waited:
            self.show_hints()
        if key == "escape":
            self.escape()
        elif not waited and self.keymap.begins(key, self.where):
            self._begin(key)
        elif command := self.keymap.find(sequence, self.where):
            self.perform(command, key)
        elif waited:
            self.say(f"{shown(sequence, ' ')} is no key here; ? lists them")

    def early_key(self, event: events.Key) -> bool:  # noqa: ARG002
        """A key that a screen takes before the line being typed gets it."""
        return False

    def changed(self, ids: Collection[int], *, everything: bool) -> None:
        """The cache was written while this screen is on top."""

    def on_paste(self, event: events.Paste) -> None:
        """A paste goes into a line being typed and nowhere else."""
        event.stop()
        event.prevent_default()
        if self.typing:
            self.prompt.insert(event.text)
        elif event.text:
            self.say("a paste was dropped: paste after / or : or g i")

    def perform(self, command: Command, key: str = "") -> None:
        """Does what a command says; `key` is the last key, for commands with many."""
        if (self._said_at or self._unsaid) and time.monotonic() > self._said_at + STALE:
            self._said_at, self._above = 0.0, EMPTY
            self.prompt.say(EMPTY)
            self.show_hints()
            self.say_held()
        if command.writes and self.keymap.read_only:
            self.say(f"READ ONLY: {command.title} is not possible here", "warn")
            return
        act = getattr(self, "do_" + command.id.replace(".", "_"), None)
        if act is None:
            self.say(f"{command.title} does nothing here")
            return
        wants_key = command.id in ("view.slot", "filter.saved")
        result = act(key) if wants_key else act()
        if result is not None:
            self.work(result, command.id)

    def _begin(self, prefix: str) -> None:
        self._prefix = prefix
        self.set_timer(WHICH_KEY, lambda: self._show_after(prefix))

    def _show_after(self, prefix: str) -> None:
        if self._prefix == prefix:
            options = self.after_prefix(prefix)
            self.hint(*bars.menu(shown(prefix), options, self.app.size.width))

    def after_prefix(self, prefix: str) -> list[tuple[str, str]]:
        """What may follow a prefix, for the hint."""
        return [(key, command.title) for key, command in self.keymap.after(prefix, self.where)]

    # Menus and questions

    def choose(self, title: str, options: Sequence[Choice]) -> None:
        """A menu in the line of keys; Escape leaves it."""
        self._menu, self._titled, self._asked_at = options, title, 0.0
        self.show_hints()

    def ask(self, question: str, options: Sequence[Choice]) -> None:
        """A question whose last answer is the safe one: Enter gives it, and keys typed ahead are no answer."""
        self._menu, self._titled, self._asked_at = options, question, time.monotonic()
        self.show_hints()

    def _answer(self, key: str, at: float) -> None:
        guarded = self._asked_at > 0
        if guarded and at < self._asked_at + DEAD_TIME:
            return
        options, self._menu = self._menu, ()
        chosen = next((choice for choice in options if choice.key == key), None)
        if chosen is None and guarded and key == "enter":
            chosen = options[-1]
        if chosen is None and key != "escape" and guarded:
            self._menu = options
            return
        self.show_hints()
        if chosen is not None:
            result = chosen.act()
            if result is not None:
                self.work(result, "choice")

    # Commands that every screen has

    def escape(self) -> None:
        """Closes what is on top; here there is nothing."""

    def do_app_redraw(self) -> None:
        """Draws the screen anew, whatever wrote on it."""
        self.desk_app.redraw()

    def do_app_suspend(self) -> None:
        """To the shell."""
        if has_shell():
            self.app.action_suspend_process()
        else:
            self.say("no shell started the desk here; ctrl+z would leave nothing to come back from", "warn")

    def leave(self) -> None:
        """Ends the desk; what is unsent may have a word first."""
        self.app.exit()

    def do_app_quit(self) -> None:
        """Asks whether to leave; what would be lost is named."""
        self.ask("Leave the desk?", [Choice("y", "leave", self.app.exit), Choice("n", "stay", lambda: None)])

    def do_app_back(self) -> None:
        """Back to the screen beneath."""
        self.dismiss()

    async def do_sync_now(self) -> None:
        """Asks every platform now."""
        await self.ask_sync("")

    async def ask_sync(self, source: str) -> None:
        """Asks one source, or all where it is "", for a pull."""
        await self.desk.request_sync(source)
        self.say(f"asked for a pull of {source or 'every source'}")


def has_shell() -> bool:
    """Whether some process of our session could bring us back: a stop signal to a process group that has none, as
    behind `ssh -t host helpdesk-tui`, is thrown away, and the desk would wait for its continuation for ever."""
    parent = os.getppid()
    try:
        return os.getsid(parent) == os.getsid(0) and os.getpgid(parent) != os.getpgrp()
    except (ProcessLookupError, PermissionError):
        return False
