"""Events, clocks and activity of tickets: what a page brings is set against what is stored, and only differences
written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from helpdesk_tui.data import dialect
from helpdesk_tui.data.write.sql import Row, Sql, json_list
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.derive import Moment, Running, redundant
from helpdesk_tui.domain.events import Activity, Event, EventKind
from helpdesk_tui.domain.sla.history import Happening
from helpdesk_tui.domain.tickets import Ticket

_EVENT = ("source", "ticket", "ident", "kind", "at", "actor", "old", "new", "automatic", "observed")
_CLOCK = (
    *("source", "ticket", "ident", "metric", "name", "stage", "due_at", "as_of", "started_at", "stopped_at"),
    *("paused_at", "target", "calendar", "within_hours", "origin", "reckoned"),
)
_ACTIVITY = ("source", "ticket", "ident", "kind", "at", "author", "author_name", "text")
_KEY = ("source", "ticket", "ident")

_EVENT_UPSERT = dialect.upsert("event", _EVENT, _KEY)
_CLOCK_UPSERT = dialect.upsert("clock", (*_CLOCK, "rev"), _KEY)
_ACTIVITY_UPSERT = dialect.upsert("activity", _ACTIVITY, _KEY)
_AS_OF = _CLOCK.index("as_of")
_ORIGIN, _REMOTE = _CLOCK.index("origin"), "remote"
_METRICS = {metric.value: metric for metric in Metric}
_STAGES = {stage.value: stage for stage in Stage}


def _load(
    sql: Sql, table: str, columns: Sequence[str], source: str, keys: Collection[str]
) -> dict[str, dict[str, Row]]:
    """Stored rows of these tickets, by ticket and ident; each row in the order of `columns`."""
    if not keys:
        return defaultdict(dict)
    query = f"SELECT {', '.join(columns)} FROM {table} WHERE source = ? AND {dialect.one_of('ticket')}"
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in sql.all(query, (source, json_list(keys))):
        found[row[1]][row[2]] = row
    return found


_MADE = EventKind.CREATED.value
"""The ident, too, of a creation that a row may tell."""
_NO_TICKETS: Mapping[str, Ticket] = MappingProxyType({})
_NO_EVENTS: Mapping[str, Row] = MappingProxyType({})
CREATIONS = "INSERT INTO creation(ticket) SELECT value FROM json_each(?)"
_UNTOLD = "DELETE FROM creation WHERE ticket = (SELECT id FROM ticket WHERE source = ? AND key = ?)"


_TOLD_BY_ROW = f"SELECT source, key, created_at, requester FROM ticket WHERE source = ? AND {dialect.one_of('key')}"


def _creation(source: str, key: str, at: int, requester: str) -> Row:
    """The event of a ticket's creation, as its row tells it in the view `happening`."""
    return (source, key, _MADE, _MADE, at, requester, "", "", 0, 0)


def event_row(event: Event) -> Row:
    """An event in the order of its table's columns."""
    return (
        event.source,
        event.ticket,
        event.ident,
        event.kind.value,
        event.at,
        event.actor,
        event.old,
        event.new,
        int(event.automatic),
        int(event.observed),
    )


