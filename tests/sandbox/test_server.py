"""The sandbox as served: its control endpoints over real sockets."""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from helpdesk_tui.sandbox.model import PLATFORMS
from helpdesk_tui.sandbox.server import Sandbox


def ask(url: str, path: str, method: str = "GET", body: object = None) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 0, timeout=10)
    try:
        connection.request(method, path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Desk:
    """Asks the control endpoints of a served sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.url = sandbox.control_url

    def get(self, path: str, **query: object) -> Any:
        status, body = ask(self.url, f"/__sandbox__/{path}?{urlencode(query)}")
        assert status == 200, body
        return json.loads(body)

    def lines(self, **query: object) -> list[dict[str, Any]]:
        status, body = ask(self.url, f"/__sandbox__/truth?{urlencode(query)}")
        assert status == 200, body
        return [json.loads(line) for line in body.splitlines()]

    def post(self, path: str, body: object) -> tuple[int, Any]:
        status, answer = ask(self.url, f"/__sandbox__/{path}", "POST", body)
        return status, json.loads(answer)

    def change(self, **order: object) -> Any:
        status, answer = self.post("change", order)
        assert status == 200, answer
        return answer


@pytest.fixture
def desk(sandbox: Sandbox) -> Desk:
    return Desk(sandbox)


def test_every_platform_answers_and_says_who_must_sign_in(sandbox: Sandbox) -> None:
    paths = {"servicenow": "/api/now/table/incident", "jira": "/rest/api/3/myself", "zendesk": "/api/v2/tickets.json"}
    assert {ask(sandbox.urls[p], paths[p])[0] for p in PLATFORMS} == {401}


def test_no_answer_waits_for_the_client_to_acknowledge_the_one_before(sandbox: Sandbox) -> None:
    assert {bound.proto for bound in sandbox._sockets} == {socket.IPPROTO_TCP}  # what asyncio goes by


def test_the_truth_is_every_ticket_and_agrees_with_the_count(sandbox: Sandbox, desk: Desk) -> None:
    rows = desk.lines()
    assert len(rows) == 600 == desk.get("count")["count"]
    assert {(row["platform"], row["n"]) for row in rows} == {
        (name, n) for name in PLATFORMS for n in range(1, len(sandbox.world.desk(name)) + 1)
    }
    waiting = [r for r in rows if r["state"] not in ("solved", "closed") and not r["owner"]]
    seen = [r for r in waiting if r["in_scope"] and not r["deleted"] and not r["forbidden"]]
    assert desk.get("count", open=1, owner="none")["count"] == len(waiting)
    assert desk.get("count", open=1, owner="none", visible=1)["count"] == len(seen) > 10
    jira = desk.get("count", platform="jira", state="pending,hold")
    assert jira["count"] == jira["platforms"]["jira"] == len(desk.lines(platform="jira", state="pending,hold")) > 0


def test_truth_can_tell_events_and_clocks(desk: Desk) -> None:
    row = desk.lines(platform="servicenow", priority=1, open=1, events=1, clocks=1)[0]
    assert row["events"][0]["kind"] == "created"
    assert {clock["metric"] for clock in row["clocks"]} >= {"first_response", "resolution"}
    assert [r["n"] for r in desk.lines(platform="jira", n="3,5")] == [3, 5]


def test_the_clock_moves_only_when_told(desk: Desk) -> None:
    before = desk.get("state")
    assert before["paused"]
    assert desk.get("state") == before
    assert desk.post("step", {"seconds": 600, "steps": 60}) == (200, {"now": before["now"] + 600})
    since = desk.lines(since=before["now"] + 1)
    assert len(since) > 20
    status, clock = desk.post("clock", {"paused": False, "speed": 1000})
    assert (status, clock["paused"], clock["speed"]) == (200, False, 1000)
    assert desk.post("clock", {"paused": True})[1]["paused"]


def test_a_test_can_do_to_a_ticket_whatever_can_be_done(desk: Desk) -> None:
    desk.post("step", {"seconds": 10})
    n = desk.lines(platform="jira", state="open")[0]["n"]
    order: dict[str, object] = {"platform": "jira", "n": n}
    changed = desk.change(**order, priority=1, owner=5, note="seen", tags=["x", "y"], title="[red]new", state="hold")
    assert (changed["priority"], changed["owner"], changed["tags"]) == (1, 5, ["x", "y"])
    assert (changed["title"], changed["state"]) == ("[red]new", "hold")
    assert desk.change(**order, project="HRS")["moved_to"] == "HRS"
    assert not desk.lines(platform="jira", n=n)[0]["in_scope"]
    assert desk.change(**order, forbid=True)["forbidden"]
    assert not desk.change(**order, forbid=False)["forbidden"]
    assert desk.change(**order, delete=True)["deleted"]
    other = desk.lines(platform="zendesk", state="open")[:2]
    pair = {"platform": "zendesk", "n": other[0]["n"]}
    assert not desk.change(**pair, leave=True)["in_scope"]
    merged = desk.change(platform="zendesk", n=other[1]["n"], merge=1)
    assert (merged["state"], merged["events"][-2]["kind"]) == ("closed", "merged")
    made = desk.change(platform="zendesk", create={"title": "Made", "priority": 2, "group": 10})
    assert (made["title"], made["state"], made["events"][0]["new"]) == ("Made", "new", "10")


@pytest.mark.parametrize(
    ("order", "status", "told"),
    [
        ({"platform": "remedy", "n": 1}, 400, "platform must be one of"),
        ({"platform": "jira", "n": 99999, "note": "x"}, 404, "there is no 99999"),
        ({"platform": "jira", "n": 1, "colour": "red"}, 400, "unknown colour"),
        ({"platform": "jira", "n": 1, "state": "asleep"}, 400, "state must be one of"),
        ({"platform": "jira", "n": 1, "group": 77}, 400, "group must be one of"),
        ({"platform": "jira", "n": 1, "priority": 9}, 400, "priority must be"),
        ({"platform": "jira", "n": 1, "owner": -3}, 400, "owner must be"),
        ({"platform": "jira", "n": 1, "project": "NOPE"}, 400, "no group works in project"),
        ([1, 2], 400, "must be a JSON object"),
    ],
)
def test_orders_that_mean_nothing_are_refused_in_words(desk: Desk, order: object, status: int, told: str) -> None:
    got, answer = desk.post("change", order)
    assert got == status
    assert told in answer["error"]


@pytest.mark.parametrize("query", ["colour=red", "open=perhaps", "n=x", "platform=remedy"])
def test_filters_that_mean_nothing_are_refused(sandbox: Sandbox, query: str) -> None:
    status, body = ask(sandbox.control_url, f"/__sandbox__/truth?{query}")
    assert status == 400
    assert b"error" in body


def test_faults_begin_and_end_while_it_runs_from_any_port(sandbox: Sandbox, desk: Desk) -> None:
    zendesk = sandbox.urls["zendesk"]
    status, body = ask(zendesk, "/__sandbox__/faults", "POST", ["zendesk:error=502", {"kind": "latency", "value": 0}])
    assert (status, len(json.loads(body)["faults"])) == (201, 2)
    assert ask(zendesk, "/api/v2/tickets.json")[0] == 502
    assert ask(sandbox.urls["jira"], "/rest/api/3/myself")[0] == 401
    told = desk.get("faults")["faults"]
    assert [(fault["id"], fault["kind"], fault["struck"]) for fault in told] == [(1, "error", 1), (2, "latency", 2)]
    assert ask(sandbox.control_url, "/__sandbox__/faults?id=1", "DELETE")[0] == 204
    assert ask(zendesk, "/api/v2/tickets.json")[0] == 401
    assert ask(sandbox.control_url, "/__sandbox__/faults", "DELETE")[0] == 204
    assert desk.get("faults")["faults"] == []
    status, answer = desk.post("faults", "zendesk:explode")
    assert (status, "no fault is called" in answer["error"]) == (400, True)


def test_the_accounts_told_open_the_doors(sandbox: Sandbox) -> None:
    told = sandbox.told()
    assert set(told) == {"servicenow", "jira", "zendesk", "control", "pid"}
    assert {"url", "username", "password", "client_id", "client_secret", "api_key"} <= set(told["servicenow"])
    assert {"url", "email", "token", "pat"} <= set(told["jira"])
    assert {"url", "email", "token", "client_id", "client_secret", "agent_email", "agent_token"} <= set(told["zendesk"])
