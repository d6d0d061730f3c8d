"""A name with = before it means what is called just that, whatever the name is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui.domain.filters.ast import Match, Text, exactly
from helpdesk_tui.domain.filters.language import Names, explain, parse
from helpdesk_tui.errors import FilterError


@given(st.text(min_size=1).filter(str.strip))
def test_any_name_can_be_asked_for(name: str) -> None:
    (term,) = parse(f"group:{exactly(name)}").terms
    assert term == Match("group", (Text(f"={name}"),))
    assert parse(str(term)).terms == (term,)
    assert isinstance(term, Match)
    (value,) = term.values
    assert isinstance(value, Text)
    assert value.exact == name


def test_it_is_explained_and_needs_a_name() -> None:
    assert explain(parse('group:"=none"')) == "the group is exactly none"
    with pytest.raises(FilterError, match="expected a name after ="):
        parse("group:=")


def test_a_name_nobody_knows_is_no_mistake_there() -> None:
    names = Names({"group": ("Network",)})
    with pytest.raises(FilterError):
        parse("group:wifi", names)
    assert str(parse("group:=wifi", names)) == "group:=wifi"
