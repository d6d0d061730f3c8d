"""A ticket in a plan, what is to become of it, and what asks for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from helpdesk_tui.domain.ranking.values import Case


class Mark(StrEnum):
    """What must not happen silently; the value is what is shown."""

    FULL = "FULL"
    """They would hold as much as they can."""
    OVER = "OVER"
    """They would hold more than they can."""
    UNSKILLED = "NO SKILL"
    """They have none of the skills it takes."""
    NOBODY = "NOBODY"
    """There is nobody to propose."""
    UNFIT = "!"
    """Something speaks against them: absent, off shift, not in the group."""


@dataclass(frozen=True, slots=True)
class Item:
    """A ticket to be planned for. `holder` is the person who has it now, `waits` what it waits for (customer, hold,
    paused, "" for us): such tickets stay where they are unless somebody says otherwise. `clocked` says whether any
    clock is on it, `begun` whether somebody has begun."""

    case: Case
    number: str
    title: str
    priority: int = 0
    badge: str = ""
    holder: str = ""
    waits: str = ""
    clocked: bool = True
    begun: bool = True

    @property
    def place(self) -> tuple[bool, bool, int, int, str, str, str]:
        """The order of plans: what waits last, then the soonest due, the most urgent, the number."""
        case = self.case
        return (
            bool(self.waits), not case.due_at, case.due_at, self.priority or 9, self.number, case.ref.source,
            case.ref.key,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to become of a ticket: it goes to the person `to`, or stays ("").

    `lost` says that nobody could be proposed; `lacking` and `unfit` what speaks against the chosen one; `settled` that
    the user decided it.
    """

    to: str = ""
    why: str = ""
    lost: bool = False
    lacking: bool = False
    unfit: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a plan: `before` and `after` are the open tickets of whom it goes to when all lines above are done.

    `name` is "" where it stays.
    """

    item: Item
    choice: Choice
    name: str = ""
    before: int = 0
    after: int = 0
    capacity: int = 0
    marks: tuple[Mark, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether it goes to somebody."""
        return bool(self.choice.to)

    @property
    def needs_you(self) -> bool:
        """Whether something is marked on it and the user has not decided it."""
        return bool(self.marks) and not self.choice.settled

    @property
    def load(self) -> str:
        """What they hold before: `4/12`, or `4` where no capacity is told."""
        return (f"{self.before}/{self.capacity}" if self.capacity else str(self.before)) if self.moves else ""

    @property
    def why(self) -> str:
        """Why; where something is marked only the skill is told beside it, so that the mark is never cut off."""
        if not self.marks or not self.choice.to:
            return self.choice.why
        parts = [self.choice.why.split(", ")[0]]
        if Mark.OVER in self.marks or Mark.FULL in self.marks:
            parts.append(f"{self.before}->{self.after} {Mark.OVER if Mark.OVER in self.marks else Mark.FULL}")
        if Mark.UNSKILLED in self.marks:
            parts.append(Mark.UNSKILLED.value)
        if Mark.UNFIT in self.marks:
            parts.append(self.choice.why.split(", ")[-1])
        return ", ".join(parts)
