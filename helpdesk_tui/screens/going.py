"""The ways from one screen to another, which every screen has: by their keys, and by the line of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.screens.ahead import TypedAhead
from helpdesk_tui.widgets.prompt import Prompt
from helpdesk_tui.widgets.text import Palette

if TYPE_CHECKING:
    from helpdesk_tui.screens.base import DeskScreen
    from helpdesk_tui.screens.commanding import Commands


class Going(TypedAhead):
    """What is pushed here is imported when it is first gone to."""

    where = ""
    """The name the keymap has for this screen."""
    desk: Desk
    keymap: Keymap
    palette: Palette
    now: clock.Now
    prompt: Prompt
    _commands: Commands | None = None

    # By name

    @property
    def commands(self) -> Commands:
        """What may be typed after `:` here."""
        if self._commands is None:
            from helpdesk_tui.screens.commanding import Commands

            self._commands = Commands(cast("DeskScreen", self))
        return self._commands

    def do_app_command(self) -> None:
        """Asks for a command."""
        self.commands.ask()

    def on_prompt_changed(self, message: Prompt.Changed) -> None:
        """The ways on follow what is typed."""
        if message.kind == "command":
            self.show_hints()

    def on_prompt_cancelled(self, message: Prompt.Cancelled) -> None:
        """No command."""
        if message.kind == "command" or message.kind.startswith("secret "):
            self.show_hints()

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        """A command, or the secret one of them asked for."""
        if message.kind == "command" or message.kind.startswith("secret "):
            self.show_hints()
            self.commands.submitted(message.kind, message.text.strip())

    def do_app_palette(self) -> None:
        """Every command by name."""
        from helpdesk_tui.screens.palette import PaletteScreen

        about = cast("DeskScreen", self)
        self.app.push_screen(PaletteScreen(self.desk, self.keymap, self.palette, about=about))

    def do_app_help(self) -> None:
        """The keys that work here."""
        from helpdesk_tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.desk, self.keymap, self.palette, about=self.where))

    def show_hints(self) -> None:
        """Draws the line of keys anew."""

    # By key

    def do_goto_queue(self) -> None:
        """Back to the queue, from however deep."""
        while len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    def do_goto_outbox(self) -> None:
        """What is unfinished, and how every platform is."""
        from helpdesk_tui.screens.outbox.screen import OutboxScreen

        self.app.push_screen(OutboxScreen(self.desk, self.keymap, self.palette, now=self.now))

    def do_goto_aging(self) -> None:
        """Every clock: what breaches next, and why it is stuck."""
        from helpdesk_tui.screens.sla.aging import AgingScreen

        self.app.push_screen(AgingScreen(self.desk, self.keymap, self.palette, now=self.now))

    def do_goto_schedule(self) -> None:
        """Who works when."""
        from helpdesk_tui.screens.roster.schedule import ScheduleScreen

        self.app.push_screen(ScheduleScreen(self.desk, self.keymap, self.palette, now=self.now))

    def do_goto_oncall(self) -> None:
        """Who is on call, and where nobody is."""
        from helpdesk_tui.screens.roster.oncall import OnCallScreen

        self.app.push_screen(OnCallScreen(self.desk, self.keymap, self.palette, now=self.now))

    def do_goto_technicians(self) -> None:
        """The team."""
        from helpdesk_tui.screens.roster.technicians import TechniciansScreen

        self.app.push_screen(TechniciansScreen(self.desk, self.keymap, self.palette, now=self.now))
