"""Zendesk is written to: what was asked for is there, and nobody is overwritten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.base import Capability, Landing, Seen
from helpdesk_tui.adapters.http import Http
from helpdesk_tui.adapters.zendesk.adapter import WRITES
from helpdesk_tui.domain.changes import Kind
from helpdesk_tui.domain.merging import kept, moved
from helpdesk_tui.domain.tickets import WayOut
from helpdesk_tui.errors import Moved, Refused
from helpdesk_tui.sandbox.zendesk import ids

from .written import CODE, OTHERS, B, a_ticket, change, colleague, said, settle, write


async def test_a_look_tells_what_can_be_written_as_the_pull_does(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    seen = await adapter.look(str(truth.n), fields=("type", "nonsense"))
    (ticket,) = (await adapter.fetch([str(truth.n)])).tickets
    told = {
        "owner": ticket.owner,
        "group": ticket.group,
        "state": str(ticket.state),
        "status": ticket.status,
        "priority": str(ticket.priority),
        "priority_name": ticket.priority_name,
        "title": ticket.title,
        "tags": "\n".join(ticket.tags),
        "type": "incident",
    }
    assert (dict(seen.fields), seen.version) == (told, ticket.version)


async def test_what_cannot_be_looked_at_has_its_way_out(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    deleted, hidden = a_ticket(floor), a_ticket(floor, 1)
    floor.desk.delete(deleted.n, 1)
    floor.desk.forbid(hidden.n)
    ways = [(await adapter.look(key)).way for key in (str(deleted.n), str(hidden.n), "999999", "x")]
    assert ways == [WayOut.DELETED, WayOut.FORBIDDEN, WayOut.DELETED, WayOut.DELETED]


@pytest.mark.parametrize("role", ["admin", "agent"])
async def test_everything_of_one_change_goes_out_in_one_update(floor: Any, signed_in: Any, role: str) -> None:
    adapter = await signed_in(role)
    truth = a_ticket(floor)
    floor.desk.change(truth.n, 1, tags=("kept", "gone"))
    who = colleague(floor, truth)
    one = change(
        floor,
        truth,
        owner=str(ids.user(who)),
        title="Printer on fire",
        note="seen it",
        priority="1",
        status="Parts on order",
        **{"tags+": "New\nkept", "tags-": "gone"},
    )
    floor.clock.step(5)
    before = len(floor.transport.requests)
    written = await write(adapter, one)
    puts = [request for request in floor.transport.requests[before:] if request.method == "PUT"]
    assert [request.url.path for request in puts] == [f"/api/v2/tickets/{truth.n}"]
    assert kept(one, written.seen.fields) == ()
    assert (truth.owner, truth.title, truth.priority, truth.state) == (who, "Printer on fire", 1, "hold")
    assert written.seen.fields["status"] == "Parts on order"
    assert sorted(tag.lower() for tag in truth.tags) == ["kept", "new"]
    assert said(truth, "note", "seen it") == 1
    assert written.seen.version == floor.clock.now()
    assert written.marker
    assert not written.words


async def test_a_note_is_internal_and_a_reply_public_whatever_the_account_prefers(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    await write(adapter, change(floor, truth, note="only us"))
    await write(adapter, change(floor, truth, ident=B, reply="Which room?", state="pending"))
    assert (said(truth, "note", "only us"), said(truth, "reply", "Which room?")) == (1, 1)
    assert truth.state == "pending"
    with pytest.raises(Refused, match="at a time"):
        await write(adapter, change(floor, truth, note="a", reply="b"))


async def test_what_a_role_lacks_is_refused_and_the_rest_goes(floor: Any, signed_in: Any) -> None:
    settle(floor, agents_cannot=frozenset({"public_comments", "tags"}))
    adapter = await signed_in("agent")
    truth = a_ticket(floor)
    for refused in ({"reply": "to you"}, {"tags+": "new"}):
        with pytest.raises(Refused, match="do not have access") as caught:
            await write(adapter, change(floor, truth, **refused))
        assert caught.value.status == 403
    await write(adapter, change(floor, truth, note="only us"))
    assert said(truth, "note", "only us") == 1
    assert WRITES - adapter.capabilities == {Capability.WRITE_REPLY}, "it was told at the sign-in"
    report = await adapter.check()
    assert "Public replies: this agent may only add internal notes." in report.cannot


async def test_an_owner_must_serve_the_group_and_moves_no_ticket(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    people = floor.world.people
    served = {group.gid for group in floor.served}
    stranger = next(u for u, p in people.items() if served & set(p.groups) and truth.group not in p.groups and p.active)
    before = (truth.group, truth.owner)
    with pytest.raises(Refused, match="not a member of the group"):
        await write(adapter, change(floor, truth, owner=str(ids.user(stranger))))
    with pytest.raises(Refused, match="Assignee: is invalid"):
        await write(adapter, change(floor, truth, owner=str(ids.user(truth.requester))))
    with pytest.raises(Refused, match="no agent"):
        await write(adapter, change(floor, truth, owner="ann"))
    assert (truth.group, truth.owner) == before
    theirs = next(gid for gid in people[stranger].groups if gid in served)
    to = change(floor, truth, group=str(ids.group(theirs)), owner=str(ids.user(stranger)))
    await write(adapter, to)
    assert (truth.group, truth.owner) == (theirs, stranger)


async def test_a_move_that_frees_the_owner_says_so(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    other = next(g for g in floor.served if g.gid not in floor.world.people[truth.owner].groups)
    written = await write(adapter, change(floor, truth, group=str(ids.group(other.gid))))
    assert (truth.group, truth.owner, written.words) == (other.gid, 0, "the platform also took the owner away")


async def test_nobody_is_assigned_and_titles_are_changed_by_agents_too(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in("agent")
    truth = a_ticket(floor)
    await write(adapter, change(floor, truth, owner="", title="Two words"))
    assert (truth.owner, truth.title) == (0, "Two words")


@pytest.mark.parametrize(
    ("desired", "words"),
    [
        ({"state": "closed"}, "ask for solved"),
        ({"status": "Closed"}, "ask for solved"),
        ({"status": "Daydreaming"}, "no status"),
        ({"state": "new"}, "back to new"),
        ({"priority": "5"}, "no priority"),
        ({"priority_name": "sky-high"}, "no priority"),
        ({"tags+": "two words"}, "two_words"),
        ({"colour": "red"}, "no active ticket field"),
        ({"due_at": "tomorrow"}, "an instant like"),
        ({"link": "999999"}, "no ticket #999999"),
        ({"link": "x"}, "no other ticket"),
    ],
)
async def test_what_cannot_be_asked_is_refused_in_words(
    floor: Any, signed_in: Any, desired: dict[str, str], words: str
) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    events = truth.events
    with pytest.raises(Refused, match=words):
        await write(adapter, change(floor, truth, **desired))
    assert truth.events == events


async def test_a_closed_ticket_cannot_be_changed(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    floor.desk.change(truth.n, 1, state="closed")
    with pytest.raises(Refused, match="closed prevents ticket update") as caught:
        await write(adapter, change(floor, truth, note="late"))
    assert caught.value.status == 422


async def test_fields_of_the_accounts_own_by_number_and_by_title(floor: Any, signed_in: Any) -> None:
    settle(floor, fields=(CODE, *OTHERS))
    adapter = await signed_in()
    truth = a_ticket(floor)
    with pytest.raises(Refused, match="Resolution code: is required when solving"):
        await write(adapter, change(floor, truth, state="solved"))
    with pytest.raises(Refused, match=r"cannot be “magic”; it can be fixed \(Fixed\), workaround"):
        await write(adapter, change(floor, truth, state="solved", **{"4711": "magic"}))
    wishes = {"Resolution code": "fixed", "4712": "true", "4713": "lyon\nparis", "visit": "2026-11-20"}
    one = change(floor, truth, state="solved", type="question", **wishes)
    written = await write(adapter, one)
    assert kept(one, written.seen.fields) == ()
    assert truth.state == "solved"
    assert truth.marks["field:4713"] == "lyon paris"
    with pytest.raises(Refused, match="true or false"):
        await write(adapter, change(floor, truth, **{"4712": "yes"}))


async def test_a_value_that_was_kept_silently_is_seen_and_what_was_ignored_is_told(floor: Any, signed_in: Any) -> None:
    settle(floor, undone=frozenset({"priority"}))
    adapter = await signed_in()
    truth = a_ticket(floor, priority=3)
    one = change(floor, truth, priority="1")
    assert kept(one, (await write(adapter, one)).seen.fields) == ("priority",)
    inner = floor.transport.inner

    class Warned(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response: httpx.Response = await inner.handle_async_request(request)
            response.headers["X-Zendesk-API-Warn"] = '{:ticket=>{:unpermitted_keys=>["subject", "due_at"]}}'
            return response

    floor.transport.inner = Warned()
    written = await write(adapter, change(floor, truth, ident=B, title="Ignored"))
    assert written.words == "the platform ignored subject, due_at"


# Others write too


async def test_somebody_between_look_and_write_is_not_overwritten(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    before = str(ids.user(truth.owner))
    one = change(floor, truth, {"owner": before}, owner=str(ids.user(colleague(floor, truth))))
    seen = await adapter.look(one.key)
    floor.clock.step(1)
    third = colleague(floor, truth, 1)
    floor.desk.change(truth.n, third, owner=third)
    with pytest.raises(Moved, match="Safe Update prevented"):
        await adapter.write(one, seen)
    assert truth.owner == third
    assert moved(one, (await adapter.look(one.key)).fields) == ("owner",)
    assert await adapter.who(one.key, ["owner"]) == floor.world.people[third].name
    assert await adapter.who(one.key, ["title"]) == ""


async def test_an_update_that_arrives_twice_or_late_is_done_once(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    one = change(floor, truth, note="once")
    seen = await adapter.look(one.key)
    floor.clock.step(3)
    await adapter.write(one, seen)
    with pytest.raises(Moved):
        await adapter.write(one, seen)
    assert said(truth, "note", "once") == 1


async def test_what_was_overwritten_within_one_second_is_told(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    floor.desk.change(truth.n, 1, note="a stamp of this second")
    one = change(floor, truth, {"title": truth.title}, title="Mine")
    seen = await adapter.look(one.key)
    floor.desk.change(truth.n, 1, title="Theirs", edits={"subject": (truth.title, "Theirs")})
    written = await adapter.write(one, seen)
    assert written.words == "title had been changed to “Theirs” in the same second and is overwritten"


async def test_the_second_of_the_last_change_is_let_pass(
    floor: Any, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    waited: list[float] = []
    meanwhile: list[str] = []

    async def pause(_http: Http, seconds: float) -> None:
        for title in meanwhile:
            floor.desk.change(truth.n, 1, title=title, edits={"subject": (truth.title, title)})
        waited.append(seconds)
        floor.clock.step(seconds)

    monkeypatch.setattr(Http, "pause", pause)
    floor.desk.change(truth.n, 1, note="just now")
    one = change(floor, truth, {"title": truth.title}, title="Mine")
    seen = await adapter.look(one.key)
    await adapter.write(one, seen)
    assert waited == [2]
    last = [request for request in floor.transport.requests if request.method == "PUT"][-1]
    assert (await floor.transport.handle_async_request(last)).status_code == 409, "the same once more, at once"
    floor.clock.step(1)
    meanwhile.append("Theirs")
    other = change(floor, truth, {"title": "Mine"}, ident=B, title="Mine again")
    seen = await adapter.look(other.key)
    with pytest.raises(Moved):
        await adapter.write(other, seen)
    assert truth.title == "Theirs"
    meanwhile.clear()
    floor.clock.step(60)
    await write(adapter, other)
    assert len(waited) == 2, "what was changed a while ago is not waited for"


async def test_tags_of_others_stay(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    one = change(floor, truth, **{"tags+": "mine"})
    seen = await adapter.look(one.key)
    floor.clock.step(1)
    floor.desk.change(truth.n, 1, tags=(*truth.tags, "theirs"))
    with pytest.raises(Moved):
        await adapter.write(one, seen)
    await write(adapter, one)
    assert {"mine", "theirs"} <= set(truth.tags)


# Links


async def test_incidents_are_linked_to_problems_and_others_by_a_note(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth, problem, other = a_ticket(floor), a_ticket(floor, 1), a_ticket(floor, 2)
    problem.kind = "problem"
    await write(adapter, change(floor, truth, link=str(problem.n), link_kind="problem"))
    assert truth.marks["problem_id"] == str(problem.n)
    with pytest.raises(Refused, match="no problem"):
        await write(adapter, change(floor, truth, link=str(other.n), link_kind="problem"))
    one = change(floor, truth, link=str(other.n), link_kind="duplicate")
    await write(adapter, one)
    assert said(truth, "note", f"Duplicate of #{other.n} (not merged).") == 1
    assert (await adapter.verify(one)).landing is Landing.LANDED
    assert (await adapter.verify(replace(one, id=B))).landing is Landing.ABSENT
    assert truth.state == "open"


async def test_what_may_be_written_is_declared(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in("agent")
    assert adapter.capabilities >= WRITES
    with pytest.raises(NotImplementedError):
        await adapter.look("1", kind=Kind.OVERRIDE)
    assert isinstance(await adapter.look(str(a_ticket(floor).n)), Seen)
