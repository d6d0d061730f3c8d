"""Inbound rate limiting: so many Table API requests an hour for each user."""

from __future__ import annotations

from helpdesk_tui.sandbox.servicenow.fields import Viewer
from helpdesk_tui.sandbox.servicenow.tables import Settings
from helpdesk_tui.sandbox.servicenow.wire import Refusal

_HOUR = 3600
_RULE = "Table API per user"


class RateRule:
    """Counts requests by user and hour of the sandbox's time, while the settings name a limit."""

    def __init__(self, settings: Settings) -> None:
        """`settings.rate_limit` may come and go."""
        self._settings = settings
        self._hour = 0
        self._spent: dict[str, int] = {}

    def spend(self, viewer: Viewer) -> dict[str, str]:
        """Count one request; the headers that say so, none without a rule. Raises Refusal 429 over the limit."""
        limit = self._settings.rate_limit
        if limit is None:
            return {}
        hour = viewer.now // _HOUR
        if hour != self._hour:
            self._hour, self._spent = hour, {}
        end = (hour + 1) * _HOUR
        headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Reset": str(end), "X-RateLimit-Rule": _RULE}
        spent = self._spent[viewer.login] = self._spent.get(viewer.login, 0) + 1
        if spent > limit:
            raise Refusal(
                429, "Rate limit exceeded", f"Rate limit of {limit} requests per hour for Table API exceeded",
                {**headers, "Retry-After": str(end - viewer.now)},
            )  # fmt: skip
        return headers
