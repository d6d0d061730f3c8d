"""Plans at the desk: making them, giving back, writing. What screens and commands hold."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from helpdesk_tui.clock import Now
from helpdesk_tui.desk.plans.back import Returns
from helpdesk_tui.desk.plans.duties import Duties
from helpdesk_tui.desk.plans.plan import Plans
from helpdesk_tui.desk.plans.team import TeamNotes
from helpdesk_tui.desk.plans.writing import PlanDesk
from helpdesk_tui.desk.roster.intents import RosterIntents
from helpdesk_tui.desk.roster.roster import Roster
from helpdesk_tui.desk.staff import Staff
from helpdesk_tui.desk.stores import StorePaths
from helpdesk_tui.domain.planning.cover import Cover
from helpdesk_tui.domain.ranking.values import Standing
from helpdesk_tui.paths import user_name

if TYPE_CHECKING:
    from helpdesk_tui.desk.intents import Intents
    from helpdesk_tui.desk.reads import Reads
    from helpdesk_tui.desk.roster.floor import RosterRules


class Planner:
    """`plans` makes plans, `returns` those that give back, `desk` writes them."""

    def __init__(
        self, paths: StorePaths, staff: Staff, reads: Reads, intents: Intents, *, now: Now, zone: tzinfo | None = None,
        rules: RosterRules | None = None,
    ) -> None:  # fmt: skip
        """`zone` is the user's, None the host's; `rules` are the settings' on rosters."""
        self._duties = Duties(Roster(paths, now=now, zone=getattr(zone, "key", ""), rules=rules))
        self.plans = Plans(staff, now=now, zone=zone, covers=self._covers)
        self.returns = Returns(staff, self.plans, now=now, zone=zone)
        self._now = now
        roster = RosterIntents(paths, now=now, by=user_name(), read_only=intents.read_only)
        team = TeamNotes(paths.team_db, roster, self._duties, now=now)
        self.desk = PlanDesk(
            reads.changes_for, intents.enqueue, self._duties, team, now=now, may_write=intents.may_write
        )

    def _covers(self, person: Standing, back_at: int) -> tuple[Cover, ...]:
        return self._duties.covers(person, self._now(), back_at)

    def close(self) -> None:
        """Lets go of what was opened for writing."""
        self.desk.close()
        self._duties.close()
