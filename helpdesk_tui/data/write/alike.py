"""Keeps the clusters of similar open tickets: collects what pages change, and writes clusters at most every few
seconds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from helpdesk_tui.data.write.sql import Revision, Sql
from helpdesk_tui.domain.alike import Alikes

SECONDS_BETWEEN = 10
AT_ONCE = 500

Write = Callable[[], AbstractContextManager[Sql]]
Mark = tuple[int, int]
_NONE: Mark = (0, 0)


@dataclass(slots=True)
class Titles:
    """What changed about the set of open tickets' titles: new or changed ones by ticket id, and tickets no longer
    open."""

    open: dict[int, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)

    def add(self, ticket: int, title: str) -> None:
        """A ticket is open and has this title now."""
        self.gone.discard(ticket)
        self.open[ticket] = title

    def drop(self, ticket: int) -> None:
        """A ticket is no longer open."""
        self.open.pop(ticket, None)
        self.gone.add(ticket)

    def merge(self, later: Titles) -> None:
        """Take in what changed after this."""
        for ticket, title in later.open.items():
            self.add(ticket, title)
        for ticket in later.gone:
            self.drop(ticket)


class AlikeKeeper:
    """Holds the words of every open title once it was first asked to refresh."""

    def __init__(self) -> None:
        self._pending = Titles()
        self._alikes: Alikes | None = None
        self._shown: dict[int, Mark] = {}
        self._purged = 0
        self._last = 0

    def note(self, titles: Titles) -> None:
        """What a committed transaction changed."""
        self._pending.merge(titles)

    def refresh(self, write: Write, now: int, *, at_once: bool = False) -> int:
        """Write the clusters that changed since the last time; how many tickets. Does nothing too soon after that."""
        pending = self._pending
        due = now - self._last >= SECONDS_BETWEEN and (pending.open or pending.gone or self._alikes is None)
        if not (due or at_once):
            return 0
        self._last = now
        self._pending = Titles()
        with write() as sql:
            purged = int(sql.value("SELECT value FROM meta WHERE key = 'purged'"))
        if self._alikes is None or purged != self._purged:
            self._purged = purged
            self._alikes = self._load(write)
        else:
            self._alikes.update(pending.open, pending.gone)
        wanted = self._alikes.clusters()
        changed = [
            (ticket, wanted.get(ticket, _NONE))
            for ticket in sorted(wanted.keys() | self._shown.keys())
            if wanted.get(ticket, _NONE) != self._shown.get(ticket, _NONE)
        ]
        for start in range(0, len(changed), AT_ONCE):
            with write() as sql:
                rev = Revision(sql).take()
                sql.many(
                    "UPDATE ticket SET alike = ?, alike_count = ?, rev = ? WHERE id = ?",
                    [(*mark, rev, ticket) for ticket, mark in changed[start : start + AT_ONCE]],
                )
        self._shown = wanted
        return len(changed)

    def _load(self, write: Write) -> Alikes:
        with write() as sql:
            titles: dict[int, str] = dict(sql.all("SELECT id, title FROM ticket WHERE is_open = 1"))
            self._shown = {
                ticket: (alike, count)
                for ticket, alike, count in sql.all("SELECT id, alike, alike_count FROM ticket WHERE alike <> 0")
            }
        return Alikes(titles)
