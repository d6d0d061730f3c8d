"""What to move within a group so that nobody carries far more than the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from helpdesk_tui.domain.planning.plan import Plan, Setting
from helpdesk_tui.domain.planning.propose import Load, reason
from helpdesk_tui.domain.planning.values import Choice, Item
from helpdesk_tui.domain.ranking import exclude, score
from helpdesk_tui.domain.ranking.values import Standing

MOST_MOVES = 200
"""A plan longer than this is none that anybody reads."""


def balance(items: Iterable[Item], people: Iterable[Standing], setting: Setting, *, most: int = MOST_MOVES) -> Plan:
    """The moves, fewest tickets first begun, that bring the fullest down, as long as each makes matters more even.

    A ticket moves only to somebody who is there, may own it, does not lack the skill, and stays below their capacity
    and below what the giver carried; what waits for others does not move at all.
    """
    known = {one.person: one for one in people}
    loads = {person: Load(one) for person, one in known.items()}
    movable: dict[str, list[Item]] = {}
    for item in sorted(items, key=_first_to_go):
        if not item.waits and item.holder in loads:
            movable.setdefault(item.holder, []).append(item)
    moves: list[tuple[Item, Choice]] = []
    done: set[str] = set()
    while len(moves) < most:
        givers = [person for person in movable if movable[person] and person not in done]
        if not givers:
            break
        giver = min(givers, key=lambda person: (-_share(loads[person], 0), person))
        found = _move(movable[giver], loads, loads[giver], setting)
        if found is None:
            done.add(giver)
            continue
        moves.append(found)
        movable[giver].remove(found[0])
        done.add(found[1].to)  # whoever takes gives nothing away
    moves.sort(key=lambda pair: pair[0].place)
    return Plan(setting, known, tuple(item for item, _ in moves), tuple(choice for _, choice in moves))


def _first_to_go(item: Item) -> tuple[bool, tuple[bool, bool, int, int, str, str, str]]:
    """What nobody has begun goes first, then the soonest due."""
    return item.begun, item.place


def _share(load: Load, more: int) -> float:
    """How full somebody is, with so many tickets more. Without a told capacity, half load is at twelve."""
    return (load.open + more) / (load.one.capacity or score.HALF_LOAD)


def _move(items: list[Item], takers: dict[str, Load], giver: Load, setting: Setting) -> tuple[Item, Choice] | None:
    """The next ticket that somebody can take off the giver, and who; None where nobody can take any."""
    now, parts = setting.now, setting.weights.parts
    limit = _share(giver, 0)
    able = [load for load in takers.values() if load is not giver and not load.fills and _share(load, 1) < limit]
    if not able:
        return None
    for item in items:
        case = replace(item.case, owner="")
        end = score.until(case, now)
        chosen: tuple[tuple[float, int, int, str, str], Load] | None = None
        for load in able:
            one = load.one
            skilled, there, before = score.fixed(case, one, now, end)
            if skilled == 0 or not exclude.suits(case, one, now, there):
                continue
            values = (skilled, score.spare(one.capacity, load.open), there, before)
            points = score.total((*values, score.fairness(load.given), score.calm(load.soon)), parts)
            place = (-points, load.open, one.last_given, one.name, one.person)
            if chosen is None or place < chosen[0]:
                chosen = place, load
        if chosen is not None:
            load = chosen[1]
            why = reason(load.one, case, setting)
            load.take(item.case, now)
            giver.open -= 1
            return item, Choice(load.one.person, f"from {giver.one.name}, {why}")
    return None