class Events:
    """The events of the tickets a page touches: as stored, then with what the page adds."""

    def __init__(self, sql: Sql, source: str, keys: Collection[str], by_row: Iterable[str] = ()) -> None:
        self._sql = sql
        self._source = source
        self._of = _load(sql, "event", _EVENT, source, keys)
        self.by_row = set(by_row)
        """Tickets of which the row tells the creation: no event is stored for it."""
        for row in sql.all(_TOLD_BY_ROW, (source, json_list(self.by_row))) if self.by_row else ():
            self._of[row[1]][_MADE] = _creation(*row)
        self._doubtful = {key for key, rows in self._of.items() if any(row[9] for row in rows.values())}
        """Tickets of which we hold events that were only observed."""

    def moments(self, key: str) -> list[Moment]:
        """The events of one ticket, for `derive`."""
        stored = self._of.get(key)
        return [_moment(row) for row in stored.values()] if stored else []

    def happenings(self, key: str) -> list[Happening]:
        """The events of one ticket, for clocks."""
        return [_happening(row) for row in self._of.get(key, {}).values()]

    def add(
        self, told: Iterable[Event], observed: Iterable[Event] = (), written: Mapping[str, Ticket] = _NO_TICKETS
    ) -> set[str]:
        """Store what is new or different; returns the tickets whose events changed.

        `observed` are stored only where the platform's history does not hold them, and dropped once it does. Of the
        tickets in `written` the row is about to be written: their creation is left to it where it tells the same, which
        `by_row` says then.
        """
        fresh: dict[tuple[str, str], Row] = {}
        taken: set[str] = set()
        for event in told:
            if self._told_by_row(event, written):
                taken.add(event.ticket)
                fresh.pop((event.ticket, _MADE), None)
                continue
            row = event_row(event)
            if self._of.get(row[1], _NO_EVENTS).get(row[2]) != row:
                fresh[row[1], row[2]] = row
        changed = taken.union(key for key, _ in fresh)
        self._leave_to_rows(fresh, {key: ticket for key, ticket in written.items() if key not in taken})
        self._put(list(fresh.values()))
        for key in changed & self._doubtful:
            self._drop_redundant(key)
        news = []
        for event in observed:
            row = event_row(event)
            stored = self._of.get(event.ticket, {})
            if row[2] not in stored and not redundant(_moment(row), map(_moment, stored.values())):
                news.append(row)
        seen = self._put(news)
        self._doubtful |= seen
        return changed | seen

    def _told_by_row(self, event: Event, written: Mapping[str, Ticket]) -> bool:
        """Leave the creation of a ticket of which no event is known to its row, if that tells the same: in a first pull
        nearly every event is one of these."""
        key = event.ticket
        ticket = written.get(key)
        if ticket is None or key in self._of:
            return False
        made = _creation(self._source, key, ticket.created_at, ticket.requester)
        if event != made:
            return False
        self.by_row.add(key)
        self._of[key] = {_MADE: made}
        return True

    def _leave_to_rows(self, fresh: dict[tuple[str, str], Row], written: Mapping[str, Ticket]) -> None:
        """Take creations that rows tell from what is to be stored, and add those that rows told until now."""
        for key, ticket in written.items():
            events, name = self._of.get(key, _NO_EVENTS), (key, _MADE)
            if _MADE in events and key not in self.by_row:
                continue  # it has a row of its own
            wanted = fresh.get(name) or events.get(_MADE)
            if wanted is None:
                continue
            if wanted == _creation(self._source, key, ticket.created_at, ticket.requester):
                self.by_row.add(key)
                self._of.setdefault(key, {})[_MADE] = wanted
                fresh.pop(name, None)
            else:
                fresh[name] = wanted
        others = {key for key, ident in fresh if ident == _MADE and key in self.by_row}
        self.by_row -= others
        self._sql.many(_UNTOLD, [(self._source, key) for key in others])

    def _put(self, rows: list[Row]) -> set[str]:
        self._sql.put(_EVENT_UPSERT, rows)
        for row in rows:
            self._of.setdefault(row[1], {})[row[2]] = row
        return {row[1] for row in rows}

    def _drop_redundant(self, key: str) -> None:
        stored = self._of[key]
        observed = [row for row in stored.values() if row[9]]
        if not observed:
            return
        told = [_moment(row) for row in stored.values() if not row[9]]
        doubled = [row for row in observed if redundant(_moment(row), told)]
        self._sql.many("DELETE FROM event WHERE source = ? AND ticket = ? AND ident = ?", [row[:3] for row in doubled])
        for row in doubled:
            del stored[row[2]]


def _happening(row: Row) -> Happening:
    _, _, _, kind, at, actor, old, new, automatic, observed = row
    return Happening(at, kind, old, new, actor, bool(automatic), bool(observed))


def _moment(row: Row) -> Moment:
    return Moment(row[3], row[4], *row[6:10])


def clock_row(clock: Clock) -> Row:
    """A clock in the order of its table's columns, without the revision."""
    return (
        clock.source,
        clock.ticket,
        clock.ident,
        clock.metric.value,
        clock.name,
        clock.stage.value,
        clock.due_at,
        clock.as_of,
        clock.started_at,
        clock.stopped_at,
        clock.paused_at,
        clock.target,
        clock.calendar,
        -1 if clock.within_hours is None else int(clock.within_hours),
        clock.origin,
        int(clock.reckoned),
    )


