"""How the keys of a screen are walked, and what every screen has in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

ANYTHING = ""
"""The screen must change, in whatever way; another ground will do."""
ESCAPE = "\x1b"
KEYS = {
    "down": "\x1b[B",
    "up": "\x1b[A",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "enter": "\r",
    "space": " ",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
}


class Step(NamedTuple):
    """A key as the keymap writes it, what is on the screen then, and what to type to be where the next step begins.

    `shows` is a pattern that is not on the screen before; `sends` one over the bytes that came, for what a screen does
    not show. `then` is typed at once, `answer` to a question, which takes no key in the first quarter of a second; that
    is over once `ends` is on the screen. A step without keys only does what leads on.
    """

    keys: str
    shows: str = ANYTHING
    then: str = ""
    answer: str = ""
    ends: str = ""
    sends: bytes | None = None


class Walk(NamedTuple):
    """A sitting: in which world, what to type from the list on, what is on the screen while nothing is open on it."""

    where: str
    world: str
    opening: str
    home: str
    steps: tuple[Step, ...]


def typed(keys: str) -> str:
    """What a terminal sends for a sequence of the keymap."""
    return "".join(
        KEYS.get(key) or (chr(ord(key[5]) - 96) if key.startswith("ctrl+") and len(key) == 6 else key)
        for key in keys.split()
    )


def steps(keys: str) -> Iterable[Step]:
    """Keys that move: each must change something."""
    return map(Step, keys.split(","))


MOVES = (*steps("j,k,down,up,G,g g,end,home,ctrl+d,ctrl+u,pagedown,pageup"),)
"""The keys that move and scroll, on a screen that is longer than the terminal."""
COPIED = rb"\x1b\]52;c;[A-Za-z0-9+/=]+\x07"
QUEUE = r"\A ( ?1 Triage|QUEUE)"
YANKS = (*(Step(keys, sends=COPIED) for keys in ("y k", "y u", "y t")),)
BY_NAME = Step("ctrl+p", "Commands: type a part", ESCAPE)
LINK = Step("o", r"\n https?://")
PULL = (Step("R", "asked "), LINK, Step("ctrl+r", "asked "), BY_NAME)
"""Asking the platforms, with another message between."""
SUSPEND = Step("ctrl+z", "no shell started the desk here")
QUIT = Step("ctrl+q", "Leave the desk", answer="n")
HELP = Step("?", "Keys that work here; q goes back", "q")
COMMAND = Step(":", r"\n :", ESCAPE)
APP = (HELP, Step("ctrl+l", sends=rb"(?s).{400}"), SUSPEND, QUIT, COMMAND)
PULLS = (Step("R", "asked "), SUSPEND, Step("ctrl+r", "asked "), BY_NAME)
"""The same where there is no ticket whose link could be shown."""
TITLES = {
    "a": r"\A SLA ",
    "s": r"\A SCHEDULE \w+ ",
    "o": r"\A ON CALL \w+ \d",
    "t": r"\A TECHNICIANS ",
    "y": r"\A (Outbox:|Platforms)",
}


def gone(letters: str) -> Iterable[Step]:
    """To other screens, and back with q."""
    return (Step(f"g {letter}", TITLES[letter], "q") for letter in letters)


ACTS = (
    Step("a", r"assign to [>▸]", ESCAPE),
    Step("s", r"(?s)solved.* status [>▸]", ESCAPE),
    Step("p", r"(?s)1 P1 .* priority [>▸]", ESCAPE),
    Step("m", r"move to [>▸]", ESCAPE),
    Step("c", r"INTERNAL NOTE, desk only", ESCAPE),
    Step("r", r"PUBLIC REPLY to ", ESCAPE),
    Step("u", r"PUBLIC UPDATE to ", ESCAPE),
    Step("!", r"escalate to [>▸]", ESCAPE),
    Step("x", r"\ACLOCKS ", "q"),
    Step("w", r"promised an update by \.\.", ESCAPE),
)
"""What can be done to a ticket on every screen that has some."""
AND_BACK = (
    Step("i", r"held 5 s, z takes it back"),
    Step("z", r"1 taken back unsent"),
    Step(".", r"held 5 s, z takes it back"),
    Step("z", r"1 taken back unsent"),
)
"""An act that asks nothing, and undoing it: z works wherever a line promises it."""
MORE_ACTS = (
    Step("t", r"(?s)vpn.* tag \(-x takes away\)", ESCAPE),
    Step("d", r"duplicate of [>▸]", ESCAPE),
    Step("M", r"(?s)1 Licence request.* macro [>▸]", ESCAPE),
    Step("e", r"\A EDIT ", "q"),
    *AND_BACK,
)
PROMPTS = (Step("g i", r"\n ticket ", ESCAPE),)
PAGE = r"(?s)\A (DESK-|INC|ZD-)\d.*\? keys"
"""A ticket on a page of its own."""


def away(opening: str) -> tuple[Step, ...]:
    """To the queue, and back to where the walk began; then back by q."""
    return (Step("g q", QUEUE, opening), Step("q", QUEUE))
