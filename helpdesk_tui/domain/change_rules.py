"""What becomes of a change: the table of states and outcomes, what blocks what, and what may be joined or taken back.

Everything here is a value or a pure function; who calls it stores the result with `UPDATE … WHERE state = <expected>`.
Instants and durations are integer seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

from helpdesk_tui.domain.changes import APPENDING, Change, ChangeState, items

HOLD = 5
"""A change is held so long from its commit: until then it is undone for free."""
LEASE = 60
"""A sender that has said nothing for so long is gone, and what it sent is uncertain."""
SETTLE = 10
"""So long after an answer was lost the platform may still be at work on the request: nobody looks before."""
TOO_OLD = 86_400
"""What has waited so long is not sent unasked: the world has moved on."""
KEPT = 30 * 86_400
"""How long what is over stays readable."""
ROUNDS = 8
"""So many attempts may end uncertain before the change counts as refused."""
LOOKS = 8
"""So many looks may find nothing out before the user is asked."""
PAUSES = (2, 5, 15, 60, 120, 300)
"""Seconds to the next attempt or look after the first, second … that came to nothing."""


class Outcome(StrEnum):
    """What can happen to a change."""

    CLAIMED = "claimed for sending"
    SAID_YES = "the platform said yes"
    SAID_NO = "the platform said no"
    MOVED = "the field moved under us"
    NOT_DONE = "surely not done; later"
    NO_SIGN_IN = "the sign-in was refused"
    NOBODY_KNOWS = "it may have been done"
    DIED = "the sender ended meanwhile"
    FOUND = "it is on the platform"
    ABSENT = "it is not on the platform"
    CANNOT_TELL = "the platform does not tell"
    GAVE_UP = "it cannot be found out"
    TOO_OFTEN = "too many attempts came to nothing"
    GREW_OLD = "it waited too long"
    SEEN = "the pull shows it"
    KEEP_MINE = "the user keeps theirs own"
    KEEP_THEIRS = "the user takes the other's"
    IT_IS_THERE = "the user found it there"
    AGAIN = "the user wants it sent again"
    DISCARD = "the user gave it up"
    REPLACED = "another change stands in its place"
    RESTORED = "the change that stood in its place was undone"
    BATCH_BROKE = "another of its batch was refused"


S, O = ChangeState, Outcome  # noqa: E741

TABLE: Mapping[tuple[ChangeState, Outcome], ChangeState] = {
    (S.QUEUED, O.CLAIMED): S.SENDING,
    (S.QUEUED, O.MOVED): S.CONFLICT,
    (S.QUEUED, O.SAID_NO): S.REJECTED,
    (S.QUEUED, O.FOUND): S.APPLIED,
    (S.QUEUED, O.NOT_DONE): S.QUEUED,
    (S.QUEUED, O.NO_SIGN_IN): S.QUEUED,
    (S.QUEUED, O.GREW_OLD): S.ASK_USER,
    (S.QUEUED, O.DISCARD): S.DISCARDED,
    (S.QUEUED, O.REPLACED): S.SUPERSEDED,
    (S.QUEUED, O.BATCH_BROKE): S.DISCARDED,
    (S.SENDING, O.SAID_YES): S.APPLIED,
    (S.SENDING, O.SAID_NO): S.REJECTED,
    (S.SENDING, O.MOVED): S.CONFLICT,
    (S.SENDING, O.NOT_DONE): S.QUEUED,
    (S.SENDING, O.NO_SIGN_IN): S.QUEUED,
    (S.SENDING, O.NOBODY_KNOWS): S.UNCERTAIN,
    (S.SENDING, O.DIED): S.UNCERTAIN,
    (S.UNCERTAIN, O.FOUND): S.APPLIED,
    (S.UNCERTAIN, O.ABSENT): S.QUEUED,
    (S.UNCERTAIN, O.MOVED): S.CONFLICT,
    (S.UNCERTAIN, O.CANNOT_TELL): S.UNCERTAIN,
    (S.UNCERTAIN, O.NOT_DONE): S.UNCERTAIN,
    (S.UNCERTAIN, O.GAVE_UP): S.ASK_USER,
    (S.UNCERTAIN, O.TOO_OFTEN): S.REJECTED,
    (S.APPLIED, O.SEEN): S.CONFIRMED,
    (S.CONFLICT, O.KEEP_MINE): S.QUEUED,
    (S.CONFLICT, O.KEEP_THEIRS): S.DISCARDED,
    (S.CONFLICT, O.DISCARD): S.DISCARDED,
    (S.CONFLICT, O.REPLACED): S.SUPERSEDED,
    (S.CONFLICT, O.BATCH_BROKE): S.DISCARDED,
    (S.REJECTED, O.AGAIN): S.QUEUED,
    (S.REJECTED, O.DISCARD): S.DISCARDED,
    (S.REJECTED, O.REPLACED): S.SUPERSEDED,
    (S.ASK_USER, O.IT_IS_THERE): S.CONFIRMED,
    (S.ASK_USER, O.AGAIN): S.QUEUED,
    (S.ASK_USER, O.DISCARD): S.DISCARDED,
    (S.ASK_USER, O.REPLACED): S.SUPERSEDED,
    (S.SUPERSEDED, O.RESTORED): S.QUEUED,
}
"""Every move there is. What is not in it cannot happen, and whoever tries gets a KeyError."""


def after(state: ChangeState, outcome: Outcome) -> ChangeState | None:
    """The state that an outcome leads to; None where it has no meaning in this state."""
    return TABLE.get((state, outcome))


LANES = {
    "status": "state",
    "resolution": "state",
    "close_code": "state",
    "close_notes": "state",
    "hold_reason": "state",
    "priority_name": "priority",
    "impact": "priority",
    "urgency": "priority",
}
"""Names that decide the same thing; others stand for themselves."""


def lanes(change: Change) -> frozenset[str]:
    """What a change overwrites, for telling whether another has to wait for it."""
    return frozenset(LANES.get(name, name) for name in change.overwrites)


def waits(change: Change, ahead: Iterable[Change]) -> bool:
    """Whether a change has to wait for unfinished ones of the same target that were decided before it (in order).

    Order is kept: whatever may still be sent goes first. But what waits for the user, and what waits behind that, holds
    up only those that decide the same field, so that a note never waits for a quarrel about the owner. What closes the
    ticket for good waits for all of it: after that nothing could be decided.
    """
    stuck: set[str] = set()
    for earlier in ahead:
        if change.closes and earlier.state.needs_user:
            return True
        if earlier.state.needs_user or (earlier.state is S.QUEUED and lanes(earlier) & stuck):
            stuck |= lanes(earlier)
        elif earlier.state in (S.QUEUED, S.SENDING, S.UNCERTAIN):
            return True
    return bool(lanes(change) & stuck)


def heads(changes: Iterable[Change]) -> list[Change]:
    """Of unfinished changes, the queued ones that wait for no other. Their time may not have come yet."""
    before: dict[tuple[str, str, str], list[Change]] = {}
    found = []
    for change in sorted(changes, key=lambda one: one.seq):
        ahead = before.setdefault(change.target, [])
        if change.state is S.QUEUED and not waits(change, ahead):
            found.append(change)
        ahead.append(change)
    return found


def waiting_behind(change: Change, changes: Iterable[Change]) -> int:
    """How many queued changes cannot go before this one is settled."""
    later = (one for one in changes if one.target == change.target and one.seq > change.seq)
    return sum(one.state is S.QUEUED and waits(one, [change]) for one in later)


def pause(times: int) -> int:
    """Seconds until the next try after so many."""
    return PAUSES[min(max(times, 1), len(PAUSES)) - 1]


def is_too_old(change: Change, now: int) -> bool:
    """Whether the user has to say again that this is still meant."""
    return now - change.meant_at > TOO_OLD


def joins(earlier: Change, later: Change) -> bool:
    """Whether a change may stand in the place of the one decided just before it on the same target.

    Both overwrite the same fields, and the earlier was never tried. The caller makes sure that nothing, and no comment,
    stands between them.
    """
    return (
        earlier.target == later.target
        and earlier.state is S.QUEUED
        and earlier.attempts == 0
        and earlier.first_sent_at == 0
        and not earlier.batch
        and not later.batch
        and earlier.actor == later.actor
        and earlier.host == later.host
        and set(earlier.desired) == set(later.desired)
        and not set(later.desired) & APPENDING
    )


def joined(earlier: Change, later: Change) -> Change:
    """The later change with what was seen before either: that is what the platform still shows."""
    return replace(
        later,
        base=dict(earlier.base),
        base_version=earlier.base_version,
        seen_at=earlier.seen_at,
        replaces=earlier.id,
    )


def compensation(change: Change, ident: str, now: int) -> Change | None:
    """The change that takes this one back; None where it only appended: what was said cannot be unsaid.

    Its base is what we wrote, so that it overwrites nobody who came after. Tags that were there before stay.
    """
    wanted = {name: change.base[name] for name in change.overwrites if name in change.base}
    had = {tag.casefold() for tag in items(change.base.get("tags", ""))}
    add, drop = items(change.desired.get("tags+", "")), items(change.desired.get("tags-", ""))
    if gone := [tag for tag in add if tag.casefold() not in had]:
        wanted["tags-"] = "\n".join(gone)
    if back := [tag for tag in drop if "tags" not in change.base or tag.casefold() in had]:
        wanted["tags+"] = "\n".join(back)
    if not wanted:
        return None
    return Change(
        id=ident,
        seq=0,
        source=change.source,
        kind=change.kind,
        key=change.key,
        number=change.number,
        field=change.field if change.field in wanted else next(iter(wanted)),
        op=change.op,
        desired=wanted,
        base={name: change.desired[name] for name in wanted if name in change.desired and name not in APPENDING},
        seen_at=now,
        actor=change.actor,
        host=change.host,
        undoes=change.id,
        created_at=now,
        meant_at=now,
    )


def without_overwriting(change: Change, ident: str, now: int) -> Change | None:
    """What of a change in conflict can go all the same: its note, reply, tags and links; None where it has none."""
    rest = {name: value for name, value in change.desired.items() if name in APPENDING}
    if not rest:
        return None
    return replace(fresh(change, ident, now), desired=rest, base={}, field=next(iter(rest)))


def fresh(change: Change, ident: str, now: int) -> Change:
    """The same wish as a change of its own, never tried."""
    return replace(
        change,
        id=ident,
        seq=0,
        state=S.QUEUED,
        attempts=0,
        looks=0,
        first_sent_at=0,
        lease_until=0,
        marker="",
        words="",
        theirs={},
        theirs_by="",
        done_at=0,
        created_at=now,
        meant_at=now,
        not_before=now,
        replaces=change.id,
    )
