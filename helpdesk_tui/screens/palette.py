"""Every command of a screen by name: type a part of it, Enter does it. From the same table as the keys."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.keymap import Keymap, shown
from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.widgets.lines import Lines
from helpdesk_tui.widgets.prompt import Prompt
from helpdesk_tui.widgets.text import Line, Palette, fitted, line, pad, run


class PaletteScreen(DeskScreen):
    """The commands of the screen beneath."""

    where = "palette"

    def __init__(self, desk: Desk, keymap: Keymap, palette: Palette, *, about: DeskScreen) -> None:
        super().__init__(desk, keymap, palette)
        self.about = about
        self._at = 0

    def compose(self) -> ComposeResult:
        """A title, the commands, the line being typed."""
        self.title_line = Lines(self.palette, id="title", base="head")
        self.text = Lines(self.palette, id="text")
        yield self.title_line
        yield self.text
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Begins the line."""
        self.prompt.edit("palette", "> ")

    def on_resize(self) -> None:
        """Fits the lines to the width."""
        super().on_resize()
        self.title_line.show([line(" Commands: type a part of one, Enter does it, Esc goes back", "head")])
        self.draw()

    def show_hints(self) -> None:
        """How to choose."""
        words = (("Up Down", " choose  "), ("Enter", " do  "), ("Esc", " back"))
        self.hint(tuple(piece for key, text in words for piece in (run(f" {key}", "key"), run(text, "dim"))))

    def found(self) -> list[str]:
        """Ids of the commands whose title, id or help holds every word that was typed."""
        typed = self.prompt.text.lower().strip()
        words = typed.split()
        here = [command for command in self.keymap.here(self.about.where) if "*" not in "".join(command.keys[:1])[2:]]
        texts = {command.id: f"{command.title} {command.id} {command.help}".lower() for command in here}
        skip = ("view.slot", "filter.saved", "app.palette")
        found = [ident for ident, text in texts.items() if ident not in skip and all(word in text for word in words)]
        # What is called so comes before what only mentions it.
        return sorted(found, key=lambda ident: (not texts[ident].startswith(typed), texts[ident].find(typed) < 0))

    def draw(self) -> None:
        """The commands that are found, the chosen one set off."""
        cells, found = self.app.size.width, self.found()
        self._at = max(0, min(self._at, len(found) - 1))
        lines: list[Line] = []
        for place, ident in enumerate(found):
            command = self.keymap.commands[ident]
            keys = " ".join(map(shown, command.keys[:2]))
            content: Line = (pad(f" {command.title}", 22), pad(keys, 12, "key"), run(command.help, "dim"))
            if place == self._at:
                content = tuple(run(piece.text, "tab-on") for piece in content)
            lines.append(fitted(content, cells, "tab-on" if place == self._at else ""))
        height = max(1, self.text.size.height or self.app.size.height - 3)
        none = line(" nothing is called so; Backspace takes letters back, Esc goes back", "dim")
        self.text.show(lines or [none], top=max(0, self._at - height + 1))

    def early_key(self, event: events.Key) -> bool:
        """Up and down choose."""
        step = {"down": 1, "up": -1, "ctrl+n": 1, "ctrl+p": -1, "pagedown": 10, "pageup": -10}.get(event.key)
        if step is None:
            return False
        self._at += step
        self.draw()
        return True

    def on_prompt_changed(self, message: Prompt.Changed) -> None:
        """The list follows."""
        message.stop()
        self._at = 0
        self.draw()

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        """Does the chosen command on the screen beneath."""
        message.stop()
        self.prompt.text = message.text
        found = self.found()
        self.dismiss()
        if found:
            command = self.keymap.commands[found[min(self._at, len(found) - 1)]]
            self.about.call_later(self.about.perform, command)

    def on_prompt_cancelled(self, message: Prompt.Cancelled) -> None:
        """Back."""
        message.stop()
        self.dismiss()
