"""Moving through what a screen shows: by one, by a page and half of one, and to both ends."""

from __future__ import annotations

FAR = 10**9
"""More rows than anything has."""


class Moving:
    """Answers the commands of moving, the same on every screen, which says what a step and a page are."""

    def step(self, rows: int) -> None:
        """Moves by so many rows, towards the beginning where below zero, and no further than the ends."""

    def page_size(self) -> int:
        """Rows of a page."""
        return 1

    def do_move_down(self) -> None:
        """The next row."""
        self.step(1)

    def do_move_up(self) -> None:
        """The row before."""
        self.step(-1)

    def do_move_half_down(self) -> None:
        """Half a page down."""
        self.step(max(1, self.page_size() // 2))

    def do_move_half_up(self) -> None:
        """Half a page up."""
        self.step(-max(1, self.page_size() // 2))

    def do_move_page_down(self) -> None:
        """A page down."""
        self.step(max(1, self.page_size()))

    def do_move_page_up(self) -> None:
        """A page up."""
        self.step(-max(1, self.page_size()))

    def do_move_top(self) -> None:
        """The first row."""
        self.step(-FAR)

    def do_move_bottom(self) -> None:
        """The last row."""
        self.step(FAR)
