"""Every key of the outbox and of one change of it, with what it must show."""

from __future__ import annotations

from .walks import APP, MOVES, PULLS, QUEUE, TITLES, Step, Walk, away, gone

FIRST = "k" * 8
"""To the first change: one that was decided moves down, and the cursor with it."""
UNDECIDED = r"\n[>▸] [!≠] "
SOURCES = Walk(
    "sources",
    "outbox",
    "gy",
    r"(?s)\A Outbox:.*\? keys",
    (
        *MOVES,
        *gone("asot"),
        *APP,
        *PULLS,
        Step("enter", r"\A REFUSED", "q"),
        Step("x", "Give up this text", answer="y", ends=": given up"),
        Step("t", "theirs is kept"),
        Step("m", "ours is sent over theirs", FIRST, ends=UNDECIDED),
        Step("b", r"internal note beside theirs: .*left as it is", "\r", ends="theirs is kept, ours is added"),
        Step("r", ": sent again", FIRST, ends=UNDECIDED),
        Step("e", r"\n internal note: Called them\.", " Again.\r", ends="edited; it is sent in its place"),
        Step("i", "taken for done"),
        Step("o", "1 taken over from jump2"),
        Step("z", "taken back"),
        *away("gy"),
    ),
)
CONFLICT = Walk(
    "conflict",
    "outbox",
    "gy\r",
    r"(?s)\A (REFUSED|CONFLICT|CHECK|WAITING).*\? keys",
    (
        *MOVES,
        *gone("asot"),
        *APP,
        *PULLS,
        Step("s", TITLES["y"], "\r"),
        Step("x", "Give up this text", answer="y", ends=": given up"),
        Step("", then="\r", ends=r"\A CONFLICT"),
        Step("t", "theirs is kept", "\r"),
        Step("m", "ours is sent over theirs", FIRST + "\r"),
        Step("b", r"internal note beside theirs: .*left as it is", "\r", ends="theirs is kept, ours is added"),
        Step("", then="\r", ends=r"\A REFUSED"),
        Step("r", ": sent again", FIRST + "\r"),
        Step("e", r"\n internal note: Called them\.", " Again.\r", ends="edited; it is sent in its place"),
        Step("", then="\r", ends=r"\A CHECK"),
        Step("i", "taken for done", "\r"),
        Step("o", "1 taken over from jump2", "\r"),
        Step("z", "taken back", "\r"),
        Step("g q", QUEUE, "gy\r"),
        Step("q", TITLES["y"]),
    ),
)
