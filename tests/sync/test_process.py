"""The sync process as it lives: who may run, who ends it, and what it goes on from."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from helpdesk_tui import presence
from helpdesk_tui.data import stores
from helpdesk_tui.data.read.personal import PersonalReader
from helpdesk_tui.data.sqlite import SCHEMA, StoreKind
from helpdesk_tui.presence import Holder

from .running import Running, until

pytestmark = pytest.mark.integration

SHORT = "[sync]\nlinger_minutes = 0\n"


def notice(running: Running) -> list[str]:
    reader = PersonalReader(running.paths.personal_db)
    try:
        found = reader.view_state("notice").get("lines")
    finally:
        reader.close()
    return [str(line) for line in found] if isinstance(found, list) else []


def healths(running: Running) -> set[str]:
    return {str(row[0]) for row in running.ask("SELECT health FROM source")}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_in_order(make_running: Callable[..., Running], how: signal.Signals) -> None:
    running = make_running()
    process = running.start("sync")
    until(running.live)
    assert presence.sync_holder(running.paths) is not None
    assert running.kill(process, how) == 0
    assert presence.sync_holder(running.paths) is None
    assert not running.paths.cache_db.with_name("cache.db-wal").exists()
    assert healths(running) == {"stopped"}
    assert "Traceback" not in running.log()
    running.sound()


def test_a_second_one_refuses_and_once_asks_the_first(make_running: Callable[..., Running]) -> None:
    running = make_running()
    process = running.start("sync")
    until(lambda: presence.sync_holder(running.paths))
    code, output, errors = running.run("sync")
    assert (code, output) == (1, "")
    assert errors == f"sync is running already as process {process.pid}\n"
    code, output, _ = running.run("sync", "--once")
    assert (code, output) == (0, "done by the running sync process\n")
    assert running.live(), "it was answered before everything was there"
    running.floor.control("POST", "faults", ["jira:outage"])
    code, output, _ = running.run("sync", "--once")
    assert code == 3
    assert output.startswith("jira: ")
    assert running.kill(process, signal.SIGTERM) == 0


def test_once_takes_over_where_the_one_it_asked_is_killed(make_running: Callable[..., Running]) -> None:
    running = make_running()
    running.floor.control("POST", "faults", ["jira:hang"])
    process = running.start("sync")
    until(lambda: running.ask("SELECT 1 FROM source WHERE health = 'ok'"))
    asking = running.start("sync", "--once")
    until(lambda: running.paths.personal_db.exists() and requests(running))
    running.floor.control("DELETE", "faults")
    assert running.kill(process) == -9
    output, _ = asking.communicate(timeout=60)
    assert asking.returncode == 0
    assert "jira: ok" in output


def requests(running: Running) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{running.paths.personal_db}?mode=ro", uri=True)) as connection:
        try:
            return connection.execute("SELECT kind, state FROM request").fetchall()
        except sqlite3.OperationalError:
            return []


def test_once_with_one_platform_down_brings_the_others(make_running: Callable[..., Running]) -> None:
    running = make_running()
    running.floor.control("POST", "faults", ["zendesk:outage"])
    code, output, errors = running.run("sync", "--once")
    assert (code, errors) == (3, "")
    lines = output.splitlines()
    for source in ("sn", "jira"):
        assert f"{source}: ok, {len(running.floor.truth(source))} open tickets" in lines
    assert lines.count("sn: open tickets") == lines.count("sn: closed tickets") == 1
    for source in ("sn", "jira"):
        assert running.floor.cached(source).keys() == running.floor.truth(source).keys()
    running.floor.control("DELETE", "faults")
    code, output, _ = running.run("sync", "--once", "--source", "zd")
    assert code == 0
    assert "sn: ok" not in output
    assert running.floor.cached("zd").keys() == running.floor.truth("zd").keys()


def test_changed_settings_are_taken_up(make_running: Callable[..., Running]) -> None:
    running = make_running()
    process = running.start("sync")
    until(running.live)
    file = running.paths.config_file
    text = file.read_text()
    file.write_text("[sourcs]\n")
    until(lambda: "cannot be used" in running.log(), "a mistake in the settings is logged", 20)
    file.write_text(text.replace('platform = "jira"', 'platform = "jira"\nbadge = "JJ"'))
    until(lambda: ("JJ",) in running.ask("SELECT badge FROM source"), "new settings", 20)
    assert process.poll() is None
    assert running.kill(process, signal.SIGTERM) == 0


def test_it_ends_once_no_screen_is_open(make_running: Callable[..., Running]) -> None:
    running = make_running(settings=SHORT)
    first, second = presence.hold_screen(running.paths), presence.hold_screen(running.paths)
    process = running.start("sync", "--started-by-screen")
    until(running.live)
    looks = running.rev
    first.release()
    assert looks() > 0
    with pytest.raises(TimeoutError):
        wait(process, 7)
    second.release()
    assert wait(process, 20) == 0
    assert "no screen was open" in running.log()


def wait(process: subprocess.Popen[str], seconds: float) -> int:
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    return int(process.returncode)


def test_an_older_one_stops_when_a_newer_has_migrated_the_cache(make_running: Callable[..., Running]) -> None:
    running = make_running()
    process = running.start("sync")
    until(running.live)
    with closing(sqlite3.connect(running.paths.cache_db, timeout=10)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA[StoreKind.CACHE] + 1}")
    assert wait(process, 20) == 1
    assert "a newer version took over" in running.log()
    assert stores.newer_than_us(running.paths)


def test_a_newer_screen_has_an_older_one_end_and_starts_its_own(make_running: Callable[..., Running]) -> None:
    from helpdesk_tui.commands.common import place
    from helpdesk_tui.commands.desk import ensure_sync

    running = make_running(settings=SHORT)
    there = place(str(running.home))
    screen = presence.hold_screen(there.paths)
    process = running.start(code=OLDER)
    until(lambda: (holder := presence.sync_holder(there.paths)) and holder.version == "0.0.1")
    ensure_sync(there)
    assert wait(process, 20) in (0, -15), "it may be met while it begins"
    until(lambda: (holder := presence.sync_holder(there.paths)) and holder.version not in ("", "0.0.1"))
    until(running.live)
    ensure_sync(there)
    holder = presence.sync_holder(there.paths)
    assert holder is not None
    screen.release()
    until(lambda: presence.sync_holder(there.paths) is None, "it ends after the screen", 20)
    presence.reap()


OLDER = """
import sys
from helpdesk_tui import presence
presence.__version__ = "0.0.1"
from helpdesk_tui.commands.sync import SyncOptions, run_sync
sys.exit(run_sync(sys.argv[1], SyncOptions()))
"""


def test_secrets_that_were_typed_travel_over_the_pipe(
    make_running: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = make_running(settings=SHORT)
    asked = {}
    file = running.paths.config_file
    for source in ("sn", "jira", "zd"):
        secret = running.home / "secrets" / f"{source}.token"
        asked[source] = secret.read_text().strip()
        secret.unlink()
        file.write_text(file.read_text().replace(f'token_file = "secrets/{source}.token"\n', ""))
    for name, value in running.environment().items():
        monkeypatch.setenv(name, value)
    screen = presence.hold_screen(running.paths)
    presence.start_sync(running.paths, asked)
    until(running.live)
    holder = presence.sync_holder(running.paths)
    assert holder is not None
    assert presence.ask_to_end(running.paths, holder)
    screen.release()
    presence.reap()
    kept = b"".join(path.read_bytes() for path in running.home.rglob("*") if path.is_file())
    assert all(value.encode() not in kept for value in asked.values())


@pytest.mark.parametrize("how", ["deleted", "aside"])
def test_a_cache_that_goes_away_is_pulled_again(make_running: Callable[..., Running], how: str) -> None:
    running = make_running()
    process = running.start("sync")
    until(running.live)
    cache = running.paths.cache_db
    for companion in ("", "-wal", "-shm"):
        file = cache.with_name(cache.name + companion)
        if how == "deleted":
            file.unlink()
        else:
            file.rename(file.with_name("old" + companion))
    until(running.live, "pulled again")
    assert notice(running) == ["cache.db was moved or deleted while in use; it is being pulled again"]
    assert process.poll() is None
    assert running.kill(process, signal.SIGTERM) == 0
    for source in ("sn", "jira", "zd"):
        assert running.floor.cached(source).keys() == running.floor.truth(source).keys()


def test_a_cache_damaged_while_nobody_looked_is_made_anew_and_told(make_running: Callable[..., Running]) -> None:
    running = make_running()
    assert running.run("sync", "--once")[0] == 0
    before = running.everything()
    cache = running.paths.cache_db
    cache.write_bytes(b"\0" * 4096 + cache.read_bytes()[4096:])
    process = running.start("sync")
    until(running.live)
    assert running.kill(process, signal.SIGTERM) == 0
    (line,) = notice(running)
    assert line.startswith("cache.db was damaged and will be pulled again")
    assert running.run("sync", "--once")[0] == 0
    assert running.everything() == before


FULL = """
import resource, sys, threading, time
from pathlib import Path
from helpdesk_tui.commands.sync import SyncOptions, run_sync
from helpdesk_tui.sync import serve
serve.FIRST_PAUSE = serve.LONGEST_PAUSE = 0.2
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
def room():
    while not Path(sys.argv[1], "room").exists():
        time.sleep(0.02)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
