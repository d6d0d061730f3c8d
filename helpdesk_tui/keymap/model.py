"""What a command is, and the screens on which keys may mean something."""

from __future__ import annotations

from typing import NamedTuple

LIST, TICKET, HELP, SOURCES = "list", "ticket", "help", "sources"
AGING, SCHEDULE, ONCALL, TECHNICIANS, PLAN = "aging", "schedule", "oncall", "technicians", "plan"
CLOCK, ROTATION, CONFLICT, FORM = "clock", "rotation", "conflict", "form"
OWN = (AGING, CLOCK, SCHEDULE, ONCALL, ROTATION, TECHNICIANS, PLAN, CONFLICT, FORM)
"""Screens on which the letters of the list may mean something else: `a` assigns in the list and puts somebody on shift
in the schedule."""
EVERYWHERE = (LIST, TICKET, HELP, SOURCES, *OWN)
BUT_PLAN = tuple(where for where in EVERYWHERE if where != PLAN)
"""In a plan, `k` keeps a ticket where it is."""
BOTH = (LIST, TICKET)
PAGES = (LIST, TICKET, SOURCES, *OWN)


class Command(NamedTuple):
    """One thing a user can ask for. `title` fits a hint of one line, `help` is a sentence; `where` names screens."""

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    where: tuple[str, ...] = (LIST,)
    hint: tuple[str, ...] = ()
    """The screens on which the line of keys above the prompt names it."""
    writes: bool = False
    """Whether it would change something on a platform or for the team: read only, it is not offered."""
