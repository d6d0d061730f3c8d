"""`roster import`, `copy` and `export` from file to file, on stores of their own; what is written icalendar reads."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
from time_machine import TimeMachineFixture

from helpdesk_tui.commands.roster_writes import (
    run_copy,
    run_export,
    run_import,
    run_override_add,
    run_override_list,
    run_technicians,
)
from helpdesk_tui.commands.rosters import Options, opened, run_gaps, run_oncall, run_roster
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.domain.roster.shifts import Dated

DAY = 86_400
NOW = 1_790_035_200
"""Tuesday 22 September 2026, 00:00 UTC."""
TEAM = """
[[technician]]
name = "Ada"
zone = "Europe/Paris"
phone = "+1"
shifts = [{ days = "Mon-Fri", from = "08:00", to = "17:00", key = "usual" }]
[[technician]]
name = "Ben, the other"
zone = "America/New_York"
phone = "+2"
"""
ROSTER = """
[[schedule]]
key = "net"
name = "Network; on call"
zone = "Europe/Paris"
[[schedule.layer]]
anchor = "2026-09-07 08:00"
unit = "week"
members = ["Ada", "Ben, the other"]
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, time_machine: TimeMachineFixture) -> str:
    """A home with two people and a schedule, at `NOW`."""
    monkeypatch.setenv("TZ", "UTC")
    time_machine.move_to(NOW, tick=False)
    (tmp_path / "technicians.toml").write_text(TEAM)
    (tmp_path / "roster.toml").write_text(ROSTER)
    return str(tmp_path)


def floor_of(home: str) -> Floor:
    with opened(home, Options()) as (desk, _):
        return desk.floor()


def events(file: Path) -> list[tuple[int, int, str]]:
    calendar: Any = icalendar.Calendar.from_ical(file.read_bytes())
    found = calendar.walk("VEVENT")
    assert len({str(one["UID"]) for one in found}) == len(found)
    return sorted(
        (int(one["DTSTART"].dt.timestamp()), int(one["DTEND"].dt.timestamp()), str(one["SUMMARY"])) for one in found
    )


def test_what_is_exported_is_read_back_by_icalendar(home: str, tmp_path: Path) -> None:
    floor = floor_of(home)
    [line] = floor.lines
    out = tmp_path / "out.ics"
    options = Options()
    assert run_export(home, schedule="net", person="", days=60, csv=False, out=str(out), options=options) == 0
    wanted = [(span.start, span.end, span.people[0]) for span in floor.spans(line, NOW, NOW + 60 * DAY)]
    assert events(out) == [(start, end, f"Network; on call: {who}") for start, end, who in wanted]
    assert {end - start for start, end, _ in wanted[1:-1]} == {7 * DAY, 7 * DAY + 3_600}
    assert run_export(home, schedule="", person="ada", days=60, csv=False, out=str(out), options=options) == 0
    mine = [(one.start, one.end, "Ada") for one in floor.shifts(NOW, NOW + 60 * DAY) if one.person == "Ada"]
    calls = [(start, end, f"Network; on call: {who}") for start, end, who in wanted if who == "Ada"]
    assert events(out) == sorted(mine + calls)
    assert len(mine) > 40
    assert run_import(home, out, person="Ada", absences=False, options=Options(dry_run=True)) == 1


def test_a_week_is_copied_with_what_stands_in_for_usual_shifts(
    home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "person,date,from,to,key\nAda,2026-09-22,12:00,20:00,usual\nBen\\, the other,2026-09-26,09:00,12:00,\n"
    file = tmp_path / "week.csv"
    file.write_text(rows.replace("Ben\\, the other", '"Ben, the other"'))
    assert run_import(home, file, person="", absences=False, options=Options()) == 0
    capsys.readouterr()
    assert run_copy(home, "2026-09-24", "2026-09-28", person="", weeks=2, options=Options(dry_run=True)) == 0
    assert [line.split("\t")[:3] for line in capsys.readouterr().out.splitlines()] == [
        ["Ada", "2026-09-29", "12:00"],
        ["Ben, the other", "2026-10-03", "09:00"],
        ["Ada", "2026-10-06", "12:00"],
        ["Ben, the other", "2026-10-10", "09:00"],
    ]
    assert run_copy(home, "2026-09-24", "2026-10-01", person="ada", weeks=1, options=Options()) == 0
    assert run_copy(home, "2026-09-24", "2026-10-01", person="", weeks=1, options=Options()) == 0
    shifts = floor_of(home).shifts(NOW + 6 * DAY, NOW + 13 * DAY)
    shown = {(one.person, one.day): datetime.fromtimestamp(one.start, UTC).hour for one in shifts}
    assert shown["Ada", date(2026, 9, 28)] == 6
    assert shown["Ada", date(2026, 9, 29)] == 12
    assert shown["Ben, the other", date(2026, 10, 3)] == 9
    assert len(shifts) == 6
    assert sum(isinstance(one, Dated) for one in floor_of(home).shift_sources) == 4
    assert run_copy(home, "2026-11-02", "2026-11-09", person="", weeks=1, options=Options()) == 1


def test_what_is_asked_is_answered(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_oncall(home, at="2026-09-22 10:00", schedule="net", options=Options()) == 0
    assert capsys.readouterr().out.split("\t")[:3] == ["Network; on call", "Ada", "+1"]
    assert run_gaps(home, days=14, exit_code=True, options=Options()) == 0
    assert run_roster(home, week=True, day="", options=Options()) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5


HOSTILE = "Eve \x1b]52;c;aGk=\x07\x9b31m\x7f\u202e\u2066 Q"


def test_nothing_that_is_printed_or_exported_steers_a_terminal(
    home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(home, Options()) as (desk, _):
        desk.floor()
    with closing(sqlite3.connect(tmp_path / "state" / "team.db")) as team:
        team.execute("UPDATE technician SET name = ? WHERE name = 'Ada'", (HOSTILE,))
        team.execute("UPDATE oncall_schedule SET name = name || ?", (HOSTILE,))
        team.commit()
    options = Options(as_json=True)
    run_oncall(home, at="", schedule="", options=options)
    run_gaps(home, days=14, exit_code=False, options=options)
    run_roster(home, week=True, day="", options=options)
    run_technicians(home, unjoined=False, options=options)
    run_override_list(home, options=options)
    for schedule, csv in (("net", False), ("", False), ("", True)):
        run_export(home, schedule=schedule, person="", days=14, csv=csv, out="", options=options)
    said = capsys.readouterr()
    assert "Eve" in said.out
    assert [char for char in said.out + said.err if not char.isprintable() and char not in "\r\n"] == []


def test_an_override_of_the_running_shift_begins_now(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    begins, ends = "2026-09-21 08:00", "2026-09-23 08:00"
    assert run_override_add(home, "net", "Ben, the other", start=begins, end=ends, options=Options()) == 0
    assert "Ben, the other instead of Ada on Network; on call Tue 22 Sep 00:00 - Wed 23 Sep 08:00" in (
        capsys.readouterr().out
    )
    [line] = floor_of(home).lines
    assert line.own is not None
    assert [one.start for one in line.own.overrides] == [NOW]
