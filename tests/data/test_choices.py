"""What may be chosen for a ticket: kept whole, asked again when the ticket is another, gone with its ticket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpdesk_tui.data import choice_rows
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.domain.choices import Choice, Choices, Demand, Transition
from helpdesk_tui.domain.tickets import State, Ticket, TicketRef

from .conftest import Look

NOW = 5_000_000
DONE = Transition(
    "Done", State.SOLVED, "Resolve", (Demand("resolution", "Resolution", choices=(Choice("1", "Fixed"),)),)
)
WHOLE = Choices(
    "desk",
    "1",
    NOW,
    "Open",
    (Transition("Waiting", State.PENDING, demands=(Demand("x", required=False, many=True, fillable=False),)), DONE),
    limited=False,
    priorities=(Choice("High", "Hoch"),),
    priority_field="priority_name",
    computed=(Demand("impact", "Impact"),),
    link_kinds=(Choice("related", "relates to"),),
    tags=("vpn",),
    values={"impact": "2", "owner": "nobody's business"},
    cannot={"group": "there is no such field"},
)


@pytest.fixture
def reader(cache: CacheWriter, tmp_path: Path) -> Iterator[CacheReader]:
    opened = CacheReader(tmp_path / "cache.db")
    yield opened
    opened.close()


def ticket(key: str, **more: object) -> Ticket:
    made = Ticket("desk", key, f"D-{key}", "", f"Ticket {key}", State.OPEN, "Open", NOW - 50, NOW - 10, 1)
    return made._replace(**more)  # type: ignore[arg-type]


def put(cache: CacheWriter, *rows: Ticket) -> None:
    cache.commit_page("desk", "changes", None, NOW, tickets=rows, now=NOW)


def test_choices_come_back_as_they_were(cache: CacheWriter, reader: CacheReader) -> None:
    assert reader.choices(TicketRef("desk", "1")) is None
    cache.store_choices(WHOLE)
    assert reader.choices(TicketRef("desk", "1")) == WHOLE
    later = replace(WHOLE, as_of=NOW + 1, transitions=())
    cache.store_choices(later)
    assert reader.choices(TicketRef("desk", "1")) == later
    assert reader.choices(TicketRef("desk", "2")) is None


@pytest.mark.parametrize("change", [{"as_of": None}, {"new_thing": 1}, {"transitions": [{"odd": 1}]}, {"tags": 3}])
def test_what_another_version_wrote_is_not_known(change: dict[str, object]) -> None:
    raw = json.loads(choice_rows.dumped(WHOLE))
    assert choice_rows.choices_of(json.dumps(raw)) == WHOLE
    raw = {name: value for name, value in (raw | change).items() if value is not None}
    assert choice_rows.choices_of(json.dumps(raw)) is None
    for broken in ("", "[]", "{", "null"):
        assert choice_rows.choices_of(broken) is None


def test_they_are_wanted_again_once_the_ticket_has_another_status_or_number(cache: CacheWriter) -> None:
    put(cache, ticket("1"), ticket("2"))
    assert sorted(cache.wanted_choices("desk", 9)) == ["1", "2"]
    assert len(cache.wanted_choices("desk", 1)) == 1
    cache.store_choices(WHOLE)
    cache.store_choices(replace(WHOLE, key="2"))
    assert cache.wanted_choices("desk", 9) == []
    put(cache, ticket("1", version=2, title="Only renamed"))
    assert cache.wanted_choices("desk", 9) == []
    put(cache, ticket("1", version=3, status="Waiting"), ticket("2", version=2, number="OTHER-2"))
    assert sorted(cache.wanted_choices("desk", 9)) == ["1", "2"]
    put(cache, ticket("1", version=4, state=State.CLOSED))
    assert cache.wanted_choices("desk", 9) == ["2"]


def test_their_values_are_what_a_decision_is_based_on(cache: CacheWriter, reader: CacheReader) -> None:
    """The cache holds no other; but what it holds of the ticket itself is newer."""
    put(cache, ticket("1", owner="kim"))
    where = TicketRef("desk", "1")
    assert "impact" not in reader.facts([where])[where].values
    cache.store_choices(WHOLE)
    known = reader.facts([where])[where].values
    assert (known["impact"], known["owner"]) == ("2", "kim")


def test_they_go_with_their_ticket_and_their_source(cache: CacheWriter, look: Look) -> None:
    put(cache, ticket("1", state=State.CLOSED), ticket("2"))
    cache.store_choices(WHOLE)
    cache.store_choices(replace(WHOLE, key="2"))
    cache.retain(0, 0, NOW + 90_000)
    assert look("SELECT ticket FROM choice") == [("2",)]
    cache.forget_source("desk")
    assert look("SELECT ticket FROM choice") == []


def test_ways_are_found_by_word_and_by_meaning() -> None:
    assert WHOLE.to("done") is DONE
    assert WHOLE.to("Gone") is None
    assert WHOLE.meaning(State.SOLVED) == (DONE,)
    assert [one.field for one in DONE.missing] == ["resolution"]
    assert WHOLE.transitions[0].missing == ()
