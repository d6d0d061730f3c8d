"""The quick reading of a ticket's row says what the wire model says, whatever the row, and leaves odd ones to it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui.adapters.servicenow.mapping import records
from helpdesk_tui.adapters.servicenow.queries import Order
from helpdesk_tui.adapters.servicenow.record import (
    LABELLED,
    TICKET_FIELDS,
    Taken,
    modelled,
    requesters,
    taking,
    ticket_fields,
    usual,
)
from helpdesk_tui.adapters.servicenow.table import places
from helpdesk_tui.adapters.servicenow.wire import TicketRow, value_of

TABLES = ("incident", "sc_task", "sc_req_item", "u_own")
STAMPS = ("opened_at", "sys_created_on", "resolved_at", "closed_at", "sys_updated_on")
COUNTS = ("sys_mod_count", "reassignment_count", "reopen_count")

texts = st.sampled_from(
    ["", "a", "b", "A, b", "true", "false", "7", "1,234", "2026-06-28 10:00:00", "incident", "problem"]
)
shapes = st.one_of(
    st.builds(lambda value, label: {"value": value, "display_value": label}, st.none() | texts, st.none() | texts),
    st.sampled_from([None, 3, 4.0, True, [], ["x"], {}, {"value": []}, {"value": 4, "display_value": 4}]),
    st.sampled_from(
        [{"display_value": "x", "link": "https://i/api/now/table/t/k"}, {"value": "x", "display_value": 0}]
    ),
    st.sampled_from([{"value": "x", "display_value": []}, {"value": "x"}, {"display_value": "x"}]),
    texts,
)


def cell(value: str, label: str = "") -> dict[str, str]:
    return {"value": value, "display_value": label or value}


def plain(table: str) -> dict[str, Any]:
    """A row in which every column has something of its own."""
    row = {name: cell(f"v {name}", f"l {name}") for name in ticket_fields(table)}
    row |= {name: cell("2026-06-28 10:00:00") for name in STAMPS} | {name: cell("1,002") for name in COUNTS}
    return {
        **row,
        "sys_id": cell("k"),
        "sys_class_name": cell(table),
        "active": cell("true"),
        f"{requesters(table)[0]}.vip": cell("true"),
    }


@pytest.mark.parametrize("table", TABLES)
def test_every_column_goes_where_the_model_puts_it(table: str) -> None:
    row = plain(table)
    read = usual(table).read(row)
    assert read == modelled(table, row)
    assert read is not None
    assert (read.opened, read.changes, read.active, read.who.vip) == (1_782_640_800, 1002, True, True)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("at", range(40))
def test_columns_left_out_are_the_same_to_both(table: str, at: int) -> None:
    columns = ticket_fields(table)
    row = plain(table)
    row.pop(columns[at % len(columns)])
    assert usual(table).read(row) == (modelled(table, row) if "sys_id" in row else None)


@given(st.data())
def test_whatever_is_read_quickly_is_what_the_model_reads(data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(TABLES))
    odd = data.draw(st.dictionaries(st.sampled_from(ticket_fields(table)), shapes, max_size=6))
    row = plain(table) | odd
    for name in data.draw(st.sets(st.sampled_from(ticket_fields(table)), max_size=3)):
        del row[name]
    read = usual(table).read(row)
    if read is not None:
        assert read == modelled(table, row)


@given(st.dictionaries(st.sampled_from(ticket_fields("incident")), texts.map(cell), max_size=8))
def test_rows_of_text_are_read_quickly_unless_they_are_wrong(some: dict[str, Any]) -> None:
    row = plain("incident") | some
    good, bad = records("incident", [row], "feed")
    quick = usual("incident").read(row)
    assert len(good) + len(bad) == 1
    assert (quick is not None) == bool(good) or row["sys_class_name"]["value"] == "problem"


@given(st.data())
def test_a_row_taken_as_it_came_says_and_shows_what_it_would_later(data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(TABLES))
    names = ("sys_id", "sys_created_on", "assignment_group", "state", "active", *ticket_fields(table))
    odd = st.dictionaries(st.sampled_from(names), shapes | texts.map(cell), max_size=3)
    rows = [plain(table) | data.draw(odd) for _ in range(data.draw(st.integers(1, 3)))]
    taken = [taking(table)(row) for row in rows]
    assert records(table, taken, "feed") == records(table, rows, "feed")
    for row, one in zip(rows, taken, strict=True):
        for order in (Order(), Order("sys_created_on"), Order("sys_updated_on")):
            assert places([one], order) == places([row], order)
        for name in ("assignment_group", "state", "active", "sys_updated_on"):
            assert value_of(one.get(name)) == value_of(row.get(name))
            assert (name in one) == (name in row)


def test_a_usual_row_is_let_go_of_when_it_is_taken() -> None:
    row = plain("incident")
    taken = taking("incident")(row)
    assert isinstance(taken, Taken)
    assert len(taken) < 10
    odd = row | {"opened_at": cell("soon")}
    assert taking("incident")(odd) is odd, "to be shown whole in quarantine"


def test_what_the_model_calls_wrong_keeps_its_words() -> None:
    rows = [plain("incident") | odd for odd in ({"opened_at": cell("soon")}, {"sys_id": cell("")}, {"state": [1]})]
    rows.append({name: value for name, value in plain("incident").items() if name != "sys_id"})
    good, bad = records("incident", rows, "open:incident")
    assert not good
    reasons = [one.reason.partition(":")[0] for one in bad]
    assert reasons == ["opened_at", "sys_id", "state", "sys_id"]
    assert "is not a time" in bad[0].reason
    assert [one.key for one in bad] == ["k", "", "k", ""]


def test_the_labels_that_matter_are_those_of_columns() -> None:
    columns = [name for name in TICKET_FIELDS if "strict_cell" in repr(TicketRow.model_fields[name].metadata)]
    assert sorted(LABELLED) == sorted(columns)
