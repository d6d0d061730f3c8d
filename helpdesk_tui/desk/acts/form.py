"""The form of a ticket, or of several: every field that can be given, with what it holds now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from helpdesk_tui.desk.acts.act import Subject, Wish
from helpdesk_tui.desk.acts.wishes import Several
from helpdesk_tui.domain.changes import items
from helpdesk_tui.domain.choices import Choices, Demand

ORDER = ("title", "status", "priority", "group", "owner", "tags")
"""The fields that every ticket has, as they stand in the form and as they are written: an owner after a group, which
may take the owner away."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field: its name among changes (`demand` for those of the platform's own), label, what is shown as its value,
    and why it cannot be given ("" where it can)."""

    name: str
    label: str
    shown: str
    why_not: str = ""
    demand: Demand | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a field is to become: in words, and as a wish."""

    words: str
    wish: Wish


def form_fields(them: Sequence[Subject]) -> list[FormField]:
    """The fields of these tickets. A title is of one ticket; fields of the platform's own are those that all have,
    where the tickets are of one source and it was asked."""
    known = [one.choices for one in them if one.choices is not None]
    found = []
    for name in ORDER[len(them) > 1 :]:
        shown = _same([_value(one, name) for one in them])
        found.append(FormField(name, name, shown, _cannot(known, name) if len(known) == len(them) else ""))
    if len(known) == len(them) and len({one.row.source for one in them}) == 1:
        for demand in _shared(known):
            words = {choice.value: choice.word for choice in demand.choices}
            values = [one.values.get(demand.field, "") for one in them]
            shown = _same([", ".join(words.get(item, item) for item in items(value)) for value in values])
            label = demand.label or demand.field.replace("_", " ")
            found.append(FormField(demand.field, label.lower(), shown, _cannot(known, demand.field), demand))
    return found


def whole(given: Mapping[str, Given]) -> Wish | None:
    """Everything that was given as one wish; None for nothing."""
    names = sorted(given, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    wishes = tuple(given[name].wish for name in names)
    if len(wishes) < 2:
        return wishes[0] if wishes else None
    return Several(", ".join(wish.words for wish in wishes), wishes)


def _value(one: Subject, name: str) -> str:
    row = one.row
    return {
        "title": row.title,
        "status": row.status or str(row.state),
        "priority": f"P{row.priority}" if row.priority else "",
        "group": row.group,
        "owner": row.owner or "nobody",
        "tags": ", ".join(items(one.values.get("tags", ""))),
    }[name]


def _same(values: Sequence[str]) -> str:
    different = set(values)
    return (next(iter(different)) or "-") if len(different) == 1 else f"{len(different)} different"


def _cannot(known: Sequence[Choices], name: str) -> str:
    """Why none of them takes this; "" where one does."""
    names = ("tags+", "tags-") if name == "tags" else (name,)
    reasons = [next((one.cannot[each] for each in names if each in one.cannot), "") for one in known]
    return reasons[0] if reasons and all(reasons) else ""


def _shared(known: Sequence[Choices]) -> list[Demand]:
    """The platform's own fields that all of them have: what the priority is computed from, what goes with statuses,
    and what it told the values of."""
    each = [_own(one) for one in known]
    return [demand for name, demand in each[0].items() if all(name in other for other in each)] if each else []


def _own(choices: Choices) -> dict[str, Demand]:
    found: dict[str, Demand] = {}
    for demand in (*choices.computed, *(one for way in choices.transitions for one in way.demands)):
        if demand.fillable and (demand.choices or demand.field in choices.values):
            found.setdefault(demand.field, Demand(demand.field, demand.label, False, demand.choices, demand.many))
    for name in choices.values:
        found.setdefault(name, Demand(name, name.replace("_", " "), required=False))
    return {name: demand for name, demand in found.items() if name not in ORDER}
