"""Each key of the filter language against real rows: what it keeps and what it leaves."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.domain.filters.keys import KEYS
from helpdesk_tui.domain.filters.language import parse

NOW = 1_795_307_200  # 2026-11-22 00:26:40 UTC, 01:26:40 in Paris
HOUR, DAY = 3_600, 86_400
Kept = Callable[[str], list[str]]


@pytest.fixture
def kept(reader: CacheReader) -> Kept:
    """The titles a filter keeps, sorted."""

    def titles(text: str, zone: str = "Europe/Paris") -> list[str]:
        ids = reader.ids(parse(text), Moment(NOW, ZoneInfo(zone))).ids
        return sorted(row.title for row in reader.rows(ids).values())

    return titles


Case = tuple[str, dict[str, object], dict[str, object]]

IS: tuple[Case, ...] = (
    ("is:open", {"state": "pending"}, {"state": "solved"}),
    ("is:closed", {"state": "closed"}, {"state": "solved"}),
    ("is:solved", {"state": "solved"}, {"state": "closed"}),
    ("is:new", {"state": "new"}, {"state": "open"}),
    ("is:pending", {"state": "pending"}, {"state": "hold"}),
    ("is:hold", {"state": "hold"}, {"state": "pending"}),
    ("is:unassigned", {"owner": ""}, {"owner": "p1"}),
    ("is:vip", {"vip": 1}, {"vip": 0}),
    ("is:reopened", {"reopens": 1}, {"reopens": 0}),
    ("is:stalled", {"idle_since": NOW - 4 * HOUR - 1}, {"idle_since": NOW - 4 * HOUR + 1}),
    ("is:stalled", {"idle_since": NOW - DAY, "state": "hold"}, {"idle_since": NOW - DAY, "state": "pending"}),
    ("is:stalled", {"idle_since": NOW - DAY}, {"idle_since": NOW - DAY, "state": "closed"}),
    ("is:breached", {"due_at": NOW}, {"due_at": NOW + 1}),
    ("is:breached", {"due_at": NOW - 1}, {"due_at": 0}),
    ("is:atrisk", {"due_at": NOW + 1800}, {"due_at": NOW + 1801}),
    ("is:atrisk", {"due_at": NOW - DAY}, {"due_at": 0}),
    ("is:paused", {"paused": 1}, {"paused": 0}),
    ("is:dup", {"alike_count": 1}, {"alike_count": 0}),
    ("is:waiting", {"last_customer_at": NOW - 5, "last_public_at": NOW - 9}, {"last_public_at": NOW - 5}),
    ("is:waiting", {"last_public_at": 0}, {"last_public_at": 0, "state": "pending"}),
    ("is:new,vip", {"vip": 1}, {}),
)

OTHERS: tuple[Case, ...] = (
    ("p:1..2", {"priority": 2}, {"priority": 3}),
    ("p:<3", {"priority": 2}, {"priority": 0}),
    ("p:none", {"priority": 0}, {"priority": 1}),
    ("p:1,4", {"priority": 4}, {"priority": 2}),
    ("due:<2h", {"due_at": NOW + 2 * HOUR - 1}, {"due_at": NOW + 2 * HOUR}),
    ("due:<=2h", {"due_at": NOW + 2 * HOUR}, {"due_at": NOW + 2 * HOUR + 1}),
    ("due:<2h", {"due_at": NOW - DAY}, {"due_at": 0}),
    ("due:>1d", {"due_at": NOW + DAY + 1}, {"due_at": NOW + DAY}),
    ("due:1h..2h", {"due_at": NOW + HOUR}, {"due_at": NOW + HOUR - 1}),
    ("due:none", {"due_at": 0}, {"due_at": 1}),
    ("due:overdue", {"due_at": NOW}, {"due_at": NOW + 1}),
    ("due:today", {"due_at": NOW + 22 * HOUR}, {"due_at": NOW + 23 * HOUR}),
    ("due:tomorrow", {"due_at": NOW + 23 * HOUR}, {"due_at": NOW + 22 * HOUR}),
    ("left:<2h", {"due_at": NOW + 2 * HOUR - 1}, {"due_at": NOW + 2 * HOUR}),
    ("left:<=2h", {"due_at": NOW + 2 * HOUR}, {"due_at": NOW + 2 * HOUR + 1}),
    ("left:>2h", {"due_at": NOW + 2 * HOUR + 1}, {"due_at": NOW + 2 * HOUR}),
    ("left:>=2h", {"due_at": NOW + 2 * HOUR}, {"due_at": 0}),
    ("left:<2h", {"due_at": NOW - 1}, {"due_at": NOW - 1, "state": "closed"}),
    ("idle:>4h", {"idle_since": NOW - 4 * HOUR - 1}, {"idle_since": NOW - 4 * HOUR}),
    ("idle:<4h", {"idle_since": NOW - HOUR}, {"idle_since": 0}),
    ("age:>=3d", {"created_at": NOW - 3 * DAY}, {"created_at": NOW - 3 * DAY + 1}),
    ("instate:>5d", {"state_since": NOW - 6 * DAY}, {"state_since": NOW - 4 * DAY}),
    ("state:hold", {"state": "hold"}, {"state": "open"}),
    ('status:"in pro"', {"status": "Work In Progress"}, {"status": "Progress in"}),
    ("status:élevé", {"status": "Niveau Élevé"}, {"status": "Niveau"}),
    ("status:100%", {"status": "100% done"}, {"status": "100 done"}),
    ("source:zendesk", {"source": "zd"}, {"source": "sn"}),
    ("source:sn", {"source": "sn"}, {"source": "jsm"}),
    ("source:jsm", {"source": "jsm"}, {"source": "zd"}),
    ("tag:vip", {"tags": " new vip "}, {"tags": " vips "}),
    ("tag:VIP_1", {"tags": " vip_1 "}, {"tags": " vipx1 "}),
    ("tag:none", {"tags": ""}, {"tags": " a "}),
    ("updated:<2h", {"updated_at": NOW - 2 * HOUR + 1}, {"updated_at": NOW - 2 * HOUR}),
    ("updated:today", {"updated_at": NOW - HOUR}, {"updated_at": NOW - 2 * HOUR}),
    ("updated:yesterday", {"updated_at": NOW - 2 * HOUR}, {"updated_at": NOW - HOUR}),
    ("created:2026-11-20..2026-11-21", {"created_at": NOW - 2 * HOUR}, {"created_at": NOW - HOUR}),
    ("created:>2026-11-21", {"created_at": NOW - HOUR}, {"created_at": NOW - 2 * HOUR}),
    ("created:<2026-11-22", {"created_at": NOW - 2 * HOUR}, {"created_at": NOW - HOUR}),
    ("created:>=2026-11-22", {"created_at": NOW - HOUR}, {"created_at": NOW - 2 * HOUR}),
    ("created:<=2026-11-21", {"created_at": NOW - 2 * HOUR}, {"created_at": NOW - HOUR}),
    ("key:inc7", {"number": "INC7"}, {"number": "INC77"}),
    ("number:DESK", {"number": "DESK-12"}, {"number": "DESKTOP-12"}),
    ("key:zd-91177", {"number": "91177", "source": "zd"}, {"number": "91177", "source": "sn"}),
    ("kind:inc", {"kind": "incident"}, {"kind": "problem"}),
    ("category:wi", {"category": "Network Wi-Fi"}, {"category": "kiwi"}),
    ("category:none", {"category": ""}, {"category": "x"}),
    ("bounced:>=3", {"bounces": 3}, {"bounces": 2}),
    ("reopened:>1", {"reopens": 2}, {"reopens": 1}),
    ("alike:0", {"alike_count": 0}, {"alike_count": 1}),
    ("clock:F", {"due_metric": "first_response"}, {"due_metric": "resolution"}),
    ("scope:left", {"scope": "left"}, {"scope": "in"}),
    ("!scope:in", {"scope": "deleted"}, {"scope": "in"}),
    ("!p:1", {"priority": 2}, {"priority": 1}),
    ("is:open", {}, {"scope": "left"}),
    ("", {"state": "closed"}, {"scope": "forbidden", "state": "closed"}),
)


@pytest.mark.parametrize(("text", "yes", "no"), [*IS, *OTHERS])
def test_a_key_keeps_one_and_leaves_the_other(
    text: str, yes: dict[str, object], no: dict[str, object], add: Callable[..., int], kept: Kept
) -> None:
    add(title="yes", **yes)
    add(title="no", **no)
    assert kept(text) == ["yes"]


def test_every_key_is_tried_above_or_by_name() -> None:
    tried = {term.key for text, _, _ in (*IS, *OTHERS) for term in parse(text).terms if hasattr(term, "key")}
    of_clocks = {"cause", "drift", "missed"}  # tried in test_read_aging, where there are clocks
    assert set(KEYS) - tried == {"owner", "group", "org", "requester", "scope", *of_clocks} - tried


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("owner:okafor", ["a"]),
        ("owner:oka", ["a"]),
        ("owner:ada", ["a", "b"]),
        ("owner:kovac", ["b"]),
        ("owner:p2@sn.example", ["b"]),
        ("owner:me", ["c"]),
        ("owner:none", ["d"]),
        ("owner:me,none", ["c", "d"]),
        ("!owner:me", ["a", "b", "d", "e"]),
        ("owner:p9", ["e"]),
        ("owner:nobody", []),
        ('owner:"me"', []),
        ("requester:ada", ["d"]),
        ("group:net", ["a", "b"]),
        ("group:t1", ["c"]),
        ("group:T", ["c", "d"]),
        ("group:none", ["e"]),
        ("group:net,t1", ["a", "b", "c"]),
        ("org:acme", ["a"]),
        ("org:none", ["b", "c", "d", "e"]),
    ],
)
def test_names_find_whom_people_mean(
    text: str, titles: list[str], add: Callable[..., int], insert: Callable[..., int], kept: Kept
) -> None:
    insert("person", source="sn", key="p1", name="Ada Okafor", login="p1")
    insert("person", source="sn", key="p2", name="Adam Kovač", email="p2@sn.example")
    insert("person", source="sn", key="p3", name="Chris", login="ME@sn.example")
    insert("person", source="zd", key="p1", name="Somebody Okafor")
    for key, name in (("g1", "Network"), ("g2", "T1"), ("g3", "T1 Lyon")):
        insert("grp", source="sn", key=key, name=name)
    insert("organisation", source="sn", key="o1", name="The Acme Company")
    add(title="a", owner="p1", grp="g1", organisation="o1")
    add(title="b", owner="p2", grp="g1")
    add(title="c", owner="p3", grp="g2")
    add(title="d", owner="", grp="g3", requester="p2")
    add(title="e", owner="p9", grp="")
    assert kept(text) == titles


def test_me_can_be_said_for_a_source_whose_account_is_another(
    reader: CacheReader, add: Callable[..., int], insert: Callable[..., int]
) -> None:
    insert("person", source="sn", key="p1", login="ada")
    insert("person", source="sn", key="p2", login="me@sn.example")
    insert("person", source="zd", key="p3", email="me@zd.example")
    ids = [add(owner="p1"), add(owner="p2"), add(owner="p3", source="zd")]
    found = reader.ids(parse("owner:me"), Moment(NOW, None, {"sn": "ADA"})).ids
    assert sorted(found) == [ids[0], ids[2]]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("vpn", ["vpn drops", "x"]),
        ("VP", ["vpn drops", "x"]),
        ("vpn drop", ["vpn drops"]),
        ('"vpn drops"', ["vpn drops"]),
        ('"drops vpn"', []),
        ("!vpn", ["Müller [/var/log]", '→ 15" monitor']),
        ("!vpn !muller", ['→ 15" monitor']),
        ("muller", ["Müller [/var/log]"]),
        ("[/var", ["Müller [/var/log]"]),
        ("→", ['→ 15" monitor']),
        ("!→", ["Müller [/var/log]", "vpn drops", "x"]),
        ('15"', ['→ 15" monitor']),
        ("zd-91177", ["x"]),
        ("91177", ["x"]),
        ("sn-91177", []),
        ("vpn OR muller", []),
        ("NEAR(vpn", []),
        ("vpn*", ["vpn drops", "x"]),
        ("%", []),
    ],
)
def test_words_are_looked_up_and_never_read_as_syntax(
    text: str, titles: list[str], add: Callable[..., int], kept: Kept
) -> None:
    add(title="vpn drops")
    add(title="Müller [/var/log]")
    add(title='→ 15" monitor')
    add(title="x", body="the vpn and more", number="91177", source="zd")
    assert kept(text) == titles


def test_days_are_of_the_readers_zone_also_where_the_clock_changes(
    reader: CacheReader, add: Callable[..., int]
) -> None:
    midnight_in_new_york = 1_793_505_600  # 2026-11-01 04:00 UTC, a day of 25 hours there
    for at in (-1, 0, 25 * HOUR - 1, 25 * HOUR):
        add(created_at=midnight_in_new_york + at, title=str(at))
    ids = reader.ids(parse("created:2026-11-01"), Moment(NOW, ZoneInfo("America/New_York"))).ids
    assert sorted(row.title for row in reader.rows(ids).values()) == ["0", str(25 * HOUR - 1)]


def test_every_statement_is_prepared_on_the_migrated_schema(path: Path, tmp_path: Path) -> None:
    """An empty cache answers every question there is: no column, table or function is missing."""
    empty = tmp_path / "empty.db"
    shutil.copy(path, empty)
    reader = CacheReader(empty)
    for key in KEYS.values():
        for example in (*key.examples, *(f"{key.name}:{word}" for word in key.words)):
            assert len(reader.ids(parse(example), Moment(NOW)).ids) == 0
            assert len(reader.ids(parse(f"!{example.lstrip('!')}"), Moment(NOW)).ids) == 0
    reader.close()
