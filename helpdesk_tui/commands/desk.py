"""Open the desk. Everything before the first frame is here and in `app`; what can wait, waits."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helpdesk_tui import presence
from helpdesk_tui.commands.common import Place, place
from helpdesk_tui.config import ScreenConfig
from helpdesk_tui.errors import UsageError

if TYPE_CHECKING:
    from helpdesk_tui.theme import ScreenSettings

START_AFTER = 0.8
"""Seconds after which the sync process is looked for: its start must not hold up the first frame."""


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """What the command line says about the screen, over the settings. `label` is a word for the status line."""

    read_only: bool = False
    ascii: bool = False
    mouse: bool = False
    theme: str = ""
    label: str = ""


def open_desk(home: str | None, options: DeskOptions) -> int:
    """Open the desk until the user leaves; the exit code. Raises ConfigError, UsageError, StoreError."""
    there = place(home)
    if not there.config.sources:
        return offer_beginning(home)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the desk needs a terminal; in a pipe use: helpdesk-tui queue")
    from helpdesk_tui.theme import ScreenSettings, prepare_environment

    prepare_environment()
    here = presence.hold_screen(there.paths)
    starter = threading.Timer(START_AFTER, lambda: quietly(lambda: ensure_sync(there)))
    starter.daemon = True
    starter.start()
    try:
        from helpdesk_tui import app

        return app.run(screen_settings(ScreenSettings(), there.config.screen, there, options), there.paths)
    finally:
        starter.cancel()
        here.release()


def screen_settings(base: ScreenSettings, screen: ScreenConfig, there: Place, options: DeskOptions) -> ScreenSettings:
    """The screen's settings from the file, with the command line's over them."""
    mouse = {"on": True, "off": False}.get(screen.mouse)
    return replace(
        base,
        theme=options.theme or screen.theme or "auto",
        ascii=True if options.ascii or screen.ascii else None,
        mouse=True if options.mouse else mouse,
        preset=screen.preset,
        keys=dict(there.config.keys),
        read_only=options.read_only or screen.read_only,
        label=options.label,
    )


def ensure_sync(there: Place) -> None:
    """Start the sync process where none runs; take an older version's place."""
    holder = presence.sync_holder(there.paths)
    if holder is not None and older(holder.version):
        if not presence.ask_to_end(there.paths, holder):
            return
        holder = None
    if holder is None:
        presence.start_sync(there.paths)


def older(version: str) -> bool:
    """Whether a running sync process is of an older version than this program."""
    from helpdesk_tui import __version__

    def numbers(text: str) -> tuple[int, ...]:
        return tuple(int(part) for part in text.split(".") if part.isdigit())

    return bool(version) and numbers(version) < numbers(__version__)


def quietly(work: Callable[[], None]) -> None:
    """Do something in the background of the screen; what goes wrong is for the log."""
    import logging

    try:
        work()
    except Exception:
        logging.getLogger("helpdesk_tui").exception("the sync process could not be started")


def offer_beginning(home: str | None) -> int:
    """Without a configured platform: offer the demo or the guided setup."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("no platform is configured; run helpdesk-tui setup, or helpdesk-tui demo")
    print("No platform is configured yet.\n\n  d  look around in a demo\n  s  connect a platform\n  q  leave\n")
    answer = input("d, s or q [d]: ").strip().lower() or "d"
    if answer == "d":
        from helpdesk_tui.commands.demo import DemoOptions, run_demo

        return run_demo(DemoOptions(), [])
    if answer == "s":
        from helpdesk_tui.commands.setup import run_setup

        return run_setup(home, "")
    return 0
