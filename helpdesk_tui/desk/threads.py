"""How the threads of the desk share the processor."""

from __future__ import annotations

import os
import sys
import threading

ASIDE = 10
"""The nice value of what is read ahead, counted and followed."""


def give_way() -> None:
    """Let the calling thread stand back for those a key waits for. Where nice values are not a thread's own (any system
    but Linux) it does nothing."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), max(ASIDE, os.nice(0)))
