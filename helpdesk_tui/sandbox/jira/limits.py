"""Rate limits: so many requests a second for each endpoint and method, so many writes to one issue, and the headers."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.responses import Response

from helpdesk_tui.sandbox.jira.call import utc
from helpdesk_tui.sandbox.jira.problems import JSON_TYPE

BURST = 350
ISSUE_WRITES = ((20, 2.0), (100, 30.0))


@dataclass(slots=True)
class Limits:
    """Counts requests by the machine's own clock: `tick` gives seconds, `wall` the sandbox's instant for headers."""

    wall: Callable[[], int]
    burst: int = BURST
    tick: Callable[[], float] = time.monotonic
    _seconds: dict[str, tuple[int, int]] = field(default_factory=dict)
    _writes: dict[str, deque[float]] = field(default_factory=dict)

    def admit(self, endpoint: str, issue: str = "") -> Response | int:
        """How much is left of the burst, or the 429. `issue` is named for writes to one."""
        now = self.tick()
        second, used = self._seconds.get(endpoint, (0, 0))
        used = used + 1 if second == int(now) else 1
        self._seconds[endpoint] = (int(now), used)
        if used > self.burst:
            return self._refusal("jira-burst-based", self.burst)
        if issue and self._too_often(issue, now):
            return self._refusal("jira-per-issue-on-write", ISSUE_WRITES[0][0])
        return self.burst - used

    def _too_often(self, issue: str, now: float) -> bool:
        times = self._writes.setdefault(issue, deque(maxlen=ISSUE_WRITES[-1][0]))
        for count, span in ISSUE_WRITES:
            if len(times) >= count and now - times[-count] < span:
                return True
        times.append(now)
        return False

    def _refusal(self, reason: str, limit: int) -> Response:
        headers = {
            "content-type": JSON_TYPE,
            "Retry-After": "1",
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": utc(self.wall() + 1),
            "RateLimit-Reason": reason,
        }
        return Response(b'{"errorMessages":["Rate limit exceeded."],"errors":{}}', 429, headers)

    def mark(self, response: Response, left: int) -> None:
        """Put the counters on an answer."""
        response.headers["X-RateLimit-Limit"] = str(self.burst)
        response.headers["X-RateLimit-Remaining"] = str(left)
        if left < self.burst // 5:
            response.headers["X-RateLimit-NearLimit"] = "true"
