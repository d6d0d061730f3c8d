"""Where life on the desk plays: finds tickets and people for a deed, and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

from helpdesk_tui.sandbox.company import COORDINATOR, Company
from helpdesk_tui.sandbox.compose import Composer
from helpdesk_tui.sandbox.desk import MAJOR, LiveDesk
from helpdesk_tui.sandbox.model import PLATFORMS, Person, Platform, State, Ticket
from helpdesk_tui.sandbox.words import pick

_zone = cache(ZoneInfo)
_TRIES = 12
_HOT = 50


def on_shift(person: Person, at: int) -> bool:
    """Whether somebody works at an instant (seconds UTC), by their own wall clock."""
    if person.shift is None or not person.active:
        return False
    local = datetime.fromtimestamp(at, _zone(person.zone))
    minute = local.hour * 60 + local.minute
    return local.weekday() in person.shift.weekdays and person.shift.start <= minute < person.shift.end


class Stage:
    """The company, its desks and the one source of chance that life draws from."""

    def __init__(
        self,
        company: Company,
        desks: Mapping[Platform, LiveDesk],
        composers: Mapping[Platform, Composer],
        chance: Random,
    ) -> None:
        """Busier desks are chosen more often, by the square root of their size."""
        self.company, self.desks, self.composers, self.chance = company, desks, composers, chance
        self._sizes = [max(len(desk), 1) ** 0.5 for desk in desks.values()]

    def desk(self) -> LiveDesk:
        """One of the desks."""
        return self.desks[self.chance.choices(PLATFORMS, self._sizes)[0]]

    def find(self, desk: LiveDesk, fits: Callable[[Ticket], bool]) -> Ticket | None:
        """An unsettled ordinary ticket that fits, or None after a dozen tries.

        Half of the time one that changed lately, so that what a watcher has on screen moves.
        """
        unsettled, chance = desk.ledger.unsettled, self.chance
        if not unsettled:
            return None
        hot = min(_HOT, len(desk.ledger.tickets))
        for _ in range(_TRIES):
            lately = chance.random() < 0.5
            n = desk.ledger.latest(int(chance.random() * hot)) if lately else pick(chance, unsettled)
            ticket = desk.ledger.tickets[n]
            if ticket.state != "closed" and not ticket.deleted and self._ordinary(ticket) and fits(ticket):
                return ticket
        return None

    @staticmethod
    def _ordinary(ticket: Ticket) -> bool:
        """In scope and none of the disasters, which follow a story of their own."""
        return ticket.in_scope and MAJOR not in ticket.tags

    def someone(self, group: int, at: int) -> int:
        """A member of a group, on shift where anybody is."""
        members = self.company.members.get(group) or (COORDINATOR,)
        found = COORDINATOR
        for _ in range(5):
            found = pick(self.chance, members)
            if on_shift(self.company.people[found], at):
                break
        return found

    def actor(self, ticket: Ticket, at: int) -> int:
        """Who works on a ticket: its owner, or while the owner is off shift somebody of its group."""
        if ticket.owner and on_shift(self.company.people[ticket.owner], at):
            return ticket.owner
        return self.someone(ticket.group, at)

    def words(self, ticket: Ticket, what: Literal["note", "reply", "message"]) -> str:
        """Something to say about a ticket."""
        composer = self.composers[ticket.platform]
        topic = composer.topic_in(ticket.category)
        texts = {"note": topic.notes, "reply": topic.replies, "message": topic.messages}[what]
        return composer.words.fill(pick(self.chance, texts), composer.words.blanks(self.chance))

    def speak(
        self, what: Literal["note", "reply"], states: tuple[State, ...], at: int, state: State | None = None
    ) -> bool:
        """Somebody at work notes or replies on a ticket in one of `states`, and moves it to `state` if given."""
        desk = self.desk()
        ticket = self.find(desk, lambda t: t.state in states)
        if ticket is None:
            return False
        text = self.words(ticket, what)
        note, reply = (text, None) if what == "note" else (None, text)
        desk.change(ticket.n, self.actor(ticket, at), note=note, reply=reply, state=state, at=at)
        return True
