"""Why somebody: everybody's score for one ticket term by term, those who are left out with why; and for a duty the
reasons for and against each."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.planning.cover import Cover
from helpdesk_tui.domain.ranking.candidate import Candidate
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.screens.page import PageScreen
from helpdesk_tui.widgets.plan_text import explained, reasoned
from helpdesk_tui.widgets.text import EMPTY, Line, Palette, line, run

MOST = 30
"""So many people are told of."""


class WhyScreen(PageScreen):
    """The scores of people for a ticket, in the order they come in."""

    where = "help"

    def __init__(
        self, desk: Desk, keymap: Keymap, palette: Palette, *, about: str, people: Sequence[Candidate]
    ) -> None:
        super().__init__(desk, keymap, palette)
        self.about = about
        self.people = people

    def on_resize(self) -> None:
        """Fits the lines to the width."""
        super().on_resize()
        self.title_line.show([line(f" Who could take {self.about}, and why; q goes back", "head")])
        self.text.show(self._lines(min(120, self.app.size.width - 1)))

    def _lines(self, cells: int) -> list[Line]:
        out: list[Line] = []
        for one in self.people[:MOST]:
            title = f" {one.name} {one.load}  {round(one.score * 100)} of 100"
            out += explained(f"{title}   left out: {one.why_not}" if one.why_not else title, one.terms, cells)
            out.append(EMPTY)
        rest = len(self.people) - MOST
        return [*out, (run(f" and {rest} more", "dim"),)] if rest > 0 else out

    def own_hints(self, cells: int) -> Line:  # noqa: ARG002
        """How to leave."""
        return (run(" j k", "key"), run(" scroll  ", "dim"), run("q", "key"), run(" back", "dim"))


class CoverWhyScreen(WhyScreen):
    """Everybody who could cover a duty, the best first: figures, and the reasons for and against."""

    def __init__(self, desk: Desk, keymap: Keymap, palette: Palette, *, cover: Cover) -> None:
        super().__init__(desk, keymap, palette, about=cover.text, people=())
        self.cover = cover

    def _lines(self, cells: int) -> list[Line]:
        return reasoned(self.cover, cells)
