"""What is typed into the forms of rotations and technicians, and as a time away: what it means, what is refused."""

from __future__ import annotations

from datetime import datetime

import pytest

from helpdesk_tui.data.read.rosters import OwnSchedule
from helpdesk_tui.desk.roster import rotation_form as roster_form
from helpdesk_tui.desk.roster import technician_form as team_form
from helpdesk_tui.desk.roster.rotation_form import Form
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.rotations import Advance, Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Schedule
from helpdesk_tui.domain.technicians import Contact, Skill, Technician
from helpdesk_tui.domain.wall_time import UnknownZone
from helpdesk_tui.screens.roster.away import period_of

NAMES = ("Ada Kent", "Ben Ott", "Chen Li", "Benno Ray")
NOW = 1_795_307_200
"""Sunday 22 November 2026, 00:26 UTC."""
DAY, H = 86_400, 3_600


def form() -> Form:
    members = tuple(Member(name, turn) for turn, name in enumerate(NAMES[:2]))
    rotation = Rotation("net", "UTC", Unit.WEEK, 1, datetime.fromisoformat("2026-11-02T08:00"), members)
    own = OwnSchedule(Schedule("net", "UTC", (Layer("net", rotation),)), "Network")
    return Form(own, own)


@pytest.mark.parametrize(
    ("field", "text", "shown"),
    [
        ("name", " Net  ops ", "Net ops"),
        ("members", "chen, Ada Kent + ben ott", "Chen Li, Ada Kent + Ben Ott"),
        ("turn", "2 days", "2 day"),
        ("turn", "1 month", "1 month"),
        ("handoff", "2026-11-03 09:30", "2026-11-03 09:30  (Tue 09:30)"),
        ("hours", "Mon-Fri 18:00-08:00, Sat+Sun 00:00-24:00", "Mon-Fri 18:00-08:00, Sat+Sun 00:00-24:00"),
        ("hours", "always", "always"),
        ("advance", "active", "active"),
        ("zone", "Asia/Kolkata", "Asia/Kolkata"),
        ("skill", "NET", "net"),
    ],
)
def test_a_field_comes_back_as_it_was_meant(field: str, text: str, shown: str) -> None:
    changed = roster_form.edited(form(), field, text, NAMES)
    assert roster_form.values(changed)[field] == shown
    assert changed.changed is (roster_form.values(form())[field] != shown)
    again = roster_form.edited(changed, field, roster_form.editable(changed, field), NAMES)
    assert roster_form.values(again)[field] == shown


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("name", " ", "needs a name"),
        ("members", "", "nobody on, ever"),
        ("members", "ben", "any of Ben Ott, Benno Ray"),
        ("members", "zoe", "no technician is called so"),
        ("members", "ada, chen, ada", "two turns"),
        ("turn", "soon", "no turn such as"),
        ("turn", "0 days", "1 to 1200"),
        ("handoff", "Monday", "no local time"),
        ("hours", "Mon", "no stretch"),
        ("hours", "Blursday 08:00-09:00", "no day of the week"),
        ("advance", "never", "neither calendar nor active"),
    ],
)
def test_what_cannot_be_is_said(field: str, text: str, why: str) -> None:
    with pytest.raises(RosterError, match=why):
        roster_form.edited(form(), field, text, NAMES)


def test_a_zone_that_is_none_is_said() -> None:
    with pytest.raises(UnknownZone):
        roster_form.edited(form(), "zone", "Mars/Base", NAMES)


def test_the_next_handoffs_follow_what_is_typed_and_the_turn_that_runs_stays() -> None:
    before = roster_form.ahead(form(), NOW)
    assert len(before) == 10
    assert before[0] == (1_795_420_800, ("Ben Ott",))
    more = roster_form.edited(form(), "members", "Ada Kent, Chen Li, Ben Ott", NAMES)
    assert [who for _, who in roster_form.ahead(more, NOW)][:3] == [("Chen Li",), ("Ben Ott",), ("Ada Kent",)]


def test_turns_that_never_come_up_are_told() -> None:
    daily = roster_form.edited(form(), "turn", "12 hours", NAMES)
    night = roster_form.edited(daily, "hours", "daily 08:00-20:00", NAMES)
    found = roster_form.warned(night, NOW)
    assert found is not None
    assert (found.turns, found.reached) == (2, 1)
    assert roster_form.warned(roster_form.edited(night, "advance", Advance.ACTIVE, NAMES), NOW) is None


@pytest.mark.parametrize(
    ("field", "text", "shown"),
    [
        ("zone", "Europe/Paris", "Europe/Paris"),
        ("capacity", "12", "12"),
        ("skills", "Net 3, vpn", "net 3, vpn 1"),
        ("contacts", "mobile +33 6 1, chat @d", "mobile +33 6 1, chat @d"),
        ("groups", "A, B, A", "A, B"),
        ("lead", "y", "yes"),
        ("active", "no", "no"),
        ("logins", "sn dana, jira 5:b", "jira 5:b, sn dana"),
        ("email", "a@b", "a@b"),
        ("phone", "+1", "+1"),
    ],
)
def test_a_technician_is_what_was_typed(field: str, text: str, shown: str) -> None:
    changed = team_form.edited(Technician("Dana"), field, text)
    assert team_form.values(changed)[field] == shown
    assert team_form.edited(changed, field, shown) == changed


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("capacity", "many"), ("skills", "net 9"), ("contacts", "phone"), ("lead", "perhaps"), ("logins", "sn"),
        ("email", "dana"),
    ],
)  # fmt: skip
def test_what_a_technician_cannot_have_is_said(field: str, text: str) -> None:
    with pytest.raises(RosterError):
        team_form.edited(Technician("Dana"), field, text)


def test_a_platforms_word_on_skills_stays_theirs() -> None:
    one = Technician("Dana", skills=(Skill("net", 2, "sn"), Skill("vpn", 1)), contacts=(Contact("chat", "@d"),))
    assert team_form.values(one)["skills"] == "vpn 1"
    assert team_form.edited(one, "skills", "win 4").skills == (Skill("net", 2, "sn"), Skill("win", 4))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("", NOW, None),
        ("until Mon 08:00", NOW, 1_795_420_800),
        ("until +4h", NOW, NOW + 4 * H),
        ("Mon", 1_795_392_000, 1_795_478_400),
        ("Mon to Wed", 1_795_392_000, 1_795_651_200),
        ("2026-12-24 to 2027-01-02", 1_798_070_400, 1_798_934_400),
        ("Mon 09:00 to Mon 17:00", 1_795_424_400, 1_795_453_200),
    ],
)
def test_a_time_away_is_whole_days_unless_times_are_said(text: str, start: int, end: int | None) -> None:
    assert period_of(text, "UTC", NOW) == (start, end)


@pytest.mark.parametrize("text", ["some day", "until never", "2026-12-24 to 2026-12-20"])
def test_a_time_that_is_none_is_said(text: str) -> None:
    with pytest.raises(RosterError):
        period_of(text, "UTC", NOW)
