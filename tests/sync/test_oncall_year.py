"""`oncall --at` against what the sandbox says of all who keep schedules, at a thousand instants of a year."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from helpdesk_tui.commands.rosters import Options, opened, run_oncall, tell_oncall
from helpdesk_tui.sandbox.rosters import OncallSchedule, RosterBook
from helpdesk_tui.sandbox.team_files import names_of, write_team

from .running import Running

pytestmark = pytest.mark.integration
DAY, INSTANTS = 86_400, 1_000


@pytest.fixture(autouse=True)
def machine_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The command makes the settings' zone the process's; afterwards it is again what it was."""
    monkeypatch.setenv("TZ", "UTC")
    yield
    monkeypatch.undo()
    time.tzset()


def by_line(book: RosterBook, schedule: OncallSchedule, at: int) -> dict[str, frozenset[int]]:
    """Who is on by the sandbox at an instant, by the names that the desk has for it: ServiceNow's go by rosters."""
    on = book.on(schedule, at)
    if schedule.keeper != "servicenow":
        return {schedule.name: frozenset(uid for _, uid in on)}
    return {f"{schedule.name} {rota.name}": frozenset(uid for one, uid in on if one == rota) for rota in schedule.rotas}


def test_the_command_agrees_at_a_thousand_instants_of_a_year(
    make_running: Callable[..., Running], capsys: pytest.CaptureFixture[str]
) -> None:
    running = make_running()
    world = running.floor.sandbox.world
    write_team(running.home, world)
    assert running.run("sync", "--once")[0] == 0
    names = names_of(person for person in world.people.values() if person.role in ("technician", "lead"))
    schedules = [*world.rosters.schedules]
    assert {one.keeper for one in schedules} == {"jira", "servicenow", "team"}
    home, how, rng, now = str(running.home), Options(as_json=True), random.Random(13), world.clock.now()
    compared: Counter[str] = Counter()
    capsys.readouterr()
    with opened(home, how) as (desk, _):
        for number in range(INSTANTS):
            at = now + rng.randrange(-30, 335) * DAY + rng.randrange(DAY)
            said = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            if number % 50:  # from time to time as a command of its own, else by a desk that stays open
                assert tell_oncall(desk, at=said, schedule="", as_json=True) == 0
            else:
                assert run_oncall(home, at=said, schedule="", options=how) == 0
            answer = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
            wanted = {(one.keeper, *line) for one in schedules for line in by_line(world.rosters, one, at).items()}
            assert set(answer) == {name for _, name, _ in wanted}
            for keeper, name, people in wanted:
                assert answer[name]["known"], (name, said)
                assert {who["name"] for who in answer[name]["people"]} == {names[uid] for uid in people}, (name, said)
                compared.update([keeper] if people else [keeper, "nobody"])
    assert min(compared[keeper] for keeper in ("jira", "servicenow", "team")) >= INSTANTS
    assert compared["nobody"] > 100
