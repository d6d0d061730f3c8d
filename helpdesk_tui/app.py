"""The composition root of the screens: one desk, one keymap, one palette, and the terminal as it really is.

It writes only cells that changed, makes every line harmless once more, and leaves cleanly when the terminal goes away.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen

from helpdesk_tui import clock, keymap
from helpdesk_tui.desk.around import Around
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.stores import StorePaths
from helpdesk_tui.domain.views import View
from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.screens.pressing import Pressing
from helpdesk_tui.screens.queue.live import FirstLook, ask_first
from helpdesk_tui.screens.queue.screen import QueueScreen
from helpdesk_tui.theme import ScreenSettings, remote, theme_name, wants_ascii
from helpdesk_tui.widgets import terminal
from helpdesk_tui.widgets.painter import SYSTEMS, Harmless, Painter, Written
from helpdesk_tui.widgets.text import Palette, last_words

if TYPE_CHECKING:
    from helpdesk_tui.config.macros import MacroConfig
    from helpdesk_tui.desk.roster.floor import RosterRules
    from helpdesk_tui.desk.staff import StaffRules

PRELOAD = 1.0
"""Seconds after the first frame until the libraries that write are loaded, off the loop."""


class HelpDeskApp(Pressing, inherit_bindings=False):
    """The desk on a terminal. `first` is what the first frame shows, being read meanwhile."""

    CSS_PATH = Path(__file__).with_name("helpdesk.tcss")
    ENABLE_COMMAND_PALETTE = False
    TITLE = "helpdesk-tui"

    def __init__(
        self,
        desk: Desk,
        settings: ScreenSettings | None = None,
        *,
        now: clock.Now = clock.now,
        first: Future[FirstLook] | None = None,
        around: Around | None = None,
    ) -> None:
        super().__init__()
        self.set_reactive(App.theme, "ansi-dark")
        self.settings = settings = settings or ScreenSettings()
        self.desk = desk
        self.now = now
        self.restart = False
        """Whether to begin anew after the end, because a newer version has taken over."""
        self.keymap = keymap.build(settings.preset, settings.keys, read_only=settings.read_only)
        theme = theme_name(settings.theme, self.console.color_system)
        self.palette = Palette(theme, ascii_only=wants_ascii(settings.ascii))
        self.painter = Painter()
        self._color_depth = SYSTEMS.get(self.console.color_system or "")
        self._first = first
        self.around = around or Around()
        self._harmless = [Harmless()]

    def get_default_screen(self) -> Screen[None]:
        """The queue is the first screen and the last."""
        words = [self.settings.label, "READ ONLY" if self.settings.read_only else ""]
        label = " ".join(filter(None, words))
        return QueueScreen(self.desk, self.keymap, self.palette, now=self.now, first=self._first, label=label)

    def on_mount(self) -> None:
        """Watches the terminal, and loads what writes once there is something to look at."""
        self.app_resume_signal.subscribe(self, lambda _: self.redraw())
        self.set_timer(PRELOAD, self._settle)
        if self.is_headless or self._loop is None:
            return
        terminal.on_signals(self._loop, self._leave)
        if (gone := terminal.hung_up()) is not None:
            self.set_interval(terminal.LOOK, lambda: self._leave() if gone() else None)

    def _settle(self) -> None:
        """What could wait until after the first frame: the libraries that write, and collecting garbage."""
        from helpdesk_tui.screens.settling import settle

        settle(self, self.desk, self.settings, self.now, self.around)

    # Drawing

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Every line passes the last check. Colours are the palette's business: none of Textual's own filters."""
        return self._harmless

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Sends what differs from what the terminal shows."""
        held = not self._running or self._closed or self.is_headless or self._batch_count > 0
        update: object = renderable
        if isinstance(update, CompositorUpdate) and not held:
            text = self.painter.paint(update, self.size, self._color_depth)
            if text is not None:
                update = Written(text) if text else None
        marked = self._sync_available
        self._sync_available = marked and not (isinstance(update, Written) and update.at_once)
        super()._display(screen, cast(RenderableType, update))
        self._sync_available = marked

    def redraw(self) -> None:
        """Draws everything anew, whatever wrote on the terminal."""
        self.painter.forget()
        self.screen.refresh()

    def use_theme(self, setting: str) -> str:
        """Draws every screen in another theme; the theme it came to be on this terminal."""
        fresh = Palette(theme_name(setting, self.console.color_system), ascii_only=self.palette.ascii)
        fresh.glyphs = self.palette.glyphs
        self.palette = fresh
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.repaint(fresh)
        self.redraw()
        return fresh.theme

    def begin_anew(self) -> None:
        """Ends, and starts the program again as it was called."""
        self.restart = True
        self.exit()

    # What goes wrong

    def report(self, error: BaseException, doing: str) -> None:
        """An entry in the log; the screen says it to the user."""
        logging.getLogger("helpdesk_tui.app").error("%s failed", doing, exc_info=error)

    def cache_changed(self, ids: Collection[int], *, everything: bool) -> None:
        """Tells the page on top, which does not follow the cache itself."""
        if isinstance(self.screen, DeskScreen):
            self.screen.changed(ids, everything=everything)

    def _fatal_error(self) -> None:
        """Ends after a mistake of ours: where it happened, without the values, which may be anybody's."""
        error = self._exception or sys.exc_info()[1]
        if error is not None:
            self.report(error, "the screen")
            self._exit_renderables.append(last_words(error))
        self._close_messages_no_wait()

    # The terminal goes away

    def get_driver_class(self) -> type[Driver]:
        """Textual's choice, or what keeps its reader alive through garbled bytes."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from helpdesk_tui.widgets.driver import SteadyDriver

        return SteadyDriver

    def _leave(self) -> None:
        """Ends in order; marks are in the store already, texts and the place in the list go there."""
        terminal.force_exit()
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.cut_off()
        self.exit()


def run(
    settings: ScreenSettings,
    paths: StorePaths,
    me: Mapping[str, str] | None = None,
    *,
    views: Sequence[View] = (),
    around: Around | None = None,
    staffing: Callable[[], StaffRules] | None = None,
    macros: Sequence[MacroConfig] = (),
    handovers: Sequence[str] = (),
    next_update: str = "",
    folder: Path | None = None,
    zone: str = "",
    rosters: Callable[[], RosterRules] | None = None,
) -> int:
    """Opens the desk on this terminal until the user leaves; the exit code.

    `theme.prepare_environment` is called before this module is imported. `me` maps a source to the user's login there;
    `views`, `macros`, `handovers`, `next_update` and `zone` (IANA, the host's where empty) are the settings'; `folder`
    holds the team's files; `staffing` ranks people, `rosters` judges rosters. Raises ConfigError for unusable keys.
    """
    terminal.draw_on_terminal()
    desk = Desk.open(paths, me=me, views=views, read_only=settings.read_only, staffing=staffing)
    desk.macros, desk.handovers, desk.next_update = tuple(macros), tuple(handovers), next_update
    desk.rosters.folder, desk.rosters.zone, desk.rosters.rules = folder, zone, rosters
    try:
        app = HelpDeskApp(desk, settings, first=ask_first(desk), around=around)
        app.run(mouse=not remote() if settings.mouse is None else settings.mouse)
    finally:
        desk.close()
    if app.restart:
        os.execv(sys.executable, [sys.executable, "-m", "helpdesk_tui", *sys.argv[1:]])
    return app.return_code or 0
