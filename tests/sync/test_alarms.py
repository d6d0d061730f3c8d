"""Alarms: once for each ticket, clock and stage, whoever is killed and started again in between."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from helpdesk_tui.config import Config, ViewConfig
from helpdesk_tui.config.sla import AlarmConfig
from helpdesk_tui.data import stores
from helpdesk_tui.data.read.alarms import raised, waiting
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.alarms import show_alarms
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.tickets import State, Ticket
from helpdesk_tui.sync.alarms import Alarms
from helpdesk_tui.sync.hooks import ADDRESS, TOKEN, run_hook
from helpdesk_tui.sync.threaded import Threaded

NOW = 1_795_307_200
H = 3600


class Place:
    """Stores in a folder, and a clock that a test moves."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, NOW
        self.cache = CacheWriter(stores.open_write(folder / "cache.db", StoreKind.CACHE))
        self.cache.begin([{"name": "desk", "platform": "jira", "label": "Desk", "badge": "JSM", "poll": 30}], now=NOW)
        self.paths = (folder / "cache.db", folder / "personal.db", folder / "team.db")
        self.settings = Config()

    def put(self, key: str, due_at: int, *, priority: int = 3, **more: Any) -> None:
        ticket = Ticket(
            "desk", key, key.upper(), "incident", "it", State.OPEN, "Open", NOW - 9 * H, NOW, NOW, priority=priority
        )
        fact: dict[str, Any] = {"started_at": due_at - 4 * H, "target": 4 * H} | more
        clock = Clock("desk", key, "r", Metric.RESOLUTION, "resolution", Stage.RUNNING, due_at, self.now, **fact)
        self.cache.commit_page("desk", "f", tickets=[ticket], clocks=[clock], now=self.now)

    def turns(self, *later: int, **settings: Any) -> list[tuple[str, str]]:
        """One life of the process that looks at these seconds after the start; (ticket, stage) of what was raised."""
        alarms = replace(self.settings, late={"alarms": AlarmConfig(**settings)})
        found: list[tuple[str, str]] = []

        async def live() -> None:
            personal = Threaded(
                lambda: PersonalWriter(stores.open_write(self.paths[1], StoreKind.PERSONAL)), "personal"
            )
            watch = Alarms(personal, self.paths, alarms, now=lambda: self.now)
            try:
                await watch.begin()
                for seconds in later:
                    self.now = NOW + seconds
                    found.extend((alarm.number, alarm.stage) for alarm in await watch.turn())
            finally:
                watch.close()
                personal.close(PersonalWriter.close)

        asyncio.run(live())
        return found

    def stored(self) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.paths[1])
        try:
            return connection.execute("SELECT number, stage, quiet, shown_at FROM alarm ORDER BY 1, 2").fetchall()
        finally:
            connection.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.cache.close()


def test_each_stage_is_said_once_in_its_time(place: Place) -> None:
    place.put("a", NOW + 2 * H)
    assert place.turns(0, H, H + 1, 2 * H - 24 * 60, 2 * H, 2 * H + 60, 3 * H) == [
        ("A", "75"),
        ("A", "90"),
        ("A", "breached"),
    ]


def test_nothing_is_said_a_second_time_after_a_restart(place: Place) -> None:
    place.put("a", NOW + 2 * H)
    assert place.turns(0, H) == [("A", "75")]
    assert place.turns(H, H + 1, H + 5) == []
    connection = sqlite3.connect(place.paths[1])  # killed before it could write down how far it had come
    with connection:
        connection.execute("DELETE FROM view_state")
        connection.execute("INSERT INTO view_state (name, value) VALUES ('alarms', ?)", (json.dumps({"until": NOW}),))
    connection.close()
    assert place.turns(H + 6, 2 * H) == [("A", "breached")]
    assert [row[:2] for row in place.stored()] == [("A", "75"), ("A", "breached")]


def test_what_passed_while_nobody_looked_is_said_and_only_the_gravest_of_it(place: Place) -> None:
    place.put("a", NOW + 2 * H)
    place.put("b", NOW + 30 * H)
    assert place.turns(0) == []
    assert place.turns(2 * H + 60) == [("A", "breached")]
    assert place.turns(40 * H) == []  # by then it is no news any more


