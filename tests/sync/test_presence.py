"""Locks on files: who is there, what the holder says, and what is left of one that is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from helpdesk_tui import __version__, presence
from helpdesk_tui.commands import desk
from helpdesk_tui.commands.common import Place
from helpdesk_tui.config import Config
from helpdesk_tui.data.stores import CACHE_SCHEMA
from helpdesk_tui.errors import StoreReadOnly
from helpdesk_tui.paths import Paths
from helpdesk_tui.presence import Holder


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, tmp_path / "state", tmp_path / "cache", tmp_path)


def test_screens_are_counted_by_their_locks(paths: Paths) -> None:
    assert not presence.screens_open(paths)
    first, second = presence.hold_screen(paths), presence.hold_screen(paths)
    assert presence.screens_open(paths)
    first.release()
    first.release()
    assert presence.screens_open(paths)
    second.release()
    assert not presence.screens_open(paths)


def test_one_sync_a_user_that_says_who_it_is(paths: Paths) -> None:
    assert presence.sync_holder(paths) is None
    lock = presence.hold_sync(paths, 7)
    assert lock is not None
    assert presence.hold_sync(paths, 7) is None
    holder = presence.sync_holder(paths)
    assert holder == Holder.this_process(7)
    size = paths.sync_lock.stat().st_size
    lock.say('no "room"\n' * 400)
    told = presence.sync_holder(paths)
    assert told is not None
    assert told.trouble.startswith('no "room"')
    assert paths.sync_lock.stat().st_size == size, "a full disk would not take more"
    lock.say("")
    assert presence.sync_holder(paths) == holder
    assert paths.sync_lock.stat().st_mode & 0o777 == 0o600
    lock.release()
    assert presence.sync_holder(paths) is None
    again = presence.hold_sync(paths, 8)
    assert again is not None
    again.release()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": 1}', b'{"pid": 1, "newer": 2}', b"\xff\x00"])
def test_a_lock_file_that_says_nothing_is_nobodys(paths: Paths, content: bytes) -> None:
    lock = presence.hold_sync(paths, 1)
    assert lock is not None
    paths.sync_lock.write_bytes(content)
    holder = presence.sync_holder(paths)
    assert holder is not None
    assert (holder.pid, holder.version) == (0, "")
    assert not presence.ask_to_end(paths, holder, patience=0.01)
    lock.release()


def test_a_lock_whose_file_was_deleted_or_replaced_is_lost(paths: Paths) -> None:
    lock = presence.hold_sync(paths, 1)
    assert lock is not None
    assert not lock.lost()
    paths.sync_lock.unlink()
    assert lock.lost()
    other = presence.hold_sync(paths, 1)
    assert other is not None
    assert lock.lost()
    assert not other.lost()
    lock.release()
    other.release()


def test_what_a_killed_process_left_is_not_believed(paths: Paths) -> None:
    """Its number may be somebody else's by the time the next one has the lock and has not yet said who it is."""
    sleeper = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    lock = presence.hold_sync(paths, 1)
    assert lock is not None
    stale: dict[str, Any] = {"pid": sleeper.pid, "uid": os.getuid(), "boot": presence.boot_id()}
    paths.sync_lock.write_text(json.dumps(stale | {"version": "0.0.1", "schema": 1, "trouble": ""}))
    holder = presence.sync_holder(paths)
    assert holder is not None
    assert holder.pid == sleeper.pid
    assert not presence.ask_to_end(paths, holder, patience=0.01)
    assert sleeper.poll() is None
    sleeper.communicate()
    lock.release()


@pytest.mark.parametrize(
    ("sent", "received"),
    [(b'{"sn": "s3cret"}\n', {"sn": "s3cret"}), (b"", {}), (b"nonsense\n", {}), (b"[1]\n", {}), (b"{}\n", {})],
)
def test_secrets_come_over_a_pipe_once(monkeypatch: pytest.MonkeyPatch, sent: bytes, received: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.write(writing, sent)
    os.close(writing)
    monkeypatch.setenv(presence.ASKED_VARIABLE, str(reading))
    assert presence.received_secrets() == received
    assert presence.ASKED_VARIABLE not in os.environ
    assert presence.received_secrets() == {}


def test_a_pipe_that_is_not_there_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(presence.ASKED_VARIABLE, "987654")
    assert presence.received_secrets() == {}


def test_a_service_manager_that_makes_no_scope_is_done_without(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = tmp_path / "systemd-run"
    made.write_text("#!/bin/sh\nexit 1\n")
    made.chmod(0o700)
    (tmp_path / "systemd").mkdir()
    (tmp_path / "systemd" / "private").touch()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    ran: list[list[str]] = []
    real = presence._launch

    def launch(command: list[str], reading: int, patience: float = 0.0) -> bool:
        ran.append(command)
        return real(command if command[0] == "systemd-run" else ["true"], reading, patience)

    monkeypatch.setattr(presence, "_launch", launch)
    presence.start_sync(paths)
    assert [command[0] == "systemd-run" for command in ran] == [True, False]
    for process in presence._started:
        process.wait()
    presence.reap()
    assert presence._started == []


@pytest.mark.parametrize(
    ("version", "schema", "older"),
    [
        ("0.0.1", CACHE_SCHEMA, True),
        ("", CACHE_SCHEMA, False),
        (__version__, CACHE_SCHEMA, False),
        (__version__, CACHE_SCHEMA - 1, True),
        ("999.0", CACHE_SCHEMA - 1, False),
        ("0.0.9.9", CACHE_SCHEMA, True),
        ("0.0.1.dev3", CACHE_SCHEMA, True),
    ],
)
def test_which_holders_are_older(version: str, schema: int, *, older: bool) -> None:
    assert desk.older(Holder(1, 1, "boot", version, schema)) is older


def test_the_screen_starts_sync_ever_more_rarely_and_says_so(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    monkeypatch.setattr(presence, "start_sync", lambda _paths, _asked: started.append(1))
    pauses: list[float] = []

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) > 9

    keeper = desk.Keeper(Place(paths, Config()), wait)
    keeper._run()
    assert pauses[:5] == [desk.START_AFTER, 5, 10, 20, 40]
    assert pauses[-1] == desk.LONGEST_PAUSE
    assert len(started) == 9
    assert "sync does not run" in keeper.notice
    lock = presence.hold_sync(paths, CACHE_SCHEMA)
    assert lock is not None
    lock.say("no room")
    keeper.look()
    assert keeper.notice == "no room"
    lock.say("")
    keeper.look()
    assert keeper.notice == ""
    lock.release()


def test_a_folder_that_cannot_be_is_named(paths: Paths) -> None:
    paths.cache_dir.parent.mkdir(parents=True, exist_ok=True)
    paths.cache_dir.write_text("in the way")
    for take in (presence.hold_screen, presence.screens_open, presence.sync_holder):
        with pytest.raises(StoreReadOnly, match=r"cache/\w+\.lock: cannot be locked \(Not a directory\)"):
            take(paths)
