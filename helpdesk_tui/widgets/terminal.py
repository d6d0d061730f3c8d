"""The terminal around the program: where it draws, and how it ends when the terminal goes away."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

LOOK = 2.0
"""Seconds between two looks whether the terminal is still there."""
FORCED = 3.0
"""Seconds after a hang-up until the process ends whatever it is doing."""


def draw_on_terminal() -> None:
    """Have the screen drawn on standard output where standard error goes elsewhere: Textual would draw into that."""
    if not (sys.__stderr__ is not None and sys.__stderr__.isatty()):
        # Textual asks for this name when it makes its driver, and for no other stream.
        setattr(sys, "__stderr__", sys.__stdout__)  # noqa: B010


def force_exit() -> None:
    """End soon, in order or not: a terminal that takes nothing more cannot hold the process."""
    timer = threading.Timer(FORCED, os._exit, (1,))
    timer.daemon = True
    timer.start()


def on_signals(loop: asyncio.AbstractEventLoop, leave: Callable[[], None]) -> None:
    """Call `leave` on the loop when the process is asked to end. Does nothing off the main thread."""
    if threading.current_thread() is not threading.main_thread():
        return

    def asked(_number: int, _frame: FrameType | None) -> None:
        force_exit()
        loop.call_soon_threadsafe(leave)

    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, asked)


def hung_up() -> Callable[[], bool] | None:
    """What tells whether the terminal on standard input is gone; None where there is none."""
    if sys.__stdin__ is None or not sys.__stdin__.isatty():
        return None
    poll = select.poll()
    poll.register(sys.__stdin__.fileno(), select.POLLHUP)
    return lambda: bool(poll.poll(0))
