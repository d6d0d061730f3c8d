"""Plans at the desk: making them, giving back, writing. What screens and commands hold."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from helpdesk_tui.clock import Now
from helpdesk_tui.desk.plan_back import Returns
from helpdesk_tui.desk.plan_writing import PlanDesk
from helpdesk_tui.desk.plans import Plans
from helpdesk_tui.desk.staff import Staff
from helpdesk_tui.desk.stores import StorePaths

if TYPE_CHECKING:
    from helpdesk_tui.desk.intents import Intents
    from helpdesk_tui.desk.reads import Reads


class Planner:
    """`plans` makes plans, `returns` those that give back, `desk` writes them."""

    def __init__(
        self, paths: StorePaths, staff: Staff, reads: Reads, intents: Intents, *, now: Now, zone: tzinfo | None = None
    ) -> None:
        self.plans = Plans(staff, now=now, zone=zone)
        self.returns = Returns(staff, self.plans, now=now, zone=zone)
        self.desk = PlanDesk(paths.team_db, reads.changes_for, intents.enqueue, now=now, may_write=intents.may_write)

    def close(self) -> None:
        """Lets go of what was opened for writing."""
        self.desk.close()
