"""Changes in words for the outbox screen: what each asks for, where it stands, and the two sides of a conflict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from helpdesk_tui.desk.outbox.text import state_words
from helpdesk_tui.domain.changes import Change, ChangeState, Kind

Named = Callable[[str, str, str], str]
"""What a person or group is called: (owner or group, source, identifier) to name."""
_LABELS = {
    "note": "internal note",
    "reply": "PUBLIC reply",
    "tags+": "add tags",
    "tags-": "take tags away",
    "link": "link",
    "link_kind": "as",
    "priority_name": "priority",
}


class Side(NamedTuple):
    """A field of a conflict: what was seen, what we want, what the platform held when it came to sending."""

    field: str
    was: str
    yours: str
    now: str


def value_words(change: Change, name: str, value: str, named: Named) -> str:
    """A value as people read it."""
    if not value:
        return "nobody" if name == "owner" else "none"
    if name in ("owner", "group"):
        return named(name, change.source, value) or value
    return " ".join(value.split())


def label(name: str) -> str:
    """A field as people read it."""
    return _LABELS.get(name, name.replace("_", " "))


def asked(change: Change, named: Named) -> str:
    """What a change asks for: `owner Lee > Abiodun`, `internal note: call back`."""
    if change.closes:
        return f"MERGE into {change.desired['link']}, for good"
    parts = []
    for name, value in change.desired.items():
        words = value_words(change, name, value, named)
        if name in change.base and name in change.overwrites:
            words = f"{value_words(change, name, change.base[name], named)} > {words}"
            parts.append(f"{label(name)} {words}")
        else:
            parts.append(f"{label(name)}: {words}")
    return ", ".join(parts)


def where(change: Change, others: Sequence[Change], now: int, here: str) -> str:
    """Where it stands, the platform's own reason first where there is one."""
    words = state_words(change, others, now, here)
    if change.kind is Kind.OVERRIDE:
        words = f"on-call override; {words}"
    if change.undoes:
        words = f"takes an earlier one back; {words}"
    return words


def sides(change: Change, named: Named) -> list[Side]:
    """A conflict field by field."""
    found = []
    for name in change.overwrites:
        was, now = change.base.get(name, ""), change.theirs.get(name, change.base.get(name, ""))
        yours = value_words(change, name, change.desired[name], named)
        found.append(
            Side(label(name), value_words(change, name, was, named), yours, value_words(change, name, now, named))
        )
    return found


def both_note(change: Change, named: Named) -> str:
    """What is left of our side where theirs stays: the beginning of a note."""
    meant = ", ".join(
        f"{label(name)} {value_words(change, name, change.desired[name], named)}" for name in change.overwrites
    )
    return f"Meant {meant}; left as it is." if meant else ""


def in_order(changes: Sequence[Change]) -> list[Change]:
    """What needs the user first, then in the order in which it was decided."""
    return sorted(changes, key=lambda one: (not one.state.needs_user, one.seq))


def ways(change: Change) -> tuple[str, ...]:
    """Which decisions make sense: commands of the outbox by their last word. Only what it says can be edited."""
    found = {
        ChangeState.CONFLICT: ("theirs", "mine", "both", "edit"),
        ChangeState.REJECTED: ("retry", "edit", "discard"),
        ChangeState.ASK_USER: ("there", "retry", "discard"),
        ChangeState.QUEUED: ("undo", "discard", "edit"),
        ChangeState.APPLIED: ("undo",),
    }.get(change.state, ())
    return tuple(way for way in found if way != "edit" or change.says)