def test_the_first_start_says_nothing_of_what_is_over(place: Place) -> None:
    place.put("a", NOW - 60)
    assert place.turns(0, 60) == []


def test_a_clock_that_moves_is_followed(place: Place) -> None:
    place.put("a", NOW + 2 * H)

    assert place.turns(0, 1) == []
    place.put("a", NOW + 30 * H, started_at=NOW - 2 * H)
    assert place.turns(2 * H, 3 * H) == []
    place.put("a", NOW + 3 * H + 120)
    assert place.turns(3 * H + 121) == [("A", "breached")]


def test_a_clock_that_comes_late_and_breached_meanwhile_is_said(place: Place) -> None:
    async def live() -> list[str]:
        personal = Threaded(lambda: PersonalWriter(stores.open_write(place.paths[1], StoreKind.PERSONAL)), "personal")
        watch = Alarms(personal, place.paths, place.settings, now=lambda: place.now)
        try:
            await watch.begin()
            await watch.turn()
            place.now = NOW + 60
            place.put("late", NOW + 40)
            return [alarm.stage for alarm in await watch.turn()]
        finally:
            watch.close()
            personal.close(PersonalWriter.close)

    assert asyncio.run(live()) == ["breached"]


def test_quiet_hours_and_muted_views_ring_nowhere(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    place.settings = replace(place.settings, views={"low": ViewConfig("low", filter="is:open p:4")})
    place.put("a", NOW + 60)
    place.put("b", NOW + 60, priority=4)
    place.turns(0, 61, quiet="22:00-06:30", mute=("low",))
    assert place.stored() == [("A", "breached", 1, 0), ("B", "breached", 1, NOW + 61)]


def test_a_closed_ticket_and_a_met_clock_raise_nothing(place: Place) -> None:
    place.put("a", NOW + 60)
    assert place.turns(0) == []
    gone = Clock("desk", "a", "r", Metric.RESOLUTION, "resolution", Stage.MET, NOW + 60, NOW + 5, stopped_at=NOW + 5)
    place.cache.commit_page("desk", "f", clocks=[gone], now=NOW + 5)
    assert place.turns(61, 120) == []


def test_screens_show_an_alarm_once_between_them(place: Place) -> None:
    place.put("a", NOW + 60)
    place.turns(0, 61)
    writer = PersonalWriter(stores.open_write(place.paths[1], StoreKind.PERSONAL))
    connection = sqlite3.connect(place.paths[1])
    (alarm,) = waiting(connection)
    assert [one.number for one in show_alarms(writer, [alarm], NOW + 62)] == ["A"]
    assert show_alarms(writer, [alarm], NOW + 63) == []
    assert waiting(connection) == []
    assert len(raised(connection, NOW)) == 1
    connection.close()
    writer.close()


def test_the_command_gets_json_and_no_shell(place: Place, tmp_path: Path) -> None:
    place.put("a", NOW + 60, priority=1)
    script = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read() + sys.argv[2])"
    told = tmp_path / "told"
    place.turns(0, 61, command=(sys.executable, "-c", script, str(told), "$(id); `id`"))
    text = told.read_text()
    assert text.endswith("$(id); `id`")
    (alarm,) = json.loads(text.removesuffix("$(id); `id`"))["alarms"]
    assert (alarm["ticket"], alarm["stage"], alarm["priority"]) == ("A", "breached", 1)
    assert alarm["due_at"].endswith("Z")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ((sys.executable, "-c", "import sys; sys.exit(3)"), 3),
        (("/nowhere/at/all",), None),
        ((sys.executable, "-c", "import time; time.sleep(60)"), None),
    ],
    ids=["fails", "is not there", "never ends"],
)  # fmt: skip
def test_a_command_that_fails_stops_nothing(command: tuple[str, ...], code: int | None) -> None:
    assert asyncio.run(run_hook(command, {"alarms": []}, seconds=0.3)) == code


