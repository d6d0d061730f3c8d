"""A plan as a value: what becomes of each ticket, in an order that stays, with loads added up line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from helpdesk_tui.domain.planning.cover import Cover
from helpdesk_tui.domain.planning.values import Choice, Item, Mark, Row
from helpdesk_tui.domain.ranking.candidate import Candidate
from helpdesk_tui.domain.ranking.explain import fitting
from helpdesk_tui.domain.ranking.rank import rank
from helpdesk_tui.domain.ranking.values import CUSTOMARY, Standing, Weights
from helpdesk_tui.domain.tickets import TicketRef


@dataclass(frozen=True, slots=True)
class Setting:
    """What a plan rests on: the instant, the weights, what sources are called, the zone of times in reasons."""

    now: int
    weights: Weights = CUSTOMARY
    badges: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """What a plan comes to: how many tickets move and stay, how many lines ask for a decision, writes by source."""

    moves: int
    stays: int
    needs_you: int
    writes: Mapping[str, int]


@dataclass(frozen=True)
class Plan:
    """Items with their choices, and the people they are given to as they stand before it. `leaving` is whom tickets
    are taken off, "" where a group is balanced. An item once in the plan stays at its place."""

    setting: Setting
    people: Mapping[str, Standing]
    items: tuple[Item, ...] = ()
    choices: tuple[Choice, ...] = ()
    covers: tuple[Cover, ...] = ()
    leaving: str = ""

    def rows(self) -> tuple[Row, ...]:
        """Every line, with the loads that the lines above it leave."""
        held = {person: one.open for person, one in self.people.items()}
        return tuple(self._row(item, choice, held) for item, choice in zip(self.items, self.choices, strict=True))

    def _row(self, item: Item, choice: Choice, held: dict[str, int]) -> Row:
        one = self.people.get(choice.to)
        if one is None:
            return Row(item, choice, marks=(Mark.NOBODY,) if choice.lost else ())
        before = held[one.person]
        held[one.person] = after = before + 1
        if item.holder in held:
            held[item.holder] -= 1
        marks = []
        if one.capacity and after >= one.capacity:
            marks.append(Mark.OVER if after > one.capacity else Mark.FULL)
        if choice.lacking:
            marks.append(Mark.UNSKILLED)
        if choice.unfit:
            marks.append(Mark.UNFIT)
        return Row(item, choice, one.name, before, after, one.capacity, tuple(marks))

    def totals(self) -> Totals:
        """What it comes to."""
        rows = self.rows()
        moves = [row for row in rows if row.moves]
        asking = sum(row.needs_you for row in rows) + sum(cover.needs_you for cover in self.covers)
        return Totals(
            len(moves), len(rows) - len(moves), asking, dict(Counter(row.item.case.ref.source for row in moves))
        )

    def options(self, ticket: TicketRef) -> list[Candidate]:
        """Everybody for one of the tickets, the best first, with the load that the rest of the plan gives them."""
        item = next(item for item in self.items if item.case.ref == ticket)
        more: Counter[str] = Counter()
        for other, choice in zip(self.items, self.choices, strict=True):
            if choice.to and other is not item:
                more[choice.to] += 1
                more[other.holder] -= 1
        people = [
            replace(one, open=max(0, one.open + more[one.person]), given=_given(one, more[one.person]))
            for one in self.people.values()
            if one.person != self.leaving
        ]
        place = self.setting
        case = replace(item.case, owner="") if self.leaving else item.case
        return rank([case], people, place.now, weights=place.weights, badges=place.badges, zone=place.zone)

    def given(self, ticket: TicketRef, candidate: Candidate) -> Plan:
        """The plan with one ticket given to somebody by the user; every other line stays as it is."""
        if any(item.case.ref == ticket and item.holder == candidate.person for item in self.items):
            return self.kept(ticket)
        why = fitting(candidate.standing, candidate.cases, candidate.now, candidate.zone)
        against = candidate.why_not if not candidate.standing.full and not candidate.why_not.startswith("room") else ""
        choice = Choice(
            candidate.person, ", ".join(filter(None, (why, against))), lacking=candidate.lacks, unfit=bool(against),
            settled=True,
        )  # fmt: skip
        return self._with(ticket, lambda _: choice)

    def kept(self, ticket: TicketRef) -> Plan:
        """The plan with one ticket left where it is by the user; every other line stays as it is."""
        return self._with(ticket, lambda _: Choice(why="you keep it there", settled=True))

    def agreed(self, ticket: TicketRef) -> Plan:
        """The plan with what is proposed for a ticket decided as it is."""
        return self._with(ticket, lambda choice: replace(choice, settled=True))

    def covered(self, key: str, person: str) -> Plan:
        """The plan with a duty given to somebody, or to nobody ("") knowingly."""
        covers = tuple(replace(cover, to=person, settled=True) if cover.key == key else cover for cover in self.covers)
        return replace(self, covers=covers)

    def duties_written(self) -> Plan:
        """The plan once the duties that somebody was found for are written."""
        return replace(self, covers=tuple(replace(one, done=one.done or one.to_write) for one in self.covers))

    def duties_back(self) -> Plan:
        """The plan once the duties that were written are taken back: they are to be written again."""
        return replace(self, covers=tuple(replace(one, done=False) for one in self.covers))

    def without(self, tickets: frozenset[TicketRef]) -> Plan:
        """The plan without lines that are no longer to be decided; loads count as if they had been done."""
        left = [
            (item, choice)
            for item, choice in zip(self.items, self.choices, strict=True)
            if item.case.ref not in tickets
        ]
        return replace(self, items=tuple(item for item, _ in left), choices=tuple(choice for _, choice in left))

    def _with(self, ticket: TicketRef, change: Callable[[Choice], Choice]) -> Plan:
        choices = tuple(
            change(choice) if item.case.ref == ticket else choice
            for item, choice in zip(self.items, self.choices, strict=True)
        )
        return replace(self, choices=choices)


def _given(one: Standing, more: int) -> int | None:
    return None if one.given is None else one.given + max(0, more)
