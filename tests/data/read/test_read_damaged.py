"""What the personal store holds in a form nobody can read: read as none, and all else as it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.personal import PersonalReader
from helpdesk_tui.paths import find

DAMAGED = ["", "no JSON", '["number", ', "null", "3", '{"number": 1}', "[" * 100_000]


def put(path: Path, statement: str, *values: object) -> None:
    """Write past the program, as a hand or an older version may have."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


VIEW = "INSERT INTO saved_view(name, slot, title, filter, columns, sort) VALUES ('mine', '5', 'Mine', 'p:1', ?, 'age')"


@pytest.mark.parametrize("columns", DAMAGED)
def test_a_view_whose_columns_cannot_be_read_has_the_usual_ones(tmp_path: Path, columns: str) -> None:
    paths = find(str(tmp_path))
    stores.open_personal(paths).close()
    put(paths.personal_db, VIEW, columns)
    reader = PersonalReader(paths.personal_db)
    (view,) = reader.saved_views()
    reader.close()
    assert (view.name, view.filter, view.sort.value, view.columns) == ("mine", "p:1", "age", ())


def test_columns_that_are_known_stay_beside_those_that_are_not(tmp_path: Path) -> None:
    paths = find(str(tmp_path))
    stores.open_personal(paths).close()
    put(paths.personal_db, VIEW, '["key", 7, ["x"], "no such", "owner"]')
    reader = PersonalReader(paths.personal_db)
    (view,) = reader.saved_views()
    reader.close()
    assert [column.value for column in view.columns] == ["key", "owner"]


@pytest.mark.parametrize("value", DAMAGED)
def test_a_state_that_cannot_be_read_is_none_and_can_be_written_anew(tmp_path: Path, value: str) -> None:
    paths = find(str(tmp_path))
    writer = stores.open_personal(paths)
    put(paths.personal_db, "INSERT INTO view_state(name, value) VALUES ('notice', ?)", value)
    reader = PersonalReader(paths.personal_db)
    assert reader.view_state("notice").get("lines") is None
    assert writer.take_notices(1) == []
    writer.leave_notices(["mended"], 2)
    assert reader.view_state("notice") == {"lines": ["mended"]}
    reader.close()
    writer.close()
