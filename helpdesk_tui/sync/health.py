"""How a source fares, and when to ask it again: the circuit that every screen shows.

Pure: the time and the randomness are handed in. Instants are integer seconds UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from random import Random

from helpdesk_tui.errors import (
    AuthFailed,
    ConfigError,
    Garbled,
    PlatformError,
    Refused,
    SecretError,
    Throttled,
    Unreachable,
)

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


def of_the_source(error: Trouble) -> bool:
    """Whether an error tells about the whole source: no answer at all, a request to wait, a sign-in that is refused.

    All others tell about what was asked for: one feed may be refused or broken while the rest goes on.
    """
    silent = isinstance(error, Unreachable) and not error.status
    asked = isinstance(error, Throttled) and error.whole
    return silent or asked or isinstance(error, AuthFailed | SecretError)


@dataclass(slots=True)
class Circuit:
    """One source as a whole, and each kind of work on its own: trouble with one feed must not hold up the others."""

    random: Random
    whole: Health = field(default_factory=Health)
    works: dict[str, Health] = field(default_factory=dict)
    """The kinds of work that are in trouble."""
    narrowed: Health | None = None
    """Set from the comparison that found too much missing until one that does not, or until somebody decided."""
    errors: dict[str, Trouble] = field(default_factory=dict)
    """The last error of each work that is in trouble; "" is the source as a whole."""

    @property
    def trouble(self) -> Trouble | None:
        """The error that still lasts, that of the whole source first; None where all is well."""
        return self.errors.get("") or next(iter(self.errors.values()), None)

    @property
    def is_down(self) -> bool:
        """Whether the last that was heard of the source as a whole is an error, whether or not its pause is over."""
        return "" in self.errors

    def bars(self, what: str, now: int) -> Trouble | None:
        """The error after which `what` should not be asked for yet."""
        if not self.whole.may_ask(now):
            return self.errors.get("")
        work = self.works.get(what)
        return self.errors.get(what) if work and not work.may_ask(now) else None

    def failed(self, what: str, error: Trouble, now: int) -> None:
        """Take note of an error; "" for the source as a whole."""
        if not what or of_the_source(error):
            self.whole = after_error(self.whole, error, now, self.random)
            self.errors[""] = error
            return
        self.works[what] = after_error(self.works.get(what, Health()), error, now, self.random)
        self.errors[what] = error
        self.answered(now)

    def went_well(self, what: str, now: int) -> None:
        """Something was asked for and came."""
        self.works.pop(what, None)
        self.errors.pop(what, None)
        self.answered(now)
        self.whole = replace(self.whole, last_ok=now)

    def answered(self, now: int) -> None:
        """The source answers, whatever it says; a pause it asked for meanwhile lasts all the same."""
        if self.whole.state is State.PACED and not self.whole.may_ask(now):
            return
        self.errors.pop("", None)
        since = self.whole.since if self.whole.state is State.OK else now
        self.whole = Health(State.OK, since=since, last_ok=self.whole.last_ok)

    def forget_pauses(self) -> None:
        """Ask for everything again at once."""
        self.errors.clear()
        self.works.clear()
        self.whole = replace(self.whole, next_try=0)

    def narrow(self, words: str, now: int) -> None:
        """A comparison found that too much would vanish: somebody has to decide."""
        since = self.narrowed.since if self.narrowed else now
        self.narrowed = Health(State.NARROWED, words, since, last_ok=self.whole.last_ok)

    def shown(self) -> Health:
        """What the status bar says: the whole source's trouble, else what waits for a decision, else a part's."""
        if self.whole.state is not State.OK:
            if self.whole.state is State.STARTING and self.narrowed:
                return self.narrowed
            return self.whole
        if self.narrowed:
            return replace(self.narrowed, last_ok=self.whole.last_ok)
        for what, health in self.works.items():
            return replace(health, words=f"{what}: {health.words}", last_ok=self.whole.last_ok)
        return self.whole


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
