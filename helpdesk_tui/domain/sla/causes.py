"""Why a clock was missed, as somebody of the desk says."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """One of the causes that can be said; the filter language has them as `cause:`."""

    NOBODY = "nobody"
    OWNER = "owner"
    BOUNCED = "bounced"
    VENDOR = "vendor"
    CUSTOMER = "customer"
    CLOCK = "clock"
    OTHER = "other"

    @property
    def words(self) -> str:
        """For people."""
        return _WORDS[self]


_WORDS = {
    Cause.NOBODY: "nobody assigned in time",
    Cause.OWNER: "owner absent or over capacity",
    Cause.BOUNCED: "bounced between groups",
    Cause.VENDOR: "vendor",
    Cause.CUSTOMER: "customer answered late",
    Cause.CLOCK: "clock or calendar wrong",
    Cause.OTHER: "something else",
}
