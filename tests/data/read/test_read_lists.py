"""Lists, their orders, groups, windows and counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.domain.filters.language import parse
from helpdesk_tui.domain.rows import Heading, ViewCount
from helpdesk_tui.domain.views import Grouping, Sort

NOW = 1_795_307_200
MOMENT = Moment(NOW)

Titles = Callable[..., list[str]]


@pytest.fixture
def titles(reader: CacheReader) -> Titles:
    """The titles of a list in its order."""

    def listed(sort: Sort, *, reverse: bool = False, grouping: Grouping = Grouping.NONE) -> list[str]:
        ids = reader.ids(parse("is:open"), MOMENT, sort, reverse=reverse, grouping=grouping).ids
        rows = reader.rows(ids)
        return [rows[ident].title for ident in ids]

    return listed


@pytest.mark.parametrize(
    ("sort", "columns", "reverse"),
    [
        (Sort.DUE, [{"due_at": 5}, {"due_at": 9, "priority": 1}, {"due_at": 9}, {"due_at": 0}], "bcad"),
        (Sort.PRIORITY, [{"priority": 1}, {"priority": 2, "due_at": 3}, {"priority": 2}, {"priority": 0}], "bcad"),
        (Sort.IDLE, [{"idle_since": 3}, {"idle_since": 8}, {"idle_since": 0}], "bac"),
        (Sort.AGE, [{"created_at": 3}, {"created_at": 8}], "ba"),
        (Sort.UPDATED, [{"updated_at": 8}, {"updated_at": 3}], "ba"),
        (Sort.IN_STATE, [{"state_since": 3}, {"state_since": 8}, {"state_since": 0}], "bac"),
        (Sort.GROUP, [{"grp": "a"}, {"grp": "B"}, {"grp": ""}], "bac"),
        (Sort.OWNER, [{"owner": ""}, {"owner": "a"}, {"owner": "B"}], "acb"),
        (Sort.STATE, [{"state": "new"}, {"state": "open"}, {"state": "hold"}], "cba"),
        (Sort.SOURCE, [{"source": "jsm"}, {"source": "sn"}, {"source": "zd"}], "cba"),
        (Sort.NUMBER, [{"number": "DESK-9"}, {"number": "DESK-10"}], "ba"),
        (Sort.BOUNCES, [{"bounces": 4}, {"bounces": 1}], "ba"),
        (Sort.ALIKE, [{"alike_count": 4, "alike": 7}, {"alike_count": 1, "alike": 3}, {}], "cba"),
    ],
)
def test_orders_and_the_other_way_round(
    sort: Sort, columns: list[dict[str, object]], reverse: str, add: Callable[..., int], titles: Titles
) -> None:
    """Rows go in last first, so that the order of the ids is not the order asked for."""
    for letter, values in reversed(list(zip("abcd", columns, strict=False))):
        add(title=letter, **values)
    assert titles(sort) == list("abcd"[: len(columns)])
    assert titles(sort, reverse=True) == list(reverse)


def test_titles_are_ordered_without_case(add: Callable[..., int], titles: Titles) -> None:
    for title in ("b", "C", "a"):
        add(title=title)
    assert titles(Sort.TITLE) == ["a", "b", "C"]


@pytest.mark.parametrize("sort", Sort)
def test_what_is_equal_stands_by_id_both_ways(sort: Sort, add: Callable[..., int], titles: Titles) -> None:
    for _ in range(5):
        add(number="same", title="same")
    last = add(number="same", title="same")
    assert len(titles(sort)) == 6
    assert titles(sort, reverse=True) == titles(sort)
    assert last == 6


def test_ids_of_equal_rows_are_in_order(reader: CacheReader, add: Callable[..., int]) -> None:
    ids = [add() for _ in range(7)]
    for sort in Sort:
        if sort is not Sort.NUMBER:
            assert list(reader.ids(parse(""), MOMENT, sort).ids) == ids
            assert list(reader.ids(parse(""), MOMENT, sort, reverse=True).ids) == ids


def test_rows_that_an_index_hands_out_in_its_order_still_end_at_the_id(
    reader: CacheReader, add: Callable[..., int]
) -> None:
    ids = [add(due_at=NOW + 60 - place) for place in range(5)]
    assert list(reader.ids(parse("is:open due:<2h"), MOMENT, Sort.AGE).ids) == ids


def test_groups_say_where_they_begin(reader: CacheReader, add: Callable[..., int], insert: Callable[..., int]) -> None:
    insert("grp", source="sn", key="g1", name="Network")
    for grp in ("g1", "", "g1", "g9"):
        add(grp=grp)
    listing = reader.ids(parse("is:open"), MOMENT, grouping=Grouping.GROUP)
    assert listing.headings == (Heading("g9", 0, 1), Heading("Network", 1, 2), Heading("no group", 3, 1))


@pytest.mark.parametrize(
    ("grouping", "labels"),
    [
        (Grouping.OWNER, ["nobody", "p2"]),
        (Grouping.PRIORITY, ["P1", "no priority"]),
        (Grouping.STATE, ["new", "hold"]),
        (Grouping.SOURCE, ["Jira", "Service desk"]),
        (Grouping.ORGANISATION, ["o1", "no organisation"]),
        (Grouping.CATEGORY, ["wifi", "no category"]),
        (Grouping.ALIKE, ["one", "like no other"]),
    ],
)
def test_each_grouping_has_labels(
    grouping: Grouping, labels: list[str], reader: CacheReader, add: Callable[..., int]
) -> None:
    add(title="two", owner="p2", state="hold")
    same = {"priority": 1, "state": "new", "source": "jsm", "organisation": "o1", "category": "wifi"}
    add(title="one", alike=2, alike_count=1, **same)
    add(title="three", alike=2, alike_count=1, **same)
    listing = reader.ids(parse("is:open"), MOMENT, grouping=grouping)
    assert list(dict.fromkeys(heading.label for heading in listing.headings)) == labels
    assert sum(heading.count for heading in listing.headings) == 3


def test_a_window_has_names_and_misses_what_is_gone(
    reader: CacheReader, add: Callable[..., int], insert: Callable[..., int]
) -> None:
    insert("person", source="zd", key="p1", name="Ada")
    insert("grp", source="zd", key="g1", name="")
    known = add(source="zd", owner="p1", grp="g1", due_metric="resolution", due_at=5, idle_observed=1, state="hold")
    other = add(owner="p1", due_metric="walking")
    rows = reader.rows([known, 77, other])
    assert set(rows) == {known, other}
    row = rows[known]
    assert (row.badge, row.owner, row.group, row.clock, row.idle_observed, row.state) == (
        "ZD",
        "Ada",
        "g1",
        "R",
        True,
        "hold",
    )
    assert (rows[other].badge, rows[other].owner, rows[other].clock) == ("SN", "unknown account p1", "?")


def test_members_are_those_that_pass(reader: CacheReader, add: Callable[..., int]) -> None:
    ids = [add(state=state) for state in ("open", "closed", "new")]
    assert reader.members(parse("is:open"), MOMENT, ids[:2]) == {ids[0]}


def test_counts_tell_how_many_and_how_many_at_risk(reader: CacheReader, add: Callable[..., int]) -> None:
    add(due_at=NOW + 60, owner="")
    add(due_at=NOW + 60, owner="p1")
    add(due_at=NOW - 60, owner="p1")
    add(due_at=NOW + 99_999, owner="")
    add(due_at=NOW - 60, state="closed")
    texts = ("is:open", "is:open owner:none", "is:open is:vip", "", "is:closed", "is:open ticket", "is:open owner:none")
    views = {f"{place} {text}": parse(text) for place, text in enumerate(texts)}
    found = {name.partition(" ")[2]: count for name, count in reader.counts(views, MOMENT).items()}
    assert found == {
        "is:open": ViewCount(4, 3),
        "is:open owner:none": ViewCount(2, 1),
        "is:open is:vip": ViewCount(0, 0),
        "": ViewCount(5, 3),
        "is:closed": ViewCount(1, 0),
        "is:open ticket": ViewCount(4, 3),
    }


def test_find_knows_numbers_keys_and_badges(reader: CacheReader, add: Callable[..., int]) -> None:
    closed = add(number="77", state="closed", source="sn")
    live = add(number="77", source="zd", key="abc")
    assert [row.id for row in reader.find("77")] == [live, closed]
    assert [row.id for row in reader.find(" zd-77 ")] == [live]
    assert [row.id for row in reader.find("abc")] == [live]
    assert reader.find("7") == []
