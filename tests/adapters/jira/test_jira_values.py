"""Values of fields between text and Jira's JSON, and what transitions demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from helpdesk_tui.adapters.jira import adf
from helpdesk_tui.adapters.jira.profile import Profile
from helpdesk_tui.adapters.jira.transitions import demands, pick
from helpdesk_tui.adapters.jira.values import Values, choices_of, named, to_text
from helpdesk_tui.adapters.jira.wire import FieldInfo, FieldSchema, Transition
from helpdesk_tui.errors import Refused

if TYPE_CHECKING:
    from .conftest import Stand

TEXTS: list[tuple[Any, str]] = [
    (None, ""),
    ("plain", "plain"),
    (True, "true"),
    (3.0, "3"),
    (3.25, "3.25"),
    ({"value": "VPN", "id": "1"}, "VPN"),
    ({"value": "EMEA", "child": {"value": "Paris"}}, "EMEA / Paris"),
    ({"id": "1", "name": "Done"}, "Done"),
    ({"accountId": "712020:x", "displayName": "Kim"}, "712020:x"),
    ({"key": "JIRAUSER1", "name": "kim", "displayName": "Kim"}, "JIRAUSER1"),
    ({"name": "net", "groupId": "g-1"}, "g-1"),
    ([{"value": "a"}, {"value": "b"}, None], "a\nb"),
    (adf.document("one\ntwo\n\nthree"), "one\ntwo\n\nthree"),
    ([], ""),
]
WRITTEN: list[tuple[dict[str, str], str, Any]] = [
    ({"type": "string"}, "x", "x"),
    ({"type": "string"}, "", None),
    ({"type": "number"}, "2.5", 2.5),
    ({"type": "number"}, "4", 4),
    ({"type": "option"}, "VPN", {"value": "VPN"}),
    ({"type": "array", "items": "option"}, "a\nb", [{"value": "a"}, {"value": "b"}]),
    ({"type": "array", "items": "string"}, "", []),
    ({"type": "resolution"}, "Done", {"name": "Done"}),
    ({"type": "array", "items": "version"}, "1.2", [{"name": "1.2"}]),
    ({"type": "date"}, "2031-03-04", "2031-03-04"),
    (
        {"type": "string", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:textarea"},
        "why",
        adf.document("why"),
    ),
]


@pytest.mark.parametrize(("value", "text"), TEXTS)
def test_values_as_text(value: Any, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize(("shape", "text", "value"), WRITTEN)
async def test_text_as_values(cloud: Stand, shape: dict[str, str], text: str, value: Any) -> None:
    found = await Values(cloud.jira._site).value("customfield_1", FieldSchema.model_validate(shape), text)
    assert found == value
    if shape["type"] != "number" and text:
        assert to_text(found) == text


async def test_data_center_takes_text_and_logins(stand: Stand) -> None:
    person = stand.world.people[2]
    values = Values(stand.jira._site)
    shape = FieldSchema.model_validate({"type": "user"})
    expected = {"accountId": stand.user(2)} if stand.cloud else {"name": person.login}
    assert await values.value("customfield_1", shape, stand.user(2)) == expected
    area = FieldSchema.model_validate(WRITTEN[-1][0])
    assert isinstance(await values.value("customfield_1", area, "why"), dict if stand.cloud else str)


@pytest.mark.parametrize("shape", [{"type": "option-with-child"}, {"type": "array", "items": "attachment"}])
async def test_what_text_cannot_be_is_refused(cloud: Stand, shape: dict[str, str]) -> None:
    values = Values(cloud.jira._site)
    with pytest.raises(Refused, match="cannot be written"):
        await values.value("customfield_1", FieldSchema.model_validate(shape), "x")
    with pytest.raises(Refused, match="is a number"):
        await values.value("customfield_1", FieldSchema.model_validate({"type": "number"}), "many")


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        ({"type": "group"}, {"groupId": "k"}),
        ({"type": "array", "items": "group"}, [{"groupId": "k"}]),
        ({"type": "option"}, {"id": "k"}),
        ({"type": "team"}, "k"),
    ],
)
async def test_groups_are_written_as_their_field_holds_them(cloud: Stand, shape: dict[str, str], value: Any) -> None:
    values, info = Values(cloud.jira._site), FieldInfo.model_validate({"id": "f", "name": "Group", "schema": shape})
    assert values.group_field(info, "k") == value
    assert values.group_field(info, "") in (None, [])
    number = FieldInfo.model_validate({"id": "f", "name": "Group", "schema": {"type": "number"}})
    with pytest.raises(Refused, match="stands for the group"):
        values.group_field(number, "k")


def test_a_name_that_two_fields_go_by_names_neither() -> None:
    fields = [FieldInfo.model_validate({"id": f"customfield_{n}", "name": "Impact"}) for n in range(2)]
    assert named(fields, "impact") is None
    assert named(fields, "customfield_1") is fields[1]


def way(tid: str, to: str, category: str = "indeterminate", **fields: Any) -> Transition:
    status = {"id": f"s{to}", "name": to, "statusCategory": {"key": category}}
    return Transition.model_validate({"id": tid, "name": f"Go {tid}", "to": status, "fields": fields})


REQUIRED = {"required": True, "name": "Root cause", "schema": {"type": "string"}}


def test_of_several_ways_the_one_that_demands_least_is_taken() -> None:
    ways = [way("1", "Open", customfield_9=REQUIRED), way("2", "open"), way("3", "Open")]
    assert pick(ways, {"status": "OPEN"}, Profile(), {}).id == "2"
    assert pick(ways[:1], {"status": "Open", "root cause": "rain"}, Profile(), {}).id == "1"
    assert pick(ways[:1], {"status": "Open"}, Profile(), {"customfield_9": "known"}).id == "1"
    with pytest.raises(Refused, match="“Go 1” demands Root cause"):
        pick(ways[:1], {"state": "open"}, Profile(), {})


def test_demands_say_what_can_be_given() -> None:
    found = demands(
        way(
            "1",
            "Done",
            "done",
            resolution={"name": "Resolution", "schema": {"type": "resolution"}, "allowedValues": [{"name": "Fixed"}]},
            assignee={"required": True, "name": "Assignee", "schema": {"type": "user"}},
            customfield_1={"required": True, "name": "Approver", "schema": {"type": "user"}},
            customfield_2={"required": True, "name": "Where", "schema": {"type": "option-with-child"}},
            customfield_3={"required": True, "hasDefaultValue": True, "name": "Team", "schema": {"type": "string"}},
            comment={"name": "Comment", "schema": {"type": "comments-page"}},
            labels={"name": "Labels", "schema": {"type": "array", "items": "string"}},
        ),
        {},
        "desk",
    )
    told = {one.field: (one.required, one.fillable, one.many) for one in found}
    assert told == {
        "resolution": (True, True, False),
        "owner": (True, True, False),
        "customfield_1": (True, False, False),
        "customfield_2": (True, False, False),
        "customfield_3": (False, True, False),
        "tags+": (False, True, True),
    }
    with pytest.raises(Refused, match="Where, which cannot be given from here"):
        pick([way("1", "Done", customfield_2={"required": True, "name": "Where"})], {"status": "Done"}, Profile(), {})


def test_groups_and_options_as_choices() -> None:
    rows = [{"groupId": "g", "name": "Network"}, {"value": "VPN"}, {"id": "1", "name": "Done"}, {}]
    assert choices_of(rows, "desk") == [("g", "Network"), ("VPN", "VPN"), ("Done", "Done")]
