"""How the interpreter works in a process that reads large pages in one thread and stores them in another.

A page of 500 rows is some 20,000 dictionaries that go again as soon as it is read, none of them in a cycle. Looking
for cycles among them, at Python's own settings dozens of times a page, costs a fifth of a first pull and finds nothing.
"""

from __future__ import annotations

import gc
import sys

BETWEEN_COLLECTIONS = 50_000
"""Containers made, and not let go of, between two looks for cycles: a page or two."""
SWITCH = 0.001
"""Seconds for which one thread keeps the interpreter while the other wants it. The writer asks for it after every few
hundred rows, and would wait five milliseconds each time."""


def load_in_peace() -> None:
    """Look for no cycles while modules are loaded, a tenth of the time that takes; until `set_pace`."""
    gc.disable()


def set_pace() -> None:
    """Set both, once the modules are loaded: what they hold stays and is never looked through again."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(BETWEEN_COLLECTIONS, 20, 50)
    sys.setswitchinterval(SWITCH)
