"""Transitions: which there are for an issue now, what each demands, and which one is meant.

A state is changed by nothing else. What there is depends on the account and on the present status, so it is asked for
each time. Screens are not enforced for programs: an issue that is done without a resolution stays unresolved, and its
clocks and queues go on holding it. So a resolution that is on the screen counts as demanded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from helpdesk_tui.adapters.base import BadRecord
from helpdesk_tui.adapters.jira.asking import parsed
from helpdesk_tui.adapters.jira.profile import Profile
from helpdesk_tui.adapters.jira.site import Site, rows
from helpdesk_tui.adapters.jira.values import can_write, choices_of
from helpdesk_tui.adapters.jira.wire import FieldMeta, Transition
from helpdesk_tui.domain.choices import Choice, Demand
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.errors import Garbled, Refused

DONE = "done"
RESOLUTION = "resolution"
NAMES = {"assignee": "owner", "summary": "title", "priority": "priority_name", "labels": "tags+"}
"""Fields that have a name in the vocabulary of changes."""
_NOT_ASKED = frozenset({"comment", "worklog", "attachment", "issuelinks", "timetracking"})


async def offered(site: Site, key: str) -> list[Transition]:
    """The transitions there are for this account now, with their screens."""
    data = await site.get(f"issue/{key}/transitions", {"expand": "transitions.fields"})
    bad: list[BadRecord] = []
    found = parsed(Transition, rows(data, "transitions"), bad)
    if bad:
        raise Garbled("the site offers a transition that cannot be read")
    return [one for one in found if one.available]


def demands(way: Transition, held: Mapping[str, str], source: str) -> tuple[Demand, ...]:
    """What a transition asks for, with `held`, what the fields hold now by their identifiers: what is filled already
    is not demanded again."""
    found = []
    for fid, meta in way.fields.items():
        required = (meta.required or _leaves_unresolved(way, fid)) and not meta.has_default and not held.get(fid)
        if fid in _NOT_ASKED and not required:
            continue
        fillable = fid not in _NOT_ASKED and can_write(meta.shape) and not _only_picked(fid, meta)
        chosen = tuple(Choice(*pair) for pair in choices_of(meta.allowed, source)) if fillable else ()
        many = meta.shape.type == "array"
        found.append(Demand(NAMES.get(fid, fid), meta.name or fid, required, chosen, many, fillable))
    return tuple(found)


def _only_picked(fid: str, meta: FieldMeta) -> bool:
    """Whether a field takes people or groups of which the screen gives no list: nobody knows their identifiers."""
    return fid not in NAMES and not meta.allowed and bool({meta.shape.type, meta.shape.items} & {"user", "group"})


def _leaves_unresolved(way: Transition, fid: str) -> bool:
    return fid == RESOLUTION and way.to.category.key == DONE


def missing(way: Transition, given: Collection[str], held: Mapping[str, str]) -> list[Demand]:
    """What a transition demands and a change does not give, by the names of the vocabulary or of the platform."""
    there = {name.casefold() for name in given}
    return [
        one
        for one in demands(way, held, "")
        if one.required and not there & {one.field.casefold(), one.label.casefold()}
    ]


def pick(
    ways: Sequence[Transition], desired: Mapping[str, str], profile: Profile, held: Mapping[str, str]
) -> Transition:
    """The transition that a change means: into the status it names, or into what means the state it wants. Of several,
    the one that demands least beyond what is given, and of those the first. Raises Refused in words."""
    if "status" in desired:
        wanted = desired["status"]
        fitting = [one for one in ways if one.to.name.casefold() == wanted.casefold()]
    else:
        wanted = desired["state"]
        fitting = [one for one in ways if profile.state(one.to) is State(wanted)]
    if not fitting:
        raise Refused(f"no transition leads to “{wanted}” from here; there are {_words(ways)}")
    best = min(fitting, key=lambda one: len(missing(one, desired, held)))
    lacking = missing(best, desired, held)
    if lacking:
        raise Refused(f"“{best.name}” demands {'; '.join(map(_asked, lacking))}")
    return best


def _words(ways: Iterable[Transition]) -> str:
    named = ", ".join(f"{one.to.name} ({one.name})" for one in ways)
    return named or "none for this account"


def _asked(demand: Demand) -> str:
    if not demand.fillable:
        return f"{demand.label}, which cannot be given from here"
    some = ", ".join(choice.word for choice in demand.choices[:8])
    return f"{demand.label} ({some}{', …' if len(demand.choices) > 8 else ''})" if some else demand.label


def on_screen(way: Transition, name: str) -> tuple[str, FieldMeta] | None:
    """The field of a transition's screen that goes by a name."""
    for fid, meta in way.fields.items():
        if name == fid or name.casefold() == meta.name.casefold():
            return fid, meta
    return None


def body(way: Transition, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The request that takes a transition."""
    found: dict[str, Any] = {"transition": {"id": way.id}}
    return found | {"fields": dict(fields)} if fields else found
