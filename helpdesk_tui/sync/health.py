"""How a source fares, and when to ask it again: the circuit that every screen shows.

Pure: the time and the randomness are handed in. Instants are integer seconds UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from helpdesk_tui.errors import AuthFailed, ConfigError, Garbled, PlatformError, Refused, SecretError, Throttled

Trouble = PlatformError | SecretError | ConfigError
"""What can go wrong with a source: the platform, its secret, or a setting that the platform does not know."""

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 300.0
SIGN_IN_PAUSE = 900
UNSAID_PAUSE = 60.0


class State(StrEnum):
    """The words of the status bar."""

    STARTING = "starting"
    OK = "ok"
    PACED = "paced"
    """The platform asked us to wait."""
    OFFLINE = "offline"
    SIGN_IN = "signin"
    """Nothing helps but a new secret."""
    REFUSED = "refused"
    GARBLED = "garbled"
    NARROWED = "narrowed"
    """The platform suddenly lists far fewer tickets; nothing was removed and somebody has to look."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Health:
    """The state of one source. `words` are the platform's own; `next_try` 0 means at the next poll."""

    state: State = State.STARTING
    words: str = ""
    since: int = 0
    next_try: int = 0
    failures: int = 0
    last_ok: int = 0

    def may_ask(self, now: int) -> bool:
        """Whether the pause after the last trouble is over."""
        return now >= self.next_try


def after_success(health: Health, now: int) -> Health:
    """The health after a request that went well. A narrowed source stays so until somebody decided."""
    if health.state is State.NARROWED:
        return replace(health, next_try=0, failures=0, last_ok=now)
    since = health.since if health.state is State.OK else now
    return Health(state=State.OK, since=since, last_ok=now)


def after_error(health: Health, error: Trouble, now: int, random: Random) -> Health:
    """The health after an error: exponential pauses with full jitter, or as long as the platform said."""
    state = _state(error)
    failures = health.failures + 1
    if isinstance(error, Throttled):
        pause = error.retry_after if error.retry_after is not None else UNSAID_PAUSE
    elif state is State.SIGN_IN:
        pause = SIGN_IN_PAUSE
    else:
        ceiling = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures, 10))
        pause = random.uniform(FIRST_PAUSE, ceiling)
    since = health.since if health.state is state else now
    return Health(state, str(error), since, now + max(1, round(pause)), failures, health.last_ok)


def narrowed(health: Health, words: str, now: int) -> Health:
    """The health once a comparison found that too much would vanish."""
    since = health.since if health.state is State.NARROWED else now
    return replace(health, state=State.NARROWED, words=words, since=since)


def _state(error: Trouble) -> State:
    if isinstance(error, Throttled):
        return State.PACED
    if isinstance(error, AuthFailed | SecretError):
        return State.SIGN_IN
    if isinstance(error, Refused | ConfigError):
        return State.REFUSED
    if isinstance(error, Garbled):
        return State.GARBLED
    return State.OFFLINE
