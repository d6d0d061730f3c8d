"""Every fault as a client meets it, over a real socket."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from helpdesk_tui.sandbox.clock import Clock
from helpdesk_tui.sandbox.fault_spec import KINDS, BadFault, Faults
from helpdesk_tui.sandbox.faults import FaultGate
from helpdesk_tui.sandbox.server import LoopbackServer, settings_of

NOW = 1_930_377_600


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Gate:
    """A platform of one list, behind faults, with a count of what reached it."""

    def __init__(self) -> None:
        self.faults, self.reached = Faults(1), 0
        self.rows = [{"id": n, "subject": f"ticket {n}", "tags": ["a"]} for n in range(1, 31)]
        app = Starlette(routes=[Route("/{path:path}", self._list, methods=["GET", "POST"])])
        clock = Clock(NOW, paused=True)
        gate = FaultGate(app, "zendesk", self.faults, clock, app)
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.address = self._socket.getsockname()
        self.listening = threading.Event()
        self.server = LoopbackServer(settings_of(gate), self.listening.set)

    async def _list(self, request: Request) -> JSONResponse:
        self.reached += 1
        return JSONResponse({"tickets": self.rows, "count": 30, "users": [{"id": 1}]})

    def run(self) -> None:
        asyncio.run(self.server.serve(sockets=[self._socket]))

    def ask(self, path: str = "/api/v2/tickets", method: str = "GET", timeout: float = 5) -> Answer:
        connection = http.client.HTTPConnection(self.address[0], self.address[1], timeout=timeout)
        try:
            connection.request(method, path)
            got = connection.getresponse()
            return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        finally:
            connection.close()

    def fault(self, text: str) -> None:
        self.faults.add(self.faults.read("zendesk:" + text))


@pytest.fixture(scope="module")
def served() -> Iterator[Gate]:
    gate = Gate()
    thread = threading.Thread(target=gate.run, daemon=True)
    thread.start()
    assert gate.listening.wait(10)
    yield gate
    gate.server.should_exit = gate.server.force_exit = True
    thread.join(5)


@pytest.fixture
def gate(served: Gate) -> Gate:
    served.faults.clear()
    served.reached = 0
    return served


def test_without_a_fault_the_answer_is_the_platforms_own_dated_by_the_sandbox(gate: Gate) -> None:
    got = gate.ask()
    assert (got.status, got.json()["tickets"]) == (200, gate.rows)
    assert parsedate_to_datetime(got.headers["date"]).timestamp() == NOW


def test_outage_ends_the_connection_and_nothing_arrives(gate: Gate) -> None:
    gate.fault("outage")
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        gate.ask()
    assert gate.reached == 0


def test_lost_carries_the_request_out_and_says_nothing(gate: Gate) -> None:
    gate.fault("lost")
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        gate.ask(method="POST")
    assert gate.reached == 1


def test_hang_answers_nothing_until_the_client_gives_up(gate: Gate) -> None:
    gate.fault("hang,count=1")
    with pytest.raises(TimeoutError):
        gate.ask(timeout=0.2)
    assert gate.ask().status == 200


def test_latency_comes_before_the_answer(gate: Gate) -> None:
    gate.fault("latency=0.15")
    started = time.monotonic()
    assert gate.ask().status == 200
    assert time.monotonic() - started >= 0.15


@pytest.mark.parametrize(
    ("text", "expected"), [("throttle=7", "7"), ("throttle=0.5", "0.5"), ("throttle,form=none", None)]
)
def test_throttle_says_when_to_come_back_or_not(gate: Gate, text: str, expected: str | None) -> None:
    gate.fault(text)
    got = gate.ask()
    assert (got.status, got.headers.get("retry-after")) == (429, expected)
    assert gate.reached == 0


def test_throttle_can_say_it_as_a_date(gate: Gate) -> None:
    gate.fault("throttle=90,form=date")
    assert parsedate_to_datetime(gate.ask().headers["retry-after"]).timestamp() == NOW + 90


@pytest.mark.parametrize("status", [500, 502, 503])
def test_errors_are_pages(gate: Gate, status: int) -> None:
    gate.fault(f"error={status}")
    got = gate.ask()
    assert got.status == status
    assert got.headers["content-type"].startswith("text/html")
    assert b"<html" in got.body


def test_the_sign_in_faults(gate: Gate) -> None:
    gate.fault("signin,count=1")
    gate.fault("html,count=1,every=2")
    assert gate.ask().status == 401
    got = gate.ask()
    assert (got.status, got.headers["content-type"].split(";")[0]) == (200, "text/html")
    gate.fault("redirect")
    got = gate.ask()
    assert (got.status, got.headers["location"]) == (302, "/login.do?expired=1")


def test_reset_ends_the_body_half_way(gate: Gate) -> None:
    gate.fault("reset")
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        gate.ask()
    assert gate.reached == 1


def test_gzip_is_whole_for_http_and_cut_for_gzip(gate: Gate) -> None:
    gate.fault("gzip")
    got = gate.ask()
    assert got.headers["content-encoding"] == "gzip"
    assert len(got.body) == int(got.headers["content-length"])
    with pytest.raises(EOFError):
        gzip.decompress(got.body)


def test_rows_damages_some_and_leaves_the_rest(gate: Gate) -> None:
    gate.fault("rows=0.3")
    ways = set()
    for _ in range(10):
        rows = gate.ask().json()["tickets"]
        assert len(rows) == 30
        bad = [row for row, was in zip(rows, gate.rows, strict=True) if row != was]
        assert 1 <= len(bad) < 25
        ways |= {
            "no object" if not isinstance(row, dict)
            else "no id" if "id" not in row
            else "null id" if row["id"] is None
            else "types"
            for row in bad
        }  # fmt: skip
    assert ways == {"no object", "no id", "null id", "types"}


def test_repeat_and_shuffle_keep_every_row(gate: Gate) -> None:
    gate.fault("repeat,count=1")
    rows = gate.ask().json()["tickets"]
    assert len(rows) > 30
    assert {row["id"] for row in rows} == set(range(1, 31))
    gate.faults.clear()
    gate.fault("shuffle")
    ids = [row["id"] for row in gate.ask().json()["tickets"]]
    assert ids != sorted(ids)
    assert sorted(ids) == list(range(1, 31))


def test_skew_shifts_the_date(gate: Gate) -> None:
    gate.fault("skew=-120")
    got = gate.ask()
    assert parsedate_to_datetime(got.headers["date"]).timestamp() == NOW - 120
    assert got.json()["count"] == 30


def test_drip_takes_its_time_and_is_whole_in_the_end(gate: Gate) -> None:
    gate.fault("drip=0.2")
    started = time.monotonic()
    assert gate.ask().json()["tickets"] == gate.rows
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("form", ["cut", "comma"])
def test_json_is_broken(gate: Gate, form: str) -> None:
    gate.fault(f"json,form={form}")
    got = gate.ask()
    assert (got.status, got.headers["content-type"]) == (200, "application/json")
    with pytest.raises(json.JSONDecodeError):
        got.json()


def test_json_can_hold_what_json_may_not(gate: Gate) -> None:
    gate.fault("json,form=nan")
    assert b"NaN" in gate.ask().body


def test_empty_is_a_success_without_a_body(gate: Gate) -> None:
    gate.fault("empty")
    got = gate.ask()
    assert (got.status, got.body, got.headers["content-length"]) == (200, b"", "0")


def test_path_method_every_and_count_decide_when(gate: Gate) -> None:
    gate.fault(r"error=500,path=^/api/v2/users\?page,method=GET,every=2,count=2")
    assert [gate.ask("/api/v2/tickets").status for _ in range(3)] == [200] * 3
    assert gate.ask("/api/v2/users?page=1", "POST").status == 200
    assert [gate.ask("/api/v2/users?page=1").status for _ in range(6)] == [200, 500, 200, 500, 200, 200]


def test_probability_is_seeded(gate: Gate) -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(faults.read("*:error,p=0.3"))
        return [bool(faults.striking("jira", "GET", "/x")) for _ in range(200)]

    assert struck(1) == struck(1) != struck(2)
    assert 30 < sum(struck(1)) < 90


def test_only_its_platform_is_struck_and_only_for_its_time() -> None:
    now = [100.0]
    faults = Faults(1, monotonic=lambda: now[0])
    faults.add(faults.read("jira:outage,for=30"))
    assert faults.striking("jira", "GET", "/x")
    assert not faults.striking("zendesk", "GET", "/x")
    now[0] = 130.0
    assert not faults.striking("jira", "GET", "/x")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("outage", "expected platform:kind"),
        ("jira:explode", "no fault is called 'explode'"),
        ("remedy:outage", "no platform is called 'remedy'"),
        ("jira:latency=long", "value='long' is no number"),
        ("jira:latency,path=(", "no regular expression"),
        ("jira:latency,often=2", "unknown often"),
        ("jira:latency,every", "expected name=value"),
    ],
)
def test_a_fault_that_means_nothing_is_refused_in_words(text: str, told: str) -> None:
    with pytest.raises(BadFault, match=told.replace("(", r"\(")):
        Faults().read(text)


def test_every_kind_can_be_read() -> None:
    for kind in KINDS:
        assert Faults().read({"kind": kind}).platform == "*"


def test_the_control_urls_of_a_gate_are_past_every_fault(gate: Gate) -> None:
    gate.fault("outage")
    assert gate.ask("/__sandbox__/anything").status == 200
