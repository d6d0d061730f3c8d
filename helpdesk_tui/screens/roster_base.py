"""What the screens of the roster share: the floor, followed as the stores move, the problems on it, and the zone."""

from __future__ import annotations

from collections.abc import Collection

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.floor import AHEAD, Floor
from helpdesk_tui.desk.roster_desk import RosterDesk
from helpdesk_tui.desk.roster_problems import Problem, problems
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.widgets.text import Palette

TICK = 1.0
"""Seconds between two looks whether a store moved or a minute went by."""


def read(desk: RosterDesk, now: int) -> tuple[Floor, list[Problem]]:
    """Everything, and what is wrong in the next 14 days."""
    floor = desk.floor()
    return floor, problems(floor, now, now + AHEAD)


class RosterScreen(DeskScreen):
    """`floor` is None until the first reading; `built` is called with each new one."""

    def __init__(self, desk: Desk, keymap: Keymap, palette: Palette, *, now: clock.Now = clock.now) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.floor: Floor | None = None
        self.problems: list[Problem] = []
        self._minute = 0

    def on_mount(self) -> None:
        """Reads, and follows."""
        self.draw()
        self.work(self.load(), "load")
        self.set_interval(TICK, self._tick)

    def on_resize(self) -> None:
        """The terminal has another size."""
        super().on_resize()
        self.draw()

    def changed(self, ids: Collection[int], *, everything: bool) -> None:  # noqa: ARG002
        """The cache was written."""
        self.work(self.follow(), "follow")

    async def load(self) -> None:
        """Reads everything anew. Raises StoreError, RosterError."""
        now = self.now()
        self.floor, self.problems = await self.desk.rosters.ask(lambda desk: read(desk, now))
        self._minute = now // 60
        self.built()
        self.draw()

    async def follow(self) -> None:
        """Reads anew where a store moved."""
        if await self.desk.rosters.ask(lambda desk: desk.roster.moved()):
            await self.load()

    def _tick(self) -> None:
        if self.now() // 60 != self._minute:
            self._minute = self.now() // 60
            self.work(self.load(), "load")
        else:
            self.work(self.follow(), "follow")

    def built(self) -> None:
        """The floor is another one."""

    def draw(self) -> None:
        """Everything at the present size and instant."""

    @property
    def zone(self) -> str:
        """The IANA name of the zone that times are shown in."""
        return self.floor.zone if self.floor else "UTC"

    def do_goto_queue(self) -> None:
        """Back to the queue."""
        self.dismiss()

    def escape(self) -> None:
        """Back."""
        self.dismiss()

    async def do_sync_now(self) -> None:
        """Asks every platform now."""
        await self.desk.request_sync()
        self.say("asked for a pull of every source")
