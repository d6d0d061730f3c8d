"""Open the desk. Everything before the first frame is here and in `app`; what can wait, waits."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from helpdesk_tui import presence
from helpdesk_tui.commands.common import Place, own_views, place, staff_rules
from helpdesk_tui.config import ScreenConfig
from helpdesk_tui.desk.around import Around
from helpdesk_tui.errors import UsageError

if TYPE_CHECKING:
    from helpdesk_tui.desk.roster.floor import RosterRules
    from helpdesk_tui.theme import ScreenSettings

START_AFTER = 0.8
"""Seconds after which the sync process is looked for: its start must not hold up the first frame."""
LOOK_EVERY = 5.0
LONGEST_PAUSE = 300.0
TRIES = 2
"""So many times it is started before the user is told that it does not stay."""


class DeskOptions(NamedTuple):
    """What the command line says about the screen, over the settings. `label` is a word for the status line."""

    read_only: bool = False
    ascii: bool = False
    mouse: bool = False
    theme: str = ""
    label: str = ""


def open_desk(home: str | None, options: DeskOptions) -> int:
    """Open the desk until the user leaves; the exit code. Raises ConfigError, UsageError, StoreError."""
    there = place(home)
    views = own_views(there.config)
    if not there.config.sources:
        return offer_beginning(home)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the desk needs a terminal; in a pipe use: helpdesk-tui queue")
    if (term := os.environ.get("TERM", "")) in ("dumb", "unknown"):
        # Nothing could be drawn, and Textual would lay out forever for a size that this terminal does not have.
        raise UsageError(f"TERM is {term}: set it to what this terminal is, such as xterm-256color, or use: queue")
    from helpdesk_tui.theme import ScreenSettings, prepare_environment

    prepare_environment()
    here = presence.hold_screen(there.paths)
    keeper = Keeper(there)
    keeper.start()
    try:
        from helpdesk_tui import app

        settings = screen_settings(ScreenSettings(), there.config.screen, there, options)
        around = Around(lambda: keeper.notice, keeper.keep_secret)
        return app.run(
            settings,
            there.paths,
            views=views,
            around=around,
            staffing=lambda: staff_rules(there.config),
            rosters=lambda: roster_rules(there),
            macros=tuple(there.config.macros.values()),
            handovers=there.config.sla.handover if "sla" in there.config.late else (),
            next_update=there.config.sla.next_update if "sla" in there.config.late else "",
            folder=there.paths.config_file.parent,
            zone=there.config.screen.zone,
        )
    finally:
        keeper.stop()
        here.release()


def roster_rules(there: Place) -> RosterRules:
    """How rosters are judged, by the settings."""
    from helpdesk_tui.desk.roster.floor import rules_of

    return rules_of(there.config.roster)


class Keeper:
    """Sees to it, from a thread of the screen's, that a sync process runs while the screen is open.

    `notice` is a line for the user where none can be had, or where it cannot write the stores.
    """

    def __init__(self, there: Place, wait: Callable[[float], bool] | None = None) -> None:
        self.notice = ""
        self._there = there
        self._end = threading.Event()
        self._wait = wait or self._end.wait
        self._starts = 0
        self._asked: dict[str, str] = {}

    def keep_secret(self, source: str, value: str) -> str:
        """Keep a secret typed at the desk; see `new_secret.keep`."""
        from helpdesk_tui.commands import new_secret

        return new_secret.keep(self._there, self._asked, source, value)

    def start(self) -> None:
        """Begin to look, after the first frame."""
        threading.Thread(target=self._run, name="keeper", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._end.set()

    def _run(self) -> None:
        pause = START_AFTER
        while not self._wait(pause):
            quietly(self.look)
            pause = min(LONGEST_PAUSE, LOOK_EVERY * 2 ** max(0, self._starts - 1))

    def look(self) -> None:
        """Start a sync process where none runs, ever more rarely where it does not stay; take its troubles over."""
        presence.reap()
        holder = presence.sync_holder(self._there.paths)
        if holder is not None and not older(holder):
            self._starts = 0
            self.notice = holder.trouble
            return
        if self._starts > TRIES:
            self.notice = f"sync does not run; see {self._there.paths.log_dir / 'sync.log'}"
        self._starts += 1
        ensure_sync(self._there, self._asked)


def screen_settings(base: ScreenSettings, screen: ScreenConfig, there: Place, options: DeskOptions) -> ScreenSettings:
    """The screen's settings from the file, with the command line's over them."""
    mouse = {"on": True, "off": False}.get(screen.mouse)
    alarms = there.config.alarms if "alarms" in there.config.late else None  # silent where the file says nothing
    return base._replace(
        theme=options.theme or screen.theme or "auto",
        ascii=True if options.ascii or screen.ascii else None,
        mouse=True if options.mouse else mouse,
        preset=screen.preset,
        keys=dict(there.config.keys),
        read_only=options.read_only or screen.read_only,
        label=options.label,
        bell=alarms is not None and alarms.on and alarms.bell,
        notify=alarms is not None and alarms.on and alarms.notify,
    )


def ensure_sync(there: Place, asked: Mapping[str, str] | None = None) -> None:
    """Start the sync process where none runs; take an older version's place. `asked` are secrets that were typed."""
    holder = presence.sync_holder(there.paths)
    if holder is not None and older(holder):
        if not presence.ask_to_end(there.paths, holder):
            return
        holder = None
    if holder is None:
        presence.start_sync(there.paths, asked)


def older(holder: presence.Holder) -> bool:
    """Whether a running sync process is of an older version, or works with an older store, than this program."""
    from helpdesk_tui import __version__
    from helpdesk_tui.data.stores import CACHE_SCHEMA

    def numbers(text: str) -> tuple[int, ...]:
        return tuple(int(part) for part in text.split(".") if part.isdigit())

    if not holder.version:
        return False
    return (numbers(holder.version), holder.schema) < (numbers(__version__), CACHE_SCHEMA)


def quietly(work: Callable[[], None]) -> None:
    """Do something in the background of the screen; what goes wrong is for the log."""
    import logging

    try:
        work()
    except Exception:
        logging.getLogger("helpdesk_tui").exception("the sync process could not be started")


def offer_beginning(home: str | None) -> int:
    """Without a configured platform: offer the demo or the guided setup."""
    gc.enable()
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
