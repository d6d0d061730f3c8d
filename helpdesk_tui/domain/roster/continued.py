"""Carrying a rotation on when its members change: whose turn it is now stays theirs."""

from __future__ import annotations

from dataclasses import replace

from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.rotations import Rotation, TurnState


def continued(before: Layer, after: Layer, now: int) -> Layer:
    """The layer as it is to be, with the turn that runs at `now` written down where its members are others.

    Where whoever is on leaves, the count goes on with who comes next in the old order and is still there.
    """
    same = _rule(before.rotation) == _rule(after.rotation) and before.restriction == after.restriction
    old = [(one.turn, one.person) for one in before.rotation.members if one.valid_to is None or one.valid_to > now]
    new = [(one.turn, one.person) for one in after.rotation.members]
    if not same or old == new:
        return after
    epoch = before.roll.epoch(now)
    if not epoch.people:
        return after
    on = before.roll.who(now)
    place = epoch.people.index(on) if on in epoch.people else 0
    for step in range(len(epoch.people)):
        people = epoch.people[(place + step) % len(epoch.people)]
        turns = [turn for turn, person in new if person in people]
        if turns:
            state = TurnState(now, turns[0])
            return replace(after, rotation=replace(after.rotation, states=(*after.rotation.states, state)))
    return after


def _rule(rotation: Rotation) -> tuple[object, ...]:
    return rotation.zone, rotation.unit, rotation.length, rotation.anchor, rotation.advance
