"""What may be chosen for a ServiceNow ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helpdesk_tui.domain.changes import Change, Kind, Op
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.errors import Refused

if TYPE_CHECKING:
    from tests.adapters.servicenow.conftest import Stand


async def test_an_incident_has_its_states_with_what_they_demand(stand: Stand) -> None:
    await stand.reader.check()
    truth = next(t for t in stand.truth(("incident",)).values() if t.state == "open")
    found = await stand.reader.choices(stand.key(truth.n))
    assert (found.status, found.limited, found.as_of) == ("In Progress", False, stand.world.clock.now())
    ways = {one.status: one for one in found.transitions}
    assert {name: str(way.state) for name, way in ways.items()} == {
        "New": "new",
        "On Hold": "hold",
        "Resolved": "solved",
        "Closed": "closed",
        "Canceled": "closed",
    }
    assert [one.field for one in ways["Resolved"].missing] == ["close_code", "close_notes"]
    code, notes = ways["Resolved"].demands
    assert ("Solution provided", "Solution provided") in code.choices
    assert notes.choices == ()
    (reason,) = ways["On Hold"].demands
    assert reason.choices[0] == ("1", "Awaiting Caller")
    assert found.meaning(State.SOLVED) == (ways["Resolved"],)


async def test_priority_is_calculated(stand: Stand) -> None:
    await stand.reader.check()
    truth = next(t for t in stand.truth(("incident",)).values() if t.state == "open")
    found = await stand.reader.choices(stand.key(truth.n))
    assert found.priority_field == "priority"
    assert [value for value, _ in found.priorities] == ["1", "2", "3", "4", "5"]
    assert [one.field for one in found.computed] == ["impact", "urgency"]
    assert {value for value, _ in found.computed[0].choices} == {"1", "2", "3"}
    assert found.values["impact"] in ("1", "2", "3")
    assert {"tags+", "link"} <= set(found.cannot)


async def test_a_catalog_task_inherits_the_states_of_tasks(stand: Stand) -> None:
    """And a change by such a name is written."""
    await stand.reader.check()
    truth = next(t for t in stand.truth(("task",)).values() if t.state == "open")
    key = stand.key(truth.n)
    found = await stand.reader.choices(key)
    ways = {one.status: one for one in found.transitions}
    assert "Closed Complete" in ways
    assert ways["Closed Complete"].demands == ()
    one = Change("a", 1, "desk", Kind.TICKET, key, "status", Op.TRANSITION, {"status": "Closed Complete"})
    await stand.reader.write(one, await stand.reader.look(key))
    assert not State(truth.state).is_open


async def test_each_choice_can_be_written_as_it_is_offered(stand: Stand) -> None:
    await stand.reader.check()
    truth = next(t for t in stand.truth(("incident",)).values() if t.state == "open")
    key = stand.key(truth.n)
    way = (await stand.reader.choices(key)).to("Resolved")
    assert way is not None
    given = {one.field: one.choices[0].value if one.choices else "Restarted." for one in way.missing}
    one = Change("a", 1, "desk", Kind.TICKET, key, "status", Op.TRANSITION, {"status": way.status, **given})
    written = await stand.reader.write(one, await stand.reader.look(key, fields=given))
    assert {name: written.seen.fields[name] for name in given} == given
    assert truth.state == "solved"


async def test_a_ticket_that_is_not_shown_has_none(stand: Stand) -> None:
    await stand.reader.check()
    for key in ("0" * 32, "no such ^ key"):
        with pytest.raises(Refused) as caught:
            await stand.reader.choices(key)
        assert caught.value.status == 404
