"""A Textual list of 50 rows and nothing else. `c` changes the text of the fifth."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList


class Fifty(App[None]):
    """Fifty rows, moved in by Textual's own keys and by j and k."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "app.step(1)"),
        Binding("k", "app.step(-1)"),
        Binding("c", "app.change"),
    ]
    changed = 0

    def compose(self) -> ComposeResult:
        yield OptionList(*(f"FLOOR-{n:04} a row of an ordinary list, one line of text each" for n in range(50)))

    def action_step(self, by: int) -> None:
        rows = self.query_one(OptionList)
        rows.highlighted = max(0, min(49, (rows.highlighted or 0) + by))

    def action_change(self) -> None:
        self.changed += 1
        self.query_one(OptionList).replace_option_prompt_at_index(4, f"FLOOR-0004 CHANGED-{self.changed}")


if __name__ == "__main__":
    Fifty().run()
