"""Every key of the screens of the roster, with what it must show."""

from __future__ import annotations

from .walks import APP, COPIED, ESCAPE, MOVES, PULLS, TITLES, Step, Walk, away, gone, steps

GRID = (
    Step("l"),
    Step("h"),
    Step("right"),
    Step("left"),
    Step(">"),
    Step("<"),
    Step(">"),
    Step("0"),
    Step("n", r"[>▸] 1 GAP"),
    Step("a", r"(?s)SUGGESTED COVER FOR NET-PRI.*put on [>▸]", ESCAPE),
    Step("n", r"[>▸] 2 SWAP"),
    Step("N", r"[>▸] 1 GAP"),
    Step("n", r"[>▸] 2 SWAP"),
    Step("enter", "approve, both", answer="l"),
    Step("f", "times in "),
)
SHIFTS = (
    Step("y p", sends=COPIED),
    Step("x", "x on another shift swaps", "x"),
    Step("e", r"\A ROTATION", "q"),
    Step("E", r"\A NEW SCHEDULE", "q"),
    Step("s", "away from now.*is back", ESCAPE),
    Step("z", "nothing was written from here"),
)
"""What acts on the shift under the cursor, and leads to its rotation."""
SCHEDULE = Walk(
    "schedule",
    "roster",
    "gs",
    r"(?s)\A SCHEDULE \w+ .*\? keys",
    (
        *MOVES,
        *gone("yaot"),
        *APP,
        *PULLS,
        *GRID,
        Step("+"),
        Step("-"),
        Step("=", "group by .*zone", ESCAPE),
        Step("S", "sort by .*load", ESCAPE),
        *SHIFTS,
        *away("gs"),
    ),
)
ONCALL = Walk(
    "oncall",
    "roster",
    "go",
    r"(?s)\A ON CALL \w+ \d.*\? keys",
    (
        *MOVES,
        *gone("yast"),
        *APP,
        *PULLS,
        *GRID,
        *SHIFTS,
        *away("go"),
    ),
)
TECHNICIANS = Walk(
    "technicians",
    "roster",
    "gt",
    r"(?s)\A TECHNICIANS.*\? keys",
    (
        *MOVES,
        *gone("yaso"),
        *APP,
        *PULLS,
        *steps("tab,l,right,shift+tab,h,left"),
        Step("enter", r"Brandt, zone: UTC", ESCAPE),
        Step("e", r"Brandt, zone: UTC", ESCAPE),
        Step("n", "[>▸]skills +MISSING"),
        Step("y p", sends=COPIED),
        Step("a", "name of the technician: ", "Zoe\r", ends=r"(?s)[>▸] Zoe.*Zoe is of the team"),
        Step("f", "times in "),
        Step("s", "away from now.*is back", ESCAPE),
        Step("z", "nothing was written from here"),
        *away("gt"),
    ),
)
ROTATION = Walk(
    "rotation",
    "roster",
    "goe",
    r"(?s)\A ROTATION.*\? keys",
    (
        *MOVES,
        *gone("yasot"),
        *APP,
        *PULLS,
        Step("tab", r"rotation 2 of 2"),
        Step("enter", r"\n name: ", ESCAPE),
        Step("y", "nothing was changed"),
        Step("e", r"\n name: all day", "s\r"),
        Step("y", r"Keep all days as shown", answer="n"),
        Step("g q", "Leave what was changed", answer="n"),
        Step("q", "Leave what was changed", answer="y", ends=TITLES["o"]),
    ),
)
