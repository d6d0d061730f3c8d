"""Who takes over the tickets of somebody who is away: greedily, the soonest due first, loads counted as they grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from helpdesk_tui.domain.planning.cover import Cover
from helpdesk_tui.domain.planning.plan import Plan, Setting
from helpdesk_tui.domain.planning.values import Choice, Item
from helpdesk_tui.domain.ranking import exclude, score
from helpdesk_tui.domain.ranking.explain import fitting
from helpdesk_tui.domain.ranking.values import SOON, Case, Standing
from helpdesk_tui.domain.ranking.words import moment

SLACK = 4 * 3_600
"""A ticket due so many seconds after somebody is back can wait for them."""
BY_LOAD = "by load"
"""Why, where nothing but their loads is known."""
WATCHED = {"customer": "watch for a reply", "hold": "on hold: watched", "paused": "clock stands: watched"}
"""What is said of a ticket that waits, by what it waits for (`Item.waits`)."""


def propose(
    items: Iterable[Item],
    people: Iterable[Standing],
    leaving: str,
    setting: Setting,
    *,
    back_at: int = 0,
    covers: Sequence[Cover] = (),
) -> Plan:
    """The plan for the tickets of `leaving`, who is back at `back_at` (0: nobody knows).

    What waits for others stays and is watched; so does what is due well after they are back. A ticket without a clock
    stays, unless no ticket of its source has any. The rest goes to whoever scores best of those who are there, may own
    it, have room and do not lack the skill; where there is nobody such, the line says so and asks.
    """
    ordered = sorted(items, key=lambda item: item.place)
    known = {one.person: one for one in people}
    clocked = {item.case.ref.source for item in ordered if item.clocked}
    loads = {person: Load(one) for person, one in known.items() if person != leaving}
    choices = []
    for item in ordered:
        stays = _stays(item, clocked, setting, back_at)
        choices.append(Choice(why=stays) if stays else best(item, loads, setting))
    return Plan(setting, known, tuple(ordered), tuple(choices), tuple(covers), leaving)


def _stays(item: Item, clocked: set[str], setting: Setting, back_at: int) -> str:
    """Why a ticket is left where it is; "" for one that has to move."""
    if item.waits:
        return WATCHED.get(item.waits, f"{item.waits}: watched")
    if not item.case.due_at and item.case.ref.source in clocked:
        return "no clock runs: watched"
    if back_at and item.case.due_at >= back_at + SLACK:
        return f"back {moment(back_at, setting.now, setting.zone)}, before it is due"
    return ""


class Load:
    """What somebody carries while a plan grows."""

    __slots__ = ("given", "one", "open", "soon")

    def __init__(self, one: Standing) -> None:
        self.one = one
        self.open = one.open
        self.given = one.given
        self.soon = one.soon

    def take(self, case: Case, now: int) -> None:
        """One ticket more."""
        self.open += 1
        self.given = None if self.given is None else self.given + 1
        if self.soon is not None and 0 < case.due_at < now + SOON:
            self.soon += 1

    @property
    def fills(self) -> bool:
        """Whether one more takes them to their capacity or over it."""
        return 0 < self.one.capacity <= self.open + 1

    @property
    def over(self) -> bool:
        """Whether one more takes them over it."""
        return 0 < self.one.capacity < self.open + 1


def best(item: Item, loads: dict[str, Load], setting: Setting) -> Choice:
    """The best for a ticket, whose load grows by it; the choice of nobody where nobody is free and able."""
    case, now, parts = replace(item.case, owner=""), setting.now, setting.weights.parts
    end = score.until(case, now)
    chosen: tuple[tuple[bool, float, int, int, str, str], Load] | None = None
    fit = unskilled = 0
    for load in loads.values():
        one = load.one
        skilled, there, before = score.fixed(case, one, now, end)
        if not exclude.suits(case, one, now, there):
            continue
        fit += 1
        if skilled == 0:
            unskilled += 1
            continue
        if load.over:
            continue
        values = (skilled, score.spare(one.capacity, load.open), there, before)
        points = score.total((*values, score.fairness(load.given), score.calm(load.soon)), parts)
        place = (load.fills, -points, load.open, one.last_given, one.name, one.person)
        if chosen is None or place < chosen[0]:
            chosen = place, load
    if chosen is None:
        return Choice(why=_nobody(case, fit, unskilled), lost=True)
    load = chosen[1]
    why = reason(load.one, case, setting)
    load.take(item.case, now)
    return Choice(load.one.person, why)


def reason(one: Standing, case: Case, setting: Setting) -> str:
    """Why somebody, but for their load, which has a column of its own."""
    had = "had it before" if score.continuity(case, one) == 1 else ""
    return ", ".join(filter(None, (fitting(one, (case,), setting.now, setting.zone), had))) or BY_LOAD


def _nobody(case: Case, fit: int, unskilled: int) -> str:
    """Why nobody can be proposed."""
    if not fit:
        return f"nobody of {case.group}" if case.group and case.members is not None else "nobody is there"
    if unskilled == fit:
        return f"nobody has {' '.join(sorted(case.needs)[:2])}"
    return "all who could: full"
