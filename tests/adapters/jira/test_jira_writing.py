"""Jira is written to: each kind of change does on the platform what it says, and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from helpdesk_tui.adapters.base import Landing
from helpdesk_tui.domain.merging import kept, moved
from helpdesk_tui.domain.tickets import WayOut
from helpdesk_tui.errors import Refused
from helpdesk_tui.sandbox.model import Ticket

if TYPE_CHECKING:
    from .conftest import Stand


async def test_a_look_tells_what_can_be_written(stand: Stand) -> None:
    truth = stand.ticket()
    truth.tags = ("VPN", "site-7")
    seen = await stand.jira.look(stand.change(truth, title="").key, fields=("Category", "nonsense"))
    assert seen.fields == {
        "owner": stand.user(truth.owner),
        "group": stand.group(truth.group),
        "state": "open",
        "status": "In Progress",
        "priority": str(truth.priority),
        "priority_name": {1: "Highest", 2: "High", 3: "Medium", 4: "Low"}[truth.priority],
        "title": truth.title,
        "tags": "VPN\nsite-7",
        "Category": truth.category,
    }
    assert seen.version == truth.updated * 1000
    last = next(e for e in reversed(truth.events) if e.kind in ("owner", "status", "priority", "tags", "group"))
    assert seen.by == stand.world.people[last.actor].name
    assert (await stand.jira.look("99999999")).way is WayOut.DELETED
    stand.world.desk("jira").forbid(truth.n)
    assert (await stand.jira.look(stand.change(truth, title="").key)).way is WayOut.FORBIDDEN


async def test_an_owner_is_set_and_taken_away(stand: Stand) -> None:
    truth = stand.ticket()
    who = stand.colleague(truth)
    one = stand.change(truth, owner=stand.user(who))
    written = await stand.write(one)
    assert truth.owner == who
    assert kept(one, written.seen.fields) == ()
    nobody = stand.change(truth, owner="")
    assert kept(nobody, (await stand.write(nobody)).seen.fields) == ()
    assert truth.owner == 0


async def test_what_is_there_already_is_not_sent(stand: Stand) -> None:
    truth = stand.ticket()
    truth.tags = ("Old",)
    one = stand.change(truth, owner=stand.user(truth.owner), tags_plus="old", tags_minus="gone", note="once")
    await stand.write(one)
    assert stand.wire.sent() == [("POST", "comment")]


async def test_a_group_title_priority_and_labels_go_in_one_edit(stand: Stand) -> None:
    truth = stand.ticket(priority=3)
    truth.tags = ("Old", "theirs")
    to = next(g.gid for g in stand.world.served("jira") if g.gid != truth.group)
    one = stand.change(
        truth, group=stand.group(to), title="Printer on fire", priority="1", tags_plus="vip\nnew", tags_minus="old"
    )
    written = await stand.write(one)
    assert stand.wire.sent() == [("PUT", one.key)]
    assert (truth.group, truth.title, truth.priority) == (to, "Printer on fire", 1)
    assert set(truth.tags) == {"theirs", "vip", "new"}
    assert kept(one, written.seen.fields) == ()
    assert written.seen.fields["priority_name"] == "Highest"


async def test_a_label_somebody_added_meanwhile_stays(stand: Stand) -> None:
    truth = stand.ticket()
    one = stand.change(truth, tags_plus="ours")
    seen = await stand.jira.look(one.key)
    truth.tags = (*truth.tags, "theirs")
    await stand.jira.write(one, seen)
    assert {"ours", "theirs"} <= set(truth.tags)


async def test_priorities_by_number_and_by_name(stand: Stand) -> None:
    truth = stand.ticket(priority=3)
    await stand.write(stand.change(truth, priority_name="Low"))
    assert truth.priority == 4
    with pytest.raises(Refused, match="no priority that means 5; there are Highest, High, Medium, Low"):
        await stand.write(stand.change(truth, priority="5"))
    with pytest.raises(Refused, match="priority selected is invalid"):
        await stand.write(stand.change(truth, priority_name="Huge"))


async def test_a_status_is_reached_by_its_transition_with_what_that_demands(stand: Stand) -> None:
    truth = stand.ticket()
    with pytest.raises(Refused, match=r"“Resolve this issue” demands Resolution \(Done, Won't Do"):
        await stand.write(stand.change(truth, state="solved"))
    assert stand.wire.sent() == []
    one = stand.change(truth, status="Resolved", resolution="Duplicate", title="Solved now")
    written = await stand.write(one)
    assert (truth.state, truth.marks["resolution"]) == ("solved", "Duplicate")
    assert kept(one, written.seen.fields) == ()
    assert written.seen.fields["resolution"] == "Duplicate"
    assert stand.wire.sent() == [("PUT", one.key), ("POST", "transitions")], "edited before it is done"


async def test_a_state_takes_the_usual_transition(stand: Stand) -> None:
    truth = stand.ticket()
    now = (await stand.write(stand.change(truth, state="pending"))).seen.fields
    assert (now["state"], now["status"], truth.state) == ("pending", "Waiting for customer", "pending")
    await stand.write(stand.change(truth, state="hold"))
    assert truth.state == "hold"
    with pytest.raises(Refused, match=r"no transition leads to “Closed” from here; there are In Progress"):
        await stand.write(stand.change(truth, status="Closed"))


async def test_a_closed_ticket_is_reopened_before_it_is_edited(stand: Stand) -> None:
    truth = stand.ticket("closed")
    with pytest.raises(Refused, match=r"cannot be set. It is not on the appropriate screen"):
        await stand.write(stand.change(truth, title="Late"))
    await stand.write(stand.change(truth, state="open", title="Late", owner=""))
    assert (truth.state, truth.title, truth.owner) == ("open", "Late", 0)


@pytest.mark.parametrize(("name", "kind"), [("note", "note"), ("reply", "reply")])
async def test_a_comment_is_internal_or_public(stand: Stand, name: str, kind: str) -> None:
    truth = stand.ticket()
    text = "Called twice,\nno answer.\n\nWill try * again * tomorrow."
    said: dict[str, Any] = {name: text}
    one = stand.change(truth, **said)
    assert (await stand.verify(one)).landing is Landing.ABSENT
    written = await stand.write(one)
    assert [e.text for e in truth.events if e.kind == kind][-1].split() == text.split()
    assert written.words == ""
    found = await stand.verify(one)
    assert (found.landing, found.marker) == (Landing.LANDED, written.marker)


async def test_the_comment_goes_last(stand: Stand) -> None:
    truth = stand.ticket()
    one = stand.change(truth, reply="Which room?", state="pending", owner=stand.user(stand.colleague(truth)))
    await stand.write(one)
    assert [path for _, path in stand.wire.sent()] == ["transitions", "assignee", "comment"]


async def test_no_note_where_everybody_would_read_it(make_stand: Callable[..., Stand]) -> None:
    stand = make_stand(role="admin")
    await stand.jira.check()
    truth = stand.ticket()
    stand.world.desk("jira").change(truth.n, 1, group=next(gid for gid in stand.world.groups if gid >= 90))
    with pytest.raises(Refused, match="no service desk"):
        await stand.write(stand.change(truth, note="psst"))
    await stand.write(stand.change(truth, reply="hello"))
    assert stand.said(truth, "hello") == 1


@pytest.mark.parametrize(
    ("kind", "reads"),
    [("duplicate", "duplicates"), ("", "relates to"), ("related", "relates to"), ("is blocked by", "is blocked by")],
)
async def test_a_link_reads_as_it_was_meant_and_is_made_once(stand: Stand, kind: str, reads: str) -> None:
    truth, other = stand.ticket(), stand.ticket(place=1)
    given: dict[str, Any] = {"link": stand.change(other, title="").key} | ({"link_kind": kind} if kind else {})
    one = stand.change(truth, **given)
    assert (await stand.verify(one)).landing is Landing.ABSENT
    await stand.write(one)
    raw = await stand.jira._site.get(f"issue/{one.key}", {"fields": "issuelinks"})
    (link,) = raw["fields"]["issuelinks"]
    end = "outwardIssue" if "outwardIssue" in link else "inwardIssue"
    assert (link["type"][end.removesuffix("Issue")], link[end]["id"]) == (reads, given["link"])
    assert (await stand.verify(one)).landing is Landing.LANDED
    await stand.write(one)
    assert stand.wire.sent() == [("POST", "issueLink")]
    with pytest.raises(Refused, match=r"no links of the kind “parent” here; there are blocks, is blocked by"):
        await stand.write(stand.change(truth, link=given["link"], link_kind="parent"))


@pytest.mark.parametrize("group_field", ["project", "components"])
async def test_a_group_that_cannot_be_written_is_refused_in_words(
    make_stand: Callable[..., Stand], group_field: str
) -> None:
    stand = make_stand(options={"group_field": group_field})
    await stand.jira.check()
    truth = stand.ticket()
    with pytest.raises(Refused, match=r"project stands for the group|not on the appropriate screen"):
        await stand.write(stand.change(truth, group="10101"))


async def test_fields_by_their_own_names(stand: Stand) -> None:
    truth = stand.ticket()
    with pytest.raises(Refused, match="no field Mood"):
        await stand.write(stand.change(truth, Mood="sunny"))
    with pytest.raises(Refused, match="cannot be written from here"):
        await stand.write(stand.change(truth, timetracking="2h"))
    with pytest.raises(Refused, match="Option value 'sunny' is not valid"):
        await stand.write(stand.change(truth, Category="sunny"))
    for name, value in (("Category", "cloud"), ("customfield_10050", "database"), ("category", "")):
        given: dict[str, Any] = {name: value}
        one = stand.change(truth, **given)
        assert kept(one, (await stand.write(one)).seen.fields) == ()
        assert truth.category == value


async def test_values_are_verified_by_what_is_there_and_by_the_changelog(stand: Stand) -> None:
    truth = stand.ticket()
    before, who = truth.owner, stand.colleague(truth)
    one = stand.change(truth, {"owner": stand.user(before)}, owner=stand.user(who))
    assert (await stand.verify(one)).landing is Landing.ABSENT
    await stand.write(one)
    assert (await stand.verify(one)).landing is Landing.LANDED
    boss = stand.world.groups[truth.group].lead
    stand.world.desk("jira").change(truth.n, boss, owner=before)
    found = await stand.verify(one)
    assert (found.landing, found.words) == (
        Landing.CHANGED,
        f"saved, and put back by {stand.world.people[boss].name}",
    )
    stand.world.desk("jira").change(truth.n, boss, owner=stand.colleague(truth, 1))
    found = await stand.verify(one)
    assert found.landing is Landing.CHANGED
    assert found.seen is not None
    assert (moved(one, found.seen.fields), found.seen.by) == (("owner",), stand.world.people[boss].name)


async def test_a_title_that_was_put_back_is_told(stand: Stand) -> None:
    truth = stand.ticket()
    one = stand.change(truth, {"title": truth.title}, title="Better")
    before = truth.title
    await stand.write(one)
    stand.world.desk("jira").change(truth.n, 2, title=before, edits={"summary": ("Better", before)})
    assert (await stand.verify(one)).landing is Landing.CHANGED


def words_of(truth: Ticket) -> list[str]:
    return [event.text for event in truth.events if event.kind in ("note", "reply")]


async def test_the_same_words_twice_are_two_comments(stand: Stand) -> None:
    """What one change said is never taken for what another was to say."""
    truth = stand.ticket()
    first = stand.change(truth, note="Called.")
    await stand.write(first)
    second = stand.change(truth, ident="01976f00-0000-7000-8000-00000000000b", note="Called.")
    assert (await stand.verify(second)).landing is Landing.ABSENT
    await stand.write(second)
    assert words_of(truth)[-2:] == ["Called.", "Called."]
    marks = [(await stand.verify(one)).marker for one in (first, second)]
    assert len(set(marks)) == 2
