"""The commands about clocks: the SLA screen, why a clock says what it says, promises and reminders."""

from __future__ import annotations

from helpdesk_tui.keymap.model import AGING, CLOCK, LIST, PAGES, TICKET, Command

_CLOCKS = (LIST, TICKET, AGING)

COMMANDS = (
    Command(
        "goto.aging",
        ("g a",),
        "SLA",
        "Every clock: what breaches next, and why it is stuck.",
        tuple(where for where in PAGES if where != AGING),
    ),
    Command(
        "ticket.explain",
        ("x",),
        "clock",
        "Explain the ticket's clocks line by line; why one was missed.",
        _CLOCKS,
        (TICKET, AGING),
    ),
    Command(
        "ticket.remind",
        ("w",),
        "remind",
        "Promise an update, or be reminded at a time or on a condition.",
        _CLOCKS,
        (TICKET, AGING),
    ),
    Command("aging.open", ("enter",), "open", "The ticket, or the tickets behind a figure.", (AGING,), (AGING,)),
    Command("aging.pane", ("tab",), "next part", "Move in the next part of the screen.", (AGING,), (AGING,)),
    Command("aging.pane_back", ("shift+tab",), "part before", "Move in the part before.", (AGING,)),
    Command("aging.left", ("h", "left"), "left", "The figure to the left.", (AGING,)),
    Command("aging.right", ("l", "right"), "right", "The figure to the right.", (AGING,)),
    Command("aging.group", ("=",), "group by", "Choose what the board is divided by.", (AGING,), (AGING,)),
    Command("aging.clock", ("b",), "business/wall", "Time left by the calendar, or by the wall.", (AGING,), (AGING,)),
    Command(
        "aging.filter",
        ("/",),
        "filter",
        "Count only what passes a filter; an empty one: all.",
        (AGING,),
        (AGING,),
    ),
    Command("aging.next", ("n",), "next risk", "The next clock that is at risk.", (AGING,)),
    Command("clock.next", ("tab", "n"), "next clock", "The next clock of the ticket.", (CLOCK,), (CLOCK,)),
    Command("clock.cause", ("x",), "why missed", "Say why the clock was missed.", (CLOCK,), (CLOCK,)),
    Command("aging.previous", ("N",), "previous risk", "The one before.", (AGING,)),
)
