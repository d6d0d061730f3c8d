"""Every key of the list, of the page of a ticket and of help, with what it must show."""

from __future__ import annotations

from .walks import ACTS, APP, ESCAPE, MORE_ACTS, MOVES, PAGE, PROMPTS, PULL, PULLS, QUEUE, YANKS, Step, Walk, gone

VIEWS = (
    "Triage",
    "At-risk",
    "Stalled",
    "Reopened",
    "Waiting|Customer waits",
    "All",
    "VIP",
    "Mine",
    "History|Closed too",
)
MARKED = r"[ >▸│][*✓] +[1-5] "
LAST = r"(?:\n>|│▸)[^\n]*\n[-─]"
"""The cursor of the list on the last row that is shown."""
DEEPER = r"SUMMARY.*\n(?!>|.*│▸)"
"""Not on the first."""


def row(number: int) -> str:
    """The cursor of the list on a row that is shown, from 1."""
    return rf"SUMMARY.*\n(?:.*\n){{{number - 1}}}(?:>|.*│▸)"


def view(digit: int) -> str:
    """A view of the list with as many tickets as its tab says."""
    name = VIEWS[digit - 1]
    return rf"(?s)(\A.* {digit} ({name})\S* (\d+).* 1 of \3 |QUEUE ▸ ({name}))"


LIST = Walk(
    "list",
    "desk",
    "",
    r"(?s)SUMMARY.*\? keys",
    (
        Step("j", row(2)),
        Step("k", row(1)),
        Step("down", row(2)),
        Step("up", row(1)),
        Step("G", LAST),
        Step("g g", row(1)),
        Step("end", LAST),
        Step("home", row(1)),
        Step("ctrl+d", DEEPER),
        Step("ctrl+u", row(1)),
        Step("pagedown", DEEPER),
        Step("pageup", row(1)),
        Step("n", row(2)),
        Step("N", row(1)),
        Step("P", r"[>▸] +1 ", "1gg"),
        Step("enter", PAGE, "q"),
        *PROMPTS,
        *gone("y"),
        Step("tab", "in the ticket"),
        Step("g q", r"(?s)^(?!.*in the ticket)"),
        Step("shift+tab", "in the (views|ticket)", "gq"),
        Step("/", r"\n /", ESCAPE),
        Step("S", "due  p priority", ESCAPE),
        Step("=", "none  g group", ESCAPE),
        Step(",", then=","),
        Step("J", view(2)),
        Step("K", view(1)),
        *(Step(str(digit), view(digit)) for digit in range(2, 10)),
        Step("1", r"TRIAGE \d+ left"),
        Step("f u", r"= unassigned =|QUEUE ▸ unassigned", "1"),
        Step("space", MARKED, "U"),
        Step("v", "range from here", "jv"),
        Step("U", "2 marks taken back"),
        Step("V", r"Mark all \d+ of this list\?", answer="n"),
        Step("*", "4 marked(, . of them not in this view)?: open", "U"),
        *YANKS,
        *PULL,
        *ACTS,
        *MORE_ACTS,
        *APP,
        *gone("asot"),
    ),
)
TICKET = Walk(
    "ticket",
    "desk",
    "\r",
    PAGE,
    (
        *MOVES,
        *PROMPTS,
        *gone("yasot"),
        *YANKS,
        *PULL,
        *ACTS,
        *MORE_ACTS,
        *APP,
        Step("P", r"\bP1\b"),
        Step("g q", QUEUE, "\r"),
        Step("q", QUEUE),
    ),
)
HELP_PAGE = Walk("help", "desk", "?", r"(?s)\A Keys that work here.*q back", (*MOVES, *APP[1:], Step("q", QUEUE)))
FORM = Walk(
    "form",
    "desk",
    "e",
    r"(?s)\A EDIT .*\? keys",
    (
        *MOVES,
        *gone("yasot"),
        *APP,
        *PULLS,
        Step("enter", r"\n title: ", ESCAPE),
        Step("y", "nothing was changed"),
        Step("e", r"\n title: ", " too\r", ends=r"1 changed, y writes"),
        Step("u", "as it is now"),
        Step("g q", QUEUE, "e"),
        Step("q", QUEUE),
    ),
)
