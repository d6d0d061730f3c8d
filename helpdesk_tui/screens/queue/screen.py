"""The queue: one list over all platforms, views above or beside it, the ticket under or beside it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from helpdesk_tui import safe_text
from helpdesk_tui.domain.rows import TicketDetail
from helpdesk_tui.domain.views import Grouping, Query, View, all_views
from helpdesk_tui.screens.base import NARROW, WIDE
from helpdesk_tui.screens.plans.typed import PlanTyped
from helpdesk_tui.screens.queue.live import ASK_AGAIN
from helpdesk_tui.screens.queue.triage import TriageInQueue
from helpdesk_tui.widgets import bars, ticket_text, times
from helpdesk_tui.widgets.bars import PaneEntry
from helpdesk_tui.widgets.lines import Lines
from helpdesk_tui.widgets.text import Line, Palette, fitted, line, run, width
from helpdesk_tui.widgets.ticket_list import TicketList

SETTLE = 0.12
"""Seconds after the last key until the preview follows the cursor."""
MOST_GROUPS = 12
NO_GROUP = "no group"
"""The heading of tickets that no group has."""
ASK_AFTER = 0.6
"""Seconds on a ticket whose conversation is not in the cache until it is asked for."""


class QueueScreen(PlanTyped, TriageInQueue):
    """Three panes where there is room, tabs and a preview where there is not."""

    def compose(self) -> ComposeResult:
        """Every part of every width; the style sheet shows those that belong."""
        palette = self.palette
        self.top_bars = Lines(palette, id="top")
        self.heading = Lines(palette, id="heading", base="head")
        self.preview = Lines(palette, id="preview")
        self.views_list = Lines(palette, id="views")
        self.detail_text = Lines(palette, id="detail")
        self._side_bars = [Lines(palette, classes="bar"), Lines(palette, classes="bar")]
        self._pane = "list"
        self._chosen: int | None = None
        self._settle: Timer | None = None
        self._groups: tuple[View, ...] = ()
        self._names_rev = -1
        yield self.top_bars
        with Horizontal(id="body"), Vertical(id="center"):
            yield self.heading
            yield self.tickets
            yield self.preview
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Shows what was read meanwhile, then follows the cache."""
        self.fit_panes()
        self.take_first_look()
        self.draw_bars()
        self.call_after_refresh(self._go_live)

    def _go_live(self) -> None:
        self.work(self.live(), "live")
        self.work(self._begin_reading(), "begin")

    async def _begin_reading(self) -> None:
        await self.show_detail()
        await self.count()
        await self.read_names()
        await self.tell_notices()
        await self.read_ahead(self.slots())

    async def read_names(self) -> None:
        """Names for completion and for the groups of the left pane, as the cache has them by now."""
        self._names_rev = self._rev
        await self.desk.refresh_names()
        groups = await self._busy_groups() if self.wide else self._groups
        if groups != self._groups:
            self._groups = groups
            await self.count()

    async def _busy_groups(self) -> tuple[View, ...]:
        """The groups with the most open tickets, by name: those that have none are noise."""
        by_group = await self.desk.warm(Query("is:open", grouping=Grouping.GROUP))
        most = sorted(by_group.headings, key=lambda heading: -heading.count)[:MOST_GROUPS]
        names = sorted((heading.label for heading in most if heading.label != NO_GROUP), key=str.casefold)
        quoted = (name.replace("\\", "\\\\").replace('"', '\\"') for name in names)
        views = (
            View("", f"group:{name}", name, f'is:open group:"{text}"') for name, text in zip(names, quoted, strict=True)
        )
        return tuple(views)

    # Arrangement

    @property
    def wide(self) -> bool:
        """Whether there are three panes."""
        return self.app.size.width >= WIDE

    def fit_panes(self) -> None:
        """Fits the parts to the size of the terminal."""
        super().on_resize()
        size = self.app.size
        self.set_class(self.wide, "-wide")
        self.top_bars.styles.height = 2 if self.wide else 3
        self.preview.styles.height = 6 if size.height < 30 else size.height // 4 + 1
        if self.wide:
            self.detail_text.styles.width = min(90, max(56, size.width * 31 // 100))
            self._add_panes()
        elif self._pane == "views":
            self._pane = "list"

    def _add_panes(self) -> None:
        """The panes at the sides, made once the terminal is wide: a narrow one need not pay for them."""
        if not self.views_list.is_attached:
            body = self.query_one("#body")
            body.mount(self.views_list, self._side_bars[0], before=0)
            body.mount(self._side_bars[1], self.detail_text)
            # The groups were not read for a narrow screen, nor what the saved filters hold counted.
            self._names_rev, self._count_due, self._count_after = -1, True, 0.0

    def on_resize(self) -> None:
        """The terminal has another size."""
        self.fit_panes()
        self.call_after_refresh(self.draw_all)

    def repaint(self, palette: Palette) -> None:
        """Draws everything anew with another palette, what is not shown at this width too."""
        super().repaint(palette)
        parts: tuple[Lines | TicketList, ...] = (self.tickets, self.views_list, self.detail_text, *self._side_bars)
        for part in parts:
            part.repaint(palette)

    def draw_all(self) -> None:
        """Everything around the list."""
        self.heading.show([self.tickets.heading])
        height = self.app.size.height
        for bar in self._side_bars:
            bar.show([line(self.glyphs.vertical, "rule")] * height)
        self.draw_bars()
        self.draw_detail()

    def draw_bars(self) -> None:
        """Tabs, status, rules and the pane of views."""
        cells, now, glyphs = self.app.size.width, self.now(), self.glyphs
        rule = self._rule(self._asked_for(), "=" if cells < NARROW else glyphs.horizontal, cells)
        if self.wide:
            self.top_bars.show([self._wide_status(cells, now), rule])
            self.views_list.show(self._views_pane())
        else:
            tabs = self.triage_line() or bars.tabs(self.slots(), self.counts, self.view.name, cells)
            self.top_bars.show([fitted(tabs, cells), bars.status_line(self.status, now, glyphs, cells), rule])
        self.heading.show([self.tickets.heading])
        self._draw_preview_rule()

    def _asked_for(self) -> Line:
        """View, filter and order where they are not the usual ones, for the rule above the list."""
        view, glyphs = self.view, self.glyphs
        named = self.named(view.name)
        parts = [] if view.slot.isdigit() or self.wide else [view.title]
        parts += [f"/{self.typed}"] if self.typed and not self.wide else []
        if named is None or (named.sort, named.reverse) != (view.sort, view.reverse):
            parts.append(f"by {view.sort.value}{' reversed' if view.reverse else ''}")
        if view.grouping:
            parts.append(f"in groups by {view.grouping.value}")
        return (run(f" {f' {glyphs.sep} '.join(parts)} ", "key"),) if parts else ()

    def _rule(self, words: Line, dash: str, cells: int) -> Line:
        bar = dash * max(0, cells - 2 - width(words))
        if self.wide:
            # The rule meets the bars between the panes.
            joint = cells - 3 - self.detail_text.size.width - width(words)
            bar = bar[:joint] + self.glyphs.joint + bar[joint + 1 :] if 0 < joint < len(bar) else bar
        return (run(dash * 2, "rule"), *words, run(bar, "rule"))

    def _wide_status(self, cells: int, now: int) -> Line:
        view, arrow = self.view, self.glyphs.arrow
        n = len(self.tickets.ids)
        crumbs = self.triage_line() or (
            run(f" QUEUE {arrow} ", "dim"),
            run(f"{view.title} {n}", "strong"),
            run(f" {arrow} ", "dim"),
            run(self.typed or "no filter", "key" if self.typed else "dim"),
            run(f" {arrow} {view.sort.value.upper()}{self.glyphs.up if not view.reverse else ''}  ", "dim"),
        )
        clock = (run(f" {times.day(now)} {times.clock(now, now)} ", "dim"),)
        room = cells - width(crumbs) - width(clock)
        status = bars.status_line(self.status, now, self.glyphs, max(20, room), wide=True)
        return fitted((*crumbs, *status, *clock), cells)

    # The pane of views

    def _entries(self) -> list[PaneEntry | str]:
        entries: list[PaneEntry | str] = ["VIEWS"]
        entries += [PaneEntry(view, view.title, view.slot) for view in self.views if view.slot.isdigit()]
        if self._groups:
            entries += ["GROUPS", *(PaneEntry(view, view.title) for view in self._groups)]
        entries.append("SAVED FILTERS")
        entries += [PaneEntry(view, view.title, " ".join(view.slot)) for view in self.views if view.slot[:1] == "f"]
        named = [PaneEntry(view, view.title) for view in self.views if not view.slot]
        return [*entries, "YOUR VIEWS", *named] if named else entries

    def _views_pane(self) -> list[Line]:
        cells = self.views_list.size.width or 28
        chosen = self._chosen if self._pane == "views" else None
        return bars.views_pane(self._entries(), self.counts, self.view.name, chosen, cells, self.glyphs)

    async def count(self, *, unasked: bool = False) -> None:
        """Counts; where the first pull has brought names only now, the groups too."""
        await super().count(unasked=unasked)
        if self.wide and not self._groups and self.tickets.ids and self._names_rev != self._rev:
            await self.read_names()

    def counted_views(self) -> Sequence[View]:
        """The views whose counts are on the screen."""
        return (*self.views, *self._groups) if self.wide else self.slots()

    def use_views(self, own: Sequence[View]) -> None:
        """The user's own views have changed."""
        self.views = all_views(own)
        self.view = self.named(self.view.name) or self.view
        self.draw_bars()
        self.work(self.count(), "count")

    def do_pane_next(self) -> None:
        """Moves in the next pane."""
        self._to_pane(1)

    def do_pane_previous(self) -> None:
        """Moves in the pane before."""
        self._to_pane(-1)

    def _to_pane(self, step: int) -> None:
        panes = ["list", "detail", "views"] if self.wide else ["list", "detail"]
        if self.has_class("-bare"):
            panes.remove("detail")
        self._pane = panes[(panes.index(self._pane) + step) % len(panes)] if self._pane in panes else "list"
        if self._pane == "views" and self._chosen is None:
            self._chosen = 1
        words = {"list": "in the list", "detail": "in the ticket: j and k scroll, Tab goes on"}
        self.say(words.get(self._pane, "in the views: j and k choose, Enter opens, Tab goes on"), "dim")
        self.draw_bars()

    def step(self, rows: int) -> None:
        """Moves in the pane in use."""
        self.touch()
        if self._pane == "detail":
            (self.detail_text if self.wide else self.preview).scroll_lines(rows)
        elif self._pane == "views":
            entries = self._entries()
            places = [at for at, entry in enumerate(entries) if not isinstance(entry, str)]
            at = places.index(self._chosen) if self._chosen in places else 0
            self._chosen = places[max(0, min(at + rows, len(places) - 1))]
            self.views_list.show(self._views_pane())
        else:
            self.tickets.move(rows)

    # The ticket under the cursor

    def on_ticket_list_moved(self, message: TicketList.Moved) -> None:
        """The preview follows a moment after the last key."""
        message.stop()
        if self._settle is not None:
            self._settle.stop()
            self._settle = None
        if not self.has_class("-bare"):
            self._settle = self.set_timer(SETTLE, self._settled)

    def _settled(self) -> None:
        self.work(self.show_detail(), "detail")

    async def show_detail(self) -> None:
        """Reads the ticket under the cursor and shows it; asks for its conversation where the cache has none."""
        current = self.tickets.current
        detail = await self.desk.detail(current) if current is not None else None
        if current != self.tickets.current:
            return
        other = detail is None or self.detail is None or detail.row.id != self.detail.row.id
        self.detail = detail
        self.draw_detail(top=0 if other else None)
        if detail is not None and self._lacks_words(detail) and not self.has_class("-bare"):
            self.set_timer(ASK_AFTER, lambda: self._ask_words(detail))

    def _lacks_words(self, detail: TicketDetail) -> bool:
        asked = self.asked.get(detail.row.id, 0)
        return detail.activity_stale and self.now() - asked > ASK_AGAIN

    def _ask_words(self, detail: TicketDetail) -> None:
        if self.tickets.current == detail.row.id and self._lacks_words(detail):
            self.asked[detail.row.id] = self.now()
            self.work(self._request_words(detail), "words", exclusive=False)

    async def _request_words(self, detail: TicketDetail) -> None:
        await self.desk.request_activity(detail.row.ref)
        self.draw_detail()

    def draw_detail(self, *, top: int | None = None) -> None:
        """The pane or the preview of the ticket."""
        detail, now, glyphs = self.detail, self.now(), self.glyphs
        asked = detail is not None and detail.row.id in self.asked
        if self.wide:
            cells = self.detail_text.size.width or 60
            lines = ticket_text.whole(detail, now, cells, glyphs, asked=asked) if detail else []
            self.detail_text.show(lines, top=top)
        else:
            cells, height = self.app.size.width, (self.preview.size.height or 6) - 1
            most = height if self._pane == "list" else 200
            shown = ticket_text.preview(detail, now, cells, most, glyphs, asked=asked) if detail else []
            self.preview.show(shown, top=top)
        self._draw_preview_rule()

    def _draw_preview_rule(self) -> None:
        dash, cells, marks = self.glyphs.horizontal, self.app.size.width, len(self.tickets.marks)
        row = self.detail.row if self.detail else None
        number = f" {ticket_text.shown_number(row)} " if row else ""
        place = f"{self.tickets.cursor + 1} of {len(self.tickets.ids)}" if self.tickets.ids else "empty"
        right: Line = (run(f" {f'{marks} marked {dash} ' if marks else ''}{place} ", "dim"), run(dash * 2, "rule"))
        # The list had to cut the title; here it is whole where there is room, and with it gone the rule is a rule.
        room = cells - width(right) - len(number) - 5
        title = safe_text.fit(safe_text.line(row.title), room).rstrip() if row and room > 12 else ""
        left: Line = (run(dash * 2, "rule"), run(number, "strong"), run(f"{title} " if title else "", "dim"))
        fill = (run(dash * max(0, cells - width(left) - width(right)), "rule"),)
        self.preview.fix([fitted((*left, *fill, *right), cells)])

    def minute_passed(self) -> None:
        """Ages and times left read differently; names may have been added."""
        if self._rev != self._names_rev:
            self.work(self.read_names(), "names")
        if self._touched:
            self.remember_place()
        self.work(self.tell_notices(), "notices")
        self.work(self.tell_watched(), "watched")
        self.draw_bars()
        self.draw_detail()

    # Commands

    def do_list_preview(self) -> None:
        """Shows or hides the preview."""
        self.toggle_class("-bare")
        self._pane = "list"
        self.call_after_refresh(self.draw_all)
        self._settled()

    def do_ticket_open(self) -> None:
        """The whole ticket, or the view that is chosen in the left pane."""
        if self._pane == "views" and self._chosen is not None:
            entry = self._entries()[self._chosen]
            if isinstance(entry, PaneEntry):
                self.work(self.open_view(entry.view), "view")
            return
        if self.tickets.current is not None:
            self.open_ticket(self.tickets.current)

    def open_ticket(self, ticket: int) -> None:
        """The whole ticket on a page of its own."""
        from helpdesk_tui.screens.ticket import TicketScreen

        self.app.push_screen(TicketScreen(self.desk, self.keymap, self.palette, ticket=ticket, now=self.now))

    def do_goto_queue(self) -> None:
        """Here already; the list is moved in."""
        if self._pane != "list":
            self.say("")
        self._pane = "list"
        self.draw_bars()

    def do_app_back(self) -> None:
        """At the top there is only the way out."""
        if self._pane != "list":
            self.do_goto_queue()
        else:
            self.leave()

    def escape(self) -> None:
        """Ends a range that was begun, and nothing else: marks and filters stay."""
        if self._range_from is not None:
            self._range_from = None
            self.say("range forgotten; marks are as they were", "dim")
        elif self._pane != "list":
            self.do_goto_queue()

    def after_prefix(self, prefix: str) -> list[tuple[str, str]]:
        """What may follow; for saved filters their letters."""
        options = super().after_prefix(prefix)
        letters = [(view.slot[1], view.title) for view in self.views if view.slot[:1] == prefix and len(view.slot) == 2]
        return [option for option in options if option[0] != "*"] + letters

    def set_notice(self, text: str) -> None:
        """A word at the beginning of the status line, such as that a restart is due."""
        self.status = self.status._replace(notice=text)
        self.draw_bars()
