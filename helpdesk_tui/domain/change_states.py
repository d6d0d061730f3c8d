"""The states of a change and their words, apart from the change itself: the first frame needs no more of it."""

from __future__ import annotations

from enum import StrEnum


class ChangeState(StrEnum):
    """Where a change stands."""

    QUEUED = "QUEUED"
    """Durable, and never sent or surely not applied."""
    SENDING = "SENDING"
    """Committed before the first byte left."""
    UNCERTAIN = "UNCERTAIN"
    """May or may not be on the platform: verified before anything else."""
    APPLIED = "APPLIED"
    """The platform said yes; the cache does not show it yet."""
    CONFLICT = "CONFLICT"
    """The field moved under us: the user decides."""
    REJECTED = "REJECTED"
    """The platform said no, in its own words."""
    ASK_USER = "ASK_USER"
    """Nobody can tell, or it has waited too long: the user looks."""
    CONFIRMED = "CONFIRMED"
    """Seen on the platform."""
    DISCARDED = "DISCARDED"
    """Given up by the user."""
    SUPERSEDED = "SUPERSEDED"
    """Another change stands in its place."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more becomes of it."""
        return self in _FINAL

    @property
    def needs_user(self) -> bool:
        """Whether it waits for a decision."""
        return self in NEEDS_USER

    @property
    def words(self) -> str:
        """What the user reads."""
        return _WORDS[self]


_FINAL = frozenset({ChangeState.CONFIRMED, ChangeState.DISCARDED, ChangeState.SUPERSEDED})
NEEDS_USER = frozenset({ChangeState.CONFLICT, ChangeState.REJECTED, ChangeState.ASK_USER})
_WORDS = {
    ChangeState.QUEUED: "waiting",
    ChangeState.SENDING: "sending…",
    ChangeState.UNCERTAIN: "checking…",
    ChangeState.APPLIED: "saved",
    ChangeState.CONFLICT: "needs your decision",
    ChangeState.REJECTED: "refused",
    ChangeState.ASK_USER: "check: may be saved",
    ChangeState.CONFIRMED: "saved and seen",
    ChangeState.DISCARDED: "discarded",
    ChangeState.SUPERSEDED: "replaced",
}

UNFINISHED = tuple(state for state in ChangeState if state not in _FINAL)
