"""The sync process leaves the processor to the screen, also where sessions share it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

AUTOGROUP = Path("/proc/self/autogroup")
PROGRAM = "import os; from helpdesk_tui.sync import serve; serve.stand_back(); print(os.nice(0), %s)"


def told(words: str, *, apart: bool) -> str:
    command = [sys.executable, "-c", PROGRAM % words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, start_new_session=apart)
    return done.stdout


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this kernel does not share the processor out by sessions")
def test_a_session_of_its_own_stands_back_as_a_whole() -> None:
    assert told("serve.AUTOGROUP.read_text()", apart=True).split()[-1] == "10"


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this kernel does not share the processor out by sessions")
def test_the_session_of_somebody_who_started_it_by_hand_is_left_as_it_is() -> None:
    before = AUTOGROUP.read_text()  # empty where the session is as old as the machine
    assert told("repr(serve.AUTOGROUP.read_text())", apart=False).split(maxsplit=1)[1].strip() == repr(before)


def test_where_there_are_no_such_groups_nothing_is_wanted() -> None:
    words = "0)\nserve.AUTOGROUP = serve.Path('/nowhere/autogroup'); serve.stand_back(); print(os.nice(0)"
    assert int(told(words, apart=True).split()[-1]) <= 19
