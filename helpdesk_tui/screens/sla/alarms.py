"""Alarms on the screen: a line at the bottom, and where it is wished for the bell and the terminal's notification."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from textual.app import App

from helpdesk_tui import safe_text
from helpdesk_tui.clock import Now
from helpdesk_tui.desk.clocks.clocks import Alarm
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.sla.alarms import BREACHED
from helpdesk_tui.errors import HelpdeskError
from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.widgets import times

LOOK = 2.0
"""Seconds between two looks whether an alarm was raised."""
_NAMED = 3
"""So many tickets are named in one line; of the others it is told how many there are."""


class AlarmWatch:
    """Shows each alarm once, on whatever screen is on top; while a line is being typed it waits."""

    def __init__(self, app: App[None], desk: Desk, *, now: Now, bell: bool = False, notify: bool = False) -> None:
        self._app, self._desk, self._now = app, desk, now
        self._bell, self._notify = bell, notify
        self._looking = False
        self._stirred = True
        self._badges: Mapping[str, str] = {}

    def start(self) -> None:
        """Looks now and again from here on."""
        self._app.set_interval(LOOK, self._glance)

    def _glance(self) -> None:
        """While nothing was written this costs next to nothing."""
        # The first look is a worker's whatever stirred: it loads what it takes to ask, off the loop.
        if not self._stirred:
            self._stirred = self._desk.clocks.alarms_stirred()
        if self._stirred:
            self._app.run_worker(self.look(), group="alarms", exit_on_error=False)

    async def look(self) -> None:
        """Shows what was raised since the last look. A store that cannot be asked is asked again."""
        screen = self._app.screen if self._app.screen_stack else None  # none any more where the desk is closing
        if self._looking or not isinstance(screen, DeskScreen) or screen.typing:
            return
        self._looking = True
        try:
            self._stirred = False
            waiting = await self._desk.ask_clocks(lambda clocks: clocks.waiting_alarms())
            if waiting:
                self._badges = {one.name: one.badge for one in await self._desk.health()}
                mine = await self._desk.change_clocks(lambda clocks: clocks.show_alarms(waiting))
                self.show(screen, mine)
        except HelpdeskError:
            self._stirred = True
        finally:
            self._looking = False

    def show(self, screen: DeskScreen, alarms: Sequence[Alarm]) -> None:
        """One line for all of them, the gravest first; rings for a P1 and for what was promised."""
        if not alarms:
            return
        text = line_of(alarms, self._now(), self._badges, self._app.size.width - 1)
        screen.say(text, "late" if any(alarm.stage == BREACHED for alarm in alarms) else "soon")
        loud = [alarm for alarm in alarms if not alarm.quiet]
        if self._bell and any(alarm.priority == 1 or alarm.metric == Metric.PROMISE for alarm in loud):
            self._app.bell()
        if self._notify and loud:
            write_notification(self._app, line_of(loud, self._now(), self._badges))


def line_of(alarms: Sequence[Alarm], now: int, badges: Mapping[str, str] = MappingProxyType({}), most: int = 0) -> str:
    """`BREACHED INC0048213 resolution (P1, nobody); 90 % ZD-91177 first response, due 09:23`.

    `badges` stand before bare numbers. As many are named as fit into `most` cells (0: as many as are named at all); of
    the others it is told how many there are.
    """
    ordered = sorted(alarms, key=lambda alarm: (alarm.stage != BREACHED, alarm.priority or 9, alarm.due_at))
    for named in range(min(_NAMED, len(ordered)), 0, -1):
        parts = [_words(alarm, now, badges.get(alarm.source, "")) for alarm in ordered[:named]]
        left = len(ordered) - named
        text = "; ".join(parts) + (f"; {left} more" if left else "")
        if not most or named == 1 or safe_text.width(safe_text.inline(text)) <= most:
            return text
    return ""


def _words(alarm: Alarm, now: int, badge: str) -> str:
    name = "promised update" if alarm.metric == Metric.PROMISE else alarm.metric.replace("_", " ")
    who = alarm.owner or "nobody"
    number = f"{badge}-{alarm.number}" if badge and alarm.number.isdigit() else alarm.number
    what = f"{number} {name} (P{alarm.priority or '-'}, {who})"
    if alarm.stage == BREACHED:
        return f"BREACHED {what}"
    return f"{alarm.stage} % of {what}, due {times.clock(alarm.due_at, now)}"


def write_notification(app: App[None], text: str) -> None:
    """Has the terminal show a notification (OSC 9), where it knows such a thing; others ignore it."""
    clean = safe_text.line(text, limit=200)
    driver = app._driver
    write: Callable[[str], object] | None = getattr(driver, "write", None)
    if write is not None:
        write(f"\x1b]9;{clean}\x07")
