"""zenpy, unchanged, reads, pages and writes the sandbox's Zendesk over real HTTP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from helpdesk_tui.sandbox.model import Credential, World
from helpdesk_tui.sandbox.world import LiveWorld, build_world
from helpdesk_tui.sandbox.zendesk import ids
from helpdesk_tui.sandbox.zendesk.server import build
from helpdesk_tui.sandbox.zendesk.settings import Settings

zenpy = pytest.importorskip("zenpy")
uvicorn = pytest.importorskip("uvicorn")
zenpy_objects = pytest.importorskip("zenpy.lib.api_objects")
zenpy_errors = pytest.importorskip("zenpy.lib.exception")

pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("ignore")]

NOW = 1_790_000_000
ADMIN = Credential("coordinator@example.com", "", "admin-token", "admin", 1, "floor", "secret")
AGENT = Credential("agent@example.com", "", "agent-token", "agent", 55)


class Served:
    """A sandbox on a loopback port, and its world to compare with."""

    def __init__(self, world: LiveWorld, port: int) -> None:
        self.world, self.port = world, port
        self.desk = world.desk("zendesk")

    def client(self, credential: Credential = ADMIN) -> Any:
        """A zenpy client signed in with `credential`."""
        return zenpy.Zenpy(subdomain="sandbox", email=credential.login, token=credential.token, disable_cache=True)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    world = build_world(7, 4000, paused=True, now=NOW)
    app = build(cast("World", world), (ADMIN, AGENT), Settings())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield Served(world, listener.getsockname()[1])
        server.should_exit = True
        thread.join(10)


@pytest.fixture(autouse=True)
def pointed(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", f"127.0.0.1:{served.port}")


def test_signs_in_and_knows_nobody_with_a_wrong_token(served: Served) -> None:
    assert served.client().users.me().role == "admin"
    wrong = zenpy.Zenpy(subdomain="sandbox", email=ADMIN.login, token="wrong", disable_cache=True)
    assert wrong.users.me().id is None
    with pytest.raises(zenpy_errors.APIException, match="Couldn't authenticate you"):
        list(wrong.groups())


def test_pages_people_groups_and_memberships(served: Served) -> None:
    client = served.client()
    assert {user.id for user in client.users(cursor_pagination=50)} == {ids.user(uid) for uid in served.world.people}
    assert len(list(client.users(cursor_pagination=False))) == len(served.world.people)
    agents = {user.name for user in client.users(role=["agent", "admin"])}
    assert agents == {person.name for person in served.world.people.values() if person.role != "requester"}
    groups = {group.name for group in client.groups(cursor_pagination=1)}
    assert {group.name for group in served.world.served("zendesk")} <= groups
    pairs = {(row.user_id, row.group_id) for row in client.group_memberships(cursor_pagination=4)}
    for group in served.world.served("zendesk"):
        members = {
            ids.user(p.uid) for p in served.world.people.values() if group.gid in p.groups and p.role != "requester"
        }
        assert {user for user, number in pairs if number == ids.group(group.gid)} == members
    organisations = {one.name for one in client.organizations(cursor_pagination=3)}
    assert organisations == {one.name for one in served.world.organisations.values()}


def _listed(served: Served) -> set[int]:
    limit = NOW - 120 * 86_400
    return {
        ticket.n
        for ticket in served.desk.by_number()
        if not ticket.deleted and not ticket.forbidden and not (ticket.state == "closed" and ticket.closed < limit)
    }


def test_pages_tickets_by_cursor_and_by_number(served: Served) -> None:
    client, listed = served.client(), _listed(served)
    by_cursor = [ticket.id for ticket in client.tickets(cursor_pagination=37)]
    by_number = [ticket.id for ticket in client.tickets(cursor_pagination=False)]
    assert len(by_cursor) == len(set(by_cursor)) == len(listed)
    assert set(by_cursor) == set(by_number) == listed
    newest = [
        ticket.updated_at for ticket in client.tickets(cursor_pagination=50, sort_by="updated_at", sort_order="desc")
    ]
    assert newest == sorted(newest, reverse=True)
    assert len(newest) == len(listed)


def test_cursor_export_gives_every_ticket_once_and_deleted_ones_too(served: Served) -> None:
    rows = list(served.client().tickets.incremental(start_time=1, paginate_by_time=False, per_page=100))
    shown = {
        ticket.n: ticket for ticket in served.desk.by_number() if not ticket.forbidden and ticket.updated < NOW - 60
    }
    assert [row.id for row in rows] == sorted(shown, key=lambda n: (shown[n].updated, n))
    assert {row.id for row in rows if row.status == "deleted"} == {n for n, ticket in shown.items() if ticket.deleted}
    assert any(row.subject == "SCRUBBED" for row in rows)
    assert all(row.generated_timestamp == shown[row.id].updated for row in rows)


def test_time_export_and_events(served: Served) -> None:
    client, start = served.client(), datetime.fromtimestamp(NOW - 3 * 86_400, UTC)
    rows = {row.id for row in client.tickets.incremental(start_time=start, paginate_by_time=True)}
    changed = served.desk.by_update((NOW - 3 * 86_400 - 1, 1 << 60))
    assert rows == {ticket.n for ticket in changed if not ticket.forbidden and ticket.updated < NOW - 60}
    events = list(client.tickets.events(start_time=start))
    assert events
    assert {event.ticket_id for event in events} == rows
    with pytest.raises(zenpy_errors.APIException, match="Too recent"):
        list(client.tickets.incremental(start_time=NOW - 30, paginate_by_time=False))


def test_agents_are_kept_from_exports_and_policies(served: Served) -> None:
    client = served.client(AGENT)
    assert client.users.me().role == "agent"
    assert client.tickets(id=max(_listed(served))).id == max(_listed(served))
    calls: list[Callable[[], Any]] = [lambda: client.tickets.incremental(start_time=1), lambda: client.sla_policies()]
    for call in calls:
        with pytest.raises(zenpy_errors.APIException, match="You do not have access to this page"):
            list(call())


def test_sideloads(served: Served) -> None:
    number = max(ticket.n for ticket in served.desk.unsettled() if ticket.in_scope)
    client = served.client()
    ticket = client.tickets(id=number, include=["users", "slas", "metric_sets", "comment_count"])
    metrics = ticket.slas["policy_metrics"]
    assert {row["metric"] for row in metrics} >= {"first_reply_time", "requester_wait_time"}
    assert all(len({"days", "hours", "minutes"} & row.keys()) == 1 for row in metrics)
    assert ticket.comment_count == len(list(client.tickets.comments(ticket=number)))
    assert next(iter(client.tickets.audits(ticket=number))).ticket_id == number
    many = list(client.tickets(ids=[number, number - 1], include=["users"]))
    assert {row.id for row in many} <= {number, number - 1}


def test_views_and_search(served: Served) -> None:
    client = served.client()
    unsolved = {t.n for t in served.desk.unsettled() if t.state != "solved" and not t.forbidden}
    view = next(one for one in client.views() if one.title == "All unsolved tickets")
    assert {ticket.id for ticket in client.views.tickets(view)} == unsolved
    assert client.views.count(view).value is None
    assert client.views.count(view).value == len(unsolved)
    assert len(list(client.views.count_many([view.id]))) == 1
    found = client.search(type="ticket", status_less_than="solved", sort_by="created_at", sort_order="desc")
    assert {ticket.id for ticket in found} == unsolved
    assert {ticket.id for ticket in client.search_export(type="ticket", query="status<solved")} == unsolved


def test_reads_policies_fields_and_statuses(served: Served) -> None:
    client = served.client()
    assert next(iter(client.sla_policies())).policy_metrics
    assert {status.status_category for status in client.custom_statuses()} == {
        "new",
        "open",
        "pending",
        "hold",
        "solved",
    }
    assert "Priority" in {field.title for field in client.ticket_fields()}
    assert list(client.brands())
    assert list(client.ticket_metric_events(start_time=NOW - 7 * 86_400))


def test_writes_one_ticket(served: Served) -> None:
    client = served.client()
    made = client.tickets.create(
        zenpy_objects.Ticket(
            subject="Badge reader dead", comment=zenpy_objects.Comment(body="It stays dark."), priority="high"
        )
    )
    assert made.ticket.subject == "Badge reader dead"
    number = made.ticket.id
    ticket = client.tickets(id=number)
    group = next(group for group in served.world.served("zendesk"))
    owner = next(p for p in served.world.people.values() if group.gid in p.groups and p.role != "requester")
    ticket.group_id, ticket.assignee_id = ids.group(group.gid), ids.user(owner.uid)
    ticket.comment = zenpy_objects.Comment(body="Taking it.", public=False)
    audit = client.tickets.update(ticket)
    assert audit.ticket.status == "open"
    assert {event["type"] for event in audit.audit.events} == {"Comment", "Change"}
    kept = served.desk.get(number)
    assert kept is not None
    assert (kept.owner, kept.group, kept.state) == (owner.uid, group.gid, "open")
    assert [comment.public for comment in client.tickets.comments(ticket=number)] == [True, False]


def test_bulk_writes_tell_of_each_row(served: Served) -> None:
    client = served.client()
    numbers = [t.n for t in served.desk.unsettled() if t.state == "pending" and t.owner and not t.forbidden][:3]
    closed = next(t.n for t in served.desk.by_number(descending=True) if t.state == "closed" and not t.deleted)
    rows = [zenpy_objects.Ticket(id=number, status="open") for number in [*numbers, closed]]
    job = client.tickets.update(rows)
    seen = [job.status]
    while seen[-1] != "completed":
        job = client.job_status(id=job.id)
        seen.append(job.status)
    assert seen == ["queued", "working", "completed"]
    assert [result.success for result in job.results] == [True, True, True, False]
    states = [served.desk.get(number) for number in numbers]
    assert all(ticket is not None and ticket.state == "open" for ticket in states)


def test_deleted_tickets_are_gone(served: Served) -> None:
    client = served.client()
    number = min(t.n for t in served.desk.unsettled() if not t.forbidden)
    client.tickets.delete(client.tickets(id=number))
    with pytest.raises(zenpy_errors.RecordNotFoundException):
        client.tickets(id=number)
    assert (
        client.users.create_or_update(zenpy_objects.User(name="New Person", email="new@example.org")).name
        == "New Person"
    )
