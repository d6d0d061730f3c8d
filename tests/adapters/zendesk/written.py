"""What the tests of writing to Zendesk share: tickets, changes, and a write as the sender does it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from helpdesk_tui.domain.changes import Change, Kind, Op
from helpdesk_tui.sandbox.zendesk import Settings
from helpdesk_tui.sandbox.zendesk.settings import OwnField

A, B = "01976f00-0000-7000-8000-00000000000a", "01976f00-0000-7000-8000-00000000000b"
CODE = OwnField(4711, "tagger", "Resolution code", True, ("fixed", "workaround"))
OTHERS = (
    OwnField(4712, "checkbox", "Spare used"),
    OwnField(4713, "multiselect", "Sites", False, ("lyon", "paris")),
    OwnField(4714, "date", "Visit"),
)


def a_ticket(floor: Any, place: int = 0, **wanted: Any) -> Any:
    wanted = {"state": "open", "kind": "incident", **wanted}
    fits = [
        t for t in floor.open_now().values() if t.owner and all(getattr(t, name) == v for name, v in wanted.items())
    ]
    return sorted(fits, key=lambda t: t.n)[place]


def change(floor: Any, truth: Any, base: Any = None, ident: str = A, **desired: str) -> Change:
    return Change(
        id=ident,
        seq=1,
        source="zd",
        kind=Kind.TICKET,
        key=str(truth.n),
        field=next(iter(desired)),
        op=Op.SET,
        desired=desired,
        base=base or {},
        first_sent_at=floor.clock.now(),
    )


async def write(adapter: Any, one: Change) -> Any:
    """Look and write, as the sender does."""
    seen = await adapter.look(one.key, fields=one.overwrites)
    return await adapter.write(one, seen)


def colleague(floor: Any, truth: Any, place: int = 0) -> int:
    people = floor.world.people
    found: int = [
        uid for uid, person in people.items() if uid != truth.owner and truth.group in person.groups and person.active
    ][place]
    return found


def said(truth: Any, kind: str, text: str) -> int:
    return sum(event.kind == kind and event.text == text for event in truth.events)


def settle(floor: Any, **given: Any) -> None:
    floor.account.settings = replace(Settings(), **given)
