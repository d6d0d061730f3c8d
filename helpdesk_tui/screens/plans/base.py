"""A plan as it is shown: every ticket with who takes it over and why, the duties, what it comes to; moving in it."""

from __future__ import annotations

from textual.app import ComposeResult

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.plans.plan import BALANCE, RETURN, SICK, Draft
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.planning.cover import Cover
from helpdesk_tui.domain.planning.values import Row
from helpdesk_tui.domain.ranking.words import moment
from helpdesk_tui.domain.rows import SourceHealth
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.keymap import Keymap
from helpdesk_tui.screens.base import DeskScreen
from helpdesk_tui.widgets import bars, plan_text, times
from helpdesk_tui.widgets.bars import Status
from helpdesk_tui.widgets.lines import Lines
from helpdesk_tui.widgets.plan_text import State
from helpdesk_tui.widgets.text import Line, Palette, fitted, line, run

Entry = Row | Cover


class PlanBase(DeskScreen):
    """The plan as it is shown, and moving in it."""

    where = "plan"

    def __init__(
        self, desk: Desk, keymap: Keymap, palette: Palette, *, draft: Draft, now: clock.Now = clock.now
    ) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.draft = draft
        self.at = 0
        self.states: dict[TicketRef, State] = {}
        """What became of the lines that were written."""
        self.sources: tuple[SourceHealth, ...] = ()
        self.began = now()

    def compose(self) -> ComposeResult:
        """A title, how old the data is, the plan, what it comes to, the keys."""
        self.title_line = Lines(self.palette, id="title", base="head")
        self.health_line = Lines(self.palette, id="health")
        self.heading = Lines(self.palette, id="heading", base="head")
        self.text = Lines(self.palette, id="text")
        self.total_line = Lines(self.palette, id="totals")
        yield self.title_line
        yield self.health_line
        yield self.heading
        yield self.text
        yield self.total_line
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Shows the plan at the first line that asks for a decision."""
        self.call_after_refresh(self.draw)
        self.work(self._read_health(), "health")

    async def _read_health(self) -> None:
        self.sources = await self.desk.health()
        self.draw()

    def on_resize(self) -> None:
        """Fits the lines to the size."""
        super().on_resize()
        self.draw()

    # What is shown

    def entries(self) -> list[Entry]:
        """The lines one can be on: tickets, then duties."""
        return [*self.draft.plan.rows(), *self.draft.plan.covers]

    def entry(self) -> Entry | None:
        """The line under the cursor."""
        found = self.entries()
        return found[self.at] if self.at < len(found) else None

    def draw(self) -> None:
        """Everything."""
        if not self.is_attached:
            return
        cells, now = self.app.size.width, self.now()
        entries = self.entries()
        self.at = max(0, min(self.at, len(entries) - 1))
        self.title_line.show([fitted(self._title(), cells, "head")])
        status = Status(sources=self.sources)
        self.health_line.show([bars.status_line(status, now, self.glyphs, cells, wide=cells >= 180)])
        self.heading.show([plan_text.heading(cells)])
        lines = [self._line(place, entry, now, cells) for place, entry in enumerate(entries)]
        height = max(1, self.text.size.height)
        top = min(self.text.top, self.at) if self.at < self.text.top + height else self.at - height + 1
        self.text.show(lines or [line(f" {self._empty()}", "dim")], top=top)
        self.total_line.show([self._totals(cells)])

    def _line(self, place: int, entry: Entry, now: int, cells: int) -> Line:
        here = place == self.at
        if isinstance(entry, Cover):
            return plan_text.cover_line(entry, cells, self.glyphs, here=here)
        ref = entry.item.case.ref
        told = ref in self.draft.texts
        return plan_text.row_line(
            place + 1, entry, now, cells, self.glyphs, here=here, state=self.states.get(ref), told=told
        )

    def _title(self) -> Line:
        draft = self.draft
        words = {BALANCE: "BALANCE  ", RETURN: "BACK  "}.get(draft.kind, "PLAN  ")
        count = len(draft.plan.items)
        duties = [counted(len(draft.plan.covers), "duty")]
        held = ", ".join([counted(count, "ticket"), *(duties if draft.plan.covers else [])])
        back = moment(draft.back_at, self.began, None) if draft.back_at else "?"
        since = f" absent {times.clock(self.began, self.began)} -> {back}" if draft.kind == SICK else ""
        logins = f"  ({draft.logins})" if draft.logins and self.app.size.width >= 100 else ""
        return (run(f" {words}", "key"), run(f"{draft.title}{since}", "strong"), run(f"  {held}"), run(logins, "dim"))

    def _totals(self, cells: int) -> Line:
        if self.states:
            return line(f" {plan_text.results(self.states.values())}", "strong")
        totals = plan_text.totals_line(self.draft.plan.totals(), self.draft.counts, self.draft.seconds, cells)
        unknown = f"   {', '.join(self.draft.unknown)}" if self.draft.unknown else ""
        return fitted((*_stripped(totals), run(unknown, "warn")), cells)

    def _empty(self) -> str:
        if self.draft.kind == BALANCE:
            return "Nothing to move: nobody carries far more than the others, or nobody could take more."
        return "Nothing to bring back." if self.draft.kind == RETURN else "No open tickets."

    # Moving

    def go(self, place: int) -> None:
        """To a line."""
        self.at = max(0, min(place, len(self.entries()) - 1))
        self.draw()

    def step(self, rows: int) -> None:
        """By so many lines."""
        self.go(self.at + rows)

    def page_size(self) -> int:
        """Lines of the text."""
        return self.text.size.height

    def do_plan_up(self) -> None:
        """The line before."""
        self.step(-1)

    def do_plan_next(self) -> None:
        """The next line that asks for a decision."""
        self._to_asking(1)

    def do_plan_previous(self) -> None:
        """The one before."""
        self._to_asking(-1)

    def _to_asking(self, step: int) -> None:
        entries = self.entries()
        order = [(self.at + step * n) % len(entries) for n in range(1, len(entries) + 1)] if entries else []
        place = next((place for place in order if entries[place].needs_you), None)
        if place is None:
            self.say("nothing here needs you: y writes", "good")
        else:
            self.go(place)

    async def do_sync_now(self) -> None:
        """Asks every platform now; the plan stays as it is."""
        await self.desk.request_sync()
        self.say("asked for a pull of every source; the plan stays as it was made")


def _stripped(content: Line) -> Line:
    """A line without the blanks that fill it up."""
    *rest, last = content
    return tuple(rest) if not last.text.strip() else content
