"""What acts are built from, read for the tickets at hand: their values and choices, groups, tags, who the user is, and
what colleagues have on their way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from helpdesk_tui.clock import Now
from helpdesk_tui.data.read.choosing import ChoosingReader
from helpdesk_tui.data.read.drafts import Draft, DraftReader
from helpdesk_tui.data.read.intents import Intent, IntentReader, Looking
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.desk.acts.act import Act, Subject, Wish, plan
from helpdesk_tui.desk.colleagues import told
from helpdesk_tui.desk.stores import StorePaths
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.domain.choices import Choices
from helpdesk_tui.domain.filters.names import fold
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.errors import StoreError
from helpdesk_tui.paths import user_name

if TYPE_CHECKING:
    from helpdesk_tui.desk.roster.roster import OnCall

Rows = Callable[[Sequence[int]], Mapping[int, Row]]
GetChoices = Callable[[TicketRef], Choices | None]


@dataclass(frozen=True, slots=True)
class GroupOption:
    """A group by its name, with its identifier on each source that has one of that name."""

    name: str
    keys: Mapping[str, str]


class Acting:
    """Builds acts. Any thread. Raises StoreError."""

    def __init__(
        self, paths: StorePaths, rows: Rows, choices: GetChoices, *, now: Now, me: Mapping[str, str] | None = None
    ) -> None:
        """`rows` gives rows by the cache's own numbers, overlaid; `me` is the user's login on each source."""
        self.user = user_name()
        self._paths = paths
        self._choosing = ChoosingReader(paths.cache_db)
        self._outbox = OutboxReader(paths.personal_db)
        self._intents = IntentReader(paths.team_db, self.user)
        self._drafts = DraftReader(paths.personal_db)
        self._rows = rows
        self._choices = choices
        self._now = now
        self._me = dict(me or {})
        self._pending: Mapping[TicketRef, tuple[Change, ...]] = {}
        self._lock = Lock()

    def close(self) -> None:
        """Lets go of the stores."""
        self._choosing.close()
        self._outbox.close()
        self._intents.close()
        self._drafts.close()

    def act(self, wish: Wish, tickets: Sequence[TicketRef], seen: Iterable[Row] = ()) -> Act:
        """What a wish comes to on these tickets; `seen` are the rows as the user saw them."""
        return plan(wish, self.subjects(tickets, seen), self._now(), self.others())

    def subjects(self, tickets: Sequence[TicketRef], seen: Iterable[Row] = ()) -> list[Subject]:
        """These tickets with what an act has to know, in their order; one that the cache has lost is missing."""
        rows = {row.ref: row for row in self._rows(self._choosing.ids(tickets)).values()}
        known, pending = self._choosing.facts(tickets), self._on_its_way()
        before = {row.ref: row for row in seen}
        groups = {one: (one.source, facts.values.get("group", "")) for one, facts in known.items()}
        members = self._choosing.members_of(groups.values())
        return [
            Subject(
                rows[one],
                known[one],
                pending.get(one, ()),
                self._choices(one),
                before.get(one),
                self._choosing.requester(one),
                members.get(groups[one]),
            )
            for one in tickets
            if one in rows and one in known
        ]

    def name(self, kind: str, source: str, key: str) -> str:
        """What a person (owner) or group is called."""
        return self._choosing.name(kind, source, key)

    def team_words(self) -> str:
        """Whether colleagues are seen here: their pending writes, and which tickets they have open."""
        if not self._intents.shared():
            return "nobody shares this team store: what colleagues write or have open is not seen here"
        others, opened = sum(map(len, self.intents().values())), len(self.looking())
        return f"the team shares its store: {others} of colleagues on its way, {opened} open; @ on their rows"

    def requester(self, ticket: TicketRef) -> str:
        """Who asked, by name where it is known."""
        return self._choosing.requester(ticket)

    def me(self) -> Mapping[str, str]:
        """The user's identifier on each source where they have one."""
        return self._choosing.me(self._me)

    def groups(self, sources: Iterable[str]) -> list[GroupOption]:
        """The groups of these sources by name; those that go by one name are one."""
        wanted = set(sources)
        found: dict[str, GroupOption] = {}
        for group in self._choosing.groups():
            if group.source in wanted:
                one = found.setdefault(group.name.casefold(), GroupOption(group.name, {}))
                found[group.name.casefold()] = GroupOption(one.name, {group.source: group.key, **one.keys})
        return list(found.values())

    def members(self, group: GroupOption) -> Mapping[str, frozenset[str]]:
        """Who belongs to a group, by source."""
        return self._choosing.members(group.keys)

    def on_call(self, groups: Iterable[str] = ()) -> list[OnCall]:
        """Who is on call now by the team's roster, first those who serve one of these groups, by name; none where
        there is no roster."""
        from helpdesk_tui.desk.roster import roster

        names = {fold(name) for name in groups if name}
        keys = {group.key for group in self._choosing.groups() if fold(group.name) in names}
        try:
            return roster.on_call(self._paths, self._now(), names | keys)
        except StoreError:
            return []

    def tags(self) -> list[str]:
        """The tags of open tickets, the most used first."""
        return self._choosing.tags()

    def intents(self) -> Mapping[TicketRef, tuple[Intent, ...]]:
        """What colleagues have on its way, by ticket; nothing where the team's store cannot be read."""
        try:
            return self._intents.of_others()
        except StoreError:
            return {}

    def looking(self) -> list[Looking]:
        """Which tickets colleagues have open; nothing where the team's store cannot be read."""
        try:
            return self._intents.looking(self._now())
        except StoreError:
            return []

    def others(self) -> dict[tuple[str, str], str]:
        """Both in words, by source and key."""
        return {(ref.source, ref.key): words for ref, words in told(self.intents(), self.looking()).items()}

    def ids(self, tickets: Iterable[TicketRef]) -> tuple[int, ...]:
        """The cache's own numbers of tickets."""
        return tuple(self._choosing.ids(tuple(tickets)))

    def drafts(self) -> list[Draft]:
        """Texts that were begun and not sent, the newest first."""
        return self._drafts.all()

    def draft(self, ticket: TicketRef, kind: str) -> Draft | None:
        """The newest text of this kind that was begun on a ticket."""
        return next((one for one in self._drafts.all() if one.ref == ticket and one.kind == kind), None)

    def _on_its_way(self) -> Mapping[TicketRef, tuple[Change, ...]]:
        with self._lock:
            if self._outbox.moved():
                self._pending = self._outbox.pending()
            return self._pending
