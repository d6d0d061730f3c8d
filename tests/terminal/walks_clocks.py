"""Every key of the screens of clocks and of a plan, with what it must show."""

from __future__ import annotations

from .walks import ACTS, AND_BACK, APP, ESCAPE, MOVES, PAGE, PULLS, QUEUE, Step, Walk, away, gone, steps

AGING = Walk(
    "aging",
    "desk",
    "ga",
    r"(?s)\A SLA .*\? keys",
    (
        *MOVES,
        *gone("ysot"),
        *APP,
        *PULLS,
        Step("n"),
        Step("N"),
        Step("enter", PAGE, "q"),
        *ACTS,
        *AND_BACK,
        Step("/", r"\n /", ESCAPE),
        Step("=", r"group by +g group", ESCAPE),
        Step("b", "clock: BUSINESS", "b", ends="clock: WALL"),
        Step("tab", "on the board"),
        *steps("l,h,right,left"),
        Step("shift+tab", "in the list"),
        *away("ga"),
    ),
)
CLOCK = Walk(
    "clock",
    "desk",
    "x",
    r"(?s)\ACLOCKS.*\? keys",
    (
        *MOVES,
        *gone("yasot"),
        *APP,
        *PULLS,
        Step("tab", r"[>▸] N  "),
        Step("n"),
        Step("x", r"missed:.*nobody", ESCAPE),
        *away("x"),
    ),
)
PLAN = Walk(
    "plan",
    "plan",
    ":sick da\r",
    r"(?s)\A PLAN .*\? keys",
    (
        *steps("j,up,down,up,G,g g,end,home,ctrl+d,ctrl+u,pagedown,pageup"),
        *gone("yasot"),
        *APP,
        *PULLS,
        Step("x", "Who could take .*, and why", "q"),
        Step("r", "PUBLIC, to the customer of", ESCAPE),
        Step("space", r"[>▸].. +2 "),
        Step("n", r"[>▸].. +7 "),
        Step("N", r"[>▸].. +2 "),
        Step("a", r" to [>▸]", ESCAPE),
        Step("k", "stays; a gives it to somebody"),
        Step("y", "need you stay as they are", answer="n"),
        Step("z", "nothing of this plan is written"),
        Step("g q", "Leave the plan", answer="n"),
        Step("q", "Leave the plan", answer="y", ends=QUEUE),
    ),
)