@pytest.fixture
def listener() -> Iterator[Callable[[], tuple[str, list[Any]]]]:
    got: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            got.append({**body, "path": self.path, "token": self.headers["Authorization"]})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield lambda: (f"http://127.0.0.1:{server.server_port}/hook", got)
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_is_told(place: Place, listener: Callable[[], tuple[str, list[Any]]]) -> None:
    address, got = listener()
    place.put("a", NOW + 60)
    place.turns(0, 61, 62, webhook=address)
    assert [[alarm["ticket"] for alarm in body["alarms"]] for body in got] == [["A"]]


def test_a_webhook_that_is_not_there_stops_nothing(place: Place, log_lines: list[Any]) -> None:
    place.put("a", NOW + 60)
    assert place.turns(0, 61, webhook="http://127.0.0.1:1/secret-path") == [("A", "breached")]
    assert "secret-path" not in str(log_lines)
    assert any("webhook" in line["event"] for line in log_lines)


@pytest.mark.parametrize("way", ["environment", "files"])
def test_address_and_token_of_the_webhook_may_be_secrets(
    place: Place,
    listener: Callable[[], tuple[str, list[Any]]],
    way: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    log_lines: list[Any],
) -> None:
    address, got = listener()
    address += "-T0PS3CRET"
    settings: dict[str, str] = {}
    for variable, setting, value in (
        (ADDRESS, "webhook_file", address),
        (TOKEN, "webhook_token_file", "tok3n-of-mine"),
    ):
        if way == "files":
            path = tmp_path / setting
            path.touch(0o600)
            path.write_text(f"{value}\n")
            settings[setting] = str(path)
        else:
            monkeypatch.setenv(variable, value)
    place.put("a", NOW + 60)
    place.turns(0, 61, **settings)
    assert [(body["path"], body["token"]) for body in got] == [("/hook-T0PS3CRET", "Bearer tok3n-of-mine")]
    if way == "files":
        (tmp_path / "webhook_token_file").chmod(0o644)
        place.put("b", NOW + 90)
        assert place.turns(91, 92, **settings) == [("B", "breached")]
        assert len(got) == 1
        assert any("others can read it" in str(line) for line in log_lines)
    assert "T0PS3CRET" not in str(log_lines)


def test_the_command_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HELPDESK_SN_TOKEN", ADDRESS, TOKEN):
        monkeypatch.setenv(name, "x")
    script = f"import os, sys; sys.exit(not {{'HELPDESK_SN_TOKEN', {ADDRESS!r}, {TOKEN!r}}}.isdisjoint(os.environ))"
    assert asyncio.run(run_hook((sys.executable, "-c", script), {})) == 0


CHILD = """
import asyncio, os, signal, sys
from dataclasses import replace
from pathlib import Path
from helpdesk_tui.config import Config
from helpdesk_tui.config.sla import AlarmConfig
from helpdesk_tui.data import stores
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.sync.alarms import Alarms
from helpdesk_tui.sync.threaded import Threaded
folder, now, hook = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
paths = tuple(folder / name for name in ("cache.db", "personal.db", "team.db"))

class Killed(Alarms):
    async def _tell(self, alarms):
        await super()._tell(alarms)
        os.kill(os.getpid(), signal.SIGKILL)

async def live():
    personal = Threaded(lambda: PersonalWriter(stores.open_write(paths[1], StoreKind.PERSONAL)), "personal")
    settings = replace(Config(), late={"alarms": AlarmConfig(command=(sys.executable, "-c", hook))})
    watch = Killed(personal, paths, settings, now=lambda: now)
    await watch.begin()
    await watch.turn()
    watch.close()
    personal.close(PersonalWriter.close)

asyncio.run(live())
"""


def test_killed_while_it_says_so_and_started_again_it_says_nothing_twice(place: Place, tmp_path: Path) -> None:
    place.put("a", NOW + 60)
    place.turns(0)
    told = tmp_path / "told"
    hook = f"open({str(told)!r}, 'a').write('once ')"
    codes = [
        subprocess.run([sys.executable, "-c", CHILD, str(tmp_path), str(NOW + later), hook], timeout=60).returncode
        for later in (61, 62, 120)
    ]
    assert codes == [-signal.SIGKILL, 0, 0]
    assert told.read_text() == "once "
    assert [row[:2] for row in place.stored()] == [("A", "breached")]
