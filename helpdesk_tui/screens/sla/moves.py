"""Moving on the SLA screen: within a part, from part to part, and from risk to risk."""

from __future__ import annotations

from helpdesk_tui.domain.sla.aging import Picture
from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.screens.sla.draw import PANELS, Place, Shown, board_cells
from helpdesk_tui.widgets import times
from helpdesk_tui.widgets.aging_text import FIRST, past_figures

PARTS = {
    "list": "in the list: Enter opens the ticket",
    "board": "on the board: h j k l move, Enter lists the tickets of a figure",
    "hours": "in the hours ahead: Enter lists what is due in one",
    "stalled": "in what is stalled: Enter lists it",
    "paused": "in the paused clocks: Enter lists them",
    "causes": "in what was missed this week: Enter lists it",
    "people": "in the technicians: h l move, Enter lists the tickets of a figure",
    "drifts": "in the clocks that differ: Enter lists their tickets",
    "needs": "in what needs somebody now: h l move, Enter lists the tickets of a figure",
    "ages": "in the platforms whose data is old: Enter lists the tickets that are as old",
}


class AgingMoves(DeskScreen):
    """The keys that move; what is shown and where the cursor is belong to the screen."""

    picture: Picture
    place: Place
    shown: Shown

    def draw(self) -> None:
        """Everything at the present size and instant."""

    def step(self, rows: int) -> None:
        """Moves within the part in use."""
        self.place.move(rows, self._rows())
        self.place.figure = min(self.place.figure, self._figures() - 1)
        self.draw()

    def page_size(self) -> int:
        """The clocks on the screen."""
        return self.shown.entries

    def _rows(self) -> int:
        """Rows of the part in use."""
        part = self.place.part
        if part == "list":
            return len(self.picture.soon)
        if part == "board":
            return len(self.picture.rows) + 1
        return len(self.shown.filters.get(part, ()))

    def do_aging_left(self) -> None:
        """The figure to the left."""
        self._aside(-1)

    def do_aging_right(self) -> None:
        """The figure to the right."""
        self._aside(1)

    def _aside(self, step: int) -> None:
        """From figure to figure of a row."""
        if self.place.part == "board":
            self.place.column = max(0, min(self.place.column + step, self.columns() - 1))
        elif self.place.part != "list":
            self.place.figure = max(0, min(self.place.figure + step, self._figures() - 1))
        self.draw()

    def columns(self) -> int:
        """Figures of a row of the board."""
        return FIRST + len(past_figures(board_cells(self.app.size.width)))

    def _figures(self) -> int:
        """Figures of the row that is chosen in a panel."""
        rows = self.shown.filters.get(self.place.part, ())
        return len(rows[self.place.row]) if self.place.row < len(rows) else 1

    def do_aging_pane(self) -> None:
        """The next part."""
        self._to_part(1)

    def do_aging_pane_back(self) -> None:
        """The part before."""
        self._to_part(-1)

    def _to_part(self, step: int) -> None:
        parts = ["list", "board", *(name for name in PANELS if name in self.shown.filters)]
        at = parts.index(self.place.part) if self.place.part in parts else 0
        self.place.part, self.place.figure = parts[(at + step) % len(parts)], 0
        self.place.row = min(self.place.row, max(0, self._rows() - 1)) if self.place.part != "board" else self.place.row
        self.say(PARTS[self.place.part], "dim")
        self.draw()

    def do_aging_next(self) -> None:
        """The next clock that is at risk."""
        self._to_risk(1)

    def do_aging_previous(self) -> None:
        """The one before."""
        self._to_risk(-1)

    def _to_risk(self, step: int) -> None:
        """From clock to clock of those within two hours, the breached ones too."""
        self.place.part = "list"
        now, soon = self.now(), self.picture.soon
        left = self.picture.left.seconds if self.picture.left else {}
        near = (
            (at, left.get((stuck.due.row.id, stuck.due.ident), stuck.due.due_at - now)) for at, stuck in enumerate(soon)
        )
        order = [at for at, rest in near if rest < 2 * times.HOUR]
        ahead = [at for at in order if (at > self.place.entry if step > 0 else at < self.place.entry)]
        if not ahead:
            self.say("no further clock is at risk")
        else:
            self.place.entry = ahead[0] if step > 0 else ahead[-1]
        self.draw()
