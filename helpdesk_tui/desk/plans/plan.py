"""Plans as screens and commands make them: who takes over from somebody, how a group is balanced, what comes back.

Making a plan reads; `desk.plan_writing` writes it. Instants are integer seconds UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from helpdesk_tui.clock import Now
from helpdesk_tui.data.read.staff import Demand
from helpdesk_tui.desk.staff import Look, Staff
from helpdesk_tui.domain.filters.names import begins_part, fold
from helpdesk_tui.domain.planning import pace
from helpdesk_tui.domain.planning.balance import balance
from helpdesk_tui.domain.planning.cover import Cover
from helpdesk_tui.domain.planning.plan import Plan, Setting
from helpdesk_tui.domain.planning.propose import propose
from helpdesk_tui.domain.planning.values import Item
from helpdesk_tui.domain.ranking.values import Standing
from helpdesk_tui.domain.tickets import State, TicketRef

SICK, BALANCE, RETURN = "sick", "balance", "return"
_WAITS = {State.PENDING.value: "customer", State.HOLD.value: "hold"}
Covers = Callable[[Standing, int], tuple[Cover, ...]]
"""The duties of somebody until an instant (0: nobody knows) that others have to take over."""


@dataclass(frozen=True)
class Draft:
    """A plan on the screen: `kind` is sick, balance or return; `title` whom or which group it is about, `logins` who
    that is on each platform. `texts` are what customers are told with the write. `plans` are the numbers of the
    written plans that a return closes."""

    kind: str
    plan: Plan
    title: str
    look: Look
    person: str = ""
    logins: str = ""
    texts: Mapping[TicketRef, str] = field(default_factory=dict)
    plans: tuple[int, ...] = ()
    unknown: tuple[str, ...] = ()
    back_at: int = 0
    """When somebody sick is back, 0 where nobody knows."""

    @property
    def accounts(self) -> Mapping[str, str]:
        """The account that writes on each source."""
        return self.look.accounts

    @property
    def seconds(self) -> int:
        """How long it takes to write, about."""
        return pace.seconds(self.plan.totals().writes, self.look.platforms)

    @property
    def counts(self) -> str:
        """Writes by platform: `SN 6, JSM 4`."""
        writes = self.plan.totals().writes
        return ", ".join(f"{badge} {writes[name]}" for name, badge in self.look.badges.items() if writes.get(name))

    def changed(self, plan: Plan) -> Draft:
        """The draft with the plan changed in place."""
        return replace(self, plan=plan)

    def told(self, tickets: Iterable[TicketRef], text: str) -> Draft:
        """The draft with what these tickets' customers are told; "" tells them nothing."""
        texts = {**self.texts, **dict.fromkeys(tickets, text)}
        return replace(self, texts={ticket: said for ticket, said in texts.items() if said})


@dataclass(frozen=True, slots=True)
class GroupOf:
    """A group by its name, with its identifiers as (source, key)."""

    name: str
    keys: tuple[tuple[str, str], ...]


class Plans:
    """Makes plans. Any thread. Raises StoreError."""

    def __init__(self, staff: Staff, *, now: Now, zone: tzinfo | None = None, covers: Covers | None = None) -> None:
        self._staff = staff
        self._now = now
        self._zone = zone
        self._covers = covers

    def called(self, typed: str) -> list[tuple[Standing, str]]:
        """Who goes by what was typed, each with their logins: several where there are namesakes."""
        look = self._staff.look()
        return [(one, look.logins(one)) for one in look.called(typed)]

    def groups_called(self, typed: str) -> list[GroupOf]:
        """The groups that go by what was typed; those of one name on several sources are one."""
        found: dict[str, GroupOf] = {}
        for source, key, name in self._staff.reader.groups():
            known = found.get(fold(name), GroupOf(name, ()))
            found[fold(name)] = replace(known, keys=(*known.keys, (source, key)))
        exact = [group for name, group in found.items() if name == fold(typed.strip())]
        return exact or [group for group in found.values() if typed.strip() and begins_part(group.name, typed.strip())]

    def sick(self, person: str, back_at: int = 0) -> Draft | None:
        """Who takes over from somebody who is away until `back_at` (0: nobody knows); None where nobody is that."""
        look = self._staff.look()
        one = look.person(person)
        if one is None:
            return None
        back = back_at or one.back_at
        items = self.items(self._staff.reader.held([*one.logins.items()]), look)
        covers = self._covers(one, back) if self._covers is not None else ()
        plan = propose(items, look.people, person, self.setting(look), back_at=back, covers=covers)
        return Draft(SICK, plan, one.name, look, person, look.logins(one), unknown=_unknown(look.people), back_at=back)

    def balance(self, group: GroupOf) -> Draft:
        """What to move within a group so that nobody carries far more than the others."""
        look = self._staff.look()
        items = self.items(self._staff.reader.in_groups(group.keys), look)
        holders = {item.holder for item in items}
        members = self._staff.reader.members(group.keys)
        there = [
            one
            for one in look.people
            if one.person in holders or any(one.logins.get(login[0], "") in keys for login, keys in members.items())
        ]
        return Draft(BALANCE, balance(items, there, self.setting(look)), group.name, look, unknown=_unknown(there))

    def setting(self, look: Look) -> Setting:
        """What plans rest on now."""
        return Setting(self._now(), self._staff.rules.weights, look.badges, self._zone)

    def items(self, asked: Sequence[Demand], look: Look) -> list[Item]:
        """Tickets as plans take them."""
        cases = self._staff.cases(asked, look)
        return [
            Item(
                case,
                one.number,
                one.title,
                one.priority,
                look.badges.get(one.source, ""),
                look.holder(one.source, one.owner),
                _WAITS.get(one.state, "paused" if one.paused else ""),
                clocked=bool(one.due_at or one.paused),
                begun=one.state != State.NEW.value,
            )
            for one, case in zip(asked, cases, strict=True)
        ]


def _unknown(people: Iterable[Standing]) -> tuple[str, ...]:
    """What is known of nobody, to be said once."""
    everyone = list(people)
    told = (
        ("no shifts known", all(one.on is None for one in everyone)),
        ("no skills known", all(one.skills is None for one in everyone)),
        ("no capacities known", not any(one.capacity for one in everyone)),
        ("no clocks known", all(one.soon is None for one in everyone)),
    )
    return tuple(text for text, holds in told if holds)
