"""`:sick NAME`, `:return NAME` and `:balance GROUP`: the commands that open a plan."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from helpdesk_tui.clock import local_zone
from helpdesk_tui.screens.acts.picker import Option, Picker
from helpdesk_tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from helpdesk_tui.desk.plans.plan import Draft, GroupOf
    from helpdesk_tui.domain.tickets import TicketRef

Plan = Callable[[], Awaitable[None]]


class PlanTyped(DeskScreen):
    """`say_WORD` answers `:WORD`."""

    _told: frozenset[TicketRef] = frozenset()
    """Watched tickets that the user knows of."""

    async def say_sick(self, rest: str) -> None:
        """A plan for what somebody holds, until a time if one is given; namesakes are told apart by their logins."""
        if not self._may_plan("sick NAME [until Fri 08:00]", rest):
            return
        rest, _, until = rest.partition(" until ")
        back = self._instant(until) if until.strip() else 0
        found = await self.desk.plan(lambda planner: planner.plans.called(rest))
        who: list[Option[Plan]] = [
            Option(partial(self._sick, one.person, back), f"{one.name} {one.load}", f"({logins})")
            for one, logins in found
        ]
        await self._one_of(who, f"nobody who works on tickets goes by {rest}; Tab after :sick shows them")

    def _instant(self, text: str) -> int:
        from helpdesk_tui.domain.roster.moments import instant_of

        return instant_of(text, local_zone(), self.now())

    async def _sick(self, person: str, back: int) -> None:
        self._open_plan(await self.desk.plan(lambda planner: planner.plans.sick(person, back)))

    async def say_return(self, rest: str) -> None:
        """What somebody who is back can have again."""
        if not self._may_plan("return NAME", rest):
            return
        found = await self.desk.plan(lambda planner: planner.returns.called(rest))
        who: list[Option[Plan]] = [Option(partial(self._back, name), name) for name in found]
        await self._one_of(who, f"no plan took anything off {rest}: nothing to give back")

    async def _back(self, name: str) -> None:
        self._open_plan(await self.desk.plan(lambda planner: planner.returns.back(name)))

    async def say_balance(self, rest: str) -> None:
        """What to move within a group."""
        if not self._may_plan("balance GROUP", rest):
            return
        found = await self.desk.plan(lambda planner: planner.plans.groups_called(rest))
        who: list[Option[Plan]] = [Option(partial(self._balance, group), group.name) for group in found]
        await self._one_of(who, f"no group goes by {rest}; Tab after :balance shows them")

    async def _balance(self, group: GroupOf) -> None:
        self._open_plan(await self.desk.plan(lambda planner: planner.plans.balance(group)))

    async def tell_watched(self) -> None:
        """Says once of each ticket that stayed with somebody who is away that its customer has written since."""
        found = await self.desk.plan(lambda planner: planner.returns.answered(), aside=True)
        fresh = [row for row in found if row.ref not in self._told]
        self._told = self._told | {row.ref for row in fresh}
        if fresh:
            which = ", ".join(f"{row.number} ({row.person} is away)" for row in fresh[:4])
            more = f" and {len(fresh) - 4} more" if len(fresh) > 4 else ""
            self.say(f"the customer has written: {which}{more}", "warn")

    def _may_plan(self, usage: str, rest: str) -> bool:
        if self.keymap.read_only:
            self.say(f"READ ONLY: {usage.split()[0]} is not possible here", "warn")
        elif not rest:
            self.say(usage, "warn")
        return bool(rest) and not self.keymap.read_only

    async def _one_of(self, found: Sequence[Option[Plan]], nobody: str) -> None:
        """Opens the only one, or asks which."""
        if not found:
            self.say(nobody, "warn")
        elif len(found) == 1:
            await found[0].value()
        else:
            picker: Picker[Plan] = Picker(self, "which", lambda option: option.value())
            picker.offer(found)

    def _open_plan(self, draft: Draft | None) -> None:
        if draft is None:
            self.say("nobody is known by that any more", "warn")
            return
        from helpdesk_tui.screens.plans.screen import PlanScreen

        self.app.push_screen(PlanScreen(self.desk, self.keymap, self.palette, draft=draft, now=self.now))
