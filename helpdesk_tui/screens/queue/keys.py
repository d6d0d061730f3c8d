"""What the keys of the queue do: moving, views, marks, order, and what leaves the screen (clipboard, links)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial

from textual.timer import Timer

from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.domain.views import Grouping, Query, Sort, View
from helpdesk_tui.errors import HelpdeskError
from helpdesk_tui.screens.base import Choice
from helpdesk_tui.screens.carry import Carries
from helpdesk_tui.screens.queue.follow import QueueFollow
from helpdesk_tui.widgets.ticket_text import shown_number

ASK_ABOVE = 50
"""Marking more than this at once asks first."""
CHUNK = 1_000
REST = 0.4
"""Seconds after a view was opened until it is remembered and its neighbours are read."""

SORTS = (
    ("d", Sort.DUE, "due"),
    ("p", Sort.PRIORITY, "priority"),
    ("i", Sort.IDLE, "idle"),
    ("a", Sort.AGE, "age"),
    ("u", Sort.UPDATED, "updated"),
    ("t", Sort.IN_STATE, "time in state"),
    ("g", Sort.GROUP, "group"),
    ("o", Sort.OWNER, "owner"),
    ("s", Sort.STATE, "state"),
    ("f", Sort.SOURCE, "platform"),
    ("k", Sort.NUMBER, "key"),
    ("b", Sort.BOUNCES, "bounces"),
    ("l", Sort.ALIKE, "alike"),
)
GROUPINGS = (
    ("n", Grouping.NONE, "none"),
    ("g", Grouping.GROUP, "group"),
    ("o", Grouping.OWNER, "owner"),
    ("p", Grouping.PRIORITY, "priority"),
    ("s", Grouping.STATE, "state"),
    ("f", Grouping.SOURCE, "platform"),
    ("c", Grouping.ORGANISATION, "client"),
    ("y", Grouping.CATEGORY, "category"),
    ("l", Grouping.ALIKE, "alike"),
)


class QueueActs(Carries, QueueFollow):
    """The commands of the list that need no typing."""

    _range_from: int | None = None
    _rest: Timer | None = None
    _cut = False

    # Moving

    def step(self, rows: int) -> None:
        """Moves the cursor, or the pane in use."""
        self.tickets.move(rows)

    def page_size(self) -> int:
        """Lines of a page of the pane in use."""
        return self.tickets.size.height

    async def do_list_next(self) -> None:
        """The next ticket at risk."""
        await self._to_risk(1)

    async def do_list_previous(self) -> None:
        """The ticket at risk before."""
        await self._to_risk(-1)

    async def _to_risk(self, step: int) -> None:
        query = self.wanted._replace(typed=f"{self.typed} is:atrisk".strip())
        risky = set((await self.desk.ids(query)).ids)
        ids, at = self.tickets.ids, self.tickets.cursor
        order = [(at + step * n) % len(ids) for n in range(1, len(ids) + 1)] if ids else []
        place = next((place for place in order if ids[place] in risky), None)
        if place is None:
            self.say("nothing in this list is at risk")
        else:
            self.tickets.go(place)

    async def do_list_top_p1(self) -> None:
        """The P1 that breaches next, wherever it is."""
        found = (await self.desk.ids(Query("is:open p:1", "", Sort.DUE))).ids
        if not found:
            self.say("there is no open P1", "good")
            return
        if not self.tickets.go_to(found[0]):
            await self.open_view(self.named("all") or self.view, near=found[0])

    # Views

    def named(self, name: str) -> View | None:
        """The view of this name."""
        return next((view for view in self.views if view.name == name), None)

    def slots(self) -> list[View]:
        """The views behind the digits."""
        return [view for view in self.views if view.slot.isdigit()]

    async def do_view_slot(self, key: str) -> None:
        """The view behind a digit."""
        view = next((view for view in self.views if view.slot == key), None)
        if view is not None:
            await self.open_view(view)

    async def do_filter_saved(self, key: str) -> None:
        """The saved filter behind a letter."""
        view = next((view for view in self.views if view.slot == f"f{key}"), None)
        if view is None:
            self.say(f"no saved filter has the letter {key}: f shows them, :view save NAME f{key} makes one")
        else:
            await self.open_view(view)

    async def do_view_next(self) -> None:
        """The view after this."""
        await self._neighbour(1)

    async def do_view_previous(self) -> None:
        """The view before this."""
        await self._neighbour(-1)

    async def _neighbour(self, step: int) -> None:
        views = self.slots()
        at = next((index for index, view in enumerate(views) if view.name == self.view.name), -1 if step > 0 else 0)
        await self.open_view(views[(at + step) % len(views)])

    async def open_view(self, view: View, *, near: int | None = None) -> None:
        """Shows another view with the order it was left in; what was typed is the old view's and goes."""
        self._own_views[self.view.name] = self.view
        self.view, self.typed = self._own_views.get(view.name, view), ""
        self._range_from = None
        await (self.open_list() if near is None else self.reload(keep=True, near=near))
        self.draw_bars()
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self._rested)

    def _rested(self) -> None:
        """What follows opening a view and is not to be in the way of opening the next."""
        self._rest = None
        self.remember_place()
        views = self.slots()
        at = next((index for index, view in enumerate(views) if view.name == self.view.name), None)
        if at is not None:
            near = [views[at - 1], views[(at + 1) % len(views)]]
            self.work(self.read_ahead(near), "ahead")

    def remember_place(self) -> None:
        """Keeps the view and the ticket for the next start."""
        self.work(self._keep_place(), "state")

    async def _keep_place(self) -> None:
        await self.desk.save_view_state("queue", self._place())

    def _place(self) -> dict[str, object]:
        row = self.tickets.current_row
        return {"view": self.view.name, "ticket": self.tickets.current, "key": row.key if row else ""}

    def cut_off(self) -> None:
        """What was typed into the filter, too: whoever was cut off comes back to just what was on the screen."""
        super().cut_off()
        self._cut = True
        place = {**self._place(), "typed": self.typed}
        self.desk.note_down(lambda intents: intents.save_view_state("queue", place))

    async def on_unmount(self) -> None:
        """The view that was opened last is where the next start begins, and the ticket; a filter that came back from
        being cut off has had its day."""
        if not self._cut and (self._rest is not None or self.resumed):
            with suppress(HelpdeskError):
                await self._keep_place()

    # Order

    def do_list_sort(self) -> None:
        """A menu of orders; the one in force turns round."""
        self.choose("sort by", [Choice(key, label, partial(self.sort_by, sort)) for key, sort, label in SORTS])

    async def sort_by(self, sort: Sort) -> None:
        """Orders the list; the same order again turns it round."""
        turned = sort is self.view.sort and not self.view.reverse
        self.view = self.view._replace(sort=sort, reverse=turned)
        await self.reload(keep=True)
        self.draw_bars()

    def do_list_group(self) -> None:
        """A menu of what the list can be divided by."""
        self.choose(
            "group by", [Choice(key, label, partial(self.group_by, grouping)) for key, grouping, label in GROUPINGS]
        )

    async def group_by(self, grouping: Grouping) -> None:
        """Divides the list."""
        self.view = self.view._replace(grouping=grouping)
        await self.reload(keep=True)
        self.draw_bars()

    async def do_sync_now(self) -> None:
        """Shows what waited, and asks the platforms."""
        await self.reload(keep=True)
        await self.count()
        await self.ask_sync("")

    async def ask_sync(self, source: str) -> None:
        """Asks for a pull of one source or all, and says so; what comes of it is said when it is known."""
        which = source or "every source"
        self.say(f"asked for a pull of {which}")
        self.awaited[await self.desk.request_sync(source)] = f"{which} was pulled just now"

    # Marks: Esc never takes them away

    def do_mark_toggle(self) -> None:
        """Marks the ticket or takes its mark back, and goes on."""
        row = self.tickets.current_row
        if row is not None:
            self.set_marks([row.ref], row.ref not in self.tickets.marks)
            self.tickets.move(1)

    def do_mark_range(self) -> None:
        """Begins a range, or marks from where it began to here."""
        if self._range_from is None:
            self._range_from = self.tickets.cursor
            self.say("range from here: move, then v again; Esc forgets it")
            return
        low, high = sorted((self._range_from, self.tickets.cursor))
        self._range_from = None
        self.work(self.mark_ids(self.tickets.ids[low : high + 1]), "mark-range", exclusive=False)

    def do_mark_all(self) -> None:
        """Marks everything that is listed."""
        count = len(self.tickets.ids)
        act = partial(self.mark_ids, self.tickets.ids)
        if count > ASK_ABOVE:
            self.ask(f"Mark all {count} of this list?", [Choice("y", "mark", act), Choice("n", "no", _nothing)])
        else:
            self.work(act(), "mark-all", exclusive=False)

    async def do_mark_alike(self) -> None:
        """Marks every open ticket like this one, and this one, wherever listed; tells how many are not here."""
        current = self.tickets.current
        detail = await self.desk.detail(current) if current is not None else None
        if detail is None:
            return
        pulling = any(source.phase in ("reference", "open") for source in self.status.sources)
        so_far = "; a first pull goes on, more may be found" if pulling else ""
        ident = detail.row.id
        found = await self.desk.ask(lambda _: self.desk.reads.cluster(ident)) | {ident: detail.row.ref}
        if len(found) == 1:
            self.say(f"no open ticket is like this one{so_far}")
            return
        self.set_marks(found.values(), True)
        away = len(found.keys() - self.tickets.ids)
        apart = f", {away} of them not in this view" if away else ""
        self.say(f"{len(found)} marked{apart}: open ones like {shown_number(detail.row)}", tail=so_far)

    def do_mark_none(self) -> None:
        """Takes every mark back."""
        gone = set(self.tickets.marks)
        if gone:
            self.tickets.mark(gone, False)
            self.work(self._keep_marks(gone, False), "marks", exclusive=False)
            self.say(f"{counted(len(gone), 'mark')} taken back")
            self.draw_bars()

    async def mark_ids(self, ids: Sequence[int]) -> None:
        """Marks tickets by id, whether their rows are at hand or not."""
        refs: list[TicketRef] = []
        for start in range(0, len(ids), CHUNK):
            rows = await self.desk.rows(ids[start : start + CHUNK])
            refs += [row.ref for row in rows.values()]
        self.set_marks(refs, True)
        self.say(f"marked {len(refs)}")

    def set_marks(self, refs: Iterable[TicketRef], marked: bool) -> None:
        """Shows marks at once and keeps them; a mark that cannot be kept is taken back and said."""
        these = set(refs)
        self.tickets.mark(these, marked)
        self.draw_bars()
        self.work(self._keep_marks(these, marked), "marks", exclusive=False)

    async def _keep_marks(self, refs: set[TicketRef], marked: bool) -> None:
        try:
            await (self.desk.mark(refs) if marked else self.desk.unmark(refs))
        except HelpdeskError as error:
            self.tickets.mark(refs, not marked)
            self.draw_bars()
            self.failed(error)

    # What Carries needs

    def carried_row(self) -> Row | None:
        """The ticket that is copied or opened elsewhere."""
        return self.tickets.current_row

    def carried_id(self) -> int | None:
        """Its id."""
        return self.tickets.current


def _nothing() -> None:
    """The harmless answer."""
