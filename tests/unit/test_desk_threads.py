"""What nobody waits for stands back for what a key waits for."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpdesk_tui.desk.threads import ASIDE, give_way


def nice() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has a nice value of its own on Linux only")
def test_a_thread_stands_back_and_no_other_with_it() -> None:
    before = nice()
    with ThreadPoolExecutor(1, initializer=give_way) as aside:
        assert aside.submit(nice).result() == max(ASIDE, before)
    assert nice() == before
