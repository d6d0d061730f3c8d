"""ServiceNow's shapes and words: columns, queries, states, displayed journals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui.adapters.servicenow.adapter import ServiceNow
from helpdesk_tui.adapters.servicenow.journal_text import FORMATS, Shown, entries, learn
from helpdesk_tui.adapters.servicenow.mapping import duration
from helpdesk_tui.adapters.servicenow.queries import (
    EVERYTHING,
    Key,
    Order,
    encoded,
    every,
    fields_of,
    one_of,
    parse,
    portions,
)
from helpdesk_tui.adapters.servicenow.states import States
from helpdesk_tui.adapters.servicenow.wire import Cell, TicketRow, cell, seconds, stamp, strict_cell, value_of
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.errors import ConfigError


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("7", Cell("7", "7")),
        (None, Cell("", "")),
        ({"display_value": "Closed", "value": "7"}, Cell("7", "Closed")),
        ({"display_value": None, "value": ""}, Cell("", "")),
        ({"display_value": None, "value": "7"}, Cell("7", "7")),
        ({"display_value": "", "value": "7"}, Cell("7", "7")),
        ({"display_value": "Ann", "link": "https://x/api/now/v2/table/sys_user/ab12"}, Cell("ab12", "Ann")),
        ({"link": "https://x/api/now/table/sys_user/ab12", "value": "ab12"}, Cell("ab12", "ab12")),
        ({"display_value": "Ann"}, Cell("Ann", "Ann")),
        ({"display_value": "2", "value": 2}, Cell("2", "2")),
        (True, Cell("true", "true")),
        (1.0, Cell("1", "1")),
        ({}, Cell("", "")),
    ],
)
def test_a_column_is_read_in_every_shape(raw: object, expected: Cell) -> None:
    assert cell(raw) == expected
    assert value_of(raw) == expected.value


@pytest.mark.parametrize("raw", [[1], {"value": ["x"]}, {"value": {"a": 1}, "display_value": "x"}])
def test_a_column_of_no_shape_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match="where text belongs"):
        strict_cell(raw)
    assert cell(raw) == Cell()
    assert value_of(raw) == ""


def test_a_column_left_out_is_not_an_empty_one() -> None:
    bare = TicketRow.model_validate({"sys_id": "a"})
    empty = TicketRow.model_validate({"sys_id": "a", "state": "", "reopen_count": "", "reassignment_count": "3"})
    assert (bare.state.given, bare.reopen_count, bare.reassignment_count) == (False, -1, -1)
    assert (empty.state.given, empty.reopen_count, empty.reassignment_count) == (True, 0, 3)


@given(st.integers(0, 4_102_444_799))
def test_stamps_go_both_ways(instant: int) -> None:
    assert seconds(stamp(instant)) == instant


@pytest.mark.parametrize(
    "text", ["2026-06-28", "28-06-2026 10:00:00", "2026-06-28T10:00:00", "2026-13-01 00:00:00", "x" * 19]
)
def test_what_is_no_stamp_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        seconds(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1970-01-01 08:00:00", 28_800), ("1970-01-03 00:00:01", 172_801), ("3600", 3600), ("", 0), ("8 Hours", 0)],
)
def test_durations_count_from_1970(text: str, expected: int) -> None:
    assert duration(text) == expected


def test_filters_combine_each_with_each() -> None:
    user = parse("active=true^priority=1^ORpriority=2^NQstate=1^ORDERBYDESCnumber^EQ")
    assert user == ("active=true^priority=1^ORpriority=2", "state=1")
    key = Order("sys_updated_on").after(Key("2026-06-28 00:00:00", "b"))
    assert encoded(every(user, key), Order("sys_updated_on")) == (
        "active=true^priority=1^ORpriority=2^sys_updated_on>2026-06-28 00:00:00"
        "^NQactive=true^priority=1^ORpriority=2^sys_updated_on=2026-06-28 00:00:00^sys_id>b"
        "^NQstate=1^sys_updated_on>2026-06-28 00:00:00"
        "^NQstate=1^sys_updated_on=2026-06-28 00:00:00^sys_id>b"
        "^ORDERBYsys_updated_on^ORDERBYsys_id"
    )
    assert encoded(EVERYTHING, Order()) == "ORDERBYsys_id"
    assert encoded(Order("a", descending=True).after(Key("x", "y"))) == "a<x^NQa=x^sys_id<y"
    assert Order("a").after(Key("x", "")) == ("a>=x",)


def test_a_doubled_caret_is_text() -> None:
    assert parse("short_descriptionLIKEa^^NQb^active=true") == ("short_descriptionLIKEa^^NQb^active=true",)
    assert fields_of(parse("short_descriptionLIKEa^^b^ORcaller_id.vip=true^stateIN1,2^closed_atISEMPTY")) == {
        "short_description",
        "caller_id",
        "state",
        "closed_at",
    }


@pytest.mark.parametrize("value", ["a^ORactive=true", "a,b", "", "ä", "a" * 65])
def test_nothing_breaks_out_of_a_list_of_identifiers(value: str) -> None:
    with pytest.raises(ValueError, match="no identifier"):
        one_of("sys_id", ["glide.maint", value])


@given(st.lists(st.text(max_size=3)), st.integers(1, 7))
def test_portions_keep_everything(values: list[str], size: int) -> None:
    cut = list(portions(values, size))
    assert [value for part in cut for value in part] == values
    assert all(0 < len(part) <= size for part in cut)


@pytest.mark.parametrize(
    ("table", "value", "more", "expected"),
    [
        ("incident", "1", {}, State.NEW),
        ("incident", "2", {}, State.OPEN),
        ("incident", "3", {"hold_reason": "1"}, State.PENDING),
        ("incident", "3", {"hold_reason": "4"}, State.HOLD),
        ("incident", "6", {"active": True}, State.SOLVED),
        ("incident", "6", {"active": False}, State.SOLVED),
        ("incident", "8", {}, State.CLOSED),
        ("incident", "2", {"active": False}, State.CLOSED),
        ("incident", "11", {"label": "Awaiting User Info"}, State.PENDING),
        ("incident", "12", {"label": "Waiting for Vendor"}, State.HOLD),
        ("incident", "13", {"label": "Cancelled by user"}, State.CLOSED),
        ("incident", "14", {"label": "Being looked at"}, State.OPEN),
        ("incident", "14", {"label": "Being looked at", "active": False}, State.CLOSED),
        ("sc_task", "-5", {}, State.PENDING),
        ("sc_task", "7", {}, State.CLOSED),
        ("problem", "106", {}, State.SOLVED),
        ("u_custom", "1", {"label": "New"}, State.NEW),
        ("incident", "", {}, State.OPEN),
    ],
)
def test_what_states_mean(table: str, value: str, more: dict[str, Any], expected: State) -> None:
    assert States().meaning(table, value, **more) is expected


def test_a_source_may_say_what_its_states_mean(make_source: Callable[..., SourceConfig], secret: Any) -> None:
    states = States({"incident": {"4": State.PENDING, "9": State.SOLVED}})
    assert states.meaning("incident", "4", label="Whatever") is State.PENDING
    assert states.meaning("incident", "2") is State.OPEN
    assert "9" in states.not_open("incident")
    with pytest.raises(ConfigError, match="known are new, open"):
        ServiceNow(make_source(options={"states": {"incident": {"4": "waiting"}}}), secret, now=lambda: 0)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"scope": {"tables": ["incident^x"]}}, "is no table"),
        ({"scope": {"tables": 7}}, "list of names"),
        ({"scope": {"groups": ["", "x"]}}, "list of names"),
        ({"scope": {"query": 5}}, "one text"),
        ({"auth": "kerberos"}, "use basic, oauth or api_key"),
        ({"auth": "oauth"}, "client's id"),
        ({"username": ""}, "user name is needed"),
        ({"options": {"page_size": 0}}, "from 1 to 10000"),
        ({"options": {"page_size": True}}, "from 1 to 10000"),
    ],
)
def test_settings_that_cannot_be_used_are_named(
    make_source: Callable[..., SourceConfig], secret: Any, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError, match=r"^sources\.desk\.") as caught:
        ServiceNow(make_source(**settings), secret, now=lambda: 0)
    assert said in str(caught.value)


JOURNAL = """2026-06-28 03:12:13 - Beth Anglin (Work notes)
Called the user.

