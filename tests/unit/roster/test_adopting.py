"""Technicians taken over from the platforms: joined by e-mail, marked as theirs, nobody guessed."""

from __future__ import annotations

from helpdesk_tui.domain.adopting import adopted
from helpdesk_tui.domain.people import Person
from helpdesk_tui.domain.technicians import Skill, Technician


def person(source: str, key: str, mail: str, *skills: str, name: str = "", zone: str = "") -> Person:
    return Person(source, key, name or key.title(), mail, key, "+1", zone, works_tickets=True, skills=skills)


def test_people_of_several_sources_with_one_address_are_one_technician() -> None:
    [ada] = adopted([], [person("sn", "ada", "Ada@x", "vpn", zone="UTC"), person("zd", "9", "ada@X", "mail")])
    assert (ada.name, ada.zone, ada.phone, ada.email, ada.origin) == ("Ada", "UTC", "+1", "Ada@x", "sn")
    assert ada.skills == (Skill("mail", 1, "zd"), Skill("vpn", 1, "sn"))


def test_nobody_is_guessed() -> None:
    people = [person("sn", "a", ""), person("sn", "b", "same@x"), person("sn", "c", "same@x")]
    assert adopted([], people) == []


def test_the_teams_word_stays_and_the_platforms_is_renewed() -> None:
    known = Technician("Ada", email="ada@x", skills=(Skill("vpn", 3), Skill("old", 1, "sn")), origin="file")
    [fresh] = adopted([known], [person("sn", "ada", "ada@x", "vpn")])
    assert fresh.skills == (Skill("vpn", 3), Skill("vpn", 1, "sn"))
    assert (fresh.levels, fresh.origin) == ({"vpn": 3}, "file")
    assert adopted([fresh], [person("sn", "ada", "ada@x", "vpn")]) == []


def test_namesakes_are_told_apart_and_one_source_can_be_chosen() -> None:
    people = [person("sn", "k1", "one@x", name="Kim"), person("zd", "k2", "two@x", name="Kim")]
    assert [one.name for one in adopted([], people)] == ["Kim", "Kim (k2)"]
    assert [one.email for one in adopted([], people, only="zd")] == ["two@x"]
