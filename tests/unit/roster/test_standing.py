"""Where technicians stand at an instant, and how people of the sources are joined to them."""

from __future__ import annotations

from datetime import date

import pytest

from helpdesk_tui.domain.people import Person
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.duties import Duty, Span
from helpdesk_tui.domain.roster.shifts import Dated, Hours, expanded
from helpdesk_tui.domain.roster.standing import standing
from helpdesk_tui.domain.technicians import Technician, joined

H = 3_600
MIDNIGHT = 1_790_035_200
"""2026-09-22 00:00 UTC."""
DAY = date(2026, 9, 22)


def shift(person: str, start: int, length: int, *breaks: tuple[int, int]) -> Dated:
    return Dated("s", person, "UTC", DAY, Hours(start * H, length * H, tuple((a * H, b * H) for a, b in breaks)))


@pytest.mark.parametrize(
    ("hour", "word", "until", "following"),
    [(7, "off", None, 8), (8, "on", 16, None), (12, "break", 16, None), (13, "on", 16, None), (16, "off", None, None)],
)
def test_on_shift_until(hour: int, word: str, until: int | None, following: int | None) -> None:
    shifts = expanded([shift("Ada", 8, 8, (4, 1))], MIDNIGHT, MIDNIGHT + 24 * H)
    now = MIDNIGHT + hour * H
    ada = standing({"Ada": True, "Ben": True}, shifts, ["Ada"], [], {}, now)["Ada"]
    assert ada.word == word
    assert ada.until == (None if until is None else MIDNIGHT + until * H)
    assert ada.next_start == (None if following is None else MIDNIGHT + following * H)


def test_absent_counts_over_shifts_and_runs_on_over_touching_absences() -> None:
    shifts = expanded([shift("Ada", 8, 8), shift("Ben", 8, 8)], MIDNIGHT, MIDNIGHT + 24 * H)
    now = MIDNIGHT + 9 * H
    away = [Absence("1", "Ada", MIDNIGHT, now + H), Absence("2", "Ada", now + H, now + 5 * H), Absence("3", "Ben", now)]
    found = standing({"Ada": True, "Ben": True, "Chen": True, "Dee": False}, shifts, ["Ada", "Ben"], away, {}, now)
    assert {name: one.word for name, one in found.items()} == {
        "Ada": "absent", "Ben": "absent", "Chen": "?", "Dee": "gone",
    }  # fmt: skip
    assert (found["Ada"].absent_until, found["Ben"].absent_until) == (now + 5 * H, None)
    assert not found["Ada"].here
    assert found["Ada"].on == ((MIDNIGHT + 8 * H, MIDNIGHT + 16 * H),)


def test_on_call_until_over_touching_spans() -> None:
    spans = [
        Span(MIDNIGHT, MIDNIGHT + H, (Duty("Ada"),)),
        Span(MIDNIGHT + H, MIDNIGHT + 2 * H, (Duty("Ada"), Duty("Ben"))),
        Span(MIDNIGHT + 2 * H, MIDNIGHT + 3 * H, ()),
    ]
    found = standing({"Ada": True, "Ben": True}, [], [], [], {"net": spans}, MIDNIGHT + 60)
    assert (found["Ada"].on_call, found["Ada"].on_call_until) == (("net",), MIDNIGHT + 2 * H)
    assert found["Ben"].on_call == ()
    gap = standing({"Ada": True}, [], [], [], {"net": spans}, MIDNIGHT + 2 * H)
    assert gap["Ada"].on_call == ()


def person(source: str, key: str, mail: str = "", login: str = "", *, works: bool = True) -> Person:
    return Person(source, key, f"{key} {source}", mail, login, works_tickets=works)


def test_people_are_joined_by_mapping_and_by_unique_mail_and_else_listed() -> None:
    team = [
        Technician("Ada", email="ada@x", logins={"jira": ("", "ada.l"), "zen": ("nobody", "")}),
        Technician("Ben", email="BEN@x"),
        Technician("Cy", email="same@x"),
        Technician("Di", email="same@x"),
    ]
    people = [
        person("snow", "1", "ada@x"), person("jira", "2", "other@x", "ADA.L"), person("snow", "3", "ben@X"),
        person("snow", "4", "same@x"), person("snow", "5"), person("snow", "6", "new@x"),
        person("snow", "7", "client@x", works=False), person("jira", "8", "ada@x"),
        person("zen", "9", "ben@x"), person("zen", "10", "ben@x"), person("zen", "11", "ada@x"),
    ]  # fmt: skip
    found = joined(team, people)
    assert found.names == {
        ("snow", "1"): "Ada", ("jira", "2"): "Ada", ("snow", "3"): "Ben", ("zen", "11"): "Ada",
    }  # fmt: skip
    assert {one.person.key: one.why for one in found.unjoined} == {
        "4": "Cy and Di have the same e-mail",
        "5": "the platform shows no e-mail",
        "6": "no technician has this e-mail",
        "8": "Ada has another login there",
        "9": "several people of the source have this e-mail",
        "10": "several people of the source have this e-mail",
    }
    assert found.dangling == (("Ada", "zen", "nobody"),)
    assert [one.key for one in found.people["Ada"]] == ["1", "2", "11"]
