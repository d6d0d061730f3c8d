"""What somebody who is back can have again: the tickets that plans took off them and nobody has touched since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import tzinfo

from helpdesk_tui.clock import Now
from helpdesk_tui.data.read.plans import Handed, Worked
from helpdesk_tui.data.read.staff import Demand
from helpdesk_tui.desk.plans.plan import RETURN, Draft, Plans
from helpdesk_tui.desk.staff import Staff
from helpdesk_tui.domain.filters.names import begins_part, fold
from helpdesk_tui.domain.planning.plan import Plan
from helpdesk_tui.domain.planning.values import Choice
from helpdesk_tui.domain.ranking.values import Standing
from helpdesk_tui.domain.ranking.words import moment
from helpdesk_tui.domain.tickets import TicketRef


class Returns:
    """Makes plans that give back. Any thread. Raises StoreError."""

    def __init__(self, staff: Staff, plans: Plans, *, now: Now, zone: tzinfo | None = None) -> None:
        self._staff = staff
        self._plans = plans
        self._now = now
        self._zone = zone

    def called(self, typed: str) -> list[str]:
        """The people by that name who have tickets to come back, each once."""
        want = fold(typed.strip())
        names = list(dict.fromkeys(one.person for one in self._handed()))
        exact = [name for name in names if fold(name) == want]
        return exact or [name for name in names if want and begins_part(name, typed.strip())]

    def back(self, name: str) -> Draft | None:
        """What goes back to somebody: all that is open, with whom it was given to, and untouched. None where there is
        nothing of theirs, or nobody is known by that name any more."""
        handed = [one for one in self._handed() if one.person == name]
        look = self._staff.look()
        one = next((one for one in look.people if _is(one, handed)), None)
        if one is None:
            return None
        moved = {row.ref: row for row in handed if row.taker}
        asked = self._staff.reader.demands([*moved])
        worked = self._staff.reader.worked([(ref, row.made_at) for ref, row in moved.items()])
        items, choices = [], []
        for item, demand in zip(self._plans.items(asked, look), asked, strict=True):
            why = self._stays(moved[item.case.ref], demand, worked)
            if why is not None:
                items.append(replace(item, waits=""))
                choices.append(Choice(why=why) if why else Choice(one.person, "nobody has touched it"))
        ordered = sorted(zip(items, choices, strict=True), key=lambda pair: pair[0].place)
        plan = Plan(
            self._plans.setting(look),
            {person.person: person for person in look.people},
            tuple(item for item, _ in ordered),
            tuple(choice for _, choice in ordered),
        )
        numbers = tuple(dict.fromkeys(row.plan for row in handed))
        return Draft(RETURN, plan, one.name, look, one.person, look.logins(one), plans=numbers)

    def answered(self) -> list[Handed]:
        """Tickets that stayed with somebody who is away and whose customer has written since."""
        kept = {row.ref: row for row in self._handed() if not row.taker}
        return [kept[ref] for ref in self._staff.reader.answered([(ref, row.made_at) for ref, row in kept.items()])]

    def _handed(self) -> list[Handed]:
        return self._staff.reader.handed()

    def _stays(self, row: Handed, now: Demand, worked: Mapping[TicketRef, Worked]) -> str | None:
        """Why a ticket stays with whom it is; "" for one that goes back, None for one that is over."""
        if now.state in ("solved", "closed"):
            return None
        if now.owner != row.taker:
            return "is theirs again" if now.owner == row.owner else "has another owner by now"
        if now.ref in worked:
            did = worked[now.ref]
            return f"{row.taker_name}: {did.kind} {moment(did.at, self._now(), self._zone)}"
        return ""


def _is(one: Standing, handed: Iterable[Handed]) -> bool:
    """Whether somebody is the one whom tickets were taken off: by a login, which does not change."""
    return any(one.logins.get(row.source) == row.owner for row in handed)
