"""Roster files: what may be written, and the one line that says what is wrong and where."""

from __future__ import annotations

import os
import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest

from helpdesk_tui.desk.roster import files as roster_files
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.people_file import read_people, read_people_csv
from helpdesk_tui.domain.roster.reading import clock_seconds, weekdays
from helpdesk_tui.domain.roster.restrictions import Restriction, Window
from helpdesk_tui.domain.roster.roster_file import read_roster
from helpdesk_tui.domain.roster.rotations import Advance, Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Mode
from helpdesk_tui.domain.roster.shifts import Hours, Weekly
from helpdesk_tui.domain.technicians import Contact, Skill, Technician

PARIS, H = "Europe/Paris", 3_600

PEOPLE = """
[[technician]]
name = "Dana"
email = "d@x"
zone = "Asia/Tokyo"
capacity = 12
lead = true
skills = { net = 3, vpn = 2 }
groups = ["Network"]
contacts = [{ kind = "pager", value = "9" }]
logins = { jira = "712020:1" }
shifts = [{ days = "Mon-Fri", from = "22:00", to = "06:00", break = ["01:00-01:30"], every = 2, first = 2026-01-05 }]
[[technician]]
name = "Lee"
skills = ["win"]
shifts = [{ rule = "FREQ=MONTHLY;BYDAY=1SA", from = "9", to = "12", first = "2026-01-01", except = ["2026-02-07"] }]
"""


