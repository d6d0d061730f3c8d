"""How a half-typed filter goes on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui.domain.filters.complete import LIMIT
from helpdesk_tui.domain.filters.language import Names, complete, fold, parse
from helpdesk_tui.domain.filters.names import begins_part
from helpdesk_tui.domain.views import all_views, query_of

NAMES = Names(
    {"owner": ("Chidi Okafor", "Dana K.", "Me", "Satō"), "group": ("Apps", "Network", "T1"), "tag": ("vip", "vpn")}
)


def ways(text: str, cursor: int | None = None) -> list[str]:
    at = len(text) if cursor is None else cursor
    return [text[: way.start] + way.insert + text[way.end :] for way in complete(text, at, NAMES)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ow", ["owner:"]),
        ("ass", ["owner:"]),
        ("!gr", ["!group:"]),
        ("vpn gr", ["vpn group:"]),
        ("stal", ["is:stalled"]),
        ("is:o", ["is:open"]),
        ("is:new,re", ["is:new,reopened"]),
        (
            "owner:",
            [
                "owner:none",
                "owner:me",
                "owner:absent",
                "owner:offshift",
                'owner:"Chidi Okafor"',
                'owner:"Dana K."',
                'owner:"Me"',
                "owner:Satō",
            ],
        ),
        ("owner:ok", ['owner:"Chidi Okafor"']),
        ("owner:SAT", ["owner:Satō"]),
        ('owner:"da', ['owner:"Dana K."']),
        ('owner:"Dana K.",no', ['owner:"Dana K.",none']),
        ('owner:"Dana K." gro', ['owner:"Dana K." group:']),
        ("assignee:ok", ['assignee:"Chidi Okafor"']),
        ("tag:v", ["tag:vip", "tag:vpn"]),
        ("due:<", ["due:<2h"]),
        ("due:o", ["due:overdue"]),
        ("bounced:", ["bounced:>=3", "bounced:≥3x"]),
        ("nokey:a", []),
        ('"vpn dr', []),
        ("zzz", []),
    ],
)
def test_ways_on(text: str, expected: list[str]) -> None:
    assert ways(text) == expected


def test_only_what_stands_before_the_cursor_counts() -> None:
    assert ways("ow is:open", 2) == ["owner: is:open"]


def test_nothing_typed_offers_the_keys() -> None:
    assert ways("")[:3] == ["is:", "owner:", "group:"]
    assert len(ways("")) == LIMIT


@given(st.text(max_size=30), st.integers(0, 30))
def test_completion_never_fails_and_stays_before_the_cursor(text: str, cursor: int) -> None:
    at = min(cursor, len(text))
    for way in complete(text, at, NAMES):
        assert 0 <= way.start <= way.end == at


@pytest.mark.parametrize(
    "text", ["owner:", "group:", "tag:", "is:", "state:", "clock:", "p:", "due:", "updated:", "idle:"]
)
def test_what_is_offered_parses(text: str) -> None:
    for way in ways(text):
        assert parse(way, NAMES)


@pytest.mark.parametrize(
    ("name", "typed", "begins"),
    [
        ("Chidi Okafor", "oka", True),
        ("Chidi Okafor", "kafor", False),
        ("Anna-Lena Öst", "lena o", True),
        ("Kovač", "KOVAC", True),
        ("a banana an", "an", True),
        ("banana", "an", False),
        ("", "x", False),
    ],
)
def test_a_part_of_a_name_begins_so(name: str, typed: str, begins: bool) -> None:
    assert begins_part(name, typed) is begins


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert begins_part(text, text)
    assert fold(fold(text)) == fold(text)


def test_shipped_views_parse_and_have_slots_of_their_own() -> None:
    views = all_views()
    assert len({view.slot for view in views}) == len({view.name for view in views}) == len(views)
    for view in views:
        assert str(parse(view.filter)) == view.filter
        assert query_of(view, "vpn").typed == "vpn"
    assert [view.slot for view in views][:9] == list("123456789")
