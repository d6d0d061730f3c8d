"""Clocks at the desk: the figures of the SLA screen, why tickets are stuck, a clock told line by line, and what can be
decided about clocks: promises, reminders, causes, and which version of the policies counts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

from helpdesk_tui.clock import Now
from helpdesk_tui.data.read import aging, aging_depth, aging_left
from helpdesk_tui.data.read.alarms import Alarm, raised, waiting
from helpdesk_tui.data.read.clock_facts import Known, known, talks
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.data.read.policies import Said, TeamClocks
from helpdesk_tui.data.read.reader import Reader
from helpdesk_tui.data.sqlite import StoreKind
from helpdesk_tui.data.watch import Watch
from helpdesk_tui.desk.clocks.business import Business
from helpdesk_tui.desk.reads import Reads
from helpdesk_tui.desk.staff import Look, Staff
from helpdesk_tui.desk.stores import StorePaths
from helpdesk_tui.domain.clocks import Clock
from helpdesk_tui.domain.filters import language as filters
from helpdesk_tui.domain.filters.names import fold
from helpdesk_tui.domain.ranking.values import Standing
from helpdesk_tui.domain.sla.aging import (
    DAY,
    HORIZON,
    HOUR,
    Calendars,
    Depth,
    Due,
    Hour,
    Past,
    Picture,
    Stuck,
    Tally,
    Worker,
)
from helpdesk_tui.domain.sla.causes import Cause
from helpdesk_tui.domain.sla.handovers import next_handover
from helpdesk_tui.domain.sla.promises import ReminderKind, ReminderState
from helpdesk_tui.domain.sla.stuck import UNKNOWN, Owner, Talk, promise_words, why
from helpdesk_tui.domain.sla.team import TeamPolicies
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.domain.views import Grouping
from helpdesk_tui.errors import StoreError
from helpdesk_tui.paths import user_name

if TYPE_CHECKING:
    from helpdesk_tui.data.write.personal import PersonalWriter
    from helpdesk_tui.data.write.policies import TeamClocksWriter

__all__ = ["Alarm", "Clocks"]
T = TypeVar("T")


class Clocks:
    """Everything about clocks that can be asked and decided. Any thread, one at a time. Raises StoreError."""

    def __init__(
        self, paths: StorePaths, reads: Reads, staff: Callable[[], Staff], *, now: Now, zone: tzinfo | None = None
    ) -> None:
        self._cache = Reader(paths.cache_db, StoreKind.CACHE)
        self._own, self._watch = Reader(paths.personal_db, StoreKind.PERSONAL), Watch(paths.personal_db)
        self._personal: PersonalWriter | None = None
        self.team = TeamClocks(paths.team_db)
        self.business = Business(self.team, now)
        self._paths, self._reads, self._staff = paths, reads, staff
        self._now, self._zone = now, zone
        self._lock = RLock()
        self._writer: TeamClocksWriter | None = None
        self._policies: TeamPolicies | None = None
        self.user = user_name()
        self.last: Picture | None = None
        """The usual figures as they were counted last: shown until they are counted anew."""

    def close(self) -> None:
        """Lets go of the stores."""
        self._cache.close()
        self._own.close()
        self._watch.close()
        self.team.close()
        if self._personal is not None:
            self._personal.close()
        if self._writer is not None:
            self._writer.close()

    # Figures

    def picture(
        self, typed: str = "", grouping: Grouping = Grouping.GROUP, *, hours: bool = True, business: bool = False
    ) -> Picture:
        """The figures that are shown at once; the hours ahead only where they are asked for. With `business`, bands,
        hours and order are by the time of each clock's own calendar. Raises FilterError."""
        filter_, moment = filters.parse(typed), self._reads.moment()
        if business:
            return self._by_calendars(filter_, moment, grouping)
        now = moment.now
        first = now - now % HOUR

        def ask(connection: sqlite3.Connection) -> tuple[list[Tally], list[Due], list[Hour]]:
            return (
                aging.board(connection, filter_, moment, grouping),
                aging.soon(connection, filter_, moment),
                aging.hours(connection, filter_, moment, first) if hours else [],
            )

        nothing: tuple[list[Tally], list[Due], list[Hour]] = ([], [], [])
        rows, soon, ahead = self._cache.ask(ask, nothing)
        found = Picture(now, tuple(rows), summed(rows), tuple(self._stuck(soon)), tuple(ahead), self._reads.health())
        if not typed and grouping is Grouping.GROUP:
            self.last = found
        return found

    def _by_calendars(self, filter_: filters.Filter, moment: Moment, grouping: Grouping) -> Picture:
        now = moment.now

        def ask(connection: sqlite3.Connection) -> Picture:
            left = self.business.left(connection, filter_, moment, grouping)
            rows = aging.board(connection, filter_, moment, grouping, aging_left.deltas(left.clocks, left.seconds, now))
            listed = aging_left.soon(connection, left.clocks, left.seconds, now)
            seconds = self.business.of_clocks(connection, listed, now)
            by = {(due.row.id, due.ident): seconds.get((due.row.id, due.ident), due.due_at - now) for due in listed}
            near = [due for due in listed if by[due.row.id, due.ident] < HORIZON]
            near.sort(key=lambda due: (by[due.row.id, due.ident], due.due_at, due.row.priority or 9, due.row.id))
            ahead = [each for each in left.clocks if each.due_at > now]
            told = Calendars(seconds, sum(each.id in left.known for each in ahead), len(ahead))
            hours = tuple(aging_left.hours(left.clocks, left.seconds, now))
            return Picture(now, tuple(rows), summed(rows), tuple(Stuck(due, ()) for due in near), hours, (), told)

        found = self._cache.ask(ask, Picture(now, (), Tally("ALL", ""), (), (), ()))
        soon = self._stuck([each.due for each in found.soon])
        return replace(found, soon=tuple(soon), sources=self._reads.health())

    def depth(
        self, typed: str = "", grouping: Grouping = Grouping.GROUP, *, people: bool = False, business: bool = False
    ) -> Depth:
        """The figures that take longer; what only a large screen shows where `people` are asked for. Raises
        FilterError."""
        filter_, moment = filters.parse(typed), self._reads.moment()
        midnight = self._midnight(moment.now)

        def ask(connection: sqlite3.Connection) -> Depth:
            past = aging_depth.past(connection, moment, midnight, grouping, filter_)
            paused = tuple(aging_depth.paused(connection, filter_, moment))
            if not people:
                return Depth(past, paused)
            return Depth(
                past,
                paused,
                aging_depth.paused_late(connection, filter_, moment),
                tuple(aging_depth.stalled(connection, filter_, moment)),
                tuple(aging_depth.blames(connection, moment, {each[3] for each in moment.causes()})),
                drifts=aging_depth.drifts(connection),
            )

        found = self._cache.ask(ask, Depth({}))
        return (
            replace(found, workers=tuple(self._workers(filter_, moment, midnight, business=business)))
            if people
            else found
        )

    def _stuck(self, soon: Sequence[Due]) -> list[Stuck]:
        """Why each of them is stuck, their rows with pending writes over them."""
        now = self._now()
        rows = self._reads.rows([due.row.id for due in soon])
        ids, nobody = [due.row.id for due in soon], dict[int, tuple[str, str, Talk]]()
        spoken = self._cache.ask(lambda connection: talks(connection, ids), nobody)
        owners = self._owners(now)
        mine = {promise.id: promise.made_by for promise in self.team.promises(now)}
        found = []
        for due in soon:
            row = rows.get(due.row.id, due.row)
            source, owner, talk = spoken.get(row.id, ("", "", Talk()))
            by = mine.get(_number(due.ident), "")
            promised = promise_words(due.metric, due.ident, due.name, mine=by == self.user, by=by)
            known_of = UNKNOWN if "owner" in row.pending else owners.get((source, owner), UNKNOWN)
            told = why(row, now, owner=known_of, talk=talk, promised=promised)
            found.append(Stuck(replace(due, row=row), tuple(told)))
        return found

    def _owners(self, now: int) -> dict[tuple[str, str], Owner]:
        """What is known of everybody who owns tickets, by source and identifier."""
        look = self._look()
        if look is None:
            return {}
        return {login: _owner(one, now) for one in look.people for login in one.logins.items()}

    def _look(self) -> Look | None:
        try:
            return self._staff().look()
        except StoreError:  # without the roster, reasons say nothing of people
            return None

    def _workers(self, filter_: filters.Filter, moment: Moment, midnight: int, *, business: bool) -> list[Worker]:
        look, owner = self._look(), Grouping.OWNER

        def ask(connection: sqlite3.Connection) -> tuple[list[Tally], dict[str, Past]]:
            left = self.business.left(connection, filter_, moment, owner) if business else None
            deltas = aging_left.deltas(left.clocks, left.seconds, moment.now) if left else None
            return (
                aging.board(connection, filter_, moment, owner, deltas),
                aging_depth.past(connection, moment, midnight, owner, filter_),
            )

        nothing: tuple[list[Tally], dict[str, Past]] = ([], {})
        rows, past = self._cache.ask(ask, nothing)
        people = {one.name: one for one in look.people} if look else {}
        made = []
        for row in rows:
            if row.label:
                one = people.get(row.label)
                week = past.get(fold(row.label), Past()).week
                away = bool(one and one.is_away(moment.now))
                capacity = one.capacity if one else 0
                near = row.bands[1] + row.bands[2]
                made.append(
                    Worker(row.label, row.filter, row.total, capacity, away, row.bands[0], near, row.stalled, week)
                )
        return sorted(made, key=lambda one: (-one.away, -one.breached, -one.near, -one.load))

    def _midnight(self, now: int) -> int:
        today = datetime.fromtimestamp(now, UTC).astimezone(self._zone)
        return int(today.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())

    # Single tickets

    def known(self, ids: Collection[int]) -> dict[int, Known]:
        """Everything about the clocks of some tickets."""
        nothing: dict[int, Known] = {}
        return self._cache.ask(lambda connection: known(connection, ids), nothing)

    def ask_cache(self, question: Callable[[sqlite3.Connection], T], default: T) -> T:
        """A question of somebody else's to the cache, from one state of it."""
        return self._cache.ask(question, default)

    def policies(self) -> TeamPolicies:
        """The team's policies, as they were put in force."""
        with self._lock:
            if self._policies is None or self.team.moved():
                loaded = self.team.loaded()
                self._policies = TeamPolicies(loaded.forces, loaded.policies or {}, self._now())
            return self._policies

    def causes(self, since: int = 0) -> tuple[Said, ...]:
        """What was said about missed clocks."""
        return self.team.causes(since or self._now() - 30 * DAY)

    # Alarms

    def alarms_stirred(self) -> bool:
        """Whether it is worth asking for alarms: microseconds, for the loop. Always from the same thread."""
        return self._watch.moved()

    def waiting_alarms(self) -> list[Alarm]:
        """The alarms that no screen has shown yet."""
        nothing: list[Alarm] = []
        return self._own.ask(waiting, nothing)

    def show_alarms(self, alarms: Sequence[Alarm]) -> list[Alarm]:
        """Notes that these are shown now; those that no other screen of the user's has shown."""
        from helpdesk_tui.data.write.alarms import show_alarms

        return show_alarms(self._personal_writer(), alarms, self._now())

    def alarms(self, since: int) -> list[Alarm]:
        """The alarms raised since an instant, newest first."""
        nothing: list[Alarm] = []
        return self._own.ask(lambda connection: raised(connection, since), nothing)

    def _personal_writer(self) -> PersonalWriter:
        with self._lock:
            if self._personal is None:
                from helpdesk_tui.data import stores
                from helpdesk_tui.data.write.personal import PersonalWriter

                self._personal = PersonalWriter(stores.open_write(self._paths.personal_db, StoreKind.PERSONAL))
            return self._personal

    # Decisions

    def promise(self, ticket: TicketRef, number: str, due_at: int, *, change: str = "") -> int:
        """Somebody was told to expect an update by `due_at` (seconds UTC); `change` is the text that told them."""
        return self._write().promise(ticket, number, due_at, by=self.user, now=self._now(), change=change)

    def remind(self, ticket: TicketRef, number: str, kind: ReminderKind, due_at: int, note: str = "") -> int:
        """Remind the desk of a ticket."""
        return self._write().remind(ticket, number, kind, due_at, by=self.user, now=self._now(), note=note)

    def remind_at_handover(self, ticket: TicketRef, number: str, times: Sequence[str]) -> int:
        """Remind the desk when the shift hands over next, and when that is: at one of the `times` of day, or when most
        of those on shift go. 0 where neither is known; then it is kept without a time."""
        now, look = self._now(), None if times else self._look()
        at = next_handover(times, [one.until(now) for one in look.people] if look else (), now, self._zone)
        self.remind(ticket, number, ReminderKind.HANDOVER, at)
        return at

    def settle_reminders(self, ticket: TicketRef) -> int:
        """All reminders of a ticket that are open are done; how many."""
        mine = [one for one in self.team.reminders(self._now()) if TicketRef(one.source, one.key) == ticket]
        writer = self._write()
        return sum(writer.settle_reminder(one.id, ReminderState.DONE, self._now()) for one in mine)

    def say_cause(self, ticket: TicketRef, number: str, clock: Clock, cause: Cause | None) -> None:
        """Why a clock was missed; None takes it back."""
        missed_at = clock.due_at or clock.stopped_at
        self._write().say_cause(
            ticket, clock.ident, number, clock.metric.value, missed_at, cause.value if cause else "", by=self.user,
            now=self._now(),
        )  # fmt: skip

    def repoint(self, version: int, moved: Sequence[tuple[str, str, str, str, int, int]]) -> None:
        """Let every open ticket be under a version; `moved` is what that does, kept beside it."""
        self._write().repoint(version, moved, self.user, self._now())

    def _write(self) -> TeamClocksWriter:
        with self._lock:
            if self._writer is None:
                from helpdesk_tui.data import stores
                from helpdesk_tui.data.write.policies import TeamClocksWriter

                self._writer = TeamClocksWriter(stores.open_write(self._paths.team_db, StoreKind.TEAM))
            return self._writer


def summed(rows: Sequence[Tally]) -> Tally:
    """All rows of the board as one."""
    total = Tally("ALL", "")
    for row in rows:
        total = aging.added(total, row)
    return total


def _owner(one: Standing, now: int) -> Owner:
    off = one.on is not None and not one.until(now)
    return Owner(one.is_away(now), one.back_at, one.open, one.capacity, off)


def _number(ident: str) -> int:
    kind, _, number = ident.partition(":")
    return int(number) if kind == "promise" and number.isdigit() else 0
