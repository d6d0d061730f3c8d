"""One ticket whole, the health of sources, names for completion."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.domain.clocks import Metric, Stage
from helpdesk_tui.domain.events import ActivityKind
from helpdesk_tui.domain.rows import LIKES, PersonCard

NOW = 1_795_307_200


def test_a_ticket_whole(reader: CacheReader, add: Callable[..., int], insert: Callable[..., int]) -> None:
    insert("person", source="sn", key="p1", name="Ada", phone="+46", vip=1)
    insert("organisation", source="sn", key="o1", name="Acme")
    first = add(
        body="It is\nbroken", key="k", requester="p1", owner="p9", organisation="o1", tags_json='["VPN","x"]',
        linked='["INC1"]', alike=1, title="vpn drops often", kind="incident", activity_at=5, last_customer_at=3,
    )  # fmt: skip
    add(alike=1, title="vpn dropped", key="l")
    add(alike=1, title="vpn drops often, again", key="m")
    add(alike=1, title="vpn drops", key="n", state="closed")
    clock = {"source": "sn", "ticket": "k", "origin": "remote"}
    insert("clock", **clock, ident="1", metric="resolution", stage="met", stopped_at=4)
    insert("clock", **clock, ident="2", metric="resolution", stage="running", due_at=900, within_hours=1)
    insert("clock", **clock, ident="3", metric="first_response", stage="running", due_at=800)
    insert("clock", **clock, ident="4", metric="odd", stage="paused", within_hours=0)
    for ident, at in (("a", 10), ("b", 30), ("c", 20)):
        entry = {"source": "sn", "ticket": "k", "ident": ident, "at": at, "text": ident}
        insert("activity", **entry, kind="work note", author_name="Ada")
    for number in range(3):
        insert("event", source="sn", ticket="k", ident=str(number), kind="owner", at=number)

    found = reader.detail(first)
    assert found is not None
    assert (found.body, found.kind, found.tags, found.linked) == ("It is\nbroken", "incident", ("VPN", "x"), ("INC1",))
    assert (found.organisation, found.activity_at, found.last_customer_at, found.data_at) == ("Acme", 5, 3, NOW - 30)
    assert found.requester == PersonCard("p1", "Ada", phone="+46", vip=True)
    assert found.owner == PersonCard("p9", "unknown account p9")
    assert [one.ident for one in found.clocks] == ["3", "2", "4", "1"]
    assert [one.within_hours for one in found.clocks] == [None, True, False, None]
    assert (found.clocks[2].metric, found.clocks[3].stage) == (Metric.OTHER, Stage.MET)
    assert [entry.text for entry in found.activity] == ["b", "c", "a"]
    assert found.activity[0].kind is ActivityKind.INTERNAL
    assert found.events == {"owner": 3}
    assert [(like.row.key, like.score) for like in found.alike] == [("l", 2 / 3), ("m", 3 / 4)][::-1]


def test_of_many_that_are_like_it_the_nearest_are_read_and_the_others_counted(
    reader: CacheReader, add: Callable[..., int]
) -> None:
    first = add(alike=1, title="vpn drops often", key="first")
    far = [add(alike=1, title="vpn drops", key=f"far{number}") for number in range(LIKES)]
    near = [add(alike=1, title="VPN dropping often", key=f"near{number}") for number in range(3)]
    over = add(alike=1, title="vpn drops often", key="over", state="closed")
    alone = add(title="vpn drops often", key="alone")
    found = reader.detail(first)
    assert found is not None
    assert [like.row.id for like in found.alike] == [*near, *far[: LIKES - 3]]
    assert found.alike_more == 3
    assert reader.cluster(first).keys() == {first, *far, *near}
    assert reader.cluster(over).keys() == {first, *far, *near}
    assert reader.cluster(alone) == {}


def test_who_is_not_known_is_told_apart_and_who_is_known_is_named(
    reader: CacheReader, add: Callable[..., int], insert: Callable[..., int], connection: sqlite3.Connection
) -> None:
    """A platform that hides its names still has the names of whom it showed elsewhere."""
    insert("person", source="sn", key="712020:6bf12621-dcfc", name="Ada")
    connection.execute("UPDATE source SET account = '712020:6bf12621-dcfc' WHERE name = 'sn'")
    connection.commit()
    known, hidden = add(key="k", owner="712020:6bf12621-dcfc"), add(key="l", owner="712020:0000-f82e")
    for ident, author in (("1", "712020:6bf12621-dcfc"), ("2", "712020:0000-f82e"), ("3", "")):
        insert("activity", source="sn", ticket="k", ident=ident, at=int(ident), author=author)

    rows = reader.rows([known, hidden])
    assert [rows[known].owner, rows[hidden].owner] == ["Ada", "unknown account …f82e"]
    found = reader.detail(known)
    assert found is not None
    assert [entry.author_name for entry in found.activity] == ["", "unknown account …f82e", "Ada"]
    assert next(one.account for one in reader.health() if one.name == "sn") == "Ada"


@pytest.mark.parametrize(("read", "stale"), [(0, True), (6, True), (7, False)])
def test_a_conversation_is_stale_once_its_ticket_has_another_version(
    reader: CacheReader, add: Callable[..., int], read: int, stale: bool
) -> None:
    """Whatever the clocks say: when it was read is told by ours, when the ticket changed by the platform's."""
    for at, changed in ((5, NOW), (NOW, 5)):
        found = reader.detail(add(version=7, activity_version=read, activity_at=at, updated_at=changed, key=str(at)))
        assert found is not None
        assert found.activity_stale is stale


