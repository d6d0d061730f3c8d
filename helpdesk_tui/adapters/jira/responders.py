"""Duties of a team or an escalation, as the people they come to.

A timeline names people for what is over; for what is to come it names the team. Who that is the platform tells for one
instant at a time, and it is asked for the near days only: for the moment in which each duty begins, or for now. Where
it tells nobody, the duty stays the team's, and says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from helpdesk_tui.domain.roster.told import ToldDuty

WORDS = {"team": "a team, people not told", "escalation": "an escalation, people not told"}
"""What a duty is called of which nobody knows whom it comes to, by the kind of its responder."""
NEAR = 14 * 86_400
"""How far ahead people are asked for, seconds."""
MOST = 12
"""So many instants of a schedule are asked about in one reading."""


async def with_people(
    duties: Sequence[ToldDuty], now: int, ask: Callable[[int], Awaitable[Sequence[Mapping[str, Any]]]]
) -> list[ToldDuty]:
    """The duties with those of teams near `now` given to their people; `ask` gives the tree of who is on at an
    instant."""
    instants = sorted({max(one.start, now) for one in duties if _is_open(one, now)})[:MOST]
    trees = {at: await ask(at) for at in instants}
    return [each for one in duties for each in _given(one, trees.get(max(one.start, now), ()), now)]


def _is_open(duty: ToldDuty, now: int) -> bool:
    return duty.name in WORDS.values() and duty.end > now and duty.start < now + NEAR


def _given(duty: ToldDuty, tree: Sequence[Mapping[str, Any]], now: int) -> Iterator[ToldDuty]:
    people = dict.fromkeys(_people(tree, duty.person)) if _is_open(duty, now) else {}
    if not people:
        yield duty
        return
    if duty.start < now:
        yield replace(duty, end=now)
    for person in people:
        yield replace(duty, person=person, name="", start=max(duty.start, now))


def _people(tree: Iterable[Any], responder: str, within: bool = False) -> Iterator[str]:
    """The people below a responder, wherever in the tree it stands."""
    for one in tree:
        if not isinstance(one, Mapping):
            continue
        mine = within or str(one.get("id") or "") == responder
        if mine and one.get("type") == "user" and one.get("id"):
            yield str(one["id"])
        yield from _people(one.get("onCallParticipants") or (), responder, mine)
