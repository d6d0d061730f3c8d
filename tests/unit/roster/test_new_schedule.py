"""A schedule made on the form: what it begins with, what is still missing, the key it gets, and taking it back."""

from __future__ import annotations

import pytest

from helpdesk_tui.desk.roster.acts import save_form
from helpdesk_tui.desk.roster.rotation_form import Form, ahead, edited, fresh, keyed, lacking, values
from helpdesk_tui.domain.roster.errors import RosterError
from tests.unit.roster.desk_place import NAMES, NOW, PARIS, Place
from tests.unit.roster.kit import instant


def filled(**fields: str) -> Form:
    made = fresh(PARIS, NOW)
    for field, text in fields.items():
        made = edited(made, field, text, NAMES)
    return made


def test_it_begins_as_a_weekly_rotation_from_next_monday() -> None:
    made = fresh(PARIS, NOW)
    assert not made.changed
    shown = values(made)
    assert (shown["name"], shown["members"], shown["turn"], shown["zone"]) == ("", "", "1 week", PARIS)
    assert shown["handoff"] == "2026-09-28 08:00  (Mon 08:00)"
    assert ahead(made, NOW, 1) == [(instant("2026-09-28T08:00", PARIS), ())]
    sunday = instant("2026-09-27T23:30", PARIS)
    assert values(fresh("Asia/Tokyo", sunday))["handoff"].startswith("2026-10-05")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "the field name"),
        ({"members": "Ada"}, "the field name"),
        ({"name": "Net"}, "the field members"),
        ({"name": "OPS", "members": "Ada"}, "there is a schedule OPS already"),
        ({"name": "Net", "members": "Ada"}, ""),
    ],
)
def test_what_is_missing_is_said(fields: dict[str, str], why: str) -> None:
    said = lacking(filled(**fields), ["Ops"])
    assert why in said
    assert bool(said) == bool(why)


@pytest.mark.parametrize(
    ("name", "key"),
    [("Network on call", "network-on-call"), ("Éléonore & co.", "eleonore-co"), ("网络", "schedule"), ("Net", "net-3")],
)
def test_the_key_is_made_from_the_name(name: str, key: str) -> None:
    made = keyed(filled(name=name, members="Ada"), {"net", "net-2"})
    assert made.after.schedule.key == key
    assert [layer.rotation.key for layer in made.after.schedule.layers] == [key]


def test_it_is_kept_and_taken_back(place: Place) -> None:
    with pytest.raises(RosterError, match="name"):
        save_form(place.desk, filled(members="Ada"))
    key, back = save_form(place.desk, filled(name="Network", members="Ada, Ben", handoff="2026-09-21 08:00"))
    line = place.line(key)
    assert (line.name, line.members, line.hands_over) == ("Network", ("Ada", "Ben"), "Mon 08:00")
    assert place.desk.floor().spans(line, NOW, NOW + 1)[0].people == ("Ada",)
    with pytest.raises(RosterError, match="already"):
        save_form(place.desk, filled(name="network", members="Ada"))
    second, _ = save_form(place.desk, filled(name="Network!", members="Chen"))
    assert second == "network-2"
    assert back is not None
    assert back(place.desk) == "Network is no schedule any more"
    assert [one.name for one in place.desk.floor().lines] == ["Network!"]
