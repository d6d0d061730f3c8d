"""What may be typed after `:` as data: each word, what it does, on which screens, and what completes the rest."""

from __future__ import annotations

from typing import NamedTuple

from helpdesk_tui.keymap.model import (
    AGING,
    CLOCK,
    CONFLICT,
    EVERYWHERE,
    FORM,
    HELP,
    LIST,
    ONCALL,
    PLAN,
    ROTATION,
    SCHEDULE,
    SOURCES,
    TECHNICIANS,
    TICKET,
)

_TICKETS = (LIST, TICKET, AGING)
_PLANNED = (LIST, TICKET, AGING, SCHEDULE, ONCALL, TECHNICIANS)
_QUEUE = (LIST,)

PLACES = {
    LIST: "in the queue: g q",
    TICKET: "on a ticket's page",
    AGING: "on the SLA screen: g a",
    CLOCK: "on the page of a clock: x",
    SCHEDULE: "in the schedule: g s",
    ONCALL: "on call: g o",
    ROTATION: "in a rotation",
    TECHNICIANS: "with the technicians: g t",
    PLAN: "in a plan",
    SOURCES: "in the outbox: g y",
    CONFLICT: "on the page of a change",
    FORM: "in the form of a ticket: e",
    HELP: "here",
}
"""Where a word works, as it is said to somebody who typed it elsewhere."""


class Word(NamedTuple):
    """One word, or two, that a command begins with; `takes` names what completes the rest, "" where none is taken."""

    name: str
    hint: str
    where: tuple[str, ...] = EVERYWHERE
    takes: str = ""
    writes: bool = False
    goes: str = ""
    """The screen it goes to, by the name that its `goto` command has."""


def _act(name: str, hint: str, takes: str = "") -> Word:
    return Word(name, hint, _TICKETS, takes, writes=True)


WORDS = (
    _act("assign", "give to somebody: a name, or nobody", "owner"),
    _act("me", "assign to yourself"),
    _act("status", "change the status: the platform's word, or what it means", "status"),
    _act("solved", "status: solved"),
    _act("pending", "status: waits for the customer"),
    Word("open", "the page of a ticket: its number; alone: reopen this one", takes="number"),
    _act("hold", "status: on hold, waits for others"),
    _act("priority", "change the priority: 1 to 5", "priority"),
    _act("move", "move to a group: its name", "group"),
    _act("tag", "add tags; -TAG takes one away", "tag"),
    _act("note", "write an internal note", "text"),
    _act("reply", "write a public reply", "text"),
    _act("update", "write a public update", "text"),
    _act("dup", "link as a duplicate: the other's number", "number"),
    _act("merge", "merge into another, for good: the other's number", "number"),
    _act("escalate", "to whoever is on call, a group or a person"),
    _act("macro", "run a macro: its name", "macro"),
    _act("edit", "the fields of what is meant, in a form"),
    _act("undo", "take the last act back"),
    _act("again", "do the last act once more"),
    Word("sick", "who takes over: a name, and until when if that is known", _PLANNED, "person", writes=True),
    Word("return", "give back what nobody touched: a name", _PLANNED, "person", writes=True),
    Word("balance", "even out the load of a group: its name", _PLANNED, "group", writes=True),
    Word("triage", "go through new tickets in one pass, in two, or end it", _QUEUE, "triage", writes=True),
    Word("filter", "count or list only what passes a filter; alone: all", (LIST, AGING), "filter"),
    Word("view", "open a view by its name", _QUEUE, "view"),
    Word("view save", "keep filter and order as a view: name, then a digit or f and a letter", _QUEUE, "new"),
    Word("view drop", "forget a view of your own", _QUEUE, "own view"),
    Word("sort", "order the list", _QUEUE, "sort"),
    Word("group", "divide the list", _QUEUE, "grouping"),
    Word("queue", "the list of tickets", goes="queue"),
    Word("sla", "every clock, and what breaches next", goes="aging"),
    Word("schedule", "who works when", goes="schedule"),
    Word("oncall", "who is on call, and the gaps", goes="oncall"),
    Word("technicians", "the team", goes="technicians"),
    Word("outbox", "what is on its way, and how the platforms are", goes="outbox"),
    Word("sync", "ask one platform for a pull, or all", takes="source"),
    Word("signin", "mend the sign-in of a platform", takes="source"),
    Word("theme", "draw in other colours", takes="theme"),
    Word("help", "the keys that work here"),
    Word("q", "back; in the queue, leave the desk"),
    Word("quit", "leave the desk"),
)
"""Every word, those for tickets first."""


def words_at(where: str, *, read_only: bool = False) -> list[Word]:
    """The words that work on a screen; those that would write not where nothing may be written."""
    return [word for word in WORDS if where in word.where and not (word.writes and read_only)]


def begun(text: str) -> Word | None:
    """The word that a text begins with, the longest; None where it begins with none."""
    fits = (word for word in WORDS if text == word.name or text.startswith(f"{word.name} "))
    return max(fits, key=lambda word: len(word.name), default=None)


def misspelt(text: str, where: str) -> str:
    """The word that works on this screen and is nearest to what was typed; "" where none is near."""
    from difflib import get_close_matches

    typed = text.lower().partition(" ")[0]
    names = [word.name for word in words_at(where)]
    longer = [name for name in names if name.startswith(typed)] if len(typed) > 1 else []
    return next(iter([*longer, *get_close_matches(typed, names, 1, 0.6)]), "")
