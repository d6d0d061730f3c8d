"""What screens decide and take back: absences, desk shifts, who is back, and what somebody leaves behind."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk_tui.desk.intents import Intents
from helpdesk_tui.desk.roster.acts import absent, desk_shift, left_behind, returned, write_desk_shift
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.domain.roster.absences import AbsenceKind
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.paths import Paths

NOW, H, DAY = 1_795_307_200, 3_600, 86_400
"""Sunday 22 November 2026, 00:26 UTC."""
WORLD = Path(__file__).parents[2] / "terminal" / "roster_world.py"


class Clock:
    """The time, as far as a test goes on with it."""

    now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[RosterDesk]:
    spec = importlib.util.spec_from_file_location("roster_world", WORLD)
    assert spec is not None
    assert spec.loader is not None
    world = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(world)
    world.build(tmp_path, NOW)
    paths = Paths(tmp_path, tmp_path / "state", tmp_path / "cache", tmp_path)
    outbox = Intents(paths, now=clock)
    made = RosterDesk(paths, tmp_path, outbox, by="lead", now=clock, zone="UTC")
    yield made
    made.close()
    outbox.close()


def test_an_absence_that_is_taken_back_leaves_nothing_behind(desk: RosterDesk, clock: Clock) -> None:
    back = absent(desk, "Lee", NOW, None, AbsenceKind.AWAY, NOW)
    clock.now += 5
    assert desk.roster.presence(clock.now)["Lee"].absent
    back(desk)
    assert desk.floor().people.absences == ()


def test_who_is_back_is_there_from_now_on_and_was_away_until_now(desk: RosterDesk, clock: Clock) -> None:
    absent(desk, "Lee", NOW, None, AbsenceKind.AWAY, NOW)
    clock.now += H
    assert returned(desk, "Lee", clock.now) == 1
    [kept] = desk.floor().people.absences
    assert (kept.start, kept.end) == (NOW, NOW + H)
    with pytest.raises(RosterError, match="not away now"):
        returned(desk, "Lee", clock.now)


def test_what_somebody_leaves_behind_is_counted(desk: RosterDesk) -> None:
    absent(desk, "Lee", NOW, NOW + 9 * DAY, AbsenceKind.LEAVE, NOW)
    left = left_behind(desk.floor(), "Lee", NOW, NOW + 9 * DAY)
    assert (left.tickets, left.shifts) == (0, 3)
    assert left_behind(desk.floor(), "Okafor", NOW, NOW + DAY).shifts == 0


def test_a_shift_over_midnight_is_one_for_each_local_day(desk: RosterDesk) -> None:
    start = NOW // DAY * DAY + 20 * H
    shift = desk_shift(desk.floor(), "Okafor", start, start + 10 * H, NOW)
    assert [(one.day.day, one.hours.start, one.hours.length) for one in shift.shifts] == [
        (22, 20 * H, 4 * H),
        (23, 0, 6 * H),
    ]
    back = write_desk_shift(desk, shift)
    there = [(one.start, one.end) for one in desk.floor().shifts(start, start + 10 * H) if one.person == "Okafor"]
    assert there == [(start, start + 4 * H), (start + 4 * H, start + 10 * H)]
    back(desk)
    assert [one for one in desk.floor().shifts(start, start + 10 * H) if one.person == "Okafor"] == []


def test_what_is_over_or_nobodys_is_refused(desk: RosterDesk) -> None:
    with pytest.raises(RosterError, match="that time is over"):
        desk_shift(desk.floor(), "Okafor", NOW - 2 * H, NOW - H, NOW)
    with pytest.raises(RosterError, match="no technician"):
        desk_shift(desk.floor(), "Zoe", NOW, NOW + H, NOW)
    absent(desk, "Okafor", NOW, None, AbsenceKind.AWAY, NOW)
    shift = desk_shift(desk.floor(), "Okafor", NOW + H, NOW + 2 * H, NOW)
    with pytest.raises(RosterError, match="away then"):
        write_desk_shift(desk, shift)
