"""An exception of a platform's schedule as a change for the outbox: the one way there, for rosters and plans alike."""

from __future__ import annotations

from helpdesk_tui.desk.roster.cover import Step, account_of
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.intents import override_change
from helpdesk_tui.domain.changes import Change


def change_of(floor: Floor, step: Step, now: int, *, batch: str = "", account: str = "") -> Change:
    """The write of one step, on what stands there now. `account` is in whose name it goes, "" for whoever is signed in.

    "" as the step's person takes the exception away.
    """
    person = account_of(floor, step.line.source, step.person) if step.person else ""
    return override_change(
        step.line.source, step.slot, person, standing_override(floor, step), now=now, label=step.line.name,
        batch=batch, account=account,
    )  # fmt: skip


def standing_override(floor: Floor, step: Step) -> str:
    """Who a platform's override of exactly this span puts on now, by its identifier; "-" nobody, "" no override."""
    slot = step.slot
    for one in floor.cached.told.overrides:
        same = (one.source, one.schedule, one.start, one.end) == (
            step.line.source, slot.schedule, slot.start, slot.end,
        )  # fmt: skip
        if same and tuple(sorted(one.rotations)) == tuple(sorted(slot.rotations)):
            return one.person or "-"
    return ""
