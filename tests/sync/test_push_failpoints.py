"""The sender dies at every place where it can: nothing is said twice, nothing is lost, whatever comes next."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from helpdesk_tui.domain.change_rules import HOLD
from helpdesk_tui.domain.changes import ChangeState
from helpdesk_tui.sync import push, sending

from .push_bench import Bench, bench

__all__ = ["bench"]

pytestmark = pytest.mark.integration
CHILD = Path(__file__).with_name("push_child.py")


class Died(BaseException):
    """As far as the sender can tell, the process ended here."""


def dying_at(monkeypatch: pytest.MonkeyPatch, place: int) -> list[str]:
    """Has the sender die at the `place`-th failpoint it passes; the names of those it passed."""
    passed: list[str] = []

    def failpoint(name: str) -> None:
        passed.append(name)
        if len(passed) == place:
            raise Died

    monkeypatch.setattr(sending, "failpoint", failpoint)
    monkeypatch.setattr(push, "failpoint", failpoint)
    return passed


@pytest.mark.parametrize("fault", ["", "lost", "outage"])
def test_dying_anywhere_loses_and_doubles_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    names: set[str] = set()
    for place in count(1):
        truth = bench.ticket(place % 3)
        to = bench.user(bench.colleague(truth))
        changes = bench.enqueue(bench.assign(truth), bench.change(truth, note=f"{fault} {place}"))
        if fault:
            bench.fault(kind=fault, method="PATCH", count=1)
        with monkeypatch.context() as patched:
            passed = dying_at(patched, place)
            died = False
            for _ in range(4):
                try:
                    bench.drain(wait=30)
                except Died:
                    died = True
                    break
        names |= set(passed)
        bench.floor.control("DELETE", "faults")
        bench.drain(4, wait=400)
        assert bench.said(truth, f"{fault} {place}") == 1, f"at {passed}"
        assert bench.user(truth.owner) == to
        assert {bench.state(one).state for one in changes} == {ChangeState.CONFIRMED}
        if not died:
            break
    assert {"looked", "claimed", "settled", "fetched", "worked"} <= names
    assert {"failed", "verified"} <= names or not fault
    with closing(sqlite3.connect(bench.floor.paths.personal_db)) as store:
        assert store.execute("PRAGMA quick_check").fetchone() == ("ok",)


@pytest.mark.crash
@pytest.mark.parametrize("place", [2, 3, 4])
def test_a_process_that_really_ends_leaves_what_the_next_one_needs(bench: Bench, place: int) -> None:
    truth = bench.ticket()
    (said,) = bench.enqueue(bench.change(truth, note="once"))

    def child(wait: int, at: int) -> int:
        bench.floor.tick += wait
        command = [sys.executable, str(CHILD), str(bench.floor.paths.config_dir), str(bench.floor.now())]
        done = subprocess.run(command, env={**os.environ, "HELPDESK_TUI_FAIL_AT": str(at)}, check=False, timeout=60)
        return done.returncode

    assert child(HOLD, place) == 137
    assert [child(400, 0) for _ in range(3)] == [0, 0, 0]
    assert bench.said(truth, "once") == 1
    assert bench.state(said).state is ChangeState.CONFIRMED
