"""What is wrong with the team's calendars and policies is told with file, line and what may have been meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk_tui.config.sla import SlaConfig
from helpdesk_tui.data import policy_files
from helpdesk_tui.domain.sla.findings import Level

NOW = 1_795_307_200
CALENDARS = """# ours
[calendars.office]
zone = "Europe/Paris"
mon-fri = ["08:00-18:00"]
[calendars.office.dates]
2026-12-31 = ["08:00-12:00"]
"""
POLICIES = """[[policies]]
name = "first, v1.2"
when = { group = ["Network"] }
calendar = "office"
[policies.targets]
resolution = "8h"

[[policies]]   # the rest
name = "second"
pause = ["pending"]
[policies.targets]
first_response = { 1 = "15m", other = "4h" }
[policies.reopen]
resolution = "new"
"""


def told(folder: Path, calendars: str = CALENDARS, policies: str = POLICIES) -> list[str]:
    """The mistakes, without the folder's name."""
    (folder / "calendars.toml").write_text(calendars)
    (folder / "policies.toml").write_text(policies)
    _, found = policy_files.check(policy_files.read(folder, SlaConfig()), NOW)
    return [f"{one.where}: {one.words}".replace(f"{folder}/", "") for one in found if one.level is Level.ERROR]


def test_what_is_right_has_no_remark(tmp_path: Path) -> None:
    assert told(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "starts", "ends"),
    [
        ('zone = "Europe/Paris"', 'zone = "Europe/Pari"', "calendars.toml:2: calendars.office", "Europe/Madrid?"),
        ("mon-fri", "mon-fry", "calendars.toml:4: calendars.office", "did you mean mon-fri?"),
        ('["08:00-12:00"]', '["08:00-25:00"]', "calendars.toml:6: calendars.office.dates.2026-12-31", "like 09:00"),
        ('["08:00-18:00"]', "8", "calendars.toml:4: calendars.office.mon-fri", '"13:00-18:00"]'),
        ("[calendars.office.dates]", "[calender.dates]", "calendars.toml:5: calender", "did you mean calendars?"),
    ],
)
def test_calendars(tmp_path: Path, old: str, new: str, starts: str, ends: str) -> None:
    assert CALENDARS.count(old) == 1
    first = told(tmp_path, CALENDARS.replace(old, new))[0]
    assert first.startswith(f"{starts}: ")
    assert first.endswith(ends)


@pytest.mark.parametrize(
    ("old", "new", "starts", "ends"),
    [
        ("group =", "grop =", "policies.toml:3: policies.first, v1.2.when", "did you mean group?"),
        ('calendar = "office"', 'calendar = "ofice"', "policies.toml:4: policies.first, v1.2.calendar", "office?"),
        ('resolution = "8h"', 'resolutoin = "8h"', "policies.toml:6: policies.first, v1.2.targets", "resolution?"),
        ('resolution = "8h"', 'resolution = "8 d"', "policies.toml:6: policies.first, v1.2.targets.resolution.other",
         '"1 working day"'),
        ("other =", "7 =", "policies.toml:12: policies.second.targets.first_response", "none and other"),
        ('name = "second"', 'nmae = "second"', "policies.toml:9: policies.2", "did you mean name?"),
        ('name = "second"', "", "policies.toml:8: policies.2.name", "it needs a name"),
        ("pause =", "pauze =", "policies.toml:10: policies.2", "did you mean pause?"),
        ('resolution = "new"', 'resolution = "anew"', "policies.toml:14: policies.second.reopen.resolution", "new?"),
    ],
)  # fmt: skip
def test_policies(tmp_path: Path, old: str, new: str, starts: str, ends: str) -> None:
    assert POLICIES.count(old) == 1
    (only,) = told(tmp_path, policies=POLICIES.replace(old, new))
    assert only.startswith(f"{starts}: ")
    assert only.endswith(ends)


def test_what_the_settings_hold_is_told_by_their_lines(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[[sla.policies]]\nname = "own"\n[sla.policies.targets]\nresolution = "x"\n')
    sla = SlaConfig(policies=({"name": "own", "targets": {"resolution": "x"}},))
    _, (found,) = policy_files.check(policy_files.read(tmp_path, sla), NOW)
    assert found.where == f"{tmp_path}/config.toml:4: policies.own.targets.resolution.other"


def test_what_is_written_twice_is_told_where_it_is_the_second_time(tmp_path: Path) -> None:
    text = f"{POLICIES}\n[calendars.office]\nzone = 'UTC'\nmon = '09:00-10:00'\n"
    assert told(tmp_path, policies=text) == ["policies.toml:16: calendars.office: it is written twice"]
