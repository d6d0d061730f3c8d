"""A list read row by row is the list read at once, whatever stands in it; and what is no JSON is refused by both."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk_tui.adapters.reading import CutOff, parse
from helpdesk_tui.adapters.row_by_row import parse_rows

texts = st.text(max_size=6) | st.sampled_from(["}},{", 'x}},{"', '"}},{"', "}}]}", "\\", '{"result":[{'])
cells = texts | st.none() | st.dictionaries(texts, texts | st.lists(texts, max_size=2), max_size=2)
rows = st.lists(st.dictionaries(texts, cells, max_size=3) | cells, max_size=5)


def marked(row: Any) -> Any:
    return ["seen", row]


@given(rows)
@example([{"a": {"b": "x}},{"}, "c": {"d": "e"}}, {"a": {"b": "c"}}])
@example([{"a": {"b": "c"}}, {"a": {"b": "c"}}])
def test_a_list_is_read_the_same_row_by_row(found: list[Any]) -> None:
    body = orjson.dumps({"result": found})
    assert parse_rows(body, marked) == {"result": [marked(row) for row in found]}


@given(rows, st.data())
def test_what_is_damaged_is_refused_or_read_as_it_stands(found: list[Any], data: st.DataObject) -> None:
    body = bytearray(orjson.dumps({"result": found}))
    at = data.draw(st.integers(0, len(body) - 1))
    body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.sampled_from([b"", b'"', b"}", b",", b"]", b"\xff"]))
    try:
        whole = orjson.loads(bytes(body))
    except orjson.JSONDecodeError:
        with pytest.raises(CutOff):
            parse(bytes(body) or b"?", "application/json", 200, marked)
    else:
        if isinstance(whole, dict) and isinstance(whole.get("result"), list):
            whole["result"] = [marked(row) for row in whole["result"]]
        assert parse_rows(bytes(body), marked) == whole


def test_rows_are_let_go_of_one_by_one() -> None:
    """The form that platforms send is not read whole first."""
    body = orjson.dumps({"result": [{"n": {"value": str(n)}} for n in range(3)]})
    told: list[str] = []

    def each(row: dict[str, dict[str, str]]) -> str:
        told.append(row["n"]["value"])
        return row["n"]["value"]

    assert parse_rows(body, each) == {"result": ["0", "1", "2"]}
    told.clear()
    with pytest.raises(orjson.JSONDecodeError):
        parse_rows(body[:-4] + b"x}}]}", each)
    assert told == ["0", "1"], "before the third turned out to be damaged"


@pytest.mark.parametrize("end", [b"", b"]", b"}}", b"]]", b"],"])
def test_the_end_is_read_too(end: bytes) -> None:
    body = orjson.dumps({"result": [{"n": {"value": "1"}}, {"n": {"value": "2"}}]})
    with pytest.raises(orjson.JSONDecodeError):
        parse_rows(body[:-2] + end, marked)


@pytest.mark.parametrize("body", [b'{"error":{"message":"no"}}', b"[1,2]", b'{"result":{"a":1}}', b"null", b'"x"'])
def test_what_is_no_list_of_rows_stays_as_it_is(body: bytes) -> None:
    assert parse_rows(body, marked) == orjson.loads(body)
