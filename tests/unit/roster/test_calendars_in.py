"""Other people's calendars and CSV files: what is taken, what is passed over and why, and what comes out again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from helpdesk_tui.desk.roster.ical import read_calendar
from helpdesk_tui.domain.roster.absences import AbsenceKind
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.ics import calendar_text, events_of_shifts
from helpdesk_tui.domain.roster.recurrence import Rule
from helpdesk_tui.domain.roster.shift_csv import read_shifts, write_shifts
from helpdesk_tui.domain.roster.shifts import Dated, Hours, Pattern, expanded
from helpdesk_tui.domain.technicians import Technician

PARIS, H, DAY = "Europe/Paris", 3_600, 86_400
TEAM = [Technician("Dana Kim", email="dana@x"), Technician("Lee"), Technician("Lee Ann")]
START = 1_790_035_200


def calendar(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT\r\n" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}END:VCALENDAR\r\n".encode()


def test_shifts_with_and_without_a_rule_in_their_zone() -> None:
    raw = calendar(
        "SUMMARY:Dana Kim\r\nDTSTART;TZID=Asia/Kolkata:20260922T220000\r\nDTEND;TZID=Asia/Kolkata:20260923T060000\r\n"
        "RRULE:FREQ=WEEKLY;BYDAY=TU\r\nEXDATE;TZID=Asia/Kolkata:20260929T220000\r\nLOCATION:Pune",
        "SUMMARY:on the phones\r\nATTENDEE:mailto:DANA@x\r\nDTSTART:20260925T060000Z\r\nDURATION:PT2H",
    )
    found = read_calendar(raw, "team.ics", TEAM, PARIS)
    assert found.passed == ()
    night, phones = found.shifts
    rule = Rule("FREQ=WEEKLY;BYDAY=TU", date(2026, 9, 22), "Asia/Kolkata")
    skipped = frozenset({date(2026, 9, 29)})
    assert night == Pattern("0", "Dana Kim", "Asia/Kolkata", Hours(22 * H, 8 * H), rule, "Pune", skipped)
    assert phones == Dated("1", "Dana Kim", "UTC", date(2026, 9, 25), Hours(6 * H, 2 * H))


def test_all_day_events_are_absences_of_local_days_and_never_say_why() -> None:
    raw = calendar(
        "SUMMARY:Dana Kim annual leave\r\nDTSTART;VALUE=DATE:20261025\r\nDTEND;VALUE=DATE:20261026",
        "SUMMARY:Dana Kim: hospital\r\nDTSTART;VALUE=DATE:20261027",
    )
    leave, away = read_calendar(raw, "leave.ics", TEAM, PARIS).absences
    assert (leave.kind, leave.end) == (AbsenceKind.LEAVE, leave.start + 25 * H)
    assert (away.kind, away.source, "hospital" in repr(away)) == (AbsenceKind.AWAY, "leave.ics", False)


AT = "DTSTART:20260922T080000Z"
MARS = "DTSTART;TZID=Mars/Base:20260922T080000\r\nDTEND;TZID=Mars/Base:20260922T090000"


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (f"SUMMARY:Dana Kim\r\n{MARS}", "Mars/Base"),
        (f"SUMMARY:Zoe\r\n{AT}\r\nDURATION:PT1H", "nobody of the team is named"),
        (f"SUMMARY:Lee and Dana Kim\r\n{AT}\r\nDURATION:PT1H", "several of the team are named"),
        (f"SUMMARY:Dana Kim\r\n{AT}\r\nDURATION:PT1H\r\nRRULE:FREQ=MINUTELY", "daily, weekly or monthly"),
        (f"SUMMARY:Dana Kim\r\n{AT}\r\nDTEND:20260922T080000Z", "lasts no time"),
        (f"SUMMARY:Dana Kim\r\n{AT}\r\nDURATION:P4D", "more than two days"),
        ("SUMMARY:Dana Kim", "no single DTSTART"),
    ],
)
def test_what_cannot_be_taken_is_passed_over_with_its_reason(event: str, why: str) -> None:
    good = "SUMMARY:Dana Kim\r\nDTSTART:20260925T060000Z\r\nDURATION:PT2H"
    found = read_calendar(calendar(event, good), "team.ics", TEAM, PARIS)
    assert len(found.shifts) == 1
    [line] = found.passed
    assert why in line


def test_times_that_were_moved_added_or_cancelled_are_where_they_were_put() -> None:
    nine = "DTSTART;TZID=Europe/Paris:20260922T090000\r\nDTEND;TZID=Europe/Paris:20260922T100000"
    events = [
        f"UID:w\r\nSUMMARY:Lee\r\n{nine}\r\nRRULE:FREQ=DAILY;COUNT=4\r\nRDATE;TZID=Europe/Paris:20261001T090000",
        "UID:w\r\nSUMMARY:Lee\r\nRECURRENCE-ID;TZID=Europe/Paris:20260923T090000\r\n"
        "DTSTART;TZID=Europe/Paris:20260924T140000\r\nDTEND;TZID=Europe/Paris:20260924T150000",
        f"UID:w\r\nSUMMARY:Lee\r\n{nine}\r\nRECURRENCE-ID;TZID=Europe/Paris:20260925T090000\r\nSTATUS:CANCELLED",
        f"UID:x\r\nSUMMARY:Lee\r\n{nine}\r\nSTATUS:CANCELLED",
    ]
    raw = calendar(*events).replace(b"UID:0\r\n", b"")
    for number in range(1, 4):
        raw = raw.replace(f"UID:{number}\r\n".encode(), b"")
    found = read_calendar(raw, "team.ics", TEAM, PARIS)
    assert found.passed == ()
    shown = [
        (one.day.isoformat(), (one.start - START) // H % 24) for one in expanded(found.shifts, START, START + 30 * DAY)
    ]
    assert shown == [("2026-09-22", 7), ("2026-09-24", 7), ("2026-09-24", 12), ("2026-10-01", 7)]


CUSTOM = (
    "BEGIN:VTIMEZONE\r\nTZID:Firm/Own\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0300\r\n"
    "TZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


@pytest.mark.parametrize(
    ("zone", "more", "utc"),
    [
        ("W. Europe Standard Time", "RRULE:FREQ=WEEKLY", "2026-09-22 07:00"),
        ("/freeassociation.sourceforge.net/Asia/Kathmandu", "RRULE:FREQ=WEEKLY", "2026-09-22 03:15"),
        ("Firm/Own", "LOCATION:here", "2026-09-22 06:00"),
        ("Firm/Own", "RRULE:FREQ=WEEKLY", "no time zone 'Firm/Own'"),
        ("Mars/Base", "LOCATION:here", "no time zone 'Mars/Base'"),
    ],
)
def test_zones_by_other_names_are_known_or_named(zone: str, more: str, utc: str) -> None:
    event = f"SUMMARY:Lee\r\nDTSTART;TZID={zone}:20260922T090000\r\nDTEND;TZID={zone}:20260922T100000\r\n{more}"
    raw = calendar(event).replace(b"PRODID:x\r\n", f"PRODID:x\r\n{CUSTOM}".encode())
    found = read_calendar(raw, "team.ics", TEAM, PARIS)
    if found.passed:
        assert utc in found.passed[0]
        return
    [shift] = expanded(found.shifts, START, START + 6 * DAY)
    assert datetime.fromtimestamp(shift.start, UTC).strftime("%Y-%m-%d %H:%M") == utc


def test_an_endless_rule_costs_no_more_than_the_window() -> None:
    raw = calendar("SUMMARY:Dana Kim\r\nDTSTART:19700101T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY")
    found = read_calendar(raw, "team.ics", TEAM, PARIS)
    assert len(expanded(found.shifts, START, START + 7 * DAY)) == 7


def test_what_is_no_calendar_is_refused() -> None:
    with pytest.raises(RosterError, match=r"x.ics is no calendar"):
        read_calendar(b"\x00\xff not a calendar", "x.ics", TEAM, PARIS)


def test_what_we_write_is_what_is_read_again() -> None:
    shifts = expanded([Dated("k", "Dana Kim", PARIS, date(2026, 10, 25), Hours(0, 8 * H))], START, START + 60 * DAY)
    text = calendar_text("Dana Kim", events_of_shifts(shifts), START)
    again = read_calendar(text.encode(), "out.ics", TEAM, PARIS)
    assert [(one.start, one.end) for one in expanded(again.shifts, START, START + 60 * DAY)] == [
        (one.start, one.end) for one in shifts
    ]
    [back] = read_shifts(write_shifts(shifts, PARIS), "out.csv", ["Dana Kim"], PARIS)
    assert expanded([back], START, START + 60 * DAY) == shifts


def test_shifts_from_csv() -> None:
    text = (
        "person,date,from,to,break,zone,place\n"
        "DANA KIM,2026-11-28,22:00,06:00,02:00-02:30,Asia/Tokyo,Lyon\n"
        "Lee,2026-11-28,8,12,,,\n"
        "Lee,2026-11-28,13,17,,,\n"
    )
    night, day, late = read_shifts(text, "s.csv", ["Dana Kim", "Lee"], PARIS)
    assert night == Dated(
        "imported", "Dana Kim", "Asia/Tokyo", date(2026, 11, 28), Hours(22 * H, 8 * H, ((4 * H, H // 2),)), "Lyon"
    )
    assert (day.person, day.zone, day.hours) == ("Lee", PARIS, Hours(8 * H, 4 * H))
    assert (late.hours, late.key) == (Hours(13 * H, 4 * H), "imported 2")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("person,date,from\n", "needs a column to"),
        ("person,date,from,to,why\n", "no column why"),
        ("person,date,from,to\nZoe,2026-11-28,8,17\n", "line 2: there is no technician 'Zoe'"),
        ("person,date,from,to\nLee,2026-02-30,8,17\n", "line 2: "),
        ("person,date,from,to\nLee,2026-02-20,25,17\n", "line 2: '25' is no time of day"),
        ("person,date,from,to,zone\nLee,2026-02-20,8,17,Mars\n", "line 2: zone: there is no time zone 'Mars'"),
    ],
)
def test_what_is_wrong_about_a_csv_of_shifts_is_said_with_its_line(text: str, words: str) -> None:
    with pytest.raises(RosterError, match=words):
        read_shifts(text, "s.csv", ["Lee"], PARIS)
