"""Who can take tickets, as screens and commands ask it: everybody ranked, with this desk's pending writes counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from threading import Lock

from helpdesk_tui.clock import Now
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.read.staff import Demand, Login
from helpdesk_tui.data.read.staff_team import Team
from helpdesk_tui.data.read.staffing import StaffReader
from helpdesk_tui.desk.standings import AHEAD, standings
from helpdesk_tui.desk.stores import StorePaths
from helpdesk_tui.domain.filters.names import begins_part, fold
from helpdesk_tui.domain.ranking.candidate import Candidate
from helpdesk_tui.domain.ranking.needs import SkillRules
from helpdesk_tui.domain.ranking.rank import rank
from helpdesk_tui.domain.ranking.values import CUSTOMARY, SOON, Case, Standing, Weights
from helpdesk_tui.domain.tickets import State, TicketRef

STALE_AFTER = 30
"""Seconds after which loads are read again although no store was written: times pass."""
KNOWN_FOR = 14 * 86_400
"""Seconds for which somebody who had a ticket of a requester is said to know them."""
_CLOSED = (State.SOLVED.value, State.CLOSED.value)


@dataclass(frozen=True, slots=True)
class StaffRules:
    """What the settings say about ranking: weights, and words that stand for skills."""

    weights: Weights = CUSTOMARY
    skills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """Everybody at one instant, and what naming and judging tickets takes."""

    at: int
    people: tuple[Standing, ...]
    rules: SkillRules
    badges: Mapping[str, str]
    platforms: Mapping[str, str]
    names: Mapping[Login, str]
    """What each login is called on its source."""
    accounts: Mapping[str, str]
    """The account that reads and writes each source."""
    history: bool = True
    """Whether the cache has any history of tickets."""

    def logins(self, one: Standing) -> str:
        """Somebody's logins, to tell namesakes apart: `dana.k on SN, ZD`. Where it is an address, what stands before
        its @ is told: the rest is the company's."""
        found: dict[str, list[str]] = {}
        for source, key in one.logins.items():
            name = self.names.get((source, key), key).partition("@")[0]
            found.setdefault(name, []).append(self.badges.get(source, source))
        return ", ".join(f"{name} on {', '.join(sorted(badges))}" for name, badges in found.items())

    def called(self, typed: str) -> list[Standing]:
        """Those who go by what was typed, who own or could own tickets: by exact name or login, else by a part of the
        name that begins so."""
        want = fold(typed.strip())
        there = [one for one in self.people if one.logins]
        exact = [one for one in there if want in {fold(one.name), *self._folded(one)}]
        return exact or [one for one in there if want and begins_part(one.name, typed.strip())]

    def _folded(self, one: Standing) -> set[str]:
        return {fold(self.names.get(login, login[1])) for login in one.logins.items()}

    def holder(self, source: str, key: str) -> str:
        """Who a login belongs to, "" where nobody is known by it."""
        return next((one.person for one in self.people if one.logins.get(source) == key), "")

    def person(self, ident: str) -> Standing | None:
        """Somebody by their unchanging name."""
        return next((one for one in self.people if one.person == ident), None)


class Staff:
    """Ranks people for tickets. Any thread. Raises StoreError.

    What is pending here, and what colleagues who share the team's store are about to set, counts as load already.
    """

    def __init__(
        self, paths: StorePaths, *, now: Now, zone: tzinfo | None = None, rules: StaffRules | None = None
    ) -> None:
        self.reader = StaffReader(paths.cache_db, paths.team_db)
        self._outbox = OutboxReader(paths.personal_db)
        self._now = now
        self._zone = zone
        self.rules = rules or StaffRules()
        self._lock = Lock()
        self._last: Look | None = None

    def close(self) -> None:
        """Lets go of the stores."""
        self.reader.close()
        self._outbox.close()

    def candidates(self, tickets: Sequence[TicketRef]) -> list[Candidate]:
        """Everybody for all of these tickets together, the best first; who should not have them last, with why.

        Empty where none of the tickets is in the cache. `Candidate.owners` has, by source, the value that `owner` of
        a change takes; one that is `barred` cannot be chosen at all.
        """
        look = self.look()
        return self.ranked(self.reader.demands(tickets), look)

    def ranked(self, asked: Sequence[Demand], look: Look) -> list[Candidate]:
        """Everybody for these tickets."""
        if not asked:
            return []
        cases = self.cases(asked, look)
        return rank(cases, look.people, self._now(), weights=self.rules.weights, badges=look.badges, zone=self._zone)

    def cases(self, asked: Collection[Demand], look: Look) -> list[Case]:
        """What these tickets ask for, in their order."""
        members, touched, known = self.reader.background(asked, look.at - KNOWN_FOR)
        return [
            Case(
                one.ref,
                due_at=one.due_at,
                needs=look.rules.needs(one.title, one.group_name, one.category, one.tags),
                group=one.group_name,
                members=members.get((one.source, one.group)),
                touched=touched.get(one.ref) if look.history else None,
                knows=known.get((one.source, one.requester)),
                owner=one.owner,
                requester=one.requester,
            )
            for one in asked
        ]

    def look(self) -> Look:
        """Everybody now; read anew only where a store was written, or half a minute has passed."""
        with self._lock:
            now = self._now()
            moved = self.reader.moved() | self._outbox.moved()
            if self._last is None or moved or not 0 <= now - self._last.at < STALE_AFTER:
                self._last = self._read(now)
            return self._last

    def _read(self, now: int) -> Look:
        crowd = self.reader.crowd(now + SOON, self._day_began(now))
        team = self.reader.team(now, now + AHEAD)
        people = standings(crowd, team, self._on_its_way(team), now)
        known = {skill for one in people for skill in one.skills or ()}
        names = {(one.source, one.key): one.login or one.email or one.key for one in crowd.workers}
        rules = SkillRules(known, self.rules.skills)
        return Look(
            now, tuple(people), rules, crowd.badges, crowd.platforms, names, crowd.accounts, crowd.given is not None
        )

    def _day_began(self, now: int) -> int:
        today = datetime.fromtimestamp(now, UTC).astimezone(self._zone)
        return int(today.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())

    def _on_its_way(self, team: Team) -> Mapping[Login, int]:
        """Open tickets that logins gain or lose by what is written here and by colleagues, and not confirmed."""
        wanted: dict[TicketRef, str | None] = {}
        for one in team.intended:
            wanted[TicketRef(one.source, one.key)] = one.owner
        for ref, changes in self._outbox.pending().items():
            for change in changes:
                if change.state.needs_user:
                    continue
                if change.desired.get("state") in _CLOSED:
                    wanted[ref] = None
                elif "owner" in change.desired:
                    wanted[ref] = change.desired["owner"]
        moved: dict[Login, int] = {}
        for held in self.reader.demands(wanted) if wanted else ():
            after = wanted[held.ref]
            if held.state in _CLOSED or after == held.owner:
                continue
            for owner, step in ((held.owner, -1), (after, 1)):
                if owner:
                    moved[held.source, owner] = moved.get((held.source, owner), 0) + step
        return moved
