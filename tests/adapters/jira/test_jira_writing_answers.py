"""Every bad answer to a write to Jira ends in an error that says what is certain, or in a question to the platform."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest

from helpdesk_tui.adapters.base import Landing
from helpdesk_tui.adapters.jira import traces
from helpdesk_tui.domain.merging import kept
from helpdesk_tui.domain.tickets import WayOut
from helpdesk_tui.errors import AuthFailed, Garbled, Moved, NotSent, PlatformError, Refused, Throttled, Unreachable
from helpdesk_tui.sandbox.jira import limits
from helpdesk_tui.sandbox.jira.identity import Directory
from helpdesk_tui.sandbox.model import World

from .conftest import SITE

if TYPE_CHECKING:
    from .conftest import Stand

REASONS = {"errorMessages": [], "errors": {"priority": "The priority selected is invalid.", "summary": "Too long."}}
CASES: list[tuple[int, Any, dict[str, str], type[PlatformError], str]] = [
    (400, REASONS, {}, Refused, "priority selected is invalid.*Too long"),
    (403, {"errorMessages": ["You do not have permission to edit issues."], "errors": {}}, {}, Refused, "permission"),
    (404, {"errorMessages": ["Issue does not exist."], "errors": {}}, {}, Refused, "does not exist"),
    (413, {"errorMessages": ["The per-issue limit was exceeded."]}, {}, Refused, "limit was exceeded"),
    (422, {"errorMessages": ["A validator said no."], "errors": {}}, {}, Refused, "validator said no"),
    (409, {"errorMessages": ["A conflicting update."], "errors": {}}, {}, Moved, "conflicting update"),
    (401, {"message": "expired"}, {}, AuthFailed, "sign-in was refused"),
    (429, {"errorMessages": ["Rate limit exceeded."]}, {"Retry-After": "7"}, Throttled, "Rate limit"),
    (500, {"errorMessages": ["Internal server error"]}, {}, Unreachable, "Internal server error"),
    (502, "<html><title>Bad gateway</title>", {"Content-Type": "text/html"}, Unreachable, "Bad gateway"),
    (200, {"errorMessages": ["It went wrong."], "errors": {}}, {}, Garbled, "not expected"),
    (200, "<html><title>Log in</title>", {"Content-Type": "text/html"}, Garbled, "not expected"),
    (302, "", {"Location": "/login"}, Garbled, "redirects"),
]


def answering(stand: Stand, method: str, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
    """The platform answers so to every write by a method, and does nothing."""

    def instead(request: httpx.Request) -> httpx.Response | None:
        if request.method != method:
            return None
        return httpx.Response(status, headers=headers, **({"text": body} if isinstance(body, str) else {"json": body}))

    stand.wire.before = instead


@pytest.mark.parametrize(("status", "body", "headers", "kind", "words"), CASES)
@pytest.mark.parametrize("wish", ["owner", "priority", "state", "note", "link"])
async def test_each_answer_says_what_is_certain(
    cloud: Stand, wish: str, status: int, body: Any, headers: dict[str, str], kind: type[PlatformError], words: str
) -> None:
    truth, other = cloud.ticket(priority=3), cloud.ticket(place=1)
    values = {
        "owner": cloud.user(cloud.colleague(truth)),
        "priority": "1",
        "state": "pending",
        "note": "hello",
        "link": cloud.change(other, title="").key,
    }
    answering(cloud, "PUT" if wish in ("owner", "priority") else "POST", status, body, headers)
    desired: dict[str, Any] = {wish: values[wish]}
    with pytest.raises(kind, match=words) as caught:
        await cloud.write(cloud.change(truth, **desired))
    assert type(caught.value) is kind
    assert "saved" not in str(caught.value)
    if isinstance(caught.value, Throttled):
        assert (caught.value.retry_after, caught.value.whole) == (7.0, True)


async def test_one_issue_that_is_written_too_often_holds_up_no_other(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ISSUE_WRITES", ((1, 1e9),))
    truth = stand.ticket()
    await stand.write(stand.change(truth, owner=""))
    with pytest.raises(Throttled) as caught:
        await stand.write(stand.change(truth, owner=stand.user(stand.colleague(truth))))
    assert (caught.value.whole, caught.value.retry_after) == (False, 1.0)


@pytest.mark.parametrize("answer", [404, 410])
async def test_a_ticket_deleted_between_look_and_write_is_refused(cloud: Stand, answer: int) -> None:
    truth = cloud.ticket()
    one = cloud.change(truth, owner="")
    seen = await cloud.jira.look(one.key)
    cloud.world.desk("jira").delete(truth.n, 1)
    with pytest.raises(Refused, match="does not exist"):
        await cloud.jira.write(one, seen)
    assert (await cloud.jira.look(one.key)).way is WayOut.DELETED
    assert (await cloud.verify(one)).landing is Landing.ABSENT


async def test_somebody_who_cannot_be_assigned_is_refused_in_the_platforms_words(stand: Stand) -> None:
    truth = stand.ticket()
    with pytest.raises(Refused, match="cannot be assigned"):
        await stand.write(stand.change(truth, owner=stand.user(truth.requester)))
    if not stand.cloud:
        with pytest.raises(Refused, match="does not exist"):
            await stand.write(stand.change(truth, owner="JIRAUSER99"))


async def test_a_value_that_was_kept_silently_is_seen(cloud: Stand) -> None:
    truth = cloud.ticket(priority=3)
    cloud.wire.before = lambda request: httpx.Response(204) if request.method == "PUT" else None
    one = cloud.change(truth, priority="1", title="New")
    written = await cloud.write(one)
    assert kept(one, written.seen.fields) == ("priority", "title")
    assert written.seen.fields["title"] == truth.title


async def test_a_note_that_the_platform_shows_to_the_customer_is_told(cloud: Stand) -> None:
    shown = httpx.Response(201, json={"id": "77", "jsdPublic": True})
    cloud.wire.before = lambda request: shown if request.method == "POST" else None
    written = await cloud.write(cloud.change(cloud.ticket(), note="psst"))
    assert (written.marker, written.words) == ("77", "the platform shows this note to the customer")


@pytest.mark.parametrize("name", ["note", "reply"])
async def test_a_lost_reply_is_found_on_the_ticket(stand: Stand, name: str) -> None:
    truth = stand.ticket()

    def lost(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.method == "POST":
            raise httpx.ReadError("gone")
        return response

    stand.wire.after = lost
    said: dict[str, Any] = {name: "only once"}
    one = stand.change(truth, **said)
    with pytest.raises(Unreachable):
        await stand.write(one)
    found = await stand.verify(one)
    assert (found.landing, stand.said(truth, "only once")) == (Landing.LANDED, 1)


async def test_a_lost_request_is_surely_absent(stand: Stand) -> None:
    truth = stand.ticket()

    def never(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST":
            raise httpx.ReadTimeout("no answer")
        return None

    stand.wire.before = never
    one = stand.change(truth, note="once")
    with pytest.raises(Unreachable):
        await stand.write(one)
    assert (await stand.verify(one)).landing is Landing.ABSENT


async def test_no_connection_is_surely_not_sent(stand: Stand) -> None:
    def refused(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PUT":
            raise httpx.ConnectError("refused")
        return None

    stand.wire.before = refused
    truth = stand.ticket()
    with pytest.raises(NotSent):
        await stand.write(stand.change(truth, title="x"))


async def test_a_token_that_expires_between_two_requests_leaves_what_can_be_gone_on_with(stand: Stand) -> None:
    truth = stand.ticket()
    who = stand.colleague(truth)
    one = stand.change(truth, {"owner": stand.user(truth.owner)}, owner=stand.user(who), note="yours now")

    def expire(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        stand.token.good = stand.token.good and request.method != "PUT"
        return response

    stand.wire.after = expire
    with pytest.raises(AuthFailed):
        await stand.write(one)
    assert (truth.owner, stand.said(truth, "yours now")) == (who, 0)
    stand.token.good = True
    stand.wire.after = lambda _request, response: response
    assert (await stand.verify(one)).landing is Landing.ABSENT
    stand.wire.seen.clear()
    await stand.write(one)
    assert stand.wire.sent() == [("POST", "comment")], "what was done is not done again"
    assert stand.said(truth, "yours now") == 1


async def test_a_refusal_between_two_requests_says_what_was_saved(cloud: Stand) -> None:
    truth = cloud.ticket()
    answering(cloud, "POST", 400, {"errorMessages": ["Comment body is not valid!"]})
    one = cloud.change(truth, owner=cloud.user(cloud.colleague(truth)), note="x")
    with pytest.raises(Refused, match=r"Comment body is not valid! \(saved before that: owner\)"):
        await cloud.write(one)


async def test_a_duplicate_delivery_is_done_once_but_for_comments_which_are_never_sent_unverified(stand: Stand) -> None:
    truth, other = stand.ticket(), stand.ticket(place=1)
    one = stand.change(
        truth,
        owner=stand.user(stand.colleague(truth)),
        link=stand.change(other, title="").key,
        tags_plus="vip",
        state="pending",
    )
    await stand.write(one)
    before = truth.revision
    await stand.write(one)
    assert truth.revision == before


async def test_whose_transition_comes_second_has_not_moved_it(stand: Stand) -> None:
    truth = stand.ticket()
    stand.wire.during = lambda: stand.world.desk("jira").change(truth.n, 2, state="hold")
    with pytest.raises(Moved, match="changed by another user at the same time"):
        await stand.write(stand.change(truth, state="pending"))
    assert truth.state == "hold"


async def test_a_write_is_certain_where_it_cannot_be_read_back(cloud: Stand) -> None:
    truth = cloud.ticket()

    def after(request: httpx.Request) -> httpx.Response | None:
        wrote = any(one.method == "POST" for one in cloud.wire.seen[:-1])
        return httpx.Response(404, json={"errorMessages": ["gone"]}) if wrote else None

    cloud.wire.before = after
    written = await cloud.write(cloud.change(truth, note="said"))
    assert written.marker
    assert written.words.startswith("saved; ")
    assert cloud.said(truth, "said") == 1


async def test_what_an_account_may_not_write_is_told_at_sign_in(make_stand: Callable[..., Stand], cloud: Stand) -> None:
    assert not [line for line in (await cloud.jira.check()).cannot if "may not" in line]
    projects = Directory(cast(World, cloud.world))
    elsewhere = [key for key in projects.project_keys() if key not in projects.desks()][:1]
    signed = await make_stand(scope={"projects": elsewhere}).jira.check()
    told = [line for line in signed.cannot if "may not" in line]
    assert told == [f"This account may not assign issues, change their status, edit them in {elsewhere[0]}."]


async def test_a_comment_is_known_by_text_where_properties_are_not_told(stand: Stand) -> None:
    """Only our own, of this kind, and not older than the attempt."""
    truth = stand.ticket()
    one = stand.change(truth, reply="Have you tried\nagain?")
    stand.world.desk("jira").change(truth.n, 1, reply="Have you tried  again?")
    assert (await stand.verify(one)).landing is Landing.LANDED
    for actor, internal in ((1, True), (stand.colleague(truth), False)):
        words: dict[str, Any] = {"note" if internal else "reply": "x y"}
        stand.world.desk("jira").change(truth.n, actor, **words)
        assert (await stand.verify(stand.change(truth, reply="x y"))).landing is Landing.ABSENT
    stand.world.clock.step(60)
    assert (await stand.verify(stand.change(truth, reply="Have you tried again?"))).landing is Landing.ABSENT


async def test_comments_that_may_not_be_read_are_a_question(cloud: Stand) -> None:
    def closed(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(403, json={"errorMessages": ["no"]}) if request.url.path.endswith("/comment") else None

    cloud.wire.before = closed
    found = await cloud.verify(cloud.change(cloud.ticket(), note="x"))
    assert (found.landing, "may not be read" in found.words) == (Landing.UNKNOWN, True)


async def test_an_answer_about_another_issue_is_no_answer(cloud: Stand) -> None:
    truth, other = cloud.ticket(), cloud.ticket(place=1)
    url = f"{SITE}/rest/api/3/issue/{cloud.change(other, title='').key}"

    def swap(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET" and request.url.path.endswith(cloud.change(truth, title="").key):
            request.url = httpx.URL(url, params=request.url.params)
        return None

    cloud.wire.before = swap
    with pytest.raises(Garbled, match="another issue"):
        await cloud.jira.look(cloud.change(truth, title="").key)


async def test_a_comment_is_found_on_a_site_that_lists_the_oldest_first(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth, desk = stand.ticket(), stand.world.desk("jira")
    for number in range(5):
        desk.change(truth.n, 2, note=f"line {number}")
        stand.world.clock.step(600)
    one = stand.change(truth, note="the last")
    await stand.write(one)

    def unsorted(request: httpx.Request) -> httpx.Response | None:
        request.url = request.url.copy_remove_param("orderBy")
        return None

    stand.wire.before = unsorted
    monkeypatch.setattr(traces, "COMMENT_PAGE", 2)
    stand.wire.seen.clear()
    assert (await stand.verify(one)).landing is Landing.LANDED
    assert len(stand.wire.seen) > 3


async def test_only_the_newest_comments_are_looked_through(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    truth, desk = stand.ticket(), stand.world.desk("jira")
    for number in range(9):
        desk.change(truth.n, 2, note=f"line {number}")
        stand.world.clock.step(600)
    monkeypatch.setattr(traces, "COMMENT_PAGE", 2)
    assert (await stand.verify(stand.change(truth, note="new"))).landing is Landing.ABSENT
    assert sum(request.url.path.endswith("/comment") for request in stand.wire.seen) == 1