2026-06-28 is when it began - see (Work notes)
no head above, since no time stands there

2026-06-27 10:00:00 - O'Neil, Ann (Additional comments)

Blank line first.

"""


def test_displayed_journals_are_cut_at_their_heads() -> None:
    shown = learn(
        [Cell("2026-06-28 10:12:13", "2026-06-28 03:12:13"), Cell("2026-01-05 09:00:00", "2026-01-05 01:00:00")]
    )
    assert shown == Shown("%Y-%m-%d %H:%M:%S", -25_200)
    first, second = entries(JOURNAL, shown)
    assert (first.who, first.at) == ("Beth Anglin", int(datetime(2026, 6, 28, 10, 12, 13, tzinfo=UTC).timestamp()))
    assert first.text.startswith("Called the user.\n\n2026-06-28 is when")
    assert (second.who, second.text) == ("O'Neil, Ann", "Blank line first.")


def test_a_known_zone_puts_winter_and_summer_right() -> None:
    zone = ZoneInfo("US/Pacific")
    shown = learn(
        [Cell("2026-06-28 10:00:00", "2026-06-28 03:00:00"), Cell("2026-01-05 09:00:00", "2026-01-05 01:00:00")], zone
    )
    assert shown is not None
    assert shown.instant("2026-01-05 01:00:00") == seconds("2026-01-05 09:00:00")
    assert shown.instant("2026-06-28 03:00:00") == seconds("2026-06-28 10:00:00")
    wrong = learn([Cell("2026-06-28 10:00:00", "2026-06-28 12:00:00")], zone)
    assert wrong == Shown("%Y-%m-%d %H:%M:%S", 7200)


@given(st.sampled_from(FORMATS), st.integers(1_000_000_000, 2_000_000_000), st.integers(-56, 56))
def test_any_format_and_offset_is_learnt_from_a_pair(form: str, at: int, quarters: int) -> None:
    at -= at % 60
    label = datetime.fromtimestamp(at + quarters * 900, UTC).strftime(form)
    shown = learn([Cell(stamp(at), label)])
    assert shown is not None
    # Where day and month could be either way round, another reading of the same text must fit as well as ours.
    assert shown.instant(label) == at


def test_times_of_unknown_form_are_not_guessed() -> None:
    assert learn([Cell("2026-06-28 10:00:00", "28 juin 2026, 10 h")]) is None
    assert learn([]) is None
    assert entries(JOURNAL, None)[0].at == 0
