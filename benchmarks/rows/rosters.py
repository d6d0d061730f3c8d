"""Rosters: the final schedule of 50 rotations and the gap check of 200 technicians beside `recurring-ical-events`, and
the week of 200 people on the screen, key by key."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice

from benchmarks import roster
from benchmarks.report import Result, median, share
from benchmarks.stage import TICKET, Stage, desk, no_sync
from benchmarks.terminal import Terminal
from helpdesk_tui.data import stores
from helpdesk_tui.data.engine import Store
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.presences import PresenceWriter
from helpdesk_tui.data.write.team import TeamWriter
from helpdesk_tui.domain.roster.needs import NeedRule
from helpdesk_tui.domain.roster.restrictions import daily
from helpdesk_tui.domain.roster.shifts import Hours, Pattern, Weekly
from helpdesk_tui.domain.technicians import Skill, Technician

PEOPLE, HOUR, MS = 200, 3_600, 50.0
LARGE = (200, 50)
KEYS = ("j", "j", "l", "l", "pagedown", ">", "h", "k", "pageup", "<")
GAP, REST = 0.15, 0.1
SKILLS = ("net", "vpn", "win", "m365", "field", "av", "erp", "db")


def rosters(stage: Stage) -> Iterator[Result]:
    """Engines first; their floor is null where the library is not installed."""
    library, rounds = roster.library(), stage.few(1, 5)
    yield from roster.rotations(library, rounds)
    yield from roster.gap_check(library, rounds)
    yield from grid(stage)


def grid(stage: Stage) -> Iterator[Result]:
    """Keys on the week of 200 people, from the key to the last byte."""
    home, count = stage.home("roster-grid"), stage.few(10, 200)
    _seed(stores.open_write(home / "state" / "team.db", StoreKind.TEAM))
    with no_sync(home), Terminal(desk(home), LARGE) as terminal:
        terminal.wait_for(TICKET)
        for key in ("g", "s"):
            terminal.press(key, GAP)
        terminal.wait_for("Given0 Family")
        terminal.rest(2.0)
        kinds: dict[str, list[float]] = {}
        for key in islice(cycle(KEYS), count):
            kinds.setdefault(key, []).append(terminal.press(key, GAP).last_ms)
            terminal.rest(REST)
    times = [each for some in kinds.values() for each in some]
    p95 = share(times, 0.95)
    at = f"{PEOPLE} people, a week, {LARGE[0]}x{LARGE[1]}"
    more: dict[str, object] = {"p50": median(times), "slowest_ms": max(times), "keys": len(times)}
    more["kinds"] = {key: median(some) for key, some in kinds.items()}
    yield Result("roster-grid", at, "ms p95", p95, None, f"<= {MS:g} ms a key", p95 <= MS, None, more)


def _seed(store: Store) -> None:
    chance = random.Random(3)
    people = [
        Technician(
            f"Given{number} Family{number:03d}", "Europe/Paris", 12, "+1",
            skills=tuple(Skill(skill) for skill in chance.sample(SKILLS, 2)), groups=(f"Team {number % 12}",),
        )
        for number in range(PEOPLE)
    ]  # fmt: skip
    shifts = [
        Pattern(
            "usual", one.name, "Europe/Paris", Hours(chance.randrange(6, 14) * HOUR, 9 * HOUR, ((4 * HOUR, HOUR),)),
            Weekly(date(2024, 1, 1), frozenset(chance.sample(range(7), 5))),
        )
        for one in people
    ]  # fmt: skip
    needs = [NeedRule(3, daily("Europe/Paris", 8 * HOUR, 18 * HOUR), "", skill, skill) for skill in SKILLS]
    TeamWriter(store).save_all(people, 1)
    writer = PresenceWriter(store)
    writer.save_shifts(shifts, 1)
    writer.replace_needs(needs, origin="bench")
    store.close()
