"""Our rotations against the sandbox's own plain counting, at a thousand instants of a year with both clock changes."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

from helpdesk_tui.domain.roster.people_file import read_people
from helpdesk_tui.domain.roster.roster_file import read_roster
from helpdesk_tui.domain.roster.schedule import final, who
from helpdesk_tui.sandbox.rosters import local_of
from helpdesk_tui.sandbox.team_files import names_of, write_team
from helpdesk_tui.sandbox.world import build_world

NOW, DAY = 1_790_000_000, 86_400


def test_the_sandbox_says_the_same_of_the_teams_own_schedules(tmp_path: Path) -> None:
    world = build_world(5, 300, now=NOW, paused=True)
    write_team(tmp_path, world)
    people = read_people(tomllib.loads((tmp_path / "technicians.toml").read_text()), "technicians.toml", "UTC")
    rosters = read_roster(tomllib.loads((tmp_path / "roster.toml").read_text()), "roster.toml", "UTC")
    names = names_of(person for person in world.people.values() if person.role in ("technician", "lead"))
    assert {one.name for one in people.technicians} == set(names.values())
    kept = world.rosters.of("team")
    assert len(kept) == len(rosters.schedules) == 3
    rng = random.Random(8)
    empty = 0
    for number in range(1_000):
        at = NOW + rng.randrange(-30, 366) * DAY + rng.randrange(DAY)
        theirs, ours = kept[number % 3], rosters.schedules[number % 3].schedule
        wanted = {names[uid] for _, uid in world.rosters.on(theirs, at)}
        found = {duty.person for duty in who(ours, at)}
        assert found == wanted, (theirs.name, local_of(at, theirs.zone))
        assert {duty.person for duty in final(ours, at, at + 1)[0].duties} == wanted
        empty += not wanted
    assert empty > 50