class Clocks:
    """The clocks of the tickets a page touches."""

    def __init__(self, sql: Sql, source: str, keys: Collection[str]) -> None:
        self._sql = sql
        self._of = _load(sql, "clock", _CLOCK, source, keys)

    def running(self, key: str) -> list[Running]:
        """The clocks of one ticket, for `derive`."""
        stored = self._of.get(key)
        return [Running(row[3], row[5], row[6]) for row in stored.values()] if stored else []

    def changes(self, clocks: Iterable[Clock]) -> tuple[list[Row], list[Row]]:
        """Rows that say something new, and rows that only confirm at a later instant; older readings are left out."""
        fresh: dict[tuple[str, str], Row] = {}
        confirmed: dict[tuple[str, str], Row] = {}
        for row in sorted(map(clock_row, clocks), key=lambda row: row[_AS_OF]):
            name = (row[1], row[2])
            stored = fresh.get(name) or self._of.get(row[1], {}).get(row[2])
            if stored is None or (
                row[_AS_OF] >= stored[_AS_OF] and _apart_from_as_of(row) != _apart_from_as_of(stored)
            ):
                fresh[name] = row
            elif row[_AS_OF] > stored[_AS_OF]:
                confirmed[name] = row
        return list(fresh.values()), [row for name, row in confirmed.items() if name not in fresh]

    def store(self, fresh: list[Row], confirmed: list[Row], gone: list[Row], rev: int) -> set[str]:
        """Write what `changes` and `gone` found; returns the tickets whose clocks changed."""
        self._sql.put(_CLOCK_UPSERT, [(*row, rev) for row in fresh])
        self._sql.many(
            "UPDATE clock SET as_of = ? WHERE source = ? AND ticket = ? AND ident = ?",
            [(row[_AS_OF], *row[:3]) for row in confirmed],
        )
        self._sql.many("DELETE FROM clock WHERE source = ? AND ticket = ? AND ident = ?", [row[:3] for row in gone])
        for row in gone:
            del self._of[row[1]][row[2]]
        for row in (*fresh, *confirmed):
            self._of.setdefault(row[1], {})[row[2]] = row
        return {row[1] for row in (*fresh, *gone)}

    def gone(self, whole: Iterable[str], clocks: Iterable[Clock]) -> list[Row]:
        """Stored clocks that the platform no longer has, of tickets whose clocks the page holds completely."""
        present = {(clock.ticket, clock.ident) for clock in clocks}
        return [
            row
            for key in whole
            for row in self._of.get(key, {}).values()
            if row[_ORIGIN] == _REMOTE and (row[1], row[2]) not in present
        ]

    def own(self, keys: Iterable[str]) -> list[Row]:
        """The stored clocks of these tickets that no platform gave: the team's policies, promises and reminders."""
        return [row for key in keys for row in self._of.get(key, {}).values() if row[_ORIGIN] != _REMOTE]

    def remote(self, key: str) -> list[Clock]:
        """The clocks of one ticket that its platform gave."""
        stored = self._of.get(key)
        return [_clock(row) for row in stored.values() if row[_ORIGIN] == _REMOTE] if stored else []


def _clock(row: Row) -> Clock:
    """A row of `clock` as a value."""
    source, ticket, ident, metric, name, stage, due, as_of, started, stopped, paused, target, calendar = row[:13]
    within = None if row[13] < 0 else bool(row[13])
    known, stands = _METRICS.get(metric, Metric.OTHER), _STAGES.get(stage, Stage.RUNNING)
    times = (due, as_of, started, stopped, paused, target)
    told = (calendar, within, row[_ORIGIN], bool(row[15]))
    return Clock(source, ticket, ident, known, name, stands, *times, *told)


def _apart_from_as_of(row: Row) -> Row:
    return (*row[:_AS_OF], *row[_AS_OF + 1 :])


def store_activity(sql: Sql, source: str, activity: Sequence[Activity], whole: Collection[str]) -> set[str]:
    """Store what was written on tickets; of those in `whole` everything else goes. Returns the tickets concerned."""
    keys = {entry.ticket for entry in activity} | set(whole)
    if not keys:
        return set()
    stored = _load(sql, "activity", _ACTIVITY, source, keys)
    rows = {
        (a.ticket, a.ident): (a.source, a.ticket, a.ident, a.kind.value, a.at, a.author, a.author_name, a.text)
        for a in activity
    }
    fresh = [row for (ticket, ident), row in rows.items() if stored.get(ticket, {}).get(ident) != row]
    gone = [row for key in whole for row in stored.get(key, {}).values() if (row[1], row[2]) not in rows]
    sql.many(_ACTIVITY_UPSERT, fresh)
    sql.many("DELETE FROM activity WHERE source = ? AND ticket = ? AND ident = ?", [row[:3] for row in gone])
    return {row[1] for row in (*fresh, *gone)}
