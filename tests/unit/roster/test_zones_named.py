"""Every time that is told names its zone, and another zone moves all of it: handoffs, shortages, lists in a pipe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from time_machine import TimeMachineFixture

from helpdesk_tui.commands.roster_writes import run_absence_add, run_override_add, run_override_list, run_technicians
from helpdesk_tui.commands.rosters import Options, run_gaps, run_oncall, run_roster
from helpdesk_tui.desk.roster.problems import Problem
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.feasibility import Shortage
from helpdesk_tui.domain.roster.moments import handed_in, instant_of
from helpdesk_tui.domain.roster.shift_csv import read_shifts
from tests.unit.roster.kit import HOUR, instant
from tests.unit.roster.test_roster_commands import NOW, ROSTER, TEAM

PARIS = "Europe/Paris"
NEED = """
[[need]]
skill = "net"
hours = [{ days = "Tue", from = "09:00", to = "17:00" }]
"""


@pytest.mark.parametrize(
    ("words", "zone", "shown_in", "wanted"),
    [
        ("Mon 08:00", PARIS, PARIS, "Mon 08:00"),
        ("Mon 08:00", PARIS, "UTC", "Mon 06:00"),
        ("Mon 08:00, Sat 09:30", PARIS, "Asia/Kolkata", "Mon 11:30, Sat 13:00"),
        ("Mon 01:00", PARIS, "America/New_York", "Sun 19:00"),
        ("every 2 weeks, Sun 23:00", PARIS, "Asia/Tokyo", "every 2 weeks, Mon 06:00"),
        ("daily 20:00", "Asia/Kolkata", "UTC", "daily 14:30"),
        ("every 12 h from 08:00", PARIS, "UTC", "every 12 h from 06:00"),
        ("every 3 days 08:00", "Australia/Lord_Howe", "UTC", "every 3 days 21:30"),
        ("on the 31st 08:00", PARIS, "UTC", "on the 31st 08:00 Europe/Paris"),
        ("as the platform says", PARIS, "UTC", "as the platform says"),
        ("", PARIS, "UTC", ""),
    ],
)
def test_a_handoff_is_said_in_the_zone_that_is_shown(words: str, zone: str, shown_in: str, wanted: str) -> None:
    assert handed_in(words, zone, shown_in, instant("2026-09-22T00:00")) == wanted


def test_a_handoff_follows_the_clocks() -> None:
    winter = handed_in("daily 08:00", PARIS, "UTC", instant("2026-12-01T00:00"))
    assert (winter, handed_in("daily 08:00", PARIS, "UTC", instant("2026-07-01T00:00"))) == (
        "daily 07:00",
        "daily 06:00",
    )


def test_a_shortage_is_said_in_the_zone_that_is_shown() -> None:
    by = instant("2026-09-22T13:00")
    one = Problem(
        "short", "", "Network", by - HOUR, by, "?", "late", shortage=Shortage("Network", by, 12_600, ("A", "B"))
    )
    assert one.said("UTC") == "by 13:00 Network is 3.5 hours short, 2 tickets due by then"
    assert one.said(PARIS) == "by 15:00 Network is 3.5 hours short, 2 tickets due by then"
    assert one.said(PARIS, named=True).startswith("by 15:00 Europe/Paris Network is")
    assert Problem("gap", "net", "Net", by, by + HOUR, "nobody", "all").said(PARIS) == "nobody"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, time_machine: TimeMachineFixture) -> str:
    monkeypatch.setenv("TZ", "UTC")
    time_machine.move_to(NOW, tick=False)
    (tmp_path / "technicians.toml").write_text(TEAM)
    (tmp_path / "roster.toml").write_text(ROSTER + NEED)
    (tmp_path / "config.toml").write_text('[screen]\nzone = "Asia/Kolkata"\n')
    return str(tmp_path)


ASKED: dict[str, Callable[[str], int]] = {
    "oncall": lambda home: run_oncall(home, at="", schedule="", options=Options()),
    "gaps": lambda home: run_gaps(home, days=14, exit_code=False, options=Options()),
    "roster": lambda home: run_roster(home, week=True, day="", options=Options()),
    "technicians": lambda home: run_technicians(home, unjoined=False, options=Options()),
    "override list": lambda home: run_override_list(home, options=Options()),
}


@pytest.mark.parametrize("name", ASKED)
def test_every_time_in_a_pipe_has_its_zone(home: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    add = run_override_add(home, "net", "Ben", start="Sat 08:00", end="Sun 08:00", options=Options())
    away = run_absence_add(home, "Ada", start="", until="Sat 09:00", kind="away", options=Options())
    said = capsys.readouterr().out
    assert (add, away) == (0, 0)
    assert all("Asia/Kolkata" in row for row in said.splitlines() if _has_time(row)), said
    ASKED[name](home)
    rows = capsys.readouterr().out.splitlines()
    cells = [cell for row in rows for cell in row.split("\t") if _has_time(cell)]
    assert cells
    assert all("Asia/Kolkata" in cell for cell in cells), cells


def _has_time(text: str) -> bool:
    return any(part[2:3] == ":" and part[:2].isdigit() for part in text.replace("-", " ").split())


@pytest.mark.parametrize("said", ["9999-12-31 23:59", "0001-01-01", "1900-01-01T00:00:00+00:00"])
def test_times_of_no_roster_are_refused_in_words(said: str) -> None:
    with pytest.raises(RosterError, match="is no time such as"):
        instant_of(said, "Asia/Tokyo", 1_790_035_200)


@pytest.mark.parametrize(
    ("row", "says"),
    [(f"{'x' * 200_000},2026-11-28,08:00,17:00", "is no CSV"), ("Ada,9999-12-31,08:00,17:00", "a day of no roster")],
)
def test_rows_that_are_none_are_said(row: str, says: str) -> None:
    with pytest.raises(RosterError, match=says):
        read_shifts(f"person,date,from,to\n{row}\n", "x.csv", ["Ada"], "Asia/Tokyo")
