"""What the screens of the roster share: the floor, followed as the stores move, the problems on it, and the zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from helpdesk_tui import clock, safe_text
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.desk.roster.floor import AHEAD, Floor
from helpdesk_tui.desk.roster.text import FRESH, age_of, presence_words
from helpdesk_tui.desk.roster.view import Item, items
from helpdesk_tui.domain.roster.moments import age_shown, ago_shown
from helpdesk_tui.domain.roster.standing import Presence
from helpdesk_tui.errors import HelpdeskError
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.screens.plans.typed import PlanTyped
from helpdesk_tui.widgets.text import Line, Palette, line, paragraph

TICK = 1.0
"""Seconds between two looks whether a store moved or a minute went by."""


def read(desk: RosterDesk, now: int) -> tuple[Floor, list[Item], str]:
    """Everything, what is wrong or waits in the next 14 days, and what platforms have refused since."""
    refused = [f"{swap.gives.person} and {swap.taker}" for swap in desk.settle_swaps()]
    floor = desk.floor()
    words = f"the swap of {', '.join(refused)} was refused by the platform: neither half counts" if refused else ""
    return floor, items(floor, desk.waiting(), now, now + AHEAD), words


class RosterScreen(PlanTyped):
    """`floor` is None until the first reading; `built` is called with each new one."""

    reading = True

    def __init__(self, desk: Desk, keymap: Keymap, palette: Palette, *, now: clock.Now = clock.now) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.floor: Floor | None = None
        self.items: list[Item] = []
        self.chosen = -1
        """Which of the items the cursor is on; -1 for none yet."""
        self.on_item = False
        """Whether keys mean the chosen item rather than what is under the cursor."""
        self.panel: Sequence[Line] = ()
        """What stands in place of the list of problems: suggestions, or a preview."""
        self.trouble = ""
        """Why the roster could not be read the last time; "" where it was."""
        self._zone_number = 0
        self._minute = 0

    def on_mount(self) -> None:
        """Reads, and follows."""
        self.draw()
        self.work(self.load(), "load")
        self.set_interval(TICK, self._tick)

    def on_screen_resume(self) -> None:
        """Back on top: what was decided elsewhere meanwhile is read at once."""
        self.draw()
        if self.floor is not None:
            self.work(self.follow(), "follow")

    def on_resize(self) -> None:
        """The terminal has another size."""
        super().on_resize()
        self.draw()

    def changed(self, ids: Collection[int], *, everything: bool) -> None:  # noqa: ARG002
        """The cache was written."""
        self.work(self.follow(), "follow")

    # Reading

    async def load(self) -> None:
        """Reads everything anew. Raises StoreError, RosterError."""
        now = self.now()
        try:
            try:
                self.floor, fresh, refused = await self.desk.rosters.ask(lambda desk: read(desk, now))
            except HelpdeskError as error:
                self._failed_to_read(error)
                return
            except Exception as error:
                self.trouble = f"something unforeseen, {type(error).__name__}, is in the log"
                self.draw()
                raise
            self.trouble = ""
            if refused:
                self.say(refused, "warn")
            self._minute = now // 60
            self._keep(fresh)
            await self.built()
            self.draw()
        finally:
            self.has_read()

    def _failed_to_read(self, error: HelpdeskError) -> None:
        """What was read before stays, with its age; the first time it is said as well."""
        fresh, self.trouble = str(error) != self.trouble, str(error)
        self._minute = self.now() // 60
        if fresh:
            self.desk_app.report(error, "roster")
            self.failed(error)
        self.draw()

    def _keep(self, fresh: list[Item]) -> None:
        """The cursor stays on its item; where that is gone, the next one follows on `n`."""
        before, self.items = self.item, fresh
        if before is not None:
            same = (at for at, one in enumerate(fresh) if one.key == before.key)
            found = next(same, None)
            if found is None:
                self.on_item = False
            self.chosen = self.chosen - 1 if found is None else found
        self.chosen = min(self.chosen, len(fresh) - 1)

    async def follow(self) -> None:
        """Reads anew where a store moved."""
        try:
            shown = self.floor  # the status line may have had the new one read before us
            moved = await self.desk.rosters.ask(lambda desk: desk.roster.moved() or desk.floor() is not shown)
        except HelpdeskError as error:
            self._failed_to_read(error)
            return
        if moved or self.trouble:
            await self.load()

    def _tick(self) -> None:
        if self.now() // 60 != self._minute:
            self._minute = self.now() // 60
            self.work(self.load(), "load")
        else:
            self.work(self.follow(), "follow")

    async def built(self) -> None:
        """The floor is another one."""

    def draw(self) -> None:
        """Everything at the present size and instant."""

    # The zone

    @property
    def zones(self) -> list[str]:
        """The zones that times can be shown in: the user's, then those of schedules and people, and UTC."""
        if self.floor is None:
            return ["UTC"]
        theirs = Counter(one.zone for one in self.floor.lines)
        theirs.update(one.zone for one in self.floor.technicians.values() if one.zone)
        return list(dict.fromkeys([self.floor.zone, *(name for name, _ in theirs.most_common(6)), "UTC"]))

    @property
    def zone(self) -> str:
        """The IANA name of the zone that times are shown in."""
        zones = self.zones
        return zones[self._zone_number % len(zones)]

    def here_words(self, stand: Presence | None) -> str:
        """Where somebody stands, in the zone that times are shown in."""
        if stand is None or self.floor is None:
            return ""
        return presence_words(stand, replace(self.floor, zone=self.zone), self.now())

    def do_roster_zone(self) -> None:
        """The next zone."""
        self._zone_number += 1
        self.work(self.built(), "zone")
        self.say(f"times in {self.zone}")

    # Problems and requests

    @property
    def item(self) -> Item | None:
        """The item that is chosen."""
        return self.items[self.chosen] if 0 <= self.chosen < len(self.items) else None

    def do_roster_problem_next(self) -> None:
        """The next problem or request."""
        self._to_item(1)

    def do_roster_problem_previous(self) -> None:
        """The one before."""
        self._to_item(-1)

    def _to_item(self, step: int) -> None:
        there = self.chosen + step
        if not 0 <= there < len(self.items):
            self.say("no further problem" if self.items else "no problem in 14 days")
            return
        self.chosen, self.on_item, self.panel = there, True, ()
        self.go_to(self.items[there])
        self.draw()

    def go_to(self, item: Item) -> None:
        """Brings the place of an item on the screen."""

    # Health

    def ages(self) -> list[str]:
        """What platforms have not said for long: `sn: as of 3 h ago, not read since: …`, each once."""
        if self.floor is None:
            return []
        now, found = self.now(), dict[str, str]()
        if self.trouble:
            found[f"as of {ago_shown(now - self.floor.read_at)}, not read since: {self.trouble}"] = ""
        for one in self.floor.lines:
            if words := age_of(one, now):
                found.setdefault(f"{one.source}: {words}", one.name)
        return list(found)

    def health(self, *, brief: bool = False) -> str:
        """How each platform's rosters were read: `jira ok  sn 3 h old`; `brief` leaves out those that are well."""
        if self.floor is None:
            return ""
        found, now = [], self.now()
        for feed in self.floor.cached.feeds:
            age = now - feed.read_at
            fresh = not feed.words and age <= FRESH
            word = "ok" if fresh else f"{age_shown(age)} old" if feed.read_at else "never read"
            if not (fresh and brief):
                found.append(f"{feed.source} {word}")
        return "  ".join(found)

    @property
    def bare(self) -> bool:
        """Whether there is no roster yet."""
        return self.floor is not None and self.floor.is_bare

    def first_words(self) -> list[Line]:
        """What is shown before the first reading, and where that failed: why, and what to do."""
        if not self.trouble:
            return [line(" reading the roster ...", "dim")]
        cells = self.app.size.width - 2
        words = f"The roster could not be read: {self.trouble}"
        do = "It is tried again every second; helpdesk-tui doctor looks at the stores. q goes back."
        return [*paragraph(words, cells, "warn", indent=" "), *paragraph(do, cells, "dim", indent=" ")]

    # Going

    def copy_phone(self, name: str) -> None:
        """Somebody's phone to the clipboard, and shown: no terminal says whether it took it."""
        if self.floor is None or not name:
            self.say("there is nobody here to call")
            return
        ways = self.floor.reach(name)
        best = next((one for one in ways if one.kind in ("phone", "mobile")), ways[0] if ways else None)
        if best is None:
            self.say(f"{name} has no contact on record: g t adds one", "warn")
            return
        value = safe_text.line(best.value)
        self.app.copy_to_clipboard(value)
        self.say(f"to the clipboard: {value}, {name}, {best.kind}")

    def escape(self) -> None:
        """Back, or the list of problems again."""
        if self.panel:
            self.panel = ()
            self.draw()
        else:
            self.dismiss()
