"""Request budgets: counted always, told in headers always, enforced where the settings say so."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from math import ceil

from helpdesk_tui.sandbox.zendesk.errors import Refusal
from helpdesk_tui.sandbox.zendesk.settings import Settings

_PLAIN = "You have exceeded the rate limit for updating a single unique user. Please try again later."


@dataclass(frozen=True, slots=True)
class Budget:
    """A number of requests in a window of seconds; `header` is the part of its header's name, "" where it has none."""

    name: str
    total: int
    window: int
    header: str
    body: object


_EDGE = {"detail": "Rate limited by Zendesk edge protection", "status": "429", "title": "Automated response"}
_EXPORT = {
    "error": "TooManyRequests",
    "description": "Number of allowed incremental export API requests per minute exceeded",
}
_UPDATES = {"errors": [{"code": "TooManyRequests", "title": "Too many requests to update"}]}
_OTHER = {"error": "TooManyRequests", "description": "Too many requests. Please try again later."}
_RULES: tuple[tuple[str, re.Pattern[str], Budget], ...] = (
    ("GET", re.compile(r"/incremental/[^/]+/sample$"), Budget("sample", 10, 1200, "", _EXPORT)),
    ("GET", re.compile(r"/incremental/"), Budget("incremental", 10, 60, "", _EXPORT)),
    ("PUT", re.compile(r"/tickets/\d+$"), Budget("updates", 100, 60, "tickets-update", _UPDATES)),
    ("DELETE", re.compile(r"/tickets/\d+$"), Budget("deletes", 400, 60, "deleted-tickets-destroy", _OTHER)),
    ("GET", re.compile(r"/api/v2/tickets$"), Budget("index", 100, 60, "tickets-index", _OTHER)),
    ("GET", re.compile(r"/views/\d+/(execute|count)$"), Budget("view", 5, 60, "", _OTHER)),
    ("GET", re.compile(r"/views/count_many$"), Budget("counts", 6, 300, "", _OTHER)),
    ("GET", re.compile(r"/deleted_tickets$"), Budget("deleted", 10, 60, "", _OTHER)),
    ("GET", re.compile(r"/search/export$"), Budget("export", 100, 60, "search-export", _OTHER)),
    ("PUT", re.compile(r"/users/\d+$"), Budget("user", 5, 60, "", _PLAIN)),
)
_PER_TICKET = Budget("per-ticket", 30, 600, "per-ticket-updates", _PLAIN)


class Limiter:
    """Counts requests in sliding windows; `ticker` of the settings is its clock, in seconds."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: dict[str, deque[float]] = {}

    def spend(self, method: str, path: str, who: str) -> dict[str, str]:
        """Count one request and return the headers that tell what is left. Raises Refusal (429)."""
        account = Budget("account", self._settings.per_minute, 60, "", _EDGE)
        total, left, reset = self._count(account, "account")
        headers = {
            "x-rate-limit": str(total),
            "x-rate-limit-remaining": str(left),
            "ratelimit-limit": str(total),
            "ratelimit-remaining": str(left),
            "ratelimit-reset": str(reset),
        }
        for budget, key in _budgets(method, path, who):
            total, left, reset = self._count(budget, key)
            headers |= _told(budget, total, left, reset)
        return headers

    def _count(self, budget: Budget, key: str) -> tuple[int, int, int]:
        now = self._settings.ticker()
        seen = self._seen.setdefault(key, deque())
        while seen and seen[0] <= now - budget.window:
            seen.popleft()
        total = max(1, int(budget.total * self._settings.limit_scale))
        reset = ceil(seen[0] + budget.window - now) if seen else budget.window
        if len(seen) >= total and self._settings.enforce_limits:
            headers = {"Retry-After": str(max(1, reset))} if self._settings.retry_after else {}
            headers |= _told(budget, total, 0, reset)
            raise Refusal(429, budget.body, headers)
        seen.append(now)
        return total, max(0, total - len(seen)), reset


def _told(budget: Budget, total: int, left: int, reset: int) -> dict[str, str]:
    """What is left of a budget that has a header, in the new name and in the old one."""
    told = f"total={total}; remaining={left}; resets={reset}"
    names = ("zendesk-ratelimit", "zendesk-rate-limit") if budget.header else ()
    return {f"{name}-{budget.header}": told for name in names}


def _budgets(method: str, path: str, who: str) -> list[tuple[Budget, str]]:
    found = []
    for verb, pattern, budget in _RULES:
        if verb == method and pattern.search(path):
            own = f"{path}|{who}" if budget.name in ("view", "user") else ""
            found.append((budget, f"{budget.name}|{own}"))
            break
    if method == "PUT" and re.search(r"/tickets/\d+$", path):
        found.append((_PER_TICKET, f"per-ticket|{path}|{who}"))
    return found
