"""Why a ticket is not getting on, in words, from what the cache and the roster know; the gravest reason first.

Nothing is said of why somebody is absent. Instants are seconds UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.filters.keys import STALLED_AFTER
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.spans import DAY, HOUR, MINUTE, span
from helpdesk_tui.domain.tickets import State

UNREAD_AFTER = 15 * MINUTE
BEGUN_AFTER = 30 * MINUTE
"""Seconds for which a ticket may lie with its owner before it counts as not begun."""
MANY_BOUNCES = 3


class Owner(NamedTuple):
    """What is known of a ticket's owner; `capacity` 0 and `away_since` 0: not told."""

    away: bool = False
    away_until: int = 0
    load: int = 0
    capacity: int = 0
    off: bool = False
    """Known to be not on shift."""


class Talk(NamedTuple):
    """When the customer wrote last, and when the desk last answered in public; 0 for never."""

    customer_at: int = 0
    public_at: int = 0


UNKNOWN = Owner()
SILENCE = Talk()


def why(row: Row, now: int, *, owner: Owner = UNKNOWN, talk: Talk = SILENCE, promised: str = "") -> list[str]:
    """Every reason, the gravest first; none where it is being worked and nothing stands in the way.

    `promised` is what a clock of the desk's own is about: it goes before everything else.
    """
    return [*([promised] if promised else []), *_reasons(row, now, owner, talk)]


def _reasons(row: Row, now: int, owner: Owner, talk: Talk) -> Iterator[str]:
    if row.trouble:
        yield f"write waits for you: {row.trouble}, see gy"
    elif row.pending:
        yield f"{' and '.join(row.pending)} waits in the outbox"
    if not row.owner:
        yield "nobody assigned"
    else:
        yield from _owners(row, now, owner)
    if row.bounces >= MANY_BOUNCES:
        yield f"bounced {row.bounces}x"
    if row.state is State.HOLD:
        yield f"on hold: {row.status} for {lasting(now - row.state_since)}"
    elif row.state is State.PENDING:
        yield f"waits for the customer for {lasting(now - row.state_since)}"
    else:
        yield from _waiting(row, now, talk)
    if row.alike_count:
        yield f"like {counted(row.alike_count, 'open one')}"


def _owners(row: Row, now: int, owner: Owner) -> Iterator[str]:
    if owner.away:
        yield f"owner absent{_until(owner.away_until, now)}"
    elif owner.off:
        yield "owner not on shift"
    if owner.capacity and owner.load >= owner.capacity:
        yield f"owner at {owner.load}/{owner.capacity}"
    if row.state is State.NEW and row.state_since and now - row.state_since > BEGUN_AFTER:
        yield f"not begun for {lasting(now - row.state_since)}"


def _waiting(row: Row, now: int, talk: Talk) -> Iterator[str]:
    """On our side: read nothing, did nothing."""
    unread = talk.customer_at and talk.customer_at > talk.public_at and talk.customer_at >= row.idle_since
    if unread and now - talk.customer_at > UNREAD_AFTER:
        yield f"customer wrote {lasting(now - talk.customer_at)} ago, nobody read"
    elif row.reopens and row.idle_since and now - row.idle_since > BEGUN_AFTER:
        yield f"reopened, not picked up for {lasting(now - row.idle_since)}"
    elif row.owner and row.idle_since and now - row.idle_since > STALLED_AFTER:
        yield f"STALLED: nothing from us for {lasting(now - row.idle_since)}"


def promise_words(metric: Metric, ident: str, name: str, *, mine: bool, by: str) -> str:
    """What a clock of the desk's own is about; "" for any other."""
    if metric is not Metric.PROMISE:
        return ""
    if ident.startswith("reminder:"):
        return name
    return "you promised an update" if mine else f"{by or 'somebody'} promised an update"


def _until(at: int, now: int) -> str:
    return f" for {lasting(at - now)} more" if at > now else ""


def lasting(seconds: int) -> str:
    """`12m`, `3h`, `2d03`: whole hours from the first on, so that what stands on a screen does not change every
    minute."""
    if seconds < HOUR:
        return f"{max(seconds, 0) // MINUTE}m"
    return f"{seconds // HOUR}h" if seconds < DAY else span(seconds)