threading.Thread(target=room, daemon=True).start()
sys.exit(run_sync(sys.argv[1], SyncOptions()))
"""


def test_without_room_it_waits_says_so_and_heals(make_running: Callable[..., Running]) -> None:
    running = make_running(tickets=600)
    process = running.start(code=FULL)

    def trouble() -> str:
        holder = presence.sync_holder(running.paths)
        return holder.trouble if holder else ""

    until(lambda: "no room" in trouble(), "the lock file tells")
    assert process.poll() is None
    (running.home / "room").touch()
    until(running.live, "healed")
    until(lambda: trouble() == "", "nothing to tell any more")
    assert running.kill(process, signal.SIGTERM) == 0
    running.sound()
    for source in ("sn", "jira", "zd"):
        assert running.floor.cached(source).keys() == running.floor.truth(source).keys()


@pytest.mark.parametrize("field", [{"uid": 4_000_000}, {"boot": "another"}, {"pid": 0}])
def test_somebody_elses_number_is_not_signalled(make_running: Callable[..., Running], field: dict[str, object]) -> None:
    running = make_running()
    sleeper = running.start(code="import sys; sys.stdin.read(); import time; time.sleep(600)")
    lock = presence.hold_sync(running.paths, 1)
    assert lock is not None
    told: dict[str, Any] = {
        "pid": sleeper.pid,
        "uid": os.getuid(),
        "boot": presence.boot_id(),
        "version": "",
        "schema": 1,
    }
    stale = Holder(**(told | field))
    assert not presence.ask_to_end(running.paths, stale, patience=0.1)
    assert not presence.ask_to_end(running.paths, Holder(**told), patience=0.1), "has not the lock's file open"
    assert sleeper.poll() is None
    lock.release()
    assert json.loads(running.paths.sync_lock.read_bytes().strip() or b"{}") == {}
