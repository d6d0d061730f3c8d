"""Versions of policies in the team's store: written once, never changed, and read back as what they meant."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from helpdesk_tui.config.sla import SlaConfig
from helpdesk_tui.data import policy_files, stores
from helpdesk_tui.data.policy_files import Written
from helpdesk_tui.data.read.policies import OWN_TEXT, TeamClocks
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.policies import TeamClocksWriter
from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.sla.findings import Level
from helpdesk_tui.domain.sla.promises import PromiseState, ReminderKind, ReminderState
from helpdesk_tui.domain.sla.versions import Force, Reach, in_force, version_of
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.errors import ConfigError

NOW = 1_795_307_200
TICKET = TicketRef("sn", "a")
CALENDARS = '[calendars.office]\nzone = "Europe/Paris"\nmon-fri = ["08:00-18:00"]\nholidays = [2026-12-25]\n'
POLICIES = '[[policies]]\nname = "all"\ncalendar = "office"\n[policies.targets]\nresolution = "4h"\n'


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[TeamClocksWriter]:
    opened = TeamClocksWriter(stores.open_write(tmp_path / "team.db", StoreKind.TEAM))
    yield opened
    opened.close()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[TeamClocks]:
    opened = TeamClocks(tmp_path / "team.db")
    yield opened
    opened.close()


def write(folder: Path, calendars: str = CALENDARS, policies: str = POLICIES) -> Written:
    (folder / "calendars.toml").write_text(calendars)
    (folder / "policies.toml").write_text(policies)
    return policy_files.read(folder, SlaConfig())


def keep(writer: TeamClocksWriter, written: Written, now: int = NOW) -> int:
    return writer.keep_version(written.document, policy_files.fill(written, now)[0], "ana", now)


def test_a_document_is_kept_once_and_read_back_as_it_was_meant(
    tmp_path: Path, writer: TeamClocksWriter, reader: TeamClocks
) -> None:
    written = write(tmp_path)
    assert (keep(writer, written), keep(writer, written, NOW + 60)) == (1, 0)
    loaded = reader.loaded()
    assert loaded.forces == (Force(NOW, 1, Reach.ALL),)
    assert loaded.policies is not None
    made, _ = policy_files.check(written, NOW)
    policies, office = loaded.policies[1], loaded.policies[1].calendar("office")
    assert policies.policies[0].goal(Metric.RESOLUTION, 3) == made.policies[0].goal(Metric.RESOLUTION, 3)
    assert office.same_hours(made.calendar("office"))
    assert office.rules.startswith("2024-2031:")


def test_what_was_changed_is_a_version_of_its_own_for_tickets_made_from_then_on(
    tmp_path: Path, writer: TeamClocksWriter, reader: TeamClocks
) -> None:
    keep(writer, write(tmp_path))
    before = reader.loaded()
    assert keep(writer, write(tmp_path, CALENDARS.replace("18:00", "17:00")), NOW + 100) == 2
    loaded = reader.loaded()
    assert loaded.forces == (Force(NOW, 1, Reach.ALL), Force(NOW + 100, 2, Reach.NEW))
    assert loaded.policies is not None
    assert before.policies is not None
    assert loaded.policies[1] == before.policies[1]
    assert loaded.policies[2].calendar("office").label == "office v2"
    assert [version.calendars for version in reader.versions()] == [{"office": 1}, {"office": 2}]


def test_re_pointing_is_written_down_with_what_it_did(
    tmp_path: Path, writer: TeamClocksWriter, reader: TeamClocks
) -> None:
    keep(writer, write(tmp_path))
    keep(writer, write(tmp_path, policies=POLICIES.replace("4h", "2h")), NOW + 100)
    writer.repoint(2, [("sn", "a", "INC1", "resolution", NOW, NOW - 7200)], "ana", NOW + 200)
    connection = sqlite3.connect(tmp_path / "team.db")
    rows = connection.execute(
        "SELECT made_by, version, reach, changed, report FROM policy_force ORDER BY id"
    ).fetchall()
    connection.close()
    assert rows[-1] == ("ana", 2, "running", 1, f'[["sn", "a", "INC1", "resolution", {NOW}, {NOW - 7200}]]')
    forces = reader.loaded().forces
    assert in_force(forces) == 2
    made = NOW - 50
    assert version_of(forces, made, 0) == 2
    assert version_of(forces, made, NOW + 150) == 1  # over before it was re-pointed
    assert version_of(forces, NOW + 100, NOW + 150) == 2


@pytest.mark.parametrize(
    ("calendars", "policies", "words"),
    [
        ('[calendars.office]\nmon = ["18:00-18:00"]\n', "", "is empty"),
        ('[calendars.office]\nzone = "Mars/Base"\nmon = ["08:00-18:00"]\n', "", "Mars/Base"),
        ("[calendars.office]\nzone = 'Europe/Paris'\n", "", "no hours"),
        (CALENDARS, POLICIES + "[[policies]]\nname = 'too'\n[policies.targets]\nresolution = '1h'\n", "no ticket ever"),
        (CALENDARS, POLICIES.replace('"4h"', '"30000h"'), "ten years"),
        ("[office]\nmon = []\n", "", "there are only [calendars.NAME]"),
        (CALENDARS + '[calendars.x]\ncountry = 7\nmon = ["08:00-18:00"]\n', POLICIES, "quotation marks"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, calendars: str, policies: str, words: str) -> None:
    _, found = policy_files.check(write(tmp_path, calendars, policies), NOW)
    assert [finding for finding in found if finding.level is not Level.NOTE and words in str(finding)]


def test_a_calendar_written_twice_is_a_mistake(tmp_path: Path) -> None:
    write(tmp_path)
    written = policy_files.read(tmp_path, SlaConfig(calendars={"office": {"mon": ["08:00-12:00"]}}))
    assert ["written twice" in str(finding) for finding in written.found] == [True]
    assert written.calendars["office"]["zone"] == "Europe/Paris"


@pytest.mark.parametrize("text", ["not = toml = at all", "\x00\x01", "[" * 3000])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"policies\.toml"):
        write(tmp_path, policies=text)


def test_public_holidays_are_kept_as_dates(tmp_path: Path, writer: TeamClocksWriter, reader: TeamClocks) -> None:
    pytest.importorskip("holidays")
    written = write(tmp_path, CALENDARS.replace("holidays", 'country = "FR"\nholidays'))
    assert keep(writer, written) == 1
    policies = reader.loaded().policies
    assert policies is not None
    office = policies[1].calendar("office")
    assert {"2026-07-14", "2026-12-25", "2031-05-01"} <= {day.isoformat() for day in office.holidays}


def test_a_promise_is_settled_once_and_gives_way_to_the_next(writer: TeamClocksWriter, reader: TeamClocks) -> None:
    first = writer.promise(TICKET, "INC1", NOW + 600, by="ana", now=NOW)
    second = writer.promise(TICKET, "INC1", NOW + 900, by="ana", now=NOW + 10)
    assert writer.settle_promise(second, PromiseState.KEPT, NOW + 700)
    assert not writer.settle_promise(second, PromiseState.MISSED, NOW + 800)
    told = {one.id: one for one in reader.promises(NOW)}
    assert (told[first].state, told[first].counts_from) == (PromiseState.DROPPED, NOW)
    assert (told[second].state, told[second].settled_at) == (PromiseState.KEPT, NOW + 700)


def test_a_text_that_is_still_to_be_sent_takes_no_promise_away(writer: TeamClocksWriter, reader: TeamClocks) -> None:
    first = writer.promise(TICKET, "INC1", NOW + 600, by="ana", now=NOW)
    second = writer.promise(TICKET, "INC1", NOW + 900, by="ana", now=NOW + 10, change="c1")
    told = {one.id: one for one in reader.promises(NOW)}
    assert (told[first].state, told[first].counts_from) == (PromiseState.OPEN, NOW)
    assert (told[second].state, told[second].counts_from) == (PromiseState.OPEN, 0)
    assert told[second].is_unsaid
    assert not told[first].is_unsaid


Lines = Sequence[tuple[str, str]]


@pytest.mark.parametrize(
    ("lines", "state", "counts_from"),
    [
        ([], "open", 0),
        ([("c1", "QUEUED"), ("c1", "SENDING")], "open", 0),
        ([("c1", "QUEUED"), ("c1", "REJECTED")], "open", 0),
        ([("c1", "QUEUED"), ("c1", "APPLIED")], "open", 0),
        ([("c1", "QUEUED"), ("c1", "CONFIRMED")], "open", NOW + 1 + OWN_TEXT),
        ([("c1", "QUEUED"), ("c1", "DISCARDED")], "dropped", 0),
        ([("c1", "QUEUED"), ("c1", "SUPERSEDED"), ("c2", "QUEUED")], "open", 0),
        ([("c1", "SUPERSEDED"), ("c2", "QUEUED"), ("c2", "CONFIRMED")], "open", NOW + 2 + OWN_TEXT),
        ([("c1", "SUPERSEDED"), ("c2", "SUPERSEDED"), ("c3", "DISCARDED")], "dropped", 0),
        ([("c2", "CONFIRMED"), ("c3", "DISCARDED")], "open", 0),
    ],
)
def test_a_promise_follows_the_text_that_makes_it(
    tmp_path: Path, writer: TeamClocksWriter, reader: TeamClocks, lines: Lines, state: str, counts_from: int
) -> None:
    writer.promise(TICKET, "INC1", NOW + 900, by="ana", now=NOW, change="c1")
    told(tmp_path / "team.db", lines)
    (promise,) = reader.promises(NOW)
    assert (promise.state.value, promise.counts_from) == (state, counts_from)
    assert promise.settled_at == (NOW + len(lines) - 1 if state == "dropped" else 0)


def told(team_db: Path, lines: Lines) -> None:
    """The journal's copy says that this became of these changes, a second apart."""
    begun: set[str] = set()
    connection = sqlite3.connect(team_db)
    with connection:
        for entry, (change, state) in enumerate(lines):
            was = "" if change not in begun else "QUEUED"
            begun.add(change)
            connection.execute(
                "INSERT INTO journal (desk, entry, at, change, source, key, was, state) VALUES ('ana',?,?,?,?,?,?,?)",
                (entry, NOW + entry, change, *TICKET, was, state),
            )
    connection.close()


def test_reminders_and_causes_are_kept(writer: TeamClocksWriter, reader: TeamClocks) -> None:
    number = writer.remind(TICKET, "INC1", ReminderKind.UNLESS, NOW + 60, by="ana", now=NOW, note="call back")
    assert [(one.id, one.kind, one.note) for one in reader.reminders(NOW)] == [
        (number, ReminderKind.UNLESS, "call back")
    ]
    assert writer.settle_reminder(number, ReminderState.DONE, NOW + 30)
    assert reader.reminders(NOW + 30 + 8 * 86_400) == ()
    for cause in ("vendor", "bounced"):
        writer.say_cause(TICKET, "local:resolution:1", "INC1", "resolution", NOW, cause, by="ana", now=NOW + 5)
    assert [said.cause for said in reader.causes(NOW - 1)] == ["bounced"]
    writer.say_cause(TICKET, "local:resolution:1", "INC1", "resolution", NOW, "", by="ana", now=NOW + 6)
    assert reader.causes(0) == ()
