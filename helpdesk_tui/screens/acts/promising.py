"""When the next update comes, as a public text tells it: asked for under review, and kept as a clock (U) with the text.

The text is where the promise stands, for that is what the customer reads. Its clock follows the change that carries the
text: it is over if the text is taken back, and the next public update keeps it once the platform shows one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from helpdesk_tui.domain.choices import Demand
from helpdesk_tui.domain.told_time import SENTENCE, promised_in, with_promise, without_promise, written
from helpdesk_tui.domain.when import read_when
from helpdesk_tui.errors import HelpdeskError, UsageError

if TYPE_CHECKING:
    from helpdesk_tui.desk.clocks.clocks import Clocks
    from helpdesk_tui.desk.desk import Desk
    from helpdesk_tui.domain.changes import Change
    from helpdesk_tui.screens.acts.compose import Compose, Text

ASKED = Demand("next", "next update by (30m, 14:30, tomorrow 9:00; empty for none)", required=False)


def review_words(changes: Sequence[Change], now: int, sentence: str) -> str:
    """What the texts promise, for the one who reads them before they go."""
    times = {promised_by(change, now, sentence) for change in changes if "reply" in change.desired}
    promised = sorted(times - {0})
    if not promised:
        return "next update: none"
    return f"next update by {written(promised[0], now)}" + (" and later" if len(promised) > 1 else "")


def promised_by(change: Change, now: int, sentence: str) -> int:
    """By when a change's public text promises the next update; 0 for none."""
    promised = promised_in(change.desired.get("reply", ""), now, sentence=sentence or SENTENCE)
    return promised.at if promised else 0


async def keep_promises(desk: Desk, changes: Sequence[Change], now: int) -> str:
    """Keeps a clock for each promise; what came of it, "" where nothing was promised. Raises UsageError where the texts
    are on their way and their clocks could not be kept."""
    due = [(change, at) for change in changes if (at := promised_by(change, now, desk.next_update))]
    if not due:
        return ""

    def keep(clocks: Clocks) -> None:
        for change, at in due:
            clocks.promise(change.ref, change.number, at, change=change.id)

    try:
        await desk.change_clocks(keep)
    except HelpdeskError as error:
        raise UsageError(f"the text goes, its clock is not kept (w p keeps one): {error}") from error
    by = written(min(at for _, at in due), now)
    many = f" on {len(due)} tickets" if len(due) > 1 else ""
    return f"public text{many}, next update by {by} (clock U)"


async def ask_next(screen: Compose, text: Text) -> None:
    """Asks by when the next update comes, and has the text say so; an empty answer takes that sentence away."""
    now, sentence = screen.now(), screen.desk.next_update or SENTENCE
    told = promised_in(text.text, now, sentence=sentence)
    title, known = ASKED.label, written(told.at, now) if told else ""
    while typed := await screen.ask_value(title, ASKED, known):
        try:
            text.text = with_promise(text.text, read_when(typed, now), now, sentence=sentence)
        except UsageError as error:
            title, known = f"{str(error).partition(';')[0]}; {ASKED.label}", typed
        else:
            return
    if typed is not None:
        text.text = without_promise(text.text, now, sentence=sentence)