def test_a_ticket_that_is_gone_is_none(reader: CacheReader) -> None:
    assert reader.detail(1) is None


def test_health_is_in_configured_order_and_counts_what_is_bad(reader: CacheReader, insert: Callable[..., int]) -> None:
    more = {"sees": ["tickets"], "cannot": ["sla"], "health": "paced", "words": "slow down"}
    insert("source", name="aa", place=2, platform="jira", **more)
    insert("quarantine", source="zd", feed="tickets", key="1", reason="no number", raw="{}", at=3)
    insert("quarantine", source="zd", feed="tickets", key="2", reason="no title", raw="{}", at=4, healed_at=5)
    found = reader.health()
    assert [source.name for source in found] == ["sn", "aa", "jsm", "zd"]
    assert [source.quarantined for source in found] == [0, 0, 0, 1]
    assert (found[1].sees, found[1].cannot, found[1].words) == (("tickets",), ("sla",), "slow down")
    assert [(bad.key, bad.reason) for bad in reader.quarantine()] == [("1", "no number")]


def test_names_are_those_in_use(reader: CacheReader, add: Callable[..., int], insert: Callable[..., int]) -> None:
    insert("person", source="sn", key="p1", name="Zoe", works_tickets=1, login="zoe@x")
    insert("person", source="sn", key="p2", name="asks only")
    insert("person", source="sn", key="p3", name="Left", works_tickets=1, active=0)
    insert("person", source="sn", key="p4", name="Left with tickets", active=0)
    insert("grp", source="sn", key="g1", name="Network")
    add(tags=" b a ", owner="p4", requester="p2", number="DESK-1", category="Wi-Fi", kind="incident", status="New")
    names = reader.names()
    assert names.of("owner") == ("Left with tickets", "Zoe")
    assert names.knows("owner", "zoe@x")
    assert not names.knows("owner", "asks")
    assert names.of("requester") == ("asks only",)
    assert (names.of("tag"), names.of("key"), names.of("group")) == (("a", "b"), ("DESK",), ("Network",))
    assert names.of("source")[:3] == ("Jira", "jira", "jsm") or set(names.of("source")) >= {"jira", "jsm", "JSM"}
