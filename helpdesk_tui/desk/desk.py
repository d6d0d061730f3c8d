"""The desk as screens hold it: every query and intent, none of which ever waits on the event loop."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import tzinfo
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from helpdesk_tui import clock
from helpdesk_tui.desk.colleagues import ColleagueOverlay
from helpdesk_tui.desk.intents import Answer, Intents
from helpdesk_tui.desk.lookout import Lookout
from helpdesk_tui.desk.parts import Told, acting_of, clocks_of, planner_of, staff_of, tell
from helpdesk_tui.desk.reads import Overlay, Reads
from helpdesk_tui.desk.roster.rosters import Rosters
from helpdesk_tui.desk.threads import give_way
from helpdesk_tui.paths import user_name

if TYPE_CHECKING:
    from helpdesk_tui.config.macros import MacroConfig
    from helpdesk_tui.data.write.outbox import Undone
    from helpdesk_tui.desk.acts.acting import Acting
    from helpdesk_tui.desk.clocks.clocks import Clocks
    from helpdesk_tui.desk.plans.plan import Draft
    from helpdesk_tui.desk.plans.planner import Planner
    from helpdesk_tui.desk.plans.team import Kept, TakenBack
    from helpdesk_tui.desk.plans.writing import Written
    from helpdesk_tui.desk.staff import Staff, StaffRules
    from helpdesk_tui.desk.stores import StorePaths
    from helpdesk_tui.domain.change_rules import Outcome
    from helpdesk_tui.domain.changes import Change
    from helpdesk_tui.domain.choices import Choices
    from helpdesk_tui.domain.filters.language import Completion, Filter
    from helpdesk_tui.domain.ranking.candidate import Candidate
    from helpdesk_tui.domain.rows import Changes, Listing, Quarantined, Row, SourceHealth, TicketDetail, ViewCount
    from helpdesk_tui.domain.tickets import TicketRef
    from helpdesk_tui.domain.views import Query, View

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """Queries through two reader threads, intents through one writer thread.

    What a key waits for has a reader of its own: it never stands behind counting or following the cache.

    `reads` and `intents` are the same things without waiting in between, for commands and for the very first frame;
    both may be called from any thread. Every method raises the StoreError of the store it touches.
    """

    def __init__(
        self, reads: Reads, intents: Intents, staff: Callable[[], Staff], acting: Callable[[], Acting]
    ) -> None:
        """`staff` is called once, when somebody is first ranked, and `acting` with the first act: the first frame does
        without."""
        self.reads = reads
        self.intents = intents
        self._make_staff = staff
        self._staff: Staff | None = None
        self._make_acting = acting
        self.colleagues: ColleagueOverlay | None = None
        self.lookout: Lookout | None = None
        self.macros: tuple[MacroConfig, ...] = ()
        """Those of the settings, in their order."""
        self.handovers: tuple[str, ...] = ()
        """When shifts hand over, by the settings: local times of day."""
        self.next_update = ""
        """The sentence that promises the next update, by the settings; "" for the usual one."""
        self.drafts_folder = Path()
        """Where texts lie while they are in an editor."""
        self._acting: Acting | None = None
        self._make_planner: Callable[[Desk], Planner] | None = None
        self._planner: Planner | None = None
        self.rosters = Rosters(intents)
        """Who is there when, once it is told where the stores are."""
        self._make_clocks: Callable[[Desk], Clocks] | None = None
        self._clocks: Clocks | None = None
        self._lock = RLock()
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="desk-read")
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="desk-aside", initializer=give_way)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="desk-write")

    @classmethod
    def open(
        cls,
        paths: StorePaths,
        *,
        now: clock.Now = clock.now,
        zone: tzinfo | None = None,
        me: Mapping[str, str] | None = None,
        overlays: Sequence[Overlay] = (),
        views: Sequence[View] = (),
        read_only: bool = False,
        staffing: Callable[[], StaffRules] | None = None,
    ) -> Desk:
        """A desk on the stores at `paths`; nothing is read yet, and the cache need not be there.

        `zone` is what "today" means (the host's by default); `me` maps a source to the user's login there, for sources
        whose account is not the user's own. Pending writes are shown over what the cache says, and `overlays` over
        that, in their order. `views` are those of the settings. With `read_only` nothing that would reach a platform
        can be decided. `staffing` tells how people are ranked, once that is asked for.
        """
        user = user_name()
        colleagues = ColleagueOverlay(paths.team_db, user, now)
        reads = Reads(paths, now=now, zone=zone, me=me or {}, overlays=(colleagues, *overlays), views=views)
        made = cls(
            reads,
            Intents(paths, now=now, read_only=read_only),
            lambda: staff_of(paths, now, zone, staffing),
            lambda: acting_of(paths, reads, now, me),
        )
        made.colleagues = colleagues
        made.lookout = Lookout(paths.team_db, user, now=now, off=read_only)
        made.drafts_folder = paths.personal_db.parent / "drafts"
        made.rosters.open(paths, now=now, read_only=read_only)
        made._make_clocks = lambda desk: clocks_of(paths, desk, now, zone)
        made._make_planner = lambda desk: planner_of(paths, desk, now, zone)
        return made

    def close(self) -> None:
        """Ends the threads, after what the writer was asked, and closes the stores."""
        if self.lookout is not None:
            self.lookout.close()
        self._writer.shutdown(wait=True)
        self._reader.shutdown(wait=True, cancel_futures=True)
        self._aside.shutdown(wait=True, cancel_futures=True)
        self.reads.close()
        if self._staff is not None:
            self._staff.close()
        if self._acting is not None:
            self._acting.close()
        if self.colleagues is not None:
            self.colleagues.close()
        if self._planner is not None:
            self._planner.close()
        if self._clocks is not None:
            self._clocks.close()
        self.rosters.close()
        self.intents.close()

    @property
    def staff(self) -> Staff:
        """Who can take what, without waiting in between; for any thread."""
        with self._lock:
            if self._staff is None:
                self._staff = self._make_staff()
            return self._staff

    @property
    def acting(self) -> Acting:
        """What acts are built from, without waiting in between; for any thread."""
        with self._lock:
            if self._acting is None:
                self._acting = self._make_acting()
            return self._acting

    @property
    def planner(self) -> Planner:
        """Plans, without waiting in between; for any thread but what writes, which is for one at a time."""
        with self._lock:
            if self._planner is None:
                assert self._make_planner is not None
                self._planner = self._make_planner(self)
            return self._planner

    @property
    def clocks(self) -> Clocks:
        """Everything about clocks, without waiting in between; for any thread, what writes for one at a time."""
        with self._lock:
            if self._clocks is None:
                assert self._make_clocks is not None
                self._clocks = self._make_clocks(self)
            return self._clocks

    @property
    def clocks_ready(self) -> bool:
        """Whether `clocks` is at hand; where not, it takes its time to load."""
        return self._clocks is not None

    async def ask_clocks(self, question: Callable[[Clocks], T]) -> T:
        """A question about clocks, beside what keys wait for."""
        return await self._beside(lambda: question(self.clocks))

    async def change_clocks(self, act: Callable[[Clocks], T]) -> T:
        """Something that is decided about clocks."""
        return await self._write(lambda: act(self.clocks))

    def preload(self) -> Future[None]:
        """Imports and opens the write side on its thread, so that the first intent is not the one that waits."""
        return self._writer.submit(self.intents.preload)

    # Queries

    def parse(self, text: str) -> Filter:
        """What was typed as a filter. Raises FilterError with the span and what was expected; reads nothing."""
        return self.reads.parse(text)

    def complete(self, text: str, cursor: int) -> list[Completion]:
        """How the filter may go on at `cursor`, best first, from the names that were read last."""
        return self.reads.complete(text, cursor)

    def explain(self, text: str) -> str:
        """A filter in a sentence. Raises FilterError."""
        return self.reads.explain(text)

    async def ids(self, query: Query) -> Listing:
        """Every id of a view in order, with the revision it is good for. Raises FilterError."""
        return await self._read(self.reads.ids, query)

    async def recent(self, query: Query) -> Listing:
        """As `ids`, or as it was a few seconds ago where that is at hand and much has changed since."""
        return await self._read(self.reads.recent, query)

    async def warm(self, query: Query) -> Listing:
        """As `ids`, for what no key waits for; asked for again it is at hand."""
        return await self._beside(self.reads.warm, query)

    async def members(self, query: Query, ids: Collection[int]) -> frozenset[int]:
        """Which of `ids` the view holds now."""
        return await self._beside(self.reads.members, query, ids)

    async def rows(self, ids: Sequence[int] | array[int]) -> dict[int, Row]:
        """The rows of a window by id, overlaid; an id that is gone is missing."""
        return await self._read(self.reads.rows, ids)

    async def counts(self, views: Sequence[View]) -> dict[str, ViewCount]:
        """How many tickets each view holds and how many of them are at risk, by the view's name."""
        return await self._beside(self.reads.counts, views)

    async def changes(self, since: int) -> Changes:
        """What changed after the revision `since`."""
        return await self._beside(self.reads.changes, since)

    async def moved(self) -> bool:
        """Whether the cache was written or replaced since this was last asked; costs microseconds where it was not."""
        return await self._beside(self.reads.moved)

    def stirred(self) -> bool:
        """Whether `moved` is worth asking: takes microseconds, on the loop, and may now and then miss a write."""
        return self.reads.stirred()

    async def detail(self, ticket: int) -> TicketDetail | None:
        """One ticket whole; None where it is gone."""
        return await self._read(self.reads.detail, ticket)

    async def find(self, text: str) -> list[Row]:
        """The tickets that people call by this number or key, open ones first."""
        return await self._read(self.reads.find, text)

    async def health(self) -> tuple[SourceHealth, ...]:
        """How every source does, in the order in which they are configured."""
        return await self._beside(self.reads.health)

    async def quarantine(self) -> list[Quarantined]:
        """The records that could not be read, newest first."""
        return await self._beside(self.reads.quarantine)

    async def refresh_names(self) -> None:
        """Reads the names of groups, people, tags and the rest anew, for completion and for misspelt values."""
        await self._beside(self.reads.refresh_names)

    async def marks(self) -> frozenset[TicketRef]:
        """What the user has marked."""
        return await self._read(self.reads.marks)

    async def saved_views(self) -> tuple[View, ...]:
        """The views the user saved."""
        return await self._beside(self.reads.saved_views)

    async def view_state(self, name: str) -> Mapping[str, object]:
        """What `save_view_state` kept under this name; empty where nothing was."""
        return await self._beside(self.reads.view_state, name)

    async def answer(self, request: int) -> Answer | None:
        """What became of a request; None where it is not known."""
        return await self._beside(self.reads.answer, request)

    async def outbox(self) -> list[Change]:
        """Every change of which something more becomes, in the order in which they were decided."""
        return await self._beside(self.reads.outbox)

    async def changes_for(self, tickets: Sequence[TicketRef], desired: Mapping[str, str]) -> list[Change]:
        """The changes that would do this to these tickets, on what is known of them now; not decided yet."""
        return await self._read(self.reads.changes_for, tickets, desired)

    async def choices(self, ticket: TicketRef) -> Choices | None:
        """What may be chosen for a ticket, as its platform said last; None where nobody has asked it yet."""
        return await self._read(self.reads.choices, ticket)

    async def candidates(self, tickets: Sequence[TicketRef]) -> list[Candidate]:
        """Everybody for these tickets, the best first; whom nothing can be given to, or should not, last, with why."""
        return await self._read(lambda: self.staff.candidates(tickets))

    # Intents

    async def enqueue(self, changes: Sequence[Change]) -> list[Change]:
        """Decides changes, all or none; held for five seconds. Raises UsageError where nothing may be changed."""
        return await self._write(self.intents.enqueue, changes)

    async def undo(self, idents: Sequence[str]) -> Undone:
        """Takes changes back, by changes of their own where they were sent."""
        return await self._write(self.intents.undo, idents)

    async def decide(self, ident: str, outcome: Outcome) -> Change | None:
        """What the user says of a change that waits for them; None where it comes too late."""
        return await self._write(self.intents.decide, ident, outcome)

    async def edit(self, ident: str, desired: Mapping[str, str]) -> Change | None:
        """Wants something else in a change's place; None where it comes too late."""
        return await self._write(self.intents.edit, ident, desired)

    async def keep_both(self, ident: str, note: str = "") -> Change | None:
        """Leaves the other's value in a conflict and adds ours as text."""
        return await self._write(self.intents.keep_both, ident, note)

    async def request_sync(self, source: str = "") -> int:
        """Asks the sync process to pull now, one source or all; returns the request's number."""
        return await self._write(self.intents.request_sync, source)

    async def request_activity(self, ticket: TicketRef) -> int:
        """Asks the sync process for a ticket's conversation; returns the request's number."""
        return await self._write(self.intents.request_activity, ticket)

    async def request_choices(self, ticket: TicketRef) -> int:
        """Asks the sync process what may be chosen for a ticket now; returns the request's number."""
        return await self._write(self.intents.request_choices, ticket)

    async def request_signin(self, source: str) -> int:
        """Asks the sync process to try a mended sign-in again; returns the request's number."""
        return await self._write(self.intents.request_signin, source)

    async def mark(self, tickets: Iterable[TicketRef]) -> None:
        """Marks tickets."""
        await self._write(self.intents.mark, tuple(tickets))

    async def unmark(self, tickets: Iterable[TicketRef]) -> None:
        """Takes marks back."""
        await self._write(self.intents.unmark, tuple(tickets))

    async def unmark_all(self) -> None:
        """Takes every mark back."""
        await self._write(self.intents.unmark_all)

    async def save_view(self, view: View) -> None:
        """Keeps a view of the user's own; the same name again replaces it."""
        await self._write(self.intents.save_view, view)

    async def drop_view(self, name: str) -> None:
        """Forgets a view of the user's own."""
        await self._write(self.intents.drop_view, name)

    async def save_view_state(self, name: str, value: Mapping[str, object]) -> None:
        """Keeps how the user left a screen (JSON values) under a name."""
        await self._write(self.intents.save_view_state, name, value)

    async def plan(self, question: Callable[[Planner], T], *, aside: bool = False) -> T:
        """The answer to a question about plans; `aside` where no key waits for it."""
        return await (self._beside if aside else self._read)(lambda: question(self.planner))

    async def write_plan(self, draft: Draft) -> Written:
        """Writes the lines of a plan that move and ask for no decision. Raises UsageError where nothing may be."""
        return await self._write(lambda: self.planner.desk.write(draft))

    async def take_back_plan(self, kept: Kept) -> TakenBack:
        """Takes back what a plan left in the team's store. Raises UsageError where nothing may be written."""
        return await self._write(lambda: self.planner.desk.take_back(kept))

    async def ask(self, question: Callable[[Acting], T], *, aside: bool = False) -> T:
        """The answer to a question about tickets to be acted on; `aside` where no key waits for it."""
        return await (self._beside if aside else self._read)(lambda: question(self.acting))

    async def intend(self, deed: Callable[[Intents], T]) -> T:
        """What comes of a deed on the user's own store, after those before it."""
        return await self._write(lambda: deed(self.intents))

    def note_down(self, deed: Callable[[Intents], object], then: Told | None = None) -> None:
        """A deed on the user's own store that nobody waits for; it is done before the desk closes.

        `then` is called on the loop from which it was asked, with the error or None, while that loop runs.
        """
        future = self._writer.submit(deed, self.intents)
        if then is not None:
            tell(future, then)

    async def _read(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reader, lambda: ask(*args, **kwargs))

    async def _beside(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Asks what no key waits for."""
        return await asyncio.get_running_loop().run_in_executor(self._aside, lambda: ask(*args, **kwargs))

    async def _write(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, lambda: act(*args, **kwargs))
