"""Acts made of several wishes: macros, with texts that each ticket fills, and escalations, with the facts they need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from helpdesk_tui.config.macros import MacroConfig, filled
from helpdesk_tui.desk.acts.act import Subject, Wanted, Wish
from helpdesk_tui.desk.acts.acting import Acting
from helpdesk_tui.desk.acts.wishes import STATES, Assign, Move, Priority, Say, Several, Status, Tags
from helpdesk_tui.domain.choices import Choice, Demand
from helpdesk_tui.domain.filters.names import fold
from helpdesk_tui.domain.ranking.candidate import Candidate
from helpdesk_tui.errors import UsageError

FACTS = (
    Demand("impact", "impact: who cannot do what"),
    Demand("tried", "tried so far"),
    Demand("evidence", "evidence: messages, logs, times"),
    Demand("who", "who to reach, and how"),
)
"""What somebody who is handed a ticket has to be told."""
RAISE = Demand("priority", "priority", required=False, choices=(Choice("1", "P1"), Choice("2", "P2")))


@dataclass(frozen=True, slots=True)
class MacroWish:
    """A macro on tickets; texts are filled by each."""

    macro: MacroConfig
    parts: tuple[Wish, ...]

    @property
    def words(self) -> str:
        """What is wanted."""
        return f"macro {self.macro.label}"

    @property
    def public(self) -> bool:
        """Whether it has a reply."""
        return bool(self.macro.reply)

    def of(self, subject: Subject) -> Wanted:
        """Everything at once."""
        values = places(subject)
        texts = [
            Say(filled(text, values), public)
            for text, public in ((self.macro.note, False), (self.macro.reply, True))
            if text
        ]
        return Several(self.words, (*self.parts, *texts)).of(subject)


def places(subject: Subject) -> dict[str, str]:
    """What a ticket puts into the places of a text."""
    row = subject.row
    return {
        "number": subject.number,
        "title": row.title,
        "requester": subject.requester,
        "owner": row.owner.rstrip("^"),
        "group": row.group.rstrip("^"),
        "status": row.status.rstrip("^"),
        "priority": str(row.priority or ""),
        "platform": row.badge,
    }


def macro_wish(
    macro: MacroConfig, acting: Acting, people: Mapping[str, Candidate], sources: frozenset[str]
) -> MacroWish:
    """A macro with its names looked up; `people` are by folded name. Raises UsageError for a name nobody has."""
    parts: list[Wish] = []
    if macro.status:
        state = STATES.get(macro.status.lower())
        parts.append(Status(state) if state else Status(status=macro.status))
    if macro.priority:
        parts.append(Priority(macro.priority))
    if macro.group:
        group = next((one for one in acting.groups(sources) if fold(one.name) == fold(macro.group)), None)
        if group is None:
            raise UsageError(f"macro {macro.name}: there is no group {macro.group}")
        parts.append(Move(group.name, group.keys, acting.members(group) if not macro.owner else {}))
    if macro.owner == "me":
        parts.append(Assign("you", acting.me()))
    elif macro.owner == "nobody":
        parts.append(Assign("", nobody=True))
    elif macro.owner:
        found = people.get(fold(macro.owner))
        if found is None:
            raise UsageError(f"macro {macro.name}: nobody is called {macro.owner}")
        parts.append(Assign(found.name, found.owners))
    if macro.tags or macro.untags:
        parts.append(Tags(macro.tags, macro.untags))
    return MacroWish(macro, tuple(parts))


def escalation(to: Wish, name: str, facts: Mapping[str, str]) -> Several:
    """To a tier, a manager or whoever is on call, with the facts as an internal note, all or nothing."""
    told = [f"Escalated to {name}."]
    told += [f"{one.field.capitalize()}: {facts[one.field]}" for one in FACTS if facts.get(one.field)]
    raised = [Priority(int(facts["priority"]))] if facts.get("priority", "").isdigit() else []
    return Several(f"escalate to {name}", (to, *raised, Say("\n".join(told))))
