"""Ranking a team for a ticket, and planning what becomes of the tickets of somebody who is away."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

from benchmarks.report import Result, median
from benchmarks.stage import Stage
from helpdesk_tui.domain.planning.plan import Setting
from helpdesk_tui.domain.planning.propose import propose
from helpdesk_tui.domain.planning.values import Item
from helpdesk_tui.domain.ranking.rank import rank
from helpdesk_tui.domain.ranking.values import Case, Standing
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.screens.acts.picker import found
from helpdesk_tui.screens.acts.picks import person

NOW = 1_795_307_200
HOUR = 3_600
PEOPLE, FEW, TICKETS = 2_000, 60, 200
RANK_MS, PLAN_MS = 50.0, 300.0
SKILLS = ("vpn", "net", "win", "m365", "print", "fw")
FLOOR = "sorted() by open tickets"


def staff(count: int, seed: int = 1) -> list[Standing]:
    """People with everything known of them, as a team of a good roster has."""
    chance = random.Random(seed)
    return [
        Standing(
            f"technician {number}", f"Given{number % 97} Family{number}", {"sn": f"k{number}", "zd": f"z{number}"},
            {skill: chance.randint(1, 5) for skill in chance.sample(SKILLS, 2)}, 40, chance.randint(0, 39),
            chance.randint(0, 4), chance.randint(0, 9), NOW - chance.randint(0, 9_999),
            ((NOW - HOUR, NOW + chance.randint(1, 9) * HOUR), (NOW + 20 * HOUR, NOW + 28 * HOUR)),
        )
        for number in range(count)
    ]  # fmt: skip


def staffing(stage: Stage) -> Iterator[Result]:
    """A key in the picker over everybody, and a whole plan; each beside a list that is only sorted."""
    times, everybody, team = stage.few(3, 25), staff(PEOPLE), staff(FEW)
    case = Case(TicketRef("sn", "a"), NOW + 2 * HOUR, frozenset({"vpn", "win"}), knows=frozenset({"k9"}))
    options = [person(one, {}) for one in rank([case], everybody, NOW)]
    ranked = _ms(lambda: rank([case], everybody, NOW), times)
    typed = _ms(lambda: found(options, "fam"), times)
    bare = _ms(lambda: sorted(everybody, key=lambda one: one.open), times)
    at = f"{PEOPLE:,} people"
    more = {"a letter": typed, "floor is": FLOOR}
    yield Result(
        "ranking", at, "ms, opening", ranked, bare, f"<= {RANK_MS:g}", max(ranked, typed) <= RANK_MS, None, more
    )
    members = frozenset(f"k{number}" for number in range(FEW))
    items = [_item(number, members) for number in range(TICKETS)]
    planned = _ms(lambda: propose(items, team, "technician 0", Setting(NOW)), times)
    bare = _ms(lambda: [min(team, key=lambda one: one.open) for _ in items], times)
    at = f"{TICKETS} tickets, {FEW} people"
    yield Result("plan", at, "ms", planned, bare, f"<= {PLAN_MS:g}", planned <= PLAN_MS, None, {"floor is": FLOOR})


def _item(number: int, members: frozenset[str]) -> Item:
    due, skill = NOW + (number * 613) % 36_000 - HOUR, SKILLS[number % len(SKILLS)]
    case = Case(TicketRef("sn", f"t{number}"), due, frozenset({skill}), "Network", members, owner="k0")
    return Item(case, f"INC{number:05}", "a ticket", 3, "SN", "technician 0")


def _ms(act: Callable[[], object], times: int) -> float:
    samples = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        samples.append((time.perf_counter() - began) * 1000)
    return median(samples)