def test_technicians_with_their_shifts() -> None:
    found = read_people(tomllib.loads(PEOPLE), "technicians.toml", PARIS)
    dana, lee = found.technicians
    assert dana == Technician(
        "Dana", "Asia/Tokyo", 12, "", "d@x", lead=True, logins={"jira": ("712020:1", "")},
        skills=(Skill("net", 3), Skill("vpn", 2)), groups=("Network",), contacts=(Contact("pager", "9"),),
        origin="file",
    )  # fmt: skip
    assert lee.skills == (Skill("win"),)
    night, saturday = found.patterns
    assert (night.zone, night.hours) == ("Asia/Tokyo", Hours(22 * H, 8 * H, ((3 * H, H // 2),)))
    assert night.on == Weekly(date(2026, 1, 5), frozenset(range(5)), 2)
    assert (saturday.zone, saturday.exceptions) == (PARIS, frozenset({date(2026, 2, 7)}))
    assert [str(day) for day in saturday.on.dates(date(2026, 1, 1), date(2026, 3, 1))] == ["2026-01-03", "2026-02-07"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[technician]]\nzone = 'UTC'", r"technicians.toml: technician 1: name: is missing"),
        ("[[technician]]\nname='A'\nzone='Pari'", r"technician 1 \(A\): zone: there is no time zone 'Pari'"),
        ("[[technician]]\nname='A'\ncapacity=-1", r"capacity: is a number of open tickets"),
        ("[[technician]]\nname='A'\ncapacity='9'", r"capacity: must be a whole number, not '9'"),
        ("[[technician]]\nname='A'\nskills={net=9}", r"skills: the level of net is a number from 1 to 5"),
        ("[[technician]]\nname='A'\nskils=[]", r"skils: is not known here; did you mean skills\?"),
        ("[[technician]]\nname='A'\n[[technician]]\nname='A'", r"technician 2 \(A\): name: two technicians have it"),
        ("[[technician]]\nname='A'\nshifts=[{days='Mo-Xx'}]", r"shifts 1: days: 'Mo-Xx' is no day of the week"),
        ("[[technician]]\nname='A'\nshifts=[{from='25'}]", r"from: '25' is no time of day"),
        ("[[technician]]\nname='A'\nshifts=[{break='20:00-21:00'}]", r"a break lies outside its shift"),
        ("[[technician]]\nname='A'\nshifts=[{rule='FREQ=SECONDLY'}]", r"rule: a shift comes back daily"),
        ("technician = 3", r"technician: must be a list, not 3"),
    ],
)
def test_what_is_wrong_about_technicians_is_said_with_its_place(text: str, words: str) -> None:
    with pytest.raises(RosterError, match=words):
        read_people(tomllib.loads(text), "technicians.toml", PARIS)


ROSTER = """
[[schedule]]
key = "net"
name = "Network"
mode = "union"
skill = "vpn"
[[schedule.layer]]
anchor = 2026-01-31 08:00:00
unit = "month"
members = ["Dana", ["Lee", "Okafor"]]
[[schedule.layer]]
key = "nights"
anchor = "2026-01-05 18:00"
unit = "day"
length = 2
advance = "active"
members = ["Dana"]
hours = [{ days = "Sat, Sun", from = "18:00", to = "08:00" }]
from = "2026-02-01"
[[need]]
skill = "vpn"
required = 2
hours = [{ days = "weekdays", from = "08:00", to = "24:00" }]
[[visit]]
title = "laptops"
from = "2026-11-23 14:00"
to = "2026-11-23 16:00"
people = ["Dana"]
"""


def test_schedules_needs_and_visits() -> None:
    found = read_roster(tomllib.loads(ROSTER), "roster.toml", PARIS)
    [one] = found.schedules
    assert (one.name, one.skill, one.schedule.mode) == ("Network", "vpn", Mode.UNION)
    month, nights = one.schedule.layers
    assert month.rotation == Rotation(
        "net", PARIS, Unit.MONTH, 1, datetime.fromisoformat("2026-01-31T08:00"),
        (Member("Dana", 0), Member("Lee", 1), Member("Okafor", 1)),
    )  # fmt: skip
    assert (nights.key, nights.rotation.advance, nights.start) == ("nights", Advance.ACTIVE, 1_769_900_400)
    assert nights.restriction == Restriction(PARIS, (Window(5, 18 * H, 14 * H), Window(6, 18 * H, 14 * H)))
    [need] = found.needs
    assert need.hours is not None
    assert need.hours.windows[0] == Window(0, 8 * H, 16 * H)
    assert [(visit.title, visit.end - visit.start, visit.people) for visit in found.visits] == [
        ("laptops", 2 * H, ("Dana",))
    ]


LAYER = "[[schedule]]\nkey='n'\n[[schedule.layer]]\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LAYER + "anchor='2026-01-01'\nmembers=[]", r"layer 1: members: is empty: nobody would ever be on"),
        (LAYER + "members=['A']", r"anchor: is missing"),
        (LAYER + "anchor='2026-01-01T00:00Z'\nmembers=['A']", r"has an offset of its own"),
        (LAYER + "anchor='2026-01-01'\nmembers=['A', [3]]", r"members: \[3\] is neither a name"),
        (LAYER + "anchor='2026-01-01'\nmembers=['A']\nunit='year'", r"unit: must be one of hour, day, week, month"),
        (LAYER + "anchor='2026-01-01'\nmembers=['A']\nlength=0", r"layer 1: rotation n: a turn lasts 1 to"),
        (LAYER + "anchor='2026-01-01'\nmembers=['A']\nhours=[]", r"hours: would leave nobody on, ever"),
        ("[[schedule]]\nkey='n'\nzone='x'", r"zone: there is no time zone 'x'"),
        ("[[schedule]]\nkey='n'\n[[schedule]]\nkey='n'", r"two schedules have one key"),
        ("[[need]]\nrequired=0", r"need 1: a need is for 1 to 1000 people"),
        ("[[visit]]\ntitle='v'\nfrom='2026-01-02'\nto='2026-01-01'", r"visit 1 \(v\): v ends before it begins"),
    ],
)
def test_what_is_wrong_about_a_roster_is_said_with_its_place(text: str, words: str) -> None:
    with pytest.raises(RosterError, match=words):
        read_roster(tomllib.loads(text), "roster.toml", PARIS)


def test_days_and_times() -> None:
    assert weekdays("Fri-Mon") == (4, 5, 6, 0)
    assert weekdays("monday, wed") == (0, 2)
    assert weekdays("daily") == tuple(range(7))
    assert [clock_seconds(text) for text in ("8", "08:30", "24:00")] == [8 * H, 8 * H + 1_800, 24 * H]
    for wrong in ("24:01", "8.30", "", "-1"):
        with pytest.raises(RosterError):
            clock_seconds(wrong)


def test_csv_fills_in_and_keeps_what_it_does_not_say() -> None:
    known = [Technician("Dana", PARIS, 12, "1", "d@x", lead=True, skills=(Skill("net", 3),))]
    text = "name,email,skills,login.jira,lead\nDana,,net:2 vpn,abc,no\nNew,n@x,,,yes\n"
    dana, new = read_people_csv(text, "t.csv", known)
    assert dana == Technician(
        "Dana", PARIS, 12, "1", "d@x", logins={"jira": ("abc", "")}, skills=(Skill("net", 2), Skill("vpn"))
    )
    assert (new.email, new.lead, new.skills) == ("n@x", True, ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("email\nx", "needs a column name"),
        ("name,nme\nA,B", "there is no column nme"),
        ("name\nA\nA", "line 3: A comes twice"),
        ("name,email\n,x", "line 2: the name is missing"),
        ("name,capacity\nA,many", "line 2: capacity: 'many' is no number"),
        ("name,zone\nA,Paris", "line 2: zone: there is no time zone 'Paris'"),
        ("name,lead\nA,maybe", "'maybe' is neither yes nor no"),
        ("name,skills\nA,net:9", "'net:9' is no skill"),
    ],
)
def test_what_is_wrong_about_a_csv_is_said_with_its_line(text: str, words: str) -> None:
    with pytest.raises(RosterError, match=words):
        read_people_csv(text, "t.csv")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"a = " + b"[" * 100_000, "technicians.toml: is not TOML: brackets in brackets without end"),
        (b"[[technician]]\nname = 'A'\ncapacity = " + b"9" * 5_000, "technicians.toml: is not TOML: "),
        (b"x = 'a'\ny = '\xff'", r"technicians.toml: is not UTF-8 text \(line 2\)"),
        (
            b"[[technician]]\nname = 'A'\ncapacity = '" + b"9" * 5_000 + b"'",
            "capacity: must be a whole number, not '999",
        ),
        (b'[[technician]]\nname = "A\\u001b[31m"', r"technician 1 \(A.\[31m\): name: must not hold control characters"),
        (b"#" * (roster_files.LARGEST + 1), "technicians.toml is larger than 4 MB"),
    ],
)
def test_a_file_that_nobody_meant_is_one_line(tmp_path: Path, raw: bytes, words: str) -> None:
    (tmp_path / "technicians.toml").write_bytes(raw)
    with pytest.raises(RosterError, match=words) as raised:
        roster_files.check(tmp_path, PARIS)
    assert len(str(raised.value)) < 300


def test_a_pipe_and_a_folder_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "technicians.toml")
    with pytest.raises(RosterError, match=r"technicians\.toml is no file"):
        roster_files.check(tmp_path, PARIS)
    (tmp_path / "technicians.toml").unlink()
    (tmp_path / "roster.toml").mkdir()
    with pytest.raises(RosterError, match=r"roster.toml (is no file|cannot be read)"):
        roster_files.check(tmp_path, PARIS)


def test_what_the_files_hold_is_told_in_a_line_each(tmp_path: Path) -> None:
    assert roster_files.check(tmp_path, PARIS) == []
    (tmp_path / "technicians.toml").write_text("[[technician]]\nname = 'A'\n")
    (tmp_path / "roster.toml").write_text("")
    assert roster_files.check(tmp_path, PARIS) == ["technicians.toml: good, 1 technician"]
